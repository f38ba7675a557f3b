"""Tables `nodes` and `leases`: who shares this database, and the money that each took to spend.

A node's number is part of every log id and is never given twice. Times are milliseconds of the
database's clock. A lease is part of its account's balance, not beside it: what others may take is
the balance less all leases.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from weirgate.store.tables.base import Base


class Node(Base):
    """One node; it runs while `heartbeat_ms` is young and `stopped_ms` is 0."""

    __tablename__ = "nodes"

    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(String(64), unique=True)
    identity: Mapped[str] = mapped_column(String(32), unique=True)
    """Of the data folder, which alone may speak for the node."""

    place: Mapped[str] = mapped_column(String(160), default="")
    """Machine and folder of the last start: two copies of a folder differ in it."""

    incarnation: Mapped[str] = mapped_column(String(32), default="")
    """Of the process; empty: whoever wrote before has lost the node."""

    is_shared: Mapped[bool] = mapped_column(Boolean, default=False)
    """It spends from leases; a node that does not has everything to itself."""

    address: Mapped[str] = mapped_column(String(255), default="")
    version: Mapped[str] = mapped_column(String(32), default="")
    started_ms: Mapped[int] = mapped_column(BigInteger, default=0)
    heartbeat_ms: Mapped[int] = mapped_column(BigInteger, default=0)
    stopped_ms: Mapped[int] = mapped_column(BigInteger, default=0)
    epoch: Mapped[int] = mapped_column(BigInteger, default=0)
    """Goes up when the node's leases are taken from it."""


class Lease(Base):
    """What one node may spend of a wallet or of a key's budget; quota."""

    __tablename__ = "leases"
    __table_args__ = (Index("ix_leases_account", "scope", "account_id"),)

    node: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    scope: Mapped[str] = mapped_column(String(8), primary_key=True)
    account_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    amount: Mapped[int] = mapped_column(BigInteger)
    is_recalled: Mapped[bool] = mapped_column(Boolean, default=False)
    """Somebody else needs what is free of it."""
