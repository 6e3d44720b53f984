"""`/content`: the library for everybody who is signed in."""

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response

from drillr.domain.ids import FacetId, QuestionId
from drillr.server import problems
from drillr.server.access import Shared, Signed
from drillr.server.answers import content_answer
from drillr.server.pages import Cursor, Limit, cursor_of, position_of
from drillr.server.problems import Problem
from drillr.server.shapes import Id, key_of
from drillr.server.shapes_content import (
    FacetShape,
    Hierarchy,
    QuestionPage,
    QuestionShape,
    facet_of,
    hierarchy_of,
    question_of,
)
from drillr.services import browsing
from drillr.store.hierarchy import Position

router = APIRouter(prefix="/content", tags=["content"])
_NOT_MODIFIED = {304: {"description": "What you have is still right"}}
_ANSWERS = _NOT_MODIFIED | problems.responses(401, 429, 503)
_ONE = _NOT_MODIFIED | problems.responses(401, 404, 422, 429, 503)


@router.get("/hierarchy", response_model=Hierarchy, responses=_ANSWERS)
async def hierarchy(request: Request, who: Signed, shared: Shared) -> Response:
    """The whole tree with counts of questions."""
    return await content_answer(
        request, shared, who, "hierarchy",
        lambda: hierarchy_of(browsing.tree(shared.database), who.revision),
    )  # fmt: skip


@router.get("/facets/{facet_id}", response_model=FacetShape, responses=_ONE)
async def facet(
    facet_id: Annotated[Id, Path()], request: Request, who: Signed, shared: Shared
) -> Response:
    """One facet."""
    key = FacetId(key_of(facet_id))

    def make() -> FacetShape:
        found = browsing.facet(shared.database, key)
        if found is None:
            raise absent("facet")
        return facet_of(found)

    return await content_answer(request, shared, who, f"facet:{facet_id}", make)


@router.get("/facets/{facet_id}/questions", response_model=QuestionPage, responses=_ONE)
async def questions(
    facet_id: Annotated[Id, Path()],
    request: Request,
    who: Signed,
    shared: Shared,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response:
    """A facet's active questions, in the order of their file."""
    key = FacetId(key_of(facet_id))
    after = None if cursor is None else Position(*position_of(cursor, int, str))

    def make() -> QuestionPage:
        page = browsing.questions(shared.database, key, after, limit)
        if page is None:
            raise absent("facet")
        return QuestionPage(
            questions=[question_of(one) for one in page.questions],
            next_cursor=None if page.end is None else cursor_of(page.end),
        )

    name = f"questions:{facet_id}:{limit}:{cursor or ''}"
    return await content_answer(request, shared, who, name, make)


@router.get("/questions/{question_id}", response_model=QuestionShape, responses=_ONE)
async def question(
    question_id: Annotated[Id, Path()], request: Request, who: Signed, shared: Shared
) -> Response:
    """One question with its answer, active or not."""
    key = QuestionId(key_of(question_id))

    def make() -> QuestionShape:
        found = browsing.question(shared.database, key)
        if found is None:
            raise absent("question")
        return question_of(found)

    return await content_answer(request, shared, who, f"question:{question_id}", make)


def absent(what: str) -> Problem:
    """There is no such thing."""
    return Problem(404, "not-found", f"there is no such {what}", "Ask for the hierarchy")
