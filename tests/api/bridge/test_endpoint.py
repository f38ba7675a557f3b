"""What an endpoint does with queries, bodies, ids, outcomes and faults."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson
import pytest
from pydantic import BaseModel, ConfigDict, Field
from weirgate.errors import Text
from weirgate.store.tables import Option
from weirgate.web.answers import Answer, FileAnswer, StreamAnswer, document, ok
from weirgate.web.fields import LenientBool, LenientInt
from weirgate.web.router import Context, Permission, Route
from weirgate.web.static import StaticFiles

from tests.support.management import Management, running_management
from tests.support.refusals import Refusal

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Iterator
    from pathlib import Path


class Filter(BaseModel):
    type: LenientInt = 0
    sort: LenientBool = False
    tag: list[str] = []
    name: str | None = None


class Body(BaseModel):
    name: str = Field(max_length=3)
    count: int = 0


class StrictBody(Body):
    model_config = ConfigDict(extra="forbid", strict=True)


async def show_query(context: Context[Filter, None]) -> Answer:
    return ok(context.query)


async def show_body(context: Context[None, Body]) -> Answer:
    return ok({"body": context.body, "raw": len(context.raw_body)})


async def show_own(context: Context[None, StrictBody]) -> Answer:
    return document(context.body)


async def show_id(context: Context[None, None]) -> Answer:
    return ok(context.id())


async def speak(context: Context[None, None]) -> Answer:
    return ok(message=Text("成功", "success")).with_header("x-id", context.path["id"])


async def reveal(context: Context[None, None]) -> Answer:
    return ok({"key": context.host}).without_store()


async def stream(context: Context[None, None]) -> StreamAnswer:
    async def lines() -> AsyncGenerator[bytes, None]:
        for number in range(3):
            yield f"data: {number} {context.client_ip}\n\n".encode()

    return StreamAnswer(lines())


async def write_on_get(context: Context[None, None]) -> Answer:
    context.uow.session.add(Option(key="k", value="v"))
    await context.uow.session.flush()
    return ok()


async def upgraded_write(context: Context[None, None]) -> Answer:
    await context.uow.begin_write()
    return await write_on_get(context)


def routes(folder: Path) -> list[Route]:
    async def export(context: Context[None, None]) -> FileAnswer:
        name = ("content-disposition", f"attachment; filename={context.id()}.csv")
        return FileAnswer(folder / "export.csv", "text/csv", [name])

    def route(path: str, handler: Any, **more: Any) -> Route:
        values = {"method": "GET", "summary": path, "permission": Permission.PUBLIC, **more}
        return Route(path=path, handler=handler, **values)

    return [
        route("/api/query", show_query, query=Filter),
        route("/api/body", show_body, method="POST", body=Body, body_limit=1000),
        route("/api/option/", show_body, method="PUT", body=Body, bad_body_status=400),
        route("/api/weirgate/thing", show_own, method="POST", body=StrictBody),
        route("/api/user/:id", show_id),
        route("/api/user/:id/speak", speak),
        route("/api/export/:id", export),
        route("/api/key", reveal, method="POST"),
        route("/api/stream", stream),
        route("/api/sneaky", write_on_get),
        route("/api/upgraded", upgraded_write),
    ]


@pytest.fixture(scope="module")
def management(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Management]:
    folder = tmp_path_factory.mktemp("endpoint")
    (folder / "export.csv").write_text("a\n" * 1000)
    static = StaticFiles(folder / "missing")
    with running_management(folder, lambda _: routes(folder), static=static) as running:
        yield running


def get(management: Management, path: str, **headers: str) -> Any:
    with management.client(headers=headers) as client:
        return client.get(path)


def test_family_queries_are_read_leniently(management: Management) -> None:
    shown = get(management, "/api/query?type=abc&sort=1&tag=a&tag=b&name=x&name=y&unknown=1")
    assert shown.json()["data"] == {"type": 0, "sort": True, "tag": ["a", "b"], "name": "x"}


def test_a_body_is_validated_and_unknown_fields_are_ignored(management: Management) -> None:
    with management.client() as client:
        good = client.post("/api/body", json={"name": "abc", "other": 1})
        bad = client.post("/api/body", json={"name": "abcd"})
    assert good.json()["data"]["body"] == {"name": "abc", "count": 0}
    assert (bad.status_code, bad.json()) == (200, Refusal("无效的参数"))


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"null", b'{"name": "\xff"}'])
def test_a_body_that_is_no_json_object_is_refused(management: Management, content: bytes) -> None:
    with management.client() as client:
        usual = client.post("/api/body", content=content)
        option = client.put("/api/option/", content=content)
    assert (usual.status_code, usual.json()["success"]) == (200, False)
    assert option.json()["success"] is False
    is_json = content in {b"[]", b"null"}
    assert option.status_code == (200 if is_json else 400)


def test_a_route_has_its_own_body_limit(management: Management) -> None:
    with management.client() as client:
        fits = client.post("/api/body", content=b'{"name":"a"}'.ljust(1000))
        over = client.post("/api/body", content=b'{"name":"a"}'.ljust(1001))
    assert fits.json()["data"]["raw"] == 1000
    assert over.status_code == 413


def test_our_own_paths_say_what_is_wrong_where(management: Management) -> None:
    with management.client(headers={"accept-language": "en"}) as client:
        answer = client.post("/api/weirgate/thing", json={"name": "abcd", "extra": 1})
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert body["code"] == "invalid_input"
    assert [item["path"] for item in body["errors"]] == ["name", "extra"]


def test_an_own_answer_has_no_envelope(management: Management) -> None:
    with management.client() as client:
        answer = client.post("/api/weirgate/thing", json={"name": "abc"})
    assert answer.json() == {"name": "abc", "count": 0}


@pytest.mark.parametrize("text", ["info", "-1", "1.5", "%20", "9" * 19, "\u0661"])
def test_an_id_that_is_no_id_does_not_look_like_success(management: Management, text: str) -> None:
    answer = get(management, f"/api/user/{text}")
    assert (answer.status_code, answer.json()["success"]) == (200, False)


def test_messages_speak_the_callers_language(management: Management) -> None:
    assert get(management, "/api/user/7/speak").json()["message"] == "成功"
    english = get(management, "/api/user/7/speak", **{"accept-language": "en"})
    assert english.json()["message"] == "success"
    assert english.headers["x-id"] == "7"


def test_key_revealing_answers_are_stored_nowhere(management: Management) -> None:
    with management.client() as client:
        headers = client.post("/api/key").headers
    assert headers["cache-control"].startswith("no-store")
    assert (headers["pragma"], headers["expires"]) == ("no-cache", "0")


def test_a_small_stream_and_a_file_are_answers_too(management: Management) -> None:
    streamed = get(management, "/api/stream")
    assert streamed.text == "".join(f"data: {number} 127.0.0.1\n\n" for number in range(3))
    exported = get(management, "/api/export/3")
    assert exported.headers["content-disposition"] == "attachment; filename=3.csv"
    assert len(exported.content) == 2000


def test_a_get_cannot_change_anything_by_mistake(management: Management) -> None:
    async def stored() -> Option | None:
        async with management.store.unit_of_work(write=False) as uow:
            return await uow.session.get(Option, "k")

    assert get(management, "/api/sneaky").status_code == 500
    assert management.run(stored()) is None
    assert get(management, "/api/upgraded").json()["success"] is True
    assert management.run(stored()) is not None


def test_cors_is_open_for_key_readers_only(management: Management) -> None:
    with management.client(headers={"origin": "https://chat.example"}) as client:
        asked = client.options("/api/usage/token/")
        closed = client.get("/api/query")
    assert asked.headers["access-control-allow-origin"] == "https://chat.example"
    assert "access-control-allow-origin" not in closed.headers


def test_without_a_build_the_page_says_so_and_the_api_works(management: Management) -> None:
    page = get(management, "/")
    assert page.status_code == 503
    assert "has not been built" in page.text
    assert get(management, "/api/query").status_code == 200
    unknown = get(management, "/api/v1/auth/me")
    assert orjson.loads(unknown.content)["error"]["message"] == "Invalid URL (GET /api/v1/auth/me)"
