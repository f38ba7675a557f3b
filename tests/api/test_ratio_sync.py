"""Comparing prices with other gateways: whose, and where they differ."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from weirgate.channels.egress import Reply

from tests.api.conftest import ADAM, ROOT, Plane
from tests.api.test_channels import add
from tests.support.refusals import Refusal

CONFIG = "http://a.test/api/ratio_config"


def publish(site: Plane, url: str, body: object, status: int = 200) -> None:
    site.egress.answers[url] = Reply(status, orjson.dumps(body))


def fetch(site: Plane, **body: object) -> dict[str, Any]:
    answer = site.as_user(ROOT).post("/api/ratio_sync/fetch", json=body)
    assert answer.status_code == 200
    shown: dict[str, Any] = answer.json()
    return shown


def test_channels_with_an_address_may_be_compared_with(site: Plane) -> None:
    add(site, name="own", base_url="http://a.test")
    add(site, name="the vendor's", base_url="")
    add(site, name="no address", base_url="", type=8)
    listed = site.as_user(ROOT).get("/api/ratio_sync/channels").json()["data"]
    assert [(row["id"], row["name"], row["base_url"]) for row in listed] == [
        (1, "own", "http://a.test"),
        (2, "the vendor's", "https://api.openai.com"),
        (-100, "官方倍率预设", "https://basellm.github.io"),
    ]
    refused = site.as_user(ADAM).get("/api/ratio_sync/channels").json()
    assert not refused["success"]


def test_only_what_differs_is_shown(site: Plane) -> None:
    add(site, name="a", base_url="http://a.test/v1")
    data = {
        "model_ratio": {"gpt-4o": 1.25, "gpt-4o-mini": 1, "new": 37.5},
        "completion_ratio": {"new": 1},
        "model_price": {"dall-e-3": 0.04, "bad": "x"},
    }
    publish(site, CONFIG, {"success": True, "data": data})
    found = fetch(site, channel_ids=[1])["data"]
    assert found["test_results"] == [{"name": "a(1)", "status": "success", "error": None}]
    differences = found["differences"]
    assert set(differences) == {"gpt-4o-mini", "new"}
    assert differences["gpt-4o-mini"] == {
        "model_ratio": {
            "current": 0.075, "upstreams": {"a(1)": 1.0}, "confidence": {"a(1)": True},
        }
    }  # fmt: skip
    assert differences["new"]["model_ratio"]["current"] is None
    assert differences["new"]["model_ratio"]["confidence"] == {"a(1)": False}


def test_several_gateways_of_both_forms_stand_side_by_side(site: Plane) -> None:
    publish(site, CONFIG, {"success": True, "data": {"model_ratio": {"gpt-4o": 1.25}}})
    rows = [
        {"model_name": "gpt-4o", "quota_type": 0, "model_ratio": 2, "completion_ratio": 4},
        {"model_name": "dall-e-3", "quota_type": 1, "model_price": 0.05, "model_ratio": 9},
    ]
    publish(site, "http://b.test/x/pricing", {"success": True, "data": rows})
    upstreams = [
        {"id": 7, "name": "a", "base_url": "http://a.test/"},
        {"id": 8, "name": "b", "endpoint": "http://b.test/x/pricing"},
    ]
    differences = fetch(site, upstreams=upstreams)["data"]["differences"]
    assert differences["gpt-4o"]["model_ratio"]["upstreams"] == {"a(7)": "same", "b(8)": 2.0}
    assert differences["dall-e-3"] == {
        "model_price": {
            "current": 0.04, "upstreams": {"a(7)": None, "b(8)": 0.05},
            "confidence": {"a(7)": True, "b(8)": True},
        }
    }  # fmt: skip
    assert [call.headers for call in site.egress.calls] == [{"accept": "application/json"}] * 2


@pytest.mark.parametrize(
    ("body", "status", "error"),
    [
        ({}, 500, "status code: 500"),
        ({"success": False, "message": "off"}, 200, "off"),
        ([], 200, "the upstream published no prices"),
        ({"data": "x"}, 200, "the upstream published no prices"),
    ],
)
def test_a_gateway_that_publishes_nothing_says_why(
    site: Plane, body: object, status: int, error: str
) -> None:
    publish(site, CONFIG, body, status)
    found = fetch(site, upstreams=[{"id": 1, "name": "a", "base_url": "http://a.test"}])["data"]
    assert found == {
        "differences": {},
        "test_results": [{"name": "a(1)", "status": "error", "error": error}],
    }


def test_metadata_addresses_are_never_asked(site: Plane) -> None:
    found = fetch(site, upstreams=[{"id": 1, "name": "a", "base_url": "http://169.254.169.254"}])
    assert "metadata" in found["data"]["test_results"][0]["error"]


@pytest.mark.parametrize(
    "body", [{}, {"channel_ids": [9]}, {"upstreams": [{"id": 1, "base_url": "file:///etc"}]}]
)
def test_without_a_usable_gateway_it_is_refused(site: Plane, body: dict[str, object]) -> None:
    assert fetch(site, **body) == Refusal("无有效上游渠道")


def test_a_body_that_is_no_json_is_400(site: Plane) -> None:
    assert site.as_user(ROOT).post("/api/ratio_sync/fetch", content=b"{").status_code == 400
