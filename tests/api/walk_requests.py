"""What the walk over the contract sends to each row, so that whoever may call it succeeds.

A row that needs something to act on gets it made first, by those who may. What nobody can do here
without another party (a payment provider, a login provider, a mailbox) is in `MAY_REFUSE`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.api.conftest import Plane

ADMIN, ROOT = 3, 1
_NUMBERS = count(1)
_PROVIDERS = ("github", "oidc", "linuxdo", "wechat", "wechat/bind", "email/bind", "telegram/login",
              "telegram/bind")  # fmt: skip
MAY_REFUSE: set[tuple[str, ...]] = {
    # Root cannot be deleted; a job that is asked for twice runs once.
    ("DELETE", "/api/user/self", "root"),
    ("GET", "/api/channel/test"),
    ("GET", "/api/channel/update_balance"),
    ("POST", "/api/setup"),
    ("GET", "/api/ratio_config"),
    ("GET", "/api/verification"),
    ("GET", "/api/reset_password"),
    ("POST", "/api/user/reset"),
    *(("GET", f"/api/oauth/{name}") for name in _PROVIDERS),
    ("POST", "/api/oauth/email/bind"),
    ("POST", "/api/oauth/wechat/bind"),
    ("POST", "/api/user/login/2fa"),
    ("GET", "/api/user/epay/notify"),
    ("POST", "/api/user/epay/notify"),
    ("POST", "/api/stripe/webhook"),
    ("POST", "/api/user/pay"),
    ("POST", "/api/user/stripe/pay"),
    ("POST", "/api/user/stripe/amount"),
    ("POST", "/api/user/aff_transfer"),
    ("POST", "/api/user/topup/complete"),
    ("POST", "/api/user/2fa/enable"),
    ("POST", "/api/user/2fa/disable"),
    ("POST", "/api/user/2fa/backup_codes"),
    ("POST", "/api/verify"),
    ("POST", "/api/channel/:id/key"),
    ("GET", "/api/channel/update_balance/:id"),
    ("GET", "/api/channel/fetch_models/:id"),
    ("POST", "/api/channel/fetch_models"),
    ("POST", "/api/ratio_sync/fetch"),
    ("GET", "/api/models/sync_upstream/preview"),
    ("POST", "/api/models/sync_upstream"),
}


@dataclass(frozen=True)
class Asked:
    """One request."""

    path: str
    query: dict[str, Any] = field(default_factory=dict)
    body: Any = field(default_factory=dict)


@dataclass(frozen=True)
class Maker:
    """Makes what a request acts on; `user_id` is who will send it."""

    plane: Plane
    user_id: int

    def _post(self, who: int, path: str, form: dict[str, Any]) -> Any:
        answer = self.plane.kept(who).post(path, json=form).json()
        assert answer["success"], (path, answer)
        return answer.get("data")

    def key(self) -> int:
        self._post(self.user_id, "/api/token/", {"name": "walked"})
        listed = self.plane.kept(self.user_id).get("/api/token/").json()["data"]["items"]
        return int(listed[0]["id"])

    def channel(self) -> int:
        form = {"type": 1, "name": "walked", "key": "sk-a\nsk-b", "models": "m", "tag": "t",
                "group": "default"}  # fmt: skip
        form = {"mode": "multi_to_single", "multi_key_mode": "random", "channel": form}
        self._post(ADMIN, "/api/channel/", form)
        listed = self.plane.kept(ADMIN).get("/api/channel/").json()["data"]["items"]
        return max(int(row["id"]) for row in listed)

    def code(self) -> dict[str, Any]:
        self._post(ADMIN, "/api/redemption/", {"name": "walked", "quota": 5, "count": 1})
        listed = self.plane.kept(ADMIN).get("/api/redemption/").json()["data"]["items"]
        found: dict[str, Any] = listed[0]
        return found

    def user(self) -> int:
        return self.plane.add_user(f"walked{next(_NUMBERS)}")

    def row(self, path: str, **form: Any) -> int:
        return int(self._post(ADMIN, path, form)["id"])


def word() -> str:
    return f"w{next(_NUMBERS)}"


Bodies = dict[str, "Callable[[Maker], Asked]"]


def _keys(path: str) -> Bodies:
    return {
        "POST /api/token": lambda _: Asked(path, body={"name": "walked"}),
        "PUT /api/token": lambda made: Asked(path, body={"id": made.key(), "name": "changed"}),
        "GET /api/token/:id": lambda made: Asked(f"{path}/{made.key()}"),
        "DELETE /api/token/:id": lambda made: Asked(f"{path}/{made.key()}"),
        "POST /api/token/:id/key": lambda made: Asked(f"{path}/{made.key()}/key"),
        "POST /api/token/batch": lambda made: Asked(f"{path}/batch", body={"ids": [made.key()]}),
        "POST /api/token/batch/keys": lambda made: Asked(
            f"{path}/batch/keys", body={"ids": [made.key()]}
        ),
    }


def _channels(path: str) -> Bodies:
    new = {"type": 1, "name": "walked", "key": "sk-a", "models": "m", "group": "default"}
    keys = {"action": "get_key_status"}
    return {
        "POST /api/channel": lambda _: Asked(path, body={"mode": "single", "channel": new}),
        "PUT /api/channel": lambda made: Asked(path, body={"id": made.channel(), "name": "n"}),
        "GET /api/channel/:id": lambda made: Asked(f"{path}/{made.channel()}"),
        "DELETE /api/channel/:id": lambda made: Asked(f"{path}/{made.channel()}"),
        "GET /api/channel/test/:id": lambda made: Asked(f"{path}/test/{made.channel()}"),
        "POST /api/channel/copy/:id": lambda made: Asked(f"{path}/copy/{made.channel()}"),
        "POST /api/channel/:id/status": lambda made: Asked(
            f"{path}/{made.channel()}/status", body={"status": 2}
        ),
        "POST /api/channel/status/batch": lambda made: Asked(
            f"{path}/status/batch", body={"ids": [made.channel()], "status": 2}
        ),
        "POST /api/channel/batch": lambda made: Asked(
            f"{path}/batch", body={"ids": [made.channel()]}
        ),
        "POST /api/channel/batch/tag": lambda made: Asked(
            f"{path}/batch/tag", body={"ids": [made.channel()], "tag": "x"}
        ),
        "POST /api/channel/multi_key/manage": lambda made: Asked(
            f"{path}/multi_key/manage", body={**keys, "channel_id": made.channel()}
        ),
        "POST /api/channel/tag/disabled": lambda made: _tagged(made, "/api/channel/tag/disabled"),
        "POST /api/channel/tag/enabled": lambda made: _tagged(made, "/api/channel/tag/enabled"),
        "PUT /api/channel/tag": lambda made: _tagged(made, "/api/channel/tag"),
        "GET /api/channel/tag/models": lambda made: _tagged(made, "/api/channel/tag/models"),
    }


def _tagged(made: Maker, path: str) -> Asked:
    made.channel()
    return Asked(path, query={"tag": "t"} if path.endswith("models") else {}, body={"tag": "t"})


def _codes(path: str) -> Bodies:
    new = {"name": "walked", "quota": 1, "count": 1}
    return {
        "POST /api/redemption": lambda _: Asked(path, body=new),
        "PUT /api/redemption": lambda made: Asked(
            path, body={"id": made.code()["id"], "name": "changed", "quota": 2}
        ),
        "GET /api/redemption/:id": lambda made: Asked(f"{path}/{made.code()['id']}"),
        "DELETE /api/redemption/:id": lambda made: Asked(f"{path}/{made.code()['id']}"),
        "POST /api/user/topup": lambda made: Asked(
            "/api/user/topup", body={"key": made.code()["key"]}
        ),
    }


def _users(path: str) -> Bodies:
    def new() -> dict[str, str]:
        return {"username": word(), "password": "correct horse"}

    return {
        "POST /api/user": lambda _: Asked(path, body=new()),
        "PUT /api/user": lambda made: Asked(
            path, body={"id": made.user(), "username": word(), "display_name": "d"}
        ),
        "GET /api/user/:id": lambda made: Asked(f"{path}/{made.user()}"),
        "DELETE /api/user/:id": lambda made: Asked(f"{path}/{made.user()}"),
        "POST /api/user/manage": lambda made: Asked(
            f"{path}/manage", body={"id": made.user(), "action": "disable"}
        ),
        "POST /api/user/register": lambda _: Asked(f"{path}/register", body=new()),
        "POST /api/user/login": lambda _: Asked(
            f"{path}/login", body={"username": "root", "password": "correct horse"}
        ),
        "PUT /api/user/self": lambda _: Asked(f"{path}/self", body={"language": "en"}),
        "PUT /api/user/setting": lambda _: Asked(
            f"{path}/setting",
            body={"notify_type": "email", "quota_warning_threshold": 1000},
        ),
        "POST /api/user/amount": lambda _: Asked(f"{path}/amount", body={"amount": 10}),
        "POST /api/topup": lambda made: Asked(
            "/api/topup", body={"user_id": made.user(), "quota": 5, "remark": "r"}
        ),
        "DELETE /api/log": lambda _: Asked("/api/log", query={"target_timestamp": 1}),
    }


def _described() -> Bodies:
    found: Bodies = {}
    for path, form in (
        ("/api/models", lambda: {"model_name": word()}),
        ("/api/vendors", lambda: {"name": word()}),
        ("/api/prefill_group", lambda: {"name": word(), "type": "model", "items": []}),
        ("/api/user_group", lambda: {"symbol": word(), "name": "n"}),
    ):
        found |= _crud(path, form)
    found["PUT /api/option"] = lambda _: Asked(
        "/api/option", body={"key": "Notice", "value": "walked"}
    )
    return found


def _crud(path: str, form: Callable[[], dict[str, Any]]) -> Bodies:
    def made_row(made: Maker) -> int:
        return made.row(f"{path}/", **form())

    return {
        f"POST {path}": lambda _: Asked(path, body=form()),
        f"PUT {path}": lambda made: Asked(path, body={**form(), "id": made_row(made)}),
        f"GET {path}/:id": lambda made: Asked(f"{path}/{made_row(made)}"),
        f"DELETE {path}/:id": lambda made: Asked(f"{path}/{made_row(made)}"),
    }


REQUESTS: Bodies = {
    **_keys("/api/token"),
    **_channels("/api/channel"),
    **_codes("/api/redemption"),
    **_users("/api/user"),
    **_described(),
}


def request_of(plane: Plane, method: str, path: str, user_id: int | None) -> Asked:
    """Returns the request for a row of the contract; nothing is made for one who may not call."""
    make = REQUESTS.get(f"{method} {path}")
    if make is None or user_id is None:
        return Asked(path.replace(":id", "1"))
    return make(Maker(plane, user_id))
