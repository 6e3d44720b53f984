"""An exchange with a server, from the first word to the last: the order of its steps.

What each side holds decides what is said next, so an exchange that broke off anywhere simply starts
again, and two at once do each other no harm.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from drillr.domain.ids import DeviceId, FactId
from drillr.domain.log import Run, joined
from drillr.domain.sync_plan import Meeting, Plan, Range, skew
from drillr.errors import DeviceForked, ExchangeError, NetworkError
from drillr.services import exchange
from drillr.services.collecting import collector_paused
from drillr.services.context import Context
from drillr.services.exchange import BATCH, Received
from drillr.services.shortening import shorten
from drillr.store import revision

TOGETHER = 5 * BATCH
"""How many facts that were fetched are written at once, and derived from at once: each time costs
as much again. It is no more than others who write to the store can wait for."""
ROUNDS = 8
"""How often an exchange looks again when others write at the same time, before it gives up."""
Say = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Welcome:
    """A server's answer to a greeting: whom it takes us for, its clock, and how far it is."""

    user: bytes
    at: datetime
    meetings: Sequence[Meeting]
    content: int = 0


def welcome(context: Context, known: Mapping[DeviceId, int]) -> Welcome:
    """What this store answers, as a server, to somebody who knows the devices so far."""
    with context.database.transaction(write=False) as db:
        meetings = exchange.meetings(db, context, known)
        return Welcome(context.user, context.clock(), meetings, revision.current(db))


class Peer(Protocol):
    """The other side, whatever lies between: a connection, or in tests a call.

    Every method may raise NetworkError; what was asked may have been done all the same.
    """

    def greet(self, known: Mapping[DeviceId, int]) -> Welcome:
        """How far the other side knows each device."""

    def fetch(self, after: Mapping[DeviceId, int], most: int) -> Sequence[Run]:
        """The earliest facts of these devices above the numbers given."""

    def send(self, runs: Sequence[Run]) -> Received:
        """Hand over facts; DeviceForked, FactsMissing or FactKnown when they don't fit."""


@dataclass(frozen=True, slots=True)
class Exchanged:
    """What an exchange of facts did; `skew` is by how many seconds this clock is ahead."""

    sent: int = 0
    fetched: int = 0
    parked: int = 0
    parked_there: int = 0
    renumbered: int = 0
    skew: int = 0
    rounds: int = 0
    content: int = 0
    user: bytes = b""


def exchange_facts(
    context: Context,
    peer: Peer,
    *,
    push: bool = True,
    pull: bool = True,
    say: Say | None = None,
    first: tuple[Plan, Welcome] | None = None,
) -> Exchanged:
    """Bring both sides to the same facts; ExchangeError when others keep getting in between.

    `first` is what `foresee` just said, where somebody has asked already.
    """
    run = _Exchange(context, peer, push, pull, say)
    run.foreseen = first
    last: ExchangeError | None = None
    for _ in range(ROUNDS):
        try:
            if run.round():
                return run.done
        except ExchangeError as error:
            run.refused(error)
            last = error
    raise last or ExchangeError("the exchange doesn't come to an end", "Sync again later")


def foresee(context: Context, peer: Peer) -> tuple[Plan, Welcome]:
    """What an exchange would send and fetch; nothing is changed."""
    welcome = peer.greet(_lasts(context))
    return exchange.plan_with(context, welcome.meetings), welcome


class _Exchange:
    """One exchange: what it may do, and what it has done so far."""

    def __init__(
        self, context: Context, peer: Peer, push: bool, pull: bool, say: Say | None
    ) -> None:
        self._context, self._peer = context, peer
        self._push, self._pull = push, pull
        self._say = say or (lambda what, count, total: None)
        self._sending: frozenset[DeviceId] = frozenset()
        self.foreseen: tuple[Plan, Welcome] | None = None
        self.done = Exchanged()

    def round(self) -> bool:
        """Look, fetch, mend, send; whether that was all there is to do."""
        plan, welcome = self.foreseen or foresee(self._context, self._peer)
        self.foreseen = None
        self.done = replace(
            self.done, rounds=self.done.rounds + 1, content=welcome.content, user=welcome.user,
            skew=skew(self._context.clock(), welcome.at),
        )  # fmt: skip
        if self._pull:
            self._fetch(plan.fetch)
        if not self._push:
            return True
        met = {meeting.device: meeting for meeting in welcome.meetings}
        for device in plan.forked:
            self._mend(device, met[device].seq)
        self._send(plan.send)
        # What forked has new numbers now: they are sent, and the others' facts fetched, next time.
        return not plan.forked

    def refused(self, error: ExchangeError) -> None:
        """The other side took none of a batch: what it refuses for good gets new numbers."""
        if isinstance(error, DeviceForked) and DeviceId(error.device) in self._sending:
            device = DeviceId(error.device)
            welcome = self._peer.greet({device: 0})
            if not any(meeting.device == device and meeting.seq for meeting in welcome.meetings):
                # Not one fact of the device is there, yet it is taken: it is somebody else's.
                self._part(device, 0)

    def _fetch(self, ranges: Sequence[Range]) -> None:
        wanted = {part.device: part.last for part in ranges}
        after = {part.device: part.after for part in ranges}
        total, count = sum(map(len, ranges)), 0
        waiting: list[Run] = []
        try:
            while after:
                with collector_paused():
                    runs = [run for run in self._peer.fetch(after, BATCH) if run.device in after]
                if not any(run.facts for run in runs):
                    raise NetworkError(
                        "the server has less than it says it has", "Sync again later"
                    )
                for run in runs:
                    after[run.device] = max(after[run.device], run.last)
                    if after[run.device] >= wanted[run.device]:
                        del after[run.device]
                waiting += runs
                if sum(map(len, waiting)) >= TOGETHER or not after:
                    count += self._receive(waiting)
                self._say("received", count + sum(map(len, waiting)), total)
        finally:
            # A connection that breaks off takes nothing back that came before.
            if waiting:
                self._receive(waiting)

    def _receive(self, waiting: list[Run]) -> int:
        """Write what was fetched, so that it waits no longer; how much of it was new."""
        with collector_paused():
            runs = joined(waiting)
            waiting.clear()
            received = exchange.receive(self._context, runs, adopt=True)
        self.done = replace(
            self.done, fetched=self.done.fetched + received.new,
            parked=self.done.parked + received.parked,
        )  # fmt: skip
        return received.new

    def _send(self, ranges: Sequence[Range]) -> None:
        after = {part.device: part.after for part in ranges}
        self._sending = frozenset(after)
        total, count = sum(map(len, ranges)), 0
        while True:
            with collector_paused():
                runs = exchange.serve(self._context, after)
                if not runs:
                    break
                if shorten(self._context, runs):
                    runs = exchange.serve(self._context, after)
                taken = self._peer.send(runs)
            count += sum(map(len, runs))
            self.done = replace(
                self.done, sent=self.done.sent + taken.new,
                parked_there=self.done.parked_there + taken.parked,
            )  # fmt: skip
            for run in runs:
                after[run.device] = run.last
            self._say("sent", count, total)

    def _mend(self, device: DeviceId, theirs: int) -> None:
        """A device's store was copied or restored: what only this one has, goes on under a new."""
        mine = _lasts(self._context).get(device, 0)
        shared = min(mine, theirs)
        if self._agrees(device, shared):
            return  # what was fetched just now has taken its own numbers back
        low, high = 0, shared - 1
        while low < high:
            middle = (low + high + 1) // 2
            if self._agrees(device, middle):
                low = middle
            else:
                high = middle - 1
        self._part(device, low)

    def _agrees(self, device: DeviceId, number: int) -> bool:
        there = {one.device: one.common for one in self._peer.greet({device: number}).meetings}
        here = {one.device: one.common for one in exchange.meet(self._context, {device: number})}
        return _same(there.get(device), here.get(device))

    def _part(self, device: DeviceId, after: int) -> None:
        moved = exchange.part(self._context, device, after)
        count = _lasts(self._context)[moved]
        self.done = replace(self.done, renumbered=self.done.renumbered + count)


def _same(there: FactId | None, here: FactId | None) -> bool:
    return there is not None and there == here


def _lasts(context: Context) -> dict[DeviceId, int]:
    return {device: seq for device, (seq, _) in exchange.known(context).items()}
