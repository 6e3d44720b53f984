"""Notes in Plain Text, as Anki 26.9 wrote the two files beside this one."""

from pathlib import Path

import pytest

from drillr.domain.draft import Draft
from drillr.errors import ContentError
from drillr.formats.source import PLAIN, Reading
from tests.formats.reading import asked, drafts, read

HERE = Path(__file__).parent


def test_notes_with_everything() -> None:
    """Decks, tags, note types and ids are columns; cells are HTML."""
    found, _ = read(HERE / "notes.txt")
    assert {place for place, _, _ in found} == {"Spanish__Verbs__general__general"}
    by_question = {draft.text: draft for draft in drafts(found)}
    assert len(by_question) == 10
    basic = next(draft for text, draft in by_question.items() if text.startswith("**ser**"))
    assert (basic.answer, basic.tags) == ("to be\n\n- one\n- two", '["lang::es","verb"]')
    assert basic.external_id == "anki-e.0ci{ed~A-0"
    assert by_question["The […] has a nucleus and […]"].answer == "cell; wall"
    assert {by_question["uno"].answer, by_question["one"].answer} == {"one", "uno"}
    assert by_question["a"].answer == "b"
    assert "b" in by_question


def test_notes_without_anything() -> None:
    """No ids and no note types: ids follow from the text, and text is text."""
    found, _ = read(HERE / "plain.txt", Reading(under=("a", "b", "c", "d")))
    assert ("uno", "one") in asked(found)
    assert all(item.external_id.startswith("anki-text-") for item in drafts(found))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("#separator:;\n#html:false\na <b>;b & c\n", [("a \\<b>", "b & c")]),
        ("#separator:Comma\n#tags column:9\na,b\n", [("a", "b")]),
        ("#separator:tab\n#deck:X::Y\n{{c1::a}} {{c2::b}}\textra\n",
         [("[…] b", "a"), ("a […]", "b")]),
        ("#html:true\n", []),
        ("a\tb\n", []),
    ],
)  # fmt: skip
def test_what_the_first_lines_say(text: str, expected: list[object], tmp_path: Path) -> None:
    """Separators by name or character; without such lines it is no such file."""
    path = tmp_path / "n.txt"
    path.write_text(text)
    assert asked(read(path, PLAIN)[0]) == expected


def test_a_damaged_one_says_so(tmp_path: Path) -> None:
    """A note without a back is named; a cell that never ends is too."""
    path = tmp_path / "n.txt"
    path.write_text("#separator:tab\n#html:false\nonly\n\t\n")
    found, _ = read(path)
    assert [type(item) for _, _, item in found] == [Draft]
    path.write_text('#separator:tab\n"' + "x" * (1 << 21))
    with pytest.raises(ContentError, match="line 2"):
        read(path)
    path.write_text('#separator:"\nx')
    with pytest.raises(ContentError, match="no separator"):
        read(path)
