"""Adds the counter of content's revisions, and the index that pages through what changed."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the counter's table; whatever content there is already, becomes revision 1."""
    op.create_table(
        "revisions",
        sa.Column("name", sa.String(32), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
        mariadb_engine="InnoDB",
        mariadb_default_charset="utf8mb4",
        mariadb_collate="utf8mb4_nopad_bin",
        if_not_exists=True,
    )
    op.create_index(op.f("ix_questions_revision"), "questions", ["revision"], if_not_exists=True)
    op.execute(
        "INSERT INTO revisions (name, value) SELECT 'content', 1 FROM topics"
        " WHERE NOT EXISTS (SELECT 1 FROM revisions) LIMIT 1"
    )
    for table in ("topics", "subtopics", "leaves", "facets", "questions"):
        op.execute(f"UPDATE {table} SET revision = 1 WHERE revision = 0")


def downgrade() -> None:
    """Take the counter away again."""
    op.drop_index(op.f("ix_questions_revision"), table_name="questions", if_exists=True)
    op.drop_table("revisions", if_exists=True)
