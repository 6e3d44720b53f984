"""Derived rows that wait, and writers that meet: nobody sees a row that is behind its facts."""

import json
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from drillr.bootstrap import new_id, now
from drillr.domain.arrivals import fact_of
from drillr.domain.ids import DeviceId, FactId, QuestionId, UserId, facet_id, question_id
from drillr.domain.log import RawEvent, RawFact, RawResponse, Run
from drillr.errors import StoreError
from drillr.server import owned as owning
from drillr.server.database import migrate, open_plain
from drillr.server.owned import facts_alone, later, owned, unowned
from drillr.server.records import accounts, arrears
from drillr.server.records.accounts import NewAccount, Role
from drillr.server.work import patiently
from drillr.services import curating, exchange
from drillr.services.context import Context
from drillr.services.exchange import Arrived
from drillr.services.importing import import_paths
from drillr.services.settling import settle
from drillr.services.upkeep import examine
from drillr.store import parking, places, progress
from drillr.store.connection import Connection, Database
from drillr.store.mariadb import MariaDatabase
from tests.conftest import mcq
from tests.server.conftest import settings_for
from tests.sync.world import derived

AT = datetime(2026, 3, 2, 12, tzinfo=UTC)
HOME, AWAY = "a__b__c__d", "a__b__c__e"


def write_facet(folder: Path, path: str, numbers: Sequence[int]) -> None:
    """A folder with one question file."""
    folder.mkdir()
    items = [mcq(number) for number in numbers]
    (folder / f"{path}.json").write_text(json.dumps(items), encoding="utf-8")


def pushed(device: DeviceId, first: int, facts: Sequence[RawFact], previous: FactId | None) -> Run:
    """Facts as a device sends them."""
    assert facts[0].seq == first
    return Run(device, "a laptop", previous, tuple(facts))


def answer(seq: int, question: int, hours: int, rating: int = 2) -> RawResponse:
    """An answer some hours after the beginning."""
    at = AT + timedelta(hours=hours)
    return RawResponse(
        seq, FactId(new_id()), question_id(f"q-{question:03d}"), None, rating, True, "B", None,
        None, at, f'{{"day":"{at:%Y-%m-%d}","elapsed_ms":4000}}',
    )  # fmt: skip


@pytest.fixture(params=["sqlite", "mariadb"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A server's database with four questions."""
    url = request.getfixturevalue("clean_mariadb_url") if request.param == "mariadb" else ""
    yield from opened(tmp_path, url)


@pytest.fixture
def mariadb(clean_mariadb_url: str, tmp_path: Path) -> Iterator[Database]:
    """The same on MariaDB alone."""
    yield from opened(tmp_path, clean_mariadb_url)


def opened(folder: Path, url: str) -> Iterator[Database]:
    """A database with four questions."""
    settings = settings_for(folder / "server", url)
    (folder / "server").mkdir()
    if not url:
        migrate(settings)
    found = open_plain(settings)
    write_facet(folder / "bank", HOME, range(4))
    nobody = Context(found, UserId(bytes(16)), DeviceId(bytes(16)), now, new_id, UTC)
    import_paths(nobody, [str(folder / "bank")])
    yield found
    found.close()


def person(database: Database, name: str = "ada") -> Context:
    """Somebody with an account."""
    new = NewAccount(UserId(new_id()), DeviceId(new_id()), name, None, None, Role.USER, "!")
    with database.transaction() as db:
        accounts.create(db, new, AT)
    return owned(Context(database, new.id, new.device, now, new_id, UTC))


def push(database: Database, theirs: Context, run: Run) -> None:
    """As the route does."""
    exchange.receive(facts_alone(theirs, database), [run], later=later)


def owed(database: Database, theirs: Context) -> int:
    """How many facts no derived row knows of."""
    with database.transaction(write=False) as db:
        return sum(count for _, count in arrears.owed(db, theirs.user).values())


def rows(database: Database, theirs: Context) -> dict[str, list[tuple[object, ...]]]:
    """Derived rows as they are in the database, behind or not."""
    with database.transaction(write=False) as db:
        return progress.derived_rows(db, theirs.user)


def test_a_push_notes_what_is_behind_and_whoever_looks_sees_nothing_behind(
    database: Database,
) -> None:
    """Three batches, late answers and one taken back among them, are derived from when seen."""
    theirs, eager = person(database), person(database, "eve")
    device = {theirs.user: DeviceId(new_id()), eager.user: DeviceId(new_id())}
    batches: list[list[RawFact]] = [
        [answer(1, 0, 0), answer(2, 1, 30, 4), answer(3, 0, 60, 1)],
        [answer(4, 0, 90), answer(5, 2, 1, 3)],
        [answer(6, 1, 2), answer(7, 3, 200)],
    ]
    for one in (theirs, eager):
        previous: FactId | None = None
        for facts in batches:
            own = [fact._replace(id=FactId(new_id())) for fact in facts]
            if facts is batches[2]:
                own.append(
                    RawEvent(
                        8, FactId(new_id()), "response_retracted", own[0].question_id,
                        AT + timedelta(hours=201), f'{{"response_id":"{own[0].id.hex()}"}}',
                    )
                )  # fmt: skip
            run = pushed(device[one.user], own[0].seq, own, previous)
            if one is theirs:
                push(database, one, run)
            else:
                exchange.receive(one, [run])
            previous = own[-1].id
    assert owed(database, theirs) == 8
    assert rows(database, theirs)["spaced_repetition_cards"] == []
    with theirs.database.transaction(write=False):
        pass
    assert owed(database, theirs) == 0
    assert _plain(derived(theirs)) == _plain(derived(eager))
    assert examine(theirs).problems == []


def test_the_next_writer_derives_too_and_a_failure_leaves_the_note(database: Database) -> None:
    """What is behind is brought up to date in the writer's own unit of work, or not at all."""
    theirs = person(database)
    push(database, theirs, pushed(DeviceId(new_id()), 1, [answer(1, 0, 0)], None))
    with pytest.raises(RuntimeError), theirs.database.transaction():
        raise RuntimeError("killed")
    assert owed(database, theirs) == 1
    with theirs.database.transaction() as db:
        assert progress.facet(db, theirs.user, facet_id(HOME)).completed == 1
    assert owed(database, theirs) == 0


def test_rules_are_derived_from_at_once_and_so_is_what_is_too_much_to_wait(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A changed setting shapes what waits; and no more waits than fits into memory."""
    theirs, device = person(database), DeviceId(new_id())
    first = answer(1, 0, 0, 4)
    push(database, theirs, pushed(device, 1, [first], None))
    change = RawEvent(
        2, FactId(new_id()), "settings_changed", None, AT, '{"values":{"maximum_interval":1}}'
    )
    push(database, theirs, pushed(device, 2, [change], first.id))
    assert owed(database, theirs) == 0
    assert len(rows(database, theirs)["spaced_repetition_cards"]) == 1
    monkeypatch.setattr(owning, "MOST_OWED", 2)
    many = [answer(seq, seq % 4, seq) for seq in (3, 4, 5)]
    push(database, theirs, pushed(device, 3, many, change.id))
    assert owed(database, theirs) == 0
    assert examine(theirs).problems == []


def _plain(found: dict[str, list[tuple[Any, ...]]]) -> dict[str, list[tuple[Any, ...]]]:
    """Rows of two people compare equal when ids of people are left out."""
    return {
        table: [tuple(str(value) for value in row[1:]) for row in values]
        for table, values in found.items()
        if table != "learning_sessions"
    }


def moves(database: Database, theirs: Context, folder: Path) -> None:
    """An admin puts the question into another facet."""
    curating.move(unowned(theirs, database), question_id("q-000"), AWAY)


def withdraws(database: Database, theirs: Context, folder: Path) -> None:
    """An admin withdraws the question."""
    curating.set_active(unowned(theirs, database), question_id("q-000"), False)


def brings(database: Database, theirs: Context, folder: Path) -> None:
    """An admin imports the question that the facts are about."""
    write_facet(folder / "more", AWAY, [9])
    import_paths(unowned(theirs, database), [str(folder / "more")])


@pytest.mark.parametrize(("change", "question"), [(moves, 0), (withdraws, 0), (brings, 9)])
@pytest.mark.parametrize("behind", [False, True])
def test_content_changes_while_a_push_is_under_way(
    mariadb: Database, tmp_path: Path, change: Callable[..., None], question: int, behind: bool
) -> None:
    """Whoever comes second waits for the other, and nothing derived is left as it was before.

    The push has derived from its facts and not committed when the change begins.
    """
    theirs, admin = person(mariadb), person(mariadb, "root")
    reached, go = threading.Event(), threading.Event()

    def hold(db: Connection, context: Context, arrived: Sequence[Arrived]) -> None:
        if behind:
            later(db, context, arrived)
        else:
            settle(db, context, [fact_of(raw, device) for device, raw in arrived])
        reached.set()
        assert go.wait(30)

    run = pushed(DeviceId(new_id()), 1, [answer(1, question, 0)], None)
    writer = facts_alone(theirs, mariadb) if behind else theirs
    pushing = threading.Thread(target=lambda: exchange.receive(writer, [run], later=hold))
    pushing.start()
    assert reached.wait(30)
    changing = threading.Thread(target=lambda: patiently(lambda: change(mariadb, admin, tmp_path)))
    changing.start()
    wait_until_it_waits(mariadb, changing)
    go.set()
    pushing.join(30)
    changing.join(30)
    assert not pushing.is_alive()
    assert not changing.is_alive()
    before = derived(theirs)
    assert len(before["spaced_repetition_cards"]) == 1
    examine(theirs, rebuild=True)
    assert derived(theirs) == before


class Held:
    """A database whose first writer waits before it commits, until the test lets it go on."""

    def __init__(self, inner: Database) -> None:
        self._inner = inner
        self.reached, self.go = threading.Event(), threading.Event()

    @contextmanager
    def transaction(self, write: bool = True) -> Iterator[Connection]:
        """As the database's own."""
        with self._inner.transaction(write) as db:
            yield db
            if write:
                self.reached.set()
                assert self.go.wait(30)

    def close(self) -> None:
        """Nothing."""


@pytest.mark.parametrize(("change", "question"), [(moves, 0), (withdraws, 0), (brings, 9)])
@pytest.mark.parametrize("behind", [False, True])
def test_a_push_comes_while_content_changes(
    mariadb: Database, tmp_path: Path, change: Callable[..., None], question: int, behind: bool
) -> None:
    """The same the other way round: the change is written and not committed when the push comes."""
    theirs, admin, held = person(mariadb), person(mariadb, "root"), Held(mariadb)
    changing = threading.Thread(target=lambda: change(held, admin, tmp_path))
    changing.start()
    assert held.reached.wait(30)
    device = DeviceId(new_id())
    run = pushed(device, 1, [answer(1, question, 0), answer(2, 1, 1)], None)

    def send() -> None:
        if behind:
            push(mariadb, theirs, run)
        else:
            exchange.receive(theirs, [run])

    pushing = threading.Thread(target=lambda: patiently(send))
    pushing.start()
    wait_until_it_waits(mariadb, pushing)
    held.go.set()
    changing.join(30)
    pushing.join(30)
    assert not changing.is_alive()
    assert not pushing.is_alive()
    before = derived(theirs)
    assert len(before["spaced_repetition_cards"]) == 2
    examine(theirs, rebuild=True)
    assert derived(theirs) == before


@pytest.mark.parametrize("change", [moves, withdraws, brings])
def test_content_changes_for_somebody_who_is_behind(
    database: Database, tmp_path: Path, change: Callable[..., None]
) -> None:
    """Whoever's rows follow is brought up to date first: nothing is added to the days twice."""
    theirs, admin, device = person(database), person(database, "root"), DeviceId(new_id())
    first, parked = answer(1, 0, 0), answer(2, 9, 1)
    exchange.receive(theirs, [pushed(device, 1, [first, parked], None)])
    more = [answer(3, 0, 60), answer(4, 1, 61)]
    push(database, theirs, pushed(device, 3, more, parked.id))
    assert owed(database, theirs) == 2
    change(database, admin, tmp_path)
    before = derived(theirs)
    examine(theirs, rebuild=True)
    assert derived(theirs) == before


def wait_until_it_waits(database: Database, thread: threading.Thread) -> None:
    """Until another connection waits for a lock, or the thread has ended."""
    assert isinstance(database, MariaDatabase)
    while thread.is_alive():
        # The table of transactions is made anew only when nobody has read it for 0.1 s.
        thread.join(0.15)
        with database.transaction(write=False) as db:
            if db.row(
                "select 1 from information_schema.innodb_trx t join information_schema.processlist"
                " p on p.id = t.trx_mysql_thread_id where t.trx_state = 'LOCK WAIT' and p.db = ?",
                (database.name,),
            ):
                return


def test_many_push_while_an_admin_moves_and_withdraws(mariadb: Database) -> None:
    """Bounded turmoil: at its end everybody's rows are those of a replay."""
    people = [person(mariadb, f"p{number}") for number in range(3)]
    admin = person(mariadb, "root")
    failures: list[BaseException] = []

    def study(theirs: Context) -> None:
        device, previous = DeviceId(new_id()), None
        for batch in range(6):
            facts = [answer(batch * 3 + n + 1, (batch + n) % 4, batch * 9 + n) for n in range(3)]
            run = pushed(device, facts[0].seq, facts, previous)
            patiently(lambda run=run: push(mariadb, theirs, run))  # type: ignore[misc]
            if batch % 2:
                patiently(lambda: derived(theirs))
            previous = facts[-1].id

    def administer() -> None:
        everything = unowned(admin, mariadb)
        for turn in range(8):
            key, path = question_id(f"q-{turn % 4:03d}"), (AWAY, HOME)[turn // 4]
            patiently(lambda key=key, path=path: curating.move(everything, key, path))  # type: ignore[misc]
            patiently(lambda key=key, turn=turn: curating.set_active(everything, key, turn % 3 > 0))  # type: ignore[misc]

    def run(work: Callable[[], None]) -> None:
        try:
            work()
        except BaseException as error:  # noqa: BLE001 - told below
            failures.append(error)

    works: list[Callable[[], None]] = [administer, *(lambda one=one: study(one) for one in people)]
    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert failures == []
    for theirs in people:
        before = derived(theirs)
        assert len(before["spaced_repetition_cards"]) == 4
        examine(theirs, rebuild=True)
        assert derived(theirs) == before


def test_a_question_is_looked_up_once(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Those that are held are remembered; one that is missing is asked for until it is here."""
    theirs, device = person(database), DeviceId(new_id())
    asked: list[int] = []

    def all_held(db: Connection, keys: Sequence[QuestionId]) -> bool:
        asked.append(len(keys))
        return places.all_held(db, keys)

    monkeypatch.setattr(exchange, "places", SimpleNamespace(all_held=all_held, held=places.held))
    monkeypatch.setattr(exchange, "_MOST_SEEN", 2)
    seen: set[QuestionId] = set()
    previous: FactId | None = None
    for first, questions in ((1, [0, 1]), (3, [0, 9]), (5, [1, 9]), (7, [0]), (8, [2])):
        facts = [answer(first + n, question, first + n) for n, question in enumerate(questions)]
        run = pushed(device, first, facts, previous)
        exchange.receive(facts_alone(theirs, database), [run], later=later, seen=seen)
        previous = facts[-1].id
    assert asked == [2, 1, 1, 0, 1]
    assert seen == {question_id("q-002")}, "a memory that is full begins anew"
    with database.transaction(write=False) as db:
        assert parking.parked(db, theirs.user) == 2


def test_a_database_that_lost_a_question_is_asked_again(database: Database) -> None:
    """Put back from a copy under a running server, it refuses once; then the fact waits."""
    theirs, device = person(database), DeviceId(new_id())
    run = pushed(device, 1, [answer(1, 9, 0)], None)
    seen = {question_id("q-009")}
    with pytest.raises(StoreError):
        exchange.receive(facts_alone(theirs, database), [run], later=later, seen=seen)
    done = exchange.receive(facts_alone(theirs, database), [run], later=later, seen=seen)
    assert (done.new, done.parked) == (1, 1)
