"""Real servers on loopback: two workers over MariaDB, cut connections, a server that is killed."""

import os
import random
import select
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from drillr.bootstrap import open_context
from drillr.domain.rating import Rating
from drillr.errors import NetworkError
from drillr.services.importing import import_paths
from drillr.sync.session import Account, Client
from tests.server.conftest import (  # noqa: F401 - fixtures
    PASSWORD,
    clean_mariadb_url,
    on_loopback,
    server_mariadb_url,
)
from tests.store.conftest import mariadb_server, new_mariadb  # noqa: F401 - fixtures
from tests.sync.world import derived, facts_of, healthy, review


@pytest.fixture
def device(tmp_path: Path, banks: list[Path]) -> Iterator[Callable[[str], Client]]:
    """Makes stores with the first bank in them."""
    made: list[Client] = []

    def make(name: str) -> Client:
        path = str(tmp_path / f"{name}.db")
        context = open_context(path)
        import_paths(context, [str(banks[0])])
        made.append(Client(context, path))
        return made[-1]

    yield make
    for client in made:
        client.context.database.close()


def signed_in(client: Client, url: str, *, register: bool = False) -> None:
    """Sign in as Ada."""
    account = Account(url, "ada", PASSWORD)
    (client.register if register else client.login)(account)


def persist(client: Client, tries: int = 60) -> int:
    """Sync until it comes through; how often it didn't."""
    for failed in range(tries):
        with suppress(NetworkError):
            client.sync()
            return failed
    raise AssertionError("no sync ever came through")


def alike(*clients: Client) -> None:
    """All stores hold the same facts and what follows from them, and are whole."""
    for client in clients:
        assert facts_of(client.context) == facts_of(clients[0].context)
        assert derived(client.context) == derived(clients[0].context)
        assert healthy(client.context) == []


@pytest.mark.mariadb
def test_two_workers_serve_two_devices_at_once(
    device: Callable[[str], Client], tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """Devices of one person that sync at the same time are all served, by either worker."""
    url = request.getfixturevalue("clean_mariadb_url")
    variables = {"DRILLR_SERVER_DATABASE": url, "DRILLR_SERVER_WORKERS": "2"}
    with on_loopback(tmp_path / "server", **variables) as server:
        address = str(server.client.base_url)
        clients = [device(name) for name in "abc"]
        for number, client in enumerate(clients):
            signed_in(client, address, register=not number)

        def live(client: Client) -> None:
            for turn in range(5):
                review(client.context, [Rating.HARD, Rating.VERY_HARD], cram=bool(turn % 2))
                client.sync()

        with ThreadPoolExecutor(len(clients)) as pool:
            for done in [pool.submit(live, client) for client in clients]:
                done.result()
        for client in clients * 2:
            client.sync()
        alike(*clients)


class Relay:
    """Passes bytes to a server, and cuts every connection after some of them."""

    def __init__(self, target: int, rng: random.Random) -> None:
        self._target, self._rng = target, rng
        self.cutting = True
        self.cuts = 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            up = self._rng.choice([True, False])
            budget = self._rng.randrange(1, 4_000) if self.cutting else 1 << 60
            threading.Thread(target=self._pass, args=(client, up, budget), daemon=True).start()

    def _pass(self, client: socket.socket, up: bool, budget: int) -> None:
        """Pass bytes both ways until an end closes, or `budget` bytes went up (or down)."""
        target = ("127.0.0.1", self._target)
        with client, suppress(OSError), socket.create_connection(target) as server:
            while True:
                for source in select.select([client, server], [], [])[0]:
                    data = source.recv(512)
                    if not data:
                        return
                    if (source is client) == up:
                        data, budget = data[:budget], budget - len(data)
                    (server if source is client else client).sendall(data)
                    if budget <= 0:
                        self.cuts += 1
                        return

    def close(self) -> None:
        """Take no more connections."""
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()


@contextmanager
def relayed(port: int, seed: int) -> Iterator[Relay]:
    """A relay for the length of a `with` block."""
    relay = Relay(port, random.Random(seed))
    try:
        yield relay
    finally:
        relay.close()


def test_a_connection_cut_at_any_byte(device: Callable[[str], Client], tmp_path: Path) -> None:
    """Connections that break after some bytes, up or down: each sync goes on where it was."""
    with (
        on_loopback(tmp_path / "server") as server,
        relayed(server.client.base_url.port, 7) as relay,
    ):
        a, b = device("a"), device("b")
        relay.cutting = False
        address = f"http://127.0.0.1:{relay.port}"
        signed_in(a, address, register=True)
        signed_in(b, address)
        relay.cutting = True
        for turn in range(6):
            review(a.context, [Rating.HARD, Rating.VERY_HARD, Rating.EASY], cram=bool(turn % 2))
            review(b.context, [Rating.MEDIUM, Rating.VERY_HARD], cram=bool(turn % 3))
            persist(a)
            persist(b)
        assert relay.cuts > 5
        relay.cutting = False
        for client in (a, b, a):
            client.sync()
        alike(a, b)


def test_a_server_killed_while_devices_sync(
    device: Callable[[str], Client], tmp_path: Path
) -> None:
    """A server that is killed between a commit and its reply loses nothing and doubles nothing."""
    a, b = device("a"), device("b")
    for turn in range(2):
        with on_loopback(tmp_path / "server") as server:
            address = str(server.client.base_url)
            for client in (a, b):
                signed_in(client, address, register=not turn and client is a)
            review(a.context, [Rating.HARD, Rating.VERY_HARD])
            review(b.context, [Rating.EASY])
            pid = _pid_of(server.client.base_url.port)
            killer = threading.Timer(0.03 * turn, os.kill, (pid, signal.SIGKILL))
            killer.start()
            for client in (a, b):
                with suppress(NetworkError):
                    client.sync()
            killer.join()
    with on_loopback(tmp_path / "server") as server:
        for client in (a, b):
            signed_in(client, str(server.client.base_url))
        for client in (a, b, a, b):
            client.sync()
        alike(a, b)


def _pid_of(port: int) -> int:
    """The process that listens on a port of this machine: the server that this test started."""
    wanted = f":{port:04X}"
    inodes = {
        line.split()[9]
        for line in Path("/proc/net/tcp").read_text().splitlines()[1:]
        if line.split()[1].endswith(wanted) and line.split()[3] == "0A"
    }
    for folder in Path("/proc").glob("[0-9]*/fd/*"):
        with suppress(OSError):
            if any(f"socket:[{inode}]" == os.readlink(folder) for inode in inodes):
                return int(folder.parts[2])
    raise AssertionError("nobody listens there")
