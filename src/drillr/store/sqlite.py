"""Opens, creates and checks the local store, with the standard library alone.

Longer than most: it is all that a start of the offline product imports to reach its store.
"""

import errno
import os
import sqlite3
from _thread import allocate_lock, get_ident  # `threading` is these, and a start slower
from datetime import UTC, datetime

from drillr.errors import (
    StoreBusy,
    StoreCorrupt,
    StoreDuplicate,
    StoreError,
    StoreFromTheFuture,
    StoreFull,
    StoreReadOnly,
)
from drillr.store.sql import sqlite_upsert
from drillr.store.versions import APPLICATION_ID, HEAD, KNOWN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from types import TracebackType
    from typing import Any, Literal

SCHEMA = os.path.join(os.path.dirname(__file__), "schema.sql")

_FULL = (StoreFull, "has no room left", "Free some disk space, then try again.")
_FORBIDDEN = (
    StoreReadOnly,
    "can't be opened for writing",
    "Check that its folder exists and that you may write there.",
)
_DAMAGED = (
    StoreCorrupt,
    "is damaged, or no drillr store",
    "Move the file away and restore a backup, or name another store.",
)
_BUSY = (
    StoreBusy,
    "is in use by another process",
    "Wait for the other drillr to finish, then try again.",
)
_TAKEN = (StoreDuplicate, "refused a value", "Check the value; nothing was changed.")
_KEYS = (sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY, sqlite3.SQLITE_CONSTRAINT_UNIQUE)
_OTHER = (StoreError, "refused", "Run `drillr doctor` to check the store.")

_BY_SQLITE = {
    sqlite3.SQLITE_BUSY: _BUSY,
    sqlite3.SQLITE_LOCKED: _BUSY,
    sqlite3.SQLITE_PERM: _FORBIDDEN,
    sqlite3.SQLITE_READONLY: _FORBIDDEN,
    sqlite3.SQLITE_CANTOPEN: _FORBIDDEN,
    sqlite3.SQLITE_AUTH: _FORBIDDEN,
    sqlite3.SQLITE_CORRUPT: _DAMAGED,
    sqlite3.SQLITE_NOTADB: _DAMAGED,
    sqlite3.SQLITE_FULL: _FULL,
}
_INSTANT = "%04d-%02d-%02d %02d:%02d:%02d.%06d"
_PARAMETERS = (4_000, 200)
"""Of one statement, about: for many rows, and for what is left of them. Single rows come last."""
_BY_SYSTEM = {
    errno.ENOSPC: _FULL,
    errno.EDQUOT: _FULL,
    errno.EACCES: _FORBIDDEN,
    errno.EPERM: _FORBIDDEN,
    errno.EROFS: _FORBIDDEN,
    errno.ENOENT: _FORBIDDEN,
    errno.ENOTDIR: _FORBIDDEN,
    errno.EEXIST: _FORBIDDEN,
}


def store_error(error: Exception, path: str) -> StoreError:
    """Say in drillr's own terms what SQLite or the file system reported about `path`."""
    if isinstance(error, OSError):
        found, reason = _BY_SYSTEM.get(error.errno or 0, _OTHER), error.strerror
    else:
        code = getattr(error, "sqlite_errorcode", 0)
        # The low byte is the primary code; the rest only refines it.
        found = _TAKEN if code in _KEYS else _BY_SQLITE.get(code & 0xFF, _OTHER)
        reason = None
    kind, what, remedy = found
    return kind(f"The store {path} {what} ({reason or error})", remedy)


class SqliteConnection:
    """Portable SQL on the store's connection, inside of a transaction."""

    __slots__ = ("_driver", "_path")

    dialect: "Literal['sqlite']" = "sqlite"

    def __init__(self, driver: sqlite3.Connection, path: str) -> None:
        self._driver = driver
        self._path = path

    def rows(self, sql: str, params: "Sequence[Any]" = ()) -> "list[tuple[Any, ...]]":
        """Every row of a query."""
        try:
            return self._driver.execute(sql, params).fetchall()
        except sqlite3.Error as error:
            raise store_error(error, self._path) from error

    def row(self, sql: str, params: "Sequence[Any]" = ()) -> "tuple[Any, ...] | None":
        """The first row of a query, or None."""
        try:
            cursor = self._driver.execute(sql, params)
            found: tuple[Any, ...] | None = cursor.fetchone()
            cursor.close()
            return found
        except sqlite3.Error as error:
            raise store_error(error, self._path) from error

    def run(self, sql: str, params: "Sequence[Any]" = ()) -> int:
        """Run one statement; how many rows it matched."""
        try:
            return self._driver.execute(sql, params).rowcount
        except sqlite3.Error as error:
            raise store_error(error, self._path) from error

    def many(self, sql: str, rows: "Iterable[Sequence[Any]]") -> int:
        """Run one statement for each row of parameters."""
        try:
            return self._driver.executemany(sql, rows).rowcount
        except sqlite3.Error as error:
            raise store_error(error, self._path) from error

    def insert(self, start: str, width: int, values: "Sequence[Any]", ending: str = "") -> None:
        """Insert rows: most of them hundreds a statement, during which other threads run."""
        begin = 0
        for together in (*(most // width for most in _PARAMETERS), 1):
            size = together * width
            end = len(values) - (len(values) - begin) % size
            if end > begin:
                marks = ", ".join([f"({', '.join('?' * width)})"] * together)
                pieces = [values[at : at + size] for at in range(begin, end, size)]
                self.many(f"{start} values {marks}{ending}", pieces)
                begin = end

    def upsert(
        self, table: str, key_columns: tuple[str, ...], value_columns: tuple[str, ...]
    ) -> str:
        """Text of an INSERT that updates an existing row."""
        return sqlite_upsert(table, key_columns, value_columns)

    # The driver looks for an adapter of `bytes` each time, in vain: a `bytearray` is bound at once.

    def key(self, value: bytes) -> bytearray:
        """An identifier as a parameter: its 16 bytes."""
        return bytearray(value)

    def read_key(self, value: bytes) -> bytes:
        """An identifier from a row."""
        return value

    def instant(self, value: datetime) -> str:
        """An aware instant as text in UTC, always with six digits."""
        if value.tzinfo is None:
            raise ValueError(f"an instant without a time zone: {value}")
        if value.tzinfo is not UTC:
            value = value.astimezone(UTC)
        return _INSTANT % (
            value.year, value.month, value.day, value.hour, value.minute, value.second,
            value.microsecond,
        )  # fmt: skip

    def read_instant(self, value: str) -> datetime:
        """An instant from a row, in UTC."""
        # Seven times as fast as giving the zone to an instant without one.
        return datetime.fromisoformat(value + "Z")

    def blob(self, value: bytes) -> bytearray:
        """A hash as a parameter."""
        return bytearray(value)

    def read_blob(self, value: bytes) -> bytes:
        """A hash from a row."""
        return value


class _Transaction:
    """One unit of work: commits at its end, or rolls back when the block raised."""

    __slots__ = ("_database", "_write")

    def __init__(self, database: "SqliteDatabase", write: bool) -> None:
        self._database = database
        self._write = write

    def __enter__(self) -> SqliteConnection:
        return self._database.begin("BEGIN IMMEDIATE" if self._write else "BEGIN")

    def __exit__(
        self,
        kind: "type[BaseException] | None",
        error: "BaseException | None",
        trace: "TracebackType | None",
    ) -> None:
        self._database.end("COMMIT" if kind is None else "ROLLBACK")


class SqliteDatabase:
    """An existing store: one connection, whose transactions take turns across threads."""

    def __init__(
        self, path: "str | os.PathLike[str]", *, readonly: bool = False, busy_timeout_ms: int = 5000
    ) -> None:
        """Open the file; StoreCorrupt if it is no drillr store, before anything is written."""
        self.path = os.fspath(path)
        self.version = ""
        self._lock = allocate_lock()
        self._owner = 0
        try:
            self._driver = sqlite3.connect(
                _uri(self.path, "ro" if readonly else "rw"),
                uri=True,
                timeout=busy_timeout_ms / 1000,
                isolation_level=None,
                check_same_thread=False,
                cached_statements=256,
            )
        except sqlite3.Error as error:
            raise store_error(error, self.path) from error
        try:
            self.version = read_version(self._driver, self.path)
            # Turning WAL on writes to the file: not to one of a newer drillr.
            if not readonly and self.version in KNOWN:
                self._driver.execute("PRAGMA journal_mode=WAL")
                self._driver.execute("PRAGMA synchronous=FULL")
                # Folding the log into the file takes as long as forty answers: do so after two
                # hundred of them, not fifty.
                self._driver.execute("PRAGMA wal_autocheckpoint=4000")
            if not readonly:
                # Who only counts for a prompt reads each page once: fresh memory would cost more.
                self._driver.execute("PRAGMA cache_size=-40960")
            for pragma in ("foreign_keys=ON", "temp_store=MEMORY"):
                self._driver.execute(f"PRAGMA {pragma}")
        except sqlite3.Error as error:
            self._driver.close()
            raise store_error(error, self.path) from error
        except StoreError:
            self._driver.close()
            raise
        self._connection = SqliteConnection(self._driver, self.path)

    def transaction(self, write: bool = True) -> _Transaction:
        """A unit of work; a writer takes the write lock at the start, so it can't deadlock."""
        return _Transaction(self, write)

    def glance(self) -> _Transaction:
        """A unit of work of one query."""
        return _Transaction(self, write=False)

    def begin(self, statement: str) -> SqliteConnection:
        """Start the transaction that `end` ends; for `transaction`."""
        if self._owner == get_ident():
            raise RuntimeError("a transaction inside of a transaction")
        self._lock.acquire()
        try:
            self._driver.execute(statement)
        except sqlite3.Error as error:
            self._lock.release()
            raise store_error(error, self.path) from error
        self._owner = get_ident()
        return self._connection

    def end(self, statement: str) -> None:
        """Commit or roll back, and let the next one begin; for `transaction`."""
        try:
            # A full disk has already rolled back.
            if statement == "COMMIT" or self._driver.in_transaction:
                self._driver.execute(statement)
        except sqlite3.Error as error:
            if self._driver.in_transaction:
                self._driver.execute("ROLLBACK")
            raise store_error(error, self.path) from error
        finally:
            self._owner = 0
            self._lock.release()

    def close(self) -> None:
        """Close the file; the last one to close it folds the log into it."""
        self._driver.close()


def open_store(path: "str | os.PathLike[str]") -> SqliteDatabase:
    """Open the store for reading and writing; create or upgrade it first where needed."""
    path = os.fspath(path)
    if not os.path.exists(path):
        _create(path)
    database = SqliteDatabase(path)
    if database.version == HEAD:
        return database
    database.close()
    if database.version not in KNOWN:
        raise _from_the_future(database)
    from drillr.store.migrate import upgrade_sqlite

    upgrade_sqlite(path)
    return SqliteDatabase(path)


def open_readonly(path: "str | os.PathLike[str]") -> SqliteDatabase | None:
    """Open the store only to read; None if there is none yet.

    SQLite may leave its empty `-wal` and `-shm` files beside the store until the next writer.
    """
    if not os.path.exists(path):
        return None
    database = SqliteDatabase(path, readonly=True)
    if database.version == HEAD:
        return database
    database.close()
    if database.version not in KNOWN:
        raise _from_the_future(database)
    raise StoreReadOnly(
        f"The store {database.path} is of an older version ({database.version})",
        "Start drillr once to upgrade it.",
    )


def _from_the_future(database: SqliteDatabase) -> StoreFromTheFuture:
    return StoreFromTheFuture(
        f"The store {database.path} was written by a newer drillr (version {database.version})",
        "Upgrade drillr, or name another store.",
    )


def _uri(path: str, mode: str) -> str:
    plain = os.path.abspath(path).replace(os.sep, "/")
    for character in "%?#":
        plain = plain.replace(character, f"%{ord(character):02x}")
    return f"file:///{plain.lstrip('/')}?mode={mode}"


def read_version(driver: sqlite3.Connection, path: str) -> str:
    """The version of the schema in the file; StoreCorrupt if drillr didn't write it."""
    row = driver.execute("PRAGMA application_id").fetchone()
    if row == (APPLICATION_ID,):
        tables = driver.execute("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'")
        if tables.fetchone():
            version = driver.execute("SELECT version_num FROM alembic_version").fetchone()
            if version:
                return str(version[0])
    raise StoreCorrupt(
        f"The file {path} is no drillr store",
        "Move the file away, or name another store.",
    )


def _create(path: str) -> None:
    """Put a whole empty store at `path`, unless another process does so first.

    It is built beside its place and then linked there, so nobody ever sees half a store.
    """
    fresh = f"{path}.{os.getpid()}-{os.urandom(4).hex()}.new"
    try:
        os.makedirs(os.path.dirname(os.path.abspath(path)), mode=0o700, exist_ok=True)
        try:
            os.close(os.open(fresh, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
            _build(fresh)
            _publish(fresh, path)
        finally:
            if os.path.exists(fresh):
                os.unlink(fresh)
    except (sqlite3.Error, OSError) as error:
        raise store_error(error, path) from error


def _build(path: str) -> None:
    with open(SCHEMA, encoding="utf-8") as file:
        schema = file.read()
    driver = sqlite3.connect(path, isolation_level=None)
    try:
        driver.executescript(f"BEGIN;\n{schema}\nCOMMIT;\nPRAGMA journal_mode=WAL;")
    finally:
        driver.close()


def _publish(fresh: str, path: str) -> None:
    try:
        os.link(fresh, path)
    except FileExistsError:
        return
    except OSError:
        # A file system without hard links: the window between the two lines is the best it has.
        if not os.path.exists(path):
            os.rename(fresh, path)
    if hasattr(os, "O_DIRECTORY"):
        folder = os.open(os.path.dirname(os.path.abspath(path)), os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
