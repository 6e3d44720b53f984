"""Repository for the one question that is asked at every shell prompt: what is due?"""

TYPE_CHECKING = False  # importing it from typing takes 4 ms
if TYPE_CHECKING:
    from datetime import datetime

    from drillr.store.connection import Connection


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
    count = "(select count(*) from spaced_repetition_cards where user_id = ? and due_at "
    owner, at = db.key(user), db.instant(now)
    row = db.row(
        f"select {count} <= ?), {count} > ? and due_at < ?)",
        (owner, at, owner, at, db.instant(day_end)),
    )
    by_now, later = row or (0, 0)
    return by_now, by_now + later


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
