"""Simulates the days to come: reviews, new questions and minutes, at a person's own rates."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from random import Random

from drillr.domain.budget import Budget
from drillr.domain.calendar import Calendar
from drillr.domain.card import Card
from drillr.domain.engine import Engine
from drillr.domain.progress import Activity
from drillr.domain.rating import Rating

_DAY = timedelta(days=1)
# Before there is a history: what a beginner is assumed to do, and how many answers it weighs.
_USUAL_PASSES = (3.0, 5.0, 2.0)
_USUAL_RECALL = 0.9
_USUAL_FIRST = 0.8
_USUAL_SECONDS = 30.0
_WEIGHT = 10.0
# Whoever misses a question more often than this in one day is not helped by counting on.
_MOST_AGAIN = 5


@dataclass(frozen=True, slots=True)
class Habits:
    """How a person answers: the probabilities of the four ratings, and seconds an answer takes.

    `first` is for questions never answered before, `later` for all others; `answers` is how many
    answers say so.
    """

    first: tuple[float, float, float, float]
    later: tuple[float, float, float, float]
    seconds: float
    answers: int = 0


def habits_of(done: Activity) -> Habits:
    """The habits behind some days' sums, with what is usual where there is little to go by."""
    missed_later = done.reviewed - done.retained
    firsts = max(0, done.responses - done.reviewed)
    missed_first = max(0, min(firsts, done.very_hard - missed_later))
    recall = (done.retained + _USUAL_RECALL * _WEIGHT) / (done.reviewed + _WEIGHT)
    first = (firsts - missed_first + _USUAL_FIRST * _WEIGHT) / (firsts + _WEIGHT)
    counted = (done.easy, done.medium, done.hard)
    shares = [n + usual for n, usual in zip(counted, _USUAL_PASSES, strict=True)]
    easy, medium, hard = (share / sum(shares) for share in shares)
    seconds = (done.time_ms / 1000 + _USUAL_SECONDS * _WEIGHT) / (done.responses + _WEIGHT)
    return Habits(
        first=(first * easy, first * medium, first * hard, 1 - first),
        later=(recall * easy, recall * medium, recall * hard, 1 - recall),
        seconds=seconds,
        answers=done.responses,
    )


@dataclass(slots=True)
class Studied:
    """A question in the simulation: its card so far, and what decides when it is asked."""

    path: str
    card: Card
    seed: int
    engine: Engine
    calendar: Calendar


@dataclass(frozen=True, slots=True)
class DayLoad:
    """What a day brings: reviews, new questions, repeats of what was missed, minutes.

    `put_off` is how many reviews its limits leave for the next day.
    """

    reviews: int = 0
    new: int = 0
    again: int = 0
    minutes: float = 0.0
    put_off: int = 0


@dataclass(frozen=True, slots=True)
class Days:
    """The days to simulate: the instant at which the first ends, how many, and their limits.

    `new` and `reviews` give a day's budget by its number, the first is 0; `minutes` is the most a
    day takes, None for no limit.
    """

    first_end: datetime
    count: int
    new: Callable[[int], Budget]
    reviews: Callable[[int], Budget]
    minutes: float | None = None


@dataclass(slots=True)
class Outcome:
    """The days, the cards as they are at the end, and the questions never begun."""

    days: list[DayLoad] = field(default_factory=list)
    begun: list[Studied] = field(default_factory=list)
    unseen: list[Studied] = field(default_factory=list)


def simulate(
    begun: Iterable[Studied],
    unseen: Sequence[Studied],
    habits: Habits,
    days: Days,
    seed: int,
    on_day: Callable[[int], object] = lambda _: None,
) -> Outcome:
    """What the days bring when a person with these habits does all that their limits allow.

    `begun` have cards, `unseen` are begun in their order. The same seed gives the same days.
    `on_day` hears how many days are done, and stops the simulation by raising something.
    """
    run = _Run(habits, days, Random(seed))  # noqa: S311 - a simulation, no secret
    for one in begun:
        due = one.calendar.due(one.card, one.seed)
        if due is not None:
            run.wait(replace(one), due)
    run.unseen = [replace(one) for one in unseen]
    for day in range(days.count):
        run.study(day)
        on_day(day + 1)
    done = [one for bucket in run.buckets for one in bucket] + run.after
    return Outcome(run.loads, done, run.unseen)


class _Run:
    """One simulation: what waits for which day, and the loads so far."""

    def __init__(self, habits: Habits, days: Days, rng: Random) -> None:
        self._habits, self._days, self._rng = habits, days, rng
        self.buckets: list[list[Studied]] = [[] for _ in range(days.count)]
        self.after: list[Studied] = []
        self.unseen: list[Studied] = []
        self.loads: list[DayLoad] = []

    def wait(self, one: Studied, due: datetime, not_before: int = 0) -> None:
        """Put a question on the day on which it comes due."""
        day = max(not_before, -((self._days.first_end - due) // _DAY))
        (self.buckets[day] if day < len(self.buckets) else self.after).append(one)

    def study(self, day: int) -> None:
        """Answer what is due on a day, then new questions, as far as its limits go."""
        at = self._days.first_end + day * _DAY - _DAY / 2
        budget, minutes, again = self._days.reviews(day), 0.0, 0
        waiting, self.buckets[day] = self.buckets[day], []
        put_off: list[Studied] = []
        reviews = new = 0
        for one in waiting:
            if not budget.allows(one.path) or not self._room(minutes):
                put_off.append(one)
                continue
            budget.spend(one.path)
            repeats = self._answer(one, at, self._habits.later, self._room(minutes))
            reviews, again = reviews + 1, again + repeats
            minutes += (1 + repeats) * self._habits.seconds / 60
        budget, left = self._days.new(day), []
        for number, one in enumerate(self.unseen):
            if budget.room == 0 or not self._room(minutes):
                left += self.unseen[number:]
                break
            if not budget.allows(one.path):
                left.append(one)
                continue
            budget.spend(one.path)
            repeats = self._answer(one, at, self._habits.first, self._room(minutes))
            new, again = new + 1, again + repeats
            minutes += (1 + repeats) * self._habits.seconds / 60
        self.unseen = left
        for one in put_off:
            self.wait(one, self._days.first_end + day * _DAY, day + 1)
        self.loads.append(DayLoad(reviews, new, again, minutes, len(put_off)))

    def _room(self, minutes: float) -> int:
        """How many more answers the day's minutes allow after so many of them."""
        limit = self._days.minutes
        if limit is None:
            return 1 + _MOST_AGAIN
        return max(0, int((limit - minutes) * 60 / self._habits.seconds + 1e-9))

    def _answer(
        self, one: Studied, at: datetime, odds: tuple[float, float, float, float], room: int
    ) -> int:
        """Answer until the question leaves the day, or the day has no room; how many more than one.

        A question that is still missed then is due on the next day.
        """
        more = 0
        card = self._rated(one, one.card, at, odds)
        while card.interval_days == 0 and more < min(_MOST_AGAIN, room - 1):
            card = self._rated(one, card, at, self._habits.later)
            more += 1
        one.card = card
        due = one.calendar.due(card, one.seed)
        if due is not None:
            self.wait(one, due, len(self.loads) + 1)
        return more

    def _rated(
        self, one: Studied, card: Card, at: datetime, odds: tuple[float, float, float, float]
    ) -> Card:
        (rating,) = self._rng.choices(list(Rating), odds)
        after = one.engine.review(card, rating, at, one.seed)
        return replace(after, total_reviews=card.total_reviews + 1)
