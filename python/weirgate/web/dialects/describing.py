"""What `shaping` does to a page, said in JSON schemas, for the description of a dialect."""

from __future__ import annotations

from typing import Any

from weirgate.dialects import HUBS, Dialect
from weirgate.web.dialects.reading import ZERO_BASED

Schema = dict[str, Any]
_NUMBER: Schema = {"type": "integer"}


_TEXT: Schema = {"type": "string"}
_TEXT_OR_NONE: Schema = {"anyOf": [_TEXT, {"type": "null"}]}
_FLAG: Schema = {"type": "boolean"}
_TEXTS: Schema = {"type": "array", "items": _TEXT}


def _object(**properties: Schema) -> Schema:
    return {"type": "object", "required": [*properties], "properties": properties}


_HUB_TOKEN: Schema = {
    "backup_group": _TEXT,
    "setting": _object(
        heartbeat=_object(enabled=_FLAG, timeout_seconds=_NUMBER),
        billing_tag=_TEXT_OR_NONE,
        limits=_object(
            limit_model_setting=_object(enabled=_FLAG, models=_TEXTS),
            limits_ip_setting=_object(enabled=_FLAG, whitelist=_TEXTS),
        ),
    ),
}
_HUB_LOG: Schema = {
    "channel_id": _NUMBER,
    "request_time": {"type": "integer", "description": "Milliseconds, whole seconds."},
    "source_ip": _TEXT,
    "metadata": {"type": "object"},
    "channel": _object(id=_NUMBER, name=_TEXT),
}
_ADDED: dict[tuple[Dialect, str], Schema] = {
    (Dialect.ONEAPI, "KeyOut"): {"models": _TEXT_OR_NONE, "subnet": _TEXT_OR_NONE},
    (Dialect.ONEAPI, "LogOut"): {
        "elapsed_time": {"type": "integer", "description": "Milliseconds, whole seconds."},
        "system_prompt_reset": _FLAG,
    },
    (Dialect.ONEAPI, "ChannelOut"): {"config": _TEXT, "system_prompt": _TEXT},
    **{(hub, "KeyOut"): _HUB_TOKEN for hub in HUBS},
    **{(hub, "LogOut"): _HUB_LOG for hub in HUBS},
}
"""What `shaping` adds to the rows of a model, or puts in a field's place."""


def with_own_fields(definitions: Schema, dialect: Dialect) -> Schema:
    """Returns the definitions with the fields that the dialect's rows gain."""
    changed = dict(definitions)
    for (speaker, model), fields in _ADDED.items():
        if speaker is dialect and model in changed:
            present = changed[model]
            changed[model] = {
                **present,
                "properties": {**present["properties"], **fields},
                "required": sorted({*present["required"], *fields}),
            }
    return changed


def described(schema: Schema, definitions: Schema, dialect: Dialect, rows: str) -> Schema:
    """Returns the schema of `data` in a dialect; other things than pages stay as they are."""
    reference = schema.get("$ref")
    page = definitions[reference.rsplit("/", 1)[-1]] if reference else schema
    items: Schema | None = page.get("properties", {}).get("items")
    if not rows or items is None:
        return schema
    if rows in ZERO_BASED.get(dialect, ()):
        return items
    if dialect not in HUBS:
        return schema
    return {
        "type": "object",
        "required": ["data", "page", "size", "total_count"],
        "properties": {"data": items, "page": _NUMBER, "size": _NUMBER, "total_count": _NUMBER},
    }
