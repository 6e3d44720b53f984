"""Repository of reports: what learners found wrong with questions."""

from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from drillr.domain.ids import QuestionId, UserId

if TYPE_CHECKING:
    from drillr.store.connection import Connection

_SELECT = (
    "select r.id, r.question_id, q.external_id, u.username, r.revision, r.note, r.created_at,"
    " r.resolved_at from reports r join questions q on q.id = r.question_id"
    " join users u on u.id = r.user_id"
)


class Report(NamedTuple):
    """A report: whose, about which question as it was at which revision, and whether it is done."""

    id: bytes
    question: QuestionId
    external_id: str
    username: str
    revision: int
    note: str
    created_at: datetime
    resolved_at: datetime | None


class NewReport(NamedTuple):
    """What makes a report."""

    id: bytes
    user: UserId
    question: QuestionId
    revision: int
    note: str


def create(db: "Connection", new: NewReport, now: datetime) -> None:
    """Write a report; the same id again changes nothing."""
    if db.row("select 1 from reports where id = ?", (db.key(new.id),)) is not None:
        return
    db.run(
        "insert into reports (id, user_id, question_id, revision, note, created_at)"
        " values (?, ?, ?, ?, ?, ?)",
        (
            db.key(new.id), db.key(new.user), db.key(new.question), new.revision, new.note,
            db.instant(now),
        ),
    )  # fmt: skip


def page(
    db: "Connection", before: bytes | None, most: int, *, resolved: bool = False
) -> list[Report]:
    """Reports, the latest first: those still open, or those that are done."""
    where = "r.resolved_at is not null" if resolved else "r.resolved_at is null"
    params = []
    if before is not None:
        where += " and r.id < ?"
        params.append(db.key(before))
    rows = db.rows(f"{_SELECT} where {where} order by r.id desc limit ?", (*params, most))
    when = db.read_instant
    return [
        Report(
            db.read_key(row[0]), QuestionId(db.read_key(row[1])), row[2], row[3], row[4], row[5],
            when(row[6]), None if row[7] is None else when(row[7]),
        )
        for row in rows
    ]  # fmt: skip


def resolve(db: "Connection", key: bytes, by: UserId, now: datetime) -> bool:
    """Mark a report as done; False when there is none that is open."""
    return (
        db.run(
            "update reports set resolved_at = ?, resolved_by = ?"
            " where id = ? and resolved_at is null",
            (db.instant(now), db.key(by), db.key(key)),
        )
        > 0
    )
