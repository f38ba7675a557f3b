"""Constructs what works in the background: jobs, the notifier, the tests of channels.

The second half of the composition root; a new job adds a row to `jobs`. Services made here keep no
state of their own, so that routes and jobs may each have one.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from weirgate.accounts.reminders import BATCH, QuotaReminders
from weirgate.analytics.upkeep import LakeUpkeep, delete_old
from weirgate.channels.auto_disable import AutoDisable
from weirgate.channels.balances import BalanceService
from weirgate.channels.egress import Egress, EgressPolicy
from weirgate.channels.probe import HttpProbe
from weirgate.channels.targets import ChannelTargets
from weirgate.channels.tester import ChannelTester
from weirgate.channels.upstream_routes import BALANCE_JOB, TEST_JOB
from weirgate.dataplane.drain import Loop, Pace
from weirgate.jobs.runner import JobRunner
from weirgate.jobs.work import Job
from weirgate.ledger.service import LedgerService
from weirgate.notify.service import Notifier
from weirgate.system.service import OptionService
from weirgate.tasks.poller import TaskPoller
from weirgate.tasks.upstream import HttpExchange

if TYPE_CHECKING:
    from weirgate.composition import Parts
    from weirgate.jobs.work import Progress
    from weirgate.mail.sender import Mailer
    from weirgate.settings import Settings
    from weirgate.store import Store
    from weirgate.store.crypto import Sealer
    from weirgate.system.option_keys import OptionRegistry, OptionValues

TASK_ROUND_S = 2.0
USAGE_DAYS = "weirgate.usage_days"
DAY_S = 86_400.0
UPKEEP_S = 600.0


def egress() -> Egress:
    """Returns the way to upstreams; each channel's own permission decides on private ones."""
    return Egress(EgressPolicy(allow_private=True))


def providers() -> HttpExchange:
    """Returns the way to the providers of tasks."""
    return HttpExchange(egress())


def notifier(store: Store, registry: OptionRegistry, mailer: Mailer, sealer: Sealer) -> Notifier:
    """Returns the notifier; the operator's fetch_setting decides on private addresses."""
    return Notifier(store, OptionService(registry), mailer, egress(), sealer)


def targets(parts: Parts) -> ChannelTargets:
    """Returns channels as targets of calls."""
    return ChannelTargets(parts.sealer, OptionService(parts.registry))


def probe() -> HttpProbe:
    """Returns what tests upstreams."""
    return HttpProbe(egress())


def channel_tester(parts: Parts) -> ChannelTester:
    """Returns the tests of channels."""
    return ChannelTester(
        parts.store,
        OptionService(parts.registry),
        targets(parts),
        probe(),
        parts.notifier,
        parts.gateway,
    )


def balances(parts: Parts) -> BalanceService:
    """Returns the balances of channels."""
    return BalanceService(
        parts.store,
        OptionService(parts.registry),
        targets(parts),
        egress(),
        parts.notifier,
    )


def auto_disable(parts: Parts) -> Loop:
    """Returns the loop that stores which channels and keys failures switched off."""
    step = AutoDisable(parts.store, parts.gateway, parts.notifier).step
    return Loop("faults", step, Pace(full=1_000, idle_s=0.5, busy_s=0.5))


def quota_reminders(parts: Parts) -> tuple[QuotaReminders, Loop]:
    """Returns what tells users that their balance runs low, and the loop that lets it look."""
    made = QuotaReminders(parts.store, OptionService(parts.registry), parts.notifier)
    return made, Loop("reminders", made.step, Pace(full=BATCH, idle_s=2.0, busy_s=1.0))


def task_poller(parts: Parts) -> TaskPoller:
    """Returns what keeps tasks up to date."""
    return TaskPoller(
        parts.store,
        LedgerService(),
        OptionService(parts.registry),
        parts.sealer,
        providers(),
        # Callbacks reach public addresses only.
        hooks=HttpExchange(Egress(EgressPolicy(allow_private=False))),
    )


def jobs(parts: Parts) -> list[Job]:
    """Returns the jobs that one node of a database runs; a job's state is in SQL."""
    poller = task_poller(parts)
    return [
        Job(
            name="task-poll",
            title="Ask providers for unfinished tasks",
            every_s=lambda _values: TASK_ROUND_S,
            run=poller.run,
            is_due=poller.is_due,
        ),
        Job(
            name=TEST_JOB,
            title="Test all channels",
            every_s=lambda values: _test_every_s(parts.settings, values),
            run=channel_tester(parts).test_all,
        ),
        Job(
            name=BALANCE_JOB,
            title="Read the balances of all channels",
            every_s=lambda _values: parts.settings.channel_update_minutes * 60,
            run=balances(parts).update_all,
        ),
        *_usage_jobs(parts),
    ]


def _usage_jobs(parts: Parts) -> list[Job]:
    """Returns what keeps the usage store small."""
    options = OptionService(parts.registry)

    async def retire(_: Progress) -> str:
        async with parts.store.unit_of_work(write=False) as uow:
            days = (await options.values(uow)).integer(USAGE_DAYS)
        return await delete_old(parts.writer, days, time.time_ns() // 1_000_000)

    retention = Job(
        name="usage-retention",
        title="Delete old calls and logs; their sums stay",
        every_s=lambda values: DAY_S if values.integer(USAGE_DAYS) > 0 else 0,
        run=retire,
    )
    if not parts.writer.is_shared:
        return [retention]
    upkeep = LakeUpkeep(parts.writer, lambda: time.time_ns() // 1_000_000)
    title = "Put the usage lake's small files together and clean up behind them"
    return [
        retention,
        Job(name="usage-upkeep", title=title, every_s=lambda _: UPKEEP_S, run=upkeep.run),
    ]


def _test_every_s(settings: Settings, values: OptionValues) -> float:
    if values.flag("monitor_setting.auto_test_channel_enabled"):
        return max(float(values.decimal("monitor_setting.auto_test_channel_minutes")) * 60, 0)
    return settings.channel_test_minutes * 60


def job_runner(parts: Parts) -> JobRunner:
    """Returns what runs the jobs on this node."""
    holder = f"node {parts.settings.node}"
    return JobRunner(parts.store, OptionService(parts.registry), jobs(parts), holder=holder)
