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
    row = db.row(
        "select coalesce(sum(due_at <= ?), 0), count(*) from spaced_repetition_cards"
        " where user_id = ? and due_at < ?",
        (db.instant(now), db.key(user), db.instant(day_end)),
    )
    return (0, 0) if row is None else (int(row[0]), int(row[1]))


def unanswered(db: "Connection", user: bytes, now: "datetime") -> int:
    """How many active questions were never answered and are neither suspended nor buried."""
    key = db.key(user)
    row = db.row(
        "select (select coalesce(sum(active_questions), 0) from facets)"
        " - (select coalesce(sum(completed_questions), 0) from user_progress where user_id = ?)"
        " - (select count(*) from spaced_repetition_cards c"
        " join questions q on q.id = c.question_id and q.is_active = 1"
        " where c.user_id = ? and c.card_state = 'new'"
        " and (c.suspended = 1 or c.buried_until > ?))",
        (key, key, db.instant(now)),
    )
    return 0 if row is None else int(row[0])


def paths(db: "Connection") -> list[str]:
    """Every facet's path, sorted: what shell completion offers."""
    return [path for (path,) in db.rows("select path from facets order by path")]
