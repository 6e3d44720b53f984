"""Repository of arrears: which facts of a person no derived row knows of yet."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from drillr.domain.ids import DeviceId, UserId

if TYPE_CHECKING:
    from drillr.store.connection import Connection

_NOTE = {
    "sqlite": " on conflict (user_id, device_id) do update set facts = arrears.facts"
    " + excluded.facts",
    "mariadb": " on duplicate key update facts = arrears.facts + values(facts)",
}


def note(db: "Connection", user: UserId, added: Mapping[DeviceId, tuple[int, int]]) -> None:
    """Note facts that were just appended: of each device the first number, and how many."""
    owner = db.key(user)
    values = [
        each
        for device, (first, count) in added.items()
        for each in (owner, db.key(device), first, count)
    ]
    start = "insert into arrears (user_id, device_id, first_seq, facts)"
    db.insert(start, 4, values, _NOTE[db.dialect])


def owed(db: "Connection", user: UserId) -> dict[DeviceId, tuple[int, int]]:
    """From which number on no derived row knows the facts of which devices, and how many."""
    rows = db.rows(
        "select device_id, first_seq, facts from arrears where user_id = ?", (db.key(user),)
    )
    return {DeviceId(db.read_key(key)): (first, count) for key, first, count in rows}


def clear(db: "Connection", user: UserId) -> None:
    """Note that derived rows know of everything."""
    db.run("delete from arrears where user_id = ?", (db.key(user),))
