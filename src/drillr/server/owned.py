"""A database as one person's use cases see it: their writes take turns, whoever makes them.

A push only appends facts and notes that derived rows don't know of them yet. Whatever reads or
writes derived rows comes through here, and brings them up to date first: so ten batches are derived
from once, nobody sees a row that is behind, and a crash between the two leaves the note.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace

from drillr.domain import rulebook
from drillr.domain.facts import Fact
from drillr.domain.ids import DeviceId, UserId
from drillr.domain.log import RawEvent
from drillr.server.records import accounts, arrears
from drillr.services.collecting import collector_paused
from drillr.services.context import Context
from drillr.services.exchange import Arrived
from drillr.services.settling import settle
from drillr.store import facts
from drillr.store.connection import Connection, Database

MOST_OWED = 20_000
"""Facts that may wait: they are derived from in one unit of work, and are held in memory there."""


class OwnedDatabase:
    """Each writing transaction first counts itself in the person's account.

    That one changed row is the person's lock: two answers at once would give out one sequence
    number twice. It is changed and not only locked, because nodes of a cluster exchange changes.
    The count also tells caches whether anything of this person may have changed.

    `facts_alone` is for use cases that look at no derived row, and may leave them behind.
    """

    def __init__(self, plain: Context, *, facts_alone: bool = False) -> None:
        self._plain, self._facts_alone = plain, facts_alone

    def transaction(self, write: bool = True) -> AbstractContextManager[Connection]:
        """A unit of work of this person."""
        return self._writing() if write else self._reading()

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with self._plain.database.transaction() as db:
            if self._facts_alone:
                accounts.count_write(db, self._plain.user)
            else:
                take_turn(db, self._plain)
            yield db

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        if not self._facts_alone:
            with self._plain.database.transaction(write=False) as db:
                if not arrears.owed(db, self._plain.user):
                    yield db
                    return
            with self._writing():
                pass
        with self._plain.database.transaction(write=False) as db:
            yield db

    def glance(self) -> AbstractContextManager[Connection]:
        """A unit of work of one query; of what it finds, derived rows may be behind."""
        return self._plain.database.glance()

    def close(self) -> None:
        """Nothing: the server's database outlives every request."""


def owned(plain: Context) -> Context:
    """The context of one person over a database of many: their own derived rows are never behind.

    Others' may be written too, when it is their turn.
    """

    def turn(db: Connection, user: UserId) -> None:
        take_turn(db, replace(plain, user=user))

    return replace(plain, database=OwnedDatabase(plain), turn=turn)


def facts_alone(theirs: Context, database: Database) -> Context:
    """An owned context for use cases that only append and read facts."""
    plain = replace(theirs, database=database)
    return replace(theirs, database=OwnedDatabase(plain, facts_alone=True))


def unowned(theirs: Context, database: Database) -> Context:
    """An owned context over the whole database: for content, which is nobody's own."""
    return replace(theirs, database=database)


def take_turn(db: Connection, context: Context) -> None:
    """Hold the person's lock until this unit of work ends; their derived rows are not behind."""
    accounts.count_write(db, context.user)
    behind = arrears.owed(db, context.user)
    if behind:
        _derive(db, context, behind)


def later(db: Connection, context: Context, arrived: Sequence[Arrived]) -> None:
    """In place of `settle`: note that these facts are still to be derived from.

    New rules shape cards, so facts that make them are derived from at once, with all that waits.
    """
    # A device's facts come in the order of their numbers.
    first = {device: raw.seq for device, raw in reversed(arrived)}
    counts = Counter([device for device, _ in arrived])
    arrears.note(db, context.user, {key: (seq, counts[key]) for key, seq in first.items()})
    behind = arrears.owed(db, context.user)
    if any(isinstance(raw, RawEvent) and raw.type in rulebook.SOURCES for _, raw in arrived) or (
        sum(count for _, count in behind.values()) > MOST_OWED
    ):
        _derive(db, context, behind)


def _derive(db: Connection, context: Context, behind: Mapping[DeviceId, tuple[int, int]]) -> None:
    waiting: list[Fact] = []
    with collector_paused():
        for device, (first, _) in sorted(behind.items()):
            waiting += facts.since(db, context.user, device, first)
        settle(db, context, waiting)
    arrears.clear(db, context.user)
