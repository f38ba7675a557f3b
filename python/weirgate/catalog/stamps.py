"""Asks the relay's own price function what a model costs under the options in force.

The price list shows what a call would be stamped with, so it never has rules of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import orjson

from weirgate._core import CoreError, price

if TYPE_CHECKING:
    from collections.abc import Mapping

BY_TOKENS = 0
BY_CALL = 1


@dataclass(frozen=True, slots=True)
class Stamp:
    """The prices that a call of a model is stamped with."""

    quota_type: int
    model_ratio: float | int
    model_price: float | int
    completion_ratio: float | int


class StampReader:
    """Reads stamps under one set of price maps."""

    def __init__(self, maps: Mapping[str, Mapping[str, Any]]) -> None:
        """Takes the maps by their names in the routing snapshot."""
        self._maps = maps
        # The relay looks a model up by its own name or by a form of names that ends in a star.
        self._shared = {
            kind: {name: _text(ratio) for name, ratio in ratios.items() if "*" in name}
            for kind, ratios in maps.items()
        }

    def read(self, model: str) -> Stamp | None:
        """Returns the model's stamp; None when it has neither ratio nor price."""
        prices = {
            kind: self._shared[kind] | ({model: _text(ratios[model])} if model in ratios else {})
            for kind, ratios in self._maps.items()
        }
        request = {"prices": prices, "model": model, "group_ratio": "1", "usage": {}}
        try:
            stamp = orjson.loads(price(orjson.dumps(request)))["stamp"]
        except CoreError:
            return None
        return Stamp(
            quota_type=BY_CALL if stamp["quota_type"] == "call" else BY_TOKENS,
            model_ratio=number(stamp["model_ratio"]),
            model_price=number(stamp.get("model_price", 0)),
            completion_ratio=number(stamp["completion_ratio"]),
        )


def _text(ratio: Any) -> str:
    return format(Decimal(str(ratio)), "f")


def number(value: Any) -> float | int:
    """Returns a ratio as the JSON number that the family shows: 1, not 1.0."""
    found = float(value)
    return int(found) if found == int(found) else found
