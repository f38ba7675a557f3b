"""Pure rules of model metadata: which row speaks for a model, what a row may say.

Takes rows and values; no SQL, no clock.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

from weirgate.errors import InvalidInputError, Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from weirgate.store.tables import ModelMetadata

EXACT = 0
SHOWN = 1


def fits(row: ModelMetadata, model: str) -> bool:
    """Says whether a row speaks of this model."""
    match row.name_rule:
        case 1:
            return model.startswith(row.model_name)
        case 2:
            return row.model_name in model
        case 3:
            return model.endswith(row.model_name)
        case _:
            return model == row.model_name


def matched(row: ModelMetadata, models: Iterable[str]) -> list[str]:
    """Returns the models that a row speaks of."""
    return [model for model in models if fits(row, model)]


class MetadataBook:
    """All rows of one moment, to be asked by model."""

    def __init__(self, rows: Sequence[ModelMetadata]) -> None:
        """Takes the rows with exact names first, as the repository gives them."""
        self._exact = {row.model_name: row for row in rows if row.name_rule == EXACT}
        self._by_rule = [row for row in rows if row.name_rule != EXACT]

    def of(self, model: str) -> ModelMetadata | None:
        """Returns the row that speaks for a model: its own, else the first whose rule fits."""
        own = self._exact.get(model)
        return own or next((row for row in self._by_rule if fits(row, model)), None)


def endpoints_of(text: str) -> dict[str, dict[str, str]]:
    """Returns endpoint type → path and method out of a row's JSON; what has no form is left out."""
    try:
        value = orjson.loads(text) if text else None
    except orjson.JSONDecodeError:
        return {}
    if isinstance(value, list):
        return {name: {} for name in value if isinstance(name, str)}
    found = {}
    for name, place in value.items() if isinstance(value, dict) else ():
        shown = _endpoint(place)
        if shown is not None:
            found[name] = shown
    return found


def _endpoint(place: Any) -> dict[str, str] | None:
    if isinstance(place, str):
        return {"path": place, "method": "POST"}
    if isinstance(place, dict) and isinstance(place.get("path"), str):
        return {"path": place["path"], "method": str(place.get("method") or "POST")}
    return None


def check_endpoints(text: str) -> None:
    """Checks that endpoints are empty or a JSON object or array."""
    try:
        value = orjson.loads(text) if text else {}
    except orjson.JSONDecodeError:
        value = None
    if not isinstance(value, dict | list):
        raise InvalidInputError(
            Text("端点必须是 JSON 对象或数组", "endpoints must be a JSON object or array")
        )


def check_name(name: str, empty: Text) -> str:
    """Returns the name without the spaces around it.

    Raises:
        InvalidInputError: nothing is left.
    """
    text = name.strip()
    if not text:
        raise InvalidInputError(empty)
    return text
