"""Spans of time in words: short, and never saying less for more."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drillr.domain.phrases import counted, duration, interval


@pytest.mark.parametrize(
    ("days", "text"),
    [
        (-1, "today"), (0, "today"), (1, "1 d"), (59, "59 d"), (60, "2 mo"), (100, "3.3 mo"),
        (364, "12 mo"), (365, "1 y"), (547, "1.5 y"), (36_500, "100 y"),
    ],
)  # fmt: skip
def test_intervals_read_as_people_say_them(days: int, text: str) -> None:
    """Days, then months, then years."""
    assert interval(days) == text


@pytest.mark.parametrize(
    ("ms", "text"),
    [
        (0, "0 s"), (8_400, "8 s"), (59_499, "59 s"), (59_500, "1 min"), (200_000, "3 min 20 s"),
        (3_599_499, "59 min 59 s"), (3_600_000, "1 h 00 min"), (7_500_000, "2 h 05 min"),
    ],
)  # fmt: skip
def test_durations_read_as_people_say_them(ms: int, text: str) -> None:
    """Rounded to the second, and to the minute above an hour."""
    assert duration(ms) == text


@given(st.integers(0, 40_000))
def test_an_interval_fits_a_button(days: int) -> None:
    """At most seven characters."""
    assert len(interval(days)) <= 7


def test_things_are_counted_as_people_count_them() -> None:
    """One is one, and none are many."""
    found = [counted(number, "fact") for number in (0, 1, 2)]
    assert found == ["0 facts", "1 fact", "2 facts"]
