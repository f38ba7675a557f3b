"""Check-ins

Revision 0006, after the top-up orders.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "checkins",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("checkin_date", sa.String(length=10), nullable=False),
        sa.Column("quota_awarded", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checkins")),
        sa.UniqueConstraint("user_id", "checkin_date", name="uq_checkins_user_id"),
        sqlite_autoincrement=True,
    )


def downgrade() -> None:
    op.drop_table("checkins")
