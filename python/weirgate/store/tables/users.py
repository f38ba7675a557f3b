"""Tables `users` and `quota_reminders`: accounts, their balance in quota units and their settings.

`quota` changes only through ledger entries and the drain, both as `SET quota = quota + :delta`;
no code assigns it. Passwords are hashes, the access token is a hash: neither can be shown again.
E-mail addresses are kept in small letters.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Index, Integer, String, text
from sqlalchemy.orm import Mapped, mapped_column

from weirgate.store.tables.base import NEVER_AGAIN, Base, Id, LongText

PROVIDER_IDS = (
    "github_id",
    "discord_id",
    "oidc_id",
    "wechat_id",
    "telegram_id",
    "linux_do_id",
    "lark_id",
)
"""Columns that name an account at an identity provider: empty, or nobody else's."""


def _unique_unless_empty(column: str) -> Index:
    condition = text(f"{column} <> ''")
    return Index(
        f"uq_users_{column}",
        column,
        unique=True,
        sqlite_where=condition,
        postgresql_where=condition,
    )


class User(Base):
    """One account."""

    __tablename__ = "users"
    __table_args__ = (
        Index("ix_users_group", "group"),
        Index("ix_users_email", "email"),
        *(_unique_unless_empty(column) for column in PROVIDER_IDS),
        NEVER_AGAIN,
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=True)
    username: Mapped[str] = mapped_column(String(64), unique=True)
    password_hash: Mapped[str] = mapped_column("password", String(255), default="")
    display_name: Mapped[str] = mapped_column(String(64), default="")
    role: Mapped[int] = mapped_column(Integer, default=1)
    status: Mapped[int] = mapped_column(Integer, default=1)
    email: Mapped[str] = mapped_column(String(255), default="")
    github_id: Mapped[str] = mapped_column(String(255), default="")
    discord_id: Mapped[str] = mapped_column(String(255), default="")
    oidc_id: Mapped[str] = mapped_column(String(255), default="")
    wechat_id: Mapped[str] = mapped_column(String(255), default="")
    telegram_id: Mapped[str] = mapped_column(String(255), default="")
    linux_do_id: Mapped[str] = mapped_column(String(255), default="")
    lark_id: Mapped[str] = mapped_column(String(255), default="")
    access_token_hash: Mapped[str | None] = mapped_column(String(64), unique=True, default=None)
    quota: Mapped[int] = mapped_column(BigInteger, default=0)
    used_quota: Mapped[int] = mapped_column(BigInteger, default=0)
    request_count: Mapped[int] = mapped_column(BigInteger, default=0)
    group: Mapped[str] = mapped_column("group", String(64), default="default")
    aff_code: Mapped[str | None] = mapped_column(String(32), unique=True, default=None)
    aff_count: Mapped[int] = mapped_column(Integer, default=0)
    aff_quota: Mapped[int] = mapped_column(BigInteger, default=0)
    aff_history: Mapped[int] = mapped_column(BigInteger, default=0)
    inviter_id: Mapped[int] = mapped_column(BigInteger, default=0)
    setting: Mapped[str] = mapped_column(LongText, default="")
    remark: Mapped[str] = mapped_column(String(255), default="")
    stripe_customer: Mapped[str] = mapped_column(String(64), default="")
    created_at: Mapped[int] = mapped_column(BigInteger, default=0)
    last_login_at: Mapped[int] = mapped_column(BigInteger, default=0)
    deleted_at: Mapped[int | None] = mapped_column(BigInteger, default=None)


class QuotaReminder(Base):
    """A user who was told that the balance runs low, until it has risen again."""

    __tablename__ = "quota_reminders"

    user_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    told_at_ms: Mapped[int] = mapped_column(BigInteger)
