"""Brings an answer of the newapi form into the request's dialect: list envelopes and field names.

newapi and voapi get the superset as it stands. one-api and Veloera read bare arrays, one-hub and
done-hub `{data, page, size, total_count}`. Rows keep our fields and gain the dialect's names.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

from weirgate.dialects import HUBS, Dialect
from weirgate.web.answers import Answer, plain
from weirgate.web.dialects.reading import ZERO_BASED

if TYPE_CHECKING:
    from collections.abc import Callable

Row = dict[str, Any]


def shape(answer: Answer, dialect: Dialect, rows: str) -> None:
    """Changes the answer in place; `rows` says of what its data is."""
    fields = answer.fields
    if not rows or fields is None or dialect in {Dialect.NEWAPI, Dialect.VOAPI}:
        return
    data = plain(fields.get("data"))
    if isinstance(data, dict) and "items" in data and "total" in data:
        items = [_row(dialect, rows, item) for item in data["items"]]
        fields["data"] = _page(dialect, rows, data, items)
    elif isinstance(data, list):
        fields["data"] = [_row(dialect, rows, item) for item in data]
    elif data is not None:
        fields["data"] = _row(dialect, rows, data)


def _page(dialect: Dialect, rows: str, data: Row, items: list[Any]) -> Any:
    if rows in ZERO_BASED.get(dialect, ()):
        return items
    if dialect in HUBS:
        page, size = data.get("page", 1), data.get("size", len(items))
        return {"data": items, "page": page, "size": size, "total_count": data["total"]}
    return {**data, "items": items, "data": items}


def _row(dialect: Dialect, rows: str, item: object) -> Any:
    value = plain(item)
    change = _ROWS.get((dialect, rows))
    if change is not None and isinstance(value, dict):
        change(value)
    return value


def _names(text: str | None, mark: str) -> list[str]:
    return [part.strip() for part in (text or "").replace(mark, ",").split(",") if part.strip()]


def _oneapi_token(row: Row) -> None:
    row["models"] = row["model_limits"] if row["model_limits_enabled"] else None
    row["subnet"] = ",".join(_names(row["allow_ips"], "\n")) or None


def _oneapi_log(row: Row) -> None:
    row["elapsed_time"] = row["use_time"] * 1000
    row["system_prompt_reset"] = False


def _oneapi_channel(row: Row) -> None:
    row["config"] = row.get("other") if _is_object(row.get("other")) else "{}"
    row["system_prompt"] = _from_json(row.get("setting")).get("system_prompt", "")


def _hub_token(row: Row) -> None:
    models = _names(row["model_limits"], ",")
    addresses = _names(row["allow_ips"], "\n")
    row["backup_group"] = ""
    row["setting"] = {
        "heartbeat": {"enabled": False, "timeout_seconds": 0},
        "billing_tag": None,
        "limits": {
            "limit_model_setting": {"enabled": row["model_limits_enabled"], "models": models},
            "limits_ip_setting": {"enabled": bool(addresses), "whitelist": addresses},
        },
    }


def _hub_log(row: Row) -> None:
    row["channel_id"] = row["channel"]
    row["request_time"] = row["use_time"] * 1000
    row["source_ip"] = row["ip"]
    row["metadata"] = _from_json(row["other"])
    row["channel"] = {"id": row["channel_id"], "name": row["channel_name"]}


def _is_object(text: object) -> bool:
    return isinstance(text, str) and text.startswith("{")


def _from_json(text: object) -> Row:
    try:
        value = orjson.loads(text) if isinstance(text, str) and text else {}
    except orjson.JSONDecodeError:
        return {}
    return value if isinstance(value, dict) else {}


_ROWS: dict[tuple[Dialect, str], Callable[[Row], None]] = {
    (Dialect.ONEAPI, "token"): _oneapi_token,
    (Dialect.ONEAPI, "log"): _oneapi_log,
    (Dialect.ONEAPI, "channel"): _oneapi_channel,
    (Dialect.ONEHUB, "token"): _hub_token,
    (Dialect.DONEHUB, "token"): _hub_token,
    (Dialect.ONEHUB, "log"): _hub_log,
    (Dialect.DONEHUB, "log"): _hub_log,
}
