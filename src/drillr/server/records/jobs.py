"""Repository of jobs: what was asked of the tasks, how far it is, and what came out."""

import json
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple

from drillr.domain.ids import UserId

if TYPE_CHECKING:
    from collections.abc import Mapping

    from drillr.store.connection import Connection

_SELECT = (
    "select id, user_id, kind, state, params, report, error, done, total, attempts, created_at,"
    " updated_at, finished_at from jobs"
)


class State(StrEnum):
    """Where a job stands."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class Job(NamedTuple):
    """A job; `done` of `total` is its progress, `report` what came out."""

    id: bytes
    user: UserId | None
    kind: str
    state: State
    params: "Mapping[str, Any]"
    report: "Mapping[str, Any]"
    error: str | None
    done: int
    total: int
    attempts: int
    created_at: datetime
    updated_at: datetime
    finished_at: datetime | None


def create(
    db: "Connection",
    key: bytes,
    user: UserId | None,
    kind: str,
    params: "Mapping[str, Any]",
    now: datetime,
) -> None:
    """Write a job that waits."""
    at = db.instant(now)
    db.run(
        "insert into jobs (id, user_id, kind, state, params, report, created_at, updated_at)"
        " values (?, ?, ?, ?, ?, '{}', ?, ?)",
        (
            db.key(key), None if user is None else db.key(user), kind, State.QUEUED.value,
            json.dumps(dict(params)), at, at,
        ),
    )  # fmt: skip


def load(db: "Connection", key: bytes) -> Job | None:
    """One job."""
    row = db.row(f"{_SELECT} where id = ?", (db.key(key),))
    return None if row is None else _job(db, row)


def page(db: "Connection", user: UserId | None, before: bytes | None, most: int) -> list[Job]:
    """Jobs of a user (None: of everybody), the latest first."""
    conditions, params = ["1 = 1"], []
    if user is not None:
        conditions.append("user_id = ?")
        params.append(db.key(user))
    if before is not None:
        conditions.append("id < ?")
        params.append(db.key(before))
    rows = db.rows(
        f"{_SELECT} where {' and '.join(conditions)} order by id desc limit ?", (*params, most)
    )
    return [_job(db, row) for row in rows]


def unfinished(db: "Connection") -> list[Job]:
    """Jobs that wait or run, the oldest first."""
    rows = db.rows(f"{_SELECT} where state in ('queued', 'running') order by id")
    return [_job(db, row) for row in rows]


def begin(db: "Connection", key: bytes, now: datetime) -> bool:
    """Note that a job runs (again); False for one that has ended."""
    return (
        db.run(
            "update jobs set state = 'running', attempts = attempts + 1, updated_at = ?"
            " where id = ? and state in ('queued', 'running')",
            (db.instant(now), db.key(key)),
        )
        > 0
    )


def advance(db: "Connection", key: bytes, done: int, total: int, now: datetime) -> None:
    """Note how far a job is."""
    db.run(
        "update jobs set done = ?, total = ?, updated_at = ? where id = ? and state = 'running'",
        (done, total, db.instant(now), db.key(key)),
    )


def finish(
    db: "Connection",
    key: bytes,
    report: "Mapping[str, Any]",
    error: str | None,
    total: int,
    now: datetime,
) -> None:
    """Note what came out of a job; `total` is all there was to do."""
    state, at = State.DONE if error is None else State.FAILED, db.instant(now)
    db.run(
        "update jobs set state = ?, report = ?, error = ?, updated_at = ?, finished_at = ?,"
        " total = ?, done = case when ? = 'done' then ? else done end where id = ?",
        (
            state.value, json.dumps(dict(report)), error, at, at, total, state.value, total,
            db.key(key),
        ),
    )  # fmt: skip


def _job(db: "Connection", row: tuple[Any, ...]) -> Job:
    when = db.read_instant
    return Job(
        id=db.read_key(row[0]), user=None if row[1] is None else UserId(db.read_key(row[1])),
        kind=row[2], state=State(row[3]), params=json.loads(row[4]), report=json.loads(row[5]),
        error=row[6], done=row[7], total=row[8], attempts=row[9], created_at=when(row[10]),
        updated_at=when(row[11]), finished_at=None if row[12] is None else when(row[12]),
    )  # fmt: skip
