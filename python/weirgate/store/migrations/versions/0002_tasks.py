"""Tasks and the turns of jobs

Revision 0002, after the first schema.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _text(name: str, length: int) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=length), nullable=False)


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=False)


def upgrade() -> None:
    op.create_table(
        "tasks",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        _text("task_id", 64),
        _text("request_id", 64),
        _text("platform", 32),
        _text("action", 64),
        _text("status", 32),
        _text("progress", 16),
        sa.Column("fail_reason", sa.Text(), nullable=False),
        _number("user_id"),
        _number("key_id"),
        _text("username", 128),
        _text("key_name", 255),
        _text("group", 64),
        _number("channel_id"),
        sa.Column("key_index", sa.Integer(), nullable=False),
        _text("model", 255),
        _text("upstream_model", 255),
        _text("upstream_id", 256),
        _number("quota"),
        _number("submit_ms"),
        _number("start_ms"),
        _number("finish_ms"),
        _number("updated_ms"),
        _number("next_poll_ms"),
        sa.Column("polls", sa.Integer(), nullable=False),
        sa.Column("properties", sa.Text(), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("result_url", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tasks")),
        sa.UniqueConstraint("task_id", name=op.f("uq_tasks_task_id")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_tasks_user_id", "tasks", ["user_id", "id"], unique=False)
    op.create_index("ix_tasks_due", "tasks", ["finish_ms", "next_poll_ms"], unique=False)
    op.create_table(
        "job_turns",
        _text("job", 64),
        _text("holder", 64),
        _number("until_ms"),
        sa.PrimaryKeyConstraint("job", name=op.f("pk_job_turns")),
    )


def downgrade() -> None:
    op.drop_table("job_turns")
    op.drop_table("tasks")
