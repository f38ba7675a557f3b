"""Groups that a user may use, and prices as they are shown."""

import orjson
from weirgate._core import default_prices, price
from weirgate.catalog import builtin, rules
from weirgate.catalog.stamps import Stamp, StampReader
from weirgate.groups.rules import GroupTable
from weirgate.system.option_table import PRICE_OPTIONS

TABLE = GroupTable(
    ratio={"default": 1, "vip": 0.8, "svip": 0.5},
    usable={"default": "d", "vip": "v", "auto": "a"},
    group_group_ratio={"vip": {"default": 0.9}},
    special_usable={"inner": {"+:svip": "s", "-:vip": "", "vip2": "w"}},
    auto=["default", "svip"],
)
OPTIONS: dict[str, dict[str, object]] = {
    **{key: {} for key in PRICE_OPTIONS},
    "ModelRatio": {"gpt-4o": 1.25, "gpt-4-gizmo-*": 15, "mistral-large": 0.00001},
    "ModelPrice": {"dall-e-3": 0.04},
    "CompletionRatio": {"gpt-4o": 9, "mistral-large": 9},
    "CacheRatio": {"gpt-4o": 0.5},
}
STAMPS = StampReader({name: OPTIONS[key] for key, name in PRICE_OPTIONS.items()})


def stamp(model: str) -> Stamp:
    found = STAMPS.read(model)
    assert found is not None
    return found


def test_a_user_may_use_the_listed_groups_and_the_own_one() -> None:
    assert set(TABLE.usable_for("svip")) == {"default", "vip", "auto", "svip"}


def test_special_rules_add_and_take_away() -> None:
    assert set(TABLE.usable_for("inner")) == {"default", "auto", "svip", "vip2", "inner"}


def test_a_ratio_between_groups_beats_the_groups_own() -> None:
    assert TABLE.ratio_for("vip", "default") == 0.9
    assert TABLE.ratio_for("default", "default") == 1


def test_the_auto_group_shows_a_word() -> None:
    assert TABLE.described_for("default")["auto"] == {"ratio": "自动", "desc": "a"}


def test_auto_stands_for_the_models_of_its_members() -> None:
    assert set(TABLE.models_groups("default")) == {"default", "vip", "svip"}


def test_a_model_by_call_shows_its_price() -> None:
    row = rules.priced_model("dall-e-3", ["default"], OPTIONS, stamp("dall-e-3"))
    assert (row.quota_type, row.model_price, row.model_ratio) == (1, 0.04, 0)
    assert "cache_ratio" not in row.model_dump(exclude_none=True)


def test_a_model_without_a_price_has_no_stamp_and_shows_the_familys_ratio() -> None:
    assert STAMPS.read("nobody") is None
    row = rules.priced_model("nobody", ["default"], OPTIONS, rules.unknown_stamp("1"))
    assert (row.quota_type, row.model_ratio, row.completion_ratio) == (0, 37.5, 1)


def test_stamps_are_the_relays_own() -> None:
    assert stamp("gpt-4o") == Stamp(0, 1.25, 0, 9)
    assert stamp("mistral-large") == Stamp(0, 0.00001, 0, 3)
    assert stamp("gpt-4-gizmo-abc").model_ratio == 15


def test_a_filtered_map_gives_the_stamp_of_the_whole_one() -> None:
    maps = orjson.loads(default_prices())
    prices = {name: maps[name] for name in PRICE_OPTIONS.values()}
    reader = StampReader(prices)
    for model in {**prices["model_ratio"], **prices["model_price"]}:
        request = {"prices": prices, "model": model, "group_ratio": "1", "usage": {}}
        whole = orjson.loads(price(orjson.dumps(request)))["stamp"]
        found = reader.read(model)
        assert found is not None
        assert float(found.model_ratio) == float(whole["model_ratio"])
        assert float(found.completion_ratio) == float(whole["completion_ratio"])


def test_vendors_are_numbered_in_order_of_appearance() -> None:
    rows = [
        rules.priced_model(model, [], OPTIONS, rules.unknown_stamp("1"))
        for model in ("gpt-4o", "claude-3-haiku", "gpt-4", "nobody")
    ]
    numbered, vendors = rules.with_vendors(rows)
    assert [row.vendor_id for row in numbered] == [1, 2, 1, None]
    assert [vendor.name for vendor in vendors] == ["OpenAI", "Anthropic"]


def test_an_embedding_model_is_served_by_embeddings() -> None:
    assert builtin.endpoint_types("text-embedding-3-small") == ["embeddings"]
    assert builtin.endpoint_types("gpt-4o") == ["openai"]
