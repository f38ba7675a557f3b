"""Models and prices as one-hub and done-hub show them, out of the family's price list.

Pure but for the list that it is given: the same rows as /api/pricing, in other words. Their prices
have the unit of ratios (1 is 0.002 US dollars a 1,000 tokens) and no group in them.
"""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal
from typing import TYPE_CHECKING, Any

from weirgate.catalog.schemas import AvailableModel, HubPrice
from weirgate.catalog.stamps import BY_CALL, number
from weirgate.errors import InvalidInputError, Text

if TYPE_CHECKING:
    from weirgate.catalog.schemas import HubPriceIn, Pricing

DOLLARS_OF_ONE = 0.002
_EXTRAS = {
    "cache_ratio": ("cached_tokens", "cached_read_tokens"),
    "create_cache_ratio": ("cached_write_tokens",),
    "audio_ratio": ("input_audio_tokens",),
    "image_ratio": ("input_image_tokens",),
}


_CACHE_READS = ("cached_read_tokens", "cached_tokens")
_INPUTS = {
    "cached_write_tokens": "CreateCacheRatio",
    "input_audio_tokens": "AudioRatio",
    "input_image_tokens": "ImageRatio",
}
_SAID = frozenset({*_CACHE_READS, *_INPUTS, "output_audio_tokens"})
_DIGITS = Decimal("0.000000000001")
NO_MAP = Text(
    "无法表示 {name}，请改用计费表达式", "{name} cannot be said here: use a price expression"
)
NO_OUTPUT = Text(
    "输入价格为 0 时输出价格也必须为 0", "an output price needs an input price above 0"
)
TWO_READS = Text("缓存读取倍率不一致", "the two ratios of cached reads differ")


def entries(price: HubPriceIn) -> dict[str, str]:
    """Returns option key → ratio text of a price.

    Raises:
        InvalidInputError: the price maps have no word for a part of it.
    """
    if price.long_context:
        raise InvalidInputError(NO_MAP.format(name="long_context"))
    if price.type == "times":
        return {"ModelPrice": _plain(price.input * Decimal("0.002"))}
    if not price.input and price.output:
        raise InvalidInputError(NO_OUTPUT)
    completion = price.output / price.input if price.input else Decimal(1)
    found = {"ModelRatio": _plain(price.input), "CompletionRatio": _plain(completion)}
    return found | _extras(price.extra_ratios or {}, completion)


def _extras(ratios: dict[str, Decimal], completion: Decimal) -> dict[str, str]:
    for name, ratio in ratios.items():
        # A ratio of 1 says what holds without it.
        if name not in _SAID and ratio != 1:
            raise InvalidInputError(NO_MAP.format(name=f"extra_ratios.{name[:64]}"))
    found = {key: _plain(ratios[name]) for name, key in _INPUTS.items() if name in ratios}
    reads = {ratios[name] for name in _CACHE_READS if name in ratios}
    if len(reads) > 1:
        raise InvalidInputError(TWO_READS)
    if reads:
        found["CacheRatio"] = _plain(reads.pop())
    spoken = ratios.get("output_audio_tokens")
    if spoken is not None:
        heard = ratios.get("input_audio_tokens", Decimal(1))
        if not heard:
            raise InvalidInputError(NO_OUTPUT)
        # Ours is a multiple of the audio input's price, theirs of the text output's.
        found["AudioRatio"] = _plain(heard)
        found["AudioCompletionRatio"] = _plain(completion * spoken / heard)
    return found


def _plain(ratio: Decimal) -> str:
    if ratio == ratio.to_integral_value():
        return format(ratio.to_integral_value(), "f")
    return format(ratio.quantize(_DIGITS, ROUND_HALF_EVEN), "f").rstrip("0").rstrip(".")


def prices(pricing: Pricing) -> list[HubPrice]:
    """Returns every model's price."""
    return [price_of(row) for row in pricing.data]


def available(pricing: Pricing, groups: set[str]) -> dict[str, AvailableModel]:
    """Returns the models that these groups may use, with who makes them and what they cost."""
    vendors = {vendor.id: vendor.name for vendor in pricing.vendors}
    found = {}
    for row in pricing.data:
        own = [name for name in row["enable_groups"] if name in groups]
        if own:
            found[row["model_name"]] = AvailableModel(
                groups=own, owned_by=vendors.get(row.get("vendor_id", 0), ""), price=price_of(row)
            )
    return found


def price_of(row: dict[str, Any]) -> HubPrice:
    """Returns a row of the price list in one-hub's words."""
    if row["quota_type"] == BY_CALL:
        amount = number(round(float(row["model_price"]) / DOLLARS_OF_ONE, 6))
        return HubPrice(model=row["model_name"], type="times", input=amount, output=amount)
    extras = {
        name: row[field] for field, names in _EXTRAS.items() if field in row for name in names
    }
    ratio, completion = row["model_ratio"], row["completion_ratio"]
    if "audio_completion_ratio" in row and completion:
        heard = float(row.get("audio_ratio", 1)) * float(row["audio_completion_ratio"])
        extras["output_audio_tokens"] = number(round(heard / float(completion), 6))
    return HubPrice(
        model=row["model_name"],
        type="tokens",
        input=ratio,
        output=number(round(float(ratio) * float(completion), 6)),
        extra_ratios=extras or None,
    )
