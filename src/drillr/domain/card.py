"""What is known of one person and one question: the card."""

from dataclasses import dataclass, make_dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

FIRST_EASE = 250
MIN_EASE = 130
MAX_EASE = 999


class CardState(StrEnum):
    """Where a card stands in its life."""

    NEW = "new"
    LEARNING = "learning"
    REVIEW = "review"
    RELEARNING = "relearning"


@dataclass(frozen=True, slots=True)
class Card:
    """A fold over the facts about one question; instants are UTC, `ease` is in hundredths.

    `buried_until` is when a buried card comes back. `created_at` and `updated_at` are the instants
    of the first and last fact that shaped it. `stability` (days) and `difficulty` (1–10) belong to
    FSRS and stay None under SM-2; the published SM-2 keeps its E-Factor in `difficulty`.
    """

    state: CardState = CardState.NEW
    ease: int = FIRST_EASE
    interval_days: int = 0
    repetitions: int = 0
    lapses: int = 0
    last_reviewed_at: datetime | None = None
    next_review_at: datetime | None = None
    total_reviews: int = 0
    total_correct: int = 0
    total_time_ms: int = 0
    suspended: bool = False
    buried_until: datetime | None = None
    flag: str | None = None
    stability: float | None = None
    difficulty: float | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None

    @property
    def due_at(self) -> datetime | None:
        """When the card may next be asked; None while it is suspended or was never answered."""
        if self.suspended or self.next_review_at is None:
            return None
        if self.buried_until is not None and self.buried_until > self.next_review_at:
            return self.buried_until
        return self.next_review_at

    @property
    def version(self) -> tuple[int, datetime | None]:
        """What must be unchanged between showing the card and answering it."""
        return (self.total_reviews, self.updated_at)

    @property
    def average_ms(self) -> int:
        """Mean time of an answer in milliseconds, 0 before the first."""
        return self.total_time_ms // self.total_reviews if self.total_reviews else 0


_Open = make_dataclass("_Open", Card.__dataclass_fields__, slots=True)


def card_of(*values: object) -> Card:
    """A card from the values of all its fields in their order, unchecked.

    A frozen class fills its fields slowly (2 µs a card, a fifth of a replay). An open one with the
    same slots takes a fifth of that, and is a card from then on: for who makes a library's worth.
    """
    card: Any = _Open(*values)
    card.__class__ = Card
    made: Card = card
    return made


def counted(card: Card) -> Card:
    """The card with one more review counted."""
    return card_of(
        card.state, card.ease, card.interval_days, card.repetitions, card.lapses,
        card.last_reviewed_at, card.next_review_at, card.total_reviews + 1, card.total_correct,
        card.total_time_ms, card.suspended, card.buried_until, card.flag, card.stability,
        card.difficulty, card.created_at, card.updated_at,
    )  # fmt: skip
