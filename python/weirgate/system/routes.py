"""HTTP face of setup, status, public texts and options."""

from __future__ import annotations

from typing import TYPE_CHECKING

from weirgate.system.schemas import (
    OptionIn,
    OptionOut,
    SetupAnswer,
    SetupIn,
    SetupQuery,
    StatusOut,
    StatusTest,
)
from weirgate.system.service import MIGRATED, RATIO_RESET, SET_UP, SetupPeer
from weirgate.system.uptime import UptimeGroup
from weirgate.web.answers import Answer, document, ok
from weirgate.web.router import Context, Limit, Permission, Route

if TYPE_CHECKING:
    from collections.abc import Callable

    from weirgate.system.service import OptionService, SetupService, SiteService
    from weirgate.system.uptime import UptimeService

RUNNING = "Server is running"
_PUBLIC_TEXTS = (
    ("/api/notice", "Notice"),
    ("/api/about", "About"),
    ("/api/home_page_content", "HomePageContent"),
    ("/api/user-agreement", "legal.user_agreement"),
    ("/api/privacy-policy", "legal.privacy_policy"),
)


def routes(options: OptionService, setup: SetupService, site: SiteService) -> list[Route]:
    """Returns all rows of this domain."""
    return [*_setup(setup), *_site(site), *_options(options)]


def _setup(service: SetupService) -> list[Route]:
    async def get_setup(context: Context[None, None]) -> Answer:
        return document({"success": True, "data": await service.state(context.uow)})

    async def post_setup(context: Context[SetupQuery, SetupIn]) -> Answer:
        token = context.headers.get("x-setup-token") or context.query.setup_token
        peer = SetupPeer(client_ip=context.client_ip, token=token)
        await service.set_up(context.uow, peer, context.body)
        return ok(message=SET_UP)

    return [
        Route(method="GET", path="/api/setup", permission=Permission.PUBLIC, handler=get_setup,
              answer=SetupAnswer, envelope=False, tags=("system",),
              summary="Whether the server is set up"),
        Route(method="POST", path="/api/setup", permission=Permission.PUBLIC,
              handler=post_setup, query=SetupQuery, body=SetupIn, limit=Limit.CRITICAL,
              writes=False, tags=("system",), summary="Set the server up"),
    ]  # fmt: skip


def _site(service: SiteService) -> list[Route]:
    async def status(context: Context[None, None]) -> Answer:
        return ok(await service.status(context.uow))

    rows = [
        Route(method="GET", path="/api/status", permission=Permission.PUBLIC, handler=status,
              answer=StatusOut, tags=("system",), summary="Status of the site"),
    ]  # fmt: skip
    return rows + [_text_route(service, path, key) for path, key in _PUBLIC_TEXTS]


def health_routes(uptime: UptimeService, connections: Callable[[], int]) -> list[Route]:
    """Returns the rows that tell how this server and the watched systems are."""

    async def uptime_status(context: Context[None, None]) -> Answer:
        return ok(await uptime.status(context.uow))

    async def test_status(context: Context[None, None]) -> Answer:  # noqa: ARG001
        # The caller was read from the database just now: it answers.
        stats = {"active_connections": connections()}
        return ok(message=RUNNING, extra={"http_stats": stats})

    return [
        Route(method="GET", path="/api/uptime/status", permission=Permission.PUBLIC,
              handler=uptime_status, answer=list[UptimeGroup], tags=("system",),
              summary="Uptime of the watched systems"),
        Route(method="GET", path="/api/status/test", permission=Permission.ADMIN,
              handler=test_status, answer=StatusTest, envelope=False, tags=("system",),
              summary="Whether the server and its database answer"),
    ]  # fmt: skip


def _text_route(service: SiteService, path: str, key: str) -> Route:
    async def text(context: Context[None, None]) -> Answer:
        return ok(await service.text(context.uow, key))

    return Route(method="GET", path=path, permission=Permission.PUBLIC, handler=text,
                 answer=str, tags=("system",), summary=f"Public text {key}")  # fmt: skip


def _options(service: OptionService) -> list[Route]:
    async def list_options(context: Context[None, None]) -> Answer:
        return ok(await service.listed(context.uow))

    async def put_option(context: Context[None, OptionIn]) -> Answer:
        await service.put(context.uow, context.caller, context.body)
        return ok()

    async def reset_model_ratio(context: Context[None, None]) -> Answer:
        await service.reset_model_ratio(context.uow, context.caller)
        return ok(message=RATIO_RESET)

    async def migrate_console_setting(context: Context[None, None]) -> Answer:
        await service.migrate_console_setting(context.uow, context.caller)
        return ok(message=MIGRATED)

    return [
        Route(method="GET", path="/api/option/", permission=Permission.ROOT,
              handler=list_options, answer=list[OptionOut], tags=("option",),
              summary="List options"),
        Route(method="PUT", path="/api/option/", permission=Permission.ROOT,
              handler=put_option, body=OptionIn, bad_body_status=400, tags=("option",),
              summary="Write one option"),
        Route(method="POST", path="/api/option/rest_model_ratio", permission=Permission.ROOT,
              handler=reset_model_ratio, tags=("option",),
              summary="Bring model ratios back to their defaults"),
        Route(method="POST", path="/api/option/migrate_console_setting",
              permission=Permission.ROOT, handler=migrate_console_setting, tags=("option",),
              summary="Bring old console options under their present names"),
    ]  # fmt: skip
