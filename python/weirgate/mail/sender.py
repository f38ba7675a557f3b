"""Sends one letter by SMTP, under a time limit, a few at a time.

Callers send outside any writing transaction: a mail server may take seconds. The password goes out
only over TLS or to this very machine, certificates are checked, and no text of the server's reaches
the client, since replies may quote what was sent.
"""

from __future__ import annotations

import asyncio
import ipaddress
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import formataddr, formatdate, make_msgid
from typing import TYPE_CHECKING, Protocol

import structlog
from aiosmtplib import SMTP, SMTPException

from weirgate.errors import InvalidInputError, RefusedError, Text, UnavailableError
from weirgate.mail import addresses

if TYPE_CHECKING:
    import ssl
    from collections.abc import AsyncIterator

    from weirgate.system.option_keys import OptionValues

TIMEOUT_S = 20.0
"""Longest exchange with the mail server, connecting included."""

AT_ONCE = 4
MOST_WAITING = 32
MAX_RECIPIENTS = 20
MAX_TEXT = 256 * 1024
MAX_SUBJECT = 200

# The family says it in English in every language; its clients know the text.
NO_ACCOUNT = Text("invalid SMTP account", "invalid SMTP account")
NOT_SENT = Text("邮件发送失败，请稍后重试", "the mail could not be sent, please try again later")
TOO_MANY = Text("邮件发送繁忙，请稍后重试", "too many mails are being sent, please try again later")

log = structlog.get_logger("weirgate.mail")


class MailError(RefusedError):
    """The letter did not go out; what the server said is in the log only."""

    code = "mail_failed"
    status = 502
    default_text = NOT_SENT


class MailBusyError(UnavailableError):
    """As many letters as may are waiting already."""

    family_status = 200
    default_text = TOO_MANY


@dataclass(frozen=True, slots=True)
class SmtpAccount:
    """The mail server and how to sign in to it; no user name means no sign-in."""

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    sender: str
    sender_name: str
    tls_first: bool

    @classmethod
    def of(cls, values: OptionValues) -> SmtpAccount:
        """Returns the account that the options name.

        Raises:
            MailError: there is none, or the sender is no address.
        """
        host = values.text("SMTPServer").strip()
        user = values.text("SMTPAccount").strip()
        sender = values.text("SMTPFrom").strip() or user
        port = values.integer("SMTPPort")
        if not host or not sender or not 0 < port < 1 << 16:
            raise MailError(NO_ACCOUNT)
        try:
            addresses.checked(sender)
        except InvalidInputError as error:
            raise MailError(NO_ACCOUNT) from error
        return cls(
            host=host,
            port=port,
            user=user if values.text("SMTPToken") else "",
            password=values.text("SMTPToken"),
            sender=sender,
            sender_name=values.text("SystemName"),
            tls_first=values.flag("SMTPSSLEnabled") or port == 465,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One mail: plain text, and perhaps the same as HTML (whoever writes it escapes it)."""

    to: tuple[str, ...]
    subject: str
    text: str
    html: str = ""


class Mailer(Protocol):
    """Sends letters."""

    async def send(self, values: OptionValues, letter: Letter) -> None:
        """Sends a letter through the server that the options name; see SmtpMailer."""
        ...


class SmtpMailer:
    """The mailer over aiosmtplib."""

    def __init__(
        self, *, tls_context: ssl.SSLContext | None = None, timeout_s: float = TIMEOUT_S
    ) -> None:
        """Takes the trusted certificates; None trusts the system's."""
        self._tls_context = tls_context
        self._timeout_s = timeout_s
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._waiting = 0

    async def send(self, values: OptionValues, letter: Letter) -> None:
        """Sends a letter through the server that the options name.

        Raises:
            MailError: no server is set, or it did not take the letter.
            MailBusyError: too many letters are waiting.
            InvalidInputError: a recipient is no address, or the letter is too large.
        """
        account = SmtpAccount.of(values)
        message = compose(account, letter)
        async with self._turn():
            try:
                async with asyncio.timeout(self._timeout_s):
                    await self._exchange(account, message, letter.to)
            # A ValueError is a line that the protocol cannot carry, e.g. a very odd server reply.
            except (SMTPException, OSError, TimeoutError, ValueError) as error:
                kind = type(error).__name__
                log.warning("mail not sent", host=account.host, port=account.port, error=kind)
                raise MailError from error

    @asynccontextmanager
    async def _turn(self) -> AsyncIterator[None]:
        if self._waiting >= MOST_WAITING:
            raise MailBusyError
        self._waiting += 1
        try:
            async with self._turns:
                yield
        finally:
            self._waiting -= 1

    async def _exchange(
        self, account: SmtpAccount, message: EmailMessage, recipients: tuple[str, ...]
    ) -> None:
        client = SMTP(
            hostname=account.host,
            port=account.port,
            use_tls=account.tls_first,
            tls_context=self._tls_context,
            timeout=self._timeout_s,
            # Left out, the library would ask the name service, and block on it.
            local_hostname=addresses.parts(account.sender)[1],
        )
        async with client:
            if account.user:
                _check_private(client, account)
                await client.login(account.user, account.password)
            await client.send_message(message, sender=account.sender, recipients=recipients)


def compose(account: SmtpAccount, letter: Letter) -> EmailMessage:
    """Returns the letter as a message, each recipient checked.

    Raises:
        InvalidInputError: a recipient is no address, or the letter is too large.
    """
    recipients = [addresses.checked(address) for address in letter.to]
    size = len(letter.text) + len(letter.html)
    if not 0 < len(recipients) <= MAX_RECIPIENTS or size > MAX_TEXT:
        raise InvalidInputError
    message = EmailMessage()
    message["Subject"] = _line(letter.subject)[:MAX_SUBJECT]
    message["From"] = formataddr((_line(account.sender_name), account.sender))
    message["To"] = ", ".join(recipients)
    message["Date"] = formatdate(usegmt=True)
    message["Message-ID"] = make_msgid(domain=addresses.parts(account.sender)[1])
    # So that no absence note answers a machine.
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.text)
    if letter.html:
        message.add_alternative(letter.html, subtype="html")
    return message


def _line(text: str) -> str:
    """Returns the text as one line: a header must not grow another one."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _check_private(client: SMTP, account: SmtpAccount) -> None:
    """Refuses to send a password in the clear to another machine."""
    if client.get_transport_info("sslcontext") is not None or _is_loopback(account.host):
        return
    raise MailError(
        Text(
            "邮件服务器不支持加密连接，拒绝以明文发送密码",
            "the mail server offers no encryption: the password is not sent in the clear",
        )
    )


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"
