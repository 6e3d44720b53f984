"""What sync can't be faster than: its rows alone, written by the databases' own bulk inserts.

A push leaves answers, cards and sums on the server, a pull leaves them on the device. Here they are
ready as they go into the tables, foreign keys are not looked at, and nothing is read, packed, sent,
checked, folded or compared.
"""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

from bench.lab import Figures
from bench.sync import answer_some, client_of, dropped, own_database, timed
from drillr.store.mariadb import MariaDatabase
from drillr.store.tables import metadata

TABLES = ("user_responses", "spaced_repetition_cards", "user_progress", "daily_activity")
Rows = list[tuple[Any, ...]]


def bare(folder: str, bank: str, answers: str) -> Figures:
    """Seconds for the rows of so many answers: on MariaDB by thousands, on SQLite by five."""
    del bank
    a = client_of(Path(folder) / "a.db")
    answer_some(a.context, int(answers))
    with a.context.database.transaction(write=False) as db:
        rows = {table: db.rows(f"select * from {table}") for table in TABLES}
        for_mariadb = {table: _converted(db, table, found) for table, found in rows.items()}
    a.context.database.close()
    return {"push_s": _on_mariadb(for_mariadb), "pull_s": _on_sqlite(Path(folder) / "b.db", rows)}


def _on_sqlite(store: Path, rows: dict[str, Rows]) -> float:
    with closing(sqlite3.connect(store, isolation_level=None)) as db:
        db.execute("pragma synchronous = full")

        def write() -> None:
            for parts in _turns(rows, 5_000):
                db.execute("begin immediate")
                for table, part in parts:
                    marks = ", ".join("?" * len(part[0]))
                    db.executemany(f"insert into {table} values ({marks})", part)
                db.execute("commit")

        return timed(write)


def _on_mariadb(rows: dict[str, Rows]) -> float:
    url = own_database()
    with dropped(url):
        subprocess.run(
            [str(Path(sys.executable).with_name("drillr")), "server", "migrate"], check=True,
            stdout=subprocess.DEVNULL,
            env=os.environ
            | {"DRILLR_SERVER_DATABASE": url.set(drivername="mariadb").render_as_string(False)},
        )  # fmt: skip
        database = MariaDatabase(url.render_as_string(False), pool_size=1, max_overflow=0)
        with database.transaction() as db:
            db.run("set session foreign_key_checks = 0")

        def write() -> None:
            for parts in _turns(rows, 1_000):
                with database.transaction() as db:
                    for table, part in parts:
                        names = ", ".join(column.name for column in metadata.tables[table].columns)
                        values = [value for row in part for value in row]
                        db.insert(f"insert into {table} ({names})", len(part[0]), values)

        took = timed(write)
        database.close()
        return took


def _turns(rows: dict[str, Rows], together: int) -> list[list[tuple[str, Rows]]]:
    """So many rows of each table to a transaction."""
    longest = max(map(len, rows.values()))
    return [
        [
            (table, part)
            for table, found in rows.items()
            if (part := found[start : start + together])
        ]
        for start in range(0, longest, together)
    ]


def _converted(db: Any, table: str, rows: Rows) -> Rows:
    """Rows of SQLite as MariaDB takes them."""
    kinds = [type(column.type).__name__ for column in metadata.tables[table].columns]
    return [tuple(map(partial(_value, db), kinds, row)) for row in rows]


def _value(db: Any, kind: str, value: Any) -> Any:
    if isinstance(value, bytes):
        return value.hex()
    if kind == "UtcDateTime" and value is not None:
        return f"{db.read_instant(value):%Y-%m-%d %H:%M:%S.%f}"
    return value
