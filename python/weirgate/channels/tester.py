"""Tests channels with tiny calls: one at a time when asked, all of them as a job.

The job switches off what fails or is too slow and on what has recovered, key by key, where the
operator lets it. Nothing is charged; each test leaves a log row. Calls run outside transactions.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import structlog
from sqlalchemy.exc import SQLAlchemyError

from weirgate.channels import rows, rules, types, verdicts
from weirgate.channels.repository import ChannelRepository
from weirgate.channels.schemas import TestOut
from weirgate.channels.switching import Switched, switch_off, switch_on
from weirgate.errors import NotFoundError, RefusedError, Text
from weirgate.notify.rules import Notice

if TYPE_CHECKING:
    from weirgate.channels.auto_disable import Teller
    from weirgate.channels.probe import ChannelProbe, ProbeResult
    from weirgate.channels.schemas import TestQuery
    from weirgate.channels.targets import ChannelTargets
    from weirgate.jobs.work import Progress
    from weirgate.store import Store, UnitOfWork
    from weirgate.store.tables import Channel
    from weirgate.system.option_keys import OptionValues
    from weirgate.system.service import OptionService

AT_ONCE = 4
MOST_KEYS = 50
"""Switched-off keys of one channel that one run tests."""

log = structlog.get_logger("weirgate.channels")
_FINISHED = Text("通道测试完成", "Channel test finished")


class Breakers(Protocol):
    """The data plane, as far as a recovered channel concerns it."""

    def clear_breaker(self, channel_id: int) -> None:
        """Closes every breaker of the channel."""


@dataclass(frozen=True, slots=True)
class Tested:
    """One call of a test: which key it used, and what came of it."""

    key_index: int
    was_on: bool
    model: str
    result: ProbeResult


class ChannelTester:
    """Tests of channels."""

    def __init__(
        self,
        store: Store,
        options: OptionService,
        targets: ChannelTargets,
        probe: ChannelProbe,
        notices: Teller,
        breakers: Breakers,
    ) -> None:
        self._store = store
        self._options = options
        self._targets = targets
        self._probe = probe
        self._notices = notices
        self._breakers = breakers

    async def test(self, uow: UnitOfWork, channel_id: int, query: TestQuery) -> TestOut:
        """Tests one channel with its first enabled key, and keeps time and duration.

        Raises:
            NotFoundError: no such channel.
            RefusedError: the type has nothing to test, or no key is enabled.
        """
        channel = await ChannelRepository(uow.session).get(channel_id)
        if channel is None:
            raise NotFoundError
        if channel.type in types.UNTESTABLE:
            name = types.type_name(channel.type)
            raise RefusedError(Text(f"不支持测试 {name} 渠道", f"{name} channels cannot be tested"))
        target = await self._targets.of(uow, channel)
        asked = query.model or channel.test_model or rows.first_model(channel)
        model = rows.mapped_model(channel, asked)
        result = await self._probe.test(
            target, model, stream=query.stream, endpoint=query.endpoint_type
        )
        await uow.begin_write()
        await self._keep(uow, channel, Tested(0, was_on=True, model=asked, result=result),
                         stream=query.stream)  # fmt: skip
        seconds = result.elapsed_ms / 1000
        return TestOut(success=result.succeeded, message=result.message, time=seconds)

    async def test_all(self, progress: Progress) -> str:
        """Tests every channel that was not switched off by hand, as a job."""
        async with self._store.unit_of_work(write=False) as uow:
            statuses = (rules.STATUS_ENABLED, rules.STATUS_AUTO_DISABLED)
            ids = await ChannelRepository(uow.session).testable_ids(statuses, types.UNTESTABLE)
        progress.set(0, len(ids))
        gate = asyncio.Semaphore(AT_ONCE)

        async def one(channel_id: int) -> tuple[bool, list[Switched]]:
            async with gate:
                try:
                    return await self._test_one(channel_id)
                except (SQLAlchemyError, OSError) as error:
                    log.warning("a channel was not tested", channel=channel_id, error=str(error))
                    return False, []
                finally:
                    progress.step()

        outcomes = await asyncio.gather(*(one(channel_id) for channel_id in ids))
        switched = [item for _, items in outcomes for item in items]
        good = sum(is_good for is_good, _ in outcomes)
        self._tell(switched, is_asked=progress.is_asked)
        off, on = sum(not item.is_on for item in switched), sum(item.is_on for item in switched)
        return f"{good} of {len(ids)} answered, {off} switched off, {on} switched on"

    async def _test_one(self, channel_id: int) -> tuple[bool, list[Switched]]:
        async with self._store.unit_of_work(write=False) as uow:
            channel = await ChannelRepository(uow.session).get(channel_id)
            values = await self._options.values(uow)
        if channel is None:
            return False, []
        try:
            tested = await self._calls(channel, values)
        except RefusedError:
            return False, []
        switched: list[Switched] = []
        async with self._store.unit_of_work() as uow:
            locked = await ChannelRepository(uow.session).get(channel_id, lock=True)
            if locked is None:
                return False, []
            # Keys that were changed meanwhile may stand at other places: nothing is said of them.
            is_same = locked.key_encrypted == channel.key_encrypted
            for one in tested:
                await self._keep(uow, locked, one, stream=False)
                if is_same:
                    switched.extend(await _judge(uow, locked, one, values))
        if any(item.is_on for item in switched):
            self._breakers.clear_breaker(channel_id)
        return any(one.result.succeeded for one in tested), switched

    async def _calls(self, channel: Channel, values: OptionValues) -> list[Tested]:
        """Calls with the first enabled key, and with each that was switched off by itself."""
        asked = channel.test_model or rows.first_model(channel)
        model = rows.mapped_model(channel, asked)
        tested = []
        for index, was_on in self._keys_to_test(channel, values):
            target = self._targets.with_key(channel, index, values)
            result = await self._probe.test(target, model, stream=False)
            tested.append(Tested(index, was_on, asked, result))
        return tested

    def _keys_to_test(self, channel: Channel, values: OptionValues) -> list[tuple[int, bool]]:
        is_on = channel.status == rules.STATUS_ENABLED
        info = rows.channel_info(channel)
        if not info["is_multi_key"]:
            return [(0, is_on)]
        first = self._targets.first_enabled(channel)
        keys = [(first, is_on)] if first is not None else []
        if not values.flag("AutomaticEnableChannelEnabled"):
            return keys
        off = [
            (index, False)
            for index, status in sorted(rules.key_statuses(info).items())
            if status == rules.STATUS_AUTO_DISABLED
        ]
        return keys + off[:MOST_KEYS]

    async def _keep(
        self, uow: UnitOfWork, channel: Channel, tested: Tested, *, stream: bool
    ) -> None:
        repository = ChannelRepository(uow.session)
        result = tested.result
        values = {"test_time": int(time.time()), "response_time": result.elapsed_ms}
        await repository.write(channel.id, values)
        if (await self._options.values(uow)).flag("LogConsumeEnabled"):
            root_id, root_name = await repository.root()
            row = verdicts.log_row(channel, tested.model, result, stream=stream)
            row.user_id, row.username = root_id, root_name
            uow.session.add(row)

    def _tell(self, switched: list[Switched], *, is_asked: bool) -> None:
        for item in switched:
            self._notices.tell_root(item.notice())
        if is_asked:
            text = Text("所有通道测试已完成", "All channels have been tested")
            self._notices.tell_root(Notice("channel_test", _FINISHED, text))


async def _judge(
    uow: UnitOfWork, channel: Channel, tested: Tested, values: OptionValues
) -> list[Switched]:
    reason = verdicts.fault(tested.result, values)
    switched = None
    if tested.was_on:
        may = values.flag("AutomaticDisableChannelEnabled") and channel.auto_ban != 0
        if may and reason:
            switched = await switch_off(uow, channel, tested.key_index, reason)
    elif values.flag("AutomaticEnableChannelEnabled") and tested.result.succeeded and not reason:
        switched = await switch_on(uow, channel, tested.key_index)
    return [] if switched is None else [switched]
