"""HTTP face of jobs: /api/weirgate/jobs; no rule lives here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from weirgate.jobs.schemas import JobOut
from weirgate.web.answers import Answer, document
from weirgate.web.router import Context, Permission, Route

if TYPE_CHECKING:
    from weirgate.jobs.service import JobService

_TAGS = ("jobs",)


def routes(service: JobService) -> list[Route]:
    """Returns all rows of this domain."""

    async def list_jobs(context: Context[None, None]) -> Answer:
        return document(await service.listed(context.uow))

    async def get_job(context: Context[None, None]) -> Answer:
        return document(await service.get(context.uow, context.path["name"]))

    async def run_job(context: Context[None, None]) -> Answer:
        name = context.path["name"]
        await service.request(context.uow, context.caller, name)
        return document(await service.get(context.uow, name), status=202)

    admin = Permission.ADMIN
    return [
        Route(method="GET", path="/api/weirgate/jobs", permission=admin, handler=list_jobs,
              answer=list[JobOut], envelope=False, tags=_TAGS, summary="List the jobs"),
        Route(method="GET", path="/api/weirgate/jobs/:name", permission=admin, handler=get_job,
              answer=JobOut, envelope=False, tags=_TAGS, summary="Read one job"),
        Route(method="POST", path="/api/weirgate/jobs/:name/run", permission=admin,
              handler=run_job, answer=JobOut, envelope=False, tags=_TAGS,
              summary="Ask for a run of a job"),
    ]  # fmt: skip
