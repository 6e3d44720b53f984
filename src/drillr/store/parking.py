"""Repository of facts that wait: about questions that this store doesn't have yet."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from drillr.domain.ids import DeviceId, FactId, QuestionId, SessionId, UserId
from drillr.domain.log import RawEvent, RawFact, RawResponse
from drillr.store.bulk import chunks

if TYPE_CHECKING:
    from drillr.store.connection import Connection

_INSERT_PARKED = (
    "insert into parked_facts (id, user_id, question_id, device_id, device_seq, kind, payload,"
    " received_at) values (?, ?, ?, ?, ?, ?, ?, ?)"
)


def park(
    db: "Connection", user: UserId, facts: Iterable[tuple[DeviceId, RawFact]], now: datetime
) -> None:
    """Keep facts whose question isn't here until it is."""
    db.many(
        _INSERT_PARKED,
        [
            (
                db.key(fact.id), db.key(user), db.key(fact.question_id or b""), db.key(device),
                fact.seq, "response" if isinstance(fact, RawResponse) else "event",
                _payload(fact), db.instant(now),
            )
            for device, fact in facts
        ],
    )  # fmt: skip


def parked(db: "Connection", user: UserId) -> int:
    """How many facts wait for their question."""
    row = db.row("select count(*) from parked_facts where user_id = ?", (db.key(user),))
    return int(row[0]) if row else 0


def parked_ready(db: "Connection", user: UserId) -> list[tuple[DeviceId, RawFact]]:
    """The parked facts whose question is here by now, oldest number first."""
    rows = db.rows(
        "select p.device_id, p.kind, p.payload from parked_facts p"
        " join questions q on q.id = p.question_id where p.user_id = ? order by p.device_seq",
        (db.key(user),),
    )
    return [(DeviceId(db.read_key(key)), unparked(kind, data)) for key, kind, data in rows]


def people_with_parked(db: "Connection") -> list[UserId]:
    """Whose facts wait for a question that is here by now."""
    rows = db.rows(
        "select distinct p.user_id from parked_facts p join questions q on q.id = p.question_id"
    )
    return [UserId(db.read_key(key)) for (key,) in rows]


def unpark(db: "Connection", keys: Sequence[FactId]) -> None:
    """Take facts out of the waiting room; the caller has appended them to the log."""
    for marks, part in chunks([db.key(key) for key in keys]):
        db.run(f"delete from parked_facts where id in ({marks})", part)


def _payload(fact: RawFact) -> str:
    """A fact as the JSON of its fields: ids in hexadecimal, instants in ISO 8601."""
    values = [
        value.hex() if isinstance(value, bytes)
        else value.isoformat() if isinstance(value, datetime)
        else value
        for value in fact
    ]  # fmt: skip
    return json.dumps(values, ensure_ascii=False, separators=(",", ":"))


def unparked(kind: str, payload: str) -> RawFact:
    """The fact in a parked one's payload."""
    values = json.loads(payload)
    if kind == "event":
        seq, key, name, question, at, data = values
        return RawEvent(
            seq, FactId(bytes.fromhex(key)), name,
            None if question is None else QuestionId(bytes.fromhex(question)),
            datetime.fromisoformat(at), data,
        )  # fmt: skip
    (seq, key, question, session, rating, correct, selected, text, confidence, at,
     metadata) = values  # fmt: skip
    return RawResponse(
        seq, FactId(bytes.fromhex(key)), QuestionId(bytes.fromhex(question)),
        None if session is None else SessionId(bytes.fromhex(session)), rating, correct, selected,
        text, confidence, datetime.fromisoformat(at), metadata,
    )  # fmt: skip
