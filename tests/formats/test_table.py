"""Tables: headers, columns named by a flag, damaged and odd ones."""

import json

import pytest

from drillr.domain.draft import Draft
from drillr.errors import ContentError
from drillr.formats.source import Reading, Refusal
from tests.formats.reading import Read, asked, drafts


@pytest.mark.parametrize("name", ["t.csv", "t.tsv"])
def test_tables_with_a_header(text: Read, name: str) -> None:
    """Options in columns or in one, the right one by key or by text, tags in several spellings."""
    separator = "," if name == "t.csv" else "\t"
    rows = [
        ["Question", "Option A", "b", "Correct", "Explanation", "tags", "level"],
        ["What?", "yes", "no", "a", "so", "x; y", "B1"],
        ["Which?", '"l\nm"', "n", "n", "", "z w", ""],
        [],
        ["Bad?", "yes", "no", "c", "", "", ""],
    ]
    found = text(name, "\n".join(separator.join(row) for row in rows))
    first, second, bad = (item for _, _, item in found)
    assert isinstance(first, Draft)
    assert isinstance(second, Draft)
    assert isinstance(bad, Refusal)
    assert [(o.text, o.is_correct) for o in first.options] == [("yes", True), ("no", False)]
    assert json.loads(first.metadata) == {"explanation": "so", "level": "B1"}
    assert json.loads(first.tags) == ["x", "y"]
    assert [o.text for o in second.options if o.is_correct] == ["n"]
    assert (bad.line, "'c' is not among" in bad.reason) == (6, True)


def test_tables_whose_columns_are_named_by_a_flag(text: Read) -> None:
    """`--columns` stands in for a header, and passes over one that says the same."""
    reading = Reading(columns=("question", "answer"))
    assert asked(text("t.csv", "q,a\nr,b,extra", reading)) == [("q", "a"), ("r", "b")]
    assert asked(text("t.csv", "Front,Back\nq,a", reading)) == [("q", "a")]
    options = Reading(columns=("question", "options", "correct"))
    (draft,) = drafts(text("t.csv", "q,x|y|z,y", options))
    assert [o.key for o in draft.options if o.is_correct] == ["B"]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"question,answer\nq\xff,a", "not UTF-8"),
        (b"question,answer\n" + b'"' + b"x" * (1 << 21), "line 2"),
        (b"\xff\xfeq", "not UTF-16"),
    ],
)
def test_a_damaged_table_says_so(text: Read, content: bytes, reason: str) -> None:
    """With the place where it is damaged."""
    with pytest.raises(ContentError, match=reason):
        text("t.csv", content)


def test_nul_and_other_controls_are_refused_row_by_row(text: Read) -> None:
    """A row with a NUL or an escape sequence is named; the others come in."""
    found = text("t.csv", b"question,answer\nq\0,a\nr,\x1b[2J\ns,b\n")
    assert [type(item) for _, _, item in found] == [Refusal, Refusal, Draft]
    assert "U+0000" in str(found[0][2])


def test_tables_from_spreadsheets_may_be_utf16(text: Read) -> None:
    """Excel's 'Unicode text' is UTF-16 with a mark; UTF-8 may have one too."""
    content = "question\tanswer\nwo\tlà"
    assert asked(text("t.tsv", content.encode("utf-16"))) == [("wo", "là")]
    assert asked(text("t.tsv", b"\xef\xbb\xbf" + content.encode())) == [("wo", "là")]
