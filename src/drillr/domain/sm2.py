"""The default engine: SM-2's ease (Wozniak 1990) with Anki-like credit for early and late answers.

It differs from the published algorithm on purpose: the first answer's interval depends on its
rating, a lapse lowers the ease and starts over at one day, late days count, and the outcomes of
the four ratings always stay apart.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from drillr.domain.card import MAX_EASE, MIN_EASE, Card, CardState
from drillr.domain.engine import days_between
from drillr.domain.fuzz import fuzzed
from drillr.domain.rating import Rating

_FIRST_DAYS = {Rating.EASY: 4, Rating.MEDIUM: 2, Rating.HARD: 1, Rating.VERY_HARD: 0}
# EF' - EF = 0.1 - (5-q)(0.08 + (5-q)*0.02) for q = 5, 4, 3, 2, in hundredths: exact.
_EASE_STEP = {Rating.EASY: 10, Rating.MEDIUM: 0, Rating.HARD: -14, Rating.VERY_HARD: -32}


@dataclass(frozen=True, slots=True)
class Sm2:
    """The engine with its settings: the longest interval in days, and whether to fuzz."""

    maximum_interval: int = 36_500
    fuzz: bool = True

    def review(self, card: Card, rating: Rating, at: datetime, seed: int) -> Card:
        """The card after an answer; `seed` is the card's own number for fuzz."""
        if card.state is CardState.NEW:
            days, ease, state = _FIRST_DAYS[rating], card.ease, CardState.LEARNING
        elif rating is Rating.VERY_HARD:
            days, ease, state = 1, stepped_ease(card.ease, rating), CardState.RELEARNING
        else:
            ease, state = stepped_ease(card.ease, rating), CardState.REVIEW
            days = self._success_days(card, rating, at, seed)
        days = min(days, self.maximum_interval)
        passed = rating.passed
        lapsed = not passed and card.repetitions > 0
        return replace(
            card,
            state=state,
            ease=ease,
            interval_days=days,
            repetitions=card.repetitions + 1 if passed else 0,
            lapses=card.lapses + lapsed,
            last_reviewed_at=at,
            next_review_at=at + timedelta(days=days),
        )

    def preview(self, card: Card, at: datetime, seed: int) -> dict[Rating, Card]:
        """The four outcomes of answering now."""
        return {rating: self.review(card, rating, at, seed) for rating in Rating}

    def _success_days(self, card: Card, rating: Rating, at: datetime, seed: int) -> int:
        """Days until the next review; each rating's at least one more than the harder one's."""
        floor = card.interval_days
        for candidate in (Rating.HARD, Rating.MEDIUM, Rating.EASY):
            days = grown_days(card, candidate, at)
            if self.fuzz:
                days = fuzzed(days, seed, card.total_reviews)
            floor = max(days, floor + 1)
            if candidate is rating:
                break
        return floor


def stepped_ease(ease: int, rating: Rating) -> int:
    """The ease (hundredths) after an answer, within 1.30 and 9.99."""
    return max(MIN_EASE, min(MAX_EASE, ease + _EASE_STEP[rating]))


def grown_days(card: Card, rating: Rating, at: datetime) -> int:
    """round(base × EF'), halves up, before fuzz and the rules that keep outcomes apart.

    The base is the interval held, plus half the days late for Medium and all of them for Easy; for
    an early answer it is the days that really passed.
    """
    interval = card.interval_days
    elapsed = days_between(card.last_reviewed_at or at, at)
    late = max(0, elapsed - interval)
    doubled = 2 * min(interval, elapsed)
    if late and rating is Rating.MEDIUM:
        doubled += late
    elif late and rating is Rating.EASY:
        doubled += 2 * late
    return (doubled * stepped_ease(card.ease, rating) + 100) // 200
