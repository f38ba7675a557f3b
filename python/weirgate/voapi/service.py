"""Says VoAPI 2's words with the services that own the things: nothing is kept or decided here.

A key has one group here, VoAPI's may have several: more than one is refused. Groups have numbers
there; `group_id` of the name is the number.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from weirgate.errors import InvalidInputError, Text
from weirgate.groups.user_groups import group_id
from weirgate.keys.rules import STATUS_DISABLED, STATUS_ENABLED
from weirgate.keys.schemas import KeyCreate, KeyOut, KeyUpdate
from weirgate.usage.schemas import OwnSums
from weirgate.voapi import rules
from weirgate.voapi import schemas as models
from weirgate.web.auth import Caller

if TYPE_CHECKING:
    from weirgate.accounts.invitations import InvitationService
    from weirgate.accounts.service import OwnAccountService
    from weirgate.catalog.service import CatalogService
    from weirgate.checkins.schemas import CheckInRecord
    from weirgate.checkins.service import CheckInService
    from weirgate.groups.service import GroupService
    from weirgate.keys.service import KeyService
    from weirgate.store import UnitOfWork
    from weirgate.system.service import OptionService
    from weirgate.web.paging import Page

ReadSums: TypeAlias = Callable[[Caller, int, int], Awaitable[OwnSums]]
"""A caller's sums from a Unix second to another; the end is not in it."""

_DAY_S = 86_400
_NO_BONUS = rules.dollars(0, 1)
ONE_GROUP = Text("一个密钥只能选择一个分组", "a key has one group")
NO_GROUP = Text("分组不存在", "there is no such group")


@dataclass(frozen=True, slots=True, kw_only=True)
class VoapiServices:
    """The services whose words are said otherwise here."""

    options: OptionService
    own: OwnAccountService
    keys: KeyService
    groups: GroupService
    catalog: CatalogService
    check_ins: CheckInService
    invitations: InvitationService
    sums: ReadSums
    now_ms: Callable[[], int]


class VoapiAccount:
    """The caller's account, sums and invitation."""

    def __init__(self, services: VoapiServices) -> None:
        self._services = services

    async def info(self, uow: UnitOfWork, caller: Caller) -> models.AccountInfo:
        """Returns the caller's account.

        Raises:
            NotFoundError: it is gone.
        """
        per_unit = await _per_unit(self._services.options, uow)
        account = await self._services.own.view(uow, caller)
        ever = await self._services.sums(caller, 0, self._now_s() + 1)
        return models.AccountInfo(
            id=account.id,
            username=account.username,
            nickname=account.display_name or account.username,
            basic_balance=rules.dollars(account.quota, per_unit),
            bind_balance=_NO_BONUS,
            used_basic_balance=rules.dollars(account.used_quota, per_unit),
            used_bind_balance=_NO_BONUS,
            total_request=account.request_count,
            total_token=ever.tokens,
        )

    async def statistics(
        self, uow: UnitOfWork, caller: Caller, query: models.StatisticsQuery
    ) -> models.Statistics:
        """Returns the caller's sums of a range."""
        per_unit = await _per_unit(self._services.options, uow)
        end_s = query.e // 1000 + 1 if query.e > 0 else self._now_s() + 1
        start_s = query.s // 1000 if query.s > 0 else end_s - _DAY_S
        found = await self._services.sums(caller, start_s, end_s)
        return models.Statistics(
            d=models.Sums(
                requests=found.calls,
                used_basic_balance=rules.dollars(found.quota, per_unit),
                used_bind_balance=_NO_BONUS,
                errors=found.failures,
                max_rpm=found.max_rpm,
            )
        )

    async def invitation(self, uow: UnitOfWork, caller: Caller, base_url: str) -> models.InviteInfo:
        """Returns where the caller's guests register."""
        values = await self._services.options.values(uow)
        site = (values.text("ServerAddress") or base_url).rstrip("/")
        code = await self._services.invitations.code(uow, caller)
        return models.InviteInfo(url=f"{site}/register?aff={code}")

    def _now_s(self) -> int:
        return self._services.now_ms() // 1000


class VoapiKeyDesk:
    """The caller's keys."""

    def __init__(self, services: VoapiServices) -> None:
        self._services = services
        self._keys = services.keys

    async def page(self, uow: UnitOfWork, caller: Caller, page: Page) -> models.VoapiKeys:
        """Returns one page of the caller's keys, newest first."""
        per_unit = await _per_unit(self._services.options, uow)
        found, total = await self._keys.page(uow, caller, page)
        return models.VoapiKeys(
            records=[_key(key, per_unit) for key in found],
            page=page.number,
            size=page.size,
            total=total,
            pages=-(-total // page.size),
        )

    async def create(self, uow: UnitOfWork, caller: Caller, form: models.KeyForm) -> None:
        """Makes as many keys as the form says.

        Raises:
            InvalidInputError: a group is not the caller's to use; else what keys raise.
        """
        per_unit = await _per_unit(self._services.options, uow)
        group = await self._group(uow, caller, form.groups or [])
        asked = KeyCreate(
            name=form.name or "",
            group=group,
            expired_time=rules.seconds(
                rules.NEVER if form.expire_time is None else form.expire_time
            ),
            unlimited_quota=bool(form.boundless_amount),
            remain_quota=0 if form.amount is None else rules.quota(form.amount, per_unit),
        )
        for _ in range(form.gen_count):
            key_id = await self._keys.create(uow, caller, asked)
            if form.enable is False:
                switch = KeyUpdate(id=key_id, status=STATUS_DISABLED)
                await self._keys.set_status(uow, caller, switch)

    async def update(
        self, uow: UnitOfWork, caller: Caller, key_id: int, form: models.KeyForm
    ) -> None:
        """Changes what the form names.

        Raises:
            NotFoundError: the caller has no such key; else as `create`.
        """
        per_unit = await _per_unit(self._services.options, uow)
        present = await self._keys.get(uow, caller, key_id)
        is_regrouped = form.groups is not None and form.groups != _groups(present)
        group = await self._group(uow, caller, form.groups or []) if is_regrouped else present.group
        amount = None if form.amount is None else rules.quota(form.amount, per_unit)
        expired_time = None if form.expire_time is None else rules.seconds(form.expire_time)
        changed = KeyUpdate(
            id=key_id,
            name=present.name if form.name is None else form.name,
            remain_quota=None if amount == present.remain_quota else amount,
            expired_time=expired_time,
            unlimited_quota=form.boundless_amount,
            model_limits_enabled=present.model_limits_enabled,
            model_limits=present.model_limits,
            allow_ips=present.allow_ips,
            group=group,
            cross_group_retry=present.cross_group_retry,
        )
        await self._keys.update(uow, caller, changed)
        is_on = present.status == STATUS_ENABLED
        if form.enable is not None and form.enable is not is_on:
            status = STATUS_ENABLED if form.enable else STATUS_DISABLED
            await self._keys.set_status(uow, caller, KeyUpdate(id=key_id, status=status))

    async def template(self, uow: UnitOfWork, caller: Caller) -> models.KeyTemplate:
        """Returns the groups and models that a key of the caller may use."""
        described = await self._services.groups.described(uow, caller.group)
        groups = [
            models.KeyGroup(
                id=group_id(name),
                name=name,
                ratio=part["ratio"] if isinstance(part["ratio"], int | float) else 1,
                note=part["desc"],
            )
            for name, part in described.items()
        ]
        names = await self._services.catalog.models_of(uow, caller)
        return models.KeyTemplate(groups=groups, models=[models.KeyModel(id_key=n) for n in names])

    async def _group(self, uow: UnitOfWork, caller: Caller, numbers: list[int]) -> str:
        if len(numbers) > 1:
            raise InvalidInputError(ONE_GROUP)
        if not numbers:
            return ""
        usable = await self._services.groups.described(uow, caller.group)
        for name in usable:
            if group_id(name) == numbers[0]:
                return name
        raise InvalidInputError(NO_GROUP)


class VoapiCheckIns:
    """The caller's check-ins."""

    def __init__(self, services: VoapiServices) -> None:
        self._services = services

    async def stats(self, uow: UnitOfWork, caller: Caller) -> models.SignStats:
        """Returns where the caller's check-ins stand.

        Raises:
            RefusedError: check-ins are off.
        """
        per_unit = await _per_unit(self._services.options, uow)
        state = await self._services.check_ins.state(uow, caller, "")
        today, days = await self._services.check_ins.last_days(uow, caller)
        streak = rules.days_in_a_row(days, today)
        newest = state.stats.records[0] if state.stats.checked_in_today else None
        return models.SignStats(
            today_signed=state.stats.checked_in_today,
            next_amount=rules.dollars(state.min_quota, per_unit),
            today_record=None if newest is None else _record(newest, per_unit, streak),
            consecutive_days=streak,
        )

    async def template(self, uow: UnitOfWork, caller: Caller) -> models.SignTemplate:
        """Returns what check-ins give.

        Raises:
            RefusedError: check-ins are off.
        """
        per_unit = await _per_unit(self._services.options, uow)
        state = await self._services.check_ins.state(uow, caller, "")
        return models.SignTemplate(
            enable=state.enabled,
            min_amount=rules.dollars(state.min_quota, per_unit),
            max_amount=rules.dollars(state.max_quota, per_unit),
        )

    async def records(self, uow: UnitOfWork, caller: Caller) -> models.SignRecords:
        """Returns the caller's check-ins of this month.

        Raises:
            RefusedError: check-ins are off.
        """
        per_unit = await _per_unit(self._services.options, uow)
        state = await self._services.check_ins.state(uow, caller, "")
        records = [_record(record, per_unit) for record in state.stats.records]
        return models.SignRecords(records=records, size=len(records), total=len(records))

    async def sign(self, uow: UnitOfWork, caller: Caller) -> models.SignRecord:
        """Checks the caller in.

        Raises:
            RefusedError: check-ins are off or set up wrongly, or it was done today.
        """
        record = await self._services.check_ins.check_in(uow, caller)
        today, days = await self._services.check_ins.last_days(uow, caller)
        per_unit = await _per_unit(self._services.options, uow)
        return _record(record, per_unit, rules.days_in_a_row(days, today))


async def _per_unit(options: OptionService, uow: UnitOfWork) -> int:
    return (await options.values(uow)).integer("QuotaPerUnit")


def _groups(key: KeyOut) -> list[int]:
    return [group_id(key.group)] if key.group else []


def _key(key: KeyOut, per_unit: int) -> models.VoapiKey:
    return models.VoapiKey(
        id=key.id,
        name=key.name,
        token_masked=f"sk-{key.key}",
        groups=_groups(key),
        enable=key.status == STATUS_ENABLED,
        expire_time=rules.milliseconds(key.expired_time),
        boundless_amount=key.unlimited_quota,
        amount=rules.dollars(key.remain_quota, per_unit),
        used=rules.dollars(key.used_quota, per_unit),
        created=key.created_time * 1000,
        updated=key.accessed_time * 1000,
    )


def _record(record: CheckInRecord, per_unit: int, streak: int = 0) -> models.SignRecord:
    return models.SignRecord(
        ymd=record.checkin_date.replace("-", ""),
        amount=rules.dollars(record.quota_awarded, per_unit),
        bonus_amount=_NO_BONUS,
        consecutive_no=streak,
    )
