"""What every scheduling engine offers."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple, Protocol

from drillr.domain.card import Card, CardState
from drillr.domain.facts import Response
from drillr.domain.rating import Rating

ONE_DAY = timedelta(days=1)
HALF_DAY = 43_200
"""In seconds."""


class Schedule(NamedTuple):
    """The part of a card that an engine decides; the rest (counts, marks) belongs to the fold."""

    state: CardState
    ease: int
    interval_days: int
    repetitions: int
    lapses: int
    last_reviewed_at: datetime
    next_review_at: datetime
    stability: float | None = None
    difficulty: float | None = None


def schedule_of(*values: object) -> Schedule:
    """A schedule from the values of all its fields in their order, in a third of the usual time."""
    return tuple.__new__(Schedule, values)


class Engine(Protocol):
    """A pure scheduler: the same card, rating and instant always give the same card."""

    def review(self, card: Card, rating: Rating, at: datetime, seed: int) -> Card:
        """The card after the answer `rating` at the instant `at` (UTC)."""
        ...

    def preview(self, card: Card, at: datetime, seed: int) -> dict[Rating, Card]:
        """The four cards that the four ratings would give."""
        ...

    def run(self, history: Sequence[Response], seed: int) -> Schedule | None:
        """The schedule after all answers to a new question; at least one.

        Equal to `review` one after another with `total_reviews` counted, and several times faster.
        None where one is not later than the one before: their order is the fold's to decide.
        """
        ...

    def repeats_today(self, rating: Rating, first: bool) -> bool:
        """Whether this answer, a card's first or a later one, gives an interval of 0 days."""
        ...

    def recall(self, card: Card, at: datetime) -> float | None:
        """How likely (0–1) the engine thinks a recall at `at`; None for what was never answered."""
        ...


def days_between(earlier: datetime, later: datetime) -> int:
    """Whole days between two instants, rounded to the nearest, never negative.

    Rounding, rather than counting calendar days, keeps a schedule independent of time zones, of
    clock changes and of travel.
    """
    gap = later - earlier
    days = gap.days + (gap.seconds >= HALF_DAY)
    return days if days > 0 else 0


def recall_by_interval(card: Card, at: datetime) -> float | None:
    """0.9 ^ (elapsed / interval): what an engine that knows only intervals predicts.

    An interval is meant to end where nine of ten are recalled. Zero days count as one.
    """
    if card.last_reviewed_at is None:
        return None
    elapsed = max(0.0, (at - card.last_reviewed_at) / ONE_DAY)
    return float(0.9 ** (elapsed / max(1, card.interval_days)))
