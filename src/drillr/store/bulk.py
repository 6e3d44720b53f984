"""Writes many new rows with few statements: what makes an import fast.

SQLite is at its fastest with some ten rows a statement, and its driver converts a None or `bytes`
parameter fifteen times as slowly as any other: columns that hold nothing are left out. MariaDB's
driver joins rows by itself.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import chain
from operator import itemgetter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from drillr.store.connection import Connection

_PARAMETERS = 200
"""Of one statement, about: twice as many are no faster, a tenth takes a third longer."""


def insert(
    db: "Connection", table: str, columns: tuple[str, ...], rows: Sequence[tuple[Any, ...]]
) -> None:
    """Insert rows; a column that is None in all of them gets its default, which must be NULL.

    Two columns at least hold something.
    """
    kept = [i for i in range(len(columns)) if any(row[i] is not None for row in rows)]
    if kept:
        values = list(chain.from_iterable(map(itemgetter(*kept), rows)))
        insert_flat(db, table, tuple(columns[i] for i in kept), values)


def insert_flat(db: "Connection", table: str, columns: tuple[str, ...], values: list[Any]) -> None:
    """Insert rows whose values stand one after the other."""
    _write(db, table, columns, values, "")


def upsert(
    db: "Connection",
    table: str,
    keys: tuple[str, ...],
    columns: tuple[str, ...],
    rows: Sequence[tuple[Any, ...]],
) -> None:
    """Write rows, keys first: new ones, and over those with the same keys; no keys twice.

    A column that is None in all of them gets its default in either case, which must be NULL.
    """
    names = keys + columns
    kept = [
        i for i in range(len(names)) if i < len(keys) or any(row[i] is not None for row in rows)
    ]
    values = list(chain.from_iterable(map(itemgetter(*kept), rows)))
    ending = _over(db.dialect, keys, columns)
    _write(db, table, tuple(names[i] for i in kept), values, ending)


@lru_cache(maxsize=64)
def _over(dialect: str, keys: tuple[str, ...], columns: tuple[str, ...]) -> str:
    if dialect == "mariadb":
        changes = ", ".join(f"{name} = values({name})" for name in columns)
        return f" on duplicate key update {changes}"
    changes = ", ".join(f"{name} = excluded.{name}" for name in columns)
    return f" on conflict ({', '.join(keys)}) do update set {changes}"


def _write(
    db: "Connection", table: str, columns: tuple[str, ...], values: list[Any], ending: str
) -> None:
    width = len(columns)
    together = 1 if db.dialect == "mariadb" else max(1, _PARAMETERS // width)
    whole = len(values) - len(values) % (together * width)
    many, one = (_statement(table, columns, count) + ending for count in (together, 1))
    db.many(many, _pieces(values[:whole], together * width))
    db.many(one, _pieces(values[whole:], width))


def _pieces(values: list[Any], width: int) -> list[list[Any]]:
    return [values[start : start + width] for start in range(0, len(values), width)]


@lru_cache(maxsize=64)
def _statement(table: str, columns: tuple[str, ...], rows: int) -> str:
    marks = f"({', '.join('?' * len(columns))})"
    return f"insert into {table} ({', '.join(columns)}) values {', '.join([marks] * rows)}"


def chunks(keys: Sequence[Any], size: int = 1_000) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """Keys in lists short enough for one statement, each with its placeholders."""
    for start in range(0, len(keys), size):
        part = tuple(keys[start : start + size])
        yield ", ".join("?" * len(part)), part
