"""Prices written in one-hub's words: what the relay's options hold then, who may, and the trail."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import orjson
import pytest
from weirgate.store.tables import Edit, Option

from tests.api.conftest import ADAM, ALICE, PRICES, Plane
from tests.api.test_trail_and_limits import trail

if TYPE_CHECKING:
    import httpx

PATH = "/api/prices"
MAPS = ("ModelRatio", "ModelPrice", "CompletionRatio", "CacheRatio", "CreateCacheRatio",
        "ImageRatio", "AudioRatio", "AudioCompletionRatio")  # fmt: skip


@pytest.fixture
def hub(site: Plane) -> httpx.Client:
    return site.speaking("onehub", ADAM)


def stored(site: Plane, model: str) -> dict[str, Any]:
    """Returns what the price options say of a model, by option."""

    async def read() -> dict[str, str]:
        async with site.management.store.unit_of_work(write=False) as uow:
            rows = await uow.session.execute(Option.__table__.select())
            return {row.key: row.value for row in rows}

    options = site.management.run(read())
    maps = {key: orjson.loads(options.get(key, "{}")) for key in MAPS}
    return {key: part[model] for key, part in maps.items() if model in part}


def shown(client: httpx.Client, model: str) -> dict[str, Any] | None:
    rows = client.get(PATH).json()["data"]
    return next((row for row in rows if row["model"] == model), None)


def price(model: str, **values: Any) -> dict[str, Any]:
    return {"model": model, "type": "tokens", "channel_type": 1, "input": 1.5, "output": 6,
            **values}  # fmt: skip


def done(answer: httpx.Response) -> Any:
    body = answer.json()
    assert body["success"], body
    return body.get("data")


def test_a_price_by_tokens_becomes_ratios_and_reads_back(site: Plane, hub: httpx.Client) -> None:
    extras = {"cached_tokens": 0.5, "cached_write_tokens": 1.25, "input_audio_tokens": 2,
              "output_audio_tokens": 3, "input_image_tokens": 4, "reasoning_tokens": 1}  # fmt: skip
    done(hub.post(f"{PATH}/single", json=price("org/new", extra_ratios=extras, locked=True)))
    assert stored(site, "org/new") == {
        "ModelRatio": 1.5, "CompletionRatio": 4, "CacheRatio": 0.5, "CreateCacheRatio": 1.25,
        "ImageRatio": 4, "AudioRatio": 2, "AudioCompletionRatio": 6,
    }  # fmt: skip
    found = shown(hub, "org/new")
    assert found is not None
    assert (found["input"], found["output"], found["locked"]) == (1.5, 6, True)
    wanted = {name: ratio for name, ratio in extras.items() if name != "reasoning_tokens"}
    assert found["extra_ratios"] == {**wanted, "cached_read_tokens": 0.5}
    assert not hub.post(f"{PATH}/single", json=price("org/new")).json()["success"]


def test_a_price_by_calls_takes_the_ratios_place_and_a_name_may_change(
    site: Plane, hub: httpx.Client
) -> None:
    done(hub.post(f"{PATH}/single", json=price("org/new")))
    times = price("org/named", type="times", input=20, output=20)
    done(hub.put(f"{PATH}/single/org/new", json=times))
    assert (stored(site, "org/new"), stored(site, "org/named")) == ({}, {"ModelPrice": 0.04})
    assert shown(hub, "org/new") is None
    taken = {**times, "model": "gpt-4o"}
    assert not hub.put(f"{PATH}/single/org/named", json=taken).json()["success"]
    assert not hub.put(f"{PATH}/single/nothing", json=times).json()["success"]
    done(hub.delete(f"{PATH}/single/org/named"))
    assert not hub.delete(f"{PATH}/single/org/named").json()["success"]
    assert stored(site, "org/named") == {}


def test_ratios_of_other_models_keep_every_digit(site: Plane, hub: httpx.Client) -> None:
    exact = "0.12345678901234567891"
    site.set_option("ModelRatio", '{"fine":' + exact + "}")
    done(hub.post(f"{PATH}/single", json=price("org/new", input="0.1", output="0.3")))

    async def read() -> str:
        async with site.management.store.unit_of_work(write=False) as uow:
            row = await uow.session.get(Option, "ModelRatio")
            return row.value if row is not None else ""

    assert exact in site.management.run(read())
    assert Decimal(str(stored(site, "org/new")["CompletionRatio"])) == 3


def test_several_models_get_one_price_and_lose_it(site: Plane, hub: httpx.Client) -> None:
    for models, former in ((["a", "b"], []), (["b", "c"], ["a", "b"])):
        form = {"models": models, "original_models": former, "price": price("")}
        done(hub.post(f"{PATH}/multiple", json=form))
    assert [bool(stored(site, model)) for model in "abc"] == [False, True, True]
    done(hub.put(f"{PATH}/multiple/delete", json={"models": ["b", "c", "nothing"]}))
    assert [bool(stored(site, model)) for model in "abc"] == [False, False, False]


def test_syncs_add_update_overwrite_and_reset_but_leave_what_is_locked(
    site: Plane, hub: httpx.Client
) -> None:
    done(hub.post(f"{PATH}/single", json=price("held", locked=True)))
    done(hub.post(f"{PATH}/single", json=price("old")))
    given = [price(name, input=9, output=9) for name in ("held", "old", "new")]

    def ratios() -> list[float | None]:
        return [stored(site, name).get("ModelRatio") for name in ("held", "old", "new")]

    def sync(mode: str) -> int:
        return int(done(hub.post(f"{PATH}/sync?updateMode={mode}", json=given)))

    assert (sync("update"), ratios()) == (1, [1.5, 9, None])
    given[1]["input"] = 8
    assert (sync("add"), ratios()) == (1, [1.5, 9, 9])
    del given[2]
    gone = len(PRICES["model_ratio"]) + len(PRICES["model_price"]) + len(["new"])
    assert (sync("overwrite"), ratios()) == (gone + 1, [1.5, 8, None])
    assert stored(site, "gpt-4o") == {}
    assert sync("system") > 0
    assert (stored(site, "gpt-4o")["ModelRatio"], ratios()) == (1.25, [1.5, None, None])
    assert not hub.post(f"{PATH}/sync?updateMode=odd", json=given).json()["success"]


@pytest.mark.parametrize(
    "changed",
    [{"input": 0}, {"input": -1}, {"model": ""}, {"extra_ratios": {"reasoning_tokens": 2}},
     {"extra_ratios": {"cached_tokens": 1, "cached_read_tokens": 2}}, {"type": "odd"},
     {"long_context": {"threshold": 1}}, {"input": "NaN"}],
)  # fmt: skip
def test_what_the_price_maps_cannot_say_is_refused(
    site: Plane, hub: httpx.Client, changed: dict[str, Any]
) -> None:
    answer = hub.post(f"{PATH}/single", json={**price("m"), **changed}).json()
    assert answer["success"] is False
    assert (stored(site, "m"), site.rows(Edit)) == ({}, [])


def test_writes_are_administrators_and_leave_a_trail_and_a_history(
    site: Plane, hub: httpx.Client
) -> None:
    user = site.speaking("onehub", ALICE)
    for method, path, body in (
        ("POST", "single", price("m")), ("PUT", "single/m", price("m")),
        ("DELETE", "single/m", None), ("POST", "multiple", {"models": ["m"], "price": price("")}),
        ("PUT", "multiple/delete", {"models": ["m"]}), ("POST", "sync", []),
    ):  # fmt: skip
        assert user.request(method, f"{PATH}/{path}", json=body).json()["success"] is False
    assert site.rows(Edit) == []
    done(hub.post(f"{PATH}/single", json=price("m")))
    assert "prices written: m" in [row.content for row in trail(site)]
    assert {row.target for row in site.rows(Edit)} >= {"ModelRatio", "CompletionRatio"}


def test_the_lists_of_built_in_prices_and_the_source(site: Plane, hub: httpx.Client) -> None:
    assert hub.get(PATH).json()["success"] is False
    built_in = done(hub.get(f"{PATH}?type=default"))
    assert {row["model"] for row in built_in} == {*PRICES["model_ratio"], *PRICES["model_price"]}
    assert hub.get(f"{PATH}?type=old").json() == built_in
    assert site.speaking("onehub", ALICE).get(f"{PATH}?type=old").json()["success"] is False
    site.set_option("weirgate.hub_price_source", "https://prices.example.org/p.json")
    assert done(hub.get(f"{PATH}/updateService")) == "https://prices.example.org/p.json"
