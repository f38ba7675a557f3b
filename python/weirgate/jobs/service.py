"""The jobs for administrators: what runs, how far it is, and asking for a run.

Asking writes a mark into the job's row; whichever node sees it first runs the job.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Literal

from weirgate.errors import ConflictError, NotFoundError, Text
from weirgate.jobs.repository import JobRepository
from weirgate.jobs.schemas import JobOut
from weirgate.system import audit

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from weirgate.jobs.work import Job
    from weirgate.store import UnitOfWork
    from weirgate.store.tables import JobState
    from weirgate.system.option_keys import OptionValues
    from weirgate.system.service import OptionService
    from weirgate.web.auth import Caller

_RUNNING = Text("任务已在运行中", "the job is running already")
_OUTCOMES: tuple[Literal["", "done", "failed"], ...] = ("", "done", "failed")


def _now_ms() -> int:
    return time.time_ns() // 1_000_000


class JobService:
    """Shows jobs and asks for runs."""

    def __init__(
        self, jobs: Sequence[Job], options: OptionService, now_ms: Callable[[], int] = _now_ms
    ) -> None:
        self._jobs = {job.name: job for job in jobs}
        self._options = options
        self._now_ms = now_ms

    async def listed(self, uow: UnitOfWork) -> list[JobOut]:
        """Returns every job."""
        states = await JobRepository(uow.session).all()
        values = await self._options.values(uow)
        return [self._shown(job, states.get(job.name), values) for job in self._jobs.values()]

    async def get(self, uow: UnitOfWork, name: str) -> JobOut:
        """Returns one job.

        Raises:
            NotFoundError: no such job.
        """
        for job in await self.listed(uow):
            if job.name == name:
                return job
        raise NotFoundError

    async def request(self, uow: UnitOfWork, caller: Caller, name: str) -> None:
        """Asks for a run.

        Raises:
            NotFoundError: no such job.
            ConflictError: it runs, or was asked for and has not begun.
        """
        if name not in self._jobs:
            raise NotFoundError
        repository = JobRepository(uow.session)
        await repository.ensure([name])
        if not await repository.request(name, self._now_ms()):
            raise ConflictError(_RUNNING)
        audit.log(uow, audit.MANAGE, caller.user_id, caller.username, f"job {name} asked for")

    def _shown(self, job: Job, state: JobState | None, values: OptionValues) -> JobOut:
        every_s = max(job.every_s(values), 0)
        started_ms = state.started_ms if state else 0
        outcome = state.outcome if state else ""
        return JobOut(
            name=job.name,
            title=job.title,
            state=self._state(state),
            every_s=every_s,
            holder=state.holder if state else "",
            started_ms=started_ms,
            finished_ms=state.finished_ms if state else 0,
            next_ms=max(started_ms + int(every_s * 1000), self._now_ms()) if every_s else 0,
            done=state.done if state else 0,
            total=state.total if state else 0,
            outcome=next((known for known in _OUTCOMES if known == outcome), ""),
            message=state.message if state else "",
        )

    def _state(self, state: JobState | None) -> Literal["idle", "waiting", "running"]:
        if state is not None and state.until_ms >= self._now_ms():
            return "running"
        return "waiting" if state is not None and state.requested_ms else "idle"
