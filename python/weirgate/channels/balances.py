"""Balances of channels: one when asked, all of them as a job that switches empty ones off.

Upstreams are asked outside transactions, one after the other; what cannot be read keeps its last
balance.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from weirgate.channels import balance_calls, rows, rules
from weirgate.channels.balance_calls import BalanceError, Question
from weirgate.channels.repository import ChannelRepository
from weirgate.channels.schemas import BalanceOut
from weirgate.channels.switching import Switched, switch_off
from weirgate.errors import NotFoundError, RefusedError, Text

if TYPE_CHECKING:
    from weirgate.channels.auto_disable import Teller
    from weirgate.channels.egress import Egress
    from weirgate.channels.targets import ChannelTargets
    from weirgate.jobs.work import Progress
    from weirgate.store import Store, UnitOfWork
    from weirgate.store.tables import Channel
    from weirgate.system.option_keys import OptionValues
    from weirgate.system.service import OptionService

_EMPTY = "余额不足"
_SEVERAL = Text("多密钥渠道不支持余额查询", "channels with several keys have no balance")


class BalanceService:
    """Reads balances."""

    def __init__(
        self,
        store: Store,
        options: OptionService,
        targets: ChannelTargets,
        egress: Egress,
        notices: Teller,
    ) -> None:
        self._store = store
        self._options = options
        self._targets = targets
        self._egress = egress
        self._notices = notices

    async def update(self, uow: UnitOfWork, channel_id: int) -> BalanceOut:
        """Reads one channel's balance and keeps it.

        Raises:
            NotFoundError: no such channel.
            RefusedError: it has several keys, or the upstream did not tell its balance.
        """
        channel = await ChannelRepository(uow.session).get(channel_id)
        if channel is None:
            raise NotFoundError
        if rows.channel_info(channel)["is_multi_key"]:
            raise RefusedError(_SEVERAL)
        values = await self._options.values(uow)
        try:
            balance = await self._ask(channel, values)
        except BalanceError as error:
            raise RefusedError(str(error)) from error
        await uow.begin_write()
        await _keep(uow, channel_id, balance)
        return BalanceOut(balance=balance)

    async def update_all(self, progress: Progress) -> str:
        """Reads the balance of every enabled channel with one key, as a job."""
        async with self._store.unit_of_work(write=False) as uow:
            ids = await ChannelRepository(uow.session).testable_ids((rules.STATUS_ENABLED,), ())
        progress.set(0, len(ids))
        read, emptied = 0, 0
        for channel_id in ids:
            is_read, switched = await self._update_one(channel_id)
            read += is_read
            if switched is not None:
                emptied += 1
                self._notices.tell_root(switched.notice())
            progress.step()
        return f"{read} of {len(ids)} balances read, {emptied} channels switched off"

    async def _update_one(self, channel_id: int) -> tuple[bool, Switched | None]:
        async with self._store.unit_of_work(write=False) as uow:
            channel = await ChannelRepository(uow.session).get(channel_id)
            values = await self._options.values(uow)
        if channel is None or rows.channel_info(channel)["is_multi_key"]:
            return False, None
        try:
            balance = await self._ask(channel, values)
        except (BalanceError, RefusedError):
            return False, None
        async with self._store.unit_of_work() as uow:
            await _keep(uow, channel_id, balance)
            locked = await ChannelRepository(uow.session).get(channel_id, lock=True)
            if locked is None or balance > 0 or locked.auto_ban == 0:
                return True, None
            return True, await switch_off(uow, locked, 0, _EMPTY)

    async def _ask(self, channel: Channel, values: OptionValues) -> float:
        target = self._targets.with_key(channel, 0, values)
        today = datetime.now(UTC).date()
        question = Question(self._egress, target, today, float(values.decimal("Price")))
        return await balance_calls.ask(question)


async def _keep(uow: UnitOfWork, channel_id: int, balance: float) -> None:
    values = {"balance": balance, "balance_updated_time": int(time.time())}
    await ChannelRepository(uow.session).write(channel_id, values)
