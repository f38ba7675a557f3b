"""Answers questions of analytics within the asker's rights, and writes whole answers as files.

Who may see what is `web.usage_scope`'s to say. Nothing here builds SQL.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from weirgate.analytics.export import export
from weirgate.analytics.measures import DIMENSIONS, METRICS
from weirgate.analytics.question import build, columns_of
from weirgate.analytics.spans import Rollup, Span
from weirgate.channels.types import CHANNEL_TYPES
from weirgate.explore import rules
from weirgate.explore.repository import ExploreRepository
from weirgate.explore.schemas import CatalogueOut, MetricOut, QueryOut

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from weirgate.analytics.question import Question
    from weirgate.analytics.reader import UsageReader
    from weirgate.explore.files import ExportFolder
    from weirgate.explore.schemas import Currency, ExportIn, QueryIn
    from weirgate.store import UnitOfWork
    from weirgate.system.service import OptionService
    from weirgate.web.auth import Caller

MAX_EXPORT_ROWS = 500_000


class ExploreService:
    """Analytics for one node's usage store."""

    def __init__(
        self,
        reader: UsageReader,
        options: OptionService,
        folder: ExportFolder,
        now_ms: Callable[[], int],
    ) -> None:
        self._reader = reader
        self._options = options
        self._folder = folder
        self._now_ms = now_ms

    def catalogue(self, caller: Caller) -> CatalogueOut:
        """Returns what the caller may ask for."""
        scope = caller.usage_scope
        unseen = rules.hidden(scope)
        return CatalogueOut(
            scope=scope.kind.value,
            metrics=[
                MetricOut(name=name, unit=metric.unit)
                for name, metric in METRICS.items()
                if name not in unseen
            ],
            dimensions=[name for name in DIMENSIONS if name not in unseen],
            rollups=list(Rollup),
        )

    async def query(self, uow: UnitOfWork, caller: Caller, asked: QueryIn) -> QueryOut:
        """Returns one page of the answer.

        Raises:
            InvalidInputError: something is not the caller's to ask, or does not fit together.
            UnavailableError: the usage store is busy, or the question took too long.
        """
        question, names, money = await self._prepared(uow, caller, asked)
        await uow.pause()
        statements = [build(question), build(rules.totals_of(question))]
        fresh = rules.freshness(self._reader.complete_until_ms, self._now_ms())
        found, totals = await self._reader.answers(
            [(item.text, item.parameters) for item in statements]
        )
        has_more = len(found) > asked.limit
        after = rules.cursor(asked, question.offset + asked.limit) if has_more else None
        before = question.before
        return QueryOut(
            rows=rules.rows(question, found[: asked.limit], money, names),
            totals=rules.sums(rules.totals_of(question), totals, money),
            buckets=rules.buckets(question),
            units={name: METRICS[name].unit for name in question.metrics},
            currency=asked.currency,
            range=_range(question, question.span),
            previous_range=_range(question, before) if before else None,
            scope=caller.usage_scope.kind.value,
            next_cursor=after,
            freshness=fresh,
        )

    async def export(self, uow: UnitOfWork, caller: Caller, asked: ExportIn) -> Path:
        """Writes the whole answer, at most MAX_EXPORT_ROWS groups, into a file for a while.

        Raises:
            InvalidInputError: something is not the caller's to ask, or does not fit together.
            UnavailableError: too many exports, or the question took too long.
        """
        whole = asked.query.model_copy(update={"cursor": None})
        question, _, money = await self._prepared(uow, caller, whole)
        await uow.pause()
        path = await self._folder.new_file(asked.format)
        question = replace(question, limit=MAX_EXPORT_ROWS)
        factor = 1.0
        if money.currency != "quota":
            rate = money.rate if money.currency == "cny" else 1
            factor = float(rate) / money.per_unit
        statement = export(
            question, columns_of(question), rules.buckets(question), money_factor=factor
        )
        text = statement.text + self._folder.target(path, asked.format)
        await self._reader.copied(text, statement.parameters)
        return path

    async def _prepared(
        self, uow: UnitOfWork, caller: Caller, asked: QueryIn
    ) -> tuple[Question, dict[int, str], rules.Money]:
        question = rules.question(asked, caller.usage_scope)
        money = await self._money(uow, asked.currency)
        named = {*question.dimensions, *(item.dimension for item in question.filters)}
        if not named & {"channel", "provider"}:
            return question, {}, money
        channels = await ExploreRepository(uow.session, caller.user_id).channels()
        providers = {number: _provider(kind) for number, (_, kind) in channels.items()}
        names = {number: name for number, (name, _) in channels.items()}
        return replace(question, providers=providers), names, money

    async def _money(self, uow: UnitOfWork, currency: Currency) -> rules.Money:
        values = await self._options.values(uow)
        per_unit = values.integer("QuotaPerUnit")
        return rules.Money(currency, per_unit, values.decimal("USDExchangeRate"))


def _provider(kind: int) -> str:
    known = CHANNEL_TYPES.get(kind)
    return known.name if known else f"#{kind}"


def _range(question: Question, span: Span) -> dict[str, str]:
    text = question.calendar.text
    return {"start": text(span.start_ms), "end": text(span.end_ms)}


def utc(moment_ms: int) -> datetime:
    """Returns milliseconds as a time in UTC."""
    return datetime.fromtimestamp(moment_ms / 1000, UTC)
