"""Limits on their way to the data plane: read with the rows that they belong to.

The family's own model request limits come from the options. Only rows that are there are read, so
that an installation without limits pays one small question a publication.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from weirgate.limits.rules import routing_limits, told
from weirgate.store.tables import LimitRow

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy.ext.asyncio import AsyncSession

    from weirgate.system.option_keys import OptionValues

MINUTE_MS = 60_000
LONGEST_MINUTES = 60 * 24 * 31


async def limits_of(
    session: AsyncSession, scope: str, ids: Iterable[int] | None = None
) -> dict[int, dict[str, Any]]:
    """Returns the limits of users or keys by number: of these, or of all that have any."""
    query = select(LimitRow).where(LimitRow.scope == scope)
    if ids is not None:
        query = query.where(LimitRow.subject.in_([str(number) for number in ids]))
    rows = await session.scalars(query)
    return {int(row.subject): told(row) for row in rows}


async def limits_of_routing(session: AsyncSession, options: OptionValues) -> dict[str, Any]:
    """Returns the limits that go with the routing, the family's among them."""
    query = select(LimitRow).where(LimitRow.scope.not_in(["user", "key"]))
    made = routing_limits(await session.scalars(query))
    family = model_requests(options)
    return {**made, "model_requests": family} if family else made


def model_requests(options: OptionValues) -> Mapping[str, Any] | None:
    """Returns the family's limit of model calls a user; None while it is switched off."""
    if not options.flag("ModelRequestRateLimitEnabled"):
        return None
    minutes = options.integer("ModelRequestRateLimitDurationMinutes")
    groups = options.object("ModelRequestRateLimitGroup")
    return {
        "window_ms": min(max(minutes, 1), LONGEST_MINUTES) * MINUTE_MS,
        "total": max(options.integer("ModelRequestRateLimitCount"), 0),
        "success": max(options.integer("ModelRequestRateLimitSuccessCount"), 0),
        "groups": {name: pair for name, pair in groups.items() if _is_pair(pair)},
    }


def _is_pair(value: object) -> bool:
    if not isinstance(value, list) or len(value) != 2:
        return False
    return all(type(number) is int and number >= 0 for number in value)
