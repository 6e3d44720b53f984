"""Repository of the profile: the store's one person, this device, and the settings."""

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

from drillr.domain.ids import DeviceId, UserId

if TYPE_CHECKING:
    from collections.abc import Mapping

    from drillr.store.connection import Connection

# Argon2 hashes start with "$": no password ever matches this.
_NO_PASSWORD = "!"  # noqa: S105


_ACCOUNT = "account"

# `key` is a reserved word on MariaDB.
_KEY = {"sqlite": '"key"', "mariadb": "`key`"}


def state(db: "Connection", key: str) -> str | None:
    """A value that belongs to this copy of the store alone."""
    row = db.row(f"select value from sync_state where {_KEY[db.dialect]} = ?", (key,))
    return None if row is None else row[0]


def states(db: "Connection", prefix: str) -> dict[str, str]:
    """All values of this copy of the store whose key begins so, by the rest of the key."""
    column = _KEY[db.dialect]
    rows = db.rows(
        f"select {column}, value from sync_state where {column} >= ? and {column} < ?"
        f" order by {column}",
        (prefix, prefix + "\U0010ffff"),
    )
    return {key.removeprefix(prefix): value for key, value in rows}


def drop_state(db: "Connection", key: str) -> None:
    """Forget a value of this copy of the store."""
    db.run(f"delete from sync_state where {_KEY[db.dialect]} = ?", (key,))


def set_state(db: "Connection", key: str, value: str) -> None:
    """Keep a value for this copy of the store."""
    column = _KEY[db.dialect]
    db.run(f"delete from sync_state where {column} = ?", (key,))
    db.run(f"insert into sync_state ({column}, value) values (?, ?)", (key, value))


def schema_version(db: "Connection") -> str:
    """The version of the schema that the database is in; empty where it names none."""
    row = db.row("select version_num from alembic_version")
    return str(row[0]) if row else ""


def owner(db: "Connection") -> tuple[UserId, DeviceId] | None:
    """The store's person and device; None in a store that was never used."""
    user, device = state(db, "user_id"), state(db, "device_id")
    if user is None or device is None:
        return None
    return UserId(bytes.fromhex(user)), DeviceId(bytes.fromhex(device))


def create(db: "Connection", user: UserId, device: DeviceId, name: str, now: datetime) -> None:
    """Make the local profile and this device."""
    at = db.instant(now)
    db.run(
        "insert into users (id, username, password_hash, preferences, learning_settings,"
        " is_active, is_verified, created_at, updated_at) values (?, ?, ?, '{}', '{}', 1, 0, ?, ?)",
        (db.key(user), "local-" + user.hex(), _NO_PASSWORD, at, at),
    )
    db.run(
        "insert into devices (id, user_id, name, created_at) values (?, ?, ?, ?)",
        (db.key(device), db.key(user), name, at),
    )
    set_state(db, "user_id", user.hex())
    set_state(db, "device_id", device.hex())


def writer(db: "Connection", opened: DeviceId) -> DeviceId:
    """The device under which facts are appended now; `opened` is what it was at the start.

    Another process may have found, while syncing, that a copy of this store uses the same one.
    """
    # A server's devices are not those of a store: nothing there can have changed.
    named = state(db, "device_id") if db.dialect == "sqlite" else None
    return opened if named is None else DeviceId(bytes.fromhex(named))


def become(db: "Connection", device: DeviceId) -> None:
    """From now on, this store writes under another of the person's devices."""
    set_state(db, "device_id", device.hex())


def account(db: "Connection", user: UserId) -> UserId | None:
    """The account of a server that a person is; None in a store that never joined one.

    On a server that is the person itself, in a store the first account that it joined.
    """
    if owner(db) is None:
        return user
    named = state(db, _ACCOUNT)
    return None if named is None else UserId(bytes.fromhex(named))


def join(db: "Connection", account: UserId) -> None:
    """From now on, the store's person is this account of a server."""
    set_state(db, _ACCOUNT, account.hex())


def settings(db: "Connection", user: UserId) -> str:
    """The person's settings as they were last set, as JSON; what was never set is missing."""
    row = db.row("select learning_settings from users where id = ?", (db.key(user),))
    return str(row[0]) if row else "{}"


def save_settings(
    db: "Connection", user: UserId, values: "Mapping[str, Any]", now: datetime
) -> None:
    """Write the settings that the facts give."""
    db.run(
        "update users set learning_settings = ?, updated_at = ? where id = ?",
        (json.dumps(dict(values), sort_keys=True), db.instant(now), db.key(user)),
    )
