"""Databases for the tests of the store: a file on SQLite, and a schema of its own on MariaDB."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_OID, uuid5

import pytest
from sqlalchemy import create_engine
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from drillr.store.connection import Connection, Database
from drillr.store.mariadb import MariaDatabase
from drillr.store.migrate import upgrade_mariadb
from drillr.store.sqlite import open_store
from drillr.store.tables import metadata

DEFAULT = "mariadb+pymysql://root@127.0.0.1:3306"
START_SECONDS = 120
AT = datetime(2026, 3, 1, 9, 30, 15, 123456, tzinfo=UTC)

NewDatabase = Callable[[str], AbstractContextManager[str]]


def _identifier(name: str) -> bytes:
    """The same valid identifier for the same name."""
    return uuid5(NAMESPACE_OID, name).bytes


def _administer(server: URL, statement: str) -> None:
    """Run one statement on a connection of its own."""
    address = server.set(drivername="mariadb+pymysql")
    engine = create_engine(address, poolclass=NullPool, connect_args={"connect_timeout": 3})
    with engine.connect() as connection:
        connection.exec_driver_sql(statement)


def _reachable(server: URL) -> bool:
    try:
        _administer(server, "DO 0")
    except SQLAlchemyError:
        return False
    return True


@contextmanager
def private_server(folder: Path) -> Iterator[URL]:
    """A MariaDB of our own, from the installed programs, on a free port, for as long as needed."""
    install, program = shutil.which("mariadb-install-db"), shutil.which("mariadbd")
    if install is None or program is None:
        raise FileNotFoundError("neither a MariaDB server nor its programs are here")
    data = f"--datadir={folder / 'data'}"
    user = ["--user=root"] if os.geteuid() == 0 else []
    subprocess.run(
        [install, "--no-defaults", data, "--auth-root-authentication-method=normal", *user],
        check=True,
        capture_output=True,
    )
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = make_url(DEFAULT).set(port=port)
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [
                program,
                "--no-defaults",
                data,
                f"--port={port}",
                "--bind-address=127.0.0.1",
                f"--socket={folder / 'socket'}",
                f"--pid-file={folder / 'pid'}",
                *user,
            ],
            stdout=log,
            stderr=log,
        )
        try:
            deadline = time.monotonic() + START_SECONDS
            while not _reachable(server):
                if process.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError(f"mariadbd didn't start: {(folder / 'log').read_text()}")
            yield server
        finally:
            process.terminate()
            process.wait(START_SECONDS)


@pytest.fixture(scope="session")
def mariadb_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[URL]:
    """A MariaDB server: the one that is named, the local one, or one of our own."""
    named = os.environ.get("DRILLR_TEST_MARIADB")
    server = make_url(named or DEFAULT)
    if _reachable(server):
        yield server
        return
    reason = f"no MariaDB at {server.host}:{server.port}"
    if named is None:
        try:
            with private_server(tmp_path_factory.mktemp("mariadb")) as server:
                yield server
            return
        except (OSError, subprocess.CalledProcessError, RuntimeError) as error:
            reason += f", and none could be started: {error}"
    if os.environ.get("DRILLR_REQUIRE_SERVICES") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def new_mariadb(mariadb_server: URL) -> NewDatabase:
    """Gives an empty database of its own to a `with` block, and drops it at the end."""

    return lambda suffix: fresh_database(mariadb_server, suffix)


@contextmanager
def fresh_database(server: URL, suffix: str = "") -> Iterator[str]:
    """The address of an empty database, which is dropped at the end of a `with` block."""
    name = f"drillr_test_{os.getpid()}_{os.urandom(4).hex()}{suffix}"
    _administer(server, f"CREATE DATABASE {name} CHARACTER SET utf8mb4")
    try:
        yield server.set(database=name).render_as_string(hide_password=False)
    finally:
        _administer(server, f"DROP DATABASE {name}")


@pytest.fixture(scope="session")
def mariadb_url(new_mariadb: NewDatabase) -> Iterator[str]:
    """The address of this run's own database on MariaDB, with drillr's tables."""
    with new_mariadb("") as url:
        database = MariaDatabase(url)
        upgrade_mariadb(database.engine)
        database.close()
        yield url


@pytest.fixture
def empty_mariadb_url(new_mariadb: NewDatabase) -> Iterator[str]:
    """The address of a database on MariaDB that this test alone uses, without tables."""
    with new_mariadb("_empty") as url:
        yield url


@pytest.fixture
def mariadb(mariadb_url: str) -> Iterator[MariaDatabase]:
    """The database on MariaDB, with empty tables."""
    database = MariaDatabase(mariadb_url)
    with database.transaction() as db:
        for table in reversed(metadata.sorted_tables):
            db.run(f"delete from {table.name}")
    yield database
    database.close()


@pytest.fixture
def store_path(tmp_path: Path) -> Path:
    """Where this test's store goes; there is none yet."""
    return tmp_path / "home" / "store.db"


@pytest.fixture(params=["sqlite", "mariadb"])
def database(request: pytest.FixtureRequest) -> Iterator[Database]:
    """An empty database: each test that takes it runs on both kinds."""
    if request.param == "mariadb":
        yield request.getfixturevalue("mariadb")
        return
    store = open_store(request.getfixturevalue("store_path"))
    yield store
    store.close()


def _insert(db: Connection, table: str, **values: Any) -> None:
    """Write one row."""
    marks = ", ".join("?" * len(values))
    db.run(f"insert into {table} ({', '.join(values)}) values ({marks})", tuple(values.values()))


@pytest.fixture
def seed() -> Callable[[Connection], None]:
    """Gives what writes one row of each kind into an empty database."""
    return _seed


def _seed(db: Connection) -> None:
    """Write one row of each kind: a facet with a question, and a person who answered it."""
    at = db.instant(AT)
    times = {"created_at": at, "updated_at": at}
    above: dict[str, Any] = {}
    for table, child in (
        ("topics", "topic_id"),
        ("subtopics", "subtopic_id"),
        ("leaves", "leaf_id"),
        ("facets", "facet_id"),
    ):
        key = db.key(_identifier(table))
        path = {"path": "a__b__c__d"} if table == "facets" else {}
        _insert(db, table, id=key, code="code", name="Name", **above, **path, **times)
        above = {child: key}
    question, user = db.key(_identifier("question")), db.key(_identifier("user"))
    device = db.key(_identifier("device"))
    _insert(
        db,
        "questions",
        id=question,
        **above,
        external_id="q-1",
        type="mcq",
        question="Which?",
        metadata="{}",
        difficulty_level=3,
        tags="[]",
        content_hash=db.blob(bytes(range(16))),
        **times,
    )
    _insert(db, "mcq_options", question_id=question, option_key="A", option_text="This")
    _insert(
        db,
        "users",
        id=user,
        username="ada",
        password_hash="!",
        preferences="{}",
        learning_settings="{}",
        **times,
    )
    _insert(db, "devices", id=device, user_id=user, name="laptop", created_at=at)
    _insert(
        db,
        "user_responses",
        id=db.key(_identifier("response")),
        user_id=user,
        question_id=question,
        difficulty_rating=2,
        response_metadata="{}",
        created_at=at,
        device_id=device,
        device_seq=1,
    )
    _insert(
        db,
        "spaced_repetition_cards",
        user_id=user,
        question_id=question,
        **above,
        card_state="new",
        **times,
    )
    _insert(db, "user_progress", user_id=user, **above, progress_metadata="{}")
