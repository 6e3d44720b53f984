"""Repository of histories: all facts of one question after another, in pages of bounded memory.

A driver's own cursor would not do: MariaDB's holds every row, or else the connection, and SQLite's
sees what is written while it is read.
"""

import json
from collections.abc import Iterator, Sequence
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from drillr.domain.facts import EventType, Fact
from drillr.domain.ids import FacetId, QuestionId, UserId, parse_id
from drillr.store import facts
from drillr.store.bulk import chunks

if TYPE_CHECKING:
    from drillr.store.connection import Connection

_when = attrgetter("created_at")
PAGE = 500
"""How many questions' facts are held at a time."""


def by_question(
    db: "Connection", user: UserId, facets: Sequence[FacetId] | None = None, page: int = PAGE
) -> Iterator[tuple[QuestionId, list[Fact]]]:
    """Each question (of some facets, or of all) that has facts, with all of them, for a replay.

    Answers come before events, and oldest first; questions in no order that means anything.
    Writing derived rows between two questions does no harm.
    """
    pages = _pages(db, user, page) if facets is None else _pages_of(db, facets, page)
    for keys in pages:
        where = f" and question_id in ({', '.join('?' * len(keys))})"
        owner = (db.key(user), *keys)
        found: dict[bytes, list[Fact]] = {}
        # Sorted here: asked to sort, SQLite walks the index by time, over the whole log.
        for response in sorted(facts.responses_where(db, where, owner), key=_when):
            found.setdefault(response.question_id, []).append(response)
        for event in facts.events_where(db, where, owner):
            found.setdefault(event.question_id or b"", []).append(event)
        for question, known in found.items():
            yield QuestionId(question), known


def of_questions(
    db: "Connection", user: UserId, questions: Sequence[QuestionId]
) -> dict[QuestionId, list[Fact]]:
    """All facts of some questions, for a fold, in no particular order."""
    found: dict[QuestionId, list[Fact]] = {}
    for start in range(0, len(questions), PAGE):
        keys = [db.key(key) for key in questions[start : start + PAGE]]
        where = f" and question_id in ({', '.join('?' * len(keys))})"
        owner = (db.key(user), *keys)
        for response in facts.folded_where(db, where, owner):
            found.setdefault(response.question_id, []).append(response)
        for event in facts.events_where(db, where, owner):
            if event.question_id is not None:
                found.setdefault(event.question_id, []).append(event)
    return found


def taken_back(db: "Connection", user: UserId, questions: Sequence[QuestionId]) -> frozenset[bytes]:
    """The ids of all answers to these questions, and perhaps to others, that were taken back."""
    kind, most = str(EventType.RESPONSE_RETRACTED), len(questions)
    # Who answers much takes little back: then all of it is read sooner than looked up.
    found = db.rows(
        "select event_data from learning_events where user_id = ? and event_type = ? limit ?",
        (db.key(user), kind, most + 1),
    )
    if len(found) > most:
        found = []
        for marks, part in chunks([db.key(key) for key in questions]):
            found += db.rows(
                "select event_data from learning_events where user_id = ?"
                f" and question_id in ({marks}) and event_type = ?",
                (db.key(user), *part, kind),
            )
    return frozenset(parse_id(str(json.loads(data)["response_id"])) for (data,) in found)


def _pages(db: "Connection", user: UserId, page: int) -> Iterator[list[Any]]:
    """The questions that have facts, as the database's own keys, in its own order.

    MariaDB doesn't order identifiers by their bytes, so Python must not merge or compare them.
    """
    after: tuple[Any, ...] = ()
    while True:
        where = "user_id = ? and question_id is not null" + " and question_id > ?" * len(after)
        branches = " union ".join(
            f"select question_id from (select distinct question_id from {table} where {where}"
            f" order by question_id limit ?) {table}_page"
            for table in ("user_responses", "learning_events")
        )
        branch = (db.key(user), *after, page)
        rows = db.rows(f"{branches} order by question_id limit ?", (*branch, *branch, page))
        if not rows:
            return
        keys = [_parameter(db, key) for (key,) in rows]
        yield keys
        after = (keys[-1],)


def _pages_of(db: "Connection", facets: Sequence[FacetId], page: int) -> Iterator[list[Any]]:
    """The questions of some facets, facet by facet, with or without facts."""
    for facet in facets:
        rows = db.rows("select id from questions where facet_id = ?", (db.key(facet),))
        for first in range(0, len(rows), page):
            yield [_parameter(db, key) for (key,) in rows[first : first + page]]


def _parameter(db: "Connection", key: Any) -> Any:
    """A key from a row as a parameter."""
    return db.key(db.read_key(key))
