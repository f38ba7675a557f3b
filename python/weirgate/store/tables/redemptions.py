"""Table `redemptions`: codes that are worth quota, each claimed once.

A code is money until it is claimed, so it stands in no column: `key_hash` finds it, `key_encrypted`
(AES-GCM, associated data `redemption:<id>`) lets administrators read it again.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Index, Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from weirgate.store.tables.base import NEVER_AGAIN, Base, Id


class Redemption(Base):
    """One code; `status`: 1 enabled, 2 disabled, 3 used; `user_id` is who made it."""

    __tablename__ = "redemptions"
    __table_args__ = (Index("ix_redemptions_name", "name"), NEVER_AGAIN)

    id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=True)
    user_id: Mapped[int] = mapped_column(BigInteger)
    key_hash: Mapped[str] = mapped_column(String(64), unique=True)
    key_encrypted: Mapped[bytes] = mapped_column(LargeBinary, default=b"")
    status: Mapped[int] = mapped_column(Integer, default=1)
    name: Mapped[str] = mapped_column(String(64), default="")
    quota: Mapped[int] = mapped_column(BigInteger)
    created_time: Mapped[int] = mapped_column(BigInteger, default=0)
    redeemed_time: Mapped[int] = mapped_column(BigInteger, default=0)
    used_user_id: Mapped[int] = mapped_column(BigInteger, default=0)
    expired_time: Mapped[int] = mapped_column(BigInteger, default=0)
    deleted_at: Mapped[int | None] = mapped_column(BigInteger, default=None)
