"""Private networks, channel by channel: root allows them, an administrator cannot, nor redirect."""

from typing import Any

import orjson
import pytest

from tests.api.conftest import ADAM, ROOT, Plane
from tests.api.test_channels import CHANNEL, add, stored

ALLOWED = '{"allow_private":true}'


def create(plane: Plane, user_id: int, setting: str) -> dict[str, Any]:
    body = {"mode": "single", "channel": {**CHANNEL, "setting": setting}}
    answer: dict[str, Any] = plane.as_user(user_id).post("/api/channel/", json=body).json()
    return answer


def update(plane: Plane, user_id: int, **fields: object) -> dict[str, Any]:
    answer = plane.as_user(user_id).put("/api/channel/", json={"id": 1, **fields})
    found: dict[str, Any] = answer.json()
    return found


def allows(plane: Plane) -> bool:
    return orjson.loads(stored(plane, 1).setting or "{}").get("allow_private") is True


def test_root_allows_private_networks_when_adding_and_when_changing(site: Plane) -> None:
    assert create(site, ROOT, ALLOWED)["success"]
    assert allows(site)
    assert update(site, ROOT, setting="{}")["success"]
    assert not allows(site)
    assert update(site, ROOT, setting=ALLOWED)["success"]
    assert allows(site)


def test_an_administrator_may_not_allow_them(site: Plane) -> None:
    refused = create(site, ADAM, ALLOWED)
    assert not refused["success"]
    assert "allow_private" in refused["message"]
    assert site.as_user(ADAM).get("/api/channel/").json()["data"]["total"] == 0
    add(site)
    refused = update(site, ADAM, setting=ALLOWED)
    assert not refused["success"]
    assert "allow_private" in refused["message"]
    assert not allows(site)
    assert update(site, ADAM, setting='{"allow_private":false}')["success"]


@pytest.mark.parametrize(
    "change",
    [
        {"base_url": "http://10.0.0.1"},
        {"setting": '{"allow_private":true,"proxy":"http://10.0.0.1:3128"}'},
    ],
)
def test_an_administrator_may_not_redirect_a_channel_that_has_them(
    site: Plane, change: dict[str, str]
) -> None:
    create(site, ROOT, ALLOWED)
    before = stored(site, 1)
    assert not update(site, ADAM, **change)["success"]
    after = stored(site, 1)
    assert (after.base_url, after.setting) == (before.base_url, before.setting)
    assert update(site, ROOT, **change)["success"]


def test_an_administrator_may_change_the_rest_and_take_the_permission_away(site: Plane) -> None:
    create(site, ROOT, ALLOWED)
    unmoved = {"name": "renamed", "base_url": CHANNEL["base_url"], "setting": ALLOWED}
    assert update(site, ADAM, **unmoved)["success"]
    assert allows(site)
    assert update(site, ADAM, base_url="http://up.test", setting="{}")["success"]
    assert not allows(site)


def test_only_true_and_false_are_understood(site: Plane) -> None:
    refused = create(site, ROOT, '{"allow_private":"yes"}')
    assert not refused["success"]
    assert "true or false" in refused["message"]


def test_a_test_call_goes_where_the_channel_may_go(site: Plane) -> None:
    body = {"key": "weirgate.allow_private_upstreams", "value": False}
    assert site.as_user(ROOT).put("/api/option/", json=body).json()["success"]
    create(site, ROOT, ALLOWED)
    add(site)
    for channel_id in (1, 2):
        site.as_user(ADAM).get(f"/api/channel/test/{channel_id}")
    assert [target.way.allow_private for target, _ in site.probe.asked] == [True, False]
