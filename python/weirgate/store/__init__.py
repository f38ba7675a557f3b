"""The SQL store: engine, unit of work, tables, encryption at rest, migrations.

`Store.unit_of_work()` is the only door to the database; repositories take `uow.session`. Nothing
here knows HTTP, the gateway or a business rule.
"""

from weirgate.store.feed import Changes
from weirgate.store.session import Store, UnitOfWork

__all__ = ["Changes", "Store", "UnitOfWork"]
