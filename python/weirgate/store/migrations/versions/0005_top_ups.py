"""Top-up orders

Revision 0005, after the jobs.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _text(name: str, length: int) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=length), nullable=False)


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=False)


def upgrade() -> None:
    op.create_table(
        "top_ups",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        _number("user_id"),
        _text("trade_no", 191),
        _text("provider", 16),
        _text("provider_ref", 255),
        _text("payment_method", 50),
        _number("amount"),
        _text("money", 40),
        _number("quota"),
        _number("due_minor"),
        _text("currency", 8),
        _text("status", 16),
        _number("create_time"),
        _number("complete_time"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_top_ups")),
        sa.UniqueConstraint("trade_no", name=op.f("uq_top_ups_trade_no")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_top_ups_user_id", "top_ups", ["user_id", "id"], unique=False)


def downgrade() -> None:
    op.drop_table("top_ups")
