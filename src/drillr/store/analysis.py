"""Repository of sums over many answers and cards, in pieces that a caller can stop between."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from drillr.domain.ids import FacetId, FactId, UserId

if TYPE_CHECKING:
    from drillr.store.connection import Connection

_CHUNK = 500
# The hour of an instant, and whole days between two: dates are what the databases differ in.
_HOUR = {"sqlite": "substr(created_at, 1, 13)", "mariadb": "date_format(created_at, '%Y-%m-%d %H')"}
_DAYS = {
    "sqlite": "cast(julianday(created_at) - julianday(held_at) as integer)",
    "mariadb": "timestampdiff(day, held_at, created_at)",
}


class HourRow(NamedTuple):
    """Answers of one UTC hour with one confidence (None: not asked)."""

    hour: str
    confidence: int | None
    answers: int
    recalled: int
    right: int


def span(db: "Connection", user: UserId) -> tuple[datetime, datetime] | None:
    """The instants of the first and the last answer; None before any."""
    row = db.row(
        "select min(created_at), max(created_at) from user_responses where user_id = ?",
        (db.key(user),),
    )
    if row is None or row[0] is None:
        return None
    return db.read_instant(row[0]), db.read_instant(row[1])


def by_hour(db: "Connection", user: UserId, start: datetime, end: datetime) -> list[HourRow]:
    """Answers of a stretch of time (end exclusive) by UTC hour and confidence."""
    rows = db.rows(
        f"select {_HOUR[db.dialect]} as hour, confidence_level, count(*),"
        " sum(difficulty_rating < 4), sum(coalesce(is_correct, difficulty_rating < 4))"
        " from user_responses where user_id = ? and created_at >= ? and created_at < ?"
        " group by hour, confidence_level",
        (db.key(user), db.instant(start), db.instant(end)),
    )
    return [
        HourRow(hour, sure, n, int(recalled), int(right)) for hour, sure, n, recalled, right in rows
    ]


def of_answers(db: "Connection", user: UserId, keys: Sequence[FactId]) -> list[HourRow]:
    """Single answers as rows of the same kind: those that were taken back, to be subtracted."""
    found: list[HourRow] = []
    for start in range(0, len(keys), _CHUNK):
        chunk = [db.key(key) for key in keys[start : start + _CHUNK]]
        rows = db.rows(
            f"select {_HOUR[db.dialect]}, confidence_level, difficulty_rating < 4,"
            " coalesce(is_correct, difficulty_rating < 4) from user_responses"
            f" where user_id = ? and id in ({', '.join('?' * len(chunk))})",
            (db.key(user), *chunk),
        )
        found += [
            HourRow(hour, sure, -1, -int(kept), -int(right)) for hour, sure, kept, right in rows
        ]
    return found


def gaps(db: "Connection", user: UserId, facet: FacetId) -> list[tuple[int, int, int]]:
    """A facet's answers by whole days since the one before: (days, answers, recalled).

    Answers that were taken back count here: they are few, and the one that replaced them follows
    within the day.
    """
    rows = db.rows(
        f"select {_DAYS[db.dialect]} as days, count(*), sum(recalled) from ("
        " select r.created_at as created_at, r.difficulty_rating < 4 as recalled,"
        " lag(r.created_at) over (partition by r.question_id order by r.created_at) as held_at"
        " from user_responses r where r.user_id = ?"
        " and r.question_id in (select id from questions where facet_id = ?)) g"
        " where held_at is not null group by days",
        (db.key(user), db.key(facet)),
    )
    return [(int(days), n, int(recalled)) for days, n, recalled in rows]


def intervals(db: "Connection", user: UserId) -> list[tuple[int, int]]:
    """Cards answered at least once by interval in days: (days, cards)."""
    return db.rows(
        "select interval_days, count(*) from spaced_repetition_cards"
        " where user_id = ? and total_reviews > 0 group by interval_days",
        (db.key(user),),
    )


def eases(db: "Connection", user: UserId) -> list[tuple[int, int]]:
    """Cards answered at least once by ease: (ease in hundredths, cards)."""
    rows = db.rows(
        "select ease_factor, count(*) from spaced_repetition_cards"
        " where user_id = ? and total_reviews > 0 group by ease_factor",
        (db.key(user),),
    )
    return [(round(ease * 100), n) for ease, n in rows]
