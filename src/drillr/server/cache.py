"""What was computed before: in this process, and in Redis for all of them.

Every key holds the content's revision, so nothing is ever made invalid: after a change nobody asks
for the old keys, on any worker, and they fall out in time.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Protocol

Make = Callable[[], Awaitable[bytes]]


class Shared(Protocol):
    """A store of bytes that processes share; it never raises, and forgets when it can't answer."""

    async def get(self, key: str) -> bytes | None:
        """What was put there, or None."""

    async def put(self, key: str, value: bytes) -> None:
        """Keep a value for a while."""


class Cache:
    """Two layers; the process's own holds a bounded number of entries, the latest used."""

    def __init__(
        self,
        entries: int,
        shared: Shared | None = None,
        observe: Callable[[str, str], None] = lambda layer, result: None,
    ) -> None:
        self._entries, self._shared, self._observe = entries, shared, observe
        self._held: OrderedDict[str, bytes] = OrderedDict()
        self._making: dict[str, asyncio.Future[bytes]] = {}

    async def get(self, key: str, make: Make) -> bytes:
        """The value under a key, made at most once at a time in this process."""
        value = self._held.get(key)
        if value is not None:
            self._held.move_to_end(key)
            self._observe("process", "hit")
            return value
        self._observe("process", "miss")
        running = self._making.get(key)
        if running is not None:
            return await asyncio.shield(running)
        task = asyncio.ensure_future(self._find_or_make(key, make))
        self._making[key] = task
        try:
            return await asyncio.shield(task)
        finally:
            if self._making.get(key) is task and task.done():
                del self._making[key]

    async def _find_or_make(self, key: str, make: Make) -> bytes:
        try:
            value = None if self._shared is None else await self._shared.get(key)
            if self._shared is not None:
                self._observe("redis", "miss" if value is None else "hit")
            if value is None:
                value = await make()
                if self._shared is not None:
                    await self._shared.put(key, value)
            self._held[key] = value
            while len(self._held) > self._entries:
                self._held.popitem(last=False)
            return value
        finally:
            self._making.pop(key, None)
