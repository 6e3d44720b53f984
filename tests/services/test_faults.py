"""A store that fails at any one call of a use case holds just what it held before."""

import dataclasses
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from drillr.domain.rating import Rating
from drillr.domain.session import Plan
from drillr.errors import StoreFull
from drillr.services.context import Context
from drillr.services.importing import Options, import_paths
from drillr.services.reviewing import Given, ReviewSession, start, undo_last
from drillr.services.upkeep import change_setting, examine
from tests.conftest import Bank, mcq, theory


class Failing:
    """A connection on whose n-th call the disk is full; all else is the real one's."""

    def __init__(self, inner: Any, countdown: list[int]) -> None:
        self._inner, self._countdown = inner, countdown

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._inner, name)
        if name not in ("rows", "row", "run", "many"):
            return found

        def call(*arguments: Any) -> Any:
            self._countdown[0] -= 1
            if self._countdown[0] == 0:
                raise StoreFull("the disk is full")
            return found(*arguments)

        return call


@dataclasses.dataclass
class FailingDatabase:
    """A database whose writing transactions fail at the call that `countdown` comes to."""

    inner: Any
    countdown: list[int]

    @contextmanager
    def transaction(self, write: bool = True) -> Iterator[Any]:
        """A real transaction, over a connection that may fail."""
        with self.inner.transaction(write) as db:
            yield Failing(db, self.countdown) if write else db

    def glance(self) -> Any:
        """As the real one does."""
        return self.inner.glance()

    def close(self) -> None:
        """Close the real one."""
        self.inner.close()


def everything(path: Path) -> dict[str, list[Any]]:
    """Every row of every table, as another process sees it."""
    connection = sqlite3.connect(path)
    try:
        tables = connection.execute(
            "select name from sqlite_master where type = 'table' and name not like 'search_index%'"
        ).fetchall()
        return {name: connection.execute(f"select * from {name}").fetchall() for (name,) in tables}
    finally:
        connection.close()


Work = Callable[[Context, Path], object]


def session_of(context: Context) -> ReviewSession:
    """A session over the library."""
    return start(context, Plan())


def answers(context: Context, _: Path) -> None:
    """Begin, answer right and wrong, set aside, take back, end."""
    session = session_of(context)
    session.answer(Given(chosen=("B",), elapsed_ms=900), Rating.MEDIUM)
    session.answer(Given(chosen=("A",), elapsed_ms=900), Rating.VERY_HARD)
    session.flag("odd")
    session.bury()
    session.suspend()
    session.undo()
    session.finish()


def imports(context: Context, folder: Path) -> None:
    """New, changed, moved and vanished questions in one go."""
    import_paths(context, [str(folder)], Options(update=True, prune=True))


WORKS: dict[str, Work] = {
    "review": answers,
    "import": imports,
    "undo": lambda context, _: undo_last(context, 2),
    "setting": lambda context, _: change_setting(context, "maximum_interval", 3),
    "rebuild": lambda context, _: examine(context, rebuild=True),
}


@pytest.fixture
def prepared(context: Context, bank: Bank) -> Path:
    """A library with three answers, and files that differ from it."""
    folder = bank("a__b__c__d", [mcq(n) for n in range(1, 7)])
    bank("a__b__c__e", [theory(1), theory(2)])
    import_paths(context, [str(folder)])
    session = session_of(context)
    for rating in (Rating.EASY, Rating.HARD, Rating.VERY_HARD):
        session.answer(Given(chosen=("B",), elapsed_ms=500), rating)
    bank("a__b__c__d", [mcq(1, question="Changed?"), mcq(2), mcq(8)])
    bank("a__b__c__e", [theory(1), mcq(3)])
    return folder


@pytest.mark.parametrize("work", WORKS)
def test_a_failure_at_any_call_leaves_the_store_as_it_was(
    work: str, context: Context, prepared: Path, tmp_path: Path
) -> None:
    """Each unit of work is there as a whole, or not at all: call by call, until none fails."""
    store = tmp_path / "store" / "drillr.db"
    connection, states = sqlite3.connect(store), [everything(store)]
    copy = sqlite3.connect(tmp_path / "copy.db")
    connection.backup(copy)
    # What the use case commits, unit by unit, when nothing fails.
    recorder = _Recorder(context.database, store, states)
    WORKS[work](dataclasses.replace(context, database=recorder, new_id=_ids()), prepared)
    assert len(states) > 1
    assert states[-1] != states[0]
    reached = 0
    for call in range(1, 2_000):
        copy.backup(connection)
        countdown = [call]
        failing = dataclasses.replace(
            context, database=FailingDatabase(context.database, countdown), new_id=_ids()
        )
        try:
            WORKS[work](failing, prepared)
        except StoreFull:
            reached = call
            assert _timeless(everything(store)) in map(_timeless, states), call
        else:
            break
    connection.close()
    copy.close()
    assert reached > 3
    assert countdown[0] > 0, "the last run came to its end"


@dataclasses.dataclass
class _Recorder:
    """Keeps the store's rows after each writing transaction."""

    inner: Any
    store: Path
    states: list[dict[str, list[Any]]]

    @contextmanager
    def transaction(self, write: bool = True) -> Iterator[Any]:
        """A real transaction."""
        with self.inner.transaction(write) as db:
            yield db
        if write:
            self.states.append(everything(self.store))

    def glance(self) -> Any:
        """As the real one does."""
        return self.inner.glance()

    def close(self) -> None:
        """Close the real one."""
        self.inner.close()


def _ids() -> Callable[[], bytes]:
    """The same ids for every run."""
    numbers = iter(range(1, 10_000))
    return lambda: next(numbers).to_bytes(16, "big")


def _timeless(state: dict[str, list[Any]]) -> list[tuple[str, int, int]]:
    """How many rows each table holds, and how many distinct values without those of the clock."""

    def plain(row: Sequence[Any]) -> tuple[Any, ...]:
        return tuple(
            value for value in row if not (isinstance(value, str) and value.startswith("2026-"))
        )

    return [(name, len(rows), hash(frozenset(map(plain, rows)))) for name, rows in state.items()]
