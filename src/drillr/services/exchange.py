"""Facts in and out of a store: what both a client and the server do with them.

Each function is one unit of work. Receiving is idempotent: what is here already is passed over, so
whoever doesn't know whether a batch arrived sends it again.
"""

import dataclasses
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import compress
from typing import TYPE_CHECKING

from drillr.domain.arrivals import elapsed_of, fact_of
from drillr.domain.facts import Fact, Order, Response
from drillr.domain.fitting import light
from drillr.domain.ids import DeviceId, FactId, QuestionId, SessionId, id_text
from drillr.domain.log import RawEvent, RawFact, RawResponse, Run, in_time, split_device
from drillr.domain.sync_plan import Meeting, Plan, plan
from drillr.domain.text import visible
from drillr.errors import (
    DeviceForked,
    ExchangeError,
    FactKnown,
    FactsMissing,
    StoreDuplicate,
    StoreError,
)
from drillr.services.context import Context
from drillr.services.replaying import rederive_all
from drillr.services.settling import open_sessions, settle
from drillr.store import fact_log, parking, places, profile, revision

if TYPE_CHECKING:
    from drillr.store.connection import Connection

BATCH = 1_000
_MOST_SEEN = 100_000
"""Questions that are remembered to be held: some ten megabytes."""
Arrived = tuple[DeviceId, RawFact]
Later = Callable[["Connection", Context, Sequence[Arrived]], None]
"""Notes that derived rows don't know of facts that were just appended."""


@dataclass(frozen=True, slots=True)
class Received:
    """What a batch brought: facts that are new here, and how many of them wait for a question.

    `answers` counts those of the new ones that are answers, where this store itself took them in.
    """

    new: int = 0
    parked: int = 0
    answers: int = 0

    def __add__(self, other: "Received") -> "Received":
        return Received(
            self.new + other.new, self.parked + other.parked, self.answers + other.answers
        )


def known(context: Context) -> dict[DeviceId, tuple[int, FactId]]:
    """How far this store knows each device, with the id of the last fact."""
    with context.database.transaction(write=False) as db:
        heads = fact_log.heads(db, context.user)
    return {device: (head.seq, head.fact) for device, head in heads.items()}


def meet(context: Context, theirs: Mapping[DeviceId, int]) -> list[Meeting]:
    """How far this store knows each device, for somebody who knows them as far as `theirs` says."""
    with context.database.transaction(write=False) as db:
        return meetings(db, context, theirs)


def meetings(db: "Connection", context: Context, theirs: Mapping[DeviceId, int]) -> list[Meeting]:
    """The same inside of a unit of work."""
    mine = fact_log.lasts(db, context.user)
    lower = {key: min(mine.get(key, 0), theirs.get(key, 0)) for key in {*mine, *theirs}}
    common = fact_log.facts_at(db, context.user, lower.items())
    return [Meeting(device, mine.get(device, 0), common.get(device)) for device in sorted(lower)]


def plan_with(context: Context, theirs: Sequence[Meeting]) -> Plan:
    """What to exchange with somebody who answered so."""
    with context.database.transaction(write=False) as db:
        mine = fact_log.lasts(db, context.user)
        lower = {each.device: min(mine.get(each.device, 0), each.seq) for each in theirs}
        common = fact_log.facts_at(db, context.user, lower.items())
    return plan(mine, theirs, common)


def serve(context: Context, after: Mapping[DeviceId, int], most: int = BATCH) -> list[Run]:
    """The earliest facts of these devices above the numbers given, at most `most` in all.

    They are fewer where they are long.
    """
    with context.database.transaction(write=False) as db:
        names = fact_log.names(db, context.user)
        runs = [
            fact_log.read(db, context.user, device, names[device], seq, seq + most)
            for device, seq in sorted(after.items())
            if device in names
        ]
    return light(in_time([run for run in runs if run.facts], most))


def receive(
    context: Context,
    runs: Sequence[Run],
    *,
    adopt: bool = False,
    later: Later | None = None,
    seen: set[QuestionId] | None = None,
) -> Received:
    """Append what is new of these runs, and derive all that follows from it.

    DeviceForked, FactsMissing or FactKnown when they don't continue what is here; nothing is
    written then. With `adopt`, facts that are here under other numbers take those given now.
    `later` sees to it that what follows is derived later, before anybody looks. `seen` are
    questions that the store is known to hold, and learns of more.
    """
    with context.database.transaction() as db:
        arrived = _fresh(db, context, runs)
        if not arrived:
            return Received()
        renamed = _make_room(db, context, arrived) if adopt else ()
        try:
            done = append(db, context, arrived, later, seen)
        except StoreDuplicate:
            _refuse_known(db, context, arrived)
            raise
        except StoreError:
            if seen:
                # A database put back to an older state lacks questions that it had: ask again.
                seen.clear()
            raise
        if renamed:
            for device in sorted(renamed):
                _close_gap(db, context, device)
            rederive_all(db, context)
    return done


def append(
    db: "Connection",
    context: Context,
    arrived: Sequence[Arrived],
    later: Later | None = None,
    seen: set[QuestionId] | None = None,
) -> Received:
    """Write facts that are not here yet; those about unknown questions wait for them."""
    here = _questions_here(db, arrived, seen)
    facts = [] if later else [fact_of(raw, device) for device, raw in arrived]
    took = [elapsed_of(raw) for _, raw in arrived] if later else [_elapsed(one) for one in facts]
    ready: Sequence[Arrived] = arrived
    waiting: list[Arrived] = []
    if here is not None:
        stays = [raw.question_id is None or raw.question_id in here for _, raw in arrived]
        waiting = [one for one, stay in zip(arrived, stays, strict=True) if not stay]
        ready = list(compress(arrived, stays))
        facts, took = list(compress(facts, stays)), list(compress(took, stays))
    fact_log.append_events(db, context.user, _events(ready))
    open_sessions(db, context, _openers(ready) if later else facts)
    fact_log.append_responses(db, context.user, _responses(ready, took))
    parking.park(db, context.user, waiting, context.clock())
    if later:
        later(db, context, ready)
    else:
        settle(db, context, facts)
    answers = sum(isinstance(raw, RawResponse) for _, raw in arrived)
    return Received(len(arrived), len(waiting), answers)


def _questions_here(
    db: "Connection", arrived: Sequence[Arrived], seen: set[QuestionId] | None
) -> frozenset[QuestionId] | None:
    """Those of the questions that these facts are about that the store holds; None for all."""
    about = {fact.question_id for _, fact in arrived if fact.question_id is not None}
    unsure = sorted(about.difference(seen) if seen else about)
    if places.all_held(db, unsure):
        if seen is not None:
            _remember(seen, unsure)
        return None
    # Somebody may just be bringing what is missing: then it is here, or else it comes later
    # than these facts, and whoever brings it finds them waiting.
    revision.hold(db)
    return places.held(db, sorted(about))


def _remember(seen: set[QuestionId], held: Sequence[QuestionId]) -> None:
    """Note that these questions are held, for good: no question is ever deleted."""
    if len(seen) + len(held) > _MOST_SEEN:
        seen.clear()
    seen.update(held)


def release(db: "Connection", context: Context) -> int:
    """Apply, for everybody whose they are, parked facts whose question is here now; how many."""
    count = 0
    for person in sorted(parking.people_with_parked(db)):
        context.turn(db, person)
        ready = parking.parked_ready(db, person)
        parking.unpark(db, [fact.id for _, fact in ready])
        append(db, dataclasses.replace(context, user=person), ready)
        count += len(ready)
    return count


def part(context: Context, device: DeviceId, after: int) -> DeviceId:
    """Give the facts of a forked device above `after` new numbers under a new device, and name it.

    If it was this store's own device, the store goes on under the new one.
    """
    with context.database.transaction() as db:
        new = _move(db, context, device, after)
        rederive_all(db, context)
    return new


def own_device(context: Context) -> DeviceId:
    """The device under which this store writes now."""
    with context.database.transaction(write=False) as db:
        owner = profile.owner(db)
    return context.device if owner is None else owner[1]


def _fresh(db: "Connection", context: Context, runs: Sequence[Run]) -> list[Arrived]:
    """The facts that continue what is known of their devices; devices that are new are noted."""
    heads = fact_log.heads_of(db, context.user, [run.device for run in runs])
    _add_devices(db, context, [run for run in runs if run.device not in heads])
    checks: dict[DeviceId, tuple[int, FactId]] = {}
    arrived: list[Arrived] = []
    seen: set[DeviceId] = set()
    for run in runs:
        head = heads.get(run.device)
        last = head.seq if head else 0
        if not run.facts:
            continue
        if not run.unbroken or run.first < 1 or run.device in seen:
            raise FactsMissing("the facts of a device are not numbered one after the other")
        seen.add(run.device)
        if run.first > last + 1:
            raise FactsMissing(
                f"facts of a device begin at {run.first}, but only {last} are known", "Sync again"
            )
        if head:
            checks[run.device] = _where_both_know(run, last)
        arrived += [(run.device, fact) for fact in run.facts if fact.seq > last]
    # Mostly a run goes on behind the last fact, or ends with it: then that one's id is known.
    below = [(key, seq) for key, (seq, _) in checks.items() if seq < heads[key].seq]
    held = fact_log.facts_at(db, context.user, below)
    for device, (seq, expected) in checks.items():
        head = heads[device]
        if expected != (head.fact if seq == head.seq else held.get(device)):
            raise DeviceForked(device)
    return arrived


def _where_both_know(run: Run, last: int) -> tuple[int, FactId]:
    """The highest number that run and store both know, and the fact that the run has there."""
    if run.first == last + 1:
        if run.previous is None:
            raise DeviceForked(run.device)
        return last, run.previous
    fact = run.facts[min(last, run.last) - run.first]
    return fact.seq, fact.id


def _add_devices(db: "Connection", context: Context, runs: Sequence[Run]) -> None:
    wanted = {run.device: run.name for run in runs}
    owners = fact_log.device_owners(db, list(wanted))
    for device, name in wanted.items():
        owner = owners.get(device)
        if owner is None:
            shown = visible(name).strip()[:255] or "a device"
            fact_log.add_device(db, context.user, device, shown, context.clock())
        elif owner != context.user:
            raise DeviceForked(device, "a device of that id belongs to another account")


def _make_room(
    db: "Connection", context: Context, arrived: Sequence[Arrived]
) -> frozenset[DeviceId]:
    """Take out facts that are here under other numbers; the devices that lose them."""
    found = _elsewhere(db, context, arrived)
    if found:
        fact_log.forget(db, context.user, list(found))
    return frozenset(found.values())


def _refuse_known(db: "Connection", context: Context, arrived: Sequence[Arrived]) -> None:
    """FactKnown when some of these facts are here under other numbers."""
    found = _elsewhere(db, context, arrived)
    if found:
        example = id_text(next(iter(found)))
        raise FactKnown(f"the fact {example} is here under another number", "Sync again")


def _elsewhere(
    db: "Connection", context: Context, arrived: Sequence[Arrived]
) -> dict[FactId, DeviceId]:
    """Those of these facts that are here already, and whose numbers they have."""
    ids = [fact.id for _, fact in arrived]
    if len(set(ids)) != len(ids):
        raise FactKnown("one fact has two numbers in one batch")
    found = fact_log.elsewhere(db, ids)
    if any(owner != context.user for owner, _ in found.values()):
        raise FactKnown(
            "some of these facts belong to another account",
            "A store goes with one account; use another store for this one",
        )
    return {fact: device for fact, (_, device) in found.items()}


def _close_gap(db: "Connection", context: Context, device: DeviceId) -> None:
    """After some of a device's facts took other numbers, move those behind the gap."""
    numbers = fact_log.numbers(db, context.user, device, 0)
    whole = next((n for n, (seq, _) in enumerate(numbers) if seq != n + 1), len(numbers))
    if whole < len(numbers):
        _move(db, context, device, whole)


def _move(db: "Connection", context: Context, device: DeviceId, after: int) -> DeviceId:
    moving = fact_log.numbers(db, context.user, device, after)
    if not moving:
        raise ExchangeError("a forked device has nothing to move", "Sync again")
    new = split_device(device, moving[0][1])
    lasts = fact_log.lasts(db, context.user)
    while new in lasts:
        new = split_device(new, moving[0][1])
    names = fact_log.names(db, context.user)
    if new not in names:
        fact_log.add_device(db, context.user, new, names[device], context.clock())
    places_now = {seq: number for number, (seq, _) in enumerate(moving, 1)}
    fact_log.renumber(db, context.user, device, new, places_now)
    owner = profile.owner(db)
    if owner is not None and owner[1] == device:
        profile.become(db, new)
    return new


def _events(ready: Iterable[Arrived]) -> list[tuple[DeviceId, RawEvent]]:
    return [(device, raw) for device, raw in ready if isinstance(raw, RawEvent)]


def _responses(
    ready: Iterable[Arrived], took: Iterable[int]
) -> list[tuple[DeviceId, RawResponse, int]]:
    return [
        (device, raw, elapsed)
        for (device, raw), elapsed in zip(ready, took, strict=True)
        if isinstance(raw, RawResponse)
    ]


def _elapsed(fact: Fact) -> int:
    return fact.elapsed_ms if isinstance(fact, Response) else 0


def _openers(ready: Iterable[Arrived]) -> list[Fact]:
    """Of these facts, those that can open a session: every event, and of answers the first."""
    first: dict[SessionId, Arrived] = {}
    found: list[Fact] = []
    for one in ready:
        device, raw = one
        if isinstance(raw, RawEvent):
            found.append(fact_of(raw, device))
        elif raw.session_id is not None:
            known = first.get(raw.session_id)
            if known is None or _order(one) < _order(known):
                first[raw.session_id] = one
    return found + [fact_of(raw, device) for device, raw in first.values()]


def _order(arrived: Arrived) -> Order:
    device, raw = arrived
    return raw.created_at, device, raw.seq
