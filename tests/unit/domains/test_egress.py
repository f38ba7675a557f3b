"""Where management may connect to."""

import asyncio
import ipaddress

import pytest
from weirgate.channels import egress
from weirgate.channels.egress import EgressPolicy, EgressRefusedError


def resolve(url: str, *, allow_private: bool = True) -> str:
    policy = EgressPolicy(allow_private=allow_private)
    return asyncio.run(policy.resolve(url)).address


@pytest.mark.parametrize(
    "host",
    [
        "169.254.169.254",
        "[fe80::1]",
        "[fd00:ec2::254]",
        "100.100.100.200",
        "[::ffff:169.254.169.254]",
        "[64:ff9b::a9fe:a9fe]",
        "[2002:a9fe:a9fe::1]",
        "0.0.0.0",  # noqa: S104 - refused here
        "224.0.0.1",
    ],
)
def test_metadata_and_link_local_addresses_are_refused_always(host: str) -> None:
    with pytest.raises(EgressRefusedError, match="metadata"):
        resolve(f"http://{host}/v1/models")


@pytest.mark.parametrize("host", ["127.0.0.1", "10.0.0.7", "[::1]", "192.168.1.1", "[fc00::1]"])
def test_private_addresses_follow_the_setting(host: str) -> None:
    assert resolve(f"http://{host}:8080/x")
    with pytest.raises(EgressRefusedError, match="private"):
        resolve(f"http://{host}:8080/x", allow_private=False)


def test_a_private_address_needs_the_permission_of_both_the_policy_and_the_call() -> None:
    policy = EgressPolicy(allow_private=True)
    with pytest.raises(EgressRefusedError, match="private"):
        asyncio.run(policy.resolve("http://10.0.0.7/x", allow_private=False))


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://1.2.3.4/", "", "http://", "x"])
def test_what_is_no_http_address_is_refused(url: str) -> None:
    with pytest.raises(EgressRefusedError):
        resolve(url)


def test_one_refused_address_among_many_refuses_the_host(monkeypatch: pytest.MonkeyPatch) -> None:
    async def two(self: object, host: str, port: int) -> list[egress.Address]:  # noqa: ARG001
        return [ipaddress.ip_address("93.184.216.34"), ipaddress.ip_address("169.254.169.254")]

    monkeypatch.setattr(EgressPolicy, "_addresses", two)
    with pytest.raises(EgressRefusedError):
        resolve("http://rebind.test/")
