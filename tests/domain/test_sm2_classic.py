"""SM-2 as published: frozen vectors, and the text itself in exact fractions."""

import json
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from math import ceil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drillr.domain.card import Card
from drillr.domain.rating import Rating
from drillr.domain.sm2_classic import Sm2Classic, advance
from tests.domain.lives import responses

START = datetime(2026, 1, 1, 12, tzinfo=UTC)
VECTORS = json.loads(Path(__file__).with_name("sm2_vectors.json").read_text(encoding="utf-8"))
GRADES = st.integers(0, 5)


def run(grades: list[int]) -> list[tuple[int, float, int]]:
    """What `advance` gives after each grade."""
    state, rows = (0, 2.5, 0), []
    for grade in grades:
        state = advance(*state, grade)
        rows.append(state)
    return rows


@pytest.mark.parametrize("vector", VECTORS, ids=lambda v: "".join(map(str, v["grades"])))
def test_it_equals_the_published_algorithm(vector: dict[str, Any]) -> None:
    """Interval (days), E-Factor and repetitions after every grade of a sequence."""
    assert [list(row) for row in run(vector["grades"])] == [
        [days, pytest.approx(factor, abs=1e-9), count] for days, factor, count in vector["after"]
    ]


@given(st.lists(GRADES, max_size=30))
def test_it_follows_the_text_in_exact_fractions(grades: list[int]) -> None:
    """Each step is the text's, but where a product is whole: doubles may round that up one day."""
    exact = Fraction(5, 2)
    interval, repetitions = 0, 0
    for q, (days, factor, count) in zip(grades, run(grades), strict=True):
        if q < 3:
            expected, repetitions = 1, 0
        else:
            repetitions += 1
            product = interval * exact
            expected = {1: 1, 2: 6}.get(repetitions) or ceil(product)
            if repetitions > 2 and product == expected:
                expected = days if days in (expected, expected + 1) else expected
            exact += Fraction(1, 10) - (5 - q) * (Fraction(8, 100) + (5 - q) * Fraction(2, 100))
            exact = max(Fraction(13, 10), exact)
        assert (days, count) == (expected, repetitions)
        assert factor == pytest.approx(float(exact), abs=1e-9)
        interval = days
        if interval > 10**9:
            return


@given(st.lists(st.tuples(st.sampled_from(Rating), st.integers(0, 400)), max_size=12))
def test_ratings_are_the_qualities_and_days_late_do_not_matter(
    history: list[tuple[Rating, int]],
) -> None:
    """A card goes through the published algorithm with quality 6 - rating, whenever it is asked."""
    engine, card, at = Sm2Classic(), Card(), START
    rows = run([rating.quality for rating, _ in history])
    for (rating, gap), (days, factor, count) in zip(history, rows, strict=True):
        if days > 36_500:
            return
        at += timedelta(days=gap)
        card = engine.review(card, rating, at, 7)
        assert (card.interval_days, card.difficulty, card.repetitions) == (days, factor, count)
        assert card.ease == round(factor * 100)
        assert card.next_review_at == at + timedelta(days=days)


def test_below_quality_three_the_factor_stays() -> None:
    """Qualities 0, 1 and 2 do the same: start over, E-Factor as it was."""
    states = {advance(16, 2.36, 3, quality) for quality in (0, 1, 2)}
    assert states == {(1, 2.36, 0)}


def test_the_longest_interval_is_kept() -> None:
    """The setting for the longest interval holds here as well."""
    card = Card()
    for number in range(9):
        card = Sm2Classic(30).review(card, Rating.EASY, START + timedelta(days=number), 0)
    assert card.interval_days == 30


def test_the_longest_interval_holds_in_a_replay_too() -> None:
    """Step by step and in one loop."""
    engine, card = Sm2Classic(10), Card()
    answers = [(START + timedelta(days=30 * n), Rating.EASY) for n in range(5)]
    for at, rating in answers:
        card = engine.review(card, rating, at, 0)
    done = engine.run(responses(answers), 0)
    assert done is not None
    assert done.interval_days == card.interval_days == 10
