"""Fuzz: small, always the same, fair, and true to the order of intervals."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from drillr.domain.fuzz import fuzzed, seed_of, shift_at, shifted
from drillr.domain.ids import question_id


@given(st.integers(0, 40_000), st.integers(0, 40_000), st.integers(0, 2**16 - 1))
def test_a_shift_keeps_the_order(days: int, more: int, shift: int) -> None:
    """With the same shift a longer interval never becomes the shorter one."""
    assert shifted(days, shift) <= shifted(days + more, shift)


@given(st.integers(0, 40_000), st.integers(0, 2**64 - 1), st.integers(0, 200))
def test_a_shift_is_small_and_never_changes(days: int, seed: int, repetition: int) -> None:
    """At most a twentieth or one day, nothing under a week, and the same every time."""
    moved = fuzzed(days, seed, repetition)
    assert moved == shifted(days, shift_at(seed, repetition))
    assert abs(moved - days) <= (max(1, days // 20) if days >= 7 else 0)


def test_cards_spread_evenly() -> None:
    """Over many questions every shift of 60 days is about as frequent, at every review."""
    for repetition in (0, 1, 7):
        days = Counter(
            fuzzed(60, seed_of(question_id(f"q-{number}")), repetition) for number in range(7000)
        )
        assert sorted(days) == list(range(57, 64))
        assert all(800 < count < 1200 for count in days.values())
