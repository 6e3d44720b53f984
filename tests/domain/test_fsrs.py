"""FSRS-6: equal to the reference package, bit by bit, on random histories."""

import random
from datetime import UTC, datetime, timedelta

import fsrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drillr.domain.card import Card, CardState
from drillr.domain.fsrs import Fsrs, retrievability
from drillr.domain.fsrs_parameters import (
    DEFAULTS,
    LOWER_BOUNDS,
    UPPER_BOUNDS,
    clamped,
    within_bounds,
)
from drillr.domain.rating import Rating

START = datetime(2026, 1, 1, 12, tzinfo=UTC)
MINUTE, DAY = 60, 86_400


def random_parameters(rng: random.Random) -> tuple[float, ...]:
    """Parameters somewhere between the published ones and the bounds."""
    return tuple(
        default + rng.random() * 0.5 * (rng.choice([low, high]) - default)
        for default, low, high in zip(DEFAULTS, LOWER_BOUNDS, UPPER_BOUNDS, strict=True)
    )


def random_gap(rng: random.Random) -> timedelta:
    """Minutes, hours, days or years: what happens between two answers."""
    longest = rng.choice([10 * MINUTE, DAY, 2 * DAY, 30 * DAY, 900 * DAY])
    return timedelta(seconds=rng.randrange(longest), microseconds=rng.randrange(1_000_000))


def test_ten_thousand_random_reviews_equal_the_package() -> None:
    """Stability, difficulty, due date and recall are equal, for any parameters and retention."""
    rng = random.Random(6)
    for _ in range(1000):
        parameters = rng.choice([DEFAULTS, random_parameters(rng)])
        retention = round(rng.uniform(0.70, 0.97), 2)
        # Without steps the package schedules in days, and so does drillr.
        package = fsrs.Scheduler(
            parameters, retention, learning_steps=(), relearning_steps=(), enable_fuzzing=False
        )
        engine = Fsrs(parameters, retention, fuzz=False)
        theirs, ours, at = fsrs.Card(card_id=1, due=START), Card(), START
        for _ in range(10):
            if ours.last_reviewed_at is not None:
                assert engine.recall(ours, at) == package.get_card_retrievability(theirs, at)
            rating = rng.choice(list(Rating))
            theirs, _ = package.review_card(theirs, fsrs.Rating(5 - rating), at)
            ours = engine.review(ours, rating, at, 0)
            assert (ours.stability, ours.difficulty) == (theirs.stability, theirs.difficulty)
            # What was missed comes again the same day, whatever its stability.
            assert ours.next_review_at == (at if rating is Rating.VERY_HARD else theirs.due)
            at += random_gap(rng)


def test_our_parameters_are_the_packages() -> None:
    """The published parameters and their bounds are those of the reference."""
    assert fsrs.Scheduler().parameters == DEFAULTS
    for index in range(len(DEFAULTS)):
        for bound in (LOWER_BOUNDS, UPPER_BOUNDS):
            edge = (*DEFAULTS[:index], bound[index], *DEFAULTS[index + 1 :])
            fsrs.Scheduler(edge)
            assert within_bounds(edge)
            sign = 1 if bound is UPPER_BOUNDS else -1
            beyond = (*DEFAULTS[:index], bound[index] + sign * 1e-6, *DEFAULTS[index + 1 :])
            assert not within_bounds(beyond)
            with pytest.raises(ValueError, match="out of bounds"):
                fsrs.Scheduler(beyond)
    assert not within_bounds(DEFAULTS[:-1])
    assert not within_bounds((float("nan"), *DEFAULTS[1:]))


def test_the_package_with_steps_holds_the_same_memory() -> None:
    """Learning steps move due dates only: with the package's own, the memory is the same."""
    rng = random.Random(7)
    package, engine = fsrs.Scheduler(enable_fuzzing=False), Fsrs(fuzz=False)
    for _ in range(50):
        theirs, ours, at = fsrs.Card(card_id=1, due=START), Card(), START
        for _ in range(8):
            rating = rng.choice(list(Rating))
            theirs, _ = package.review_card(theirs, fsrs.Rating(5 - rating), at)
            ours = engine.review(ours, rating, at, 0)
            at += random_gap(rng)
        assert (ours.stability, ours.difficulty) == (theirs.stability, theirs.difficulty)


@settings(max_examples=60)
@given(st.floats(0.01, 3000), st.floats(0.70, 0.97))
def test_an_interval_ends_where_recall_falls_to_what_is_desired(
    stability: float, retention: float
) -> None:
    """Half a day before and after the interval's end lies the retention that was asked for."""
    days = Fsrs(desired_retention=retention, fuzz=False).days_for(stability, Rating.MEDIUM, 0, 0)
    assert days >= 1
    assert retrievability(DEFAULTS, stability, days + 0.5) <= retention + 1e-12
    if 1 < days < 36_500:
        assert retrievability(DEFAULTS, stability, days - 0.5) >= retention - 1e-12


def test_what_was_missed_comes_again_today() -> None:
    """A miss, first or later, gives no days; the next recall gives some."""
    engine = Fsrs(fuzz=False)
    first = engine.review(Card(), Rating.VERY_HARD, START, 0)
    assert (first.state, first.interval_days, first.lapses) == (CardState.LEARNING, 0, 0)
    known = engine.review(first, Rating.MEDIUM, START + timedelta(minutes=10), 0)
    assert (known.state, known.repetitions) == (CardState.REVIEW, 1)
    missed = engine.review(known, Rating.VERY_HARD, START + timedelta(days=3), 0)
    assert (missed.state, missed.interval_days, missed.lapses) == (CardState.RELEARNING, 0, 1)


def test_a_known_history_stays_as_it_is() -> None:
    """One card's life, as the documentation tells it."""
    engine, card, at, seen = Fsrs(fuzz=False), Card(), START, []
    for rating in (Rating.MEDIUM, Rating.MEDIUM, Rating.EASY, Rating.HARD, Rating.VERY_HARD):
        card = engine.review(card, rating, at, 0)
        assert card.stability is not None
        assert card.difficulty is not None
        seen.append((card.interval_days, round(card.stability, 2), round(card.difficulty, 2)))
        at += timedelta(days=card.interval_days)
    assert seen == [
        (2, 2.31, 2.12), (11, 10.96, 2.11), (77, 77.11, 1.0), (198, 198.12, 4.01), (0, 4.85, 8.02),
    ]  # fmt: skip


@given(st.lists(st.floats(-100, 200), min_size=21, max_size=21), st.integers(0, 20))
def test_parameters_are_moved_within_their_bounds(numbers: list[float], bad: int) -> None:
    """To the nearest bound; with a number that is none among them, the published ones hold."""
    moved = clamped(numbers)
    assert within_bounds(moved)
    assert within_bounds(tuple(numbers)) == (moved == tuple(numbers))
    assert clamped([*numbers[:bad], float("nan"), *numbers[bad + 1 :]]) == DEFAULTS


def test_difficulty_stays_between_one_and_ten() -> None:
    """However often a card is missed or easy, for the hardest parameters there are."""
    for parameters in (LOWER_BOUNDS, UPPER_BOUNDS, DEFAULTS):
        for rating in Rating:
            assert all(1 <= one <= 10 for one in difficulties(tuple(parameters), rating))


def difficulties(parameters: tuple[float, ...], rating: Rating) -> list[float]:
    """The difficulty after each of forty answers with the same rating."""
    engine, card, at = Fsrs(parameters, 0.9), Card(), START
    found = []
    for _ in range(40):
        card, at = engine.review(card, rating, at, 0), at + timedelta(days=3)
        found.append(card.difficulty or 0.0)
    return found
