"""Repository of progress: per facet, and per study day; both derived from facts."""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from drillr.domain.ids import FacetId, UserId
from drillr.domain.progress import Activity, FacetProgress, run_ending

if TYPE_CHECKING:
    from drillr.store.connection import Connection

_SUMS = (
    "responses", "correct", "new_cards", "reviewed", "retained", "easy", "medium", "hard",
    "very_hard", "time_ms",
)  # fmt: skip
_PROGRESS = (
    "total_questions", "completed_questions", "mastery_score", "last_activity_at", "streak_days",
    "total_time_spent_seconds", "progress_metadata",
)  # fmt: skip
_CHUNK = 500
_encode = json.JSONEncoder(separators=(",", ":")).encode
_ADD = {
    dialect: (
        f"insert into daily_activity (user_id, facet_id, day, {', '.join(_SUMS)})"
        f" values (?, ?, ?{', ?' * len(_SUMS)}) {clause} "
        + ", ".join(f"{name} = daily_activity.{name} + {value % name}" for name in _SUMS)
    )
    for dialect, clause, value in (
        ("sqlite", "on conflict (user_id, day, facet_id) do update set", "excluded.%s"),
        ("mariadb", "on duplicate key update", "values(%s)"),
    )
}


def facet(db: "Connection", user: UserId, key: FacetId) -> FacetProgress:
    """The person's progress in a facet; before the first answer, none of its questions done."""
    return of_facets(db, user, [key])[key]


def of_facets(
    db: "Connection", user: UserId, keys: Sequence[FacetId]
) -> dict[FacetId, FacetProgress]:
    """The same for several facets."""
    found = {key: FacetProgress() for key in keys}
    for start in range(0, len(keys), _CHUNK):
        part = [db.key(key) for key in keys[start : start + _CHUNK]]
        for row in db.rows(
            "select f.id, f.active_questions, p.completed_questions, p.last_activity_at,"
            " p.streak_days, p.progress_metadata from facets f left join user_progress p"
            " on p.facet_id = f.id and p.user_id = ?"
            f" where f.id in ({', '.join('?' * len(part))})",
            (db.key(user), *part),
        ):
            found[FacetId(db.read_key(row[0]))] = _progress(db, row)
    return found


def _progress(db: "Connection", row: tuple[Any, ...]) -> FacetProgress:
    if row[5] is None:
        return FacetProgress(questions=row[1])
    more = json.loads(row[5])
    return FacetProgress(
        questions=row[1],
        completed=row[2],
        mastery_days=more["mastery_days"],
        last_activity_at=None if row[3] is None else db.read_instant(row[3]),
        last_day=None if more["last_day"] is None else date.fromisoformat(more["last_day"]),
        streak_days=row[4],
        time_ms=more["time_ms"],
    )


def save_facet(db: "Connection", user: UserId, key: FacetId, progress: FacetProgress) -> None:
    """Write a facet's progress; one in which nothing was ever done has no row."""
    save_facets(db, user, {key: progress})


def save_facets(db: "Connection", user: UserId, found: Mapping[FacetId, FacetProgress]) -> None:
    """The same for several facets."""
    owner = db.key(user)
    db.many(
        "delete from user_progress where user_id = ? and facet_id = ?",
        [(owner, db.key(key)) for key, one in found.items() if _untouched(one)],
    )
    db.many(
        db.upsert("user_progress", ("user_id", "facet_id"), _PROGRESS),
        [
            (owner, db.key(key), *_progress_values(db, one))
            for key, one in found.items()
            if not _untouched(one)
        ],
    )


def _untouched(progress: FacetProgress) -> bool:
    return progress.last_day is None and not progress.completed


def _progress_values(db: "Connection", progress: FacetProgress) -> tuple[Any, ...]:
    metadata = {
        "last_day": None if progress.last_day is None else progress.last_day.isoformat(),
        "mastery_days": progress.mastery_days,
        "time_ms": progress.time_ms,
    }
    return (
        progress.questions, progress.completed, progress.mastery,
        None if progress.last_activity_at is None else db.instant(progress.last_activity_at),
        progress.streak_days, progress.time_ms // 1000,
        _encode(metadata),
    )  # fmt: skip


def recount_facet(db: "Connection", user: UserId, key: FacetId) -> None:
    """Derive a facet's progress anew from its cards and days."""
    recount_facets(db, user, [key])


def recount_facets(db: "Connection", user: UserId, keys: Sequence[FacetId]) -> None:
    """The same for several facets."""
    for start in range(0, len(keys), _CHUNK):
        _recount(db, user, keys[start : start + _CHUNK])


def _recount(db: "Connection", user: UserId, keys: Sequence[FacetId]) -> None:
    owner = (db.key(user), *(db.key(key) for key in keys))
    marks = ", ".join("?" * len(keys))
    cards = {
        row[0]: row[1:]
        for row in db.rows(
            "select c.facet_id, sum(case when c.total_reviews > 0 and q.is_active = 1 then 1"
            " else 0 end), sum(case when c.total_reviews > 0 and q.is_active = 1 then"
            " case when c.interval_days < 21 then c.interval_days else 21 end else 0 end),"
            " max(c.last_reviewed_at) from spaced_repetition_cards c"
            " join questions q on q.id = c.question_id"
            f" where c.user_id = ? and c.facet_id in ({marks}) group by c.facet_id",
            owner,
        )
    }
    days: dict[Any, list[tuple[date, int]]] = {}
    for key, day, time in db.rows(
        "select facet_id, day, time_ms from daily_activity"
        f" where user_id = ? and facet_id in ({marks})",
        owner,
    ):
        days.setdefault(key, []).append((date.fromisoformat(day), int(time)))
    found: dict[FacetId, FacetProgress] = {}
    for key, total in db.rows(
        f"select id, active_questions from facets where id in ({marks})", owner[1:]
    ):
        completed, mastered, latest = cards.get(key, (0, 0, None))
        studied = [day for day, _ in days.get(key, ())]
        found[FacetId(db.read_key(key))] = FacetProgress(
            questions=total, completed=int(completed), mastery_days=int(mastered),
            last_activity_at=None if latest is None else db.read_instant(latest),
            last_day=max(studied, default=None), streak_days=run_ending(studied),
            time_ms=sum(time for _, time in days.get(key, ())),
        )  # fmt: skip
    save_facets(db, user, found)


def people(db: "Connection", facets: Sequence[FacetId]) -> dict[UserId, list[FacetId]]:
    """Everybody who has answered something in some facets, and in which of them."""
    found: dict[UserId, list[FacetId]] = {}
    for start in range(0, len(facets), _CHUNK):
        part = [db.key(key) for key in facets[start : start + _CHUNK]]
        marks = ", ".join("?" * len(part))
        for user, facet_key in db.rows(
            f"select user_id, facet_id from user_progress where facet_id in ({marks}) union"
            f" select user_id, facet_id from daily_activity where facet_id in ({marks})",
            (*part, *part),
        ):
            found.setdefault(UserId(db.read_key(user)), []).append(FacetId(db.read_key(facet_key)))
    return found


def add_activity(
    db: "Connection", user: UserId, facet_key: FacetId, days: Mapping[date, Activity]
) -> None:
    """Add to the days' sums (negative sums take away); a day left with nothing has no row."""
    add_activities(db, user, {facet_key: days})


def add_activities(
    db: "Connection", user: UserId, found: Mapping[FacetId, Mapping[date, Activity]]
) -> None:
    """The same for several facets."""
    owner = db.key(user)
    rows = [
        (owner, db.key(key), day.isoformat(), activity)
        for key, days in found.items()
        for day, activity in days.items()
    ]
    db.many(
        _ADD[db.dialect],
        [(*row[:3], *sums) for row in rows if any(sums := row[3].values())],
    )
    db.many(
        "delete from daily_activity where user_id = ? and facet_id = ? and day = ?"
        " and responses = 0",
        [row[:3] for row in rows if row[3].responses < 0],
    )


def clear_derived(
    db: "Connection", user: UserId, facets: "Sequence[FacetId] | None" = None
) -> None:
    """Remove the derived rows of some facets, or all, before a replay writes them anew."""
    where = ""
    owners: list[tuple[Any, ...]] = [(db.key(user),)]
    if facets is not None:
        where, owners = " and facet_id = ?", [(db.key(user), db.key(key)) for key in facets]
    for table in ("spaced_repetition_cards", "user_progress", "daily_activity"):
        db.many(f"delete from {table} where user_id = ?{where}", owners)


def derived_rows(db: "Connection", user: UserId) -> dict[str, list[tuple[object, ...]]]:
    """All derived rows as the database holds them, sorted: two stores compare equal or not."""
    order = {
        "spaced_repetition_cards": "question_id",
        "user_progress": "facet_id",
        "daily_activity": "day, facet_id",
        "learning_sessions": "id",
    }
    found = {
        table: db.rows(f"select * from {table} where user_id = ? order by {by}", (db.key(user),))
        for table, by in order.items()
    }
    found["settings"] = db.rows("select learning_settings from users where id = ?", (db.key(user),))
    return found
