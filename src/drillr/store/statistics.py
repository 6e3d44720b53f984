"""Repository of counts and sums for every screen that shows how things stand."""

import json
from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

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
    # Facet by facet, an index has just the range to count: half the time of grouping all cards.
    due = (
        "(select count(*) from spaced_repetition_cards c where c.user_id = ? and c.facet_id = f.id"
        " and c.due_at "
    )
    rows = db.rows(
        "select f.id, f.path, f.name, f.active_questions, coalesce(p.completed_questions, 0),"
        f" p.progress_metadata, {due} <= ?), {due} > ? and c.due_at < ?) from facets f"
        " left join user_progress p on p.user_id = ? and p.facet_id = f.id"
        " where f.active_questions > 0 order by f.path",
        (owner, at, owner, at, end, owner),
    )
    withheld = _withheld(db, user, now)
    found = []
    for key, path, name, questions, completed, metadata, by_now, later in rows:
        new = questions - completed - withheld[key]
        days = json.loads(metadata)["mastery_days"] if metadata else 0
        counts = FacetCounts(path, name, questions, by_now, by_now + later, new, days)
        found.append(FacetRow(FacetId(db.read_key(key)), counts))
    return found


def _withheld(db: "Connection", user: UserId, now: datetime) -> Counter[Any]:
    """By facet, the questions never answered that are suspended or buried: few, mostly none."""
    rows = db.rows(
        # The new cards come from an index of their own, then each is looked at: left alone,
        # SQLite would look at every card.
        "select c.facet_id from spaced_repetition_cards n join spaced_repetition_cards c"
        " on c.user_id = n.user_id and c.question_id = n.question_id"
        " join questions q on q.id = c.question_id"
        " where n.user_id = ? and n.card_state = 'new' and q.is_active = 1"
        " and (c.suspended = 1 or c.buried_until > ?)",
        (db.key(user), db.instant(now)),
    )
    return Counter(key for (key,) in rows)


def active_cards(db: "Connection", user: UserId, facets: Sequence[FacetId]) -> int:
    """How many active questions of these facets were answered at least once."""
    rows = db.rows(
        "select facet_id, completed_questions from user_progress where user_id = ?", (db.key(user),)
    )
    wanted = set(facets)
    return sum(n for key, n in rows if db.read_key(key) in wanted)


def studied(db: "Connection", user: UserId) -> list[date]:
    """The study days with answers, the oldest first."""
    rows = db.rows(
        "select distinct day from daily_activity where user_id = ? and responses > 0 order by day",
        (db.key(user),),
    )
    return [date.fromisoformat(day) for (day,) in rows]


def days(
    db: "Connection",
    user: UserId,
    facets: Sequence[FacetId] | None,
    since: date = date.min,
) -> dict[date, Activity]:
    """What was done on each study day from `since` on, over some facets or all."""
    where, params = "", [db.key(user)]
    if since > date.min:
        where += " and day >= ?"
        params.append(since.isoformat())
    if facets is not None:
        where += f" and facet_id in ({', '.join('?' * len(facets)) or 'null'})"
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
    count = f"(select count(*) from spaced_repetition_cards where user_id = ?{where} and due_at"
    owner, marks = (db.key(user), *params), [db.instant(end) for end in ends]
    # A range of an index for each day, not a look at every card that is due by the last.
    columns = [f"{count} < ?)", *(f"{count} >= ? and due_at < ?)" for _ in ends[1:])]
    ranges = [(marks[0],), *pairwise(marks)]
    row = db.row(
        f"select {', '.join(columns)}", [v for bounds in ranges for v in (*owner, *bounds)]
    )
    return list(row or ())
