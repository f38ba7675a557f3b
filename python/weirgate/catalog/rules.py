"""Pure rules of shown prices: one model's row out of its stamp and the options.

What a model costs is the relay's word (`stamps`); this only lays it out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from weirgate.catalog import builtin
from weirgate.catalog.metadata_rules import MetadataBook, endpoints_of
from weirgate.catalog.schemas import PricedModel, Vendor
from weirgate.catalog.stamps import BY_TOKENS, Stamp, number

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from weirgate.store.tables import ModelMetadata, ModelVendor

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


def described(row: PricedModel, said: ModelMetadata | None) -> PricedModel:
    """Writes what operators say of a model into its row."""
    if said is None:
        return row
    row.description = said.description or None
    row.icon = said.icon or None
    row.tags = said.tags or None
    row.vendor_id = said.vendor_id or None
    own = list(endpoints_of(said.endpoints))
    if own:
        row.supported_endpoint_types = own
    return row


class VendorNumbers:
    """Numbers of vendors: the stored ones by their ids, those that names tell of after them."""

    def __init__(self, stored: Iterable[ModelVendor] = ()) -> None:
        rows = list(stored)
        self._by_name = {row.name: Vendor(id=row.id, name=row.name, icon=row.icon) for row in rows}
        self._next = max((row.id for row in rows), default=0) + 1

    def of_name(self, model: str) -> int | None:
        """Returns the number of the vendor that a model's name tells of, None for no vendor."""
        known = builtin.vendor_of(model)
        if known is None:
            return None
        name, icon = known
        if name not in self._by_name:
            self._by_name[name] = Vendor(id=self._next, name=name, icon=icon)
            self._next += 1
        return self._by_name[name].id

    def only(self, numbers: set[int | None]) -> list[Vendor]:
        """Returns the vendors with these numbers."""
        found = [vendor for vendor in self._by_name.values() if vendor.id in numbers]
        return sorted(found, key=lambda vendor: vendor.id)


def with_vendors(
    rows: Iterable[PricedModel], stored: Iterable[ModelVendor] = ()
) -> tuple[list[PricedModel], list[Vendor]]:
    """Writes the vendors' numbers into the rows; a vendor that operators name stays."""
    vendors = VendorNumbers(stored)
    numbered = []
    for row in rows:
        if row.vendor_id is None:
            row.vendor_id = vendors.of_name(row.model_name)
        numbered.append(row)
    return numbered, vendors.only({row.vendor_id for row in numbered})


def endpoints(rows: Iterable[PricedModel], book: MetadataBook) -> dict[str, dict[str, str]]:
    """Returns endpoint type → path and method of all types that the rows name."""
    found: dict[str, dict[str, str]] = {}
    for row in rows:
        said = book.of(row.model_name)
        own = endpoints_of(said.endpoints) if said is not None else {}
        for name in row.supported_endpoint_types:
            path = builtin.ENDPOINT_PATHS.get(name, "")
            place = own.get(name) or ({"path": path, "method": "POST"} if path else {})
            if place:
                found.setdefault(name, place)
    return found


def _optional(value: Any) -> float | int | None:
    return None if value is None else number(value)
