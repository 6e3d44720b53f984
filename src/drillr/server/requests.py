"""Around every request: an id, the version, one line in the log, and its time in the metrics."""

import logging
import re
import time
from typing import TYPE_CHECKING

from drillr import __version__

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

API_VERSION = "1"
_SAFE_ID = re.compile(rb"[A-Za-z0-9._-]{8,64}")
_log = logging.getLogger("drillr.server.access")


class RequestLine:
    """A plain ASGI middleware: it looks at each request once, and copies no body."""

    def __init__(
        self,
        app: "ASGIApp",
        new_id: "Callable[[], bytes]",
        observe: "Callable[[str, str, int, float], None]",
    ) -> None:
        """`observe` hears method, route, status and seconds of every request."""
        self._app, self._new_id, self._observe = app, new_id, observe

    async def __call__(self, scope: "Scope", receive: "Receive", send: "Send") -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = self._request_id(scope)
        scope.setdefault("state", {})["request_id"] = request_id
        started, status = time.perf_counter(), 500

        async def add_headers(message: "Message") -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [
                    *message.get("headers", ()),
                    (b"x-request-id", request_id.encode()),
                    (b"drillr-version", __version__.encode()),
                    (b"drillr-api", API_VERSION.encode()),
                    (b"x-content-type-options", b"nosniff"),
                ]
            await send(message)

        try:
            await self._app(scope, receive, add_headers)
        except Exception:
            _log.exception("failed", extra={"request_id": request_id})
            raise
        finally:
            seconds = time.perf_counter() - started
            route = getattr(scope.get("route"), "path", "other")
            self._observe(scope["method"], route, status, seconds)
            # The path's pattern and no query: neither names nor tokens reach the log.
            _log.info(
                "answered",
                extra={
                    "request_id": request_id, "method": scope["method"], "route": route,
                    "status": status, "ms": round(seconds * 1000, 2),
                    "user": scope["state"].get("user", ""),
                },
            )  # fmt: skip

    def _request_id(self, scope: "Scope") -> str:
        for name, value in scope["headers"]:
            if name == b"x-request-id" and _SAFE_ID.fullmatch(value):
                return str(value, "ascii")
        return self._new_id().hex()
