"""Notes which facts are in the log and not yet in the rows that are derived from it."""

import sqlalchemy as sa
from alembic import op

from drillr.store.types import Key

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "arrears",
        sa.Column("user_id", Key, nullable=False),
        sa.Column("device_id", Key, nullable=False),
        sa.Column("first_seq", sa.BigInteger(), nullable=False),
        sa.Column("facts", sa.Integer(), nullable=False, server_default=sa.text("0")),
        sa.PrimaryKeyConstraint("user_id", "device_id"),
        sa.ForeignKeyConstraint(
            ["device_id"], ["devices.id"], name=op.f("fk_arrears_device_id_devices")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_arrears_user_id_users")),
        mariadb_engine="InnoDB",
        mariadb_default_charset="utf8mb4",
        mariadb_collate="utf8mb4_nopad_bin",
        if_not_exists=True,
    )


def downgrade() -> None:
    """Drop the table; what is behind then stays behind until `drillr doctor --rebuild`."""
    op.drop_table("arrears", if_exists=True)
