"""Which questions a search finds: FTS5 on SQLite, FULLTEXT on MariaDB, one language over both.

Words that must all be there drive the query through the index; every other condition is SQL on the
question, its card or its place, and costs a look at each candidate.
"""

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from drillr.domain import query
from drillr.domain.card import CardState
from drillr.domain.ids import FacetId, QuestionId, UserId
from drillr.store import search_sql

if TYPE_CHECKING:
    from drillr.store.connection import Connection

RANKED = 10_000
"""Above so many hits the order is the index's own: what all have in common ranks nothing."""

_CHUNK = 500
_CARD = " left join spaced_repetition_cards c on c.user_id = ? and c.question_id = {id}"


@dataclass(frozen=True, slots=True)
class Scope:
    """What a search must know besides its text; `places` are the facets that selectors name.

    `leeches` are the facets that have another leech threshold than the library's, by theirs.
    """

    user: UserId
    now: datetime
    day_end: datetime
    leech_threshold: int
    places: Mapping[str, Sequence[FacetId]]
    leeches: Mapping[int, Sequence[FacetId]]


class Found(NamedTuple):
    """A question as a list of results shows it; `text` is the whole question."""

    id: QuestionId
    external_id: str
    path: str
    type: str
    difficulty: int
    text: str
    is_active: bool
    state: CardState
    due_at: datetime | None
    suspended: bool
    buried_until: datetime | None
    flag: str | None
    lapses: int


def page(
    db: "Connection", node: query.Node, scope: Scope, limit: int, offset: int = 0
) -> list[Found]:
    """Some of what is found: the best first where words rank it, else as the files have it."""
    found = _Select(db, node, scope)
    sql, params = found.sql(order=found.order())
    rows = db.rows(f"{sql} limit ? offset ?", (*params, limit, offset))
    return _described(db, scope, [key for (key,) in rows])


def keys(db: "Connection", node: query.Node, scope: Scope) -> list[QuestionId]:
    """Every question found, in no particular order."""
    found = _Select(db, node, scope)
    if db.dialect == "sqlite":
        # Nearly all of the time went into making a row of each key, so they come as one.
        sql, params = found.sql(columns=f"cast(group_concat({found.key}, '') as blob)")
        joined = (db.row(sql, params) or (None,))[0] or b""
        found_keys = struct.unpack("16s" * (len(joined) // 16), joined)
        return cast("list[QuestionId]", list(found_keys))
    sql, params = found.sql()
    return [QuestionId(db.read_key(key)) for (key,) in db.rows(sql, params)]


def count(db: "Connection", node: query.Node, scope: Scope) -> int:
    """How many questions are found."""
    sql, params = _Select(db, node, scope).sql(columns="count(*)")
    row = db.row(sql, params)
    return row[0] if row else 0


def subquery(db: "Connection", node: query.Node, scope: Scope) -> tuple[str, tuple[Any, ...]]:
    """A query for the ids of all questions found, for `in (…)` of another one; its parameters."""
    return _Select(db, node, scope).sql()


class _Select:
    """The parts of one query: what drives it, what it joins, what it asks.

    Words drive it through the index where there are any; else a condition that only cards meet,
    through the cards; else every question is looked at. The order of the joins is fixed by CROSS
    JOIN, and by conditions on a card that say no, not nothing, where there is none: left alone,
    SQLite would sometimes begin with all cards.
    """

    def __init__(self, db: "Connection", node: query.Node, scope: Scope) -> None:
        self._db = db
        parts = node.parts if isinstance(node, query.All) else (node,)
        self._match, rest, self._ranked = search_sql.driver(parts, db.dialect)
        by_card = self._match is None and any(map(search_sql.needs_card, parts))
        self.key = "d.question_id" if self._match else "c.question_id" if by_card else "q.id"
        compiler = search_sql.Compiler(db, scope, self.key, definite=not by_card)
        conditions = [compiler.condition(part) for part in rest]
        wants_inactive = query.asks_for(node, query.State.INACTIVE)
        if not wants_inactive and not any(map(search_sql.is_dated, parts)):
            conditions.append("d.is_active = 1" if self._match else "q.is_active = 1")
        self._where = " and ".join(conditions) or "1 = 1"
        self._params = tuple(compiler.params)
        self._owner = db.key(scope.user)

    def sql(self, columns: str | None = None, order: str = "") -> tuple[str, tuple[Any, ...]]:
        """The query's text and parameters."""
        needed, where, params = self._where + order, self._where, self._params
        if self._match is not None:
            source, matching = search_sql.source(self._db.dialect)
            where, params = f"{matching} and {where}", (self._match, *params)
        elif self.key == "c.question_id":
            source = "spaced_repetition_cards c"
            where, params = f"c.user_id = ? and {where}", (self._owner, *params)
        else:
            source = "facets f cross join questions q on q.facet_id = f.id"
        if self.key != "q.id" and "q." in needed:
            source += f" cross join questions q on q.id = {self.key}"
            if "f." in order:
                source += " cross join facets f on f.id = q.facet_id"
        if self.key != "c.question_id" and "c." in needed:
            source += _CARD.format(id=self.key)
            params = (self._owner, *params)
        if search_sql.MATCHES in order:
            params = (*params, self._match)
        return f"select {columns or self.key} from {source} where {where}{order}", params

    def order(self) -> str:
        """How a page of results is sorted."""
        if self._match is None:
            return " order by f.path, q.order_index, q.external_id"
        if not self._ranked:
            return " order by d.doc"
        if self._db.dialect == "mariadb":
            return f" order by {search_sql.MATCHES} desc, d.doc"
        row = self._db.row(
            "select count(*) from (select 1 from search_index where search_index match ? limit ?)",
            (self._match, RANKED + 1),
        )
        too_many = row is not None and row[0] > RANKED
        return " order by d.doc" if too_many else f" order by {search_sql.RANK}, d.doc"


def _described(db: "Connection", scope: Scope, wanted: Sequence[Any]) -> list[Found]:
    found: dict[Any, Found] = {}
    for start in range(0, len(wanted), _CHUNK):
        chunk = wanted[start : start + _CHUNK]
        for row in db.rows(
            "select q.id, q.external_id, f.path, q.type, q.difficulty_level, q.question,"
            " q.is_active, c.card_state, c.due_at, c.suspended, c.buried_until, c.flag, c.lapses"
            " from questions q join facets f on f.id = q.facet_id"
            + _CARD.format(id="q.id")
            + f" where q.id in ({', '.join('?' * len(chunk))})",
            (db.key(scope.user), *chunk),
        ):
            found[row[0]] = _found(db, row)
    return [found[key] for key in wanted if key in found]


def _found(db: "Connection", row: tuple[Any, ...]) -> Found:
    (key, external, path, kind, difficulty, text, active, state, due, suspended, buried, flag,
     lapses) = row  # fmt: skip
    return Found(
        QuestionId(db.read_key(key)), external, path, kind, difficulty, text, bool(active),
        CardState(state or CardState.NEW), None if due is None else db.read_instant(due),
        bool(suspended), None if buried is None else db.read_instant(buried), flag, lapses or 0,
    )  # fmt: skip
