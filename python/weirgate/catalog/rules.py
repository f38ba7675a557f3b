"""Pure rules of shown prices: one model's row out of its stamp and the options.

What a model costs is the relay's word (`stamps`); this only lays it out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from weirgate.catalog import builtin
from weirgate.catalog.schemas import BoundChannel, PricedModel, ServedModel, Vendor
from weirgate.catalog.stamps import BY_TOKENS, Stamp, number

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from weirgate.catalog.repository import Binding

UNKNOWN_RATIO = 37.5


def priced_model(
    model: str, groups: list[str], options: Mapping[str, Mapping[str, Any]], stamp: Stamp
) -> PricedModel:
    """Returns one row of the pricing list; `options` are the price maps by option key."""
    return PricedModel(
        model_name=model,
        quota_type=stamp.quota_type,
        model_ratio=stamp.model_ratio,
        model_price=stamp.model_price,
        completion_ratio=stamp.completion_ratio,
        cache_ratio=_optional(options["CacheRatio"].get(model)),
        create_cache_ratio=_optional(options["CreateCacheRatio"].get(model)),
        image_ratio=_optional(options["ImageRatio"].get(model)),
        audio_ratio=_optional(options["AudioRatio"].get(model)),
        audio_completion_ratio=_optional(options["AudioCompletionRatio"].get(model)),
        enable_groups=groups,
        supported_endpoint_types=builtin.endpoint_types(model),
    )


def unknown_stamp(completion_ratio: str) -> Stamp:
    """Returns what the family shows for a model without ratio or price."""
    return Stamp(BY_TOKENS, UNKNOWN_RATIO, 0, number(completion_ratio))


class VendorNumbers:
    """Numbers the vendors of models in order of appearance."""

    def __init__(self) -> None:
        self._vendors: dict[str, Vendor] = {}
        self._counts: dict[int, int] = {}

    def add(self, model: str) -> int | None:
        """Counts a model and returns its vendor's number, None for a name that tells nothing."""
        number = self.number(model)
        if number is not None:
            self._counts[number] = self._counts.get(number, 0) + 1
        return number

    def number(self, model: str) -> int | None:
        """Returns the number of a model's vendor."""
        known = builtin.vendor_of(model)
        if known is None:
            return None
        name, icon = known
        vendor = Vendor(id=len(self._vendors) + 1, name=name, icon=icon)
        return self._vendors.setdefault(name, vendor).id

    def vendors(self) -> list[Vendor]:
        """Returns the vendors by number."""
        return list(self._vendors.values())

    def counts(self) -> dict[int, int]:
        """Returns how many models each vendor has."""
        return dict(self._counts)


def vendor_numbers(models: Iterable[str]) -> VendorNumbers:
    """Numbers the vendors of these models."""
    vendors = VendorNumbers()
    for model in models:
        vendors.add(model)
    return vendors


def with_vendors(rows: Iterable[PricedModel]) -> tuple[list[PricedModel], list[Vendor]]:
    """Writes the vendors' numbers into the rows."""
    vendors = VendorNumbers()
    numbered = []
    for row in rows:
        row.vendor_id = vendors.add(row.model_name)
        numbered.append(row)
    return numbered, vendors.vendors()


def served_model(model: str, stamp: Stamp, vendors: VendorNumbers) -> ServedModel:
    """Returns the row of a served model, without its channels yet."""
    return ServedModel(
        model_name=model,
        vendor_id=vendors.number(model),
        bound_channels=[],
        enable_groups=[],
        quota_types=[stamp.quota_type],
    )


def bind(row: ServedModel, binding: Binding) -> None:
    """Adds one channel and group to a served model."""
    channel = BoundChannel(name=binding.channel_name, type=binding.channel_type)
    if channel not in row.bound_channels:
        row.bound_channels.append(channel)
    if binding.group not in row.enable_groups:
        row.enable_groups.append(binding.group)


def _optional(value: Any) -> float | int | None:
    return None if value is None else number(value)
