"""Whether the database itself is whole: pages, references, sequences of facts."""

from typing import TYPE_CHECKING

from drillr.domain.ids import UserId, id_text

if TYPE_CHECKING:
    from drillr.store.connection import Connection


def problems(db: "Connection") -> list[str]:
    """What SQLite's own checks find; MariaDB checks itself."""
    if db.dialect != "sqlite":
        return []
    found = [
        f"the file is damaged: {line}"
        for (line,) in db.rows("pragma integrity_check(20)")
        if line != "ok"
    ]
    found += [
        f"{table} row {row} points at no row of {parent}"
        for table, row, parent, _ in db.rows("pragma foreign_key_check")
    ]
    return found


def gaps(db: "Connection", user: UserId) -> list[str]:
    """Devices whose facts are not numbered 1, 2, 3, … without a gap."""
    rows = db.rows(
        "select device_id, count(*), max(device_seq) from ("
        "select device_id, device_seq from user_responses where user_id = ?"
        " union all select device_id, device_seq from learning_events where user_id = ?"
        " union all select device_id, device_seq from parked_facts where user_id = ?"
        ") as facts group by device_id having count(*) <> max(device_seq)",
        (db.key(user),) * 3,
    )
    return [
        f"device {id_text(db.read_key(device))}: {count} facts, but numbered up to {last}"
        for device, count, last in rows
    ]
