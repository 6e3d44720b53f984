"""For those who watch over the server: does it live, can it work, what does it count."""

from fastapi import APIRouter, Response
from pydantic import BaseModel

from drillr import __version__
from drillr.server import database, metrics, problems
from drillr.server.access import Shared

router = APIRouter(tags=["operations"])


class Health(BaseModel):
    """The server lives."""

    status: str = "ok"
    version: str = __version__


@router.get("/healthz")
async def healthz() -> Health:
    """Whether the process answers at all; asks nothing of anybody else."""
    return Health()


@router.get("/readyz", responses=problems.responses(503))
async def readyz(shared: Shared) -> Health:
    """Whether the database answers and is up to date: may requests be sent here?"""

    def check() -> None:
        with shared.database.transaction(write=False) as db:
            database.check_versions(db)

    await shared.work(check)
    return Health()


@router.get("/metrics", response_class=Response, include_in_schema=False)
async def read_metrics(shared: Shared) -> Response:
    """Counters in Prometheus's text format; keep it off the public side of the proxy."""
    return Response(shared.metrics.text(), media_type=metrics.CONTENT_TYPE)
