"""Tables of what operators say about models: descriptions, vendors, groups of names to pick from.

Routing and prices never read them: they only change what lists show.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from weirgate.store.tables.base import NEVER_AGAIN, Base, Id, LongText


class ModelMetadata(Base):
    """What is said of one model, or of all whose names fit; `status` 0 hides it from prices.

    `name_rule`: 0 exact, 1 prefix, 2 contains, 3 suffix.
    """

    __tablename__ = "model_metadata"
    __table_args__ = (NEVER_AGAIN,)

    id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=True)
    model_name: Mapped[str] = mapped_column(String(128), unique=True)
    description: Mapped[str] = mapped_column(LongText, default="")
    icon: Mapped[str] = mapped_column(String(128), default="")
    tags: Mapped[str] = mapped_column(String(255), default="")
    vendor_id: Mapped[int] = mapped_column(BigInteger, default=0, index=True)
    endpoints: Mapped[str] = mapped_column(LongText, default="")
    status: Mapped[int] = mapped_column(Integer, default=1)
    sync_official: Mapped[int] = mapped_column(Integer, default=1)
    name_rule: Mapped[int] = mapped_column(Integer, default=0)
    created_time: Mapped[int] = mapped_column(BigInteger, default=0)
    updated_time: Mapped[int] = mapped_column(BigInteger, default=0)


class ModelVendor(Base):
    """Who makes models."""

    __tablename__ = "model_vendors"
    __table_args__ = (NEVER_AGAIN,)

    id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=True)
    name: Mapped[str] = mapped_column(String(128), unique=True)
    description: Mapped[str] = mapped_column(LongText, default="")
    icon: Mapped[str] = mapped_column(String(128), default="")
    status: Mapped[int] = mapped_column(Integer, default=1)
    created_time: Mapped[int] = mapped_column(BigInteger, default=0)
    updated_time: Mapped[int] = mapped_column(BigInteger, default=0)


class PrefillGroup(Base):
    """Names to fill a form with: `type` is model, tag or endpoint, `items` JSON text."""

    __tablename__ = "prefill_groups"
    __table_args__ = (NEVER_AGAIN,)

    id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=True)
    name: Mapped[str] = mapped_column(String(64), unique=True)
    type: Mapped[str] = mapped_column(String(32), index=True)
    items: Mapped[str] = mapped_column(LongText)
    description: Mapped[str] = mapped_column(String(255), default="")
    created_time: Mapped[int] = mapped_column(BigInteger, default=0)
    updated_time: Mapped[int] = mapped_column(BigInteger, default=0)
