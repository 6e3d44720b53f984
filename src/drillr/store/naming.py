"""Repository of the names of facts: which came from another program, and giving them other ids."""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

from drillr.domain.facts import EventType
from drillr.domain.history import ORIGIN
from drillr.domain.ids import FactId, UserId, id_text

if TYPE_CHECKING:
    from drillr.store.connection import Connection

_HOLDING = {"user_responses": "response_metadata", "learning_events": "event_data"}


def imported(db: "Connection", user: UserId) -> list[FactId]:
    """The person's facts that came from another program, in no particular order."""
    return [
        FactId(db.read_key(key))
        for table, column in _HOLDING.items()
        for (key,) in db.rows(
            f"select id from {table} where user_id = ? and {column} like ?",
            (db.key(user), f'%"{ORIGIN}":%'),
        )
    ]


def rename(db: "Connection", user: UserId, names: Mapping[FactId, FactId]) -> None:
    """Give facts other ids, here and where an answer among them was taken back.

    Only for facts that nobody else has seen.
    """
    rows = [(db.key(new), db.key(old), db.key(user)) for old, new in names.items()]
    for table in _HOLDING:
        db.many(f"update {table} set id = ? where id = ? and user_id = ?", rows)
    by_text = {id_text(old): id_text(new) for old, new in names.items()}
    taken_back = []
    for key, data in db.rows(
        "select id, event_data from learning_events where user_id = ? and event_type = ?",
        (db.key(user), str(EventType.RESPONSE_RETRACTED)),
    ):
        changed = with_names(data, by_text)
        if changed != data:
            taken_back.append((changed, db.key(db.read_key(key))))
    db.many("update learning_events set event_data = ? where id = ?", taken_back)


def with_names(data: str, names: Mapping[str, str]) -> str:
    """The JSON of a fact that takes an answer back, the answer called by its new name."""
    held = json.loads(data)
    new = names.get(str(held.get("response_id")))
    return data if new is None else json.dumps(held | {"response_id": new}, ensure_ascii=False)
