"""Units of work: all or nothing, readers that cannot write, writers that queue."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError
from weirgate.store import Changes, Store
from weirgate.store.migrate import migrate
from weirgate.store.tables import LogOutbox, Option, User

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable


def on_store(url: str, work: Callable[[Store], Awaitable[Any]]) -> Any:
    async def run() -> Any:
        store = Store(url)
        await store.open()
        try:
            return await work(store)
        finally:
            await store.close()

    migrate(url)
    return asyncio.run(run())


async def value_of(store: Store, key: str) -> str | None:
    async with store.unit_of_work(write=False) as uow:
        row = await uow.session.get(Option, key)
        return None if row is None else row.value


def test_a_clean_end_commits_and_tells_the_changes_once(url: str) -> None:
    async def work(store: Store) -> tuple[str | None, list[Changes]]:
        told: list[Changes] = []

        async def note(changes: Changes) -> None:
            told.append(changes)

        store.on_commit = note
        async with store.unit_of_work() as uow:
            uow.session.add(Option(key="a", value="1"))
            uow.changed.users.add(7)
            uow.changed.routing = True
        async with store.unit_of_work() as uow:
            uow.session.add(Option(key="b", value="2"))
        return await value_of(store, "a"), told

    assert on_store(url, work) == ("1", [Changes(users={7}, routing=True)])


def test_an_error_rolls_back_and_tells_nothing(url: str) -> None:
    async def work(store: Store) -> tuple[str | None, int]:
        told: list[Changes] = []

        async def note(changes: Changes) -> None:
            told.append(changes)

        store.on_commit = note

        async def fail() -> None:
            async with store.unit_of_work() as uow:
                uow.session.add(Option(key="a", value="1"))
                uow.changed.routing = True
                await uow.session.flush()
                raise LookupError

        with pytest.raises(LookupError):
            await fail()
        return await value_of(store, "a"), len(told)

    assert on_store(url, work) == (None, 0)


def test_a_refused_commit_tells_nothing(url: str) -> None:
    async def work(store: Store) -> int:
        told: list[Changes] = []

        async def note(changes: Changes) -> None:
            told.append(changes)

        store.on_commit = note
        for _ in range(2):
            try:
                async with store.unit_of_work() as uow:
                    uow.session.add(Option(key="a", value="1"))
                    uow.changed.routing = True
            except IntegrityError:
                pass
        return len(told)

    assert on_store(url, work) == 1


def test_a_reading_unit_cannot_write(url: str) -> None:
    async def work(store: Store) -> str | None:
        with pytest.raises(DBAPIError, match=r"read-?only"):
            async with store.unit_of_work(write=False) as uow:
                uow.session.add(Option(key="a", value="1"))
        return await value_of(store, "a")

    assert on_store(url, work) is None


def test_a_reading_unit_may_go_on_writing(url: str) -> None:
    async def work(store: Store) -> str | None:
        async with store.unit_of_work(write=False) as uow:
            assert await uow.session.get(Option, "a") is None
            await uow.begin_write()
            uow.session.add(Option(key="a", value="1"))
            await uow.begin_write()
        return await value_of(store, "a")

    assert on_store(url, work) == "1"


def test_concurrent_deltas_are_never_lost(url: str) -> None:
    async def work(store: Store) -> int:
        async with store.unit_of_work() as uow:
            uow.session.add(User(id=1, username="alice", quota=0))

        async def add() -> None:
            async with store.unit_of_work() as uow:
                assert await uow.session.get(User, 1) is not None
                await uow.session.execute(
                    update(User).where(User.id == 1).values(quota=User.quota + 1)
                )

        await asyncio.gather(*(add() for _ in range(100)))
        async with store.unit_of_work(write=False) as uow:
            return int((await uow.session.execute(select(User.quota))).scalar_one())

    assert on_store(url, work) == 100


def test_readers_go_on_while_a_writer_holds_its_transaction(url: str) -> None:
    async def work(store: Store) -> tuple[str | None, str | None]:
        async with store.unit_of_work() as uow:
            uow.session.add(Option(key="a", value="1"))
            await uow.session.flush()
            async with asyncio.timeout(5):
                during = await value_of(store, "a")
        return during, await value_of(store, "a")

    assert on_store(url, work) == (None, "1")


def test_a_reading_unit_sees_one_state_throughout(url: str) -> None:
    async def work(store: Store) -> tuple[object, object, str | None]:
        query = select(Option.value).where(Option.key == "a")
        async with store.unit_of_work() as uow:
            uow.session.add(Option(key="a", value="1"))
        async with store.unit_of_work(write=False) as reader:
            before = await reader.session.scalar(query)
            async with store.unit_of_work() as uow:
                await uow.session.execute(update(Option).values(value="2"))
            during = await reader.session.scalar(query)
        return before, during, await value_of(store, "a")

    assert on_store(url, work) == ("1", "1", "2")


def test_a_cancelled_unit_rolls_back_and_frees_the_writer(url: str) -> None:
    async def work(store: Store) -> tuple[str | None, str | None]:
        inside = asyncio.Event()

        async def hang() -> None:
            async with store.unit_of_work() as uow:
                uow.session.add(Option(key="a", value="1"))
                await uow.session.flush()
                inside.set()
                await asyncio.Event().wait()

        task = asyncio.create_task(hang())
        await inside.wait()
        task.cancel()
        await asyncio.wait({task})
        async with asyncio.timeout(5), store.unit_of_work() as uow:
            uow.session.add(Option(key="b", value="2"))
        return await value_of(store, "a"), await value_of(store, "b")

    assert on_store(url, work) == (None, "2")


def test_the_number_of_a_deleted_row_is_never_given_again(url: str) -> None:
    async def work(store: Store) -> list[int]:
        numbers = []
        for _ in range(3):
            async with store.unit_of_work() as uow:
                row = LogOutbox(type=4, created_at_ms=1)
                uow.session.add(row)
                await uow.session.flush()
                numbers.append(row.id)
                await uow.session.delete(row)
        return numbers

    assert on_store(url, work) == [1, 2, 3]


def test_sqlite_is_durable_and_checks_foreign_keys(tmp_path: object) -> None:
    async def work(store: Store) -> list[Any]:
        names = ("journal_mode", "synchronous", "foreign_keys", "query_only")
        found: list[Any] = []
        for write in (True, False):
            async with store.unit_of_work(write=write) as uow:
                found += [await uow.session.scalar(text(f"PRAGMA {name}")) for name in names]
        return found

    url = f"sqlite:///{tmp_path}/weirgate.db"
    assert on_store(url, work) == ["wal", 2, 1, 0, "wal", 2, 1, 1]
