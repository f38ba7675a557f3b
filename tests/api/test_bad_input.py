"""Whatever is sent, the answer is the family's: no crash, no half-done change."""

import orjson
import pytest
from pydantic import BaseModel, RootModel
from weirgate.web.router import Form, Route

from tests.api.conftest import ADAM, ALICE, ROOT, Plane, domain_routes, host_of

JUNK: list[object] = [
    None, "", "x", "1", -1, 0, 1 << 63, (1 << 64) - 1, -(1 << 63) - 1, 1e300, 0.5, True, [], {},
    [1, "x", None, 1 << 63], {"a": {"b": []}}, "\x00", "\U0001f600" * 3, "%" * 40, "a" * 70_000,
]  # fmt: skip
# Their success ends what the test stands on.
LEFT_OUT = {("DELETE", "/api/user/self"), ("GET", "/api/user/logout")}
SETUP: dict[str, object] = {"username": "x", "password": "y"}


def bodies(model: type[BaseModel]) -> list[dict[str, object]]:
    """Returns bodies with one odd field each, the others as good as a guess can be."""
    guess: dict[str, object] = {
        "id": ALICE,
        "ids": [1],
        "channel_id": 1,
        "name": "n",
        "key": "k",
        "mode": "single",
        "action": "get_key_status",
        "channel": {"type": 1, "key": "k", "name": "n", "models": "m", "group": "default"},
        "username": "somebody",
        "password": "correct horse",
    }
    names = [field.alias or name for name, field in model.model_fields.items()]
    base = {name: guess[name] for name in names if name in guess}
    made: list[dict[str, object]] = [{**base, name: junk} for name in names for junk in JUNK]
    if "channel" in base:
        inner = ("type", "status", "weight", "priority", "models", "group", "model_mapping", "key")
        channel = guess["channel"]
        assert isinstance(channel, dict)
        made += [{**base, "channel": {**channel, n: junk}} for n in inner for junk in JUNK]
    return made


def raw(value: object) -> bytes:
    """Returns JSON also for integers that orjson does not write."""
    if isinstance(value, dict):
        inner = b",".join(orjson.dumps(name) + b":" + raw(part) for name, part in value.items())
        return b"{" + inner + b"}"
    if isinstance(value, list):
        return b"[" + b",".join(raw(part) for part in value) + b"]"
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value).encode()
    return orjson.dumps(value)


def is_answer(status: int, content: bytes) -> bool:
    """Says whether this is one of the family's answers (a crash is 500 without our words)."""
    if status not in {200, 400, 403, 404, 413, 500}:
        return False
    body = orjson.loads(content)
    if status == 404:
        # Our own paths name what is not there so; a path that is not routed has no code.
        return bool(body.get("code") == "not_found")
    return status != 500 or body.get("message") == "status code: 500"


def test_odd_fields_never_crash_a_route(site: Plane) -> None:
    site.probe.models = None
    client = site.as_user(ROOT)
    wrong = []
    for route in domain_routes(site):
        if route.body is None or (route.method, route.path) in LEFT_OUT:
            continue
        path = route.path.replace(":id", "1")
        for body in bodies(route.body):
            headers = host_of(route)
            answer = client.request(route.method, path, content=raw(body), headers=headers)
            if answer.status_code == 401:
                # An odd id was root's own: a new password ends the session, rightly.
                assert route.path == "/api/user/"
                client = site.as_user(ROOT)
            elif not is_answer(answer.status_code, answer.content):
                wrong.append((route.path, str(body)[:200], answer.status_code, answer.text[:200]))
    assert not wrong
    assert site.verify().is_sound


@pytest.mark.parametrize("content", [b"", b"{", b"null", b"[]", b"1", b'"x"', b"\xff\xfe"])
def test_a_body_that_is_no_object_is_refused_everywhere(site: Plane, content: bytes) -> None:
    client = site.as_user(ROOT)
    for route in domain_routes(site):
        if route.body is None or (issubclass(route.body, RootModel) and content == b"[]"):
            continue
        path, headers = route.path.replace(":id", "1"), host_of(route)
        answer = client.request(route.method, path, content=content, headers=headers)
        assert answer.status_code in {200, 400}, (route.path, answer.text)
        said = answer.json()
        assert {"invalid_input", "malformed_body"} & {said.get("error"), said.get("code")}
        # Paying calls say it in the family's other form, our own paths in theirs.
        if route.answer_form is Form.PAYMENT:
            assert said["message"] == "error", route.path
        elif route.answer_form is Form.FAMILY:
            assert said["success"] is False, route.path


def odd_queries(route: Route) -> list[dict[str, str]]:
    texts = [
        "",
        "x",
        "-1",
        "0",
        "9" * 40,
        "1.5",
        "%",
        "\x00",
        "'; --",
        "\u00e9",
        "true",
        "a" * 3000,
    ]
    assert route.query is not None
    return [{name: text} for name in route.query.model_fields for text in texts]


def test_odd_queries_never_crash_a_route(site: Plane) -> None:
    client = site.as_user(ADAM)
    wrong = []
    for route in domain_routes(site):
        if route.query is None or route.method != "GET":
            continue
        for query in odd_queries(route):
            path = route.path.replace(":id", "1")
            answer = client.get(path, params=query, headers=host_of(route))
            if not is_answer(answer.status_code, answer.content):
                wrong.append((route.path, query, answer.status_code, answer.text[:200]))
    assert not wrong


@pytest.mark.parametrize("row", ["0", "-1", "x", "1.5", "9" * 18, "9" * 40, "%31", "1'"])
def test_odd_ids_in_paths_are_refused_in_the_familys_form(site: Plane, row: str) -> None:
    client = site.as_user(ROOT)
    for path in ("/api/user", "/api/token", "/api/channel"):
        for method in ("GET", "DELETE"):
            answer = client.request(method, f"{path}/{row}")
            assert answer.status_code == 200, (method, path, answer.text)
            assert "success" in answer.json()
    assert client.get("/api/user/self").json()["success"]
