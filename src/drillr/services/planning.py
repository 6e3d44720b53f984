"""Exams and pauses: adding them, taking them back, and what they mean for the days to come."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING

from drillr.domain.exam_plan import SAMPLE, ExamPlan, Remedies, plan, remedies
from drillr.domain.exams import HIGHEST_TARGET, LOWEST_TARGET, Exam
from drillr.domain.facts import EventType
from drillr.domain.forecast import Studied
from drillr.domain.ids import id_text
from drillr.domain.paths import pretty
from drillr.domain.pauses import LONGEST_PAUSE, MOST_SPREAD, Pause, usual_spread
from drillr.domain.phrases import counted
from drillr.domain.scopes import above
from drillr.domain.study_day import day_start
from drillr.errors import NothingToDo, UsageError
from drillr.services.context import Context
from drillr.services.forecasting import Progress, habits, students
from drillr.services.recording import append_event
from drillr.services.replaying import adopt
from drillr.services.upkeep import scope_named

if TYPE_CHECKING:
    from drillr.store.connection import Connection


@dataclass(frozen=True, slots=True)
class Wish:
    """An exam as a person asks for it: the part, the study day, the target, minutes a day."""

    part: str
    day: date
    target: float = 0.9
    minutes: int | None = None


@dataclass(frozen=True, slots=True)
class Planned:
    """An exam, what it takes, and what would fit where it does not.

    `new_limit` is how many new questions a day the limits above its part allow.
    """

    exam: Exam
    plan: ExamPlan
    remedies: Remedies
    new_limit: int


def add_exam(
    context: Context, wish: Wish, *, dry_run: bool = False, on_progress: Progress = lambda _: None
) -> Planned:
    """Add an exam and plan it; with `dry_run` only plan it.

    The store is not held while the days are simulated. What `on_progress` raises stops that, and
    nothing is added.
    """
    if not LOWEST_TARGET <= wish.target <= HIGHEST_TARGET:
        raise UsageError(
            f"the target can't be {wish.target:g}",
            f"Use {LOWEST_TARGET:g} to {HIGHEST_TARGET:g}",
        )
    planned = _plan(context, lambda db: [_exam(db, context, wish)], on_progress)[0]
    return planned if dry_run else keep_exam(context, planned)


def keep_exam(context: Context, planned: Planned) -> Planned:
    """Add an exam that has been planned."""
    exam = planned.exam
    data = {key: value for key, value in exam.as_data().items() if key != "id"}
    with context.database.transaction() as db:
        event = append_event(db, context, EventType.EXAM_ADDED, data)
        adopt(db, context)
    return replace(planned, exam=replace(exam, id=id_text(event.id)))


def exams(context: Context, on_progress: Progress = lambda _: None) -> list[Planned]:
    """Every exam with its plan as things stand, the next first."""
    return _plan(context, lambda db: context.rulebook(db).exams, on_progress)


def remove_exam(context: Context, name: str) -> Exam:
    """Remove the exam that a date, a part, or the beginning of its id names."""
    with context.database.transaction() as db:
        known = context.rulebook(db).exams
        found = [
            exam for exam in known
            if exam.day.isoformat() == name or exam.id.startswith(name)
            or (exam.scope and exam.scope == name.replace("/", "__"))
        ]  # fmt: skip
        if len(found) != 1:
            shown = "; ".join(f"{e.day} {pretty(e.scope) or 'everything'} {e.id}" for e in known)
            count = f"{len(found)} exams" if found else "no exam"
            raise UsageError(
                f"{name!r} names {count}",
                f"There are: {shown}" if shown else "There is none to remove",
            )
        append_event(db, context, EventType.EXAM_REMOVED, {"exam_id": found[0].id})
        adopt(db, context)
        return found[0]


def pause_until(context: Context, day: date, spread: int | None = None) -> Pause:
    """Pause from now to the beginning of a study day, spreading the backlog over `spread` days."""
    with context.database.transaction() as db:
        today = context.today(context.rulebook(db).everywhere)
        until = day_start(day, today.zone, today.rollover_hour)
        if until <= today.now:
            raise UsageError(f"{day} is no day to come", "Use the first day on which you study")
        if until - today.now > LONGEST_PAUSE:
            raise UsageError(f"{day} is more than ten years away", "Use a day that is nearer")
        days = usual_spread(today.now, until) if spread is None else spread
        if not 0 <= days <= MOST_SPREAD:
            raise UsageError(f"--spread can't be {days}", f"Use 0 to {MOST_SPREAD} days")
        event = append_event(
            db, context, EventType.STUDY_PAUSED, {"until": until.isoformat(), "spread_days": days}
        )
        adopt(db, context)
        return Pause(id_text(event.id), event.created_at, until, days)


def end_pause(context: Context) -> Pause:
    """End the pause that runs now, spreading what has come due in it; the pause as it was.

    NothingToDo without one.
    """
    with context.database.transaction() as db:
        pause = _running(context, db, context.clock())
        if pause is None:
            raise NothingToDo("no pause runs", "`drillr pause --until DATE` begins one")
        event = append_event(db, context, EventType.STUDY_RESUMED, {"pause_id": pause.id})
        adopt(db, context)
        return replace(pause, until=event.created_at)


def running_pause(context: Context) -> Pause | None:
    """The pause that runs now."""
    with context.database.transaction(write=False) as db:
        return _running(context, db, context.clock())


def takes(found: Planned) -> str:
    """What an exam's plan takes, in a sentence."""
    plan = found.plan
    return (
        f"{plan.new_a_day} new a day, {plan.most_minutes:.0f} min on the longest of"
        f" {counted(len(plan.loads), 'day')}; {100 * plan.ready:.0f} % ready at the exam"
    )


def verdict(found: Planned) -> str:
    """Whether the plan fits the minutes a day, and if not, what is left."""
    plan = found.plan
    if plan.fits:
        return "the plan fits" + (f" {found.exam.minutes} min a day" if found.exam.minutes else "")
    within = "the days left" if plan.minutes is None else f"{plan.minutes:.0f} min a day"
    left = [
        f"{counted(plan.unseen, 'question')} never begun" if plan.unseen else "",
        f"{counted(plan.put_off, 'review')} still waiting" if plan.put_off else "",
    ]
    return f"the plan does not fit {within}: {', '.join(filter(None, left))}"


def would_fit(found: Planned) -> list[str]:
    """What would make a plan fit that does not, each by itself."""
    remedies = found.remedies
    return [
        text
        for value, text in (
            (remedies.minutes, f"{remedies.minutes} min a day"),
            (remedies.days_later, f"{counted(remedies.days_later or 0, 'day')} more"),
            (remedies.questions, f"{counted(remedies.questions or 0, 'question')} instead of all"),
        )
        if value is not None
    ]


def _running(context: Context, db: "Connection", now: datetime) -> Pause | None:
    return context.rulebook(db).pause_at(now)


def _exam(db: "Connection", context: Context, wish: Wish) -> Exam:
    """The exam that is wished for, which has no id yet."""
    rules = context.rulebook(db)
    today = context.today(rules.everywhere)
    if wish.day <= today.day:
        raise UsageError(f"{wish.day} is no day to come", "Use a date such as 2027-06-01")
    scope, minutes = scope_named(db, wish.part), wish.minutes
    if minutes is None:
        minutes = rules.settings(scope).minutes_per_day
    at = day_start(wish.day, today.zone, today.rollover_hour)
    return Exam("", scope, wish.day, at, wish.target, minutes)


def _plan(
    context: Context,
    chosen: "Callable[[Connection], Sequence[Exam]]",
    on_progress: Progress,
) -> list[Planned]:
    """The plans of some exams, from one look at the store; nothing is held while they are made."""
    with context.database.transaction(write=False) as db:
        wanted = chosen(db)
        rules, rates = context.rulebook(db), habits(db, context)
        asked = {exam.scope: students(db, context, exam.scope, SAMPLE) for exam in wanted}
    first_end = context.today(rules.everywhere).end
    found = []
    for number, exam in enumerate(wanted):
        on_progress(number / len(wanted))
        begun, unseen = asked[exam.scope]

        def again(
            one: Exam, minutes: float | None, number: int = number,
            begun: Sequence[Studied] = begun, unseen: Sequence[Studied] = unseen,
        ) -> ExamPlan:  # fmt: skip
            on_progress(number / len(wanted))
            return plan(one, begun, unseen, rates, first_end, minutes)

        first = again(exam, float(exam.minutes) if exam.minutes else None)
        would_fit = Remedies() if first.fits else remedies(exam, first, again)
        limit = min(rules.settings(scope).new_per_day for scope in above(exam.scope))
        found.append(Planned(exam, first, would_fit, limit))
    return found
