"""Opens all that requests share, and closes it again: around the life of an application."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

from anyio import to_thread

from drillr import bootstrap
from drillr.server import database
from drillr.server.auth.keys import open_ring
from drillr.server.auth.passwords import Passwords
from drillr.server.cache import Cache
from drillr.server.limits import Limits
from drillr.server.metrics import Metrics
from drillr.server.redis_link import open_link
from drillr.server.resources import Resources
from drillr.server.settings import ServerSettings
from drillr.server.storage import open_storage
from drillr.server.tasks.opening import open_queue
from drillr.server.work import Work
from drillr.store.asynchronous import AsyncMariaDatabase


@dataclass(frozen=True, slots=True)
class Choices:
    """What an application is made over; `passwords` None is Argon2id as recommended."""

    settings: ServerSettings
    clock: Callable[[], datetime] = bootstrap.now
    passwords: Passwords | None = None


@asynccontextmanager
async def opened(choices: Choices, metrics: Metrics) -> AsyncIterator[Resources]:
    """The resources, open for as long as the block runs."""
    settings = choices.settings
    store = database.open_asynchronous(settings)
    link = open_link(settings, lambda: metrics.cache("redis", "error"))
    storage = open_storage(settings)
    queue, beside = open_queue(settings, store, storage, choices.clock)
    try:
        yield Resources(
            settings=settings, database=store, work=Work(store, on_retry=metrics.retry),
            keys=open_ring(settings), passwords=choices.passwords or Passwords(),
            limits=Limits(link), cache=Cache(settings.cache_entries, link, metrics.cache),
            metrics=metrics, storage=storage, queue=queue, clock=choices.clock,
            new_id=bootstrap.new_id,
        )  # fmt: skip
    finally:
        await to_thread.run_sync(queue.close)
        if link is not None:
            await link.close()
        if beside is not None:
            beside.close()
        if isinstance(store, AsyncMariaDatabase):
            await store.aclose()
        else:
            store.close()
