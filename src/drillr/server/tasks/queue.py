"""Hands jobs to whoever runs them: Celery's workers, or a thread of this process.

A job is queued after its row is committed, by its id alone. What a broker or a worker loses stays
in the database, and the beat looks for jobs that nobody works on.
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
    """Sends jobs to Celery's workers; while the broker is away, this process runs them itself."""

    def __init__(
        self,
        send: Callable[[str], Any],
        failures: tuple[type[Exception], ...],
        instead: OwnThread,
    ) -> None:
        """`instead` takes what `send` can't: whatever it raises of `failures`."""
        self._send, self._failures, self._instead = send, failures, instead

    def send(self, key: bytes) -> None:
        """Queue the job's id."""
        try:
            self._send(key.hex())
        except self._failures as error:
            _log.warning("the broker is away", extra={"error": type(error).__name__})
            self._instead.send(key)

    def progress(self, key: bytes) -> tuple[int, int] | None:
        """None where workers write it into the database."""
        return self._instead.progress(key)

    def close(self) -> None:
        """Finish what this process runs; workers are processes of their own."""
        self._instead.close()
