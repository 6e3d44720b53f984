"""The default engine: SM-2's ease (Wozniak 1990) with Anki-like credit for early and late answers.

It differs from the published algorithm on purpose: the first answer's interval depends on its
rating, a lapse lowers the ease and starts over at one day, late days count, and the outcomes of
the four ratings always stay apart.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from drillr.domain.card import FIRST_EASE, MAX_EASE, MIN_EASE, Card, CardState, card_of
from drillr.domain.engine import HALF_DAY, Schedule, days_between, recall_by_interval, schedule_of
from drillr.domain.facts import Response
from drillr.domain.fuzz import GOLDEN, WORD, shift_at, shifted
from drillr.domain.rating import Rating

# Looked up once: the inner loop can't afford an enum's attributes.
EASY, MEDIUM, HARD, VERY_HARD = Rating
_, _LEARNING, _REVIEW, _RELEARNING = CardState
_FIRST_DAYS = {EASY: 4, MEDIUM: 2, HARD: 1, VERY_HARD: 0}
# EF' - EF = 0.1 - (5-q)(0.08 + (5-q)*0.02) for q = 5, 4, 3, 2, in hundredths: exact.
_EASE_STEP = {EASY: 10, MEDIUM: 0, HARD: -14, VERY_HARD: -32}
_NO_SHIFT = -1
# From this ease on, and with a base of so many days (2.0 / 0.14, and 2.0 / 0.10), Hard is two days
# or more below Medium, and Medium below Easy.
_WIDE_EASE = MIN_EASE + 14
_WIDE_FROM_MEDIUM, _WIDE_FROM_EASY = 15, 20


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
                shift = shift_at(seed, card.total_reviews) if self.fuzz else _NO_SHIFT
                days = success_days(card.interval_days, card.ease, elapsed, rating, shift)
                state = CardState.REVIEW
        days = min(days, self.maximum_interval)
        passed = rating is not VERY_HARD
        return card_of(
            state, ease, days, card.repetitions + 1 if passed else 0,
            card.lapses + (not passed and card.repetitions > 0), at, at + timedelta(days),
            card.total_reviews, card.total_correct, card.total_time_ms, card.suspended,
            card.buried_until, card.flag, card.stability, card.difficulty, card.created_at,
            card.updated_at,
        )  # fmt: skip

    def preview(self, card: Card, at: datetime, seed: int) -> dict[Rating, Card]:
        """The four outcomes of answering now."""
        return {rating: self.review(card, rating, at, seed) for rating in Rating}

    def run(self, history: Sequence[Response], seed: int) -> Schedule | None:
        """What `review` gives, answer after answer, in one loop over plain numbers.

        A replay of a library spends its time here: what could be a call is written out, so this is
        longer than most.
        """
        shift, step, word = (seed & WORD, GOLDEN, WORD) if self.fuzz else (_NO_SHIFT, 0, -1)
        longest, missed, medium, hard = self.maximum_interval, VERY_HARD, MEDIUM, HARD
        rest = iter(history)
        response = next(rest)
        last, rating, ease, lapses = response.created_at, response.rating, FIRST_EASE, 0
        days, repetitions = min(_FIRST_DAYS[rating], longest), int(rating is not missed)
        for response in rest:
            gap = response.created_at - last
            elapsed = gap.days
            if elapsed < 1 and (elapsed < 0 or not gap):
                return None
            last, rating = response.created_at, response.rating
            shift = (shift + step) & word
            if rating is missed:
                if repetitions:
                    lapses += 1
                days, repetitions = 1, 0
                ease = ease - 32 if ease > MIN_EASE + 32 else MIN_EASE
                continue
            repetitions += 1
            if gap.seconds >= HALF_DAY:
                elapsed += 1
            held = days
            base = held if elapsed > held else elapsed
            # What follows is success_days; `least` 0 stands for days that are final already.
            if rating is medium:
                days, least = ((base + elapsed) * ease + 100) // 200, held + 2
                if base < _WIDE_FROM_MEDIUM or ease < _WIDE_EASE:
                    lower = ease - 14 if ease > _WIDE_EASE else MIN_EASE
                    after_hard = (base * lower + 50) // 100 + 1
                    if days <= after_hard and days > 6:
                        days, least = success_days(held, ease, elapsed, rating, shift), 0
                    elif days <= after_hard:
                        days, least = after_hard if after_hard > least else least, 0
            elif rating is hard:
                ease = ease - 14 if ease > _WIDE_EASE else MIN_EASE
                days, least = (base * ease + 50) // 100, held + 1
            elif base < _WIDE_FROM_EASY or not _WIDE_EASE <= ease < MAX_EASE - 10:
                days, least = success_days(held, ease, elapsed, rating, shift), 0
                ease = stepped_ease(ease, rating)
            else:
                ease += 10
                days, least = (elapsed * ease + 50) // 100, held + 3
            if days > 6 and least and shift >= 0:
                spread = days // 20 or 1
                days += (shift * (spread + spread + 1) >> 16) - spread
            if days < least:
                days = least
            if days > longest:
                days = longest
        later = _RELEARNING if rating is missed else _REVIEW
        return schedule_of(
            _LEARNING if len(history) == 1 else later,
            ease, days, repetitions, lapses, last, last + timedelta(days), None, None,
        )  # fmt: skip

    def repeats_today(self, rating: Rating, first: bool) -> bool:
        """Only a first answer that was missed comes again the same day."""
        return first and rating is VERY_HARD

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
    passed. `elapsed` is in whole days, `shift` the fuzz (a fraction of 2^16), negative for none.
    """
    # The base is doubled, so that half a day is a whole number.
    if elapsed > interval:
        base, late = 2 * interval, elapsed - interval
    else:
        base, late = 2 * elapsed if elapsed > 0 else 0, 0
    hard = (base * (ease - 14 if ease > MIN_EASE + 14 else MIN_EASE) + 100) // 200
    if rating is HARD:
        hard = hard if shift < 0 else shifted(hard, shift)
        return hard if hard > interval else interval + 1
    medium = ((base + late) * ease + 100) // 200
    # Two days apart before the shift are apart after it, so the harder outcome need not be known.
    if rating is MEDIUM and medium > hard + 1:
        if shift >= 0 and medium >= 7:  # `shifted`, written out for the usual case
            spread = medium // 20 or 1
            medium += (shift * (2 * spread + 1) >> 16) - spread
        return medium if medium > interval + 2 else interval + 2
    easy = ((base + 2 * late) * (ease + 10 if ease < MAX_EASE - 10 else MAX_EASE) + 100) // 200
    if rating is EASY and easy > medium + 1 > hard + 2:
        easy = easy if shift < 0 else shifted(easy, shift)
        return easy if easy > interval + 3 else interval + 3
    hard = max(interval + 1, hard if shift < 0 else shifted(hard, shift))
    medium = max(hard + 1, medium if shift < 0 else shifted(medium, shift))
    if rating is MEDIUM:
        return medium
    return max(medium + 1, easy if shift < 0 else shifted(easy, shift))


def formula_days(interval: int, ease: int, elapsed: int, rating: Rating) -> int:
    """What `success_days` would give without fuzz, and if outcomes need not stay apart."""
    late = max(0, elapsed - interval)
    base = 2 * max(0, min(interval, elapsed)) + late * {HARD: 0, MEDIUM: 1, EASY: 2}[rating]
    return (base * stepped_ease(ease, rating) + 100) // 200
