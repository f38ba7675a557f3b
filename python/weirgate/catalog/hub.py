"""Models and prices as one-hub and done-hub show them, out of the family's price list.

Pure but for the list that it is given: the same rows as /api/pricing, in other words. Their prices
have the unit of ratios (1 is 0.002 US dollars a 1,000 tokens) and no group in them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from weirgate.catalog.schemas import AvailableModel, HubPrice
from weirgate.catalog.stamps import BY_CALL, number

if TYPE_CHECKING:
    from weirgate.catalog.schemas import Pricing

DOLLARS_OF_ONE = 0.002
_EXTRAS = {
    "cache_ratio": ("cached_tokens", "cached_read_tokens"),
    "create_cache_ratio": ("cached_write_tokens",),
    "audio_ratio": ("input_audio_tokens",),
    "image_ratio": ("input_image_tokens",),
}


def prices(pricing: Pricing) -> list[HubPrice]:
    """Returns every model's price."""
    return [_price(row) for row in pricing.data]


def available(pricing: Pricing, groups: set[str]) -> dict[str, AvailableModel]:
    """Returns the models that these groups may use, with who makes them and what they cost."""
    vendors = {vendor.id: vendor.name for vendor in pricing.vendors}
    found = {}
    for row in pricing.data:
        own = [name for name in row["enable_groups"] if name in groups]
        if own:
            found[row["model_name"]] = AvailableModel(
                groups=own, owned_by=vendors.get(row.get("vendor_id", 0), ""), price=_price(row)
            )
    return found


def _price(row: dict[str, Any]) -> HubPrice:
    if row["quota_type"] == BY_CALL:
        amount = number(round(float(row["model_price"]) / DOLLARS_OF_ONE, 6))
        return HubPrice(model=row["model_name"], type="times", input=amount, output=amount)
    extras = {
        name: row[field] for field, names in _EXTRAS.items() if field in row for name in names
    }
    ratio, completion = row["model_ratio"], row["completion_ratio"]
    return HubPrice(
        model=row["model_name"],
        type="tokens",
        input=ratio,
        output=number(round(float(ratio) * float(completion), 6)),
        extra_ratios=extras or None,
    )
