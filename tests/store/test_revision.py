"""The revision of content: every change moves it, and no reader can miss a late commit."""

import threading
from pathlib import Path

import pytest

from drillr.services.context import Context
from drillr.services.importing import Options, import_paths
from drillr.store import revision
from drillr.store.connection import Database
from drillr.store.mariadb import MariaDatabase
from tests.conftest import Bank, mcq


def stamps(context: Context) -> dict[str, int]:
    """The revision of each question."""
    with context.database.transaction(write=False) as db:
        return dict(db.rows("select external_id, revision from questions"))


def now(database: Database) -> int:
    """The revision as a reader sees it."""
    with database.transaction(write=False) as db:
        return revision.current(db)


def test_an_import_stamps_what_it_writes(context: Context, bank: Bank) -> None:
    """New, changed and vanished questions get a later revision; untouched ones keep theirs."""
    folder = str(bank("a__b__c__d", [mcq(1), mcq(2), mcq(3)]))
    import_paths(context, [folder])
    first = now(context.database)
    assert set(stamps(context).values()) == {first}
    bank("a__b__c__d", [mcq(1), mcq(2, question="Other?")])
    import_paths(context, [folder], Options(update=True, prune=True))
    found = stamps(context)
    assert found["q-001"] == first
    assert found["q-002"] == found["q-003"] == now(context.database) > first


def test_an_import_of_nothing_new_leaves_the_revision(context: Context, bank: Bank) -> None:
    """So what was cached for it stays good; a dry run leaves it too."""
    folder = str(bank("a__b__c__d", [mcq(1)]))
    import_paths(context, [folder])
    first = now(context.database)
    import_paths(context, [folder], Options(update=True))
    bank("a__b__c__d", [mcq(1), mcq(2)])
    import_paths(context, [folder], Options(dry_run=True))
    assert now(context.database) == first


def test_a_change_that_is_taken_back_takes_its_revision_back(database: Database) -> None:
    """The counter belongs to the transaction."""
    with database.transaction() as db:
        assert revision.advance(db) == 1
    with pytest.raises(ZeroDivisionError), database.transaction() as db:
        assert revision.advance(db) == 2
        raise ZeroDivisionError
    assert now(database) == 1


def test_a_second_writer_waits_for_the_first_to_commit(mariadb: MariaDatabase) -> None:
    """Revision 2 can't be seen before revision 1 is: the counter's row is locked."""
    reached, may_commit = threading.Event(), threading.Event()
    order: list[str] = []

    def first() -> None:
        with mariadb.transaction() as db:
            revision.advance(db)
            reached.set()
            may_commit.wait(10)
            order.append("first commits")

    def second() -> None:
        with mariadb.transaction() as db:
            may_commit.set()
            got = revision.advance(db)
            order.append(f"second has {got}")

    with mariadb.transaction() as db:
        revision.advance(db)
    threads = [threading.Thread(target=first)]
    threads[0].start()
    assert reached.wait(10)
    threads.append(threading.Thread(target=second))
    threads[1].start()
    for thread in threads:
        thread.join(20)
    assert order == ["first commits", "second has 3"]


def test_an_older_store_is_stamped_by_the_upgrade(tmp_path: Path) -> None:
    """Content from before the counter is revision 1, so that a cursor at 0 gets it."""
    import sqlite3

    from alembic import command
    from sqlalchemy import create_engine

    from drillr.store.migrate import alembic_config, upgrade_sqlite

    path = tmp_path / "old.db"
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        command.upgrade(alembic_config(connection), "0001")
        connection.exec_driver_sql(
            "insert into topics (id, code, name, created_at, updated_at)"
            " values (x'01', 'a', 'A', '2026', '2026')"
        )
    engine.dispose()
    upgrade_sqlite(str(path))
    driver = sqlite3.connect(path)
    assert driver.execute("select revision from topics").fetchall() == [(1,)]
    assert driver.execute("select name, value from revisions").fetchall() == [("content", 1)]
    driver.close()
