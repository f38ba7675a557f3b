"""What decimal sheets cost, worked out apart from the gateway's own code (portal contract §2, §11).

Token by kind and tier by tier, in decimal fractions; shares nothing with the code under test.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from tests.support.price_reference import ONE, QUOTA_PER_USD, Counts

MILLION = Decimal(1_000_000)
CNY_PER_USD = Decimal("7.3")

SHEETS: dict[str, dict[str, Any]] = {
    "flat": {"input": "3", "output": "15"},
    "cached": {
        "input": "3",
        "output": "15",
        "cache_read": "0.3",
        "cache_write": "3.75",
        "cache_write_1h": "6",
    },
    "read free": {"input": "0.27", "output": "1.1", "cache_read": "0"},
    "media": {
        "input": "2.5",
        "output": "10",
        "image_input": "5",
        "audio_input": "40.000000000000000001",
        "audio_output": "80",
    },
    "renminbi": {"currency": "CNY", "input": "2", "output": "3", "cache_read": "0.2"},
    "a call": {"call": "0.04"},
    "a call in renminbi": {"currency": "CNY", "call": "0.5"},
    "segments": {
        "input": {
            "price": "4",
            "tiers": [
                {"min_tokens": 1000, "price": "2"},
                {"min_tokens": 200, "price": "3"},
                {"min_tokens": 1000, "price": "1.5"},
            ],
        },
        "output": "9",
    },
    "whole, by input": {
        "input": {
            "price": "1.25",
            "tiers": [{"min_tokens": 2000, "price": "2.5", "condition": "full_input_tokens"}],
        },
        "output": {
            "price": "10",
            "tiers": [{"min_tokens": 2000, "price": "15", "condition": "full_input_tokens"}],
        },
        "cache_read": {
            "price": "0.125",
            "tiers": [{"min_tokens": 2000, "price": "0.25", "condition": "full_input_tokens"}],
        },
    },
    "whole, by what is billed": {
        "input": {
            "price": "5",
            "tiers": [
                {"min_tokens": 300, "price": "4", "condition": "billable_input_tokens"},
                {"min_tokens": 500, "price": "3", "condition": "billable_output_tokens"},
            ],
        },
        "output": {
            "price": "8",
            "tiers": [{"min_tokens": 77, "price": "7", "condition": "billable_output_tokens"}],
        },
        "cache_read": "0.5",
    },
    "tools": {"input": "1", "output": "2", "tools": {"web_search": "8", "file_search": "2"}},
}

COUNTS = (
    Counts(prompt=1, completion=0),
    Counts(prompt=1_237, completion=419),
    Counts(prompt=2_048, completion=77, read=1_536),
    Counts(prompt=2_000, completion=500, read=200, write_5m=500, write_1h=300),
    Counts(prompt=1_999, completion=501, read=199, audio_in=400, audio_out=300, image_in=100),
    Counts(prompt=200_000, completion=8_192, tools={"web_search": 3, "file_search": 1}),
)

INPUTS = {
    "cache_read": "read",
    "cache_write": "write_5m",
    "cache_write_1h": "write_1h",
    "image_input": "image_in",
    "audio_input": "audio_in",
}


def price_of(price: Any, tokens: int, sizes: dict[str, int]) -> Decimal:
    """The price of one kind's tokens, in millionths."""
    if isinstance(price, str):
        return Decimal(price) * tokens
    tiers: dict[tuple[str, int], Decimal] = {}
    for tier in price["tiers"]:
        tiers[tier.get("condition", ""), tier["min_tokens"]] = Decimal(tier["price"])
    if any(condition for condition, _ in tiers):
        reached = [
            (least, of_tier)
            for (condition, least), of_tier in tiers.items()
            if sizes[condition or "own"] >= least
        ]
        return (max(reached)[1] if reached else Decimal(price["price"])) * tokens
    total, marks = Decimal(0), sorted((least, of_tier) for (_, least), of_tier in tiers.items())
    for token_from, of_tier in [(0, Decimal(price["price"])), *marks]:
        behind = [least for least, _ in marks if least > token_from]
        until = min(behind) if behind else tokens
        total += max(min(tokens, until) - token_from, 0) * of_tier
    return total


def decimal_quota(sheet: dict[str, Any], counts: Counts, group: Decimal) -> int:
    """Portal §11: tokens x price / 1e6 x multiplier; rounded once, half away from zero."""
    if not (counts.prompt or counts.completion or counts.images):
        return 0
    rate = CNY_PER_USD if sheet.get("currency") == "CNY" else ONE
    tools = sum(
        (Decimal(sheet.get("tools", {}).get(tool, "0")) / 1000 * calls
         for tool, calls in counts.tools.items()),
        Decimal(0),
    )  # fmt: skip
    if "call" in sheet:
        # A call's price in CNY is a price in USD of 18 digits.
        usd = (Decimal(sheet["call"]) / rate).quantize(Decimal(10) ** -18, ROUND_HALF_UP)
        exact = (usd + tools / rate) * QUOTA_PER_USD * group
        return max(int(exact.quantize(ONE, ROUND_HALF_UP)), 1) if exact else 0
    kinds = {name: getattr(counts, field) for name, field in INPUTS.items() if name in sheet}
    kinds["input"] = counts.prompt - sum(kinds.values())
    outputs = {"audio_output": counts.audio_out} if "audio_output" in sheet else {}
    kinds |= outputs | {"output": counts.completion - sum(outputs.values())}
    sizes = {
        "full_input_tokens": counts.prompt,
        "billable_input_tokens": kinds["input"],
        "billable_output_tokens": kinds["output"],
    }
    total = sum(
        (price_of(sheet[kind], tokens, sizes | {"own": tokens}) for kind, tokens in kinds.items()
         if kind in sheet),
        Decimal(0),
    )  # fmt: skip
    usd = total / rate / MILLION + tools / rate
    return int((usd * QUOTA_PER_USD * group).quantize(ONE, ROUND_HALF_UP))
