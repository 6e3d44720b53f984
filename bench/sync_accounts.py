"""Sync into accounts of any size, and by two devices of one person in the same moments."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC
from functools import partial
from pathlib import Path

from bench.lab import Figures, Goal, Lab, Measurement, child
from bench.sync import (
    PASSWORD,
    QUESTIONS,
    answer_some,
    client_of,
    own_database,
    reachable,
    server,
    timed,
    two_stores,
)
from drillr.bootstrap import new_id, now
from drillr.domain.ids import DeviceId, UserId
from drillr.errors import DrillrError
from drillr.services.context import Context
from drillr.services.replaying import rederive_all
from drillr.services.rounds import Options
from drillr.store.mariadb import MariaDatabase
from drillr.sync.session import Account, Client

HELD = (1_000, 100_000, 1_000_000)
PUSHED = 1_000
ROUNDS = 20


def measurements(lab: Lab) -> Iterator[Measurement]:
    """The same push into accounts that hold more and more; and two devices at once."""
    if QUESTIONS not in lab.sizes or not reachable():
        return
    for held in HELD:
        yield Measurement(
            f"sync: {PUSHED:,} answers into an account of so many", held,
            {"drillr": partial(_grown, lab, held)},
        )  # fmt: skip
    yield Measurement(
        "sync: two devices at once", 2 * ROUNDS,
        {"drillr": lambda: child(at_once, *two_stores(lab))},
        {"refused": Goal(0)},
    )  # fmt: skip


def _grown(lab: Lab, held: int) -> Figures:
    return child(grown, *two_stores(lab), held)


def grown(folder: str, bank: str, held: str) -> Figures:
    """Push into an account that holds so many answers; then the first look at what follows."""
    with server(Path(folder), bank) as url:
        a = client_of(Path(folder) / "a.db")
        a.register(Account(url, "ada", PASSWORD))
        a.sync()
        database = MariaDatabase(own_database().render_as_string(False))
        with database.transaction() as db:
            row = db.row("select user_id, device_id from accounts")
            assert row is not None
            user, device = (db.read_key(key) for key in row)
            db.run(_HISTORY.format(held=int(held)), (db.key(user), db.key(device)))
        nobody = Context(database, UserId(user), DeviceId(device), now, new_id, UTC)
        with database.transaction() as db:
            rederive_all(db, nobody)
        database.close()
        answer_some(a.context, PUSHED)
        figures = {"push_s": timed(lambda: a.sync(options=Options(pull=False)))}
        path = "/progress/streak"
        figures["look_s"] = timed(lambda: a.request(None, "GET", path))
        figures["look_again_s"] = timed(lambda: a.request(None, "GET", path))
        a.context.database.close()
    return figures


def at_once(folder: str, bank: str) -> Figures:
    """Two devices of one person answer and sync in the same moments; how many are refused."""
    with server(Path(folder), bank, workers=2) as url:
        clients = [client_of(Path(folder) / f"{name}.db") for name in "ab"]
        clients[0].register(Account(url, "ada", PASSWORD))
        clients[1].login(Account(url, "ada", PASSWORD))

        def live(client: Client) -> int:
            refused = 0
            for _ in range(ROUNDS):
                answer_some(client.context, 5)
                try:
                    client.sync()
                except DrillrError:
                    refused += 1
            return refused

        started = time.perf_counter()
        with ThreadPoolExecutor(2) as pool:
            refused = sum(pool.map(live, clients))
        seconds = time.perf_counter() - started
        for client in clients:
            client.context.database.close()
    return {"refused": refused, "s": seconds}


# A history of five years on the server's own device, made by the database from a row of numbers.
_HISTORY = """insert into user_responses (id, user_id, question_id, difficulty_rating, is_correct,
 time_spent_seconds, response_metadata, created_at, device_id, device_seq)
select concat('01800000-', lpad(hex(s.seq div 65536), 4, '0'), '-7', lpad(hex(s.seq mod 4096), 3,
 '0'), '-8', lpad(hex(s.seq div 4096 mod 4096), 3, '0'), '-', lpad(hex(s.seq), 12, '0')),
 ?, q.id, 1 + s.seq mod 3, 1, 4,
 concat('{{"day":"', date('2021-01-01' + interval s.seq * 157 second), '","elapsed_ms":4000}}'),
 '2021-01-01' + interval s.seq * 157 second, ?, s.seq
from seq_1_to_{held} s
join (select id, row_number() over (order by id) n from questions) q on q.n = 1 + s.seq mod 10000"""
