"""The management plane's errors: raised by services, turned into HTTP by `web.problem` only.

A class says what kind of failure it is, its `code` is stable for programs, `status` is the HTTP
status of our own paths and of OpenAI-shaped answers, `family_status` the one of family paths (the
family says most failures with 200 and `success: false`). Never holds a secret: texts are shown.

WeirgateError                     500 / 500
├── RefusedError                  400 / 200   a rule of the house says no
│   ├── InvalidInputError         400 / 200   the request does not fit its model
│   │   └── MalformedBodyError    400 / 400   the body is no JSON, where the family says 400
│   ├── NotFoundError             404 / 200   no such row (for this caller)
│   ├── ConflictError             409 / 200   exists already, or changed meanwhile
│   └── RoleTooLowError           403 / 200   the caller's role is below the route's
├── UnauthorizedError             401 / 401   who are you?
│   ├── AccessTokenUnknownError   401 / 200   the family's answer to a wrong access token
│   └── AccountDisabledError      403 / 200   the caller is known and banned
├── KeyRefusedError               as the gateway said: an API key did not pass
├── VerificationRequiredError     403 / 403   step-up needed; carries the family's code
├── ForeignOriginError            403 / 403   another site's page sent it
├── UnknownPathError              404 / 404   no route
├── MethodNotAllowedError         405 / 405   a route, but not for this method
├── TooManyRequestsError          429 / 429   answered with an empty body
├── BodyTooLargeError             413 / 413   over the route's limit
└── UnavailableError              503 / 503   a part that is needed is not there now
"""

from __future__ import annotations

from typing import Any, ClassVar, NamedTuple


class Text(NamedTuple):
    """One message for people, in the languages that the family speaks (zh is its default).

    Traditional Chinese is made from `zh` when it is asked for (`web.messages.said`).
    """

    zh: str
    en: str

    def format(self, **values: object) -> Text:
        """Returns the text with `{name}` places filled in both languages."""
        return Text(self.zh.format(**values), self.en.format(**values))


class WeirgateError(Exception):
    """The root: something failed and the caller is told so."""

    code: ClassVar[str] = "internal_error"
    status: int = 500
    family_status: int = 500
    default_text: ClassVar[Text] = Text("服务器内部错误", "internal server error")

    def __init__(
        self,
        text: Text | str | None = None,
        *,
        extra: dict[str, Any] | None = None,
        headers: tuple[tuple[str, str], ...] = (),
    ) -> None:
        """Takes the message (a plain str is the same in all languages).

        Args:
            text: what people read; None is the class's own text.
            extra: more fields at the top of a family body, such as `data` or `code`.
            headers: headers that the answer must carry.
        """
        if text is None:
            text = self.default_text
        self.text = Text(text, text) if isinstance(text, str) else text
        self.extra = extra or {}
        self.headers = headers
        # Set where what was written must stay although the answer is a refusal: counted attempts.
        self.keeps_writes = False
        # Set where the account is known but not yet let in: its language beats the browser's.
        self.language = ""
        super().__init__(self.text.en)


class RefusedError(WeirgateError):
    """A rule says no; the family answers 200 with `success: false`."""

    code = "refused"
    status = 400
    family_status = 200
    default_text = Text("请求被拒绝", "the request was refused")


class InvalidInputError(RefusedError):
    """The request does not fit its model."""

    code = "invalid_input"
    default_text = Text("无效的参数", "invalid parameters")


class MalformedBodyError(InvalidInputError):
    """The body is no JSON, on a route where the family answers 400."""

    code = "malformed_body"
    family_status = 400


class NotFoundError(RefusedError):
    """No such row, or not this caller's."""

    code = "not_found"
    status = 404
    default_text = Text("record not found", "record not found")


class ConflictError(RefusedError):
    """The thing exists already or changed meanwhile."""

    code = "conflict"
    status = 409
    default_text = Text("数据冲突", "conflict with the present state")


class RoleTooLowError(RefusedError):
    """The caller's role is below the route's."""

    code = "role_too_low"
    status = 403
    default_text = Text(
        "无权进行此操作，权限不足",
        "No permission to perform this operation, insufficient privileges",
    )


class UnauthorizedError(WeirgateError):
    """The caller is not known, or does not say who it is as the family wants it."""

    code = "unauthorized"
    status = 401
    family_status = 401
    default_text = Text(
        "无权进行此操作，未登录且未提供 access token",
        "Unauthorized, not logged in and no access token provided",
    )


class AccessTokenUnknownError(UnauthorizedError):
    """An access token was given that nobody has; the family answers 200."""

    code = "access_token_unknown"
    family_status = 200
    default_text = Text(
        "无权进行此操作，access token 无效", "Unauthorized, the access token is invalid"
    )


class AccountDisabledError(UnauthorizedError):
    """The caller is known and banned."""

    code = "account_disabled"
    status = 403
    family_status = 200
    default_text = Text("用户已被封禁", "the user has been banned")


class KeyRefusedError(WeirgateError):
    """An API key did not pass the gateway's checks; status and code are the gateway's."""

    code = "key_refused"

    def __init__(self, status: int, wire_code: str, text: Text | str) -> None:
        """Takes the gateway's verdict as it is."""
        super().__init__(text)
        self.status = status
        self.family_status = status
        self.wire_code = wire_code


class VerificationRequiredError(WeirgateError):
    """A step-up verification is missing, wrong or over; `extra['code']` is the family's word."""

    code = "verification_required"
    status = 403
    family_status = 403
    default_text = Text("需要安全验证", "secure verification is required")

    def __init__(self, wire_code: str = "VERIFICATION_REQUIRED") -> None:
        """Takes the family's code: VERIFICATION_REQUIRED, _INVALID or _EXPIRED."""
        super().__init__(extra={"code": wire_code})


class UnknownPathError(WeirgateError):
    """No route has this path."""

    code = "unknown_path"
    status = 404
    family_status = 404
    default_text = Text("Invalid URL", "Invalid URL")


class ForeignOriginError(WeirgateError):
    """Another site's page sent the request."""

    code = "foreign_origin"
    status = 403
    family_status = 403
    default_text = Text(
        "请求来源不被允许（反向代理须原样转发 Host）",
        "requests from this origin are not allowed (a reverse proxy must pass Host on)",
    )


class MethodNotAllowedError(WeirgateError):
    """The path is known, the method is not."""

    code = "method_not_allowed"
    status = 405
    family_status = 405
    default_text = Text("请求方法不被允许", "method not allowed")


class TooManyRequestsError(WeirgateError):
    """A rate limit is reached; the answer has no body."""

    code = "too_many_requests"
    status = 429
    family_status = 429
    default_text = Text("请求过于频繁", "too many requests")
    speaks = False
    """Whether the answer has a body all the same, as the family's limit of mails does."""


class BodyTooLargeError(WeirgateError):
    """The body is over the route's limit."""

    code = "body_too_large"
    status = 413
    family_status = 413
    default_text = Text("请求体过大", "the request body is too large")


class UnavailableError(WeirgateError):
    """Something that the request needs is not there now."""

    code = "unavailable"
    status = 503
    family_status = 503
    default_text = Text("服务暂不可用", "temporarily unavailable")
