"""Runs a job by its id: the same function in a worker of Celery and in the server's own thread.

Every job may be run again from its beginning: a worker that dies leaves it `running`, and whoever
takes it up finds what was already done, done.
"""

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from drillr.errors import DrillrError
from drillr.server.records import jobs
from drillr.server.work import patiently

if TYPE_CHECKING:
    from drillr.server.records.jobs import Job
    from drillr.server.settings import ServerSettings
    from drillr.server.storage import Storage
    from drillr.store.connection import Database

_log = logging.getLogger("drillr.server.tasks")
_SECONDS = 0.5
Note = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Tools:
    """What a task may use; `database` is one for programs without an event loop."""

    settings: "ServerSettings"
    database: "Database"
    storage: "Storage"
    clock: Callable[[], datetime]
    new_id: Callable[[], bytes]


Task = Callable[[Tools, "Job", Note], Mapping[str, Any]]


def run(tools: Tools, key: bytes, tasks: Mapping[str, Task], note: Note | None = None) -> None:
    """Run a job to its end, and write what came out; one that has ended is left alone.

    `note` hears progress where it is kept outside of the database.
    """
    database, now = tools.database, tools.clock

    def begin() -> "Job | None":
        with database.transaction() as db:
            return jobs.load(db, key) if jobs.begin(db, key, now()) else None

    job = patiently(begin)
    if job is None:
        return
    tell, total = note or _noting(tools, key), [job.total]

    def hear(done: int, of: int) -> None:
        total[0] = of
        tell(done, of)

    try:
        report: Mapping[str, Any] = tasks[job.kind](tools, job, hear)
        error = None
    except DrillrError as failure:
        report, error = {}, str(failure)
    except Exception:  # noqa: BLE001
        # Whatever went wrong, the job must not stay "running" for ever; the log has the traceback.
        _log.exception("a job failed", extra={"job": key.hex()})
        report, error = {}, "the server made a mistake"

    def finish() -> None:
        with database.transaction() as db:
            jobs.finish(db, key, report, error, total[0], now())

    patiently(finish)


def _noting(tools: Tools, key: bytes) -> Note:
    """Writes progress into the job's row, at most twice a second."""
    last = [0.0]

    def note(done: int, total: int) -> None:
        if time.monotonic() - last[0] >= _SECONDS:
            last[0] = time.monotonic()
            with tools.database.transaction() as db:
                jobs.advance(db, key, done, total, tools.clock())

    return note
