"""Repository of learning sessions: derived from their events and responses."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from drillr.domain.ids import FacetId, SessionId, UserId

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


def start(
    db: "Connection",
    user: UserId,
    session: SessionId,
    facet: FacetId | None,
    plan: Mapping[str, Any],
    now: datetime,
) -> None:
    """Write a session that begins."""
    db.run(
        "insert into learning_sessions (id, user_id, facet_id, started_at, total_questions,"
        " correct_answers, session_metadata) values (?, ?, ?, ?, 0, 0, ?)",
        (
            db.key(session), db.key(user), None if facet is None else db.key(facet),
            db.instant(now), json.dumps({"plan": dict(plan)}, sort_keys=True),
        ),
    )  # fmt: skip


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
    if row is None:
        return None
    return SessionRow(
        SessionId(db.read_key(row[0])), db.read_instant(row[1]), None, row[3], row[4],
        json.loads(row[5])["plan"],
    )  # fmt: skip


def ids(db: "Connection", user: UserId) -> list[SessionId]:
    """All the person's sessions."""
    rows = db.rows("select id from learning_sessions where user_id = ?", (db.key(user),))
    return [SessionId(db.read_key(key)) for (key,) in rows]
