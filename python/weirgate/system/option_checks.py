"""Checks of an option that need other options: a sign-in way cannot be on without its ids.

Pure; called by the option service after the registry's type check.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import orjson

from weirgate._core import price_expression_fault
from weirgate.system.option_keys import MAX_RATIO, OptionError

if TYPE_CHECKING:
    from weirgate.system.option_keys import OptionValues

_NEEDED: dict[str, tuple[tuple[str, ...], str]] = {
    "GitHubOAuthEnabled": (
        ("GitHubClientId",),
        "无法启用 GitHub OAuth，请先填入 GitHub Client Id 以及 GitHub Client Secret！",
    ),
    "discord.enabled": (
        ("discord.client_id",),
        "无法启用 Discord OAuth，请先填入 Discord Client Id 以及 Discord Client Secret！",
    ),
    "oidc.enabled": (
        ("oidc.client_id",),
        "无法启用 OIDC 登录，请先填入 OIDC Client Id 以及 OIDC Client Secret！",
    ),
    "LinuxDOOAuthEnabled": (
        ("LinuxDOClientId",),
        "无法启用 LinuxDO OAuth，请先填入 LinuxDO Client Id 以及 LinuxDO Client Secret！",
    ),
    "WeChatAuthEnabled": (
        ("WeChatServerAddress",),
        "无法启用微信登录，请先填入微信登录相关配置信息！",
    ),
    "TelegramOAuthEnabled": (
        ("TelegramBotToken",),
        "无法启用 Telegram OAuth，请先填入 Telegram Bot Token！",
    ),
    "TurnstileCheckEnabled": (
        ("TurnstileSiteKey",),
        "无法启用 Turnstile 校验，请先填入 Turnstile 校验相关配置信息！",
    ),
    "EmailDomainRestrictionEnabled": (
        ("EmailDomainWhitelist",),
        "无法启用邮箱域名限制，请先填入限制的邮箱域名！",
    ),
}
_NOT_NEGATIVE = (
    "RetryTimes", "QuotaForNewUser", "QuotaForInviter", "QuotaForInvitee", "MinTopUp",
    "StripeMinTopUp", "Price", "StripeUnitPrice", "USDExchangeRate", "checkin_setting.min_quota",
    "checkin_setting.max_quota",
)  # fmt: skip
MAX_RETRY_TIMES = 100
MAX_METHOD_TYPE = 50
_CHOICES = {
    "auth.user_header": ("strict", "exempt"),
    "general_setting.quota_display_type": ("USD", "CNY", "TOKENS", "CUSTOM"),
    "weirgate.midstream_exhausted": ("cut", "finish"),
    "weirgate.rate_limit_headers": ("true", "false"),
    "weirgate.unset_model_price": ("refuse", "fallback"),
}
BY_EXPRESSION = "tiered_expr"
BILLING_MODES = ("ratio", "price", BY_EXPRESSION)
_OWN_NUMBERS = ("_ms", "_tokens", "_window", "_failures")
_LONGEST_NUMBER = 9


def check_option(key: str, text: str, values: OptionValues) -> None:
    """Checks a new text against the rules between options.

    Raises:
        OptionError: the text is refused; the message says why.
    """
    if key in _NEEDED and text == "true":
        needed, message = _NEEDED[key]
        if any(not values.text(name) for name in needed):
            raise OptionError(message)
    _check_bounds(key, text)
    shape_check = _SHAPES.get(key)
    if shape_check is not None:
        shape_check(key, text)


def _check_bounds(key: str, text: str) -> None:
    if key in _CHOICES and text not in _CHOICES[key]:
        raise OptionError(f"{key} must be one of {', '.join(_CHOICES[key])}")
    if key.startswith("weirgate.") and key.endswith(_OWN_NUMBERS):
        _check_own_number(key, text)
    if key == "QuotaPerUnit" and int(text) <= 0:
        raise OptionError("QuotaPerUnit must be greater than 0")
    if key in _NOT_NEGATIVE and Decimal(text) < 0:
        raise OptionError(f"{key} must be not less than 0")
    if key == "RetryTimes" and int(text) > MAX_RETRY_TIMES:
        raise OptionError(f"RetryTimes must be at most {MAX_RETRY_TIMES}")


def _check_own_number(key: str, text: str) -> None:
    is_number = text.isascii() and text.isdigit() and len(text) <= _LONGEST_NUMBER
    if text and not is_number:
        raise OptionError(f"{key} must be a natural number of at most {_LONGEST_NUMBER} digits")


def _check_status_ranges(key: str, text: str) -> None:
    for part in filter(None, (piece.strip() for piece in text.split(","))):
        first, _, last = part.partition("-")
        bounds = (first, last or first)
        if not all(bound.isascii() and bound.isdigit() for bound in bounds):
            raise OptionError(f"{key}: not a status or range: {part[:40]}")
        low, high = (int(bound) for bound in bounds)
        if not 100 <= low <= high <= 599:
            raise OptionError(f"{key}: not a status or range: {part[:40]}")


def _check_rate_groups(key: str, text: str) -> None:
    for group, limits in (orjson.loads(text) if text else {}).items():
        is_pair = isinstance(limits, list) and len(limits) == 2
        if not is_pair or not all(type(limit) is int for limit in limits):
            raise OptionError(f"{key}: {group} must be [total, success]")
        if limits[0] < 0 or limits[1] < 1:
            raise OptionError(f"{key}: {group} must have total >= 0 and success >= 1")


def _check_nested_ratios(key: str, text: str) -> None:
    for group, ratios in (orjson.loads(text) if text else {}).items():
        if not isinstance(ratios, dict):
            raise OptionError(f"{key}: {group} must be a JSON object")
        for name, ratio in ratios.items():
            is_number = isinstance(ratio, int | float) and not isinstance(ratio, bool)
            if not is_number or not 0 <= ratio <= MAX_RATIO:
                raise OptionError(
                    f"{key}: ratio must be not less than 0 and at most {MAX_RATIO}: {group}.{name}"
                )


def _check_time_zone(key: str, text: str) -> None:
    try:
        ZoneInfo(text or "UTC")
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise OptionError(f"{key}: no such time zone: {text[:40]}") from error


def _check_pay_methods(key: str, text: str) -> None:
    for method in orjson.loads(text) if text else []:
        named = isinstance(method, dict) and all(
            isinstance(method.get(field), str) and method[field] for field in ("name", "type")
        )
        if not named:
            raise OptionError(f"{key}: every method needs a name and a type")
        if len(method["type"]) > MAX_METHOD_TYPE:
            raise OptionError(f"{key}: a type has more than {MAX_METHOD_TYPE} characters")


def _check_discounts(key: str, text: str) -> None:
    for amount, factor in (orjson.loads(text) if text else {}).items():
        is_amount = amount.isascii() and amount.isdigit()
        is_number = isinstance(factor, int | float) and not isinstance(factor, bool)
        if not is_amount or not is_number or not 0 < factor <= 1:
            raise OptionError(f"{key}: {amount[:40]} must be an amount with a factor up to 1")


def _check_names(key: str, text: str) -> None:
    if text and not all(isinstance(name, str) for name in orjson.loads(text)):
        raise OptionError(f"{key} must be a JSON array of names")


def _check_billing_modes(key: str, text: str) -> None:
    for model, mode in (orjson.loads(text) if text else {}).items():
        if mode not in BILLING_MODES:
            raise OptionError(f"{key}: {model[:80]} must be one of {', '.join(BILLING_MODES)}")


def _check_expressions(key: str, text: str) -> None:
    for model, expression in (orjson.loads(text) if text else {}).items():
        if not isinstance(expression, str):
            raise OptionError(f"{key}: {model[:80]} must have a text")
        fault = price_expression_fault(expression)
        if fault is not None:
            raise OptionError(f"{key}: {model[:80]}: {fault}")


_SHAPES = {
    "billing_setting.billing_mode": _check_billing_modes,
    "billing_setting.billing_expr": _check_expressions,
    "AutomaticDisableStatusCodes": _check_status_ranges,
    "AutomaticRetryStatusCodes": _check_status_ranges,
    "ModelRequestRateLimitGroup": _check_rate_groups,
    "GroupGroupRatio": _check_nested_ratios,
    "AutoGroups": _check_names,
    "PayMethods": _check_pay_methods,
    "payment_setting.amount_discount": _check_discounts,
    "weirgate.time_zone": _check_time_zone,
}
