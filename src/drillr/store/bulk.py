"""Writes many new rows with few statements: what makes an import fast.

SQLite's driver converts a None or `bytes` parameter fifteen times as slowly as any other: columns
that hold nothing are left out.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from drillr.store.connection import Connection


class Rows(NamedTuple):
    """Rows to insert: the names of their columns, and their values one after the other."""

    names: tuple[str, ...]
    values: list[Any]


def laid_out(columns: Mapping[str, Sequence[Any]]) -> Rows:
    """Rows from their columns; one of nothing but None is left to its default, which is NULL.

    All columns are of one length, and one of them at least holds something.
    """
    kept = {name: values for name, values in columns.items() if _holds_something(values)}
    width, count = len(kept), len(next(iter(kept.values())))
    found: list[Any] = [None] * (width * count)
    for place, column in enumerate(kept.values()):
        found[place::width] = column
    return Rows(tuple(kept), found)


def of_rows(names: tuple[str, ...], rows: Sequence[tuple[Any, ...]]) -> Rows:
    """The same from rows, where there are any."""
    if not rows:
        return Rows((), [])
    return laid_out(dict(zip(names, zip(*rows, strict=True), strict=True)))


def insert(db: "Connection", table: str, new: Rows) -> None:
    """Insert rows, with as few statements as the database likes best."""
    _write(db, table, new, "")


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
    _write(db, table, of_rows(keys + columns, rows), _over(db.dialect, keys, columns))


@lru_cache(maxsize=64)
def _over(dialect: str, keys: tuple[str, ...], columns: tuple[str, ...]) -> str:
    if dialect == "mariadb":
        changes = ", ".join(f"{name} = values({name})" for name in columns)
        return f" on duplicate key update {changes}"
    changes = ", ".join(f"{name} = excluded.{name}" for name in columns)
    return f" on conflict ({', '.join(keys)}) do update set {changes}"


def _write(db: "Connection", table: str, new: Rows, ending: str) -> None:
    if new.values:
        start = f"insert into {table} ({', '.join(new.names)})"
        db.insert(start, len(new.names), new.values, ending)


def _holds_something(values: Sequence[Any]) -> bool:
    return bool(values) and (values[0] is not None or values.count(None) < len(values))


def chunks(keys: Sequence[Any], size: int = 1_000) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """Keys in lists short enough for one statement, each with its placeholders."""
    for start in range(0, len(keys), size):
        part = tuple(keys[start : start + size])
        yield ", ".join("?" * len(part)), part
