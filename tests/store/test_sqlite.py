"""The local store's file: creation, pragmas, refusals, errors, and several users at once."""

import errno
import os
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from uuid import NAMESPACE_OID, uuid5

import pytest

from drillr.errors import (
    StoreBusy,
    StoreCorrupt,
    StoreError,
    StoreFromTheFuture,
    StoreFull,
    StoreReadOnly,
)
from drillr.store import sqlite
from drillr.store.connection import Connection
from drillr.store.sqlite import SqliteDatabase, open_readonly, open_store, store_error
from drillr.store.versions import HEAD

AT = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.fixture
def store(store_path: Path) -> Iterator[SqliteDatabase]:
    """A fresh store."""
    database = open_store(store_path)
    yield database
    database.close()


def topic(db: Connection, code: str) -> None:
    """Write a topic with this code."""
    db.run(
        "insert into topics (id, code, name, created_at, updated_at) values (?, ?, 'Name', ?, ?)",
        (uuid5(NAMESPACE_OID, code).bytes, code, db.instant(AT), db.instant(AT)),
    )


def count(database: SqliteDatabase) -> int:
    """How many topics are in the store."""
    with database.transaction(write=False) as db:
        (found,) = db.rows("select count(*) from topics")
    return int(found[0])


def test_a_fresh_store_belongs_to_its_owner_alone(store: SqliteDatabase, store_path: Path) -> None:
    """The folder is 0700, and the store and its log are 0600."""
    with store.transaction() as db:
        topic(db, "a")
    assert stat.S_IMODE(store_path.parent.stat().st_mode) == 0o700
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in store_path.parent.iterdir()}
    assert modes == {"store.db": 0o600, "store.db-wal": 0o600, "store.db-shm": 0o600}


def test_a_closed_store_is_one_file(store_path: Path) -> None:
    """Nothing of the creation or of the log stays beside a closed store."""
    open_store(store_path).close()
    assert [path.name for path in store_path.parent.iterdir()] == ["store.db"]


def test_the_pragmas_of_an_open_store(store: SqliteDatabase) -> None:
    """Answers survive a power cut, references hold, and readers don't wait."""
    expected = {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "busy_timeout": 5000,
        "cache_size": -40960,
        "temp_store": 2,
    }
    with store.transaction() as db:
        found = {name: db.rows(f"PRAGMA {name}")[0][0] for name in expected}
    assert found == expected


@pytest.mark.parametrize("microsecond", [0, 1, 120000])
def test_an_instant_is_text_of_one_length(store: SqliteDatabase, microsecond: int) -> None:
    """Always six digits and no zone, so that text sorts by time and other tools can read it."""
    with store.transaction() as db:
        text = db.instant(AT.replace(microsecond=microsecond))
    assert text == f"2026-03-01 00:00:00.{microsecond:06}"


def test_a_store_keeps_what_was_written(store_path: Path) -> None:
    """A second opening finds the first one's rows and makes nothing anew."""
    first = open_store(store_path)
    with first.transaction() as db:
        topic(db, "a")
    first.close()
    second = open_store(store_path)
    assert (second.version, count(second)) == (HEAD, 1)
    second.close()


@pytest.mark.parametrize("name", ["with space.db", "a?b#c%20.db", "naïve-🚀.db", "file:x.db"])
def test_any_file_name_is_that_file(tmp_path: Path, name: str) -> None:
    """Characters that mean something in a URI mean nothing in a path."""
    open_store(tmp_path / name).close()
    open_store(tmp_path / name).close()
    assert os.listdir(tmp_path) == [name]


def test_a_relative_path_is_taken_from_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A bare file name needs no folder."""
    monkeypatch.chdir(tmp_path)
    open_store("store.db").close()
    assert os.listdir(tmp_path) == ["store.db"]


@pytest.mark.parametrize(
    "content",
    [b"", b"notes, not a store\n" * 500, b"SQLite format 3\0junk"],
    ids=["empty", "text", "header"],
)
def test_a_foreign_file_is_refused_and_left_alone(tmp_path: Path, content: bytes) -> None:
    """A file that drillr didn't write is named in the error and keeps every byte."""
    path = tmp_path / "file.db"
    path.write_bytes(content)
    for opener in (open_store, open_readonly):
        with pytest.raises(StoreCorrupt) as caught:
            opener(path)
        assert str(path) in caught.value.message
        assert caught.value.remedy
    assert path.read_bytes() == content
    assert os.listdir(tmp_path) == ["file.db"]


def test_another_programs_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    """A database of SQLite that is no drillr store isn't even switched to a log."""
    path = tmp_path / "other.db"
    other = sqlite3.connect(path)
    other.execute("CREATE TABLE alembic_version (version_num TEXT)")
    other.commit()
    other.close()
    before = path.read_bytes()
    with pytest.raises(StoreCorrupt, match="no drillr store"):
        open_store(path)
    assert path.read_bytes() == before


def test_a_store_without_its_version_is_refused(store_path: Path) -> None:
    """The application id alone doesn't make a store."""
    open_store(store_path).close()
    damaged = sqlite3.connect(store_path)
    damaged.execute("DELETE FROM alembic_version")
    damaged.commit()
    damaged.close()
    with pytest.raises(StoreCorrupt):
        open_store(store_path)


def test_a_damaged_store_is_named_so(store_path: Path) -> None:
    """A page of garbage is found when it is read, and reported as damage."""
    open_store(store_path).close()
    with store_path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * (store_path.stat().st_size - 4096))
    with pytest.raises(StoreCorrupt, match="damaged") as caught:
        database = open_store(store_path)
        try:
            count(database)
        finally:
            database.close()
    assert str(store_path) in caught.value.message


def test_a_store_from_the_future_is_refused(store_path: Path) -> None:
    """A version that this drillr doesn't know is refused for reading and for writing."""
    database = open_store(store_path)
    with database.transaction() as db:
        db.run("update alembic_version set version_num = '9999'")
    database.close()
    before = store_path.read_bytes()
    for opener in (open_store, open_readonly):
        with pytest.raises(StoreFromTheFuture, match="9999") as caught:
            opener(store_path)
        assert "Upgrade drillr" in caught.value.remedy
    assert store_path.read_bytes() == before


def test_reading_creates_nothing(store_path: Path) -> None:
    """Without a store there is nothing to read, and still nothing afterwards."""
    assert open_readonly(store_path) is None
    assert not store_path.parent.exists()


def test_a_reader_reads_and_cannot_write(store: SqliteDatabase, store_path: Path) -> None:
    """The read-only store sees what is committed and refuses a change."""
    with store.transaction() as db:
        topic(db, "a")
    reader = open_readonly(store_path)
    assert reader is not None
    assert count(reader) == 1
    with pytest.raises(StoreReadOnly), reader.transaction(write=False) as db:
        topic(db, "b")
    reader.close()
    assert count(store) == 1


def test_a_second_writer_is_told_that_the_store_is_busy(
    store: SqliteDatabase, store_path: Path
) -> None:
    """A writer that waited in vain gets StoreBusy; a reader doesn't wait."""
    other = SqliteDatabase(store_path, busy_timeout_ms=0)
    with store.transaction() as db:
        topic(db, "a")
        with pytest.raises(StoreBusy, match="in use") as caught, other.transaction():
            pass
        assert count(other) == 0
    assert "try again" in caught.value.remedy
    with other.transaction() as db:
        topic(db, "b")
    assert count(other) == 2
    other.close()


def test_a_full_disk_keeps_what_was_there(store: SqliteDatabase) -> None:
    """StoreFull takes back the whole unit of work, and the next one works."""
    with store.transaction() as db:
        topic(db, "a")
        (pages,) = db.rows("PRAGMA page_count")[0]
        db.rows(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(StoreFull, match="no room"), store.transaction() as db:
        topic(db, "b")
        db.run("update topics set description = ?", ("x" * 1_000_000,))
    assert count(store) == 1
    with store.transaction() as db:
        db.rows("PRAGMA max_page_count = 1000000")
        topic(db, "b")
    assert count(store) == 2


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        (errno.ENOSPC, StoreFull),
        (errno.EACCES, StoreReadOnly),
        (errno.EROFS, StoreReadOnly),
        (errno.EIO, StoreError),
    ],
)
def test_a_store_that_cannot_be_made(
    store_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, kind: type[StoreError]
) -> None:
    """What the file system refuses has its own error, and no half store stays behind."""

    def refuse(path: str) -> None:
        raise OSError(number, os.strerror(number), path)

    monkeypatch.setattr(sqlite, "_build", refuse)
    with pytest.raises(StoreError) as caught:
        open_store(store_path)
    assert type(caught.value) is kind
    assert str(store_path) in caught.value.message
    assert caught.value.remedy
    assert os.listdir(store_path.parent) == []


def test_a_folder_is_no_store(tmp_path: Path) -> None:
    """A folder, or a path below a file, is an error of the tree."""
    with pytest.raises(StoreError):
        open_store(tmp_path)
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(StoreError):
        open_store(tmp_path / "file" / "store.db")


def test_an_unknown_failure_is_still_a_store_error() -> None:
    """What has no name of its own names the path and a remedy too."""
    error = store_error(sqlite3.ProgrammingError("closed"), "/a/store.db")
    assert type(error) is StoreError
    assert "/a/store.db" in error.message
    assert error.remedy


def test_a_closed_store_says_so(store_path: Path) -> None:
    """Using a store after its close is an error of the tree."""
    database = open_store(store_path)
    database.close()
    with pytest.raises(StoreError), database.transaction():
        pass


def test_every_method_translates_errors(store: SqliteDatabase) -> None:
    """No error of the driver leaves a connection as it is."""
    sql = "select * from nowhere"
    with store.transaction() as db:
        for call in (db.rows, db.row, db.run):
            with pytest.raises(StoreError, match="nowhere"):
                call(sql)
        with pytest.raises(StoreError, match="nowhere"):
            db.many("delete from nowhere where id = ?", [(1,)])


def test_a_commit_that_fails_rolls_back(store: SqliteDatabase) -> None:
    """A reference that is still open at the commit takes the unit of work back."""
    with pytest.raises(StoreError, match="FOREIGN KEY"), store.transaction() as db:
        topic(db, "a")
        db.run("PRAGMA defer_foreign_keys = ON")
        db.run(
            "insert into subtopics (id, topic_id, code, name, created_at, updated_at)"
            " values (?, ?, 'b', 'B', ?, ?)",
            (b"1" * 16, b"2" * 16, db.instant(AT), db.instant(AT)),
        )
    assert count(store) == 0


def test_a_transaction_in_a_transaction_is_refused(store: SqliteDatabase) -> None:
    """Nesting is a mistake of the program, reported at once rather than as a deadlock."""
    with store.transaction() as db:
        topic(db, "a")
        with pytest.raises(RuntimeError), store.transaction():
            pass
    assert count(store) == 1


def test_threads_take_turns(store: SqliteDatabase) -> None:
    """Threads that read and then write through one store lose no update."""
    with store.transaction() as db:
        topic(db, "a")

    def add(_: int) -> None:
        with store.transaction() as db:
            (held,) = db.rows("select order_index from topics")[0]
            db.run("update topics set order_index = ?", (held + 1,))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(add, range(200)))
    with store.transaction() as db:
        assert db.rows("select order_index from topics") == [(200,)]


WRITER = """
import sys, uuid
sys.stdin.read()
from drillr.store.sqlite import open_store
database = open_store(sys.argv[1])
with database.transaction() as db:
    db.run(
        "insert into topics (id, code, name, created_at, updated_at) values (?, ?, '', '', '')",
        (uuid.uuid4().bytes, sys.argv[2]),
    )
database.close()
assert not {"sqlalchemy", "alembic", "pathlib", "typing", "dataclasses"} & set(sys.modules), (
    sorted(sys.modules)
)
"""


def test_processes_that_create_at_once_share_one_store(store_path: Path) -> None:
    """Each of many first starts succeeds, all into the same store, and without SQLAlchemy."""
    processes = [
        subprocess.Popen(
            [sys.executable, "-S", "-c", WRITER, str(store_path), str(number)],
            stdin=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        )
        for number in range(12)
    ]
    for process in processes:
        assert process.stdin is not None
        process.stdin.close()
        process.stdin = None
    errors = [process.communicate(timeout=60)[1] for process in processes]
    assert errors == [b""] * 12
    database = open_store(store_path)
    assert count(database) == 12
    database.close()
    assert os.listdir(store_path.parent) == ["store.db"]


def test_the_store_that_came_first_stays(store_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that built its store too late uses the one that is there."""
    build = sqlite._build

    def build_late(path: str) -> None:
        build(path)
        monkeypatch.setattr(sqlite, "_build", build)
        first = open_store(store_path)
        with first.transaction() as db:
            topic(db, "first")
        first.close()

    monkeypatch.setattr(sqlite, "_build", build_late)
    late = open_store(store_path)
    assert count(late) == 1
    late.close()
    assert os.listdir(store_path.parent) == ["store.db"]


def test_a_file_system_without_links(store_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where links aren't possible the store is renamed into place."""

    def refuse(source: str, target: str) -> None:
        raise PermissionError(errno.EPERM, "no links here", target)

    monkeypatch.setattr(os, "link", refuse)
    database = open_store(store_path)
    assert count(database) == 0
    database.close()
    assert os.listdir(store_path.parent) == ["store.db"]


@pytest.mark.parametrize("step", ["_build", "_publish"])
def test_a_kill_while_creating_leaves_nothing_usable(
    store_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    """A start that dies at any step leaves no store, and the next start makes a whole one."""

    def die(*_: str) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(sqlite, step, die)
        with pytest.raises(KeyboardInterrupt):
            open_store(store_path)
    assert not store_path.exists()
    database = open_store(store_path)
    assert (database.version, count(database)) == (HEAD, 0)
    database.close()
