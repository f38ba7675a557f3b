"""A Robyn app with one handler for each thing that the bridge must carry.

Annotations are real here, not texts: Robyn reads them.
"""

import asyncio
import threading
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from weirgate.web.robyn_face import (
    Headers,
    Request,
    Response,
    StreamingResponse,
    SubRouter,
    new_app,
)

# One object for all answers, as Robyn itself keeps one for JSON.
SHARED = Headers({"content-type": "application/json"})
BODY_LIMIT = 1_000_000


class Item(BaseModel):
    name: str
    count: int = 1


class Seen:
    """What handlers tell the tests."""

    def __init__(self) -> None:
        self.entered = threading.Event()
        self.stream_closed = threading.Event()
        self.calls = 0


def make_app(seen: Seen, folder: Path) -> Any:
    app = new_app()
    plain, answers = Plain(seen), Answers(seen, folder)
    for method in ("get", "post", "put", "delete", "patch"):
        getattr(app, method)("/show")(plain.show)
    app.get("/show/:first/and/:second")(plain.show)
    app.get("/show/literal/and/:second")(blocking)
    app.get("/wait")(plain.wait)
    app.get("/entered")(plain.was_entered)
    app.get("/blocking")(blocking)
    app.post("/model")(model)
    app.get("/broken")(broken)
    for name in ("stream", "endless", "flooding", "file"):
        app.get("/" + name)(getattr(answers, name))
    for handler in (shared, cookies, repeated, large):
        app.get("/" + handler.__name__)(handler)
    router = SubRouter("/sub")
    router.get("/inside")(inside)
    app.include_router(router)
    app.before_request()(before)
    app.after_request()(after)
    return app


class Plain:
    def __init__(self, seen: Seen) -> None:
        self._seen = seen

    async def show(self, request: Request) -> dict[str, Any]:
        self._seen.calls += 1
        return {
            "method": request.method,
            "path": request.url.path,
            "scheme": request.url.scheme,
            "host": request.url.host,
            "params": request.path_params,
            "query": request.query_params.to_dict(),
            "ip": request.ip_addr,
            "form": request.form_data,
            "files": {name: len(content) for name, content in request.files.items()},
            "size": len(request.body),
        }

    async def was_entered(self, request: Request) -> Response:
        return Response(200 if self._seen.entered.is_set() else 425, Headers({}), request.method)

    async def wait(self, request: Request) -> str:
        self._seen.entered.set()
        await asyncio.sleep(float(request.query_params.get("s", "0.3") or 0))
        return "waited"


def blocking(request: Request) -> str:
    return f"plain function {request.method}"


async def model(item: Item) -> dict[str, Any]:
    return {"name": item.name, "count": item.count}


async def broken(request: Request) -> str:
    raise LookupError(f"a fault of ours with a secret in it: {request.method}")


async def inside(request: Request) -> str:
    return f"in the sub router {request.method}"


async def shared(request: Request) -> Response:
    await asyncio.sleep(0)
    return Response(200, SHARED, request.headers.get("x-user") or "")


async def cookies(request: Request) -> Response:
    response = Response(200, Headers({}), request.method)
    response.set_cookie("first", "1", path="/", http_only=True, same_site="Strict")
    response.set_cookie("second", "2", max_age=60, secure=True)
    return response


async def repeated(request: Request) -> Response:
    headers = Headers({})
    headers.append("x-many", "a")
    headers.append("x-many", "b")
    return Response(201, headers, request.method)


async def large(request: Request) -> dict[str, Any]:
    return {"text": f"weirgate {request.url.path} " * 1000}


class Answers:
    def __init__(self, seen: Seen, folder: Path) -> None:
        self._seen = seen
        self._folder = folder

    async def _numbers(self) -> AsyncGenerator[str, None]:
        try:
            for number in range(5):
                yield f"data: {number}\n\n"
                await asyncio.sleep(0)
        finally:
            self._seen.stream_closed.set()

    async def stream(self, _request: Request) -> StreamingResponse:
        return StreamingResponse(self._numbers())

    async def _forever(self) -> AsyncGenerator[bytes, None]:
        try:
            yield b"data: first\n\n"
            self._seen.entered.set()
            await asyncio.Event().wait()
        finally:
            self._seen.stream_closed.set()

    async def endless(self, _request: Request) -> StreamingResponse:
        return StreamingResponse(self._forever())

    async def _flood(self) -> AsyncGenerator[bytes, None]:
        while True:
            yield bytes(65_536)

    async def flooding(self, _request: Request) -> StreamingResponse:
        return StreamingResponse(
            self._flood(),
            media_type="application/octet-stream",
        )

    async def file(self, request: Request) -> Response:
        response = Response(200, Headers({"content-type": "text/csv"}), request.method)
        response.file_path = str(self._folder / "export.csv")
        return response


async def before(request: Request) -> Request | Response:
    if request.headers.get("x-block"):
        return Response(403, Headers({}), b"blocked")
    return request


async def after(request: Request, response: Response) -> Response:
    response.headers.append("x-after", request.headers.get("x-user") or "nobody")
    return response
