"""Serves the OpenAPI document of each dialect, and of our own paths, out of the route table."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from weirgate.errors import NotFoundError
from weirgate.web.answers import Answer, dump
from weirgate.web.openapi import DOCUMENTS, document
from weirgate.web.router import Context, Permission, Route

if TYPE_CHECKING:
    from collections.abc import Sequence


def described(rows: Sequence[Route], version: str) -> list[Route]:
    """Returns the rows and one more, which describes them all and itself."""
    written: dict[str, bytes] = {}
    everything = list(rows)

    async def describe(context: Context[None, None]) -> Answer:
        name = context.path.get("name", "").removesuffix(".json")
        if name not in DOCUMENTS:
            raise NotFoundError
        if name not in written:
            made = await asyncio.to_thread(document, everything, name, version)
            written[name] = dump(made)
        return Answer(body=written[name])

    everything.append(
        Route(
            method="GET",
            path="/api/weirgate/openapi/:name",
            permission=Permission.PUBLIC,
            handler=describe,
            answer=dict[str, Any],
            envelope=False,
            tags=("system",),
            summary="OpenAPI document of a dialect, or of our own paths (weirgate)",
        )
    )
    return everything
