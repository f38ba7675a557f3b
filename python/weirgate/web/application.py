"""Builds the management plane's RSGI application out of route rows.

`app.py` calls `build` once with everything that it made; nothing here is global.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from weirgate.web.endpoint import robyn_handler
from weirgate.web.robyn_face import HttpMethod, Robyn, new_app
from weirgate.web.rsgi import Bridge

if TYPE_CHECKING:
    from collections.abc import Iterable

    from weirgate.web.endpoint import Services
    from weirgate.web.router import Route
    from weirgate.web.static import StaticFiles


def _robyn_method(name: str) -> HttpMethod:
    method: HttpMethod = getattr(HttpMethod, name)
    return method


def register(app: Robyn, routes: Iterable[Route], services: Services) -> None:
    """Registers the rows on Robyn.

    Goes through Robyn's router itself: `app.add_route` takes trailing slashes away, but
    `/api/models` and `/api/models/` are two endpoints.
    """
    for route in routes:
        app.router.add_route(
            route_type=_robyn_method(route.method),
            endpoint=route.path,
            handler=robyn_handler(route, services),
            is_const=False,
            auth_required=False,
            openapi_name=route.summary,
            openapi_tags=list(route.tags),
            exception_handler=None,
            injected_dependencies={"router_dependencies": {}, "global_dependencies": {}},
        )


def build(
    routes: Iterable[Route],
    services: Services,
    *,
    static: StaticFiles | None = None,
    version: str = "",
) -> Bridge:
    """Returns the application for `server.ManagementServer`.

    Raises:
        ValueError: two rows have the same method and path.
    """
    app = new_app()
    register(app, routes, services)
    return Bridge(app, static=static, version=version)
