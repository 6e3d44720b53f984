"""Repository of counts and sums for every screen that shows how things stand."""

import json
from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, NamedTuple

from drillr.domain.ids import FacetId, UserId
from drillr.domain.progress import Activity
from drillr.domain.tree import FacetCounts

if TYPE_CHECKING:
    from drillr.store.connection import Connection


class FacetRow(NamedTuple):
    """A facet's counts with its id."""

    id: FacetId
    counts: FacetCounts


def facet_counts(
    db: "Connection", user: UserId, now: datetime, day_end: datetime
) -> list[FacetRow]:
    """Every facet with active questions, sorted by path, with what is due, new and mastered."""
    at, end, owner = db.instant(now), db.instant(day_end), db.key(user)
    due = {
        facet: (int(by_now), today)
        for facet, by_now, today in db.rows(
            "select facet_id, sum(due_at <= ?), count(*) from spaced_repetition_cards"
            " where user_id = ? and due_at < ? group by facet_id",
            (at, owner, end),
        )
    }
    withheld = dict(
        db.rows(
            "select c.facet_id, count(*) from spaced_repetition_cards c"
            " join questions q on q.id = c.question_id"
            " where c.user_id = ? and c.card_state = 'new' and q.is_active = 1"
            " and (c.suspended = 1 or c.buried_until > ?) group by c.facet_id",
            (owner, at),
        )
    )
    rows = db.rows(
        "select f.id, f.path, f.name, f.active_questions, coalesce(p.completed_questions, 0),"
        " p.progress_metadata from facets f"
        " left join user_progress p on p.user_id = ? and p.facet_id = f.id"
        " where f.active_questions > 0 order by f.path",
        (owner,),
    )
    found = []
    for key, path, name, questions, completed, metadata in rows:
        by_now, today = due.get(key, (0, 0))
        new = questions - completed - withheld.get(key, 0)
        days = json.loads(metadata)["mastery_days"] if metadata else 0
        counts = FacetCounts(path, name, questions, by_now, today, new, days)
        found.append(FacetRow(FacetId(db.read_key(key)), counts))
    return found


def active_cards(db: "Connection", user: UserId, facets: Sequence[FacetId]) -> int:
    """How many active questions of these facets were answered at least once."""
    rows = db.rows(
        "select facet_id, completed_questions from user_progress where user_id = ?", (db.key(user),)
    )
    wanted = set(facets)
    return sum(n for key, n in rows if db.read_key(key) in wanted)


def days(db: "Connection", user: UserId, facets: Sequence[FacetId] | None) -> dict[date, Activity]:
    """What was done on each study day, over some facets or all."""
    where, params = "", [db.key(user)]
    if facets is not None:
        where = f" and facet_id in ({', '.join('?' * len(facets)) or 'null'})"
        params += [db.key(key) for key in facets]
    rows = db.rows(
        "select day, sum(responses), sum(correct), sum(new_cards), sum(reviewed), sum(retained),"
        " sum(easy), sum(medium), sum(hard), sum(very_hard), sum(time_ms) from daily_activity"
        f" where user_id = ?{where} group by day order by day",
        tuple(params),
    )
    return {date.fromisoformat(row[0]): Activity(*map(int, row[1:])) for row in rows}


def due_by_day(
    db: "Connection",
    user: UserId,
    facets: Sequence[FacetId] | None,
    ends: Sequence[datetime],
) -> list[int]:
    """Cards due before each of the given instants and not before the one before: a forecast."""
    where, params = "", []
    if facets is not None:
        where = f" and facet_id in ({', '.join('?' * len(facets)) or 'null'})"
        params = [db.key(key) for key in facets]
    buckets = " + ".join("(due_at >= ?)" for _ in ends)
    marks = [db.instant(end) for end in ends]
    rows = db.rows(
        f"select {buckets} as bucket, count(*) from spaced_repetition_cards"
        f" where user_id = ? and due_at < ?{where} group by bucket",
        (*marks, db.key(user), marks[-1], *params),
    )
    found = [0] * len(ends)
    for bucket, count in rows:
        found[int(bucket)] = count
    return found
