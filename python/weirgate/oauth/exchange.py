"""The calls to a provider: code for token, token for who it is. Bounded, and quiet about secrets.

Every address is root's own setting or the table's; answers are read up to a limit, redirects are
not followed, and nothing that a provider says reaches the client's browser but names.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

import orjson

from weirgate.channels.egress import Call, EgressError, EgressRefusedError
from weirgate.errors import RefusedError, Text
from weirgate.oauth.providers import Addresses, Identity

if TYPE_CHECKING:
    from collections.abc import Mapping

    from weirgate.channels.egress import Egress
    from weirgate.oauth.providers import ProviderClient
    from weirgate.system.option_keys import OptionValues

_TIMEOUT_S = 15.0
_MAX_REPLY = 256 * 1024
_MAX_ID = 255

UNREACHABLE = Text(
    "无法连接至 {title} 服务器，请稍后重试！",
    "{title} could not be asked, please try again later",
)
NO_IDENTITY = Text("{title} 未返回有效的用户信息", "{title} did not say who you are")


@dataclass(frozen=True, slots=True)
class Grant:
    """What came back from a provider, and what it was asked for with."""

    code: str = field(repr=False)
    redirect_uri: str
    verifier: str = field(repr=False)


class ProviderExchange:
    """Asks providers."""

    def __init__(self, egress: Egress) -> None:
        self._egress = egress

    async def identify(self, client: ProviderClient, grant: Grant) -> Identity:
        """Returns who somebody is at the provider.

        Raises:
            RefusedError: the provider is not reached, refuses, or names nobody.
        """
        provider = client.provider
        addresses = await self.addresses(client)
        token = await self._token(client, addresses, grant)
        headers = {"authorization": f"Bearer {token}", "accept": "application/json"}
        user = await self._json(provider.title, "GET", addresses.user, headers, None)
        identity = provider.identity(user)
        if not 0 < len(identity.provider_id) <= _MAX_ID:
            raise RefusedError(NO_IDENTITY.format(title=provider.title))
        return identity

    async def wechat_id(self, values: OptionValues, code: str) -> str:
        """Returns somebody's id from the WeChat server, by the code that it gave them.

        Raises:
            RefusedError: the server is not reached or does not know the code.
        """
        base = values.text("WeChatServerAddress").rstrip("/")
        headers = {"authorization": values.text("WeChatServerToken")}
        url = f"{base}/api/wechat/user?code={quote(code, safe='')}"
        answer = await self._json("WeChat", "GET", url, headers, None)
        found = answer.get("data")
        if answer.get("success") is not True or not isinstance(found, str) or not found:
            raise RefusedError(Text("验证码错误或已过期", "the code is wrong or over"))
        return found[:_MAX_ID]

    async def addresses(self, client: ProviderClient) -> Addresses:
        """Returns the provider's addresses; missing ones are asked for by discovery.

        Raises:
            RefusedError: an address is missing and cannot be discovered.
        """
        known, title = client.addresses, client.provider.title
        if known.token and known.user:
            return known
        if not known.discovery:
            raise RefusedError(UNREACHABLE.format(title=title))
        found = await self.discover(title, known.discovery)
        return Addresses(
            authorize=known.authorize or found.authorize,
            token=known.token or found.token,
            user=known.user or found.user,
        )

    async def discover(self, title: str, well_known: str) -> Addresses:
        """Returns the addresses that a provider's discovery document names.

        Raises:
            RefusedError: it is not reached or names none.
        """
        found = await self._json(title, "GET", well_known, {}, None)
        return Addresses(
            authorize=str(found.get("authorization_endpoint", "")),
            token=str(found.get("token_endpoint", "")),
            user=str(found.get("userinfo_endpoint", "")),
        )

    async def _token(self, client: ProviderClient, addresses: Addresses, grant: Grant) -> str:
        provider, client_id, secret = client.provider, client.client_id, client.client_secret
        form = {
            "grant_type": "authorization_code",
            "code": grant.code,
            "redirect_uri": grant.redirect_uri,
            "code_verifier": grant.verifier,
        }
        headers = {"accept": "application/json"}
        if provider.by_basic:
            basic = base64.b64encode(f"{client_id}:{secret}".encode()).decode()
            headers["authorization"] = f"Basic {basic}"
        else:
            form |= {"client_id": client_id, "client_secret": secret}
        form = {name: value for name, value in form.items() if value}
        is_json = provider.token_body == "json"  # noqa: S105 (a form)
        kind = "application/json" if is_json else "application/x-www-form-urlencoded"
        headers["content-type"] = kind
        body = orjson.dumps(form) if is_json else urlencode(form).encode()
        answer = await self._json(provider.title, "POST", addresses.token, headers, body)
        token = answer.get("access_token")
        if not isinstance(token, str) or not token or not token.isprintable():
            raise RefusedError(NO_IDENTITY.format(title=provider.title))
        return token

    async def _json(
        self, title: str, method: str, url: str, headers: Mapping[str, str], body: bytes | None
    ) -> dict[str, Any]:
        call = Call(
            method=method,
            url=url,
            # Some providers refuse callers that do not say who they are.
            headers={"user-agent": "weirgate", **headers},
            body=body,
            timeout_s=_TIMEOUT_S,
            most_bytes=_MAX_REPLY,
        )
        try:
            reply = await self._egress.send(call)
            answer = orjson.loads(reply.body)
        except (EgressError, EgressRefusedError, orjson.JSONDecodeError) as error:
            raise RefusedError(UNREACHABLE.format(title=title)) from error
        if not reply.is_good or not isinstance(answer, dict):
            raise RefusedError(NO_IDENTITY.format(title=title))
        return answer
