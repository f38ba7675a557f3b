"""Sends what was committed to the data plane: routing whole, users, keys and entries as deltas.

Called after each commit with what it changed, one call at a time. What could not be sent stays
owed and is tried again by `run`; a commit is never undone for it. At start `load` streams all
users, keys and balances, read in one transaction with the last entry number they contain.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Protocol

import orjson
import structlog
from sqlalchemy import Row, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from weirgate._core import CoreError
from weirgate.dataplane.compile import (
    CompileError,
    OpenChannel,
    RelayDefaults,
    compile_routing,
    key_rows,
    user_rows,
)
from weirgate.dataplane.limits import limits_of, limits_of_routing
from weirgate.store import Changes, Store, feed
from weirgate.store.crypto import Sealer, SealError
from weirgate.store.tables import Channel, Key, LedgerCounter, LedgerEntry, Option, User
from weirgate.system.option_keys import OptionRegistry, OptionValues

BATCH = 10_000
RETRY_S = 1.0
USER_COLUMNS = (
    User.id,
    User.username,
    User.role,
    User.status,
    User.group,
    User.setting,
    User.quota,
    User.deleted_at,
)
KEY_COLUMNS = (
    Key.id,
    Key.user_id,
    Key.key_hash,
    Key.name,
    Key.status,
    Key.expired_time,
    Key.unlimited_quota,
    Key.model_limits_enabled,
    Key.model_limits,
    Key.allow_ips,
    Key.group,
    Key.cross_group_retry,
    Key.remain_quota,
    Key.deleted_at,
)

log = structlog.get_logger("weirgate.publish")


class PublishTarget(Protocol):
    """The part of the gateway that is told."""

    def publish_snapshot(self, document: bytes) -> None:
        """Swaps routing and prices."""

    def publish_users(self, rows: bytes) -> None:
        """Upserts or removes users."""

    def publish_keys(self, rows: bytes) -> None:
        """Upserts or removes keys."""

    def load_accounts(self, document: bytes) -> None:
        """Loads balances."""

    def apply_entries(self, entries: bytes) -> None:
        """Applies ledger entries."""


@dataclass(frozen=True, slots=True)
class PublishSource:
    """Where published rows come from, and what opens their secrets."""

    store: Store
    registry: OptionRegistry
    sealer: Sealer
    defaults: RelayDefaults


class Publisher:
    """Keeps the data plane's picture equal to the committed rows."""

    def __init__(self, source: PublishSource, gateway: PublishTarget, *, sync_s: float) -> None:
        self._source = source
        self._gateway = gateway
        self._sync_s = sync_s
        self._lock = asyncio.Lock()
        self._owed = Changes()
        self._version = 0
        self._last_entry = 0
        self._last_failure = ""
        self.read_upto = 0
        """Number of the last change that was in what was read whole."""

    async def load(self) -> None:
        """Sends everything; called once, after SQL has caught up and before the gateway serves."""
        async with self._lock, self._source.store.unit_of_work(write=False) as uow:
            await self._one_view(uow.session)
            self.read_upto = await feed.newest(uow.session)
            self._last_entry = await _last_entry(uow.session)
            await self._load_users(uow.session)
            await self._load_keys(uow.session)
            self._gateway.load_accounts(orjson.dumps(self._accounts(more=False)))
            await self._send_routing(uow.session)

    async def reload(self) -> None:
        """Sends everything again while calls go on: what was changed cannot be told any more."""
        await self.resume(self._last_entry)

    async def resume(self, last_entry: int) -> None:
        """Brings a data plane up to date that serves already; instead of `load`.

        Its wallets are right but for the entries behind its last one; what was committed and not
        sent may be any user, key or channel, so all are sent, those that were deleted too.
        """
        async with self._lock, self._source.store.unit_of_work(write=False) as uow:
            await self._one_view(uow.session)
            self.read_upto = await feed.newest(uow.session)
            self._last_entry = last_entry
            await self._send_entries(uow.session)
            limits = await limits_of(uow.session, "user")
            async for users in _batches(uow.session, User, USER_COLUMNS, deleted=True):
                self._gateway.publish_users(user_rows(users, limits))
                await asyncio.sleep(0)
            limits = await limits_of(uow.session, "key")
            async for keys in _batches(uow.session, Key, KEY_COLUMNS, deleted=True):
                self._gateway.publish_keys(key_rows(keys, limits=limits))
                await asyncio.sleep(0)
            await self._send_routing(uow.session)

    @asynccontextmanager
    async def at_rest(self) -> AsyncIterator[int]:
        """Sends nothing meanwhile; yields the number of the last entry that was sent."""
        async with self._lock:
            yield self._last_entry

    async def publish(self, changes: Changes) -> None:
        """Sends what a commit changed; failures are logged and tried again by `run`."""
        async with self._lock:
            self._owed.add(changes)
            await self._pay()

    async def run(self) -> None:
        """Pays what is owed, and reads routing again now and then; until cancelled."""
        waited = 0.0
        while True:
            await asyncio.sleep(RETRY_S)
            waited += RETRY_S
            async with self._lock:
                if waited >= self._sync_s:
                    self._owed.routing = True
                    self._owed.entries = True
                    waited = 0.0
                if self._owed:
                    await self._pay()

    async def _pay(self) -> None:
        try:
            async with self._source.store.unit_of_work(write=False) as uow:
                await self._send(uow.session, self._owed)
        except (CoreError, CompileError, SQLAlchemyError, OSError) as error:
            # Said once a cause: a broken option would be told of every second.
            if str(error) != self._last_failure:
                log.warning("publishing failed, will be tried again", error=str(error))
            self._last_failure = str(error)
        else:
            self._last_failure = ""

    async def _send(self, session: AsyncSession, owed: Changes) -> None:
        """Pays one debt after the other; routing last, since a broken option may hold it up."""
        for ids in _slices(sorted(owed.users)):
            users = await session.scalars(select(User).where(User.id.in_(ids)))
            limits = await limits_of(session, "user", ids)
            self._gateway.publish_users(user_rows(users.all(), limits))
        owed.users.clear()
        for ids in _slices(sorted(owed.keys - owed.deleted_keys)):
            keys = await session.scalars(select(Key).where(Key.id.in_(ids)))
            limits = await limits_of(session, "key", ids)
            self._gateway.publish_keys(key_rows(keys.all(), limits=limits))
        if owed.deleted_keys:
            self._gateway.publish_keys(key_rows([], owed.deleted_keys))
        owed.keys.clear()
        owed.deleted_keys.clear()
        if owed.entries:
            await self._send_entries(session)
            owed.entries = False
        if owed.routing:
            await self._send_routing(session)
            owed.routing = False

    async def _send_routing(self, session: AsyncSession) -> None:
        rows = await session.scalars(select(Channel).order_by(Channel.id))
        channels = [OpenChannel(row, self._key_text(row)) for row in rows]
        stored = (await session.execute(select(Option.key, Option.value))).all()
        options = OptionValues(self._source.registry, {row.key: row.value for row in stored})
        limits = await limits_of_routing(session, options)
        version, defaults = self._version + 1, self._source.defaults
        compiled = compile_routing(version, channels, options, defaults, limits)
        for warning in compiled.warnings:
            log.warning("left out of routing", what=warning)
        self._gateway.publish_snapshot(compiled.document)
        self._version += 1

    def _key_text(self, row: Channel) -> str:
        """Returns a channel's credentials; none when they do not open with this server's key."""
        if not row.key_encrypted:
            return ""
        try:
            return self._source.sealer.open(row.key_encrypted, f"channel:{row.id}")
        except SealError as error:
            log.warning("a channel has no usable key", channel=row.id, error=str(error))
            return ""

    async def _send_entries(self, session: AsyncSession) -> None:
        columns = (
            LedgerEntry.number,
            LedgerEntry.user_id,
            LedgerEntry.key_id,
            LedgerEntry.wallet_delta,
            LedgerEntry.key_delta,
        )
        while True:
            query = select(*columns).where(LedgerEntry.number > self._last_entry)
            rows = (await session.execute(query.order_by(LedgerEntry.number).limit(BATCH))).all()
            if not rows:
                return
            entries = [[number, user, key or 0, *deltas] for number, user, key, *deltas in rows]
            self._gateway.apply_entries(orjson.dumps(entries))
            self._last_entry = rows[-1][0]

    async def _one_view(self, session: AsyncSession) -> None:
        """Makes all reads of the session see one state of the database."""
        if self._source.store.dialect == "postgresql":
            options = {"isolation_level": "REPEATABLE READ"}
            _ = await session.connection(execution_options=options)

    async def _load_users(self, session: AsyncSession) -> None:
        limits = await limits_of(session, "user")
        async for users in _batches(session, User, USER_COLUMNS):
            balances = [[user.id, user.quota] for user in users]
            self._gateway.load_accounts(orjson.dumps(self._accounts(users=balances)))
            self._gateway.publish_users(user_rows(users, limits))
            # The event loop must breathe while a large table streams by.
            await asyncio.sleep(0)

    async def _load_keys(self, session: AsyncSession) -> None:
        limits = await limits_of(session, "key")
        async for keys in _batches(session, Key, KEY_COLUMNS):
            balances = [[k.id, k.user_id, k.remain_quota, k.unlimited_quota] for k in keys]
            self._gateway.load_accounts(orjson.dumps(self._accounts(keys=balances)))
            self._gateway.publish_keys(key_rows(keys, limits=limits))
            await asyncio.sleep(0)

    def _accounts(
        self,
        *,
        users: Sequence[list[int]] = (),
        keys: Sequence[list[int | bool]] = (),
        more: bool = True,
    ) -> dict[str, Any]:
        last = self._last_entry
        return {"last_entry": last, "users": list(users), "keys": list(keys), "more": more}


async def _last_entry(session: AsyncSession) -> int:
    last = await session.scalar(select(LedgerCounter.last_number))
    return last or 0


async def _batches(
    session: AsyncSession,
    table: type[User | Key],
    columns: tuple[Any, ...],
    *,
    deleted: bool = False,
) -> AsyncIterator[Sequence[Row[Any]]]:
    """Walks the rows of a table by id, a batch at a time, so that memory stays flat.

    Plain columns: a million keys as objects would take four times as long.
    """
    after = 0
    query = select(*columns).order_by(table.id).limit(BATCH)
    if not deleted:
        query = query.where(table.deleted_at.is_(None))
    while True:
        rows = (await session.execute(query.where(table.id > after))).all()
        if not rows:
            return
        after = rows[-1].id
        yield rows


def _slices(ids: list[int]) -> list[list[int]]:
    return [ids[start : start + BATCH] for start in range(0, len(ids), BATCH)]
