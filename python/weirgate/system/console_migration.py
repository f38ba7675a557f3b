"""Old console options → their present names, as the family's own migration maps them.

Pure: takes the stored texts and gives what to write and what to forget.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

if TYPE_CHECKING:
    from collections.abc import Mapping

_PLAIN = {
    "ApiInfo": ("console_setting.api_info", 50),
    "Announcements": ("console_setting.announcements", 20),
    "FAQ": ("console_setting.faq", 50),
}
"""Old key → new key, and how many entries the family keeps."""
_UPTIME = ("UptimeKumaUrl", "UptimeKumaSlug")
OLD_KEYS = (*_PLAIN, *_UPTIME)
UPTIME_KEY = "console_setting.uptime_kuma_groups"


def migrated(stored: Mapping[str, str]) -> tuple[dict[str, str], list[str]]:
    """Returns the options to write and the old keys to forget; what is unreadable stays."""
    written, forgotten = {}, []
    for old, (new, most) in _PLAIN.items():
        rows = _rows(stored.get(old, ""))
        if rows is None:
            continue
        if old == "FAQ":
            rows = [_question(row) for row in rows]
        written[new] = orjson.dumps(rows[:most]).decode()
        forgotten.append(old)
    url, slug = (stored.get(key, "").strip() for key in _UPTIME)
    if url and slug:
        group = {"id": 1, "categoryName": "old", "url": url, "slug": slug, "description": ""}
        written[UPTIME_KEY] = orjson.dumps([group]).decode()
        forgotten += _UPTIME
    return written, forgotten


def _rows(text: str) -> list[Any] | None:
    try:
        value = orjson.loads(text) if text else None
    except orjson.JSONDecodeError:
        return None
    return value if isinstance(value, list) else None


def _question(row: Any) -> Any:
    """Returns an entry with the names that are read now: question and answer."""
    if not isinstance(row, dict):
        return row
    return {
        "question": row.get("question") or row.get("title") or "",
        "answer": row.get("answer") or row.get("content") or "",
    }
