"""Nodes and their leases

Revision 0015, after revision 0014.
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "nodes",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("identity", sa.String(length=32), nullable=False),
        sa.Column("place", sa.String(length=160), nullable=False),
        sa.Column("incarnation", sa.String(length=32), nullable=False),
        sa.Column("is_shared", sa.Boolean(), nullable=False),
        sa.Column("address", sa.String(length=255), nullable=False),
        sa.Column("version", sa.String(length=32), nullable=False),
        sa.Column("started_ms", sa.BigInteger(), nullable=False),
        sa.Column("heartbeat_ms", sa.BigInteger(), nullable=False),
        sa.Column("stopped_ms", sa.BigInteger(), nullable=False),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_nodes")),
        sa.UniqueConstraint("name", name=op.f("uq_nodes_name")),
        sa.UniqueConstraint("identity", name=op.f("uq_nodes_identity")),
    )
    op.create_table(
        "leases",
        sa.Column("node", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("scope", sa.String(length=8), nullable=False),
        sa.Column("account_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("is_recalled", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("node", "scope", "account_id", name=op.f("pk_leases")),
    )
    op.create_index("ix_leases_account", "leases", ["scope", "account_id"])


def downgrade() -> None:
    op.drop_table("leases")
    op.drop_table("nodes")
