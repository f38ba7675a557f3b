"""The rules of accounts: what a user may change, whom an administrator may manage.

Balances move through the ledger only. Deleting is soft: no new calls, running ones settle.
Password hashing happens before the writing transaction begins.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from weirgate.accounts import preferences, rules
from weirgate.accounts.newcomers import Newcomer
from weirgate.accounts.repository import AccountRepository
from weirgate.accounts.schemas import SelfOut, SelfUpdate, UserOut
from weirgate.errors import ConflictError, InvalidInputError, NotFoundError, RefusedError, Text
from weirgate.ledger.service import Credit, unique_key
from weirgate.system import audit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from weirgate.accounts.newcomers import Newcomers
    from weirgate.accounts.schemas import UserCreate, UserFilter, UserManage, UserUpdate
    from weirgate.identity.service import PasswordDesk
    from weirgate.ledger.service import LedgerService
    from weirgate.store import UnitOfWork
    from weirgate.store.tables import User
    from weirgate.web.auth import Caller
    from weirgate.web.paging import Page
    from weirgate.web.sessions import Sessions

_WRONG_PASSWORD = Text("原密码错误", "the original password is wrong")
_AMOUNT = Text("额度必须大于 0", "the amount must be greater than 0")


@dataclass(frozen=True, slots=True)
class ManageOutcome:
    """What an act left: the account's role and status; None after a change of money."""

    role: int
    status: int


class OwnAccountService:
    """The caller's own account."""

    def __init__(self, desk: PasswordDesk, sessions: Sessions) -> None:
        self._desk = desk
        self._sessions = sessions

    async def view(self, uow: UnitOfWork, caller: Caller) -> SelfOut:
        """Returns the caller's account.

        Raises:
            NotFoundError: it is gone.
        """
        return self_out(await _existing(uow, caller.user_id))

    async def update_setting(self, uow: UnitOfWork, caller: Caller, name: str, value: str) -> None:
        """Saves one value of the caller's settings."""
        await uow.begin_write()
        user = await _existing(uow, caller.user_id, lock=True)
        setting = rules.changed_setting(user.setting, name, value)
        await AccountRepository(uow.session).write(user.id, {"setting": setting})
        uow.changed.users.add(user.id)

    async def update(self, uow: UnitOfWork, caller: Caller, form: SelfUpdate, cookie: str) -> None:
        """Changes name, shown name or password; a new password ends the other sessions.

        Raises:
            RefusedError: the original password is wrong, or missing for a new one.
            InvalidInputError: a field does not fit.
            ConflictError: the name is taken.
        """
        user = await _existing(uow, caller.user_id)
        await self._check_original(user, form)
        values = await self._changes(user, form)
        await uow.begin_write()
        repository = AccountRepository(uow.session)
        if "username" in values:
            await _check_free(repository, values["username"], user.id)
        if values:
            await repository.write(user.id, values)
            uow.changed.users.add(user.id)
        if "password_hash" in values:
            await self._sessions.end_all(uow, user.id, keep_cookie=cookie)

    async def delete(self, uow: UnitOfWork, caller: Caller) -> None:
        """Deletes the caller's own account softly.

        Raises:
            RefusedError: the caller is root.
        """
        user = await _existing(uow, caller.user_id, lock=True)
        rules.check_not_root(user, rules.ROOT_UNDELETABLE)
        await _soft_delete(uow, self._sessions, user)

    async def _check_original(self, user: User, form: SelfUpdate) -> None:
        is_needed = bool(form.password) and bool(user.password_hash)
        if not is_needed and not form.original_password:
            return
        if not (await self._desk.check(form.original_password, user.password_hash)).matches:
            raise RefusedError(_WRONG_PASSWORD)

    async def _changes(self, user: User, form: SelfUpdate) -> dict[str, Any]:
        values: dict[str, Any] = {}
        if form.username and form.username != user.username:
            rules.check_username(form.username)
            values["username"] = form.username
        if form.display_name:
            rules.check_display_name(form.display_name)
            values["display_name"] = form.display_name
        if form.password:
            rules.check_password(form.password)
            values["password_hash"] = await self._desk.hash(form.password)
        return values


class AccountService:
    """Accounts, for administrators."""

    def __init__(
        self,
        ledger: LedgerService,
        newcomers: Newcomers,
        desk: PasswordDesk,
        sessions: Sessions,
    ) -> None:
        self._ledger = ledger
        self._newcomers = newcomers
        self._desk = desk
        self._sessions = sessions

    async def page(
        self,
        uow: UnitOfWork,
        wanted: UserFilter | None,
        page: Page,
        order: Sequence[tuple[str, bool]] = (),
    ) -> tuple[list[UserOut], int]:
        """Returns one page of accounts, deleted ones included, and the total."""
        repository = AccountRepository(uow.session)
        rows, total = await repository.page(wanted, page.offset, page.limit, order)
        return [user_out(row) for row in rows], total

    async def get(self, uow: UnitOfWork, caller: Caller, user_id: int) -> UserOut:
        """Returns one account below the caller.

        Raises:
            NotFoundError: no such account.
            RefusedError: it stands at or above the caller.
        """
        user = await _existing(uow, user_id)
        if not caller.is_root and caller.role <= user.role:
            raise RefusedError(rules.NOT_VISIBLE)
        return user_out(user)

    async def create(self, uow: UnitOfWork, caller: Caller, form: UserCreate) -> int:
        """Creates an account below the caller and returns its id.

        Raises:
            InvalidInputError: a field does not fit.
            RefusedError: the role is not below the caller's.
            ConflictError: the name is taken.
        """
        rules.check_username(form.username)
        rules.check_password(form.password)
        display_name = form.display_name or form.username
        rules.check_display_name(display_name)
        if form.role >= caller.role:
            raise RefusedError(rules.ROLE_TOO_HIGH)
        role = rules.new_role(form.role)
        password_hash = await self._desk.hash(form.password)
        await uow.begin_write()
        newcomer = Newcomer(
            username=form.username,
            password_hash=password_hash,
            display_name=display_name,
            role=role,
            group=form.group or "default",
            remark=form.remark,
        )
        user = await self._newcomers.admit(uow, newcomer)
        note = f"user {user.id} created with role {role}"
        audit.log(uow, audit.MANAGE, caller.user_id, caller.username, note)
        return user.id

    async def update(self, uow: UnitOfWork, caller: Caller, form: UserUpdate) -> None:
        """Changes an account below the caller; a quota is set by an entry of the difference.

        Raises:
            NotFoundError: no such account.
            RefusedError: it stands at or above the caller.
            ConflictError: the name is taken.
        """
        user = await _existing(uow, form.id)
        rules.check_manages(caller, user.role)
        values = await self._changes(user, form)
        await uow.begin_write()
        if form.quota is not None:
            await self._ledger.lock(uow)
        user = await _existing(uow, form.id, lock=True)
        rules.check_manages(caller, user.role)
        repository = AccountRepository(uow.session)
        if "username" in values:
            await _check_free(repository, values["username"], user.id)
        if values:
            await repository.write(user.id, values)
            uow.changed.users.add(user.id)
        if "password_hash" in values:
            await self._sessions.end_all(uow, user.id)
        if values:
            changed = ", ".join(sorted(name.removesuffix("_hash") for name in values))
            note = f"user {user.id} changed: {changed}"
            audit.log(uow, audit.MANAGE, caller.user_id, caller.username, note)
        if form.quota is not None and form.quota != user.quota:
            await self._set_quota(uow, caller, user, form.quota)

    async def delete(self, uow: UnitOfWork, caller: Caller, user_id: int) -> None:
        """Deletes an account below the caller softly.

        Raises:
            NotFoundError: no such account.
            RefusedError: it stands at or above the caller, root included.
        """
        user = await _existing(uow, user_id, lock=True)
        if caller.role <= user.role:
            raise RefusedError(rules.NOT_DELETABLE)
        await _soft_delete(uow, self._sessions, user)
        note = f"user {user.id} deleted"
        audit.log(uow, audit.MANAGE, caller.user_id, caller.username, note)

    async def manage(
        self, uow: UnitOfWork, caller: Caller, form: UserManage
    ) -> ManageOutcome | None:
        """Does one act on an account below the caller; an unknown act changes nothing.

        Raises:
            NotFoundError: no such account.
            RefusedError: the act is not allowed on it.
        """
        if form.action == "add_quota":
            await self._ledger.lock(uow)
        user = await _existing(uow, form.id, lock=True)
        rules.check_manages(caller, user.role)
        if form.action == "add_quota":
            await self._add_quota(uow, caller, user, form)
            return None
        if form.action == "delete":
            rules.check_not_root(user, Text("无法删除超级管理员用户", "root cannot be deleted"))
            await _soft_delete(uow, self._sessions, user)
        else:
            values = _managed(caller, user, form.action)
            if values:
                await AccountRepository(uow.session).write(user.id, values)
                uow.changed.users.add(user.id)
        note = f"user {user.id}: {form.action}"
        audit.log(uow, audit.MANAGE, caller.user_id, caller.username, note)
        return ManageOutcome(role=user.role, status=user.status)

    async def _changes(self, user: User, form: UserUpdate) -> dict[str, Any]:
        values: dict[str, Any] = {}
        if form.username and form.username != user.username:
            rules.check_username(form.username)
            values["username"] = form.username
        if form.display_name:
            rules.check_display_name(form.display_name)
            values["display_name"] = form.display_name
        if form.group:
            values["group"] = form.group
        if form.remark is not None:
            values["remark"] = form.remark
        if form.password:
            rules.check_password(form.password)
            values["password_hash"] = await self._desk.hash(form.password)
        return values

    async def _add_quota(
        self, uow: UnitOfWork, caller: Caller, user: User, form: UserManage
    ) -> None:
        if form.mode == "override":
            await self._set_quota(uow, caller, user, form.value)
            return
        if form.mode not in {"add", "subtract"}:
            raise InvalidInputError
        if form.value <= 0:
            raise InvalidInputError(_AMOUNT)
        delta = form.value if form.mode == "add" else -form.value
        await self._ledger.credit(uow, _adjustment(user.id, caller, delta))
        _note_quota(uow, caller, user, delta)

    async def _set_quota(self, uow: UnitOfWork, caller: Caller, user: User, target: int) -> None:
        delta = await self._ledger.set_wallet(uow, _adjustment(user.id, caller, 0), target)
        _note_quota(uow, caller, user, delta)


async def _existing(uow: UnitOfWork, user_id: int, *, lock: bool = False) -> User:
    user = await AccountRepository(uow.session).get(user_id, lock=lock)
    if user is None:
        raise NotFoundError
    return user


async def _check_free(repository: AccountRepository, username: str, user_id: int) -> None:
    if await repository.name_taken(username, by_other_than=user_id):
        raise ConflictError(rules.NAME_TAKEN)


async def _soft_delete(uow: UnitOfWork, sessions: Sessions, user: User) -> None:
    values = {"deleted_at": int(time.time()), "access_token_hash": None}
    await AccountRepository(uow.session).write(user.id, values)
    await sessions.end_all(uow, user.id)
    uow.changed.users.add(user.id)


def _managed(caller: Caller, user: User, action: str) -> dict[str, int]:
    """Returns the columns that an act changes."""
    if action == "disable":
        rules.check_not_root(user, Text("无法禁用超级管理员用户", "root cannot be disabled"))
        return {"status": rules.STATUS_DISABLED}
    if action == "enable":
        return {"status": rules.STATUS_ENABLED}
    if action == "promote":
        rules.check_promotes(caller, user)
        return {"role": rules.ROLE_ADMIN}
    if action == "demote":
        rules.check_demotes(user)
        return {"role": rules.ROLE_USER}
    return {}


def _adjustment(user_id: int, caller: Caller, delta: int) -> Credit:
    return Credit(
        user_id=user_id,
        kind="admin_edit",
        idempotency_key=unique_key("admin_edit"),
        wallet_delta=delta,
        note=f"by user {caller.user_id}",
    )


def _note_quota(uow: UnitOfWork, caller: Caller, user: User, delta: int) -> None:
    content = f"管理员 {caller.username} 将用户额度调整了 {delta}"
    audit.log(uow, audit.MANAGE, user.id, user.username, content, quota=delta)


_SHARED = (
    "id", "username", "display_name", "role", "status", "email", "github_id", "discord_id",
    "oidc_id", "wechat_id", "telegram_id", "linux_do_id", "lark_id", "group", "quota", "used_quota",
    "request_count", "aff_count", "aff_quota", "inviter_id", "setting", "stripe_customer",
)  # fmt: skip


def _shared(user: User) -> dict[str, Any]:
    columns = {name: getattr(user, name) for name in _SHARED}
    return columns | {"aff_code": user.aff_code or "", "aff_history_quota": user.aff_history}


def self_out(user: User) -> SelfOut:
    """Shows an account to its owner."""
    return SelfOut.model_validate(
        _shared(user)
        | {
            "sidebar_modules": str(rules.setting_of(user.setting).get("sidebar_modules", "")),
            "permissions": rules.permissions(user.role),
            "setting": preferences.shown(user.setting),
            "has_password": bool(user.password_hash),
        }
    )


def user_out(user: User) -> UserOut:
    """Shows an account to an administrator."""
    deleted_at = None
    if user.deleted_at is not None:
        deleted_at = datetime.fromtimestamp(user.deleted_at, UTC).isoformat()
    return UserOut.model_validate(
        _shared(user)
        | {
            "deleted_at": deleted_at,
            "setting": preferences.shown(user.setting),
            "remark": user.remark,
            "created_at": user.created_at,
            "last_login_at": user.last_login_at,
        }
    )
