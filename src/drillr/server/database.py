"""Opens the server's database, checks its versions, and brings it up to date when told to."""

import os
from typing import TYPE_CHECKING

from drillr.errors import StoreError, StoreFromTheFuture
from drillr.store import versions as core
from drillr.store.asynchronous import AsyncMariaDatabase
from drillr.store.mariadb import MariaDatabase
from drillr.store.sqlite import SqliteDatabase, open_store

if TYPE_CHECKING:
    from drillr.server.settings import ServerSettings
    from drillr.store.connection import Connection, Database

SCRIPTS = "drillr:server/migrations"
HEAD = "0002"
"""The version of the server's own tables that this drillr reads and writes."""
KNOWN = ("0001", "0002")

_TABLES = {"alembic_version": (core.HEAD, core.KNOWN), "alembic_version_server": (HEAD, KNOWN)}


def sqlite_path(settings: "ServerSettings") -> str:
    """The file of the embedded database."""
    return os.path.join(settings.data, "server.db")


def open_asynchronous(settings: "ServerSettings") -> "Database":
    """The database for a program with an event loop."""
    if settings.embedded:
        return _embedded(settings)
    return AsyncMariaDatabase(
        settings.database.get_secret_value(),
        pool_size=settings.pool_size,
        max_overflow=settings.pool_overflow,
    )


def open_plain(settings: "ServerSettings") -> "Database":
    """The database for commands and tasks, which have no event loop."""
    if settings.embedded:
        return _embedded(settings)
    return MariaDatabase(settings.database.get_secret_value(), pool_size=2, max_overflow=8)


def migrate(settings: "ServerSettings") -> None:
    """Make or upgrade every table: the store's, then the server's own."""
    from drillr.store.migrate import upgrade_further, upgrade_mariadb

    if settings.embedded:
        path = sqlite_path(settings)
        open_store(path).close()
        upgrade_further(path, SCRIPTS)
        return
    database = MariaDatabase(settings.database.get_secret_value())
    try:
        upgrade_mariadb(database.engine)
        upgrade_mariadb(database.engine, scripts=SCRIPTS)
    finally:
        database.close()


def check_versions(db: "Connection") -> None:
    """StoreError when the tables are not those that this drillr was written for."""
    for table, (head, known) in _TABLES.items():
        found = _version(db, table)
        if found == head:
            continue
        if found is not None and found not in known:
            raise StoreFromTheFuture(
                f"the database was upgraded by a newer drillr ({table}: {found})",
                "Upgrade drillr on this machine too",
            )
        raise StoreError(
            f"the database is not up to date ({table}: {found or 'none'}, expected {head})",
            "Run `drillr server migrate`",
        )


def _embedded(settings: "ServerSettings") -> SqliteDatabase:
    """A fresh embedded database is made at once; one of an older drillr too, as the product does.

    A database that others share is never migrated by starting a server.
    """
    path = sqlite_path(settings)
    database = open_store(path)
    with database.transaction(write=False) as db:
        current = _version(db, "alembic_version_server") == HEAD
    if not current:
        database.close()
        migrate(settings)
        database = open_store(path)
    return database


def _version(db: "Connection", table: str) -> str | None:
    if db.dialect == "sqlite":
        exists = db.row("select 1 from sqlite_master where name = ?", (table,))
    else:
        exists = db.row(
            "select 1 from information_schema.tables"
            " where table_schema = database() and table_name = ?",
            (table,),
        )
    row = db.row(f"select version_num from {table}") if exists else None
    return None if row is None else str(row[0])
