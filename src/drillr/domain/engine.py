"""What every scheduling engine offers."""

from datetime import datetime, timedelta
from typing import Protocol

from drillr.domain.card import Card
from drillr.domain.rating import Rating

ONE_DAY = timedelta(days=1)
_HALF_DAY = timedelta(hours=12)


class Engine(Protocol):
    """A pure scheduler: the same card, rating and instant always give the same card."""

    def review(self, card: Card, rating: Rating, at: datetime, seed: int) -> Card:
        """The card after the answer `rating` at the instant `at` (UTC)."""
        ...

    def preview(self, card: Card, at: datetime, seed: int) -> dict[Rating, Card]:
        """The four cards that the four ratings would give."""
        ...


def days_between(earlier: datetime, later: datetime) -> int:
    """Whole days between two instants, rounded to the nearest, never negative.

    Rounding, rather than counting calendar days, keeps a schedule independent of time zones, of
    clock changes and of travel.
    """
    return max(0, (later - earlier + _HALF_DAY) // ONE_DAY)
