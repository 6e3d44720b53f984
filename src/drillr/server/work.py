"""Runs use cases from the event loop, and again when the database undid them for another's sake.

The one place that retries: a deadlock (1213), a lock that took too long (1205), and what Galera
answers when a transaction of another node won. A use case is run again as a whole, so it must have
no effect outside of its transaction.
"""

import asyncio
import random
import time
from collections.abc import Callable, Iterator
from typing import TypeVar

from anyio import to_thread

from drillr.errors import StoreConflict
from drillr.store.asynchronous import AsyncMariaDatabase
from drillr.store.connection import Database

Result = TypeVar("Result")
ATTEMPTS = 8
_FIRST_SECONDS = 0.01
_LONGEST_SECONDS = 0.5


def pauses(draw: Callable[[], float]) -> Iterator[float]:
    """The seconds to wait before each further attempt; `draw` gives 0–1, so that two part ways."""
    for attempt in range(ATTEMPTS - 1):
        yield min(_LONGEST_SECONDS, _FIRST_SECONDS * 2**attempt) * (0.5 + draw())


def patiently(
    use_case: Callable[[], Result],
    draw: Callable[[], float] = random.random,
    sleep: Callable[[float], None] = time.sleep,
) -> Result:
    """The result of a use case in a program without an event loop: a task, a command."""
    for pause in pauses(draw):
        try:
            return use_case()
        except StoreConflict:
            sleep(pause)
    return use_case()


class Work:
    """Called with a function that opens transactions; awaits what it gives."""

    def __init__(
        self,
        database: Database,
        draw: Callable[[], float] = random.random,
        on_retry: Callable[[], None] = lambda: None,
    ) -> None:
        self._database, self._draw, self._on_retry = database, draw, on_retry

    async def __call__(self, use_case: Callable[[], Result]) -> Result:
        """Run it: over MariaDB in a greenlet of this thread, over SQLite in another thread."""
        for pause in pauses(self._draw):
            try:
                return await self._once(use_case)
            except StoreConflict:
                self._on_retry()
                await asyncio.sleep(pause)
        return await self._once(use_case)

    async def _once(self, use_case: Callable[[], Result]) -> Result:
        if isinstance(self._database, AsyncMariaDatabase):
            return await self._database.call(use_case)
        return await to_thread.run_sync(use_case)
