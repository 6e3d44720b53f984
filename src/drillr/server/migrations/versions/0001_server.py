"""Creates the tables that only a server has.

Longer than a function should be: one frozen description of every table.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

from drillr.store.types import Digest, Json, Key, UtcDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# MariaDB has no transactional DDL, so each step can run again after a failure.
TABLE: dict[str, Any] = {
    "mariadb_engine": "InnoDB",
    "mariadb_default_charset": "utf8mb4",
    "mariadb_collate": "utf8mb4_nopad_bin",
    "if_not_exists": True,
}

TABLES = (
    "accounts",
    "logins",
    "refresh_tokens",
    "invitations",
    "throttles",
    "jobs",
    "reports",
    "question_statistics",
    "daily_plans",
)


def _people() -> None:
    """Accounts, and how they come in."""
    op.create_table(
        "accounts",
        sa.Column("user_id", Key, nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("device_id", Key, nullable=False),
        sa.Column("writes", sa.BigInteger(), nullable=False, server_default=sa.text("0")),
        sa.Column("password_changed_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("user_id"),
        sa.ForeignKeyConstraint(
            ["device_id"], ["devices.id"], name=op.f("fk_accounts_device_id_devices")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_accounts_user_id_users")),
        **TABLE,
    )
    op.create_table(
        "logins",
        sa.Column("id", Key, nullable=False),
        sa.Column("user_id", Key, nullable=False),
        sa.Column("client", sa.String(255), nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("last_used_at", UtcDateTime, nullable=False),
        sa.Column("expires_at", UtcDateTime, nullable=False),
        sa.Column("revoked_at", UtcDateTime, nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_logins_user_id_users")),
        **TABLE,
    )
    op.create_index(op.f("ix_logins_expires_at"), "logins", ["expires_at"], if_not_exists=True)
    op.create_index(op.f("ix_logins_user_id"), "logins", ["user_id"], if_not_exists=True)
    op.create_table(
        "refresh_tokens",
        sa.Column("digest", Digest, nullable=False),
        sa.Column("login_id", Key, nullable=False),
        sa.Column("parent", Digest, nullable=True),
        sa.Column("attempt", Digest, nullable=True),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("expires_at", UtcDateTime, nullable=False),
        sa.Column("used_at", UtcDateTime, nullable=True),
        sa.PrimaryKeyConstraint("digest"),
        sa.ForeignKeyConstraint(
            ["login_id"], ["logins.id"], name=op.f("fk_refresh_tokens_login_id_logins")
        ),
        **TABLE,
    )
    op.create_index(
        op.f("ix_refresh_tokens_login_id"), "refresh_tokens", ["login_id"], if_not_exists=True
    )
    op.create_table(
        "invitations",
        sa.Column("digest", Digest, nullable=False),
        sa.Column("email", sa.String(255), nullable=True),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("created_by", Key, nullable=True),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("expires_at", UtcDateTime, nullable=False),
        sa.Column("used_by", Key, nullable=True),
        sa.PrimaryKeyConstraint("digest"),
        sa.ForeignKeyConstraint(
            ["created_by"], ["users.id"], name=op.f("fk_invitations_created_by_users")
        ),
        sa.ForeignKeyConstraint(
            ["used_by"], ["users.id"], name=op.f("fk_invitations_used_by_users")
        ),
        **TABLE,
    )
    op.create_table(
        "throttles",
        sa.Column("name", Digest, nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False, server_default=sa.text("0")),
        sa.Column("since", UtcDateTime, nullable=False),
        sa.Column("locked_until", UtcDateTime, nullable=True),
        sa.PrimaryKeyConstraint("name"),
        **TABLE,
    )


def _work() -> None:
    """Jobs, and what they compute."""
    op.create_table(
        "jobs",
        sa.Column("id", Key, nullable=False),
        sa.Column("user_id", Key, nullable=True),
        sa.Column("kind", sa.String(64), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("params", Json, nullable=False),
        sa.Column("report", Json, nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("done", sa.Integer(), nullable=False, server_default=sa.text("0")),
        sa.Column("total", sa.Integer(), nullable=False, server_default=sa.text("0")),
        sa.Column("attempts", sa.Integer(), nullable=False, server_default=sa.text("0")),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("updated_at", UtcDateTime, nullable=False),
        sa.Column("finished_at", UtcDateTime, nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_jobs_user_id_users")),
        **TABLE,
    )
    op.create_index(op.f("ix_jobs_created_at"), "jobs", ["created_at"], if_not_exists=True)
    op.create_index(op.f("ix_jobs_state"), "jobs", ["state"], if_not_exists=True)
    op.create_table(
        "reports",
        sa.Column("id", Key, nullable=False),
        sa.Column("user_id", Key, nullable=False),
        sa.Column("question_id", Key, nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("resolved_at", UtcDateTime, nullable=True),
        sa.Column("resolved_by", Key, nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.ForeignKeyConstraint(
            ["question_id"], ["questions.id"], name=op.f("fk_reports_question_id_questions")
        ),
        sa.ForeignKeyConstraint(
            ["resolved_by"], ["users.id"], name=op.f("fk_reports_resolved_by_users")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_reports_user_id_users")),
        **TABLE,
    )
    op.create_index(op.f("ix_reports_created_at"), "reports", ["created_at"], if_not_exists=True)
    op.create_index(op.f("ix_reports_question_id"), "reports", ["question_id"], if_not_exists=True)
    op.create_table(
        "question_statistics",
        sa.Column("question_id", Key, nullable=False),
        sa.Column("responses", sa.Integer(), nullable=False, server_default=sa.text("0")),
        sa.Column("learners", sa.Integer(), nullable=False, server_default=sa.text("0")),
        sa.Column("correct", sa.Integer(), nullable=False, server_default=sa.text("0")),
        sa.Column("discrimination", sa.Double(), nullable=True),
        sa.Column("median_ms", sa.Integer(), nullable=False, server_default=sa.text("0")),
        sa.Column("picks", Json, nullable=False),
        sa.Column("ratings", Json, nullable=False),
        sa.Column("computed_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("question_id"),
        sa.ForeignKeyConstraint(
            ["question_id"],
            ["questions.id"],
            name=op.f("fk_question_statistics_question_id_questions"),
        ),
        **TABLE,
    )
    op.create_table(
        "daily_plans",
        sa.Column("user_id", Key, nullable=False),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("overdue", sa.Integer(), nullable=False, server_default=sa.text("0")),
        sa.Column("due_today", sa.Integer(), nullable=False, server_default=sa.text("0")),
        sa.Column("new", sa.Integer(), nullable=False, server_default=sa.text("0")),
        sa.Column("facets", Json, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("user_id", "day"),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_daily_plans_user_id_users")
        ),
        **TABLE,
    )


def upgrade() -> None:
    """Create every table."""
    _people()
    _work()


def downgrade() -> None:
    """Drop every table, children first."""
    for table in reversed(TABLES):
        op.drop_table(table, if_exists=True)
