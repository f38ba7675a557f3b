"""Every kind of channel that takes tasks, through the real process: submitted, polled, done.

The providers are scripted at the paths, keys and words of each vendor; the clients ask in the forms
that are theirs. A channel type that takes tasks and has no row here fails the test.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import orjson
import pytest
from weirgate.channels.types import UNTESTABLE

from tests.e2e.conftest import Stage
from tests.support.clock import until
from tests.support.fake_upstream import FakeUpstream, Reply, Request, document, failure
from tests.support.process import Admin, Weirgate

POLLED_S = 60
FILM = "https://film.example/1.mp4"
# Types that answer chat too, or are of a vendor that does.
ALSO_TASKS = {1, 45, 55}
ARK = "/api/v3/contents/generations/tasks"
JIMENG = "/?Action=CVSync2Async{}&Version=2022-08-31"


@dataclass(frozen=True)
class Vendor:
    """What one kind of channel is sent, asked and says."""

    channel_type: int
    model: str
    path: str
    """The client's path; its body is a prompt and the model."""
    submitted: str
    """Method and path of the submit at the vendor."""
    taken: dict[str, Any]
    asked: str
    """Method and path of the question."""
    told: Any
    """The answer to it, the first time around with `running` for `done`."""
    header: tuple[str, str]
    """What both calls carry: a header and its beginning."""
    running: tuple[bytes, bytes]
    """The word for done, and the word that the first answer has in its place."""
    key: str = "k"
    url: str = ""


VENDORS = [
    Vendor(
        channel_type=kind,
        model=f"mj_{action}",
        path=f"/mj/submit/{action}",
        submitted=f"POST /mj/submit/{action}",
        taken={"code": 1, "description": "", "result": f"up-{kind}"},
        asked="POST /mj/task/list-by-condition",
        told=[{"id": f"up-{kind}", "status": "SUCCESS", "imageUrl": FILM}],
        header=("mj-api-secret", "k"),
        running=(b"SUCCESS", b"IN_PROGRESS"),
    )
    for kind, action in ((2, "imagine"), (5, "shorten"))
] + [
    Vendor(
        channel_type=36,
        model="suno_music",
        path="/suno/submit/music",
        submitted="POST /suno/submit/MUSIC",
        taken={"code": "success", "message": "", "data": "up-36"},
        asked="POST /suno/fetch",
        told={"code": "success", "data": [{"task_id": "up-36", "status": "SUCCESS", "data": []}]},
        header=("authorization", "Bearer k"),
        running=(b"SUCCESS", b"IN_PROGRESS"),
    ),
    Vendor(
        channel_type=50,
        model="kling",
        path="/kling/v1/videos/text2video",
        submitted="POST /v1/videos/text2video",
        taken={"code": 0, "data": {"task_id": "up-50"}},
        asked="GET /v1/videos/text2video/up-50",
        told={
            "code": 0,
            "data": {"task_status": "succeed", "task_result": {"videos": [{"url": FILM}]}},
        },
        header=("authorization", "Bearer ey"),
        running=(b"succeed", b"processing"),
        key="access|secret",
        url=FILM,
    ),
    Vendor(
        channel_type=51,
        model="jimeng",
        path="/v1/video/generations",
        submitted="POST " + JIMENG.format("SubmitTask"),
        taken={"code": 10000, "data": {"task_id": "up-51"}},
        asked="POST " + JIMENG.format("GetResult"),
        told={"code": 10000, "data": {"status": "done", "video_url": FILM}},
        header=("authorization", "HMAC-SHA256 Credential=access/"),
        running=(b"done", b"generating"),
        key="access|secret",
        url=FILM,
    ),
    Vendor(
        channel_type=52,
        model="vidu",
        path="/v1/video/generations",
        submitted="POST /ent/v2/text2video",
        taken={"task_id": "up-52", "state": "created"},
        asked="GET /ent/v2/tasks/up-52/creations",
        told={"state": "success", "creations": [{"url": FILM}]},
        header=("authorization", "Token k"),
        running=(b"success", b"processing"),
        url=FILM,
    ),
    *[
        Vendor(
            channel_type=kind,
            model=f"ark-{kind}",
            path="/v1/video/generations",
            submitted=f"POST {ARK}",
            taken={"id": f"up-{kind}"},
            asked=f"GET {ARK}/up-{kind}",
            told={"id": f"up-{kind}", "status": "succeeded", "content": {"video_url": FILM}},
            header=("authorization", f"Bearer k{kind}"),
            running=(b"succeeded", b"running"),
            key=f"k{kind}",
            url=FILM,
        )
        for kind in (45, 54)
    ],
    *[
        Vendor(
            channel_type=kind,
            model=f"sora-{kind}",
            path="/v1/videos",
            submitted="POST /v1/videos",
            taken={"id": f"up-{kind}", "status": "queued"},
            asked=f"GET /v1/videos/up-{kind}",
            told={"id": f"up-{kind}", "status": "completed", "progress": 100},
            header=("authorization", f"Bearer k{kind}"),
            running=(b"completed", b"in_progress"),
            key=f"k{kind}",
        )
        for kind in (1, 55)
    ],
]


class Script:
    """All vendors at one address; the first question about a task hears that it runs."""

    def __init__(self) -> None:
        self.asked: set[tuple[int, str]] = set()

    def __call__(self, request: Request) -> Reply:
        call = f"{request.method} {request.path}"
        for vendor in VENDORS:
            name, start = vendor.header
            if not request.headers.get(name, "").startswith(start):
                continue
            if call == vendor.submitted:
                return document(200, vendor.taken)
            if call == vendor.asked and self._is_meant(vendor, request):
                return self._told(vendor)
        return failure(404, f"no such call {call}")

    def _is_meant(self, vendor: Vendor, request: Request) -> bool:
        """Says whether a question for many asks for this vendor's task."""
        ids = request.document.get("ids") if request.body else None
        return ids is None or f"up-{vendor.channel_type}" in ids

    def _told(self, vendor: Vendor) -> Reply:
        told = orjson.dumps(vendor.told)
        place = (vendor.channel_type, vendor.asked)
        if place not in self.asked:
            self.asked.add(place)
            told = told.replace(*vendor.running)
        return Reply(200, told)


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    folder = tmp_path_factory.mktemp("weirgate")
    with FakeUpstream(Script()) as upstream, Weirgate(folder) as server:
        admin = Admin(server)
        prices = {vendor.model: 0.1 for vendor in VENDORS}
        admin.option("ModelPrice", orjson.dumps(prices).decode())
        for vendor in VENDORS:
            kind, key, model = vendor.channel_type, vendor.key, vendor.model
            admin.add_channel(upstream.base_url, type=kind, key=key, models=model)
        made = Stage(server, upstream, admin, admin.add_key())
        try:
            yield made
        finally:
            made.close()


def _submit(stage: Stage, vendor: Vendor) -> str:
    body = {"model": vendor.model, "prompt": "the sea"}
    headers = {"authorization": f"Bearer {stage.key}"}
    answer = stage.admin.client.post(vendor.path, json=body, headers=headers)
    assert answer.status_code == 200, (vendor, answer.text)
    ticket = answer.json()
    found = ticket.get("id") or ticket.get("result") or ticket["data"]
    task_id = found["task_id"] if isinstance(found, dict) else found
    assert isinstance(task_id, str)
    return task_id


def _fetch(stage: Stage, vendor: Vendor, task_id: str) -> dict[str, Any]:
    """Returns the task as the vendor's clients read it."""
    path = f"/v1/video/generations/{task_id}"
    if vendor.path.startswith("/mj"):
        path = f"/mj/task/{task_id}/fetch"
    if vendor.path.startswith("/suno"):
        path = f"/suno/fetch/{task_id}"
    headers = {"authorization": f"Bearer {stage.key}"}
    answer = stage.admin.client.get(path, headers=headers)
    assert answer.status_code == 200, (vendor, answer.text)
    told = answer.json()
    shown: dict[str, Any] = told["data"] if "code" in told else told
    return shown


def test_every_kind_of_task_is_submitted_polled_and_done(stage: Stage) -> None:
    kinds = [vendor.channel_type for vendor in VENDORS]
    assert set(kinds) == UNTESTABLE | ALSO_TASKS, "a type that takes tasks has no row"
    assert len(kinds) == len(set(kinds))
    tasks = [(vendor, _submit(stage, vendor)) for vendor in VENDORS]
    for vendor, task_id in tasks:

        def ask(vendor: Vendor = vendor, task_id: str = task_id) -> dict[str, Any]:
            return _fetch(stage, vendor, task_id)

        done = until(ask, lambda task: bool(task["status"] in {"SUCCESS", "FAILURE"}), POLLED_S)
        assert done["status"] == "SUCCESS", (vendor, done)
        if vendor.url:
            assert done["result_url"] == vendor.url
        shown = orjson.dumps(done).decode()
        assert f"up-{vendor.channel_type}" not in shown, "the provider's own id stays here"
    script = stage.upstream.behaviour
    assert isinstance(script, Script)
    assert len(script.asked) == len(VENDORS), "each was asked more than once"
