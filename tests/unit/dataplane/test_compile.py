"""Rows and options become the routing document, exactly and without stumbling over one bad row."""

from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from weirgate.dataplane.compile import (
    CompileError,
    OpenChannel,
    RelayDefaults,
    compile_routing,
    decimal_text,
    key_rows,
    user_rows,
)
from weirgate.system.option_keys import OptionValues
from weirgate.system.option_table import build_registry

from tests.unit.dataplane.conftest import channel, key, user

REGISTRY = build_registry({"model_ratio": {"gpt-4o": 1.25}})


def compiled(
    *channels: OpenChannel, options: dict[str, str] | None = None
) -> tuple[dict[str, Any], list[str]]:
    values = OptionValues(REGISTRY, options or {})
    found = compile_routing(7, channels, values, RelayDefaults())
    return orjson.loads(found.document), found.warnings


def test_a_channel_carries_its_lists_keys_and_mappings() -> None:
    row = channel(
        3,
        models="gpt-4o, o1,gpt-4o",
        group="default,vip",
        model_mapping='{"a":"b"}',
        status_code_mapping='{"429":"503"}',
        weight=None,
        priority=None,
    )
    document, warnings = compiled(OpenChannel(row, " sk-up \n"))
    assert warnings == []
    (made,) = document["channels"]
    assert made["models"] == ["gpt-4o", "o1"]
    assert made["groups"] == ["default", "vip"]
    assert made["keys"] == ["sk-up"]
    assert made["model_mapping"] == {"a": "b"}
    assert made["status_code_mapping"] == {"429": 503}
    assert (made["weight"], made["priority"]) == (0, 0)
    assert document["version"] == 7


def test_a_channel_with_several_keys_says_which_are_off() -> None:
    info = {"is_multi_key": True, "multi_key_status_list": {"1": 3}, "multi_key_mode": "polling"}
    row = channel(1, channel_info=orjson.dumps(info).decode())
    document, _ = compiled(OpenChannel(row, "one\ntwo\n"))
    made = document["channels"][0]
    assert (made["keys"], made["key_status"]) == (["one", "two"], {"1": 3})
    assert made["key_mode"] == "polling"


@pytest.mark.parametrize(
    ("setting", "allowed"),
    [(None, False), ('{"allow_private":true}', True), ('{"allow_private":"true"}', False)],
)
def test_private_networks_are_open_to_the_channels_that_say_so(
    setting: str | None, allowed: bool
) -> None:
    document, _ = compiled(OpenChannel(channel(1, setting=setting), "k"))
    assert document["channels"][0]["allow_private"] is allowed


@pytest.mark.parametrize(
    "field", ["model_mapping", "status_code_mapping", "channel_info", "setting"]
)
def test_a_broken_field_is_left_out_and_named(field: str) -> None:
    document, warnings = compiled(OpenChannel(channel(1, **{field: "{broken"}), "k"))
    assert len(document["channels"]) == 1
    assert len(warnings) == 1
    assert "channel 1" in warnings[0]
    assert field in warnings[0]


def test_ratios_travel_as_decimal_text() -> None:
    options = {
        "ModelRatio": '{"a":0.1,"b":1e-7,"c":37.5,"d":8.21917808219178,"e":3,"f":"0.25"}',
        "GroupGroupRatio": '{"vip":{"default":0.9}}',
    }
    document, _ = compiled(options=options)
    assert document["prices"]["model_ratio"] == {
        "a": "0.1",
        "b": "0.0000001",
        "c": "37.5",
        "d": "8.21917808219178",
        "e": "3",
        "f": "0.25",
    }
    assert document["groups"]["group_group_ratio"] == {"vip": {"default": "0.9"}}


def test_defaults_hold_where_no_option_says_otherwise() -> None:
    document, _ = compiled()
    assert document["prices"]["model_ratio"] == {"gpt-4o": "1.25"}
    assert document["options"]["retry_times"] == 3
    assert document["options"]["default_output_tokens"] == 1024
    assert document["options"]["ping_interval_ms"] == 0
    assert document["options"]["allow_private_upstreams"] is True
    assert document["groups"]["ratio"] == {"default": "1", "vip": "1", "svip": "1"}


def test_own_options_are_taken_when_they_fit() -> None:
    options = {
        "weirgate.header_timeout_ms": "1500",
        "weirgate.first_token_timeout_ms": "soon",
        "weirgate.unset_model_price": "fallback",
        "weirgate.midstream_exhausted": "explode",
        "general_setting.ping_interval_enabled": "true",
        "general_setting.ping_interval_seconds": "5",
    }
    found = compiled(options=options)[0]["options"]
    assert found["header_timeout_ms"] == 1500
    assert found["first_token_timeout_ms"] == 120_000
    assert (found["unset_model_price"], found["midstream_exhausted"]) == ("fallback", "cut")
    assert found["ping_interval_ms"] == 5000


def test_a_ratio_that_is_no_number_is_refused_with_its_place() -> None:
    with pytest.raises(CompileError, match="option ModelRatio, a: not a number"):
        compiled(options={"ModelRatio": '{"a":"dear"}'})


@given(st.decimals(min_value=0, max_value=10**6, places=6))
def test_a_typed_number_keeps_its_value(number: Any) -> None:
    text = format(number, "f")
    parsed = orjson.loads(text)
    assert float(decimal_text(parsed)) == float(text)
    assert "e" not in decimal_text(parsed).lower()


@given(st.text(max_size=60), st.text(max_size=60))
def test_no_text_in_a_channel_stops_the_others(mapping: str, info: str) -> None:
    bad = OpenChannel(channel(1, model_mapping=mapping, channel_info=info), "k")
    good = OpenChannel(channel(2), "k")
    document, _ = compiled(bad, good)
    assert [made["id"] for made in document["channels"]] == [1, 2]


def test_users_and_keys_become_rows_or_removals() -> None:
    setting = '{"record_ip_log":true,"accept_unset_model_ratio_model":true}'
    users = orjson.loads(user_rows([user(1, setting=setting), user(2, deleted_at=5)]))
    assert users[0]["record_ip"] is True
    assert users[0]["accept_unset_price"] is True
    assert users[1] == {"id": 2, "deleted": True}
    keys = orjson.loads(
        key_rows([key(7, 1, allow_ips="10.0.0.0/8\n\n1.2.3.4", model_limits="a,b")], removed={9})
    )
    assert keys[0]["allow_ips"] == ["10.0.0.0/8", "1.2.3.4"]
    assert keys[0]["model_limits"] == ["a", "b"]
    assert keys[1] == {"id": 9, "deleted": True}


def test_models_in_expression_mode_carry_their_expression_and_broken_ones_are_named() -> None:
    expressions = {"a": "p * 3", "b": "p * 4", "broken": "p *", "odd": 3}
    modes = dict.fromkeys(["a", "broken", "odd"], "tiered_expr")
    document, warnings = compiled(
        options={
            "billing_setting.billing_mode": orjson.dumps(modes).decode(),
            "billing_setting.billing_expr": orjson.dumps(expressions).decode(),
        }
    )
    assert document["prices"]["expression"] == {"a": "p * 3"}
    assert [warning.split(":")[0] for warning in warnings] == [
        "price expression of broken",
        "price expression of odd",
    ]


def test_a_ratio_keeps_every_digit_that_was_written() -> None:
    text = '{"long":0.123456789012345678,"short":1e-7}'
    document, _ = compiled(options={"ModelRatio": text})
    assert document["prices"]["model_ratio"] == {
        "long": "0.123456789012345678",
        "short": "0.0000001",
    }
