"""Sign-in through others: a state bound to the session, an identity, then bind, log in or register.

A state travels in a sealed cookie, belongs to the browser session that asked for it, and works
once. Providers are asked while no transaction is open. An id belongs to one account, also to a
deleted one; the database holds that, too.
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

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
from weirgate.oauth.exchange import Grant
from weirgate.oauth.providers import PROVIDERS, Identity, Provider
from weirgate.oauth.repository import OAuthRepository
from weirgate.system import audit

if TYPE_CHECKING:
    from weirgate.accounts.newcomers import Newcomers
    from weirgate.identity.schemas import LoginOut
    from weirgate.identity.service import IdentityService, Visit
    from weirgate.oauth.exchange import ProviderExchange
    from weirgate.oauth.schemas import CallbackQuery
    from weirgate.store import UnitOfWork
    from weirgate.store.tables import User
    from weirgate.system.option_keys import OptionValues
    from weirgate.system.service import OptionService
    from weirgate.web.auth import Caller
    from weirgate.web.sessions import Sessions
    from weirgate.web.spent_tokens import SpentTokens

WRONG_STATE = Text("state 参数为空或不匹配", "the state is missing or does not match")
UNKNOWN_PROVIDER = Text("未知的 OAuth 提供商", "unknown OAuth provider")
OFF = Text("管理员未开启通过 {title} 登录以及注册", "sign-in by {title} is switched off")
BOUND = Text("绑定成功", "bound")
ALREADY_BOUND = Text("该 {title} 账户已被绑定", "this {title} account is bound already")
_CLOSED = Text("管理员关闭了新用户注册", "registration is closed")
_DELETED = Text("用户已注销", "the account was deleted")
_TRUST = Text("Linux DO 信任等级未达到管理员设置的最低信任等级", "the trust level is too low")
_USED = Text("该登录信息已被使用", "this sign-in was used already")
_PURPOSE = "oauth state"


@dataclass(frozen=True, slots=True)
class Begun:
    """A sign-in that was begun: its state, where to go, and what the cookie keeps."""

    state: str
    authorize_url: str
    kept: dict[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a sign-in came to: somebody logged in (with a cookie), or an id bound."""

    user: LoginOut | None = None
    cookie: str = ""


@dataclass(frozen=True, slots=True)
class Origin:
    """Whence a callback comes: the visit, the site's own address, what the cookie kept."""

    visit: Visit
    base_url: str
    kept: dict[str, Any] = field(repr=False)


class OAuthService:
    """Signs people in through OAuth providers."""

    def __init__(
        self,
        options: OptionService,
        exchange: ProviderExchange,
        arrivals: Arrivals,
        sessions: Sessions,
        spent: SpentTokens,
    ) -> None:
        self._options = options
        self._exchange = exchange
        self._arrivals = arrivals
        self._sessions = sessions
        self._spent = spent

    async def begin(
        self, uow: UnitOfWork, provider_name: str, aff: str, cookie: str, base_url: str
    ) -> Begun:
        """Begins a sign-in; with a provider's name it has PKCE and an address to go to.

        Raises:
            RefusedError: the provider is unknown or off.
        """
        state = rules.new_state()
        kept: dict[str, Any] = {
            "state": state,
            "aff": aff,
            "session": self._sessions.hash_of_cookie(cookie),
        }
        if not provider_name:
            return Begun(state, "", kept)
        values = await self._options.values(uow)
        provider = _known(provider_name, values)
        await uow.pause()
        known = await self._exchange.addresses(provider, values)
        verifier = rules.new_verifier()
        redirect_uri = _site(values, base_url) + provider.redirect_path
        url = rules.authorize_url(
            provider, known, values.text(provider.client_id), redirect_uri, state, verifier
        )
        return Begun(state, url, kept | {"provider": provider.name, "verifier": verifier})

    async def finish(
        self,
        uow: UnitOfWork,
        provider_name: str,
        query: CallbackQuery,
        origin: Origin,
        caller: Caller | None,
    ) -> Outcome:
        """Takes a provider's answer: binds it to the caller, else logs in or registers.

        Raises:
            RefusedError: wrong or used state, provider off or failing, registration closed.
            ConflictError: the id is another account's.
        """
        provider = PROVIDERS.get(provider_name)
        if provider is None:
            raise _with_status(UNKNOWN_PROVIDER, 400)
        await self._check_state(uow, provider, query.state, origin)
        if query.error:
            raise RefusedError(query.error_description or query.error)
        values = await self._options.values(uow)
        _known(provider_name, values)
        if not query.code:
            raise InvalidInputError
        await uow.pause()
        redirect_uri = _site(values, origin.base_url) + provider.redirect_path
        grant = Grant(query.code, redirect_uri, str(origin.kept.get("verifier", "")))
        identity = await self._exchange.identify(provider, values, grant)
        if provider.name == "linuxdo" and identity.trust_level < values.integer(
            "LinuxDOMinimumTrustLevel"
        ):
            raise RefusedError(_TRUST)
        await uow.begin_write()
        if not await self._spent.spend(uow, _PURPOSE, query.state):
            raise _with_status(WRONG_STATE, 403)
        arrival = Arrival(provider.column, provider.name, provider.title, identity)
        return await self._arrivals.receive(
            uow, arrival, caller, origin.visit, str(origin.kept.get("aff", ""))
        )

    async def _check_state(
        self, uow: UnitOfWork, provider: Provider, state: str, origin: Origin
    ) -> None:
        kept = origin.kept
        session = self._sessions.hash_of_cookie(origin.visit.cookie)
        is_same = (
            bool(state)
            and hmac.compare_digest(str(kept.get("state", "")).encode(), state.encode())
            and hmac.compare_digest(str(kept.get("session", "")), session)
            and kept.get("provider", provider.name) == provider.name
        )
        if not is_same or await self._spent.is_spent(uow, _PURPOSE, state):
            raise _with_status(WRONG_STATE, 403)


@dataclass(frozen=True, slots=True)
class Arrival:
    """Somebody at the door with a proven identity."""

    column: str
    name: str
    title: str
    identity: Identity


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
        provider_id = arrival.identity.provider_id
        repository = OAuthRepository(uow.session)
        if not await repository.set_provider_id(caller.user_id, arrival.column, provider_id):
            raise ConflictError(taken)
        note = f"{arrival.name} account bound"
        audit.log(uow, audit.SYSTEM, caller.user_id, caller.username, note)

    async def _register(self, uow: UnitOfWork, arrival: Arrival, aff: str) -> User:
        values = await self._options.values(uow)
        if not values.flag("RegisterEnabled"):
            raise RefusedError(_CLOSED)
        repository = OAuthRepository(uow.session)
        newcomer = Newcomer(
            username=await _free_name(repository, arrival.name),
            display_name=rules.shown_name(arrival.identity.display_name),
            email=await _free_address(repository, arrival.identity.email),
            provider_ids={arrival.column: arrival.identity.provider_id},
            aff_code=aff,
            registers_itself=True,
        )
        user = await self._newcomers.admit(uow, newcomer)
        audit.log(uow, audit.SYSTEM, user.id, user.username, f"registered through {arrival.name}")
        return user


class OtherSignIn:
    """Sign-in without OAuth: codes of a WeChat account, Telegram's signed widget."""

    def __init__(
        self,
        options: OptionService,
        exchange: ProviderExchange,
        arrivals: Arrivals,
        spent: SpentTokens,
    ) -> None:
        self._options = options
        self._exchange = exchange
        self._arrivals = arrivals
        self._spent = spent

    async def wechat(
        self, uow: UnitOfWork, code: str, caller: Caller | None, visit: Visit
    ) -> Outcome:
        """Takes a code of the WeChat account: binds it to the caller, else logs in or registers.

        Raises:
            RefusedError: off, or the code is wrong; else what `Arrivals.receive` raises.
        """
        values = await self._options.values(uow)
        if not values.flag("WeChatAuthEnabled") or not values.text("WeChatServerAddress"):
            raise RefusedError(Text("管理员未开启通过微信登录以及注册", "WeChat sign-in is off"))
        if not code:
            raise InvalidInputError
        await uow.pause()
        found = await self._exchange.wechat_id(values, code)
        await uow.begin_write()
        arrival = Arrival("wechat_id", "wechat", "微信", Identity(found))
        return await self._arrivals.receive(uow, arrival, caller, visit)

    async def telegram(
        self,
        uow: UnitOfWork,
        fields: dict[str, str],
        caller: Caller | None,
        visit: Visit,
        now_s: int,
    ) -> Outcome:
        """Takes Telegram's signed fields: binds to the caller, else logs in who is bound.

        Raises:
            RefusedError: off, not Telegram's, too old or used; nobody is registered by it.
        """
        values = await self._options.values(uow)
        if not values.flag("TelegramOAuthEnabled"):
            raise RefusedError(OFF.format(title="Telegram"))
        if not rules.is_telegrams(fields, values.text("TelegramBotToken"), now_s):
            raise RefusedError(Text("无效的请求", "the request is not Telegram's, or too old"))
        await uow.begin_write()
        if not await self._spent.spend(uow, "telegram", fields["hash"]):
            raise RefusedError(_USED)
        arrival = Arrival("telegram_id", "telegram", "Telegram", Identity(fields["id"]))
        return await self._arrivals.receive(uow, arrival, caller, visit, registers=False)


def _known(name: str, values: OptionValues) -> Provider:
    provider = PROVIDERS.get(name)
    if provider is None:
        raise _with_status(UNKNOWN_PROVIDER, 400)
    has_client = values.text(provider.client_id) and values.text(provider.client_secret)
    if not provider.is_on(values) or not has_client:
        raise RefusedError(OFF.format(title=provider.title))
    return provider


def _with_status(text: Text, status: int) -> RefusedError:
    error = RefusedError(text)
    error.status = error.family_status = status
    return error


def _not_bound(title: str) -> Text:
    return Text("该 {title} 账户未绑定", "no account is bound to this {title} account").format(
        title=title
    )


def _site(values: OptionValues, base_url: str) -> str:
    """Returns the site's public address: the option's, else the request's own."""
    return (values.text("ServerAddress") or base_url).rstrip("/")


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
