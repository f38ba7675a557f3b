"""Table `sessions`: server-side login sessions.

The cookie holds a random id, the row its SHA-256: a stolen database opens no session. `content`
is a JSON object for what outlives one request (step-up times, a pending second factor).
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from weirgate.store.tables.base import Base, LongText


class Session(Base):
    """One browser's session; `user_id` 0 is nobody yet (a login that waits for its second step)."""

    __tablename__ = "sessions"
    __table_args__ = (
        Index("ix_sessions_user_id", "user_id"),
        Index("ix_sessions_expires_at_ms", "expires_at_ms"),
    )

    id_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[int] = mapped_column(BigInteger, default=0)
    created_at_ms: Mapped[int] = mapped_column(BigInteger)
    expires_at_ms: Mapped[int] = mapped_column(BigInteger)
    content: Mapped[str] = mapped_column(LongText, default="{}")
