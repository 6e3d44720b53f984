"""`/progress`: how far one has come."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Path, Query
from pydantic import Field

from drillr.domain.ids import FacetId, id_text
from drillr.server import problems
from drillr.server.access import Shared, Theirs
from drillr.server.problems import Problem
from drillr.server.records import plans
from drillr.server.shapes import Id, Instant, Shape, key_of
from drillr.server.shapes_learning import Selector
from drillr.services import progressing, statistics
from drillr.services.progressing import Progress
from drillr.services.statistics import Overview

router = APIRouter(prefix="/progress", tags=["progress"])
_ANSWERS = problems.responses(401, 404, 422, 429, 503)


class FacetStanding(Shape):
    """A facet with what is due, new and mastered in it."""

    path: str
    name: str
    questions: int
    due: int
    new: int
    mastery: float


class Summary(Shape):
    """The numbers of the library or a part of it; retention and mastery are 0–100."""

    questions: int
    active_cards: int
    due_now: int
    due_today: int
    new: int
    responses: int
    correct: int
    retention: float | None = Field(description="Over 30 days; null without reviews.")
    streak_days: int
    mastery: float
    time_spent_seconds: float
    answered_today: int
    facets: list[FacetStanding]


class FacetProgressShape(Shape):
    """My progress in one facet, as the platform's `user_progress` has it."""

    facet_id: Id
    path: str
    total_questions: int
    completed_questions: int
    mastery_score: float
    last_activity_at: Instant | None
    streak_days: int
    total_time_spent_seconds: float


class DayCount(Shape):
    """A study day with a number."""

    day: date
    count: int


class Forecast(Shape):
    """Reviews due on each of the next days; the first holds what is overdue."""

    days: list[DayCount]


class DayShape(Shape):
    """What was done on one study day."""

    day: date
    responses: int
    correct: int
    new_cards: int
    reviewed: int
    retained: int
    time_spent_seconds: float


class History(Shape):
    """Study days with answers, the oldest first."""

    days: list[DayShape]


class Streak(Shape):
    """Study days in a row up to today; a day that has just begun breaks nothing."""

    streak_days: int
    studied_today: bool
    longest_days: int


class DayPlan(Shape):
    """What a study day brings, as it was when the day's plan was made."""

    day: date
    overdue: int
    due_today: int
    new: int
    facets: dict[str, int] = Field(description="Reviews by the facet's path.")
    created_at: Instant


def _summary(found: Overview) -> Summary:
    return Summary(
        questions=found.questions, active_cards=found.active_cards, due_now=found.due_now,
        due_today=found.due_today, new=found.new, responses=found.responses,
        correct=found.correct, retention=found.retention, streak_days=found.streak_days,
        mastery=found.mastery, time_spent_seconds=found.time_ms / 1000,
        answered_today=found.today.responses,
        facets=[
            FacetStanding(
                path=one.path, name=one.name, questions=one.questions, due=one.due, new=one.new,
                mastery=statistics.mastery_of(one),
            )
            for one in found.facets
        ],
    )  # fmt: skip


def _progress(found: Progress) -> FacetProgressShape:
    held = found.progress
    return FacetProgressShape(
        facet_id=id_text(found.facet), path=found.path, total_questions=held.questions,
        completed_questions=held.completed, mastery_score=held.mastery,
        last_activity_at=held.last_activity_at, streak_days=held.streak_days,
        total_time_spent_seconds=held.time_ms / 1000,
    )  # fmt: skip


@router.get("/summary", responses=_ANSWERS)
async def summary(
    theirs: Theirs, shared: Shared, selector: Annotated[Selector, Query()] = ""
) -> Summary:
    """What `drillr stats` shows, for the library or the part that a selector names."""
    return _summary(await shared.work(lambda: statistics.overview(theirs, selector)))


@router.get("/facets/{facet_id}", responses=_ANSWERS)
async def facet(
    facet_id: Annotated[Id, Path()], theirs: Theirs, shared: Shared
) -> FacetProgressShape:
    """My progress in one facet."""
    key = FacetId(key_of(facet_id))
    return _progress(await shared.work(lambda: progressing.in_facet(theirs, key)))


@router.get("/forecast", responses=_ANSWERS)
async def forecast(
    theirs: Theirs, shared: Shared, selector: Annotated[Selector, Query()] = ""
) -> Forecast:
    """How many reviews come due on each of the next 14 days, as things stand."""
    found = await shared.work(lambda: statistics.overview(theirs, selector))
    return Forecast(days=[DayCount(day=day, count=count) for day, count in found.forecast])


@router.get("/history", responses=_ANSWERS)
async def history(
    theirs: Theirs,
    shared: Shared,
    selector: Annotated[Selector, Query()] = "",
    days: Annotated[int, Query(ge=1, le=3660)] = 365,
) -> History:
    """What was done on each of the last study days that had any answer."""
    found = await shared.work(lambda: progressing.history(theirs, selector, days))
    return History(
        days=[
            DayShape(
                day=day, responses=one.responses, correct=one.correct, new_cards=one.new_cards,
                reviewed=one.reviewed, retained=one.retained,
                time_spent_seconds=one.time_ms / 1000,
            )
            for day, one in found
        ]
    )  # fmt: skip


@router.get("/streak", responses=_ANSWERS)
async def streak(theirs: Theirs, shared: Shared) -> Streak:
    """How many study days in a row."""
    now, today, longest = await shared.work(lambda: progressing.streaks(theirs))
    return Streak(streak_days=now, studied_today=today, longest_days=longest)


@router.get("/plan", responses=problems.responses(401, 404, 429, 503))
async def plan(theirs: Theirs, shared: Shared) -> DayPlan:
    """The plan of my present study day; 404 before a worker has made it."""

    def find() -> plans.Plan | None:
        with shared.database.transaction(write=False) as db:
            today = theirs.today(theirs.settings(db)).day
            return plans.load(db, theirs.user, today)

    found = await shared.work(find)
    if found is None:
        raise Problem(404, "not-found", "today's plan is not made yet", "Ask for the summary")
    return DayPlan(
        day=found.day, overdue=found.overdue, due_today=found.due_today, new=found.new,
        facets=found.facets, created_at=found.created_at,
    )  # fmt: skip
