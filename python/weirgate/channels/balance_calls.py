"""How each kind of upstream is asked for its balance, and where the number stands (contract §6.5).

Pure but for the sending that is handed in. OpenAI's way goes to the channel's own address, all
others to their vendor's.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import orjson

from weirgate.channels import types
from weirgate.channels.egress import Call, EgressError
from weirgate.channels.probe import join_url

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import date

    from weirgate.channels.egress import Egress
    from weirgate.channels.probe import ProbeTarget

USAGE_DAYS = 100
CENTS = 100
AIPROXY, API2GPT, AIGC2D, OPENROUTER, MOONSHOT, SILICONFLOW, DEEPSEEK = 10, 12, 13, 20, 25, 40, 43


class BalanceError(Exception):
    """The balance could not be read; the text names no key."""


@dataclass(frozen=True, slots=True)
class Question:
    """Everything that asking needs: the way out, the channel, the day, the price of a dollar."""

    egress: Egress
    target: ProbeTarget
    today: date
    price: float
    """Price of one US dollar in the shop's currency, for vendors that count in CNY."""


async def ask(question: Question) -> float:
    """Returns a channel's balance in US dollars (DeepSeek and SiliconFlow: as they say it).

    Raises:
        BalanceError: this kind of channel has no balance, or the upstream did not tell it.
    """
    asks = _ASKS.get(question.target.channel_type)
    if asks is None:
        raise BalanceError("尚未实现")
    balance = await asks(question)
    if not math.isfinite(balance):
        raise BalanceError("the upstream's balance is no number")
    return balance


async def _openai(question: Question) -> float:
    base = question.target.base_url
    path = "/v1/dashboard/billing/subscription"
    subscription = await _get(question, join_url(base, path))
    # The end is exclusive: tomorrow takes today in.
    start, end = question.today - timedelta(USAGE_DAYS), question.today + timedelta(1)
    path = f"/v1/dashboard/billing/usage?start_date={start}&end_date={end}"
    usage = await _get(question, join_url(base, path))
    return _number(subscription, "hard_limit_usd") - _number(usage, "total_usage") / CENTS


async def _aiproxy(question: Question) -> float:
    headers = {"api-key": question.target.key}
    answer = await _get(question, "https://aiproxy.io/api/report/getUserOverview", headers)
    return _number(_inner(answer), "totalPoints")


async def _api2gpt(question: Question) -> float:
    url = "https://api.api2gpt.com/dashboard/billing/credit_grants"
    return _number(await _get(question, url), "total_remaining")


async def _aigc2d(question: Question) -> float:
    url = "https://api.aigc2d.com/dashboard/billing/credit_grants"
    return _number(await _get(question, url), "total_available")


async def _openrouter(question: Question) -> float:
    answer = _inner(await _get(question, "https://openrouter.ai/api/v1/credits"))
    return _number(answer, "total_credits") - _number(answer, "total_usage")


async def _moonshot(question: Question) -> float:
    answer = _inner(await _get(question, "https://api.moonshot.cn/v1/users/me/balance"))
    if question.price <= 0:
        raise BalanceError("option Price is not above 0")
    return _number(answer, "available_balance") / question.price


async def _siliconflow(question: Question) -> float:
    answer = _inner(await _get(question, "https://api.siliconflow.cn/v1/user/info"))
    return _number(answer, "totalBalance")


async def _deepseek(question: Question) -> float:
    answer = await _get(question, "https://api.deepseek.com/user/balance")
    listed = answer.get("balance_infos")
    for row in listed if isinstance(listed, list) else []:
        if isinstance(row, dict) and row.get("currency") == "CNY":
            return _number(row, "total_balance")
    raise BalanceError("the upstream names no balance in CNY")


_ASKS: dict[int, Callable[[Question], Awaitable[float]]] = {
    types.OPENAI: _openai,
    types.CUSTOM: _openai,
    AIPROXY: _aiproxy,
    API2GPT: _api2gpt,
    AIGC2D: _aigc2d,
    OPENROUTER: _openrouter,
    MOONSHOT: _moonshot,
    SILICONFLOW: _siliconflow,
    DEEPSEEK: _deepseek,
}


async def _get(
    question: Question, url: str, headers: dict[str, str] | None = None
) -> dict[str, Any]:
    target = question.target
    sent = headers or {"authorization": f"Bearer {target.key}"}
    call = Call(method="GET", url=url, headers=sent, way=target.way)
    try:
        reply = await question.egress.send(call)
    except EgressError as error:
        raise BalanceError(str(error)) from error
    if not reply.is_good:
        raise BalanceError(f"status code: {reply.status}")
    try:
        answer = orjson.loads(reply.body)
    except orjson.JSONDecodeError as error:
        raise BalanceError("the upstream did not answer with JSON") from error
    if not isinstance(answer, dict):
        raise BalanceError("the upstream did not answer with a balance")
    return answer


def _inner(answer: dict[str, Any]) -> dict[str, Any]:
    inner = answer.get("data")
    if not isinstance(inner, dict):
        raise BalanceError("the upstream did not answer with a balance")
    return inner


def _number(answer: dict[str, Any], name: str) -> float:
    value = answer.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise BalanceError(f"the upstream names no {name}")
    try:
        return float(value)
    except ValueError as error:
        raise BalanceError(f"the upstream names no {name}") from error
