"""The declarative base and the column types that every table shares.

Times are Unix seconds where the family's table has them so, milliseconds in columns named `_ms`.
Constraint names are fixed here so that migrations can name them on every database.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Integer, MetaData, Text
from sqlalchemy.orm import DeclarativeBase

# SQLite numbers rows only in a column declared INTEGER; PostgreSQL needs 64 bits said.
Id = BigInteger().with_variant(Integer, "sqlite")
LongText = Text()
# For numbered tables: SQLite would otherwise give the number of a deleted last row again.
NEVER_AGAIN = {"sqlite_autoincrement": True}


class Base(DeclarativeBase):
    """The root of all tables."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
