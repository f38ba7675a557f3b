"""One `Route` row → one Robyn handler: the straight line of every management request.

rate limit → caller → query and body models → handler in its unit of work → commit (and publish)
→ answer. Errors of ours become answers here; everything else goes up to the bridge.
"""

from __future__ import annotations

import types
import typing
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

import orjson
from pydantic import BaseModel, ValidationError

from weirgate.dialects import DialectTable
from weirgate.errors import InvalidInputError, MalformedBodyError, WeirgateError
from weirgate.web import messages, origin, problem
from weirgate.web.answers import Answer, StreamAnswer
from weirgate.web.auth import Credentials
from weirgate.web.dialects.reading import read
from weirgate.web.dialects.shaping import shape
from weirgate.web.robyn_face import Headers, Response, StreamingResponse
from weirgate.web.router import Context, Form, Limit, Permission

if TYPE_CHECKING:
    from weirgate.dialects import Dialect
    from weirgate.store import Store
    from weirgate.web.auth import Authenticator, Caller
    from weirgate.web.limits import Limiter
    from weirgate.web.robyn_face import Request
    from weirgate.web.router import Outcome, Route

# Constant in the family; its clients look for the header, not for the value's meaning.
AUTH_VERSION = ("auth-version", "864b7076dbcd0a3c01b5520316720ebf")
# The names of the family (contract §C.1); clients that know several servers send all of them.
USER_HEADERS = (
    "new-api-user",
    "veloera-user",
    "user-id",
    "voapi-user",
    "x-modelflare-user",
    "x-api-user",
    "rix-api-user",
    "neo-api-user",
)
MAX_ERRORS_SHOWN = 10
RobynHandler: TypeAlias = Callable[[Any], Awaitable[Response | StreamingResponse]]


@dataclass(frozen=True, slots=True)
class Services:
    """What every endpoint needs."""

    store: Store
    authenticator: Authenticator
    limiter: Limiter
    dialects: DialectTable = field(default_factory=DialectTable)


@dataclass(slots=True)
class _Reader:
    """Who will read the answer: the browser's language until the caller's is known."""

    language: str


def cookies(header: str) -> dict[str, str]:
    """Returns the cookies of a request; of equal names the first counts."""
    found: dict[str, str] = {}
    for part in header.split(";"):
        name, separator, value = part.strip().partition("=")
        if separator and name not in found:
            found[name] = value.strip('"')
    return found


def robyn_handler(route: Route, services: Services) -> RobynHandler:
    """Returns the function that Robyn registers for this row."""
    endpoint = _Endpoint(route, services)

    async def handle(request: Any) -> Response | StreamingResponse:
        return await endpoint.answer(request)

    handle.__name__ = getattr(route.handler, "__name__", "handle")
    # The bridge reads a body no further than this.
    handle.weirgate_body_limit = route.body_limit  # type: ignore[attr-defined]
    return handle


class _Endpoint:
    def __init__(self, route: Route, services: Services) -> None:
        self._route = route
        self._services = services
        self._form = route.answer_form
        self._list_fields = _list_fields(route.query)

    async def answer(self, request: Request) -> Response | StreamingResponse:
        headers: dict[str, str] = request.headers.to_dict()
        request_id = headers.get("x-weirgate-request-id", "")
        reader = _Reader(_language(None, headers))
        try:
            context, outcome = await self._run(request, headers, request_id, reader)
        except WeirgateError as error:
            language = messages.choose_language(error.language, reader.language)
            failure = problem.answer(error, self._form, language, request_id)
            return _response(failure, language, [])
        if isinstance(outcome, Answer):
            shape(outcome, context.dialect, self._route.rows)
        extra = context.answer_headers
        if context.maybe_caller is not None and context.maybe_caller.via != "key":
            extra.append(AUTH_VERSION)
        return _response(outcome, context.language, extra)

    async def _run(
        self, request: Request, headers: dict[str, str], request_id: str, reader: _Reader
    ) -> tuple[Context[Any, Any], Outcome]:
        route, services = self._route, self._services
        client_ip = request.ip_addr or ""
        dialect = services.dialects.of(headers.get("x-weirgate-listener", ""), request.url.host)
        if dialect not in route.dialects:
            raise problem.unknown_path(route.method, request.url.path)
        if route.permission is not Permission.RELAY:
            await services.limiter.admit("global_api", client_ip)
        origin.check(route, headers, request.url.host)
        if route.limit in {Limit.CRITICAL, Limit.EMAIL}:
            await services.limiter.admit("critical", client_ip)
        if route.limit is Limit.EMAIL:
            await services.limiter.admit("email", client_ip, speaks=True)
        if route.limit is Limit.DOWNLOAD:
            await services.limiter.admit("download", client_ip)
        sent_cookies = cookies(headers.get("cookie", ""))
        credentials = Credentials(
            session_cookie=sent_cookies.get("session", ""),
            authorization=headers.get("authorization", ""),
            new_api_user=_user_header(headers),
            client_ip=client_ip,
            relay_user=_relay_user(headers),
            # VoAPI 2 knows no user-id header: its token names the account by itself.
            is_spared_header=self._form is Form.VOAPI,
        )
        async with services.store.unit_of_work(write=False) as uow:
            uow.client_ip = client_ip
            caller = await services.authenticator.identify(route.permission, credentials, uow)
            reader.language = _language(caller, headers)
            if route.limit is Limit.SEARCH and caller is not None:
                await services.limiter.admit("search", str(caller.user_id))
            raw_body = request.body
            context: Context[Any, Any] = Context(
                uow=uow,
                query=self._query(request, dialect),
                body=self._body(raw_body),
                path=request.path_params,
                headers=headers,
                client_ip=client_ip,
                scheme=request.url.scheme,
                request_id=request_id,
                language=reader.language,
                maybe_caller=caller,
                cookies=sent_cookies,
                raw_body=raw_body if isinstance(raw_body, bytes) else raw_body.encode(),
                host=request.url.host,
                form=request.form_data,
                dialect=dialect,
                query_fields=_first_values(request),
            )
            if route.opens_write:
                await uow.begin_write()
            outcome = await route.handler(context)
        return context, outcome

    def _query(self, request: Request, dialect: Dialect) -> BaseModel | None:
        model = self._route.query
        if model is None:
            return None
        sent: dict[str, list[str]] = request.query_params.to_dict()
        values = {
            name: found if name in self._list_fields else found[0] for name, found in sent.items()
        }
        values = read(dialect, self._route.rows, values)
        try:
            return model.model_validate(values)
        except ValidationError as error:
            raise self._invalid(error) from error

    def _body(self, raw: str | bytes) -> BaseModel | None:
        model = self._route.body
        if model is None:
            return None
        try:
            value = orjson.loads(raw)
        except orjson.JSONDecodeError as error:
            text = messages.BAD_JSON if raw else messages.EMPTY_BODY
            if self._route.bad_body_status == 400:
                raise MalformedBodyError(text) from error
            raise InvalidInputError(text if self._form is Form.OWN else None) from error
        try:
            return model.model_validate(value)
        except ValidationError as error:
            raise self._invalid(error) from error

    def _invalid(self, error: ValidationError) -> InvalidInputError:
        """Returns our error; only our own paths list what is wrong where."""
        if self._form is not Form.OWN:
            return InvalidInputError()
        shown = error.errors(include_url=False, include_context=False, include_input=False)
        details = [
            {"path": ".".join(str(part) for part in item["loc"]), "message": item["msg"]}
            for item in shown[:MAX_ERRORS_SHOWN]
        ]
        return InvalidInputError(extra={"errors": details})


def _user_header(headers: dict[str, str]) -> str | None:
    """Returns which user a client says it is, under the name that its kind of client uses."""
    return next((headers[name] for name in USER_HEADERS if name in headers), None)


def _first_values(request: Request) -> dict[str, str]:
    sent: dict[str, list[str]] = request.query_params.to_dict()
    return {name: found[0] for name, found in sent.items()}


def _relay_user(headers: dict[str, str]) -> tuple[int, int] | None:
    """Returns whom the relay names; it strips these headers from what clients send."""
    if headers.get("x-weirgate-listener") != "relay":
        return None
    user, key = headers.get("x-weirgate-user-id", ""), headers.get("x-weirgate-key-id", "")
    return (int(user) if user.isdigit() else 0, int(key) if key.isdigit() else 0)


def _language(caller: Caller | None, headers: dict[str, str]) -> str:
    setting = "" if caller is None else caller.language
    return messages.choose_language(setting, headers.get("accept-language", ""))


def _list_fields(model: type[BaseModel] | None) -> frozenset[str]:
    """Returns the query names that may repeat: those whose field is a list."""
    if model is None:
        return frozenset()
    return frozenset(
        field.alias or name
        for name, field in model.model_fields.items()
        if _is_list(field.annotation)
    )


def _is_list(annotation: Any) -> bool:
    if isinstance(annotation, types.UnionType) or typing.get_origin(annotation) is typing.Union:
        return any(_is_list(part) for part in typing.get_args(annotation))
    return annotation is list or typing.get_origin(annotation) is list


def _response(
    outcome: Outcome, language: str, extra: list[tuple[str, str]]
) -> Response | StreamingResponse:
    """Returns the outcome as a Robyn response whose headers belong to it alone."""
    headers = Headers({"content-type": outcome.content_type})
    for name, value in (*outcome.headers, *extra):
        headers.append(name, value)
    if isinstance(outcome, Answer):
        return Response(outcome.status, headers, outcome.render(language))
    if isinstance(outcome, StreamAnswer):
        return StreamingResponse(
            outcome.chunks,
            status_code=outcome.status,
            headers=headers,
            media_type=outcome.content_type,
        )
    response = Response(outcome.status, headers, b"")
    response.file_path = str(outcome.path)
    return response
