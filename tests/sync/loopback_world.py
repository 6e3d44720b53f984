"""The same world once more with `drillr serve` over MariaDB: two API workers, real sockets."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2 as httpx

from drillr.store.mariadb import MariaDatabase
from drillr.store.migrate import upgrade_mariadb
from tests.server.conftest import on_loopback
from tests.sync.http_world import HttpWorld, Raw

WORKERS = 2


@dataclass
class Served:
    """A server that runs: where it listens, its database, and how many people it has had."""

    url: str
    database: str
    people: int = 0


@contextmanager
def served(folder: Path, database: str) -> Iterator[Served]:
    """A server with two workers over an empty database, for as long as a `with` block."""
    from drillr.server.database import SCRIPTS

    opened = MariaDatabase(database)
    upgrade_mariadb(opened.engine)
    upgrade_mariadb(opened.engine, scripts=SCRIPTS)
    opened.close()
    variables = {"DRILLR_SERVER_DATABASE": database, "DRILLR_SERVER_WORKERS": str(WORKERS)}
    with on_loopback(folder, **variables) as server:
        try:
            yield Served(str(server.client.base_url), database)
        except BaseException:
            print((folder / "log").read_text()[-5_000:])
            raise


class LoopbackWorld(HttpWorld):
    """Devices that speak to workers that go on running: each world is another person there."""

    def __init__(self, folder: Path, banks: list[Path], seed: int, served: Served) -> None:
        self._served = served
        served.people += 1
        # A life that is tried again is another person's, so its facts have other ids.
        seed += served.people << 32
        super().__init__(folder, banks, seed, served.database, f"ada{served.people}")

    def _client(self) -> httpx.Client:
        return self._stack.enter_context(httpx.Client(base_url=self._served.url, timeout=60))

    def _transport(self) -> httpx.BaseTransport:
        return _Whole(self._stack.enter_context(httpx.HTTPTransport()))


class _Whole(httpx.BaseTransport):
    """Reads every reply to its end, so that one that nobody looks at holds no connection."""

    def __init__(self, inner: httpx.BaseTransport) -> None:
        self._inner = inner

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """The reply, as its bytes came."""
        response = self._inner.handle_request(request)
        data = b"".join(response.iter_raw())
        response.close()
        return httpx.Response(response.status_code, headers=response.headers, stream=Raw(data))
