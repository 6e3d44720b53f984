"""Upgrades of a store: the copy first, all or nothing, and every row kept."""

import functools
import os
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from sqlalchemy import create_engine

from drillr.errors import StoreBusy, StoreCorrupt, StoreError, StoreFull, StoreReadOnly
from drillr.store import migrate, sqlite
from drillr.store.connection import Connection
from drillr.store.mariadb import MariaDatabase
from drillr.store.migrate import alembic_config, upgrade_mariadb, upgrade_sqlite
from drillr.store.sqlite import SqliteDatabase, open_readonly, open_store
from drillr.store.tables import metadata
from drillr.store.versions import HEAD, KNOWN

Seed = Callable[[Connection], None]
Revision = Callable[[str], tuple[str, ...]]

LATER = "9999"
HEADER = f"""
import sqlalchemy as sa
from alembic import op
revision, down_revision, branch_labels, depends_on = "{LATER}", "{HEAD}", None, None
"""
REBUILD = """
def upgrade():
    for table in ("questions", "users", "facets"):
        with op.batch_alter_table(table, recreate="always") as batch:
            batch.add_column(sa.Column("note", sa.Text(), nullable=True))
"""
FAILING = """
def upgrade():
    op.create_table("extra", sa.Column("id", sa.Integer(), primary_key=True))
    op.add_column("topics", sa.Column("note", sa.Text(), nullable=True))
    op.execute("UPDATE topics SET name = 'changed'")
    op.execute("UPDATE nowhere SET name = 'changed'")
"""
RAISING = FAILING.replace("op.execute(\"UPDATE nowhere SET name = 'changed'\")", "1 / 0")
ORPHANING = """
def upgrade():
    op.execute("DELETE FROM questions")
"""
ADDING = """
def upgrade():
    op.add_column("topics", sa.Column("note", sa.Text(), nullable=True))
"""


@pytest.fixture
def revision(tmp_path: Path) -> Revision:
    """Writes a later revision into a folder of its own; gives the folder as a location."""

    def write(body: str) -> tuple[str, ...]:
        folder = tmp_path / "later 100%: revisions"
        folder.mkdir(exist_ok=True)
        (folder / f"{LATER}_later.py").write_text(HEADER + body)
        return (str(folder),)

    return write


@pytest.fixture
def filled(store_path: Path, seed: Seed) -> Path:
    """A closed store with one row of each kind, and a child that a cascade would delete."""
    database = open_store(store_path)
    with database.transaction() as db:
        seed(db)
        db.run(
            "create table cascading (question_id blob primary key,"
            " foreign key (question_id) references questions (id) on delete cascade)"
        )
        db.run("insert into cascading select id from questions")
    database.close()
    return store_path


@pytest.fixture
def mariadb_database(empty_mariadb_url: str) -> Iterator[MariaDatabase]:
    """A database on MariaDB without tables."""
    database = MariaDatabase(empty_mariadb_url)
    yield database
    database.close()


def content(path: Path) -> list[str]:
    """Everything in the store: its tables and all their rows."""
    driver = sqlite3.connect(path)
    dump = list(driver.iterdump())
    driver.close()
    return dump


def counts(path: Path) -> dict[str, int]:
    """How many rows each table has."""
    driver = sqlite3.connect(path)
    tables = [*metadata.tables, "cascading"]
    found = {name: driver.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in tables}
    driver.close()
    return found


def names(path: Path) -> set[str]:
    """The files beside the store."""
    return set(os.listdir(path.parent))


def one(path: Path, sql: str) -> Any:
    """The first value of a query."""
    driver = sqlite3.connect(path)
    (value,) = driver.execute(sql).fetchone()
    driver.close()
    return value


def test_an_upgrade_copies_the_store_first(filled: Path, revision: Revision) -> None:
    """The copy has the old version and every row, and only its owner reads it."""
    before = content(filled)
    upgrade_sqlite(str(filled), version_locations=revision(ADDING))
    copy = filled.with_name(f"store.db.before-{HEAD}-{LATER}.backup")
    assert content(copy) == before
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert one(filled, "SELECT version_num FROM alembic_version") == LATER
    assert one(copy, "SELECT version_num FROM alembic_version") == HEAD
    assert names(filled) == {"store.db", copy.name}


def test_a_copy_opens_as_a_store(filled: Path, revision: Revision) -> None:
    """The copy that an upgrade leaves can take the store's place."""
    upgrade_sqlite(str(filled), version_locations=revision(ADDING))
    database = open_store(filled.with_name(f"store.db.before-{HEAD}-{LATER}.backup"))
    with database.transaction() as db:
        assert db.row("select count(*) from questions") == (1,)
    database.close()


def test_a_store_that_is_up_to_date_is_left_alone(filled: Path) -> None:
    """Without a missing revision there is no copy and no change."""
    before = content(filled)
    upgrade_sqlite(str(filled))
    assert content(filled) == before
    assert names(filled) == {"store.db"}


def test_a_rebuild_of_parents_keeps_their_children(filled: Path, revision: Revision) -> None:
    """Tables that others refer to are dropped and made anew, and no other table loses a row."""
    before = counts(filled)
    assert before["mcq_options"] == before["spaced_repetition_cards"] == before["cascading"] == 1
    upgrade_sqlite(str(filled), version_locations=revision(REBUILD))
    assert counts(filled) == before
    assert one(filled, "SELECT count(note IS NULL) FROM questions") == 1


def test_a_rebuild_keeps_checks_and_references(filled: Path, revision: Revision) -> None:
    """After a rebuild a bad value and a missing parent are still refused."""
    upgrade_sqlite(str(filled), version_locations=revision(REBUILD))
    database = SqliteDatabase(filled)
    for sql in (
        "update questions set difficulty_level = 6",
        "update questions set type = 'essay'",
        "delete from facets",
        "delete from users",
    ):
        with database.transaction() as db, pytest.raises(StoreError):
            db.run(sql)
    database.close()


@pytest.mark.parametrize(
    ("body", "error"), [(FAILING, StoreError), (RAISING, ZeroDivisionError)], ids=["sql", "python"]
)
def test_a_failing_revision_leaves_nothing(
    filled: Path, revision: Revision, body: str, error: type[Exception]
) -> None:
    """Neither a table, a column, a row nor the version of a failed upgrade stays."""
    before = content(filled)
    with pytest.raises(error):
        upgrade_sqlite(str(filled), version_locations=revision(body))
    assert content(filled) == before
    database = open_store(filled)
    with database.transaction() as db:
        assert db.row("select name from topics") == ("Name",)
    database.close()


def test_an_upgrade_that_would_orphan_rows_is_taken_back(filled: Path, revision: Revision) -> None:
    """Foreign keys are off during an upgrade, so they are checked as a whole before its end."""
    before = content(filled)
    with pytest.raises(StoreCorrupt, match="without what they refer to") as caught:
        upgrade_sqlite(str(filled), version_locations=revision(ORPHANING))
    assert "Nothing was changed" in caught.value.remedy
    assert content(filled) == before


def test_a_failed_upgrade_can_be_repeated(filled: Path, revision: Revision) -> None:
    """The copy of a failed attempt is in nobody's way."""
    with pytest.raises(StoreError):
        upgrade_sqlite(str(filled), version_locations=revision(FAILING))
    upgrade_sqlite(str(filled), version_locations=revision(ADDING))
    assert one(filled, "SELECT version_num FROM alembic_version") == LATER
    assert names(filled) == {"store.db", f"store.db.before-{HEAD}-{LATER}.backup"}


def test_no_upgrade_without_its_copy(
    filled: Path, revision: Revision, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the copy can't be made the store keeps its version."""

    def refuse(*_: object) -> None:
        raise OSError(28, "No space left on device")

    before = content(filled)
    monkeypatch.setattr(migrate, "_copy", refuse)
    with pytest.raises(StoreFull):
        upgrade_sqlite(str(filled), version_locations=revision(ADDING))
    assert content(filled) == before


def test_an_upgrade_waits_for_no_one_forever(
    filled: Path, revision: Revision, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A store that another process writes to is busy, and keeps its version."""
    monkeypatch.setattr(migrate, "LOCK_SECONDS", 0)
    other = SqliteDatabase(filled)
    with other.transaction(), pytest.raises(StoreBusy):
        upgrade_sqlite(str(filled), version_locations=revision(ADDING))
    other.close()
    assert names(filled) == {"store.db"}


def test_an_older_store_is_upgraded_when_it_is_opened(
    filled: Path, revision: Revision, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A drillr that knows a later version brings the store to it; a reader only says so."""
    monkeypatch.setattr(sqlite, "HEAD", LATER)
    monkeypatch.setattr(sqlite, "KNOWN", (*KNOWN, LATER))
    with pytest.raises(StoreReadOnly, match="older version"):
        open_readonly(filled)
    upgrade = functools.partial(upgrade_sqlite, version_locations=revision(ADDING))
    monkeypatch.setattr(migrate, "upgrade_sqlite", upgrade)
    database = open_store(filled)
    with database.transaction() as db:
        assert db.rows("select name, note from topics") == [("Name", None)]
        assert db.row("PRAGMA foreign_keys") == (1,)
    assert database.version == LATER
    database.close()


def test_an_upgrade_is_the_future_for_this_drillr(filled: Path, revision: Revision) -> None:
    """Once a newer drillr has upgraded the store, this one refuses it."""
    upgrade_sqlite(str(filled), version_locations=revision(ADDING))
    with pytest.raises(StoreError, match="newer drillr"):
        open_store(filled)


UPGRADER = """
import sys
from drillr.store.migrate import upgrade_sqlite
sys.stdin.read()
upgrade_sqlite(sys.argv[1], version_locations=sys.argv[2:])
"""


def test_upgrades_at_once_all_succeed(filled: Path, revision: Revision) -> None:
    """All but one process wait, and find the work done: one copy, of the old version."""
    locations = revision(ADDING)
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", UPGRADER, str(filled), *locations],
            stdin=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        )
        for _ in range(4)
    ]
    for process in processes:
        assert process.stdin is not None
        process.stdin.close()
        process.stdin = None
    errors = [process.communicate(timeout=60)[1] for process in processes]
    assert errors == [b""] * 4
    copy = filled.with_name(f"store.db.before-{HEAD}-{LATER}.backup")
    assert one(copy, "SELECT version_num FROM alembic_version") == HEAD
    assert one(filled, "SELECT version_num FROM alembic_version") == LATER
    assert names(filled) == {"store.db", copy.name}


def test_a_downgrade_of_the_first_revision_drops_everything(store_path: Path) -> None:
    """The way back from the first schema leaves no table of ours."""
    open_store(store_path).close()
    engine = create_engine(f"sqlite:///{store_path}")
    with engine.connect() as connection:
        command.downgrade(alembic_config(connection), "base")
        connection.commit()
    engine.dispose()
    tables = "SELECT group_concat(name) FROM sqlite_master WHERE type = 'table'"
    assert one(store_path, tables) == "alembic_version"


def test_alembic_finds_no_difference_on_sqlite(store_path: Path) -> None:
    """The migrations and the tables agree on SQLite."""
    open_store(store_path).close()
    engine = create_engine(f"sqlite:///{store_path}")
    with engine.connect() as connection:
        command.check(alembic_config(connection))
    engine.dispose()


def test_alembic_finds_no_difference_on_mariadb(mariadb: MariaDatabase) -> None:
    """The migrations and the tables agree on MariaDB."""
    with mariadb.engine.connect() as connection:
        command.check(alembic_config(connection))


def test_an_upgrade_on_mariadb_can_run_again(mariadb_database: MariaDatabase) -> None:
    """A second run finds nothing to do, and one that was cut short is finished."""
    upgrade_mariadb(mariadb_database.engine)
    upgrade_mariadb(mariadb_database.engine)
    with mariadb_database.transaction() as db:
        db.run("delete from alembic_version")
        db.run("drop table import_sources")
        db.run("drop index ix_learning_events_created_at on learning_events")
    upgrade_mariadb(mariadb_database.engine)
    with mariadb_database.engine.connect() as connection:
        command.check(alembic_config(connection))


def test_a_later_revision_on_mariadb_keeps_every_row(
    mariadb_database: MariaDatabase, revision: Revision, seed: Seed
) -> None:
    """A revision that rebuilds on SQLite alters in place on MariaDB."""
    upgrade_mariadb(mariadb_database.engine)
    with mariadb_database.transaction() as db:
        seed(db)
    later = revision(REBUILD.replace(', recreate="always"', ""))
    upgrade_mariadb(mariadb_database.engine, version_locations=later)
    with mariadb_database.transaction() as db:
        assert db.row("select version_num from alembic_version") == (LATER,)
        assert db.rows("select external_id, note from questions") == [("q-1", None)]
        assert db.row("select count(*) from spaced_repetition_cards") == (1,)


def test_a_failing_revision_on_mariadb_gives_the_lock_back(
    mariadb_database: MariaDatabase, revision: Revision
) -> None:
    """After a failure the version is the old one, and the next attempt can start."""
    upgrade_mariadb(mariadb_database.engine)
    with pytest.raises(StoreError, match="nowhere"):
        upgrade_mariadb(mariadb_database.engine, version_locations=revision(FAILING))
    with mariadb_database.transaction() as db:
        assert db.row("select version_num from alembic_version") == (HEAD,)
        assert db.row("select is_free_lock(?)", (migrate.lock_name(mariadb_database.engine),)) == (
            1,
        )


def test_a_second_upgrade_on_mariadb_waits_for_the_lock(
    mariadb_database: MariaDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While another process upgrades, this one waits, and then gives up with a remedy."""
    monkeypatch.setattr(migrate, "LOCK_SECONDS", 0)
    with mariadb_database.transaction() as db:
        name = migrate.lock_name(mariadb_database.engine)
        assert db.row("select get_lock(?, 0)", (name,)) == (1,)
        with pytest.raises(StoreBusy) as caught:
            upgrade_mariadb(mariadb_database.engine)
        assert caught.value.remedy
        assert db.rows("show tables") == []
        db.row("select release_lock(?)", (name,))
