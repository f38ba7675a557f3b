"""Tasks of Midjourney, Suno and the video vendors.

A task row comes from the journal, in the transaction that books its charge; the poller alone
changes it, from a status to the next. Times are in milliseconds, 0 where something has not been.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from weirgate.store.tables.base import NEVER_AGAIN, Base, Id, LongText


class Task(Base):
    """One task; `quota` is what was charged at its submit."""

    __tablename__ = "tasks"
    __table_args__ = (
        Index("ix_tasks_user_id", "user_id", "id"),
        Index("ix_tasks_due", "finish_ms", "next_poll_ms"),
        NEVER_AGAIN,
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=True)
    task_id: Mapped[str] = mapped_column(String(64), unique=True)
    request_id: Mapped[str] = mapped_column(String(64), default="")
    platform: Mapped[str] = mapped_column(String(32))
    action: Mapped[str] = mapped_column(String(64), default="")
    status: Mapped[str] = mapped_column(String(32))
    progress: Mapped[str] = mapped_column(String(16), default="0%")
    fail_reason: Mapped[str] = mapped_column(LongText, default="")
    user_id: Mapped[int] = mapped_column(BigInteger)
    key_id: Mapped[int] = mapped_column(BigInteger, default=0)
    username: Mapped[str] = mapped_column(String(128), default="")
    key_name: Mapped[str] = mapped_column(String(255), default="")
    group: Mapped[str] = mapped_column("group", String(64), default="")
    channel_id: Mapped[int] = mapped_column(BigInteger, default=0)
    key_index: Mapped[int] = mapped_column(Integer, default=0)
    model: Mapped[str] = mapped_column(String(255), default="")
    upstream_model: Mapped[str] = mapped_column(String(255), default="")
    upstream_id: Mapped[str] = mapped_column(String(256), default="")
    quota: Mapped[int] = mapped_column(BigInteger, default=0)
    submit_ms: Mapped[int] = mapped_column(BigInteger)
    start_ms: Mapped[int] = mapped_column(BigInteger, default=0)
    finish_ms: Mapped[int] = mapped_column(BigInteger, default=0)
    updated_ms: Mapped[int] = mapped_column(BigInteger)
    next_poll_ms: Mapped[int] = mapped_column(BigInteger, default=0)
    polls: Mapped[int] = mapped_column(Integer, default=0)
    properties: Mapped[str] = mapped_column(LongText, default="{}")
    data: Mapped[str] = mapped_column(LongText, default="")
    result_url: Mapped[str] = mapped_column(LongText, default="")
