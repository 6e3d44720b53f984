"""Creates the first schema.

Longer than a module should be: a revision is one frozen description of every table.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

from drillr.store.types import Digest, Json, Key, LongText, UtcDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

APPLICATION_ID = 0x64726C72

# MariaDB has no transactional DDL, so each step can run again after a failure.
TABLE: dict[str, Any] = {
    "mariadb_engine": "InnoDB",
    "mariadb_default_charset": "utf8mb4",
    "mariadb_collate": "utf8mb4_nopad_bin",
    "if_not_exists": True,
}


TABLES = (
    "topics",
    "subtopics",
    "leaves",
    "facets",
    "questions",
    "mcq_options",
    "users",
    "devices",
    "learning_sessions",
    "user_responses",
    "learning_events",
    "parked_facts",
    "spaced_repetition_cards",
    "user_progress",
    "daily_activity",
    "sync_state",
    "import_sources",
)


def _content() -> None:
    """The tree of content and its questions."""
    op.create_table(
        "topics",
        sa.Column("id", Key, nullable=False),
        sa.Column("code", sa.String(100), nullable=False),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("order_index", sa.Integer(), nullable=False, server_default=sa.text("0")),
        sa.Column("is_active", sa.Boolean(), nullable=False, server_default=sa.text("1")),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("updated_at", UtcDateTime, nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False, server_default=sa.text("0")),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("code", name=op.f("uq_topics_code")),
        **TABLE,
    )
    op.create_table(
        "subtopics",
        sa.Column("id", Key, nullable=False),
        sa.Column("topic_id", Key, nullable=False),
        sa.Column("code", sa.String(100), nullable=False),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("order_index", sa.Integer(), nullable=False, server_default=sa.text("0")),
        sa.Column("is_active", sa.Boolean(), nullable=False, server_default=sa.text("1")),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("updated_at", UtcDateTime, nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False, server_default=sa.text("0")),
        sa.PrimaryKeyConstraint("id"),
        sa.ForeignKeyConstraint(
            ["topic_id"], ["topics.id"], name=op.f("fk_subtopics_topic_id_topics")
        ),
        sa.UniqueConstraint("topic_id", "code", name=op.f("uq_subtopics_topic_id_code")),
        **TABLE,
    )
    op.create_table(
        "leaves",
        sa.Column("id", Key, nullable=False),
        sa.Column("subtopic_id", Key, nullable=False),
        sa.Column("code", sa.String(100), nullable=False),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("order_index", sa.Integer(), nullable=False, server_default=sa.text("0")),
        sa.Column("is_active", sa.Boolean(), nullable=False, server_default=sa.text("1")),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("updated_at", UtcDateTime, nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False, server_default=sa.text("0")),
        sa.PrimaryKeyConstraint("id"),
        sa.ForeignKeyConstraint(
            ["subtopic_id"], ["subtopics.id"], name=op.f("fk_leaves_subtopic_id_subtopics")
        ),
        sa.UniqueConstraint("subtopic_id", "code", name=op.f("uq_leaves_subtopic_id_code")),
        **TABLE,
    )
    op.create_table(
        "facets",
        sa.Column("id", Key, nullable=False),
        sa.Column("leaf_id", Key, nullable=False),
        sa.Column("path", sa.String(403), nullable=False),
        sa.Column("active_questions", sa.Integer(), nullable=False, server_default=sa.text("0")),
        sa.Column("code", sa.String(100), nullable=False),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("order_index", sa.Integer(), nullable=False, server_default=sa.text("0")),
        sa.Column("is_active", sa.Boolean(), nullable=False, server_default=sa.text("1")),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("updated_at", UtcDateTime, nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False, server_default=sa.text("0")),
        sa.PrimaryKeyConstraint("id"),
        sa.ForeignKeyConstraint(["leaf_id"], ["leaves.id"], name=op.f("fk_facets_leaf_id_leaves")),
        sa.UniqueConstraint("path", name=op.f("uq_facets_path")),
        sa.UniqueConstraint("leaf_id", "code", name=op.f("uq_facets_leaf_id_code")),
        **TABLE,
    )
    op.create_table(
        "questions",
        sa.Column("id", Key, nullable=False),
        sa.Column("facet_id", Key, nullable=False),
        sa.Column("external_id", sa.String(255), nullable=False),
        sa.Column("type", sa.String(16), nullable=False),
        sa.Column("question", LongText, nullable=False),
        sa.Column("context", LongText, nullable=True),
        sa.Column("answer", LongText, nullable=True),
        sa.Column("metadata", Json, nullable=False),
        sa.Column("difficulty_level", sa.SmallInteger(), nullable=False),
        sa.Column("estimated_time_seconds", sa.Integer(), nullable=True),
        sa.Column("tags", Json, nullable=False),
        sa.Column("order_index", sa.Integer(), nullable=False, server_default=sa.text("0")),
        sa.Column("source", sa.String(255), nullable=True),
        sa.Column("source_metadata", Json, nullable=True),
        sa.Column("content_hash", Digest, nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False, server_default=sa.text("1")),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("updated_at", UtcDateTime, nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False, server_default=sa.text("0")),
        sa.PrimaryKeyConstraint("id"),
        sa.CheckConstraint("type IN ('mcq', 'theory', 'scenario')", name=op.f("ck_questions_type")),
        sa.CheckConstraint(
            "difficulty_level BETWEEN 1 AND 5", name=op.f("ck_questions_difficulty_level")
        ),
        sa.ForeignKeyConstraint(
            ["facet_id"], ["facets.id"], name=op.f("fk_questions_facet_id_facets")
        ),
        sa.UniqueConstraint("external_id", name=op.f("uq_questions_external_id")),
        **TABLE,
    )
    op.create_index(
        op.f("ix_questions_difficulty_level"), "questions", ["difficulty_level"], if_not_exists=True
    )
    op.create_index(op.f("ix_questions_facet_id"), "questions", ["facet_id"], if_not_exists=True)
    op.create_index(op.f("ix_questions_type"), "questions", ["type"], if_not_exists=True)
    op.create_table(
        "mcq_options",
        sa.Column("question_id", Key, nullable=False),
        sa.Column("option_key", sa.String(10), nullable=False),
        sa.Column("option_text", LongText, nullable=False),
        sa.Column("is_correct", sa.Boolean(), nullable=False, server_default=sa.text("0")),
        sa.Column("explanation", LongText, nullable=True),
        sa.PrimaryKeyConstraint("question_id", "option_key"),
        sa.ForeignKeyConstraint(
            ["question_id"], ["questions.id"], name=op.f("fk_mcq_options_question_id_questions")
        ),
        sqlite_with_rowid=False,
        **TABLE,
    )


def _people() -> None:
    """Who learns, and on what."""
    op.create_table(
        "users",
        sa.Column("id", Key, nullable=False),
        sa.Column("email", sa.String(255), nullable=True),
        sa.Column("username", sa.String(100), nullable=False),
        sa.Column("password_hash", sa.String(255), nullable=False),
        sa.Column("full_name", sa.String(255), nullable=True),
        sa.Column("preferences", Json, nullable=False),
        sa.Column("learning_settings", Json, nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False, server_default=sa.text("1")),
        sa.Column("is_verified", sa.Boolean(), nullable=False, server_default=sa.text("0")),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("updated_at", UtcDateTime, nullable=False),
        sa.Column("last_login_at", UtcDateTime, nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("email", name=op.f("uq_users_email")),
        sa.UniqueConstraint("username", name=op.f("uq_users_username")),
        **TABLE,
    )
    op.create_table(
        "devices",
        sa.Column("id", Key, nullable=False),
        sa.Column("user_id", Key, nullable=False),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("last_seen_at", UtcDateTime, nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_devices_user_id_users")),
        **TABLE,
    )


def _facts() -> None:
    """What happened: the log that all the rest derives from."""
    op.create_table(
        "learning_sessions",
        sa.Column("id", Key, nullable=False),
        sa.Column("user_id", Key, nullable=False),
        sa.Column("facet_id", Key, nullable=True),
        sa.Column("started_at", UtcDateTime, nullable=False),
        sa.Column("ended_at", UtcDateTime, nullable=True),
        sa.Column("total_questions", sa.Integer(), nullable=False, server_default=sa.text("0")),
        sa.Column("correct_answers", sa.Integer(), nullable=False, server_default=sa.text("0")),
        sa.Column("session_metadata", Json, nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_learning_sessions_user_id_users")
        ),
        sa.ForeignKeyConstraint(
            ["facet_id"], ["facets.id"], name=op.f("fk_learning_sessions_facet_id_facets")
        ),
        **TABLE,
    )
    op.create_index(
        op.f("ix_learning_sessions_facet_id"), "learning_sessions", ["facet_id"], if_not_exists=True
    )
    op.create_index(
        op.f("ix_learning_sessions_user_id"), "learning_sessions", ["user_id"], if_not_exists=True
    )
    op.create_table(
        "user_responses",
        sa.Column("id", Key, nullable=False),
        sa.Column("user_id", Key, nullable=False),
        sa.Column("question_id", Key, nullable=False),
        sa.Column("session_id", Key, nullable=True),
        sa.Column("response_text", LongText, nullable=True),
        sa.Column("selected_option", sa.String(255), nullable=True),
        sa.Column("is_correct", sa.Boolean(), nullable=True),
        sa.Column("difficulty_rating", sa.SmallInteger(), nullable=False),
        sa.Column("time_spent_seconds", sa.Integer(), nullable=False, server_default=sa.text("0")),
        sa.Column("confidence_level", sa.SmallInteger(), nullable=True),
        sa.Column("response_metadata", Json, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("device_id", Key, nullable=False),
        sa.Column("device_seq", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.CheckConstraint(
            "difficulty_rating BETWEEN 1 AND 4", name=op.f("ck_user_responses_difficulty_rating")
        ),
        sa.CheckConstraint(
            "confidence_level BETWEEN 1 AND 5", name=op.f("ck_user_responses_confidence_level")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_user_responses_user_id_users")
        ),
        sa.ForeignKeyConstraint(
            ["question_id"], ["questions.id"], name=op.f("fk_user_responses_question_id_questions")
        ),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["learning_sessions.id"],
            name=op.f("fk_user_responses_session_id_learning_sessions"),
        ),
        sa.ForeignKeyConstraint(
            ["device_id"], ["devices.id"], name=op.f("fk_user_responses_device_id_devices")
        ),
        sa.UniqueConstraint(
            "user_id",
            "device_id",
            "device_seq",
            name=op.f("uq_user_responses_user_id_device_id_device_seq"),
        ),
        **TABLE,
    )
    op.create_index(
        op.f("ix_user_responses_session_id"), "user_responses", ["session_id"], if_not_exists=True
    )
    op.create_index(
        op.f("ix_user_responses_user_id_created_at"),
        "user_responses",
        ["user_id", "created_at"],
        if_not_exists=True,
    )
    op.create_index(
        op.f("ix_user_responses_user_id_question_id"),
        "user_responses",
        ["user_id", "question_id"],
        if_not_exists=True,
    )
    op.create_table(
        "learning_events",
        sa.Column("id", Key, nullable=False),
        sa.Column("user_id", Key, nullable=False),
        sa.Column("event_type", sa.String(64), nullable=False),
        sa.Column("event_data", Json, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("question_id", Key, nullable=True),
        sa.Column("device_id", Key, nullable=False),
        sa.Column("device_seq", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_learning_events_user_id_users")
        ),
        sa.ForeignKeyConstraint(
            ["device_id"], ["devices.id"], name=op.f("fk_learning_events_device_id_devices")
        ),
        sa.UniqueConstraint(
            "user_id",
            "device_id",
            "device_seq",
            name=op.f("uq_learning_events_user_id_device_id_device_seq"),
        ),
        **TABLE,
    )
    op.create_index(
        op.f("ix_learning_events_created_at"), "learning_events", ["created_at"], if_not_exists=True
    )
    op.create_index(
        op.f("ix_learning_events_user_id_event_type"),
        "learning_events",
        ["user_id", "event_type"],
        if_not_exists=True,
    )
    op.create_index(
        op.f("ix_learning_events_user_id_question_id"),
        "learning_events",
        ["user_id", "question_id"],
        if_not_exists=True,
    )
    op.create_table(
        "parked_facts",
        sa.Column("id", Key, nullable=False),
        sa.Column("user_id", Key, nullable=False),
        sa.Column("question_id", Key, nullable=True),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("payload", Json, nullable=False),
        sa.Column("received_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_parked_facts_user_id_users")
        ),
        **TABLE,
    )


def _derived() -> None:
    """What folds over the facts give."""
    op.create_table(
        "spaced_repetition_cards",
        sa.Column("user_id", Key, nullable=False),
        sa.Column("question_id", Key, nullable=False),
        sa.Column("facet_id", Key, nullable=False),
        sa.Column("ease_factor", sa.Numeric(3, 2), nullable=False, server_default=sa.text("2.50")),
        sa.Column("interval_days", sa.Integer(), nullable=False, server_default=sa.text("0")),
        sa.Column("repetitions", sa.Integer(), nullable=False, server_default=sa.text("0")),
        sa.Column("lapses", sa.Integer(), nullable=False, server_default=sa.text("0")),
        sa.Column("last_reviewed_at", UtcDateTime, nullable=True),
        sa.Column("next_review_at", UtcDateTime, nullable=True),
        sa.Column("due_at", UtcDateTime, nullable=True),
        sa.Column("total_reviews", sa.Integer(), nullable=False, server_default=sa.text("0")),
        sa.Column("total_correct", sa.Integer(), nullable=False, server_default=sa.text("0")),
        sa.Column("total_time_ms", sa.BigInteger(), nullable=False, server_default=sa.text("0")),
        sa.Column(
            "average_time_seconds",
            sa.Numeric(10, 3),
            nullable=False,
            server_default=sa.text("0.000"),
        ),
        sa.Column("card_state", sa.String(16), nullable=False),
        sa.Column("suspended", sa.Boolean(), nullable=False, server_default=sa.text("0")),
        sa.Column("buried_until", UtcDateTime, nullable=True),
        sa.Column("flag", sa.String(255), nullable=True),
        sa.Column("stability", sa.Double(), nullable=True),
        sa.Column("difficulty", sa.Double(), nullable=True),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("updated_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("user_id", "question_id"),
        sa.CheckConstraint(
            "ease_factor BETWEEN 1.30 AND 9.99", name=op.f("ck_spaced_repetition_cards_ease_factor")
        ),
        sa.CheckConstraint(
            "interval_days >= 0", name=op.f("ck_spaced_repetition_cards_interval_days")
        ),
        sa.CheckConstraint(
            "card_state IN ('new', 'learning', 'review', 'relearning')",
            name=op.f("ck_spaced_repetition_cards_card_state"),
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_spaced_repetition_cards_user_id_users")
        ),
        sa.ForeignKeyConstraint(
            ["question_id"],
            ["questions.id"],
            name=op.f("fk_spaced_repetition_cards_question_id_questions"),
        ),
        sa.ForeignKeyConstraint(
            ["facet_id"], ["facets.id"], name=op.f("fk_spaced_repetition_cards_facet_id_facets")
        ),
        sqlite_with_rowid=False,
        **TABLE,
    )
    op.create_index(
        op.f("ix_spaced_repetition_cards_user_id_card_state"),
        "spaced_repetition_cards",
        ["user_id", "card_state"],
        if_not_exists=True,
    )
    op.create_index(
        op.f("ix_spaced_repetition_cards_user_id_due_at"),
        "spaced_repetition_cards",
        ["user_id", "due_at"],
        if_not_exists=True,
    )
    op.create_index(
        op.f("ix_spaced_repetition_cards_user_id_facet_id_due_at"),
        "spaced_repetition_cards",
        ["user_id", "facet_id", "due_at"],
        if_not_exists=True,
    )
    op.create_index(
        op.f("ix_spaced_repetition_cards_user_id_next_review_at"),
        "spaced_repetition_cards",
        ["user_id", "next_review_at"],
        if_not_exists=True,
    )
    op.create_table(
        "user_progress",
        sa.Column("user_id", Key, nullable=False),
        sa.Column("facet_id", Key, nullable=False),
        sa.Column("total_questions", sa.Integer(), nullable=False, server_default=sa.text("0")),
        sa.Column("completed_questions", sa.Integer(), nullable=False, server_default=sa.text("0")),
        sa.Column(
            "mastery_score", sa.Numeric(5, 2), nullable=False, server_default=sa.text("0.00")
        ),
        sa.Column("last_activity_at", UtcDateTime, nullable=True),
        sa.Column("streak_days", sa.Integer(), nullable=False, server_default=sa.text("0")),
        sa.Column(
            "total_time_spent_seconds", sa.Integer(), nullable=False, server_default=sa.text("0")
        ),
        sa.Column("progress_metadata", Json, nullable=False),
        sa.PrimaryKeyConstraint("user_id", "facet_id"),
        sa.CheckConstraint(
            "mastery_score BETWEEN 0 AND 100", name=op.f("ck_user_progress_mastery_score")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_user_progress_user_id_users")
        ),
        sa.ForeignKeyConstraint(
            ["facet_id"], ["facets.id"], name=op.f("fk_user_progress_facet_id_facets")
        ),
        **TABLE,
    )
    op.create_index(
        op.f("ix_user_progress_user_id"), "user_progress", ["user_id"], if_not_exists=True
    )
    op.create_table(
        "daily_activity",
        sa.Column("user_id", Key, nullable=False),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("facet_id", Key, nullable=False),
        sa.Column("responses", sa.Integer(), nullable=False, server_default=sa.text("0")),
        sa.Column("correct", sa.Integer(), nullable=False, server_default=sa.text("0")),
        sa.Column("new_cards", sa.Integer(), nullable=False, server_default=sa.text("0")),
        sa.Column("reviewed", sa.Integer(), nullable=False, server_default=sa.text("0")),
        sa.Column("retained", sa.Integer(), nullable=False, server_default=sa.text("0")),
        sa.Column("easy", sa.Integer(), nullable=False, server_default=sa.text("0")),
        sa.Column("medium", sa.Integer(), nullable=False, server_default=sa.text("0")),
        sa.Column("hard", sa.Integer(), nullable=False, server_default=sa.text("0")),
        sa.Column("very_hard", sa.Integer(), nullable=False, server_default=sa.text("0")),
        sa.Column("time_ms", sa.BigInteger(), nullable=False, server_default=sa.text("0")),
        sa.PrimaryKeyConstraint("user_id", "day", "facet_id"),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_daily_activity_user_id_users")
        ),
        sa.ForeignKeyConstraint(
            ["facet_id"], ["facets.id"], name=op.f("fk_daily_activity_facet_id_facets")
        ),
        sqlite_with_rowid=False,
        **TABLE,
    )
    op.create_index(
        op.f("ix_daily_activity_user_id_facet_id"),
        "daily_activity",
        ["user_id", "facet_id"],
        if_not_exists=True,
    )


def _local() -> None:
    """What belongs to one copy of a store alone."""
    op.create_table(
        "sync_state",
        sa.Column("key", sa.String(100), nullable=False),
        sa.Column("value", LongText, nullable=False),
        sa.PrimaryKeyConstraint("key"),
        **TABLE,
    )
    op.create_table(
        "import_sources",
        sa.Column("source", sa.String(255), nullable=False),
        sa.Column("facet_id", Key, nullable=False),
        sa.Column("digest", Digest, nullable=False),
        sa.Column("items", sa.Integer(), nullable=False),
        sa.Column("imported_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("source"),
        sa.ForeignKeyConstraint(
            ["facet_id"], ["facets.id"], name=op.f("fk_import_sources_facet_id_facets")
        ),
        **TABLE,
    )


def upgrade() -> None:
    """Create every table; on SQLite also mark the file as a drillr store."""
    _content()
    _people()
    _facts()
    _derived()
    _local()
    if op.get_bind().dialect.name == "sqlite":
        op.execute(f"PRAGMA application_id = {APPLICATION_ID}")


def downgrade() -> None:
    """Drop every table, children first."""
    for table in reversed(TABLES):
        op.drop_table(table, if_exists=True)
