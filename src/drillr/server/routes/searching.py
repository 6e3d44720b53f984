"""`/content/search`: the language of `drillr search`, over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Query

from drillr.domain.card import CardState
from drillr.domain.ids import id_text
from drillr.domain.question import QuestionType
from drillr.server import problems
from drillr.server.access import Shared, Theirs
from drillr.server.pages import Cursor, Limit, cursor_of, position_of
from drillr.server.problems import Problem
from drillr.server.shapes import Clean, Id, Instant, Shape
from drillr.services import searching

router = APIRouter(prefix="/content", tags=["content"])
MOST = 10_000


class HitShape(Shape):
    """A question that was found, with where it stands for whoever searched."""

    question_id: Id
    external_id: str
    path: str
    type: QuestionType
    difficulty_level: int
    first_line: str
    state: CardState
    due_at: Instant | None
    marks: list[str]


class Hits(Shape):
    """Some of what was found, the best first."""

    hits: list[HitShape]
    next_cursor: str | None


def _hit(found: searching.Hit) -> HitShape:
    return HitShape(
        question_id=id_text(found.id), external_id=found.external_id, path=found.path,
        type=found.type, difficulty_level=found.difficulty, first_line=found.first_line,
        state=found.state, due_at=found.due, marks=list(found.marks),
    )  # fmt: skip


@router.get("/search", responses=problems.responses(401, 422, 429, 503))
async def search(
    theirs: Theirs,
    shared: Shared,
    q: Annotated[
        Clean,
        Query(max_length=500, examples=["event loop -is:suspended"], description="The query."),
    ],
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Hits:
    """Find questions by words, tags, place and card."""
    offset = 0 if cursor is None else position_of(cursor, int)[0]
    if not 0 <= offset <= MOST:
        raise Problem(422, "invalid-cursor", "the cursor is none of ours", "Begin without one")
    found = await shared.work(lambda: searching.search(theirs, q, limit + 1, offset))
    more = len(found) > limit and offset + limit <= MOST
    return Hits(
        hits=[_hit(one) for one in found[:limit]],
        next_cursor=cursor_of((offset + limit,)) if more else None,
    )
