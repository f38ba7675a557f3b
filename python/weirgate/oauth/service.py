"""Sign-in through others: a state bound to the session, an identity, then bind, log in or register.

A state travels in a sealed cookie, belongs to the browser session that asked for it, and works
once. Providers are asked while no transaction is open. A binding that a session began ends for that
session too when the browser comes back without its cookie. `arrivals` says what an identity means.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from weirgate.errors import InvalidInputError, RefusedError, Text
from weirgate.oauth import rules
from weirgate.oauth.arrivals import Arrival
from weirgate.oauth.exchange import Grant
from weirgate.oauth.providers import PROVIDERS, Identity, ProviderClient
from weirgate.web.auth import caller_of_session

if TYPE_CHECKING:
    from collections.abc import Callable

    from weirgate.identity.service import Visit
    from weirgate.oauth.arrivals import Arrivals, Outcome
    from weirgate.oauth.custom import CustomProviders
    from weirgate.oauth.exchange import ProviderExchange
    from weirgate.oauth.schemas import CallbackQuery
    from weirgate.store import UnitOfWork
    from weirgate.system.option_keys import OptionValues
    from weirgate.system.service import OptionService
    from weirgate.web.auth import Caller
    from weirgate.web.sessions import Sessions
    from weirgate.web.spent_tokens import SpentTokens

WRONG_STATE = Text("state 参数为空或不匹配", "the state is missing or does not match")
UNKNOWN_PROVIDER = Text("未知的 OAuth 提供商", "unknown OAuth provider")
OFF = Text("管理员未开启通过 {title} 登录以及注册", "sign-in by {title} is switched off")
BOUND = Text("绑定成功", "bound")
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
class Origin:
    """Whence a callback comes: the visit, the site's own address, what the cookie kept."""

    visit: Visit
    base_url: str
    kept: dict[str, Any] = field(repr=False)

    @property
    def is_pending(self) -> bool:
        """Says whether this ends what a session began, and comes without that session's cookie."""
        return not self.visit.cookie and bool(self.kept.get("session"))


@dataclass(frozen=True, slots=True, kw_only=True)
class OAuthParts:
    """What sign-in through providers stands on."""

    options: OptionService
    exchange: ProviderExchange
    arrivals: Arrivals
    sessions: Sessions
    spent: SpentTokens
    custom: CustomProviders
    now_ms: Callable[[], int]


class OAuthService:
    """Signs people in through OAuth providers."""

    def __init__(self, parts: OAuthParts) -> None:
        self._parts = parts

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
            "session": self._parts.sessions.hash_of_cookie(cookie),
        }
        if not provider_name:
            return Begun(state, "", kept)
        values = await self._parts.options.values(uow)
        client = await self._client(uow, provider_name, values)
        provider = client.provider
        await uow.pause()
        known = await self._parts.exchange.addresses(client)
        verifier = rules.new_verifier()
        redirect_uri = _site(values, base_url) + provider.redirect_path
        url = rules.authorize_url(provider, known, client.client_id, redirect_uri, state, verifier)
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
        if provider_name not in PROVIDERS and not await self._parts.custom.knows(
            uow, provider_name
        ):
            raise _with_status(UNKNOWN_PROVIDER, 400)
        await self._check_state(uow, provider_name, query.state, origin)
        if query.error:
            raise RefusedError(query.error_description or query.error)
        values = await self._parts.options.values(uow)
        client = await self._client(uow, provider_name, values)
        provider = client.provider
        if not query.code:
            raise InvalidInputError
        await uow.pause()
        redirect_uri = _site(values, origin.base_url) + provider.redirect_path
        grant = Grant(query.code, redirect_uri, str(origin.kept.get("verifier", "")))
        identity = await self._parts.exchange.identify(client, grant)
        if provider.name == "linuxdo" and identity.trust_level < values.integer(
            "LinuxDOMinimumTrustLevel"
        ):
            raise RefusedError(_TRUST)
        await uow.begin_write()
        if not await self._parts.spent.spend(uow, _PURPOSE, query.state):
            raise _with_status(WRONG_STATE, 403)
        if caller is None:
            caller = await self._pending_binder(uow, origin)
        arrival = Arrival(
            provider.column, provider.name, provider.title, identity, client.custom_id
        )
        return await self._parts.arrivals.receive(
            uow, arrival, caller, origin.visit, str(origin.kept.get("aff", ""))
        )

    async def _client(self, uow: UnitOfWork, name: str, values: OptionValues) -> ProviderClient:
        provider = PROVIDERS.get(name)
        if provider is None:
            client = await self._parts.custom.client(uow, name)
        else:
            client = ProviderClient.of_options(provider, values)
        if client is None:
            raise _with_status(UNKNOWN_PROVIDER, 400)
        is_on = client.provider.is_on(values)
        if not (is_on and client.client_id and client.client_secret):
            raise RefusedError(OFF.format(title=client.provider.title))
        return client

    async def _pending_binder(self, uow: UnitOfWork, origin: Origin) -> Caller | None:
        """Returns who began a binding, where the browser has left the session's cookie out.

        A browser that comes back from the provider's site sends Lax cookies only. The sealed one
        names the session in which the binding was begun; that session must still be open.
        """
        if not origin.is_pending:
            return None
        binder = await caller_of_session(uow, str(origin.kept["session"]), self._parts.now_ms())
        if binder is None:
            raise _with_status(WRONG_STATE, 403)
        return binder

    async def _check_state(self, uow: UnitOfWork, name: str, state: str, origin: Origin) -> None:
        kept = origin.kept
        session = self._parts.sessions.hash_of_cookie(origin.visit.cookie)
        is_same = (
            bool(state)
            and hmac.compare_digest(str(kept.get("state", "")).encode(), state.encode())
            and (origin.is_pending or hmac.compare_digest(str(kept.get("session", "")), session))
            and kept.get("provider", name) == name
        )
        if not is_same or await self._parts.spent.is_spent(uow, _PURPOSE, state):
            raise _with_status(WRONG_STATE, 403)


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


def _with_status(text: Text, status: int) -> RefusedError:
    error = RefusedError(text)
    error.status = error.family_status = status
    return error


def _site(values: OptionValues, base_url: str) -> str:
    """Returns the site's public address: the option's, else the request's own."""
    return (values.text("ServerAddress") or base_url).rstrip("/")
