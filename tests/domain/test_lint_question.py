"""Lint of one question: what each rule takes for a fault, and what it lets pass."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drillr.domain.draft import Draft
from drillr.domain.lint_question import LONGER, findings
from drillr.domain.linting import RULES, Finding
from tests.domain.lint_drafts import choice, draft


def found(one: Draft) -> dict[str, Finding]:
    """The findings by their codes; every relative link leads somewhere."""
    return {finding.code: finding for finding in findings(one, lambda target: True)}


def test_good_questions_have_no_findings() -> None:
    """Neither an answer in words nor a choice with everything in it."""
    assert found(draft(context="Once", hints="look", references=["[a](b.md)"])) == {}
    assert found(choice("one", "two", "six", notes={"B": "no"}, tags=("a", "b"))) == {}


@pytest.mark.parametrize("id", ["q 1", "", "ü", "-a", "a/b"])
def test_ids_that_shells_stumble_over(id: str) -> None:
    """Letters, digits and four marks make an id."""
    assert set(found(draft(id=id))) == {"D104"}


def test_what_is_missing() -> None:
    """A choice wants an explanation, an answer in words its key points."""
    assert set(found(choice("one", "two", explanation=" "))) == {"D203"}
    assert set(found(draft(key_points=[]))) == {"D210"}


def test_options_that_are_the_same() -> None:
    """Case and blanks make no difference; the first one is named."""
    finding = found(choice("One  fine day", "two", "one fine DAY "))["D207"]
    assert finding.where == "options.C"
    assert "A and C" in finding.message


@pytest.mark.parametrize("text", ["All of the above", "None of these.", "both of the others"])
def test_options_about_the_others(text: str) -> None:
    """Options are shuffled, so none stands above another."""
    assert found(choice("one", "two", text))["D208"].where == "options.C"
    assert "D208" not in found(choice("one", "two", f"{text} is what a map of all keys gives"))


@given(st.integers(1, 80), st.integers(1, 80))
def test_a_length_that_tells(right: int, wrong: int) -> None:
    """Half as long again, and by fifteen characters, in either direction."""
    one = choice("r" * right, "w" * wrong, "v" * wrong)
    long, short = max(right, wrong), min(right, wrong)
    tells = long >= LONGER * short and long - short >= 15
    assert ("D204" in found(one)) is tells
    if tells:
        assert str(right) in found(one)["D204"].message
        assert found(one)["D204"].where == "options.A"


def test_a_length_needs_another_to_stand_out_from() -> None:
    """Where all options are right, or none, nothing is given away."""
    for right in ("AB", ""):
        assert "D204" not in found(choice("r" * 90, "w", right=right))


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Option A is wrong", True),
        ("as in answer (C)", True),
        ("both A and C hold", True),
        ("the option a user chose", False),
        ("an answer A-records give", False),
        ("options available", False),
        ("A and B are servers", False),
    ],
)
def test_letters_that_mean_options(text: str, named: bool) -> None:
    """Letters are shuffled, so a text must not count on them; other letters are none of that."""
    assert ("D209" in found(choice("one", "two", explanation=text))) is named
    assert ("D209" in found(choice("one", "two", notes={"A": text}))) is named


@pytest.mark.parametrize(
    ("tags", "mended"),
    [
        (("a", "A", "b"), ["a", "b"]),
        ((" a",), ["a"]),
        (("+", "+"), ["+"]),
        (("a-b", "a b"), ["a-b"]),
    ],
)
def test_tags_that_are_there_twice(tags: tuple[str, ...], mended: list[str]) -> None:
    """The first way of writing one is kept."""
    assert found(draft(tags=tags))["D304"].mended == mended


@pytest.mark.parametrize(
    ("text", "mended"),
    [
        ("a \nb", "a\nb"),
        ("a  \nb", None),
        ("a\n  \nb", "a\n\nb"),
        ("\n\na", "a"),
        ("a\n\n", "a"),
        ("```\ncode   \n```", None),
        ("~~~\ncode \n~~~\nb\t", "~~~\ncode \n~~~\nb"),
        (" \n ", None),
    ],
)
def test_blank_space(text: str, mended: str | None) -> None:
    """Two blanks end a line on purpose, code is left alone, and no text becomes empty."""
    finding = found(draft(text)).get("D303")
    assert (finding.mended if finding else None) == mended


@given(st.text(st.sampled_from("a \n\t`~x"), min_size=1, max_size=40))
def test_a_mended_text_stays_mended(text: str) -> None:
    """Mending takes blanks away and nothing else, and once is enough."""
    finding = found(draft(text)).get("D303")
    if finding is None:
        return
    assert isinstance(finding.mended, str)
    assert "".join(finding.mended.split()) == "".join(text.split())
    assert "D303" not in found(draft(finding.mended))


@given(st.text(max_size=60))
def test_no_text_breaks_lint(text: str) -> None:
    """Whatever stands in a question, the rules can look at it."""
    one = choice(text, "[" + text, text=f"[{text}]({text}", hints=[text], tags=(text,), id=text)
    assert set(found(one)) <= set(RULES)
