"""How a user is notified: what is saved, what is refused, and that secrets stay unread."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from weirgate.accounts.preferences import STARS, secret_of
from weirgate.store.tables import User

from tests.api.conftest import ADAM, ALICE, Plane
from tests.support.refusals import Refusal

SAVED = {"success": True, "message": "设置已更新", "data": None}
BASE = {"notify_type": "email", "quota_warning_threshold": 500_000}
WEBHOOK = BASE | {
    "notify_type": "webhook",
    "webhook_url": "https://hooks.example.org/a",
    "webhook_secret": "canary-hook",
}


def save(site: Plane, **fields: object) -> dict[str, Any]:
    client = site.as_user(ALICE)
    answer: dict[str, Any] = client.put("/api/user/setting", json=BASE | fields).json()
    return answer


def setting(site: Plane) -> dict[str, Any]:
    own = site.as_user(ALICE).get("/api/user/self").json()["data"]
    found: dict[str, Any] = orjson.loads(own["setting"])
    return found


def stored(site: Plane) -> str:
    async def read() -> str:
        async with site.management.store.unit_of_work(write=False) as uow:
            user = await uow.session.get(User, ALICE)
            assert user is not None
            return user.setting

    return site.management.run(read())


def test_what_is_saved_is_read_back_and_the_console_keeps_its_part(site: Plane) -> None:
    client = site.as_user(ALICE)
    client.put("/api/user/self", json={"language": "en"})
    answer = save(site, notification_email="alice@example.org", record_ip_log=True)
    assert answer == SAVED | {"message": "the settings were saved"}
    assert setting(site) == {
        "language": "en",
        "notify_type": "email",
        "quota_warning_threshold": 500_000.0,
        "notification_email": "alice@example.org",
        "accept_unset_model_ratio_model": False,
        "record_ip_log": True,
    }


def test_a_secret_is_sealed_shown_as_stars_and_kept_when_the_stars_come_back(site: Plane) -> None:
    assert save(site, **WEBHOOK) == SAVED
    assert setting(site)["webhook_secret"] == STARS
    rows = site.as_user(ADAM).get("/api/user/").text
    assert "canary-hook" not in stored(site) + rows
    assert save(site, **WEBHOOK | {"webhook_secret": "***"}) == SAVED
    values = orjson.loads(stored(site))
    assert secret_of(values, "webhook_secret", ALICE, site.sealer) == "canary-hook"
    assert save(site, **WEBHOOK | {"webhook_secret": ""}) == SAVED
    assert secret_of(orjson.loads(stored(site)), "webhook_secret", ALICE, site.sealer) == ""


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"notify_type": "pigeon"}, "无效的预警类型"),
        ({"quota_warning_threshold": 0}, "预警阈值必须大于 0"),
        ({"quota_warning_threshold": -1}, "预警阈值必须大于 0"),
        ({"notification_email": "nobody"}, "无效的邮箱地址"),
        ({"notify_type": "webhook"}, "无效的 Webhook 地址"),
        ({"notify_type": "webhook", "webhook_url": "file:///etc/passwd"}, "无效的 Webhook 地址"),
        ({"notify_type": "bark", "bark_url": "bark"}, "无效的 Bark 地址"),
        ({"notify_type": "gotify", "gotify_url": "https://g"}, "无效的 Gotify 地址或令牌"),
    ],
)
def test_what_does_not_fit_is_refused_and_changes_nothing(
    site: Plane, wrong: dict[str, object], message: str
) -> None:
    before = stored(site)
    assert save(site, **wrong) == Refusal(message)
    assert stored(site) == before


def test_bark_and_gotify_are_saved_with_a_priority_in_range(site: Plane) -> None:
    assert save(site, notify_type="bark", bark_url="https://bark.example.org/key")["success"]
    assert setting(site)["bark_url"] == "https://bark.example.org/key"
    gotify = {"gotify_url": "https://g.example.org", "gotify_token": "canary-gotify"}
    assert save(site, notify_type="gotify", gotify_priority=99, **gotify)["success"]
    shown = setting(site)
    assert (shown["gotify_priority"], shown["gotify_token"]) == (5, "***")
    assert "bark_url" not in shown
