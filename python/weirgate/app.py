"""The composition root: opens everything in order, serves, and closes it in the opposite order.

Start: folder lock, migrations, stores, journal, SQL caught up, published, management answering,
then the public port; the usage store catches up behind. Stop: not ready, stop accepting, drain,
flush, appliers catch up, management, exit. Startup errors are one line.
"""

import asyncio
import dataclasses
import os
import secrets as randomness
from contextlib import AsyncExitStack, suppress
from pathlib import Path
from typing import Any

import orjson
import structlog
import typer

from weirgate import __version__, composition, composition_jobs
from weirgate._core import CoreError, Gateway, init_logging
from weirgate.analytics.opening import usage_writer
from weirgate.analytics.reader import UsageReader
from weirgate.backup.take import Live, take
from weirgate.channels import egress
from weirgate.dataplane import node, supervise
from weirgate.dataplane.bells import PostgresBell, RedisBell
from weirgate.dataplane.compile import RelayDefaults
from weirgate.dataplane.control import ControlServer
from weirgate.dataplane.drain import Drain
from weirgate.dataplane.feed import Bell, ChangeFeed
from weirgate.dataplane.lease_book import LeaseBook
from weirgate.dataplane.leases import LeaseKeeper
from weirgate.dataplane.publish import Publisher, PublishSource
from weirgate.dataplane.rounds import Rounds
from weirgate.dataplane.spent import SpentTeller
from weirgate.dataplane.start_config import gateway_config, packed
from weirgate.dataplane.verify import verify
from weirgate.dataplane.wallets import WalletBooks
from weirgate.logs import configure
from weirgate.mail.postman import Postman
from weirgate.mail.sender import SmtpMailer
from weirgate.redis_link import RedisLink, prefix
from weirgate.settings import Settings
from weirgate.store import Store
from weirgate.store.crypto import KeyedHash, Sealer
from weirgate.store.migrate import migrate
from weirgate.web.application import build
from weirgate.web.server import ManagementServer
from weirgate.web.static import StaticFiles

MANAGEMENT_STOP_S = 10.0
RELAY_TIMEOUT_MS = 3_600_000

log = structlog.get_logger("weirgate.app")


@dataclasses.dataclass(frozen=True, slots=True)
class Given:
    """A data plane that another process holds."""

    gateway: Gateway
    is_first: bool
    """It has been told nothing yet; otherwise it serves, and is brought up to date."""


async def serve(settings: Settings) -> None:
    """Serves until SIGTERM or SIGINT.

    Raises:
        StartError and the errors of the parts: the process cannot start.
    """
    _log_as(settings)
    with supervise.owned(settings.data_dir):
        await _serve(settings, None)


async def serve_beside(settings: Settings, given: Given) -> None:
    """Serves management for a data plane in another process, which owns the data folder.

    Raises:
        StartError and the errors of the parts: the process cannot start.
    """
    _log_as(settings)
    await _serve(settings, given)


def _log_as(settings: Settings) -> None:
    configure(settings.log_level, settings.log_format)
    init_logging(settings.log_level, json=settings.log_format == "json")


async def _serve(settings: Settings, given: Given | None) -> None:
    async with AsyncExitStack() as stack:
        stop = supervise.StopSignal()
        app = App(settings, stack, given)
        await app.open()
        if stop.is_asked:
            return
        await app.start()
        await app.announce()
        await app.run_until(stop)
        if given is not None and not stop.is_asked:
            # A part ended by itself while traffic flows: nothing can be brought to rest, and what
            # is in the stores and the journal is where a kill would leave it.
            log.error("a part of management ended by itself")
            os._exit(1)


class App:
    """The running parts; whatever was opened is closed by the stack, newest first."""

    def __init__(self, settings: Settings, stack: AsyncExitStack, given: Given | None) -> None:
        self._settings = settings
        self._stack = stack
        self._given = given
        self._secrets = settings.load_secrets()
        self._setup_token = settings.setup_token or randomness.token_urlsafe(18)
        self._address = ""
        self._verifying = asyncio.Lock()
        self._redis = self._redis_link()
        self._feed: ChangeFeed | None = None
        self._feeding: list[asyncio.Task[None]] = []

    async def open(self) -> None:
        """Opens stores and journal, and brings SQL and the data plane up to date."""
        settings = self._settings
        for name, reason in settings.without_effect.items():
            log.info("a variable of the environment has no effect", name=name, reason=reason)
        if settings.upstream_ca:
            egress.trust(settings.upstream_ca)
        # Addresses first: a taken port should stop the start before anything is touched.
        config = None if self._given else gateway_config(settings, self._secrets)
        steps = await asyncio.to_thread(migrate, settings.sql_url)
        if steps:
            log.info("migrated the database", steps=[step.title for step in steps])
        self._stack.enter_context(node.sole_user(settings))
        self.store = Store(settings.sql_url)
        self._stack.push_async_callback(self.store.close)
        await self.store.open()
        claimed = await node.claim(self.store, settings)
        log.info("this is a node", name=claimed.name, number=claimed.number)
        self._heart = node.Heart(self.store, claimed)
        self._claimed = claimed
        await self._open_usage()
        if self._given is not None:
            self.gateway = self._given.gateway
        elif config is not None:
            self.gateway = await asyncio.to_thread(
                Gateway, packed(config, claimed.number, leases=claimed.is_shared)
            )
        self._stack.push_async_callback(self._shut_gateway)
        self.drain = Drain(
            self.store, self.writer, self.gateway, node=claimed.number, leases=claimed.is_shared
        )
        if self._is_resumed:
            await self.drain.check()
        else:
            await self.drain.catch_up_ledger()
        self.sealer = Sealer(self._secrets.encryption)
        self.registry = composition.option_registry(settings.time_zone)
        self.publisher = self._publisher()
        if self._is_resumed:
            await self.publisher.resume(orjson.loads(self.gateway.status())["last_entry"])
        else:
            await self.publisher.load()
        self.store.on_commit = self.publisher.publish
        if self.store.can_be_shared:
            self._feed = ChangeFeed(self.store, self.publisher, self._bell())
            self.store.on_commit = self._feed.tell
        self._leases = self._lease_keeper() if claimed.is_shared else None

    async def start(self) -> None:
        """Starts management, control and drains, then opens the public port."""
        await self._start_management()
        control = ControlServer(
            self._settings.control_socket,
            {
                "status": lambda _: self._status(),
                "ledger_verify": lambda _: self._verify(),
                "backup": self._backup,
            },
        )
        await control.start()
        self._stack.push_async_callback(control.stop)
        self.drain.start()
        self._stack.push_async_callback(self._finish)
        self._publishing = asyncio.create_task(self.publisher.run(), name="publisher")
        self._join_other_nodes()
        self._jobs_at_work = asyncio.create_task(self._jobs.run(), name="jobs")
        self._notifying = asyncio.create_task(self._notifier.run(), name="notices")
        self._disabling = asyncio.create_task(self._faults.run(), name="faults")
        self._reminding = asyncio.create_task(self._reminders.run(), name="reminders")
        spent = SpentTeller(self.gateway, self.reader)
        if not self._is_resumed:
            await spent.begin()
        self._telling = asyncio.create_task(spent.run(), name="spent")
        if self._leases is not None:
            await self._leases.start(is_resumed=self._is_resumed)
        self._address = await asyncio.to_thread(self.gateway.serve)
        await self._heart.beat(address=self._address)
        self._beating = asyncio.create_task(self._heart.run(), name="heart")
        if self._settings.tls_cert:
            supervise.on_hangup(self._reload_tls)
        log.info("serving", address=self._address, admin=self.gateway.admin_address())

    async def announce(self) -> None:
        """Says where the server is and, until it is set up, the one-time token."""
        if self._is_resumed:
            log.info("management is back")
            return
        async with self.store.unit_of_work(write=False) as uow:
            is_set_up = await composition.is_set_up(uow)
        base = f"{self._settings.scheme}://{self._address}"
        typer.echo(f"weirgate {__version__} serves {base}/")
        if not is_set_up:
            typer.echo(f"not set up yet: open {base}/setup")
            typer.echo(f"setup token (needed from other machines): {self._setup_token}")
        typer.echo(f"health and metrics: http://{self.gateway.admin_address()}/metrics")

    async def run_until(self, stop: supervise.StopSignal) -> None:
        """Waits for the stop signal, or for a part that ended by itself."""
        ends = (stop.wait(), self._management.wait(), self._heart.lost.wait())
        waiting = {asyncio.ensure_future(end) for end in ends}
        await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        for end in waiting:
            end.cancel()
        log.info("stopping")

    @property
    def _is_resumed(self) -> bool:
        """Whether the data plane serves already, on what an earlier process told it."""
        return self._given is not None and not self._given.is_first

    async def _open_usage(self) -> None:
        self.writer = usage_writer(self._settings)
        self._stack.push_async_callback(self.writer.close)
        await self.writer.open(composition.now_ms())
        self.reader = UsageReader(self.writer)
        self.reader.open()
        self._stack.callback(self.reader.close)

    def _publisher(self) -> Publisher:
        settings = self._settings
        defaults = RelayDefaults(
            idle_timeout_ms=settings.streaming_timeout_s * 1000,
            total_timeout_ms=settings.relay_timeout_s * 1000 or RELAY_TIMEOUT_MS,
        )
        source = PublishSource(self.store, self.registry, self.sealer, defaults)
        return Publisher(source, self.gateway, sync_s=settings.sync_frequency_s)

    def _join_other_nodes(self) -> None:
        """Begins to count with the other nodes, and to take in what they change."""
        if self._redis is not None:
            rounds = Rounds(self.gateway, self._redis, self._settings.node)
            self._feeding.append(asyncio.create_task(rounds.run(), name="rounds"))
        if self._feed is not None:
            self._feeding.append(asyncio.create_task(self._feed.run(), name="feed"))

    def _redis_link(self) -> RedisLink | None:
        if not self._settings.redis_address:
            return None
        link = RedisLink(self._settings.redis_address, prefix(self._secrets.key_hash))
        self._stack.push_async_callback(link.close)
        return link

    def _bell(self) -> Bell:
        if self._redis is not None:
            return RedisBell(self._redis)
        return PostgresBell(self._settings.sql_url)

    def _lease_keeper(self) -> LeaseKeeper:
        book = LeaseBook(self.store, self._claimed)
        publish = self.publisher.publish
        return LeaseKeeper(book, self.gateway, self.drain.sums, self._heart, publish)

    async def _start_management(self) -> None:
        settings = self._settings
        mailer = SmtpMailer()
        postman = Postman(mailer)
        self._stack.push_async_callback(postman.close)
        self._notifier = composition_jobs.notifier(self.store, self.registry, mailer, self.sealer)
        parts = composition.Parts(
            settings=settings,
            store=self.store,
            gateway=self.gateway,
            writer=self.writer,
            reader=self.reader,
            registry=self.registry,
            sealer=self.sealer,
            cookie_sealer=Sealer(self._secrets.session),
            keyed_hash=KeyedHash(self._secrets.encryption),
            mailer=mailer,
            postman=postman,
            notifier=self._notifier,
            setup_token=self._setup_token,
            verify_ledger=self._verify,
            redis=self._redis,
        )
        sessions = composition.sessions(settings)
        services = composition.services(parts, sessions)
        static = StaticFiles(composition.STATIC, services.limiter)
        routes = composition.routes(parts, sessions)
        self._jobs = composition_jobs.job_runner(parts)
        self._faults = composition_jobs.auto_disable(parts)
        reminders, self._reminders = composition_jobs.quota_reminders(parts)
        self.drain.sums.on_booked = reminders.note
        bridge = build(routes, services, static=static, version=__version__)
        self._management = ManagementServer(bridge, settings.management_socket)
        await self._management.start()
        self._stack.push_async_callback(self._management.stop, MANAGEMENT_STOP_S)

    async def _finish(self) -> None:
        """Stops the data plane, then drains what is left; management still answers meanwhile."""
        await self._shut_gateway()
        await self.drain.stop()
        if self._leases is not None:
            await self._leases.stop()
        at_work = (
            self._publishing,
            *self._feeding,
            self._telling,
            self._jobs_at_work,
            self._disabling,
            self._notifying,
            self._reminding,
            self._beating,
        )
        for running in at_work:
            running.cancel()
            with suppress(asyncio.CancelledError):
                await running
        await self._heart.stop()

    async def _shut_gateway(self) -> None:
        await asyncio.to_thread(self.gateway.shutdown, self._settings.drain_timeout_s * 1000)

    def _reload_tls(self) -> None:
        """Reads the certificate again; the data plane's log says what was wrong with it."""
        with suppress(CoreError):
            self.gateway.reload_tls()

    async def _status(self) -> dict[str, Any]:
        loops = (self.drain.ledger, self.drain.rows, self.drain.logs)
        return {
            "version": __version__,
            "address": self._address,
            "gateway": orjson.loads(self.gateway.status()),
            "drain": {loop.name: dataclasses.asdict(loop.progress) for loop in loops},
        }

    async def _backup(self, target: str) -> dict[str, Any]:
        def journal_end() -> str:
            found: str = orjson.loads(self.gateway.status())["journal"]["synced"]
            return found

        live = Live(self.writer.copy, journal_end)
        async with self._verifying:
            made = await take(self._settings, Path(target), live)
        return made.model_dump(mode="json")

    async def _verify(self) -> dict[str, Any]:
        node = self._claimed.number
        lessee = node if self._claimed.is_shared else None
        memory = WalletBooks(
            self.store, self.gateway, self.drain.sums, self.publisher, lessee=lessee
        )
        async with self._verifying:
            report = await verify(self.store, self.writer, self.reader, node=node, memory=memory)
        return dataclasses.asdict(report)
