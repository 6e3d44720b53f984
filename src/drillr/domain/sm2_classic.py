"""SM-2 as P. Wozniak published it in 1990, to the letter and without fuzz.

I(1) = 1 day, I(2) = 6, I(n) = I(n-1) × EF, rounded up, with the EF held before the answer. From
quality 3 on EF' = max(1.3, EF + 0.1 - (5-q)(0.08 + (5-q)·0.02)); below it the repetitions start
over and EF stays. Late and early answers count as if they were on time.

EF is carried in double precision, as the programs that test vectors come from carry it: five times
+0.1 makes 3.0000000000000004, and 140 days times that round up to 421. A card keeps it in
`difficulty`; its `ease` is the same number in hundredths, for people.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from math import ceil

from drillr.domain.card import FIRST_EASE, MAX_EASE, Card, CardState
from drillr.domain.engine import Schedule, recall_by_interval, schedule_of
from drillr.domain.facts import Response
from drillr.domain.rating import Rating

_FIRST_FACTOR = FIRST_EASE / 100
_LEAST_FACTOR = 1.3
_PASSING = 3
_VERY_HARD = Rating.VERY_HARD
_STEP = tuple(0.1 - (5 - q) * (0.08 + (5 - q) * 0.02) for q in range(6))


def advance(interval: int, factor: float, repetitions: int, quality: int) -> tuple[int, float, int]:
    """Interval (days), E-Factor and repetitions after an answer of `quality` 0–5."""
    if quality < _PASSING:
        return 1, factor, 0
    if repetitions == 0:
        days = 1
    elif repetitions == 1:
        days = 6
    else:
        days = ceil(interval * factor)
    stepped = factor + _STEP[quality]
    return days, stepped if stepped > _LEAST_FACTOR else _LEAST_FACTOR, repetitions + 1


@dataclass(frozen=True, slots=True)
class Sm2Classic:
    """The engine with the longest interval in days."""

    maximum_interval: int = 36_500

    def review(self, card: Card, rating: Rating, at: datetime, seed: int) -> Card:
        """The card after an answer; `seed` has no part in it."""
        del seed
        held = _FIRST_FACTOR if card.difficulty is None else card.difficulty
        days, factor, repetitions = advance(
            card.interval_days, held, card.repetitions, rating.quality
        )
        days = min(days, self.maximum_interval)
        first = card.state is CardState.NEW
        return replace(
            card,
            state=_state(first, rating),
            ease=_hundredths(factor),
            interval_days=days,
            repetitions=repetitions,
            lapses=card.lapses + (not rating.passed and card.repetitions > 0),
            last_reviewed_at=at,
            next_review_at=at + timedelta(days=days),
            difficulty=factor,
        )

    def preview(self, card: Card, at: datetime, seed: int) -> dict[Rating, Card]:
        """The four outcomes of answering now; the three recalls differ in ease alone."""
        return {rating: self.review(card, rating, at, seed) for rating in Rating}

    def run(self, history: Sequence[Response], seed: int) -> Schedule | None:
        """What `review` gives, answer after answer, in one loop over plain numbers."""
        del seed
        longest, missed = self.maximum_interval, _VERY_HARD
        days, factor, repetitions, lapses = 0, _FIRST_FACTOR, 0, 0
        last = None
        for response in history:
            at, rating = response.created_at, response.rating
            if last is not None and at <= last:
                return None
            last = at
            if rating is missed:
                lapses += repetitions > 0
                days, repetitions = 1, 0
            else:
                days, factor, repetitions = advance(days, factor, repetitions, 6 - rating)
            if days > longest:
                days = longest
        last, rating = history[-1].created_at, history[-1].rating
        return schedule_of(
            _state(len(history) == 1, rating), _hundredths(factor), days, repetitions, lapses,
            last, last + timedelta(days=days), None, factor,
        )  # fmt: skip

    def repeats_today(self, rating: Rating, first: bool) -> bool:
        """Never: a miss comes back tomorrow."""
        del rating, first
        return False

    def recall(self, card: Card, at: datetime) -> float | None:
        """0.9 ^ (elapsed / interval)."""
        return recall_by_interval(card, at)


def _state(first: bool, rating: Rating) -> CardState:
    if first:
        return CardState.LEARNING
    return CardState.REVIEW if rating.passed else CardState.RELEARNING


def _hundredths(factor: float) -> int:
    return min(MAX_EASE, round(factor * 100))
