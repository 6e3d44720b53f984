"""Whether an exam can be met: what each day until then takes, and what would fit if it doesn't."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from math import ceil

from drillr.domain.budget import Budget
from drillr.domain.exams import Exam
from drillr.domain.forecast import DayLoad, Days, Habits, Outcome, Studied, questions, simulate
from drillr.domain.scopes import EVERYWHERE

_DAY = timedelta(days=1)
SAMPLE = 600
"""How many questions to plan with, each standing for others where there are more: what would fit
takes twenty simulations."""
_MOST_DAYS = 730
_MOST_LATER = 366
_MOST_MINUTES = 960


@dataclass(frozen=True, slots=True)
class ExamPlan:
    """What an exam takes. `loads` are its days until the exam, today first.

    `unseen` questions are never begun in time, `put_off` reviews are still waiting at the exam;
    `ready` is the share of all questions predicted to be recalled by the target. `new_a_day` is how
    many new questions a day it takes. `minutes` is the limit planned with, None for none.
    """

    loads: tuple[DayLoad, ...]
    questions: int
    unseen: int
    put_off: int
    ready: float
    new_a_day: int
    minutes: float | None

    @property
    def fits(self) -> bool:
        """Whether every question is begun, and every review done, in the minutes there are."""
        return not self.unseen and not self.put_off

    @property
    def most_minutes(self) -> float:
        """What the longest day takes."""
        return max((load.minutes for load in self.loads), default=0.0)


@dataclass(frozen=True, slots=True)
class Remedies:
    """What would make a plan fit, each by itself; None where it would not.

    More minutes a day, or a later day, or fewer of the questions not yet begun.
    """

    minutes: int | None = None
    days_later: int | None = None
    questions: int | None = None


Simulation = Callable[[Exam, float | None], ExamPlan]


def plan(
    exam: Exam,
    begun: Sequence[Studied],
    unseen: Sequence[Studied],
    habits: Habits,
    first_end: datetime,
    minutes: float | None,
) -> ExamPlan:
    """The days until the exam for its questions, within so many minutes a day.

    New questions are begun evenly, so that the last of them still has a day before the exam.
    """
    count = max(0, min(_MOST_DAYS, (exam.at - first_end) // _DAY + 1))
    fresh_total = questions(unseen)
    begins = max(1, count - 1)
    new_a_day = ceil(fresh_total / begins)
    days = Days(
        first_end=first_end,
        count=count,
        new=lambda day: Budget({EVERYWHERE: new_a_day if day < begins else 0}),
        reviews=lambda _: Budget({}),
        minutes=minutes,
        parts=max(2, min(10, SAMPLE // max(1, count))),
    )
    studied = [replace(one, calendar=replace(one.calendar, exams=(exam,))) for one in begun]
    fresh = [replace(one, calendar=replace(one.calendar, exams=(exam,))) for one in unseen]
    done = simulate(studied, fresh, habits, days, seed=exam.day.toordinal())
    return ExamPlan(
        loads=tuple(done.days),
        questions=questions(begun) + fresh_total,
        unseen=questions(done.unseen),
        put_off=done.days[-1].put_off if done.days else 0,
        ready=_ready(exam, done),
        new_a_day=new_a_day,
        minutes=minutes,
    )


def remedies(exam: Exam, wanted: ExamPlan, again: Simulation) -> Remedies:
    """What would fit, for a plan that doesn't; `again` plans with other values."""
    if wanted.minutes is None:
        return Remedies()
    minutes = _least(lambda n: again(exam, float(n)).fits, ceil(wanted.minutes) + 1, _MOST_MINUTES)
    later = _least(lambda n: again(_later(exam, n), wanted.minutes).fits, 1, _MOST_LATER)
    fewer = wanted.questions - wanted.unseen if wanted.unseen else None
    return Remedies(minutes, later, fewer)


def _later(exam: Exam, days: int) -> Exam:
    return replace(exam, at=exam.at + days * _DAY, day=exam.day + days * _DAY)


def _least(fits: Callable[[int], bool], low: int, high: int) -> int | None:
    """The least number from `low` to `high` that fits, taking it that all above it do too."""
    step = 1
    top = low
    while not fits(top):
        if top >= high:
            return None
        low, top, step = top + 1, min(high, top + step), step * 2
    while low < top:
        middle = (low + top) // 2
        if fits(middle):
            top = middle
        else:
            low = middle + 1
    return top


def _ready(exam: Exam, done: Outcome) -> float:
    """The share of all questions that are recalled by the target at the exam, as predicted."""
    total = questions(done.begun) + questions(done.unseen)
    ready = 0
    for one in done.begun:
        last, interval = one.card.last_reviewed_at, one.card.interval_days
        if last is not None and (exam.at - last) / _DAY <= exam.reach(
            interval, one.calendar.retention
        ):
            ready += one.count
    return ready / total if total else 1.0
