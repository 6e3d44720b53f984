"""Questions: when an answer is right, and what the author gave besides."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from drillr.domain.ids import FacetId, QuestionId
from drillr.domain.question import Option, Question, QuestionType
from drillr.domain.solution import solution


def question(right: set[str], **metadata: Any) -> Question:
    """A choice among A to D."""
    return Question(
        QuestionId(b"q"), "q", FacetId(b"f"), "a__b__c__d", QuestionType.MCQ, "?",
        options=tuple(Option(key, key, key in right) for key in "ABCD"), metadata=metadata,
    )  # fmt: skip


KEYS = st.sets(st.sampled_from("ABCD"))


@given(KEYS, KEYS)
def test_only_exactly_the_right_options_are_right(right: set[str], chosen: set[str]) -> None:
    """One too few is wrong, and so is one too many."""
    assert question(right).is_right(chosen) == (right == chosen)
    assert question(right).correct_keys == right


def test_what_the_author_gave_is_read_in_either_form() -> None:
    """A text stands for a list of one; what is of another kind counts as nothing."""
    full = question(
        {"A"}, explanation="so", key_points=["a", "b"], hints="one", references=[1], other=3
    )
    assert full.explanation == "so"
    assert (full.key_points, full.hints, full.references) == (("a", "b"), ("one",), ("1",))
    bare = question({"A"}, explanation=None, key_points=7)
    assert (bare.explanation, bare.key_points, bare.hints, bare.references) == ("", (), (), ())


def test_a_solution_is_the_right_texts_whatever_their_order_and_breaks() -> None:
    """Other wrong options, another order and other line breaks are the same solution."""
    assert solution("mcq", None, ["b c", "a"]) == solution("mcq", "ignored", ["a", "b\n c"])
    assert solution("mcq", None, ["a"]) != solution("mcq", None, ["b"])
    assert solution("theory", "so  it\nis", []) == solution("scenario", "so it is", ["x"])
    assert solution("theory", None, []) == solution("theory", "", [])
