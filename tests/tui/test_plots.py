"""Plots fit the room they are given, and say what they plot without any colour."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drillr.tui.plots import Series, bars, columns, legend


@given(
    st.lists(st.lists(st.integers(0, 10_000), min_size=1, max_size=40), min_size=1, max_size=4),
    st.integers(1, 120),
    st.integers(1, 40),
)
def test_columns_fit(values: list[list[int]], width: int, height: int) -> None:
    """No line is wider, and there are no more lines, than there is room for."""
    count = min(map(len, values))
    series = [Series("s", one[:count], "$primary", "▒") for one in values]
    drawn = columns(series, [str(at) for at in range(count)], width, height)
    lines = drawn.plain.split("\n")
    if len(lines) > 1:
        assert len(lines) <= height
        assert max(map(len, lines)) <= width
    else:
        assert drawn.plain in ("too narrow", "nothing to show")


def test_the_highest_column_reaches_the_top_and_its_value_stands_there() -> None:
    """A plot can be read: the most is named, nothing is nothing."""
    lines = columns([Series("n", [0, 4, 8], "$primary")], ["a", "b", "c"], 30, 9).plain.split("\n")
    assert lines[0].startswith("8 ┤")
    assert lines[0].rstrip().endswith("█")
    assert lines[3].count("█") == lines[0].count("█")
    assert lines[4].count("█") == 2 * lines[0].count("█")
    assert lines[-1].split() == ["a", "b", "c"]


def test_stacked_series_differ_by_their_shades() -> None:
    """Without colours, each part of a stack is still told apart."""
    series = [Series("bad", [2], "$error", "░"), Series("good", [2], "$success", "█")]
    text = columns(series, ["x"], 20, 9).plain
    assert text.index("█") < text.index("░"), "the first series is at the bottom"
    assert "░ bad" in legend(series).plain


@pytest.mark.parametrize(("value", "blocks"), [(0, 0), (50, 10), (100, 20), (None, 0), (150, 20)])
def test_a_bar_is_as_long_as_its_share(value: float | None, blocks: int) -> None:
    """Half of the most is half of the room; unknown is empty; more than the most is the most."""
    drawn = bars([("a", value, "n")], 25, "$success", 100)
    assert drawn.plain.count("█") == blocks
