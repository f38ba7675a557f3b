"""Pure rules of registration: which addresses may be used, codes, and what letters say."""

from __future__ import annotations

import html
import secrets
import string
import uuid
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from weirgate.errors import InvalidInputError, RefusedError, Text
from weirgate.mail import addresses
from weirgate.mail.sender import Letter
from weirgate.system.status import server_address
from weirgate.web.messages import said

if TYPE_CHECKING:
    from weirgate.system.option_keys import OptionValues

REGISTER = "register"
BIND = "bind"
RESET = "reset"
CODE_MINUTES = 10
MAX_TRIES = 5
"""Wrong tries after which a code is dead."""

NEW_PASSWORD_LENGTH = 12
_CODE_LENGTH = 6
# No 0/O, 1/I/L: people copy these by hand.
_CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_PASSWORD_ALPHABET = string.ascii_letters + string.digits

_DOMAIN_REFUSED = Text(
    "管理员启用了邮箱域名白名单，您的邮箱地址的域名不在白名单中",
    "addresses of this domain are not allowed",
)
_ALIAS_REFUSED = Text(
    "管理员已启用邮箱地址别名限制，您的邮箱地址包含特殊符号而被拒绝",
    "addresses with + or . before the @ are not allowed",
)


def checked_address(text: str, values: OptionValues) -> str:
    """Returns an address in lower case that the options allow.

    Raises:
        InvalidInputError: it is no address.
        RefusedError: its domain is not allowed, or it is an alias and aliases are not.
    """
    address = addresses.checked(text).lower()
    local, domain = addresses.parts(address)
    if values.flag("EmailDomainRestrictionEnabled") and domain not in _domains(values):
        raise RefusedError(_DOMAIN_REFUSED)
    if values.flag("EmailAliasRestrictionEnabled") and set("+.") & set(local):
        raise RefusedError(_ALIAS_REFUSED)
    return address


def _domains(values: OptionValues) -> set[str]:
    listed = values.text("EmailDomainWhitelist").replace("\n", ",").split(",")
    return {domain.strip().lower() for domain in listed if domain.strip()}


def new_code(purpose: str) -> str:
    """Returns a code: six letters and digits for people, a UUID for a link."""
    if purpose == RESET:
        return str(uuid.UUID(bytes=secrets.token_bytes(16), version=4))
    return "".join(secrets.choice(_CODE_ALPHABET) for _ in range(_CODE_LENGTH))


def normalised(code: str) -> str:
    """Returns a code as it is hashed: people type small letters and blanks.

    Raises:
        InvalidInputError: it is longer than any code.
    """
    text = code.strip().upper()
    if len(text) > 64:
        raise InvalidInputError
    return text


def new_password() -> str:
    """Returns the password that a reset gives."""
    return "".join(secrets.choice(_PASSWORD_ALPHABET) for _ in range(NEW_PASSWORD_LENGTH))


_CODE_SUBJECT = Text("{name}邮箱验证邮件", "{name}: your verification code")
_CODE_TEXT = Text(
    "您好，您正在进行{name}邮箱验证。\n您的验证码为：{code}\n"
    "验证码 {minutes} 分钟内有效，如果不是本人操作，请忽略。",
    "Your verification code for {name} is: {code}\n"
    "It is valid for {minutes} minutes. If you did not ask for it, ignore this mail.",
)
_RESET_SUBJECT = Text("{name}密码重置", "{name}: reset your password")
_RESET_TEXT = Text(
    "您好，您正在进行{name}密码重置。\n请打开以下链接重置密码：\n{link}\n"
    "链接 {minutes} 分钟内有效，如果不是本人操作，请忽略。",
    "A new password for {name} was asked for. Open this link to get one:\n{link}\n"
    "It is valid for {minutes} minutes. If you did not ask for it, ignore this mail.",
)


def code_letter(values: OptionValues, address: str, code: str, language: str) -> Letter:
    """Returns the letter that brings a code."""
    name = values.text("SystemName")
    places = {"name": name, "code": code, "minutes": CODE_MINUTES}
    return _letter(address, _CODE_SUBJECT, _CODE_TEXT, places, language)


def reset_letter(values: OptionValues, address: str, code: str, language: str) -> Letter:
    """Returns the letter that brings a reset link; its host is the option's, never a header's."""
    query = urlencode({"email": address, "token": code})
    link = f"{server_address(values).rstrip('/')}/user/reset?{query}"
    places = {"name": values.text("SystemName"), "link": link, "minutes": CODE_MINUTES}
    return _letter(address, _RESET_SUBJECT, _RESET_TEXT, places, language)


def _letter(
    address: str, subject: Text, text: Text, places: dict[str, object], language: str
) -> Letter:
    plain = said(text, language).format(**places)
    shown = "<br>".join(html.escape(line) for line in plain.split("\n"))
    link = html.escape(str(places.get("link", "")))
    if link:
        shown = shown.replace(link, f'<a href="{link}">{link}</a>')
    return Letter(
        to=(address,),
        subject=said(subject, language).format(**places),
        text=plain,
        html=f"<p>{shown}</p>",
    )
