"""Setup and options: the rules around who may set the server up and what an option may hold.

Services of every domain read options through OptionService.values; only the option routes write
them. Nothing here knows HTTP or SQL.
"""

from __future__ import annotations

import asyncio
import hmac
import ipaddress
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from weirgate.errors import ConflictError, InvalidInputError, RefusedError, Text
from weirgate.ledger.service import Credit
from weirgate.store.tables import Setup, User
from weirgate.system import audit, edits
from weirgate.system.console_migration import migrated
from weirgate.system.option_checks import check_option
from weirgate.system.option_keys import (
    ALIASES,
    OptionRegistry,
    OptionValues,
    is_secret_key,
    option_text,
)
from weirgate.system.repository import SystemRepository
from weirgate.system.schemas import OptionIn, OptionOut, SetupIn, SetupOut
from weirgate.system.status import status_fields

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from weirgate.identity.passwords import Passwords
    from weirgate.ledger.service import LedgerService
    from weirgate.store import UnitOfWork
    from weirgate.web.auth import Caller

ROOT_QUOTA = 100_000_000
"""What the first user is credited with, in quota units (200 US dollars), as in the family."""

MAX_ROOT_NAME = 12
MIN_PASSWORD = 8
_ROLE_ROOT = 100

ALREADY_SET_UP = Text("系统已经初始化完成", "the system is already set up")
RATIO_RESET = Text("重置模型倍率成功", "model ratios were reset")
MIGRATED = Text("migrated", "migrated")
SET_UP = Text("系统初始化成功", "the system is set up")


class OptionService:
    """Reads and writes options."""

    def __init__(self, registry: OptionRegistry) -> None:
        self.registry = registry

    async def values(self, uow: UnitOfWork) -> OptionValues:
        """Returns the options in force in this transaction."""
        return OptionValues(self.registry, await SystemRepository(uow.session).options())

    async def held(self, uow: UnitOfWork) -> OptionValues:
        """Returns the options as nobody else changes them until this transaction ends.

        For changes to what is there: two at once would both begin from the same, and one be lost.
        """
        await SystemRepository(uow.session).lock_options()
        return await self.values(uow)

    def defaults(self) -> OptionValues:
        """Returns the options as they are where nothing is stored."""
        return OptionValues(self.registry, {})

    async def listed(self, uow: UnitOfWork) -> list[OptionOut]:
        """Returns every option that may be read."""
        values = await self.values(uow)
        return [OptionOut(key=key, value=value) for key, value in values.listed()]

    async def put(self, uow: UnitOfWork, caller: Caller, option: OptionIn) -> None:
        """Writes one option.

        Raises:
            OptionError: the value does not fit.
        """
        text, key = option_text(option.value), ALIASES.get(option.key, option.key)
        self.registry.check(key, text)
        check_option(key, text, await self.held(uow))
        before = await self.state(uow, key)
        await SystemRepository(uow.session).put_options({key: text})
        await self._record(uow, caller, key, before)
        uow.changed.routing = True
        shown = "***" if is_secret_key(key) else text[:200]
        note = f"option {key} set to {shown}"
        audit.log(uow, audit.MANAGE, caller.user_id, caller.username, note)

    async def reset_model_ratio(self, uow: UnitOfWork, caller: Caller) -> None:
        """Brings the model ratios back to their defaults."""
        before = await self.state(uow, "ModelRatio")
        await SystemRepository(uow.session).delete_option("ModelRatio")
        await self._record(uow, caller, "ModelRatio", before)
        uow.changed.routing = True
        audit.log(uow, audit.MANAGE, caller.user_id, caller.username, "option ModelRatio reset")

    def is_secret(self, key: str) -> bool:
        """Tells whether an option's value is never shown, and so not kept in the history."""
        return is_secret_key(key)

    async def state(self, uow: UnitOfWork, key: str) -> dict[str, str] | None:
        """Returns an option as the history keeps it; None while its default holds."""
        stored = (await SystemRepository(uow.session).options()).get(key)
        if stored is None:
            return None
        return {"value": "***" if self.is_secret(key) else stored}

    async def proposed(
        self, uow: UnitOfWork, option: OptionIn
    ) -> tuple[str, dict[str, str], dict[str, str]]:
        """Returns an option's key, its value in force and as a change would leave it.

        Raises:
            OptionError: the value does not fit.
        """
        text, key = option_text(option.value), ALIASES.get(option.key, option.key)
        values = await self.values(uow)
        self.registry.check(key, text)
        check_option(key, text, values)
        if self.is_secret(key):
            return key, {"value": "***"}, {"value": "***"}
        return key, {"value": values.text(key)}, {"value": text}

    async def restore(self, uow: UnitOfWork, caller: Caller, key: str, value: str | None) -> None:
        """Writes an option as it was; None brings its default back.

        Raises:
            OptionError: the value does not fit any more.
        """
        if value is not None:
            await self.put(uow, caller, OptionIn(key=key, value=value))
            return
        before = await self.state(uow, key)
        await SystemRepository(uow.session).delete_option(key)
        await self._record(uow, caller, key, before)
        uow.changed.routing = True
        note = f"option {key} brought back to its default"
        audit.log(uow, audit.MANAGE, caller.user_id, caller.username, note)

    async def _record(
        self, uow: UnitOfWork, caller: Caller, key: str, before: dict[str, str] | None
    ) -> None:
        after = await self.state(uow, key)
        await edits.record(uow, caller, edits.OPTION, key, before, after)

    async def migrate_console_setting(self, uow: UnitOfWork, caller: Caller) -> None:
        """Brings old console options under their present names and forgets the old ones.

        Raises:
            OptionError: an old value does not fit the new option.
        """
        repository = SystemRepository(uow.session)
        stored = await repository.options()
        written, forgotten = migrated(stored)
        values = OptionValues(self.registry, stored)
        for key, text in written.items():
            self.registry.check(key, text)
            check_option(key, text, values)
        await repository.put_options(written)
        for key in forgotten:
            await repository.delete_option(key)
        uow.changed.routing = True
        note = f"console options migrated: {', '.join(forgotten) or 'none'}"
        audit.log(uow, audit.MANAGE, caller.user_id, caller.username, note)


@dataclass(frozen=True, slots=True)
class SetupPeer:
    """Who asks for the setup: its address, and the token that it brought."""

    client_ip: str
    token: str


class SetupService:
    """Sets the server up, once."""

    def __init__(
        self,
        ledger: LedgerService,
        passwords: Passwords,
        *,
        setup_token: str,
        database_type: str,
        version: str,
    ) -> None:
        """Takes the one-time token (never empty) and what GET /api/setup tells."""
        if not setup_token:
            raise ValueError("the setup token is empty")
        self._ledger = ledger
        self._passwords = passwords
        self._setup_token = setup_token
        self._database_type = "postgres" if database_type == "postgresql" else database_type
        self._version = version

    async def is_set_up(self, uow: UnitOfWork) -> bool:
        """Tells whether the setup was finished."""
        return await SystemRepository(uow.session).is_set_up()

    async def state(self, uow: UnitOfWork) -> SetupOut:
        """Returns what the setup page asks first."""
        repository = SystemRepository(uow.session)
        if await repository.is_set_up():
            return SetupOut(status=True, initialized=True, root_init=False, database_type="")
        return SetupOut.model_validate(
            {
                "status": False,
                "initialized": False,
                "root_init": await repository.root_exists(),
                "database_type": self._database_type,
            }
        )

    async def set_up(self, uow: UnitOfWork, peer: SetupPeer, form: SetupIn) -> None:
        """Creates the root user (unless there is one) and marks the setup as finished.

        Raises:
            ConflictError: the server is set up already.
            RefusedError: the peer is not on this machine and brought no valid token.
            InvalidInputError: name or password do not fit.
        """
        if await self.is_set_up(uow):
            raise ConflictError(ALREADY_SET_UP)
        self._check_peer(peer)
        root_exists = await SystemRepository(uow.session).root_exists()
        password_hash = ""
        if not root_exists:
            _check_form(form)
            password_hash = await asyncio.to_thread(self._passwords.hash, form.password)
        await uow.begin_write()
        # Two forms at once: the second waits here, then finds the server set up.
        await self._ledger.lock(uow)
        repository = SystemRepository(uow.session)
        if await repository.is_set_up() or await repository.root_exists() != root_exists:
            raise ConflictError(ALREADY_SET_UP)
        if not root_exists:
            await self._add_root(uow, form.username, password_hash)
        await self._finish(uow, form)

    def _check_peer(self, peer: SetupPeer) -> None:
        if _is_loopback(peer.client_ip):
            return
        if not hmac.compare_digest(peer.token.encode(), self._setup_token.encode()):
            raise RefusedError(
                Text(
                    "需要启动时打印的一次性初始化令牌（X-Setup-Token）",
                    "the one-time setup token printed at start is needed (X-Setup-Token)",
                )
            )

    async def _add_root(self, uow: UnitOfWork, username: str, password_hash: str) -> None:
        root = User(
            username=username,
            password_hash=password_hash,
            display_name="Root User",
            role=_ROLE_ROOT,
            status=1,
            group="default",
            created_at=int(time.time()),
        )
        await SystemRepository(uow.session).add_user(root)
        uow.changed.users.add(root.id)
        credit = Credit(
            user_id=root.id, kind="setup", idempotency_key="setup:root", wallet_delta=ROOT_QUOTA
        )
        await self._ledger.credit(uow, credit)
        audit.log(uow, audit.SYSTEM, root.id, username, "root user created", quota=ROOT_QUOTA)

    async def _finish(self, uow: UnitOfWork, form: SetupIn) -> None:
        repository = SystemRepository(uow.session)
        await repository.put_options(
            {
                "SelfUseModeEnabled": option_text(form.self_use_mode),
                "DemoSiteEnabled": option_text(form.demo_site),
            }
        )
        await repository.add_setup(Setup(version=self._version, initialized_at=int(time.time())))
        uow.changed.routing = True


def _check_form(form: SetupIn) -> None:
    if not form.username.strip():
        raise InvalidInputError(Text("用户名不能为空", "the username is empty"))
    if len(form.username) > MAX_ROOT_NAME:
        raise InvalidInputError(
            Text("用户名长度不能超过12个字符", "the username must not exceed 12 characters")
        )
    if form.confirm_password not in {None, form.password}:
        raise InvalidInputError(Text("两次输入的密码不一致", "the passwords differ"))
    if len(form.password) < MIN_PASSWORD:
        raise InvalidInputError(
            Text("密码长度至少为8个字符", "the password needs at least 8 characters")
        )


def _is_loopback(client_ip: str) -> bool:
    try:
        address = ipaddress.ip_address(client_ip)
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return (mapped or address).is_loopback


class SiteService:
    """The public texts and the status of the site."""

    def __init__(
        self,
        options: OptionService,
        *,
        version: str,
        start_time: int,
        providers: Callable[[UnitOfWork], Awaitable[list[dict[str, Any]]]],
    ) -> None:
        """Takes the version, the start of the process in Unix seconds, and what lists providers.

        `providers` returns what sign-in pages show of the OAuth providers that root has added.
        """
        self._options = options
        self._providers = providers
        self._version = version
        self._start_time = start_time

    async def status(self, uow: UnitOfWork) -> dict[str, object]:
        """Returns the status: the union of the family's keys."""
        values = await self._options.values(uow)
        head = {
            "version": self._version,
            "start_time": self._start_time,
            "setup": await SystemRepository(uow.session).is_set_up(),
        }
        providers = await self._providers(uow)
        # The family leaves the field out where there are none.
        added = {"custom_oauth_providers": providers} if providers else {}
        return head | status_fields(values) | added

    async def text(self, uow: UnitOfWork, key: str) -> str:
        """Returns one public text option."""
        return (await self._options.values(uow)).text(key)
