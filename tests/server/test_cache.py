"""The cache and the limits: two layers, nothing stale, and Redis may vanish."""

import asyncio
import os
import shutil
import socket
from collections.abc import Iterator

import pytest

from drillr.server.cache import Cache
from drillr.server.limits import Limits
from drillr.server.problems import Problem
from drillr.server.redis_link import RedisLink
from tests.server.conftest import Redis, free_port


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """A Redis server: the one that is named, the local one, or one of our own."""
    url = os.environ.get("DRILLR_TEST_REDIS", "redis://127.0.0.1:6379/9")
    host, _, port = url.removeprefix("redis://").partition("/")[0].partition(":")
    try:
        socket.create_connection((host, int(port or 6379)), 2).close()
    except OSError:
        if shutil.which("redis-server") is None:
            if os.environ.get("DRILLR_REQUIRE_SERVICES") == "1":
                pytest.fail(f"no Redis at {url}, and none can be started")
            pytest.skip(f"no Redis at {url}")
        own = Redis()
        own.start()
        yield f"redis://127.0.0.1:{own.port}/0"
        own.kill()
    else:
        yield url


@pytest.fixture
def space() -> str:
    """A name that no other test uses."""
    return f"test:{os.urandom(6).hex()}"


class Making:
    """Makes a value, and counts how often."""

    def __init__(self, value: bytes = b"value") -> None:
        self.value, self.count = value, 0

    async def __call__(self) -> bytes:
        self.count += 1
        await asyncio.sleep(0)
        return self.value


async def test_a_value_is_made_once_however_many_ask() -> None:
    """In one process, at one time."""
    cache, make = Cache(10), Making()
    found = await asyncio.gather(*(cache.get("k", make) for _ in range(20)))
    assert found == [b"value"] * 20
    assert make.count == 1


async def test_the_least_used_falls_out() -> None:
    """A bounded number of entries is held."""
    cache, makes = Cache(2), {name: Making(name.encode()) for name in "abc"}
    for name in ("a", "b", "a", "c", "a", "b"):
        assert await cache.get(name, makes[name]) == name.encode()
    assert {name: make.count for name, make in makes.items()} == {"a": 1, "b": 2, "c": 1}


async def test_a_failure_is_not_kept() -> None:
    """Whoever asks next tries again."""
    cache = Cache(10)

    async def fail() -> bytes:
        raise Problem(404, "not-found", "no")

    for _ in range(2):
        with pytest.raises(Problem):
            await cache.get("k", fail)
    assert await cache.get("k", Making()) == b"value"


async def test_workers_share_through_redis(redis_url: str, space: str) -> None:
    """What one made, another finds; another version or database does not."""
    links = [RedisLink(redis_url, space), RedisLink(redis_url, space), RedisLink(redis_url, "x")]
    make = Making()
    for link in links[:2]:
        assert await Cache(10, link).get("7:tree", make) == b"value"
    assert make.count == 1
    assert await links[2].get("7:tree") is None
    for link in links:
        await link.close()


async def test_limits_are_shared_through_redis(redis_url: str, space: str) -> None:
    """Two workers count together."""
    links = [RedisLink(redis_url, space) for _ in range(2)]
    limits = [Limits(link) for link in links]
    for turn in range(4):
        await limits[turn % 2].check("ada", 4, 3600)
    with pytest.raises(Problem) as caught:
        await limits[0].check("ada", 4, 3600)
    assert (caught.value.status, caught.value.headers["Retry-After"]) == (429, "3600")
    for link in links:
        await link.close()


async def test_without_redis_everything_goes_on() -> None:
    """One failure, then it is left alone for a while, then tried again."""
    failures: list[int] = []
    now = [0.0]
    link = RedisLink(
        f"redis://127.0.0.1:{free_port()}/0", "x", lambda: failures.append(1), lambda: now[0]
    )
    cache, make = Cache(0, link), Making()
    for _ in range(5):
        assert await cache.get("k", make) == b"value"
    assert (make.count, len(failures)) == (5, 1)
    now[0] = 3.0
    assert await cache.get("k", make) == b"value"
    assert len(failures) == 2
    await link.close()


async def test_a_redis_that_says_nothing_costs_a_moment(listener: int) -> None:
    """A connection that hangs is given up, once, and does not hold the next request."""
    failures: list[int] = []
    link = RedisLink(f"redis://127.0.0.1:{listener}/0", "x", lambda: failures.append(1))
    for _ in range(3):
        assert await link.get("k") is None
    assert len(failures) == 1
    await link.close()


@pytest.fixture
def listener() -> Iterator[int]:
    """A port that takes connections and never answers."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        yield server.getsockname()[1]


async def test_a_process_counts_alone_without_redis() -> None:
    """A fixed window, by name."""
    now = [0.0]
    limits = Limits(clock=lambda: now[0])
    for _ in range(3):
        await limits.check("a", 3, 60)
    await limits.check("b", 3, 60)
    with pytest.raises(Problem):
        await limits.check("a", 3, 60)
    now[0] = 61.0
    await limits.check("a", 3, 60)
    await limits.check("a", 0, 60)
