"""Decks in Markdown: every dialect, mixed, with lines and schedules."""

import json
from pathlib import Path

from drillr.domain.draft import Draft
from drillr.formats.source import Refusal
from tests.formats.reading import Read, asked, drafts, read


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
