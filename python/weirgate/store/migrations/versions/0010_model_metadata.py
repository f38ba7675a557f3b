"""Model metadata, vendors and prefill groups

Revision 0010, after the usage grants.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _text(name: str, length: int) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=length), nullable=False)


def _times() -> tuple[sa.Column[int], sa.Column[int]]:
    return (
        sa.Column("created_time", sa.BigInteger(), nullable=False),
        sa.Column("updated_time", sa.BigInteger(), nullable=False),
    )


def upgrade() -> None:
    op.create_table(
        "model_metadata",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        _text("model_name", 128),
        sa.Column("description", sa.Text(), nullable=False),
        _text("icon", 128),
        _text("tags", 255),
        sa.Column("vendor_id", sa.BigInteger(), nullable=False),
        sa.Column("endpoints", sa.Text(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("sync_official", sa.Integer(), nullable=False),
        sa.Column("name_rule", sa.Integer(), nullable=False),
        *_times(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_model_metadata")),
        sa.UniqueConstraint("model_name", name=op.f("uq_model_metadata_model_name")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_model_metadata_vendor_id", "model_metadata", ["vendor_id"], unique=False)
    op.create_table(
        "model_vendors",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        _text("name", 128),
        sa.Column("description", sa.Text(), nullable=False),
        _text("icon", 128),
        sa.Column("status", sa.Integer(), nullable=False),
        *_times(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_model_vendors")),
        sa.UniqueConstraint("name", name=op.f("uq_model_vendors_name")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "prefill_groups",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        _text("name", 64),
        _text("type", 32),
        sa.Column("items", sa.Text(), nullable=False),
        _text("description", 255),
        *_times(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_prefill_groups")),
        sa.UniqueConstraint("name", name=op.f("uq_prefill_groups_name")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_prefill_groups_type", "prefill_groups", ["type"], unique=False)


def downgrade() -> None:
    op.drop_table("prefill_groups")
    op.drop_table("model_vendors")
    op.drop_table("model_metadata")
