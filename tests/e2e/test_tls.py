"""The public port over TLS, as a user serves it: a certificate that changes while traffic flows."""

import os
import signal
import socket
import ssl
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from cryptography import x509

from tests.support import certificates
from tests.support.certificates import Certificate
from tests.support.clock import until
from tests.support.fake_upstream import FakeUpstream
from tests.support.process import PASSWORD, Admin, Weirgate

BODY = {"model": "gpt-4o", "messages": [{"role": "user", "content": "hi"}]}


@pytest.fixture
def certificate(tmp_path: Path) -> Certificate:
    return certificates.make(tmp_path / "tls")


@pytest.fixture
def server(tmp_path: Path, certificate: Certificate) -> Iterator[Weirgate]:
    with Weirgate(tmp_path / "data", *certificate.options) as running:
        yield running


def shown(server: Weirgate, offered: list[str]) -> tuple[int, str | None]:
    """Returns the number of the certificate that a new connection is shown, and its protocol."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.set_alpn_protocols(offered)
    host, _, port = server.address.rpartition(":")
    with (
        socket.create_connection((host, int(port)), timeout=60) as plain,
        context.wrap_socket(plain, server_hostname="localhost") as line,
    ):
        found = line.getpeercert(binary_form=True)
        assert found is not None
        number = x509.load_der_x509_certificate(found).serial_number
        return number, line.selected_alpn_protocol()


def test_console_and_calls_go_over_tls(server: Weirgate, certificate: Certificate) -> None:
    assert "serves https://" in server.output
    trusted = certificate.trusted()
    with FakeUpstream() as upstream, httpx.Client(verify=trusted) as client:
        admin = Admin(server, verify=trusted)
        admin.add_channel(upstream.base_url)
        headers = {"authorization": f"Bearer {admin.add_key()}"}
        url = f"{server.url}/v1/chat/completions"
        assert client.post(url, json=BODY, headers=headers).status_code == 200
        login = {"username": "root", "password": PASSWORD}
        cookie = client.post(f"{server.url}/api/user/login", json=login).headers["set-cookie"]
        assert "; Secure" in cookie
        admin.client.close()
    assert shown(server, ["h2", "http/1.1"]) == (1, "h2")
    assert shown(server, ["http/1.1"]) == (1, "http/1.1")
    assert httpx.get(f"http://{server.admin_address}/health").status_code == 200


def test_a_hangup_reads_the_certificate_again(server: Weirgate, certificate: Certificate) -> None:
    with httpx.Client(verify=certificate.trusted(), base_url=server.url) as old:
        assert old.get("/api/status").status_code == 200
        certificate.renew()
        os.kill(server.pid, signal.SIGHUP)
        until(lambda: shown(server, ["http/1.1"])[0], lambda number: number == 2, 60)
        assert old.get("/api/status").status_code == 200, "the old connection lives on"
    certificate.key.write_text("broken")
    os.kill(server.pid, signal.SIGHUP)
    until(lambda: server.output, lambda text: "key.pem" in text, 60)
    assert shown(server, ["http/1.1"])[0] == 2


def test_a_certificate_without_its_key_stops_the_start(
    tmp_path: Path, certificate: Certificate
) -> None:
    server = Weirgate(tmp_path / "data")
    refused = server.run("serve", "--port", "0", "--tls-cert", str(certificate.cert))
    assert refused.returncode == 1
    assert refused.stderr.startswith("weirgate: ")
    assert "both or neither" in refused.stderr
    certificate.cert.write_text("")
    refused = server.run("serve", "--port", "0", "--admin-port", "0", *certificate.options)
    assert refused.returncode == 1
    assert "cert.pem: holds no certificate" in refused.stderr
