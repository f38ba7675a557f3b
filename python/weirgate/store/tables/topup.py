"""Table `top_ups`: what users set out to pay, and whether it was paid.

An order is written before its user can pay. `due_minor` and `currency` are what the provider must
state (hundredths of the currency); `quota` is what the payment gives, fixed when it was ordered.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from weirgate.store.tables.base import NEVER_AGAIN, Base, Id


class TopUp(Base):
    """One order; `status`: pending, success, failed or expired."""

    __tablename__ = "top_ups"
    __table_args__ = (Index("ix_top_ups_user_id", "user_id", "id"), NEVER_AGAIN)

    id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=True)
    user_id: Mapped[int] = mapped_column(BigInteger)
    trade_no: Mapped[str] = mapped_column(String(191), unique=True)
    provider: Mapped[str] = mapped_column(String(16))
    provider_ref: Mapped[str] = mapped_column(String(255), default="")
    payment_method: Mapped[str] = mapped_column(String(50), default="")
    amount: Mapped[int] = mapped_column(BigInteger)
    money: Mapped[str] = mapped_column(String(40))
    quota: Mapped[int] = mapped_column(BigInteger)
    due_minor: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(8), default="")
    status: Mapped[str] = mapped_column(String(16), default="pending")
    create_time: Mapped[int] = mapped_column(BigInteger, default=0)
    complete_time: Mapped[int] = mapped_column(BigInteger, default=0)
