"""HTTP face of tasks: the relay's fetches, the console's lists, the questions under /internal.

The relay has identified the caller of its paths; nobody else reaches them. No rule lives here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from weirgate.errors import NotFoundError, RefusedError
from weirgate.tasks import rules
from weirgate.tasks.news import MAX_BODY
from weirgate.tasks.schemas import (
    DrawingOut,
    DrawingQuery,
    JimengQuestion,
    NewsQuery,
    TaskIds,
    TaskOut,
    TaskQuery,
)
from weirgate.web.answers import Answer, Paged, document, paged
from weirgate.web.router import Context, Permission, Route

if TYPE_CHECKING:
    from weirgate.tasks.news import TaskNews
    from weirgate.tasks.service import TaskService

_TAGS = ("task",)
_RELAY = Permission.RELAY
_SPEEDS = ("", "/fast", "/turbo", "/relax")


def routes(service: TaskService) -> list[Route]:
    """Returns all rows of this domain."""
    return [
        *_midjourney(service),
        *_suno(service),
        *_videos(service),
        *_lists(service),
        _origin(service),
    ]


def news_route(news: TaskNews) -> Route:
    """Returns the row where Midjourney proxies tell their news; the address is its own key."""

    async def take(context: Context[NewsQuery, None]) -> Answer:
        try:
            await news.take(context.uow, context.query, context.raw_body)
        except RefusedError as error:
            body = {"code": 4, "description": error.code}
            return document(body, status=error.status)
        return document({"code": 1, "description": "ok"})

    return Route(method="POST", path="/mj/notify", permission=Permission.PUBLIC, handler=take,
                 query=NewsQuery, body_limit=MAX_BODY, envelope=False, writes=False, tags=_TAGS,
                 summary="Take a Midjourney proxy's news of a task")  # fmt: skip


def _absent(task_id: str) -> Answer:
    """Returns the tasks' form of "no such task", with OpenAI's beside it."""
    text = f"task {task_id[:64]} does not exist"
    error = {
        "message": text,
        "type": "invalid_request_error",
        "param": "",
        "code": "task_not_exist",
    }
    body = {"code": "task_not_exist", "message": text, "data": None, "error": error}
    return document(body, status=404)


def _read(path: str, handler: Any, summary: str, **more: Any) -> Route:
    method = more.pop("method", "GET")
    return Route(method=method, path=path, permission=_RELAY, handler=handler, envelope=False,
                 writes=False, tags=_TAGS, summary=summary, **more)  # fmt: skip


def _midjourney(service: TaskService) -> list[Route]:
    async def fetch(context: Context[None, None]) -> Answer:
        try:
            task = await service.get(context.uow, context.path["id"], context.caller.user_id)
        except NotFoundError:
            body = {"description": "task_no_found", "type": "upstream_error", "code": 4}
            return document(body, status=404)
        return document(await service.drawing(context.uow, task))

    async def fetch_many(context: Context[None, TaskIds]) -> Answer:
        wanted, user_id = context.body.wanted(), context.caller.user_id
        tasks = await service.get_many(context.uow, wanted, user_id)
        return document([await service.drawing(context.uow, task) for task in tasks])

    async def seed(context: Context[None, None]) -> Answer:
        try:
            task = await service.get(context.uow, context.path["id"], context.caller.user_id)
        except NotFoundError:
            return _absent(context.path["id"])
        return document(await service.image_seed(context.uow, task))

    return [
        route
        for speed in _SPEEDS
        for route in (
            _read(f"{speed}/mj/task/:id/fetch", fetch, "Read a Midjourney task"),
            _read(f"{speed}/mj/task/:id/image-seed", seed, "Ask for a picture's seed"),
            _read(f"{speed}/mj/task/list-by-condition", fetch_many, "Read Midjourney tasks",
                  method="POST", body=TaskIds),
        )
    ]  # fmt: skip


def _suno(service: TaskService) -> list[Route]:
    async def fetch(context: Context[None, None]) -> Answer:
        try:
            task = await service.get(context.uow, context.path["id"], context.caller.user_id)
        except NotFoundError:
            return _absent(context.path["id"])
        return document(_success(rules.for_user(rules.row(task))))

    async def fetch_many(context: Context[None, TaskIds]) -> Answer:
        wanted, user_id = context.body.wanted(), context.caller.user_id
        tasks = await service.get_many(context.uow, wanted, user_id)
        return document(_success([rules.for_user(rules.row(task)) for task in tasks]))

    return [
        _read("/suno/fetch/:id", fetch, "Read a song's task"),
        _read("/suno/fetch", fetch_many, "Read songs' tasks", method="POST", body=TaskIds),
    ]


def _success(data: Any) -> dict[str, Any]:
    return {"code": "success", "message": "", "data": data}


def _videos(service: TaskService) -> list[Route]:
    def reader(shape: Any) -> Any:
        async def fetch(context: Context[None, None]) -> Answer:
            try:
                task = await service.get(context.uow, context.path["id"], context.caller.user_id)
            except NotFoundError:
                return _absent(context.path["id"])
            return document(shape(task))

        return fetch

    async def jimeng(context: Context[None, JimengQuestion]) -> Answer:
        task_id = context.body.task_id
        try:
            task = await service.get(context.uow, task_id, context.caller.user_id)
        except NotFoundError:
            return _absent(task_id)
        return document(rules.jimeng(task))

    def generic(task: Any) -> dict[str, Any]:
        return _success(rules.for_user(rules.row(task)))

    return [
        _read("/v1/video/generations/:id", reader(generic), "Read a video's task"),
        _read("/v1/videos/:id", reader(rules.openai_video), "Read a video"),
        _read("/kling/v1/videos/text2video/:id", reader(rules.kling), "Read a Kling task"),
        _read("/kling/v1/videos/image2video/:id", reader(rules.kling), "Read a Kling task"),
        _read("/jimeng/", jimeng, "Read a Jimeng task", method="POST", body=JimengQuestion),
    ]


def _lists(service: TaskService) -> list[Route]:
    def tasks(*, own: bool) -> Any:
        async def handler(context: Context[TaskQuery, None]) -> Answer:
            page = context.query.page()
            user_id = context.caller.user_id if own else 0
            rows, total = await service.page(context.uow, context.query, page, user_id=user_id)
            return paged(page, total, rows)

        return handler

    def drawings(*, own: bool) -> Any:
        async def handler(context: Context[DrawingQuery, None]) -> Answer:
            page = context.query.page()
            user_id = context.caller.user_id if own else 0
            rows, total = await service.drawings(context.uow, context.query, page, user_id=user_id)
            return paged(page, total, rows)

        return handler

    admin, user = Permission.ADMIN, Permission.USER
    return [
        Route(method="GET", path="/api/task/", permission=admin, handler=tasks(own=False),
              query=TaskQuery, answer=Paged[TaskOut], rows="task", tags=_TAGS,
              summary="List tasks"),
        Route(method="GET", path="/api/task/self", permission=user, handler=tasks(own=True),
              query=TaskQuery, answer=Paged[TaskOut], rows="task", tags=_TAGS,
              summary="List own tasks"),
        Route(method="GET", path="/api/mj/", permission=admin, handler=drawings(own=False),
              query=DrawingQuery, answer=Paged[DrawingOut], rows="drawing", tags=_TAGS,
              summary="List Midjourney tasks"),
        Route(method="GET", path="/api/mj/self", permission=user, handler=drawings(own=True),
              query=DrawingQuery, answer=Paged[DrawingOut], rows="drawing", tags=_TAGS,
              summary="List own Midjourney tasks"),
    ]  # fmt: skip


def _origin(service: TaskService) -> Route:
    async def origin(context: Context[None, None]) -> Answer:
        caller = context.maybe_caller
        user_id = caller.user_id if caller is not None else 0
        try:
            found = await service.origin(context.uow, context.path["id"], user_id)
        except NotFoundError:
            return document({}, status=404)
        return document(found)

    return _read("/internal/tasks/:id", origin, "Tell the relay where a task is")
