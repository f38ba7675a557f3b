"""Tables `custom_oauth_providers` and `user_oauth_bindings`: added providers, and who is who there.

The client secret is sealed (`oauth_provider:<id>`). An id at a provider belongs to one account,
also to a deleted one, and an account has one id at a provider; the constraints hold both.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Integer, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from weirgate.store.tables.base import NEVER_AGAIN, Base, Id


class CustomOAuthProvider(Base):
    """One provider that root has added; `auth_style` is where the client secret goes."""

    __tablename__ = "custom_oauth_providers"
    __table_args__ = (NEVER_AGAIN,)

    id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=True)
    name: Mapped[str] = mapped_column(String(64))
    slug: Mapped[str] = mapped_column(String(64), unique=True)
    icon: Mapped[str] = mapped_column(String(512), default="")
    enabled: Mapped[bool] = mapped_column(Boolean, default=False)
    client_id: Mapped[str] = mapped_column(String(512), default="")
    client_secret_encrypted: Mapped[bytes] = mapped_column(LargeBinary, default=b"")
    authorization_endpoint: Mapped[str] = mapped_column(String(2048), default="")
    token_endpoint: Mapped[str] = mapped_column(String(2048), default="")
    user_info_endpoint: Mapped[str] = mapped_column(String(2048), default="")
    scopes: Mapped[str] = mapped_column(String(512), default="")
    user_id_field: Mapped[str] = mapped_column(String(128), default="sub")
    username_field: Mapped[str] = mapped_column(String(128), default="preferred_username")
    display_name_field: Mapped[str] = mapped_column(String(128), default="name")
    email_field: Mapped[str] = mapped_column(String(128), default="email")
    well_known: Mapped[str] = mapped_column(String(2048), default="")
    auth_style: Mapped[int] = mapped_column(Integer, default=0)
    created_at: Mapped[int] = mapped_column(BigInteger, default=0)
    updated_at: Mapped[int] = mapped_column(BigInteger, default=0)


class OAuthBinding(Base):
    """An account's id at one of these providers."""

    __tablename__ = "user_oauth_bindings"
    __table_args__ = (
        UniqueConstraint("user_id", "provider_id", name="uq_user_oauth_bindings_user"),
        UniqueConstraint("provider_id", "provider_user_id", name="uq_user_oauth_bindings_id"),
        NEVER_AGAIN,
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=True)
    user_id: Mapped[int] = mapped_column(BigInteger)
    provider_id: Mapped[int] = mapped_column(BigInteger)
    provider_user_id: Mapped[str] = mapped_column(String(255))
    created_at: Mapped[int] = mapped_column(BigInteger, default=0)
