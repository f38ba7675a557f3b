"""What channels say of prices: strict bodies, the history, copies, and what is routed by."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from weirgate.dataplane.compile import OpenChannel, RelayDefaults, compile_routing
from weirgate.store.tables import Channel
from weirgate.system.option_keys import OptionValues
from weirgate.system.option_table import build_registry

from tests.api.conftest import ADAM, ALICE, ROOT, Plane, set_up
from tests.api.test_at_once import either

__all__ = ["either"]
PATH = "/api/weirgate/channels/1/prices"
PRICES: dict[str, Any] = {
    "costs": {
        "up": {"input": "0.270000000000000001", "output": "1.1", "cache_read": "0"},
        "far": {
            "currency": "CNY",
            "input": {"price": "2", "tiers": [{"min_tokens": 32000, "price": "4"}]},
            "tools": {"web_search": "40"},
        },
        "image": {"call": "0.04"},
    },
    "group_ratio": {"vip": "0.5"},
    "model_group_ratio": {"m1": {"vip": "0.25"}},
}


@pytest.fixture
def house(either: Plane) -> Plane:
    site = set_up(either)
    channel = {"type": 1, "name": "c", "key": "sk-x", "models": "m1,m2", "group": "default"}
    body = {"mode": "single", "channel": channel}
    assert site.as_user(ADAM).post("/api/channel/", json=body).json()["success"]
    return site


def put(site: Plane, body: object, path: str = PATH, user_id: int = ADAM) -> Any:
    return site.as_user(user_id).put(path, json=body)


def told(answer: Any) -> dict[str, Any]:
    """What an answer says, without what it leaves empty."""
    assert answer.status_code == 200, answer.text
    found = {name: value for name, value in answer.json().items() if value}
    for sheet in found.get("costs", {}).values():
        for name in [name for name, value in sheet.items() if not value]:
            del sheet[name]
    return found


def stored(site: Plane, channel_id: int) -> Channel:
    async def read() -> Channel:
        async with site.management.store.unit_of_work(write=False) as uow:
            row = await uow.session.get(Channel, channel_id)
            assert row is not None
            return row

    return site.management.run(read())


def routed(site: Plane, channel_id: int = 1) -> dict[str, Any]:
    row = stored(site, channel_id)
    values = OptionValues(build_registry({}), {})
    found = compile_routing(1, [OpenChannel(row, "")], values, RelayDefaults())
    assert found.warnings == []
    document: dict[str, Any] = orjson.loads(found.document)
    assert document["options"]["cny_per_usd"] == "7.3"
    channel: dict[str, Any] = document["channels"][0]
    return channel


def test_prices_are_set_read_routed_copied_and_removed(house: Plane) -> None:
    client = house.as_user(ADAM)
    assert told(client.get(PATH)) == {}
    assert "prices" not in routed(house)

    answer = put(house, PRICES)
    shown = told(answer)
    assert shown["costs"]["up"]["input"] == "0.270000000000000001"
    assert shown["costs"]["far"]["currency"] == "CNY"
    assert told(client.get(PATH)) == shown
    assert routed(house)["prices"]["group_ratio"] == {"vip": "0.5"}
    assert routed(house)["prices"]["costs"]["up"]["cache_read"] == "0"

    assert client.post("/api/channel/copy/1").json()["success"]
    assert told(client.get(PATH.replace("/1/", "/2/"))) == shown
    # What the family edits leaves them alone.
    assert client.put("/api/channel/", json={"id": 1, "name": "d"}).json()["success"]
    assert told(client.get(PATH)) == shown

    assert client.delete(PATH).status_code == 200
    assert told(client.get(PATH)) == {}
    assert stored(house, 1).prices is None


def test_an_edit_of_prices_is_in_the_history_and_can_be_taken_back(house: Plane) -> None:
    put(house, PRICES)
    put(house, {"costs": {"up": {"input": "9"}}})
    root = house.as_user(ROOT)
    newest = root.get("/api/weirgate/history?kind=channel").json()[0]
    assert [change["field"] for change in newest["changes"]] == ["prices"]
    assert root.post(f"/api/weirgate/history/{newest['id']}/revert").status_code == 200
    assert told(root.get(PATH))["group_ratio"] == {"vip": "0.5"}
    logged = root.get("/api/log/?type=3").json()
    assert "prices of channel 1 set" in orjson.dumps(logged).decode() or logged


@pytest.mark.parametrize(
    "body",
    [
        {"costs": {"m": {}}},
        {"costs": {"m": {"input": 1.5}}},
        {"costs": {"m": {"input": "-1"}}},
        {"costs": {"m": {"input": "1e3"}}},
        {"costs": {"m": {"input": "1\n"}}},
        {"costs": {"m": {"call": "1", "output": "1"}}},
        {"costs": {"m": {"currency": "EUR", "input": "1"}}},
        {"costs": {"m": {"input": {"price": "1", "tiers": [{"min_tokens": -1, "price": "1"}]}}}},
        {"costs": {"m": {"prompt": "1"}}},
        {"group_ratio": {"vip": 1}},
        {"group_ratio": {"": "1"}},
        {"unknown": {}},
    ],
)
def test_a_body_that_is_no_prices_is_refused(house: Plane, body: dict[str, Any]) -> None:
    put(house, PRICES)
    before = stored(house, 1).prices
    answer = put(house, body)
    assert answer.status_code == 400, answer.text
    assert stored(house, 1).prices == before


def test_only_administrators_see_costs_and_only_of_channels_that_are_there(house: Plane) -> None:
    assert put(house, PRICES, user_id=ALICE).status_code == 403
    assert house.as_user(ALICE).get(PATH).status_code == 403
    for method in ("GET", "PUT", "DELETE"):
        body = orjson.dumps(PRICES) if method == "PUT" else None
        missing = house.as_user(ADAM).request(method, PATH.replace("/1/", "/99/"), content=body)
        assert missing.status_code == 404, missing.text


def test_prices_that_went_bad_are_left_out_by_name() -> None:
    row = Channel(id=3, type=1, status=1, name="c", models="m", group="default", prices="{")
    values = OptionValues(build_registry({}), {})
    found = compile_routing(1, [OpenChannel(row, "")], values, RelayDefaults())
    assert "prices" not in orjson.loads(found.document)["channels"][0]
    assert found.warnings[0].startswith("channel 3: prices: ")
