"""The same world with the real server application, and a line that cuts requests and replies."""

import random
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC
from pathlib import Path

import httpx2 as httpx
from starlette.testclient import TestClient

from drillr.domain.ids import DeviceId, UserId, parse_id
from drillr.server.app import create_app
from drillr.server.owned import owned
from drillr.services.context import Context
from drillr.services.importing import import_paths
from drillr.services.syncing import Peer
from drillr.store.connection import Database
from drillr.store.mariadb import MariaDatabase
from drillr.store.sqlite import open_store
from drillr.sync.connection import Connection, Means, tokens_in
from drillr.sync.peer import HttpPeer
from drillr.sync.tokens import TokenFile
from tests.server.conftest import API, PASSWORD, quick_passwords, settings_for
from tests.sync.world import Device, World


class BadLine(httpx.BaseTransport):
    """Loses, repeats, damages and cuts what passes between client and server."""

    def __init__(self, inner: httpx.BaseTransport, rng: random.Random) -> None:
        self._inner, self._rng = inner, rng
        self.quality = 1.0

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """The reply to a request, if both come through."""
        if self._rng.random() < self.quality:
            return self._inner.handle_request(request)
        fate = self._rng.choice(["lost", "unanswered", "twice", "busy", "broken", "cut", "cut up"])
        if fate == "lost":
            raise httpx.ConnectError("no route")
        if fate in ("busy", "broken"):
            if fate == "broken":
                self._inner.handle_request(_again(request))
            status = 503 if fate == "busy" else 500
            return httpx.Response(status, headers={"Retry-After": "1"}, stream=Raw(b""))
        if fate == "cut up":
            # What arrived is no whole message, but a server can't tell why.
            data = request.read()
            shorter = data[: self._rng.randrange(len(data) or 1)]
            self._inner.handle_request(_again(request, shorter))
            raise httpx.WriteError("cut off while sending")
        if fate == "twice":
            self._inner.handle_request(_again(request))
        response = self._inner.handle_request(_again(request))
        if fate == "unanswered":
            raise httpx.ReadTimeout("no answer")
        if fate == "cut":
            data = response.read() if "content-encoding" not in response.headers else b"".join(
                response.iter_raw()
            )  # fmt: skip
            shorter = data[: self._rng.randrange(len(data) or 1)]
            headers = {
                name: value for name, value in response.headers.items() if name != "content-length"
            }
            return httpx.Response(response.status_code, headers=headers, stream=Raw(shorter))
        return response


class Raw(httpx.SyncByteStream):
    """Bytes of a reply, as they are."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def __iter__(self) -> Iterator[bytes]:
        yield self._data


def _again(request: httpx.Request, data: bytes | None = None) -> httpx.Request:
    headers = [pair for pair in request.headers.items() if pair[0] != "content-length"]
    content = request.read() if data is None else data
    return httpx.Request(request.method, request.url, headers=headers, content=content)


class HttpWorld(World):
    """Devices that speak to the server application over HTTP."""

    def __init__(
        self, folder: Path, banks: list[Path], seed: int = 0, database: str = "", name: str = "ada"
    ) -> None:
        self._stack = ExitStack()
        self._name = name
        self._database_url = database
        self._connections: dict[Path, Connection] = {}
        self._lines: list[BadLine] = []
        super().__init__(folder, banks, seed)

    def _open_server(self) -> Context:
        folder = self.folder / "server"
        self.http = self._client()
        body = {"username": self._name, "password": PASSWORD}
        me = self.http.post(f"{API}/auth/register", json=body).json()
        database: Database = (
            MariaDatabase(self._database_url)
            if self._database_url
            else open_store(folder / "server.db")
        )
        # The owned one is closed by nobody: a server's database outlives every request.
        self._stack.callback(database.close)
        plain = Context(
            database, UserId(parse_id(me["id"])), DeviceId(parse_id(me["device_id"])),
            lambda: self.now, self.ids, UTC,
        )  # fmt: skip
        context = owned(plain)
        import_paths(context, [str(self.banks[0])])
        return context

    def _client(self) -> httpx.Client:
        """A client of the server application, which it starts."""
        settings = settings_for(self.folder / "server", self._database_url)
        app = create_app(settings, clock=lambda: self.now, passwords=quick_passwords())
        client = TestClient(app, raise_server_exceptions=False)
        return self._stack.enter_context(client)

    def _transport(self) -> httpx.BaseTransport:
        """What a device's connection goes through."""
        return self.http._transport

    def peer(self, device: Device) -> Peer:
        """The device's own connection, signed in."""
        return HttpPeer(self.connection(device), device.context.clock)

    def connection(self, device: Device) -> Connection:
        """Made when the device first speaks to the server."""
        found = self._connections.get(device.path)
        if found is None:
            line = BadLine(self._transport(), self.rng)
            self._lines.append(line)
            http = httpx.Client(transport=line, base_url=str(self.http.base_url))
            tokens = TokenFile(f"{device.path}.tokens")
            body = {"username": self._name, "password": PASSWORD}
            signed = self.http.post(f"{API}/auth/token", json=body).json()
            tokens.save("server", tokens_in(signed, device.context.clock()))
            means = Means(lambda: device.context.clock(), self._attempt, _no_sleep)
            found = self._connections[device.path] = Connection(http, tokens, "server", means)
        return found

    def sync(self, device: Device, *, faulty: bool = False) -> bool:
        """One exchange, over a line that is good or bad."""
        self.connection(device)
        for line in self._lines:
            line.quality = 0.6 if faulty else 1.0
        try:
            return super().sync(device, faulty=faulty)
        finally:
            for line in self._lines:
                line.quality = 1.0

    def _attempt(self) -> str:
        return self.ids().hex()

    def close(self) -> None:
        """Close every store, and stop the server."""
        super().close()
        self._stack.close()


def _no_sleep(seconds: float) -> None:
    assert seconds >= 0
