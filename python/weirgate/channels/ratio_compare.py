"""Prices of other gateways beside our own: reading what they publish, and what differs (pure).

Both forms of the family are read: the map of /api/ratio_config and the list of /api/pricing.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Literal

import orjson

if TYPE_CHECKING:
    from collections.abc import Mapping

FIELDS = {
    "model_ratio": "ModelRatio",
    "completion_ratio": "CompletionRatio",
    "cache_ratio": "CacheRatio",
    "model_price": "ModelPrice",
}
"""Name of a price on the wire → the option that holds ours."""

PER_CALL = 1
MAX_MODELS = 20_000
PLACEHOLDER_RATIO = 37.5
"""What the family's servers publish for models that nobody priced, beside completion 1."""

Prices = dict[str, dict[str, float]]
Shown = float | Literal["same"] | None


class RatioError(Exception):
    """An upstream did not publish prices; the text is shown to root."""


def read(body: bytes) -> Prices:
    """Reads what an upstream publishes: field → model → number.

    Raises:
        RatioError: it is neither of the two forms, or says that it failed.
    """
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise RatioError("the upstream did not answer with JSON") from error
    if not isinstance(document, dict) or document.get("success") is False:
        said = document.get("message") if isinstance(document, dict) else None
        raise RatioError(str(said or "the upstream published no prices")[:200])
    data = document.get("data", document)
    if isinstance(data, list):
        return _from_list(data)
    if not isinstance(data, dict):
        raise RatioError("the upstream published no prices")
    return {field: _numbers(data.get(field)) for field in FIELDS}


def own(option: Mapping[str, object]) -> dict[str, float]:
    """Returns one of our price options as numbers; texts of numbers count."""
    made: dict[str, float] = {}
    for model, value in option.items():
        try:
            number = float(str(value))
        except ValueError:
            continue
        made[model] = number
    return made


def _numbers(value: object) -> dict[str, float]:
    listed = list(value.items())[:MAX_MODELS] if isinstance(value, dict) else []
    return {model: float(number) for model, number in listed if _is_number(number)}


def _is_number(value: object) -> bool:
    good = isinstance(value, int | float) and not isinstance(value, bool)
    return good and math.isfinite(value)  # type: ignore[arg-type]


def _from_list(rows: list[Any]) -> Prices:
    made: Prices = {field: {} for field in FIELDS}
    for row in rows[:MAX_MODELS]:
        model = row.get("model_name") if isinstance(row, dict) else None
        if not isinstance(model, str) or not model:
            continue
        per_call = row.get("quota_type") == PER_CALL
        names = ("model_price",) if per_call else ("model_ratio", "completion_ratio")
        for name in names:
            if _is_number(row.get(name)):
                made[name][model] = float(row[name])
    return made


def compare(ours: Mapping[str, Mapping[str, float]], theirs: Mapping[str, Prices]) -> Any:
    """Returns, by model and field, our number and each upstream's, where some upstream differs."""
    differences: dict[str, dict[str, Any]] = {}
    for field in FIELDS:
        models = {model for prices in theirs.values() for model in prices[field]}
        for model in sorted(models):
            current = ours[field].get(model)
            shown = {name: _beside(current, prices[field].get(model))
                     for name, prices in theirs.items()}  # fmt: skip
            if any(isinstance(value, float) for value in shown.values()):
                differences.setdefault(model, {})[field] = {
                    "current": current,
                    "upstreams": shown,
                    "confidence": {
                        name: _is_sure(prices, model) for name, prices in theirs.items()
                    },
                }
    return differences


def _beside(current: float | None, their: float | None) -> Shown:
    if their is None:
        return None
    return "same" if current is not None and math.isclose(current, their) else their


def _is_sure(prices: Prices, model: str) -> bool:
    ratio = prices["model_ratio"].get(model)
    completion = prices["completion_ratio"].get(model)
    return not (ratio == PLACEHOLDER_RATIO and completion == 1)
