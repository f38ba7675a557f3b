"""HTTP face of analytics: /api/weirgate/analytics/*; no rule lives here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict

from weirgate.explore.files import TYPES
from weirgate.explore.schemas import (
    CatalogueOut,
    ExportIn,
    QueryIn,
    QueryOut,
    SqlIn,
    SqlOut,
    SqlSchemaOut,
    SqlStopIn,
    SqlStopOut,
    ViewIn,
    ViewKind,
    ViewOut,
    ViewPatch,
)
from weirgate.web.answers import Answer, FileAnswer, document
from weirgate.web.router import Context, Limit, Permission, Route

if TYPE_CHECKING:
    from weirgate.explore.service import ExploreService
    from weirgate.explore.sql import SqlService
    from weirgate.explore.views import ViewService

_TAGS = ("analytics",)
_BASE = "/api/weirgate/analytics"


class ViewQuery(BaseModel):
    """Which views to list."""

    model_config = ConfigDict(extra="forbid")

    kind: ViewKind | None = None


def routes(service: ExploreService, views: ViewService, sql: SqlService) -> list[Route]:
    """Returns all rows of this domain."""
    return [*_questions(service), *_views(views), *_sql(sql)]


def _questions(service: ExploreService) -> list[Route]:
    async def catalogue(context: Context[None, None]) -> Answer:
        return document(service.catalogue(context.caller))

    async def query(context: Context[None, QueryIn]) -> Answer:
        return document(await service.query(context.uow, context.caller, context.body))

    async def export(context: Context[None, ExportIn]) -> FileAnswer:
        path = await service.export(context.uow, context.caller, context.body)
        name = f"attachment; filename=usage.{context.body.format}"
        headers = [("content-disposition", name), ("cache-control", "no-store")]
        return FileAnswer(path, TYPES[context.body.format], headers)

    reader = Permission.ANY_USAGE
    return [
        Route(method="GET", path=f"{_BASE}/catalogue", permission=reader, handler=catalogue,
              answer=CatalogueOut, envelope=False, tags=_TAGS,
              summary="List the metrics and dimensions that the caller may ask for"),
        Route(method="POST", path=f"{_BASE}/query", permission=reader, handler=query, body=QueryIn,
              answer=QueryOut, envelope=False, writes=False, body_limit=65_536, tags=_TAGS,
              summary="Ask a question about usage"),
        Route(method="POST", path=f"{_BASE}/export", permission=reader, handler=export,
              body=ExportIn, envelope=False, writes=False, body_limit=65_536,
              limit=Limit.DOWNLOAD, tags=_TAGS,
              summary="Download the whole answer to a question as JSON, CSV or Parquet"),
    ]  # fmt: skip


def _views(service: ViewService) -> list[Route]:
    async def list_views(context: Context[ViewQuery, None]) -> Answer:
        kind = context.query.kind or ""
        return document(await service.listed(context.uow, context.caller, kind))

    async def get_view(context: Context[None, None]) -> Answer:
        return document(await service.get(context.uow, context.caller, context.id()))

    async def create_view(context: Context[None, ViewIn]) -> Answer:
        made = await service.create(context.uow, context.caller, context.body)
        return document(made, status=201)

    async def update_view(context: Context[None, ViewPatch]) -> Answer:
        view_id = context.id()
        return document(await service.update(context.uow, context.caller, view_id, context.body))

    async def delete_view(context: Context[None, None]) -> Answer:
        await service.delete(context.uow, context.caller, context.id())
        return Answer(status=204)

    user = Permission.USER
    return [
        Route(method="GET", path=f"{_BASE}/views", permission=user, handler=list_views,
              query=ViewQuery, answer=list[ViewOut], envelope=False, tags=_TAGS,
              summary="List own and shared saved views"),
        Route(method="POST", path=f"{_BASE}/views", permission=user, handler=create_view,
              body=ViewIn, answer=ViewOut, envelope=False, tags=_TAGS, summary="Save a view"),
        Route(method="GET", path=f"{_BASE}/views/:id", permission=user, handler=get_view,
              answer=ViewOut, envelope=False, tags=_TAGS, summary="Read a saved view"),
        Route(method="PATCH", path=f"{_BASE}/views/:id", permission=user, handler=update_view,
              body=ViewPatch, answer=ViewOut, envelope=False, tags=_TAGS,
              summary="Change an own view"),
        Route(method="DELETE", path=f"{_BASE}/views/:id", permission=user, handler=delete_view,
              tags=_TAGS, summary="Delete an own view"),
    ]  # fmt: skip


def _sql(service: SqlService) -> list[Route]:
    async def schema(context: Context[None, None]) -> Answer:
        return document(await service.schema(context.uow, context.caller))

    async def run(context: Context[None, SqlIn]) -> Answer:
        return document(await service.run(context.uow, context.caller, context.body))

    async def stop(context: Context[None, SqlStopIn]) -> Answer:
        stopped = service.stop(context.caller, everybody=context.body.everybody)
        return document(SqlStopOut(stopped=stopped))

    reader = Permission.ANY_USAGE
    return [
        Route(method="GET", path=f"{_BASE}/sql/schema", permission=reader, handler=schema,
              answer=SqlSchemaOut, envelope=False, tags=_TAGS,
              summary="List the tables and columns of the SQL editor"),
        Route(method="POST", path=f"{_BASE}/sql", permission=reader, handler=run, body=SqlIn,
              answer=SqlOut, envelope=False, writes=False, body_limit=65_536, tags=_TAGS,
              summary="Run a SELECT over the usage that the caller may see"),
        Route(method="POST", path=f"{_BASE}/sql/stop", permission=reader, handler=stop,
              body=SqlStopIn, answer=SqlStopOut, envelope=False, writes=False, tags=_TAGS,
              summary="Stop the caller's running query, or everybody's"),
    ]  # fmt: skip
