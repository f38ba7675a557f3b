"""Table `log_outbox`: log rows that do not come through the journal, on their way to analytics.

Written in the transaction that they tell of (top-up, management, system, error, refund, login),
drained with a cursor on `id` into the usage store, then deleted.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from weirgate.store.tables.base import NEVER_AGAIN, Base, Id, LongText


class LogOutbox(Base):
    """One log row; `type`: 1 top-up, 3 manage, 4 system, 5 error, 6 refund, 7 login."""

    __tablename__ = "log_outbox"
    __table_args__ = NEVER_AGAIN

    id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=True)
    type: Mapped[int] = mapped_column(Integer)
    user_id: Mapped[int] = mapped_column(BigInteger, default=0)
    username: Mapped[str] = mapped_column(String(64), default="")
    content: Mapped[str] = mapped_column(LongText, default="")
    quota: Mapped[int] = mapped_column(BigInteger, default=0)
    model_name: Mapped[str] = mapped_column(String(255), default="")
    key_id: Mapped[int] = mapped_column(BigInteger, default=0)
    key_name: Mapped[str] = mapped_column(String(255), default="")
    channel_id: Mapped[int] = mapped_column(BigInteger, default=0)
    group: Mapped[str] = mapped_column("group", String(64), default="")
    ip: Mapped[str] = mapped_column(String(64), default="")
    request_id: Mapped[str] = mapped_column(String(64), default="")
    other: Mapped[str] = mapped_column(LongText, default="")
    created_at_ms: Mapped[int] = mapped_column(BigInteger)
    node: Mapped[int | None] = mapped_column(Integer, default=None)
    """The node that takes it into the usage store; None: whichever comes first."""
