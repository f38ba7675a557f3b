"""HTTP face of logs, statistics and usage data: /api/log/*, /api/data/*, /api/weirgate/overview.

Reads input models, calls one service, returns the answer; no rule lives here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from weirgate.usage.schemas import (
    BucketOut,
    BucketQuery,
    DayOut,
    DeleteQuery,
    KeywordQuery,
    LogOut,
    LogQuery,
    OverviewOut,
    OverviewQuery,
    StatOut,
)
from weirgate.web.answers import Answer, Paged, document, ok, paged
from weirgate.web.router import Context, Limit, Permission, Route

if TYPE_CHECKING:
    from weirgate.usage.service import UsageService

_LOGS = ("log",)
_DATA = ("data",)


def routes(service: UsageService) -> list[Route]:
    """Returns all rows of this domain."""
    return [*_logs(service), *_own_logs(service), *_buckets(service), _overview(service)]


def _logs(service: UsageService) -> list[Route]:
    async def list_logs(context: Context[LogQuery, None]) -> Answer:
        page = context.query.page()
        rows, total = await service.page(context.uow, context.caller, context.query, page)
        return paged(page, total, rows)

    async def search_logs(context: Context[KeywordQuery, None]) -> Answer:
        return ok(await service.search(context.uow, context.caller, context.query.keyword))

    async def stat(context: Context[LogQuery, None]) -> Answer:
        return ok(await service.stat(context.caller, context.query))

    async def delete_logs(context: Context[DeleteQuery, None]) -> Answer:
        target = context.query.target_timestamp
        return ok(await service.delete_before(context.uow, context.caller, target))

    reader = Permission.USAGE
    return [
        Route(method="GET", path="/api/log/", permission=reader, handler=list_logs, query=LogQuery,
              answer=Paged[LogOut], rows="log", tags=_LOGS, summary="List log rows"),
        Route(method="GET", path="/api/log/search", permission=reader, handler=search_logs,
              query=KeywordQuery, answer=list[LogOut], rows="log", tags=_LOGS,
              summary="Search log rows"),
        Route(method="GET", path="/api/log/stat", permission=reader, handler=stat, query=LogQuery,
              answer=StatOut, tags=_LOGS, summary="Sum charges and rates"),
        Route(method="DELETE", path="/api/log/", permission=Permission.ADMIN,
              handler=delete_logs, query=DeleteQuery, answer=int, tags=_LOGS,
              summary="Delete old log rows"),
    ]  # fmt: skip


def _own_logs(service: UsageService) -> list[Route]:
    async def list_own(context: Context[LogQuery, None]) -> Answer:
        page = context.query.page()
        rows, total = await service.own_page(context.caller, context.query, page)
        return paged(page, total, rows)

    async def search_own(context: Context[KeywordQuery, None]) -> Answer:
        return ok(await service.own_search(context.caller, context.query.keyword))

    async def own_stat(context: Context[LogQuery, None]) -> Answer:
        return ok(await service.own_stat(context.caller, context.query))

    async def key_logs(context: Context[None, None]) -> Answer:
        return ok(await service.of_key(context.caller))

    user = Permission.USER
    return [
        Route(method="GET", path="/api/log/self", permission=user, handler=list_own,
              query=LogQuery, answer=Paged[LogOut], rows="log", tags=_LOGS,
              summary="List own log rows"),
        Route(method="GET", path="/api/log/self/search", permission=user, handler=search_own,
              query=KeywordQuery, answer=list[LogOut], limit=Limit.SEARCH, rows="log", tags=_LOGS,
              summary="Search own log rows"),
        Route(method="GET", path="/api/log/self/stat", permission=user, handler=own_stat,
              query=LogQuery, answer=StatOut, tags=_LOGS, summary="Sum own charges and rates"),
        Route(method="GET", path="/api/log/token", permission=Permission.KEY_READ,
              handler=key_logs, answer=list[LogOut], limit=Limit.CRITICAL, rows="log", tags=_LOGS,
              summary="List the log rows of an API key"),
    ]  # fmt: skip


def _buckets(service: UsageService) -> list[Route]:
    async def buckets(context: Context[BucketQuery, None]) -> Answer:
        return ok(await service.buckets(context.caller, context.query))

    async def own_buckets(context: Context[BucketQuery, None]) -> Answer:
        return ok(await service.own_buckets(context.caller, context.query))

    async def buckets_by_user(context: Context[BucketQuery, None]) -> Answer:
        return ok(await service.buckets_by_user(context.caller, context.query))

    async def own_week(context: Context[None, None]) -> Answer:
        return ok(await service.own_week(context.caller))

    return [
        Route(method="GET", path="/api/user/dashboard", permission=Permission.USER,
              handler=own_week, answer=list[DayOut], tags=_DATA,
              summary="Own last seven days by day and model"),
        Route(method="GET", path="/api/data/", permission=Permission.USAGE, handler=buckets,
              query=BucketQuery, answer=list[BucketOut], tags=_DATA, summary="Usage by hour"),
        Route(method="GET", path="/api/data/self", permission=Permission.USER,
              handler=own_buckets, query=BucketQuery, answer=list[BucketOut], tags=_DATA,
              summary="Own usage by hour"),
        Route(method="GET", path="/api/data/users", permission=Permission.USAGE,
              handler=buckets_by_user, query=BucketQuery, answer=list[BucketOut], tags=_DATA,
              summary="Usage by hour and user"),
    ]  # fmt: skip


def _overview(service: UsageService) -> Route:
    async def overview(context: Context[OverviewQuery, None]) -> Answer:
        return document(await service.overview(context.caller, context.query.since))

    return Route(
        method="GET",
        path="/api/weirgate/overview",
        permission=Permission.ANY_USAGE,
        handler=overview,
        query=OverviewQuery,
        answer=OverviewOut,
        envelope=False,
        tags=("overview",),
        summary="Calls, spend and tokens since a time, today by default",
    )
