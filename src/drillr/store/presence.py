"""Whether tables hold anything: where not, an import need not even know what would follow."""

from typing import TYPE_CHECKING

from drillr.domain.ids import UserId

if TYPE_CHECKING:
    from drillr.store.connection import Connection


def has_progress(db: "Connection") -> bool:
    """Whether anybody has answered anything: only then do derived rows follow content."""
    return _any(db, "user_progress") or _any(db, "daily_activity")


def has_parked(db: "Connection") -> bool:
    """Whether any fact waits for its question."""
    return _any(db, "parked_facts")


def has_facts(db: "Connection", user: UserId) -> bool:
    """Whether the person ever answered, or changed, anything."""
    return any(
        db.row(f"select 1 from {table} where user_id = ? limit 1", (db.key(user),)) is not None
        for table in ("user_responses", "learning_events")
    )


def _any(db: "Connection", table: str) -> bool:
    return db.row(f"select 1 from {table} limit 1") is not None
