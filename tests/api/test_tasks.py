"""Tasks over HTTP and in the poller: who sees what, every step once, money back exactly once."""

from __future__ import annotations

import asyncio
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import orjson
import pytest
from sqlalchemy import select
from weirgate.channels.egress import DIRECT, Way
from weirgate.dataplane.task_rows import begin_tasks
from weirgate.ledger.service import Credit, LedgerService
from weirgate.store.crypto import Sealer
from weirgate.store.tables import Channel, Key, LedgerEntry, LogOutbox, Option, Task, User
from weirgate.system.option_table import build_registry
from weirgate.system.service import OptionService
from weirgate.tasks import routes as task_routes
from weirgate.tasks.news import TaskNews
from weirgate.tasks.poller import TaskPoller
from weirgate.tasks.service import TaskService

from tests.support.management import Management, running_management

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    import httpx

SUBMITTED_MS = 1_795_246_000_000
CHARGE = 50_000
ALICE, BOB = 1, 2


class ScriptedProvider:
    """Answers every question with what the test set."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, bytes | None]] = []
        self.headers: list[dict[str, str]] = []
        self.reaches_private: list[bool] = []
        self.answer: Any = []

    async def __call__(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        body: bytes | None,
        *,
        way: Way = DIRECT,
    ) -> Any:
        self.reaches_private.append(way.allow_private)
        self.asked.append((method, url, body))
        self.headers.append(dict(headers))
        await asyncio.sleep(0)
        return self.answer


@dataclass
class Gateway:
    """What the relay knows before SQL does."""

    recent: list[dict[str, Any]] = field(default_factory=list)

    def recent_tasks(self, user_id: int) -> bytes:
        mine = [task for task in self.recent if user_id in {0, task["user_id"]}]
        return orjson.dumps(mine)

    def key_hash(self, text: str) -> str:
        return f"hash-of-{text}"


@dataclass
class Place:
    """A management plane with tasks."""

    management: Management
    gateway: Gateway
    provider: ScriptedProvider
    hooks: ScriptedProvider
    options: OptionService
    ledger: LedgerService = field(default_factory=LedgerService)
    sealer: Sealer = field(default_factory=lambda: Sealer(bytes(32)))

    def relay(self, user_id: int) -> httpx.Client:
        """Returns a client that asks as the relay does for a user."""
        headers = {"x-weirgate-listener": "relay", "x-weirgate-user-id": str(user_id)}
        return self.management.client(headers=headers)

    def poller(self) -> TaskPoller:
        return TaskPoller(
            self.management.store,
            self.ledger,
            self.options,
            self.sealer,
            self.provider,
            hooks=self.hooks,
            now_ms=self.management.clock,
        )

    def begin(self, *tasks: dict[str, Any]) -> None:
        """Books tasks as the drain does, charge and row."""

        async def work() -> None:
            async with self.management.store.unit_of_work() as uow:
                await begin_tasks(uow.session, orjson.dumps(tasks))
                for task in tasks:
                    user = await uow.session.get(User, task["user_id"])
                    key = await uow.session.get(Key, task["key_id"])
                    assert user is not None
                    user.quota -= task["quota"]
                    user.used_quota += task["quota"]
                    if key is not None:
                        key.remain_quota -= task["quota"]
                        key.used_quota += task["quota"]

        self.management.run(work())

    def rows(self, table: Any) -> list[Any]:
        async def work() -> list[Any]:
            async with self.management.store.unit_of_work(write=False) as uow:
                return list(await uow.session.scalars(select(table).order_by(table.id)))

        return self.management.run(work())

    def task(self) -> Task:
        found = self.rows(Task)
        assert len(found) == 1
        one: Task = found[0]
        return one


def drawn(task_id: str = "77", **changes: Any) -> dict[str, Any]:
    """Returns a Midjourney task as the journal keeps it."""
    return {
        "task_id": task_id,
        "platform": "midjourney",
        "action": "IMAGINE",
        "upstream_id": f"up-{task_id}",
        "key_index": 0,
        "properties": {"input": "a cat"},
        "request_id": "ab" * 16,
        "user_id": ALICE,
        "key_id": 1,
        "username": "alice",
        "key_name": "k",
        "group": "default",
        "channel_id": 1,
        "model": "mj_imagine",
        "upstream_model": "mj_imagine",
        "quota": CHARGE,
        "started_ms": SUBMITTED_MS,
        "ended_ms": SUBMITTED_MS + 500,
        "node": 1,
        **changes,
    }


@contextmanager
def running_place(folder: Path) -> Iterator[Place]:
    made: list[Place] = []

    def wire(management: Management) -> list[Any]:
        options = OptionService(build_registry({}))
        place = Place(management, Gateway(), ScriptedProvider(), ScriptedProvider(), options)
        made.append(place)
        service = TaskService(place.gateway, options, place.sealer, place.provider)
        news = TaskNews(place.gateway, options, place.poller())
        return [*task_routes.routes(service), task_routes.news_route(news)]

    with running_management(folder, wire) as management:
        place = made[0]
        sealed = place.sealer.seal("up-key", "channel:1")
        management.add(
            User(id=ALICE, username="alice", role=1),
            User(id=BOB, username="bob", role=10),
            Key(id=1, user_id=ALICE, key_hash="h"),
            Channel(id=1, type=2, name="mj", base_url="http://mj", key_encrypted=sealed),
        )

        async def credit() -> None:
            async with management.store.unit_of_work() as uow:
                await place.ledger.credit(
                    uow,
                    Credit(
                        user_id=ALICE,
                        kind="test",
                        idempotency_key="t",
                        wallet_delta=1_000_000,
                        key_id=1,
                        key_delta=1_000_000,
                    ),
                )

        management.run(credit())
        yield place


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    with running_place(tmp_path) as running:
        yield running


def test_a_task_is_followed_from_submit_to_picture(place: Place) -> None:
    place.begin(drawn())
    place.provider.answer = [{"id": "up-77", "status": "IN_PROGRESS", "progress": "40%"}]
    assert place.management.run(place.poller().round()) == 1
    method, url, body = place.provider.asked[0]
    assert (method, url, body) == (
        "POST",
        "http://mj/mj/task/list-by-condition",
        b'{"ids":["up-77"]}',
    )
    assert place.provider.headers[0]["mj-api-secret"] == "up-key"
    with place.relay(ALICE) as client:
        shown = client.get("/mj/task/77/fetch").json()
        assert (shown["status"], shown["progress"], shown["prompt"]) == (
            "IN_PROGRESS",
            "40%",
            "a cat",
        )
        assert place.management.run(place.poller().round()) == 0, "not due yet"
        place.management.clock.advance(60)
        buttons = [{"customId": "MJ::JOB::upsample::1::x"}]
        place.provider.answer = [
            {"id": "up-77", "status": "SUCCESS", "imageUrl": "http://cdn/x.png", "buttons": buttons}
        ]
        place.management.run(place.poller().round())
        shown = client.get("/fast/mj/task/77/fetch").json()
        assert (shown["status"], shown["progress"], shown["buttons"]) == (
            "SUCCESS",
            "100%",
            buttons,
        )
        assert "/mj/image/77?expires=" in shown["imageUrl"]
        assert "cdn" not in shown["imageUrl"]
        listed = client.post("/mj/task/list-by-condition", json={"ids": ["no", "77"]}).json()
        assert [task["id"] for task in listed] == ["77"]
        origin = client.get("/internal/tasks/77").json()
        assert (origin["upstream_id"], origin["file_url"]) == ("up-77", "http://cdn/x.png")
    place.management.clock.advance(60)
    assert place.management.run(place.poller().round()) == 0, "over"


def test_fifty_polls_of_a_failed_task_give_the_money_back_once(place: Place) -> None:
    place.begin(drawn())
    place.provider.answer = [{"id": "up-77", "status": "FAILURE", "failReason": "banned"}]
    task = place.task()

    async def polls() -> None:
        pollers = [place.poller() for _ in range(50)]
        await asyncio.gather(*(poller.poll([task]) for poller in pollers))

    place.management.run(polls())
    user = place.rows(User)[0]
    key = place.rows(Key)[0]
    assert (user.quota, user.used_quota) == (1_000_000, 0)
    assert (key.remain_quota, key.used_quota) == (1_000_000, 0)

    async def entries() -> list[LedgerEntry]:
        async with place.management.store.unit_of_work(write=False) as uow:
            query = select(LedgerEntry).where(LedgerEntry.kind == "task_refund")
            assert (await place.ledger.verify(uow)).is_sound
            return list(await uow.session.scalars(query))

    [entry] = place.management.run(entries())
    assert (entry.idempotency_key, entry.wallet_delta, entry.key_delta) == (
        "task:77:refund", CHARGE, CHARGE,
    )  # fmt: skip
    [log] = place.rows(LogOutbox)
    assert (log.type, log.user_id, log.quota) == (6, ALICE, CHARGE)
    assert place.task().fail_reason == "banned"


def test_a_refund_without_its_key_still_reaches_the_wallet(place: Place) -> None:
    place.begin(drawn(key_id=9))
    place.provider.answer = [{"id": "up-77", "status": "FAILURE"}]
    place.management.run(place.poller().round())
    assert place.rows(User)[0].quota == 1_000_000
    assert place.rows(Key)[0].remain_quota == 1_000_000


def test_a_task_that_nobody_tells_of_is_given_up_and_paid_back(place: Place) -> None:
    place.begin(drawn())
    place.provider.answer = []
    place.management.clock.advance(3_400)
    place.management.run(place.poller().round())
    assert place.task().status == "SUBMITTED"
    place.management.clock.advance(500)
    place.management.run(place.poller().round())
    assert (place.task().status, place.rows(User)[0].quota) == ("FAILURE", 1_000_000)


@pytest.mark.parametrize(
    ("for_all", "setting", "reaches"),
    [("true", None, True), ("false", None, False), ("false", '{"allow_private":true}', True)],
)
def test_a_poll_reaches_private_networks_where_the_channel_may(
    place: Place, for_all: str, setting: str | None, reaches: bool
) -> None:
    sealed = place.sealer.seal("k", "channel:6")
    place.management.add(
        Option(key="weirgate.allow_private_upstreams", value=for_all),
        Channel(id=6, type=2, name="c", base_url="http://mj", key_encrypted=sealed,
                setting=setting),
    )  # fmt: skip
    place.begin(drawn(channel_id=6))
    place.management.run(place.poller().round())
    assert place.provider.reaches_private == [reaches]


def test_tasks_are_their_users_alone_and_the_paths_are_the_relays(place: Place) -> None:
    place.begin(drawn(), drawn("task_9", platform="36", model="suno_music"))
    with place.relay(BOB) as bob:
        assert bob.get("/mj/task/77/fetch").status_code == 404
        assert bob.get("/v1/videos/task_9").status_code == 404
        assert bob.post("/suno/fetch", json={"ids": ["task_9"]}).json()["data"] == []
    with place.management.client() as stranger:
        assert stranger.get("/internal/tasks/77").status_code == 404
        assert stranger.get("/mj/task/77/fetch").status_code == 404
        posing = {"x-weirgate-listener": "public", "x-weirgate-user-id": str(ALICE)}
        assert stranger.get("/mj/task/77/fetch", headers=posing).status_code == 404


def test_a_task_is_found_before_sql_has_it(place: Place) -> None:
    place.gateway.recent = [drawn("task_1", platform="55", model="sora-2")]
    with place.relay(ALICE) as client:
        shown = client.get("/v1/videos/task_1").json()
    assert (shown["status"], shown["progress"], shown["model"]) == ("queued", 10, "sora-2")
    with place.relay(BOB) as client:
        assert client.get("/v1/videos/task_1").status_code == 404


@pytest.mark.parametrize(
    ("kind", "answer", "status", "url"),
    [
        (55, {"id": "u", "status": "in_progress", "progress": 33}, "IN_PROGRESS", ""),
        (50, {"data": {"task_status": "succeed", "task_result": {"videos": [{"url": "http://v"}]}}},
         "SUCCESS", "http://v"),
        (51, {"code": 10000, "data": {"status": "done", "video_url": "http://v"}}, "SUCCESS",
         "http://v"),
        (52, {"state": "failed", "err_code": "bad"}, "FAILURE", ""),
        (54, {"status": "succeeded", "content": {"video_url": "http://v"}}, "SUCCESS", "http://v"),
    ],
)  # fmt: skip
def test_every_vendors_words_are_understood(
    place: Place, kind: int, answer: dict[str, Any], status: str, url: str
) -> None:
    sealed = place.sealer.seal("access|secret", "channel:5")
    place.management.add(
        Channel(id=5, type=kind, name="v", base_url="http://v", key_encrypted=sealed)
    )
    place.begin(drawn("task_5", platform=str(kind), channel_id=5, upstream_id="up-5"))
    place.provider.answer = answer
    place.management.run(place.poller().round())
    task = place.task()
    assert (task.status, task.result_url) == (status, url)


def test_songs_and_lists_have_the_familys_shapes(place: Place) -> None:
    sealed = place.sealer.seal("k", "channel:6")
    place.management.add(
        Channel(id=6, type=36, name="s", base_url="http://s", key_encrypted=sealed)
    )
    place.begin(drawn(), drawn("task_6", platform="suno", action="MUSIC", channel_id=6))
    place.provider.answer = {
        "code": "success",
        "data": [
            {
                "task_id": "up-task_6",
                "status": "SUCCESS",
                "data": [{"id": "up-task_6", "audio": "u"}],
            }
        ],
    }
    task = next(one for one in place.rows(Task) if one.platform == "suno")
    place.management.run(place.poller().poll([task]))
    with place.relay(ALICE) as client:
        shown = client.get("/suno/fetch/task_6").json()
        assert (shown["code"], shown["data"]["status"]) == ("success", "SUCCESS")
        assert shown["data"]["data"] == [{"id": "task_6", "audio": "u"}], "no provider's id"
        assert "channel_id" not in shown["data"]
    with place.management.client(headers=place.management.login(BOB)) as admin:
        songs = admin.get("/api/task/").json()["data"]
        assert [row["task_id"] for row in songs["items"]] == ["task_6"]
        drawings = admin.get("/api/mj/").json()["data"]
        assert [row["mj_id"] for row in drawings["items"]] == ["77"]
        assert drawings["items"][0]["channel_id"] == 1
    with place.management.client(headers=place.management.login(ALICE)) as user:
        own = user.get("/api/mj/self").json()["data"]["items"]
        assert [row["mj_id"] for row in own] == ["77"]
        assert "channel_id" not in own[0]
        assert user.get("/api/task/").status_code in {200, 403}
        assert not user.get("/api/task/").json()["success"]


def test_a_callback_hears_of_each_state_only_if_operators_let_it(place: Place) -> None:
    place.begin(drawn(properties={"input": "x", "notify_hook": "http://caller/hook"}))
    place.provider.answer = [{"id": "up-77", "status": "IN_PROGRESS"}]
    place.management.run(place.poller().round())
    assert place.hooks.asked == []
    place.management.add(Option(key="MjNotifyEnabled", value="true"))
    place.management.clock.advance(60)
    place.provider.answer = [{"id": "up-77", "status": "SUCCESS", "imageUrl": "http://cdn/x"}]
    place.management.run(place.poller().round())
    [(method, url, body)] = place.hooks.asked
    assert (method, url) == ("POST", "http://caller/hook")
    assert body is not None
    assert orjson.loads(body)["id"] == "77"


def news(place: Place, document: object, *, channel: int = 1, sign: str | None = None) -> int:
    """Speaks as a Midjourney proxy does at the address it was given."""
    signed = place.gateway.key_hash(f"mj-notify:{channel}") if sign is None else sign
    with place.management.client() as client:
        answer = client.post(f"/mj/notify?channel={channel}&sign={signed}", json=document)
    return answer.status_code


def test_a_proxys_news_move_a_task_as_a_poll_does(place: Place) -> None:
    place.management.add(Option(key="MjNotifyEnabled", value="true"))
    place.begin(drawn())
    assert news(place, {"id": "up-77", "status": "IN_PROGRESS", "progress": "40%"}) == 200
    assert (place.task().status, place.task().progress) == ("IN_PROGRESS", "40%")
    done = {"id": "up-77", "status": "SUCCESS", "imageUrl": "http://img/1"}
    assert news(place, done) == 200
    assert (place.task().status, place.task().result_url) == ("SUCCESS", "http://img/1")
    assert news(place, {"id": "up-77", "status": "FAILURE"}) == 404, "it is over"
    assert place.rows(User)[0].quota == 1_000_000 - CHARGE
    assert place.provider.asked == []


def test_a_proxys_failure_gives_the_money_back_once(place: Place) -> None:
    place.management.add(Option(key="MjNotifyEnabled", value="true"))
    place.begin(drawn())
    failed = {"id": "up-77", "status": "FAILURE", "failReason": "banned"}
    assert [news(place, failed) for _ in range(3)] == [200, 404, 404]
    place.management.run(place.poller().round())
    assert (place.rows(User)[0].quota, place.task().fail_reason) == (1_000_000, "banned")


@pytest.mark.parametrize(
    ("channel", "sign", "document", "status"),
    [
        (1, "", {"id": "up-77"}, 403),
        (1, "hash-of-mj-notify:2", {"id": "up-77"}, 403),
        (2, None, {"id": "up-77"}, 404),
        (1, None, {"id": "up-78"}, 404),
        (1, None, {"status": "FAILURE"}, 400),
        (1, None, [], 400),
    ],
)
def test_nobody_speaks_for_another_channel(
    place: Place, channel: int, sign: str | None, document: object, status: int
) -> None:
    place.management.add(Option(key="MjNotifyEnabled", value="true"))
    place.begin(drawn())
    assert news(place, document, channel=channel, sign=sign) == status
    assert place.task().status == "SUBMITTED"


def test_news_are_not_taken_while_they_are_switched_off(place: Place) -> None:
    place.begin(drawn())
    assert news(place, {"id": "up-77", "status": "FAILURE"}) == 403
