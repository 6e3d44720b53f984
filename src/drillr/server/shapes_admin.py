"""Shapes of looking after content: imports, edits, reports, analytics."""

from typing import Annotated, Any

from pydantic import Field

from drillr.domain.ids import id_text
from drillr.server.records.analytics import Row
from drillr.server.records.jobs import Job, State
from drillr.server.records.reports import Report
from drillr.server.shapes import Clean, Id, Instant, Shape

Path = Annotated[
    Clean, Field(min_length=7, max_length=410, examples=["databases__sql__indexing__query_plans"])
]


class JobShape(Shape):
    """A job: `done` of `total` (bytes or rows) is its progress, `report` what came out."""

    id: Id
    kind: str
    state: State
    done: int
    total: int
    attempts: int
    report: dict[str, Any]
    error: str | None
    created_at: Instant
    updated_at: Instant
    finished_at: Instant | None


class JobPage(Shape):
    """Some jobs, the latest first."""

    jobs: list[JobShape]
    next_cursor: str | None


class ImportFrom(Shape):
    """Import all question files below a prefix of a bucket; nothing that exists is changed."""

    source: Annotated[
        Clean, Field(max_length=1000, pattern=r"^s3://[a-z0-9][a-z0-9.-]{2,62}(/.*)?$")
    ]
    update: bool = Field(False, description="Change questions whose content differs.")
    prune: bool = Field(False, description="Withdraw questions that vanished from their file.")
    qualify_ids: bool = Field(False, description="Prefix ids with their facet's path.")
    dry_run: bool = False


class NewQuestion(Shape):
    """A question as a file's item has it, and the facet to put it in."""

    path: Path
    item: dict[str, Any] = Field(
        examples=[
            {
                "id": "sql-201", "type": "mcq", "question": "What does EXPLAIN show?",
                "options": {"A": "The plan", "B": "The locks"}, "correct_answer": "A",
                "explanation": "How the planner would run it.", "difficulty": 2, "tags": ["plans"],
            }
        ]
    )  # fmt: skip


class Edit(Shape):
    """What a question shall be; `content_hash` is that of the question that was edited."""

    item: dict[str, Any]
    content_hash: Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")] | None = None


class Move(Shape):
    """The facet to move a question to."""

    path: Path


class Description(Shape):
    """What a topic, subtopic, leaf or facet shall be called; what is left out stays."""

    path: Annotated[Clean, Field(min_length=1, max_length=410)]
    name: Annotated[Clean, Field(min_length=1, max_length=255)] | None = None
    description: Annotated[Clean, Field(max_length=16_384)] | None = None
    order_index: Annotated[int, Field(ge=0, le=1_000_000)] | None = None


class NewReport(Shape):
    """What is wrong with a question; `id` makes a repeat harmless."""

    id: Id | None = None
    note: Annotated[Clean, Field(min_length=1, max_length=4000, examples=["B is right as well."])]
    revision: Annotated[int, Field(ge=0, le=2**62)] | None = Field(
        None, description="The content's revision that was seen; by default the present one."
    )


class ReportShape(Shape):
    """A report, as admins see it."""

    id: Id
    question_id: Id
    external_id: str
    username: str
    revision: int
    note: str
    created_at: Instant
    resolved_at: Instant | None


class ReportPage(Shape):
    """Some reports, the latest first."""

    reports: list[ReportShape]
    next_cursor: str | None


class QuestionStatistics(Shape):
    """What everybody's answers say about one question."""

    question_id: Id
    external_id: str
    path: str
    responses: int
    learners: int
    difficulty: float | None = Field(description="The share of right answers: low is hard.")
    discrimination: float | None = Field(
        description="How being right here goes with being right elsewhere, -1 to 1."
    )
    median_seconds: float
    picks: dict[str, int] = Field(description="How often each option was chosen.")
    ratings: dict[str, int]
    computed_at: Instant


class FacetStatistics(Shape):
    """The statistics of a facet's questions."""

    questions: list[QuestionStatistics]
    responses: int
    difficulty: float | None


class Learners(Shape):
    """How many people answered anything lately."""

    day: int
    week: int
    month: int


def job_of(job: Job, progress: tuple[int, int] | None) -> JobShape:
    """A job's shape; `progress` where the database doesn't have it yet."""
    done, total = progress or (job.done, job.total)
    return JobShape(
        id=id_text(job.id), kind=job.kind, state=job.state, done=done, total=total,
        attempts=job.attempts, report=dict(job.report), error=job.error,
        created_at=job.created_at, updated_at=job.updated_at, finished_at=job.finished_at,
    )  # fmt: skip


def report_of(report: Report) -> ReportShape:
    """A report's shape."""
    return ReportShape(
        id=id_text(report.id), question_id=id_text(report.question),
        external_id=report.external_id, username=report.username, revision=report.revision,
        note=report.note, created_at=report.created_at, resolved_at=report.resolved_at,
    )  # fmt: skip


def statistics_of(row: Row) -> QuestionStatistics:
    """A question's statistics."""
    found = row.statistics
    return QuestionStatistics(
        question_id=id_text(row.question), external_id=row.external_id, path=row.path,
        responses=found.responses, learners=found.learners, difficulty=found.difficulty,
        discrimination=found.discrimination, median_seconds=found.median_ms / 1000,
        picks=dict(found.picks), ratings={str(k): n for k, n in found.ratings.items()},
        computed_at=row.computed_at,
    )  # fmt: skip
