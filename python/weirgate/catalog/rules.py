"""Pure rules of shown prices: one model's row out of the price maps.

Mirrors the relay's lookup for display only; a call is priced by the relay alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from weirgate.catalog import builtin
from weirgate.catalog.schemas import BoundChannel, PricedModel, ServedModel, Vendor

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from weirgate.catalog.repository import Binding

UNKNOWN_RATIO = 37.5
BY_TOKENS = 0
BY_CALL = 1


@dataclass(frozen=True, slots=True)
class PriceMaps:
    """The price options of one moment, model → number."""

    model_ratio: dict[str, Any]
    model_price: dict[str, Any]
    completion_ratio: dict[str, Any]
    cache_ratio: dict[str, Any]
    create_cache_ratio: dict[str, Any]
    image_ratio: dict[str, Any]
    audio_ratio: dict[str, Any]
    audio_completion_ratio: dict[str, Any]


def lookup_name(model: str) -> str:
    """Returns the name under which a model's price is kept (management contract §12.3)."""
    for prefix in ("gpt-4-gizmo", "gpt-4o-gizmo"):
        if model.startswith(prefix):
            return f"{prefix}-*"
    for prefix in ("gemini-2.5-flash-lite", "gemini-2.5-flash", "gemini-2.5-pro"):
        if model.startswith(f"{prefix}-thinking-"):
            return f"{prefix}-thinking-*"
    return model


def completion_ratio(
    model: str, options: dict[str, Any], rule: Callable[[str], tuple[str, bool]]
) -> float | int:
    """Returns the shown completion ratio: a locked rule beats the option, which beats the rest."""
    if "/" in model and model in options:
        return _number(options[model])
    text, is_locked = rule(model)
    if not is_locked and model in options:
        return _number(options[model])
    return _number(float(text))


def priced_model(
    model: str, groups: list[str], maps: PriceMaps, rule: Callable[[str], tuple[str, bool]]
) -> PricedModel:
    """Returns one row of the pricing list."""
    name = lookup_name(model)
    is_by_call = name in maps.model_price
    return PricedModel(
        model_name=model,
        quota_type=BY_CALL if is_by_call else BY_TOKENS,
        model_ratio=0 if is_by_call else _number(maps.model_ratio.get(name, UNKNOWN_RATIO)),
        model_price=_number(maps.model_price.get(name, 0)),
        completion_ratio=1 if is_by_call else completion_ratio(name, maps.completion_ratio, rule),
        cache_ratio=_optional(maps.cache_ratio.get(name)),
        create_cache_ratio=_optional(maps.create_cache_ratio.get(name)),
        image_ratio=_optional(maps.image_ratio.get(name)),
        audio_ratio=_optional(maps.audio_ratio.get(name)),
        audio_completion_ratio=_optional(maps.audio_completion_ratio.get(name)),
        enable_groups=groups,
        supported_endpoint_types=builtin.endpoint_types(model),
    )


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


def served_model(model: str, maps: PriceMaps, vendors: VendorNumbers) -> ServedModel:
    """Returns the row of a served model, without its channels yet."""
    is_by_call = lookup_name(model) in maps.model_price
    return ServedModel(
        model_name=model,
        vendor_id=vendors.number(model),
        bound_channels=[],
        enable_groups=[],
        quota_types=[BY_CALL if is_by_call else BY_TOKENS],
    )


def bind(row: ServedModel, binding: Binding) -> None:
    """Adds one channel and group to a served model."""
    channel = BoundChannel(name=binding.channel_name, type=binding.channel_type)
    if channel not in row.bound_channels:
        row.bound_channels.append(channel)
    if binding.group not in row.enable_groups:
        row.enable_groups.append(binding.group)


def _number(value: Any) -> float | int:
    number = float(value)
    return int(number) if number == int(number) else number


def _optional(value: Any) -> float | int | None:
    return None if value is None else _number(value)
