"""Answers made of content: cached by its revision, and not sent again to whoever has them."""

from collections.abc import Callable

from fastapi import Request, Response
from pydantic import BaseModel

from drillr.server.access import Identity
from drillr.server.resources import Resources


async def content_answer(
    request: Request,
    resources: Resources,
    who: Identity,
    key: str,
    make: Callable[[], BaseModel],
) -> Response:
    """The shape that a use case makes, as JSON, from the cache where this revision was made.

    The revision was read with the account, so it is never older than the request.
    """
    tag = f'"r{who.revision}"'
    headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
    asked = request.headers.get("if-none-match", "")
    if tag in (one.strip().removeprefix("W/") for one in asked.split(",")):
        return Response(status_code=304, headers=headers)

    async def compute() -> bytes:
        shape = await resources.work(make)
        return shape.model_dump_json().encode()

    body = await resources.cache.get(f"{who.revision}:{key}", compute)
    return Response(body, media_type="application/json", headers=headers)
