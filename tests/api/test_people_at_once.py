"""People who do the same thing at the same time, on SQLite and on PostgreSQL: once means once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from tests.api.conftest import ALICE, ROOT, Plane, set_up
from tests.api.test_at_once import AT_ONCE, at_once, either
from tests.api.test_oauth import USERS, begin, finish, options
from tests.api.test_registration import code_for, own, put
from tests.api.test_second_factor import HASH, LOGIN, now_code, with_factor
from tests.support.identity_provider import identity_provider
from tests.support.mail_server import mail_server
from tests.support.postgres import postgres_server, postgres_url

if TYPE_CHECKING:
    import httpx

__all__ = ["either", "postgres_server", "postgres_url"]


def test_every_invited_one_counts_and_the_reward_moves_once(either: Plane) -> None:
    site = set_up(either)
    put(site, QuotaForInviter=100_000, QuotaForInvitee=5)
    aff = site.as_user(ALICE).get("/api/user/aff").json()["data"]
    visitors = [site.visitor() for _ in range(AT_ONCE)]

    def register(number: int) -> httpx.Response:
        form = {"username": f"bob{number}", "password": "bobs horse", "aff_code": aff}
        return visitors[number].post("/api/user/register", json=form)

    assert all(at_once(register))
    assert own(site, ALICE)["aff_count"] == AT_ONCE
    clients = [site.as_user(ALICE) for _ in range(AT_ONCE)]
    body = {"quota": 500_000}
    moved = at_once(lambda n: clients[n].post("/api/user/aff_transfer", json=body))
    assert moved.count(True) == 1
    alice = own(site, ALICE)
    assert (alice["aff_quota"], alice["quota"]) == (300_000, 1_500_000)
    assert site.verify().is_sound


def test_a_mailed_code_registers_one(either: Plane) -> None:
    site = set_up(either)
    with mail_server() as server:
        put(site, SMTPServer="127.0.0.1", SMTPPort=server.port, SMTPFrom="post@example.org")
        put(site, EmailVerificationEnabled=True)
        code = code_for(site, server, "bob@example.org")
    visitors = [site.visitor() for _ in range(AT_ONCE)]

    def register(number: int) -> httpx.Response:
        form = {"username": f"bob{number}", "password": "bobs horse"}
        proof = {"email": "bob@example.org", "verification_code": code}
        return visitors[number].post("/api/user/register", json=form | proof)

    assert at_once(register).count(True) == 1


def test_a_code_of_the_second_factor_opens_one_login(either: Plane) -> None:
    site = set_up(either)
    bob = site.add_user("bob", password_hash=HASH)
    _, secret, codes = with_factor(site, bob)
    for code in (now_code(site, secret), codes[0]):
        visitors = [site.visitor() for _ in range(AT_ONCE)]
        for visitor in visitors:
            assert visitor.post("/api/user/login", json=LOGIN).json()["success"]
        body = {"code": code}
        entered = at_once(lambda n: visitors[n].post("/api/user/login/2fa", json=body))  # noqa: B023
        assert entered.count(True) == 1
        site.management.clock.advance(600)


def test_setting_a_factor_up_at_once_leaves_one(either: Plane) -> None:
    site = set_up(either)
    clients = [site.as_user(ALICE) for _ in range(AT_ONCE)]
    # Many turns: what two transactions lock in which order shows only now and then.
    for _ in range(12):
        assert any(at_once(lambda n: clients[n].post("/api/user/2fa/setup", json={})))


def test_a_state_works_once_and_an_identity_makes_one_account(either: Plane) -> None:
    site = set_up(either)
    with identity_provider() as provider:
        put(site, **options(provider.url))
        visitor = site.visitor()
        state = begin(visitor)
        kept = visitor.cookies.get("oauth")
        thieves = [site.client(cookie=f"oauth={kept}") for _ in range(AT_ONCE)]
        for number in range(AT_ONCE):
            provider.give(f"code-{number}", **USERS["github"])

        def take(number: int) -> httpx.Response:
            return finish(thieves[number], "github", code=f"code-{number}", state=state)

        with ThreadPoolExecutor(AT_ONCE) as pool:
            statuses = sorted(answer.status_code for answer in pool.map(take, range(AT_ONCE)))
        assert statuses == [200] + [403] * (AT_ONCE - 1)
        visitors = [site.visitor() for _ in range(AT_ONCE)]
        states = [begin(each) for each in visitors]
        for number in range(AT_ONCE):
            provider.give(f"new-{number}", **USERS["oidc"])

        def arrive(number: int) -> httpx.Response:
            code = f"new-{number}"
            return finish(visitors[number], "oidc", code=code, state=states[number])

        assert any(at_once(arrive))
    total = site.as_user(ROOT).get("/api/user/").json()["data"]["total"]
    assert total == 5
    assert site.verify().is_sound
