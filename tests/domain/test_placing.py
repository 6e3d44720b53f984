"""Where foreign decks go: every name becomes a place that a question file could have."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drillr.domain.paths import FacetPath
from drillr.domain.placing import code, parse_under, place
from drillr.errors import UsageError


@pytest.mark.parametrize(
    ("deck", "under", "expected"),
    [
        ("Spanish", (), "Spanish__general__general__general"),
        ("Spanish::Verbs", (), "Spanish__Verbs__general__general"),
        ("a::b::c::d", (), "a__b__c__d"),
        ("a::b::c::d::e", (), "a__b__c__d.e"),
        ("Verbs", ("languages", "spanish"), "languages__spanish__Verbs__general"),
        ("x::y", ("a", "b", "c", "d"), "a__b__c__d"),
        ("C/C++ (basics)", (), "C_C++_basics__general__general__general"),
        ("???", (), "general__general__general__general"),
        ("a__b::_c_", (), "a_b__c__general__general"),
        ("a::b::c::d_mcq", (), "a__b__c__d-mcq"),
    ],
)
def test_decks_have_a_place(deck: str, under: tuple[str, ...], expected: str) -> None:
    """Names become codes, what is beyond four joins the last, what is missing is general."""
    assert str(place(deck.split("::"), under)) == expected


@given(st.lists(st.text(max_size=150), min_size=1, max_size=8), st.integers(0, 4))
def test_any_names_give_a_place_that_a_file_name_can_say(names: list[str], count: int) -> None:
    """The place is valid, survives its own file name, and gives itself again."""
    path = place(names, ("u", "v", "w", "x")[:count])
    assert FacetPath.parse(str(path)) == path
    assert FacetPath.of_file(f"{path}.json") == path
    assert place(path.parts, ()) == path


def test_long_names_stay_apart() -> None:
    """Two names that are equal for a hundred characters are still two codes."""
    assert code("x" * 150 + "a") != code("x" * 150 + "b")


@pytest.mark.parametrize("text", ["a__b__c__d__e", "a____b", "a__", "a b?", "__"])
def test_a_place_to_put_things_under_must_be_one(text: str) -> None:
    """What can't be the beginning of a path is a usage error."""
    with pytest.raises(UsageError, match="place"):
        parse_under(text)


def test_a_place_may_be_written_with_slashes() -> None:
    """As selectors may."""
    assert parse_under("a/b") == ("a", "b")
    assert parse_under(None) == ()
