"""Table `tokens`: API keys (the family's wire calls them tokens).

The key itself is never in a column: `key_hash` finds it, `key_encrypted` (AES-GCM, associated
data `token:<id>`) lets the family's API show it, `key_preview` is the masked form. `remain_quota`
moves like `users.quota`, by deltas only.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Index, Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from weirgate.store.tables.base import NEVER_AGAIN, Base, Id, LongText


class Key(Base):
    """One API key of a user."""

    __tablename__ = "tokens"
    __table_args__ = (Index("ix_tokens_user_id", "user_id", "id"), NEVER_AGAIN)

    id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=True)
    user_id: Mapped[int] = mapped_column(BigInteger)
    key_hash: Mapped[str] = mapped_column(String(64), unique=True)
    key_encrypted: Mapped[bytes] = mapped_column(LargeBinary, default=b"")
    key_preview: Mapped[str] = mapped_column(String(32), default="")
    status: Mapped[int] = mapped_column(Integer, default=1)
    name: Mapped[str] = mapped_column(String(255), default="")
    created_time: Mapped[int] = mapped_column(BigInteger, default=0)
    accessed_time: Mapped[int] = mapped_column(BigInteger, default=0)
    expired_time: Mapped[int] = mapped_column(BigInteger, default=-1)
    remain_quota: Mapped[int] = mapped_column(BigInteger, default=0)
    unlimited_quota: Mapped[bool] = mapped_column(Boolean, default=False)
    used_quota: Mapped[int] = mapped_column(BigInteger, default=0)
    model_limits_enabled: Mapped[bool] = mapped_column(Boolean, default=False)
    model_limits: Mapped[str] = mapped_column(LongText, default="")
    allow_ips: Mapped[str | None] = mapped_column(LongText, default="")
    group: Mapped[str] = mapped_column("group", String(64), default="")
    cross_group_retry: Mapped[bool] = mapped_column(Boolean, default=False)
    deleted_at: Mapped[int | None] = mapped_column(BigInteger, default=None)
