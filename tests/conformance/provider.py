"""Starts the scripted provider that stands beside the checkout, with one more path of a vendor's.

Run in its folder: `python PROVIDER --port P`. A vendor that serves responses and nothing else has
them under a path of its own; the answers there are those of `/v1/responses`.
"""

import argparse
import importlib
import sys
from pathlib import Path
from typing import Any

from aiohttp import web

RESPONSES = "/v1/responses"
RESPONSES_ALONE = "/backend-api/codex/responses"


def app_of(folder: Path) -> web.Application:
    """Returns the provider's application, with the further path in front of its routes."""
    sys.path.insert(0, str(folder))
    app: web.Application = importlib.import_module("mockllm.app").make_app()
    (answer,) = [route.handler for route in app.router.routes() if _is_responses(route)]

    @web.middleware
    async def further(request: web.Request, handler: Any) -> Any:
        return await (answer if request.path == RESPONSES_ALONE else handler)(request)

    app.middlewares.append(further)
    return app


def _is_responses(route: web.AbstractRoute) -> bool:
    at = route.resource.canonical if route.resource else ""
    return (route.method, at) == ("POST", RESPONSES)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    port = parser.parse_args().port
    app = app_of(Path.cwd())
    web.run_app(
        app, host="127.0.0.1", port=port, print=None, access_log=None, handler_cancellation=True
    )


if __name__ == "__main__":
    main()
