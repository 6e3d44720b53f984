"""Signing in to the admin page: the accounts and logins of the API, for admins alone."""

from collections.abc import Callable
from datetime import timedelta

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette_admin.auth import AdminUser, AuthProvider
from starlette_admin.exceptions import LoginFailed

from drillr.server.auth import entering, tokens
from drillr.server.auth.tokens import Claims
from drillr.server.problems import Problem
from drillr.server.records import accounts, logins
from drillr.server.records.accounts import Role, Seen
from drillr.server.resources import Resources

COOKIE = "drillr_admin"
HOURS = 8


class AdminEntry(AuthProvider):
    """A cookie holds a signed token of a login, which can be ended like any other."""

    def __init__(self, resources: Callable[[], Resources]) -> None:
        super().__init__()
        self._resources = resources

    async def login(
        self, username: str, password: str, remember_me: bool, request: Request
    ) -> Response | None:
        """Let an admin in; whoever is none is told what a wrong password is told."""
        resources = self._resources()
        address = request.client.host if request.client else "unknown"
        try:
            await resources.limits.check(
                "attempts " + address, resources.settings.logins_per_minute
            )
            name = username.lower()
            pair = await entering.sign_in(resources, name, password, "admin page")
        except Problem as problem:
            raise LoginFailed(problem.message) from None
        claims = tokens.read(resources.keys, pair.access, resources.clock())
        if claims is None or not await self._is_admin(claims):
            raise LoginFailed("the name or the password is wrong")
        token = tokens.issue(resources.keys, claims, resources.clock(), timedelta(hours=HOURS))
        response = RedirectResponse(request.url_for("admin:index"), status_code=303)
        response.set_cookie(
            COOKIE, token, max_age=HOURS * 3600, httponly=True, samesite="strict",
            secure=request.url.scheme == "https", path=request.scope.get("root_path") or "/",
        )  # fmt: skip
        return response

    async def logout(self, request: Request) -> Response | None:
        """End the login, on every server."""
        resources = self._resources()
        claims = tokens.read(resources.keys, request.cookies.get(COOKIE, ""), resources.clock())
        if claims is not None:

            def end() -> None:
                with resources.database.transaction() as db:
                    logins.revoke(db, claims.user, claims.login, resources.clock())

            await resources.work(end)
        response = RedirectResponse(request.url_for("admin:index"), status_code=303)
        response.delete_cookie(COOKIE, path=request.scope.get("root_path") or "/")
        return response

    async def authenticate(self, request: Request) -> AdminUser | None:
        """Who asks, read anew at each request; None for anybody but an admin."""
        resources = self._resources()
        claims = tokens.read(resources.keys, request.cookies.get(COOKIE, ""), resources.clock())
        seen = None if claims is None else await self._seen(claims)
        if seen is None or seen.account.role is not Role.ADMIN:
            return None
        request.state.account = seen.account
        return AdminUser(username=seen.account.username)

    async def _is_admin(self, claims: Claims) -> bool:
        seen = await self._seen(claims)
        return seen is not None and seen.account.role is Role.ADMIN

    async def _seen(self, claims: Claims) -> Seen | None:
        resources = self._resources()

        def find() -> Seen | None:
            with resources.database.transaction(write=False) as db:
                return accounts.signed_in(db, claims.user, claims.login)

        return await resources.work(find)
