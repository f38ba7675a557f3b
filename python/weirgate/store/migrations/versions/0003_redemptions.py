"""Redemption codes

Revision 0003, after the tasks.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _number(name: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=nullable)


def upgrade() -> None:
    op.create_table(
        "redemptions",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        _number("user_id"),
        sa.Column("key_hash", sa.String(length=64), nullable=False),
        sa.Column("key_encrypted", sa.LargeBinary(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        _number("quota"),
        _number("created_time"),
        _number("redeemed_time"),
        _number("used_user_id"),
        _number("expired_time"),
        _number("deleted_at", nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_redemptions")),
        sa.UniqueConstraint("key_hash", name=op.f("uq_redemptions_key_hash")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_redemptions_name", "redemptions", ["name"], unique=False)


def downgrade() -> None:
    op.drop_table("redemptions")
