"""Merging a question's fields: whoever changed one wins, and a clash is told, never decided."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from drillr.domain.merge import changes, grouped, merge, settle
from drillr.domain.publication import Kind, Version, differences
from drillr.domain.solution import solution

NAMES = ["question", "answer", "options", "correct_answer", "tags", "facet", "active"]
questions = st.dictionaries(st.sampled_from(NAMES), st.sampled_from(["a", "b", "c"]))


@given(questions, questions, questions)
def test_one_sided_changes_win_and_two_sided_ones_clash(
    base: dict[str, Any], mine: dict[str, Any], theirs: dict[str, Any]
) -> None:
    """Each field is what the side made of it that changed it; a clash keeps mine, and tells."""
    merged = merge(base, mine, theirs)
    was, here, there, now = map(grouped, (base, mine, theirs, merged.fields))
    for name in {*was, *here, *there}:
        both = here.get(name) != was.get(name) and there.get(name) != was.get(name)
        if both and here.get(name) != there.get(name):
            assert merged.clashes[name].theirs == there.get(name)
            assert now.get(name) == here.get(name)
        else:
            assert name not in merged.clashes
            changed = there if here.get(name) == was.get(name) else here
            assert now.get(name) == changed.get(name)


@given(questions, questions, questions)
def test_without_a_clash_it_does_not_matter_whose_side_one_takes(
    base: dict[str, Any], mine: dict[str, Any], theirs: dict[str, Any]
) -> None:
    """Both sides arrive at the same question; with clashes settled for theirs, too."""
    merged, other = merge(base, mine, theirs), merge(base, theirs, mine)
    assert merged.clashes.keys() == other.clashes.keys()
    fields: dict[str, Any] = merged.fields
    for name, clash in merged.clashes.items():
        fields = settle(fields, name, clash.theirs)
    assert fields == other.fields
    assert changes(fields, other.fields) == []


@given(questions, questions)
def test_without_a_base_every_difference_is_a_clash(
    mine: dict[str, Any], theirs: dict[str, Any]
) -> None:
    """Nobody can tell who changed what: mine stays as it is."""
    merged = merge(None, mine, theirs)
    assert merged.fields == mine
    assert sorted(merged.clashes) == changes(mine, theirs)


def test_what_publishing_would_change_is_named() -> None:
    """An answer weighs more than a typo; what is equal is not named, what is gone is."""

    def version(text: str, answer: str = "yes", path: str = "a__b__c__d", **more: Any) -> Version:
        item = {"question": text, "answer": answer} | more
        return Version(path, item, solution("theory", answer, ()))

    long = "Which of these statements holds when the cache is cold?"
    server = {
        "same": version(long), "typo": version(long.replace("statements", "statments")),
        "other": version("Something else"), "answer": version(long, "no"),
        "moved": version(long, path="a__b__c__x"), "gone": version(long), "tags": version(long),
    }  # fmt: skip
    files = {name: version(long) for name in server if name != "gone"}
    files |= {"new": version(long), "tags": version(long, tags=["t"])}
    found = {one.external_id: one.kind for one in differences(files, server)}
    assert found == {
        "answer": Kind.ANSWER, "new": Kind.NEW, "gone": Kind.GONE, "moved": Kind.MOVED,
        "other": Kind.REWORDED, "typo": Kind.TYPO, "tags": Kind.DETAILS,
    }  # fmt: skip
    assert differences(files, server)[0].kind is Kind.ANSWER
