"""Repository of failed attempts, by the digest of a name, whether anybody has that name or not."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from drillr.store.connection import Connection


def locked_until(db: "Connection", name: bytes, now: datetime) -> datetime | None:
    """Until when no attempt on that name is heard; None when one may try."""
    row = db.row("select locked_until from throttles where name = ?", (db.blob(name),))
    until = None if row is None or row[0] is None else db.read_instant(row[0])
    return until if until is not None and until > now else None


def fail(db: "Connection", name: bytes, now: datetime, most: int, window: timedelta) -> None:
    """Count a failed attempt; after `most` within `window`, lock the name for as long."""
    at, start = db.instant(now), db.instant(now - window)
    lock = " for update" if db.dialect == "mariadb" else ""
    row = db.row(
        f"select failures, since > ? from throttles where name = ?{lock}", (start, db.blob(name))
    )
    failures = row[0] + 1 if row is not None and row[1] else 1
    until = db.instant(now + window) if failures >= most else None
    db.run(
        db.upsert("throttles", ("name",), ("failures", "since", "locked_until")),
        (db.blob(name), 0 if until else failures, at, until),
    )


def clear(db: "Connection", name: bytes) -> None:
    """Forget the failed attempts on that name."""
    db.run("delete from throttles where name = ?", (db.blob(name),))
