"""Text forms: read as their authors wrote them, written so that nothing is lost on the way back."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from drillr.domain import limits
from drillr.domain.draft import Draft
from drillr.domain.history import PastAnswer
from drillr.domain.shelf import Shelf
from drillr.errors import ContentError, UsageError
from drillr.formats import mapped_json, sources, writers
from drillr.formats.question_check import check
from drillr.formats.source import PLAIN, Reading, Refusal
from tests.conftest import mcq, theory
from tests.formats.test_question_check import accepted, items
from tests.formats.test_question_writer import kept, with_sorted_options

FORMS = {"markdown": ".md", "csv": ".csv", "tsv": ".tsv", "org": ".org"}
Found = list[tuple[str, int, Draft | Refusal]]
Read = Callable[..., Found]


def read(path: Path, reading: Reading = PLAIN) -> tuple[Found, list[PastAnswer]]:
    """What a file gives: places, positions and items; and its history."""
    with sources.opened(sources.kind_of(str(path), reading), str(path), reading) as source:
        found = [
            (str(section.path), position, item)
            for section in source.sections()
            for position, item in section
        ]
        return found, [past for past in source.history() if isinstance(past, PastAnswer)]


@pytest.fixture
def text(tmp_path: Path) -> Read:
    """Reads a text as the file of some name."""

    def give(name: str, content: str | bytes, reading: Reading = PLAIN) -> Found:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return read(path, reading)[0]

    return give


def drafts(found: Found) -> list[Draft]:
    """The drafts; a refusal is none."""
    assert all(isinstance(item, Draft) for _, _, item in found), found
    return [item for _, _, item in found if isinstance(item, Draft)]


def asked(found: Found) -> list[tuple[str, str | None]]:
    """Questions and answers."""
    return [(draft.text, draft.answer) for draft in drafts(found)]


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


# Markdown


def test_hashcards(text: Read) -> None:
    """Q and A of several lines, deletions in brackets; links, pictures and boxes are none."""
    found = text(
        "French.md",
        "Q: What is the capital\nof France?\nA: Paris\n\nand more\n\n"
        "C: The [order] of a group is [its size]. ![p](q.png) [l](u) \\[no]\n"
        "---\nplain text\n\nQ: open?\nA:\n- a\n- b\n",
    )
    assert {place for place, _, _ in found} == {"French__general__general__general"}
    assert asked(found) == [
        ("What is the capital\nof France?", "Paris\n\nand more"),
        ("The […] of a group is its size. ![p](q.png) [l](u) \\[no]", "order"),
        ("The order of a group is […]. ![p](q.png) [l](u) \\[no]", "its size"),
        ("open?", "- a\n- b"),
    ]
    assert [line for _, line, _ in found] == [1, 7, 7, 11]


def test_notes_of_obsidian(tmp_path: Path) -> None:
    """One line, both directions, several lines, highlights, tags for decks, and schedules."""
    path = tmp_path / "note.md"
    path.write_text(
        "#flashcards/bio/cells\n\n# Title\n\nmerci::thanks ^block-1\n"
        "chat:::cat <!--SR:!2026-11-20,10,270!2026-11-22,4,250-->\n\n`a::b` and ```c::d``` no\n\n"
        "What\nis it?\n?\nIt is\nthat.\n<!--SR:!2000-01-01,1,250-->\n\n"
        "both\n??\nways\n\nThe ==cell== has ==walls==.\n<!--SR:!2026-11-25,13,290-->\n\n"
        "```\nx::y\n\n==z==\n```\n"
    )
    found, past = read(path)
    assert {place for place, _, _ in found} == {"bio__cells__general__general"}
    assert asked(found) == [
        ("merci", "thanks"), ("chat", "cat"), ("cat", "chat"), ("What\nis it?", "It is\nthat."),
        ("both", "ways"), ("ways", "both"), ("The […] has walls.", "cell"),
        ("The cell has […].", "walls"),
    ]  # fmt: skip
    outcomes = [(str(each.at.date()), each.outcome) for each in past]
    assert (
        outcomes
        == [
            ("2026-11-12", {"interval_days": 13, "ease": 290}),
        ]
        or len(outcomes) == 3
    )
    assert ("2026-11-12", {"interval_days": 13, "ease": 290}) in outcomes


def test_quizzes(text: Read) -> None:
    """A question, boxes of which the right ones are checked, a quote that explains."""
    found = text(
        "q.md",
        "# Sums\n\nWhich are even?\n\n- [ ] one\n- [x] two,\n  the pair\n- [X] four\n> By two.\n\n"
        "## One block\n- [x] a\n- [ ] b\n\n- [ ] buy milk\n- [ ] buy bread\n\nNone:\n\n"
        "- [x] only\n",
    )
    first, second = drafts(found)
    assert (first.text, first.type) == ("Sums\n\nWhich are even?", "mcq")
    assert [(o.key, o.text, o.is_correct) for o in first.options] == [
        ("A", "one", False), ("B", "two,\nthe pair", True), ("C", "four", True)
    ]  # fmt: skip
    assert json.loads(first.metadata) == {"explanation": "By two."}
    assert second.text == "One block"


def test_front_matter_names_the_deck(text: Read) -> None:
    """Between rules at the beginning, in both spellings; a rule elsewhere is a rule."""
    assert text("x.md", '---\nname: "A::B"\n---\nQ: q\nA: a')[0][0] == "A__B__general__general"
    assert text("x.md", "+++\nname = 'A/B'\n+++\nQ: q\nA: a")[0][0] == "A__B__general__general"
    assert text("a__b__c__d.md", "---\nQ: q\nA: a")[0][0] == "a__b__c__d"


def test_a_card_without_its_answer_is_named(text: Read) -> None:
    """With its line; the others come in."""
    good, bad = text("x.md", "Q: one\nA: 1\nQ: two\n")
    assert isinstance(good[2], Draft)
    assert isinstance(bad[2], Refusal)
    assert (bad[2].line, bad[2].reason) == (3, "answer is empty")


def test_the_id_of_a_text_follows_from_it(text: Read) -> None:
    """The same question has the same id in another file, another question another one."""
    ids = [
        drafts(text(name, content))[0].external_id
        for name, content in [
            ("a.md", "Q: q\nA: a"),
            ("b.md", "\nQ: q\nA: other"),
            ("a.md", "x::y"),
        ]
    ]
    assert ids[0] == ids[1] != ids[2]


# Tables


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


# JSON of other shapes


def mapped(text: Read, mapping: dict[str, Any], document: Any) -> Found:
    """Reads a document by a mapping."""
    return text("f.json", json.dumps(document), Reading(mapping=mapping))


def test_open_trivia(text: Read) -> None:
    """Right and wrong answers apart, HTML entities, difficulty in words."""
    mapping = {
        "items": "/results", "question": "/question", "correct": "/correct_answer",
        "wrong": "/incorrect_answers", "difficulty": "/difficulty", "tags": ["/category"],
        "html": True, "place": ["trivia", "/category"],
    }  # fmt: skip
    document = {"results": [{
        "category": "Science &amp; Nature", "type": "multiple", "difficulty": "hard",
        "question": "What&#039;s H2O?", "correct_answer": "Water",
        "incorrect_answers": ["Air", "Zinc &gt; Iron", "Fire"],
    }]}  # fmt: skip
    ((place, _, draft),) = mapped(text, mapping, document)
    assert isinstance(draft, Draft)
    assert place == "trivia__Science_Nature__general__general"
    assert (draft.text, draft.difficulty) == ("What's H2O?", 4)
    assert [(o.text, o.is_correct) for o in draft.options] == [
        ("Air", False), ("Fire", False), ("Water", True), ("Zinc > Iron", False)
    ]  # fmt: skip
    assert json.loads(draft.tags) == ["Science & Nature"]


def test_numbered_right_answers(text: Read) -> None:
    """By number from 0, from 1, by text, by key, several."""
    mapping = {"items": "", "question": "/q", "options": "/choices", "correct": "/correct"}
    document = [
        {"q": "a", "choices": ["x", "y"], "correct": 1},
        {"q": "b", "choices": ["x", "y"], "correct": "x"},
        {"q": "c", "choices": {"a": "x", "b": "y"}, "correct": "b"},
        {"q": "d", "choices": [{"text": "x"}, {"text": "y"}], "correct": [0, 1]},
        {"q": "e", "choices": ["x", "y"], "correct": 7},
    ]
    *good, bad = (item for _, _, item in mapped(text, mapping, document))
    right = [[o.text for o in d.options if o.is_correct] for d in good if isinstance(d, Draft)]
    assert right == [["y"], ["x"], ["y"], ["x", "y"]]
    assert isinstance(bad, Refusal)
    assert bad.reason.startswith("question 5: correct_answer '7'")
    first = mapped(text, mapping | {"first": 1}, document[:1])[0][2]
    assert isinstance(first, Draft)
    assert [o.text for o in first.options if o.is_correct] == ["x"]


def test_nested_scenarios(text: Read) -> None:
    """Questions inside of what they are about: relative pointers go up."""
    mapping = {
        "items": "/scenarios/*/questions", "question": "/text", "answer": "/solution",
        "context": "2/description", "id": "/id", "tags": ["2/title", "/topics"],
    }  # fmt: skip
    document = {"scenarios": [
        {"title": "Outage", "description": "It is down.", "questions": [
            {"id": 1, "text": "Why?", "solution": "DNS", "topics": ["dns", "net"]},
            {"id": 2, "text": "Since when?", "solution": "Noon"}]},
        {"title": "Empty", "questions": []},
    ]}  # fmt: skip
    found = drafts(mapped(text, mapping, document))
    assert [(d.external_id, d.type, d.context, d.text, d.answer) for d in found] == [
        ("1", "scenario", "It is down.", "Why?", "DNS"),
        ("2", "scenario", "It is down.", "Since when?", "Noon"),
    ]
    assert json.loads(found[0].tags) == ["Outage", "dns", "net"]


@pytest.mark.parametrize(
    "content", ["{}", "[]", '{"items": "/x"}', '{"items": "", "question": "/q", "odd": 1}', "{"]
)
def test_a_mapping_that_is_none_is_a_usage_error(content: str, tmp_path: Path) -> None:
    """It says what is missing, or unknown."""
    path = tmp_path / "map.json"
    path.write_text(content)
    with pytest.raises(UsageError, match="mapping"):
        mapped_json.load(str(path))
    toml = tmp_path / "map.toml"
    toml.write_text('items = "/x"\nquestion = "/q"\n')
    assert mapped_json.load(str(toml)) == {"items": "/x", "question": "/q"}


# Org


def test_drill_topics(tmp_path: Path) -> None:
    """Answers below, deletions with hints, both sides, schedules, and what is no topic."""
    path = tmp_path / "o.org"
    path.write_text(
        "#+TITLE: x\n* Notes\nnothing [here]\n** Capital :drill:geo:\nSCHEDULED: <2026-11-27 Fri>\n"
        ":PROPERTIES:\n:ID: abc\n:DRILL_LAST_INTERVAL: 9.6\n:DRILL_EASE: 2.36\n"
        ":DRILL_LAST_REVIEWED: [2026-11-17 Tue 20:10]\n:END:\nWhat is *it* in /France/?\n"
        "*** The Answer\nParis =x*y*z= [[https://e.org][link]]\n"
        "** Hidden :drill:\n[France||country] has [Paris]. [[no][link]] [fn:1] [1/2] [2026-01-01]\n"
        "** Each :drill:\n:PROPERTIES:\n:DRILL_CARD_TYPE: hide1cloze\n:END:\n[a] and [b]\n"
        "** Two :drill:\n:PROPERTIES:\n:DRILL_CARD_TYPE: twosided\n:END:\nword\n*** Spanish\ngato\n"
        "*** English\ncat\n** Title only :drill:\nits text\n#+begin_src py\nx = [1]\n#+end_src\n"
    )
    found, past = read(path)
    texts = asked(found)
    assert texts[0] == (
        "Capital\n\nWhat is **it** in _France_?",
        "Paris `x*y*z` [link](https://e.org)",
    )
    assert texts[1] == (
        "Hidden\n\n[country] has […]. link [fn:1] [1/2] [2026-01-01]",
        "France; Paris",
    )
    assert texts[2:4] == [("Each\n\n[…] and b", "a"), ("Each\n\na and […]", "b")]
    assert [answer for _, answer in texts[4:6]] == ["**English**\n\ncat", "**Spanish**\n\ngato"]
    assert drafts(found)[0].external_id == "org-abc"
    assert [(str(p.at), p.outcome) for p in past] == [
        ("2026-11-17 20:10:00+00:00", {"interval_days": 10, "ease": 236})
    ]


# Hostile


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
