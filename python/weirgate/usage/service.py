"""The rules of logs, statistics and usage data: who sees what, and how far back."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from weirgate.analytics.rows import Only, UsageFilter
from weirgate.errors import InvalidInputError, Text
from weirgate.system import audit
from weirgate.usage import rules
from weirgate.usage.repository import UsageRepository
from weirgate.usage.schemas import (
    BucketOut,
    BucketQuery,
    DayOut,
    HourOut,
    LogOut,
    LogQuery,
    ModelOut,
    OverviewOut,
    OwnSums,
    StatOut,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from weirgate.analytics.ingest import UsageWriter
    from weirgate.analytics.reader import UsageReader
    from weirgate.analytics.rows import Bucket, Day, LogRow
    from weirgate.store import UnitOfWork
    from weirgate.web.auth import Caller
    from weirgate.web.paging import Page

HOUR_S, DAY_S = 3600, 86_400
MAX_OWN_SPAN_S = 2_592_000
MAX_OVERVIEW = timedelta(days=31)
MAX_SEARCH_ROWS = 100
MAX_KEY_ROWS = 1000

SPAN_TOO_LONG = Text("时间跨度不能超过 1 个月", "the time range must not exceed one month")
TARGET_MISSING = Text("target timestamp is required", "target timestamp is required")
SINCE_WRONG = Text("since 超出范围", "since must carry an offset and lie within the last 31 days")


def _now_ms() -> int:
    return time.time_ns() // 1_000_000


class UsageService:
    """Answers questions about usage within the caller's rights."""

    def __init__(
        self, reader: UsageReader, writer: UsageWriter, now_ms: Callable[[], int] = _now_ms
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._now_ms = now_ms

    async def page(
        self, uow: UnitOfWork, caller: Caller, query: LogQuery, page: Page
    ) -> tuple[list[LogOut], int]:
        """Returns a page of the rows in the caller's scope and how many match."""
        wanted = _scoped(caller, _all_of(query))
        found = await self._reader.logs(wanted, limit=page.limit, offset=page.offset)
        return await _named(uow, caller, found.rows), found.total

    async def own_page(
        self, caller: Caller, query: LogQuery, page: Page
    ) -> tuple[list[LogOut], int]:
        """Returns a page of the caller's rows and how many match."""
        wanted = _own_of(caller, query)
        found = await self._reader.logs(wanted, limit=page.limit, offset=page.offset)
        return _placed(found.rows, page.offset), found.total

    async def search(self, uow: UnitOfWork, caller: Caller, keyword: str) -> list[LogOut]:
        """Returns the newest rows in the caller's scope that hold the keyword."""
        wanted = _scoped(caller, UsageFilter(keyword=keyword))
        found = await self._reader.logs(wanted, limit=MAX_SEARCH_ROWS, offset=0)
        return await _named(uow, caller, found.rows)

    async def own_search(self, caller: Caller, keyword: str) -> list[LogOut]:
        """Returns the caller's newest rows that hold the keyword."""
        wanted = UsageFilter(user_id=caller.user_id, keyword=keyword)
        found = await self._reader.logs(wanted, limit=MAX_SEARCH_ROWS, offset=0)
        return _placed(found.rows, 0)

    async def of_key(self, caller: Caller) -> list[LogOut]:
        """Returns the newest rows of the API key that calls."""
        wanted = UsageFilter(user_id=caller.user_id, key_id=caller.key_id)
        found = await self._reader.logs(wanted, limit=MAX_KEY_ROWS, offset=0)
        return _placed(found.rows, 0)

    async def stat(self, caller: Caller, query: LogQuery) -> StatOut:
        """Returns the sums of the caller's scope."""
        return await self._stat(_scoped(caller, _all_of(query)))

    async def own_stat(self, caller: Caller, query: LogQuery) -> StatOut:
        """Returns the caller's sums."""
        return await self._stat(_own_of(caller, query))

    async def _stat(self, wanted: UsageFilter) -> StatOut:
        found = await self._reader.stat(wanted, now_ms=self._now_ms())
        return StatOut(quota=found.quota, token=found.tokens, rpm=found.rpm, tpm=found.tpm)

    async def delete_before(self, uow: UnitOfWork, caller: Caller, target_s: int) -> int:
        """Deletes rows made before; returns how many. Hourly sums stay.

        Raises:
            InvalidInputError: no time is given.
        """
        if target_s <= 0:
            raise InvalidInputError(TARGET_MISSING)
        deleted = await self._writer.delete_before(target_s * 1000)
        text = f"deleted {deleted} log rows made before {target_s}"
        audit.log(uow, audit.MANAGE, caller.user_id, caller.username, text)
        return deleted

    async def buckets(self, caller: Caller, query: BucketQuery) -> list[BucketOut]:
        """Returns hourly sums by model: of the caller's whole scope, or of the named user in it."""
        start, end = self._range(query)
        within = _only(caller)
        if query.username:
            found = await self._reader.buckets_of_user(
                start, end, username=query.username, only=within
            )
        else:
            found = await self._reader.buckets_by_model(start, end, within)
        return _numbered(found)

    async def buckets_by_user(self, caller: Caller, query: BucketQuery) -> list[BucketOut]:
        """Returns hourly sums by user, of the caller's scope."""
        start, end = self._range(query)
        return _numbered(await self._reader.buckets_by_user(start, end, _only(caller)))

    async def own_buckets(self, caller: Caller, query: BucketQuery) -> list[BucketOut]:
        """Returns the caller's hourly sums by model.

        Raises:
            InvalidInputError: the range is longer than 30 days.
        """
        start, end = self._range(query)
        if query.end_timestamp - query.start_timestamp > MAX_OWN_SPAN_S:
            raise InvalidInputError(SPAN_TOO_LONG)
        return _numbered(await self._reader.buckets_of_user(start, end, user_id=caller.user_id))

    async def own_week(self, caller: Caller) -> list[DayOut]:
        """Returns the caller's last seven days, today included, by day and model."""
        now_s = self._now_ms() // 1000
        start_s = now_s // DAY_S * DAY_S - 6 * DAY_S
        found = await self._reader.days_of_user(start_s, now_s, caller.user_id)
        return [_day(item) for item in found]

    async def own_sums(self, caller: Caller, start_s: int, end_s: int) -> OwnSums:
        """Returns the caller's sums over whole hours, and the calls of the busiest minute."""
        only = Only(user_ids=(caller.user_id,))
        totals = await self._reader.totals(start_s // HOUR_S * HOUR_S, end_s, only)
        busiest = 0
        if end_s - start_s <= MAX_OVERVIEW.total_seconds():
            wanted = UsageFilter(user_id=caller.user_id, start_s=start_s, end_s=end_s)
            busiest = await self._reader.busiest_minute(wanted)
        return OwnSums(
            calls=totals.calls,
            failures=totals.failures,
            quota=totals.quota,
            tokens=totals.prompt + totals.completion,
            max_rpm=busiest,
        )

    async def overview(self, caller: Caller, since: datetime | None) -> OverviewOut:
        """Returns what was done since, within the caller's scope.

        Raises:
            InvalidInputError: `since` has no offset, or is in the future or too long ago.
        """
        now = datetime.fromtimestamp(self._now_ms() / 1000, UTC)
        begin = _begin(since, now)
        within = _only(caller)
        span = (int(begin.timestamp()), int(now.timestamp()) + 1)
        totals = await self._reader.totals(*span, within)
        hours = await self._reader.hours(*span, within)
        models = await self._reader.top_models(*span, within)
        return OverviewOut(
            since=_rfc3339(span[0]),
            scope=caller.usage_scope.kind.value,
            calls=totals.calls,
            failures=totals.failures,
            quota=totals.quota,
            prompt_tokens=totals.prompt,
            completion_tokens=totals.completion,
            cached_tokens=totals.cached_read,
            hours=_every_hour(hours, *span),
            models=[
                ModelOut(model=item.model, calls=item.calls, quota=item.quota, tokens=item.tokens)
                for item in models
            ],
        )

    def _range(self, query: BucketQuery) -> tuple[int, int]:
        return query.start_timestamp, query.end_timestamp or self._now_ms() // 1000


def _all_of(query: LogQuery) -> UsageFilter:
    return UsageFilter(
        type=query.type,
        start_s=query.start_timestamp,
        end_s=query.end_timestamp,
        username=query.username,
        key_name=query.token_name,
        model=query.model_name,
        channel_id=query.channel,
        group=query.group,
        request_id=query.request_id,
    )


def _scoped(caller: Caller, wanted: UsageFilter) -> UsageFilter:
    """Returns the question within the caller's scope; analysts read calls, not the audit log."""
    only = _only(caller)
    return replace(
        wanted,
        groups=only.groups,
        user_ids=only.user_ids,
        calls_only=not caller.is_admin or caller.via == "usage_token",
    )


def _only(caller: Caller) -> Only:
    within = caller.usage_scope.within()
    return Only(groups=within.groups, user_ids=within.user_ids)


def _own_of(caller: Caller, query: LogQuery) -> UsageFilter:
    return UsageFilter(
        user_id=caller.user_id,
        type=query.type,
        start_s=query.start_timestamp,
        end_s=query.end_timestamp,
        key_name=query.token_name,
        model=query.model_name,
        group=query.group,
        request_id=query.request_id,
    )


async def _named(uow: UnitOfWork, caller: Caller, rows: Sequence[LogRow]) -> list[LogOut]:
    names = await UsageRepository(uow.session).channel_names(row.channel_id for row in rows)
    made = [rules.admin_row(row, names) for row in rows]
    if caller.is_admin and caller.via != "usage_token":
        return made
    # Where people were when they called is for administrators.
    return [row.model_copy(update={"ip": ""}) for row in made]


def _placed(rows: Sequence[LogRow], offset: int) -> list[LogOut]:
    return [rules.own_row(row, place) for place, row in enumerate(rows, offset + 1)]


def _numbered(found: Sequence[Bucket]) -> list[BucketOut]:
    return [rules.bucket(item, place) for place, item in enumerate(found, 1)]


def _day(item: Day) -> DayOut:
    day = datetime.fromtimestamp(item.day, UTC).strftime("%Y-%m-%d")
    return DayOut(
        Day=day,
        Date=day,
        ModelName=item.model,
        RequestCount=item.calls,
        Quota=item.quota,
        PromptTokens=item.prompt,
        CompletionTokens=item.completion,
    )


def _begin(since: datetime | None, now: datetime) -> datetime:
    if since is None:
        return now.replace(hour=0, minute=0, second=0, microsecond=0)
    if since.tzinfo is None or not now - MAX_OVERVIEW <= since <= now:
        raise InvalidInputError(SINCE_WRONG)
    whole = int(since.timestamp()) // HOUR_S * HOUR_S
    return datetime.fromtimestamp(whole, UTC)


def _every_hour(found: Sequence[Bucket], start_s: int, end_s: int) -> list[HourOut]:
    busy = {item.hour: item for item in found}
    made = []
    for hour in range(start_s // HOUR_S * HOUR_S, end_s, HOUR_S):
        item = busy.get(hour)
        made.append(
            HourOut(
                hour=_rfc3339(hour),
                calls=item.calls if item else 0,
                quota=item.quota if item else 0,
                tokens=item.tokens if item else 0,
            )
        )
    return made


def _rfc3339(unix_s: int) -> str:
    return datetime.fromtimestamp(unix_s, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
