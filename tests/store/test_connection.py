"""The contract of connections and transactions, on SQLite and on MariaDB."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from uuid import NAMESPACE_OID, uuid5

import pytest
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from drillr.domain.ids import derived_id
from drillr.errors import (
    StoreBusy,
    StoreConflict,
    StoreCorrupt,
    StoreDuplicate,
    StoreError,
    StoreFull,
    StoreReadOnly,
    UsageError,
)
from drillr.store.connection import Connection, Database
from drillr.store.mariadb import MariaDatabase, database_error, mariadb_text, mariadb_url
from drillr.store.sqlite import SqliteDatabase, open_store

Seed = Callable[[Connection], None]

AT = datetime(2026, 3, 1, 9, 30, 15, 123456, tzinfo=UTC)


def identifier(name: str) -> bytes:
    """The same valid identifier for the same name, as the seed has it."""
    return uuid5(NAMESPACE_OID, name).bytes


def topic(
    db: Connection, code: str, *, name: str = "Name", at: datetime = AT, key: bytes | None = None
) -> None:
    """Write a topic with this code."""
    db.run(
        "insert into topics (id, code, name, created_at, updated_at) values (?, ?, ?, ?, ?)",
        (db.key(key or identifier(code)), code, name, db.instant(at), db.instant(at)),
    )


def keep_protocol(first: SqliteDatabase, second: MariaDatabase) -> tuple[Database, Database]:
    """The type checker holds both databases to the protocol here."""
    return first, second


def test_a_row_comes_back_as_it_was_written(database: Database, seed: Seed) -> None:
    """Identifier, text, instant, hash and JSON survive the way in and out, in a new transaction."""
    data = {"text": "naïve 🚀 'quoted' \\ ?%s", "list": [1, 2.5, None, True]}
    with database.transaction() as db:
        seed(db)
        db.run(
            "update questions set metadata = ?, question = ? where id = ?",
            (json.dumps(data), data["text"], db.key(identifier("question"))),
        )
    with database.transaction(write=False) as db:
        row = db.row("select id, question, metadata, content_hash, created_at from questions")
        assert row is not None
        assert db.read_key(row[0]) == identifier("question")
        assert row[1] == data["text"]
        assert json.loads(row[2]) == data
        assert db.read_blob(row[3]) == bytes(range(16))
        assert db.read_instant(row[4]) == AT
        assert db.read_instant(row[4]).tzinfo is UTC


@pytest.mark.parametrize("key", [bytes.fromhex("0198c0de000070008000000000000000")])
def test_a_key_with_zero_bytes_survives(database: Database, key: bytes) -> None:
    """A UUIDv7 whose random part is zero is found again by its key."""
    with database.transaction() as db:
        topic(db, "a", key=key)
        row = db.row("select id from topics where id = ?", (db.key(key),))
        assert row is not None
        assert db.read_key(row[0]) == key


@pytest.mark.parametrize(
    "at",
    [
        datetime(2026, 1, 1, tzinfo=UTC),
        datetime(2026, 1, 1, 0, 0, 0, 1, tzinfo=UTC),
        datetime(2026, 1, 1, 0, 0, 0, 999999, tzinfo=timezone(timedelta(hours=5, minutes=45))),
        datetime(1999, 12, 31, 23, 59, 59, 500000, tzinfo=timezone(timedelta(hours=-11))),
    ],
)
def test_an_instant_keeps_its_microseconds(database: Database, at: datetime) -> None:
    """An instant of any zone is read back as the same instant, in UTC."""
    with database.transaction() as db:
        topic(db, "a", at=at)
        (found,) = db.row("select created_at from topics") or (None,)
        assert db.read_instant(found) == at


def test_instants_sort_by_time(database: Database) -> None:
    """A whole second sorts between the microsecond before it and the one after."""
    start = datetime(2026, 1, 1, 12, tzinfo=UTC)
    steps = [-1, 0, 1, 10, 100000]
    with database.transaction() as db:
        for step in reversed(steps):
            topic(db, f"t{step}", at=start + timedelta(microseconds=step))
        rows = db.rows("select code from topics order by created_at")
        after = db.rows("select code from topics where created_at > ?", (db.instant(start),))
    assert rows == [(f"t{step}",) for step in steps]
    assert len(after) == 3


def test_a_naive_instant_is_refused(database: Database) -> None:
    """An instant without a zone is an error at the codec, before it reaches the database."""
    with database.transaction() as db, pytest.raises(ValueError, match="without a time zone"):
        db.instant(datetime(2026, 1, 1))


def test_rows_are_tuples(database: Database) -> None:
    """`rows` gives plain tuples, `row` the first one or None."""
    with database.transaction() as db:
        assert db.rows("select code from topics") == []
        assert db.row("select code from topics") is None
        topic(db, "b")
        topic(db, "a")
        assert db.rows("select code from topics order by code") == [("a",), ("b",)]
        found = db.row("select code, name from topics where code = ?", ["b"])
        assert found == ("b", "Name")
        assert type(found) is tuple


def test_a_reader_sees_one_state(database: Database, store_path: Path) -> None:
    """What others commit while a reader reads is not there for it, in whichever table."""
    on_disk = isinstance(database, SqliteDatabase)
    other = open_store(store_path) if on_disk else database
    with database.transaction() as db:
        topic(db, "a")
    with database.transaction(write=False) as db:
        assert len(db.rows("select code from topics")) == 1
        with other.transaction() as writer:
            topic(writer, "b")
            writer.run("insert into revisions (name, value) values ('of a reader', 1)")
        assert len(db.rows("select code from topics")) == 1
        assert db.row("select 1 from revisions where name = 'of a reader'") is None
    with database.transaction() as db:
        assert len(db.rows("select code from topics")) == 2
        db.run("delete from revisions where name = 'of a reader'")
    if on_disk:
        other.close()


def test_ids_that_follow_from_others_can_be_stored(database: Database) -> None:
    """Also the one whose digest gives what MariaDB refuses."""
    worst = derived_id(bytes(16))
    with database.transaction() as db:
        topic(db, "a", key=worst)
        rows = db.rows("select id from topics")
        assert [db.read_key(key) for (key,) in rows] == [worst]


def test_run_counts_what_matched(database: Database) -> None:
    """An update counts the rows it matched, also where nothing changed."""
    with database.transaction() as db:
        topic(db, "a")
        topic(db, "b")
        assert db.run("update topics set name = 'Name'") == 2
        assert db.run("update topics set name = ? where code = ?", ("New", "a")) == 1
        assert db.run("delete from topics where code = 'c'") == 0
        assert db.run("delete from topics") == 2


def test_many_takes_any_iterable(database: Database) -> None:
    """`many` runs once for each row, and not at all for none."""
    with database.transaction() as db:
        sql = "update topics set name = ? where code = ?"
        assert db.many(sql, []) == 0
        for code in "abc":
            topic(db, code)
        assert db.many(sql, ((code.upper(), code) for code in "ab")) == 2
        assert db.rows("select name from topics order by code") == [("A",), ("B",), ("Name",)]


def test_an_insert_takes_any_number_of_rows(database: Database) -> None:
    """None, one, or more than there are in one statement; in their order, and with an ending."""
    start, ending = "insert into revisions (name, value)", {
        "sqlite": " on conflict (name) do update set value = revisions.value + excluded.value",
        "mariadb": " on duplicate key update value = revisions.value + values(value)",
    }  # fmt: skip
    with database.transaction() as db:
        db.run("delete from revisions")
        db.insert(start, 2, [])
        for count in (1, 150, 4_321):
            names = [f"'{count}' {n:05d}" for n in range(count)]
            db.insert(start, 2, [each for n, name in enumerate(names) for each in (name, n)])
            found = db.rows("select name, value from revisions order by name")
            assert found == [(name, n) for n, name in enumerate(names)]
            db.insert(start, 2, [names[-1], 5], ending[db.dialect])
            assert db.rows("select value from revisions where name = ?", (names[-1],)) == [
                (count + 4,)
            ]
            db.run("delete from revisions")


def test_question_marks_and_percents_in_quotes_stay(database: Database) -> None:
    """Only a bare `?` is a parameter; a `%` is only a percent sign, with parameters or without."""
    with database.transaction() as db:
        topic(db, "a%?", name="100 %")
        assert db.rows("select code from topics where name like '100 %' and code = 'a%?'")
        assert db.rows("select code from topics where code like 'a%' and name = ?", ("100 %",))
        assert db.row("select 7 % 4 as rest") == (3,)


def test_an_upsert_inserts_and_then_updates(database: Database, seed: Seed) -> None:
    """The second write of a key changes its values and nothing else."""
    with database.transaction() as db:
        seed(db)
        question = db.key(identifier("question"))
        sql = db.upsert("mcq_options", ("question_id", "option_key"), ("option_text", "is_correct"))
        db.run(sql, (question, "B", "That", 0))
        db.run("update mcq_options set explanation = 'why' where option_key = 'B'")
        db.many(sql, [(question, "B", "Those", 1), (question, "C", "None", 0)])
        assert db.rows(
            "select option_key, option_text, is_correct, explanation from mcq_options order by 1"
        ) == [("A", "This", 0, None), ("B", "Those", 1, "why"), ("C", "None", 0, None)]
        again = db.upsert(
            "mcq_options", ("question_id", "option_key"), ("option_text", "is_correct")
        )
        assert again is sql


def test_an_upsert_of_a_key_alone_leaves_the_row(database: Database, seed: Seed) -> None:
    """An upsert without values adds what is missing, and changes nothing of what is there."""
    with database.transaction() as db:
        seed(db)
        owner = (db.key(identifier("user")), db.key(identifier("facets")))
        sql = db.upsert("daily_activity", ("user_id", "facet_id", "day"), ())
        db.run(sql, (*owner, "2026-03-01"))
        db.run("update daily_activity set responses = 5")
        db.many(sql, [(*owner, "2026-03-01"), (*owner, "2026-03-02")])
        found = db.rows("select day, responses from daily_activity order by day")
        assert found == [("2026-03-01", 5), ("2026-03-02", 0)]


def test_an_upsert_quotes_its_columns(database: Database) -> None:
    """A reserved word of MariaDB is fine as a column."""
    with database.transaction() as db:
        sql = db.upsert("sync_state", ("key",), ("value",))
        db.run(sql, ("cursor", "1"))
        db.run(sql, ("cursor", "2"))
        assert db.rows("select value from sync_state") == [("2",)]


def test_a_block_that_ends_commits(database: Database) -> None:
    """What a transaction wrote is there for the next."""
    with database.transaction() as db:
        topic(db, "a")
    with database.transaction(write=False) as db:
        assert db.row("select count(*) from topics") == (1,)


def test_a_block_that_raises_rolls_back(database: Database) -> None:
    """Nothing of a transaction stays when its block raises, and the error passes through."""
    with pytest.raises(ZeroDivisionError), database.transaction() as db:
        topic(db, "a")
        raise ZeroDivisionError
    with database.transaction() as db:
        assert db.row("select count(*) from topics") == (0,)


def test_a_refused_statement_rolls_back_its_block(database: Database) -> None:
    """A statement that the database refuses takes the whole unit of work with it."""
    with pytest.raises(StoreError), database.transaction() as db:
        topic(db, "a")
        topic(db, "a")
    with database.transaction() as db:
        assert db.row("select count(*) from topics") == (0,)


@pytest.mark.parametrize(
    "sql",
    [
        "update questions set type = 'essay'",
        "update questions set difficulty_level = 0",
        "update questions set difficulty_level = 6",
        "update user_responses set difficulty_rating = 0",
        "update user_responses set difficulty_rating = 5",
        "update user_responses set confidence_level = 0",
        "update user_responses set confidence_level = 6",
        "update spaced_repetition_cards set ease_factor = 1.29",
        "update spaced_repetition_cards set ease_factor = 10.00",
        "update spaced_repetition_cards set interval_days = -1",
        "update spaced_repetition_cards set card_state = 'old'",
        "update user_progress set mastery_score = 100.01",
        "update user_progress set mastery_score = -0.01",
        "update topics set code = null",
        "delete from topics",
        "delete from questions",
        "delete from devices",
        "insert into sync_state select * from nowhere",
    ],
)
def test_a_bad_value_is_refused(database: Database, seed: Seed, sql: str) -> None:
    """CHECK, NOT NULL and foreign keys hold on both databases, with the same error."""
    with database.transaction() as db:
        seed(db)
    with database.transaction() as db, pytest.raises(StoreError) as caught:
        db.run(sql)
    assert type(caught.value) is StoreError
    assert caught.value.remedy


@pytest.mark.parametrize(
    "sql",
    [
        "update spaced_repetition_cards set ease_factor = 1.30",
        "update spaced_repetition_cards set ease_factor = 9.99",
        "update user_progress set mastery_score = 100",
        "update user_progress set mastery_score = 0",
        "update user_responses set confidence_level = null",
    ],
)
def test_a_value_at_the_edge_is_accepted(database: Database, seed: Seed, sql: str) -> None:
    """The limits themselves are inside."""
    with database.transaction() as db:
        seed(db)
        assert db.run(sql) == 1


def test_a_fact_has_one_place_in_its_devices_log(database: Database, seed: Seed) -> None:
    """A second response with the same person, device and number is refused."""
    with database.transaction() as db:
        seed(db)
    with database.transaction() as db, pytest.raises(StoreError):
        db.run(
            "insert into user_responses (id, user_id, question_id, difficulty_rating,"
            " response_metadata, created_at, device_id, device_seq)"
            " select ?, user_id, question_id, 1, '{}', created_at, device_id, device_seq"
            " from user_responses",
            (db.key(identifier("other")),),
        )


@pytest.mark.parametrize(
    ("one", "other"),
    [("Deck", "deck"), ("resume", "résumé"), ("🚀", "🎉"), ("x", "x "), ("ß", "ss")],
)
def test_text_compares_byte_for_byte(database: Database, one: str, other: str) -> None:
    """Case, accents and trailing blanks make two codes, which don't clash in a unique index."""
    with database.transaction() as db:
        topic(db, one)
        topic(db, other)
        assert db.rows("select code from topics where code = ?", (one,)) == [(one,)]


def test_long_text_is_whole(database: Database, seed: Seed) -> None:
    """A question may be longer than MariaDB's TEXT of 64 KiB."""
    text = "é" * 70_000
    with database.transaction() as db:
        seed(db)
        db.run("update questions set question = ?", (text,))
        assert db.row("select question from questions") == (text,)


def test_defaults_of_a_new_card(database: Database, seed: Seed) -> None:
    """A card that says nothing has ease 2.50, no reviews, and is not suspended."""
    with database.transaction() as db:
        seed(db)
        row = db.row(
            "select ease_factor, interval_days, total_reviews, suspended, due_at"
            " from spaced_repetition_cards"
        )
    assert row is not None
    assert (float(row[0]), *row[1:]) == (2.5, 0, 0, 0, None)


@pytest.mark.parametrize(
    ("sql", "text"),
    [
        ("select ?", "select %s"),
        ("select '?', \"?\", `?`, ?", "select '?', \"?\", `?`, %s"),
        ("select 'it''s ?', ?", "select 'it''s ?', %s"),
        ("select '%', 1 % ?", "select '%%', 1 %% %s"),
    ],
)
def test_translation_to_the_drivers_placeholders(sql: str, text: str) -> None:
    """Question marks outside of quotes become `%s`, every percent sign is doubled."""
    assert mariadb_text(sql) == text


@pytest.mark.parametrize(
    "scheme", ["mysql", "mysql+pymysql", "mariadb", "mariadb+pymysql", "mariadb+asyncmy"]
)
def test_every_spelling_of_the_address_means_the_same_driver(scheme: str) -> None:
    """`mysql://` is rewritten: its dialect would ignore what drillr says about MariaDB."""
    url = mariadb_url(f"{scheme}://me:secret@host:3307/name?ssl_ca=/ca.pem")
    assert url.drivername == "mariadb+pymysql"
    assert (url.host, url.port, url.database) == ("host", 3307, "name")
    assert url.query == {"charset": "utf8mb4", "ssl_ca": "/ca.pem"}


@pytest.mark.parametrize("text", ["postgresql://host/name", "no address", "sqlite:///file"])
def test_another_address_is_refused(text: str) -> None:
    """The error shows how an address looks, and repeats no password."""
    with pytest.raises(UsageError) as caught:
        mariadb_url(text)
    assert "mariadb://" in caught.value.remedy


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (1062, StoreDuplicate),
        (1452, StoreError),
        (4025, StoreError),
        (1205, StoreConflict),
        (1213, StoreConflict),
        (1040, StoreBusy),
        (1045, StoreReadOnly),
        (1114, StoreFull),
        (1194, StoreCorrupt),
        (2002, StoreError),
        (9999, StoreError),
    ],
)
def test_mariadbs_errors_have_our_names(code: int, kind: type[StoreError]) -> None:
    """Each code becomes one error of the tree, with the database's name and a remedy."""
    reported = Exception(code, "what happened")
    error = database_error(OperationalError("select 1", (), reported), "drillr")
    assert type(error) is kind
    assert "drillr" in error.message
    assert "what happened" in error.message
    assert error.remedy


def test_a_pool_without_a_free_connection_is_busy() -> None:
    """Waiting for a connection in vain is the same to a person as a held lock."""
    assert type(database_error(PoolTimeout("none free"), "drillr")) is StoreBusy


def test_no_server_is_an_error_with_a_remedy() -> None:
    """A database that can't be reached says so when it is first used."""
    database = MariaDatabase("mariadb://root@127.0.0.1:1/none")
    with pytest.raises(StoreError, match="can't be reached"), database.transaction():
        pass
    database.close()


def test_a_reader_on_mariadb_cannot_write(mariadb: MariaDatabase) -> None:
    """A transaction that was opened for reading refuses a write."""
    with pytest.raises(StoreReadOnly), mariadb.transaction(write=False) as db:
        topic(db, "a")


def test_sessions_on_mariadb_are_in_utc_and_read_what_is_committed(mariadb: MariaDatabase) -> None:
    """The session's zone and isolation don't depend on the server's settings."""
    with mariadb.transaction() as db:
        assert db.row("select @@time_zone, @@tx_isolation") == ("+00:00", "READ-COMMITTED")


def test_a_key_that_is_no_uuid_is_refused_on_mariadb(mariadb: MariaDatabase) -> None:
    """MariaDB's native type takes no 16 bytes that RFC 9562 doesn't allow."""
    with pytest.raises(StoreError, match="refused a value"), mariadb.transaction() as db:
        topic(db, "a", key=bytes.fromhex("04512e514d8689145ec5f09c5268c7c7"))


def test_a_glance_sees_what_is_there_and_leaves_nothing(database: Database) -> None:
    """One query of what is committed; nothing that it might write stays."""
    with database.transaction() as db:
        topic(db, "a")
    with database.glance() as db:
        assert db.row("select count(*) from topics") == (1,)
    with pytest.raises(ZeroDivisionError), database.glance() as db:
        raise ZeroDivisionError
    with database.transaction() as db:
        topic(db, "b")
        assert db.row("select count(*) from topics") == (2,)


def end_connections(url: str, database: MariaDatabase) -> None:
    """As a restart of the server does: two connections in this database's pool are gone."""
    with database.glance() as one, database.glance() as two:
        own = [one.row("select connection_id()"), two.row("select connection_id()")]
    other = MariaDatabase(url)
    with other.transaction() as db:
        for found in own:
            db.run(f"kill {(found or (0,))[0]}")
    other.close()


def test_a_connection_that_was_lost_at_rest_is_replaced(
    mariadb_url: str, mariadb: MariaDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody who comes after a rest notices that the server was restarted meanwhile."""
    monkeypatch.setattr("drillr.store.mariadb.RESTED_SECONDS", 0.0)
    end_connections(mariadb_url, mariadb)
    with mariadb.transaction() as db:
        topic(db, "a")
    end_connections(mariadb_url, mariadb)
    with mariadb.glance() as db:
        assert db.row("select count(*) from topics") == (1,)


def test_a_connection_that_was_lost_at_work_fails_once(
    mariadb_url: str, mariadb: MariaDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is said in words, and nobody is given another that was lost with it."""
    monkeypatch.setattr("drillr.store.mariadb.RESTED_SECONDS", 3600.0)
    end_connections(mariadb_url, mariadb)
    with pytest.raises(StoreError, match="can't be reached"), mariadb.transaction() as db:
        topic(db, "a")
    with mariadb.transaction() as one, mariadb.transaction() as two:
        assert one.row("select count(*) from topics") == (0,)
        assert two.row("select count(*) from topics") == (0,)
