"""HTTP face of what asks channels' upstreams: tests, model lists, balances; no rule lives here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from weirgate.channels import schemas as models
from weirgate.errors import ConflictError, Text
from weirgate.web.answers import Answer, document, ok
from weirgate.web.router import Context, Permission, Route

if TYPE_CHECKING:
    from weirgate.channels.balances import BalanceService
    from weirgate.channels.ratio_sync import RatioSyncService
    from weirgate.channels.service import ChannelService
    from weirgate.channels.tester import ChannelTester
    from weirgate.jobs.service import JobService

_TAGS = ("channel",)
_ADMIN = Permission.ADMIN
TEST_JOB = "channel-test"
BALANCE_JOB = "channel-balance"
_TESTING = Text("测试已在运行中", "the test is running already")


def routes(
    service: ChannelService, tester: ChannelTester, balances: BalanceService, jobs: JobService
) -> list[Route]:
    """Returns the rows that reach upstreams."""
    return [*_tests(tester, jobs), *_balances(balances, jobs), *_models(service)]


def _tests(tester: ChannelTester, jobs: JobService) -> list[Route]:
    async def test_channel(context: Context[models.TestQuery, None]) -> Answer:
        return document(await tester.test(context.uow, context.id(), context.query))

    async def test_channels(context: Context[None, None]) -> Answer:
        try:
            await jobs.request(context.uow, context.caller, TEST_JOB)
        except ConflictError as error:
            raise ConflictError(_TESTING) from error
        return ok()

    return [
        Route(method="GET", path="/api/channel/test/:id", permission=_ADMIN,
              handler=test_channel, query=models.TestQuery, answer=models.TestOut,
              envelope=False, tags=_TAGS, summary="Test a channel"),
        Route(method="GET", path="/api/channel/test", permission=_ADMIN, handler=test_channels,
              writes=True, tags=_TAGS, summary="Test all channels, as a job"),
    ]  # fmt: skip


def _balances(service: BalanceService, jobs: JobService) -> list[Route]:
    async def update_balance(context: Context[None, None]) -> Answer:
        return document(await service.update(context.uow, context.id()))

    async def update_balances(context: Context[None, None]) -> Answer:
        await jobs.request(context.uow, context.caller, BALANCE_JOB)
        return ok()

    return [
        Route(method="GET", path="/api/channel/update_balance/:id", permission=_ADMIN,
              handler=update_balance, answer=models.BalanceOut, envelope=False, tags=_TAGS,
              summary="Read a channel's balance"),
        Route(method="GET", path="/api/channel/update_balance", permission=_ADMIN,
              handler=update_balances, writes=True, tags=_TAGS,
              summary="Read the balances of all channels, as a job"),
    ]  # fmt: skip


def _models(service: ChannelService) -> list[Route]:
    async def fetch_models(context: Context[None, None]) -> Answer:
        return ok(await service.fetch_models(context.uow, context.id()))

    async def fetch_models_of(context: Context[None, models.FetchModelsIn]) -> Answer:
        return ok(await service.fetch_models_of(context.uow, context.body))

    return [
        Route(method="GET", path="/api/channel/fetch_models/:id", permission=_ADMIN,
              handler=fetch_models, answer=list[str], tags=_TAGS,
              summary="Ask a channel's upstream for its models"),
        Route(method="POST", path="/api/channel/fetch_models", permission=_ADMIN,
              handler=fetch_models_of, body=models.FetchModelsIn, answer=list[str],
              writes=False, bad_body_status=400, tags=_TAGS,
              summary="Ask an unsaved upstream for its models"),
    ]  # fmt: skip


def ratio_routes(service: RatioSyncService) -> list[Route]:
    """Returns the rows of the price comparison."""

    async def sources(context: Context[None, None]) -> Answer:
        return ok(await service.sources(context.uow))

    async def fetch(context: Context[None, models.RatioFetchIn]) -> Answer:
        return ok(await service.fetch(context.uow, context.body))

    tags, root = ("ratio_sync",), Permission.ROOT
    return [
        Route(method="GET", path="/api/ratio_sync/channels", permission=root, handler=sources,
              answer=list[models.RatioSource], tags=tags,
              summary="List gateways whose prices may be compared"),
        Route(method="POST", path="/api/ratio_sync/fetch", permission=root, handler=fetch,
              body=models.RatioFetchIn, answer=models.RatioDifferences, writes=False,
              bad_body_status=400, tags=tags, summary="Compare prices with other gateways"),
    ]  # fmt: skip
