"""RSGI scope and protocol → a Robyn Request: bodies under a running limit, queries, forms.

First station of the bridge. Reads a body chunk by chunk, so a slow or huge sender is held back by
its socket; never keeps more than the limit.
"""

from __future__ import annotations

from dataclasses import dataclass
from email.errors import MessageError
from email.parser import BytesParser
from email.policy import HTTP
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from weirgate.errors import BodyTooLargeError, InvalidInputError, MalformedBodyError
from weirgate.web import messages
from weirgate.web.robyn_face import Headers, QueryParams, Request, Url

if TYPE_CHECKING:
    from collections.abc import Iterable

MAX_QUERY_FIELDS = 256
MAX_FORM_FIELDS = 256
# What CPython's header parser raises for some malformed parameters (`boundary=;0*`).
_PARSER_FAULTS = (LookupError, AttributeError, TypeError, ValueError, MessageError)
_BODYLESS = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(slots=True)
class Form:
    """What a form body held."""

    fields: dict[str, str]
    files: dict[str, bytes]


NO_FORM = Form({}, {})


def header_map(items: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Returns the headers by lower-case name; repeats are joined as RFC 9110 and 6265 say."""
    headers: dict[str, str] = {}
    for name, value in items:
        present = headers.get(name)
        if present is None:
            headers[name] = value
        else:
            headers[name] = present + ("; " if name == "cookie" else ", ") + value
    return headers


async def read_body(protocol: Any, method: str, headers: dict[str, str], limit: int) -> bytes:
    """Returns the whole body.

    Raises:
        BodyTooLargeError: more than `limit` bytes are announced or came.
        InvalidInputError: the length header is no number.
        MalformedBodyError: the sender went away before the end; no handler sees a part of a body.
    """
    announced = headers.get("content-length")
    if announced is None and "transfer-encoding" not in headers:
        return b""
    if announced is not None:
        if not announced.isdigit():
            raise InvalidInputError
        if int(announced) > limit:
            raise BodyTooLargeError
        if method in _BODYLESS and announced == "0":
            return b""
    chunks: list[bytes] = []
    size = empty = 0
    async for chunk in protocol:
        if not chunk:
            empty += 1
            continue
        size += len(chunk)
        if size > limit:
            raise BodyTooLargeError
        chunks.append(bytes(chunk))
    # Granian 2.8 ends a broken body like a whole one, but for a second empty chunk.
    if empty > 1 or (announced is not None and size != int(announced)):
        raise MalformedBodyError(messages.CUT_BODY)
    return chunks[0] if len(chunks) == 1 else b"".join(chunks)


def query_params(query_string: str) -> QueryParams:
    """Returns the query with repeated names kept in order.

    Raises:
        InvalidInputError: more than `MAX_QUERY_FIELDS` fields.
    """
    params = QueryParams()
    if query_string:
        for name, value in _pairs(query_string, MAX_QUERY_FIELDS):
            params.set(name, value)
    return params


def read_form(headers: dict[str, str], body: bytes) -> Form:
    """Returns the fields and files of a form body, nothing for other bodies.

    Raises:
        InvalidInputError: the form is malformed or has too many fields.
    """
    content_type = headers.get("content-type", "")
    kind = content_type.split(";", 1)[0].strip().lower()
    if kind == "application/x-www-form-urlencoded":
        return Form(dict(_pairs(body.decode("utf-8", "replace"), MAX_FORM_FIELDS)), {})
    if kind == "multipart/form-data":
        return _multipart(content_type, body)
    return NO_FORM


def _pairs(text: str, limit: int) -> list[tuple[str, str]]:
    try:
        return parse_qsl(text, keep_blank_values=True, max_num_fields=limit)
    except ValueError as error:
        raise InvalidInputError from error


def _multipart(content_type: str, body: bytes) -> Form:
    try:
        return _read_multipart(content_type, body)
    except _PARSER_FAULTS as error:
        raise InvalidInputError from error


def _read_multipart(content_type: str, body: bytes) -> Form:
    head = f"Content-Type: {content_type}\r\n\r\n".encode("utf-8", "replace")
    message = BytesParser(policy=HTTP).parsebytes(head + body)
    if not message.is_multipart():
        raise InvalidInputError
    fields: dict[str, str] = {}
    files: dict[str, bytes] = {}
    for count, part in enumerate(message.iter_parts()):
        if count >= MAX_FORM_FIELDS:
            raise InvalidInputError
        name = part.get_param("name", header="content-disposition")
        if not isinstance(name, str):
            raise InvalidInputError
        content = part.get_payload(decode=True)
        value = content if isinstance(content, bytes) else b""
        filename = part.get_filename()
        if filename is None:
            fields[name] = value.decode("utf-8", "replace")
        else:
            files[filename] = value
    return Form(fields, files)


def build_request(
    scope: Any, headers: dict[str, str], path_params: dict[str, str], body: bytes
) -> Request:
    """Returns the Robyn request; all objects in it are this request's own."""
    form = read_form(headers, body) if "content-type" in headers else NO_FORM
    # Robyn's stub asks for other arguments than its constructor does.
    make: Any = Request
    request: Request = make(
        query_params(scope.query_string),
        Headers(headers),
        path_params,
        body,
        scope.method,
        Url(headers.get("x-weirgate-scheme", "http"), headers.get("host", ""), scope.path),
        form.fields,
        form.files,
        None,
        headers.get("x-weirgate-client-ip"),
    )
    return request
