"""VoAPI 2's user API: told from others by its refusal, and every row done with its effect."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]
from weirgate.dialects import Dialect
from weirgate.groups.user_groups import group_id
from weirgate.web.openapi import document, operation_id
from weirgate.web.router import Form

from tests.api.conftest import ALICE, Plane, domain_routes

if TYPE_CHECKING:
    import httpx

DAY_MS = 86_400_000
READS = (
    "/api/user/info",
    "/api/dash/statistics",
    "/api/user/invite-info",
    "/api/keys",
    "/api/keys/template",
    "/api/check_in",
    "/api/check_in/stats",
    "/api/check_in/template",
)


@pytest.fixture
def client(site: Plane) -> httpx.Client:
    """Alice by her access token alone, as VoAPI's clients send it: raw, no user-id header."""
    token = site.as_user(ALICE).get("/api/user/token").json()["data"]
    return site.client(host="voapi", authorization=token)


def data(answer: httpx.Response) -> Any:
    body = answer.json()
    assert (answer.status_code, body["code"], body["msg"]) == (200, 0, "ok"), answer.text
    return body["data"]


def test_nobody_is_told_to_log_in_in_words_that_tell_what_this_is(site: Plane) -> None:
    for headers in ({}, {"authorization": "wrong"}):
        answer = site.client(host="voapi", **headers).get("/api/user/info")
        said = answer.json()
        assert (said["code"], said["data"]) == (2, None)
        assert "token" in said["msg"] == said["message"]
    # A cookie, which browsers send unasked, needs the header here as everywhere.
    cookie = site.management.login(ALICE)["cookie"]
    assert site.client(host="voapi", cookie=cookie).get("/api/user/info").json()["code"] == 2
    other = site.as_user(ALICE).get("/api/user/token").json()["data"]
    foreign = site.client(host="voapi", authorization=other, **{"voapi-user": "1"})
    assert foreign.get("/api/user/info").json()["code"] == 2


def test_other_dialects_do_not_know_its_paths(site: Plane) -> None:
    for route in domain_routes(site):
        if route.form is not Form.VOAPI:
            continue
        for dialect in Dialect:
            answer = site.visitor().request(
                route.method, route.path.replace(":id", "1"), headers={"host": dialect.value}
            )
            assert (answer.status_code == 404) is (dialect is not Dialect.VOAPI), route.path
            assert "code" not in answer.json() or dialect is Dialect.VOAPI


def test_the_account_and_its_sums_are_in_dollars(site: Plane, client: httpx.Client) -> None:
    info = data(client.get("/api/user/info"))
    assert info["id"] == ALICE
    assert (info["basicBalance"], info["usedBasicBalance"]) == ("2.00000000", "0.00000000")
    assert (info["bindBalance"], info["currency"], info["totalToken"]) == ("0.00000000", "USD", 456)
    range_ms = {"t": "h", "s": "1700000000000", "e": "1700086399999"}
    sums = data(client.get("/api/dash/statistics", params=range_ms))["d"]
    assert sums == {"requests": 9, "usedBasicBalance": "0.75000000", "maxRpm": 3, "errors": 1,
                    "usedBindBalance": "0.00000000"}  # fmt: skip
    assert site.summed[-1] == (ALICE, 1_700_000_000, 1_700_086_400)
    invite = data(client.get("/api/user/invite-info"))["url"]
    code = site.as_user(ALICE).get("/api/user/aff").json()["data"]
    assert invite.endswith(f"/register?aff={code}")


def test_keys_are_made_changed_shown_and_deleted(site: Plane, client: httpx.Client) -> None:
    template = data(client.get("/api/keys/template"))
    groups = {group["name"]: group["id"] for group in template["groups"]}
    assert groups["vip"] == group_id("vip")
    form = {"name": "mine", "groups": [groups["vip"]], "amount": "1.5", "enable": True,
            "expireTime": -1, "boundlessAmount": False, "note": "", "genCount": 2}  # fmt: skip
    assert data(client.post("/api/keys", json=form)) is None
    assert data(client.post("/api/keys", json={"name": "off", "enable": False})) is None
    page = data(client.get("/api/keys?page=1&size=2&sl[name]=true"))
    assert (page["page"], page["size"], page["total"], page["pages"]) == (1, 2, 3, 2)
    off, mine = page["records"]
    assert (off["name"], off["enable"], off["amount"]) == ("off", False, "0.00000000")
    assert (mine["groups"], mine["amount"], mine["expireTime"]) == (
        [groups["vip"]],
        "1.50000000",
        -1,
    )
    text = client.post(f"/api/keys/{mine['id']}/token")
    assert text.json()["token"] == data(text)
    assert data(text).startswith("sk-")
    assert "no-store" in text.headers["cache-control"]
    later = (1_795_246_141_000 // 1000) * 1000 + DAY_MS
    change = {**mine, "name": "renamed", "enable": False, "expireTime": later, "groups": [],
              "amount": "0.5"}  # fmt: skip
    assert data(client.put(f"/api/keys/{mine['id']}", json=change)) is None
    (found,) = [row for row in data(client.get("/api/keys"))["records"] if row["id"] == mine["id"]]
    assert (found["name"], found["enable"], found["groups"]) == ("renamed", False, [])
    assert (found["expireTime"], found["amount"]) == (later, "0.50000000")
    assert data(client.put(f"/api/keys/{mine['id']}", json={"enable": True})) is None
    plain = site.as_user(ALICE).get(f"/api/token/{mine['id']}").json()["data"]
    assert (plain["status"], plain["name"], plain["remain_quota"]) == (1, "renamed", 250_000)
    assert data(client.delete(f"/api/keys/{mine['id']}")) is None
    assert client.delete(f"/api/keys/{mine['id']}").json()["code"] == 404
    assert site.verify().is_sound


def test_a_key_keeps_what_voapi_has_no_word_for(site: Plane, client: httpx.Client) -> None:
    limits = {
        "name": "k",
        "model_limits_enabled": True,
        "model_limits": "m",
        "allow_ips": "10.0.0.1",
    }
    assert site.as_user(ALICE).post("/api/token/", json=limits).json()["success"]
    (row,) = data(client.get("/api/keys"))["records"]
    assert data(client.put(f"/api/keys/{row['id']}", json={**row, "name": "n"})) is None
    kept = site.as_user(ALICE).get(f"/api/token/{row['id']}").json()["data"]
    assert {name: kept[name] for name in limits} == {**limits, "name": "n"}


@pytest.mark.parametrize(
    "form",
    [
        {"groups": [1]},
        {"groups": [1, 2]},
        {"amount": "-1"},
        {"amount": "1e30"},
        {"amount": "NaN"},
        {"genCount": 21},
        {"expireTime": -2},
        {"name": "x" * 60},
    ],
)
def test_what_a_key_cannot_be_is_refused(client: httpx.Client, form: dict[str, Any]) -> None:
    said = client.post("/api/keys", json={"name": "k", **form}).json()
    assert (said["code"], said["data"]) == (400, None)
    assert data(client.get("/api/keys"))["total"] == 0


def test_a_check_in_is_paid_once_a_day_and_counted_in_a_row(
    site: Plane, client: httpx.Client
) -> None:
    assert client.get("/api/check_in/stats").json()["code"] == 400
    for name, value in (("enabled", True), ("min_quota", 500_000), ("max_quota", 500_000)):
        site.set_option(f"checkin_setting.{name}", value)
    assert data(client.get("/api/check_in/template"))["maxAmount"] == "1.00000000"
    stats = data(client.get("/api/check_in/stats"))
    assert (stats["todaySigned"], stats["todayRecord"], stats["nextAmount"]) == (
        False, None, "1.00000000")  # fmt: skip
    for day in (1, 2):
        done = data(client.post("/api/check_in"))
        assert (done["amount"], done["bonusAmount"], done["consecutiveNo"]) == (
            "1.00000000", "0.00000000", day)  # fmt: skip
        again = client.post("/api/check_in").json()
        assert (again["code"], again["data"], "签到过" in again["msg"]) == (1, None, True)
        stats = data(client.get("/api/check_in/stats"))
        assert (stats["todaySigned"], stats["consecutiveDays"]) == (True, day)
        assert stats["todayRecord"]["ymd"] == f"2026112{day}"
        site.management.clock.advance(86_400)
    assert data(client.get("/api/check_in"))["total"] == 2
    assert data(client.get("/api/user/info"))["basicBalance"] == "4.00000000"
    assert site.verify().is_sound


def test_the_check_for_people_guards_its_check_in_too(site: Plane, client: httpx.Client) -> None:
    for name in ("TurnstileSiteKey", "TurnstileSecretKey"):
        site.set_option(name, "k")
    for name in ("TurnstileCheckEnabled", "checkin_setting.enabled"):
        site.set_option(name, value=True)
    assert client.post("/api/check_in").json()["msg"] == "Turnstile token 为空"


def test_every_answer_is_as_the_document_says(site: Plane, client: httpx.Client) -> None:
    site.set_option("checkin_setting.enabled", value=True)
    data(client.post("/api/keys", json={"name": "k"}))
    rows = domain_routes(site)
    described = document(rows, "voapi", "1")
    names = {row.path: operation_id(row) for row in rows if row.method == "GET"}
    for path in READS:
        answer = client.get(path).json()
        operation = described["paths"][path]["get"]
        assert operation["operationId"] == names[path]
        schema = operation["responses"]["200"]["content"]["application/json"]["schema"]
        Draft202012Validator({**schema, "components": described["components"]}).validate(answer)
    assert "/api/user/info" not in document(rows, "newapi", "1")["paths"]
