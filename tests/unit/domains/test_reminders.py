"""Reminders of a low balance: who is told, once, and again after it has risen."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, cast

import orjson
from sqlalchemy import update
from weirgate.accounts.reminders import QuotaReminders
from weirgate.store import Store
from weirgate.store.migrate import migrate
from weirgate.store.tables import Option, User
from weirgate.system.option_table import build_registry
from weirgate.system.service import OptionService

if TYPE_CHECKING:
    from pathlib import Path

    from weirgate.notify.rules import Notice
    from weirgate.notify.service import Notifier


class Told:
    """A notifier that only remembers."""

    def __init__(self) -> None:
        self.told: list[tuple[int, Notice]] = []

    def tell(self, user_id: int, notice: Notice) -> None:
        self.told.append((user_id, notice))


async def _set(store: Store, user_id: int, quota: int) -> None:
    async with store.unit_of_work() as uow:
        await uow.session.execute(update(User).where(User.id == user_id).values(quota=quota))


def test_who_spends_below_the_threshold_is_told_once_until_it_has_risen(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/reminders.db"
    migrate(url)

    async def work() -> None:
        store, told = Store(url), Told()
        options = OptionService(build_registry({}))
        notifier = cast("Notifier", told)
        here, there = (QuotaReminders(store, options, notifier) for _ in range(2))
        own = orjson.dumps({"quota_warning_threshold": 5000}).decode()
        async with store.unit_of_work() as uow:
            uow.session.add(Option(key="ServerAddress", value="https://house.example.org"))
            uow.session.add_all(
                [
                    User(id=1, username="low", quota=999),
                    User(id=2, username="rich", quota=1000),
                    User(id=3, username="careful", quota=4999, setting=own),
                    User(id=4, username="banned", quota=0, status=2),
                    User(id=5, username="silent", quota=0),
                ]
            )
        here.note([1, 2, 3, 4, 99])
        there.note([1])
        assert await here.step() == 5
        assert await there.step() == 1
        assert await here.step() is None
        assert [user_id for user_id, _ in told.told] == [1, 3]
        notice = told.told[0][1]
        assert notice.content.en == (
            "you have 999 of quota left; top up here: https://house.example.org/console/topup"
        )
        await _set(store, 1, 5000)
        here.note([1])
        await here.step()
        await _set(store, 1, -3)
        here.note([1])
        await here.step()
        assert [user_id for user_id, _ in told.told] == [1, 3, 1]
        await store.close()

    asyncio.run(work())
