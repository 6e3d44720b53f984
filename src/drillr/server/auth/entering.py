"""Use cases of coming in: register, sign in, refresh, sign out, a new password."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from drillr.domain.ids import DeviceId, UserId
from drillr.server.auth import tokens
from drillr.server.auth.tokens import Claims
from drillr.server.problems import Problem
from drillr.server.records import accounts, invitations, logins, throttles
from drillr.server.records.accounts import Account, NewAccount, Role

if TYPE_CHECKING:
    from drillr.server.resources import Resources
    from drillr.store.connection import Connection


@dataclass(frozen=True, slots=True)
class Pair:
    """What a login gives: an access token, and a refresh token that works once."""

    access: str
    access_seconds: int
    refresh: str
    refresh_expires: datetime


@dataclass(frozen=True, slots=True)
class Registration:
    """Who wants an account; names are already in their normal form."""

    username: str
    email: str | None
    full_name: str | None
    password: str
    invitation: str | None = None


def refused() -> Problem:
    """The one answer to a wrong name, a wrong password and a closed account."""
    return Problem(
        401, "wrong-credentials", "the name or the password is wrong", "Check both",
        {"WWW-Authenticate": "Bearer"},
    )  # fmt: skip


async def register(resources: "Resources", wanted: Registration) -> Account:
    """Make an account, if this server takes new ones."""
    mode = resources.settings.registration
    if mode == "closed":
        raise Problem(403, "registration-closed", "this server takes no new accounts")
    if mode == "invitation" and wanted.invitation is None:
        raise Problem(
            403, "invitation-needed", "this server takes new accounts by invitation",
            "Ask an admin for one",
        )  # fmt: skip
    password_hash = await resources.passwords.hash(wanted.password)
    new = NewAccount(
        UserId(resources.new_id()), DeviceId(resources.new_id()), wanted.username, wanted.email,
        wanted.full_name, Role.USER, password_hash,
    )  # fmt: skip
    return await resources.work(lambda: _create(resources, new, wanted.invitation))


def create_account(db: "Connection", new: NewAccount, now: datetime) -> None:
    """Write an account; a 409 problem when its name or address is taken."""
    if accounts.taken(db, new.username, new.email):
        raise Problem(
            409, "name-taken", "the username or the email address is taken", "Choose another"
        )
    accounts.create(db, new, now)


def _create(resources: "Resources", new: NewAccount, invitation: str | None) -> Account:
    now = resources.clock()
    with resources.database.transaction() as db:
        if resources.settings.first_admin and not accounts.any_exists(db):
            new = new._replace(role=Role.ADMIN)
        invited = None
        if invitation is not None:
            invited = invitations.peek(db, tokens.digest(invitation), now)
            if invited is None or invited.email not in (None, new.email):
                raise Problem(403, "invitation-invalid", "the invitation doesn't hold (any more)")
            new = new._replace(role=max(new.role, invited.role, key=list(Role).index))
        create_account(db, new, now)
        if invitation is not None and (
            invitations.take(db, tokens.digest(invitation), new.id, now) is None
        ):
            raise Problem(403, "invitation-invalid", "the invitation doesn't hold (any more)")
        made = accounts.by_id(db, new.id)
    if made is None:
        raise RuntimeError("an account that was just written is not there")
    return made


async def sign_in(resources: "Resources", name: str, password: str, client: str) -> Pair:
    """A new login; as slow for an unknown name as for a wrong password."""
    settings = resources.settings
    throttle = tokens.digest("name " + name)

    def find() -> Account | None:
        with resources.database.transaction(write=False) as db:
            until = throttles.locked_until(db, throttle, resources.clock())
            if until is not None:
                seconds = int((until - resources.clock()).total_seconds()) + 1
                raise Problem(
                    429, "locked", "too many wrong passwords for this name",
                    f"Try again in {seconds} seconds", {"Retry-After": str(seconds)},
                )  # fmt: skip
            return accounts.by_name(db, name)

    account = await resources.work(find)
    right = await resources.passwords.verify(
        password, None if account is None else account.password_hash
    )

    def count_failure() -> None:
        window = timedelta(minutes=settings.lockout_minutes)
        with resources.database.transaction() as db:
            throttles.fail(db, throttle, resources.clock(), settings.lockout_failures, window)

    if account is None or not right or not account.is_active:
        await resources.work(count_failure)
        raise refused()

    def begin() -> Pair:
        with resources.database.transaction() as db:
            throttles.clear(db, throttle)
            return begin_login(resources, db, account.id, client)

    return await resources.work(begin)


def begin_login(resources: "Resources", db: "Connection", user: UserId, client: str) -> Pair:
    """Write a login of a user who has proved to be that."""
    now, login = resources.clock(), resources.new_id()
    expires = now + timedelta(days=resources.settings.refresh_days)
    logins.create(db, login, user, client, now, expires)
    accounts.note_login(db, user, now)
    return _pair(resources, db, Claims(user, login), None, now)


def _pair(
    resources: "Resources", db: "Connection", claims: Claims, parent: bytes | None, now: datetime
) -> Pair:
    secret = tokens.new_secret()
    expires = now + timedelta(days=resources.settings.refresh_days)
    logins.add_token(db, tokens.digest(secret), claims.login, parent, now, expires)
    lifetime = timedelta(minutes=resources.settings.access_minutes)
    access = tokens.issue(resources.keys, claims, now, lifetime)
    return Pair(access, int(lifetime.total_seconds()), secret, expires)


def refresh(resources: "Resources", secret: str, attempt: str | None) -> Pair:
    """A new pair for a refresh token; the token never works again.

    Coming a second time, it was stolen from one of the two who used it: the whole login ends. Only
    who repeats the very request whose answer was lost is told apart, by the `attempt` that they
    chose: they get another pair, as long as nobody has used the first.
    """
    digest = tokens.digest(secret)
    trial = None if attempt is None else tokens.digest("attempt " + attempt)
    now, stolen = resources.clock(), False
    with resources.database.transaction() as db:
        held = logins.refresh(db, digest)
        if held is None or held.revoked or held.expires_at <= now:
            raise _expired()
        account = accounts.by_id(db, held.user)
        if account is None or not account.is_active:
            raise _expired()
        if held.used:
            repeated = trial is not None and held.attempt == trial
            stolen = not (repeated and logins.take_back_child(db, digest))
        if not stolen:
            logins.use(db, digest, trial, now)
            return _pair(resources, db, Claims(held.user, held.login), digest, now)
        logins.revoke(db, held.user, held.login, now)
    raise Problem(
        401, "token-reused", "the refresh token was used before, so its login was ended",
        "Sign in again; if it wasn't you who used it, change your password",
        {"WWW-Authenticate": "Bearer"},
    )  # fmt: skip


def _expired() -> Problem:
    return Problem(
        401, "login-expired", "the login is over", "Sign in again", {"WWW-Authenticate": "Bearer"}
    )


def sign_out(resources: "Resources", account: Account, login: bytes) -> None:
    """End a login; a 404 problem when it is not one of this account."""
    with resources.database.transaction() as db:
        if not logins.revoke(db, account.id, login, resources.clock()):
            raise Problem(404, "not-found", "there is no such login")


async def change_password(
    resources: "Resources", account: Account, login: bytes, old: str, new: str
) -> None:
    """Set another password, and end all other logins."""
    if not await resources.passwords.verify(old, account.password_hash):
        raise Problem(403, "wrong-credentials", "the old password is wrong")
    password_hash = await resources.passwords.hash(new)

    def change() -> None:
        with resources.database.transaction() as db:
            accounts.set_password(db, account.id, password_hash, resources.clock())
            logins.revoke_all(db, account.id, resources.clock(), spare=login)

    await resources.work(change)
