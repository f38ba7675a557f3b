"""The whole management plane of the domains, as `app.py` wires it, on a fresh SQLite file.

Requests go over HTTP to a real Granian; the data plane is a recorder, upstreams are scripted.
"""

from __future__ import annotations

import asyncio
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select
from typing_extensions import override
from weirgate import composition_models, composition_people, composition_voapi
from weirgate.channels import price_routes, upstream_routes
from weirgate.channels import routes as channel_routes
from weirgate.channels.balances import BalanceService
from weirgate.channels.egress import DIRECT, Call, Egress, EgressPolicy, Reply, Way
from weirgate.channels.multi_keys import MultiKeyService
from weirgate.channels.prices import ChannelPriceService
from weirgate.channels.probe import ProbeError, ProbeResult, ProbeTarget
from weirgate.channels.ratio_sync import RatioSyncService
from weirgate.channels.service import ChannelService
from weirgate.channels.targets import ChannelTargets
from weirgate.channels.tester import ChannelTester
from weirgate.channels.upstream_routes import BALANCE_JOB, TEST_JOB
from weirgate.checkins import routes as checkin_routes
from weirgate.checkins.service import CheckInService
from weirgate.dialects import Dialect
from weirgate.history import routes as history_routes
from weirgate.history.service import HistoryService
from weirgate.identity.passwords import Passwords
from weirgate.identity.service import PasswordDesk
from weirgate.identity.turnstile import Turnstile
from weirgate.jobs import routes as job_routes
from weirgate.jobs.runner import JobRunner
from weirgate.jobs.service import JobService
from weirgate.jobs.work import Job
from weirgate.keys import routes as key_routes
from weirgate.keys.billing import BillingService
from weirgate.keys.service import KeyService
from weirgate.ledger.service import Credit, LedgerService, Verification
from weirgate.mail.postman import Postman
from weirgate.mail.sender import SmtpMailer
from weirgate.redemptions import routes as redemption_routes
from weirgate.redemptions.service import RedemptionService
from weirgate.store.crypto import KeyedHash, Sealer
from weirgate.store.tables import User
from weirgate.system import routes as system_routes
from weirgate.system.option_table import build_registry
from weirgate.system.service import OptionService, SetupService
from weirgate.tasks.upstream import UpstreamError
from weirgate.topup import routes as topup_routes
from weirgate.topup.service import TopUpService
from weirgate.topup.settlement import SettlementService
from weirgate.usage.schemas import OwnSums
from weirgate.usage_grants import routes as usage_grant_routes
from weirgate.usage_grants.service import UsageGrantService
from weirgate.web.short_cookies import ShortCookies

from tests.support.management import Management, running_management
from tests.support.postgres import postgres_server, postgres_url

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    import httpx
    from weirgate.notify.rules import Notice
    from weirgate.store import Changes
    from weirgate.web.auth import Caller
    from weirgate.web.limits import FixedLimits
    from weirgate.web.router import Route

__all__ = ["postgres_server", "postgres_url"]
SETUP_TOKEN = "one-time-token"  # noqa: S105 - a test's own
PASSWORD = "correct horse"  # noqa: S105 - a test's own
PRICES: dict[str, dict[str, object]] = {
    "model_ratio": {"gpt-4o": 1.25, "gpt-4o-mini": 0.075},
    "model_price": {"dall-e-3": 0.04},
}


class ScriptedProbe:
    """Upstreams as a test wants them."""

    def __init__(self) -> None:
        self.asked: list[tuple[ProbeTarget, str]] = []
        self.result = ProbeResult(succeeded=True, message="", elapsed_ms=1500)
        self.by_key: dict[str, ProbeResult | OSError] = {}
        self.models: list[str] | None = ["m1", "m2"]

    async def test(
        self, target: ProbeTarget, model: str, *, stream: bool, endpoint: str = ""
    ) -> ProbeResult:
        self.asked.append((target, f"{model}{' streamed' if stream else ''}{endpoint}"))
        found = self.by_key.get(target.key, self.result)
        if isinstance(found, OSError):
            raise found
        return found

    async def fetch_models(self, target: ProbeTarget) -> list[str]:
        self.asked.append((target, ""))
        if self.models is None:
            raise ProbeError("status code: 500")
        return self.models


class ScriptedExchange:
    """Stripe's API as a test wants it: answers in order, remembers what was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, dict[str, str], bytes]] = []
        self.answer: Any = None

    async def __call__(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        body: bytes | None,
        *,
        way: Way = DIRECT,  # noqa: ARG002 - the real one's signature
    ) -> Any:
        self.asked.append((method, url, dict(headers), body or b""))
        if self.answer is None:
            raise UpstreamError("status code: 401")
        return self.answer


class ScriptedEgress(Egress):
    """Upstreams by address: what is not scripted is asked for real."""

    def __init__(self) -> None:
        super().__init__(EgressPolicy(allow_private=True))
        self.answers: dict[str, Reply] = {}
        self.calls: list[Call] = []

    @override
    async def send(self, call: Call) -> Reply:
        self.calls.append(call)
        known = self.answers.get(call.url.partition("?")[0])
        return await super().send(call) if known is None else known


class Notices:
    """What root would be told."""

    def __init__(self) -> None:
        self.told: list[Notice] = []

    def tell_root(self, notice: Notice) -> None:
        self.told.append(notice)


class Breakers:
    """The data plane's breakers."""

    def __init__(self) -> None:
        self.cleared: list[int] = []

    def clear_breaker(self, channel_id: int) -> None:
        self.cleared.append(channel_id)


def completion_rule(model: str) -> tuple[str, bool]:
    return ("4", False) if model.startswith("gpt-4o") else ("1", False)


@dataclass
class Plane:
    """The running plane with what tests look into."""

    management: Management
    probe: ScriptedProbe
    ledger: LedgerService
    sealer: Sealer
    exchange: ScriptedExchange = field(default_factory=ScriptedExchange)
    with_first_key: bool = False
    changes: list[Changes] = field(default_factory=list)
    egress: ScriptedEgress = field(default_factory=ScriptedEgress)
    notices: Notices = field(default_factory=Notices)
    breakers: Breakers = field(default_factory=Breakers)
    jobs: list[Job] = field(default_factory=list)
    clients: list[httpx.Client] = field(default_factory=list)
    kept_clients: dict[int, httpx.Client] = field(default_factory=dict)
    summed: list[tuple[int, int, int]] = field(default_factory=list)

    def client(self, **headers: str) -> httpx.Client:
        made = self.management.client(headers=headers)
        self.clients.append(made)
        return made

    async def sums(self, caller: Caller, start_s: int, end_s: int) -> OwnSums:
        """Answers what everybody used, in place of a usage store."""
        self.summed.append((caller.user_id, start_s, end_s))
        await asyncio.sleep(0)
        return OwnSums(calls=9, failures=1, quota=375_000, tokens=456, max_rpm=3)

    def close(self) -> None:
        for client in self.clients:
            client.close()

    def visitor(self, ip: str = "127.0.0.1") -> httpx.Client:
        return self.client(**{"x-weirgate-client-ip": ip})

    def as_user(self, user_id: int) -> httpx.Client:
        return self.client(**self.management.login(user_id))

    def kept(self, user_id: int) -> httpx.Client:
        """Returns the one client of a user who asks often: making one takes a while."""
        if user_id not in self.kept_clients:
            self.kept_clients[user_id] = self.as_user(user_id)
        return self.kept_clients[user_id]

    def speaking(self, dialect: str, user_id: int) -> httpx.Client:
        """Returns a user's client of the host that speaks a dialect."""
        return self.client(**self.management.login(user_id), host=dialect)

    def add_user(self, username: str, *, role: int = 1, quota: int = 0, **columns: Any) -> int:
        user = User(username=username, role=role, **columns)
        self.management.add(user)
        if quota:
            self.credit(user.id, quota)
        return user.id

    def run_jobs(self) -> list[str]:
        """Runs what is due, to its end."""

        async def work() -> list[str]:
            options = OptionService(build_registry(PRICES))
            runner = JobRunner(self.management.store, options, self.jobs, holder="node 1")
            begun = await runner.round()
            await runner.finish()
            return begun

        return self.management.run(work())

    def rows(self, table: Any) -> list[Any]:
        """Returns all rows of a table, by id."""

        async def work() -> list[Any]:
            async with self.management.store.unit_of_work(write=False) as uow:
                query = select(table).order_by(table.id)
                return list(await uow.session.scalars(query))

        return self.management.run(work())

    def set_option(self, key: str, value: object) -> None:
        """Sets an option as root does."""
        answer = self.as_user(ROOT).put("/api/option/", json={"key": key, "value": value})
        assert answer.json()["success"], answer.text

    def credit(self, user_id: int, quota: int) -> None:
        async def work() -> None:
            async with self.management.store.unit_of_work() as uow:
                credit = Credit(
                    user_id=user_id,
                    kind="test",
                    idempotency_key=f"test:{user_id}:{quota}",
                    wallet_delta=quota,
                )
                await self.ledger.credit(uow, credit)

        self.management.run(work())

    def verify(self) -> Verification:
        async def work() -> Verification:
            async with self.management.store.unit_of_work(write=False) as uow:
                return await self.ledger.verify(uow)

        return self.management.run(work())


def people_parts(
    plane: Plane, options: OptionService, keys: KeyService, channels: ChannelService
) -> composition_people.PeopleParts:
    """Returns what the domains of people stand on, with quick passwords."""
    management = plane.management
    mailer = SmtpMailer(timeout_s=5)
    return composition_people.PeopleParts(
        ledger=plane.ledger,
        options=options,
        keys=keys,
        channels=channels,
        desk=PasswordDesk(Passwords(time_cost=1, memory_kib=64)),
        sessions=management.sessions,
        cookies=ShortCookies(Sealer(bytes(range(32))), management.clock),
        sealer=plane.sealer,
        keyed_hash=KeyedHash(bytes(32)),
        egress=Egress(EgressPolicy(allow_private=True)),
        mailer=mailer,
        postman=Postman(mailer),
        now_ms=management.clock,
        with_first_key=plane.with_first_key,
    )


def domain_routes(plane: Plane) -> list[Route]:
    """Wires every domain by hand, as the composition root does."""
    management, ledger, sealer = plane.management, plane.ledger, plane.sealer
    options = OptionService(build_registry(PRICES))
    setup = SetupService(
        ledger,
        Passwords(time_cost=1, memory_kib=64),
        setup_token=SETUP_TOKEN,
        database_type=management.store.dialect,
        version="v0.0.0-test",
    )
    targets = ChannelTargets(sealer, options)
    channels = ChannelService(sealer, plane.probe, targets)
    tester = ChannelTester(
        management.store, options, targets, plane.probe, plane.notices, plane.breakers
    )
    plane.jobs.append(
        Job(
            name=TEST_JOB,
            title="Test all channels",
            every_s=lambda _values: 0,
            run=tester.test_all,
        )
    )
    balances = BalanceService(management.store, options, targets, plane.egress, plane.notices)
    plane.jobs.append(
        Job(
            name=BALANCE_JOB,
            title="Read the balances of all channels",
            every_s=lambda _values: 0,
            run=balances.update_all,
        )
    )
    jobs = JobService(plane.jobs, options)
    keys = KeyService(ledger, options, sealer, management.keys.key_hash)
    people = people_parts(plane, options, keys, channels)
    turnstile = Turnstile(options, people.egress, people.cookies)
    return [
        *system_routes.routes(options, setup, composition_people.site(people, "v0.0.0-test")),
        *composition_people.routes(people),
        *composition_voapi.routes(people, completion_rule, plane.sums),
        *key_routes.routes(keys, BillingService(options)),
        *channel_routes.routes(channels, MultiKeyService(channels)),
        *price_routes.routes(ChannelPriceService(channels)),
        *history_routes.routes(HistoryService(channels, options)),
        *upstream_routes.ratio_routes(RatioSyncService(options, plane.egress)),
        *upstream_routes.routes(channels, tester, balances, jobs),
        *job_routes.routes(jobs),
        *composition_models.routes(
            options, plane.egress, completion_rule, lambda: 7, management.clock
        ),
        *checkin_routes.routes(CheckInService(ledger, options, management.clock), turnstile),
        *redemption_routes.routes(
            RedemptionService(ledger, sealer, management.keys.key_hash, management.clock)
        ),
        *topup_routes.routes(
            TopUpService(options, plane.exchange, management.clock),
            SettlementService(ledger, options, management.clock),
        ),
        *usage_grant_routes.routes(UsageGrantService(management.clock)),
    ]


def host_of(route: Route) -> dict[str, str]:
    """Returns the header that asks in a dialect which knows the path."""
    return {} if Dialect.NEWAPI in route.dialects else {"host": sorted(route.dialects)[0]}


def planned(management: Management, *, with_first_key: bool = False) -> tuple[Plane, list[Route]]:
    """Returns a plane's parts and its rows."""
    built = Plane(
        management,
        ScriptedProbe(),
        LedgerService(),
        Sealer(bytes(32)),
        with_first_key=with_first_key,
    )
    return built, domain_routes(built)


@contextmanager
def running_plane(
    folder: Path,
    url: str | None = None,
    limits: FixedLimits | None = None,
    *,
    with_first_key: bool = False,
) -> Iterator[Plane]:
    """Serves a plane that is not set up, on SQLite unless a URL is given."""
    made: list[Plane] = []

    def wire(management: Management) -> list[Route]:
        built, rows = planned(management, with_first_key=with_first_key)
        made.append(built)
        return rows

    with running_management(folder, wire, url=url, limits=limits) as management:
        ready = made[0]

        async def note(changes: Changes) -> None:
            await asyncio.sleep(0)
            ready.changes.append(changes)

        management.store.on_commit = note
        yield ready
        ready.close()


@pytest.fixture
def plane(tmp_path: Path) -> Iterator[Plane]:
    """A plane that is not set up."""
    with running_plane(tmp_path) as running:
        yield running


@pytest.fixture
def site(plane: Plane) -> Plane:
    """A plane that is set up: root is user 1, alice (a user) 2, adam (an administrator) 3."""
    return set_up(plane)


def set_up(plane: Plane) -> Plane:
    """Sets a plane up with root, alice and adam."""
    answer = plane.visitor().post(
        "/api/setup",
        json={"username": "root", "password": PASSWORD, "confirmPassword": PASSWORD},
    )
    assert answer.json()["success"], answer.text
    assert plane.add_user("alice", quota=1_000_000) == ALICE
    assert plane.add_user("adam", role=10) == ADAM
    return plane


ROOT, ALICE, ADAM = 1, 2, 3
