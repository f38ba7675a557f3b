"""Errors → HTTP bodies, by the form of the path; the only place that knows error bodies.

FAMILY `{"success":false,"message","error"}` with the family's status (`error` is the stable code),
PAYMENT `{"message":"error","data","error"}` for what paying calls refuse, OPENAI
`{"error":{"message","type","param","code"}}` on key-authorised billing paths and unknown paths,
VOAPI `{"code","data":null,"msg","message","error"}` (2: log in again, else the status),
OWN an RFC 9457 problem under /api/weirgate. 429 has no body at all, as the family does it.
"""

from __future__ import annotations

from typing import Any

from weirgate.errors import (
    KeyRefusedError,
    RefusedError,
    TooManyRequestsError,
    UnauthorizedError,
    UnknownPathError,
    WeirgateError,
)
from weirgate.web.answers import JSON_TYPE, Answer, dump
from weirgate.web.messages import said
from weirgate.web.router import Form

PROBLEM_TYPE = "application/problem+json"
VOAPI_LOG_IN = 2


def answer(error: WeirgateError, form: Form, language: str, request_id: str) -> Answer:
    """Returns the answer that says this error in this form and language."""
    headers = list(error.headers)
    if isinstance(error, TooManyRequestsError) and not error.speaks:
        return Answer(status=429, headers=headers)
    message = said(error.text, language)
    if form is Form.OWN:
        body = _problem(error, message, request_id)
        return Answer(error.status, dump(body), PROBLEM_TYPE, headers)
    if form is Form.OPENAI or isinstance(error, UnknownPathError):
        return Answer(error.status, dump(_openai(error, message, request_id)), JSON_TYPE, headers)
    if form is Form.PAYMENT and isinstance(error, RefusedError):
        body = {"message": "error", "data": message, "error": error.code, **error.extra}
        return Answer(error.family_status, dump(body), JSON_TYPE, headers)
    if form is Form.VOAPI:
        # Its clients look at `code`, not at the status.
        status = 200 if isinstance(error, UnauthorizedError) else error.family_status
        return Answer(status, dump(_voapi(error, message)), JSON_TYPE, headers)
    body = {"success": False, "message": message, "error": error.code, **error.extra}
    return Answer(error.family_status, dump(body), JSON_TYPE, headers)


def unknown_path(method: str, path: str) -> UnknownPathError:
    """Returns the family's error for a path that no route has."""
    return UnknownPathError(f"Invalid URL ({method} {path[:512]})")


def internal(form: Form, request_id: str) -> Answer:
    """Returns the answer to a fault of ours; it says nothing but the request id to ask about."""
    message = f"internal server error (request id: {request_id})"
    error = WeirgateError(message)
    return answer(error, form, "en", request_id)


def _openai(error: WeirgateError, message: str, request_id: str) -> dict[str, Any]:
    if isinstance(error, UnknownPathError):
        kind, code = "invalid_request_error", ""
    elif isinstance(error, KeyRefusedError):
        kind, code = "new_api_error", error.wire_code
        message = f"{message} (request id: {request_id})"
    else:
        kind, code = "new_api_error", ""
    return {"error": {"message": message, "type": kind, "param": "", "code": code}}


def _voapi(error: WeirgateError, message: str) -> dict[str, Any]:
    is_over = isinstance(error, UnauthorizedError)
    code = VOAPI_LOG_IN if is_over else error.status
    return {"code": code, "data": None, "msg": message, "message": message, "error": error.code}


def _problem(error: WeirgateError, message: str, request_id: str) -> dict[str, Any]:
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": error.code.replace("_", " "),
        "status": error.status,
        "detail": message,
        "code": error.code,
        "request_id": request_id,
    }
    body.update(error.extra)
    return body
