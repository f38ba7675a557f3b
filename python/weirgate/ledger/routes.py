"""HTTP face of the ledger: one call, which compares all books."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from weirgate.ledger.schemas import LedgerReport
from weirgate.web.answers import Answer, document
from weirgate.web.router import Context, Permission, Route

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    Verify: TypeAlias = Callable[[], Awaitable[dict[str, Any]]]


def routes(verify: Verify) -> list[Route]:
    """Returns all rows of this domain."""

    async def verify_books(context: Context[None, None]) -> Answer:  # noqa: ARG001
        return document(LedgerReport.model_validate(await verify()))

    return [
        Route(method="POST", path="/api/weirgate/ledger/verify", permission=Permission.ROOT,
              handler=verify_books, answer=LedgerReport, envelope=False, writes=False,
              tags=("ledger",), summary="Compare all books"),
    ]  # fmt: skip
