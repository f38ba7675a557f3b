"""A small domain from query to database over real HTTP: the pattern that all domains follow."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from pydantic import BaseModel, Field
from sqlalchemy import select
from weirgate.errors import ConflictError, RefusedError, Text
from weirgate.store.tables import Option, User
from weirgate.web.answers import Answer, Paged, ok, paged
from weirgate.web.paging import PageQuery
from weirgate.web.router import Context, Permission, Route

from tests.support.management import Management, running_management
from tests.support.refusals import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy.ext.asyncio import AsyncSession
    from weirgate.store import UnitOfWork
    from weirgate.web.paging import Page

# schemas.py


class NoteFilter(PageQuery):
    keyword: str = ""


class NoteCreate(BaseModel):
    name: str = Field(min_length=1, max_length=20)
    text: str = ""


class NoteOut(BaseModel):
    name: str
    text: str


# repository.py: every query of the domain


class NoteRepository:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def list(self, keyword: str, page: Page) -> tuple[list[Option], int]:
        query = select(Option).where(Option.key.contains(keyword)).order_by(Option.key)
        rows = list((await self._session.scalars(query)).all())
        return rows[page.offset : page.offset + page.limit], len(rows)

    async def get(self, name: str) -> Option | None:
        return await self._session.get(Option, name)

    def add(self, row: Option) -> None:
        self._session.add(row)


# service.py: the rules


class NoteService:
    async def list(self, uow: UnitOfWork, keyword: str, page: Page) -> tuple[list[NoteOut], int]:
        rows, total = await NoteRepository(uow.session).list(keyword, page)
        return [NoteOut(name=row.key, text=row.value) for row in rows], total

    async def create(self, uow: UnitOfWork, note: NoteCreate) -> None:
        repository = NoteRepository(uow.session)
        if await repository.get(note.name) is not None:
            raise ConflictError(Text("已存在", "exists already"))
        repository.add(Option(key=note.name, value=note.text))
        uow.changed.routing = True
        if note.text == "forbidden":
            raise RefusedError("this text is not allowed")


# routes.py: HTTP in and out


def routes(service: NoteService) -> list[Route]:
    async def list_notes(context: Context[NoteFilter, None]) -> Answer:
        page = context.query.page()
        notes, total = await service.list(context.uow, context.query.keyword, page)
        return paged(page, total, notes)

    async def create_note(context: Context[None, NoteCreate]) -> Answer:
        await service.create(context.uow, context.body)
        return ok()

    return [
        Route(
            method="GET",
            path="/api/note/",
            permission=Permission.USER,
            handler=list_notes,
            query=NoteFilter,
            answer=Paged[NoteOut],
            tags=("note",),
            summary="List notes",
        ),
        Route(
            method="POST",
            path="/api/note/",
            permission=Permission.ADMIN,
            handler=create_note,
            body=NoteCreate,
            tags=("note",),
            summary="Create a note",
        ),
    ]


@pytest.fixture(params=["sqlite", "postgresql"])
def management(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Management]:
    url = request.getfixturevalue("postgres_url") if request.param == "postgresql" else None
    with running_management(tmp_path, lambda _: routes(NoteService()), url=url) as running:
        running.add(User(id=1, username="alice", role=1), User(id=2, username="root", role=100))
        yield running


def test_a_created_note_is_listed_to_every_user(management: Management) -> None:
    with management.client() as client:
        created = client.post(
            "/api/note/", json={"name": "n1", "text": "x"}, headers=management.login(2)
        )
        listed = client.get("/api/note?p=1&size=5", headers=management.login(1))
    assert created.json() == {"success": True, "message": ""}
    assert listed.json() == {
        "success": True,
        "message": "",
        "data": {
            "page": 1,
            "page_size": 5,
            "size": 5,
            "total": 1,
            "total_count": 1,
            "items": [{"name": "n1", "text": "x"}],
            "data": [{"name": "n1", "text": "x"}],
        },
    }


def test_a_refused_creation_leaves_nothing_and_publishes_nothing(management: Management) -> None:
    published: list[object] = []

    async def note(changes: object) -> None:
        published.append(changes)

    management.store.on_commit = note
    with management.client(headers=management.login(2)) as client:
        refused = client.post("/api/note/", json={"name": "n2", "text": "forbidden"})
        listed = client.get("/api/note/")
        client.post("/api/note/", json={"name": "n3"})
    assert refused.status_code == 200
    assert refused.json() == Refusal("this text is not allowed")
    assert listed.json()["data"]["total"] == 0
    assert len(published) == 1


def test_a_user_may_not_do_what_needs_an_administrator(management: Management) -> None:
    with management.client(headers=management.login(1)) as client:
        answer = client.post("/api/note/", json={"name": "n"})
    assert answer.status_code == 200
    assert answer.json() == Refusal("无权进行此操作，权限不足")


def test_errors_speak_english_to_those_who_ask_for_it(management: Management) -> None:
    headers = {**management.login(2), "accept-language": "en-US,en;q=0.9,zh;q=0.5"}
    with management.client(headers=headers) as client:
        client.post("/api/note/", json={"name": "n"})
        twice = client.post("/api/note/", json={"name": "n"})
    assert twice.json()["message"] == "exists already"
