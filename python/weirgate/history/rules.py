"""Pure rules of the history: differences without secrets, and what an edit touches."""

from __future__ import annotations

from typing import Any

import orjson

from weirgate.history.schemas import ChangeOut

MASK = "***"
_ENABLED = 1
_SECRET = {"key_encrypted": "key"}
_GROUP_OPTIONS = frozenset({"GroupRatio", "UserUsableGroups", "GroupGroupRatio", "AutoGroups"})

State = dict[str, Any]


def changes(before: State | None, after: State | None) -> list[ChangeOut]:
    """Returns the fields that differ; a JSON option's by its own names."""
    old, new = _fields(before), _fields(after)
    found = []
    for name in sorted(old.keys() | new.keys()):
        left, right = old.get(name), new.get(name)
        if left == right:
            continue
        if name in _SECRET:
            left, right = left and MASK, right and MASK
        found.append(ChangeOut(field=_SECRET.get(name, name), before=left, after=right))
    return found


def action(before: State | None, after: State | None) -> str:
    """Returns what was done."""
    if before is None:
        return "created"
    return "deleted" if after is None else "changed"


def groups_touched(kind: str, target: str, left: State | None, right: State | None) -> set[str]:
    """Returns the groups whose models an edit may change."""
    if kind == "channel":
        return {name for state in (left, right) for name in _names(state, "group")}
    if target not in _GROUP_OPTIONS:
        return set()
    return {change.field for change in changes(left, right) if change.field != "value"}


def models_touched(kind: str, target: str, left: State | None, right: State | None) -> set[str]:
    """Returns the models that an edit names by itself."""
    if kind == "channel":
        return {name for state in (left, right) for name in _names(state, "models")}
    if target in _GROUP_OPTIONS:
        return set()
    return {change.field for change in changes(left, right) if change.field != "value"}


def served(state: State | None) -> set[str]:
    """Returns the models that a channel in this state serves."""
    return set(_names(state, "models")) if state and state.get("status") == _ENABLED else set()


def _names(state: State | None, column: str) -> list[str]:
    text = str((state or {}).get(column) or "")
    return [name.strip() for name in text.split(",") if name.strip()]


def _fields(state: State | None) -> State:
    """Returns a state's fields; an option whose value is a JSON object is taken apart."""
    if state is None:
        return {}
    value = state.get("value")
    if set(state) != {"value"} or not isinstance(value, str) or not value.startswith("{"):
        return state
    try:
        parsed = orjson.loads(value)
    except orjson.JSONDecodeError:
        return state
    return parsed if isinstance(parsed, dict) else state
