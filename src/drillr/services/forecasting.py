"""The days to come: reviews, new questions and minutes, simulated at the person's own rates."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from drillr.domain.budget import Budget, new_budget, review_budget
from drillr.domain.card import Card
from drillr.domain.forecast import DayLoad, Days, Habits, Studied, habits_of, simulate
from drillr.domain.fuzz import seed_of
from drillr.domain.progress import Activity
from drillr.domain.scopes import EVERYWHERE, within
from drillr.domain.session import Plan
from drillr.services.context import Context
from drillr.services.upkeep import scope_named
from drillr.store import cards, places, selection, statistics
from drillr.store.selection import Page, Part

if TYPE_CHECKING:
    from drillr.store.connection import Connection

RATE_DAYS = 90
FEW = 50
"""Fewer answers than this say little; what is usual then stands for one's own rates."""
_SEED = 20_260_302
# The share of the work that reading the cards is.
_READ = 0.3


@dataclass(frozen=True, slots=True)
class Forecast:
    """The days to come, today first, and the habits that they are simulated with."""

    days: list[tuple[date, DayLoad]]
    habits: Habits

    @property
    def minutes_a_day(self) -> float:
        """The mean of the days' minutes."""
        return sum(load.minutes for _, load in self.days) / max(1, len(self.days))


Progress = Callable[[float], object]
"""Hears the share done (0 to 1); what it raises stops the work, of which nothing is kept."""


def forecast(
    context: Context, selector: str = "", days: int = 30, on_progress: Progress = lambda _: None
) -> Forecast:
    """What the next days bring for a part of the library, all limits, exams and pauses kept."""
    with context.database.transaction(write=False) as db:
        rules = context.rulebook(db)
        today = context.today(rules.everywhere)
        scope = scope_named(db, selector)
        begun, unseen = students(db, context, scope)
        rates = habits(db, context)
        done = selection.done_on(db, context.user, today.day.isoformat())
    on_progress(_READ)
    pause = rules.pause_at(today.now)
    away = 0 if pause is None else -((today.end - pause.until) // timedelta(days=1))
    plan = Days(
        first_end=today.end,
        count=days,
        # Who is away begins nothing new.
        new=lambda day: (
            Budget({EVERYWHERE: 0}) if day < away else new_budget(rules, {} if day else done.new)
        ),
        reviews=lambda day: review_budget(rules, {} if day else done.reviews),
    )
    outcome = simulate(
        begun, unseen, rates, plan, _SEED,
        lambda day: on_progress(_READ + (1 - _READ) * day / days),
    )  # fmt: skip
    dates = [today.day + timedelta(days=ahead) for ahead in range(days)]
    return Forecast(list(zip(dates, outcome.days, strict=True)), rates)


def habits(db: "Connection", context: Context) -> Habits:
    """How the person answered in the last 90 days, over the whole library."""
    today = context.today(context.rulebook(db).everywhere).day
    since = today - timedelta(days=RATE_DAYS)
    days = statistics.days(db, context.user, None)
    return habits_of(sum((a for day, a in days.items() if day > since), Activity()))


def students(
    db: "Connection", context: Context, scope: str
) -> tuple[Sequence[Studied], Sequence[Studied]]:
    """The questions of a subtree that have cards, and those never begun, in the order of files."""
    rules = context.rulebook(db)
    paths = {key: path for key, path in places.paths(db).items() if within(path, scope)}
    chosen = None if scope == EVERYWHERE else list(paths)
    begun = [
        Studied(
            one.path, one.card, seed_of(one.question), rules.rules(one.path).engine,
            rules.calendar(one.path),
        )
        for one in cards.held(db, context.user, chosen)
        if one.is_active
    ]  # fmt: skip
    everything = Page(context.clock(), 1_000_000_000)
    fresh = selection.new(db, context.user, Part(chosen), Plan(), everything)
    unseen = [
        Studied(
            row.path, Card(), seed_of(row.question_id), rules.rules(row.path).engine,
            rules.calendar(row.path),
        )
        for row in fresh
    ]  # fmt: skip
    return begun, unseen
