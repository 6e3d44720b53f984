"""Sync on loopback with a server on MariaDB: push, pull, nothing to do, bytes for an answer."""

import contextlib
import os
import random
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2 as httpx
from sqlalchemy import create_engine
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from bench import stores
from bench.imports import anki_imported
from bench.lab import Figures, Goal, Lab, Measurement, child, peer_call
from drillr.bootstrap import new_id, now, open_context
from drillr.domain.ids import FactId, question_id
from drillr.domain.log import RawResponse, Run
from drillr.services import exchange
from drillr.services.context import Context
from drillr.services.importing import import_paths
from drillr.store import fact_log, hierarchy
from drillr.store.mariadb import MariaDatabase
from drillr.sync.session import Account, Client

MARIADB = os.environ.get("DRILLR_BENCH_MARIADB", "mariadb+pymysql://root@127.0.0.1:3306")
QUESTIONS = 10_000
ANSWERS = (1_000, 10_000)
PASSWORD = "a long sentence is a good password"


def measurements(lab: Lab) -> Iterator[Measurement]:
    """Each size in a fresh database; Anki's own server beside it, where it is installed."""
    if QUESTIONS not in lab.sizes or not reachable():
        return
    from bench.sync_bare import bare

    python = lab.peer("anki/bin/python")
    for answers in ANSWERS:

        def ours(answers: int = answers) -> Figures:
            return child(both_ways, *two_stores(lab), answers)

        def anki(answers: int = answers) -> Figures:
            assert python is not None
            copy = lab.copy(anki_imported(lab, python, QUESTIONS), "anki-sync.anki2")
            return peer_call(python, "peer_anki.py", "sync", copy, answers)

        def rows(answers: int = answers) -> Figures:
            return child(bare, *two_stores(lab), answers)

        contestants: dict[str, Callable[[], Figures]] = {"drillr": ours, "bare rows": rows}
        if python is not None:
            contestants["anki"] = anki
        yield Measurement(
            "sync", answers, contestants,
            {
                "push_s": Goal(1.1, "anki"), "pull_s": Goal(0.8, "anki"),
                "noop_s": Goal(3.0, "anki"), "bytes": Goal(64.0),
            },
        )  # fmt: skip


def two_stores(lab: Lab) -> tuple[Path, Path]:
    """A folder with two stores that hold the bank, and the bank."""
    folder = lab.folder / "sync"
    folder.mkdir(exist_ok=True)
    for name in ("a.db", "b.db"):
        lab.copy(stores.imported(lab, QUESTIONS), f"sync/{name}")
    return folder, stores.bank(lab, QUESTIONS)


def reachable() -> bool:
    """Whether there is a MariaDB server to use."""
    try:
        _administer("DO 0")
    except SQLAlchemyError:
        return False
    return True


def both_ways(folder: str, bank: str, answers: str) -> Figures:
    """Device A answers and pushes, device B pulls, A finds nothing to do; then the bytes."""
    count = int(answers)
    with server(Path(folder), bank) as url:
        a, b = (client_of(Path(folder) / f"{name}.db") for name in "ab")
        a.register(Account(url, "ada", PASSWORD))
        b.login(Account(url, "ada", PASSWORD))
        for client in (a, b, a):
            client.sync()
        answer_some(a.context, 500)  # the first requests are not timed
        for client in (a, b):
            client.sync()
        answer_some(a.context, count)
        acknowledged = [0.0]
        started = time.perf_counter()

        def say(*_: object) -> None:
            acknowledged[0] = time.perf_counter() - started

        figures = {"push_s": timed(lambda: a.sync(say=say)), "acknowledged_s": acknowledged[0]}
        figures |= {"pull_s": timed(b.sync), "noop_s": timed(a.sync)}
        figures["noop_again_s"] = min(timed(a.sync) for _ in range(4))
        counting = Counting()
        counted = Client(a.context, str(Path(folder) / "a.db"), counting)
        answer_some(a.context, count)
        done = counted.sync()
        assert done.facts.sent == count, done
        figures["bytes"] = counting.up / count
        counting.down = 0
        Client(b.context, str(Path(folder) / "b.db"), counting).sync()
        figures["bytes_down"] = counting.down / count
        for client in (a, b):
            client.context.database.close()
    return figures


def timed(work: Callable[[], object]) -> float:
    """Seconds of wall time."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def client_of(store: Path) -> Client:
    """A store's way to its servers."""
    return Client(open_context(str(store)), str(store))


class Counting(httpx.BaseTransport):
    """Counts what passes: heads and bodies, as they are on the wire."""

    def __init__(self) -> None:
        self.up = self.down = 0
        self._inner = httpx.HTTPTransport()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Pass a request on."""
        self.up += len(request.read()) + _head(request.headers)
        response = self._inner.handle_request(request)
        data = b"".join(response.stream)  # type: ignore[arg-type]
        self.down += len(data) + _head(response.headers)
        return httpx.Response(response.status_code, headers=response.headers, stream=_Bytes(data))


class _Bytes(httpx.SyncByteStream):
    def __init__(self, data: bytes) -> None:
        self._data = data

    def __iter__(self) -> Iterator[bytes]:
        yield self._data


def _head(headers: httpx.Headers) -> int:
    return 40 + sum(len(name) + len(value) + 4 for name, value in headers.raw)


def answer_some(context: Context, count: int) -> None:
    """Append answers of this store's own device, each to another question, as a review does."""
    rng, at = random.Random(count), _next_instant(context)
    device = exchange.own_device(context)
    with context.database.transaction(write=False) as db:
        last = fact_log.lasts(db, context.user).get(device, 0)
        previous = fact_log.facts_at(db, context.user, [(device, last)]).get(device)
        keys = [question_id(f"q-{number:07d}") for number in range(count)]
        hashes = {k: q.content_hash.hex() for k, q in hierarchy.questions(db, keys).items()}
    rng.shuffle(keys)
    for first in range(0, count, 1_000):
        facts = []
        for number, key in enumerate(keys[first : first + 1_000], first):
            order = rng.sample("ABCD", 4)
            shown = at + timedelta(seconds=5 * number, microseconds=rng.randrange(10**6))
            metadata = (
                f'{{"content":"{hashes[key]}","day":"{shown.date()}",'
                f'"elapsed_ms":{rng.randrange(1_000, 60_000)},'
                f'"order":["{order[0]}","{order[1]}","{order[2]}","{order[3]}"],"stage":"new"}}'
            )
            facts.append(
                RawResponse(
                    last + 1 + number, FactId(new_id()), key, None, rng.choice((1, 2, 2, 2, 3, 4)),
                    rng.random() < 0.8, rng.choice("ABCD"), None, None, shown, metadata,
                )
            )  # fmt: skip
        exchange.receive(context, [Run(device, "", previous, tuple(facts))])
        previous = facts[-1].id


def _next_instant(context: Context) -> datetime:
    """Now, or behind the last answer: answers here are five seconds apart, not as fast as that."""
    with context.database.transaction(write=False) as db:
        row = db.row("select max(created_at) from user_responses")
        last = None if row is None or row[0] is None else db.read_instant(row[0])
    return now() if last is None else max(now(), last + timedelta(seconds=5))


@contextlib.contextmanager
def server(folder: Path, bank: str, workers: int = 1) -> Iterator[str]:
    """`drillr serve` over a database of its own that holds the bank; its address."""
    url = own_database()
    program = str(Path(sys.executable).with_name("drillr"))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    variables = os.environ | {
        "DRILLR_SERVER_DATABASE": url.set(drivername="mariadb+asyncmy").render_as_string(False),
        "DRILLR_SERVER_DATA": str(folder / "server"), "DRILLR_SERVER_PORT": str(port),
        "DRILLR_SERVER_LOGINS_PER_MINUTE": "0", "DRILLR_SERVER_REQUESTS_PER_MINUTE": "0",
        "DRILLR_SERVER_WORKERS": str(workers),
    }  # fmt: skip
    with dropped(url), (folder / "server.log").open("wb") as log:
        subprocess.run([program, "server", "migrate"], env=variables, check=True,
                       stdout=subprocess.DEVNULL)  # fmt: skip
        _fill(url.render_as_string(False), bank)
        process = subprocess.Popen([program, "serve"], env=variables, stdout=log, stderr=log)
        try:
            _wait(f"http://127.0.0.1:{port}", process)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(30)


@contextlib.contextmanager
def dropped(url: URL) -> Iterator[None]:
    """An empty database at this address, dropped in the end."""
    _administer(f"CREATE DATABASE {url.database} CHARACTER SET utf8mb4")
    try:
        yield
    finally:
        _administer(f"DROP DATABASE {url.database}")


def own_database() -> URL:
    """This process's own database."""
    return make_url(MARIADB).set(database=f"drillr_bench_{os.getpid()}")


def _fill(url: str, bank: str) -> None:
    database = MariaDatabase(url)
    nobody: Any = b"\0" * 16
    import_paths(Context(database, nobody, nobody, now, new_id, UTC), [bank])
    database.close()


def _wait(url: str, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + 60
    with httpx.Client(base_url=url) as client:
        while time.monotonic() < deadline and process.poll() is None:
            try:
                if client.get("/readyz").status_code == 200:
                    return
            except httpx.TransportError:
                time.sleep(0.05)
    raise RuntimeError("the server didn't start")


def _administer(statement: str) -> None:
    engine = create_engine(MARIADB, poolclass=NullPool, connect_args={"connect_timeout": 3})
    with engine.connect() as connection:
        connection.exec_driver_sql(statement)
