"""Whom a notice reaches and in what shape (management contract §4.4); pure.

Called by the notifier with plain values; addresses that a user gave pass the operator's fetch rules
here and the egress policy later.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

import orjson

from weirgate.channels.egress import Call, Way
from weirgate.mail.sender import Letter
from weirgate.web.messages import choose_language, said

if TYPE_CHECKING:
    from weirgate.errors import Text
    from weirgate.system.option_keys import OptionValues

TIMEOUT_S = 10.0
MAX_REPLY_BYTES = 64 * 1024
DEFAULT_PRIORITY = 5
KINDS = ("email", "webhook", "bark", "gotify")
_PORTS = {"http": 80, "https": 443}


class NoticeError(Exception):
    """A notice cannot be sent as the user's settings stand; the text names no secret."""


@dataclass(frozen=True, slots=True)
class Notice:
    """What somebody is told; `kind` is the webhook's word for it, and what limits count by."""

    kind: str
    title: Text
    content: Text


@dataclass(frozen=True, slots=True)
class Receiver:
    """A user as notices reach him."""

    user_id: int
    email: str
    setting: dict[str, Any]

    @property
    def way(self) -> str:
        """Returns the way he chose, e-mail by default."""
        chosen = self.setting.get("notify_type")
        return chosen if chosen in KINDS else "email"

    def text(self, name: str) -> str:
        """Returns a setting that is a text, "" when it is not."""
        value = self.setting.get(name)
        return value.strip() if isinstance(value, str) else ""

    def read(self, text: Text) -> str:
        """Returns a text in his language."""
        return said(text, choose_language(self.text("language"), ""))


def read_setting(text: str) -> dict[str, Any]:
    """Returns a user's settings; broken ones are empty."""
    try:
        value = orjson.loads(text or "{}")
    except orjson.JSONDecodeError:
        return {}
    return value if isinstance(value, dict) else {}


def letter(receiver: Receiver, notice: Notice) -> Letter:
    """Returns the mail of a notice.

    Raises:
        NoticeError: the user has no address.
    """
    address = receiver.text("notification_email") or receiver.email
    if not address:
        raise NoticeError("the user has no e-mail address")
    return Letter(
        to=(address,),
        subject=receiver.read(notice.title),
        text=receiver.read(notice.content),
    )


def call(receiver: Receiver, notice: Notice, values: OptionValues, now_s: int) -> Call:
    """Returns the HTTP call of a notice that does not go by mail.

    Raises:
        NoticeError: the setting names no address, or one that the operator does not allow.
    """
    makers = {"webhook": _webhook, "bark": _bark, "gotify": _gotify}
    method, url, headers, body = makers[receiver.way](receiver, notice, now_s)
    return Call(
        method=method,
        url=url,
        headers=headers,
        body=body,
        way=Way(allow_private=_checked(url, values)),
        timeout_s=TIMEOUT_S,
        most_bytes=MAX_REPLY_BYTES,
    )


_Parts = tuple[str, str, dict[str, str], bytes | None]


def _webhook(receiver: Receiver, notice: Notice, now_s: int) -> _Parts:
    document = {
        "type": notice.kind,
        "title": receiver.read(notice.title),
        "content": receiver.read(notice.content),
        "values": [],
        "timestamp": now_s,
    }
    body = orjson.dumps(document)
    headers = {"content-type": "application/json"}
    if secret := receiver.text("webhook_secret"):
        headers["x-webhook-signature"] = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return "POST", receiver.text("webhook_url"), headers, body


def _bark(receiver: Receiver, notice: Notice, _now_s: int) -> _Parts:
    title = quote(receiver.read(notice.title), safe="")
    content = quote(receiver.read(notice.content), safe="")
    url = receiver.text("bark_url")
    if url and "{{" not in url:
        url = f"{url.rstrip('/')}/{{{{title}}}}/{{{{content}}}}"
    return "GET", url.replace("{{title}}", title).replace("{{content}}", content), {}, None


def _gotify(receiver: Receiver, notice: Notice, _now_s: int) -> _Parts:
    base, token = receiver.text("gotify_url").rstrip("/"), receiver.text("gotify_token")
    if not base or not token:
        raise NoticeError("the user's gotify settings are not complete")
    priority = receiver.setting.get("gotify_priority")
    good = isinstance(priority, int) and not isinstance(priority, bool) and 0 <= priority <= 10
    document = {
        "title": receiver.read(notice.title),
        "message": receiver.read(notice.content),
        "priority": priority if good else DEFAULT_PRIORITY,
    }
    headers = {"content-type": "application/json", "x-gotify-key": token}
    return "POST", f"{base}/message", headers, orjson.dumps(document)


def _checked(url: str, values: OptionValues) -> bool:
    """Checks an address against fetch_setting; returns whether it may be a private one."""
    try:
        parts = urlsplit(url)
        port = parts.port or _PORTS.get(parts.scheme, 0)
    except ValueError as error:
        raise NoticeError("the address is not valid") from error
    host = (parts.hostname or "").lower()
    if not host or not port:
        raise NoticeError("the address must begin with http:// or https://")
    if not values.flag("fetch_setting.enable_ssrf_protection"):
        return True
    ports = {str(allowed) for allowed in values.array("fetch_setting.allowed_ports")}
    if ports and str(port) not in ports:
        raise NoticeError(f"port {port} is not among fetch_setting.allowed_ports")
    is_listed = any(_fits(host, str(name)) for name in values.array("fetch_setting.domain_list"))
    if is_listed != values.flag("fetch_setting.domain_filter_mode"):
        raise NoticeError(f"host {host} is not allowed by fetch_setting.domain_list")
    return values.flag("fetch_setting.allow_private_ip")


def _fits(host: str, pattern: str) -> bool:
    name = pattern.strip().lower()
    if name.startswith("*."):
        return host.endswith(name[1:])
    return host == name
