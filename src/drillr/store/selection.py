"""Which questions a session may ask: one indexed query for each part of the queue."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from drillr.domain.ids import FacetId, QuestionId, UserId

if TYPE_CHECKING:
    from drillr.domain.session import Plan
    from drillr.store.connection import Connection


class Part(NamedTuple):
    """The part of the library that is asked: facets and what a search finds; None asks all of it.

    `found` is a query for question ids, with its parameters. Of facets that are not among `open`,
    only what was rated "again today" is due.
    """

    facets: Sequence[FacetId] | None = None
    found: tuple[str, tuple[Any, ...]] | None = None
    open: Sequence[FacetId] | None = None


class DueRow(NamedTuple):
    """A card that is due: where, when, and whether it was rated "again today" and when."""

    question_id: QuestionId
    path: str
    context: str | None
    due_at: datetime
    interval_days: int
    last_reviewed_at: datetime


class Page(NamedTuple):
    """How many new questions at most, as things are `now`, by `file`, `random` or `difficulty`."""

    now: datetime
    most: int
    order: str = "file"


class NewRow(NamedTuple):
    """A question that was never answered, where it stands, and its scenario's text."""

    question_id: QuestionId
    path: str
    context: str | None


def due(
    db: "Connection",
    user: UserId,
    part: Part,
    plan: "Plan",
    before: datetime,
    most: int,
) -> list[DueRow]:
    """Cards due before an instant, the longest due first."""
    where, params = _filter(db, part, plan, "c.facet_id", "c.question_id")
    if part.open is not None:
        marks = ", ".join("?" * len(part.open)) or "null"
        where += f" and (c.interval_days = 0 or c.facet_id in ({marks}))"
        params += tuple(db.key(key) for key in part.open)
    rows = db.rows(
        "select c.question_id, f.path, q.context, c.due_at, c.interval_days, c.last_reviewed_at"
        " from spaced_repetition_cards c join questions q on q.id = c.question_id"
        " join facets f on f.id = c.facet_id"
        f" where c.user_id = ? and c.due_at < ?{where} order by c.due_at limit ?",
        (db.key(user), db.instant(before), *params, most),
    )
    when = db.read_instant
    return [
        DueRow(QuestionId(db.read_key(key)), path, context, when(due_at), days, when(last))
        for key, path, context, due_at, days, last in rows
    ]


def count_due(
    db: "Connection",
    user: UserId,
    part: Part,
    plan: "Plan",
    before: datetime,
) -> int:
    """How many cards are due before an instant."""
    where, params = _filter(db, part, plan, "c.facet_id", "c.question_id")
    join = " join questions q on q.id = c.question_id" if "q." in where else ""
    row = db.row(
        f"select count(*) from spaced_repetition_cards c{join}"
        f" where c.user_id = ? and c.due_at < ?{where}",
        (db.key(user), db.instant(before), *params),
    )
    return row[0] if row else 0


_NEW_ORDERS = {
    "file": "f.path, q.order_index, q.external_id",
    # Ids are hashes of external ids: as good as random, and the same on every device.
    "random": "q.id",
    "difficulty": "q.difficulty_level, f.path, q.order_index, q.external_id",
}

_UNSEEN = (
    "q.is_active = 1 and (c.question_id is null or (c.card_state = 'new' and c.suspended = 0"
    " and (c.buried_until is null or c.buried_until <= ?)))"
)


def new(
    db: "Connection",
    user: UserId,
    part: Part,
    plan: "Plan",
    page: Page,
) -> list[NewRow]:
    """Questions never answered, neither suspended nor buried."""
    if page.most <= 0:
        return []
    part = part._replace(facets=_with_new(db, user, part.facets))
    where, params = _filter(db, part, plan, "q.facet_id", "q.id")
    rows = db.rows(
        "select q.id, f.path, q.context from questions q join facets f on f.id = q.facet_id"
        " left join spaced_repetition_cards c on c.user_id = ? and c.question_id = q.id"
        f" where {_UNSEEN}{where} order by {_NEW_ORDERS[page.order]} limit ?",
        (db.key(user), db.instant(page.now), *params, page.most),
    )
    return [NewRow(QuestionId(db.read_key(key)), path, context) for key, path, context in rows]


def unseen(db: "Connection", user: UserId, now: datetime) -> list[tuple[FacetId, QuestionId]]:
    """Questions never answered, neither suspended nor buried, in no particular order."""
    rows = db.rows(
        "select q.facet_id, q.id from questions q"
        " left join spaced_repetition_cards c on c.user_id = ? and c.question_id = q.id"
        f" where {_UNSEEN}",
        (db.key(user), db.instant(now)),
    )
    return [(FacetId(db.read_key(facet)), QuestionId(db.read_key(key))) for facet, key in rows]


def everything(db: "Connection", part: Part, plan: "Plan") -> list[QuestionId]:
    """All active questions, in the order of the files: what a cram session asks."""
    where, params = _filter(db, part, plan, "q.facet_id", "q.id")
    rows = db.rows(
        "select q.id from questions q join facets f on f.id = q.facet_id where q.is_active = 1"
        f"{where} order by f.path, q.order_index, q.external_id",
        params,
    )
    return [QuestionId(db.read_key(key)) for (key,) in rows]


class DayCounts(NamedTuple):
    """What was done on a study day, by facet path."""

    new: dict[str, int]
    reviews: dict[str, int]


def done_on(db: "Connection", user: UserId, day: str) -> DayCounts:
    """How many new questions were begun and how many reviews done on a study day."""
    rows = db.rows(
        "select f.path, a.new_cards, a.reviewed from daily_activity a"
        " join facets f on f.id = a.facet_id where a.user_id = ? and a.day = ?",
        (db.key(user), day),
    )
    return DayCounts({path: n for path, n, _ in rows}, {path: n for path, _, n in rows})


def contexts_since(db: "Connection", user: UserId, start: datetime) -> list[str]:
    """The scenarios' texts of which a question was answered, for the schedule, since an instant."""
    rows = db.rows(
        "select distinct q.context from user_responses r"
        " join spaced_repetition_cards c on c.user_id = r.user_id and c.question_id = r.question_id"
        " join questions q on q.id = r.question_id"
        " where r.user_id = ? and r.created_at >= ? and c.last_reviewed_at >= ?"
        " and q.context is not null",
        (db.key(user), db.instant(start), db.instant(start)),
    )
    return [context for (context,) in rows]


def _with_new(
    db: "Connection", user: UserId, facets: Sequence[FacetId] | None
) -> Sequence[FacetId]:
    """Facets with questions never answered: finished ones need not be searched for any."""
    rows = db.rows(
        "select f.id from facets f left join user_progress p on p.user_id = ? and p.facet_id = f.id"
        " where f.active_questions > coalesce(p.completed_questions, 0)",
        (db.key(user),),
    )
    open_facets = [FacetId(db.read_key(key)) for (key,) in rows]
    if facets is None:
        return open_facets
    wanted = set(facets)
    return [key for key in open_facets if key in wanted]


def _filter(
    db: "Connection", part: Part, plan: "Plan", facet: str, question: str
) -> tuple[str, tuple[Any, ...]]:
    """The conditions of a plan as SQL, and their parameters; the columns that hold the ids."""
    where, params = "", []
    if part.facets is not None:
        where += f" and {facet} in ({', '.join('?' * len(part.facets)) or 'null'})"
        params += [db.key(key) for key in part.facets]
    if part.found is not None:
        found, values = part.found
        where += f" and {question} in ({found})"
        params += values
    if plan.types:
        where += f" and q.type in ({', '.join('?' * len(plan.types))})"
        params += [str(kind) for kind in plan.types]
    if plan.difficulties:
        where += f" and q.difficulty_level in ({', '.join('?' * len(plan.difficulties))})"
        params += list(plan.difficulties)
    for tag in plan.tags:
        # A tag stands in the JSON list as its own JSON text.
        where += " and instr(q.tags, ?) > 0"
        params.append(json.dumps(tag, ensure_ascii=False))
    return where, tuple(params)
