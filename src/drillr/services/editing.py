"""Questions as a person edits them: named by their ids, as the text of an item, in an editor.

`curating` does the writing. Progress stays, unless it is to start over. What changes here changes
the store. Files that brought the question keep their own version: the next import says that they
differ, `import --update` takes theirs, `export` writes ours.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from drillr.domain.draft import Draft
from drillr.domain.facts import EventType
from drillr.domain.ids import QuestionId
from drillr.domain.paths import FacetPath
from drillr.domain.question import Question, QuestionType
from drillr.domain.solution import solution
from drillr.errors import ContentError, UsageError
from drillr.formats import question_item
from drillr.services import curating
from drillr.services.context import Context
from drillr.services.recording import append_event
from drillr.services.replaying import derive
from drillr.store import authoring, cards, content

if TYPE_CHECKING:
    from drillr.store.connection import Connection


@dataclass(frozen=True, slots=True)
class Edited:
    """What an edit did: whether anything changed, and whether the answer did.

    `relearns` says whether the question is asked anew because of that.
    """

    external_id: str
    changed: bool = False
    answer_changed: bool = False
    relearns: bool = False


def text_of(context: Context, external_id: str) -> str:
    """The question as the item of a question file, to be edited and given to `edit`."""
    with context.database.transaction(write=False) as db:
        question = _named(db, external_id)
        held = authoring.standing(db, question.id, hold=False)
        return question_item.item_text(question, held.written if held else None)


def edit(context: Context, external_id: str, text: str, *, relearn: bool = False) -> Edited:
    """Take over an edited item; ContentError says what is wrong with it, and nothing changes.

    With `relearn` a question whose answer changed is asked again at once, as if it had been missed.
    """
    if text.strip() == text_of(context, external_id).strip():
        # Blanks that its file holds, and an edit takes out, are no edit.
        return Edited(external_id)
    draft = question_item.draft_of(text)
    if draft.external_id != external_id:
        raise ContentError(
            f"the id {external_id!r} became {draft.external_id!r}",
            "History hangs on the id: keep it, or write a new question with `drillr new`",
        )
    with context.database.transaction() as db:
        question = _named(db, external_id)
        if draft.content_hash == question.content_hash:
            return Edited(external_id)
        before = authoring.solutions(db, [question.id])[question.id]
        held = authoring.standing(db, question.id)
        # It was found by its name a moment ago, in this transaction.
        assert held is not None  # noqa: S101
        curating.overwrite(db, context, held, draft)
        changed = solution_of(draft) != before
        again = relearn and changed and bool(ask_anew(db, context, [question.id]))
        return Edited(external_id, True, changed, again)


def blank(external_id: str, kind: QuestionType) -> str:
    """The item of a question still to be written, to be edited and given to `add`."""
    return question_item.blank(external_id, kind)


def add(context: Context, path: str, text: str, external_id: str | None = None) -> Question:
    """Put a new question into a facet, made where there is none; the question.

    Its id is the one given, else the text's, else the next free one of the facet.
    """
    place = FacetPath.parse(path)
    draft = question_item.draft_of(text, named=external_id, otherwise=free_id(context, path))
    with context.database.transaction() as db:
        if content.known(db, [draft.external_id]):
            raise ContentError(
                f"there is a question {draft.external_id!r} already", "Give the new one its own id"
            )
        curating.put(db, context, place, draft)
        return _named(db, draft.external_id)


def move(context: Context, external_ids: Sequence[str], path: str) -> int:
    """Move questions with their history to another facet; how many were not there already."""
    place = FacetPath.parse(path)
    with context.database.transaction() as db:
        found = [_named(db, name) for name in dict.fromkeys(external_ids)]
        moving = [question for question in found if question.path != str(place)]
        if moving:
            curating.carry(db, context, moving, place)
        return len(moving)


def free_id(context: Context, path: str) -> str:
    """An id for a new question of a facet: its code, and the number after the highest there."""
    code = FacetPath.parse(path).facet.replace("_", "-")
    with context.database.transaction(write=False) as db:
        number = 1
        for name in content.names_like(db, f"{code}-", 100_000):
            tail = name.removeprefix(f"{code}-")
            if tail.isascii() and tail.isdigit() and len(tail) < 9:
                number = max(number, int(tail) + 1)
        return f"{code}-{number:03d}"


def ask_anew(
    db: "Connection", context: Context, questions: Collection[QuestionId]
) -> list[QuestionId]:
    """Let questions that were answered before be asked at once; those that were."""
    rules = context.rulebook(db)
    seen = [key for key in questions if cards.load(db, context.user, key).total_reviews]
    for key in seen:
        event = append_event(db, context, EventType.CARD_RELEARNED, {}, key)
        derive(db, context, rules, {key: [event.id]})
    return seen


def solution_of(draft: Draft) -> object:
    """What counts as right in a draft, to be compared with `authoring.solutions`."""
    right = [option.text for option in draft.options if option.is_correct]
    return solution(draft.type, draft.answer, right)


def _named(db: "Connection", external_id: str) -> Question:
    question = content.question_named(db, external_id)
    if question is None:
        near = content.names_like(db, external_id[:3], 5)
        raise UsageError(
            f"there is no question {external_id!r}",
            f"Near it: {', '.join(near)}" if near else "`drillr search` finds ids",
        )
    return question
