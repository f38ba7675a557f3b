"""Saved views: their owner changes them, administrators may share them with everybody."""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson

from weirgate.errors import InvalidInputError, NotFoundError, RefusedError, Text
from weirgate.explore.repository import MOST_VIEWS, ExploreRepository
from weirgate.explore.schemas import ViewOut
from weirgate.explore.service import utc
from weirgate.store.tables import AnalyticsView

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from weirgate.explore.schemas import ViewIn, ViewPatch
    from weirgate.store import UnitOfWork
    from weirgate.web.auth import Caller

MAX_CONTENT = 16 * 1024
TOO_LARGE = Text("视图内容过大", "a view holds at most 16 KiB")
TOO_MANY = Text("保存的视图过多", "you have the most views that one may have: delete some")
NOT_SHARED = Text("仅管理员可以共享视图", "only administrators share views")


class ViewService:
    """Saved views within the caller's rights."""

    def __init__(self, now_ms: Callable[[], int]) -> None:
        self._now_ms = now_ms

    async def listed(self, uow: UnitOfWork, caller: Caller, kind: str) -> list[ViewOut]:
        """Returns the caller's views and the shared ones."""
        found = await ExploreRepository(uow.session, caller.user_id).views(kind)
        return [_out(view, caller) for view in found]

    async def get(self, uow: UnitOfWork, caller: Caller, view_id: int) -> ViewOut:
        """Returns one view.

        Raises:
            NotFoundError: there is none that the caller may see.
        """
        view = await ExploreRepository(uow.session, caller.user_id).visible(view_id)
        if view is None:
            raise NotFoundError
        return _out(view, caller)

    async def create(self, uow: UnitOfWork, caller: Caller, given: ViewIn) -> ViewOut:
        """Saves a view.

        Raises:
            RefusedError: the caller has too many, or may not share.
            InvalidInputError: it is too large.
        """
        repository = ExploreRepository(uow.session, caller.user_id)
        _check_sharing(caller, wanted=given.is_shared)
        if await repository.own_count() >= MOST_VIEWS:
            raise RefusedError(TOO_MANY)
        now = self._now_ms()
        view = AnalyticsView(
            user_id=caller.user_id,
            name=given.name,
            kind=given.kind,
            content=_text(given.content),
            is_shared=given.is_shared,
            created_ms=now,
            updated_ms=now,
        )
        await repository.add(view)
        return _out(view, caller)

    async def update(
        self, uow: UnitOfWork, caller: Caller, view_id: int, given: ViewPatch
    ) -> ViewOut:
        """Changes a view of the caller.

        Raises:
            NotFoundError: the caller owns no such view.
            RefusedError: the caller may not share.
            InvalidInputError: it is too large.
        """
        view = await self._own(uow, caller, view_id)
        _check_sharing(caller, wanted=bool(given.is_shared))
        if given.name is not None:
            view.name = given.name
        if given.content is not None:
            view.content = _text(given.content)
        if given.is_shared is not None:
            view.is_shared = given.is_shared
        view.updated_ms = self._now_ms()
        return _out(view, caller)

    async def delete(self, uow: UnitOfWork, caller: Caller, view_id: int) -> None:
        """Deletes a view of the caller.

        Raises:
            NotFoundError: the caller owns no such view.
        """
        view = await self._own(uow, caller, view_id)
        await ExploreRepository(uow.session, caller.user_id).remove(view)

    async def _own(self, uow: UnitOfWork, caller: Caller, view_id: int) -> AnalyticsView:
        view = await ExploreRepository(uow.session, caller.user_id).own(view_id)
        if view is None:
            raise NotFoundError
        return view


def _check_sharing(caller: Caller, *, wanted: bool) -> None:
    if wanted and not caller.is_admin:
        raise RefusedError(NOT_SHARED)


def _text(content: dict[str, Any]) -> str:
    text = orjson.dumps(content)
    if len(text) > MAX_CONTENT:
        raise InvalidInputError(TOO_LARGE)
    return text.decode()


def _out(view: AnalyticsView, caller: Caller) -> ViewOut:
    return ViewOut(
        id=str(view.id),
        name=view.name,
        kind="sql" if view.kind == "sql" else "explore",
        content=orjson.loads(view.content),
        is_shared=view.is_shared,
        is_own=view.user_id == caller.user_id,
        updated_at=utc(view.updated_ms),
    )
