"""Groups that a user may use, and prices as they are shown."""

from weirgate.catalog import builtin, rules
from weirgate.groups.rules import GroupTable

TABLE = GroupTable(
    ratio={"default": 1, "vip": 0.8, "svip": 0.5},
    usable={"default": "d", "vip": "v", "auto": "a"},
    group_group_ratio={"vip": {"default": 0.9}},
    special_usable={"inner": {"+:svip": "s", "-:vip": "", "vip2": "w"}},
    auto=["default", "svip"],
)
MAPS = rules.PriceMaps(
    model_ratio={"gpt-4o": 1.25, "gpt-4-gizmo-*": 15},
    model_price={"dall-e-3": 0.04},
    completion_ratio={"gpt-4o": 9, "mistral-large": 9, "org/model": 7},
    cache_ratio={"gpt-4o": 0.5},
    create_cache_ratio={},
    image_ratio={},
    audio_ratio={},
    audio_completion_ratio={},
)


def completion_rule(model: str) -> tuple[str, bool]:
    return {"gpt-4o": ("4", False), "mistral-large": ("3", True)}.get(model, ("1", False))


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
    row = rules.priced_model("dall-e-3", ["default"], MAPS, completion_rule)
    assert (row.quota_type, row.model_price, row.model_ratio) == (1, 0.04, 0)


def test_an_unknown_model_shows_the_familys_ratio() -> None:
    row = rules.priced_model("nobody", ["default"], MAPS, completion_rule)
    assert (row.quota_type, row.model_ratio, row.completion_ratio) == (0, 37.5, 1)
    assert "cache_ratio" not in row.model_dump(exclude_none=True)


def test_a_locked_rule_beats_the_option_and_a_path_name_beats_the_rule() -> None:
    assert rules.completion_ratio("gpt-4o", MAPS.completion_ratio, completion_rule) == 9
    assert rules.completion_ratio("mistral-large", MAPS.completion_ratio, completion_rule) == 3
    assert rules.completion_ratio("org/model", MAPS.completion_ratio, completion_rule) == 7


def test_names_of_a_kind_share_one_price() -> None:
    assert rules.lookup_name("gpt-4-gizmo-abc") == "gpt-4-gizmo-*"
    assert rules.lookup_name("gemini-2.5-pro-thinking-128") == "gemini-2.5-pro-thinking-*"


def test_vendors_are_numbered_in_order_of_appearance() -> None:
    rows = [
        rules.priced_model(model, [], MAPS, completion_rule)
        for model in ("gpt-4o", "claude-3-haiku", "gpt-4", "nobody")
    ]
    numbered, vendors = rules.with_vendors(rows)
    assert [row.vendor_id for row in numbered] == [1, 2, 1, None]
    assert [vendor.name for vendor in vendors] == ["OpenAI", "Anthropic"]


def test_an_embedding_model_is_served_by_embeddings() -> None:
    assert builtin.endpoint_types("text-embedding-3-small") == ["embeddings"]
    assert builtin.endpoint_types("gpt-4o") == ["openai"]
