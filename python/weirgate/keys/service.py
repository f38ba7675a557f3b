"""The rules of API keys: making, changing, showing and deleting a user's own keys.

Money only through the ledger; the key's text only encrypted. Every change is noted on the unit
of work so that the data plane learns of it after the commit.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from weirgate.errors import InvalidInputError, NotFoundError, RefusedError, Text
from weirgate.keys import rules
from weirgate.keys.repository import KeyRepository
from weirgate.keys.schemas import KeyCreate, KeyOut, KeyTexts, KeyUpdate
from weirgate.ledger.service import Credit, unique_key
from weirgate.store.tables import Key

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from weirgate.keys.schemas import KeySearch
    from weirgate.ledger.service import LedgerService
    from weirgate.store import UnitOfWork
    from weirgate.store.crypto import Sealer
    from weirgate.system.option_keys import OptionValues
    from weirgate.system.service import OptionService
    from weirgate.web.auth import Caller
    from weirgate.web.paging import Page

SCANNED_KEYS = 5000
"""Most keys that a search by part of a key decrypts."""


class KeyService:
    """Keys of the caller."""

    def __init__(
        self,
        ledger: LedgerService,
        options: OptionService,
        sealer: Sealer,
        key_hash: Callable[[str], str],
    ) -> None:
        """Takes `key_hash`: the relay's keyed hash of a key without `sk-`."""
        self._ledger = ledger
        self._options = options
        self._sealer = sealer
        self._key_hash = key_hash

    async def page(
        self, uow: UnitOfWork, caller: Caller, page: Page, order: Sequence[tuple[str, bool]] = ()
    ) -> tuple[list[KeyOut], int]:
        """Returns one page of the caller's keys, newest first, and how many there are."""
        repository = KeyRepository(uow.session, caller.user_id)
        rows = await repository.page(page.offset, page.limit, order=order)
        return await self._shown(uow, rows), await repository.count()

    async def search(
        self, uow: UnitOfWork, caller: Caller, search: KeySearch, page: Page
    ) -> tuple[list[KeyOut], int]:
        """Returns one page of the caller's keys by name and key text."""
        repository = KeyRepository(uow.session, caller.user_id)
        name_like = rules.search_pattern(search.keyword) if search.keyword else None
        wanted = rules.without_prefix(search.token)
        if not wanted:
            rows = await repository.page(page.offset, page.limit, name_like, search.order_by())
            return await self._shown(uow, rows), await repository.count(name_like)
        rules.search_pattern(wanted)
        rows = await repository.page(0, SCANNED_KEYS, name_like)
        found = [row for row in rows if wanted.replace("%", "") in self._text(row)]
        shown = found[page.offset : page.offset + page.limit]
        return await self._shown(uow, shown), len(found)

    async def get(self, uow: UnitOfWork, caller: Caller, key_id: int) -> KeyOut:
        """Returns one key.

        Raises:
            NotFoundError: the caller has no such key.
        """
        row = await self._own(uow, caller, key_id)
        return (await self._shown(uow, [row]))[0]

    async def create(self, uow: UnitOfWork, caller: Caller, form: KeyCreate) -> int:
        """Creates a key and returns its id; its money arrives by one ledger entry.

        Raises:
            KeyRuleError: a field is out of its limits.
            RefusedError: the caller has as many keys as allowed.
        """
        values = await self._options.values(uow)
        _check(form.name, form.allow_ips, form.remain_quota, values)
        if form.remain_quota:
            await self._ledger.lock(uow)
        await self._check_count(uow, caller, values)
        text = rules.new_key_text()
        now = int(time.time())
        key = Key(
            user_id=caller.user_id,
            key_hash=self._key_hash(text),
            key_preview=rules.mask_key(text),
            status=rules.STATUS_ENABLED,
            created_time=now,
            accessed_time=now,
            **form.model_dump(exclude={"remain_quota"}),
        )
        repository = KeyRepository(uow.session, caller.user_id)
        await repository.add(key)
        sealed = self._sealer.seal(text, _binding(key.id))
        await repository.write(key.id, {"key_encrypted": sealed})
        uow.changed.keys.add(key.id)
        if form.remain_quota:
            credit = Credit(
                user_id=caller.user_id,
                key_id=key.id,
                key_delta=form.remain_quota,
                kind="key_create",
                idempotency_key=f"key_create:{key.id}",
            )
            await self._ledger.credit(uow, credit)
        return key.id

    async def update(self, uow: UnitOfWork, caller: Caller, form: KeyUpdate) -> KeyOut:
        """Overwrites a key's fields but the status; a changed amount becomes a ledger entry.

        Raises:
            NotFoundError: the caller has no such key.
            KeyRuleError: a field is out of its limits.
        """
        values = await self._options.values(uow)
        _check(form.name, form.allow_ips, form.remain_quota or 0, values)
        if form.remain_quota is not None:
            await self._ledger.lock(uow)
        row = await self._own(uow, caller, form.id)
        columns = form.model_dump(exclude={"id", "status", "remain_quota"})
        kept = {"expired_time", "unlimited_quota"}
        columns = {name: value for name, value in columns.items() if _is_named(name, value, kept)}
        repository = KeyRepository(uow.session, caller.user_id)
        await repository.write(row.id, columns)
        if form.remain_quota is not None:
            await self._set_amount(uow, caller, row.id, form.remain_quota)
        uow.changed.keys.add(row.id)
        return (await self._shown(uow, [await repository.refresh(row)]))[0]

    async def set_status(self, uow: UnitOfWork, caller: Caller, form: KeyUpdate) -> KeyOut:
        """Changes the status alone.

        Raises:
            NotFoundError: the caller has no such key.
            RefusedError: an expired or exhausted key cannot be enabled.
        """
        row = await self._own(uow, caller, form.id)
        if form.status not in rules.STATUSES:
            raise InvalidInputError
        if form.status == rules.STATUS_ENABLED:
            _check_enable(row, int(time.time()))
        repository = KeyRepository(uow.session, caller.user_id)
        await repository.write(row.id, {"status": form.status})
        uow.changed.keys.add(row.id)
        return (await self._shown(uow, [await repository.refresh(row)]))[0]

    async def delete(self, uow: UnitOfWork, caller: Caller, key_id: int) -> None:
        """Deletes a key softly: no new calls, running ones settle.

        Raises:
            NotFoundError: the caller has no such key.
        """
        if not await self.delete_many(uow, caller, [key_id]):
            raise NotFoundError

    async def delete_many(self, uow: UnitOfWork, caller: Caller, key_ids: list[int]) -> int:
        """Deletes those of the keys that are the caller's and returns how many."""
        if not key_ids:
            raise InvalidInputError
        repository = KeyRepository(uow.session, caller.user_id)
        deleted = await repository.soft_delete(key_ids, int(time.time()))
        uow.changed.deleted_keys.update(deleted)
        return len(deleted)

    async def reveal(self, uow: UnitOfWork, caller: Caller, key_id: int) -> str:
        """Returns the key's text without `sk-`.

        Raises:
            NotFoundError: the caller has no such key.
        """
        return self._text(await self._own(uow, caller, key_id))

    async def created(self, uow: UnitOfWork, caller: Caller, key_id: int) -> KeyOut:
        """Returns a key that was just made, with its whole text: one-api answers with it."""
        row = await self._own(uow, caller, key_id)
        return key_out(row, self._text(row))

    async def reveal_many(self, uow: UnitOfWork, caller: Caller, key_ids: list[int]) -> KeyTexts:
        """Returns the texts of those keys that are the caller's, at most 100."""
        if not key_ids or len(key_ids) > rules.MAX_KEYS_REVEALED:
            raise InvalidInputError
        rows = await KeyRepository(uow.session, caller.user_id).get_many(key_ids)
        return KeyTexts(keys={str(row.id): self._text(row) for row in rows})

    async def _own(self, uow: UnitOfWork, caller: Caller, key_id: int) -> Key:
        repository = KeyRepository(uow.session, caller.user_id)
        row = await repository.get(key_id, lock=uow.writes)
        if row is None:
            raise NotFoundError
        return row

    async def _check_count(self, uow: UnitOfWork, caller: Caller, values: OptionValues) -> None:
        most = values.integer("token_setting.max_user_tokens")
        repository = KeyRepository(uow.session, caller.user_id)
        await repository.lock_owner()
        if await repository.count() >= most:
            raise RefusedError(
                Text(f"已达到最大令牌数量限制 ({most})", f"at most {most} keys a user")
            )

    async def _set_amount(self, uow: UnitOfWork, caller: Caller, key_id: int, target: int) -> None:
        credit = Credit(
            user_id=caller.user_id,
            key_id=key_id,
            kind="key_edit",
            idempotency_key=unique_key("key_edit"),
        )
        await self._ledger.set_key(uow, credit, target)

    async def _shown(self, uow: UnitOfWork, rows: Sequence[Key]) -> list[KeyOut]:
        values = await self._options.values(uow)
        is_masked = values.flag("token_setting.mask_keys")
        return [key_out(row, row.key_preview if is_masked else self._text(row)) for row in rows]

    def _text(self, row: Key) -> str:
        return self._sealer.open(row.key_encrypted, _binding(row.id))


def _binding(key_id: int) -> str:
    return f"token:{key_id}"


def _is_named(name: str, value: object, kept: set[str]) -> bool:
    return value is not None or name not in kept


def _check(name: str, allow_ips: str | None, remain_quota: int, values: OptionValues) -> None:
    rules.check_name(name)
    rules.check_allow_ips(allow_ips)
    rules.check_quota(remain_quota, values.integer("QuotaPerUnit"))


def _check_enable(row: Key, now: int) -> None:
    is_expired = row.expired_time != rules.NEVER and row.expired_time <= now
    if row.status == rules.STATUS_EXPIRED and is_expired:
        raise RefusedError(
            Text(
                "令牌已过期，无法启用，请先修改令牌过期时间，或者设置为永不过期",
                "the key has expired: change its expiry first",
            )
        )
    is_exhausted = row.remain_quota <= 0 and not row.unlimited_quota
    if row.status == rules.STATUS_EXHAUSTED and is_exhausted:
        raise RefusedError(
            Text(
                "令牌可用额度已用尽，无法启用，请先修改令牌剩余额度，或者设置为无限额度",
                "the key is exhausted: give it quota first",
            )
        )


def key_out(row: Key, text: str) -> KeyOut:
    """Shows a key with its full or masked text."""
    return KeyOut(
        id=row.id,
        user_id=row.user_id,
        key=text,
        status=row.status,
        name=row.name,
        created_time=row.created_time,
        accessed_time=row.accessed_time,
        expired_time=row.expired_time,
        remain_quota=row.remain_quota,
        unlimited_quota=row.unlimited_quota,
        model_limits_enabled=row.model_limits_enabled,
        model_limits=row.model_limits,
        allow_ips=row.allow_ips,
        used_quota=row.used_quota,
        group=row.group,
        cross_group_retry=row.cross_group_retry,
    )
