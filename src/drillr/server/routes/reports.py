"""`/content/questions/{id}/report` for everybody, `/content/reports` for admins."""

from typing import Annotated

from fastapi import APIRouter, Path, Query

from drillr.domain.ids import QuestionId, id_text
from drillr.server import problems
from drillr.server.access import Admin, Shared, Signed
from drillr.server.pages import Cursor, Limit, cursor_of, key_position
from drillr.server.problems import Problem
from drillr.server.records import reports
from drillr.server.shapes import Id, key_of
from drillr.server.shapes_admin import NewReport, ReportPage, report_of
from drillr.services import browsing

router = APIRouter(prefix="/content", tags=["reports"])
_ANSWERS = problems.responses(401, 404, 422, 429, 503)


@router.post("/questions/{question_id}/report", status_code=204, responses=_ANSWERS)
async def report(
    question_id: Annotated[Id, Path()], body: NewReport, who: Signed, shared: Shared
) -> None:
    """Say what is wrong with a question; admins see it."""
    key = QuestionId(key_of(question_id))
    new = reports.NewReport(
        id=shared.new_id() if body.id is None else key_of(body.id), user=who.account.id,
        question=key, revision=who.revision if body.revision is None else body.revision,
        note=body.note,
    )  # fmt: skip

    def write() -> None:
        if browsing.question(shared.database, key) is None:
            raise Problem(404, "not-found", "there is no such question", "Ask for the hierarchy")
        with shared.database.transaction() as db:
            reports.create(db, new, shared.clock())

    await shared.work(write)


@router.get("/reports", responses=_ANSWERS | problems.responses(403))
async def list_reports(
    who: Admin,
    shared: Shared,
    limit: Limit = 50,
    cursor: Cursor = None,
    resolved: Annotated[bool, Query(description="Those that are done.")] = False,
) -> ReportPage:
    """What learners found wrong, the latest first."""
    before = key_position(cursor)

    def find() -> list[reports.Report]:
        with shared.database.transaction(write=False) as db:
            return reports.page(db, before, limit + 1, resolved=resolved)

    found = await shared.work(find)
    more = len(found) > limit
    return ReportPage(
        reports=[report_of(one) for one in found[:limit]],
        next_cursor=cursor_of((id_text(found[limit - 1].id),)) if more else None,
    )


@router.post(
    "/reports/{report_id}/resolve", status_code=204, responses=_ANSWERS | problems.responses(403)
)
async def resolve(report_id: Annotated[Id, Path()], who: Admin, shared: Shared) -> None:
    """Mark a report as done."""
    key = key_of(report_id)

    def change() -> None:
        with shared.database.transaction() as db:
            if not reports.resolve(db, key, who.account.id, shared.clock()):
                raise Problem(404, "not-found", "there is no such open report")

    await shared.work(change)
