"""What a proven identity comes to: a binding, a login, a new account.

An id at a provider belongs to one account, also to a deleted one; the database holds that, too.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from weirgate.accounts.newcomers import Newcomer
from weirgate.errors import (
    AccountDisabledError,
    ConflictError,
    InvalidInputError,
    RefusedError,
    Text,
)
from weirgate.mail import addresses
from weirgate.oauth import rules
from weirgate.oauth.repository import OAuthRepository
from weirgate.system import audit

if TYPE_CHECKING:
    from weirgate.accounts.newcomers import Newcomers
    from weirgate.identity.schemas import LoginOut
    from weirgate.identity.service import IdentityService, Visit
    from weirgate.oauth.providers import Identity
    from weirgate.store import UnitOfWork
    from weirgate.store.tables import User
    from weirgate.system.service import OptionService
    from weirgate.web.auth import Caller

ALREADY_BOUND = Text("该 {title} 账户已被绑定", "this {title} account is bound already")
_CLOSED = Text("管理员关闭了新用户注册", "registration is closed")
_DELETED = Text("用户已注销", "the account was deleted")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a sign-in came to: somebody logged in (with a cookie), or an id bound."""

    user: LoginOut | None = None
    cookie: str = ""


@dataclass(frozen=True, slots=True)
class Arrival:
    """Somebody at the door with a proven identity."""

    column: str
    name: str
    title: str
    identity: Identity
    custom_id: int = 0
    """The row of a provider that root has added; `column` is empty then."""


class Arrivals:
    """Decides what a proven identity means here: a binding, a login, a new account."""

    def __init__(
        self, options: OptionService, newcomers: Newcomers, identity: IdentityService
    ) -> None:
        self._options = options
        self._newcomers = newcomers
        self._identity = identity

    async def receive(
        self,
        uow: UnitOfWork,
        arrival: Arrival,
        caller: Caller | None,
        visit: Visit,
        aff: str = "",
        *,
        registers: bool = True,
    ) -> Outcome:
        """Binds to the caller, else logs in or registers; needs a writing unit of work.

        Raises:
            ConflictError: the id is another account's.
            AccountDisabledError: its account is banned.
            RefusedError: its account was deleted, or nobody has it and registration is closed.
        """
        user = await self._find(uow, arrival)
        if caller is not None:
            await self._bind(uow, arrival, caller, user)
            return Outcome()
        if user is None:
            if not registers:
                raise RefusedError(_not_bound(arrival.title))
            user = await self._register(uow, arrival, aff)
        if user.deleted_at is not None:
            raise RefusedError(_DELETED)
        if user.status != 1:
            raise AccountDisabledError
        entered, cookie = await self._identity.admit(
            uow, user.id, visit, f"login through {arrival.name}"
        )
        return Outcome(entered, cookie)

    async def _find(self, uow: UnitOfWork, arrival: Arrival) -> User | None:
        repository = OAuthRepository(uow.session)
        identity = arrival.identity
        if arrival.custom_id:
            return await repository.by_binding(arrival.custom_id, identity.provider_id)
        user = await repository.by_provider_id(arrival.column, identity.provider_id)
        if user is None and identity.former_id:
            user = await repository.by_provider_id(arrival.column, identity.former_id)
            if user is not None:
                await repository.set_provider_id(user.id, arrival.column, identity.provider_id)
        return user

    async def _bind(
        self, uow: UnitOfWork, arrival: Arrival, caller: Caller, owner: User | None
    ) -> None:
        taken = ALREADY_BOUND.format(title=arrival.title)
        if owner is not None:
            raise ConflictError(taken)
        if not await self._write(uow, arrival, caller.user_id):
            raise ConflictError(taken)
        note = f"{arrival.name} account bound"
        audit.log(uow, audit.SYSTEM, caller.user_id, caller.username, note)

    async def _write(self, uow: UnitOfWork, arrival: Arrival, user_id: int) -> bool:
        repository, provider_id = OAuthRepository(uow.session), arrival.identity.provider_id
        if arrival.custom_id:
            return await repository.bind(user_id, arrival.custom_id, provider_id)
        return await repository.set_provider_id(user_id, arrival.column, provider_id)

    async def _register(self, uow: UnitOfWork, arrival: Arrival, aff: str) -> User:
        values = await self._options.values(uow)
        if not values.flag("RegisterEnabled"):
            raise RefusedError(_CLOSED)
        repository = OAuthRepository(uow.session)
        newcomer = Newcomer(
            username=await _free_name(repository, arrival.name),
            display_name=rules.shown_name(arrival.identity.display_name),
            email=await _free_address(repository, arrival.identity.email),
            provider_ids={arrival.column: arrival.identity.provider_id} if arrival.column else {},
            aff_code=aff,
            registers_itself=True,
        )
        user = await self._newcomers.admit(uow, newcomer)
        if arrival.custom_id and not await self._write(uow, arrival, user.id):
            raise ConflictError(ALREADY_BOUND.format(title=arrival.title))
        audit.log(uow, audit.SYSTEM, user.id, user.username, f"registered through {arrival.name}")
        return user


def _not_bound(title: str) -> Text:
    return Text("该 {title} 账户未绑定", "no account is bound to this {title} account").format(
        title=title
    )


async def _free_name(repository: OAuthRepository, provider: str) -> str:
    name = f"{provider}_{await repository.next_number()}"
    while await repository.name_taken(name):
        name = f"{provider}_{secrets.token_hex(5)}"
    return name


async def _free_address(repository: OAuthRepository, text: str) -> str:
    """Returns a provider's proven address if it is a plain one that nobody has, else none."""
    try:
        address = addresses.checked(text).lower()
    except InvalidInputError:
        return ""
    return "" if await repository.address_taken(address) else address
