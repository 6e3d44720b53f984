"""Running servers for tests: in this process over SQLite and MariaDB, and real ones on loopback."""

import contextlib
import functools
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI
from pwdlib.hashers.argon2 import Argon2Hasher
from starlette.testclient import TestClient

from drillr.bootstrap import new_id, now
from drillr.server.app import create_app
from drillr.server.auth.passwords import Passwords
from drillr.server.database import SCRIPTS, open_plain
from drillr.server.opening import Choices
from drillr.server.settings import ServerSettings, from_environment
from drillr.services.context import Context
from drillr.store.mariadb import MariaDatabase
from drillr.store.migrate import upgrade_mariadb
from drillr.store.tables import metadata
from tests.conftest import Clock
from tests.store.conftest import (  # noqa: F401 - fixtures
    NewDatabase,
    mariadb_server,
    new_mariadb,
)

API = "/api/v1"
PASSWORD = "a long sentence is a good password"
SECONDS = 120


@dataclass
class Server:
    """A server and a client of it; `client` speaks to it, signed in as nobody."""

    client: Any
    settings: ServerSettings
    tokens: dict[str, dict[str, Any]] = field(default_factory=dict)

    def register(self, name: str, **more: Any) -> Any:
        """Make an account."""
        body = {"username": name, "email": f"{name}@example.org", "password": PASSWORD} | more
        return self.client.post(f"{API}/auth/register", json=body)

    def sign_in(self, name: str, password: str = PASSWORD) -> dict[str, str]:
        """The headers of somebody who signs in (and registers first, where they must)."""
        if name not in self.tokens:
            body = {"username": name, "password": password}
            answer = self.client.post(f"{API}/auth/token", json=body)
            if answer.status_code == 401:
                assert self.register(name).status_code == 201
                answer = self.client.post(f"{API}/auth/token", json=body)
            assert answer.status_code == 200, answer.text
            self.tokens[name] = answer.json()
        return {"Authorization": f"Bearer {self.tokens[name]['access_token']}"}

    def call(self, method: str, path: str, who: str | None = None, **more: Any) -> Any:
        """One request below `/api/v1`, signed in as somebody or nobody."""
        headers = (self.sign_in(who) if who else {}) | more.pop("headers", {})
        return self.client.request(method, API + path, headers=headers, **more)


def settings_for(folder: Path, database: str = "", **more: Any) -> ServerSettings:
    """Settings of a test's server: everybody may register, the first is admin, no limits."""
    return from_environment(
        {}, data=folder, database=database, first_admin=True, logins_per_minute=0,
        admin_page=False,
        requests_per_minute=0, **more,
    )  # fmt: skip


def quick_passwords() -> Passwords:
    """Argon2id with the least work: tests check what it protects, not how long it takes."""
    return Passwords(Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1))


@functools.cache
def application() -> FastAPI:
    """One application for all tests of a process: each starts it over settings of its own."""
    return create_app(from_environment({}, admin_page=False))


@contextlib.contextmanager
def in_process(settings: ServerSettings, clock: Callable[[], datetime] = now) -> Iterator[Server]:
    """The application in this process, started and stopped around a `with` block."""
    app = application()
    app.state.choices = Choices(settings, clock, quick_passwords())
    with TestClient(app, raise_server_exceptions=False) as client:
        yield Server(client, settings)


@pytest.fixture(scope="session")
def server_mariadb_url(new_mariadb: NewDatabase) -> Iterator[str]:  # noqa: F811
    """This run's own MariaDB database with drillr's tables and the server's."""
    with new_mariadb("_server") as url:
        database = MariaDatabase(url)
        upgrade_mariadb(database.engine)
        upgrade_mariadb(database.engine, scripts=SCRIPTS)
        database.close()
        yield url


def empty(url: str) -> None:
    """Delete every row of a server's database on MariaDB."""
    from drillr.server.tables import metadata as own

    database = MariaDatabase(url)
    with database.transaction() as db:
        for table in [*reversed(own.sorted_tables), *reversed(metadata.sorted_tables)]:
            # Revisions go on: processes that run have cached what the last ones gave.
            if table.name != "revisions":
                db.run(f"delete from {table.name}")
    database.close()


@pytest.fixture
def clean_mariadb_url(server_mariadb_url: str) -> str:
    """The same, with every table empty."""
    empty(server_mariadb_url)
    return server_mariadb_url


@pytest.fixture
def sqlite_server(tmp_path: Path, clock: Clock) -> Iterator[Server]:
    """A fresh server over SQLite, whose clock the test moves."""
    with in_process(settings_for(tmp_path / "server"), clock) as server:
        yield server


@pytest.fixture(params=["sqlite", "mariadb"])
def server(request: pytest.FixtureRequest, tmp_path: Path, clock: Clock) -> Iterator[Server]:
    """A fresh server: each test that takes it runs over both databases."""
    url = request.getfixturevalue("clean_mariadb_url") if request.param == "mariadb" else ""
    with in_process(settings_for(tmp_path / "server", url), clock) as found:
        yield found


def free_port() -> int:
    """A port of loopback that nobody uses now."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextlib.contextmanager
def on_loopback(folder: Path, **variables: str) -> Iterator[Server]:
    """`drillr serve` as a process of its own, stopped at the end of a `with` block."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    environment = {
        name: os.environ[name] for name in ("PATH", "LANG", "TMPDIR") if name in os.environ
    } | {
        "DRILLR_SERVER_DATA": str(folder), "DRILLR_SERVER_PORT": str(port),
        "DRILLR_SERVER_FIRST_ADMIN": "true", "DRILLR_SERVER_LOGINS_PER_MINUTE": "0",
        "DRILLR_SERVER_REQUESTS_PER_MINUTE": "0",
        "HOME": str(folder), "TZ": "UTC",
    } | variables  # fmt: skip
    folder.mkdir(parents=True, exist_ok=True)
    program = str(Path(sys.executable).with_name("drillr"))
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen([program, "serve"], env=environment, stdout=log, stderr=log)
    try:
        with httpx2.Client(base_url=url, timeout=SECONDS) as client:
            wait_until_ready(client, process, folder / "log")
            yield Server(client, from_environment(environment))
    finally:
        process.terminate()
        try:
            process.wait(SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait_until_ready(client: Any, process: "subprocess.Popen[bytes]", log: Path) -> None:
    """Ask until the server answers; RuntimeError with its log if it ends or takes too long."""
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if client.get("/readyz").status_code == 200:
                return
        except httpx2.TransportError:
            time.sleep(0.02)
    raise RuntimeError(f"the server didn't start: {log.read_text()}")


@contextlib.contextmanager
def context_of(server: Server, name: str) -> Iterator[Context]:
    """The services' context of somebody, over a connection beside the server's."""
    from drillr.server.owned import owned
    from drillr.server.records import accounts

    database = open_plain(server.settings)
    try:
        with database.transaction(write=False) as db:
            account = accounts.by_name(db, name)
        assert account is not None
        yield owned(Context(database, account.id, account.device, now, new_id, UTC))
    finally:
        database.close()


@dataclass
class Redis:
    """A Redis of our own, which can be killed and started again."""

    port: int = field(default_factory=free_port)
    process: "subprocess.Popen[bytes] | None" = None

    def start(self) -> None:
        """Start it, if it doesn't run."""
        if self.process is not None and self.process.poll() is None:
            return
        self.process = subprocess.Popen(
            ["redis-server", "--port", str(self.port), "--bind", "127.0.0.1", "--save", ""],
            stdout=subprocess.DEVNULL,
        )
        deadline = time.monotonic() + SECONDS
        while time.monotonic() < deadline:
            with contextlib.suppress(OSError):
                socket.create_connection(("127.0.0.1", self.port), 0.2).close()
                return
        raise RuntimeError("redis-server didn't start")

    def kill(self) -> None:
        """End it without a farewell."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
