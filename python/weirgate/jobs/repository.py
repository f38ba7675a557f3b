"""Every query of jobs: who runs which, and how far it is.

A lease is taken only where none runs, and renewed or ended only by who holds it with the start it
took: a node that lost its lease changes nothing any more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite

from weirgate.store.tables import JobState

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy.ext.asyncio import AsyncSession


class JobRepository:
    """The jobs over one session."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def ensure(self, names: Iterable[str]) -> None:
        """Writes a row for each job that has none yet."""
        rows = [{"name": name, **_EMPTY} for name in names]
        if not rows:
            return
        is_postgres = self._session.get_bind().dialect.name == "postgresql"
        insert = postgresql.insert if is_postgres else sqlite.insert
        await self._session.execute(insert(JobState).values(rows).on_conflict_do_nothing())

    async def all(self) -> dict[str, JobState]:
        """Returns every job by name."""
        return {row.name: row for row in await self._session.scalars(select(JobState))}

    async def take(self, name: str, holder: str, now_ms: int, until_ms: int) -> bool:
        """Takes a job that nobody runs; False while somebody does."""
        begun = {
            "holder": holder,
            "until_ms": until_ms,
            "requested_ms": 0,
            "started_ms": now_ms,
            "done": 0,
            "total": 0,
        }
        taken = await self._session.execute(
            update(JobState)
            .where(JobState.name == name, JobState.until_ms < now_ms)
            .values(**begun)
            .returning(JobState.name)
            .execution_options(synchronize_session=False)
        )
        return taken.scalar_one_or_none() is not None

    async def write(self, name: str, holder: str, started_ms: int, values: dict[str, Any]) -> bool:
        """Changes a job that this holder began then; False when it is not his any more."""
        kept = await self._session.execute(
            update(JobState)
            .where(JobState.name == name, JobState.holder == holder)
            .where(JobState.started_ms == started_ms)
            .values(**values)
            .returning(JobState.name)
            .execution_options(synchronize_session=False)
        )
        return kept.scalar_one_or_none() is not None

    async def release(self, holder: str) -> None:
        """Ends the leases of a node that runs nothing."""
        await self._session.execute(
            update(JobState)
            .where(JobState.holder == holder, JobState.until_ms > 0)
            .values(until_ms=0)
            .execution_options(synchronize_session=False)
        )

    async def request(self, name: str, now_ms: int) -> bool:
        """Asks for a run; False while one is under way or asked for already."""
        asked = await self._session.execute(
            update(JobState)
            .where(JobState.name == name, JobState.until_ms < now_ms, JobState.requested_ms == 0)
            .values(requested_ms=now_ms)
            .returning(JobState.name)
            .execution_options(synchronize_session=False)
        )
        return asked.scalar_one_or_none() is not None


_EMPTY: dict[str, Any] = {
    "holder": "",
    "until_ms": 0,
    "requested_ms": 0,
    "started_ms": 0,
    "finished_ms": 0,
    "done": 0,
    "total": 0,
    "outcome": "",
    "message": "",
}
