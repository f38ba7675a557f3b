"""Pure rules of shown prices: one model's row out of the price maps.

Mirrors the relay's lookup for display only; a call is priced by the relay alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from weirgate.catalog import builtin
from weirgate.catalog.schemas import PricedModel, Vendor

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

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


def with_vendors(rows: Iterable[PricedModel]) -> tuple[list[PricedModel], list[Vendor]]:
    """Numbers the vendors of the rows, in order of appearance."""
    vendors: dict[str, Vendor] = {}
    numbered = []
    for row in rows:
        known = builtin.vendor_of(row.model_name)
        if known is not None:
            name, icon = known
            vendor = vendors.setdefault(name, Vendor(id=len(vendors) + 1, name=name, icon=icon))
            row.vendor_id = vendor.id
        numbered.append(row)
    return numbered, list(vendors.values())


def _number(value: Any) -> float | int:
    number = float(value)
    return int(number) if number == int(number) else number


def _optional(value: Any) -> float | int | None:
    return None if value is None else _number(value)
