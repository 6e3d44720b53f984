"""Gives parked facts their numbers, and keeps what a server last said of each question."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from drillr.store.types import Digest, Json, Key, UtcDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_OPTIONS: dict[str, Any] = {
    "mariadb_engine": "InnoDB",
    "mariadb_default_charset": "utf8mb4",
    "mariadb_collate": "utf8mb4_nopad_bin",
    "if_not_exists": True,
}


def upgrade() -> None:
    """Make the two tables; nothing was ever parked before, so that one is simply made anew."""
    if "device_seq" not in _columns("parked_facts"):
        op.drop_table("parked_facts", if_exists=True)
    op.create_table(
        "parked_facts",
        sa.Column("id", Key(), nullable=False),
        sa.Column("user_id", Key(), nullable=False),
        sa.Column("question_id", Key(), nullable=False),
        sa.Column("device_id", Key(), nullable=False),
        sa.Column("device_seq", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("payload", Json(), nullable=False),
        sa.Column("received_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_parked_facts_user_id_users")
        ),
        sa.ForeignKeyConstraint(
            ["device_id"], ["devices.id"], name=op.f("fk_parked_facts_device_id_devices")
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint(
            "user_id", "device_id", "device_seq",
            name=op.f("uq_parked_facts_user_id_device_id_device_seq"),
        ),
        **_OPTIONS,
    )  # fmt: skip
    op.create_index(
        op.f("ix_parked_facts_user_id_question_id"), "parked_facts", ["user_id", "question_id"],
        if_not_exists=True,
    )  # fmt: skip
    op.create_table(
        "upstream_questions",
        sa.Column("remote", sa.String(64), nullable=False),
        sa.Column("question_id", Key(), nullable=False),
        sa.Column("path", sa.String(403), nullable=False),
        sa.Column("revision", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("content_hash", Digest(), nullable=False),
        sa.Column("base", Json(), nullable=False),
        sa.Column("conflicts", Json(), nullable=True),
        sa.ForeignKeyConstraint(
            ["question_id"], ["questions.id"],
            name=op.f("fk_upstream_questions_question_id_questions"),
        ),
        sa.PrimaryKeyConstraint("remote", "question_id"),
        **_OPTIONS,
    )  # fmt: skip


def downgrade() -> None:
    """Take what a server said away; the numbers of parked facts stay, they hurt nobody."""
    op.drop_table("upstream_questions", if_exists=True)


def _columns(table: str) -> set[str]:
    inspector = sa.inspect(op.get_bind())
    if not inspector.has_table(table):
        return set()
    return {column["name"] for column in inspector.get_columns(table)}
