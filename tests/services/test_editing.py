"""Writing, editing and moving questions: progress stays, and nothing half-done is left."""

import json
from datetime import timedelta
from typing import Any

import pytest

from drillr.domain.card import CardState
from drillr.domain.ids import question_id
from drillr.domain.question import Question, QuestionType
from drillr.domain.rating import Rating
from drillr.domain.session import Plan
from drillr.errors import ContentError, DrillrError, UsageError
from drillr.services import editing, upkeep
from drillr.services.context import Context
from drillr.services.explaining import story
from drillr.services.importing import Options, import_paths
from drillr.services.recording import Answer, record_answer
from drillr.services.reviewing import start
from drillr.store import cards, content
from tests.conftest import Bank, Clock, mcq, theory


@pytest.fixture
def library(context: Context, bank: Bank) -> Context:
    """Two facets; the first question of each was answered."""
    bank("a__b__c__d", [mcq(1, tags=["x"], metadata={"k": 1}), mcq(2)])
    import_paths(context, [str(bank("a__b__c__e", [theory(1), theory(2)]))])
    answer(context, "q-001")
    answer(context, "t-001")
    return context


def answer(context: Context, name: str, rating: Rating = Rating.EASY) -> None:
    """Answer a question now."""
    with context.database.transaction() as db:
        given = Answer(question_id=question_id(name), rating=rating, elapsed_ms=1000)
        record_answer(db, context, context.rulebook(db), given)


def item(context: Context, name: str) -> dict[str, Any]:
    """A question's item, as it is given out for editing."""
    found: dict[str, Any] = json.loads(editing.text_of(context, name))
    return found


def question(context: Context, name: str) -> Question:
    """The question as the store has it."""
    with context.database.transaction(write=False) as db:
        found = content.question_named(db, name)
    assert found is not None
    return found


def is_sound(context: Context) -> bool:
    """Whether everything derived equals a replay."""
    return upkeep.examine(context).problems == []


def test_what_is_given_out_is_the_files_item(library: Context) -> None:
    """Handing the text back as it came changes nothing."""
    assert item(library, "q-001") == mcq(1, tags=["x"], metadata={"k": 1})
    for name in ("q-001", "t-001"):
        held = question(library, name)
        assert editing.edit(library, name, editing.text_of(library, name)) == editing.Edited(name)
        assert question(library, name) == held


def test_a_text_that_comes_back_as_it_went_is_no_edit(context: Context, bank: Bank) -> None:
    """Blanks that a file holds stay: what a server said of the question is not edited either."""
    blank = mcq(1, explanation="", tags=[])
    assert not import_paths(context, [str(bank("a__b__c__blank", [blank]))]).errors
    given = editing.text_of(context, "q-001")
    assert not editing.edit(context, "q-001", given + "\n").changed
    assert editing.text_of(context, "q-001") == given


def test_an_edit_keeps_progress(library: Context) -> None:
    """Another wording is written, found in its old place, and the card stays as it was."""
    before = story(library, "q-001").card
    changed = item(library, "q-001") | {"question": "Better?", "explanation": "So."}
    done = editing.edit(library, "q-001", json.dumps(changed))
    assert done == editing.Edited("q-001", changed=True)
    assert question(library, "q-001").text == "Better?"
    assert question(library, "q-001").path == "a__b__c__d"
    assert story(library, "q-001").card == before
    assert is_sound(library)


@pytest.mark.parametrize(
    ("change", "answer_changed"),
    [
        ({"correct_answer": "C"}, True),
        ({"options": {"A": "the first", "B": "2", "C": "the third", "D": "x"}}, True),
        ({"options": {"A": "new wrong", "B": "the  second"}}, False),
        ({"options": {"B": "the first", "A": "the second"}, "correct_answer": "A"}, False),
        ({"difficulty": 5}, False),
    ],
)
def test_a_changed_answer_is_told(
    library: Context, change: dict[str, Any], answer_changed: bool
) -> None:
    """It is the right options' texts that count, not their keys, order or company."""
    done = editing.edit(library, "q-001", json.dumps(item(library, "q-001") | change))
    assert (done.changed, done.answer_changed, done.relearns) == (True, answer_changed, False)


def test_a_changed_answer_can_be_learned_anew(library: Context, clock: Clock) -> None:
    """The question is due at once, with its history, ease and lapses, and says why."""
    clock.at += timedelta(days=1)
    changed = json.dumps(item(library, "t-001") | {"answer": "Something else."})
    done = editing.edit(library, "t-001", changed, relearn=True)
    assert (done.answer_changed, done.relearns) == (True, True)
    found = story(library, "t-001")
    assert found.card.due_at is not None
    assert found.card.due_at <= clock.at
    assert (found.card.total_reviews, found.card.lapses) == (1, 0)
    assert len(found.steps) == 2
    assert is_sound(library)
    session = start(library, Plan(new=0))
    assert session.current is not None
    assert session.current.question.external_id == "t-001"
    changed = json.dumps(item(library, "t-002") | {"answer": "Something else."})
    assert editing.edit(library, "t-002", changed, relearn=True).relearns is False
    assert story(library, "t-002").card.state is CardState.NEW


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "line 1, column 1"),
        ('{"id": "q-001",\n "type": }', "line 2, column 10"),
        ("[]", "must be an object"),
        (json.dumps(mcq(1, correct_answer="E")), "not among the options"),
        (json.dumps(mcq(1, question=" ")), "question is empty"),
        (json.dumps(mcq(1, question="a\x1b[2J")), "control character"),
        (json.dumps(mcq(2)), "the id 'q-001' became 'q-002'"),
        ("[" * 100_000, "no JSON"),
    ],
)
def test_what_can_not_be_taken_is_refused_whole(library: Context, text: str, reason: str) -> None:
    """A mistake is named, and the question stays."""
    held = question(library, "q-001")
    with pytest.raises(ContentError, match=reason):
        editing.edit(library, "q-001", text)
    assert question(library, "q-001") == held


def test_a_new_question(library: Context) -> None:
    """A blank filled in becomes a question at the end of its facet, which may be new."""
    name = editing.free_id(library, "a/b/c/new_one")
    assert name == "new-one-001"
    text = editing.blank(name, QuestionType.MCQ)
    with pytest.raises(ContentError, match="question is empty"):
        editing.add(library, "a/b/c/new_one", text)
    filled = json.loads(text) | {"question": "Which?", "options": {"A": "This", "B": "That"}}
    made = editing.add(library, "a/b/c/new_one", json.dumps(filled))
    assert (made.path, made.explanation) == ("a__b__c__new_one", "")
    assert editing.free_id(library, "a/b/c/new_one") == "new-one-002"
    with pytest.raises(ContentError, match="already"):
        editing.add(library, "a/b/c/d", json.dumps(mcq(2)))
    with pytest.raises(ContentError, match="four"):
        editing.add(library, "a/b", json.dumps(mcq(9)))
    editing.add(library, "a/b/c/e", json.dumps(theory(9)))
    with library.database.transaction(write=False) as db:
        assert {facet.path: facet.active_questions for facet in content.facets(db)} == {
            "a__b__c__d": 2, "a__b__c__e": 3, "a__b__c__new_one": 1,
        }  # fmt: skip
    assert is_sound(library)


def test_moving_takes_the_history_along(library: Context) -> None:
    """Card, days and progress are in the new facet, and none of it in the old one."""
    assert editing.move(library, ["q-001", "t-001", "q-001"], "x/y/z/w") == 2
    assert question(library, "q-001").path == "x__y__z__w"
    assert is_sound(library)
    with library.database.transaction(write=False) as db:
        facets = {facet.path: facet for facet in content.facets(db)}
        assert facets["x__y__z__w"].active_questions == 2
        assert facets["a__b__c__d"].active_questions == 1
        assert cards.load(db, library.user, question_id("q-001")).total_reviews == 1
    assert editing.move(library, ["q-001"], "x/y/z/w") == 0
    with pytest.raises(UsageError, match="q-999"):
        editing.move(library, ["q-002", "q-999"], "x/y/z/w")
    assert question(library, "q-002").path == "a__b__c__d"


def test_an_import_sees_that_the_store_differs(library: Context, bank: Bank) -> None:
    """After an edit the file is read again: it says so, and takes over only when told to."""
    folder = bank("a__b__c__d", [mcq(1, tags=["x"], metadata={"k": 1}), mcq(2)])
    assert import_paths(library, [str(folder)]).differing == 0
    editing.edit(library, "q-001", json.dumps(item(library, "q-001") | {"question": "Mine"}))
    assert import_paths(library, [str(folder)]).differing == 1
    assert question(library, "q-001").text == "Mine"
    assert import_paths(library, [str(folder)], Options(update=True)).updated == 1
    assert question(library, "q-001").text == "Which is number 1?"


def test_an_import_that_moves_questions_keeps_the_store_sound(library: Context, bank: Bank) -> None:
    """A question that another file brings is moved with its days and progress."""
    folder = bank("a__b__c__d", [mcq(2)])
    (folder / "a__b__c__e.json").unlink()
    bank("a__b__c__f", [mcq(1), theory(1)])
    assert import_paths(library, [str(folder)], Options(update=True)).updated >= 2
    assert question(library, "q-001").path == "a__b__c__f"
    assert is_sound(library)


def test_an_unknown_question(library: Context) -> None:
    """What isn't there can't be edited, and near names are told."""
    for call in (
        lambda: editing.text_of(library, "q-009"),
        lambda: editing.edit(library, "q-009", json.dumps(mcq(9))),
    ):
        with pytest.raises(DrillrError, match="q-001"):
            call()
