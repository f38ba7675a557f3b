"""Table `analytics_views`: questions that somebody saved, for themselves or for everybody."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from weirgate.store.tables.base import NEVER_AGAIN, Base, Id, LongText


class AnalyticsView(Base):
    """One saved question; `content` is JSON text as the page that saved it reads it."""

    __tablename__ = "analytics_views"
    __table_args__ = (Index("ix_analytics_views_user_id", "user_id"), NEVER_AGAIN)

    id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=True)
    user_id: Mapped[int] = mapped_column(BigInteger)
    name: Mapped[str] = mapped_column(String(100))
    kind: Mapped[str] = mapped_column(String(16))
    content: Mapped[str] = mapped_column(LongText)
    is_shared: Mapped[bool] = mapped_column(Boolean, default=False)
    created_ms: Mapped[int] = mapped_column(BigInteger)
    updated_ms: Mapped[int] = mapped_column(BigInteger)
