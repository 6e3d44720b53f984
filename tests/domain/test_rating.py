"""Ratings: which one is proposed, and that better answers never propose a worse one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drillr.domain.rating import Rating, propose, propose_by_points
from drillr.errors import UsageError


@given(
    st.integers(0, 600_000), st.integers(0, 600_000), st.one_of(st.none(), st.integers(1, 300)),
    st.integers(0, 3), st.one_of(st.none(), st.integers(1, 5)),
)  # fmt: skip
def test_a_faster_answer_is_never_proposed_as_harder(
    one: int, other: int, estimated: int | None, hints: int, confidence: int | None
) -> None:
    """With all else equal, less time proposes the same rating or an easier one."""
    fast, slow = sorted((one, other))
    proposals = [
        propose(True, elapsed, estimated, hints_used=hints, confidence=confidence)
        for elapsed in (fast, slow)
    ]
    assert proposals[0] <= proposals[1] < Rating.VERY_HARD


@given(st.integers(0, 600_000), st.integers(0, 2), st.one_of(st.none(), st.integers(1, 5)))
def test_only_a_wrong_choice_proposes_a_miss(
    elapsed: int, hints: int, confidence: int | None
) -> None:
    """Wrong is missed, whatever else; what can't be judged is medium, or hard after a hint."""
    wrong, unknown = (
        propose(verdict, elapsed, None, hints_used=hints, confidence=confidence)
        for verdict in (False, None)
    )
    assert wrong is Rating.VERY_HARD
    assert unknown is (Rating.HARD if hints else Rating.MEDIUM)


@pytest.mark.parametrize(
    ("elapsed", "confidence", "rating"),
    [
        (30_000, None, Rating.EASY), (30_001, None, Rating.MEDIUM), (1_000, 3, Rating.MEDIUM),
        (120_000, 5, Rating.MEDIUM), (120_001, 5, Rating.HARD), (1_000, 2, Rating.HARD),
    ],
)  # fmt: skip
def test_time_and_confidence_grade_a_right_answer(
    elapsed: int, confidence: int | None, rating: Rating
) -> None:
    """Half the time that is usual is easy, more than twice of it hard, as is a guess."""
    assert propose(True, elapsed, 60, confidence=confidence) is rating
    assert propose(True, elapsed, None, confidence=confidence) is rating


@given(st.integers(1, 20), st.data())
def test_more_points_never_propose_a_harder_rating(total: int, data: st.DataObject) -> None:
    """All points met is easy, none is a miss, and between them it never gets worse."""
    met = data.draw(st.integers(0, total))
    assert propose_by_points(total, total) is Rating.EASY
    assert propose_by_points(0, total) is Rating.VERY_HARD
    assert propose_by_points(min(met + 1, total), total) <= propose_by_points(met, total)


def test_ratings_are_named_and_carry_sm2s_quality() -> None:
    """Names and numbers are understood; qualities are 5, 4, 3, 2; one of them is a failure."""
    for rating in Rating:
        assert Rating.named(str(int(rating))) is Rating.named(f" {rating.name.title()} ") is rating
        assert rating.label
    assert Rating.named("missed") is Rating.VERY_HARD
    assert [rating.quality for rating in Rating] == [5, 4, 3, 2]
    assert [rating.passed for rating in Rating] == [True, True, True, False]
    with pytest.raises(UsageError, match="no rating"):
        Rating.named("5")
