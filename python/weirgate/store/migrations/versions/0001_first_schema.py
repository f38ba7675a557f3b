"""First schema: accounts, keys, channels, settings, sessions, ledger, outbox

Revision 0001; nothing before it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _create_abilities() -> None:
    op.create_table(
        "abilities",
        sa.Column("group", sa.String(length=64), nullable=False),
        sa.Column("model", sa.String(length=255), nullable=False),
        sa.Column("channel_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("priority", sa.BigInteger(), nullable=True),
        sa.Column("weight", sa.BigInteger(), nullable=False),
        sa.Column("tag", sa.String(length=255), nullable=True),
        sa.PrimaryKeyConstraint("group", "model", "channel_id", name=op.f("pk_abilities")),
    )
    op.create_index("ix_abilities_channel_id", "abilities", ["channel_id"], unique=False)


def _create_channels() -> None:
    op.create_table(
        "channels",
        sa.Column("id", _ID, nullable=False),
        sa.Column("type", sa.Integer(), nullable=False),
        sa.Column("key_encrypted", sa.LargeBinary(), nullable=False),
        sa.Column("openai_organization", sa.String(length=255), nullable=True),
        sa.Column("test_model", sa.String(length=255), nullable=True),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("weight", sa.BigInteger(), nullable=True),
        sa.Column("created_time", sa.BigInteger(), nullable=False),
        sa.Column("test_time", sa.BigInteger(), nullable=False),
        sa.Column("response_time", sa.Integer(), nullable=False),
        sa.Column("base_url", sa.Text(), nullable=True),
        sa.Column("other", sa.Text(), nullable=False),
        sa.Column("balance", sa.Float(), nullable=False),
        sa.Column("balance_updated_time", sa.BigInteger(), nullable=False),
        sa.Column("models", sa.Text(), nullable=False),
        sa.Column("group", sa.Text(), nullable=False),
        sa.Column("used_quota", sa.BigInteger(), nullable=False),
        sa.Column("model_mapping", sa.Text(), nullable=True),
        sa.Column("status_code_mapping", sa.Text(), nullable=True),
        sa.Column("priority", sa.BigInteger(), nullable=True),
        sa.Column("auto_ban", sa.Integer(), nullable=True),
        sa.Column("other_info", sa.Text(), nullable=False),
        sa.Column("tag", sa.String(length=255), nullable=True),
        sa.Column("setting", sa.Text(), nullable=True),
        sa.Column("param_override", sa.Text(), nullable=True),
        sa.Column("header_override", sa.Text(), nullable=True),
        sa.Column("remark", sa.String(length=255), nullable=True),
        sa.Column("channel_info", sa.Text(), nullable=False),
        sa.Column("settings", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_channels")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_channels_name", "channels", ["name"], unique=False)
    op.create_index("ix_channels_tag", "channels", ["tag"], unique=False)


def _create_drain_batches() -> None:
    op.create_table(
        "drain_batches",
        sa.Column("id", _ID, nullable=False),
        sa.Column("consumer", sa.String(length=64), nullable=False),
        sa.Column("from_position", sa.String(length=96), nullable=False),
        sa.Column("to_position", sa.String(length=96), nullable=False),
        sa.Column("records", sa.BigInteger(), nullable=False),
        sa.Column("quota", sa.BigInteger(), nullable=False),
        sa.Column("created_at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drain_batches")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_drain_batches_consumer", "drain_batches", ["consumer", "id"], unique=False)


def _create_drain_cursors() -> None:
    op.create_table(
        "drain_cursors",
        sa.Column("consumer", sa.String(length=64), nullable=False),
        sa.Column("position", sa.String(length=96), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("updated_at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("consumer", name=op.f("pk_drain_cursors")),
    )


def _create_ledger_counter() -> None:
    op.create_table(
        "ledger_counter",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last_number", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_counter")),
    )


def _create_ledger_entries() -> None:
    op.create_table(
        "ledger_entries",
        sa.Column("number", _ID, autoincrement=False, nullable=False),
        sa.Column("idempotency_key", sa.String(length=191), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("key_id", sa.BigInteger(), nullable=True),
        sa.Column("wallet_delta", sa.BigInteger(), nullable=False),
        sa.Column("key_delta", sa.BigInteger(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("created_at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_ledger_entries")),
        sa.UniqueConstraint("idempotency_key", name=op.f("uq_ledger_entries_idempotency_key")),
    )
    op.create_index(
        "ix_ledger_entries_user_id", "ledger_entries", ["user_id", "number"], unique=False
    )


def _create_log_outbox() -> None:
    op.create_table(
        "log_outbox",
        sa.Column("id", _ID, nullable=False),
        sa.Column("type", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("username", sa.String(length=64), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("quota", sa.BigInteger(), nullable=False),
        sa.Column("model_name", sa.String(length=255), nullable=False),
        sa.Column("key_id", sa.BigInteger(), nullable=False),
        sa.Column("key_name", sa.String(length=255), nullable=False),
        sa.Column("channel_id", sa.BigInteger(), nullable=False),
        sa.Column("group", sa.String(length=64), nullable=False),
        sa.Column("ip", sa.String(length=64), nullable=False),
        sa.Column("request_id", sa.String(length=64), nullable=False),
        sa.Column("other", sa.Text(), nullable=False),
        sa.Column("created_at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_log_outbox")),
        sqlite_autoincrement=True,
    )


def _create_options() -> None:
    op.create_table(
        "options",
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_options")),
    )


def _create_sessions() -> None:
    op.create_table(
        "sessions",
        sa.Column("id_hash", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("expires_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id_hash", name=op.f("pk_sessions")),
    )
    op.create_index("ix_sessions_expires_at_ms", "sessions", ["expires_at_ms"], unique=False)
    op.create_index("ix_sessions_user_id", "sessions", ["user_id"], unique=False)


def _create_setups() -> None:
    op.create_table(
        "setups",
        sa.Column("id", _ID, nullable=False),
        sa.Column("version", sa.String(length=50), nullable=False),
        sa.Column("initialized_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_setups")),
    )


def _create_suspense() -> None:
    op.create_table(
        "suspense",
        sa.Column("id", _ID, nullable=False),
        sa.Column("account", sa.String(length=16), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("quota", sa.BigInteger(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.Column("to_position", sa.String(length=96), nullable=False),
        sa.Column("reason", sa.String(length=255), nullable=False),
        sa.Column("created_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("resolved_at_ms", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suspense")),
        sqlite_autoincrement=True,
    )


def _create_tokens() -> None:
    op.create_table(
        "tokens",
        sa.Column("id", _ID, nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("key_hash", sa.String(length=64), nullable=False),
        sa.Column("key_encrypted", sa.LargeBinary(), nullable=False),
        sa.Column("key_preview", sa.String(length=32), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("created_time", sa.BigInteger(), nullable=False),
        sa.Column("accessed_time", sa.BigInteger(), nullable=False),
        sa.Column("expired_time", sa.BigInteger(), nullable=False),
        sa.Column("remain_quota", sa.BigInteger(), nullable=False),
        sa.Column("unlimited_quota", sa.Boolean(), nullable=False),
        sa.Column("used_quota", sa.BigInteger(), nullable=False),
        sa.Column("model_limits_enabled", sa.Boolean(), nullable=False),
        sa.Column("model_limits", sa.Text(), nullable=False),
        sa.Column("allow_ips", sa.Text(), nullable=True),
        sa.Column("group", sa.String(length=64), nullable=False),
        sa.Column("cross_group_retry", sa.Boolean(), nullable=False),
        sa.Column("deleted_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tokens")),
        sa.UniqueConstraint("key_hash", name=op.f("uq_tokens_key_hash")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_tokens_user_id", "tokens", ["user_id", "id"], unique=False)


def _create_users() -> None:
    op.create_table(
        "users",
        sa.Column("id", _ID, nullable=False),
        sa.Column("username", sa.String(length=64), nullable=False),
        sa.Column("password", sa.String(length=255), nullable=False),
        sa.Column("display_name", sa.String(length=64), nullable=False),
        sa.Column("role", sa.Integer(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=255), nullable=False),
        sa.Column("github_id", sa.String(length=255), nullable=False),
        sa.Column("discord_id", sa.String(length=255), nullable=False),
        sa.Column("oidc_id", sa.String(length=255), nullable=False),
        sa.Column("wechat_id", sa.String(length=255), nullable=False),
        sa.Column("telegram_id", sa.String(length=255), nullable=False),
        sa.Column("linux_do_id", sa.String(length=255), nullable=False),
        sa.Column("access_token_hash", sa.String(length=64), nullable=True),
        sa.Column("quota", sa.BigInteger(), nullable=False),
        sa.Column("used_quota", sa.BigInteger(), nullable=False),
        sa.Column("request_count", sa.BigInteger(), nullable=False),
        sa.Column("group", sa.String(length=64), nullable=False),
        sa.Column("aff_code", sa.String(length=32), nullable=True),
        sa.Column("aff_count", sa.Integer(), nullable=False),
        sa.Column("aff_quota", sa.BigInteger(), nullable=False),
        sa.Column("aff_history", sa.BigInteger(), nullable=False),
        sa.Column("inviter_id", sa.BigInteger(), nullable=False),
        sa.Column("setting", sa.Text(), nullable=False),
        sa.Column("remark", sa.String(length=255), nullable=False),
        sa.Column("stripe_customer", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("last_login_at", sa.BigInteger(), nullable=False),
        sa.Column("deleted_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("access_token_hash", name=op.f("uq_users_access_token_hash")),
        sa.UniqueConstraint("aff_code", name=op.f("uq_users_aff_code")),
        sa.UniqueConstraint("username", name=op.f("uq_users_username")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_users_email", "users", ["email"], unique=False)
    op.create_index("ix_users_group", "users", ["group"], unique=False)


def upgrade() -> None:
    _create_abilities()
    _create_channels()
    _create_drain_batches()
    _create_drain_cursors()
    _create_ledger_counter()
    _create_ledger_entries()
    _create_log_outbox()
    _create_options()
    _create_sessions()
    _create_setups()
    _create_suspense()
    _create_tokens()
    _create_users()
    op.execute("INSERT INTO ledger_counter (id, last_number) VALUES (1, 0)")


def downgrade() -> None:
    for table in (
        "users",
        "tokens",
        "suspense",
        "setups",
        "sessions",
        "options",
        "log_outbox",
        "ledger_entries",
        "ledger_counter",
        "drain_cursors",
        "drain_batches",
        "channels",
        "abilities",
    ):
        op.drop_table(table)
