"""Hands jobs to whoever runs them: Celery's workers, or a thread of this process.

A job is queued after its row is committed, by its id alone. Where the broker can't be reached the
row waits: a worker's beat looks for forgotten ones.
"""

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Protocol

from drillr.server.records import jobs
from drillr.server.tasks import running
from drillr.server.tasks.known import TASKS
from drillr.server.tasks.running import Tools
from drillr.store.sqlite import SqliteDatabase

_log = logging.getLogger("drillr.server.tasks")


class Queue(Protocol):
    """Where jobs go."""

    def send(self, key: bytes) -> None:
        """Run the job with this id, some time soon; it is committed already."""

    def progress(self, key: bytes) -> tuple[int, int] | None:
        """How far a job is, where that is not in the database; done and in all."""

    def close(self) -> None:
        """Take no more."""


class OwnThread:
    """Runs one job at a time in a thread of this process: what a server without a broker does."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools
        self._thread = ThreadPoolExecutor(1, "drillr-jobs")
        self._progress: dict[bytes, tuple[int, int]] = {}

    def resume(self) -> None:
        """Take up what a server that ended left behind."""
        with self._tools.database.transaction(write=False) as db:
            waiting = jobs.unfinished(db)
        for job in waiting:
            self.send(job.id)

    def send(self, key: bytes) -> None:
        """Run the job when those before it are done."""
        self._thread.submit(self._run, key)

    def progress(self, key: bytes) -> tuple[int, int] | None:
        """How far a running job is: the embedded database can't be told while an import writes."""
        return self._progress.get(key)

    def close(self) -> None:
        """Finish the job that runs; those that wait are taken up at the next start."""
        self._thread.shutdown(wait=True, cancel_futures=True)

    def _run(self, key: bytes) -> None:
        def note(done: int, total: int) -> None:
            self._progress[key] = (done, total)

        # Over MariaDB another connection writes it into the job's row, where all workers see it.
        embedded = isinstance(self._tools.database, SqliteDatabase)
        try:
            running.run(self._tools, key, TASKS, note if embedded else None)
        finally:
            self._progress.pop(key, None)


class Workers:
    """Sends jobs to Celery's workers."""

    def __init__(self, send: Callable[[str], Any], failures: tuple[type[Exception], ...]) -> None:
        self._send, self._failures = send, failures

    def send(self, key: bytes) -> None:
        """Queue the job's id; without a broker the job waits in the database."""
        try:
            self._send(key.hex())
        except self._failures as error:
            _log.warning("the broker is away", extra={"error": type(error).__name__})

    def progress(self, key: bytes) -> tuple[int, int] | None:
        """None: workers write it into the database."""
        del key
        return None

    def close(self) -> None:
        """Nothing: workers are processes of their own."""
