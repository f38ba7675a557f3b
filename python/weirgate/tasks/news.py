"""What Midjourney proxies tell of their tasks by themselves, between two polls.

The address carries the channel and its signature, so that a proxy speaks of its own tasks alone;
what it says moves a task exactly as a poll's answer does, and a refund happens once.
"""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING, Any

import orjson

from weirgate.errors import InvalidInputError, NotFoundError, RoleTooLowError
from weirgate.tasks import vendors
from weirgate.tasks.repository import TaskRepository

if TYPE_CHECKING:
    from weirgate.store import UnitOfWork
    from weirgate.system.service import OptionService
    from weirgate.tasks.poller import TaskPoller
    from weirgate.tasks.schemas import NewsQuery
    from weirgate.tasks.service import RecentTasks

MAX_BODY = 256 * 1024


class TaskNews:
    """Takes a proxy's news in."""

    def __init__(self, gateway: RecentTasks, options: OptionService, poller: TaskPoller) -> None:
        self._gateway = gateway
        self._options = options
        self._poller = poller

    async def take(self, uow: UnitOfWork, query: NewsQuery, body: bytes) -> bool:
        """Moves the task that a proxy speaks of; returns whether anything was new.

        Raises:
            RoleTooLowError: the address is not signed for this channel, or news are switched off.
            InvalidInputError: the body is no task.
            NotFoundError: the channel has no such task under way.
        """
        wanted = self._gateway.key_hash(f"mj-notify:{query.channel}")
        is_signed = hmac.compare_digest(wanted.encode(), query.sign.encode())
        if not is_signed or not (await self._options.values(uow)).flag("MjNotifyEnabled"):
            raise RoleTooLowError
        document = _document(body)
        task = await TaskRepository(uow.session).under_way(query.channel, str(document["id"]))
        if task is None:
            raise NotFoundError
        await uow.close()
        return await self._poller.apply(task, vendors.midjourney_progress(document))


def _document(body: bytes) -> dict[str, Any]:
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise InvalidInputError from error
    if not isinstance(value, dict) or not isinstance(value.get("id"), str | int):
        raise InvalidInputError
    return value
