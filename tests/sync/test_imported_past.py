"""The same deck with its history, brought by one person on two devices, and by another person."""

import dataclasses
from collections.abc import Callable, Iterator
from datetime import UTC
from pathlib import Path

import pytest

from drillr.bootstrap import open_context
from drillr.services import archiving
from drillr.services.context import Context
from drillr.services.importing import Options, import_paths
from drillr.services.undoing import undo_last
from drillr.services.upkeep import examine
from drillr.store import facts
from drillr.sync.session import Account, Client
from tests.conftest import Clock
from tests.server.conftest import (  # noqa: F401 - fixtures
    PASSWORD,
    Server,
    clean_mariadb_url,
    server,
    server_mariadb_url,
)
from tests.services.test_anki import DECK, standing
from tests.store.conftest import mariadb_server, new_mariadb  # noqa: F401 - fixtures

Device = Callable[[str], Client]


@pytest.fixture
def device(tmp_path: Path, clock: Clock, server: Server) -> Iterator[Device]:  # noqa: F811
    """Makes stores that reach the server."""
    made: list[Client] = []

    def make(name: str) -> Client:
        path = str(tmp_path / name / "drillr.db")
        context = dataclasses.replace(open_context(path), clock=clock, system_zone=UTC)
        made.append(Client(context, path, server.client._transport))
        return made[-1]

    yield make
    for client in made:
        client.context.database.close()


def enter(client: Client, name: str, *, register: bool = False) -> None:
    """Sign in as somebody."""
    account = Account("http://localhost:8000", name, PASSWORD)
    (client.register if register else client.login)(account)


def answers(context: Context) -> tuple[int, int]:
    """How many answers the log holds, and how many of them were taken back."""
    with context.database.transaction(write=False) as db:
        return facts.counts(db, context.user)[0], len(facts.retracted(db, context.user))


def bring(context: Context) -> int:
    """Import the deck; how many answers became part of the history."""
    return import_paths(context, [DECK]).reviews


def test_two_accounts_and_two_devices_bring_one_deck(device: Device) -> None:
    """Each person has the history once, on every device, and what was undone stays undone."""
    laptop, phone, other = device("laptop"), device("phone"), device("other")
    for client in (laptop, phone, other):
        assert bring(client.context) == 48
    undo_last(laptop.context, 1)
    for client, name, new in ((laptop, "ada", True), (phone, "ada", False), (other, "bob", True)):
        enter(client, name, register=new)
    for client in (laptop, phone, other, laptop, phone, other):
        done = client.sync()
        assert not examine(client.context).problems
        assert "differ" not in str(done.verdict)
    assert answers(laptop.context) == answers(phone.context) == (48, 1)
    assert answers(other.context) == (48, 0)
    assert standing(laptop.context) == standing(phone.context)
    before = standing(other.context)
    for client in (laptop, phone, other):
        assert bring(client.context) == 0
        assert client.sync().facts.sent == 0
    assert standing(other.context) == before


def test_what_is_brought_after_joining_is_the_same_history(device: Device) -> None:
    """Whichever of importing and joining comes first on a device."""
    laptop, phone, new = device("laptop"), device("phone"), device("new")
    enter(laptop, "ada", register=True)
    laptop.sync()
    assert bring(laptop.context) == bring(phone.context) == 48
    enter(phone, "ada")
    enter(new, "ada")
    for client in (laptop, phone, laptop, new):
        client.sync()
        assert not examine(client.context).problems
    for client in (laptop, phone, new):
        assert bring(client.context) == 0
        assert answers(client.context) == (48, 0)


def test_an_archive_of_before_joining_brings_nothing_twice(device: Device, tmp_path: Path) -> None:
    """Its facts are named as the store's own were, those that take an answer back too."""
    laptop, fresh = device("laptop"), device("fresh")
    bring(laptop.context)
    undo_last(laptop.context, 1)
    path = str(tmp_path / "old.zip")
    archiving.write(laptop.context, path)
    enter(laptop, "ada", register=True)
    laptop.sync()
    archiving.read(laptop.context, path, Options())
    enter(fresh, "ada")
    fresh.sync()
    archiving.read(fresh.context, path, Options())
    for client in (laptop, fresh, laptop):
        client.sync()
        assert answers(client.context) == (48, 1)
        assert not examine(client.context).problems
    assert standing(laptop.context) == standing(fresh.context)
