"""Every act of an administrator, one by one: who did what to what and from where, and no secret.

Walks the route table: each changing route of administrators and root is called so that it succeeds,
and must leave a row in the log of acts. A route that is not driven here fails the test.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from weirgate.channels.egress import Reply
from weirgate.store.tables import Passkey, SecondFactor, TopUp
from weirgate.system.audit import MANAGE
from weirgate.web.router import Permission, Route

from tests.api.conftest import ADAM, ALICE, PASSWORD, ROOT, Plane, domain_routes
from tests.api.test_trail_and_limits import trail
from tests.api.walk_requests import Asked, Maker, request_of, word

if TYPE_CHECKING:
    from collections.abc import Callable

IP = "198.51.100.77"
CANARY = "sk-canary-0123456789"
# They change nothing: they read from elsewhere, or show what would be.
READS = {
    ("POST", "/api/channel/fetch_models"),
    ("POST", "/api/custom-oauth-provider/discovery"),
    ("POST", "/api/ratio_sync/fetch"),
    ("POST", "/api/weirgate/history/preview"),
}
# Proven where their other party is: tests/api/test_step_up.py, tests/api/test_model_metadata.py.
ELSEWHERE = {("POST", "/api/channel/:id/key"), ("POST", "/api/models/sync_upstream")}
PRICE = {"type": "tokens", "input": 1, "output": 2}


def price(made: Maker, method: str) -> Asked:
    model = word()
    form = {**PRICE, "model": model}
    if method != "POST":
        made.plane.kept(ADAM).post("/api/prices/single", json=form)
    path = "/api/prices/single" if method == "POST" else f"/api/prices/single/{model}"
    return Asked(path, body=form)


def group(made: Maker) -> int:
    return made.row("/api/user_group/", symbol=word(), name="n")


def provider(made: Maker, *, is_added: bool = True) -> Asked:
    form = {"name": "n", "slug": word(), "client_id": "c", "client_secret": CANARY,
            "well_known": "https://id.example.org/x"}  # fmt: skip
    path = "/api/custom-oauth-provider/"
    if is_added:
        path += str(made._post(ROOT, path, form)["id"])
    return Asked(path, body=form)


def edit(made: Maker) -> Asked:
    made.plane.set_option("Notice", word())
    newest = made.plane.kept(ROOT).get("/api/weirgate/history?limit=1").json()[0]
    return Asked(f"/api/weirgate/history/{newest['id']}/revert")


def order(made: Maker) -> Asked:
    trade = word()
    row = TopUp(user_id=ALICE, provider="epay", amount=1, money="1.00", quota=5, due_minor=100,
                trade_no=trade)  # fmt: skip
    made.plane.management.add(row)
    return Asked("/api/user/topup/complete", body={"trade_no": trade})


def _off(made: Maker) -> Asked:
    form = {"status": 2}
    made.plane.kept(ADAM).post(f"/api/channel/{made.channel()}/status", json=form)
    return Asked("/api/channel/disabled")


def run_of_a_job(made: Maker) -> Asked:
    # What was asked for by another route is done first: a job runs once at a time.
    made.plane.run_jobs()
    return Asked("/api/weirgate/jobs/channel-balance/run")


def granted(made: Maker) -> Asked:
    path = f"/api/weirgate/usage/grants/{made.user()}"
    made.plane.kept(ADAM).put(path, json={"scope": "all"})
    return Asked(path)


def second_factor(made: Maker) -> Asked:
    user_id = made.user()
    made.plane.management.add(SecondFactor(user_id=user_id, is_enabled=True))
    return Asked(f"/api/user/{user_id}/2fa")


def passkey(made: Maker) -> Asked:
    user_id = made.user()
    made.plane.management.add(
        Passkey(user_id=user_id, credential_id=word(), public_key="k", created_at_ms=1)
    )
    return Asked(f"/api/user/{user_id}/reset_passkey")


def used_code(made: Maker) -> Asked:
    form = {**made.code(), "status": 2}
    made.plane.kept(ADAM).put("/api/redemption/?status_only=true", json=form)
    return Asked("/api/redemption/invalid")


MORE: dict[str, Callable[[Maker], Asked]] = {
    "POST /api/channel": lambda _: Asked(
        "/api/channel/",
        body={
            "mode": "single",
            "channel": {"type": 1, "name": "n", "key": CANARY, "models": "m", "group": "default"},
        },
    ),
    "PUT /api/option": lambda _: Asked("/api/option/", body={"key": "SMTPToken", "value": CANARY}),
    "POST /api/user": lambda _: Asked("/api/user/", body={"username": word(), "password": CANARY}),
    "DELETE /api/channel/disabled": _off,
    "POST /api/channel/multi_key/manage": lambda made: Asked(
        "/api/channel/multi_key/manage",
        body={"action": "disable_key", "channel_id": made.channel(), "key_index": 0},
    ),
    "POST /api/prices/single": lambda made: price(made, "POST"),
    "PUT /api/prices/single/*model": lambda made: price(made, "PUT"),
    "DELETE /api/prices/single/*model": lambda made: price(made, "DELETE"),
    "POST /api/prices/multiple": lambda _: Asked(
        "/api/prices/multiple", body={"models": ["m"], "price": PRICE}
    ),
    "PUT /api/prices/multiple/delete": lambda made: Asked(
        "/api/prices/multiple/delete", body={"models": [price(made, "PUT").body["model"]]}
    ),
    "POST /api/prices/sync": lambda _: Asked(
        "/api/prices/sync", query={"updateMode": "add"}, body=[{**PRICE, "model": word()}]
    ),
    "PUT /api/user_group": lambda made: Asked(
        "/api/user_group/", body={"id": group(made), "name": "n", "ratio": 3}
    ),
    "PUT /api/user_group/enable/:id": lambda made: Asked(f"/api/user_group/enable/{group(made)}"),
    "POST /api/custom-oauth-provider": lambda made: provider(made, is_added=False),
    "PUT /api/custom-oauth-provider/:id": provider,
    "DELETE /api/custom-oauth-provider/:id": provider,
    "POST /api/weirgate/history/:id/revert": edit,
    "POST /api/user/topup/complete": order,
    "POST /api/weirgate/jobs/:name/run": run_of_a_job,
    "PUT /api/weirgate/usage/grants/:id": lambda made: Asked(
        f"/api/weirgate/usage/grants/{made.user()}", body={"scope": "all"}
    ),
    "DELETE /api/weirgate/usage/grants/:id": granted,
    "DELETE /api/user/:id/reset_passkey": passkey,
    "DELETE /api/user/:id/2fa": second_factor,
    "DELETE /api/redemption/invalid": used_code,
}


def changing(site: Plane) -> list[Route]:
    kinds = {Permission.ADMIN, Permission.ROOT}
    return [
        route
        for route in domain_routes(site)
        if route.permission in kinds
        and (route.method != "GET" or route.opens_write)
        and (route.method, route.path) not in READS | ELSEWHERE
    ]


def asked_for(site: Plane, route: Route) -> Asked:
    plain = f"{route.method} {route.path.rstrip('/')}"
    make = MORE.get(plain)
    if make is not None:
        return make(Maker(site, ROOT))
    return request_of(site, route.method, route.path.rstrip("/"), ROOT)


def test_every_act_of_an_administrator_leaves_who_what_to_what_and_whence(site: Plane) -> None:
    faults, secrets = [], (CANARY, PASSWORD)
    site.egress.answers["https://id.example.org/x"] = Reply(200, b"{}")
    for route in changing(site):
        asked = asked_for(site, route)
        client = site.kept(ROOT)
        before = len(trail(site))
        answer = client.request(
            route.method, asked.path, params=asked.query or None,
            json=None if route.method == "GET" else asked.body,
            headers={"x-weirgate-client-ip": IP},
        )  # fmt: skip
        acts = [row for row in trail(site)[before:] if row.type == MANAGE]
        said = answer.json()
        is_done = said.get("success", answer.status_code < 300)
        if not is_done:
            faults.append((route.method, route.path, "not driven", answer.text[:200]))
        elif not any(row.ip == IP and row.content for row in acts):
            faults.append((route.method, route.path, "no act", str(acts)))
        elif not any(row.user_id == ROOT or "root" in row.content for row in acts):
            faults.append((route.method, route.path, "by whom?", acts[0].content))
        elif any(secret in row.content for row in acts for secret in secrets):
            faults.append((route.method, route.path, "tells a secret", acts[0].content))
    assert faults == []
