"""Languages and the texts that several places share; a domain keeps its own texts beside its rules.

The family answers Chinese unless the user's setting or `Accept-Language` says English. Texts are
written in simplified Chinese; the traditional form is made from them by OpenCC's dictionaries.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final, Literal, TypeAlias

from opencc import OpenCC

from weirgate.errors import Text

Language: TypeAlias = Literal["zh", "zh-TW", "en"]
_TRADITIONAL = frozenset({"tw", "hk", "mo", "hant"})
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


def said(text: Text, language: str) -> str:
    """Returns a message in one of our languages."""
    if language == "en":
        return text.en
    return _traditional(text.zh) if language == "zh-TW" else text.zh


@lru_cache(maxsize=1024)
def _traditional(text: str) -> str:
    return str(_converter().convert(text))


@lru_cache(maxsize=1)
def _converter() -> OpenCC:
    """Returns the converter, made at the first use: reading its dictionaries takes 0.1 s."""
    return OpenCC("s2twp")


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
    primary, *more = tag.strip().lower().replace("_", "-").split("-")
    if primary == "zh":
        return "zh-TW" if _TRADITIONAL.intersection(more) else "zh"
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
