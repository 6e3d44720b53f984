"""What question files may hold: two descriptions of it agree, and nothing crashes the reader."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from drillr.domain import limits
from drillr.domain.draft import Draft
from drillr.errors import ContentError
from drillr.formats.json_scan import QuestionScan
from drillr.formats.question_check import ItemRefused, check, is_suspicious
from drillr.formats.question_file import QuestionFile
from drillr.formats.question_models import Question
from drillr.formats.schema import question_file_schema
from drillr.formats.source import Refusal
from tests.conftest import mcq, theory

odd_texts = st.one_of(
    st.sampled_from(["", " ", "A", "B", "a,b", "x\ny", "x\r\ny", "\x1b[31m", "\u202e", "é" * 3]),
    st.text(max_size=12),
    st.sampled_from(["<too long>", "<just fits>"]),
)
values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-2, 90_000), odd_texts),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(odd_texts, inner, max_size=3),
    max_leaves=4,
)
KEYS = (
    "id type question context options option_explanations correct_answer answer sample_answer"
    " explanation difficulty estimated_time_seconds tags key_points hints references reject"
    " prerequisites metadata unknown"
).split()
likely: dict[str, st.SearchStrategy[Any]] = {
    "type": st.sampled_from(["mcq", "theory", "scenario", "essay"]),
    "options": st.dictionaries(st.sampled_from([*"ABC", "", "a,b", "x" * 11]), odd_texts),
    "correct_answer": st.sampled_from(["A", "B", "Z", ["A", "B"], [], ["A", 1]]),
    "answer": st.sampled_from(["A", "because", ["A"], " "]),
    "difficulty": st.sampled_from([0, 1, 5, 6, True, "Very hard", "harder", 2.0]),
    "tags": st.sampled_from([[], ["a"], [" "], ["x" * 65], ["t"] * 51, "a"]),
    "option_explanations": st.sampled_from([{}, {"A": "so"}, {"Z": "?"}, {"A": None}, {"A": 1}]),
}


@st.composite
def items(draw: st.DrawFn) -> dict[str, Any]:
    """A valid item with some of its keys changed, added or left out."""
    item: dict[str, Any] = draw(
        st.sampled_from([mcq(1), theory(1), theory(1, type="scenario", context="Then")])
    )
    for key in draw(st.lists(st.sampled_from(KEYS), max_size=3)):
        if draw(st.booleans()):
            item = {name: value for name, value in item.items() if name != key}
        else:
            item = item | {key: draw(likely.get(key, values) | values)}
    return item


def inflated(value: dict[str, Any]) -> dict[str, Any]:
    """The value with the stand-ins for long texts replaced: hypothesis would print them whole."""
    text = json.dumps(value)
    text = text.replace("<too long>", "x" * (limits.TEXT_BYTES + 1))
    found: dict[str, Any] = json.loads(
        text.replace("<just fits>", "\\u00e9" * (limits.TEXT_BYTES // 2))
    )
    return found


def accepted(item: object) -> bool:
    """Whether an import takes the item."""
    try:
        return isinstance(check(item), Draft)
    except ItemRefused as refused:
        assert str(refused)
        return False


@settings(max_examples=600, deadline=None)
@given(items())
@example(mcq(1, correct_answer=None, answer=["B"]))
@example(mcq(1, options={"A": "x", "A\r": "y"}))
@example(theory(1, answer=None, sample_answer="so"))
@example(theory(1, options=None))
@example(mcq(1, metadata=None))
def test_the_published_models_accept_what_an_import_accepts(item: dict[str, Any]) -> None:
    """The fast check by hand and the models never disagree."""
    item = inflated(item)
    try:
        Question.model_validate(item)
        modelled = True
    except ValidationError:
        modelled = False
    assert modelled == accepted(item)


@settings(max_examples=300, deadline=None)
@given(items())
def test_whatever_is_accepted_is_kept(item: dict[str, Any]) -> None:
    """Nothing of an accepted item is lost: every key is in a column or in the metadata."""
    if not accepted(item):
        return
    draft = check(item)
    kept = json.loads(draft.metadata)
    text = json.dumps([draft.text, draft.context, draft.answer, kept, draft.tags, draft.options])
    for key, value in item.items():
        if isinstance(value, str) and "\r" not in value and key not in ("id", "type", "difficulty"):
            assert json.dumps(value)[1:-1].strip() in text or key == "correct_answer"
    assert {key for key in item if key == "unknown"} <= set(kept)


@given(items(), items())
def test_the_hash_tells_contents_apart(one: dict[str, Any], other: dict[str, Any]) -> None:
    """Equal contents hash alike, and different ones differently, whatever their ids."""
    if accepted(one) and accepted(other):
        a, b = check(one), check(other)
        plain = [draft._replace(external_id="", content_hash=b"", written=None) for draft in (a, b)]
        assert (a.content_hash == b.content_hash) == (plain[0] == plain[1])


@settings(deadline=None)
@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_no_bytes_crash_the_reader(data: bytes) -> None:
    """Any bytes are read, or refused with a reason."""
    try:
        for _, item in QuestionFile("a__b__c__d.json", data):
            assert isinstance(item, Draft | Refusal)
    except ContentError as error:
        assert str(error)


@given(st.lists(values, max_size=5), st.sampled_from([None, 0, 2]), st.booleans())
def test_the_scan_gives_what_json_gives(found: list[Any], indent: int | None, wrap: bool) -> None:
    """Item by item, with each item's own line, in both shapes of a file."""
    text = json.dumps({"topic": "T", "questions": found} if wrap else found, indent=indent)
    scan = QuestionScan(text)
    read = list(scan)
    assert [item for _, item in read] == found
    for offset, item in read:
        assert json.JSONDecoder().raw_decode(text, offset)[0] == item
        assert scan.line_of(offset) == text[:offset].count("\n") + 1


@given(st.text(max_size=40))
def test_a_file_that_is_not_suspicious_holds_nothing_to_refuse(text: str) -> None:
    """The scan of the raw file finds every character that a check of each string would."""
    for raw in (json.dumps([text]), json.dumps([text], ensure_ascii=False)):
        if not is_suspicious(raw):
            assert check(theory(1, question="q" + text), suspicious=False) == check(
                theory(1, question="q" + text)
            )


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"),
        ("   \n", "empty"),
        ("{}", "questions"),
        ('"x"', "no list"),
        ("[1, 2", "line 1, column 6"),
        ("[\n{},\n]", "line 3"),
        ('{"questions": []} x', "Extra data"),
        ('{"questions": [], "questions": []}', "two"),
        ("[NaN]", "NaN"),
        ("[" * 100_000, "deeply"),
        ("\u00ff".encode("latin-1"), "not UTF-8"),
    ],
)
def test_a_file_that_is_no_question_file_says_why(text: str | bytes, reason: str) -> None:
    """The reason names the place and what is wrong."""
    data = text if isinstance(text, bytes) else text.encode()
    with pytest.raises(ContentError, match=reason):
        list(QuestionFile("a__b__c__d.json", data))


def test_all_options_of_a_question_can_be_chosen() -> None:
    """An answer keeps their keys with commas between, so together they are no longer than that."""
    for length, refused in ((21, False), (26, True)):
        options = {f"{n:010}": "text" for n in range(length)}
        item = mcq(1, options=options, correct_answer=list(options))
        if refused:
            with pytest.raises(ItemRefused, match="285 characters, at most 255"):
                check(item)
            with pytest.raises(ValidationError, match="255"):
                Question.model_validate(item)
        else:
            assert len(check(item).options) == length


def test_a_byte_order_mark_is_no_obstacle() -> None:
    """Files from Windows editors begin with one."""
    data = b"\xef\xbb\xbf" + json.dumps([theory(1)]).encode()
    assert len(list(QuestionFile("a__b__c__d.json", data))) == 1


def test_the_published_schema_is_the_models_own() -> None:
    """`data/question-file.schema.json` is what the models give, and accepts what they accept."""
    published = Path(__file__).parents[2] / "data" / "question-file.schema.json"
    assert published.read_text(encoding="utf-8").strip() == question_file_schema()
    schema = json.loads(question_file_schema())
    jsonschema.validate([mcq(1), theory(1)], schema)
    jsonschema.validate({"topic": {"name": "T"}, "questions": [theory(1)]}, schema)
    for wrong in (mcq(1, type="essay"), mcq(1, options={}), theory(1, answer=None)):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate([wrong], schema)
