"""Pages of other sites: no changing call of a browser gets through, programs are let be."""

from __future__ import annotations

import pytest

from tests.api.conftest import ALICE, PASSWORD, Plane

LOGIN = {"username": "root", "password": PASSWORD}


@pytest.mark.parametrize(
    ("headers", "allowed"),
    [
        ({}, True),
        ({"sec-fetch-site": "same-origin", "origin": "http://weirgate"}, True),
        ({"origin": "http://weirgate"}, True),
        ({"origin": "https://weirgate"}, True),
        ({"origin": "https://front.example.org", "x-forwarded-host": "front.example.org"}, True),
        ({"origin": "chrome-extension://abc", "sec-fetch-site": "cross-site"}, True),
        ({"origin": "https://evil.example.org"}, False),
        ({"origin": "https://weirgate.evil.example.org"}, False),
        ({"origin": "null"}, False),
        ({"origin": "http://[", "sec-fetch-site": "cross-site"}, False),
        ({"sec-fetch-site": "cross-site"}, False),
        ({"sec-fetch-site": "same-site"}, False),
        ({"origin": "https://evil.weirgate", "sec-fetch-site": "same-site"}, False),
    ],
)
def test_a_login_is_taken_from_our_pages_and_from_programs_only(
    site: Plane, headers: dict[str, str], *, allowed: bool
) -> None:
    answer = site.client(**headers).post("/api/user/login", json=LOGIN)
    if allowed:
        assert answer.json()["success"]
    else:
        assert (answer.status_code, answer.json()["success"]) == (403, False)
        assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    ("method", "path"),
    [("PUT", "/api/user/self"), ("DELETE", "/api/user/self"), ("GET", "/api/user/token"),
     ("POST", "/api/user/aff_transfer"), ("GET", "/api/oauth/email/bind"),
     ("POST", "/api/user/register"), ("POST", "/api/user/reset")],
)  # fmt: skip
def test_changing_calls_with_a_stolen_ride_on_the_cookie_are_refused(
    site: Plane, method: str, path: str
) -> None:
    client = site.as_user(ALICE)
    client.headers["origin"] = "https://evil.example.org"
    json = None if method == "GET" else {"username": "mallory"}
    answer = client.request(method, path, json=json)
    assert answer.status_code == 403
    assert "来源" in answer.json()["message"]


def test_an_access_token_is_no_ride_and_reads_are_free(site: Plane) -> None:
    token = site.as_user(ALICE).get("/api/user/token").json()["data"]
    foreign = {"origin": "https://tool.example.org", "new-api-user": str(ALICE)}
    client = site.client(authorization=f"Bearer {token}", **foreign)
    assert client.put("/api/user/self", json={"display_name": "A"}).json()["success"]
    assert site.client(**foreign).get("/api/status").json()["success"]
