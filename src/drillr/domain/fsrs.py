"""FSRS-6: a model of memory with two numbers, stability and difficulty, and a forgetting curve.

The arithmetic is that of the reference implementation (py-fsrs 6, MIT), operation by operation, so
that results are equal to the last bit; the package itself takes six times as long.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from math import e

from drillr.domain.card import FIRST_EASE, Card, CardState
from drillr.domain.engine import Schedule, schedule_of
from drillr.domain.facts import Response
from drillr.domain.fsrs_parameters import DEFAULTS
from drillr.domain.fuzz import fuzzed
from drillr.domain.rating import Rating

_LEAST_STABILITY = 0.001
_VERY_HARD = Rating.VERY_HARD

Memory = tuple[float, float]
"""Stability (days until recall falls to 90 %) and difficulty (1–10)."""


@dataclass(frozen=True, slots=True)
class Fsrs:
    """The engine: parameters, the recall to schedule for (0–1), longest interval (days), fuzz.

    What was missed comes back the same day, after the others, as with one relearning step of no
    length; whatever was recalled gets the days after which recall falls to `desired_retention`.
    """

    parameters: tuple[float, ...] = DEFAULTS
    desired_retention: float = 0.9
    maximum_interval: int = 36_500
    fuzz: bool = True

    def review(self, card: Card, rating: Rating, at: datetime, seed: int) -> Card:
        """The card after an answer; `seed` is the card's own number for fuzz."""
        first, following = memory_model(self.parameters)
        grade = 5 - rating
        last = card.last_reviewed_at
        if card.stability is None or card.difficulty is None or last is None:
            stability, difficulty = first[grade]
        else:
            elapsed = (at - last).days
            stability, difficulty = following(card.stability, card.difficulty, elapsed, grade)
        days = self.days_for(stability, rating, seed, card.total_reviews)
        return replace(
            card,
            state=_state(card.state is CardState.NEW, rating),
            interval_days=days,
            repetitions=card.repetitions + 1 if rating.passed else 0,
            lapses=card.lapses + (not rating.passed and card.repetitions > 0),
            last_reviewed_at=at,
            next_review_at=at + timedelta(days=days),
            stability=stability,
            difficulty=difficulty,
        )

    def preview(self, card: Card, at: datetime, seed: int) -> dict[Rating, Card]:
        """The four outcomes of answering now."""
        return {rating: self.review(card, rating, at, seed) for rating in Rating}

    def run(self, history: Sequence[Response], seed: int) -> Schedule | None:
        """What `review` gives, answer after answer, in one loop over plain numbers."""
        first, following = memory_model(self.parameters)
        rest, missed = iter(history), _VERY_HARD
        response = next(rest)
        last, rating = response.created_at, response.rating
        stability, difficulty = first[5 - rating]
        repetitions, lapses = int(rating is not missed), 0
        for response in rest:
            gap = response.created_at - last
            days = gap.days
            if days < 1 and (days < 0 or not gap):
                return None
            last, rating = response.created_at, response.rating
            stability, difficulty = following(stability, difficulty, days, 5 - rating)
            if rating is missed:
                lapses += repetitions > 0
                repetitions = 0
            else:
                repetitions += 1
        days = self.days_for(stability, rating, seed, len(history) - 1)
        return schedule_of(
            _state(len(history) == 1, rating), FIRST_EASE, days, repetitions, lapses,
            last, last + timedelta(days=days), stability, difficulty,
        )  # fmt: skip

    def repeats_today(self, rating: Rating, first: bool) -> bool:
        """Whatever was missed comes again the same day."""
        del first
        return rating is _VERY_HARD

    def recall(self, card: Card, at: datetime) -> float | None:
        """The forgetting curve at `at`, counted in whole days as the reference does."""
        if card.stability is None or card.last_reviewed_at is None:
            return None
        elapsed = max(0, (at - card.last_reviewed_at).days)
        return retrievability(self.parameters, card.stability, elapsed)

    def days_for(self, stability: float, rating: Rating, seed: int, repetition: int) -> int:
        """Days until the next review: 0 after a miss, otherwise at least 1."""
        if rating is _VERY_HARD:
            return 0
        factor, decay = curve(self.parameters)
        # At least 1 and at most maximum_interval days, a whole number.
        span: float = (stability / factor) * (self.desired_retention ** (1 / decay) - 1)
        days = min(max(round(span), 1), self.maximum_interval)
        if self.fuzz:
            days = min(fuzzed(days, seed, repetition), self.maximum_interval)
        return days


def retrievability(parameters: tuple[float, ...], stability: float, elapsed: float) -> float:
    """The chance (0–1) of a recall `elapsed` days after the last answer."""
    factor, decay = curve(parameters)
    return float((1 + factor * elapsed / stability) ** decay)


@lru_cache(maxsize=64)
def curve(parameters: tuple[float, ...]) -> tuple[float, float]:
    """Factor and decay of the forgetting curve (1 + factor × days / stability) ^ decay."""
    decay = -parameters[20]
    return 0.9 ** (1 / decay) - 1, decay


@lru_cache(maxsize=64)
def memory_model(
    parameters: tuple[float, ...],
) -> tuple[tuple[Memory, ...], Callable[[float, float, int, int], Memory]]:
    """The memory after a first answer, by grade, and the function that gives every later one.

    Grades are 1 (again) to 4 (easy); index 0 is never asked for. The function takes stability,
    difficulty, whole days since the last answer, and the grade. One closure over constants, and
    longer than most, because a replay of a library calls it once for every answer ever given.
    """
    w = parameters
    factor, decay = curve(parameters)
    unclamped = [w[4] - (e ** (w[5] * (grade - 1))) + 1 for grade in range(1, 5)]
    least = _LEAST_STABILITY
    starts = tuple(
        (max(w[grade - 1], least), min(max(unclamped[grade - 1], 1.0), 10.0))
        for grade in range(1, 5)
    )
    short = [e ** (w[17] * (grade - 3 + w[18])) for grade in range(5)]
    step = [-(w[6] * (grade - 3)) for grade in range(5)]
    bonus = (0.0, 0.0, w[15], 1.0, w[16])
    growth, mean, rest = e ** w[8], w[7] * unclamped[3], 1 - w[7]
    relearned = e ** (w[17] * w[18])
    w9, w10, w11, w12, w13, w14, w19 = -w[9], w[10], w[11], -w[12], w[13], w[14], -w[19]

    def following(s: float, d: float, elapsed: int, grade: int) -> Memory:
        if elapsed < 1:
            change = short[grade] * s**w19
            if change < 1.0 and grade > 1:
                change = 1.0
            after = s * change
        else:
            forgotten = 1 - (1 + factor * elapsed / s) ** decay
            if grade == 1:
                after = w11 * d**w12 * ((s + 1) ** w13 - 1) * e ** (forgotten * w14)
                most = s / relearned
                if after > most:
                    after = most
            else:
                after = s * (
                    1 + growth * (11 - d) * s**w9 * (e ** (forgotten * w10) - 1) * bonus[grade]
                )
        # Never above 10: a step goes at most eight ninths of the way there.
        d = mean + rest * (d + (10.0 - d) * step[grade] / 9.0)
        if d < 1.0:
            d = 1.0
        return after if after > least else least, d

    return ((0.0, 0.0), *starts), following


def _state(first: bool, rating: Rating) -> CardState:
    if rating.passed:
        return CardState.REVIEW
    return CardState.LEARNING if first else CardState.RELEARNING
