"""SM-2 as drillr runs it: properties for every card, and golden sequences."""

import math
import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction

from hypothesis import example, given
from hypothesis import strategies as st

from drillr.domain.card import MAX_EASE, MIN_EASE, Card, CardState
from drillr.domain.engine import days_between
from drillr.domain.fuzz import fuzzed, shifted
from drillr.domain.rating import Rating
from drillr.domain.sm2 import Sm2, success_days
from tests.domain.lives import responses

START = datetime(2026, 1, 1, 12, tzinfo=UTC)
RATINGS = st.sampled_from(Rating)
SEEDS = st.integers(0, 2**64 - 1)
GAPS = st.integers(0, 60 * 24 * 400).map(lambda minutes: timedelta(minutes=minutes))
HISTORIES = st.lists(st.tuples(RATINGS, GAPS), max_size=12)


def after(history: list[tuple[Rating, timedelta]], engine: Sm2, seed: int) -> tuple[Card, datetime]:
    """The card after a history of ratings and the gaps before them, and the last instant."""
    card, at = Card(), START
    for count, (rating, gap) in enumerate(history):
        at += gap
        card = engine.review(card, rating, at, seed)
        assert card.total_reviews == 0, f"the fold counts reviews, not the engine ({count})"
    return card, at


@given(HISTORIES, GAPS, SEEDS, st.booleans())
def test_outcomes_are_ordered_easy_medium_hard_missed(
    history: list[tuple[Rating, timedelta]], gap: timedelta, seed: int, fuzz: bool
) -> None:
    """Whatever came before, an easier rating never brings a card back sooner."""
    engine = Sm2(fuzz=fuzz)
    card, at = after(history, engine, seed)
    if card.interval_days > 10_000:
        return
    outcomes = engine.preview(card, at + gap, seed)
    easy, medium, hard, missed = (outcomes[rating].interval_days for rating in Rating)
    assert easy > medium > hard
    assert hard > missed or (hard == missed == 1)


@given(HISTORIES, GAPS, SEEDS, st.sampled_from([Rating.EASY, Rating.MEDIUM, Rating.HARD]))
def test_success_lengthens_the_interval(
    history: list[tuple[Rating, timedelta]], gap: timedelta, seed: int, rating: Rating
) -> None:
    """Every success after the first answer gives a longer interval than the one held."""
    engine = Sm2()
    card, at = after(history, engine, seed)
    if card.interval_days > 10_000:
        return
    assert engine.review(card, rating, at + gap, seed).interval_days > card.interval_days


@given(HISTORIES, SEEDS)
def test_ease_stays_within_its_bounds(history: list[tuple[Rating, timedelta]], seed: int) -> None:
    """The ease is never below 1.30 nor above 9.99."""
    card, _ = after(history, Sm2(), seed)
    assert MIN_EASE <= card.ease <= MAX_EASE


@given(st.integers(1, 2000), st.integers(130, 400), st.integers(0, 4000), RATINGS)
def test_growth_follows_the_published_formula(
    interval: int, ease: int, elapsed: int, rating: Rating
) -> None:
    """Interval and ease equal a model in exact fractions of SM-2's ease and the days credited."""
    card = Card(
        state=CardState.REVIEW, ease=ease, interval_days=interval, repetitions=2,
        last_reviewed_at=START, next_review_at=START + timedelta(days=interval),
    )  # fmt: skip
    got = Sm2(fuzz=False).review(card, rating, START + timedelta(days=elapsed), 0)
    q = 6 - rating
    factor = (
        Fraction(ease, 100)
        + Fraction(1, 10)
        - (5 - q) * (Fraction(8, 100) + (5 - q) * Fraction(2, 100))
    )
    factor = max(Fraction(13, 10), factor)
    assert got.ease == factor * 100
    if rating is Rating.VERY_HARD:
        assert (got.interval_days, got.state, got.repetitions) == (1, CardState.RELEARNING, 0)
        return

    def outcome(candidate: Rating, harder: int) -> int:
        quality = 6 - candidate
        grown = max(
            Fraction(13, 10),
            Fraction(ease, 100)
            + Fraction(1, 10)
            - (5 - quality) * (Fraction(8, 100) + (5 - quality) * Fraction(2, 100)),
        )
        late = max(0, elapsed - interval)
        credit = {Rating.HARD: 0, Rating.MEDIUM: late, Rating.EASY: 2 * late}
        base = Fraction(2 * min(interval, elapsed) + credit[candidate], 2)
        return max(int(base * grown + Fraction(1, 2)), harder + 1)

    hard = outcome(Rating.HARD, interval)
    medium = outcome(Rating.MEDIUM, hard)
    easy = outcome(Rating.EASY, medium)
    expected = {Rating.HARD: hard, Rating.MEDIUM: medium, Rating.EASY: easy}[rating]
    assert got.interval_days == min(expected, 36_500)
    assert got.state is CardState.REVIEW


def test_a_golden_life_of_a_card() -> None:
    """Medium on the day each time, one miss, and the way back, without fuzz."""
    engine, card, at = Sm2(fuzz=False), Card(), START
    seen = []
    for rating in (2, 2, 2, 2, 4, 2, 2, 1, 3):
        card = engine.review(card, Rating(rating), at, 0)
        seen.append((card.interval_days, card.ease, card.repetitions, card.lapses))
        at += timedelta(days=card.interval_days)
    assert seen == [
        (2, 250, 1, 0), (6, 250, 2, 0), (15, 250, 3, 0), (38, 250, 4, 0), (1, 218, 0, 1),
        (3, 218, 1, 1), (7, 218, 2, 1), (16, 228, 3, 1), (34, 214, 4, 1),
    ]  # fmt: skip


def test_the_first_answer_sets_four_two_one_or_no_days() -> None:
    """A new card's interval depends on its rating alone, and its ease stays."""
    outcomes = Sm2().preview(Card(), START, 7)
    assert [outcomes[rating].interval_days for rating in Rating] == [4, 2, 1, 0]
    assert {card.state for card in outcomes.values()} == {CardState.LEARNING}
    assert {card.ease for card in outcomes.values()} == {250}


def test_the_maximum_interval_holds() -> None:
    """No rating goes beyond the longest interval that is set."""
    card = Card(state=CardState.REVIEW, interval_days=90, last_reviewed_at=START)
    assert Sm2(100).review(card, Rating.EASY, START + timedelta(days=90), 1).interval_days == 100


@given(st.integers(0, 40_000), SEEDS, st.integers(0, 500))
def test_fuzz_is_small_and_always_the_same(days: int, seed: int, repetition: int) -> None:
    """Fuzz moves an interval by at most a twentieth, a short one not at all, and repeats."""
    moved = fuzzed(days, seed, repetition)
    assert moved == fuzzed(days, seed, repetition)
    assert abs(moved - days) <= (max(1, days // 20) if days >= 7 else 0)


@given(st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1)), GAPS)
def test_days_are_rounded_to_the_nearest(at: datetime, gap: timedelta) -> None:
    """The days between two instants are off by at most half a day, and never negative."""
    start = at.replace(tzinfo=UTC)
    days = days_between(start, start + gap)
    assert abs(timedelta(days=days) - gap) <= timedelta(hours=12)
    assert days_between(start + gap, start) == 0 or gap < timedelta(0)


@given(
    st.integers(0, 3000), st.integers(130, 999), st.integers(0, 9000), st.integers(-1, 2**16 - 1)
)
@example(interval=8, ease=500, elapsed=8, shift=0)  # Hard 39 and Medium 40 shift to the same day
@example(interval=13, ease=300, elapsed=13, shift=0)  # so do Medium 39 and Easy 40
def test_outcomes_are_apart_after_the_shift(
    interval: int, ease: int, elapsed: int, shift: int
) -> None:
    """Each rating's days are the formula's, shifted, and at least one more than the harder's."""
    late = max(0, elapsed - interval)
    base = Fraction(min(interval, elapsed))
    floor = interval
    for rating, step, credit in (
        (Rating.HARD, -14, 0),
        (Rating.MEDIUM, 0, 1),
        (Rating.EASY, 10, 2),
    ):
        factor = Fraction(min(MAX_EASE, max(MIN_EASE, ease + step)), 100)
        days = math.floor((base + Fraction(credit * late, 2)) * factor + Fraction(1, 2))
        floor = max(floor + 1, days if shift < 0 else shifted(days, shift))
        assert success_days(interval, ease, elapsed, rating, shift) == floor


def test_recall_falls_to_nine_tenths_at_the_interval() -> None:
    """By the interval alone; unknown before the first answer."""
    card = Card(state=CardState.REVIEW, interval_days=10, last_reviewed_at=START)
    assert Sm2().recall(card, START + timedelta(days=10)) == 0.9
    assert Sm2().recall(Card(), START) is None


@given(
    st.lists(st.tuples(RATINGS, st.integers(20, 400)), min_size=2, max_size=12), SEEDS,
    st.sampled_from([90, 36_500]), st.booleans(),
)  # fmt: skip
def test_long_lives_replay_as_they_were_lived(
    answers: list[tuple[Rating, int]], seed: int, longest: int, fuzz: bool
) -> None:
    """Weeks and months apart, step by step and in one loop, up to the longest interval."""
    engine, card, at, given_ = Sm2(longest, fuzz), Card(), START, []
    for number, (rating, days) in enumerate(answers):
        at += timedelta(days=days)
        card = replace(engine.review(card, rating, at, seed), total_reviews=number + 1)
        given_.append((at, rating))
    done = engine.run(responses(given_), seed)
    assert done is not None
    assert (done.interval_days, done.ease, done.lapses) == (
        card.interval_days, card.ease, card.lapses,
    )  # fmt: skip


def test_thousands_of_lives_near_every_edge_replay_as_they_were_lived() -> None:
    """Gaps about the interval held, where outcomes nearly meet and where fuzz sets in."""
    rng = random.Random(7)
    for number in range(6_000):
        engine, seed = Sm2(rng.choice([40, 36_500]), number % 4 > 0), rng.getrandbits(64)
        card, at, lived = Card(), START, []
        for turn in range(8):
            spread = rng.choice([1, 3, card.interval_days])
            gap = max(0, card.interval_days + rng.randint(-spread, spread))
            at += timedelta(days=gap, seconds=rng.randint(1, 86_000))
            rating = rng.choices(list(Rating), (3, 4, 2, 1))[0]
            card = replace(engine.review(card, rating, at, seed), total_reviews=turn + 1)
            lived.append((at, rating))
            done = engine.run(responses(lived), seed) if turn in (2, 4, 7) else None
            if done is not None:
                assert replace(card, total_reviews=0) == Card(**done._asdict())
