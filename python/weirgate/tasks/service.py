"""Tasks for those who ask: fetches of the relay's paths, lists, and the relay's own questions.

A task of the last moments may still be on its way from the journal to SQL: what is not found there
is looked up in the relay's own memory.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Protocol

import orjson

from weirgate.channels import types
from weirgate.channels.rules import split_keys
from weirgate.channels.way import way_of
from weirgate.dataplane.task_rows import task_columns
from weirgate.errors import NotFoundError, UnavailableError
from weirgate.store.tables import Task
from weirgate.tasks import rules, vendors
from weirgate.tasks.repository import TaskRepository, TaskSelection
from weirgate.tasks.upstream import Provider, UpstreamError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from weirgate.store import UnitOfWork
    from weirgate.store.crypto import Sealer
    from weirgate.store.tables import Channel
    from weirgate.system.option_keys import OptionValues
    from weirgate.system.service import OptionService
    from weirgate.tasks.schemas import DrawingQuery, TaskQuery
    from weirgate.tasks.upstream import Exchange
    from weirgate.web.paging import Page

IMAGE_LIFETIME_S = 86_400
_DIGITS = 18


class RecentTasks(Protocol):
    """The part of the gateway that knows tasks before SQL does, and its keyed hash."""

    def recent_tasks(self, user_id: int) -> bytes:
        """Returns a user's tasks that are not in SQL yet; 0: everybody's."""

    def key_hash(self, text: str) -> str:
        """Returns the keyed hash of a text."""


def provider_of(
    channel: Channel, key_index: int, sealer: Sealer, options: OptionValues
) -> Provider:
    """Returns a channel as its tasks are asked for."""
    text = sealer.open(channel.key_encrypted, f"channel:{channel.id}").strip()
    keys = [text]
    if "is_multi_key" in (channel.channel_info or ""):
        keys = split_keys(text, channel.type) or keys
    key = keys[key_index] if key_index < len(keys) else keys[0]
    for_all = options.flag("weirgate.allow_private_upstreams")
    return Provider(
        channel_type=channel.type,
        base_url=channel.base_url or types.default_base_url(channel.type),
        key=key,
        way=way_of(channel, key, allows_private=for_all),
    )


class TaskService:
    """Reads tasks; nothing here changes one."""

    def __init__(
        self, gateway: RecentTasks, options: OptionService, sealer: Sealer, exchange: Exchange
    ) -> None:
        """Takes the gateway, the options, the channels' keys and the way to providers."""
        self._gateway = gateway
        self._options = options
        self._sealer = sealer
        self._exchange = exchange

    async def get(self, uow: UnitOfWork, task_id: str, user_id: int) -> Task:
        """Returns a user's task (anybody's with user 0).

        Raises:
            NotFoundError: there is none.
        """
        task = await TaskRepository(uow.session).find(task_id, user_id)
        if task is None:
            recent = self._recent(user_id)
            task = next((one for one in recent if one.task_id == task_id), None)
        if task is None:
            raise NotFoundError
        return task

    async def get_many(self, uow: UnitOfWork, task_ids: Sequence[str], user_id: int) -> list[Task]:
        """Returns a user's tasks among these ids, in the order asked for."""
        found = await TaskRepository(uow.session).find_many(task_ids, user_id)
        by_id = {task.task_id: task for task in found}
        if any(task_id not in by_id for task_id in task_ids):
            for task in self._recent(user_id):
                by_id.setdefault(task.task_id, task)
        return [by_id[task_id] for task_id in dict.fromkeys(task_ids) if task_id in by_id]

    async def drawing(self, uow: UnitOfWork, task: Task) -> dict[str, Any]:
        """Returns a Midjourney task as its clients read it, its picture behind our address."""
        return rules.midjourney(task, await self.image_url(uow, task))

    async def image_url(self, uow: UnitOfWork, task: Task) -> str:
        """Returns where a picture is shown: signed and expiring here, or the provider's own."""
        values = await self._options.values(uow)
        if not task.result_url or not values.flag("MjForwardUrlEnabled"):
            return task.result_url
        expires = int(time.time()) + IMAGE_LIFETIME_S
        sign = self._gateway.key_hash(f"image:{task.task_id}:{expires}")
        base = values.text("ServerAddress").rstrip("/")
        return f"{base}/mj/image/{task.task_id}?expires={expires}&sign={sign}"

    async def image_seed(self, uow: UnitOfWork, task: Task) -> Any:
        """Asks the provider for a picture's seed.

        Raises:
            UnavailableError: it did not answer.
        """
        channel = await TaskRepository(uow.session).channel(task.channel_id)
        if channel is None:
            raise NotFoundError
        values = await self._options.values(uow)
        provider = provider_of(channel, task.key_index, self._sealer, values)
        try:
            return await vendors.image_seed(self._exchange, provider, task.upstream_id)
        except UpstreamError as error:
            raise UnavailableError(str(error)) from error

    async def origin(self, uow: UnitOfWork, task_id: str, user_id: int) -> dict[str, Any]:
        """Returns what the relay needs of a task: where it is, and where its file lies."""
        task = await self.get(uow, task_id, user_id)
        return {
            "channel_id": task.channel_id,
            "key_index": task.key_index,
            "upstream_id": task.upstream_id,
            "status": task.status,
            "model": task.model,
            "prompt": rules.properties(task).get("input", ""),
            "file_url": task.result_url,
        }

    async def page(
        self, uow: UnitOfWork, query: TaskQuery, page: Page, *, user_id: int
    ) -> tuple[list[dict[str, Any]], int]:
        """Returns a page of songs and videos; a user sees his own."""
        asked = _integer(query.user_id)
        selection = TaskSelection(
            user_id=user_id or asked,
            platform=query.platform,
            without_platform=rules.MIDJOURNEY,
            task_id=query.task_id,
            status=query.status,
            action=query.action,
            channel_id=0 if user_id else _integer(query.channel_id),
            from_ms=query.start_timestamp * 1000,
            to_ms=query.end_timestamp * 1000,
        )
        tasks, total = await TaskRepository(uow.session).page(selection, page)
        rows = [rules.row(task) for task in tasks]
        return ([rules.for_user(row) for row in rows] if user_id else rows), total

    async def drawings(
        self, uow: UnitOfWork, query: DrawingQuery, page: Page, *, user_id: int
    ) -> tuple[list[dict[str, Any]], int]:
        """Returns a page of Midjourney tasks; a user sees his own."""
        selection = TaskSelection(
            user_id=user_id,
            platform=rules.MIDJOURNEY,
            task_id=query.mj_id,
            channel_id=0 if user_id else _integer(query.channel_id),
            from_ms=query.start_timestamp,
            to_ms=query.end_timestamp,
        )
        tasks, total = await TaskRepository(uow.session).page(selection, page)
        rows = [self._drawing_row(task, await self.image_url(uow, task)) for task in tasks]
        return ([rules.for_user(row) for row in rows] if user_id else rows), total

    def _drawing_row(self, task: Task, image_url: str) -> dict[str, Any]:
        shown = rules.midjourney(task, image_url)
        return {
            "id": task.id,
            "code": 1,
            "user_id": task.user_id,
            "action": task.action,
            "mj_id": task.task_id,
            "prompt": shown["prompt"],
            "prompt_en": shown["promptEn"],
            "description": shown["description"],
            "state": shown["state"],
            "submit_time": task.submit_ms,
            "start_time": task.start_ms,
            "finish_time": task.finish_ms,
            "image_url": image_url,
            "video_url": shown["videoUrl"],
            "video_urls": shown["videoUrls"],
            "status": task.status,
            "progress": task.progress,
            "fail_reason": task.fail_reason,
            "channel_id": task.channel_id,
            "quota": task.quota,
            "buttons": shown["buttons"],
            "properties": shown["properties"],
        }

    def _recent(self, user_id: int) -> list[Task]:
        documents = orjson.loads(self._gateway.recent_tasks(user_id))
        now_ms = time.time_ns() // 1_000_000
        return [_unsaved(task_columns(document, now_ms)) for document in documents]


def _unsaved(columns: dict[str, Any]) -> Task:
    """Returns a row as SQL will have it."""
    defaults = {"id": 0, "fail_reason": "", "start_ms": 0, "polls": 0, "data": "", "result_url": ""}
    return Task(**{**defaults, **columns})


def _integer(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _DIGITS else 0
