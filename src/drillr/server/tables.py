"""The tables that only a server has, in a MetaData and a migrations tree of their own."""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    text,
)
from sqlalchemy.schema import SchemaItem

from drillr.store import tables as core
from drillr.store.tables import NAMING
from drillr.store.types import Digest, Json, Key, UtcDateTime

metadata = MetaData(naming_convention=NAMING)


def _table(name: str, *items: SchemaItem) -> Table:
    return Table(
        name,
        metadata,
        *items,
        mariadb_engine="InnoDB",
        mariadb_default_charset="utf8mb4",
        mariadb_collate="utf8mb4_nopad_bin",
    )


def _user(name: str = "user_id", *, null: bool = False, primary: bool = False) -> Column[Any]:
    return Column(name, Key, ForeignKey(core.users.c.id), nullable=null, primary_key=primary)


def _question(*, primary: bool = False) -> Column[Any]:
    return Column(
        "question_id", Key, ForeignKey(core.questions.c.id), nullable=False, primary_key=primary
    )


def _at(name: str, *, null: bool = False) -> Column[Any]:
    return Column(name, UtcDateTime, nullable=null)


def _count(name: str, kind: Any = Integer) -> Column[Any]:
    return Column(name, kind, nullable=False, server_default=text("0"))


# What a server keeps of a user besides the platform's own columns. `device_id` is the device whose
# facts are the answers given through the API; `writes` counts what changed for this person.
accounts = _table(
    "accounts",
    _user(primary=True),
    Column("role", String(16), nullable=False),
    Column("device_id", Key, ForeignKey(core.devices.c.id), nullable=False),
    _count("writes", BigInteger),
    _at("password_changed_at"),
)

# Facts of a device from `first_seq` on that are in the log and not yet in any derived row. Whoever
# reads or writes derived rows of the person brings them up to date first.
arrears = _table(
    "arrears",
    _user(primary=True),
    Column("device_id", Key, ForeignKey(core.devices.c.id), nullable=False, primary_key=True),
    Column("first_seq", BigInteger, nullable=False),
    _count("facts"),
)

# A login is a family of refresh tokens: revoking it ends all of them, and its access tokens too.
logins = _table(
    "logins",
    Column("id", Key, primary_key=True),
    _user(),
    Column("client", String(255), nullable=False),
    _at("created_at"),
    _at("last_used_at"),
    _at("expires_at"),
    _at("revoked_at", null=True),
    Index(None, "user_id"),
    Index(None, "expires_at"),
)

refresh_tokens = _table(
    "refresh_tokens",
    Column("digest", Digest, primary_key=True),
    Column("login_id", Key, ForeignKey("logins.id"), nullable=False),
    Column("parent", Digest, nullable=True),
    Column("attempt", Digest, nullable=True),
    _at("created_at"),
    _at("expires_at"),
    _at("used_at", null=True),
    Index(None, "login_id"),
)

invitations = _table(
    "invitations",
    Column("digest", Digest, primary_key=True),
    Column("email", String(255), nullable=True),
    Column("role", String(16), nullable=False),
    _user("created_by", null=True),
    _at("created_at"),
    _at("expires_at"),
    _user("used_by", null=True),
)

# Failed attempts by the digest of a name, whether anybody has that name or not.
throttles = _table(
    "throttles",
    Column("name", Digest, primary_key=True),
    _count("failures"),
    _at("since"),
    _at("locked_until", null=True),
)

jobs = _table(
    "jobs",
    Column("id", Key, primary_key=True),
    _user(null=True),
    Column("kind", String(64), nullable=False),
    Column("state", String(16), nullable=False),
    Column("params", Json, nullable=False),
    Column("report", Json, nullable=False),
    Column("error", Text, nullable=True),
    _count("done"),
    _count("total"),
    _count("attempts"),
    _at("created_at"),
    _at("updated_at"),
    _at("finished_at", null=True),
    Index(None, "created_at"),
    Index(None, "state"),
)

reports = _table(
    "reports",
    Column("id", Key, primary_key=True),
    _user(),
    _question(),
    Column("revision", BigInteger, nullable=False),
    Column("note", Text, nullable=False),
    _at("created_at"),
    _at("resolved_at", null=True),
    _user("resolved_by", null=True),
    Index(None, "question_id"),
    Index(None, "created_at"),
)

question_statistics = _table(
    "question_statistics",
    _question(primary=True),
    _count("responses"),
    _count("learners"),
    _count("correct"),
    Column("discrimination", Double, nullable=True),
    _count("median_ms"),
    Column("picks", Json, nullable=False),
    Column("ratings", Json, nullable=False),
    _at("computed_at"),
)

daily_plans = _table(
    "daily_plans",
    _user(primary=True),
    Column("day", String(10), primary_key=True),
    _count("overdue"),
    _count("due_today"),
    _count("new"),
    Column("facets", Json, nullable=False),
    _at("created_at"),
)
