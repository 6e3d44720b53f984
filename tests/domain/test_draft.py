"""Drafts, and facets on their way out: plain tuples whose fields stand in a promised order."""

from datetime import UTC, datetime

from drillr.domain.card import Card
from drillr.domain.draft import Draft, DraftOption
from drillr.domain.exhibit import Exhibit
from drillr.domain.ids import FacetId, QuestionId
from drillr.domain.question import Question, QuestionType
from drillr.domain.shelf import Kept, Shelf

AT = datetime(2026, 1, 1, tzinfo=UTC)


def test_a_draft_begins_with_what_is_written_as_it_stands() -> None:
    """Whoever writes many of them relies on the order of the first nine."""
    option = DraftOption("A", "text", True, None)
    draft = Draft("id", "mcq", "?", None, None, "{}", 3, None, "[]", (option,), b"hash")
    assert Draft._fields[:9] == (
        "external_id", "type", "text", "context", "answer", "metadata", "difficulty",
        "estimated_seconds", "tags",
    )  # fmt: skip
    assert draft.written is None
    assert draft.options[0].is_correct


def test_what_leaves_carries_its_question() -> None:
    """A shelf keeps its questions in their order; an exhibit has the card beside."""
    question = Question(
        QuestionId(b"q"), "q", FacetId(b"f"), "a__b__c__d", QuestionType.THEORY, "?", answer="!"
    )
    shelf = Shelf("a__b__c__d", {}, [Kept(question, None, {}, AT)])
    exhibit = Exhibit(question, {}, AT, Card(), [])
    assert shelf.kept[0].question is exhibit.question
