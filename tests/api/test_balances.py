"""Balances of channels: each vendor's way, all of them as a job, empty ones switched off."""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson
import pytest
from weirgate.channels.egress import Reply
from weirgate.store.tables import Channel

from tests.api.conftest import ADAM, ALICE, Plane
from tests.api.test_channels import add, stored
from tests.support.refusals import Refusal

if TYPE_CHECKING:
    from collections.abc import Mapping

BILLING = "http://up.test/v1/dashboard/billing"


def answer(site: Plane, answers: Mapping[str, object]) -> None:
    site.egress.answers |= {url: Reply(200, orjson.dumps(body)) for url, body in answers.items()}


def update(site: Plane, channel_id: int = 1) -> dict[str, object]:
    found = site.as_user(ADAM).get(f"/api/channel/update_balance/{channel_id}")
    assert found.status_code == 200
    shown: dict[str, object] = found.json()
    return shown


@pytest.mark.parametrize(
    ("channel_type", "answers", "balance", "header"),
    [
        (1, {f"{BILLING}/subscription": {"hard_limit_usd": 120.5},
             f"{BILLING}/usage": {"total_usage": 2050}}, 100.0, "authorization"),
        (8, {f"{BILLING}/subscription": {"hard_limit_usd": 1},
             f"{BILLING}/usage": {"total_usage": 0}}, 1.0, "authorization"),
        (10, {"https://aiproxy.io/api/report/getUserOverview":
              {"success": True, "data": {"totalPoints": 7}}}, 7.0, "api-key"),
        (12, {"https://api.api2gpt.com/dashboard/billing/credit_grants":
              {"total_remaining": 3.5}}, 3.5, "authorization"),
        (13, {"https://api.aigc2d.com/dashboard/billing/credit_grants":
              {"total_available": 4}}, 4.0, "authorization"),
        (20, {"https://openrouter.ai/api/v1/credits":
              {"data": {"total_credits": 10, "total_usage": 2.5}}}, 7.5, "authorization"),
        (25, {"https://api.moonshot.cn/v1/users/me/balance":
              {"code": 0, "data": {"available_balance": 73}}}, 10.0, "authorization"),
        (40, {"https://api.siliconflow.cn/v1/user/info":
              {"data": {"totalBalance": "88.00"}}}, 88.0, "authorization"),
        (43, {"https://api.deepseek.com/user/balance":
              {"balance_infos": [{"currency": "USD", "total_balance": "1"},
                                 {"currency": "CNY", "total_balance": "12.30"}]}},
         12.3, "authorization"),
    ],
)  # fmt: skip
def test_each_vendor_tells_its_balance_its_own_way(
    site: Plane, channel_type: int, answers: dict[str, object], balance: float, header: str
) -> None:
    add(site, type=channel_type, base_url="http://up.test/v1", setting='{"proxy":"http://p:1"}')
    answer(site, answers)
    assert update(site) == {"success": True, "message": "", "balance": pytest.approx(balance)}
    assert all("sk-one" in call.headers[header] for call in site.egress.calls)
    assert all(call.way.proxy == "http://p:1" for call in site.egress.calls)
    channel = site.as_user(ADAM).get("/api/channel/1").json()["data"]
    assert channel["balance"] == pytest.approx(balance)
    assert channel["balance_updated_time"] > 0


def test_what_has_no_balance_says_so(site: Plane) -> None:
    add(site, type=3)
    assert update(site) == Refusal("尚未实现")
    add(site, "multi_to_single", key="a\nb")
    assert update(site, 2) == Refusal("多密钥渠道不支持余额查询")
    assert update(site, 9)["message"] == "record not found"
    refused = site.as_user(ALICE).get("/api/channel/update_balance/1").json()
    assert not refused["success"]


@pytest.mark.parametrize(
    ("reply", "message"),
    [
        (Reply(401, b"{}"), "status code: 401"),
        (Reply(200, b"<html>"), "the upstream did not answer with JSON"),
        (Reply(200, b'{"data":{}}'), "the upstream names no total_credits"),
        (Reply(200, b'{"data":{"total_credits":"x"}}'), "the upstream names no total_credits"),
        (Reply(200, b'{"data":{"total_credits":"nan","total_usage":1}}'),
         "the upstream's balance is no number"),
    ],
)  # fmt: skip
def test_an_answer_that_is_no_balance_keeps_the_last_one(
    site: Plane, reply: Reply, message: str
) -> None:
    add(site, type=20)
    site.egress.answers["https://openrouter.ai/api/v1/credits"] = reply
    assert update(site) == Refusal(message)
    assert stored(site, 1).balance_updated_time == 0


def test_all_balances_are_read_and_empty_channels_go_off(site: Plane) -> None:
    add(site, type=20, name="full")
    add(site, type=12, name="empty")
    add(site, type=12, name="empty and kept", auto_ban=0)
    add(site, type=3, name="no balance")
    add(site, "multi_to_single", key="a\nb", name="several")
    add(site, type=20, name="off by hand", status=2)
    answer(site, {
        "https://openrouter.ai/api/v1/credits": {"data": {"total_credits": 9, "total_usage": 1}},
        "https://api.api2gpt.com/dashboard/billing/credit_grants": {"total_remaining": 0},
    })  # fmt: skip
    client = site.as_user(ADAM)
    assert client.get("/api/channel/update_balance").json() == {"success": True, "message": ""}
    assert site.run_jobs() == ["channel-balance"]
    job = client.get("/api/weirgate/jobs/channel-balance").json()
    assert job["message"] == "3 of 5 balances read, 1 channels switched off"
    assert [channel.status for channel in site.rows(Channel)] == [1, 3, 1, 1, 1, 2]
    assert [channel.balance for channel in site.rows(Channel)] == [8, 0, 0, 0, 0, 0]
    assert [notice.content.en for notice in site.notices.told] == [
        'Channel "empty" (#2) was disabled: 余额不足'
    ]
