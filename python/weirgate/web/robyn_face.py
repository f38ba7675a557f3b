"""The one door to Robyn: imports it so that it leaves the process's arguments and logging alone.

Robyn parses `sys.argv` when imported and calls `logging.basicConfig` when an app is made; both are
shut off here. Nothing else in the package may import robyn.
"""

from __future__ import annotations

import logging
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def _no_arguments() -> Iterator[None]:
    kept = sys.argv
    sys.argv = [*kept[:1], "--disable-openapi", "--log-level", "WARNING"]
    try:
        yield
    finally:
        sys.argv = kept


with _no_arguments():
    from robyn import Robyn, SubRouter
    from robyn.responses import StreamingResponse
    from robyn.robyn import (
        Cookie,
        Headers,
        HttpMethod,
        MiddlewareType,
        QueryParams,
        Request,
        Response,
        Url,
    )

__all__ = [
    "Cookie",
    "Headers",
    "HttpMethod",
    "MiddlewareType",
    "QueryParams",
    "Request",
    "Response",
    "Robyn",
    "StreamingResponse",
    "SubRouter",
    "Url",
    "new_app",
]


def new_app() -> Robyn:
    """Returns a Robyn app that is only a registry: no server, no OpenAPI, no root log handler."""
    root = logging.getLogger()
    held = logging.NullHandler()
    # basicConfig does nothing while the root logger has a handler.
    root.addHandler(held)
    try:
        return Robyn(__file__)
    finally:
        root.removeHandler(held)
