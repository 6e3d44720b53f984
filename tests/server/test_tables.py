"""The server's own tables: the migrations make what the MetaData says, on both databases."""

import re
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, inspect

from drillr.errors import StoreError, StoreFromTheFuture
from drillr.server import database, tables
from drillr.server.database import SCRIPTS, migrate, open_plain, sqlite_path
from drillr.store import tables as core
from drillr.store.mariadb import MariaDatabase
from drillr.store.migrate import upgrade_mariadb
from drillr.store.sqlite import open_store
from tests.server.conftest import settings_for
from tests.store.conftest import empty_mariadb_url  # noqa: F401


def made(engine: Engine) -> dict[str, list[str]]:
    """What the database says would make each of the server's tables, lines sorted."""
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            rows = connection.exec_driver_sql(
                "select name, sql from sqlite_master where sql is not null"
            )
            found = {row[0]: row[1] for row in rows}
        else:
            names = inspect(connection).get_table_names()
            found = {
                name: connection.exec_driver_sql(f"SHOW CREATE TABLE `{name}`").one()[1]
                for name in names
            }
    own = set(tables.metadata.tables)
    return {
        name: sorted(re.sub(r"\s+", " ", line).strip().rstrip(",") for line in sql.splitlines())
        for name, sql in found.items()
        if name in own or any(name.startswith(f"ix_{table}_") for table in own)
    }


def test_migrations_and_metadata_agree_on_sqlite(tmp_path: Path) -> None:
    """Each CREATE statement is the same."""
    settings = settings_for(tmp_path / "migrated")
    migrate(settings)
    open_store(tmp_path / "declared.db").close()
    engines = [
        create_engine(f"sqlite:///{path}")
        for path in (sqlite_path(settings), tmp_path / "declared.db")
    ]
    tables.metadata.create_all(engines[1])
    assert made(engines[0]) == made(engines[1])
    assert set(tables.metadata.tables) <= set(made(engines[0]))
    for engine in engines:
        engine.dispose()


def test_migrations_and_metadata_agree_on_mariadb(
    clean_mariadb_url: str,
    empty_mariadb_url: str,  # noqa: F811
) -> None:
    """Each SHOW CREATE TABLE is the same; and no server table shares a name with the store's."""
    migrated, declared = MariaDatabase(clean_mariadb_url), MariaDatabase(empty_mariadb_url)
    upgrade_mariadb(declared.engine)
    tables.metadata.create_all(declared.engine)
    assert made(migrated.engine) == made(declared.engine)
    assert not set(tables.metadata.tables) & set(core.metadata.tables)
    # Running it again finds the work done.
    upgrade_mariadb(migrated.engine, scripts=SCRIPTS)
    for one in (migrated, declared):
        one.close()


def test_a_database_that_is_not_up_to_date_is_not_served(
    empty_mariadb_url: str,  # noqa: F811
    tmp_path: Path,
) -> None:
    """A shared database is migrated by its command alone, and a newer one is left alone."""
    settings = settings_for(tmp_path, empty_mariadb_url)
    opened = open_plain(settings)
    with opened.transaction(write=False) as db, pytest.raises(StoreError, match="not up to date"):
        database.check_versions(db)
    migrate(settings)
    with opened.transaction(write=False) as db:
        database.check_versions(db)
    with opened.transaction() as db:
        db.run("update alembic_version_server set version_num = '9999'")
    with opened.transaction(write=False) as db, pytest.raises(StoreFromTheFuture):
        database.check_versions(db)
    opened.close()
