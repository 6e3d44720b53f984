"""Repository of histories: all facts of one question after another, in pages of bounded memory.

A driver's own cursor would not do: MariaDB's holds every row, or else the connection, and SQLite's
sees what is written while it is read.
"""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from drillr.domain.facts import Fact
from drillr.domain.ids import FacetId, QuestionId, UserId
from drillr.store import facts

if TYPE_CHECKING:
    from drillr.store.connection import Connection

PAGE = 500
"""How many questions' facts are held at a time."""


def by_question(
    db: "Connection", user: UserId, facets: Sequence[FacetId] | None = None, page: int = PAGE
) -> Iterator[tuple[QuestionId, list[Fact]]]:
    """Each question (of some facets, or of all) that has facts, with all of them, for a replay.

    Answers come before events, and oldest first; questions in the database's own order of ids.
    Writing derived rows between two questions does no harm.
    """
    after: Any = None
    while keys := _next_questions(db, user, facets, after, page):
        marks = ", ".join("?" * len(keys))
        where = f" and question_id in ({marks})"
        owner = (db.key(user), *keys)
        found: dict[bytes, list[Fact]] = {db.read_key(key): [] for key in keys}
        for response in facts.responses_where(db, f"{where} order by created_at", owner):
            found[response.question_id].append(response)
        for event in facts.events_where(db, where, owner):
            if event.question_id is not None:
                found[event.question_id].append(event)
        after = keys[-1]
        for question, known in found.items():
            yield QuestionId(question), known


def _next_questions(
    db: "Connection", user: UserId, facets: Sequence[FacetId] | None, after: Any, page: int
) -> list[Any]:
    """The next questions with facts, as the database's own keys, in its own order.

    MariaDB doesn't order identifiers by their bytes, so Python must not merge or compare them.
    """
    where, params = "user_id = ? and question_id is not null", [db.key(user)]
    if after is not None:
        where, params = where + " and question_id > ?", [*params, after]
    if facets is not None:
        held = ", ".join("?" * len(facets)) or "null"
        where += f" and question_id in (select id from questions where facet_id in ({held}))"
        params += [db.key(key) for key in facets]
    branches = " union ".join(
        f"select question_id from (select distinct question_id from {table} where {where}"
        f" order by question_id limit ?) {table}_page"
        for table in ("user_responses", "learning_events")
    )
    rows = db.rows(f"{branches} order by question_id limit ?", (*params, page, *params, page, page))
    return [key if db.dialect == "sqlite" else db.key(db.read_key(key)) for (key,) in rows]
