"""How an account comes into being, whoever makes it: row, welcome credits, inviter, first key.

Called by administration, registration and sign-in through a provider, in their writing
transaction and with the password hashed before. Balances move through the ledger only.
"""

from __future__ import annotations

import secrets
import string
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from weirgate.accounts import rules
from weirgate.accounts.repository import AccountRepository
from weirgate.errors import ConflictError
from weirgate.keys.schemas import KeyCreate
from weirgate.ledger.service import Credit
from weirgate.store.tables import User
from weirgate.system import audit
from weirgate.web.auth import Caller

if TYPE_CHECKING:
    from weirgate.keys.service import KeyService
    from weirgate.ledger.service import LedgerService
    from weirgate.store import UnitOfWork
    from weirgate.system.service import OptionService

FIRST_KEY_QUOTA = 500_000
_ALPHABET = string.ascii_letters + string.digits
_CODE_LENGTHS = (4, 4, 4, 4, 6, 8, 12, 16)
"""The family's codes have four characters; taken ones make the next try longer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Newcomer:
    """An account to be made; everything in it has been checked."""

    username: str
    password_hash: str = field(default="", repr=False)
    display_name: str = ""
    role: int = rules.ROLE_USER
    group: str = "default"
    remark: str = ""
    email: str = ""
    provider_ids: dict[str, str] = field(default_factory=dict)
    aff_code: str = ""
    """The invitation code that brought it here."""
    registers_itself: bool = False


class Newcomers:
    """Makes accounts."""

    def __init__(
        self,
        ledger: LedgerService,
        options: OptionService,
        keys: KeyService,
        *,
        with_first_key: bool = False,
    ) -> None:
        """Takes whether those who register get a first key."""
        self._ledger = ledger
        self._options = options
        self._keys = keys
        self._with_first_key = with_first_key

    async def admit(self, uow: UnitOfWork, newcomer: Newcomer) -> User:
        """Makes the account and books what it and its inviter are given.

        Raises:
            ConflictError: the name, the address or a provider's id is taken, also by the deleted.
        """
        # The ledger's lock comes before any account's.
        await self._ledger.lock(uow)
        repository = AccountRepository(uow.session)
        if await repository.name_taken(newcomer.username):
            raise ConflictError(rules.NAME_TAKEN)
        if newcomer.email and await repository.email_taken(newcomer.email):
            raise ConflictError(rules.NAME_TAKEN)
        inviter = None
        if newcomer.aff_code:
            inviter = await repository.by_aff_code(newcomer.aff_code)
        user = await repository.add(await _row(repository, newcomer, inviter))
        uow.changed.users.add(user.id)
        await self._welcome(uow, user, "new_user", "QuotaForNewUser", "新用户注册赠送")
        if inviter is not None:
            await self._welcome(uow, user, "invitee", "QuotaForInvitee", "使用邀请码赠送")
            await self._reward(uow, inviter)
        if newcomer.registers_itself and self._with_first_key:
            await self._give_key(uow, user)
        return user

    async def _welcome(
        self, uow: UnitOfWork, user: User, kind: str, option: str, words: str
    ) -> None:
        quota = (await self._options.values(uow)).integer(option)
        if quota <= 0:
            return
        credit = Credit(
            user_id=user.id, kind=kind, idempotency_key=f"{kind}:{user.id}", wallet_delta=quota
        )
        await self._ledger.credit(uow, credit)
        audit.log(uow, audit.SYSTEM, user.id, user.username, f"{words} {quota}", quota=quota)

    async def _reward(self, uow: UnitOfWork, inviter: User) -> None:
        """Counts the invitation; the reward is the inviter's once it is transferred."""
        quota = max(0, (await self._options.values(uow)).integer("QuotaForInviter"))
        await AccountRepository(uow.session).reward(inviter.id, quota)
        if quota:
            words = f"邀请用户赠送 {quota}"
            audit.log(uow, audit.SYSTEM, inviter.id, inviter.username, words, quota=quota)

    async def _give_key(self, uow: UnitOfWork, user: User) -> None:
        owner = Caller(user.id, user.username, user.role, user.group, "session")
        name = rules.first_key_name(user.username)
        form = KeyCreate(name=name, remain_quota=FIRST_KEY_QUOTA, unlimited_quota=True)
        await self._keys.create(uow, owner, form)


async def _row(repository: AccountRepository, newcomer: Newcomer, inviter: User | None) -> User:
    return User(
        username=newcomer.username,
        password_hash=newcomer.password_hash,
        display_name=newcomer.display_name or newcomer.username,
        role=newcomer.role,
        status=rules.STATUS_ENABLED,
        group=newcomer.group,
        remark=newcomer.remark,
        email=newcomer.email,
        setting=rules.default_setting(newcomer.role),
        aff_code=await free_aff_code(repository),
        inviter_id=0 if inviter is None else inviter.id,
        created_at=int(time.time()),
        **newcomer.provider_ids,
    )


async def free_aff_code(repository: AccountRepository) -> str:
    """Returns an invitation code that nobody has.

    Raises:
        ConflictError: every try was taken.
    """
    for length in _CODE_LENGTHS:
        code = "".join(secrets.choice(_ALPHABET) for _ in range(length))
        if not await repository.aff_code_taken(code):
            return code
    raise ConflictError
