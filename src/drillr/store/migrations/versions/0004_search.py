"""Adds what search looks words up in; it is filled when somebody searches first."""

import sqlalchemy as sa
from alembic import op

from drillr.store.types import Key, LongText

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

FULL_TEXT = {
    "sqlite": "CREATE VIRTUAL TABLE search_index USING fts5(stem, rest, tags, content='',"
    " tokenize='unicode61 remove_diacritics 2')",
    "mariadb": "CREATE FULLTEXT INDEX IF NOT EXISTS ft_search_documents_body"
    " ON search_documents (body)",
}


def upgrade() -> None:
    """Make the table of documents, and the database's own kind of full-text index."""
    op.create_table(
        "search_documents",
        sa.Column(
            "doc", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False,
            autoincrement=True,
        ),
        sa.Column("question_id", Key, nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False, server_default=sa.text("1")),
        sa.Column("body", LongText, nullable=True),
        sa.PrimaryKeyConstraint("doc"),
        sa.UniqueConstraint("question_id", name=op.f("uq_search_documents_question_id")),
        mariadb_engine="InnoDB",
        mariadb_default_charset="utf8mb4",
        mariadb_collate="utf8mb4_nopad_bin",
        if_not_exists=True,
    )  # fmt: skip
    op.execute(FULL_TEXT[op.get_bind().dialect.name])


def downgrade() -> None:
    """Drop both."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE IF EXISTS search_index")
    op.drop_table("search_documents", if_exists=True)
