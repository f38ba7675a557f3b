"""The RSGI bridge: Granian calls it, it drives the handlers of a Robyn app in this process.

Robyn has no RSGI face, but its routes, requests and responses are plain objects. For each request,
as Robyn's own server does: before-middlewares → handler → after-middlewares (on short-circuits
too) → send. Here is the plane's only catch-all: a fault is logged once and answered with 500.
"""

from __future__ import annotations

import asyncio
import inspect
import logging
import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from weirgate.errors import MethodNotAllowedError, UnavailableError, WeirgateError
from weirgate.web import outgoing, problem
from weirgate.web.incoming import build_request, header_map, read_body
from weirgate.web.matching import RouteTable
from weirgate.web.messages import choose_language
from weirgate.web.robyn_face import Headers, MiddlewareType, Request, Response, StreamingResponse
from weirgate.web.router import DEFAULT_BODY_LIMIT, form_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from weirgate.web.answers import Answer
    from weirgate.web.robyn_face import Robyn
    from weirgate.web.static import StaticFiles

logger = logging.getLogger(__name__)

API_PREFIXES = ("/api/", "/v1/", "/assets/")
_OPEN_CORS = ("/api/usage/", "/api/log/token", "/dashboard/", "/v1/dashboard/")
_CORS_HEADERS = [
    ("access-control-allow-methods", "GET, POST, PUT, PATCH, DELETE, OPTIONS"),
    ("access-control-allow-headers", "*"),
    ("access-control-max-age", "43200"),
]


@dataclass(slots=True)
class _Handler:
    call: Callable[..., Any]
    body_limit: int
    before: list[Callable[..., Any]] = field(default_factory=list)
    after: list[tuple[Callable[..., Any], int]] = field(default_factory=list)


def plain_response(answer: Answer, language: str) -> Response:
    """Returns our answer as a Robyn response with headers of its own."""
    headers = Headers({"content-type": answer.content_type})
    for name, value in answer.headers:
        headers.append(name, value)
    return Response(answer.status, headers, answer.render(language))


class Bridge:
    """One Robyn app as an RSGI application; the tables are read once, at construction."""

    def __init__(
        self,
        app: Robyn,
        *,
        static: StaticFiles | None = None,
        version: str = "",
        body_limit: int = DEFAULT_BODY_LIMIT,
    ) -> None:
        """Takes the app with all its routes; later registrations are not seen."""
        self._app = app
        self._static = static
        self._version = version
        self._body_limit = body_limit
        self._before: list[Callable[..., Any]] = []
        self._after: list[tuple[Callable[..., Any], int]] = []
        self._global_headers = list(app.response_headers.multi_items())
        self._unhelped_paths = frozenset(app.excluded_response_headers_paths or ())
        self._routes: RouteTable[_Handler] = RouteTable()
        self._running: set[asyncio.Task[Any]] = set()
        self._idle = asyncio.Event()
        self._idle.set()
        self._read_middlewares()
        self._read_routes()

    def _read_middlewares(self) -> None:
        for row in self._app.middleware_router.get_global_middlewares():
            if _is_before(row.middleware_type):
                self._before.append(row.function.handler)
            else:
                self._after.append((row.function.handler, row.function.number_of_params))

    def _read_routes(self) -> None:
        before: dict[tuple[str, str], list[Callable[..., Any]]] = {}
        after: dict[tuple[str, str], list[tuple[Callable[..., Any], int]]] = {}
        for row in self._app.middleware_router.get_route_middlewares():
            name = (_method_name(row.route_type), row.route)
            if _is_before(row.middleware_type):
                before.setdefault(name, []).append(row.function.handler)
            else:
                function = row.function
                after.setdefault(name, []).append((function.handler, function.number_of_params))
        for route in self._app.router.get_routes():
            method = _method_name(route.route_type)
            call = route.function.handler
            limit = getattr(call, "weirgate_body_limit", self._body_limit)
            name = (method, route.route)
            handler = _Handler(call, limit, before.get(name, []), after.get(name, []))
            self._routes.add(method, route.route, handler)

    async def __rsgi__(self, scope: Any, protocol: Any) -> None:
        """Answers one request; never raises."""
        if scope.proto != "http":
            protocol.close(403)
            return
        task = asyncio.current_task()
        if task is not None:
            self._running.add(task)
            self._idle.clear()
        try:
            await self._serve(scope, protocol)
        finally:
            if task is not None:
                self._running.discard(task)
            if not self._running:
                self._idle.set()

    async def drained(self, timeout_s: float) -> bool:
        """Waits until no request runs; False when some still do after the time."""
        try:
            await asyncio.wait_for(self._idle.wait(), timeout_s)
        except TimeoutError:
            return False
        return True

    async def cancel_running(self, timeout_s: float) -> None:
        """Cancels the requests that still run; their generators and transactions are closed."""
        running = set(self._running)
        for task in running:
            task.cancel()
        if running:
            await asyncio.wait(running, timeout=timeout_s)

    async def _serve(self, scope: Any, protocol: Any) -> None:
        headers = header_map(scope.headers.items())
        request_id = headers.get("x-weirgate-request-id") or secrets.token_hex(16)
        client = outgoing.Client(
            scope.method, headers.get("accept-encoding", ""), self._common(scope, headers)
        )
        client.common_headers.append(("x-oneapi-request-id", request_id))
        try:
            response = await self._answer(scope, protocol, headers)
            await outgoing.send(protocol, response, client)
        except WeirgateError as error:
            language = choose_language("", headers.get("accept-language", ""))
            answer = problem.answer(error, form_of(scope.path), language, request_id)
            await outgoing.send(protocol, plain_response(answer, language), client)
        except asyncio.CancelledError:
            # Only `cancel_running` does this: the server stops and the time is over.
            stopped = problem.answer(UnavailableError(), form_of(scope.path), "en", request_id)
            _send_if_possible(protocol, stopped, client)
            raise
        except Exception:  # the top frame: whatever went wrong ends here, logged once
            logger.exception(
                "request failed",
                extra={"request_id": request_id, "method": scope.method, "path": scope.path},
            )
            answer = problem.internal(form_of(scope.path), request_id)
            _send_if_possible(protocol, answer, client)

    def _common(self, scope: Any, headers: dict[str, str]) -> list[tuple[str, str]]:
        common: list[tuple[str, str]] = []
        if self._version:
            common.append(("x-new-api-version", self._version))
        if scope.path.startswith(_OPEN_CORS):
            origin = headers.get("origin")
            if origin is not None:
                common.append(("access-control-allow-origin", origin))
                common.append(("access-control-allow-credentials", "true"))
                common.append(("vary", "origin"))
        return common

    async def _answer(
        self, scope: Any, protocol: Any, headers: dict[str, str]
    ) -> Response | StreamingResponse:
        method, path = scope.method, scope.path
        found = self._routes.find("GET" if method == "HEAD" else method, path)
        if found is None:
            return await self._unmatched(method, path, headers)
        handler, path_params = found
        body = await read_body(protocol, method, headers, handler.body_limit)
        request = build_request(scope, headers, path_params, body)
        short, request = await self._run_before(handler, request)
        response = short
        if response is None:
            result = handler.call(request)
            if inspect.isawaitable(result):
                result = await result
            response = outgoing.to_response(result)
        return await self._run_after(handler, request, response)

    async def _run_before(
        self, handler: _Handler, request: Request
    ) -> tuple[Response | StreamingResponse | None, Request]:
        for middleware in (*self._before, *handler.before):
            result = middleware(request)
            if inspect.isawaitable(result):
                result = await result
            if isinstance(result, Request):
                request = result
            elif result is not None:
                return outgoing.to_response(result), request
        return None, request

    async def _run_after(
        self, handler: _Handler, request: Request, response: Response | StreamingResponse
    ) -> Response | StreamingResponse:
        merges = self._global_headers and request.url.path not in self._unhelped_paths
        if not (merges or self._after or handler.after):
            return response
        response.headers = outgoing.copy_headers(response.headers)
        if merges:
            for name, value in self._global_headers:
                response.headers.append(name, value)
        for middleware, parameters in (*self._after, *handler.after):
            arguments = (response,) if parameters <= 1 else (request, response)
            result = middleware(*arguments)
            if inspect.isawaitable(result):
                result = await result
            if isinstance(result, Response):
                response = result
        return response

    async def _unmatched(self, method: str, path: str, headers: dict[str, str]) -> Response:
        known = self._routes.methods(path)
        if method == "OPTIONS" and (known or path.startswith(API_PREFIXES)):
            allow = Headers({"allow": ", ".join([*known, "OPTIONS"])})
            if path.startswith(_OPEN_CORS):
                for name, value in _CORS_HEADERS:
                    allow.append(name, value)
            return Response(204, allow, b"")
        if known:
            raise MethodNotAllowedError(headers=(("allow", ", ".join([*known, "OPTIONS"])),))
        if self._static is not None and method in {"GET", "HEAD"}:
            page = await self._static.find(path, headers)
            if page is not None:
                return page
        raise problem.unknown_path(method, path)


def _is_before(kind: object) -> bool:
    return kind == MiddlewareType.BEFORE_REQUEST


def _method_name(route_type: object) -> str:
    return str(route_type).rsplit(".", 1)[-1]


def _send_if_possible(protocol: Any, answer: Answer, client: outgoing.Client) -> None:
    headers = [("content-type", answer.content_type), *client.common_headers]
    try:
        outgoing.send_whole(protocol, answer.status, headers, answer.body, client.method)
    except RuntimeError:
        # A part of the answer has gone out already; the connection ends here.
        logger.debug("the failed request had begun to answer")
