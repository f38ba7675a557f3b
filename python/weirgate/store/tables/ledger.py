"""The money's tables: entries (credits, refunds, edits), the entry counter, and the drain's books.

Entries are numbered by a counter row that is locked in the same transaction, and unique by
idempotency key. The drain moves its cursor from-to by compare-and-set in the transaction that
applies the batch. Nothing here is ever updated but the counter and the cursors.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from weirgate.store.tables.base import NEVER_AGAIN, Base, Id, LongText


class LedgerEntry(Base):
    """One movement of a wallet, a key or both, in quota units."""

    __tablename__ = "ledger_entries"
    __table_args__ = (Index("ix_ledger_entries_user_id", "user_id", "number"),)

    number: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    idempotency_key: Mapped[str] = mapped_column(String(191), unique=True)
    kind: Mapped[str] = mapped_column(String(32))
    user_id: Mapped[int] = mapped_column(BigInteger)
    key_id: Mapped[int | None] = mapped_column(BigInteger, default=None)
    wallet_delta: Mapped[int] = mapped_column(BigInteger, default=0)
    key_delta: Mapped[int] = mapped_column(BigInteger, default=0)
    note: Mapped[str] = mapped_column(LongText, default="")
    created_at_ms: Mapped[int] = mapped_column(BigInteger)


class LedgerCounter(Base):
    """The one row (id 1) that numbers the entries; made by the first migration."""

    __tablename__ = "ledger_counter"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    last_number: Mapped[int] = mapped_column(BigInteger, default=0)


class DrainCursor(Base):
    """How far one consumer has applied one stream; `position` is `journal:segment:offset`."""

    __tablename__ = "drain_cursors"

    consumer: Mapped[str] = mapped_column(String(64), primary_key=True)
    position: Mapped[str] = mapped_column(String(96), default="")
    sequence: Mapped[int] = mapped_column(BigInteger, default=0)
    updated_at_ms: Mapped[int] = mapped_column(BigInteger, default=0)


class DrainBatch(Base):
    """One applied batch of sums, for verification by position."""

    __tablename__ = "drain_batches"
    __table_args__ = (Index("ix_drain_batches_consumer", "consumer", "id"), NEVER_AGAIN)

    id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=True)
    consumer: Mapped[str] = mapped_column(String(64))
    from_position: Mapped[str] = mapped_column(String(96))
    to_position: Mapped[str] = mapped_column(String(96))
    records: Mapped[int] = mapped_column(BigInteger)
    quota: Mapped[int] = mapped_column(BigInteger)
    created_at_ms: Mapped[int] = mapped_column(BigInteger)


class Suspense(Base):
    """A charge whose account is not there: kept until somebody resolves it."""

    __tablename__ = "suspense"
    __table_args__ = NEVER_AGAIN

    id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=True)
    account: Mapped[str] = mapped_column(String(16))
    account_id: Mapped[int] = mapped_column(BigInteger)
    quota: Mapped[int] = mapped_column(BigInteger)
    count: Mapped[int] = mapped_column(BigInteger, default=0)
    to_position: Mapped[str] = mapped_column(String(96))
    reason: Mapped[str] = mapped_column(String(255), default="")
    created_at_ms: Mapped[int] = mapped_column(BigInteger)
    resolved_at_ms: Mapped[int | None] = mapped_column(BigInteger, default=None)
