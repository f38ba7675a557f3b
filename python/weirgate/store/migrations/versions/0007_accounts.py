"""Proofs of people: e-mailed codes, second factors, passkeys, provider ids that are unique

Revision 0007, after revision 0006.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_PROVIDER_IDS = (
    "github_id",
    "discord_id",
    "oidc_id",
    "wechat_id",
    "telegram_id",
    "linux_do_id",
    "lark_id",
)


def _text(name: str, length: int) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=length), nullable=False)


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=False)


def upgrade() -> None:
    op.add_column(
        "users", sa.Column("lark_id", sa.String(length=255), nullable=False, server_default="")
    )
    for column in _PROVIDER_IDS:
        condition = sa.text(f"{column} <> ''")
        op.create_index(
            f"uq_users_{column}",
            "users",
            [column],
            unique=True,
            sqlite_where=condition,
            postgresql_where=condition,
        )
    op.create_table(
        "email_codes",
        _text("purpose", 16),
        _text("address", 255),
        _text("code_hash", 64),
        sa.Column("failed_attempts", sa.Integer(), nullable=False),
        _number("expires_at_ms"),
        sa.PrimaryKeyConstraint("purpose", "address", name=op.f("pk_email_codes")),
    )
    op.create_index("ix_email_codes_expires_at_ms", "email_codes", ["expires_at_ms"])
    op.create_table(
        "second_factors",
        _number("user_id"),
        sa.Column("secret_encrypted", sa.LargeBinary(), nullable=False),
        sa.Column("is_enabled", sa.Boolean(), nullable=False),
        _number("last_step"),
        sa.Column("failed_attempts", sa.Integer(), nullable=False),
        _number("locked_until_ms"),
        _number("created_at_ms"),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_second_factors")),
    )
    op.create_table(
        "backup_codes",
        _number("user_id"),
        _text("code_hash", 64),
        sa.PrimaryKeyConstraint("user_id", "code_hash", name=op.f("pk_backup_codes")),
    )
    _passkeys()
    op.create_table(
        "spent_tokens",
        _text("token_hash", 64),
        _number("expires_at_ms"),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_spent_tokens")),
    )
    op.create_index("ix_spent_tokens_expires_at_ms", "spent_tokens", ["expires_at_ms"])


def _passkeys() -> None:
    op.create_table(
        "passkeys",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        _number("user_id"),
        _text("credential_id", 512),
        sa.Column("public_key", sa.Text(), nullable=False),
        _number("sign_count"),
        _text("transports", 255),
        sa.Column("is_backed_up", sa.Boolean(), nullable=False),
        _number("created_at_ms"),
        _number("last_used_ms"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkeys")),
        sa.UniqueConstraint("user_id", name=op.f("uq_passkeys_user_id")),
        sa.UniqueConstraint("credential_id", name=op.f("uq_passkeys_credential_id")),
        sqlite_autoincrement=True,
    )


def downgrade() -> None:
    for table in ("spent_tokens", "passkeys", "backup_codes", "second_factors", "email_codes"):
        op.drop_table(table)
    for column in _PROVIDER_IDS:
        op.drop_index(f"uq_users_{column}", "users")
    op.drop_column("users", "lark_id")
