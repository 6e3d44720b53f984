"""`/auth`: accounts, tokens, and where one is signed in."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Response
from pydantic import AfterValidator, ConfigDict, Field

from drillr.domain.ids import id_text
from drillr.server import problems
from drillr.server.access import Shared, Signed, few_attempts
from drillr.server.auth import entering
from drillr.server.auth.entering import Pair, Registration
from drillr.server.records import logins
from drillr.server.records.accounts import Account, Role
from drillr.server.shapes import Clean, Id, Instant, Shape, clean, key_of, said

router = APIRouter(prefix="/auth", tags=["auth"])

Username = Annotated[
    str,
    Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{1,39}$", examples=["ada"]),
    AfterValidator(str.lower),
    said(
        "a username has 2 to 40 letters, digits, '.', '_' or '-' and begins with one of the first"
        " two"
    ),
]
Email = Annotated[
    str,
    Field(
        pattern=r"^[^@\s\x00-\x1f\x7f-\x9f]{1,64}@[A-Za-z0-9.-]{1,190}$",
        examples=["ada@example.org"],
    ),
    AfterValidator(str.lower),
    AfterValidator(clean),
    said("an email address looks like ada@example.org"),
]
Password = Annotated[
    str,
    Field(min_length=8, max_length=256, examples=["a long sentence is a good password"]),
    said("a password has 8 to 256 characters"),
]
Secret = Annotated[str, Field(min_length=1, max_length=256)]
Client = Annotated[Clean, Field(max_length=255, examples=["drillr on my laptop"])]


class NewUser(Shape):
    """Who wants an account."""

    username: Username
    email: Email | None = None
    full_name: Annotated[Clean, Field(max_length=255)] | None = None
    password: Password
    invitation: Secret | None = None


class Me(Shape):
    """An account, as its owner sees it."""

    id: Id
    username: str
    email: str | None
    full_name: str | None
    role: Role
    device_id: Id = Field(description="The device whose facts are the answers given by the API.")
    created_at: Instant
    last_login_at: Instant | None


class Credentials(Shape):
    """A name (or the email address) and its password; `client` names the login in lists."""

    username: Annotated[str, Field(min_length=1, max_length=255, examples=["ada"])]
    password: Annotated[str, Field(max_length=256, examples=["a long sentence is a good password"])]
    client: Client = "api"


class Tokens(Shape):
    """An access token for some minutes, and a refresh token that works once."""

    access_token: str
    token_type: str = "bearer"  # noqa: S105
    expires_in: int = Field(description="Seconds.", examples=[900])
    refresh_token: str
    refresh_expires_at: Instant


class RefreshRequest(Shape):
    """A refresh token; whoever may have to repeat the request names the attempt."""

    refresh_token: Secret
    attempt: Annotated[str, Field(min_length=16, max_length=64)] | None = Field(
        None,
        description="A random text, kept until the answer is safe. The same request with the same"
        " attempt may be sent again if the answer was lost.",
    )


class PasswordChange(Shape):
    """The old password and the new one."""

    old: Annotated[str, Field(max_length=256)]
    new: Password


class LoginShape(Shape):
    """One place where somebody is signed in; `current` is the one that asks."""

    id: Id
    client: str
    created_at: Instant
    last_used_at: Instant
    expires_at: Instant
    current: bool


class Logins(Shape):
    """Where somebody is signed in."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    sessions: list[LoginShape]


def me_of(account: Account) -> Me:
    """The account's shape."""
    return Me(
        id=id_text(account.id), username=account.username, email=account.email,
        full_name=account.full_name, role=account.role, device_id=id_text(account.device),
        created_at=account.created_at, last_login_at=account.last_login_at,
    )  # fmt: skip


def _tokens(pair: Pair) -> Tokens:
    return Tokens(
        access_token=pair.access, expires_in=pair.access_seconds, refresh_token=pair.refresh,
        refresh_expires_at=pair.refresh_expires,
    )  # fmt: skip


@router.post(
    "/register", status_code=201, dependencies=[Depends(few_attempts)],
    responses=problems.responses(403, 409, 422, 429, 503),
)  # fmt: skip
async def register(body: NewUser, shared: Shared) -> Me:
    """Make an account."""
    wanted = Registration(body.username, body.email, body.full_name, body.password, body.invitation)
    return me_of(await entering.register(shared, wanted))


@router.post(
    "/token", dependencies=[Depends(few_attempts)], responses=problems.responses(401, 422, 429, 503)
)
async def token(body: Credentials, shared: Shared, response: Response) -> Tokens:
    """Sign in."""
    response.headers["Cache-Control"] = "no-store"
    name = body.username.lower()
    return _tokens(await entering.sign_in(shared, name, body.password, body.client))


@router.post(
    "/refresh", dependencies=[Depends(few_attempts)],
    responses=problems.responses(401, 422, 429, 503),
)  # fmt: skip
async def refresh(body: RefreshRequest, shared: Shared, response: Response) -> Tokens:
    """A new pair of tokens for a refresh token, which never works again."""
    response.headers["Cache-Control"] = "no-store"
    return _tokens(
        await shared.work(lambda: entering.refresh(shared, body.refresh_token, body.attempt))
    )


@router.post("/logout", status_code=204, responses=problems.responses(401, 429, 503))
async def logout(who: Signed, shared: Shared) -> None:
    """End this login: its tokens work no more."""
    await shared.work(lambda: entering.sign_out(shared, who.account, who.login))


@router.get("/me", responses=problems.responses(401, 429, 503))
async def me(who: Signed) -> Me:
    """Who am I?"""
    return me_of(who.account)


@router.post("/password", status_code=204, responses=problems.responses(401, 403, 422, 429, 503))
async def change_password(body: PasswordChange, who: Signed, shared: Shared) -> None:
    """Set another password; every other login ends."""
    await entering.change_password(shared, who.account, who.login, body.old, body.new)


@router.get("/sessions", responses=problems.responses(401, 429, 503))
async def list_sessions(who: Signed, shared: Shared) -> Logins:
    """Where am I signed in?"""

    def find() -> list[logins.Login]:
        with shared.database.transaction(write=False) as db:
            return logins.of_user(db, who.account.id, shared.clock())

    found = await shared.work(find)
    return Logins(
        sessions=[
            LoginShape(
                id=id_text(one.id), client=one.client, created_at=one.created_at,
                last_used_at=one.last_used_at, expires_at=one.expires_at,
                current=one.id == who.login,
            )
            for one in found
        ]
    )  # fmt: skip


@router.delete(
    "/sessions/{session_id}", status_code=204, responses=problems.responses(401, 404, 422, 429, 503)
)
async def revoke_session(session_id: Annotated[Id, Path()], who: Signed, shared: Shared) -> None:
    """End one of my logins."""
    key = key_of(session_id)
    await shared.work(lambda: entering.sign_out(shared, who.account, key))
