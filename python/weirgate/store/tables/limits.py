"""Table `limits`: what a user, key, group, model, channel or channel's key may do.

A missing number does not limit. The relay is told with the rows of users and keys, and with the
routing for all others. Rows of things that are gone are not sent.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from weirgate.store.tables.base import Base


class LimitRow(Base):
    """The limits of one subject."""

    __tablename__ = "limits"

    scope: Mapped[str] = mapped_column(String(16), primary_key=True)
    """user, key, group, model, channel or channel_key."""

    subject: Mapped[str] = mapped_column(String(255), primary_key=True)
    """A number, a name, or `channel:place` of a channel's key, counted from 0."""

    requests_per_minute: Mapped[int | None] = mapped_column(BigInteger, default=None)
    tokens_per_minute: Mapped[int | None] = mapped_column(BigInteger, default=None)
    requests_per_day: Mapped[int | None] = mapped_column(BigInteger, default=None)
    concurrency: Mapped[int | None] = mapped_column(BigInteger, default=None)
    spend_per_day: Mapped[int | None] = mapped_column(BigInteger, default=None)
    spend_per_week: Mapped[int | None] = mapped_column(BigInteger, default=None)
    spend_per_month: Mapped[int | None] = mapped_column(BigInteger, default=None)
    time_zone: Mapped[str] = mapped_column(String(64), default="")
