"""Tables `usage_grants` and `usage_tokens`: who may read usage beyond their own, and tokens for it.

`scope` is all, groups or users, `names` a JSON list of group names or user ids
(`web.usage_scope`). A token is kept as its SHA-256 and reads usage only, never more than its
owner may read at that moment.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from weirgate.store.tables.base import NEVER_AGAIN, Base, Id, LongText


class UsageGrant(Base):
    """What one account was granted; no row: its own usage alone."""

    __tablename__ = "usage_grants"

    user_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    scope: Mapped[str] = mapped_column(String(16))
    names: Mapped[str] = mapped_column(LongText, default="[]")
    granted_by: Mapped[int] = mapped_column(BigInteger, default=0)
    created_at_ms: Mapped[int] = mapped_column(BigInteger, default=0)


class UsageToken(Base):
    """An access token that can do nothing but read usage; `expires_at_ms` 0 is never."""

    __tablename__ = "usage_tokens"
    __table_args__ = (Index("ix_usage_tokens_user_id", "user_id"), NEVER_AGAIN)

    id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=True)
    user_id: Mapped[int] = mapped_column(BigInteger)
    name: Mapped[str] = mapped_column(String(64), default="")
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    scope: Mapped[str] = mapped_column(String(16))
    names: Mapped[str] = mapped_column(LongText, default="[]")
    created_at_ms: Mapped[int] = mapped_column(BigInteger, default=0)
    expires_at_ms: Mapped[int] = mapped_column(BigInteger, default=0)
