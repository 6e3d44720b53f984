"""Reports: what a learner found wrong with a question, as a fact that sync takes to its server."""

from collections.abc import Collection
from typing import NamedTuple

from drillr.domain import limits
from drillr.domain.facts import EventType
from drillr.domain.ids import FactId, QuestionId
from drillr.domain.text import visible
from drillr.errors import UsageError
from drillr.services.context import Context
from drillr.services.recording import append_event
from drillr.store import content, facts, upstream


class Report(NamedTuple):
    """A report on its way: its id, the question, the revision that was seen, and the note."""

    id: FactId
    question: QuestionId
    revision: int
    note: str


def report(context: Context, external_id: str, note: str) -> None:
    """Note that something is wrong with a question; the next sync tells its server."""
    text = visible(note).strip()
    if not text or len(text) > limits.NOTE:
        raise UsageError(
            f"a report has 1 to {limits.NOTE} characters", "Say in a sentence what is wrong"
        )
    with context.database.transaction() as db:
        question = content.question_named(db, external_id)
        if question is None:
            raise UsageError(f"there is no question {external_id!r}", "`drillr search` finds them")
        data = {"note": text, "content": question.content_hash.hex()}
        append_event(db, context, EventType.QUESTION_REPORTED, data, question.id)


def pending(context: Context, remote: str, delivered: Collection[str]) -> list[Report]:
    """The reports about questions of a server that it hasn't got yet, oldest first."""
    with context.database.transaction(write=False) as db:
        events = [
            event
            for event in facts.events_of_types(db, context.user, [EventType.QUESTION_REPORTED])
            if event.id.hex() not in delivered and event.question_id is not None
        ]
        keys = [event.question_id for event in events if event.question_id is not None]
        revisions = upstream.revisions(db, remote, keys)
    return [
        Report(event.id, event.question_id, revisions[event.question_id], _note(event.data))
        for event in events
        if event.question_id is not None and event.question_id in revisions
    ]


def _note(data: object) -> str:
    note = data.get("note") if isinstance(data, dict) else None
    return visible(str(note or "?"))[: limits.NOTE]
