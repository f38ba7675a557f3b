"""Table `jobs`: who runs which job until when, how far it is, and how it ended last.

One row a job; the lease is taken and kept by compare-and-set on `holder` and `until_ms`. Times are
in milliseconds, 0 where something has not been.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from weirgate.store.tables.base import Base, LongText


class JobState(Base):
    """One job; it runs while `until_ms` lies ahead."""

    __tablename__ = "jobs"

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    holder: Mapped[str] = mapped_column(String(64), default="")
    until_ms: Mapped[int] = mapped_column(BigInteger, default=0)
    requested_ms: Mapped[int] = mapped_column(BigInteger, default=0)
    started_ms: Mapped[int] = mapped_column(BigInteger, default=0)
    finished_ms: Mapped[int] = mapped_column(BigInteger, default=0)
    done: Mapped[int] = mapped_column(BigInteger, default=0)
    total: Mapped[int] = mapped_column(BigInteger, default=0)
    outcome: Mapped[str] = mapped_column(String(16), default="")
    message: Mapped[str] = mapped_column(LongText, default="")
