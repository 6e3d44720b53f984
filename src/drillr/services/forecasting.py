"""The days to come: reviews, new questions and minutes, simulated at the person's own rates."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from drillr.domain.budget import new_budget, review_budget
from drillr.domain.card import Card
from drillr.domain.engine import ONE_DAY
from drillr.domain.forecast import DayLoad, Days, Habits, Studied, habits_of, simulate
from drillr.domain.fuzz import seed_of
from drillr.domain.ids import QuestionId
from drillr.domain.progress import Activity
from drillr.domain.rulebook import Rulebook
from drillr.domain.scopes import within
from drillr.domain.strata import grouped, thinned
from drillr.services.context import Context
from drillr.services.upkeep import scope_named
from drillr.store import cards, places, selection, statistics

if TYPE_CHECKING:
    from drillr.store.connection import Connection

RATE_DAYS = 90
FEW = 50
"""Fewer answers than this say little; what is usual then stands for one's own rates."""
_SEED = 20_260_302
_SAMPLE = 3_000
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
        on_progress(0)
        begun, unseen = students(db, context, scope, _SAMPLE)
        on_progress(0)
        rates = habits(db, context)
        done = selection.done_on(db, context.user, today.day.isoformat())
    on_progress(_READ)
    pause = rules.pause_at(today.now)
    away = 0 if pause is None else (pause.until - today.end) // timedelta(days=1) + 1
    plan = Days(
        first_end=today.end,
        count=days,
        new=lambda day: new_budget(rules, {} if day else done.new, paused=day < away),
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
    db: "Connection", context: Context, scope: str, most: int
) -> tuple[list[Studied], list[Studied]]:
    """The questions of a subtree that come due, and those never begun, facet by facet.

    Where either are more than `most`, some stand for all: what comes due for its neighbours of the
    same day and the same rules. So a large library costs no more to simulate, and no day has more
    or fewer due than it has.
    """
    rules = context.rulebook(db)
    first_end = context.today(rules.everywhere).end
    paths = {key: path for key, path in places.paths(db).items() if within(path, scope)}
    region = {key: rules.region(path) for key, path in paths.items()}
    due = sorted(one for one in cards.planned(db, context.user) if one.facet in region)
    begun = dict(thinned(
        grouped(
            ((region[one.facet], max(0, -((first_end - one.due_at) // ONE_DAY))), one.question)
            for one in due
        ), most,
    ))  # fmt: skip
    held = {one.question: one.card for one in cards.held_of(db, context.user, list(begun))}
    where = {one.question: region[one.facet] for one in due if one.question in held}
    fresh = sorted(
        (paths[facet], region[facet], key)
        for facet, key in selection.unseen(db, context.user, context.clock())
        if facet in paths
    )
    unseen = thinned(grouped((place, (place, key)) for _, place, key in fresh), most)
    return (
        [
            _studied(rules, where[key], held[key], key, count)
            for key, count in begun.items()
            if key in held
        ],
        [_studied(rules, place, Card(), key, count) for (place, key), count in unseen],
    )


def _studied(rules: Rulebook, place: str, card: Card, key: QuestionId, count: int) -> Studied:
    return Studied(
        place, card, seed_of(key), rules.rules(place).engine, rules.calendar(place), count
    )
