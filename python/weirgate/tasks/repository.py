"""Every query of tasks and of the turns that jobs take.

A task moves from the status that was read to the next by compare-and-set: who comes second changes
nothing. A user sees his own tasks only; 0 stands for everybody (administrators, the poller).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select, update

from weirgate.store.tables import Channel, Task
from weirgate.tasks.rules import MIDJOURNEY

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Select
    from sqlalchemy.ext.asyncio import AsyncSession

    from weirgate.web.paging import Page


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskSelection:
    """Which tasks a list shows; empty fields choose all. Times in milliseconds."""

    user_id: int = 0
    platform: str = ""
    without_platform: str = ""
    task_id: str = ""
    status: str = ""
    action: str = ""
    channel_id: int = 0
    from_ms: int = 0
    to_ms: int = 0


class TaskRepository:
    """Tasks over one session."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def find(self, task_id: str, user_id: int) -> Task | None:
        """Returns a task by our id; of a user, or of anybody with 0."""
        query = select(Task).where(Task.task_id == task_id)
        if user_id:
            query = query.where(Task.user_id == user_id)
        return (await self._session.execute(query)).scalar_one_or_none()

    async def find_many(self, task_ids: Sequence[str], user_id: int) -> Sequence[Task]:
        """Returns a user's tasks among these ids."""
        query = select(Task).where(Task.task_id.in_(task_ids), Task.user_id == user_id)
        return (await self._session.scalars(query)).all()

    async def under_way(self, channel_id: int, upstream_id: str) -> Task | None:
        """Returns a channel's unfinished Midjourney task by the provider's id."""
        query = select(Task).where(
            Task.finish_ms == 0,
            Task.channel_id == channel_id,
            Task.platform == MIDJOURNEY,
            Task.upstream_id == upstream_id,
        )
        return (await self._session.scalars(query.limit(1))).first()

    async def page(self, selection: TaskSelection, page: Page) -> tuple[Sequence[Task], int]:
        """Returns a page, newest first, and how many there are in all."""
        count = _selected(select(func.count()).select_from(Task), selection)
        query = _selected(select(Task), selection).order_by(Task.id.desc())
        rows = await self._session.scalars(query.offset(page.offset).limit(page.limit))
        return rows.all(), int(await self._session.scalar(count) or 0)

    async def due(self, now_ms: int, limit: int) -> Sequence[Task]:
        """Returns unfinished tasks that are to be asked for now, the longest waiting first."""
        query = (
            select(Task)
            .where(Task.finish_ms == 0, Task.next_poll_ms <= now_ms)
            .order_by(Task.next_poll_ms)
            .limit(limit)
        )
        return (await self._session.scalars(query)).all()

    async def put_off(self, task_id: int, polls: int, next_poll_ms: int) -> None:
        """Writes when a task is asked for again."""
        await self._session.execute(
            update(Task)
            .where(Task.id == task_id)
            .values(polls=polls, next_poll_ms=next_poll_ms)
            .execution_options(synchronize_session=False)
        )

    async def move(self, task_id: int, status: str, values: dict[str, Any]) -> bool:
        """Changes an unfinished task that still has this status; False when it has not."""
        moved = await self._session.execute(
            update(Task)
            .where(Task.id == task_id, Task.status == status, Task.finish_ms == 0)
            .values(**values)
            .returning(Task.id)
            .execution_options(synchronize_session=False)
        )
        return moved.scalar_one_or_none() is not None

    async def channel(self, channel_id: int) -> Channel | None:
        """Returns the channel that a task was given to."""
        return await self._session.get(Channel, channel_id)


def _selected(query: Select[Any], selection: TaskSelection) -> Select[Any]:
    equal = (
        (Task.user_id, selection.user_id),
        (Task.platform, selection.platform),
        (Task.task_id, selection.task_id),
        (Task.status, selection.status),
        (Task.action, selection.action),
        (Task.channel_id, selection.channel_id),
    )
    for column, value in equal:
        if value:
            query = query.where(column == value)
    if selection.without_platform:
        query = query.where(Task.platform != selection.without_platform)
    if selection.from_ms:
        query = query.where(Task.submit_ms >= selection.from_ms)
    if selection.to_ms:
        query = query.where(Task.submit_ms <= selection.to_ms)
    return query
