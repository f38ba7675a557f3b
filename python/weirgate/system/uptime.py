"""Uptime of other systems, read from the status pages (Uptime Kuma) that root has configured.

One answer serves everybody for half a minute, so that visitors cannot make this server call
others at will. A page that does not answer shows an empty group.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orjson
from pydantic import BaseModel

from weirgate.channels.egress import Call, EgressError, Way

if TYPE_CHECKING:
    from collections.abc import Callable

    from weirgate.channels.egress import Egress
    from weirgate.store import UnitOfWork
    from weirgate.system.service import OptionService

MAX_GROUPS = 20
MAX_MONITORS = 500
MAX_BYTES = 4 << 20
TIMEOUT_S = 10.0
FRESH_MS = 30_000


class Monitor(BaseModel):
    """One watched thing."""

    name: str
    uptime: float
    status: int
    group: str = ""


class UptimeGroup(BaseModel):
    """The monitors of one status page."""

    categoryName: str  # noqa: N815 - the family's field
    monitors: list[Monitor]


@dataclass(frozen=True, slots=True)
class _Page:
    category: str
    url: str
    slug: str


class UptimeService:
    """Reads status pages."""

    def __init__(self, options: OptionService, egress: Egress, now_ms: Callable[[], int]) -> None:
        self._options = options
        self._egress = egress
        self._now_ms = now_ms
        self._lock = asyncio.Lock()
        self._kept: tuple[int, list[_Page], list[UptimeGroup]] | None = None

    async def status(self, uow: UnitOfWork) -> list[UptimeGroup]:
        """Returns the groups in their configured order; none when uptime is off."""
        values = await self._options.values(uow)
        if not values.flag("console_setting.uptime_kuma_enabled"):
            return []
        pages = _pages(values.array("console_setting.uptime_kuma_groups"))
        if not pages:
            return []
        way = Way(allow_private=values.flag("fetch_setting.allow_private_ip"))
        # Nothing of the database is held while other servers are asked.
        await uow.pause()
        async with self._lock:
            kept = self._kept
            if kept is None or kept[1] != pages or self._now_ms() - kept[0] >= FRESH_MS:
                groups = await asyncio.gather(*(self._group(page, way) for page in pages))
                kept = self._kept = (self._now_ms(), pages, list(groups))
        return kept[2]

    async def _group(self, page: _Page, way: Way) -> UptimeGroup:
        base = f"{page.url.rstrip('/')}/api/status-page"
        try:
            layout, beats = await asyncio.gather(
                self._read(f"{base}/{page.slug}", way),
                self._read(f"{base}/heartbeat/{page.slug}", way),
            )
        except EgressError:
            return UptimeGroup(categoryName=page.category, monitors=[])
        return UptimeGroup(categoryName=page.category, monitors=monitors(layout, beats))

    async def _read(self, url: str, way: Way) -> dict[str, Any]:
        call = Call(method="GET", url=url, way=way, timeout_s=TIMEOUT_S, most_bytes=MAX_BYTES)
        reply = await self._egress.send(call)
        try:
            value = orjson.loads(reply.body) if reply.is_good else None
        except orjson.JSONDecodeError:
            value = None
        if not isinstance(value, dict):
            raise EgressError("the status page is not readable")
        return value


def _pages(configured: list[Any]) -> list[_Page]:
    """Returns the configured pages; entries of another shape are passed over."""
    pages = []
    for entry in configured[:MAX_GROUPS]:
        if not isinstance(entry, dict):
            continue
        url, slug = str(entry.get("url") or "").strip(), str(entry.get("slug") or "").strip()
        if url.startswith(("http://", "https://")) and slug and "/" not in slug:
            pages.append(_Page(str(entry.get("categoryName") or ""), url, slug))
    return pages


def monitors(layout: dict[str, Any], beats: dict[str, Any]) -> list[Monitor]:
    """Returns the monitors of a page with what their heartbeats say; odd parts are passed over."""
    lists, uptimes = _dict(beats.get("heartbeatList")), _dict(beats.get("uptimeList"))
    found = []
    for group in _list(layout.get("publicGroupList")):
        for monitor in _list(_dict(group).get("monitorList")):
            row = _dict(monitor)
            number = row.get("id")
            last = _dict((_list(lists.get(str(number))) or [None])[-1])
            uptime, status = uptimes.get(f"{number}_24"), last.get("status")
            found.append(
                Monitor(
                    name=str(row.get("name") or ""),
                    uptime=float(uptime) if isinstance(uptime, int | float) else 0.0,
                    status=status if isinstance(status, int) else 0,
                    group=str(_dict(group).get("name") or ""),
                )
            )
    return found[:MAX_MONITORS]


def _dict(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []
