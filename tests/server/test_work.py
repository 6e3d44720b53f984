"""Running use cases: on every database, again after a conflict, one writer a person at a time."""

import asyncio
import threading
from collections.abc import Callable
from datetime import UTC
from pathlib import Path

import pytest

from drillr.bootstrap import new_id, now
from drillr.domain.ids import DeviceId, UserId
from drillr.errors import StoreBusy, StoreConflict, StoreError
from drillr.server import work as working
from drillr.server.database import open_asynchronous, open_plain
from drillr.server.owned import OwnedDatabase
from drillr.server.records import accounts
from drillr.server.records.accounts import NewAccount, Role
from drillr.server.work import Work, patiently
from drillr.services.context import Context
from drillr.store.asynchronous import AsyncMariaDatabase
from drillr.store.mariadb import MariaDatabase
from tests.server.conftest import settings_for


def failing(times: int, error: type[Exception] = StoreConflict) -> Callable[[], str]:
    """A use case that fails some times and then succeeds."""
    left = [times]

    def use_case() -> str:
        if left[0]:
            left[0] -= 1
            raise error("not now")
        return "done"

    return use_case


def test_a_conflict_is_tried_again_a_bounded_number_of_times() -> None:
    """Eight attempts in all, with growing pauses that no two draw alike."""
    slept: list[float] = []
    assert patiently(failing(7), lambda: 0.5, slept.append) == "done"
    assert slept == sorted(slept)
    assert len(slept) == 7
    with pytest.raises(StoreConflict):
        patiently(failing(8), lambda: 0.5, slept.append)
    assert list(working.pauses(lambda: 0.0)) != list(working.pauses(lambda: 1.0))


def test_only_conflicts_are_tried_again() -> None:
    """Whatever else a database says, another attempt would say too."""
    with pytest.raises(StoreBusy):
        patiently(failing(1, StoreBusy), lambda: 0.0, lambda _: pytest.fail("slept"))


async def test_a_real_deadlock_is_resolved(clean_mariadb_url: str) -> None:
    """Two use cases that lock two rows crosswise both end, and nothing is written twice."""
    database = AsyncMariaDatabase(clean_mariadb_url)
    retries: list[int] = []
    work = Work(database, on_retry=lambda: retries.append(1))
    entered = [0]
    # Revisions outlive a test, so each test counts under names of its own.
    one, two = sorted((new_id().hex(), new_id().hex()))

    def add(first: str, second: str) -> None:
        with database.transaction() as db:
            for name in (first, second):
                db.run("update revisions set value = value + 1 where name = ?", (name,))
                entered[0] += 1
                # Both hold their first row before either asks for its second.
                db.row("select sleep(0.05)")

    def prepare() -> None:
        with database.transaction() as db:
            db.many("insert into revisions (name, value) values (?, 0)", [(one,), (two,)])

    await work(prepare)
    await asyncio.gather(work(lambda: add(one, two)), work(lambda: add(two, one)))

    def read() -> list[tuple[object, ...]]:
        with database.transaction(write=False) as db:
            return db.rows(
                "select name, value from revisions where name in (?, ?) order by name", (one, two)
            )

    assert await work(read) == [(one, 2), (two, 2)]
    assert retries
    await database.aclose()


async def test_many_use_cases_share_a_thread(clean_mariadb_url: str) -> None:
    """While one waits for the database, another that it needs runs in the same thread."""
    database = AsyncMariaDatabase(clean_mariadb_url, pool_size=5)
    work = Work(database)

    name = new_id().hex()

    def wait_for_the_other() -> tuple[int, bool]:
        for _ in range(200):
            with database.transaction(write=False) as db:
                if db.row("select 1 from revisions where name = ?", (name,)):
                    return threading.get_ident(), True
                db.row("select sleep(0.02)")
        return threading.get_ident(), False

    def arrive() -> tuple[int, bool]:
        with database.transaction() as db:
            db.run("insert into revisions (name, value) values (?, 1)", (name,))
        return threading.get_ident(), True

    found = await asyncio.gather(work(wait_for_the_other), work(arrive))
    assert list(found) == [(threading.get_ident(), True)] * 2
    await database.aclose()


async def test_a_use_case_given_up_half_way_leaves_no_answer_behind(
    clean_mariadb_url: str,
) -> None:
    """Whoever comes next gets the answer to their own question, though one pool serves both."""
    database = AsyncMariaDatabase(clean_mariadb_url, pool_size=1, max_overflow=0)
    asked = asyncio.Event()

    def slow() -> None:
        with database.glance() as db:
            db.row("select 1")
            asked.set()
            db.row("select 'late', sleep(20)")

    def quick() -> tuple[object, ...] | None:
        with database.glance() as db:
            return db.row("select 'mine'")

    task = asyncio.create_task(database.call(slow))
    await asked.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await database.call(quick) == ("mine",)
    await database.aclose()


async def test_a_connection_lost_under_asyncmy_is_replaced(clean_mariadb_url: str) -> None:
    """What was under way fails in words; what comes next has another connection."""
    database = AsyncMariaDatabase(clean_mariadb_url, pool_size=1, max_overflow=0)
    plain = MariaDatabase(clean_mariadb_url)

    def own() -> int:
        with database.glance() as db:
            return int((db.row("select connection_id()") or (0,))[0])

    lost = await database.call(own)
    with plain.transaction() as db:
        db.run(f"kill {lost}")
    plain.close()
    with pytest.raises(StoreError, match="can't be reached"):
        await database.call(own)
    assert await database.call(own) != lost
    await database.aclose()


async def test_both_drivers_give_the_same_values(clean_mariadb_url: str) -> None:
    """Keys, instants, hashes and text survive asyncmy as they do PyMySQL."""
    asynchronous, plain = AsyncMariaDatabase(clean_mariadb_url), MariaDatabase(clean_mariadb_url)
    user, at = UserId(new_id()), now()
    new = NewAccount(user, DeviceId(new_id()), "ada", None, "Ädä 🚀", Role.USER, "$hash%s")

    def write() -> accounts.Account | None:
        with asynchronous.transaction() as db:
            accounts.create(db, new, at)
        with asynchronous.transaction(write=False) as db:
            return accounts.by_id(db, user)

    found = await Work(asynchronous)(write)
    with plain.transaction(write=False) as db:
        assert accounts.by_id(db, user) == found
    assert found is not None
    assert (found.full_name, found.created_at, found.password_hash) == ("Ädä 🚀", at, "$hash%s")
    plain.close()
    await asynchronous.aclose()


@pytest.mark.parametrize("kind", ["sqlite", "mariadb"])
async def test_a_persons_writes_take_turns(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """Two at once never read the same state: no number is given out twice."""
    url = request.getfixturevalue("clean_mariadb_url") if kind == "mariadb" else ""
    settings = settings_for(tmp_path / "data", url)
    database = open_asynchronous(settings)
    work, user = Work(database), UserId(new_id())
    name = user.hex()
    new = NewAccount(user, DeviceId(new_id()), "ada", None, None, Role.USER, "!")

    def prepare() -> None:
        with database.transaction() as db:
            accounts.create(db, new, now())
            db.run("insert into revisions (name, value) values (?, 0)", (name,))

    await work(prepare)
    owned = OwnedDatabase(Context(database, user, new.device, now, new_id, UTC))
    given: list[int] = []

    def take() -> int:
        with owned.transaction() as db:
            (value,) = db.row("select value from revisions where name = ?", (name,)) or (0,)
            db.run("update revisions set value = ? where name = ?", (value + 1, name))
            return int(value)

    given = await asyncio.gather(*(work(take) for _ in range(20)))
    assert sorted(given) == list(range(20))
    if isinstance(database, AsyncMariaDatabase):
        await database.aclose()
    else:
        database.close()
    checking = open_plain(settings)
    with checking.transaction(write=False) as db:
        found = accounts.by_id(db, user)
        assert found is not None
        assert found.writes == (20 if kind == "mariadb" else found.writes)
    checking.close()
