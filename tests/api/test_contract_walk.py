"""Every row of the contract by every kind of caller: who is let in, and what they are answered.

`tests/contracts/management/permissions.tsv` says dialect, method, path and who may call. The
permitted get the shape that the dialect's OpenAPI document promises, the others the contract's
refusal, nobody the answer of a path that is not there.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson
import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]
from weirgate.analytics.ingest import UsageWriter
from weirgate.analytics.reader import UsageReader
from weirgate.channels.egress import Call, Egress, EgressError, Reply
from weirgate.errors import AccountDisabledError, RoleTooLowError
from weirgate.store.tables import UsageGrant
from weirgate.system.option_table import build_registry
from weirgate.system.service import OptionService
from weirgate.tasks import routes as task_routes
from weirgate.tasks.service import TaskService
from weirgate.usage import routes as usage_routes
from weirgate.usage.service import UsageService
from weirgate.web.openapi import document, operation_id
from weirgate.web.router import Permission

from tests.api.conftest import ADAM, ALICE, PRICES, ROOT, Plane, planned, set_up
from tests.api.walk_requests import MAY_REFUSE, request_of
from tests.support.factories import NOON_MS, batch, usage_row
from tests.support.management import running_management

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx
    from weirgate.web.router import Route

    from tests.support.management import Management

FACTS = Path(__file__).parents[1] / "contracts" / "management" / "permissions.tsv"
TOO_LOW, BANNED = "无权进行此操作，权限不足", "用户已被封禁"
PERSONS = {TOO_LOW, BANNED, RoleTooLowError.default_text.en, AccountDisabledError.default_text.en}
NEEDED = {"user": 1, "admin": 10, "root": 100}
READ_BY_ANALYSTS = {"/api/log", "/api/log/stat", "/api/log/search", "/api/data"}
FIRST = {"user": ALICE, "admin": ADAM, "root": ROOT}
KINDS: dict[str, dict[str, int]] = {
    "user": {"role": 1}, "other": {"role": 1}, "analyst": {"role": 1}, "admin": {"role": 10},
    "root": {"role": 100}, "disabled": {"role": 100, "status": 2},
}  # fmt: skip
# What ends the caller's session or account, and what a user does once or once a day.
ENDING = {
    ("GET", "/api/user/logout"),
    ("POST", "/api/user/login"),
    ("DELETE", "/api/user/self"),
    ("POST", "/api/user/2fa/setup"),
    ("POST", "/api/user/checkin"),
    ("POST", "/api/user/check_in"),
}  # fmt: skip
# The contract calls these the user's, but: whoever is nobody may log out, and a navigation of the
# browser to a bind page carries the session cookie alone.
OPEN = {("GET", "/api/user/logout")}
BY_COOKIE = ("GET", "/api/oauth/telegram/bind")
PASSERS = count(1)


@dataclass(frozen=True)
class Fact:
    """One row of the contract."""

    dialect: str
    method: str
    path: str
    permission: str

    @property
    def plain(self) -> str:
        return self.path.rstrip("/")


def facts() -> list[Fact]:
    lines = FACTS.read_text().splitlines()[1:]
    return [Fact(*line.split("\t")) for line in lines]


class RecentTasks:
    """The relay's part of task lists."""

    def recent_tasks(self, user_id: int) -> bytes:  # noqa: ARG002
        return b"[]"

    def key_hash(self, text: str) -> str:
        return text


@dataclass
class World:
    """The running plane, its rows, and who may be each kind of caller."""

    plane: Plane
    rows: list[Route]
    validators: dict[tuple[str, str], Draft202012Validator] = field(default_factory=dict)
    ids: dict[str, int] = field(default_factory=dict)
    callers: dict[str, dict[str, str]] = field(default_factory=dict)

    def ask(self, client: httpx.Client, fact: Fact, caller: str, *, may: bool) -> httpx.Response:
        """Sends a row's request; what ends a session or an account is done by a passer-by."""
        user_id, headers = self.ids.get(caller, ROOT), self.callers[caller]
        if (fact.method, fact.plain) in ENDING and caller in self.ids:
            user_id = self.plane.add_user(f"passer{next(PASSERS)}", **KINDS[caller])
            headers = self.plane.management.login(user_id)
        asked = request_of(self.plane, fact.method, fact.plain, user_id if may else None)
        path = asked.path + ("/" if fact.path.endswith("/") else "")
        # What an answer set is for whoever got it, not for the next caller of this client.
        client.cookies.clear()
        return client.request(
            fact.method,
            path,
            params=asked.query or None,
            json=None if fact.method == "GET" else asked.body,
            headers={"host": fact.dialect, **headers},
            timeout=60,
        )

    def route(self, fact: Fact) -> Route:
        """Returns the row that answers: as it is spelled, else with the other slash."""
        exact = {(str(row.method), row.path): row for row in self.rows}
        other = fact.plain if fact.path.endswith("/") else fact.path + "/"
        found = exact.get((fact.method, fact.path)) or exact.get((fact.method, other))
        assert found is not None, fact
        return found

    def fault_of(self, fact: Fact, body: object) -> str:
        """Returns what in a body is not as the dialect's document says."""
        key = (fact.dialect, operation_id(self.route(fact)))
        if key not in self.validators:
            self.describe(fact.dialect)
        errors = self.validators[key].iter_errors(body)
        return "; ".join(f"{list(error.path)}: {error.message[:200]}" for error in errors)

    def describe(self, dialect: str) -> None:
        """Reads a dialect's document into a validator for each operation."""
        described = document(self.rows, dialect, "1")
        for methods in described["paths"].values():
            for operation in methods.values():
                schema = operation["responses"]["200"]["content"]["application/json"]["schema"]
                whole = {**schema, "components": described["components"]}
                key = (dialect, operation["operationId"])
                self.validators[key] = Draft202012Validator(whole)


async def _silent(self: Egress, call: Call) -> Reply:  # noqa: ARG001
    await asyncio.sleep(0)
    raise EgressError("nothing is asked for real")


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    monkeypatch.setattr(Egress, "send", _silent)
    writer = UsageWriter(tmp_path / "usage.duckdb")
    reader = UsageReader(writer)
    made: list[tuple[Plane, list[Route]]] = []

    def wire(management: Management) -> list[Route]:
        plane, rows = planned(management)
        management.run(writer.open(NOON_MS))
        reader.open()
        row = usage_row(user_id=ALICE, username="alice", ended_ms=NOON_MS)
        management.run(writer.ingest(batch("1:1:9", row), ""))
        options = OptionService(build_registry(PRICES))
        rows += usage_routes.routes(UsageService(reader, writer))
        tasks = TaskService(RecentTasks(), options, plane.sealer, plane.exchange)
        rows += task_routes.routes(tasks)
        made.append((plane, rows))
        return rows

    with running_management(tmp_path, wire) as management:
        plane, rows = made[0]
        found = World(set_up(plane), rows)
        people(found)
        try:
            yield found
        finally:
            plane.close()
            reader.close()
            management.run(writer.close())


def people(world: World) -> None:
    """Makes one caller of every kind."""
    plane = world.plane
    others = {name: plane.add_user(name, **KINDS[name]) for name in KINDS if name not in FIRST}
    plane.management.add(UsageGrant(user_id=others["analyst"], scope="all", granted_by=ROOT))
    world.ids = {**FIRST, **others}
    world.callers = {name: plane.management.login(found) for name, found in world.ids.items()}
    world.callers["anonymous"] = {}
    plane.set_option("checkin_setting.enabled", value=True)
    plane.as_user(ALICE).post("/api/token/", json={"name": "hers", "unlimited_quota": True})
    (key,) = plane.as_user(ALICE).get("/api/token/").json()["data"]["items"]
    sent = f"sk-{key['key']}"
    plane.management.keys.verdicts[sent] = {"ok": True, "user_id": ALICE, "key_id": key["id"]}
    world.callers["key"] = {"authorization": f"Bearer {sent}"}


def is_let_in(fact: Fact, caller: str) -> bool:
    if fact.permission.startswith("public") or (fact.method, fact.plain) in OPEN:
        return True
    if fact.permission == "token":
        return caller == "key"
    if caller in {"anonymous", "key", "disabled"}:
        return False
    is_analysts = caller == "analyst" and fact.method == "GET" and fact.plain in READ_BY_ANALYSTS
    return is_analysts or KINDS[caller]["role"] >= NEEDED[fact.permission]


def refusal_fault(fact: Fact, caller: str, answer: httpx.Response) -> str:
    """Returns what is wrong with a refusal; "" when it is the contract's."""
    said = body_of(answer)
    if fact.permission == "token" or (fact.method, fact.plain) == BY_COOKIE:
        return "" if answer.status_code == 401 else f"{answer.status_code}"
    if not isinstance(said, dict) or said.get("success") is not False:
        return f"no refusal: {answer.text[:200]}"
    expected = {"anonymous": (401, ""), "key": (200, "access token"), "disabled": (200, BANNED)}
    status, part = expected.get(caller, (200, TOO_LOW))
    fits = answer.status_code == status and part in said["message"]
    return "" if fits else f"{answer.status_code} {said['message']}"


def body_of(answer: httpx.Response) -> Any:
    try:
        return orjson.loads(answer.content)
    except orjson.JSONDecodeError:
        return None


def unrouted(answer: httpx.Response) -> bool:
    is_lost = answer.status_code == 404 and "Invalid URL" in answer.text
    return is_lost or answer.status_code in {405, 501} or answer.status_code >= 500


def test_every_row_refuses_whom_the_contract_does_not_let_in(world: World) -> None:
    wrong = []
    client = world.plane.visitor()
    for fact in facts():
        for caller in world.callers:
            if is_let_in(fact, caller):
                continue
            answer = world.ask(client, fact, caller, may=False)
            fault = "unrouted" if unrouted(answer) else refusal_fault(fact, caller, answer)
            if fault:
                wrong.append((fact, caller, fault))
    assert wrong == []


def test_every_row_answers_whom_the_contract_lets_in_with_its_shape(world: World) -> None:
    wrong, refused = [], set()
    client = world.plane.visitor()
    for fact in facts():
        for caller in world.callers:
            if not is_let_in(fact, caller):
                continue
            answer = world.ask(client, fact, caller, may=True)
            said = body_of(answer)
            if unrouted(answer):
                wrong.append((fact, caller, f"{answer.status_code} {answer.text[:200]}"))
            elif is_success(said):
                fault = world.fault_of(fact, said)
                if fault:
                    wrong.append((fact, caller, fault))
            elif is_person_refused(said):
                wrong.append((fact, caller, f"refused: {said}"))
            else:
                refused.add((fact.method, fact.plain, caller, str(said)[:150]))
    assert wrong == []
    assert sorted(row for row in refused if not MAY_REFUSE & {row[:2], row[:3]}) == []


def is_success(said: object) -> bool:
    if not isinstance(said, dict):
        return False
    if "success" in said:
        return said["success"] is True
    return said.get("message") == "success" or "object" in said or said.get("code") is True


def is_person_refused(said: object) -> bool:
    return isinstance(said, dict) and said.get("message") in PERSONS


def test_the_contracts_rows_have_the_permissions_of_the_route_table(world: World) -> None:
    expected = {
        "public": {Permission.PUBLIC, Permission.TRY_USER},
        "public|user": {Permission.TRY_USER},
        "user": {Permission.USER},
        "admin": {Permission.ADMIN, Permission.USAGE},
        "root": {Permission.ROOT},
        "token": {Permission.KEY, Permission.KEY_READ},
    }
    wrong = [
        (fact, world.route(fact).permission)
        for fact in facts()
        if world.route(fact).permission not in expected[fact.permission]
        and (fact.method, fact.plain) not in OPEN | {BY_COOKIE}
    ]
    assert wrong == []
