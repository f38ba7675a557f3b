"""The check that a person fills in a public form: Turnstile, hCaptcha, or whatever speaks the same.

Asks the configured address; whatever is not a clear yes is a no. One success holds ten minutes for
the same browser at the same address, since a token works once and a form may need two calls.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import orjson

from weirgate.channels.egress import Call, EgressError, EgressRefusedError
from weirgate.errors import RefusedError, Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from weirgate.channels.egress import Egress
    from weirgate.store import UnitOfWork
    from weirgate.system.option_keys import OptionValues
    from weirgate.system.service import OptionService
    from weirgate.web.router import Context
    from weirgate.web.short_cookies import ShortCookies

COOKIE = "human"
_TIMEOUT_S = 10.0
_MAX_REPLY = 64 * 1024
_MAX_TOKEN = 4096

_EMPTY = Text("Turnstile token 为空", "the Turnstile token is empty")
_FAILED = Text("Turnstile 校验失败，请刷新重试！", "the Turnstile check failed, please reload")


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who fills in the form, and the token that the form brought."""

    token: str = field(repr=False)
    client_ip: str
    scheme: str
    cookies: Mapping[str, str] = field(repr=False)

    @classmethod
    def of(cls, context: Context[Any, Any], token: str) -> Visitor:
        """Returns the visitor of a request."""
        return cls(token, context.client_ip, context.scheme, context.cookies)


class Turnstile:
    """Checks visitors of public forms, where the check is switched on."""

    def __init__(self, options: OptionService, egress: Egress, cookies: ShortCookies) -> None:
        self._options = options
        self._egress = egress
        self._cookies = cookies

    async def check(self, uow: UnitOfWork, visitor: Visitor) -> str:
        """Lets a visitor pass; returns a Set-Cookie header, "" when there is none to set.

        Raises:
            RefusedError: no token, or the verifier did not say yes.
        """
        values = await self._options.values(uow)
        if not values.flag("TurnstileCheckEnabled") or self._has_passed(visitor):
            return ""
        if not visitor.token:
            raise RefusedError(_EMPTY)
        await uow.pause()
        if len(visitor.token) > _MAX_TOKEN or not await self._verify(values, visitor):
            raise RefusedError(_FAILED)
        content = {"ip": visitor.client_ip}
        return self._cookies.make(COOKIE, content, scheme=visitor.scheme, same_site="Strict")

    def _has_passed(self, visitor: Visitor) -> bool:
        passed = self._cookies.read(COOKIE, visitor.cookies)
        return bool(passed) and hmac.compare_digest(str(passed.get("ip")), visitor.client_ip)

    async def _verify(self, values: OptionValues, visitor: Visitor) -> bool:
        form = {
            "secret": values.text("TurnstileSecretKey"),
            "response": visitor.token,
            "remoteip": visitor.client_ip,
        }
        call = Call(
            method="POST",
            url=values.text("weirgate.turnstile_verify_url"),
            headers={"content-type": "application/x-www-form-urlencoded"},
            body=urlencode(form).encode(),
            timeout_s=_TIMEOUT_S,
            most_bytes=_MAX_REPLY,
        )
        try:
            reply = await self._egress.send(call)
            answer = orjson.loads(reply.body)
        except (EgressError, EgressRefusedError, orjson.JSONDecodeError):
            return False
        return reply.is_good and isinstance(answer, dict) and answer.get("success") is True
