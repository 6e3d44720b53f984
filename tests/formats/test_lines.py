"""Lines of offsets: the same as counting from the start, in whatever order they are asked for."""

from unittest.mock import patch

from hypothesis import given
from hypothesis import strategies as st

from drillr.formats import lines
from drillr.formats.lines import LineIndex


@given(st.text(st.sampled_from("a\n\r缓")), st.lists(st.integers(0, 120)), st.integers(1, 9))
def test_every_offset_has_its_line(text: str, offsets: list[int], block: int) -> None:
    """Whatever the size of the blocks that are counted once."""
    with patch.object(lines, "_BLOCK", block):
        index = LineIndex(text)
        for offset in offsets:
            assert index.at(offset) == text[:offset].count("\n") + 1
