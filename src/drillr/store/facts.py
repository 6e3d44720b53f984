"""Repository of facts: responses and events, appended and read, never changed."""

import json
import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from drillr.domain.facts import NOTHING, Event, EventType, Fact, Response, response_of
from drillr.domain.ids import (
    DeviceId,
    FactId,
    QuestionId,
    SessionId,
    UserId,
    parse_id,
)
from drillr.domain.rating import Rating

if TYPE_CHECKING:
    from drillr.store.connection import Connection

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode
_RESPONSE = (
    "select id, question_id, difficulty_rating, created_at, device_id, device_seq,"
    " session_id, is_correct, response_text, selected_option, confidence_level, response_metadata"
    " from user_responses where user_id = ?"
)
_FOLDED = (
    "select id, question_id, difficulty_rating, created_at, device_id, device_seq,"
    " session_id, is_correct, response_metadata from user_responses where user_id = ?"
)
# What drillr itself writes with an answer given for the schedule; nothing here is quoted within a
# text, so there is one way to read it. The parts in brackets are what a fold asks for.
USUAL = re.compile(
    r'\{(?:"content":"[0-9a-f]*",)?"day":"([0-9-]{10})","elapsed_ms":([0-9]+)(?:,"hints":[0-9]+)?'
    r'(?:,"order":\[(?:"[^"\\]*",?)*\])?(?:,"stage":"[a-z]+")?\}'
)
_EVENT = (
    "select id, event_type, created_at, device_id, device_seq, question_id, event_data"
    " from learning_events where user_id = ?"
)
_LAST_SEQ = (
    "select max(last) from ("
    + " union all ".join(
        f"select max(device_seq) as last from {table} where user_id = ? and device_id = ?"
        for table in ("user_responses", "learning_events", "parked_facts")
    )
    + ") as lasts"
)
_CHUNK = 500
_RATINGS = {int(rating): rating for rating in Rating}


def next_seq(db: "Connection", user: UserId, device: DeviceId) -> int:
    """The device's next sequence number; contiguous from 1 over all facts, parked ones too."""
    row = db.row(_LAST_SEQ, (db.key(user), db.key(device)) * 3)
    return int(row[0] or 0) + 1 if row else 1


def append_response(db: "Connection", user: UserId, response: Response) -> None:
    """Write one answer."""
    metadata = dict(response.details)
    metadata["day"] = response.day.isoformat()
    metadata["elapsed_ms"] = response.elapsed_ms
    if response.cram:
        metadata["cram"] = True
    db.run(
        "insert into user_responses (id, user_id, question_id, session_id, response_text,"
        " selected_option, is_correct, difficulty_rating, time_spent_seconds, confidence_level,"
        " response_metadata, created_at, device_id, device_seq)"
        " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            db.key(response.id), db.key(user), db.key(response.question_id),
            None if response.session_id is None else db.key(response.session_id),
            response.response_text, response.selected_option, response.is_correct,
            int(response.rating), (response.elapsed_ms + 500) // 1000, response.confidence,
            _encode(metadata), db.instant(response.created_at), db.key(response.device_id),
            response.device_seq,
        ),
    )  # fmt: skip


def append_event(db: "Connection", user: UserId, event: Event) -> None:
    """Write one event."""
    db.run(
        "insert into learning_events (id, user_id, event_type, event_data, created_at,"
        " question_id, device_id, device_seq) values (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            db.key(event.id), db.key(user), event.type, _encode(dict(event.data)),
            db.instant(event.created_at),
            None if event.question_id is None else db.key(event.question_id),
            db.key(event.device_id), event.device_seq,
        ),
    )  # fmt: skip


def of_question(db: "Connection", user: UserId, question: QuestionId) -> list[Fact]:
    """Every fact about one question, in no particular order."""
    owner = (db.key(user), db.key(question))
    facts: list[Fact] = [
        _response(db, row) for row in db.rows(_RESPONSE + " and question_id = ?", owner)
    ]
    facts += [_event(db, row) for row in db.rows(_EVENT + " and question_id = ?", owner)]
    return facts


def since(db: "Connection", user: UserId, device: DeviceId, first: int) -> list[Fact]:
    """The facts of a device from a number on, for a fold, without those that wait."""
    where, owner = " and device_id = ? and device_seq >= ?", (db.key(user), db.key(device), first)
    found: list[Fact] = list(folded_where(db, where, owner))
    found += events_where(db, where, owner)
    return found


def response(db: "Connection", user: UserId, key: FactId) -> Response | None:
    """One response, retracted or not."""
    row = db.row(_RESPONSE + " and id = ?", (db.key(user), db.key(key)))
    return None if row is None else _response(db, row)


def is_taken(db: "Connection", key: FactId) -> bool:
    """Whether a fact of anybody has this id."""
    return any(
        db.row(f"select 1 from {table} where id = ?", (db.key(key),)) is not None
        for table in ("user_responses", "learning_events")
    )


def retracted(db: "Connection", user: UserId) -> frozenset[bytes]:
    """The ids of all responses that were taken back."""
    rows = db.rows(
        "select event_data from learning_events where user_id = ? and event_type = ?",
        (db.key(user), str(EventType.RESPONSE_RETRACTED)),
    )
    return frozenset(parse_id(json.loads(data)["response_id"]) for (data,) in rows)


def latest_standing(
    db: "Connection", user: UserId, session: SessionId | None = None
) -> Response | None:
    """The last response (of a session, or of all) that was not taken back."""
    found = latest(db, user, 1, session)
    return found[0] if found else None


def latest(
    db: "Connection", user: UserId, most: int, session: SessionId | None = None
) -> list[Response]:
    """The last responses (of a session, or of all) that were not taken back, newest first."""
    gone, where = retracted(db, user), ""
    owner: tuple[Any, ...] = (db.key(user),)
    if session is not None:
        where, owner = " and session_id = ?", (db.key(user), db.key(session))
    # One page is enough unless much of what is on it was taken back.
    page, offset = 20 + most, 0
    found: list[Response] = []
    while True:
        rows = db.rows(
            _RESPONSE + where + " order by created_at desc, device_seq desc limit ? offset ?",
            (*owner, page, offset),
        )
        for row in rows:
            if db.read_key(row[0]) not in gone:
                found.append(_response(db, row))
                if len(found) == most:
                    return found
        if len(rows) < page:
            return found
        page, offset = page * 4, offset + len(rows)


def of_session(db: "Connection", user: UserId, session: SessionId) -> list[Response]:
    """The session's responses that stand, oldest first."""
    gone = retracted(db, user)
    rows = db.rows(
        _RESPONSE + " and session_id = ? order by created_at, device_id, device_seq",
        (db.key(user), db.key(session)),
    )
    return [_response(db, row) for row in rows if db.read_key(row[0]) not in gone]


def begun_in(db: "Connection", user: UserId, session: SessionId) -> int:
    """How many of the session's answers that stand were the first to their question."""
    gone = retracted(db, user)
    rows = db.rows(
        "select r.id from user_responses r where r.user_id = ? and r.session_id = ?"
        " and not exists (select 1 from user_responses e where e.user_id = r.user_id"
        " and e.question_id = r.question_id and e.created_at < r.created_at)",
        (db.key(user), db.key(session)),
    )
    return sum(db.read_key(key) not in gone for (key,) in rows)


def events_of_types(db: "Connection", user: UserId, types: Sequence[str]) -> list[Event]:
    """All events of some types, in the fold's order."""
    marks = ", ".join("?" * len(types))
    rows = db.rows(
        f"{_EVENT} and event_type in ({marks}) order by created_at, device_id, device_seq",
        (db.key(user), *map(str, types)),
    )
    return [_event(db, row) for row in rows]


def session_totals(db: "Connection", user: UserId) -> dict[SessionId, tuple[int, int]]:
    """How many answers of each session stand, and how many of them were right."""
    gone = retracted(db, user)
    totals: dict[SessionId, tuple[int, int]] = {}
    for key, session, is_correct, rating in db.rows(
        "select id, session_id, is_correct, difficulty_rating from user_responses"
        " where user_id = ? and session_id is not null",
        (db.key(user),),
    ):
        if db.read_key(key) not in gone:
            right = Rating(rating).passed if is_correct is None else bool(is_correct)
            owner = SessionId(db.read_key(session))
            answered, correct = totals.get(owner, (0, 0))
            totals[owner] = (answered + 1, correct + right)
    return totals


def responses_where(db: "Connection", where: str, params: Sequence[Any]) -> Iterator[Response]:
    """A person's responses, chosen by more SQL; the first parameter is the person's id."""
    return (_response(db, row) for row in db.rows(_RESPONSE + where, params))


def folded_where(db: "Connection", where: str, params: Sequence[Any]) -> Iterator[Response]:
    """The same as far as a fold looks at them: without what the person wrote and was shown."""
    key, when, usual = db.read_key, db.read_instant, USUAL.fullmatch
    days: dict[str, date] = {}
    devices: dict[Any, bytes] = {}
    for row in db.rows(_FOLDED + where, params):
        identity, question, rating, at, device, seq, session, is_correct, text = row
        found = usual(text)
        if found is None:
            metadata = json.loads(text)
            day, elapsed = metadata.pop("day"), metadata.pop("elapsed_ms")
            cram = metadata.pop("cram", False)
        else:
            day, elapsed, cram, metadata = found[1], int(found[2]), False, NOTHING
        if day not in days:
            days[day] = date.fromisoformat(day)
        if device not in devices:
            devices[device] = key(device)
        yield response_of(
            key(identity), key(question), _RATINGS[rating], when(at), devices[device], seq,
            days[day], None if session is None else key(session),
            None if is_correct is None else bool(is_correct), None, None, elapsed, None, cram,
            metadata,
        )  # fmt: skip


def events_where(db: "Connection", where: str, params: Sequence[Any]) -> Iterator[Event]:
    """A person's events, chosen by more SQL; the first parameter is the person's id."""
    return (_event(db, row) for row in db.rows(_EVENT + where, params))


def earliest(db: "Connection", user: UserId) -> datetime | None:
    """When the first answer in the log was given; None in an empty log."""
    row = db.row("select min(created_at) from user_responses where user_id = ?", (db.key(user),))
    return None if row is None or row[0] is None else db.read_instant(row[0])


def instants(
    db: "Connection", user: UserId, questions: Sequence[QuestionId]
) -> dict[QuestionId, set[int]]:
    """When these questions were answered, in milliseconds of Unix time."""
    found: dict[QuestionId, set[int]] = {}
    for start in range(0, len(questions), _CHUNK):
        chunk = [db.key(key) for key in questions[start : start + _CHUNK]]
        marks = ", ".join("?" * len(chunk))
        for key, at in db.rows(
            "select question_id, created_at from user_responses"
            f" where user_id = ? and question_id in ({marks})",
            (db.key(user), *chunk),
        ):
            millis = int(db.read_instant(at).timestamp() * 1000)
            found.setdefault(QuestionId(db.read_key(key)), set()).add(millis)
    return found


def counts(db: "Connection", user: UserId) -> tuple[int, int]:
    """How many responses and events the log holds."""
    owner = (db.key(user),)
    responses = db.row("select count(*) from user_responses where user_id = ?", owner)
    events = db.row("select count(*) from learning_events where user_id = ?", owner)
    return (responses or (0,))[0], (events or (0,))[0]


def _response(db: "Connection", row: tuple[Any, ...]) -> Response:
    metadata, key = json.loads(row[11]), db.read_key
    return response_of(
        key(row[0]), key(row[1]), _RATINGS[row[2]], db.read_instant(row[3]), key(row[4]), row[5],
        date.fromisoformat(metadata.pop("day")), None if row[6] is None else key(row[6]),
        None if row[7] is None else bool(row[7]), row[8], row[9], metadata.pop("elapsed_ms"),
        row[10], metadata.pop("cram", False), metadata,
    )  # fmt: skip


def _event(db: "Connection", row: tuple[Any, ...]) -> Event:
    return Event(
        id=FactId(db.read_key(row[0])),
        type=row[1],
        created_at=db.read_instant(row[2]),
        device_id=DeviceId(db.read_key(row[3])),
        device_seq=row[4],
        question_id=None if row[5] is None else QuestionId(db.read_key(row[5])),
        data=json.loads(row[6]),
    )
