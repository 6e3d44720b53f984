"""Repository for the one question that is asked at every shell prompt: what is due?"""

TYPE_CHECKING = False  # importing it from typing takes 4 ms
if TYPE_CHECKING:
    from datetime import datetime
    from typing import Any

    from drillr.store.connection import Connection

_MANY = 2_000
_OF_USER = "from spaced_repetition_cards where user_id = ?"


def owner(db: "Connection") -> tuple[bytes | None, str]:
    """The local store's person, and their settings as JSON."""
    row = db.row(
        "select u.id, u.learning_settings from users u"
        " join sync_state s on s.\"key\" = 'user_id' and lower(hex(u.id)) = s.value"
    )
    return (None, "{}") if row is None else (db.read_key(row[0]), row[1])


def reviews(db: "Connection", user: bytes, now: "datetime", day_end: "datetime") -> tuple[int, int]:
    """How many reviews are due by now, and by the study day's end."""
    # Counting a range of an index is all that each takes; a sum would look at every entry.
    owner, at = db.key(user), db.instant(now)
    by_now = _due(db, owner, at)
    row = db.row(
        f"select count(*) {_OF_USER} and due_at > ? and due_at < ?",
        (owner, at, db.instant(day_end)),
    )
    return by_now, by_now + (row[0] if row else 0)


def _due(db: "Connection", owner: "Any", at: "Any") -> int:
    """How many cards are due by an instant, from whichever are fewer: those, or all others.

    SQLite counts a whole table by its pages, without looking at what they hold; but a store may
    come to hold cards of somebody else too.
    """
    row = db.row(
        f"select (select count(*) from (select 1 {_OF_USER} and due_at <= ? limit {_MANY}) as few),"
        " (select count(*) from users)",
        (owner, at),
    )
    due, people = row or (0, 0)
    if due == _MANY and people == 1:
        others = f"(select count(*) {_OF_USER} and due_at is null)"
        others += f" - (select count(*) {_OF_USER} and due_at > ?)"
        every = "select count(*) from spaced_repetition_cards"
        row = db.row(f"select ({every}) - {others}", (owner, owner, at))
    elif due == _MANY:
        row = db.row(f"select count(*) {_OF_USER} and due_at <= ?", (owner, at))
    else:
        return int(due)
    return int(row[0]) if row else 0


def unanswered(db: "Connection", user: bytes, now: "datetime") -> int:
    """How many active questions were never answered and are neither suspended nor buried."""
    key = db.key(user)
    row = db.row(
        "select (select coalesce(sum(active_questions), 0) from facets)"
        " - (select coalesce(sum(completed_questions), 0) from user_progress where user_id = ?)"
        # The join with itself lets SQLite find new cards by their state: most stores have none.
        " - (select count(*) from spaced_repetition_cards n join spaced_repetition_cards c"
        " on c.user_id = n.user_id and c.question_id = n.question_id"
        " join questions q on q.id = c.question_id and q.is_active = 1"
        " where n.user_id = ? and n.card_state = 'new'"
        " and (c.suspended = 1 or c.buried_until > ?))",
        (key, key, db.instant(now)),
    )
    return 0 if row is None else int(row[0])


def paths(db: "Connection") -> list[str]:
    """Every facet's path, sorted: what shell completion offers."""
    return [path for (path,) in db.rows("select path from facets order by path")]
