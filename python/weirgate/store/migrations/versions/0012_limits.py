"""Limits of rate, number and money

Revision 0012, after revision 0011.
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

NUMBERS = (
    "requests_per_minute",
    "tokens_per_minute",
    "requests_per_day",
    "concurrency",
    "spend_per_day",
    "spend_per_week",
    "spend_per_month",
)


def upgrade() -> None:
    op.create_table(
        "limits",
        sa.Column("scope", sa.String(length=16), nullable=False),
        sa.Column("subject", sa.String(length=255), nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=True) for name in NUMBERS),
        sa.Column("time_zone", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("scope", "subject", name=op.f("pk_limits")),
    )


def downgrade() -> None:
    op.drop_table("limits")
