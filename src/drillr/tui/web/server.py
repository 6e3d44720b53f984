"""Serves the terminal interface to browsers on this machine, and to nobody else.

Whoever may talk to the server may drive drillr as the person who started it. So it listens on the
loopback address alone, its whole address space lies below a secret token, and requests are refused
that come from another site's page (Origin) or under another name (Host: a name that an attacker
points to 127.0.0.1). Nothing is asked of any other host.
"""

import asyncio
import hmac
import os
import secrets
import shlex
import signal
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import aiohttp_jinja2
import jinja2
import textual_serve
from aiohttp import web
from textual_serve.server import Server

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
HOST = "127.0.0.1"
_HEADERS = {
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


class WebServer(Server):
    """One application a browser window, each over the same store."""

    def __init__(self, store: str, port: int, token: str | None = None) -> None:
        command = shlex.join([sys.executable, "-m", "drillr.tui.web.session", store])
        self.token = token or secrets.token_urlsafe(32)
        super().__init__(
            command, HOST, port, title="drillr",
            statics_path=Path(textual_serve.__file__).parent / "static",
            templates_path=Path(__file__).parent / "templates",
        )  # fmt: skip

    @property
    def address(self) -> str:
        """The address to open, with the token."""
        return f"http://{HOST}:{self.port}/{self.token}/"

    async def _make_app(self) -> web.Application:
        app = web.Application(middlewares=[self._guard])
        aiohttp_jinja2.setup(app, loader=jinja2.FileSystemLoader(self.templates_path))
        below = f"/{self.token}"
        app.add_routes(
            [
                web.get(f"{below}/", self.handle_index, name="index"),
                web.get(f"{below}/ws", self.handle_websocket, name="websocket"),
                web.get(below + "/download/{key}", self.handle_download, name="download"),
                web.static(f"{below}/static", self.statics_path, name="static"),
            ]
        )
        return app

    @web.middleware
    async def _guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Refuse whatever does not come from this server's own page."""
        own = {f"{name}:{self.port}" for name in (HOST, "localhost")}
        given = request.path.split("/")[1]
        if not hmac.compare_digest(given.encode(), self.token.encode()):
            raise web.HTTPForbidden(text="This address needs the token that `drillr web` printed.")
        if request.headers.get("Host", "") not in own:
            raise web.HTTPForbidden(text="This server has no such name.")
        origin = request.headers.get("Origin")
        is_socket = request.path == f"/{self.token}/ws"
        # Browsers send Origin with every WebSocket: one without it is no browser of ours.
        if (origin is None and is_socket) or (
            origin is not None and origin.removeprefix("http://") not in own
        ):
            raise web.HTTPForbidden(text="Another site's page may not use this server.")
        response = await handler(request)
        if not response.prepared:
            response.headers.update(_HEADERS)
            response.headers["Content-Security-Policy"] = _policy(self.port)
        return response

    async def run(self, ready: Callable[[str], None]) -> None:
        """Serve until SIGINT or SIGTERM; `ready` hears the address when connections are taken."""
        runner = web.AppRunner(await self._make_app(), access_log=None)
        await runner.setup()
        done, loop = asyncio.Event(), asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, done.set)
        try:
            site = web.TCPSite(runner, HOST, self.port)
            await site.start()
            self._learn_port(runner)
            ready(self.address)
            await done.wait()
        finally:
            await runner.cleanup()

    def _learn_port(self, runner: web.AppRunner) -> None:
        """With port 0 the system chose one."""
        self.port = runner.addresses[0][1]
        self.public_url = f"http://{HOST}:{self.port}"


def _policy(port: int) -> str:
    """Everything from this server, nothing from elsewhere, and no frame around it."""
    sockets = f"ws://{HOST}:{port} ws://localhost:{port}"
    return (
        "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline';"
        f" img-src 'self' data:; font-src 'self'; connect-src 'self' {sockets};"
        " base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )


def serve(store: str, port: int, ready: Callable[[str], None]) -> None:
    """Serve the store's interface until interrupted."""
    os.environ.pop("NO_COLOR", None)
    asyncio.run(WebServer(store, port).run(ready))
