"""Selectors: what a person types names one part of the library, or the error says why not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drillr.domain import selector
from drillr.errors import SelectorError

CODE = st.sampled_from(["api", "graphql", "rest", "sql", "sq"])
FACETS = st.sets(st.tuples(CODE, CODE, CODE, CODE).map("__".join), min_size=1, max_size=12)
LIBRARY = (
    "backend__api__protocols__graphql", "backend__api__protocols__rest",
    "databases__sql__indexing__plans", "frontend__api__rest__caching",
)  # fmt: skip


@given(FACETS, st.data())
def test_every_path_and_beginning_names_just_what_is_below_it(
    facets: set[str], data: st.DataObject
) -> None:
    """With either separator; the empty selector is everything."""
    place = data.draw(st.sampled_from(selector.places(facets)))
    below = sorted(one for one in facets if one == place or one.startswith(place + "__"))
    for written in (place, place.replace("__", "/"), f" {place}/ "):
        assert selector.resolve(written, facets) == below
    assert selector.resolve(" ", facets) == sorted(facets)


@given(FACETS, CODE)
def test_a_code_names_one_place_or_the_error_lists_them(facets: set[str], code: str) -> None:
    """Nothing is guessed where several places share a code."""
    ends = [one for one in selector.places(facets) if one.endswith("__" + code)]
    begins = any(one == code or one.startswith(code + "__") for one in facets)
    if begins or len(ends) == 1:
        assert selector.resolve(code, facets)
    else:
        with pytest.raises(SelectorError) as refused:
            selector.resolve(code, facets)
        assert all(place in refused.value.remedy for place in ends[:8])


def test_unknown_names_suggest_what_is_near() -> None:
    """A near name, or where to look, or what fills an empty library."""
    for wanted, says in (("grphql", "graphql"), ("zzz", "drillr tree"), ("rest", "Say which")):
        with pytest.raises(SelectorError) as refused:
            selector.resolve(wanted, LIBRARY)
        assert says in refused.value.remedy
    with pytest.raises(SelectorError, match="--starter"):
        selector.resolve("graphql", ())
    many = [f"a__b__c{n}__same" for n in range(9)]
    with pytest.raises(SelectorError, match=", …"):
        selector.resolve("same", many)
