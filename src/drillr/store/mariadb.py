"""Opens the server's database: MariaDB through SQLAlchemy's pool, behind the store's protocol."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import lru_cache
from math import inf
from time import monotonic
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, InvalidatePoolError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.pool import ConnectionPoolEntry

from drillr.errors import (
    StoreBusy,
    StoreConflict,
    StoreCorrupt,
    StoreDuplicate,
    StoreError,
    StoreFull,
    StoreReadOnly,
    UsageError,
)
from drillr.store.literals import rows_text
from drillr.store.sql import mariadb_upsert

_NAMES = frozenset(
    name + driver for name in ("mariadb", "mysql") for driver in ("", "+pymysql", "+asyncmy")
)
_INSTANT = "%04d-%02d-%02d %02d:%02d:%02d.%06d"
RESTED_SECONDS = 1.0
"""After so long in the pool a connection is asked whether it still holds."""
_PLACEHOLDERS = re.compile(r"'(?:[^'\\]|''|\\.)*'|\"[^\"]*\"|`[^`]*`|\?|%")

_REFUSED = (StoreError, "refused a value", "Check the value; nothing was changed.")
_TAKEN = (StoreDuplicate, "refused a value", "Check the value; nothing was changed.")
_BUSY = (StoreBusy, "is busy", "Try again in a moment.")
_CONFLICT = (StoreConflict, "had to choose between two changes", "Try again in a moment.")
_ABSENT = (StoreError, "can't be reached", "Check that the server runs, and its address.")
_FORBIDDEN = (StoreReadOnly, "denies access", "Check the user, the password and the grants.")
_FULL = (StoreFull, "has no room left", "Free some disk space on the server, then try again.")
_DAMAGED = (StoreCorrupt, "is damaged", "Check the server's tables and restore a backup.")
_OTHER = (StoreError, "refused", "See the server's log.")

_BY_CODE = {
    1062: _TAKEN,
    1048: _REFUSED,  # null
    1264: _REFUSED,  # out of range
    1292: _REFUSED,  # no UUID that RFC 9562 knows, or no date
    1406: _REFUSED,  # too long
    1451: _REFUSED,  # parent in use
    1452: _REFUSED,  # parent missing
    4025: _REFUSED,  # CHECK; an OperationalError here, unlike on SQLite
    1205: _CONFLICT,  # lock wait timeout
    1213: _CONFLICT,  # deadlock, and what Galera says when another node's transaction won
    1020: _CONFLICT,  # the row changed since it was read
    1040: _BUSY,  # too many connections
    1047: _BUSY,  # a Galera node that is not (yet) in the cluster
    2002: _ABSENT,
    2003: _ABSENT,
    2006: _ABSENT,
    2013: _ABSENT,
    1049: _ABSENT,  # unknown database
    1044: _FORBIDDEN,
    1045: _FORBIDDEN,
    1142: _FORBIDDEN,
    1290: _FORBIDDEN,  # --read-only
    1792: _FORBIDDEN,  # a write in a read-only transaction
    1021: _FULL,
    1114: _FULL,
    1034: _DAMAGED,
    1194: _DAMAGED,
}


def database_error(error: Exception, name: str) -> StoreError:
    """Say in drillr's own terms what SQLAlchemy or a driver reported about the database `name`."""
    if isinstance(error, PoolTimeout):
        return StoreBusy(f"The database {name} is busy ({error})", "Try again in a moment.")
    reported = getattr(error, "orig", error)
    code = reported.args[0] if isinstance(reported, Exception) and reported.args else None
    kind, what, remedy = _BY_CODE.get(code, _OTHER) if isinstance(code, int) else _OTHER
    return kind(f"The database {name} {what} ({reported or error})", remedy)


def mariadb_url(text: str, driver: str = "pymysql") -> URL:
    """The address with drillr's dialect and driver; `mysql://` is taken as well."""
    try:
        url = make_url(text)
    except ArgumentError as error:
        raise UsageError(
            "The database's address can't be understood",
            "Write it as mariadb://user:password@host/database.",
        ) from error
    if url.drivername not in _NAMES:
        raise UsageError(
            f"The database's address begins with {url.drivername}",
            "Write it as mariadb://user:password@host/database.",
        )
    if not url.database:
        raise UsageError(
            "The database's address names no database",
            "Write it as mariadb://user:password@host/database.",
        )
    query = {"charset": "utf8mb4", **url.query}
    return url.set(drivername=f"mariadb+{driver}", query=query)


@lru_cache(maxsize=1024)
def mariadb_text(sql: str) -> str:
    """Turn each `?` outside of quotes into the driver's `%s`, and double each `%`."""
    return _PLACEHOLDERS.sub(_translate, sql)


def _translate(match: re.Match[str]) -> str:
    found = match.group()
    return "%s" if found == "?" else found.replace("%", "%%")


class MariaConnection:
    """Portable SQL on one pooled connection, inside of a transaction.

    Statements go to the driver as they are: for a short one, SQLAlchemy's own way to the driver
    costs more than the driver does.
    """

    __slots__ = ("_cursor", "_driver", "_name")

    dialect: Literal["mariadb"] = "mariadb"

    def __init__(self, driver: Connection, name: str) -> None:
        self._driver = driver
        self._name = name
        self._cursor: Any = driver.connection.cursor()

    def rows(self, sql: str, params: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Every row of a query."""
        return list(self._run(mariadb_text(sql), tuple(params)).fetchall())

    def row(self, sql: str, params: Sequence[Any] = ()) -> tuple[Any, ...] | None:
        """The first row of a query, or None."""
        found: tuple[Any, ...] | None = self._run(mariadb_text(sql), tuple(params)).fetchone()
        return found

    def run(self, sql: str, params: Sequence[Any] = ()) -> int:
        """Run one statement; how many rows it matched."""
        return int(self._run(mariadb_text(sql), tuple(params)).rowcount)

    def many(self, sql: str, rows: Iterable[Sequence[Any]]) -> int:
        """Run one statement for each row of parameters."""
        batch = [tuple(row) for row in rows]
        if not batch:
            return 0
        return int(self._run(mariadb_text(sql), batch, many=True).rowcount)

    def insert(self, start: str, width: int, values: Sequence[Any], ending: str = "") -> None:
        """Insert rows by one statement, or by a few where they are long."""
        escape = self._driver.connection.driver_connection.escape  # type: ignore[union-attr]
        for rows in rows_text(values, width, escape):
            self._run(f"{start} values {rows}{ending}", None)

    def _run(self, sql: str, params: Any, *, many: bool = False) -> Any:
        """The cursor behind one statement; without parameters its text is sent as it is."""
        dialect, cursor = self._driver.dialect, self._cursor
        try:
            (cursor.executemany if many else cursor.execute)(sql, params)
        except dialect.loaded_dbapi.Error as error:
            if dialect.is_disconnect(error, self._driver.connection, cursor):
                self._driver.invalidate(error)
            raise database_error(error, self._name) from error
        except BaseException as error:
            # It was given up half-way: what comes next on this connection may be its answer.
            self._driver.invalidate(error)
            raise
        return cursor

    def upsert(
        self, table: str, key_columns: tuple[str, ...], value_columns: tuple[str, ...]
    ) -> str:
        """Text of an INSERT that updates an existing row."""
        return mariadb_upsert(table, key_columns, value_columns)

    def key(self, value: bytes) -> str:
        """An identifier as a parameter: the native type reads its hexadecimal form."""
        if len(value) != 16:
            raise ValueError(f"an identifier has 16 bytes, not {len(value)}")
        return value.hex()

    def read_key(self, value: str | UUID) -> bytes:
        """An identifier from a row, as 16 bytes."""
        return value.bytes if isinstance(value, UUID) else bytes.fromhex(value.replace("-", ""))

    def instant(self, value: datetime) -> str:
        """An aware instant as the text of the UTC wall time that DATETIME(6) holds.

        The drivers would write it into the statement so, an order of magnitude slower.
        """
        if value.tzinfo is None:
            raise ValueError(f"an instant without a time zone: {value}")
        if value.tzinfo is not UTC:
            value = value.astimezone(UTC)
        return _INSTANT % (
            value.year, value.month, value.day, value.hour, value.minute, value.second,
            value.microsecond,
        )  # fmt: skip

    def read_instant(self, value: datetime) -> datetime:
        """An instant from a row, in UTC."""
        return value.replace(tzinfo=UTC)

    def blob(self, value: bytes) -> bytes:
        """A hash as a parameter."""
        return value

    def read_blob(self, value: bytes) -> bytes:
        """A hash from a row."""
        return value


def pool_options(pool_size: int, max_overflow: int) -> dict[str, Any]:
    """What drillr asks of every pool of connections to MariaDB."""
    return {
        "isolation_level": "READ COMMITTED",
        # Each transaction ends by itself, or is rolled back when its block is left.
        "pool_reset_on_return": None,
        "pool_size": pool_size,
        "max_overflow": max_overflow,
        "connect_args": {"init_command": "SET time_zone='+00:00'"},
    }


def check_rested(engine: Engine, clock: Callable[[], float] = monotonic) -> Engine:
    """Have the pool look whether a connection still holds before it gives it out after a rest.

    One that was used a moment ago is taken at its word, as asking costs as much as a query; unless
    another was lost since then.
    """
    lost = -inf

    @event.listens_for(engine, "invalidate")
    def broken(driver: Any, record: ConnectionPoolEntry, error: BaseException | None) -> None:
        nonlocal lost
        lost = clock()

    @event.listens_for(engine, "checkin")
    def given(driver: Any, record: ConnectionPoolEntry) -> None:
        record.info["left"] = clock()

    @event.listens_for(engine, "checkout")
    def taken(driver: Any, record: ConnectionPoolEntry, proxy: Any) -> None:
        left = record.info.get("left", inf)
        if left <= lost or clock() - left > RESTED_SECONDS:
            try:
                engine.dialect.do_ping(driver)
            except engine.dialect.loaded_dbapi.Error as error:
                raise InvalidatePoolError from error

    return engine


class MariaDatabase:
    """The server's database: a pool of connections, one transaction on each at a time."""

    def __init__(self, url: str, *, pool_size: int = 5, max_overflow: int = 10) -> None:
        """Make the pool; nothing connects before the first transaction."""
        address = mariadb_url(url)
        self.name = address.database or ""
        options = pool_options(pool_size, max_overflow)
        self.engine: Engine = check_rested(create_engine(address, **options))

    @contextmanager
    def transaction(self, write: bool = True) -> Iterator[MariaConnection]:
        """A unit of work; a reader can't write, and sees one state of everything."""
        with self._taken() as (driver, db):
            if not write:
                # Else each statement sees what others committed in between: facts of a device
                # without those before them, cards of more facts than were counted.
                db.run("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
                db.run("START TRANSACTION READ ONLY")
            yield db
            driver.commit()

    @contextmanager
    def glance(self) -> Iterator[MariaConnection]:
        """A unit of work of one query: one state is all it can see, with nothing said before."""
        with self._taken() as (_, db):
            yield db

    @contextmanager
    def _taken(self) -> Iterator[tuple[Connection, MariaConnection]]:
        """A connection out of the pool; what is not committed in the block is rolled back."""
        try:
            with self.engine.connect() as driver:
                driver.begin()
                yield driver, MariaConnection(driver, self.name)
        except SQLAlchemyError as error:
            raise database_error(error, self.name) from error

    def close(self) -> None:
        """Close the pool."""
        self.engine.dispose()
