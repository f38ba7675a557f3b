"""What is logged of management acts, and how often one may knock."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select
from weirgate.errors import TooManyRequestsError
from weirgate.settings import Settings
from weirgate.store.tables import LogOutbox
from weirgate.web.limits import FixedLimit, FixedLimits, Limiter
from weirgate.web.router import Limit

from tests.api.conftest import (
    ADAM,
    ALICE,
    PASSWORD,
    ROOT,
    Plane,
    domain_routes,
    running_plane,
    set_up,
)
from tests.support.refusals import Refusal

STRICT = FixedLimits(
    critical=FixedLimit(enabled=True, count=3, window_s=60),
    search=FixedLimit(enabled=True, count=2, window_s=60),
)


def trail(site: Plane) -> list[LogOutbox]:
    async def read() -> list[LogOutbox]:
        async with site.management.store.unit_of_work(write=False) as uow:
            return list((await uow.session.scalars(select(LogOutbox).order_by(LogOutbox.id))).all())

    return site.management.run(read())


def test_acts_of_administrators_leave_a_trail_with_who_and_what(site: Plane) -> None:
    channel = {"type": 1, "name": "c", "key": "sk-top-secret", "models": "m", "group": "default"}
    site.as_user(ADAM).post("/api/channel/", json={"mode": "single", "channel": channel})
    site.as_user(ROOT).put("/api/option/", json={"key": "SMTPToken", "value": "mail-secret"})
    body = {"id": ALICE, "action": "add_quota", "mode": "add", "value": 7}
    site.as_user(ADAM).post("/api/user/manage", json=body)
    login = {"username": "root", "password": PASSWORD}
    site.visitor("198.51.100.9").post("/api/user/login", json=login)
    rows = trail(site)[1:]
    assert [(row.type, row.user_id, row.quota, row.ip) for row in rows] == [
        (3, ADAM, 0, "127.0.0.1"),
        (3, ROOT, 0, "127.0.0.1"),
        (3, ALICE, 7, "127.0.0.1"),
        (7, ROOT, 0, "198.51.100.9"),
    ]
    assert "adam" in rows[2].content
    text = " ".join(row.content for row in rows)
    for secret in ("sk-top-secret", "mail-secret", PASSWORD):
        assert secret not in text


def test_a_refused_act_leaves_no_trail(site: Plane) -> None:
    before = len(trail(site))
    site.as_user(ADAM).post("/api/user/manage", json={"id": ROOT, "action": "disable"})
    site.as_user(ROOT).put("/api/option/", json={"key": "RetryTimes", "value": "x"})
    site.visitor().post("/api/user/login", json={"username": "root", "password": "wrong one"})
    assert len(trail(site)) == before


@pytest.fixture
def strict(tmp_path: Path) -> Iterator[Plane]:
    with running_plane(tmp_path, limits=STRICT) as running:
        yield set_up(running)


def test_guessing_passwords_ends_in_429_for_that_address_alone(strict: Plane) -> None:
    guess = {"username": "root", "password": "guess"}
    here, elsewhere = strict.visitor("198.51.100.1"), strict.visitor("198.51.100.2")
    statuses = [here.post("/api/user/login", json=guess).status_code for _ in range(4)]
    assert statuses == [200, 200, 200, 429]
    refused = here.post("/api/user/login", json=guess)
    assert refused.content == b""
    assert elsewhere.post("/api/user/login", json=guess).status_code == 200
    strict.management.clock.advance(61)
    assert here.post("/api/user/login", json=guess).status_code == 200


def test_searching_keys_is_limited_for_each_user(strict: Plane) -> None:
    client = strict.as_user(ALICE)
    statuses = [client.get("/api/token/search?keyword=x").status_code for _ in range(3)]
    assert statuses == [200, 200, 429]
    assert strict.as_user(ADAM).get("/api/token/search").status_code == 200


CRITICAL = {
    "POST /api/user/register", "POST /api/user/login", "POST /api/user/login/2fa",
    "POST /api/user/passkey/login/begin", "POST /api/user/passkey/login/finish",
    "POST /api/user/passkey/verify/begin", "POST /api/user/passkey/verify/finish",
    "POST /api/user/reset", "POST /api/verify", "POST /api/channel/:id/key",
    "GET /api/oauth/state", "GET /api/oauth/github", "GET /api/oauth/oidc",
    "GET /api/oauth/linuxdo", "GET /api/oauth/wechat", "GET /api/oauth/telegram/login",
    "GET /api/oauth/email/bind", "POST /api/oauth/email/bind", "GET /api/oauth/wechat/bind",
    "POST /api/oauth/wechat/bind", "GET /oauth/:provider", "POST /api/keys/:id/token",
}  # fmt: skip


def test_what_can_be_guessed_at_is_limited(plane: Plane) -> None:
    limited = {
        f"{route.method} {route.path}"
        for route in domain_routes(plane)
        if route.limit is Limit.CRITICAL
    }
    assert limited >= CRITICAL
    mails = [route.path for route in domain_routes(plane) if route.limit is Limit.EMAIL]
    assert sorted(mails) == ["/api/reset_password", "/api/verification"]


def test_asking_for_mails_is_limited_and_says_so(tmp_path: Path) -> None:
    few = FixedLimits(email=FixedLimit(enabled=True, count=2, window_s=30))
    with running_plane(tmp_path, limits=few) as running:
        visitor = set_up(running).visitor()
        path = "/api/verification?email=bob@example.org"
        answers = [visitor.get(path) for _ in range(3)]
        assert [answer.status_code for answer in answers] == [200, 200, 429]
        assert answers[2].json() == Refusal("请求过于频繁")
        assert int(answers[2].headers["retry-after"]) <= 30
        running.management.clock.advance(31)
        assert visitor.get(path).status_code == 200


def test_exports_are_limited_for_each_address(tmp_path: Path) -> None:
    one = FixedLimit(enabled=True, count=1, window_s=60)
    limiter = Limiter(FixedLimits(download=one), lambda: 0)
    limiter.check("download", "198.51.100.1")
    limiter.check("download", "198.51.100.2")
    with pytest.raises(TooManyRequestsError) as refused:
        limiter.check("download", "198.51.100.1")
    assert refused.value.headers == (("retry-after", "60"),)
    served = Settings(data_dir=tmp_path)
    assert (served.download.enabled, served.download.count, served.download.window_s) == (
        True,
        10,
        60,
    )
