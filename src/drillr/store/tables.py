"""The schema: every table of the store, for SQLite and for MariaDB.

Longer than most, so that one page shows how the tables hang together.
"""

from typing import Any

from sqlalchemy import (
    DDL,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Numeric,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
    event,
    text,
)
from sqlalchemy.schema import ExecutableDDLElement, SchemaItem

from drillr.store.types import Digest, Json, Key, LongText, UtcDateTime

# Without "pk": MariaDB ignores the name of a primary key.
NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
}

metadata = MetaData(naming_convention=NAMING)

# What neither SQLAlchemy nor Alembic knows how to declare.
FULL_TEXT = {
    "sqlite": "CREATE VIRTUAL TABLE search_index USING fts5(stem, rest, tags, content='',"
    " tokenize='unicode61 remove_diacritics 2')",
    "mariadb": "CREATE FULLTEXT INDEX IF NOT EXISTS ft_search_documents_body"
    " ON search_documents (body)",
}


def _table(name: str, *items: SchemaItem, rowid: bool = True) -> Table:
    """A table that compares text byte for byte on both databases."""
    return Table(
        name,
        metadata,
        *items,
        mariadb_engine="InnoDB",
        mariadb_default_charset="utf8mb4",
        mariadb_collate="utf8mb4_nopad_bin",
        sqlite_with_rowid=rowid,
    )


def _id() -> Column[Any]:
    return Column("id", Key, primary_key=True)


def _to(target: str, *, null: bool = False, primary: bool = False) -> Column[Any]:
    """A reference to the row of another table: `_to("users")` is `user_id`."""
    name = "leaf_id" if target == "leaves" else f"{target.split('_')[-1][:-1]}_id"
    return Column(name, Key, ForeignKey(f"{target}.id"), nullable=null, primary_key=primary)


def _at(name: str, *, null: bool = False) -> Column[Any]:
    return Column(name, UtcDateTime, nullable=null)


def _count(name: str, kind: Any = Integer) -> Column[Any]:
    return Column(name, kind, nullable=False, server_default=text("0"))


def _flag(name: str, default: str) -> Column[Any]:
    return Column(name, Boolean, nullable=False, server_default=text(default))


def _json(name: str, *, null: bool = False) -> Column[Any]:
    return Column(name, Json, nullable=null)


def _level(name: str, *parents: SchemaItem) -> Table:
    """One of the four levels of content; its code is unique below its parent."""
    scope = [column.name for column in parents if isinstance(column, Column)]
    unique = [*(column for column in scope if column.endswith("_id")), "code"]
    return _table(
        name,
        _id(),
        *parents,
        Column("code", String(100), nullable=False),
        Column("name", String(255), nullable=False),
        Column("description", Text, nullable=True),
        _count("order_index"),
        _flag("is_active", "1"),
        _at("created_at"),
        _at("updated_at"),
        _count("revision", BigInteger),
        UniqueConstraint(*unique),
    )


topics = _level("topics")
subtopics = _level("subtopics", _to("topics"))
leaves = _level("leaves", _to("subtopics"))
facets = _level(
    "facets",
    _to("leaves"),
    Column("path", String(403), nullable=False),
    _count("active_questions"),
    UniqueConstraint("path"),
)

questions = _table(
    "questions",
    _id(),
    _to("facets"),
    Column("external_id", String(255), nullable=False),
    Column("type", String(16), nullable=False),
    Column("question", LongText, nullable=False),
    Column("context", LongText, nullable=True),
    Column("answer", LongText, nullable=True),
    _json("metadata"),
    Column("difficulty_level", SmallInteger, nullable=False),
    Column("estimated_time_seconds", Integer, nullable=True),
    _json("tags"),
    _count("order_index"),
    Column("source", String(255), nullable=True),
    _json("source_metadata", null=True),
    Column("content_hash", Digest, nullable=False),
    _flag("is_active", "1"),
    _at("created_at"),
    _at("updated_at"),
    _count("revision", BigInteger),
    UniqueConstraint("external_id"),
    CheckConstraint("type IN ('mcq', 'theory', 'scenario')", name="type"),
    CheckConstraint("difficulty_level BETWEEN 1 AND 5", name="difficulty_level"),
    Index(None, "facet_id"),
    Index(None, "type"),
    Index(None, "difficulty_level"),
    Index(None, "revision"),
)

mcq_options = _table(
    "mcq_options",
    _to("questions", primary=True),
    Column("option_key", String(10), primary_key=True),
    Column("option_text", LongText, nullable=False),
    _flag("is_correct", "0"),
    Column("explanation", LongText, nullable=True),
    rowid=False,
)

users = _table(
    "users",
    _id(),
    Column("email", String(255), nullable=True),
    Column("username", String(100), nullable=False),
    Column("password_hash", String(255), nullable=False),
    Column("full_name", String(255), nullable=True),
    _json("preferences"),
    _json("learning_settings"),
    _flag("is_active", "1"),
    _flag("is_verified", "0"),
    _at("created_at"),
    _at("updated_at"),
    _at("last_login_at", null=True),
    UniqueConstraint("email"),
    UniqueConstraint("username"),
)

devices = _table(
    "devices",
    _id(),
    _to("users"),
    Column("name", String(255), nullable=False),
    _at("created_at"),
    _at("last_seen_at", null=True),
)

learning_sessions = _table(
    "learning_sessions",
    _id(),
    _to("users"),
    _to("facets", null=True),
    _at("started_at"),
    _at("ended_at", null=True),
    _count("total_questions"),
    _count("correct_answers"),
    _json("session_metadata"),
    Index(None, "user_id"),
    Index(None, "facet_id"),
)

user_responses = _table(
    "user_responses",
    _id(),
    _to("users"),
    _to("questions"),
    _to("learning_sessions", null=True),
    Column("response_text", LongText, nullable=True),
    Column("selected_option", String(255), nullable=True),
    Column("is_correct", Boolean, nullable=True),
    Column("difficulty_rating", SmallInteger, nullable=False),
    _count("time_spent_seconds"),
    Column("confidence_level", SmallInteger, nullable=True),
    _json("response_metadata"),
    _at("created_at"),
    _to("devices"),
    Column("device_seq", BigInteger, nullable=False),
    UniqueConstraint("user_id", "device_id", "device_seq"),
    CheckConstraint("difficulty_rating BETWEEN 1 AND 4", name="difficulty_rating"),
    CheckConstraint("confidence_level BETWEEN 1 AND 5", name="confidence_level"),
    Index(None, "user_id", "question_id"),
    Index(None, "session_id"),
    Index(None, "user_id", "created_at"),
)

learning_events = _table(
    "learning_events",
    _id(),
    _to("users"),
    Column("event_type", String(64), nullable=False),
    _json("event_data"),
    _at("created_at"),
    Column("question_id", Key, nullable=True),
    _to("devices"),
    Column("device_seq", BigInteger, nullable=False),
    UniqueConstraint("user_id", "device_id", "device_seq"),
    Index(None, "user_id", "event_type"),
    Index(None, "created_at"),
    Index(None, "user_id", "question_id"),
)

spaced_repetition_cards = _table(
    "spaced_repetition_cards",
    _to("users", primary=True),
    _to("questions", primary=True),
    _to("facets"),
    Column("ease_factor", Numeric(3, 2), nullable=False, server_default=text("2.50")),
    _count("interval_days"),
    _count("repetitions"),
    _count("lapses"),
    _at("last_reviewed_at", null=True),
    _at("next_review_at", null=True),
    _at("due_at", null=True),
    _count("total_reviews"),
    _count("total_correct"),
    _count("total_time_ms", BigInteger),
    Column("average_time_seconds", Numeric(10, 3), nullable=False, server_default=text("0.000")),
    Column("card_state", String(16), nullable=False),
    _flag("suspended", "0"),
    _at("buried_until", null=True),
    Column("flag", String(255), nullable=True),
    Column("stability", Double, nullable=True),
    Column("difficulty", Double, nullable=True),
    _at("created_at"),
    _at("updated_at"),
    CheckConstraint("ease_factor BETWEEN 1.30 AND 9.99", name="ease_factor"),
    CheckConstraint("interval_days >= 0", name="interval_days"),
    CheckConstraint("card_state IN ('new', 'learning', 'review', 'relearning')", name="card_state"),
    Index(None, "user_id", "next_review_at"),
    Index(None, "user_id", "card_state"),
    Index(None, "user_id", "facet_id", "due_at"),
    Index(None, "user_id", "due_at"),
    rowid=False,
)

user_progress = _table(
    "user_progress",
    _to("users", primary=True),
    _to("facets", primary=True),
    _count("total_questions"),
    _count("completed_questions"),
    Column("mastery_score", Numeric(5, 2), nullable=False, server_default=text("0.00")),
    _at("last_activity_at", null=True),
    _count("streak_days"),
    _count("total_time_spent_seconds"),
    _json("progress_metadata"),
    CheckConstraint("mastery_score BETWEEN 0 AND 100", name="mastery_score"),
    Index(None, "user_id"),
)

daily_activity = _table(
    "daily_activity",
    _to("users", primary=True),
    Column("day", String(10), primary_key=True),
    _to("facets", primary=True),
    _count("responses"),
    _count("correct"),
    _count("new_cards"),
    _count("reviewed"),
    _count("retained"),
    _count("easy"),
    _count("medium"),
    _count("hard"),
    _count("very_hard"),
    _count("time_ms", BigInteger),
    Index(None, "user_id", "facet_id"),
    rowid=False,
)

# A parked fact waits for its question, so it can't refer to one yet.
parked_facts = _table(
    "parked_facts",
    _id(),
    _to("users"),
    Column("question_id", Key, nullable=False),
    _to("devices"),
    Column("device_seq", BigInteger, nullable=False),
    Column("kind", String(16), nullable=False),
    _json("payload"),
    _at("received_at"),
    UniqueConstraint("user_id", "device_id", "device_seq"),
    Index(None, "user_id", "question_id"),
)

# What a server last said of a question: the common ground of local edits and the server's.
upstream_questions = _table(
    "upstream_questions",
    Column("remote", String(64), primary_key=True),
    _to("questions", primary=True),
    Column("path", String(403), nullable=False),
    _count("revision", BigInteger),
    Column("content_hash", Digest, nullable=False),
    _json("base"),
    _json("conflicts", null=True),
)

# What belongs to this copy of the store alone, and is never exchanged.
sync_state = _table(
    "sync_state",
    Column("key", String(100), primary_key=True),
    Column("value", LongText, nullable=False),
)

# Counters that grow inside of the transaction that uses their value, so its lock orders them.
revisions = _table(
    "revisions",
    Column("name", String(32), primary_key=True),
    Column("value", BigInteger, nullable=False),
)

# What search finds: on SQLite `doc` is the row of the full-text index that holds the words, on
# MariaDB `body` holds them. Rows may lag behind questions, so they refer to none.
search_documents = _table(
    "search_documents",
    Column("doc", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("question_id", Key, nullable=False),
    _flag("is_active", "1"),
    Column("body", LongText, nullable=True),
    UniqueConstraint("question_id"),
)
for _dialect, _statement in FULL_TEXT.items():
    _ddl: ExecutableDDLElement = DDL(_statement)  # type: ignore[no-untyped-call]
    event.listen(search_documents, "after_create", _ddl.execute_if(dialect=_dialect))

import_sources = _table(
    "import_sources",
    Column("source", String(255), primary_key=True),
    _to("facets"),
    Column("digest", Digest, nullable=False),
    Column("items", Integer, nullable=False),
    _at("imported_at"),
)
