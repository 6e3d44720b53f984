"""Marks on questions by their names: suspend, resume, bury, flag, unflag."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from drillr.domain import limits
from drillr.domain.facts import EventType
from drillr.domain.ids import QuestionId
from drillr.domain.text import visible
from drillr.errors import UsageError
from drillr.services.context import Context
from drillr.services.recording import mark
from drillr.store import content

if TYPE_CHECKING:
    from drillr.store.connection import Connection


class Mark(StrEnum):
    """What can be done to a question's card; all of it is a fact, and has its opposite."""

    SUSPEND = EventType.CARD_SUSPENDED
    RESUME = EventType.CARD_RESUMED
    BURY = EventType.CARD_BURIED
    FLAG = EventType.CARD_FLAGGED
    UNFLAG = EventType.CARD_UNFLAGGED


def mark_named(context: Context, names: Sequence[str], kind: Mark, note: str = "") -> int:
    """Mark the questions that files call so, all or none; how many."""
    wanted = list(dict.fromkeys(names))
    with context.database.transaction() as db:
        found = content.known(db, wanted)
        missing = [name for name in wanted if name not in found]
        if missing:
            near = content.names_like(db, missing[0][:3], 5)
            raise UsageError(
                f"there is no question {missing[0]!r}",
                f"Near it: {', '.join(near)}" if near else "Ids are those of the question files",
            )
        _mark(db, context, [found[name].id for name in wanted], kind, note)
    return len(wanted)


def mark_questions(
    context: Context, questions: Sequence[QuestionId], kind: Mark, note: str = ""
) -> None:
    """Mark questions; `note` is a flag's.

    Burying lasts until the next study day; resuming ends it, and a suspension.
    """
    with context.database.transaction() as db:
        _mark(db, context, questions, kind, note)


def _mark(
    db: "Connection", context: Context, questions: Sequence[QuestionId], kind: Mark, note: str
) -> None:
    rules = context.rulebook(db)
    data: Mapping[str, Any] = {}
    if kind is Mark.FLAG:
        data = {"note": _note(note)}
    elif kind is Mark.BURY:
        data = {"until": context.today(rules.everywhere).end.isoformat()}
    for question in questions:
        mark(db, context, rules, question, EventType(kind), data)


def _note(note: str) -> str:
    text = visible(note).strip()
    if len(text) > limits.NOTE:
        # A fact that no server takes would keep all that came after it on this device.
        raise UsageError(
            f"the note has {len(text)} characters. At most {limits.NOTE} are allowed",
            "Say in a sentence why it is flagged",
        )
    return text
