"""Repository of learning sessions: derived from their events and responses."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from drillr.domain.ids import SessionId, UserId
from drillr.domain.session import Sitting

if TYPE_CHECKING:
    from drillr.store.connection import Connection


class SessionRow(NamedTuple):
    """A session as stored; `plan` is JSON."""

    id: SessionId
    started_at: datetime
    ended_at: datetime | None
    answered: int
    correct: int
    plan: Mapping[str, Any]


def save(db: "Connection", user: UserId, session: Sitting) -> None:
    """Write a session, keeping the totals of one that is there; its facet if the store has it."""
    facet = None if session.facet is None else db.key(session.facet)
    if facet is not None and db.row("select 1 from facets where id = ?", (facet,)) is None:
        facet = None
    columns = ("user_id", "facet_id", "started_at", "ended_at", "session_metadata")
    db.run(
        db.upsert("learning_sessions", ("id",), columns),
        (
            db.key(session.id), db.key(user), facet, db.instant(session.started_at),
            None if session.ended_at is None else db.instant(session.ended_at),
            json.dumps({"plan": dict(session.plan)}, sort_keys=True),
        ),
    )  # fmt: skip


def exists(db: "Connection", session: SessionId) -> bool:
    """Whether the store has this session."""
    return db.row("select 1 from learning_sessions where id = ?", (db.key(session),)) is not None


def known(db: "Connection", keys: Sequence[SessionId]) -> frozenset[SessionId]:
    """Which of these sessions the store has."""
    found: set[SessionId] = set()
    for start in range(0, len(keys), 500):
        part = [db.key(key) for key in keys[start : start + 500]]
        marks = ", ".join("?" * len(part))
        rows = db.rows(f"select id from learning_sessions where id in ({marks})", part)
        found |= {SessionId(db.read_key(key)) for (key,) in rows}
    return frozenset(found)


def add(db: "Connection", session: SessionId, answered: int, correct: int) -> None:
    """Add an answer to the session's totals, or take one away."""
    db.run(
        "update learning_sessions set total_questions = total_questions + ?,"
        " correct_answers = correct_answers + ? where id = ?",
        (answered, correct, db.key(session)),
    )


def set_totals(db: "Connection", session: SessionId, answered: int, correct: int) -> None:
    """Write the totals that a replay found."""
    db.run(
        "update learning_sessions set total_questions = ?, correct_answers = ? where id = ?",
        (answered, correct, db.key(session)),
    )


def end(db: "Connection", session: SessionId, now: datetime) -> None:
    """Close a session."""
    db.run(
        "update learning_sessions set ended_at = ? where id = ?", (db.instant(now), db.key(session))
    )


def latest_open(db: "Connection", user: UserId, since: datetime) -> SessionRow | None:
    """The last session that was left and not ended, if it began after `since`."""
    row = db.row(
        "select id, started_at, ended_at, total_questions, correct_answers, session_metadata"
        " from learning_sessions where user_id = ? and ended_at is null and started_at >= ?"
        " order by started_at desc limit 1",
        (db.key(user), db.instant(since)),
    )
    return None if row is None else _session(db, row)


def load(db: "Connection", user: UserId, session: SessionId) -> SessionRow | None:
    """One of the person's sessions."""
    row = db.row(
        "select id, started_at, ended_at, total_questions, correct_answers, session_metadata"
        " from learning_sessions where user_id = ? and id = ?",
        (db.key(user), db.key(session)),
    )
    return None if row is None else _session(db, row)


def page(db: "Connection", user: UserId, before: SessionId | None, most: int) -> list[SessionRow]:
    """The person's sessions, the latest begun first, those begun before one of them."""
    where, params = "", [db.key(user)]
    if before is not None:
        where = " and id < ?"
        params.append(db.key(before))
    rows = db.rows(
        "select id, started_at, ended_at, total_questions, correct_answers, session_metadata"
        f" from learning_sessions where user_id = ?{where} order by id desc limit ?",
        (*params, most),
    )
    return [_session(db, row) for row in rows]


def ids(db: "Connection", user: UserId) -> list[SessionId]:
    """All the person's sessions."""
    rows = db.rows("select id from learning_sessions where user_id = ?", (db.key(user),))
    return [SessionId(db.read_key(key)) for (key,) in rows]


def _session(db: "Connection", row: tuple[Any, ...]) -> SessionRow:
    return SessionRow(
        SessionId(db.read_key(row[0])), db.read_instant(row[1]),
        None if row[2] is None else db.read_instant(row[2]), row[3], row[4],
        json.loads(row[5])["plan"],
    )  # fmt: skip
