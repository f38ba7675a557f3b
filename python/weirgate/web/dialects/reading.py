"""Brings a query of any dialect into the one form that the models read.

Touches only lists (`rows` of the route says of what): counting from 0 becomes counting from 1,
one-hub's names of filters become ours, and `order` becomes columns that the list knows.
"""

from __future__ import annotations

from typing import Any

from weirgate.dialects import HUBS, Dialect
from weirgate.errors import InvalidInputError, Text
from weirgate.web.paging import MAX_SIZE

ZERO_BASED = {
    Dialect.ONEAPI: frozenset({"token", "channel", "user", "log", "redemption"}),
    Dialect.VELOERA: frozenset({"token", "channel", "task", "drawing"}),
}
"""Lists whose pages count from 0; the same ones are answered as bare arrays."""

ORDERS = {
    "token": frozenset(
        {"id", "name", "status", "expired_time", "created_time", "accessed_time", "remain_quota",
         "used_quota"}
    ),
    "user": frozenset(
        {"id", "username", "role", "status", "created_time", "group", "quota", "used_quota",
         "request_count"}
    ),
}  # fmt: skip
"""Columns by which a list may be ordered; other lists have their own order, newest first."""
_NEWEST = frozenset({"id"})

_HUB_NAMES = {"log": {"log_type": "type", "channel_id": "channel"}}
_TOO_LARGE = Text("size 参数不能超过 100", "size must not be greater than 100")
_BAD_ORDER = Text("不允许按该字段排序", "the list cannot be ordered by this field")


def read(dialect: Dialect, rows: str, sent: dict[str, Any]) -> dict[str, Any]:
    """Returns the query's values as the models read them.

    Raises:
        InvalidInputError: a size or an order that one-hub refuses.
    """
    if not rows:
        return sent
    if "order" in sent:
        sent = {**sent, "order": _order(dialect, rows, str(sent["order"]))}
    if rows in ZERO_BASED.get(dialect, ()):
        # A client that says `page` counts from 1 in every dialect.
        return sent if "page" in sent and "p" not in sent else {**sent, "p": _next(sent.get("p"))}
    return _hub(rows, sent) if dialect in HUBS else sent


def _next(text: object) -> str:
    try:
        number = int(str(text or 0).strip())
    except ValueError:
        number = 0
    return str(max(number, 0) + 1)


def _order(dialect: Dialect, rows: str, text: str) -> str:
    """Returns the known columns of an order; one-api's are always the largest first."""
    known = ORDERS.get(rows, _NEWEST)
    kept = []
    for part in filter(None, (piece.strip() for piece in text.split(","))):
        name = part.removeprefix("-")
        if name in known:
            kept.append(f"-{name}" if dialect is Dialect.ONEAPI else part)
        elif dialect in HUBS:
            raise InvalidInputError(_BAD_ORDER)
    return ",".join(dict.fromkeys(kept))


def _hub(rows: str, sent: dict[str, Any]) -> dict[str, Any]:
    size = str(sent.get("size", ""))
    if size.isascii() and size.isdigit() and int(size[:9]) > MAX_SIZE:
        raise InvalidInputError(_TOO_LARGE)
    names = _HUB_NAMES.get(rows, {})
    return {names.get(name, name): value for name, value in sent.items()}
