"""Text forms: read as their authors wrote them, written so that nothing is lost on the way back."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from drillr.domain import limits
from drillr.domain.draft import Draft
from drillr.domain.shelf import Shelf
from drillr.errors import ContentError
from drillr.formats import writers
from drillr.formats.question_check import check
from drillr.formats.source import Reading, Refusal
from tests.conftest import mcq, theory
from tests.formats.reading import Read, drafts, read
from tests.formats.test_question_check import accepted, items
from tests.formats.test_question_writer import kept, with_sorted_options

FORMS = {"markdown": ".md", "csv": ".csv", "tsv": ".tsv", "org": ".org"}
NASTY = (
    "Q: |A: |C: |---|\n|\n\n|```|~~~|- [x] |- [ ] |> |::|?|==|[|]|* |** |#+begin_src|#+end_src"
    "|:END:|:PROPERTIES:|<!--|-->|<!-- drillr: {} -->|<!-- place: a -->|<!-- place: x__y__z__w -->"
    "|\n<!-- drillr: {} -->\n|,|;|\"|'|\t|=1|# |a|b c| |é"
    "|\u2028|\x85|{|}|\\|SCHEDULED: <2026-01-01>|~|/x/"
).split("|")
nasty = st.lists(st.sampled_from([*NASTY, "|"]), max_size=9).map("".join)


@st.composite
def nasty_items(draw: st.DrawFn) -> dict[str, Any]:
    """Valid items whose texts look like the marks of every form."""
    item: dict[str, Any] = draw(st.sampled_from([mcq(1), theory(1), theory(1, context="c")]))
    for key in ("question", "answer", "explanation", "context", "id"):
        if key in item and draw(st.booleans()):
            item = item | {key: draw(nasty) if key != "id" else draw(nasty) or "x"}
    if "options" in item and draw(st.booleans()):
        keys = draw(st.sampled_from(["ABCD", "ABC", "BACD", "XY"]))
        options = {key: draw(nasty) for key in keys}
        item = item | {"options": options, "correct_answer": draw(st.sampled_from([*keys]))}
    if draw(st.booleans()):
        item["tags"] = draw(st.lists(nasty, max_size=2))
    return item


@pytest.mark.parametrize("form", FORMS)
@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(found=st.lists(st.one_of(nasty_items(), items()), min_size=1, max_size=3))
@example(found=[theory(1, question="a\n```\nb", answer="```\n---\nQ: x")])
@example(found=[mcq(1, options={"A": "x\n\n- [x] y", "B": ""}), mcq(2)])
@example(found=[theory(1, answer="x\n* y :drill:\n:END:"), theory(2)])
def test_what_is_written_reads_as_it_was(
    form: str, found: list[dict[str, Any]], tmp_path: Path
) -> None:
    """Every item that drillr takes survives every form: place, id, texts, everything."""
    unique = {item.get("id"): item for item in found if accepted(item)}
    assume(unique)
    wanted = [check(item) for item in unique.values()]
    shelf = Shelf("a__b__c__d", {}, [kept(draft) for draft in wanted])
    path = tmp_path / f"any{FORMS[form]}"
    path.write_text(writers.one_file(form, [shelf]), encoding="utf-8", newline="")
    back, _ = read(path)
    assert {place for place, _, _ in back} == {"a__b__c__d"}
    assert [with_sorted_options(draft) for draft in drafts(back)] == [
        with_sorted_options(draft) for draft in wanted
    ]


@pytest.mark.parametrize("form", FORMS)
def test_several_places_in_one_file(form: str, tmp_path: Path) -> None:
    """A file with several facets says of each question where it goes; `under` overrules it."""
    shelves = [
        Shelf(path, {}, [kept(check(theory(n)))])
        for n, path in enumerate(["a__b__c__d", "a__b__c__e"])
    ]
    path = tmp_path / f"all{FORMS[form]}"
    path.write_text(writers.one_file(form, shelves))
    assert [place for place, _, _ in read(path)[0]] == ["a__b__c__d", "a__b__c__e"]
    places = {place for place, _, _ in read(path, Reading(under=("x", "y", "z", "w")))[0]}
    assert places == {"x__y__z__w"}


def test_written_markdown_is_what_a_person_would_write() -> None:
    """Nothing but the comment gives away that a program wrote it."""
    shelf = Shelf("a__b__c__d", {}, [kept(check(mcq(1))), kept(check(theory(1)))])
    lines = [
        line for line in writers.one_file("markdown", [shelf]).splitlines()
        if not line.startswith("<!--")
    ]  # fmt: skip
    assert lines == [
        "", "Which is number 1?", "", "- [ ] the first", "- [x] the second", "- [ ] the third",
        "- [ ] the fourth", "> It comes second.", "", "Q: Explain number 1.",
        "A: It follows from the one before.",
    ]  # fmt: skip


def test_an_edit_in_markdown_counts(text: Read) -> None:
    """What is visible may be changed; what travels beside it stays."""
    shelf = Shelf("a__b__c__d", {}, [kept(check(theory(1)))])
    written = writers.one_file("markdown", [shelf]).replace("the one before", "nothing")
    (draft,) = drafts(text("x.md", written))
    assert draft.answer == "It follows from nothing."
    assert (draft.external_id, "count" in draft.metadata) == ("t-001", True)


FILES = {
    "a.md": "---\nname: x\n---\nQ: q\nA: a\nC: [x] y\n---\nq\n\n- [x] a\n- [ ] b\n> c\n\nx::y\n"
            "<!--SR:!2026-01-01,3,250-->\n<!-- drillr: {\"id\": \"z\"} -->\nQ: z\nA: z\n",
    "a.csv": 'id,question,A,B,correct,tags,more\n1,"q\nr",x,y,A,"[""t""]","{""k"":1}"\n',
    "a.tsv": "question\tanswer\nq\ta\n",
    "a.org": "* t :drill:\n:PROPERTIES:\n:DRILL_LAST_INTERVAL: 3\n:DRILLR: {}\n:END:\n[a||b] c\n"
             "** Answer\n#+begin_src x\ny\n#+end_src\n[[https://x][y]] *b* /i/ =c=\n",
}  # fmt: skip


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    name=st.sampled_from(sorted(FILES)),
    changes=st.lists(
        st.tuples(st.floats(0, 1), st.binary(max_size=6) | nasty.map(str.encode)), max_size=5
    ),
)
def test_no_bytes_crash_a_reader(
    name: str, changes: list[tuple[float, bytes]], tmp_path: Path
) -> None:
    """Any bytes are read, or refused with a reason."""
    data = FILES[name].encode()
    for place, patch in changes:
        at = int(place * len(data))
        data = data[:at] + patch + data[at + len(patch) // 2 :]
    path = tmp_path / name
    path.write_bytes(data)
    try:
        for _, _, item in read(path)[0]:
            assert isinstance(item, Draft | Refusal)
    except ContentError as error:
        assert str(error)


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    document=st.recursive(
        st.none() | st.booleans() | st.integers() | nasty,
        lambda inner: st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from("abcd"), inner, max_size=3),
        max_leaves=12,
    ),
    pointers=st.lists(st.sampled_from(["/a", "/b/0", "2/c", "/*/d", "1", "9/a", ""]), min_size=9,
                      max_size=9),
)  # fmt: skip
def test_no_document_crashes_a_mapping(document: Any, pointers: list[str], tmp_path: Path) -> None:
    """Any JSON by any mapping."""
    keys = [
        "items",
        "question",
        "answer",
        "options",
        "correct",
        "tags",
        "id",
        "difficulty",
        "place",
    ]
    mapping = dict(zip(keys, pointers, strict=True))
    for extra in ({}, {"wrong": "/b"}):
        path = tmp_path / "x.json"
        path.write_text(json.dumps(document))
        try:
            for _, _, item in read(path, Reading(mapping=mapping | extra))[0]:
                assert isinstance(item, Draft | Refusal)
        except ContentError as error:
            assert str(error)


@pytest.mark.parametrize(
    ("name", "bad"),
    [
        ("x.md", "["), ("x.md", "C: ["), ("x.md", "=="), ("x.md", "<!--SR:"), ("x.md", "```\n"),
        ("x.md", "a::"), ("x.md", "- [x] a\n"), ("x.md", "> "), ("x.md", "`"), ("x.md", "#a "),
        ("x.org", "* a :drill:\n"), ("x.org", "["), ("x.org", "*b "), ("x.org", "[[a]"),
        ("x.org", ":PROPERTIES:\n"), ("x.org", "* t :drill:\n[a||"), ("x.csv", '"'),
        ("x.csv", "question,"), ("x.csv", "question\n"),
    ],
)  # fmt: skip
def test_much_of_the_same_is_read_in_no_time(text: Read, name: str, bad: str) -> None:
    """What took time that grows with the square would not come back from here."""
    try:
        text(name, bad * (limits.TEXT_BYTES * 4 // len(bad)))
    except ContentError as error:
        assert str(error)
