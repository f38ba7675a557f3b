"""The same lists in every dialect: envelopes, where pages begin, names of fields, orders."""

from __future__ import annotations

import asyncio
from typing import Any
from unittest.mock import MagicMock

import orjson
import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]
from weirgate import composition
from weirgate.errors import NotFoundError
from weirgate.web.answers import Answer
from weirgate.web.openapi import DOCUMENTS, document

from tests.api.conftest import ADAM, ALICE, ROOT, Plane, domain_routes

BARE = [("oneapi", "/api/token/"), ("oneapi", "/api/user/"), ("oneapi", "/api/channel/"),
        ("oneapi", "/api/redemption/"), ("oneapi", "/api/token/search"),
        ("oneapi", "/api/channel/search"), ("veloera", "/api/token/"),
        ("veloera", "/api/channel/")]  # fmt: skip
SUPERSET = [("newapi", "/api/token/"), ("voapi", "/api/token/"), ("veloera", "/api/user/"),
            ("veloera", "/api/redemption/"), ("newapi", "/api/channel/")]  # fmt: skip
HUB_LISTS = ["/api/token/", "/api/user/", "/api/channel/", "/api/redemption/"]


def fill(site: Plane, count: int = 12) -> None:
    for number in range(count):
        form = {"name": f"k{number}", "remain_quota": number}
        assert site.as_user(ROOT).post("/api/token/", json=form).json()["success"]
        site.add_user(f"u{number}")
        channel = {"type": 1, "name": f"c{number}", "key": f"sk-{number}", "models": "m",
                   "group": "default"}  # fmt: skip
        form = {"mode": "single", "channel": channel}
        assert site.as_user(ADAM).post("/api/channel/", json=form).json()["success"]
    form = {"name": "codes", "quota": 1, "count": count}
    assert site.as_user(ADAM).post("/api/redemption/", json=form).json()["success"]


def ids(rows: list[dict[str, Any]]) -> list[int]:
    return [row["id"] for row in rows]


@pytest.fixture
def full(site: Plane) -> Plane:
    fill(site)
    return site


def test_older_dialects_count_from_zero_and_answer_bare_arrays(full: Plane) -> None:
    for dialect, path in BARE:
        client = full.speaking(dialect, ROOT)
        first, second, third = (
            client.get(path, params={"p": page, "size": 10, "page_size": 10}).json()["data"]
            for page in (0, 1, 2)
        )
        assert (len(first), len(second) > 1, third) == (10, True, []), (dialect, path)
        assert len(set(ids(first + second))) == len(first + second)
        assert ids(client.get(path).json()["data"])[:10] == ids(first)


def test_newer_dialects_answer_with_the_superset_and_count_from_one(full: Plane) -> None:
    for dialect, path in SUPERSET:
        client = full.speaking(dialect, ROOT)
        zeroth, first, second = (
            client.get(path, params={"p": page}).json()["data"] for page in (0, 1, 2)
        )
        assert zeroth["items"] == first["items"] == first["data"]
        assert (second["page"], len(second["items"]) > 1) == (2, True), (dialect, path)
        assert first["total"] == first["total_count"] == len(first["items"] + second["items"])


def test_hubs_answer_with_data_results_by_page_and_size(full: Plane) -> None:
    for dialect in ("onehub", "donehub"):
        client = full.speaking(dialect, ROOT)
        for path in HUB_LISTS:
            answer = client.get(path, params={"page": 2, "size": 5}).json()["data"]
            assert set(answer) == {"data", "page", "size", "total_count"}
            assert (answer["page"], answer["size"], len(answer["data"])) == (2, 5, 5), path
            refused = client.get(path, params={"size": 101}).json()
            assert refused["success"] is False


def test_orders_are_each_dialects_own(full: Plane) -> None:
    hub = full.speaking("onehub", ROOT)

    def amounts(dialect: str, **query: str) -> list[int]:
        data = full.speaking(dialect, ROOT).get("/api/token/", params=query).json()["data"]
        rows = data if isinstance(data, list) else data["data"]
        return [row["remain_quota"] for row in rows]

    assert amounts("onehub", order="remain_quota", size="3") == [0, 1, 2]
    assert amounts("onehub", order="-remain_quota", size="3") == [11, 10, 9]
    assert amounts("oneapi", order="remain_quota", size="3") == [11, 10, 9]
    assert amounts("newapi", order="name", size="3") == [0, 1, 10]
    refused = hub.get("/api/token/", params={"order": "key_hash"}).json()
    assert refused["success"] is False
    users = hub.get("/api/user/", params={"order": "-quota", "size": "1"}).json()["data"]["data"]
    assert users[0]["username"] == "root"


def test_limits_of_a_key_are_read_and_shown_in_each_dialects_names(site: Plane) -> None:
    one = site.speaking("oneapi", ALICE)
    form = {"name": "one", "models": "gpt-4o,o1", "subnet": "10.0.0.0/8,192.0.2.1"}
    made = one.post("/api/token/", json=form).json()["data"]
    assert (len(made["key"]), made["models"], made["subnet"]) == (48, "gpt-4o,o1", form["subnet"])
    setting = {
        "limits": {
            "limit_model_setting": {"enabled": True, "models": ["a", "b"]},
            "limits_ip_setting": {"enabled": True, "whitelist": ["192.0.2.7"]},
        }
    }
    hub = site.speaking("onehub", ALICE)
    assert hub.post("/api/token/", json={"name": "hub", "setting": setting}).json() == {
        "success": True,
        "message": "",
    }
    shown = hub.get("/api/token/2").json()["data"]["setting"]["limits"]
    assert shown == setting["limits"]
    plain = {row["name"]: row for row in
             site.as_user(ALICE).get("/api/token/").json()["data"]["items"]}  # fmt: skip
    assert (plain["one"]["model_limits"], plain["one"]["model_limits_enabled"]) == ("gpt-4o,o1", 1)
    assert plain["hub"]["allow_ips"] == "192.0.2.7"
    assert "models" not in plain["one"]
    changed = one.put("/api/token/", json={"id": 1, "name": "one", "models": "", "subnet": ""})
    assert (changed.json()["data"]["models"], changed.json()["data"]["subnet"]) == (None, None)
    assert not one.post("/api/token/", json={"name": "x", "subnet": "nowhere"}).json()["success"]


def test_a_channel_alone_makes_as_many_channels_as_it_has_keys(site: Plane) -> None:
    one = site.speaking("oneapi", ADAM)
    form = {"type": 1, "name": "c", "key": "sk-a\nsk-b", "models": "m", "group": "default"}
    assert one.post("/api/channel/", json=form).json()["success"]
    rows = one.get("/api/channel/").json()["data"]
    assert [row["name"] for row in rows] == ["c", "c"]
    assert {"config", "system_prompt"} <= set(rows[0])
    assert "sk-a" not in str(rows)


def test_one_answer_does_not_tell_the_next_ones_dialect(site: Plane) -> None:
    shapes = [
        type(site.speaking(dialect, ALICE).get("/api/token/").json()["data"])
        for dialect in ("oneapi", "newapi", "oneapi", "onehub")
    ]
    assert shapes == [list, dict, list, dict]


def test_every_dialect_is_described_to_whoever_asks() -> None:
    described = composition.routes(MagicMock(), MagicMock())
    row = next(row for row in described if row.path == "/api/weirgate/openapi/:name")

    async def ask(name: str) -> object:
        return await row.handler(MagicMock(path={"name": name}))

    for name in DOCUMENTS:
        answer = asyncio.run(ask(f"{name}.json"))
        assert isinstance(answer, Answer)
        paths = orjson.loads(answer.body)["paths"]
        assert ("/api/weirgate/openapi/{name}" in paths) is (name == "weirgate")
    with pytest.raises(NotFoundError):
        asyncio.run(ask("../secret"))
    listed = document(described, "oneapi", "1")["paths"]["/api/token/"]["get"]["responses"]["200"]
    data = listed["content"]["application/json"]["schema"]["properties"]["data"]
    assert data == {"type": "array", "items": {"$ref": "#/components/schemas/KeyOut"},
                    "title": "Items"}  # fmt: skip


@pytest.mark.parametrize("dialect", ["oneapi", "veloera", "onehub", "donehub", "voapi", "newapi"])
def test_rows_are_as_the_dialects_document_says(site: Plane, dialect: str) -> None:
    fill(site, 2)
    described = document(domain_routes(site), dialect, "1")
    client = site.speaking(dialect, ROOT)
    for path in ("/api/token/", "/api/channel/", "/api/user/", "/api/redemption/"):
        operation = described["paths"][path]["get"]
        schema = operation["responses"]["200"]["content"]["application/json"]["schema"]
        whole = {**schema, "components": described["components"]}
        Draft202012Validator(whole).validate(client.get(path).json())
    keys = described["components"]["schemas"]["KeyOut"]["required"]
    assert ("setting" in keys) is (dialect in {"onehub", "donehub"})
    assert ("subnet" in keys) is (dialect == "oneapi")
