"""Letters over a real SMTP server: what goes out, what never does, and what is refused."""

from __future__ import annotations

import asyncio
import socket
from typing import TYPE_CHECKING

import pytest
from weirgate.errors import InvalidInputError
from weirgate.mail import addresses
from weirgate.mail.sender import Letter, MailBusyError, MailError, SmtpMailer
from weirgate.system.option_keys import OptionValues
from weirgate.system.option_table import build_registry

from tests.support.mail_server import PASSWORD, USER, certificate, mail_server

if TYPE_CHECKING:
    from pathlib import Path

LETTER = Letter(to=("bob@example.org",), subject="hello", text="the text", html="<p>the text</p>")


def values(port: int, **more: str) -> OptionValues:
    stored = {
        "SMTPServer": "127.0.0.1",
        "SMTPPort": str(port),
        "SMTPFrom": "post@example.org",
        "SystemName": "A House",
        **more,
    }
    return OptionValues(build_registry({}), stored)


def send(mailer: SmtpMailer, options: OptionValues, letter: Letter = LETTER) -> None:
    asyncio.run(mailer.send(options, letter))


def test_a_letter_arrives_with_both_forms_and_the_houses_name() -> None:
    with mail_server() as server:
        send(SmtpMailer(), values(server.port))
    (letter,) = server.letters
    assert letter["Subject"] == "hello"
    assert letter["From"] == "A House <post@example.org>"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert server.recipients == [["bob@example.org"]]
    assert server.last_text().strip() == "the text"
    html = letter.get_body(("html",))
    assert html is not None
    assert html.get_content().strip() == "<p>the text</p>"


@pytest.mark.parametrize("mode", ["first", "later"])
def test_tls_is_used_from_the_first_byte_or_when_offered(tmp_path: Path, mode: str) -> None:
    served, trusted = certificate(tmp_path)
    is_first = mode == "first"
    ways = {"tls": served} if is_first else {"start_tls": served}
    more = {"SMTPSSLEnabled": "true" if is_first else "false"}
    with mail_server(auth=True, **ways) as server:
        account = {"SMTPAccount": USER, "SMTPToken": PASSWORD}
        send(SmtpMailer(tls_context=trusted), values(server.port, **account, **more))
        with pytest.raises(MailError):
            # The system does not know who signed this certificate.
            send(SmtpMailer(), values(server.port, **account, **more))
    assert server.over_tls == [True]


def test_a_wrong_password_and_a_refused_letter_tell_nothing_of_the_servers_words() -> None:
    with mail_server(auth=True) as server:
        account = {"SMTPAccount": USER, "SMTPToken": "wrong"}
        with pytest.raises(MailError) as refused:
            send(SmtpMailer(), values(server.port, **account))
    with mail_server() as server:
        server.refuses = True
        with pytest.raises(MailError) as rejected:
            send(SmtpMailer(), values(server.port))
    for error in (refused, rejected):
        assert error.value.text.en == "the mail could not be sent, please try again later"


def test_a_password_never_goes_in_the_clear_to_another_machine(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("weirgate.mail.sender._is_loopback", lambda _: False)
    with mail_server(auth=True) as server:
        account = {"SMTPAccount": USER, "SMTPToken": PASSWORD}
        with pytest.raises(MailError, match="in the clear"):
            send(SmtpMailer(), values(server.port, **account))
    assert server.letters == []


@pytest.mark.parametrize(
    "more",
    [{"SMTPServer": ""}, {"SMTPFrom": ""}, {"SMTPPort": "0"}, {"SMTPFrom": "a@b\r\nBcc: c@d"}],
)
def test_without_a_whole_account_the_family_s_words_are_said(more: dict[str, str]) -> None:
    with pytest.raises(MailError, match="invalid SMTP account"):
        send(SmtpMailer(), values(1, **more))


def silent() -> socket.socket:
    """A listener whose connections nobody ever takes up."""
    return socket.create_server(("127.0.0.1", 0), backlog=64)


def test_a_silent_server_is_not_waited_for() -> None:
    with silent() as server, pytest.raises(MailError):
        send(SmtpMailer(timeout_s=0.05), values(server.getsockname()[1]))


def test_a_crowd_is_refused_and_not_queued() -> None:
    async def work(port: int) -> list[BaseException | None]:
        mailer = SmtpMailer(timeout_s=0.05)
        sent = [mailer.send(values(port), LETTER) for _ in range(40)]
        return await asyncio.gather(*sent, return_exceptions=True)

    with silent() as server:
        outcomes = asyncio.run(work(server.getsockname()[1]))
    kinds = [type(outcome) for outcome in outcomes]
    assert (kinds.count(MailBusyError), kinds.count(MailError)) == (8, 32)


def test_no_header_grows_out_of_a_subject_or_a_name() -> None:
    letter = Letter(to=("bob@example.org",), subject="a\r\nBcc: eve@example.org", text="t")
    with mail_server() as server:
        send(SmtpMailer(), values(server.port, SystemName="A\nBcc: eve@example.org"), letter)
    assert server.letters[0]["Bcc"] is None
    assert server.recipients == [["bob@example.org"]]


@pytest.mark.parametrize(
    "address",
    ["", "bob", "bob@", "@x.org", "a b@x.org", "a@x.org,b@x.org", "a@x.org\r\nX: y", "<a@x.org>",
     "a..b@x.org", ".a@x.org", '"a"@x.org', "a@-x.org", "a" * 65 + "@x.org", "a@" + "x" * 260],
)  # fmt: skip
def test_what_is_no_single_plain_address_is_refused(address: str) -> None:
    with pytest.raises(InvalidInputError):
        addresses.checked(address)
    letter = Letter(to=(address,), subject="s", text="t")
    with pytest.raises(InvalidInputError):
        send(SmtpMailer(), values(1), letter)


def test_plain_addresses_pass() -> None:
    for address in ("bob@example.org", "b.o+b@sub.example.org", "b@localhost"):
        assert addresses.checked(f" {address} ") == address
    assert addresses.parts("Bob@EXAMPLE.org") == ("Bob", "example.org")
