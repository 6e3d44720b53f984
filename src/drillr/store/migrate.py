"""Brings a store's schema up to date with Alembic, on SQLite and on MariaDB."""

import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util.exc import CommandError
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import StaticPool

from drillr.errors import StoreBusy, StoreCorrupt, StoreError
from drillr.store.mariadb import database_error
from drillr.store.sqlite import read_version, store_error

SCRIPTS = "drillr:store/migrations"
LOCK_SECONDS = 60


def alembic_config(
    connection: Connection | None = None,
    version_locations: Sequence[str] = (),
    scripts: str = SCRIPTS,
) -> Config:
    """Alembic's configuration, built in code; `version_locations` are more folders of revisions.

    `scripts` is another tree of migrations than the store's own.
    """
    config = Config()
    config.set_main_option("script_location", scripts)
    if version_locations:
        folders = "\n".join([f"{scripts}/versions", *version_locations])
        config.set_main_option("path_separator", "newline")
        config.set_main_option("version_locations", folders.replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def migrate_driver(driver: sqlite3.Connection, *, version_locations: Sequence[str] = ()) -> None:
    """Run every missing revision on an open SQLite connection, all of them or none."""
    with _write_lock(driver) as connection:
        _run_revisions(connection, version_locations)


def upgrade_sqlite(path: str, *, version_locations: Sequence[str] = ()) -> None:
    """Upgrade the store, after a copy to `<name>.before-<from>-<to>.backup` beside it.

    The write lock is held from before the copy, so the copy misses nothing, and of two processes
    that start at once the second finds the work done.
    """
    target = ScriptDirectory.from_config(
        alembic_config(version_locations=version_locations)
    ).get_current_head()
    driver = None
    try:
        driver = sqlite3.connect(
            path, isolation_level=None, check_same_thread=False, timeout=LOCK_SECONDS
        )
        with _write_lock(driver) as connection:
            version = read_version(driver, path)
            if version != target:
                _copy(path, f"{path}.before-{version}-{target}.backup")
                _run_revisions(connection, version_locations)
    except (sqlite3.Error, OSError) as error:
        raise store_error(error, path) from error
    except (SQLAlchemyError, CommandError) as error:
        cause = getattr(error, "orig", None)
        raise store_error(cause if isinstance(cause, Exception) else error, path) from error
    finally:
        if driver is not None:
            driver.close()


@contextmanager
def _write_lock(driver: sqlite3.Connection) -> Iterator[Connection]:
    """One transaction that writes; leaving it without a commit takes back changes of tables too.

    Foreign keys are off meanwhile, because a table is changed by dropping its old self. That
    pragma does nothing inside of a transaction, so the connection must be in none.
    """
    driver.execute("PRAGMA foreign_keys=OFF")
    engine = create_engine("sqlite+pysqlite://", creator=lambda: driver, poolclass=StaticPool)
    # Not simply executed beforehand: SQLAlchemy rolls back once when it first connects.
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    with engine.connect() as connection, connection.begin() as transaction:
        yield connection
        if transaction.is_active:
            transaction.rollback()


def _run_revisions(connection: Connection, version_locations: Sequence[str]) -> None:
    """Run the missing revisions in the transaction that is open, and commit it."""
    command.upgrade(alembic_config(connection, version_locations), "head")
    orphans = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
    if orphans:
        raise StoreCorrupt(
            f"The upgrade would leave {len(orphans)} rows without what they refer to",
            "Nothing was changed. Please report this.",
        )
    connection.commit()


def upgrade_further(path: str, scripts: str) -> None:
    """Run another tree of migrations on an existing store, all of it or nothing."""
    driver = sqlite3.connect(
        path, isolation_level=None, check_same_thread=False, timeout=LOCK_SECONDS
    )
    try:
        with _write_lock(driver) as connection:
            command.upgrade(alembic_config(connection, scripts=scripts), "head")
            connection.commit()
    except sqlite3.Error as error:
        raise store_error(error, path) from error
    except (SQLAlchemyError, CommandError) as error:
        raise store_error(error, path) from error
    finally:
        driver.close()


def _copy(path: str, target: str) -> None:
    """Copy the store as it is committed now; the copy appears whole.

    It reads on a connection of its own: the one that holds the write lock would wait for itself.
    """
    fresh = f"{target}.{os.getpid()}.new"
    os.close(os.open(fresh, os.O_CREAT | os.O_TRUNC | os.O_RDWR, 0o600))
    source, copy = sqlite3.connect(path), sqlite3.connect(fresh)
    try:
        source.backup(copy)
        copy.close()
        os.replace(fresh, target)
    finally:
        source.close()
        copy.close()
        if os.path.exists(fresh):
            os.unlink(fresh)


def upgrade_mariadb(
    engine: Engine, *, version_locations: Sequence[str] = (), scripts: str = SCRIPTS
) -> None:
    """Upgrade the server's database; one process does so while the others wait.

    MariaDB can't take a change of tables back, so every revision must be able to run again.
    """
    database = engine.url.database or ""
    name = lock_name(engine)
    try:
        with engine.connect() as connection:
            if not _get_lock(connection, name):
                raise StoreBusy(
                    f"Another process upgrades the database {database}",
                    "Wait for it to finish, then try again.",
                )
            try:
                command.upgrade(alembic_config(connection, version_locations, scripts), "head")
                connection.commit()
            finally:
                connection.rollback()
                connection.exec_driver_sql("DO RELEASE_LOCK(%s)", (name,))
    except SQLAlchemyError as error:
        raise database_error(error, database) from error
    except CommandError as error:
        raise StoreError(
            f"The database {database} can't be upgraded ({error})",
            "If a newer drillr upgraded it, upgrade this one too.",
        ) from error


def lock_name(engine: Engine) -> str:
    """The name of MariaDB's lock that an upgrade of this database holds: at most 64 characters."""
    database = engine.url.database or ""
    return "drillr_migrate:" + sha256(database.encode()).hexdigest()[:32]


def _get_lock(connection: Connection, name: str) -> bool:
    got = connection.exec_driver_sql("SELECT GET_LOCK(%s, %s)", (name, LOCK_SECONDS))
    return bool(got.scalar() == 1)
