"""The change feed's tables: what each commit changed, by number, for the other nodes.

Numbers come from a counter row that is locked in the same transaction, as its last statement. The
rows name users and keys and hold nothing of them; old ones are deleted, see `store.feed`.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from weirgate.store.tables.base import Base, Id, LongText


class ChangeCounter(Base):
    """The one row (id 1) that numbers the changes; made by its migration."""

    __tablename__ = "change_counter"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    last_number: Mapped[int] = mapped_column(BigInteger, default=0)


class ChangeRow(Base):
    """What one commit changed; `what` is a JSON object of ids and flags."""

    __tablename__ = "changes"

    number: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    origin: Mapped[str] = mapped_column(String(32))
    what: Mapped[str] = mapped_column(LongText)
