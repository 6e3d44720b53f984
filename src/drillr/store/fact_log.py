"""Repository of the log as a whole: how far each device is known, runs of facts in and out.

Three tables hold it: responses, events, and facts whose question this store doesn't have yet.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from drillr.domain.ids import DeviceId, FactId, QuestionId, SessionId, UserId
from drillr.domain.log import RawEvent, RawFact, RawResponse, Run
from drillr.domain.sync_plan import Head
from drillr.store import bulk
from drillr.store.bulk import chunks
from drillr.store.parking import unparked

if TYPE_CHECKING:
    from drillr.store.connection import Connection

TABLES = ("user_responses", "learning_events", "parked_facts")
_RESPONSE = (
    "device_seq, id, question_id, session_id, difficulty_rating, is_correct, selected_option,"
    " response_text, confidence_level, created_at, response_metadata"
)
_EVENT = "device_seq, id, event_type, question_id, created_at, event_data"
_ONE_OF_MANY = {"sqlite": "select * from ({})", "mariadb": "({})"}
"""How a SELECT with an order of its own stands among others."""
_DEVICES = 50
"""Of one statement: SQLite joins at most 500 SELECTs."""
_INSERT_EVENT = (
    f"insert into learning_events ({_EVENT}, user_id, device_id) values (?, ?, ?, ?, ?, ?, ?, ?)"
)


def lasts(db: "Connection", user: UserId) -> dict[DeviceId, int]:
    """The last number that this store knows of each of the person's devices."""
    # Not `max`: for that, MariaDB reads all of a device's numbers, however many those are.
    highest = ", ".join(
        f"(select t.device_seq from {table} t where t.user_id = d.user_id"
        " and t.device_id = d.id order by t.device_seq desc limit 1)"
        for table in TABLES
    )
    rows = db.rows(f"select d.id, {highest} from devices d where d.user_id = ?", (db.key(user),))
    found = {DeviceId(db.read_key(row[0])): max(n or 0 for n in row[1:]) for row in rows}
    return {device: last for device, last in found.items() if last}


def heads_of(db: "Connection", user: UserId, devices: Sequence[DeviceId]) -> dict[DeviceId, Head]:
    """The last fact of each of these devices; those that have none of the person are missing."""
    last = " union all ".join(
        _ONE_OF_MANY[db.dialect].format(
            f"select device_id, device_seq, id from {table} where user_id = ? and device_id = ?"
            " order by device_seq desc limit 1"
        )
        for table in TABLES
    )
    owner = db.key(user)
    found: dict[DeviceId, Head] = {}
    for start in range(0, len(devices), _DEVICES):
        part = devices[start : start + _DEVICES]
        owned = [each for device in part for each in (owner, db.key(device)) * len(TABLES)]
        for key, seq, fact in db.rows(" union all ".join([last] * len(part)), owned):
            device = DeviceId(db.read_key(key))
            if device not in found or found[device].seq < seq:
                found[device] = Head(seq, FactId(db.read_key(fact)))
    return found


def facts_at(
    db: "Connection", user: UserId, places: Iterable[tuple[DeviceId, int]]
) -> dict[DeviceId, FactId]:
    """The ids of the facts with these numbers; a device that has none there is missing."""
    found: dict[DeviceId, FactId] = {}
    wanted = [(device, seq) for device, seq in places if seq]
    # Device by device: an index finds one, and there are as many as a person has machines.
    query = " union all ".join(
        f"select id from {table} where user_id = ? and device_id = ? and device_seq = ?"
        for table in TABLES
    )
    for device, seq in wanted:
        row = db.row(query, (db.key(user), db.key(device), seq) * 3)
        if row is not None:
            found[device] = FactId(db.read_key(row[0]))
    return found


def heads(db: "Connection", user: UserId) -> dict[DeviceId, Head]:
    """The last fact of each device."""
    last = lasts(db, user)
    ids = facts_at(db, user, last.items())
    return {device: Head(seq, ids[device]) for device, seq in last.items()}


def names(db: "Connection", user: UserId) -> dict[DeviceId, str]:
    """What the person's devices are called."""
    rows = db.rows("select id, name from devices where user_id = ?", (db.key(user),))
    return {DeviceId(db.read_key(key)): name for key, name in rows}


def read(db: "Connection", user: UserId, device: DeviceId, name: str, after: int, last: int) -> Run:
    """The device's facts numbered above `after`, up to and with `last`."""
    where = (
        " where user_id = ? and device_id = ? and device_seq > ? and device_seq <= ?"
        " order by device_seq"
    )
    owner = (db.key(user), db.key(device), after, last)
    responses = db.rows(f"select {_RESPONSE} from user_responses{where}", owner)
    facts: list[RawFact] = _responses(db, responses)
    events = [
        RawEvent(
            seq, FactId(db.read_key(key)), kind,
            None if question is None else QuestionId(db.read_key(question)),
            db.read_instant(at), data,
        )
        for seq, key, kind, question, at, data in db.rows(
            f"select {_EVENT} from learning_events{where}", owner
        )
    ]  # fmt: skip
    parked = db.rows(f"select id, kind, payload, device_seq from parked_facts{where}", owner)
    if events or parked:
        facts += events
        facts += [unparked(kind, payload) for _, kind, payload, _ in parked]
        facts.sort(key=lambda fact: fact.seq)
    previous = facts_at(db, user, [(device, after)]).get(device)
    return Run(device, name, previous, tuple(facts))


def _responses(db: "Connection", rows: Sequence[tuple[Any, ...]]) -> list[RawFact]:
    key, when = db.read_key, db.read_instant
    return [
        RawResponse(
            seq, FactId(key(identity)), QuestionId(key(question)),
            None if session is None else SessionId(key(session)), rating,
            None if correct is None else bool(correct), selected, text, confidence, when(at),
            metadata,
        )
        for seq, identity, question, session, rating, correct, selected, text, confidence, at,
        metadata in rows
    ]  # fmt: skip


def rewrite(db: "Connection", user: UserId, facts: Sequence[RawFact]) -> None:
    """Give facts the texts that these have; only for facts that nobody else has seen."""
    db.many(
        "update user_responses set selected_option = ?, response_text = ?, response_metadata = ?"
        " where id = ? and user_id = ?",
        [
            (fact.selected_option, fact.response_text, fact.metadata, db.key(fact.id), db.key(user))
            for fact in facts if isinstance(fact, RawResponse)
        ],
    )  # fmt: skip
    db.many(
        "update learning_events set event_data = ? where id = ? and user_id = ?",
        [
            (fact.data, db.key(fact.id), db.key(user))
            for fact in facts if isinstance(fact, RawEvent)
        ],
    )  # fmt: skip


def append_responses(
    db: "Connection",
    user: UserId,
    responses: Sequence[tuple[DeviceId, RawResponse, int]],
) -> None:
    """Write answers of other devices as they came; each with its milliseconds."""
    devices, facts, took = zip(*responses, strict=True) if responses else ((), (), ())
    # Column by column: an answer's fields come in the order of `_RESPONSE`.
    columns = dict(zip(_RESPONSE.split(", "), map(list, zip(*facts, strict=True)), strict=False))
    if not columns:
        return
    key = db.key
    for name in ("id", "question_id"):
        columns[name] = list(map(key, columns[name]))
    columns["session_id"] = [None if each is None else key(each) for each in columns["session_id"]]
    columns["created_at"] = list(map(db.instant, columns["created_at"]))
    keys = {device: key(device) for device in set(devices)}
    columns |= {
        "user_id": [key(user)] * len(facts),
        "device_id": [keys[device] for device in devices],
        "time_spent_seconds": [(elapsed_ms + 500) // 1000 for elapsed_ms in took],
    }
    bulk.insert(db, "user_responses", bulk.laid_out(columns))


def append_events(
    db: "Connection", user: UserId, events: Iterable[tuple[DeviceId, RawEvent]]
) -> None:
    """Write events of other devices as they came."""
    key, owner = db.key, db.key(user)
    db.many(
        _INSERT_EVENT,
        [
            (
                e.seq, key(e.id), e.type, None if e.question_id is None else key(e.question_id),
                db.instant(e.created_at), e.data, owner, key(device),
            )
            for device, e in events
        ],
    )  # fmt: skip


def elsewhere(db: "Connection", keys: Sequence[FactId]) -> dict[FactId, tuple[UserId, DeviceId]]:
    """Of these ids, the ones that some log here holds already, and whose and which device's."""
    found: dict[FactId, tuple[UserId, DeviceId]] = {}
    for marks, part in chunks([db.key(key) for key in keys]):
        query = " union all ".join(
            f"select id, user_id, device_id from {table} where id in ({marks})" for table in TABLES
        )
        for key, user, device in db.rows(query, part * len(TABLES)):
            found[FactId(db.read_key(key))] = (
                UserId(db.read_key(user)), DeviceId(db.read_key(device)),
            )  # fmt: skip
    return found


def device_owners(db: "Connection", devices: Sequence[DeviceId]) -> dict[DeviceId, UserId]:
    """Whose these devices are; unknown ones are missing."""
    found: dict[DeviceId, UserId] = {}
    for marks, part in chunks([db.key(device) for device in devices]):
        for key, user in db.rows(f"select id, user_id from devices where id in ({marks})", part):
            found[DeviceId(db.read_key(key))] = UserId(db.read_key(user))
    return found


def add_device(db: "Connection", user: UserId, device: DeviceId, name: str, now: datetime) -> None:
    """Note a device of the person."""
    db.run(
        "insert into devices (id, user_id, name, created_at) values (?, ?, ?, ?)",
        (db.key(device), db.key(user), name, db.instant(now)),
    )


def renumber(
    db: "Connection", user: UserId, old: DeviceId, new: DeviceId, numbers: Mapping[int, int]
) -> None:
    """Give facts of one device that nobody else has their numbers under another."""
    owner = (db.key(user), db.key(old))
    for table in TABLES:
        db.many(
            f"update {table} set device_id = ?, device_seq = ?"
            " where user_id = ? and device_id = ? and device_seq = ?",
            [(db.key(new), to, *owner, seq) for seq, to in numbers.items()],
        )


def forget(db: "Connection", user: UserId, keys: Sequence[FactId]) -> None:
    """Take facts out that the caller appends again at once, under the numbers others gave them."""
    for marks, part in chunks([db.key(key) for key in keys]):
        for table in TABLES:
            statement = f"delete from {table} where user_id = ? and id in ({marks})"
            db.run(statement, (db.key(user), *part))


def numbers(
    db: "Connection", user: UserId, device: DeviceId, after: int
) -> list[tuple[int, FactId]]:
    """The numbers above `after` that the device's facts have here, with the facts' ids."""
    found: list[tuple[int, FactId]] = []
    for table in TABLES:
        found += [
            (seq, FactId(db.read_key(key)))
            for seq, key in db.rows(
                f"select device_seq, id from {table}"
                " where user_id = ? and device_id = ? and device_seq > ?",
                (db.key(user), db.key(device), after),
            )
        ]
    return sorted(found)
