"""Who may send a changing request from a browser: our own pages and installed extensions.

A second wall behind SameSite=Strict and New-Api-User. Programs send neither `Origin` nor
`Sec-Fetch-Site`; what carries an Authorization header cannot have been sent by a foreign page.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from weirgate.errors import ForeignOriginError
from weirgate.web.router import Permission

if TYPE_CHECKING:
    from collections.abc import Mapping

    from weirgate.web.router import Route

_EXTENSIONS = ("chrome-extension", "moz-extension", "safari-web-extension")
_BY_KEY = frozenset({Permission.KEY, Permission.KEY_READ, Permission.RELAY})


def check(route: Route, headers: Mapping[str, str], host: str) -> None:
    """Refuses a changing request that a page of another site sent.

    Raises:
        ForeignOriginError: the browser says that the request comes from elsewhere.
    """
    if _changes(route):
        refuse_foreign(headers, host)


def refuse_foreign(headers: Mapping[str, str], host: str) -> None:
    """Refuses what a page of another site sent, on any route.

    Raises:
        ForeignOriginError: the browser says that the request comes from elsewhere.
    """
    if "authorization" in headers:
        return
    site = headers.get("sec-fetch-site", "")
    if site in {"same-origin", "none"}:
        return
    origin = headers.get("origin", "")
    if not origin:
        # A browser that names the site and no origin: a form's GET, or an image.
        if site:
            raise ForeignOriginError
        return
    if not _is_known(origin, {host, headers.get("x-forwarded-host", "")}):
        raise ForeignOriginError


def _changes(route: Route) -> bool:
    """Says whether the route changes something with the rights of a browser's cookies."""
    if route.permission in _BY_KEY:
        return False
    # Changing GETs of the family that anybody may call are guarded by a state of their own.
    return route.method != "GET" or (
        route.opens_write and route.permission not in {Permission.PUBLIC, Permission.TRY_USER}
    )


def _is_known(origin: str, hosts: set[str]) -> bool:
    try:
        parts = urlsplit(origin)
    except ValueError:
        return False
    if parts.scheme in _EXTENSIONS:
        return True
    return parts.scheme in {"http", "https"} and parts.netloc.lower() in {
        host.lower() for host in hosts if host
    }
