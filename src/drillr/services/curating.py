"""Changing content by hand: create, overwrite, withdraw, move, describe a place.

Every way in comes through here, whether a route of the server or an editor on a terminal
(`editing`). What is written passes the very checks of a question file, and history stays.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from drillr.domain.draft import Draft
from drillr.domain.ids import FacetId, QuestionId, place_id, question_id
from drillr.domain.paths import SEPARATOR, FacetPath
from drillr.domain.question import Question
from drillr.errors import ContentError, IdTaken, NoSuchThing, StaleState
from drillr.formats.question_check import ItemRefused, check
from drillr.services.context import Context
from drillr.services.replaying import follow_content
from drillr.store import arrivals, authoring, content, hierarchy
from drillr.store.arrivals import Arrivals
from drillr.store.revision import Stamp

if TYPE_CHECKING:
    from drillr.store.authoring import Standing
    from drillr.store.connection import Connection


def create(context: Context, path: str, item: Mapping[str, Any]) -> Question:
    """A new question, from what a question file's item would be; its facet is made if need be."""
    place, draft = FacetPath.parse(path), _draft(item)
    with context.database.transaction() as db:
        key = question_id(draft.external_id)
        if authoring.standing(db, key) is not None:
            raise IdTaken(f"the id {draft.external_id!r} is taken", "Choose another, or edit that")
        put(db, context, place, draft)
        return _read(db, key)


def edit(
    context: Context, key: QuestionId, item: Mapping[str, Any], was: bytes | None = None
) -> Question:
    """Overwrite a question; StaleState when it is no longer the `was` (a content hash) one saw."""
    draft = _draft(item)
    with context.database.transaction() as db:
        held = _held(db, key)
        if draft.external_id != held.external_id:
            raise ContentError(
                "a question's id can't be changed", f"It is {held.external_id!r}; make a new one"
            )
        if was is not None and was != held.content_hash:
            raise StaleState("somebody else changed this question", "Read it again")
        overwrite(db, context, held, draft)
        return _read(db, key)


def set_active(context: Context, key: QuestionId, active: bool) -> Question:
    """Withdraw a question, or bring it back."""
    with context.database.transaction() as db:
        held = _held(db, key)
        if held.is_active != active:
            authoring.set_active(db, [key], active, Stamp(context.clock()))
            _recount(db, context, [held.facet])
        return _read(db, key)


def move(context: Context, key: QuestionId, path: str) -> Question:
    """Put a question into another facet, which is made if need be; everybody's history follows."""
    place = FacetPath.parse(path)
    with context.database.transaction() as db:
        _held(db, key)
        question = _read(db, key)
        if question.path == str(place):
            return question
        carry(db, context, [question], place)
        return _read(db, key)


def describe(context: Context, path: str, changes: Mapping[str, str | int | None]) -> None:
    """Change name, description or order of a topic, subtopic, leaf or facet."""
    depth = path.count(SEPARATOR)
    with context.database.transaction() as db:
        stamp = Stamp(context.clock())
        if depth > 3 or not authoring.describe(db, depth, place_id(path), dict(changes), stamp):
            raise NoSuchThing(f"there is no place {path!r}", "Ask for the hierarchy")


def put(db: "Connection", context: Context, place: FacetPath, draft: Draft) -> None:
    """Put a new question behind all others of a facet, which is made if need be."""
    stamp = Stamp(context.clock())
    facet = content.ensure_place(db, place, {}, stamp)
    index = authoring.next_position(db, facet)
    arrivals.insert(db, [Arrivals(facet, None, stamp, [(index, draft)])])
    _recount(db, context, [facet])


def overwrite(db: "Connection", context: Context, held: "Standing", draft: Draft) -> None:
    """Write a question anew where it stands."""
    stamp = Stamp(context.clock())
    arrivals.update(db, Arrivals(held.facet, held.source, stamp, [(held.order_index, draft)]))
    _recount(db, context, [held.facet])


def carry(
    db: "Connection", context: Context, questions: Sequence[Question], place: FacetPath
) -> None:
    """Move questions with everybody's history behind all others of a facet."""
    stamp = Stamp(context.clock())
    target = content.ensure_place(db, place, {}, stamp)
    authoring.move(db, [question.id for question in questions], target, stamp)
    facets = sorted({target, *(question.facet_id for question in questions)})
    _recount(db, context, facets, moved=facets)


def _draft(item: Mapping[str, Any]) -> Draft:
    try:
        return check(dict(item))
    except ItemRefused as refused:
        raise ContentError(str(refused), "docs/content-format.md says how items look") from None
    except RecursionError:
        raise ContentError("the item nests its values too deeply") from None


def _held(db: "Connection", key: QuestionId) -> "Standing":
    held = authoring.standing(db, key)
    if held is None:
        raise NoSuchThing("there is no such question", "Ask for the hierarchy")
    return held


def _recount(
    db: "Connection", context: Context, facets: list[FacetId], moved: Sequence[FacetId] = ()
) -> None:
    content.count_active(db, facets)
    content.forget_sources(db, facets)
    follow_content(db, context, facets, moved)


def _read(db: "Connection", key: QuestionId) -> Question:
    found = hierarchy.question(db, key)
    if found is None:
        raise NoSuchThing("there is no such question", "Ask for the hierarchy")
    return found
