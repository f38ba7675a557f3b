"""Options, status, public texts, groups and prices over HTTP."""

import orjson
import pytest

from tests.api.conftest import ADAM, ALICE, PRICES, ROOT, Plane
from tests.api.test_channels import add
from tests.support.refusals import Refusal


def options(site: Plane) -> dict[str, str]:
    rows = site.as_user(ROOT).get("/api/option/").json()["data"]
    return {row["key"]: row["value"] for row in rows}


def put(site: Plane, key: str, value: object) -> dict[str, object]:
    found: dict[str, object] = (
        site.as_user(ROOT).put("/api/option/", json={"key": key, "value": value}).json()
    )
    return found


@pytest.mark.parametrize(
    ("value", "text"), [(True, "true"), (0.25, "0.25"), (7, "7"), ("as it is", "as it is")]
)
def test_any_scalar_is_stored_as_text(site: Plane, value: object, text: str) -> None:
    assert put(site, "MyUnknownOption", value) == {"success": True, "message": ""}
    assert options(site)["MyUnknownOption"] == text


def test_defaults_are_listed_and_overridden(site: Plane) -> None:
    assert options(site)["RetryTimes"] == "3"
    put(site, "RetryTimes", 1)
    assert options(site)["RetryTimes"] == "1"
    assert site.changes[-1].routing


def test_secrets_can_be_written_but_never_read(site: Plane) -> None:
    for key in ("SMTPToken", "GitHubClientSecret", "EpayKey", "oidc.client_secret"):
        assert put(site, key, "very-secret")["success"]
        assert key not in options(site)
    assert "very-secret" not in site.as_user(ROOT).get("/api/option/").text
    assert "very-secret" not in site.visitor().get("/api/status").text


def test_a_bad_value_is_refused_with_a_reason_and_not_stored(site: Plane) -> None:
    answer = put(site, "GroupRatio", '{"a":-1}')
    assert answer == Refusal("group ratio must be not less than 0: a")
    assert "GitHub" in str(put(site, "GitHubOAuthEnabled", value=True)["message"])
    assert orjson.loads(options(site)["GroupRatio"]) == {"default": 1, "vip": 1, "svip": 1}


def test_a_body_that_is_no_json_is_400(site: Plane) -> None:
    answer = site.as_user(ROOT).put("/api/option/", content=b"{")
    assert (answer.status_code, answer.json()["success"]) == (400, False)


def test_model_ratios_go_back_to_the_relays_defaults(site: Plane) -> None:
    put(site, "ModelRatio", '{"gpt-4o":9}')
    answer = site.as_user(ROOT).post("/api/option/rest_model_ratio", json={}).json()
    assert answer == {"success": True, "message": "重置模型倍率成功"}
    assert orjson.loads(options(site)["ModelRatio"]) == PRICES["model_ratio"]


def test_the_status_has_the_union_of_the_familys_keys(site: Plane) -> None:
    data = site.visitor().get("/api/status/").json()["data"]
    assert data["setup"] is True
    assert data["quota_per_unit"] == 500_000
    expected = {
        "system_name": "New API",
        "version": "v0.0.0-test",
        "start_time": 1_795_246_141,
        "price": 7.3,
        "usd_exchange_rate": 7.3,
        "stripe_unit_price": 8,
        "quota_display_type": "USD",
        "custom_currency_symbol": "¤",
        "docs_link": "https://docs.newapi.pro",
        "server_address": "http://localhost:3000",
        "passkey_rp_id": "localhost:3000",
        "data_export_default_time": "hour",
        "api_info": [],
        "checkin_enabled": False,
        "email_verification": False,
        "display_in_currency": True,
        "min_topup": 1,
        "_qn": "new-api",
    }
    assert {name: data[name] for name in expected} == expected
    assert isinstance(data["chats"], list)


def test_a_hidden_card_is_not_sent(site: Plane) -> None:
    put(site, "console_setting.faq_enabled", value=False)
    data = site.visitor().get("/api/status").json()["data"]
    assert data["faq_enabled"] is False
    assert "faq" not in data


@pytest.mark.parametrize(
    ("path", "key"),
    [
        ("/api/notice", "Notice"),
        ("/api/about", "About"),
        ("/api/home_page_content", "HomePageContent"),
        ("/api/user-agreement", "legal.user_agreement"),
    ],
)
def test_public_texts_are_what_root_wrote(site: Plane, path: str, key: str) -> None:
    assert site.visitor().get(path).json() == {"success": True, "message": "", "data": ""}
    put(site, key, "# hello")
    assert site.visitor().get(path).json()["data"] == "# hello"


def test_groups_are_listed_with_the_callers_ratios(site: Plane) -> None:
    put(site, "GroupRatio", '{"default":1,"vip":0.8,"svip":0.5}')
    put(site, "UserUsableGroups", '{"default":"d","vip":"v","auto":"a"}')
    put(site, "GroupGroupRatio", '{"default":{"vip":0.7}}')
    for path in ("/api/group/", "/api/group"):
        names = site.as_user(ADAM).get(path, follow_redirects=True).json()["data"]
        assert names == ["default", "vip", "svip"]
    public = site.visitor().get("/api/user/groups").json()["data"]
    assert public["vip"] == {"ratio": 0.8, "desc": "v"}
    own = site.as_user(ALICE).get("/api/user/self/groups").json()["data"]
    assert own == {
        "default": {"ratio": 1, "desc": "d"},
        "vip": {"ratio": 0.7, "desc": "v"},
        "auto": {"ratio": "自动", "desc": "a"},
    }


def test_prices_are_shown_to_visitors_and_narrowed_for_users(site: Plane) -> None:
    add(site, models="gpt-4o,dall-e-3", group="default")
    pricing = site.visitor().get("/api/pricing").json()
    assert pricing["success"] is True
    assert pricing["data"] == [
        {
            "model_name": "dall-e-3",
            "vendor_id": 1,
            "quota_type": 1,
            "model_ratio": 0,
            "model_price": 0.04,
            "owner_by": "",
            "completion_ratio": 1,
            "enable_groups": ["default"],
            "supported_endpoint_types": ["image-generation"],
        },
        {
            "model_name": "gpt-4o",
            "vendor_id": 1,
            "quota_type": 0,
            "model_ratio": 1.25,
            "model_price": 0,
            "owner_by": "",
            "completion_ratio": 4,
            "enable_groups": ["default"],
            "supported_endpoint_types": ["openai"],
        },
    ]
    assert pricing["vendors"] == [{"id": 1, "name": "OpenAI", "icon": "OpenAI"}]
    assert pricing["group_ratio"] == {"default": 1, "vip": 1, "svip": 1}
    assert pricing["usable_group"] == {"default": "默认分组", "vip": "vip分组", "svip": "svip"}
    assert pricing["auto_groups"] == ["default"]
    assert pricing["supported_endpoint"]["openai"] == {
        "path": "/v1/chat/completions",
        "method": "POST",
    }
    own = site.as_user(ALICE).get("/api/pricing").json()
    assert set(own["group_ratio"]) == {"default", "vip"}


def test_ratios_are_published_only_on_request(site: Plane) -> None:
    hidden = site.visitor().get("/api/ratio_config")
    assert (hidden.status_code, hidden.json()["message"]) == (403, "倍率配置接口未启用")
    put(site, "ExposeRatioEnabled", value=True)
    shown = site.visitor().get("/api/ratio_config").json()["data"]
    assert shown["model_ratio"] == PRICES["model_ratio"]
