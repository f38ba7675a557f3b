"""What is wrong with a request is said in the protocol's own words, and costs nothing."""

from collections.abc import Iterator
from typing import Any

import httpx
import orjson
import pytest

from tests.e2e.conftest import Stage
from tests.support.fake_upstream import FakeUpstream
from tests.support.process import PASSWORD, Admin, Weirgate

GOOD = orjson.dumps({"model": "gpt-4o", "messages": [{"role": "user", "content": "hi"}]})
LIMIT_MB = 1
PAST = 1_600_000_000


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    folder = tmp_path_factory.mktemp("weirgate")
    limit = {"MAX_REQUEST_BODY_MB": str(LIMIT_MB)}
    with FakeUpstream() as upstream, Weirgate(folder, **limit) as server:
        admin = Admin(server)
        admin.add_channel(upstream.base_url, models="gpt-4o,unpriced-model")
        made = Stage(server, upstream, admin, admin.add_key())
        try:
            yield made
        finally:
            made.close()


def send(
    stage: Stage, body: bytes, key: str | None = None, path: str = "/v1/chat/completions"
) -> httpx.Response:
    headers = {"content-type": "application/json"}
    if key != "":
        headers["authorization"] = f"Bearer {key or stage.key}"
    return httpx.post(f"{stage.server.url}{path}", content=body, headers=headers, timeout=10)


def chat(**values: object) -> bytes:
    body = {"model": "gpt-4o", "messages": [{"role": "user", "content": "hi"}], **values}
    return orjson.dumps({name: value for name, value in body.items() if value is not None})


BODIES = [
    ("broken JSON", b'{"model": "gpt-4o", "messages": [', 400),
    ("no object", b"[]", 400),
    ("empty", b"", 400),
    ("no model", chat(model=None), 400),
    ("empty model", chat(model=""), 400),
    ("model of a wrong type", chat(model=5), 400),
    ("no messages", chat(messages=None), 400),
    ("messages of a wrong type", chat(messages="hi"), 400),
    ("stream of a wrong type", chat(stream="yes"), 400),
    ("nested too deep", b'{"model":"gpt-4o","messages":' + b"[" * 5000 + b"]" * 5000 + b"}", 400),
    ("unknown model", chat(model="no-such-model"), 503),
    ("model without a price", chat(model="unpriced-model"), 400),
    ("body over the limit", b" " * (LIMIT_MB * 1024 * 1024 + 1) + GOOD, 413),
]


@pytest.mark.parametrize(("what", "body", "status"), BODIES, ids=[row[0] for row in BODIES])
def test_a_bad_body_is_refused_and_costs_nothing(
    stage: Stage, what: str, body: bytes, status: int
) -> None:
    answer = send(stage, body)
    assert answer.status_code == status, f"{what}: {answer.text}"
    error = answer.json()["error"]
    assert error["message"]
    assert error["type"]
    assert answer.headers["x-oneapi-request-id"] in error["message"]
    nothing_was_charged(stage)


KEYS: list[tuple[str, dict[str, Any], int]] = [
    ("disabled", {"status": 2}, 401),
    ("expired", {"expired_time": PAST}, 401),
    ("exhausted", {"unlimited_quota": False, "remain_quota": 0}, 401),
    ("too little left", {"unlimited_quota": False, "remain_quota": 1}, 403),
    ("model not allowed", {"model_limits_enabled": True, "model_limits": "o1"}, 403),
    ("address not allowed", {"allow_ips": "10.0.0.0/8"}, 403),
]


@pytest.mark.parametrize(("what", "values", "status"), KEYS, ids=[row[0] for row in KEYS])
def test_a_key_that_may_not_is_refused_and_costs_nothing(
    stage: Stage, what: str, values: dict[str, Any], status: int
) -> None:
    given = {name: value for name, value in values.items() if name != "status"}
    key = stage.admin.add_key(name=what, **given)
    if "status" in values:
        key_id = stage.admin.call("GET", "/api/token/", p=1, page_size=1)["items"][0]["id"]
        change = {"id": key_id, "status": values["status"]}
        stage.admin.call("PUT", "/api/token/", change, status_only="true")
    answer = send(stage, GOOD, key)
    assert answer.status_code == status, f"{what}: {answer.text}"
    assert answer.json()["error"]["type"] == "new_api_error"
    nothing_was_charged(stage)


@pytest.mark.parametrize("key", ["", "sk-no-such-key", "sk-" + "x" * 48, "nonsense"])
def test_an_unknown_key_is_refused(stage: Stage, key: str) -> None:
    answer = send(stage, GOOD, key)
    assert answer.status_code == 401
    assert answer.json()["error"]["type"] == "new_api_error"


def test_a_user_without_money_is_refused(stage: Stage) -> None:
    stage.admin.call("POST", "/api/user/", {"username": "poor", "password": PASSWORD})
    with httpx.Client(base_url=stage.server.url) as client:
        login = {"username": "poor", "password": PASSWORD}
        user = client.post("/api/user/login", json=login).json()["data"]
        client.headers["New-Api-User"] = str(user["id"])
        made = {"name": "k", "unlimited_quota": True, "expired_time": -1}
        assert client.post("/api/token/", json=made).json()["success"] is True
        token = client.get("/api/token/").json()["data"]["items"][0]
    answer = send(stage, GOOD, "sk-" + token["key"].removeprefix("sk-"))
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "insufficient_user_quota")
    nothing_was_charged(stage)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("POST", "/v1/no/such/path", 404),
        ("GET", "/v1/fine-tunes", 501),
        ("GET", "/v1/files", 501),
    ],
)
def test_an_unknown_path_is_refused(stage: Stage, method: str, path: str, status: int) -> None:
    headers = {"authorization": f"Bearer {stage.key}"}
    answer = httpx.request(method, f"{stage.server.url}{path}", headers=headers)
    assert answer.status_code == status
    assert answer.json()["error"]["message"]


def test_after_all_that_a_good_call_still_passes(stage: Stage) -> None:
    assert send(stage, GOOD).status_code == 200


def nothing_was_charged(stage: Stage) -> None:
    stage.server.drain()
    me = stage.admin.me()
    assert (me["used_quota"], me["request_count"]) == (0, 0)
    assert stage.admin.call("GET", "/api/log/", type=2)["total"] == 0
