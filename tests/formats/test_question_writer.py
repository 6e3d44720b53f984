"""Question files that drillr writes: what they say is what was read."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, example, given, settings

from drillr.domain.draft import Draft
from drillr.domain.ids import FacetId, question_id
from drillr.domain.question import Option, Question, QuestionType
from drillr.domain.shelf import Kept, Shelf
from drillr.formats import question_writer
from drillr.formats.question_check import check
from tests.conftest import NOON, mcq, theory
from tests.formats.test_question_check import accepted, items


def kept(draft: Draft, source: str | None = None, path: str = "a__b__c__d") -> Kept:
    """A draft as the store gives it back."""
    question = Question(
        id=question_id(draft.external_id), external_id=draft.external_id, facet_id=FacetId(b""),
        path=path, type=QuestionType(draft.type), text=draft.text, context=draft.context,
        answer=draft.answer,
        options=tuple(sorted((Option(*o) for o in draft.options), key=lambda o: o.key)),
        difficulty=draft.difficulty, estimated_seconds=draft.estimated_seconds,
        tags=tuple(json.loads(draft.tags)), content_hash=draft.content_hash,
        metadata=json.loads(draft.metadata),
    )  # fmt: skip
    return Kept(question, source, json.loads(draft.written) if draft.written else {}, NOON)


def with_sorted_options(draft: Draft) -> Draft:
    """The store gives options in the order of their keys; so may the hash."""
    return draft._replace(options=tuple(sorted(draft.options)), content_hash=b"")


@settings(max_examples=400, deadline=None)
@given(items())
@example(mcq(1, correct_answer=["C", "A"]))
@example(mcq(1, correct_answer=None, answer=["B"], difficulty="Very hard"))
@example(theory(1, answer=None, sample_answer="so", difficulty=None))
@example(theory(1, difficulty="medium", metadata={"x": [1, {"y": None}]}, unknown="kept"))
def test_an_item_that_was_written_reads_as_the_same_draft(item: dict[str, Any]) -> None:
    """Written and read again, an item gives the draft that it gave before."""
    assume(accepted(item))
    draft = check(item)
    again = check(question_writer.item_of(*kept(draft)[:3:2]))
    assert with_sorted_options(again) == with_sorted_options(draft)


@pytest.mark.parametrize(
    "item",
    [
        mcq(1), mcq(1, difficulty=3), mcq(1, difficulty="hard"), mcq(1, correct_answer=["C", "A"]),
        theory(1), theory(1, difficulty=2, tags=["a"], references=["https://example.org"]),
    ],
)  # fmt: skip
def test_an_item_is_written_as_it_was_put(item: dict[str, Any]) -> None:
    """Difficulty in words, in figures or left out, one right option or a list: as the author."""
    assert question_writer.item_of(*kept(check(item))[:3:2]) == item


def test_what_was_put_gives_way_to_what_is_true_now() -> None:
    """A question that was changed since is written as it is, not as its file once put it."""
    stale = {"difficulty": "hard", "correct_answer": ["A"]}
    item = question_writer.item_of(kept(check(mcq(1, difficulty=2))).question, stale)
    assert (item["difficulty"], item["correct_answer"]) == (2, "B")


def test_questions_go_back_to_the_files_they_came_from() -> None:
    """One facet may have several files; a source that names no place of this facet is not used."""
    drafts = [check(mcq(n)) for n in range(1, 5)]
    sources = ["a__b__c__d_mcq.json", "a__b__c__d.json", "x__y__z__w.json", "deck.apkg"]
    shelf = Shelf("a__b__c__d", {}, [kept(*pair) for pair in zip(drafts, sources, strict=True)])
    files = question_writer.files(shelf)
    found = {name: [item["id"] for item in json.loads(text)] for name, text in files.items()}
    assert found == {
        "a__b__c__d_mcq.json": ["q-001"], "a__b__c__d.json": ["q-002", "q-003", "q-004"]
    }  # fmt: skip


def test_the_starter_banks_are_in_canonical_order() -> None:
    """What drillr ships is what drillr would write."""
    folder = Path(__file__).parents[2] / "data" / "questions"
    for path in sorted(folder.glob("*.json")):
        text = path.read_text(encoding="utf-8")
        file = json.loads(text)
        place = path.stem
        header = {key: value for key, value in file.items() if key != "questions"}
        written = [
            question_writer.item_of(*kept(check(item), path.name, place)[:3:2])
            for item in file["questions"]
        ]
        assert question_writer.file_text(written, header) == text, path.name
