"""Rows as text: whatever is in a value, it stays a value, under both drivers and their modes."""

import asyncio
from collections.abc import Callable
from decimal import Decimal
from enum import IntEnum
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from drillr.store.asynchronous import AsyncMariaDatabase
from drillr.store.connection import Connection
from drillr.store.literals import rows_text
from drillr.store.mariadb import MariaDatabase

Run = Callable[[Callable[[Connection], None]], None]
Row = tuple[str, str | None, int | None, bool, float]
TABLE = (
    "create temporary table hostile (place int auto_increment primary key,"
    " one longtext character set utf8mb4 collate utf8mb4_nopad_bin,"
    " two longtext character set utf8mb4 collate utf8mb4_nopad_bin,"
    " number bigint, yes bool, ratio double)"
)
HOSTILE = (
    "'", "''", "\\", "\\'", "'), ('x', null, 1, 1, 1) -- ", "\0", '"', "`", "%", "%s", "%(one)s",
    "?", "\n\r\t\x1a", "\\0", "naïve 🚀", "\u2028", "", " ", "/* */ ; drop table hostile; #",
)  # fmt: skip
text = st.text(st.characters(codec="utf-8")) | st.sampled_from(HOSTILE)
rows = st.tuples(
    text, st.none() | text, st.none() | st.integers(-(2**62), 2**62), st.booleans(),
    st.floats(-1e6, 1e6).map(lambda value: round(value, 3)),
)  # fmt: skip


@pytest.fixture(params=["pymysql", "asyncmy"])
def run(request: pytest.FixtureRequest, mariadb_url: str) -> Run:
    """Runs a function in a transaction, over either driver."""

    def plain(work: Callable[[Connection], None]) -> None:
        database = MariaDatabase(mariadb_url)
        with database.transaction() as db:
            work(db)
        database.close()

    async def waiting(work: Callable[[Connection], None]) -> None:
        database = AsyncMariaDatabase(mariadb_url)

        def use_case() -> None:
            with database.transaction() as db:
                work(db)

        await database.call(use_case)
        await database.aclose()

    return plain if request.param == "pymysql" else lambda work: asyncio.run(waiting(work))


@pytest.mark.parametrize("mode", ["", "NO_BACKSLASH_ESCAPES", "ANSI_QUOTES"])
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(written=st.lists(rows, min_size=1, max_size=12))
@example(written=[(each, each, None, True, 0.5) for each in HOSTILE])
@example(written=[("plain", None, 1, False, 1.0), ("too", "text", None, True, 2.0)])
def test_what_is_written_is_read_back(run: Run, mode: str, written: list[Row]) -> None:
    """No text ends its literal early, takes away a quote, or changes on the way."""

    def work(db: Connection) -> None:
        db.run("set session sql_mode = ?", (mode,))
        db.run(TABLE)
        values = [value for row in written for value in row]
        db.insert("insert into hostile (one, two, number, yes, ratio)", 5, values)
        found = db.rows("select one, two, number, yes, ratio from hostile order by place")
        assert found == written

    run(work)


def test_rows_too_long_for_one_statement_take_several(run: Run) -> None:
    """All arrive, in their order, also those that are too long together with any other."""
    long = ["x" * 400_000, "ö" * 400_000, "y", "z" * 1_200_000, "'" * 600_000, "w"]

    def work(db: Connection) -> None:
        db.run(TABLE)
        db.insert("insert into hostile (one)", 1, long)
        assert db.rows("select one from hostile order by place") == [(each,) for each in long]

    run(work)


def test_an_ending_stands_behind_the_rows(run: Run) -> None:
    """With it an insert says what happens to rows that are there, percent signs or not."""

    def work(db: Connection) -> None:
        db.run(TABLE)
        db.insert("insert into hostile (place, one)", 2, [1, "a", 2, "b"])
        ending = " on duplicate key update one = concat(values(one), '%')"
        db.insert("insert into hostile (place, one)", 2, [2, "c", 3, "d"], ending)
        found = db.rows("select one from hostile order by place")
        assert found == [("a",), ("c%",), ("d",)]

    run(work)


class Level(IntEnum):
    """A number that prints as something else."""

    LOW = 1


def test_all_but_plain_numbers_and_texts_is_left_to_the_driver() -> None:
    """Each value of a column in which anything could end a literal, and every other type."""
    asked: list[Any] = []

    def literal(value: Any) -> str:
        asked.append(value)
        return "?"

    values = [1, "a", None, "it's", b"x", Decimal(1), Level.LOW, True]
    found = list(rows_text(values, 8, literal))
    assert found == ["(1,'a',NULL,?,?,?,?,1)"]
    assert asked == ["it's", b"x", Decimal(1), Level.LOW]
    del asked[:]
    assert list(rows_text(["a", None, "b", "it's"], 2, literal)) == ["('a',?),('b',?)"]
    assert asked == [None, "it's"]
    assert list(rows_text(["a", 1, None, None], 2, literal)) == ["('a',1),(NULL,NULL)"]
