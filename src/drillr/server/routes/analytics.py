"""`/analytics` for admins: what everybody's answers say."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Path

from drillr.domain.ids import FacetId, QuestionId
from drillr.server import problems
from drillr.server.access import Admin, Shared
from drillr.server.problems import Problem
from drillr.server.records import analytics
from drillr.server.routes.imports import start_job
from drillr.server.shapes import Id, key_of
from drillr.server.shapes_admin import (
    FacetStatistics,
    JobShape,
    Learners,
    QuestionStatistics,
    statistics_of,
)
from drillr.server.tasks import analysing
from drillr.services import browsing

router = APIRouter(prefix="/analytics", tags=["analytics"])
_ANSWERS = problems.responses(401, 403, 404, 422, 429, 503)


@router.post("/refresh", status_code=202, responses=_ANSWERS)
async def refresh(who: Admin, shared: Shared) -> JobShape:
    """Compute the statistics anew; a worker's beat does so once a day."""
    return await start_job(shared, who, analysing.KIND, {})


@router.get("/questions/{question_id}", responses=_ANSWERS)
async def question(
    question_id: Annotated[Id, Path()], who: Admin, shared: Shared
) -> QuestionStatistics:
    """One question's statistics; 404 before anybody answered it and they were computed."""
    key = QuestionId(key_of(question_id))

    def find() -> analytics.Row | None:
        with shared.database.transaction(write=False) as db:
            return analytics.of_question(db, key)

    found = await shared.work(find)
    if found is None:
        raise Problem(404, "not-found", "there are no statistics of it", "POST /analytics/refresh")
    return statistics_of(found)


@router.get("/facets/{facet_id}", responses=_ANSWERS)
async def facet(facet_id: Annotated[Id, Path()], who: Admin, shared: Shared) -> FacetStatistics:
    """The statistics of a facet's questions."""
    key = FacetId(key_of(facet_id))

    def find() -> list[analytics.Row]:
        if browsing.facet(shared.database, key) is None:
            raise Problem(404, "not-found", "there is no such facet", "Ask for the hierarchy")
        with shared.database.transaction(write=False) as db:
            return analytics.of_facet(db, key)

    rows = await shared.work(find)
    responses = sum(row.statistics.responses for row in rows)
    correct = sum(row.statistics.correct for row in rows)
    return FacetStatistics(
        questions=[statistics_of(row) for row in rows], responses=responses,
        difficulty=correct / responses if responses else None,
    )  # fmt: skip


@router.get("/learners", responses=_ANSWERS)
async def learners(who: Admin, shared: Shared) -> Learners:
    """How many people answered anything in the last day, week and month."""

    def find() -> list[int]:
        now = shared.clock()
        with shared.database.transaction(write=False) as db:
            return [
                analytics.active_learners(db, now - timedelta(days=days)) for days in (1, 7, 30)
            ]

    day, week, month = await shared.work(find)
    return Learners(day=day, week=week, month=month)
