"""Tables `channels` and `abilities`: upstreams, and which (group, model) each of them serves.

Credentials live in `key_encrypted` only (AES-GCM, associated data `channel:<id>`; several keys are
lines of one text). `abilities` is derived from channels and may be rebuilt at any time.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Float, Index, Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from weirgate.store.tables.base import NEVER_AGAIN, Base, Id, LongText


class Channel(Base):
    """One upstream with its credentials and limits."""

    __tablename__ = "channels"
    __table_args__ = (
        Index("ix_channels_tag", "tag"),
        Index("ix_channels_name", "name"),
        NEVER_AGAIN,
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=True)
    type: Mapped[int] = mapped_column(Integer, default=0)
    key_encrypted: Mapped[bytes] = mapped_column(LargeBinary, default=b"")
    openai_organization: Mapped[str | None] = mapped_column(String(255), default=None)
    test_model: Mapped[str | None] = mapped_column(String(255), default=None)
    status: Mapped[int] = mapped_column(Integer, default=1)
    name: Mapped[str] = mapped_column(String(255), default="")
    weight: Mapped[int | None] = mapped_column(BigInteger, default=0)
    created_time: Mapped[int] = mapped_column(BigInteger, default=0)
    test_time: Mapped[int] = mapped_column(BigInteger, default=0)
    response_time: Mapped[int] = mapped_column(Integer, default=0)
    base_url: Mapped[str | None] = mapped_column(LongText, default="")
    other: Mapped[str] = mapped_column(LongText, default="")
    balance: Mapped[float] = mapped_column(Float, default=0.0)
    balance_updated_time: Mapped[int] = mapped_column(BigInteger, default=0)
    models: Mapped[str] = mapped_column(LongText, default="")
    group: Mapped[str] = mapped_column("group", LongText, default="default")
    used_quota: Mapped[int] = mapped_column(BigInteger, default=0)
    model_mapping: Mapped[str | None] = mapped_column(LongText, default=None)
    status_code_mapping: Mapped[str | None] = mapped_column(LongText, default="")
    priority: Mapped[int | None] = mapped_column(BigInteger, default=0)
    auto_ban: Mapped[int | None] = mapped_column(Integer, default=1)
    other_info: Mapped[str] = mapped_column(LongText, default="")
    tag: Mapped[str | None] = mapped_column(String(255), default=None)
    setting: Mapped[str | None] = mapped_column(LongText, default=None)
    param_override: Mapped[str | None] = mapped_column(LongText, default=None)
    header_override: Mapped[str | None] = mapped_column(LongText, default=None)
    remark: Mapped[str | None] = mapped_column(String(255), default=None)
    channel_info: Mapped[str] = mapped_column(LongText, default="")
    settings: Mapped[str] = mapped_column(LongText, default="")
    prices: Mapped[str | None] = mapped_column(LongText, default=None)
    """JSON of its costs and of its own factors of groups; none without them."""


class Ability(Base):
    """One channel that serves one model to one group."""

    __tablename__ = "abilities"
    __table_args__ = (Index("ix_abilities_channel_id", "channel_id"),)

    group: Mapped[str] = mapped_column("group", String(64), primary_key=True)
    model: Mapped[str] = mapped_column(String(255), primary_key=True)
    channel_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    enabled: Mapped[bool] = mapped_column(Boolean, default=True)
    priority: Mapped[int | None] = mapped_column(BigInteger, default=0)
    weight: Mapped[int] = mapped_column(BigInteger, default=0)
    tag: Mapped[str | None] = mapped_column(String(255), default=None)
