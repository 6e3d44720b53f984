"""`/content` for admins: create, edit, withdraw, move, describe, export."""

import io
import zipfile
from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from drillr.domain.ids import QuestionId
from drillr.domain.question import Question
from drillr.server import problems
from drillr.server.access import Admin, Shared, Theirs
from drillr.server.owned import unowned
from drillr.server.resources import Resources
from drillr.server.shapes import Id, key_of
from drillr.server.shapes_admin import Description, Edit, Move, NewQuestion
from drillr.server.shapes_content import QuestionShape, question_of
from drillr.server.shapes_learning import Selector
from drillr.services import curating, exporting

router = APIRouter(prefix="/content", tags=["editing"])
_ANSWERS = problems.responses(401, 403, 404, 409, 422, 429, 503)
QuestionKey = Annotated[Id, Path()]


async def _changed(shared: Resources, change: Callable[[], Question]) -> QuestionShape:
    return question_of(await shared.work(change))


@router.post("/questions", status_code=201, responses=_ANSWERS)
async def create(body: NewQuestion, who: Admin, theirs: Theirs, shared: Shared) -> QuestionShape:
    """A new question, behind the others of its facet."""
    context = unowned(theirs, shared.database)
    return await _changed(shared, lambda: curating.create(context, body.path, body.item))


@router.put("/questions/{question_id}", responses=_ANSWERS)
async def edit(
    question_id: QuestionKey, body: Edit, who: Admin, theirs: Theirs, shared: Shared
) -> QuestionShape:
    """Overwrite a question; everybody keeps their history with it."""
    key, context = QuestionId(key_of(question_id)), unowned(theirs, shared.database)
    was = None if body.content_hash is None else bytes.fromhex(body.content_hash)
    return await _changed(shared, lambda: curating.edit(context, key, body.item, was))


@router.post("/questions/{question_id}/deactivate", responses=_ANSWERS)
async def deactivate(
    question_id: QuestionKey, who: Admin, theirs: Theirs, shared: Shared
) -> QuestionShape:
    """Ask a question no more; nothing is deleted."""
    key, context = QuestionId(key_of(question_id)), unowned(theirs, shared.database)
    return await _changed(shared, lambda: curating.set_active(context, key, False))


@router.post("/questions/{question_id}/activate", responses=_ANSWERS)
async def activate(
    question_id: QuestionKey, who: Admin, theirs: Theirs, shared: Shared
) -> QuestionShape:
    """Ask a withdrawn question again."""
    key, context = QuestionId(key_of(question_id)), unowned(theirs, shared.database)
    return await _changed(shared, lambda: curating.set_active(context, key, True))


@router.post("/questions/{question_id}/move", responses=_ANSWERS)
async def move(
    question_id: QuestionKey, body: Move, who: Admin, theirs: Theirs, shared: Shared
) -> QuestionShape:
    """Put a question into another facet; everybody's progress follows."""
    key, context = QuestionId(key_of(question_id)), unowned(theirs, shared.database)
    return await _changed(shared, lambda: curating.move(context, key, body.path))


@router.patch("/places", status_code=204, responses=_ANSWERS)
async def describe(body: Description, who: Admin, theirs: Theirs, shared: Shared) -> None:
    """Change name, description or order of a topic, subtopic, leaf or facet."""
    changes = body.model_dump(exclude={"path"}, exclude_unset=True)
    if changes.get("name", "") is None:
        changes.pop("name")
    if changes.get("order_index", 0) is None:
        changes.pop("order_index")
    path, context = body.path.replace("/", "__"), unowned(theirs, shared.database)
    await shared.work(lambda: curating.describe(context, path, changes))


@router.get(
    "/export", response_class=Response,
    responses=_ANSWERS | {200: {"content": {"application/zip": {}}, "description": "The files"}},
)  # fmt: skip
async def export(
    who: Admin, theirs: Theirs, shared: Shared, selector: Annotated[Selector, Query()] = ""
) -> Response:
    """The library, or a part of it, as a ZIP of question files that an import reads back."""
    found = await shared.work(lambda: exporting.texts(theirs, selector))
    data = await shared.in_thread(lambda: _zipped(found))
    headers = {"Content-Disposition": 'attachment; filename="questions.zip"'}
    return Response(data, media_type="application/zip", headers=headers)


def _zipped(files: dict[str, str]) -> bytes:
    """The same files give the same bytes: no time of day is in them."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            archive.writestr(zipfile.ZipInfo(name), files[name], zipfile.ZIP_DEFLATED)
    return buffer.getvalue()
