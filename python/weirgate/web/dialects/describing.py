"""What `shaping` does to a page, said in JSON schemas, for the description of a dialect."""

from __future__ import annotations

from typing import Any

from weirgate.dialects import HUBS, Dialect
from weirgate.web.dialects.reading import ZERO_BASED

Schema = dict[str, Any]
_NUMBER: Schema = {"type": "integer"}


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
