"""one-hub's user groups, available models and prices, as a face of the family's options."""

from __future__ import annotations

from typing import Any

import orjson

from tests.api.conftest import ADAM, ALICE, ROOT, Plane


def options(site: Plane) -> dict[str, Any]:
    rows = site.as_user(ROOT).get("/api/option/").json()["data"]
    return {row["key"]: row["value"] for row in rows}


def group(site: Plane, symbol: str) -> dict[str, Any]:
    rows = site.speaking("onehub", ADAM).get("/api/user_group/?size=100").json()["data"]["data"]
    found: dict[str, Any] = next(row for row in rows if row["symbol"] == symbol)
    return found


def test_the_options_groups_are_the_user_groups(site: Plane) -> None:
    answer = site.speaking("donehub", ADAM).get("/api/user_group?page=1&size=2").json()["data"]
    assert (answer["total_count"], len(answer["data"]), answer["size"]) == (3, 2, 2)
    default = group(site, "default")
    assert (default["ratio"], default["public"], default["enable"]) == (1, True, True)
    assert (default["api_rate"], group(site, "svip")["public"]) == (600, False)
    by_id = site.as_user(ADAM).get(f"/api/user_group/{default['id']}").json()["data"]
    assert by_id == default
    by_name = site.as_user(ADAM).get("/api/user_group/?name=vip&enable=true").json()["data"]
    assert [row["symbol"] for row in by_name["items"]] == ["vip", "svip"]


def test_a_new_group_is_priced_and_offered_and_a_changed_one_is_changed(site: Plane) -> None:
    admin = site.as_user(ADAM)
    form = {"symbol": "gold", "name": "Gold", "ratio": 0.5, "public": True, "api_rate": 90}
    made = admin.post("/api/user_group/", json=form).json()["data"]
    assert made["enable"] is True
    stored = options(site)
    assert orjson.loads(stored["GroupRatio"])["gold"] == 0.5
    assert orjson.loads(stored["ModelRequestRateLimitGroup"]) == {"gold": [0, 90]}
    own = site.as_user(ALICE).get("/api/user/self/groups").json()["data"]
    assert own["gold"] == {"ratio": 0.5, "desc": "Gold"}
    assert not admin.post("/api/user_group/", json=form).json()["success"]
    assert not admin.post("/api/user_group/", json={"symbol": ""}).json()["success"]
    assert not admin.post("/api/user_group/", json={"symbol": "x", "ratio": -1}).json()["success"]
    change = {**made, "symbol": "other", "ratio": 2, "public": False}
    changed = admin.put("/api/user_group/", json=change).json()["data"]
    assert (changed["symbol"], changed["ratio"], changed["public"]) == ("gold", 2, False)
    assert "gold" not in site.as_user(ALICE).get("/api/user/self/groups").json()["data"]


def test_a_group_that_is_off_has_no_price_and_comes_back_with_the_same(site: Plane) -> None:
    admin = site.as_user(ADAM)
    form = {"symbol": "gold", "name": "Gold", "ratio": 3, "public": True}
    number = admin.post("/api/user_group/", json=form).json()["data"]["id"]
    assert admin.put(f"/api/user_group/enable/{number}").json()["success"]
    assert "gold" not in orjson.loads(options(site)["GroupRatio"])
    assert group(site, "gold")["enable"] is False
    assert "gold" not in site.visitor().get("/api/user_group_map").json()["data"]
    assert admin.put(f"/api/user_group/enable/{number}").json()["success"]
    back = group(site, "gold")
    assert (back["ratio"], back["public"], back["enable"]) == (3, True, True)
    assert admin.delete(f"/api/user_group/{number}").json()["success"]
    assert admin.get(f"/api/user_group/{number}").json()["message"] == "record not found"
    default = group(site, "default")["id"]
    for refused in (admin.put(f"/api/user_group/enable/{default}"),
                    admin.delete(f"/api/user_group/{default}")):  # fmt: skip
        assert not refused.json()["success"]


def test_the_map_shows_public_groups_and_the_callers_own(site: Plane) -> None:
    assert set(site.visitor().get("/api/user_group_map").json()["data"]) == {"default", "vip"}
    svip = site.as_user(site.add_user("rich", group="svip"))
    assert set(svip.get("/api/user_group_map").json()["data"]) == {"default", "vip", "svip"}


def test_available_models_carry_groups_owner_and_price(site: Plane) -> None:
    for models, name in (("gpt-4o,dall-e-3", "default"), ("gpt-4o-mini", "svip")):
        channel = {"type": 1, "name": name, "key": "sk-a", "models": models, "group": name}
        form = {"mode": "single", "channel": channel}
        assert site.as_user(ADAM).post("/api/channel/", json=form).json()["success"]
    shown = site.visitor().get("/api/available_model").json()["data"]
    assert set(shown) == {"gpt-4o", "dall-e-3"}
    model = shown["gpt-4o"]
    assert (model["groups"], model["owned_by"]) == (["default"], "OpenAI")
    assert (model["price"]["type"], model["price"]["input"]) == ("tokens", 1.25)
    assert model["price"]["output"] >= model["price"]["input"]
    times = shown["dall-e-3"]["price"]
    assert (times["type"], times["input"]) == ("times", 20)
    rich = site.as_user(site.add_user("rich", group="svip"))
    assert "gpt-4o-mini" in rich.get("/api/available_model").json()["data"]
    prices = site.visitor().get("/api/prices?type=db").json()["data"]
    assert {price["model"] for price in prices} == {"gpt-4o", "dall-e-3", "gpt-4o-mini"}
    names = site.as_user(ADAM).get("/api/prices/model_list").json()["data"]
    assert sorted(names) == ["dall-e-3", "gpt-4o", "gpt-4o-mini"]
    own = site.as_user(ALICE).get("/api/user/available_models").json()["data"]
    assert own == ["dall-e-3", "gpt-4o"]


def test_one_apis_topup_credits_a_user_once_by_an_entry(site: Plane) -> None:
    form = {"user_id": ALICE, "quota": 500, "remark": "thanks"}
    assert site.speaking("oneapi", ADAM).post("/api/topup", json=form).json()["success"]
    assert site.as_user(ALICE).get("/api/user/self").json()["data"]["quota"] == 1_000_500
    assert not site.as_user(ALICE).post("/api/topup", json=form).json()["success"]
    assert site.verify().is_sound
