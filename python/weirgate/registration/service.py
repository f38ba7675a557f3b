"""Registers people, proves addresses by mailed codes, and resets forgotten passwords.

Mails and password hashes are made before the writing transaction begins. Whether an address has an
account is told by nothing that can be asked for without a code, but for the taken name or address
that a registration itself must refuse.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from weirgate.accounts import rules as account_rules
from weirgate.accounts.newcomers import Newcomer
from weirgate.errors import ConflictError, InvalidInputError, NotFoundError, RefusedError, Text
from weirgate.mail import addresses
from weirgate.mail.sender import SmtpAccount
from weirgate.registration import rules
from weirgate.registration.repository import RegistrationRepository
from weirgate.system import audit

if TYPE_CHECKING:
    from weirgate.accounts.newcomers import Newcomers
    from weirgate.identity.service import PasswordDesk
    from weirgate.mail.postman import Postman
    from weirgate.mail.sender import Mailer
    from weirgate.registration.codes import EmailCodes
    from weirgate.registration.schemas import RegisterIn
    from weirgate.store import UnitOfWork
    from weirgate.store.tables import User
    from weirgate.system.service import OptionService
    from weirgate.web.auth import Caller
    from weirgate.web.sessions import Sessions

_CLOSED = Text("管理员关闭了新用户注册", "registration is closed")
_PASSWORD_CLOSED = Text(
    "管理员关闭了通过密码进行注册，请使用第三方账户验证的形式进行注册",
    "registration by password is closed, please use another account",
)
_NEEDS_CODE = Text(
    "管理员开启了邮箱验证，请输入邮箱地址和验证码",
    "an e-mail address and its verification code are needed",
)
_TAKEN = Text("邮箱地址已被占用", "the address is taken")
_WRONG_LINK = Text("重置链接非法或已过期", "the reset link is wrong or over")


class RegistrationService:
    """Registers people and proves their addresses."""

    def __init__(
        self,
        options: OptionService,
        newcomers: Newcomers,
        desk: PasswordDesk,
        codes: EmailCodes,
        mailer: Mailer,
    ) -> None:
        self._options = options
        self._newcomers = newcomers
        self._desk = desk
        self._codes = codes
        self._mailer = mailer

    async def register(self, uow: UnitOfWork, form: RegisterIn, client_ip: str) -> None:
        """Makes an account; nobody is logged in by it.

        Raises:
            RefusedError: closed, or the address is missing, not allowed or not proven.
            InvalidInputError: a field does not fit.
            ConflictError: name or address is taken.
        """
        values = await self._options.values(uow)
        if not values.flag("RegisterEnabled"):
            raise RefusedError(_CLOSED)
        if not values.flag("PasswordRegisterEnabled"):
            raise RefusedError(_PASSWORD_CLOSED)
        account_rules.check_username(form.username)
        account_rules.check_password(form.password)
        address = ""
        if values.flag("EmailVerificationEnabled"):
            if not form.email or not form.verification_code:
                raise RefusedError(_NEEDS_CODE)
            address = rules.checked_address(form.email, values)
        await uow.pause()
        password_hash = await self._desk.hash(form.password)
        await uow.begin_write()
        if address:
            await self._codes.use(uow, rules.REGISTER, address, form.verification_code)
        newcomer = Newcomer(
            username=form.username,
            password_hash=password_hash,
            email=address,
            aff_code=form.aff_code,
            registers_itself=True,
        )
        user = await self._newcomers.admit(uow, newcomer)
        audit.log(uow, audit.SYSTEM, user.id, user.username, "registered", ip=client_ip)

    async def send_code(self, uow: UnitOfWork, email: str, purpose: str, language: str) -> None:
        """Mails a code that proves an address.

        Raises:
            InvalidInputError: no address, or an unknown purpose.
            RefusedError: the address is not allowed.
            ConflictError: the address is taken.
            MailError: the letter did not go out.
        """
        if purpose not in {"", rules.REGISTER, rules.BIND}:
            raise InvalidInputError
        values = await self._options.values(uow)
        address = rules.checked_address(email, values)
        if await RegistrationRepository(uow.session).address_taken(address):
            raise ConflictError(_TAKEN)
        code = rules.new_code(rules.REGISTER)
        await uow.pause()
        await self._mailer.send(values, rules.code_letter(values, address, code, language))
        await uow.begin_write()
        # Old pages ask for a code without a purpose and use it to bind, too.
        wanted = (purpose,) if purpose else (rules.REGISTER, rules.BIND)
        for each in wanted:
            await self._codes.issue(uow, each, address, code)

    async def bind(self, uow: UnitOfWork, caller: Caller, email: str, code: str) -> None:
        """Gives the caller's account a proven address.

        Raises:
            InvalidInputError: no address.
            RefusedError: the address is not allowed, or the code is wrong.
            ConflictError: another account has it.
        """
        values = await self._options.values(uow)
        address = rules.checked_address(email, values)
        await uow.begin_write()
        await self._codes.use(uow, rules.BIND, address, code)
        repository = RegistrationRepository(uow.session)
        if await repository.address_taken(address, by_other_than=caller.user_id):
            raise ConflictError(_TAKEN)
        await repository.write(caller.user_id, {"email": address})
        audit.log(uow, audit.SYSTEM, caller.user_id, caller.username, f"bound address {address}")


class PasswordResetService:
    """Gives a new password to who can read the account's mail."""

    def __init__(
        self,
        options: OptionService,
        desk: PasswordDesk,
        codes: EmailCodes,
        postman: Postman,
        sessions: Sessions,
    ) -> None:
        self._options = options
        self._desk = desk
        self._codes = codes
        self._postman = postman
        self._sessions = sessions

    async def ask(self, uow: UnitOfWork, email: str, language: str) -> None:
        """Mails a reset link if the address has an account; the answer tells nothing of it.

        Raises:
            InvalidInputError: no address.
            MailError: no mail server is set.
        """
        values = await self._options.values(uow)
        address = addresses.checked(email).lower()
        SmtpAccount.of(values)
        if not await RegistrationRepository(uow.session).by_address(address):
            return
        code = rules.new_code(rules.RESET)
        await uow.begin_write()
        await self._codes.issue(uow, rules.RESET, address, code)
        # Handed over, not awaited: how long it takes would tell that there is an account.
        self._postman.post(values, rules.reset_letter(values, address, code, language))

    async def reset(self, uow: UnitOfWork, email: str, token: str, client_ip: str) -> str:
        """Sets and returns a new random password; all sessions of the account end.

        Raises:
            InvalidInputError: a part of the link is missing.
            RefusedError: the link is wrong, over or used.
        """
        if not email or not token:
            raise InvalidInputError
        address = email.strip().lower()
        password = rules.new_password()
        await uow.pause()
        password_hash = await self._desk.hash(password)
        await uow.begin_write()
        await self._codes.use(uow, rules.RESET, address, token, _WRONG_LINK)
        user = await self._account(uow, address)
        values = {"password_hash": password_hash, "access_token_hash": None}
        await RegistrationRepository(uow.session).write(user.id, values)
        await self._sessions.end_all(uow, user.id)
        uow.changed.users.add(user.id)
        note = "password reset by mail"
        audit.log(uow, audit.SYSTEM, user.id, user.username, note, ip=client_ip)
        return password

    async def _account(self, uow: UnitOfWork, address: str) -> User:
        found = await RegistrationRepository(uow.session).by_address(address)
        if not found:
            raise NotFoundError
        return found[0]
