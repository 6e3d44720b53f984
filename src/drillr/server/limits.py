"""How often somebody may ask: counted in this process, and in Redis when there is one."""

import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Protocol

from drillr.server.problems import Problem

_KEPT = 50_000


class Counter(Protocol):
    """Counts events by name in windows of time that workers share."""

    async def add(self, name: str, seconds: int) -> int | None:
        """How many there were in this window, with this one; None when it can't tell."""


class Limits:
    """Fixed windows; a shared counter that can't be reached leaves each process its own."""

    def __init__(
        self, shared: Counter | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._shared, self._clock = shared, clock
        self._counts: OrderedDict[str, tuple[int, int]] = OrderedDict()

    async def check(self, name: str, most: int, seconds: int = 60) -> None:
        """Count an event; a 429 problem when there were more than `most` in the window."""
        if not most:
            return
        found = None if self._shared is None else await self._shared.add(name, seconds)
        if (self._own(name, seconds) if found is None else found) > most:
            raise Problem(
                429, "too-many-requests", "too many requests",
                f"Try again in {seconds} seconds", {"Retry-After": str(seconds)},
            )  # fmt: skip

    def _own(self, name: str, seconds: int) -> int:
        window = int(self._clock() // seconds)
        held, count = self._counts.pop(name, (window, 0))
        count = count + 1 if held == window else 1
        self._counts[name] = (window, count)
        if len(self._counts) > _KEPT:
            self._counts.popitem(last=False)
        return count
