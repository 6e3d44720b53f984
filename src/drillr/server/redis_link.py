"""Redis as cache and counter for all workers; when it is away, everything goes on without it.

A call that fails costs milliseconds once, then Redis is left alone for two seconds.
"""

import time
from collections.abc import Callable
from hashlib import blake2b

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from drillr import __version__
from drillr.errors import UsageError
from drillr.server.settings import ServerSettings

_SECONDS = 0.25
_AWAY_SECONDS = 2.0
_KEPT_SECONDS = 3600


class RedisLink:
    """What `cache.Shared` and `limits.Counter` ask for."""

    def __init__(
        self,
        url: str,
        space: str,
        on_failure: Callable[[], None] = lambda: None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`space` keeps apart servers of several databases and versions that share one Redis."""
        try:
            self._redis = Redis.from_url(
                url, socket_connect_timeout=_SECONDS, socket_timeout=_SECONDS,
                retry=Retry(NoBackoff(), 0),
            )  # fmt: skip
        except ValueError as error:
            raise UsageError(
                "the address of Redis can't be understood", "Write redis://host:6379/0"
            ) from error
        self._space, self._on_failure, self._clock = space, on_failure, clock
        self._away_until = 0.0

    async def get(self, key: str) -> bytes | None:
        """What is kept under a key; None as well when Redis is away."""
        if self._is_away():
            return None
        try:
            found = await self._redis.get(f"{self._space}:cache:{key}")
        except (RedisError, OSError, TimeoutError):
            self._lost()
            return None
        return found if isinstance(found, bytes) else None

    async def put(self, key: str, value: bytes) -> None:
        """Keep a value for an hour, if Redis is there."""
        if self._is_away():
            return
        try:
            await self._redis.set(f"{self._space}:cache:{key}", value, ex=_KEPT_SECONDS)
        except (RedisError, OSError, TimeoutError):
            self._lost()

    async def add(self, name: str, seconds: int) -> int | None:
        """Count an event in the present window; None when Redis is away."""
        if self._is_away():
            return None
        digest = blake2b(name.encode(), digest_size=12).hexdigest()
        key = f"{self._space}:limit:{digest}:{int(time.time() // seconds)}"
        try:
            async with self._redis.pipeline(transaction=True) as pipe:
                pipe.incr(key)
                pipe.expire(key, 2 * seconds)
                count, _ = await pipe.execute()
        except (RedisError, OSError, TimeoutError):
            self._lost()
            return None
        return int(count)

    async def close(self) -> None:
        """Close its connections."""
        await self._redis.aclose()

    def _is_away(self) -> bool:
        return self._clock() < self._away_until

    def _lost(self) -> None:
        self._away_until = self._clock() + _AWAY_SECONDS
        self._on_failure()


def open_link(settings: ServerSettings, on_failure: Callable[[], None]) -> RedisLink | None:
    """The link to the settings' Redis; None where they name none."""
    url = settings.redis.get_secret_value()
    if not url:
        return None
    database = settings.database.get_secret_value().rpartition("@")[2] or str(settings.data)
    space = blake2b(f"{database} {__version__}".encode(), digest_size=8).hexdigest()
    return RedisLink(url, f"drillr:{space}", on_failure)
