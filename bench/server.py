"""The server on MariaDB: answers and pushed responses, by 1, 4 and 16 clients, beside a floor.

The clients are a process of their own, on loopback. Without a MariaDB server at 127.0.0.1:3306
(root, no password; or at DRILLR_TEST_MARIADB_PORT) there is nothing to measure.
"""

import asyncio
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from bench.lab import Figures, Goal, Lab, Measurement

CLIENTS = (1, 4, 16)
BATCHES = 8
ROWS = 500
ANSWERS = 60
QUESTIONS = 500
PASSWORD = "a long sentence is a good password"
HOST, PORT = "127.0.0.1", int(os.environ.get("DRILLR_TEST_MARIADB_PORT", "3306"))


def measurements(lab: Lab) -> Iterator[Measurement]:
    """Pushes and answers, by the number of clients."""
    try:
        socket.create_connection((HOST, PORT), 1).close()
    except OSError:
        return
    for clients in CLIENTS:
        yield Measurement(
            f"server: batches of {ROWS} pushed by {clients} clients", clients * BATCHES * ROWS,
            {
                "drillr": partial(_run, lab.folder, "push", clients),
                "floor": partial(_run, lab.folder, "floor", clients),
            },
            {"s": Goal(2.0, "floor")},
        )  # fmt: skip
        yield Measurement(
            f"server: answers by {clients} clients", clients * ANSWERS,
            {"drillr": partial(_run, lab.folder, "answer", clients)},
        )  # fmt: skip


def _run(folder: Path, work: str, clients: int) -> Figures:
    """One server and its clients; seconds in all, p50 and p99 of a request, items a second.

    `items_per_cpu_second` is how many items a core of the server's process would bring in a second
    if it did nothing else, the database's work left out.
    """
    with _database() as name, _server(folder, work, name) as (url, pid):
        done = subprocess.run(
            [sys.executable, "-m", "bench.server", work, str(clients), url, str(pid)],
            capture_output=True, text=True, check=False, cwd=Path(__file__).parents[1],
        )  # fmt: skip
        if done.returncode:
            raise RuntimeError(done.stderr)
        figures: Figures = json.loads(done.stdout)
        return figures


@contextmanager
def _database() -> Iterator[str]:
    import pymysql

    name = f"drillr_bench_{os.urandom(4).hex()}"

    def ask(sql: str) -> None:
        with pymysql.connect(host=HOST, port=PORT, user="root") as db, db.cursor() as cursor:
            cursor.execute(sql)

    ask(f"create database {name} character set utf8mb4")
    try:
        yield name
    finally:
        ask(f"drop database {name}")


@contextmanager
def _server(folder: Path, work: str, name: str) -> Iterator[tuple[str, int]]:
    with socket.socket() as free:
        free.bind((HOST, 0))
        port = free.getsockname()[1]
    environment = dict(os.environ)
    if work == "floor":
        environment["FLOOR_DATABASE"] = f"{HOST},{PORT},{name}"
        command = [
            sys.executable, "-m", "uvicorn", "bench.server_floor:app", "--port", str(port),
            "--no-access-log", "--log-level", "error",
        ]  # fmt: skip
    else:
        environment |= {
            "DRILLR_SERVER_DATABASE": f"mariadb+asyncmy://root@{HOST}:{PORT}/{name}",
            "DRILLR_SERVER_DATA": str(folder / "server"), "DRILLR_SERVER_PORT": str(port),
            "DRILLR_SERVER_FIRST_ADMIN": "true", "DRILLR_SERVER_LOGINS_PER_MINUTE": "0",
            "DRILLR_SERVER_REQUESTS_PER_MINUTE": "0", "DRILLR_SERVER_POOL_SIZE": "16",
            "DRILLR_SERVER_LOG_LEVEL": "warning",
        }  # fmt: skip
        command = [str(Path(sys.executable).with_name("drillr"))]
        subprocess.run([*command, "-q", "server", "migrate"], env=environment, check=True)
        command += ["serve"]
    process = subprocess.Popen(
        command, env=environment, cwd=Path(__file__).parents[1], stderr=subprocess.DEVNULL
    )
    url = f"http://{HOST}:{port}"
    try:
        import httpx2

        for _ in range(600):
            with suppress(httpx2.TransportError):
                if httpx2.get(url + "/readyz").status_code == 200:
                    break
            time.sleep(0.05)
        yield url, process.pid
    finally:
        process.terminate()
        process.wait(30)


# What the clients' process does ---------------------------------------------------------------


async def _clients(work: str, count: int, url: str, pid: int) -> Figures:
    import httpx2

    async with httpx2.AsyncClient(base_url=url, timeout=60) as client:
        if work == "floor":
            requests = [_floor_requests(number) for number in range(count)]
        else:
            requests = [await _prepare(client, work, number) for number in range(count)]
        took: list[float] = []

        async def run(mine: list[dict[str, Any]]) -> None:
            for request in mine:
                started = time.perf_counter()
                answer = await client.request("POST", **request)
                took.append(time.perf_counter() - started)
                if answer.status_code >= 300:
                    raise RuntimeError(f"{answer.status_code}: {answer.text}")

        started, spent = time.perf_counter(), _cpu_seconds(pid)
        await asyncio.gather(*(run(mine) for mine in requests))
        seconds, spent = time.perf_counter() - started, _cpu_seconds(pid) - spent
    items = sum(len(mine) for mine in requests) * (1 if work == "answer" else ROWS)
    return {
        "s": seconds, "p50_s": median(took), "p99_s": quantiles(took, n=100)[98],
        "items_per_second": items / seconds,
    } | ({"items_per_cpu_second": items / spent} if spent else {})  # fmt: skip


def _cpu_seconds(pid: int) -> float:
    """What a process has used of processors, in user mode and in the kernel; 0 but on Linux."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _floor_requests(number: int) -> list[dict[str, Any]]:
    from drillr.bootstrap import new_id
    from drillr.domain.ids import id_text

    user, device = id_text(new_id()), id_text(new_id())
    questions = [id_text(new_id()) for _ in range(QUESTIONS)]
    return [
        {
            "url": "/push",
            "content": json.dumps(
                [
                    [id_text(new_id()), user, questions[row % QUESTIONS], 2, 1,
                     '{"day":"2026-03-01","elapsed_ms":4000}', "2026-03-01 10:00:00.123456",
                     device, batch * ROWS + row + 1]
                    for row in range(ROWS)
                ]
            ).encode(),
        }
        for batch in range(BATCHES)
    ]  # fmt: skip


async def _prepare(client: Any, work: str, number: int) -> list[dict[str, Any]]:
    """Register, bring the questions with the first, and make every request beforehand."""
    name = f"learner{number}"
    body = {"username": name, "password": PASSWORD}
    (await client.post("/api/v1/auth/register", json=body)).raise_for_status()
    tokens = (await client.post("/api/v1/auth/token", json=body)).json()
    headers = {"Authorization": f"Bearer {tokens['access_token']}"}
    if number == 0:
        await _bring(client, headers)
    if work == "push":
        return _pushes(headers)
    questions = [_question(row) for row in range(QUESTIONS)]
    return [
        {
            "url": f"/api/v1/learning/questions/{questions[row]}/answer", "headers": headers,
            "json": {"selected_option": "B", "time_spent_seconds": 4.0},
        }
        for row in range(ANSWERS)
    ]  # fmt: skip


async def _bring(client: Any, headers: dict[str, str]) -> None:
    items = [
        {"id": f"q-{row}", "type": "mcq", "question": f"Which is {row}?", "correct_answer": "B",
         "options": {"A": "one", "B": "two", "C": "three"}}
        for row in range(QUESTIONS)
    ]  # fmt: skip
    files = [("files", ("a__b__c__d.json", json.dumps(items).encode()))]
    job = (await client.post("/api/v1/content/import", headers=headers, files=files)).json()
    while job["state"] not in ("done", "failed"):
        job = (await client.get(f"/api/v1/content/import/jobs/{job['id']}", headers=headers)).json()
    if job["report"]["imported"] != QUESTIONS:
        raise RuntimeError(str(job))


def _question(row: int) -> str:
    from drillr.domain.ids import id_text, question_id

    return id_text(question_id(f"q-{row}"))


def _pushes(headers: dict[str, str]) -> list[dict[str, Any]]:
    """A device's history in batches: its answers, some seconds apart, to every question in turn."""
    from datetime import UTC, datetime, timedelta

    from drillr.bootstrap import new_id
    from drillr.domain.ids import DeviceId, FactId, question_id
    from drillr.domain.log import RawResponse, Run
    from drillr.formats import wire, wire_bytes
    from drillr.formats.wire_facts import facts_message

    device, at, previous = DeviceId(new_id()), datetime(2026, 3, 1, 8, tzinfo=UTC), None
    found: list[dict[str, Any]] = []
    for batch in range(BATCHES):
        facts: list[RawResponse] = []
        for row in range(ROWS):
            seq = batch * ROWS + row + 1
            at += timedelta(seconds=7)
            facts.append(
                RawResponse(
                    seq, FactId(new_id()), question_id(f"q-{row % QUESTIONS}"), None, 2, True, "B",
                    None, None, at, f'{{"day":"{at:%Y-%m-%d}","elapsed_ms":4000}}',
                )
            )  # fmt: skip
        message = facts_message([Run(device, "bench", previous, tuple(facts))])
        data, encoding = wire_bytes.pack(message, wire_bytes.chosen("zstd, gzip"))
        packed = {"Content-Type": wire.MEDIA_TYPE, "Content-Encoding": encoding}
        found.append({"url": "/api/v1/sync/push", "headers": headers | packed, "content": data})
        previous = facts[-1].id
    return found


def main(arguments: list[str]) -> None:
    """Be the clients' process: print the figures as JSON."""
    work, count, url, pid = arguments
    run: Callable[[], Any] = partial(_clients, work, int(count), url, int(pid))
    print(json.dumps(asyncio.run(run())))


if __name__ == "__main__":
    main(sys.argv[1:])
