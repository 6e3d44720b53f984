"""Conditions of a search: what they name, wherever in the tree it stands."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drillr.domain.query import All, Any, Is, Node, Not, Place, State, asks_for, leaves
from drillr.domain.query import selectors as selectors_of
from drillr.domain.query_text import parse
from drillr.errors import QueryError

LEAVES: st.SearchStrategy[Node] = st.sampled_from([Place("a"), Place("b/c"), *map(Is, State)])
TREES: st.SearchStrategy[Node] = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        inner.map(Not),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: All(tuple(parts))),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: Any(tuple(parts))),
    ),
    max_leaves=8,
)


@given(TREES)
def test_all_conditions_are_found(tree: Node) -> None:
    """However deep they stand, each place once."""
    found = list(leaves(tree))
    assert found
    assert not any(isinstance(leaf, Not | All | Any) for leaf in found)
    places = [leaf.selector for leaf in found if isinstance(leaf, Place)]
    assert selectors_of(tree) == list(dict.fromkeys(places))
    assert asks_for(tree, State.INACTIVE) == (Is(State.INACTIVE) in found)


@pytest.mark.parametrize("text", ["difficulty:1.5", "interval:3-1", "ease:x", "ease:>1-2"])
def test_a_number_that_is_none_says_what_to_write(text: str) -> None:
    """And how."""
    with pytest.raises(QueryError) as refused:
        parse(text)
    assert refused.value.remedy
