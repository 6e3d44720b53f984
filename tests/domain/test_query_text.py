"""The search language: what it means, and that it says where it can't be understood."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drillr.domain.query import (
    Age,
    All,
    Any,
    Is,
    Kind,
    Name,
    Node,
    Not,
    Number,
    Place,
    State,
    Tag,
    Text,
    leaves,
)
from drillr.domain.query_text import LONGEST, parse
from drillr.domain.question import QuestionType
from drillr.domain.words import words
from drillr.errors import QueryError


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("", All()),
        ("  ", All()),
        ("cache", Text("cache")),
        ("event loop", All((Text("event"), Text("loop")))),
        ('"event loop"', Text("event loop")),
        ("cach*", Text("cach", prefix=True)),
        ("zero-downtime", Text("zero-downtime")),
        ("a or b c", Any((Text("a"), All((Text("b"), Text("c")))))),
        ("(a or b) c", All((Any((Text("a"), Text("b"))), Text("c")))),
        ("a and b", All((Text("a"), Text("b")))),
        ("-a", Not(Text("a"))),
        ("not a", Not(Text("a"))),
        ("--a", Not(Not(Text("a")))),
        ("-(a b)", Not(All((Text("a"), Text("b"))))),
        ("oracle nothing android", All((Text("oracle"), Text("nothing"), Text("android")))),
        ("facet:redis", Place("redis")),
        ("facet:a/b/c", Place("a/b/c")),
        ("tag:caching", Tag("caching")),
        ('tag:"two words"', Tag("two words")),
        ("tag:cach*", Tag("cach", prefix=True)),
        ("id:graphql-*", Name("graphql-*")),
        ("TYPE:MCQ", Kind(QuestionType.MCQ)),
        ("is:due", Is(State.DUE)),
        ("-is:suspended", Not(Is(State.SUSPENDED))),
        ("difficulty:3", Number("difficulty", 3, 3)),
        ("difficulty:1-3", Number("difficulty", 1, 3)),
        ("lapses:>3", Number("lapses", 4, None)),
        ("lapses:>=3", Number("lapses", 3, None)),
        ("reviews:<3", Number("reviews", None, 2)),
        ("interval:<=30d", Number("interval", None, 30)),
        ("ease:<2.05", Number("ease", None, 204)),
        ("answered:>30d", Age("answered", timedelta(days=30), beyond=True)),
        ("answered:2w", Age("answered", timedelta(days=14), beyond=False)),
        ("due:<=12h", Age("due", timedelta(hours=12), beyond=False)),
        ("std::vector", Text("std::vector")),
        ("https://a.b/c", Text("https://a.b/c")),
        ("TypeError: x", All((Text("TypeError:"), Text("x")))),
        ('"foo:bar"', Text("foo:bar")),
    ],
)
def test_what_a_text_means(text: str, meaning: Node) -> None:
    """Each form of the language gives its condition."""
    assert parse(text) == meaning


@pytest.mark.parametrize(
    ("text", "position", "says"),
    [
        ("foo:bar", 1, "no field 'foo'"),
        ("a tga:b", 3, "Did you mean tag:"),
        ("a (b", 3, "never closed"),
        ("a) b", 2, "without its '('"),
        ('a "b', 3, "never closed"),
        ("a or", 5, "'or' has nothing after it"),
        ("or a", 1, "'or' has nothing before it"),
        ("a -", 3, "left out"),
        ("a ()", 3, "nothing between"),
        ("not", 1, "left out"),
        ("a is:deu", 6, "Did you mean due?"),
        ("type:essay", 6, "mcq, theory, scenario"),
        ("difficulty:easy", 12, "difficulty:1-3"),
        ("difficulty:3-1", 12, "smaller number first"),
        ("lapses:>1-3", 8, "lapses:>3"),
        ("answered:30", 10, "answered:>30d"),
        ("tag: x", 1, "nothing after it"),
        ("(" * 100 + "a" + ")" * 100, 42, "too deeply"),
        ("-" * 100 + "a", 43, "too deeply"),
    ],
)
def test_errors_say_where(text: str, position: int, says: str) -> None:
    """A text that can't be understood is refused with the character, and what would do."""
    with pytest.raises(QueryError) as caught:
        parse(text)
    assert says in str(caught.value)
    assert caught.value.position == position
    assert f"character {position})" in caught.value.message


def test_a_text_from_elsewhere_is_bounded() -> None:
    """Too long a text, and one with control characters, is refused as a whole."""
    with pytest.raises(QueryError, match="At most"):
        parse("a" * (LONGEST + 1))
    with pytest.raises(QueryError, match="control character"):
        parse("a\x1b[2Jb")


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("mar", Text("mar", prefix=True)),
        ("mar ", Text("mar")),
        ("big mar", All((Text("big"), Text("mar", prefix=True)))),
        ('"big mar', Text("big mar", prefix=True)),
        ("a (b", All((Text("a"), Text("b", prefix=True)))),
        ("a or", All((Text("a"), Text("or", prefix=True)))),
        ("a or ", Text("a")),
        ("a -", Text("a")),
        ("a tag:", Text("a")),
        ("a (", Text("a")),
        ("a no", All((Text("a"), Text("no", prefix=True)))),
    ],
)
def test_what_is_still_being_typed_is_no_error(text: str, meaning: Node) -> None:
    """At the end, a word may be the beginning of one, and what is unfinished is left out."""
    assert parse(text, as_you_type=True) == meaning


PIECES = st.sampled_from(
    ["a", "b*", '"', "(", ")", "-", "or", "not", "and", " ", "tag:", "x", "is:due", ":", "*", "é",
     "difficulty:", "1-3", ">3", "answered:>3d", "[", "\\", "%", "'"]
)  # fmt: skip


@given(st.lists(PIECES, max_size=14).map("".join) | st.text(max_size=30), st.booleans())
def test_no_text_breaks_the_parser(text: str, as_you_type: bool) -> None:
    """Whatever is typed is understood or refused with a position inside of it."""
    try:
        node = parse(text, as_you_type=as_you_type)
    except QueryError as error:
        assert 0 <= error.position <= len(text) + 1
    else:
        assert all(not isinstance(leaf, Text) or leaf.text.strip() for leaf in leaves(node))


@given(st.lists(st.sampled_from([*'ab:-()"*o', "or", " ", "is:due"]), max_size=12))
def test_typing_on_never_fails_for_what_is_complete(pieces: list[str]) -> None:
    """What is understood when complete is understood while it is typed as well."""
    text = "".join(pieces)
    try:
        parse(text)
    except QueryError:
        return
    parse(text, as_you_type=True)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Zero-downtime Déploy!", ["zero", "downtime", "deploy"]),
        ("event_loop C++ node.js", ["event", "loop", "c", "node", "js"]),
        ("STRASSE straße", ["strasse", "strasse"]),
        ("=> !!", []),
    ],
)
def test_words(text: str, found: list[str]) -> None:
    """Words are compared without case and accents, and end at punctuation."""
    assert words(text) == found
