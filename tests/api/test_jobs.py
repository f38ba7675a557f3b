"""Jobs over HTTP and in the runner: one node at a time, visible, asked for, never lost."""

from __future__ import annotations

import asyncio
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest
from typing_extensions import override
from weirgate.jobs import routes as job_routes
from weirgate.jobs import runner as runner_module
from weirgate.jobs.runner import LEASE_MS, JobRunner
from weirgate.jobs.service import JobService
from weirgate.jobs.work import Job, JobError, Progress
from weirgate.store.tables import User
from weirgate.system.option_table import build_registry
from weirgate.system.service import OptionService

from tests.support.management import Management, running_management
from tests.support.postgres import postgres_server, postgres_url

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from weirgate.store import UnitOfWork
    from weirgate.web.router import Route

__all__ = ["postgres_server", "postgres_url"]
ADMIN, USER = 1, 2


@dataclass
class Work:
    """A job whose run is what the test says."""

    every_s: float = 0.0
    is_wanted: bool = True
    fails: bool = False
    runs: int = 0
    gate: asyncio.Event | None = None
    was_cancelled: bool = False

    def job(self) -> Job:
        return Job(
            name="sweep",
            title="Sweep the floor",
            every_s=lambda _values: self.every_s,
            run=self.run,
            is_due=self.is_due,
        )

    async def is_due(self, uow: UnitOfWork) -> bool:  # noqa: ARG002
        await asyncio.sleep(0)
        return self.is_wanted

    async def run(self, progress: Progress) -> str:
        self.runs += 1
        progress.set(1, 3)
        try:
            if self.gate is not None:
                await self.gate.wait()
        except asyncio.CancelledError:
            self.was_cancelled = True
            raise
        if self.fails:
            raise JobError("no broom")
        progress.step()
        return "two rooms"


@dataclass
class Place:
    management: Management
    options: OptionService
    work: Work = field(default_factory=Work)

    def runner(self, holder: str = "node 1") -> JobRunner:
        return JobRunner(
            self.management.store,
            self.options,
            [self.work.job()],
            holder=holder,
            now_ms=self.management.clock,
        )

    def run_once(self, runner: JobRunner | None = None) -> list[str]:
        async def work() -> list[str]:
            made = runner or self.runner()
            begun = await made.round()
            await made.finish()
            return begun

        return self.management.run(work())

    def shown(self) -> dict[str, object]:
        client = self.management.client(headers=self.management.login(ADMIN))
        with client:
            answer = client.get("/api/weirgate/jobs/sweep")
        found: dict[str, object] = answer.json()
        return found

    def ask(self, user_id: int = ADMIN, name: str = "sweep") -> int:
        client = self.management.client(headers=self.management.login(user_id))
        with client:
            return client.post(f"/api/weirgate/jobs/{name}/run").status_code


@contextmanager
def running_place(folder: Path, url: str | None = None) -> Iterator[Place]:
    made: list[Place] = []

    def wire(management: Management) -> list[Route]:
        place = Place(management, OptionService(build_registry({})))
        made.append(place)
        service = JobService([place.work.job()], place.options, management.clock)
        return job_routes.routes(service)

    with running_management(folder, wire, url=url) as management:
        management.add(
            User(id=ADMIN, username="adam", role=10), User(id=USER, username="alice", role=1)
        )
        yield made[0]


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    url = request.getfixturevalue("postgres_url") if request.param == "postgresql" else None
    with running_place(tmp_path, url) as running:
        yield running


def test_a_job_runs_when_asked_for_and_tells_how_it_ended(place: Place) -> None:
    assert place.shown()["state"] == "idle"
    assert place.run_once() == []
    assert place.ask() == 202
    assert place.shown()["state"] == "waiting"
    assert place.ask() == 409
    assert place.run_once() == ["sweep"]
    shown = place.shown()
    assert (shown["state"], shown["outcome"], shown["message"]) == ("idle", "done", "two rooms")
    assert (shown["done"], shown["total"], shown["holder"]) == (2, 3, "node 1")
    assert (shown["every_s"], shown["next_ms"]) == (0.0, 0)
    assert place.run_once() == []


def test_only_administrators_see_and_ask(place: Place) -> None:
    assert place.ask(USER) == 403
    assert place.ask(name="nothing") == 404
    with place.management.client(headers=place.management.login(USER)) as client:
        assert client.get("/api/weirgate/jobs").status_code == 403


def test_a_job_comes_again_at_its_time_and_only_when_there_is_work(place: Place) -> None:
    place.work.every_s = 60
    runner = place.runner()
    assert place.run_once(runner) == ["sweep"]
    place.management.clock.advance(59)
    assert place.run_once(runner) == []
    place.management.clock.advance(1)
    place.work.is_wanted = False
    assert place.run_once(runner) == []
    place.work.is_wanted = True
    assert place.run_once(runner) == ["sweep"]
    assert place.shown()["next_ms"] == place.management.clock.now_ms + 60_000


def test_a_failure_is_written_down_and_ends_nothing(place: Place) -> None:
    place.work.every_s, place.work.fails = 10, True
    runner = place.runner()
    assert place.run_once(runner) == ["sweep"]
    shown = place.shown()
    assert (shown["outcome"], shown["message"]) == ("failed", "JobError: no broom")
    place.management.clock.advance(10)
    place.work.fails = False
    assert place.run_once(runner) == ["sweep"]
    assert place.shown()["outcome"] == "done"


def test_one_node_runs_a_job_at_a_time_however_many_ask(place: Place) -> None:
    assert place.ask() == 202

    async def race() -> int:
        place.work.gate = asyncio.Event()
        runners = [place.runner(f"node {number}") for number in range(6)]
        begun = await asyncio.gather(*(runner.round() for runner in runners))
        place.work.gate.set()
        await asyncio.gather(*(runner.finish() for runner in runners))
        return sum(len(names) for names in begun)

    assert place.management.run(race()) == 1
    assert place.work.runs == 1


class Halted(JobRunner):
    """A node that stands still when it should renew its lease, until it is let go."""

    def __init__(self, place: Place, job: Job) -> None:
        super().__init__(
            place.management.store,
            place.options,
            [job],
            holder="halted",
            now_ms=place.management.clock,
        )
        self.goes_on = asyncio.Event()

    @override
    async def _keep(self, job: Job, started_ms: int, progress: Progress) -> bool:
        await self.goes_on.wait()
        return await super()._keep(job, started_ms, progress)


def test_a_node_that_was_halted_past_its_lease_gives_the_job_up(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner_module, "BEAT_S", 0.001)
    place.work.every_s = 1
    other = Work(every_s=1)

    async def halted() -> None:
        place.work.gate = asyncio.Event()
        first = Halted(place, place.work.job())
        assert await first.round() == ["sweep"]
        place.management.clock.advance(LEASE_MS / 1000 + 1)
        place.work, old = other, place.work
        second = place.runner("node 2")
        assert await second.round() == ["sweep"]
        await second.finish()
        first.goes_on.set()
        await first.finish()
        assert old.was_cancelled

    place.management.run(halted())
    shown = place.shown()
    assert (shown["holder"], shown["outcome"], shown["message"]) == ("node 2", "done", "two rooms")


def test_a_killed_nodes_jobs_are_free_when_it_comes_back(place: Place) -> None:
    assert place.ask() == 202

    async def killed() -> None:
        place.work.gate = asyncio.Event()
        runner = place.runner()
        await runner.round()
        running = asyncio.create_task(runner.run())
        await asyncio.sleep(0)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

    place.management.run(killed())
    assert place.work.was_cancelled
    place.work.gate = None
    assert place.shown()["state"] == "idle"
    assert place.ask() == 202
    assert place.run_once() == ["sweep"]
