"""The application: what answers, in which order, over which resources."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime

from fastapi import APIRouter, FastAPI

from drillr import __version__, bootstrap
from drillr.server import openapi, problems
from drillr.server.admin.page import mount
from drillr.server.auth.keys import open_ring
from drillr.server.auth.passwords import Passwords
from drillr.server.metrics import Metrics
from drillr.server.opening import Choices, opened
from drillr.server.requests import RequestLine
from drillr.server.routes import (
    analytics,
    auth,
    content,
    docs,
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

API = "/api/v1"
AREAS = (
    auth.router, searching.router, content.router, learning.router, progress.router,
    reports.router, imports.router, editing.router, analytics.router,
    sync.router,
)  # fmt: skip
"""The areas of the API; each is a module of `routes` with a router."""


def create_app(
    settings: ServerSettings,
    *,
    clock: Callable[[], datetime] = bootstrap.now,
    passwords: Passwords | None = None,
) -> FastAPI:
    """The application over these settings; it opens nothing before it is started."""
    metrics = Metrics()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with opened(app.state.choices, metrics) as resources:
            app.state.resources = resources
            yield

    app = FastAPI(
        title="drillr", version=__version__, lifespan=lifespan, docs_url=None, redoc_url=None,
        openapi_url=f"{API}/openapi.json",
        description="Questions with spaced repetition, shared: one account, any number of devices.",
    )  # fmt: skip
    app.state.choices = Choices(settings, clock, passwords)
    problems.install(app)
    api = APIRouter(prefix=API)
    for area in AREAS:
        api.include_router(area)
    app.include_router(api)
    app.include_router(health.router)
    app.include_router(docs.router)
    if settings.admin_page:
        mount(app, open_ring(settings), lambda: app.state.resources)
    openapi.install(app)
    app.add_middleware(RequestLine, new_id=bootstrap.new_id, observe=metrics.request)
    return app
