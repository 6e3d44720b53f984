"""The application: what answers, in which order, over which resources."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime

from anyio import to_thread
from fastapi import APIRouter, FastAPI

from drillr import __version__, bootstrap
from drillr.server import database, openapi, problems
from drillr.server.auth.keys import open_ring
from drillr.server.auth.passwords import Passwords
from drillr.server.cache import Cache
from drillr.server.limits import Limits
from drillr.server.metrics import Metrics
from drillr.server.requests import RequestLine
from drillr.server.resources import Resources
from drillr.server.routes import (
    analytics,
    auth,
    content,
    editing,
    health,
    imports,
    learning,
    progress,
    reports,
    searching,
    sync,
)
from drillr.server.settings import ServerSettings
from drillr.server.storage import open_storage
from drillr.server.tasks.opening import open_queue
from drillr.server.work import Work
from drillr.store.asynchronous import AsyncMariaDatabase

API = "/api/v1"
AREAS = (
    auth.router, searching.router, content.router, learning.router, progress.router,
    reports.router, imports.router, editing.router, analytics.router,
    sync.router,
)  # fmt: skip
"""The areas of the API; each is a module of `routes` with a router."""

Clock = Callable[[], datetime]


def create_app(
    settings: ServerSettings,
    *,
    clock: Clock = bootstrap.now,
    passwords: Passwords | None = None,
) -> FastAPI:
    """The application over these settings; it opens nothing before it is started."""
    metrics = Metrics()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        opened = database.open_asynchronous(settings)
        storage = open_storage(settings)
        queue, beside = open_queue(settings, opened, storage, clock)
        app.state.resources = Resources(
            settings=settings, database=opened, work=Work(opened, on_retry=metrics.retry),
            keys=open_ring(settings), passwords=passwords or Passwords(), limits=Limits(),
            cache=Cache(settings.cache_entries, observe=metrics.cache), metrics=metrics,
            storage=storage, queue=queue, clock=clock, new_id=bootstrap.new_id,
        )  # fmt: skip
        try:
            yield
        finally:
            await to_thread.run_sync(queue.close)
            if beside is not None:
                beside.close()
            if isinstance(opened, AsyncMariaDatabase):
                await opened.aclose()
            else:
                opened.close()

    app = FastAPI(
        title="drillr", version=__version__, lifespan=lifespan, docs_url=None, redoc_url=None,
        openapi_url=f"{API}/openapi.json",
        description="Questions with spaced repetition, shared: one account, any number of devices.",
    )  # fmt: skip
    problems.install(app)
    api = APIRouter(prefix=API)
    for area in AREAS:
        api.include_router(area)
    app.include_router(api)
    app.include_router(health.router)
    openapi.install(app)
    app.add_middleware(RequestLine, new_id=bootstrap.new_id, observe=metrics.request)
    return app
