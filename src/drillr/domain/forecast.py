"""Simulates the days to come: reviews, new questions and minutes, at a person's own rates."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import accumulate
from random import Random

from drillr.domain.budget import Budget
from drillr.domain.calendar import Calendar
from drillr.domain.card import Card, counted
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
_RATINGS = tuple(Rating)


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
    """A question in the simulation: its card so far, and what decides when it is asked.

    It stands for `count` questions that are much alike.
    """

    path: str
    card: Card
    seed: int
    engine: Engine
    calendar: Calendar
    count: int = 1


def questions(studied: Iterable[Studied]) -> int:
    """For how many questions they stand."""
    return sum(one.count for one in studied)


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
    day takes, None for no limit. `parts` is into how many a day's work is cut at least where one
    question stands for many, so that not all of them are answered alike.
    """

    first_end: datetime
    count: int
    new: Callable[[int], Budget]
    reviews: Callable[[int], Budget]
    minutes: float | None = None
    parts: int = 10


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
        self._days, self._rng, self._seconds = days, rng, habits.seconds
        self._first, self._later = tuple(accumulate(habits.first)), tuple(accumulate(habits.later))
        self.buckets: list[list[Studied]] = [[] for _ in range(days.count)]
        self.after: list[Studied] = []
        self.unseen: list[Studied] = []
        self.loads: list[DayLoad] = []
        self._answers = 0

    def wait(self, one: Studied, due: datetime, not_before: int = 0) -> None:
        """Put a question on the day on which it comes due."""
        day = max(not_before, -((self._days.first_end - due) // _DAY))
        (self.buckets[day] if day < len(self.buckets) else self.after).append(one)

    def study(self, day: int) -> None:
        """Answer what is due on a day, then new questions, as far as its limits go."""
        self._answers = 0
        waiting, self.buckets[day] = self.buckets[day], []
        reviews, put_off = self._work(waiting, self._days.reviews(day), self._later)
        new, self.unseen = self._work(self.unseen, self._days.new(day), self._first)
        (self.buckets[day + 1] if day + 1 < len(self.buckets) else self.after).extend(put_off)
        self.loads.append(DayLoad(
            reviews, new, self._answers - reviews - new, self._answers * self._seconds / 60,
            sum(one.count for one in put_off),
        ))  # fmt: skip

    def _work(
        self, waiting: list[Studied], budget: Budget, odds: tuple[float, ...]
    ) -> tuple[int, list[Studied]]:
        """Answer what the limits allow, in its order: how many that were, and what is left."""
        capacity = [n for n in (budget.room, self._room()) if n is not None]
        together = max(1, min(capacity) // self._days.parts) if capacity else None
        done, left = 0, []
        for number, one in enumerate(waiting):
            room = self._room()
            if budget.room == 0 or room == 0:
                left += waiting[number:]
                break
            while True:
                room = self._room()
                most = (one.count, together, room, budget.room_at(one.path))
                count = min(n for n in most if n is not None)
                if count == 0:
                    left.append(one)
                    break
                part = one if count == one.count else replace(one, count=count)
                budget.spend(one.path, count)
                self._answer(part, odds, room)
                done += count
                if part is one:
                    break
                one.count -= count
        return done, left

    def _room(self) -> int | None:
        """How many more answers the day's minutes allow; None for any number."""
        if self._days.minutes is None:
            return None
        return max(0, int(self._days.minutes * 60 / self._seconds + 1e-9) - self._answers)

    def _answer(self, one: Studied, odds: tuple[float, ...], room: int | None) -> None:
        """Answer until the question leaves the day, or the day has no room.

        A question that is still missed then is due on the next day.
        """
        day = len(self.loads)
        at = self._days.first_end + day * _DAY - _DAY / 2
        most = _MOST_AGAIN if room is None else min(_MOST_AGAIN, room // one.count - 1)
        more = 0
        card = self._rated(one, one.card, at, odds)
        while card.interval_days == 0 and more < most:
            card = self._rated(one, card, at, self._later)
            more += 1
        one.card = card
        self._answers += (1 + more) * one.count
        due = one.calendar.due(card, one.seed)
        if due is not None:
            self.wait(one, due, day + 1)

    def _rated(self, one: Studied, card: Card, at: datetime, odds: tuple[float, ...]) -> Card:
        (rating,) = self._rng.choices(_RATINGS, cum_weights=odds)
        return counted(one.engine.review(card, rating, at, one.seed))
