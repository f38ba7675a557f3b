"""A real SMTP server on this machine: takes letters, wants a password when told to, speaks TLS."""

from __future__ import annotations

import asyncio
import ssl
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default as email_policy
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.support.management import Loop

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import EmailMessage
    from pathlib import Path

    from aiosmtpd.smtp import Envelope, Session

USER, PASSWORD = "post@example.org", "mail secret"


@dataclass
class MailServer:
    """The running server and the letters it took."""

    port: int = 0
    letters: list[EmailMessage] = field(default_factory=list)
    recipients: list[list[str]] = field(default_factory=list)
    over_tls: list[bool] = field(default_factory=list)
    refuses: bool = False

    async def handle_DATA(  # noqa: N802 - the library's name
        self,
        server: SMTP,
        session: Session,  # noqa: ARG002
        envelope: Envelope,
    ) -> str:
        if self.refuses:
            return "554 secret reason"
        content = envelope.content
        assert isinstance(content, bytes)
        message: Any = message_from_bytes(content, policy=email_policy)
        self.letters.append(message)
        self.recipients.append(list(envelope.rcpt_tos))
        assert server.transport is not None
        self.over_tls.append(server.transport.get_extra_info("sslcontext") is not None)
        return "250 OK"

    def last_text(self) -> str:
        """The plain text of the newest letter."""
        part = self.letters[-1].get_body(("plain",))
        assert part is not None
        return str(part.get_content())


def _authenticate(*arguments: Any) -> AuthResult:
    data = arguments[-1]
    is_known = isinstance(data, LoginPassword) and (data.login, data.password) == (
        USER.encode(),
        PASSWORD.encode(),
    )
    return AuthResult(success=is_known, handled=False)


@contextmanager
def mail_server(
    *,
    tls: ssl.SSLContext | None = None,
    start_tls: ssl.SSLContext | None = None,
    auth: bool = False,
) -> Iterator[MailServer]:
    """Serves SMTP on a free port: `tls` from the first byte, or `start_tls` when asked."""
    taker = MailServer()

    async def listen() -> asyncio.Server:
        def protocol() -> SMTP:
            return SMTP(
                taker,
                hostname="mail.example.org",
                tls_context=start_tls,
                authenticator=_authenticate if auth else None,
                auth_require_tls=False,
                loop=asyncio.get_running_loop(),
            )

        loop = asyncio.get_running_loop()
        return await loop.create_server(protocol, "127.0.0.1", 0, ssl=tls)

    async def close(server: asyncio.Server) -> None:
        server.close()
        await server.wait_closed()

    with Loop() as loop:
        server = loop.run(listen())
        taker.port = server.sockets[0].getsockname()[1]
        try:
            yield taker
        finally:
            loop.run(close(server))


def certificate(folder: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """Makes a certificate of 127.0.0.1; returns the server's context and one that trusts it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    built = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), False
        )
        .sign(key, hashes.SHA256())
    )
    path = folder / "mail.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + built.public_bytes(serialization.Encoding.PEM)
    )
    served = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    served.load_cert_chain(path)
    return served, ssl.create_default_context(cafile=str(path))
