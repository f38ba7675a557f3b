"""Notices by mail, webhook, Bark and Gotify against real servers on loopback."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import orjson
import pytest
from structlog.testing import capture_logs
from weirgate.accounts.preferences import sealed_secret
from weirgate.channels.egress import Egress, EgressPolicy
from weirgate.errors import Text
from weirgate.mail.sender import SmtpMailer
from weirgate.notify import service as notify_service
from weirgate.notify.rules import Notice
from weirgate.notify.service import Notifier
from weirgate.store import Store
from weirgate.store.crypto import Sealer
from weirgate.store.migrate import migrate
from weirgate.store.tables import Option, User
from weirgate.system.option_table import build_registry
from weirgate.system.service import OptionService

from tests.support.mail_server import mail_server
from tests.support.management import Clock

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable
    from pathlib import Path

NOTICE = Notice("channel_update", Text("标题", "title & more"), Text("内容", "the content"))
SEALER = Sealer(bytes(32))
OPEN = {"fetch_setting.allow_private_ip": "true", "fetch_setting.allowed_ports": "[]"}


@dataclass
class Hook:
    """Keeps each request's head and body, and answers with a status."""

    statuses: list[int] = field(default_factory=list)
    got: list[tuple[str, bytes]] = field(default_factory=list)
    port: int = 0

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        lengths = [line for line in head.lower().splitlines() if line.startswith("content-length")]
        length = int(lengths[0].split(":")[1]) if lengths else 0
        self.got.append((head, await reader.readexactly(length)))
        status = self.statuses.pop(0) if self.statuses else 200
        writer.write(b"HTTP/1.1 %d X\r\ncontent-length: 0\r\nconnection: close\r\n\r\n" % status)
        await writer.drain()
        writer.close()
        await writer.wait_closed()


@asynccontextmanager
async def hook(*statuses: int) -> AsyncIterator[Hook]:
    made = Hook(list(statuses))
    server = await asyncio.start_server(made.handle, "127.0.0.1", 0)
    made.port = server.sockets[0].getsockname()[1]
    async with server:
        yield made
        await asyncio.sleep(0)


@dataclass
class Place:
    store: Store
    notifier: Notifier
    clock: Clock

    async def root(self, email: str = "", **setting: Any) -> None:
        async with self.store.unit_of_work() as uow:
            text = orjson.dumps(setting).decode()
            uow.session.add(User(username="root", role=100, email=email, setting=text))

    async def options(self, **values: str) -> None:
        async with self.store.unit_of_work() as uow:
            uow.session.add_all(Option(key=key, value=value) for key, value in values.items())

    async def tell(self) -> list[str]:
        """Sends one notice to root and returns what the log says against it."""
        with capture_logs() as logs:
            self.notifier.tell_root(NOTICE)
            await self.notifier.flush()
        return [str(entry.get("error", entry["event"])) for entry in logs]


def run(folder: Path, work: Callable[[Place], Awaitable[None]]) -> None:
    url = f"sqlite:///{folder}/notices.db"
    migrate(url)

    async def main() -> None:
        store, clock = Store(url), Clock()
        notifier = Notifier(
            store,
            OptionService(build_registry({})),
            SmtpMailer(),
            Egress(EgressPolicy(allow_private=True)),
            SEALER,
            now_ms=clock,
            pause_s=0,
        )
        try:
            await work(Place(store, notifier, clock))
        finally:
            await store.close()

    asyncio.run(main())


def test_by_mail_to_the_notice_address_first(tmp_path: Path) -> None:
    with mail_server() as server:

        async def work(place: Place) -> None:
            await place.options(
                SMTPServer="127.0.0.1", SMTPPort=str(server.port), SMTPFrom="gate@example.org"
            )
            await place.root("root@example.org", notification_email="bell@example.org")
            assert await place.tell() == []

        run(tmp_path, work)
        assert server.recipients == [["bell@example.org"]]
        assert server.letters[0]["Subject"] == "标题"
        assert "内容" in server.last_text()


@pytest.mark.parametrize("is_sealed", [True, False])
def test_by_signed_webhook_in_the_users_language(tmp_path: Path, *, is_sealed: bool) -> None:
    async def work(place: Place) -> None:
        async with hook() as server:
            await place.options(**OPEN)
            url = f"http://127.0.0.1:{server.port}/hook?x=1"
            secret = sealed_secret("s3", 1, SEALER) if is_sealed else "s3"
            setting = {"webhook_url": url, "webhook_secret": secret, "language": "en"}
            await place.root(notify_type="webhook", **setting)
            assert await place.tell() == []
        [(head, body)] = server.got
        assert head.startswith("POST /hook?x=1 HTTP/1.1")
        assert orjson.loads(body) == {
            "type": "channel_update", "title": "title & more", "content": "the content",
            "values": [], "timestamp": place.clock.now_ms // 1000,
        }  # fmt: skip
        sign = hmac.new(b"s3", body, hashlib.sha256).hexdigest()
        assert f"x-webhook-signature: {sign}" in head.lower()

    run(tmp_path, work)


@pytest.mark.parametrize("tail", ["/key", "/key/{{title}}/{{content}}?icon=1"])
def test_by_bark(tmp_path: Path, tail: str) -> None:
    async def work(place: Place) -> None:
        async with hook() as server:
            await place.options(**OPEN)
            url = f"http://127.0.0.1:{server.port}{tail}"
            await place.root(notify_type="bark", bark_url=url, language="en")
            assert await place.tell() == []
        assert server.got[0][0].startswith("GET /key/title%20%26%20more/the%20content")

    run(tmp_path, work)


@pytest.mark.parametrize(("given", "sent"), [(0, 0), (10, 10), (11, 5), (None, 5), (True, 5)])
def test_by_gotify(tmp_path: Path, given: object, sent: int) -> None:
    async def work(place: Place) -> None:
        async with hook() as server:
            await place.options(**OPEN)
            url = f"http://127.0.0.1:{server.port}/gotify/"
            setting: dict[str, Any] = {
                "gotify_url": url,
                "gotify_token": "tk",
                "gotify_priority": given,
            }
            await place.root(notify_type="gotify", **setting)
            assert await place.tell() == []
        [(head, body)] = server.got
        assert head.startswith("POST /gotify/message HTTP/1.1")
        assert "x-gotify-key: tk" in head.lower()
        assert orjson.loads(body) == {"title": "标题", "message": "内容", "priority": sent}

    run(tmp_path, work)


def test_a_server_that_stumbles_is_tried_again_and_a_refusal_is_not(tmp_path: Path) -> None:
    async def work(place: Place) -> None:
        async with hook(503, 502, 200, 404, 200) as server:
            await place.options(**OPEN)
            url = f"http://127.0.0.1:{server.port}/"
            await place.root(notify_type="webhook", webhook_url=url)
            assert await place.tell() == []
            assert len(server.got) == 3
            assert await place.tell() == ["webhook answered with status 404"]
            assert len(server.got) == 4

    run(tmp_path, work)


@pytest.mark.parametrize(
    ("options", "url", "reason"),
    [
        ({}, "http://127.0.0.1:{port}/", "allowed_ports"),
        ({"fetch_setting.allowed_ports": "[]"}, "http://127.0.0.1:{port}/", "private"),
        (OPEN, "http://169.254.169.254/", "metadata"),
        (
            {**OPEN, "fetch_setting.enable_ssrf_protection": "false"},
            "http://[fe80::1]/",
            "metadata",
        ),
        (
            {**OPEN, "fetch_setting.domain_list": '["127.0.0.1"]'},
            "http://127.0.0.1:{port}/",
            "host",
        ),
        ({**OPEN, "fetch_setting.domain_filter_mode": "true"}, "http://127.0.0.1:{port}/", "host"),
        (OPEN, "file:///etc/passwd", "must begin"),
        (OPEN, "", "must begin"),
    ],
)
def test_an_address_that_may_not_be_reached_is_not(
    tmp_path: Path, options: dict[str, str], url: str, reason: str
) -> None:
    async def work(place: Place) -> None:
        async with hook() as server:
            await place.options(**options)
            address = url.format(port=server.port)
            await place.root(notify_type="webhook", webhook_url=address)
            [said] = await place.tell()
            assert reason in said
            assert server.got == []

    run(tmp_path, work)


def test_two_of_a_kind_in_ten_minutes_and_no_queue_without_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notify_service, "MAX_WAITING", 3)

    async def work(place: Place) -> None:
        async with hook() as server:
            await place.options(**OPEN)
            await place.root(notify_type="webhook",
                             webhook_url=f"http://127.0.0.1:{server.port}/")  # fmt: skip
            assert await place.tell() == []
            assert await place.tell() == []
            assert "more than 2" in (await place.tell())[0]
            place.clock.advance(601)
            assert await place.tell() == []
            with capture_logs() as logs:
                for _ in range(4):
                    place.notifier.tell_root(NOTICE)
            assert [entry["event"] for entry in logs] == ["too many notices wait, one is dropped"]

    run(tmp_path, work)


def test_nobody_to_tell_is_only_a_line_in_the_log(tmp_path: Path) -> None:
    async def work(place: Place) -> None:
        assert await place.tell() == ["there is no such user"]
        await place.root()
        assert await place.tell() == ["the user has no e-mail address"]

    run(tmp_path, work)
