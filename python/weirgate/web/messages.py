"""Languages and the texts that several places share; a domain keeps its own texts beside its rules.

The family answers Chinese unless the user's setting or `Accept-Language` says English.
"""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

from weirgate.errors import Text

Language: TypeAlias = Literal["zh", "en"]
DEFAULT_LANGUAGE: Final[Language] = "zh"

NEW_API_USER_MISSING = Text(
    "无权进行此操作，未提供 New-Api-User",
    "Unauthorized, New-Api-User header not provided",
)
NEW_API_USER_MALFORMED = Text(
    "无权进行此操作，New-Api-User 格式错误",
    "Unauthorized, New-Api-User header format error",
)
NEW_API_USER_OTHER = Text(
    "无权进行此操作，New-Api-User 与登录用户不匹配",
    "Unauthorized, New-Api-User does not match the logged-in user",
)
KEY_MISSING = Text("未提供 Authorization 请求头", "Authorization header not provided")
KEY_UNKNOWN = Text("无效的令牌", "invalid token")
KEY_DISABLED = Text("该令牌状态不可用", "this token is not available")
BAD_JSON = Text("请求体不是有效的 JSON", "the request body is no valid JSON")
CUT_BODY = Text("请求体不完整", "the request body ended early")
EMPTY_BODY = Text("请求体为空", "the request body is empty")
FRONTEND_MISSING = Text(
    "控制台尚未构建；接口可用。",
    "The web console has not been built; the API works.",
)


def choose_language(user_setting: str, accept_language: str) -> Language:
    """Returns the language: the user's setting, else the header's best known tag, else Chinese."""
    known = _known(user_setting)
    if known is not None:
        return known
    ranked: list[tuple[float, int, Language]] = []
    for place, part in enumerate(accept_language[:256].split(",")):
        tag, _, parameters = part.partition(";")
        language = _known(tag)
        if language is not None:
            ranked.append((-_quality(parameters), place, language))
    return min(ranked)[2] if ranked else DEFAULT_LANGUAGE


def _known(tag: str) -> Language | None:
    primary = tag.strip().lower().split("-", 1)[0]
    if primary == "zh":
        return "zh"
    if primary == "en":
        return "en"
    return None


def _quality(parameters: str) -> float:
    name, _, value = parameters.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0
