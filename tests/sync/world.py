"""A person with several devices and a server, simulated: clocks, copies, backups, bad networks."""

import contextlib
import dataclasses
import random
import re
import shutil
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

from drillr.domain.exams import Exam
from drillr.domain.facts import EventType
from drillr.domain.ids import DeviceId, UserId, question_id
from drillr.domain.log import Run
from drillr.domain.rating import Rating
from drillr.domain.session import Plan
from drillr.errors import ExchangeError, NetworkError, NothingToDo
from drillr.services import exchange, syncing
from drillr.services.context import Context
from drillr.services.exchange import Received
from drillr.services.importing import Options, import_paths
from drillr.services.planning import end_pause, pause_until, remove_exam
from drillr.services.recording import append_event, mark
from drillr.services.replaying import adopt
from drillr.services.reviewing import Given, start
from drillr.services.syncing import Peer, Welcome
from drillr.services.undoing import undo_last
from drillr.services.upkeep import change_setting, examine
from drillr.store import fact_log, places, profile, progress
from drillr.store.sqlite import open_store

START = datetime(2026, 3, 2, 12, tzinfo=UTC)
PERSON = UserId(bytes.fromhex("0190000000007000800000000000aaaa"))


class Ids:
    """Time-ordered ids that are the same in every run of the same seed."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self._count = 0

    def __call__(self) -> bytes:
        self._count += 1
        tail = self._random.getrandbits(62)
        return (self._count << 80 | 7 << 76 | 2 << 62 | tail).to_bytes(16, "big")


@dataclasses.dataclass
class Device:
    """One store of the person, with its own idea of the time."""

    path: Path
    context: Context
    offset: timedelta = timedelta()
    backups: list[Path] = dataclasses.field(default_factory=list)

    def has(self, number: int) -> bool:
        """Whether the store has a question of the banks."""
        with self.context.database.transaction(write=False) as db:
            return places.of_question(db, question_id(f"q-{number:03d}")) is not None


class DirectPeer:
    """The server's use cases, called without a network between."""

    def __init__(self, server: Context) -> None:
        self.server = server

    def greet(self, known: Mapping[DeviceId, int]) -> Welcome:
        """What the server knows."""
        meetings = exchange.meet(self.server, known)
        return Welcome(self.server.user, self.server.clock(), meetings)

    def fetch(self, after: Mapping[DeviceId, int], most: int) -> Sequence[Run]:
        """A few facts at a time, so that there are several batches."""
        return exchange.serve(self.server, after, min(most, 7))

    def send(self, runs: Sequence[Run]) -> Received:
        """Facts for the server."""
        return exchange.receive(self.server, runs)


class FaultyPeer:
    """A peer behind a bad network: requests and replies get lost, repeated, and come late."""

    def __init__(self, peer: Peer, rng: random.Random, late: list[Sequence[Run]]) -> None:
        self._peer, self._rng, self._late = peer, rng, late

    def _through(self, call: Callable[[], Any]) -> Any:
        fate = self._rng.random()
        if fate < 0.12:
            raise NetworkError("the request was lost")
        answer = call()
        if fate < 0.24:
            raise NetworkError("the reply was lost")
        return call() if fate < 0.36 else answer

    def greet(self, known: Mapping[DeviceId, int]) -> Welcome:
        """As the peer, or not at all."""
        found: Welcome = self._through(lambda: self._peer.greet(known))
        return found

    def fetch(self, after: Mapping[DeviceId, int], most: int) -> Sequence[Run]:
        """As the peer, or not at all."""
        found: Sequence[Run] = self._through(lambda: self._peer.fetch(after, most))
        return found

    def send(self, runs: Sequence[Run]) -> Received:
        """As the peer, or not at all; what was sent may come again much later."""
        self._late.append(runs)
        found: Received = self._through(lambda: self._peer.send(runs))
        return found


class World:
    """Devices, a server, and the time; every random choice comes from the seed."""

    def __init__(self, folder: Path, banks: Sequence[Path], seed: int = 0) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self.banks = folder, banks
        self.now = START
        self.ids = Ids(seed)
        self.rng = random.Random(seed)
        self.devices: list[Device] = []
        self.late: list[Sequence[Run]] = []
        self._stores = 0
        self.server_backups: list[Path] = []
        self.server = self._open_server()

    def _path(self) -> Path:
        self._stores += 1
        return self.folder / f"store-{self._stores}.db"

    def _open_server(self) -> Context:
        self.server_path = self._path()
        database = open_store(self.server_path)
        device = DeviceId(self.ids())
        with database.transaction() as db:
            profile.create(db, PERSON, device, "web", self.now)
            db.run("delete from sync_state")
        context = Context(database, PERSON, device, lambda: self.now, self.ids, UTC)
        import_paths(context, [str(self.banks[0])])
        return context

    def open(self, path: Path, offset: timedelta = timedelta()) -> Device:
        """A device over the store at this path, made where there is none."""
        database = open_store(path)
        with database.transaction() as db:
            owner = profile.owner(db)
            if owner is None:
                owner = (UserId(self.ids()), DeviceId(self.ids()))
                profile.create(db, *owner, name="a laptop", now=self.now)
        device = Device(path, Context(database, *owner, lambda: self.now, self.ids, UTC), offset)
        device.context = dataclasses.replace(device.context, clock=lambda: self.now + device.offset)
        return device

    def add(self, *, bank: bool = True) -> Device:
        """A fresh device, with the common bank imported or not."""
        device = self.open(self._path())
        if bank:
            import_paths(device.context, [str(self.banks[0])])
        self.devices.append(device)
        return device

    def copy(self, device: Device) -> Device:
        """A second device whose store is a copy of the first one's."""
        path = self._path()
        _copy(device.path, path)
        twin = self.open(path, device.offset)
        self.devices.append(twin)
        return twin

    def backup(self, device: Device) -> None:
        """Keep a copy of the device's store."""
        path = self._path()
        _copy(device.path, path)
        device.backups.append(path)

    def restore(self, device: Device, index: int = -1) -> None:
        """Put the device's store back to one of its copies."""
        source = device.backups[index]
        device.context.database.close()
        _remove(device.path)
        _copy(source, device.path)
        device.context = self.open(device.path, device.offset).context
        device.context = dataclasses.replace(device.context, clock=lambda: self.now + device.offset)

    def backup_server(self) -> None:
        """Keep a copy of the server's database."""
        path = self._path()
        _copy(self.server_path, path)
        self.server_backups.append(path)

    def restore_server(self, index: int) -> None:
        """Put the server's database back to one of its copies."""
        self.server.database.close()
        _remove(self.server_path)
        _copy(self.server_backups[index], self.server_path)
        self.server = dataclasses.replace(self.server, database=open_store(self.server_path))

    def review(self, device: Device, ratings: Sequence[Rating], *, cram: bool = False) -> None:
        """Answer what comes next with these ratings."""
        review(device.context, ratings, cram=cram)

    def undo(self, device: Device) -> None:
        """Take the last answer back, whoever gave it."""
        with contextlib.suppress(NothingToDo):
            undo_last(device.context)

    def mark(self, device: Device, number: int, kind: EventType) -> None:
        """Suspend, resume, bury or flag a question."""
        data: dict[str, Any] = {}
        if kind is EventType.CARD_BURIED:
            data = {"until": (self.now + timedelta(days=2)).isoformat()}
        elif kind is EventType.CARD_FLAGGED:
            data = {"note": f"note {number}"}
        with device.context.database.transaction() as db:
            rules = device.context.rulebook(db)
            mark(db, device.context, rules, question_id(f"q-{number:03d}"), kind, data)

    def change(self, device: Device, name: str, value: object) -> None:
        """Change a setting."""
        change_setting(device.context, name, value)

    def plan_exam(self, device: Device, scope: str, days: int) -> None:
        """Add an exam so many days ahead."""
        day = device.context.clock().date() + timedelta(days=days)
        at = datetime.combine(day, time(4), UTC)
        exam = Exam("", scope, day, at, 0.9, 30)
        data = {key: value for key, value in exam.as_data().items() if key != "id"}
        with device.context.database.transaction() as db:
            append_event(db, device.context, EventType.EXAM_ADDED, data)
            adopt(db, device.context)

    def drop_exam(self, device: Device) -> None:
        """Take the first exam back that the device knows."""
        with device.context.database.transaction(write=False) as db:
            known = device.context.rulebook(db).exams
        if known:
            remove_exam(device.context, known[0].id)

    def pause(self, device: Device, days: int) -> None:
        """Pause for some days, or end the pause that runs."""
        if days:
            pause_until(device.context, device.context.clock().date() + timedelta(days=days))
            return
        with contextlib.suppress(NothingToDo):
            end_pause(device.context)

    def bring(self, context: Context, number: int) -> None:
        """Import one of the banks."""
        import_paths(context, [str(self.banks[number])], Options())

    def peer(self, device: Device) -> Peer:
        """A clean line from the device to the server."""
        del device
        return DirectPeer(self.server)

    def sync(self, device: Device, *, faulty: bool = False) -> bool:
        """One exchange; whether it came through."""
        peer = self.peer(device)
        if faulty:
            peer = FaultyPeer(peer, self.rng, self.late)
        try:
            syncing.exchange_facts(device.context, peer)
        except NetworkError:
            if not faulty:
                raise
            return False
        return True

    def deliver_late(self) -> None:
        """An old request arrives once more."""
        if self.late:
            runs = self.rng.choice(self.late)
            with contextlib.suppress(ExchangeError):
                exchange.receive(self.server, runs)

    def facts(self) -> set[bytes]:
        """The ids of all facts that any store holds."""
        found: set[bytes] = set()
        for context in self.contexts():
            found |= facts_of(context).keys()
        return found

    def contexts(self) -> list[Context]:
        """The server's, then the devices'."""
        return [self.server, *(device.context for device in self.devices)]

    def close(self) -> None:
        """Close every store."""
        for context in self.contexts():
            context.database.close()


def review(context: Context, ratings: Sequence[Rating], *, cram: bool = False) -> None:
    """Answer what comes next in a store with these ratings."""
    try:
        session = start(context, Plan(cram=cram))
    except NothingToDo:
        return
    for rating in ratings:
        if session.current is None:
            break
        session.answer(Given(("B",), None, 4000), rating)
    if len(ratings) % 2:
        session.finish()


def facts_of(context: Context) -> dict[bytes, tuple[Any, ...]]:
    """Every fact of a store by its id, as it would travel."""
    found: dict[bytes, tuple[Any, ...]] = {}
    with context.database.transaction(write=False) as db:
        for device, last in fact_log.lasts(db, context.user).items():
            run = fact_log.read(db, context.user, device, "", 0, last)
            assert run.unbroken
            assert len(run) == last
            for fact in run.facts:
                assert fact.id not in found, "one fact has two numbers"
                found[fact.id] = (device, *fact)
    return found


def derived(context: Context) -> dict[str, list[tuple[Any, ...]]]:
    """Everything derived, without what names the person in this store or when it was written."""
    with context.database.transaction(write=False) as db:
        rows = progress.derived_rows(db, context.user)
    me = context.user
    return {
        table: sorted(
            (tuple(value for value in map(_plain, row) if value != me) for row in found), key=repr
        )
        for table, found in rows.items()
    }


_UUID = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def _plain(value: Any) -> Any:
    """A value as SQLite gives it, whichever database did."""
    if isinstance(value, datetime):
        return value.isoformat(" ", "microseconds")
    if isinstance(value, Decimal):
        return float(value) if value % 1 else int(value)
    if isinstance(value, UUID):
        return value.bytes
    if isinstance(value, str) and _UUID.fullmatch(value):
        return bytes.fromhex(value.replace("-", ""))
    return int(value) if isinstance(value, float) and value.is_integer() else value


def healthy(context: Context) -> list[str]:
    """What `doctor` finds wrong."""
    return examine(context).problems


def _remove(path: Path) -> None:
    for name in (path, *path.parent.glob(path.name + "-*")):
        name.unlink(missing_ok=True)


def _copy(source: Path, target: Path) -> None:
    """As a person would, while drillr isn't running: the log is folded in by a checkpoint."""
    import sqlite3

    connection = sqlite3.connect(source)
    connection.execute("pragma wal_checkpoint(truncate)")
    connection.close()
    shutil.copy(source, target)
