"""Sign-in providers that root adds, and accounts bound to them

Revision 0017, after revision 0016.
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def _id() -> sa.Column[int]:
    kind = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    return sa.Column("id", kind, autoincrement=True, nullable=False)


def _text(name: str, length: int) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=length), nullable=False)


def upgrade() -> None:
    op.create_table(
        "custom_oauth_providers",
        _id(),
        _text("name", 64),
        _text("slug", 64),
        _text("icon", 512),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        _text("client_id", 512),
        sa.Column("client_secret_encrypted", sa.LargeBinary(), nullable=False),
        _text("authorization_endpoint", 2048),
        _text("token_endpoint", 2048),
        _text("user_info_endpoint", 2048),
        _text("scopes", 512),
        _text("user_id_field", 128),
        _text("username_field", 128),
        _text("display_name_field", 128),
        _text("email_field", 128),
        _text("well_known", 2048),
        sa.Column("auth_style", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_custom_oauth_providers")),
        sa.UniqueConstraint("slug", name=op.f("uq_custom_oauth_providers_slug")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "user_oauth_bindings",
        _id(),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("provider_id", sa.BigInteger(), nullable=False),
        _text("provider_user_id", 255),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_oauth_bindings")),
        sa.UniqueConstraint("user_id", "provider_id", name="uq_user_oauth_bindings_user"),
        sa.UniqueConstraint("provider_id", "provider_user_id", name="uq_user_oauth_bindings_id"),
        sqlite_autoincrement=True,
    )


def downgrade() -> None:
    op.drop_table("user_oauth_bindings")
    op.drop_table("custom_oauth_providers")
