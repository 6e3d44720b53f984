"""Taking answers back, of this session or any earlier one."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from drillr.domain.facts import Response
from drillr.domain.question import Question
from drillr.domain.rating import Rating
from drillr.errors import NothingToDo
from drillr.services.context import Context
from drillr.services.recording import retract
from drillr.store import content, facts

if TYPE_CHECKING:
    from drillr.store.connection import Connection


def undo_last(context: Context, count: int = 1) -> list[tuple[Question, Response]]:
    """Take back the last answers, newest first; NothingToDo when there is none."""
    undone: list[tuple[Question, Response]] = []
    with context.database.transaction() as db:
        for _ in range(count):
            last = facts.latest_standing(db, context.user)
            if last is None:
                break
            _take_back(db, context, last, undone)
    return _some(undone)


def undo_session(context: Context) -> list[tuple[Question, Response]]:
    """Take back every answer of the session that the last answer belongs to, newest first."""
    undone: list[tuple[Question, Response]] = []
    with context.database.transaction() as db:
        last = facts.latest_standing(db, context.user)
        if last is None:
            return _some(undone)
        if last.session_id is None:
            _take_back(db, context, last, undone)
        else:
            for response in reversed(facts.of_session(db, context.user, last.session_id)):
                _take_back(db, context, response, undone)
    return _some(undone)


@dataclass(frozen=True, slots=True)
class Standing:
    """An answer that stands: the question's id in files, the rating, and the local time."""

    external_id: str
    rating: Rating
    at: datetime
    in_last_session: bool


def last_answers(context: Context, most: int) -> list[Standing]:
    """The last answers that can be taken back, newest first; NothingToDo when there is none.

    `in_last_session` are those of the sitting that the newest belongs to; all of that are given,
    even if they are more than `most`.
    """
    with context.database.transaction(write=False) as db:
        found = facts.latest(db, context.user, most)
        if not found:
            raise NothingToDo("there is no answer to take back")
        if found[0].session_id is not None:
            sitting = len(facts.of_session(db, context.user, found[0].session_id))
            if sitting > most:
                found = facts.latest(db, context.user, sitting)
        names = content.external_ids(db, [one.question_id for one in found])
        zone = context.today(context.settings(db)).zone
    session = found[0].session_id
    return [
        Standing(
            names.get(one.question_id, "?"), one.rating, one.created_at.astimezone(zone),
            one is found[0] or (session is not None and one.session_id == session),
        )
        for one in found
    ]  # fmt: skip


def _take_back(
    db: "Connection",
    context: Context,
    response: Response,
    undone: list[tuple[Question, Response]],
) -> None:
    retract(db, context, context.rulebook(db), response)
    question = content.question(db, response.question_id)
    if question is not None:
        undone.append((question, response))


def _some(undone: list[tuple[Question, Response]]) -> list[tuple[Question, Response]]:
    if not undone:
        raise NothingToDo("there is no answer to take back")
    return undone
