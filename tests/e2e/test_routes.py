"""Every call of `tests/contracts/routes.tsv` through the real process: each answers for real.

The providers are scripted; a row without a call here fails the test, so does a call that is no row.
A route that nobody had built would answer 404, 405 or 501, without a key as well as with one. The
portal's rows are called with a key; a login there belongs to the portal's own dialect.
"""

import csv
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest
from websockets.sync.client import connect
from websockets.sync.server import ServerConnection, serve

from tests.e2e.conftest import Stage
from tests.support import fake_upstream, media_provider
from tests.support.clock import until
from tests.support.fake_upstream import FakeUpstream, Reply, Request, document
from tests.support.process import Admin, Weirgate

ROWS = Path(__file__).parents[1] / "contracts" / "routes.tsv"
POLLED_S = 60
PICTURE = b"\x89PNG\r\n\x1a\n picture"
SAID = "Guten Tag"
CHAT = {"model": "gpt-4o", "messages": [{"role": "user", "content": "hi"}]}
GEMINI = {"contents": [{"role": "user", "parts": [{"text": "hi"}]}]}
DRAWINGS = ("imagine", "describe", "blend", "upscale")
MEDIA = "dall-e-3,gpt-image-1,whisper-1,tts-1,omni-moderation-latest,jina-reranker"


def _rows(whose: str) -> list[tuple[str, str, str]]:
    """Returns the method, path and need of each row."""
    lines = [line for line in ROWS.read_text("utf-8").splitlines() if not line.startswith("#")]
    return [
        (method, path, needs)
        for owner, method, path, needs in csv.reader(lines, delimiter="\t")
        if owner == whose
    ]


class Providers:
    """Everybody at one address, each at the paths of its own."""

    def __init__(self) -> None:
        self.taken = 0
        self.base_url = ""

    def __call__(self, request: Request) -> Reply:
        path = request.path
        if path == "/picture.png":
            return Reply(200, PICTURE, "image/png")
        if path.startswith(("/mj/submit/", "/suno/submit/")):
            self.taken += 1
            name = f"up-{self.taken}"
            if path.startswith("/mj"):
                return document(200, {"code": 1, "description": "", "result": name})
            return document(200, {"code": "success", "message": "", "data": name})
        if path == "/mj/task/list-by-condition":
            address = f"{self.base_url}/picture.png"
            done = {"status": "SUCCESS", "progress": "100%", "imageUrl": address}
            return document(200, [{"id": name, **done} for name in request.document["ids"]])
        if path == "/suno/fetch":
            songs = [{"task_id": name, "status": "SUCCESS"} for name in request.document["ids"]]
            return document(200, {"code": "success", "data": songs})
        return _of_openai(path, request)


def _of_openai(path: str, request: Request) -> Reply:
    usage = {"input_tokens": 11, "output_tokens": 7, "total_tokens": 18}
    if path == "/v1/responses":
        text = {"type": "output_text", "text": SAID, "annotations": []}
        made = {"type": "message", "id": "msg_1", "role": "assistant", "status": "completed"}
        whole = {"id": "resp_1", "object": "response", "created_at": 1, "status": "completed"}
        whole |= {"model": "gpt-4o", "output": [{**made, "content": [text]}], "usage": usage}
        return document(200, whole)
    if path == "/v1/completions":
        choice = {"index": 0, "text": SAID, "finish_reason": "stop", "logprobs": None}
        head: dict[str, Any] = {"id": "cmpl-1", "object": "text_completion", "created": 1}
        spent = fake_upstream.usage()
        return document(200, {**head, "model": "gpt-4o", "choices": [choice], "usage": spent})
    if path.startswith(("/v1/images/", "/v1/audio/", "/v1/moderations", "/v1/rerank")):
        return media_provider.behave(request)
    return fake_upstream.behave(request)


class Voices:
    """A realtime provider that says that its session began, and closes with its client."""

    def __init__(self) -> None:
        self._server = serve(self._talk, "127.0.0.1", 0)
        self._thread = threading.Thread(target=self._server.serve_forever, name="voices")
        self.base_url = f"http://127.0.0.1:{self._server.socket.getsockname()[1]}"

    def __enter__(self) -> "Voices":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join(5)

    def _talk(self, socket: ServerConnection) -> None:
        session = {"id": "sess_1", "object": "realtime.session", "model": "gpt-realtime"}
        socket.send(orjson.dumps({"type": "session.created", "session": session}).decode())
        for _message in socket:
            pass


@dataclass
class Calls:
    """The rows' calls, by method and path."""

    stage: Stage

    def send(self, method: str, path: str, **given: Any) -> httpx.Response:
        headers = {"authorization": f"Bearer {self.stage.key}"}
        return self.stage.admin.client.request(method, path, headers=headers, **given)

    def json(self, path: str, body: object) -> httpx.Response:
        return self.send("POST", path, json=body)

    def form(self, path: str, model: str, file: str) -> httpx.Response:
        fields = {"model": model, "prompt": "a hat on it"}
        return self.send("POST", path, data=fields, files={file: ("a.png", PICTURE)})

    def submit(self, kind: str, **body: object) -> str:
        """Draws something and returns its id."""
        answer = self.json(f"/mj/submit/{kind}", body)
        assert answer.status_code == 200, (kind, answer.text)
        told = answer.json()
        assert told["code"] == 1, (kind, told)
        return str(told["result"])

    def drawn(self) -> dict[str, Any]:
        """Draws something and waits for it."""
        drawing = self.submit("imagine", prompt="the sea")

        def ask() -> dict[str, Any]:
            shown: dict[str, Any] = self.send("GET", f"/mj/task/{drawing}/fetch").json()
            return shown

        return until(ask, lambda task: bool(task["status"] == "SUCCESS"), POLLED_S)


@pytest.fixture(scope="module")
def calls(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Calls]:
    folder = tmp_path_factory.mktemp("weirgate")
    providers = Providers()
    with FakeUpstream(providers) as upstream, Voices() as voices, Weirgate(folder) as server:
        providers.base_url = upstream.base_url
        admin = Admin(server)
        models = f"gpt-4o,text-embedding-3-small,{MEDIA}"
        priced = [*(f"mj_{name}" for name in DRAWINGS), "suno_music", *MEDIA.split(",")]
        prices = dict.fromkeys([*priced, "gpt-realtime"], 0.1)
        admin.option("ModelPrice", orjson.dumps(prices).decode())
        admin.add_channel(upstream.base_url, models=models)
        admin.add_channel(voices.base_url, name="voices", models="gpt-realtime")
        drawings = ",".join(f"mj_{name}" for name in DRAWINGS)
        admin.add_channel(upstream.base_url, type=2, name="drawings", models=drawings)
        admin.add_channel(upstream.base_url, type=36, name="songs", models="suno_music")
        made = Stage(server, upstream, admin, admin.add_key())
        try:
            yield Calls(made)
        finally:
            made.close()


# Path and body of the rows that are one call with a key; what the answer must hold.
JSON_CALLS: dict[str, tuple[str, dict[str, Any], str]] = {
    "/v1/chat/completions": ("/v1/chat/completions", CHAT, SAID),
    "/v1/completions": ("/v1/completions", {"model": "gpt-4o", "prompt": "hi"}, SAID),
    "/v1/embeddings": (
        "/v1/embeddings",
        {"model": "text-embedding-3-small", "input": "hi"},
        "0.25",
    ),
    "/v1/images/generations": (
        "/v1/images/generations",
        {"model": "dall-e-3", "prompt": "the sea"},
        media_provider.PICTURE,
    ),
    "/v1/audio/speech": (
        "/v1/audio/speech",
        {"model": "tts-1", "input": "hi", "voice": "alloy"},
        "",
    ),
    "/v1/moderations": (
        "/v1/moderations",
        {"model": "omni-moderation-latest", "input": "hi"},
        "flagged",
    ),
    "/v1/rerank": (
        "/v1/rerank",
        {"model": "jina-reranker", "query": "a", "documents": ["a", "b"]},
        "relevance_score",
    ),
    "/v1/messages": ("/v1/messages", {**CHAT, "max_tokens": 9}, SAID),
    "/v1/responses": ("/v1/responses", {"model": "gpt-4o", "input": "hi"}, SAID),
    "/v1beta/models/*path": ("/v1beta/models/gpt-4o:generateContent", GEMINI, SAID),
    "/v1beta/models/:modelAction": ("/v1beta/models/gpt-4o:generateContent", GEMINI, SAID),
    "/v1/models/:modelAction": ("/v1/models/gpt-4o:generateContent", GEMINI, SAID),
}
FORMS = {
    "/v1/images/edits": ("gpt-image-1", "image", media_provider.PICTURE),
    "/v1/edits": ("gpt-image-1", "image", media_provider.PICTURE),
    "/v1/audio/transcriptions": ("whisper-1", "file", "bytes in"),
    "/v1/audio/translations": ("whisper-1", "file", "bytes in"),
}
LISTS = {
    "/v1/models": "/v1/models",
    "/v1/models/:model": "/v1/models/gpt-4o",
    "/v1beta/models": "/v1beta/models",
    "/v1beta/openai/models": "/v1beta/openai/models",
}
# Rows of tasks, of the playground and of sockets, which the tests below make.
OTHERS = {
    "/v1/realtime",
    "/mj/image/:id",
    "/mj/submit/imagine",
    "/mj/submit/action",
    "/mj/submit/change",
    "/mj/submit/describe",
    "/mj/submit/blend",
    "/mj/task/:id/fetch",
    "/mj/task/list-by-condition",
    "/suno/submit/:action",
    "/suno/fetch",
    "/suno/fetch/:id",
    "/pg/chat/completions",
}


def test_every_row_has_a_call_and_every_call_a_row() -> None:
    relay, portal = _rows("relay"), _rows("portal")
    assert (len(relay), len(portal)) == (31, 8)
    paths = {path for _, path, _ in relay + portal}
    assert paths == set(JSON_CALLS) | set(FORMS) | set(LISTS) | OTHERS


def test_no_row_is_unbuilt_for_a_stranger(calls: Calls) -> None:
    for method, path, needs in _rows("relay") + _rows("portal"):
        place = path.replace(":modelAction", "gpt-4o:generateContent")
        place = place.replace("*path", "gpt-4o:generateContent").replace(":action", "music")
        place = place.replace(":id", "task_1").replace(":model", "gpt-4o")
        with httpx.Client(base_url=calls.stage.server.url, timeout=30) as stranger:
            answer = stranger.request(method, place, json={} if method == "POST" else None)
        # Whoever asks, a socket's path says first that it is one.
        wanted = 426 if path == "/v1/realtime" else 403 if needs == "public" else 401
        assert answer.status_code == wanted, (path, answer.text)


@pytest.mark.parametrize("whose", ["relay", "portal"])
def test_rows_with_a_key_answer_for_real(calls: Calls, whose: str) -> None:
    for _, path, _ in _rows(whose):
        if path in JSON_CALLS:
            place, body, said = JSON_CALLS[path]
            answer = calls.json(place, body)
        elif path in FORMS:
            model, file, said = FORMS[path]
            answer = calls.form(path, model, file)
        elif path in LISTS:
            answer, said = calls.send("GET", LISTS[path]), "gpt-4o"
        else:
            continue
        assert answer.status_code == 200, (path, answer.text)
        if path == "/v1/audio/speech":
            assert answer.content == media_provider.SOUND
        else:
            assert said in answer.text, (path, answer.text)


def test_drawings_are_made_shown_and_changed(calls: Calls) -> None:
    drawing = calls.drawn()
    shown = httpx.URL(drawing["imageUrl"])
    picture = httpx.get(f"{calls.stage.server.url}{shown.raw_path.decode()}", timeout=30)
    assert (picture.status_code, picture.content) == (200, PICTURE)
    made = [
        drawing["id"],
        calls.submit("change", action="UPSCALE", index=1, taskId=drawing["id"]),
        calls.submit("action", customId="MJ::JOB::upsample::1::x", taskId=drawing["id"]),
        calls.submit("describe", base64="data:image/png;base64,QUJD"),
        calls.submit("blend", base64Array=["data:image/png;base64,QUJD"] * 2),
    ]
    listed = calls.json("/mj/task/list-by-condition", {"ids": made})
    assert listed.status_code == 200, listed.text
    assert {task["id"] for task in listed.json()} == set(made)


def test_songs_are_ordered_and_asked_for(calls: Calls) -> None:
    ordered = calls.json("/suno/submit/music", {"prompt": "la la"})
    assert ordered.status_code == 200, ordered.text
    song = ordered.json()["data"]
    one = calls.send("GET", f"/suno/fetch/{song}")
    several = calls.json("/suno/fetch", {"ids": [song]})
    assert one.json()["data"]["task_id"] == song, one.text
    assert [row["task_id"] for row in several.json()["data"]] == [song], several.text


def test_a_voice_answers_over_a_socket(calls: Calls) -> None:
    address = calls.stage.server.url.replace("http", "ws", 1) + "/v1/realtime?model=gpt-realtime"
    headers = {"authorization": f"Bearer {calls.stage.key}"}
    with connect(address, additional_headers=headers, open_timeout=30) as socket:
        assert orjson.loads(socket.recv(timeout=30))["type"] == "session.created"


def test_the_playground_answers_on_a_login(calls: Calls) -> None:
    body = {**CHAT, "group": "default"}
    answer = calls.stage.admin.client.post("/pg/chat/completions", json=body)
    assert answer.status_code == 200, answer.text
    assert SAID in answer.text
