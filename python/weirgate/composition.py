"""Constructs the domains by hand and lists their routes; part of the composition root.

Takes the parts that `app` has opened; opens nothing itself. A new domain adds its service here and
its routes to the list.
"""

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from weirgate import (
    __version__,
    composition_jobs,
    composition_models,
    composition_people,
    composition_voapi,
)
from weirgate._core import Gateway, default_completion_ratio, default_prices
from weirgate.analytics.editor import SqlEditor
from weirgate.analytics.ingest import UsageWriter
from weirgate.analytics.reader import UsageReader
from weirgate.channels import price_routes, upstream_routes
from weirgate.channels import routes as channel_routes
from weirgate.channels.multi_keys import MultiKeyService
from weirgate.channels.prices import ChannelPriceService
from weirgate.channels.ratio_sync import RatioSyncService
from weirgate.channels.service import ChannelService
from weirgate.checkins import routes as checkin_routes
from weirgate.checkins.service import CheckInService
from weirgate.dialects import DialectTable
from weirgate.explore import routes as explore_routes
from weirgate.explore.files import ExportFolder
from weirgate.explore.service import ExploreService
from weirgate.explore.sql import SqlService
from weirgate.explore.views import ViewService
from weirgate.history import routes as history_routes
from weirgate.history.service import HistoryService
from weirgate.identity.passwords import Passwords
from weirgate.identity.service import PasswordDesk
from weirgate.identity.turnstile import Turnstile
from weirgate.jobs import routes as job_routes
from weirgate.jobs.service import JobService
from weirgate.keys import routes as key_routes
from weirgate.keys.billing import BillingService
from weirgate.keys.service import KeyService
from weirgate.ledger import routes as ledger_routes
from weirgate.ledger.service import LedgerService
from weirgate.limits import routes as limit_routes
from weirgate.limits.service import LimitService
from weirgate.mail.postman import Postman
from weirgate.mail.sender import Mailer
from weirgate.nodes import routes as node_routes
from weirgate.nodes.service import NodeService
from weirgate.notify.service import Notifier
from weirgate.redemptions import routes as redemption_routes
from weirgate.redemptions.service import RedemptionService
from weirgate.redis_link import RedisLink
from weirgate.settings import Settings
from weirgate.store import Store, UnitOfWork
from weirgate.store.crypto import KeyedHash, Sealer
from weirgate.system import routes as system_routes
from weirgate.system.descriptions import described
from weirgate.system.option_keys import OptionRegistry
from weirgate.system.option_table import PRICE_OPTIONS, build_registry
from weirgate.system.repository import SystemRepository
from weirgate.system.service import OptionService, SetupService
from weirgate.tasks import routes as task_routes
from weirgate.tasks.news import TaskNews
from weirgate.tasks.service import TaskService
from weirgate.topup import routes as topup_routes
from weirgate.topup.service import TopUpService
from weirgate.topup.settlement import SettlementService
from weirgate.usage import routes as usage_routes
from weirgate.usage.service import UsageService
from weirgate.usage_grants import routes as usage_grant_routes
from weirgate.usage_grants.service import UsageGrantService
from weirgate.voapi.service import ReadSums
from weirgate.web.auth import Authenticator
from weirgate.web.endpoint import Services
from weirgate.web.limits import Limiter
from weirgate.web.router import Route
from weirgate.web.sessions import Sessions
from weirgate.web.shared_limits import SharedLimiter
from weirgate.web.short_cookies import ShortCookies

STATIC = Path(__file__).parent / "static"


@dataclass(frozen=True, slots=True)
class Parts:
    """What the domains stand on, opened by `app`."""

    settings: Settings
    store: Store
    gateway: Gateway
    writer: UsageWriter
    reader: UsageReader
    registry: OptionRegistry
    sealer: Sealer
    cookie_sealer: Sealer
    keyed_hash: KeyedHash
    mailer: Mailer
    postman: Postman
    notifier: Notifier
    setup_token: str
    verify_ledger: Callable[[], Awaitable[dict[str, Any]]]
    redis: RedisLink | None = None


def now_ms() -> int:
    """Returns the wall clock in milliseconds."""
    return time.time_ns() // 1_000_000


def option_registry(time_zone: str = "UTC") -> OptionRegistry:
    """Returns the known options; the price maps' defaults are the relay's own."""
    maps = orjson.loads(default_prices())
    numbers = {
        name: {model: float(ratio) for model, ratio in maps.get(name, {}).items()}
        for name in PRICE_OPTIONS.values()
    }
    return build_registry(numbers, time_zone=time_zone)


def services(parts: Parts, sessions: Sessions) -> Services:
    """Returns what every endpoint needs."""
    return Services(
        store=parts.store,
        authenticator=Authenticator(sessions, parts.gateway, now_ms),
        limiter=limiter(parts.settings, parts.redis),
        dialects=DialectTable.parse(parts.settings.dialects),
    )


def limiter(settings: Settings, redis: RedisLink | None = None) -> Limiter:
    """Returns the management plane's rate limits, counted by all nodes together in Redis."""

    def clock_ms() -> int:
        return time.monotonic_ns() // 1_000_000

    return SharedLimiter(settings, clock_ms, redis) if redis else Limiter(settings, clock_ms)


def sessions(settings: Settings) -> Sessions:
    """Returns the login sessions."""
    return Sessions(now_ms, always_secure=settings.session_cookie_secure)


def routes(parts: Parts, sessions: Sessions) -> list[Route]:
    """Constructs every domain and returns all rows of the route table."""
    return described(_rows(parts, sessions), __version__)


def _rows(parts: Parts, sessions: Sessions) -> list[Route]:
    ledger = LedgerService()
    options = OptionService(parts.registry)
    passwords = Passwords()
    setup = SetupService(
        ledger,
        passwords,
        setup_token=parts.setup_token,
        database_type=parts.store.dialect,
        version=__version__,
    )
    targets, probe = composition_jobs.targets(parts), composition_jobs.probe()
    channels = ChannelService(parts.sealer, probe, targets)
    tester = composition_jobs.channel_tester(parts)
    jobs = JobService(composition_jobs.jobs(parts), options)
    keys = KeyService(ledger, options, parts.sealer, parts.gateway.key_hash)
    people = composition_people.PeopleParts(
        ledger=ledger,
        options=options,
        keys=keys,
        channels=channels,
        desk=PasswordDesk(passwords),
        sessions=sessions,
        cookies=_short_cookies(parts),
        sealer=parts.sealer,
        keyed_hash=parts.keyed_hash,
        egress=composition_jobs.egress(),
        mailer=parts.mailer,
        postman=parts.postman,
        now_ms=now_ms,
        with_first_key=parts.settings.generate_default_token,
    )
    turnstile = Turnstile(options, people.egress, people.cookies)
    redemptions = RedemptionService(ledger, parts.sealer, parts.gateway.key_hash, now_ms)
    tasks = TaskService(parts.gateway, options, parts.sealer, composition_jobs.providers())
    return [
        *system_routes.routes(options, setup, composition_people.site(people, __version__)),
        *composition_people.routes(people),
        *composition_voapi.routes(people, default_completion_ratio, _sums(parts)),
        *key_routes.routes(keys, BillingService(options)),
        *channel_routes.routes(channels, MultiKeyService(channels)),
        *price_routes.routes(ChannelPriceService(channels)),
        *history_routes.routes(HistoryService(channels, options)),
        *upstream_routes.ratio_routes(RatioSyncService(options, composition_jobs.egress())),
        *upstream_routes.routes(channels, tester, composition_jobs.balances(parts), jobs),
        *_models(parts, options),
        *ledger_routes.routes(parts.verify_ledger),
        *checkin_routes.routes(CheckInService(ledger, options, now_ms), turnstile),
        *redemption_routes.routes(redemptions),
        *_top_ups(ledger, options),
        *task_routes.routes(tasks),
        task_routes.news_route(
            TaskNews(parts.gateway, options, composition_jobs.task_poller(parts))
        ),
        *limit_routes.routes(LimitService()),
        *job_routes.routes(jobs),
        *node_routes.routes(NodeService(parts.settings)),
        *_usage(parts, options),
    ]


def _sums(parts: Parts) -> ReadSums:
    return UsageService(parts.reader, parts.writer).own_sums


def _top_ups(ledger: LedgerService, options: OptionService) -> list[Route]:
    top_ups = TopUpService(options, composition_jobs.providers(), now_ms)
    return topup_routes.routes(top_ups, SettlementService(ledger, options, now_ms))


def _models(parts: Parts, options: OptionService) -> list[Route]:
    return composition_models.routes(
        options,
        composition_jobs.egress(),
        default_completion_ratio,
        lambda: _connections(parts.gateway),
        now_ms,
    )


def _connections(gateway: Gateway) -> int:
    """Returns how many connections of clients are open."""
    workers = orjson.loads(gateway.status()).get("workers", [])
    return sum(int(worker["connections"]) for worker in workers)


def _usage(parts: Parts, options: OptionService) -> list[Route]:
    return [
        *usage_routes.routes(UsageService(parts.reader, parts.writer)),
        *usage_grant_routes.routes(UsageGrantService(now_ms)),
        *_explore_routes(parts, options),
    ]


def _explore_routes(parts: Parts, options: OptionService) -> list[Route]:
    folder = ExportFolder(parts.settings.data_dir / "exports")
    service = ExploreService(parts.reader, options, folder, now_ms)
    handed = ExportFolder(parts.settings.data_dir / "sql")
    sql = SqlService(parts.reader, options, handed, SqlEditor(), now_ms)
    return explore_routes.routes(service, ViewService(now_ms), sql)


def _short_cookies(parts: Parts) -> ShortCookies:
    secure = parts.settings.session_cookie_secure
    return ShortCookies(parts.cookie_sealer, now_ms, always_secure=secure)


async def is_set_up(uow: UnitOfWork) -> bool:
    """Tells whether the first administrator exists."""
    return await SystemRepository(uow.session).is_set_up()
