"""Runs the server: one process, or several that share a database."""

import errno
import gc
import logging
import os
import socket
import sys
from typing import Any

import uvicorn
from fastapi import FastAPI
from pydantic import SecretStr

from drillr.errors import NetworkError, UsageError
from drillr.server import database, logs
from drillr.server.app import create_app
from drillr.server.auth.keys import open_ring
from drillr.server.settings import PREFIX, ServerSettings, from_environment

_log = logging.getLogger("drillr.server")


def serve(settings: ServerSettings) -> int:
    """Serve until told to stop; the exit code."""
    if settings.embedded and settings.workers > 1:
        raise UsageError(
            "several workers need a database that they can share",
            "Name one by --database mariadb+asyncmy://…, or use one worker",
        )
    logs.install(settings.log_format, settings.log_level)
    for warning in warnings(settings):
        print(f"drillr: {warning}", file=sys.stderr)  # noqa: T201 - said once, to who starts it
    _check(settings)
    _check_port(settings.host, settings.port)
    secured = settings.tls_certificate is not None
    options = {
        "host": settings.host, "port": settings.port, "log_config": None, "access_log": False,
        "server_header": False, "timeout_graceful_shutdown": 20,
        "proxy_headers": bool(settings.proxies), "forwarded_allow_ips": settings.proxies or None,
        "ssl_certfile": str(settings.tls_certificate) if secured else None,
        "ssl_keyfile": str(settings.tls_key) if settings.tls_key else None,
    }  # fmt: skip
    scheme = "https" if secured else "http"
    _log.info("listening", extra={"url": f"{scheme}://{settings.host}:{settings.port}"})
    _run(settings, options)
    return 0


def _run(settings: ServerSettings, options: dict[str, Any]) -> None:
    try:
        if settings.workers == 1:
            uvicorn.run(_settled(create_app(settings)), **options)
        else:
            _export(settings)
            uvicorn.run(
                "drillr.server.serving:application", factory=True, workers=settings.workers,
                **options,
            )  # fmt: skip
    except SystemExit as ended:
        # Uvicorn's own codes mean something else to those who run drillr.
        if ended.code:
            raise NetworkError("the server couldn't start", "Its log says why") from None


def application() -> FastAPI:
    """The application over the environment's settings: what an ASGI server's workers make."""
    settings = from_environment()
    logs.install(settings.log_format, settings.log_level)
    return _settled(create_app(settings))


def _settled(app: FastAPI) -> FastAPI:
    """Keep what was made at the start from the collector: it would go through it at each turn."""
    gc.collect()
    gc.freeze()
    return app


def warnings(settings: ServerSettings) -> list[str]:
    """What is unsafe about these settings."""
    found = []
    if not settings.on_loopback and settings.tls_certificate is None and not settings.proxies:
        found.append(
            f"listening on {settings.host} without TLS: passwords and answers can be read on the"
            f" way. Set {PREFIX}TLS_CERTIFICATE and {PREFIX}TLS_KEY, or {PREFIX}PROXIES if a proxy"
            " does it"
        )
    return found


def _check(settings: ServerSettings) -> None:
    """Fail now and with a sentence, rather than at every request."""
    settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    open_ring(settings)
    opened = database.open_plain(settings)
    try:
        with opened.transaction(write=False) as db:
            database.check_versions(db)
    finally:
        opened.close()


def _check_port(host: str, port: int) -> None:
    """Fail with a sentence where nobody can listen: uvicorn ends with a code that means others."""
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as wanted:
            # As asyncio does: what a server before left behind is no obstacle.
            wanted.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            wanted.bind(address)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise NetworkError(
                f"port {port} of {host} is taken",
                "Stop what listens there, or choose another by --port",
            ) from None
        raise NetworkError(
            f"can't listen on port {port} of {host}: {error.strerror}",
            "Choose others by --host and --port",
        ) from None


def _export(settings: ServerSettings) -> None:
    """Workers are new processes: they get the settings by the environment, not by arguments."""
    for name, value in settings:
        if value is not None:
            plain = value.get_secret_value() if isinstance(value, SecretStr) else value
            os.environ[PREFIX + name.upper()] = str(plain)
