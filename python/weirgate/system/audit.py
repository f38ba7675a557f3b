"""Log rows that do not come through the relay: manage, system, top-up and sign-in.

Services call `log` inside their transaction; the rows leave SQL through the outbox and end in the
usage store. Never put a key, a password or a prompt into the text.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from weirgate.store.tables import LogOutbox

if TYPE_CHECKING:
    from weirgate.store import UnitOfWork

TOP_UP = 1
MANAGE = 3
SYSTEM = 4
ERROR = 5
REFUND = 6
LOGIN = 7

MAX_CONTENT = 4000


def log(  # noqa: PLR0913 (one row's columns)
    uow: UnitOfWork,
    log_type: int,
    user_id: int,
    username: str,
    content: str,
    *,
    quota: int = 0,
    ip: str = "",
) -> None:
    """Adds one log row to the transaction; `quota` is the amount that the row tells of.

    An administrator's act has the address that the request came from, unless `ip` says another.
    """
    uow.session.add(
        LogOutbox(
            type=log_type,
            user_id=user_id,
            username=username,
            content=content[:MAX_CONTENT],
            quota=quota,
            ip=ip or (uow.client_ip if log_type == MANAGE else ""),
            created_at_ms=time.time_ns() // 1_000_000,
        )
    )
