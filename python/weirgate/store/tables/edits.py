"""Table `edits`: what channels, prices, groups and other options were before and after an edit.

`before` and `after` are JSON texts, null where the thing was not there; a channel's key stands in
them in its sealed form only, a secret option's value not at all.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from weirgate.store.tables.base import NEVER_AGAIN, Base, Id, LongText


class Edit(Base):
    """One edit by an administrator."""

    __tablename__ = "edits"
    __table_args__ = (
        Index("ix_edits_kind_target", "kind", "target"),
        Index("ix_edits_at_ms", "at_ms"),
        NEVER_AGAIN,
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=True)
    at_ms: Mapped[int] = mapped_column(BigInteger)
    user_id: Mapped[int] = mapped_column(BigInteger)
    username: Mapped[str] = mapped_column(String(64), default="")
    kind: Mapped[str] = mapped_column(String(16))
    target: Mapped[str] = mapped_column(String(255))
    before: Mapped[str | None] = mapped_column(LongText, default=None)
    after: Mapped[str | None] = mapped_column(LongText, default=None)
