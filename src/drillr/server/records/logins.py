"""Repository of logins: families of refresh tokens, each of which works once."""

from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from drillr.domain.ids import UserId

if TYPE_CHECKING:
    from drillr.store.connection import Connection


class Login(NamedTuple):
    """One place where somebody is signed in."""

    id: bytes
    client: str
    created_at: datetime
    last_used_at: datetime
    expires_at: datetime


class Refresh(NamedTuple):
    """A refresh token as stored, with what its login says."""

    login: bytes
    user: UserId
    expires_at: datetime
    used: bool
    attempt: bytes | None
    revoked: bool


def create(
    db: "Connection", key: bytes, user: UserId, client: str, now: datetime, expires: datetime
) -> None:
    """Write a login that begins."""
    db.run(
        "insert into logins (id, user_id, client, created_at, last_used_at, expires_at)"
        " values (?, ?, ?, ?, ?, ?)",
        (
            db.key(key), db.key(user), client, db.instant(now), db.instant(now),
            db.instant(expires),
        ),
    )  # fmt: skip


def add_token(
    db: "Connection",
    digest: bytes,
    login: bytes,
    parent: bytes | None,
    now: datetime,
    expires: datetime,
) -> None:
    """Write a refresh token of a login; `parent` is the one that was given for it."""
    db.run(
        "insert into refresh_tokens (digest, login_id, parent, created_at, expires_at)"
        " values (?, ?, ?, ?, ?)",
        (
            db.blob(digest), db.key(login), None if parent is None else db.blob(parent),
            db.instant(now), db.instant(expires),
        ),
    )  # fmt: skip
    db.run(
        "update logins set last_used_at = ?, expires_at = ? where id = ?",
        (db.instant(now), db.instant(expires), db.key(login)),
    )


def refresh(db: "Connection", digest: bytes) -> Refresh | None:
    """The refresh token with that digest; its login is locked until the transaction ends."""
    lock = " for update" if db.dialect == "mariadb" else ""
    row = db.row(
        "select t.login_id, l.user_id, t.expires_at, t.used_at, t.attempt, l.revoked_at"
        " from refresh_tokens t join logins l on l.id = t.login_id where t.digest = ?" + lock,
        (db.blob(digest),),
    )
    if row is None:
        return None
    return Refresh(
        login=db.read_key(row[0]), user=UserId(db.read_key(row[1])),
        expires_at=db.read_instant(row[2]), used=row[3] is not None,
        attempt=None if row[4] is None else db.read_blob(row[4]), revoked=row[5] is not None,
    )  # fmt: skip


def use(db: "Connection", digest: bytes, attempt: bytes | None, now: datetime) -> None:
    """Mark a refresh token as used, in an attempt that may be repeated."""
    db.run(
        "update refresh_tokens set used_at = ?, attempt = ? where digest = ?",
        (db.instant(now), None if attempt is None else db.blob(attempt), db.blob(digest)),
    )


def take_back_child(db: "Connection", parent: bytes) -> bool:
    """Delete what was given for this token if nobody has used it; False when somebody has."""
    used = db.row(
        "select 1 from refresh_tokens where parent = ? and used_at is not null", (db.blob(parent),)
    )
    if used is None:
        db.run("delete from refresh_tokens where parent = ?", (db.blob(parent),))
    return used is None


def of_user(db: "Connection", user: UserId, now: datetime) -> list[Login]:
    """Where somebody is signed in, the latest used first."""
    rows = db.rows(
        "select id, client, created_at, last_used_at, expires_at from logins"
        " where user_id = ? and revoked_at is null and expires_at > ? order by last_used_at desc",
        (db.key(user), db.instant(now)),
    )
    when = db.read_instant
    return [Login(db.read_key(k), c, when(a), when(u), when(e)) for k, c, a, u, e in rows]


def revoke(db: "Connection", user: UserId, login: bytes, now: datetime) -> bool:
    """End one login of this user; False when they have no such login."""
    return (
        db.run(
            "update logins set revoked_at = ? where id = ? and user_id = ? and revoked_at is null",
            (db.instant(now), db.key(login), db.key(user)),
        )
        > 0
    )


def revoke_all(db: "Connection", user: UserId, now: datetime, spare: bytes | None = None) -> int:
    """End all logins of a user (but perhaps one); how many."""
    where, params = "", [db.instant(now), db.key(user)]
    if spare is not None:
        where = " and id <> ?"
        params.append(db.key(spare))
    return db.run(
        f"update logins set revoked_at = ? where user_id = ? and revoked_at is null{where}", params
    )
