"""Repository of accounts: users with what a server keeps of them, and their own device."""

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple

from drillr.domain.ids import DeviceId, UserId

if TYPE_CHECKING:
    from drillr.store.connection import Connection

DEVICE_NAME = "server"


class Role(StrEnum):
    """What an account may do: everybody learns, admins change content and see everyone's jobs."""

    USER = "user"
    ADMIN = "admin"


class Account(NamedTuple):
    """A user with an account on this server."""

    id: UserId
    username: str
    email: str | None
    full_name: str | None
    role: Role
    device: DeviceId
    is_active: bool
    created_at: datetime
    last_login_at: datetime | None
    password_hash: str
    writes: int


class NewAccount(NamedTuple):
    """What makes an account; the password comes as its hash."""

    id: UserId
    device: DeviceId
    username: str
    email: str | None
    full_name: str | None
    role: Role
    password_hash: str


_COLUMNS = (
    "select u.id, u.username, u.email, u.full_name, a.role, a.device_id, u.is_active,"
    " u.created_at, u.last_login_at, u.password_hash, a.writes"
)
_FROM = " from users u join accounts a on a.user_id = u.id"
_SELECT = _COLUMNS + _FROM
_SEEN = _COLUMNS + ", (select r.value from revisions r where r.name = 'content')" + _FROM


def create(db: "Connection", new: NewAccount, now: datetime) -> None:
    """Write an account with its device; the database refuses a name that is taken."""
    at = db.instant(now)
    db.run(
        "insert into users (id, username, email, full_name, password_hash, preferences,"
        " learning_settings, is_active, is_verified, created_at, updated_at)"
        " values (?, ?, ?, ?, ?, '{}', '{}', 1, 0, ?, ?)",
        (
            db.key(new.id), new.username, new.email, new.full_name, new.password_hash, at, at,
        ),
    )  # fmt: skip
    db.run(
        "insert into devices (id, user_id, name, created_at) values (?, ?, ?, ?)",
        (db.key(new.device), db.key(new.id), DEVICE_NAME, at),
    )
    db.run(
        "insert into accounts (user_id, role, device_id, writes, password_changed_at)"
        " values (?, ?, ?, 0, ?)",
        (db.key(new.id), str(new.role), db.key(new.device), at),
    )


def taken(db: "Connection", username: str, email: str | None) -> bool:
    """Whether somebody has that name or that address."""
    return (
        db.row("select 1 from users where username = ? or email = ?", (username, email or username))
        is not None
    )


def any_exists(db: "Connection") -> bool:
    """Whether this server has any account."""
    return db.row("select 1 from accounts limit 1") is not None


def by_name(db: "Connection", name: str) -> Account | None:
    """The account with that username or email address."""
    column = "email" if "@" in name else "username"
    return _account(db, db.row(f"{_SELECT} where u.{column} = ?", (name,)))


def by_id(db: "Connection", user: UserId) -> Account | None:
    """The account of a user."""
    return _account(db, db.row(f"{_SELECT} where u.id = ?", (db.key(user),)))


class Seen(NamedTuple):
    """An account that asks, and the revision of the content at that moment."""

    account: Account
    revision: int


def signed_in(db: "Connection", user: UserId, login: bytes) -> Seen | None:
    """The account, if it is active and that login of it was not revoked."""
    row = db.row(
        f"{_SEEN} join logins l on l.user_id = u.id and l.id = ?"
        " where u.id = ? and u.is_active = 1 and l.revoked_at is null",
        (db.key(login), db.key(user)),
    )
    account = _account(db, row)
    return None if account is None or row is None else Seen(account, row[11] or 0)


def page(db: "Connection", after: str, most: int) -> list[Account]:
    """Accounts by username, those behind `after`."""
    rows = db.rows(f"{_SELECT} where u.username > ? order by u.username limit ?", (after, most))
    return [account for account in (_account(db, row) for row in rows) if account is not None]


def count_write(db: "Connection", user: UserId) -> None:
    """Count a writing transaction of this person, and hold their lock until it ends."""
    db.run("update accounts set writes = writes + 1 where user_id = ?", (db.key(user),))


def set_role(db: "Connection", user: UserId, role: Role) -> None:
    """Make somebody an admin, or no longer one."""
    db.run("update accounts set role = ? where user_id = ?", (str(role), db.key(user)))


def set_active(db: "Connection", user: UserId, active: bool, now: datetime) -> None:
    """Let an account in, or keep it out; nothing of it is deleted."""
    db.run(
        "update users set is_active = ?, updated_at = ? where id = ?",
        (int(active), db.instant(now), db.key(user)),
    )


def set_password(db: "Connection", user: UserId, password_hash: str, now: datetime) -> None:
    """Keep the hash of a new password."""
    at = db.instant(now)
    db.run(
        "update users set password_hash = ?, updated_at = ? where id = ?",
        (password_hash, at, db.key(user)),
    )
    db.run("update accounts set password_changed_at = ? where user_id = ?", (at, db.key(user)))


def note_login(db: "Connection", user: UserId, now: datetime) -> None:
    """Remember when somebody last signed in."""
    db.run("update users set last_login_at = ? where id = ?", (db.instant(now), db.key(user)))


def _account(db: "Connection", row: tuple[Any, ...] | None) -> Account | None:
    if row is None:
        return None
    return Account(
        id=UserId(db.read_key(row[0])), username=row[1], email=row[2], full_name=row[3],
        role=Role(row[4]), device=DeviceId(db.read_key(row[5])), is_active=bool(row[6]),
        created_at=db.read_instant(row[7]),
        last_login_at=None if row[8] is None else db.read_instant(row[8]),
        password_hash=row[9], writes=row[10],
    )  # fmt: skip
