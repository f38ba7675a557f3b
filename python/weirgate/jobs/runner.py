"""Runs the jobs: whatever is due or asked for, on the one node that gets its lease.

A lease is renewed while the work goes on, with the progress beside it; who loses it stops. A job
that fails is written down as failed and comes again at its time: nothing here ends the runner.
"""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any

import structlog
from sqlalchemy.exc import SQLAlchemyError

from weirgate.jobs.repository import JobRepository
from weirgate.jobs.work import Progress

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from weirgate.jobs.work import Job
    from weirgate.store import Store
    from weirgate.store.tables import JobState
    from weirgate.system.option_keys import OptionValues
    from weirgate.system.service import OptionService

LEASE_MS = 60_000
BEAT_S = 5.0
ROUND_S = 1.0
MAX_MESSAGE = 1_000
DONE, FAILED = "done", "failed"

log = structlog.get_logger("weirgate.jobs")


def _now_ms() -> int:
    return time.time_ns() // 1_000_000


class JobRunner:
    """The jobs of this node."""

    def __init__(
        self,
        store: Store,
        options: OptionService,
        jobs: Sequence[Job],
        *,
        holder: str,
        now_ms: Callable[[], int] = _now_ms,
    ) -> None:
        """Takes the jobs; `holder` names this node among those of one database."""
        self._store = store
        self._options = options
        self._jobs = {job.name: job for job in jobs}
        self._holder = holder
        self._now_ms = now_ms
        self._running: dict[str, asyncio.Task[None]] = {}
        self._is_prepared = False

    async def run(self) -> None:
        """Runs until cancelled; the jobs under way are cancelled with it."""
        try:
            while True:
                try:
                    await self.round()
                except (SQLAlchemyError, OSError) as error:
                    log.warning("a round of jobs failed", error=str(error))
                await asyncio.sleep(ROUND_S)
        finally:
            await self._stop()

    async def round(self) -> list[str]:
        """Begins what is due and free; returns the names of what it began."""
        await self._prepare()
        begun = []
        for job, is_asked in await self._due():
            now_ms = self._now_ms()
            async with self._store.unit_of_work() as uow:
                until_ms = now_ms + LEASE_MS
                taken = await JobRepository(uow.session).take(
                    job.name, self._holder, now_ms, until_ms
                )
            if taken:
                work = asyncio.create_task(
                    self._work(job, now_ms, Progress(is_asked=is_asked)), name=f"job {job.name}"
                )
                self._running[job.name] = work
                begun.append(job.name)
        return begun

    async def finish(self) -> None:
        """Waits for the jobs under way."""
        await asyncio.gather(*self._running.values(), return_exceptions=True)

    async def _prepare(self) -> None:
        """Writes the missing rows, and ends what this node held when it was killed."""
        if self._is_prepared:
            return
        async with self._store.unit_of_work() as uow:
            repository = JobRepository(uow.session)
            await repository.ensure(self._jobs)
            await repository.release(self._holder)
        self._is_prepared = True

    async def _stop(self) -> None:
        running = list(self._running.values())
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        if not running:
            return
        try:
            async with self._store.unit_of_work() as uow:
                await JobRepository(uow.session).release(self._holder)
        except (SQLAlchemyError, OSError) as error:
            log.warning("leases run out by themselves", error=str(error))

    async def _due(self) -> list[tuple[Job, bool]]:
        """Returns the jobs to run now, each with whether somebody asked for it."""
        now_ms = self._now_ms()
        async with self._store.unit_of_work(write=False) as uow:
            states = await JobRepository(uow.session).all()
            values = await self._options.values(uow)
            found = []
            for job in self._jobs.values():
                state = states.get(job.name)
                if job.name in self._running or not _is_time(job, state, values, now_ms):
                    continue
                is_asked = state is not None and state.requested_ms > 0
                if is_asked or job.is_due is None or await job.is_due(uow):
                    found.append((job, is_asked))
            return found

    async def _work(self, job: Job, started_ms: int, progress: Progress) -> None:
        work = asyncio.ensure_future(job.run(progress))
        try:
            while not (await asyncio.wait({work}, timeout=BEAT_S))[0]:
                if not await self._keep(job, started_ms, progress):
                    log.warning("a job lost its lease", job=job.name)
                    work.cancel()
                    await asyncio.wait({work})
                    return
            await self._end(job, started_ms, progress, work)
        finally:
            work.cancel()
            self._running.pop(job.name, None)

    async def _keep(self, job: Job, started_ms: int, progress: Progress) -> bool:
        """Renews the lease; a database that does not answer costs it only in time."""
        values = {
            "until_ms": self._now_ms() + LEASE_MS,
            "done": progress.done,
            "total": progress.total,
        }
        try:
            return await self._write(job, started_ms, values)
        except (SQLAlchemyError, OSError) as error:
            log.warning("a job's lease was not renewed", job=job.name, error=str(error))
            return True

    async def _end(
        self, job: Job, started_ms: int, progress: Progress, work: asyncio.Future[str]
    ) -> None:
        error = work.exception()
        if error is not None:
            log.warning("a job failed", job=job.name, error=repr(error))
        message = work.result() if error is None else f"{type(error).__name__}: {error}"
        values: dict[str, Any] = {
            "until_ms": 0,
            "finished_ms": self._now_ms(),
            "done": progress.done,
            "total": progress.total,
            "outcome": DONE if error is None else FAILED,
            "message": message[:MAX_MESSAGE],
        }
        await self._write(job, started_ms, values)

    async def _write(self, job: Job, started_ms: int, values: dict[str, Any]) -> bool:
        async with self._store.unit_of_work() as uow:
            repository = JobRepository(uow.session)
            return await repository.write(job.name, self._holder, started_ms, values)


def _is_time(job: Job, state: JobState | None, values: OptionValues, now_ms: int) -> bool:
    if state is None or state.until_ms >= now_ms:
        return False
    if state.requested_ms:
        return True
    every_s = job.every_s(values)
    return every_s > 0 and now_ms >= state.started_ms + int(every_s * 1000)
