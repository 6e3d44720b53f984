"""Running ahead: the same values in the same order, errors in their place, and no thread left."""

import threading
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drillr.services.ahead import Ahead


class Broken(Exception):
    """What an iterator raises here."""


def broken_after(values: list[int]) -> Iterator[int]:
    """The values, and then an error."""
    yield from values
    raise Broken


@given(st.lists(st.integers()), st.integers(1, 5))
def test_values_come_in_their_order(values: list[int], most: int) -> None:
    """Nothing is lost, doubled or moved, however few may wait."""
    ahead = Ahead(values, most)
    assert list(ahead) == values
    assert list(ahead) == []
    ahead.close()


@given(st.lists(st.integers()), st.integers(1, 5))
def test_an_error_comes_where_the_next_value_would_have(values: list[int], most: int) -> None:
    """All values before it are given first; asked again, it is raised again."""
    ahead, found = Ahead(broken_after(values), most), []
    with pytest.raises(Broken):
        for value in ahead:
            found.append(value)
    assert found == values
    with pytest.raises(Broken):
        next(ahead)
    ahead.close()


@pytest.mark.parametrize("taken", [0, 1, 7])
def test_closing_ends_the_thread_of_an_endless_iterator(taken: int) -> None:
    """No more is asked of it than may wait, and then nothing."""
    asked: list[int] = []

    def endless() -> Iterator[int]:
        while True:
            asked.append(len(asked))
            yield asked[-1]

    before = threading.active_count()
    ahead = Ahead(endless(), 3)
    assert [next(ahead) for _ in range(taken)] == list(range(taken))
    ahead.close()
    assert threading.active_count() == before
    assert len(asked) <= taken + 5
