"""`/learning`: sessions, the next question, answers."""

from typing import Annotated

from fastapi import APIRouter, HTTPException, Path, Query

from drillr.domain.ids import FacetId, FactId, QuestionId, SessionId, id_text
from drillr.domain.rating import Rating
from drillr.domain.session import Plan
from drillr.server import problems
from drillr.server.access import Shared, Theirs
from drillr.server.pages import Cursor, Limit, cursor_of, key_position
from drillr.server.problems import Problem
from drillr.server.shapes import Id, key_of
from drillr.server.shapes_learning import (
    Answered,
    AskedQuestion,
    NewAnswer,
    NewSession,
    Selector,
    SessionPage,
    SessionShape,
    StartedSession,
    answered_of,
    asked_of,
    session_of,
)
from drillr.services import browsing, stepping
from drillr.services.showing import Given
from drillr.services.stepping import Asked, Submission

router = APIRouter(prefix="/learning", tags=["learning"])
SKIPPED = 100


@router.post(
    "/sessions/start", status_code=201, responses=problems.responses(401, 404, 422, 429, 503)
)
async def start(body: NewSession, theirs: Theirs, shared: Shared) -> StartedSession:
    """Begin a session; 404 when it would ask nothing."""

    def begin() -> StartedSession:
        selector = body.selector
        if body.facet_id is not None:
            place = browsing.facet(shared.database, FacetId(key_of(body.facet_id)))
            if place is None:
                raise Problem(404, "not-found", "there is no such facet", "Ask for the hierarchy")
            selector = place.path
        plan = Plan(
            selector=selector, limit=body.limit, new=body.new, types=tuple(body.types),
            tags=tuple(body.tags), difficulties=tuple(body.difficulties), cram=body.cram,
        )  # fmt: skip
        session, showing = stepping.begin(theirs, plan)
        return StartedSession(
            session_id=id_text(session.id), resumed=session.resumed,
            question=asked_of(showing, session.id, session.remaining),
        )  # fmt: skip

    return await shared.work(begin)


@router.get("/sessions/start", include_in_schema=False)
async def only_post() -> None:
    """No session is called "start", so this is not one that doesn't exist."""
    raise HTTPException(405, "Method Not Allowed", {"Allow": "POST"})


@router.get("/sessions", responses=problems.responses(401, 422, 429, 503))
async def list_sessions(
    theirs: Theirs, shared: Shared, limit: Limit = 50, cursor: Cursor = None
) -> SessionPage:
    """My sessions, the latest first."""
    key = key_position(cursor)
    before = None if key is None else SessionId(key)
    rows = await shared.work(lambda: stepping.history(theirs, before, limit + 1))
    more = len(rows) > limit
    return SessionPage(
        sessions=[session_of(row) for row in rows[:limit]],
        next_cursor=cursor_of((id_text(rows[limit - 1].id),)) if more else None,
    )


@router.get("/sessions/{session_id}", responses=problems.responses(401, 404, 422, 429, 503))
async def session(
    session_id: Annotated[Id, Path()], theirs: Theirs, shared: Shared
) -> SessionShape:
    """One of my sessions, and what it amounted to so far."""
    key = SessionId(key_of(session_id))
    return session_of(*await shared.work(lambda: stepping.sitting(theirs, key)))


@router.post("/sessions/{session_id}/end", responses=problems.responses(401, 404, 422, 429, 503))
async def end(session_id: Annotated[Id, Path()], theirs: Theirs, shared: Shared) -> SessionShape:
    """End a session; again changes nothing."""
    key = SessionId(key_of(session_id))
    return session_of(*await shared.work(lambda: stepping.finish(theirs, key)))


@router.get("/questions/next", responses=problems.responses(401, 404, 422, 429, 503))
async def next_question(
    theirs: Theirs,
    shared: Shared,
    facet_id: Annotated[Id | None, Query()] = None,
    selector: Annotated[Selector, Query()] = "",
    session_id: Annotated[Id | None, Query()] = None,
    skip: Annotated[
        list[Id] | None, Query(max_length=SKIPPED, description="Questions to ask later.")
    ] = None,
) -> AskedQuestion:
    """What to ask next: overdue, then new, then due today; 404 when there is none."""
    asked = Asked(
        session=None if session_id is None else SessionId(key_of(session_id)),
        facet=None if facet_id is None else FacetId(key_of(facet_id)),
        selector=selector, skip=frozenset(QuestionId(key_of(one)) for one in skip or ()),
    )  # fmt: skip

    def find() -> AskedQuestion:
        found, showing = stepping.next_question(theirs, asked)
        return asked_of(showing, found.id, found.remaining)

    return await shared.work(find)


@router.post(
    "/questions/{question_id}/answer", status_code=201,
    responses=problems.responses(401, 404, 409, 422, 429, 503),
)  # fmt: skip
async def answer(
    question_id: Annotated[Id, Path()], body: NewAnswer, theirs: Theirs, shared: Shared
) -> Answered:
    """Answer a question; when this answers, it is on disk."""
    chosen = [one.strip() for one in (body.selected_option or "").split(",")]
    submission = Submission(
        question=QuestionId(key_of(question_id)),
        given=Given(
            chosen=tuple(sorted({key for key in chosen if key})), text=body.response_text,
            elapsed_ms=round(body.time_spent_seconds * 1000), hints_used=body.hints_used,
            confidence=body.confidence_level,
        ),
        rating=None if body.difficulty_rating is None else Rating(body.difficulty_rating),
        session=None if body.session_id is None else SessionId(key_of(body.session_id)),
        cram=body.cram, seen=body.card_version,
        id=None if body.id is None else FactId(key_of(body.id)),
    )  # fmt: skip
    return answered_of(await shared.work(lambda: stepping.submit(theirs, submission)))
