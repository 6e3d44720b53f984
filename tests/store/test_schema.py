"""The schema: that its three descriptions agree, and what MariaDB makes of it."""

import json
import re
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import (
    CheckConstraint,
    Connection,
    Engine,
    create_engine,
    insert,
    inspect,
    select,
    update,
)
from sqlalchemy.exc import StatementError

from drillr.store import schema
from drillr.store.connection import Database
from drillr.store.mariadb import MariaDatabase
from drillr.store.migrate import migrate_driver
from drillr.store.sqlite import open_store
from drillr.store.tables import metadata
from drillr.store.types import Digest, Json, Key, LongText, UtcDateTime
from drillr.store.versions import APPLICATION_ID, HEAD, KNOWN

VERSION_TABLE = "alembic_version"


def statements(path: Path) -> dict[str, list[str]]:
    """What SQLite says made each table and index, as lines without their order."""
    driver = sqlite3.connect(path)
    rows = driver.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
    driver.close()
    return {name: lines(sql) for name, sql in rows if name != VERSION_TABLE}


def lines(sql: str) -> list[str]:
    """The lines of a statement, sorted: two tables may name their constraints in another order."""
    return sorted(line.strip().rstrip(",") for line in sql.splitlines() if line.strip())


def test_the_file_is_what_the_migrations_make() -> None:
    """`schema.sql` is up to date; `python -m drillr.store.schema` writes it anew."""
    assert schema.PATH.read_text(encoding="utf-8") == schema.sqlite_schema()


def test_the_file_ends_at_the_version_that_the_code_knows() -> None:
    """The version in `schema.sql` is HEAD, the last of the known ones."""
    script = schema.PATH.read_text(encoding="utf-8")
    assert f"VALUES ('{HEAD}');" in script
    assert f"PRAGMA application_id = {APPLICATION_ID};" in script
    assert KNOWN[-1] == HEAD


def test_a_fresh_store_is_a_migrated_store(tmp_path: Path) -> None:
    """A store from `schema.sql` and one that ran every migration have the same dump."""
    open_store(tmp_path / "fresh.db").close()
    migrated = sqlite3.connect(
        tmp_path / "migrated.db", isolation_level=None, check_same_thread=False
    )
    migrate_driver(migrated)
    fresh = sqlite3.connect(tmp_path / "fresh.db")
    try:
        assert schema.dump(fresh) == schema.dump(migrated)
        for pragma in ("application_id", "user_version", "page_size", "encoding"):
            sql = f"PRAGMA {pragma}"
            assert fresh.execute(sql).fetchall() == migrated.execute(sql).fetchall()
    finally:
        fresh.close()
        migrated.close()


def test_the_migrations_make_what_the_tables_say_on_sqlite(tmp_path: Path) -> None:
    """Each CREATE statement agrees with the MetaData, CHECKs and defaults included."""
    open_store(tmp_path / "fresh.db").close()
    engine = create_engine(f"sqlite:///{tmp_path / 'declared.db'}")
    metadata.create_all(engine)
    engine.dispose()
    assert statements(tmp_path / "fresh.db") == statements(tmp_path / "declared.db")


def _without_counter(connection: Connection, table: str) -> str:
    """What made a table; how many rows it ever had is no part of that."""
    sql = connection.exec_driver_sql(f"SHOW CREATE TABLE `{table}`").one()[1]
    return re.sub(r" AUTO_INCREMENT=\d+", "", sql)


def created(engine: Engine) -> dict[str, list[str]]:
    """What MariaDB says would make each table, as lines without their order."""
    with engine.connect() as connection:
        return {
            name: lines(_without_counter(connection, name))
            for name in inspect(connection).get_table_names()
            if name != VERSION_TABLE
        }


def test_the_migrations_make_what_the_tables_say_on_mariadb(
    mariadb: MariaDatabase, empty_mariadb_url: str
) -> None:
    """Each SHOW CREATE TABLE agrees with the MetaData: what `alembic check` doesn't see, too."""
    declared = MariaDatabase(empty_mariadb_url)
    metadata.create_all(declared.engine)
    try:
        assert created(mariadb.engine) == created(declared.engine)
        assert set(created(mariadb.engine)) == set(metadata.tables)
    finally:
        declared.close()


def columns(database: MariaDatabase, kind: type[Any]) -> list[tuple[Any, ...]]:
    """Type and collation that MariaDB gives to the columns of one of our types."""
    names = [
        (table.name, column.name)
        for table in metadata.tables.values()
        for column in table.columns
        if isinstance(column.type, kind)
    ]
    assert names
    with database.transaction(write=False) as db:
        return [
            found
            for name in names
            for found in db.rows(
                "select column_type, collation_name from information_schema.columns"
                " where table_schema = database() and table_name = ? and column_name = ?",
                name,
            )
        ]


@pytest.mark.parametrize(
    ("kind", "declared"),
    [
        (Key, ("uuid", None)),
        (Digest, ("binary(16)", None)),
        (UtcDateTime, ("datetime(6)", None)),
        (LongText, ("mediumtext", "utf8mb4_nopad_bin")),
        (Json, ("longtext", "utf8mb4_bin")),
    ],
)
def test_our_types_on_mariadb(
    mariadb: MariaDatabase, kind: type[Any], declared: tuple[str, str | None]
) -> None:
    """Microseconds, native identifiers and long text are there in every column of the type."""
    assert set(columns(mariadb, kind)) == {declared}


def test_text_on_mariadb_compares_byte_for_byte(mariadb: MariaDatabase) -> None:
    """Every table, and every text column but JSON, has the collation that SQLite has by nature."""
    with mariadb.transaction(write=False) as db:
        tables = db.rows(
            "select distinct engine, table_collation from information_schema.tables"
            " where table_schema = database() and table_name <> ?",
            (VERSION_TABLE,),
        )
        texts = db.rows(
            "select distinct collation_name from information_schema.columns where"
            " table_schema = database() and table_name <> ? and data_type in ('varchar', 'text')",
            (VERSION_TABLE,),
        )
    assert tables == [("InnoDB", "utf8mb4_nopad_bin")]
    assert texts == [("utf8mb4_nopad_bin",)]


def test_every_check_is_in_both_databases(mariadb: MariaDatabase, store_path: Path) -> None:
    """No CHECK of the MetaData is missing from a database, by name."""
    open_store(store_path).close()
    local = create_engine(f"sqlite:///{store_path}")
    for table in metadata.tables.values():
        declared = {
            str(constraint.name)
            for constraint in table.constraints
            if isinstance(constraint, CheckConstraint)
        }
        for engine in (local, mariadb.engine):
            found = inspect(engine).get_check_constraints(table.name)
            assert {check["name"] for check in found if "ck_" in str(check["name"])} == declared
    local.dispose()


def test_tables_without_a_rowid() -> None:
    """The tables that are found by their whole key are stored in its order."""
    script = schema.PATH.read_text(encoding="utf-8")
    found = re.findall(r"CREATE TABLE (\w+) \((?:(?!CREATE).)*?WITHOUT ROWID", script, re.DOTALL)
    assert found == ["mcq_options", "spaced_repetition_cards", "daily_activity"]


def test_core_and_codecs_hold_the_same_values(database: Database, store_path: Path) -> None:
    """What SQLAlchemy writes through the tables, the repositories read, and the reverse."""
    engine = (
        database.engine
        if isinstance(database, MariaDatabase)
        else create_engine(f"sqlite:///{store_path}")
    )
    users = metadata.tables["users"]
    key, at = bytes.fromhex("0198c0de000070008000000000000001"), datetime(2026, 3, 1, tzinfo=UTC)
    row = {
        "id": key,
        "username": "ada",
        "password_hash": "!",
        "preferences": {"text": "é", "number": 1.5},
        "learning_settings": [],
        "created_at": at,
        "updated_at": at,
    }
    with engine.begin() as connection:
        connection.execute(insert(users).values(row))
    with database.transaction() as db:
        found = db.row("select id, created_at, preferences, last_login_at from users")
        assert found is not None
        assert (db.read_key(found[0]), db.read_instant(found[1]), found[3]) == (key, at, None)
        assert json.loads(found[2]) == row["preferences"]
        later = at + timedelta(microseconds=1)
        db.run("update users set last_login_at = ?", (db.instant(later),))
    with engine.begin() as connection:
        query = select(users).where(users.c.id == key, users.c.last_login_at == later)
        assert dict(connection.execute(query).mappings().one()) == row | {
            "email": None,
            "full_name": None,
            "is_active": True,
            "is_verified": False,
            "last_login_at": later,
        }
        with pytest.raises(StatementError, match="without a time zone"):
            connection.execute(update(users).values(last_login_at=datetime(2026, 3, 1)))
    if not isinstance(database, MariaDatabase):
        engine.dispose()


def test_names_are_short_enough_for_mariadb() -> None:
    """MariaDB's identifiers end at 64 characters."""
    names = [
        str(name)
        for table in metadata.tables.values()
        for name in (
            *(index.name for index in table.indexes),
            *(constraint.name for constraint in table.constraints),
        )
        if name
    ]
    assert len(names) > 50
    assert max(map(len, names)) <= 64
