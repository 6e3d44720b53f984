"""What an exchange costs follows from what is exchanged, not from what an account holds."""

import dataclasses
import json
from collections.abc import Callable
from datetime import UTC, timedelta

import pytest

from drillr.bootstrap import context_over
from drillr.domain.ids import DeviceId, FactId, QuestionId, id_text, question_id
from drillr.domain.log import RawEvent, RawFact, RawResponse, Run
from drillr.services import exchange
from drillr.services.context import Context
from drillr.services.importing import import_paths
from drillr.services.syncing import welcome
from drillr.store.mariadb import MariaDatabase
from tests.conftest import NOON, Bank, Clock, mcq
from tests.store.conftest import (  # noqa: F401
    mariadb,
    mariadb_server,
    mariadb_url,
    new_mariadb,
)

DEVICE = DeviceId(bytes.fromhex("0190000000007000800000000000dddd"))
QUESTIONS, FEW = 10, 5
SMALL, LARGE = 700, 3_500
"""What follows these is about none of the questions whose answers were taken back."""
TABLES = ("user_responses", "learning_events", "spaced_repetition_cards", "questions", "devices")


def fact(seq: int) -> RawFact:
    """An answer; every tenth fact takes the one before back."""
    at, key = NOON + timedelta(minutes=seq), identity(seq)
    if seq % QUESTIONS == 0:
        data = json.dumps({"response_id": id_text(identity(seq - 1))})
        return RawEvent(seq, key, "response_retracted", about(seq - 1), at, data)
    text = f'{{"day":"{at.date()}","elapsed_ms":1000}}'
    return RawResponse(seq, key, about(seq), None, 2, True, "B", None, None, at, text)


def identity(seq: int) -> FactId:
    """The id of a fact."""
    return FactId(bytes.fromhex(f"01900000000070008000{seq:012x}"))


def about(seq: int) -> QuestionId:
    """The question that a fact is about."""
    return question_id(f"q-{seq % QUESTIONS:03d}")


def grow(context: Context, last: int, count: int) -> int:
    """Receive so many facts more, some hundreds at a time; the last number then."""
    while count:
        part = min(count, 500)
        facts = tuple(fact(last + 1 + n) for n in range(part))
        previous = identity(last) if last else None
        exchange.receive(context, [Run(DEVICE, "", previous, facts)])
        last, count = last + part, count - part
    return last


@pytest.fixture
def account(mariadb: MariaDatabase, bank: Bank, clock: Clock) -> Context:  # noqa: F811
    """An account on MariaDB with a few questions."""
    context = dataclasses.replace(context_over(mariadb), clock=clock, system_zone=UTC)
    import_paths(context, [str(bank("a__b__c__d", [mcq(n) for n in range(QUESTIONS)]))])
    return context


def test_no_step_reads_more_of_a_larger_log(account: Context) -> None:
    """Rows that MariaDB reads for a greeting, a batch in and a batch out."""
    small = reads(account, grow(account, 0, SMALL))
    large = reads(account, grow(account, SMALL + FEW, LARGE - SMALL - FEW))
    assert small.keys() == large.keys()
    grown = {name: count - small[name] for name, count in large.items()}
    assert max(grown.values()) < 100, grown


def reads(account: Context, last: int) -> dict[str, int]:
    """How many rows each step reads; the last adds a few facts."""
    with account.database.transaction() as db:
        for table in TABLES:
            db.rows(f"analyze table {table}")
    known = {DEVICE: last}
    steps: dict[str, Callable[[], object]] = {
        "greet": lambda: welcome(account, known),
        "known": lambda: exchange.known(account),
        "pull": lambda: exchange.serve(account, {DEVICE: last - FEW}),
        "push": lambda: grow(account, last, FEW),
    }
    found = {}
    for name, step in steps.items():
        before = handled(account)
        step()
        found[name] = handled(account) - before
    return found


def handled(account: Context) -> int:
    """How many rows this connection has read so far; there is one in the pool."""
    with account.database.transaction() as db:
        return sum(int(n) for _, n in db.rows("show session status like 'Handler_read%'"))
