"""A call's log row shows the prices that its stamp holds, under the family's names."""

import base64
from dataclasses import fields
from typing import Any

import orjson
from weirgate._core import price
from weirgate.analytics.rows import LogRow
from weirgate.usage.rules import call_details

MAPS = {
    "model_ratio": {"writer": "1.5"},
    "create_cache_ratio": {"writer": "1.25"},
    "cache_ratio": {"writer": "0.1"},
}


def row(**given: Any) -> LogRow:
    empty: dict[Any, Any] = {int: 0, str: "", bool: False}
    made: dict[str, Any] = {field.name: empty[field.type] for field in fields(LogRow)}
    return LogRow(**(made | {"endpoint": "/v1/messages"} | given))


def stamp(model: str, **request: Any) -> str:
    asked = {"prices": MAPS, "model": model, "group_ratio": "0.8", "usage": {"prompt": 1}}
    found = orjson.loads(price(orjson.dumps(asked | request)))
    return orjson.dumps(found["stamp"]).decode()


def test_cache_writes_show_the_ratios_they_were_charged_with() -> None:
    found = call_details(row(cache_write_5m=30, cache_write_1h=12, price=stamp("writer")))
    assert found["cache_creation_tokens"] == found["cache_write_tokens"] == 42
    assert (found["cache_creation_ratio"], found["cache_creation_ratio_5m"]) == (1.25, 1.25)
    assert found["cache_creation_ratio_1h"] == 2
    assert (found["model_ratio"], found["cache_ratio"], found["group_ratio"]) == (1.5, 0.1, 0.8)


def test_calls_of_tools_show_their_counts_and_prices() -> None:
    given = orjson.loads(stamp("writer"))
    given["tools"] = {
        "web_search_preview": {"calls": 3, "price": "27.5"},
        "file_search": {"calls": 1, "price": "2.5"},
        "image_generation_low": {"calls": 1, "price": "11"},
        "image_generation_high": {"calls": 1, "price": "167"},
    }
    found = call_details(row(price=orjson.dumps(given).decode()))
    assert (found["web_search"], found["web_search_call_count"]) == (True, 3)
    assert found["web_search_price"] == 27.5
    assert (found["file_search_call_count"], found["file_search_price"]) == (1, 2.5)
    assert found["image_generation_call"] is True
    assert found["image_generation_call_count"] == 2
    assert found["image_generation_call_price"] == 0.089
    assert "web_search" not in call_details(row(price=stamp("writer")))


def test_a_price_by_expression_shows_its_text_and_tier() -> None:
    text = 'tier("base", p * 2)'
    given = orjson.loads(stamp("m", prices={"expression": {"m": text}}))
    given |= {"matched_tier": "base", "image_output": 7}
    found = call_details(row(price=orjson.dumps(given).decode()))
    assert base64.b64decode(found["expr_b64"]).decode() == text
    assert (found["billing_mode"], found["matched_tier"]) == ("tiered_expr", "base")
    assert (found["image"], found["image_output"]) == (True, 7)
