"""What a route may ask for: the server's resources, who is asking, and their context."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from drillr.domain.ids import id_text
from drillr.server.auth import tokens
from drillr.server.owned import facts_alone
from drillr.server.problems import Problem
from drillr.server.records import accounts
from drillr.server.records.accounts import Account, Role, Seen
from drillr.server.resources import Resources
from drillr.services.context import Context

_bearer = HTTPBearer(auto_error=False, description="The access token of `POST /auth/token`.")


@dataclass(frozen=True, slots=True)
class Identity:
    """Who is asking, with which of their logins, and the content's revision at that moment."""

    account: Account
    login: bytes
    revision: int


async def shared(request: Request) -> Resources:
    """The server's resources; a plain function would be sent to another thread at each request."""
    found: Resources = request.app.state.resources
    return found


Shared = Annotated[Resources, Depends(shared)]


async def identity(
    request: Request,
    resources: Shared,
    credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
) -> Identity:
    """Who is asking; a 401 problem without a token that holds.

    The account is read at each request, so whoever is shut out, is so at once.
    """
    claims = None
    if credentials is not None:
        claims = tokens.read(resources.keys, credentials.credentials, resources.clock())
    if claims is None:
        raise _not_signed_in()

    def find() -> Seen | None:
        with resources.database.glance() as db:
            return accounts.signed_in(db, claims.user, claims.login)

    seen = await resources.work(find)
    if seen is None:
        raise _not_signed_in()
    request.state.user = id_text(seen.account.id)
    await resources.limits.check(
        "requests " + seen.account.id.hex(), resources.settings.requests_per_minute
    )
    return Identity(seen.account, claims.login, seen.revision)


Signed = Annotated[Identity, Depends(identity)]


async def admin(who: Signed) -> Identity:
    """An admin who is asking; a 403 problem for anybody else."""
    if who.account.role is not Role.ADMIN:
        raise Problem(403, "admins-only", "only admins may do this")
    return who


Admin = Annotated[Identity, Depends(admin)]


async def context(who: Signed, resources: Shared) -> Context:
    """The context of whoever is asking, for the services: `await shared.work(lambda: …)`."""
    return resources.context(who.account)


Theirs = Annotated[Context, Depends(context)]


async def log(theirs: Theirs, resources: Shared) -> Context:
    """The same for use cases that only append and read facts, and look at nothing derived."""
    return facts_alone(theirs, resources.database)


TheirLog = Annotated[Context, Depends(log)]


async def few_attempts(request: Request, resources: Shared) -> None:
    """Slow down guessing: a 429 problem for an address that tries too often."""
    address = request.client.host if request.client else "unknown"
    await resources.limits.check("attempts " + address, resources.settings.logins_per_minute)


def _not_signed_in() -> Problem:
    return Problem(
        401, "not-signed-in", "an access token is needed",
        "Get one by POST /api/v1/auth/token", {"WWW-Authenticate": "Bearer"},
    )  # fmt: skip
