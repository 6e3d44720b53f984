"""Puts the admin page under `/admin`; it asks no other host for anything."""

from collections.abc import Callable
from hashlib import blake2b

from fastapi import FastAPI
from jinja2 import DictLoader, PackageLoader, PrefixLoader
from starlette.middleware import Middleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette_admin import BaseAdmin

from drillr.server.admin.entry import AdminEntry
from drillr.server.admin.library import Places, Questions
from drillr.server.admin.people import Jobs, People, Reports
from drillr.server.auth.keys import KeyRing
from drillr.server.resources import Resources

# The package's own layout asks for a font elsewhere; ours is what the system has.
_LAYOUT = '{% extends "original/base.html" %}{% block fonts %}{% endblock %}'
_POLICY = (
    b"default-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob:; frame-ancestors 'none';"
    b" form-action 'self'; base-uri 'self'"
)


class _Policy:
    """Tells browsers to ask no other host, whatever a template may say."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def add(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = [*message.get("headers", ()), (b"content-security-policy", _POLICY)]
                message = {**message, "headers": headers}
            await send(message)

        await self._app(scope, receive, add)


def mount(app: FastAPI, keys: KeyRing, resources: Callable[[], Resources]) -> None:
    """Add the page to the application; its forms are signed with a key that follows from ours."""
    secret = blake2b(keys.signing().secret.encode(), person=b"drillr-admin", digest_size=32)
    admin = BaseAdmin(
        title="drillr", auth_provider=AdminEntry(resources), secret_key=secret.hexdigest(),
        middlewares=[Middleware(_Policy)],
        additional_loaders=[
            DictLoader({"base.html": _LAYOUT}),
            PrefixLoader({"original": PackageLoader("starlette_admin", "templates")}),
        ],
    )  # fmt: skip
    for view in (Places, Questions, People, Jobs, Reports):
        admin.add_view(view(resources))
    admin.mount_to(app)
