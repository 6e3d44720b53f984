"""The default engine: SM-2's ease (Wozniak 1990) with Anki-like credit for early and late answers.

It differs from the published algorithm on purpose: the first answer's interval depends on its
rating, a lapse lowers the ease and starts over at one day, late days count, and the outcomes of
the four ratings always stay apart.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from drillr.domain.card import FIRST_EASE, MAX_EASE, MIN_EASE, Card, CardState
from drillr.domain.engine import Answer, days_between, recall_by_interval
from drillr.domain.fuzz import shift_at, shifted, stream_of
from drillr.domain.rating import Rating

# Members are attributes of the class by way of its metaclass, which the inner loop can't afford.
EASY, MEDIUM, HARD, VERY_HARD = Rating
_FIRST_DAYS = {EASY: 4, MEDIUM: 2, HARD: 1, VERY_HARD: 0}
# EF' - EF = 0.1 - (5-q)(0.08 + (5-q)*0.02) for q = 5, 4, 3, 2, in hundredths: exact.
_EASE_STEP = {EASY: 10, MEDIUM: 0, HARD: -14, VERY_HARD: -32}
_NO_SHIFT = -1


@dataclass(frozen=True, slots=True)
class Sm2:
    """The engine with its settings: the longest interval in days, and whether to fuzz."""

    maximum_interval: int = 36_500
    fuzz: bool = True

    def review(self, card: Card, rating: Rating, at: datetime, seed: int) -> Card:
        """The card after an answer; `seed` is the card's own number for fuzz."""
        ease = card.ease
        if card.state is CardState.NEW:
            days, state = _FIRST_DAYS[rating], CardState.LEARNING
        else:
            ease = stepped_ease(ease, rating)
            if rating is VERY_HARD:
                days, state = 1, CardState.RELEARNING
            else:
                elapsed = days_between(card.last_reviewed_at or at, at)
                shift = shift_at(stream_of(seed), card.total_reviews) if self.fuzz else _NO_SHIFT
                days = success_days(card.interval_days, card.ease, elapsed, rating, shift)
                state = CardState.REVIEW
        days = min(days, self.maximum_interval)
        return replace(
            card,
            state=state,
            ease=ease,
            interval_days=days,
            repetitions=card.repetitions + 1 if rating.passed else 0,
            lapses=card.lapses + (not rating.passed and card.repetitions > 0),
            last_reviewed_at=at,
            next_review_at=at + timedelta(days=days),
        )

    def preview(self, card: Card, at: datetime, seed: int) -> dict[Rating, Card]:
        """The four outcomes of answering now."""
        return {rating: self.review(card, rating, at, seed) for rating in Rating}

    def run(self, answers: Sequence[Answer], seed: int) -> Card:
        """What `review` gives, answer after answer, in one loop over plain numbers."""
        stream, shift = stream_of(seed) if self.fuzz else 0, _NO_SHIFT
        longest, fuzz = self.maximum_interval, self.fuzz
        (last, rating), ease, lapses = answers[0], FIRST_EASE, 0
        days, repetitions = min(_FIRST_DAYS[rating], longest), int(rating is not VERY_HARD)
        for count in range(1, len(answers)):
            at, rating = answers[count]
            if rating is VERY_HARD:
                lapses += repetitions > 0
                days, repetitions = 1, 0
            else:
                gap = at - last
                # days_between, without the call.
                elapsed = gap.days + (gap.seconds >= 43_200)
                if fuzz:
                    shift = shift_at(stream, count)
                days = success_days(days, ease, elapsed, rating, shift)
                if days > longest:
                    days = longest
                repetitions += 1
            ease = stepped_ease(ease, rating)
            last = at
        state = CardState.REVIEW if rating is not VERY_HARD else CardState.RELEARNING
        return Card(
            state=CardState.LEARNING if len(answers) == 1 else state,
            ease=ease, interval_days=days, repetitions=repetitions, lapses=lapses,
            last_reviewed_at=last, next_review_at=last + timedelta(days=days),
        )  # fmt: skip

    def recall(self, card: Card, at: datetime) -> float | None:
        """0.9 ^ (elapsed / interval)."""
        return recall_by_interval(card, at)


def stepped_ease(ease: int, rating: Rating) -> int:
    """The ease (hundredths) after an answer, within 1.30 and 9.99."""
    ease += _EASE_STEP[rating]
    return MIN_EASE if ease < MIN_EASE else MAX_EASE if ease > MAX_EASE else ease


def success_days(interval: int, ease: int, elapsed: int, rating: Rating, shift: int) -> int:
    """Days until the next review after a recall; each rating's at least one more than the harder's.

    For each rating round(base × EF'), halves up, where the base is the interval held, plus half
    the days late for Medium and all of them for Easy, and for an early answer the days that
    passed. `elapsed` is in whole days, `shift` the fuzz (a fraction of 2^32), negative for none.
    """
    # Doubled, so that half a day is a whole number.
    base = 2 * (interval if elapsed > interval else elapsed if elapsed > 0 else 0)
    days = (base * stepped_ease(ease, HARD) + 100) // 200
    floor = max(interval + 1, days if shift < 0 else shifted(days, shift))
    if rating is HARD:
        return floor
    late = elapsed - interval if elapsed > interval else 0
    days = ((base + late) * ease + 100) // 200
    floor = max(floor + 1, days if shift < 0 else shifted(days, shift))
    if rating is MEDIUM:
        return floor
    days = ((base + 2 * late) * stepped_ease(ease, EASY) + 100) // 200
    return max(floor + 1, days if shift < 0 else shifted(days, shift))
