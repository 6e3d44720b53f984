"""Text from strangers: what may be stored, what is shown of the rest, and its words."""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from drillr.domain.text import forbidden, one_line, unify_lines, visible
from drillr.domain.words import needs_scan, words

DANGEROUS = [
    *map(chr, (*range(9), *range(0x0B, 0x20), *range(0x7F, 0xA0))),
    "\u202a", "\u202e", "\u2066", "\u2069", "\ud800",
]  # fmt: skip
TEXTS = st.text() | st.lists(st.sampled_from([*DANGEROUS, "a", " ", "\n", "\t", "é"])).map("".join)


@given(TEXTS)
def test_what_is_shown_holds_nothing_that_is_refused(text: str) -> None:
    """`visible` changes just the characters that `forbidden` names, one for one."""
    shown = visible(text)
    assert forbidden(shown) is None
    assert len(shown) == len(text)
    assert (shown == text) == (forbidden(text) is None)


def test_controls_and_bidirectional_marks_are_named() -> None:
    """Each by its code point; newline and tab are fine."""
    for character in DANGEROUS:
        assert forbidden(f"a{character}b") == f"U+{ord(character):04X}"
    assert forbidden("line\n\tline é 漢") is None


@given(TEXTS)
def test_lines_end_in_one_way(text: str) -> None:
    """No carriage return is left, and no line break is lost or doubled."""
    unified = unify_lines(text)
    assert "\r" not in unified
    assert unify_lines(unified) == unified
    assert unified.count("\n") == text.replace("\r\n", "\n").replace("\r", "\n").count("\n")


@given(TEXTS, st.integers(1, 60))
def test_one_line_fits(text: str, width: int) -> None:
    """It is one line, at most as wide as asked for, and says when it was cut."""
    line = one_line(text, width)
    assert len(line) <= width
    assert "\n" not in line
    whole = " ".join(visible(text).split())
    assert line == whole if len(whole) <= width else line.endswith("…")


@given(st.text())
def test_words_ignore_case_and_accents(text: str) -> None:
    """A text without its accents, in capitals, has the same words."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    assert words(plain) == words(text)
    assert all(word.isalnum() for word in words(text))


def test_texts_without_spaces_are_looked_for_by_their_characters() -> None:
    """Scripts that join words, and texts that have none."""
    assert words("Zero-downtime Déploy!") == ["zero", "downtime", "deploy"]
    assert [needs_scan(text) for text in ("漢字かな", "->", "plain")] == [True, True, False]
