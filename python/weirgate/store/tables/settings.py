"""Tables `options` (the settings, as texts) and `setups` (the mark of a finished setup)."""

from __future__ import annotations

from sqlalchemy import BigInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from weirgate.store.tables.base import Base, Id, LongText


class Option(Base):
    """One setting; values are texts, booleans and JSON included."""

    __tablename__ = "options"

    key: Mapped[str] = mapped_column(String(255), primary_key=True)
    value: Mapped[str] = mapped_column(LongText, default="")


class Setup(Base):
    """One row once the first administrator exists."""

    __tablename__ = "setups"

    id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=True)
    version: Mapped[str] = mapped_column(String(50))
    initialized_at: Mapped[int] = mapped_column(BigInteger)
