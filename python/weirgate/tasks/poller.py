"""The job that keeps tasks up to date: bounded, and every step only once.

A task moves by compare-and-set on its status, in the transaction that gives its money back when it
failed; a refund is one ledger entry unique by (task, step). So any number of pollers that run at
once cost questions, never money.
"""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from typing import TYPE_CHECKING, Any

import orjson
import structlog

from weirgate.errors import NotFoundError
from weirgate.ledger.service import Credit
from weirgate.store.crypto import SealError
from weirgate.system import audit
from weirgate.tasks import rules, vendors
from weirgate.tasks.repository import TaskRepository
from weirgate.tasks.service import provider_of
from weirgate.tasks.upstream import UpstreamError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from weirgate.jobs.work import Progress
    from weirgate.ledger.service import LedgerService
    from weirgate.store import Store, UnitOfWork
    from weirgate.store.crypto import Sealer
    from weirgate.store.tables import Task
    from weirgate.system.service import OptionService
    from weirgate.tasks.upstream import Exchange, Provider

MAX_DUE = 1_000
AT_ONCE = 8
IDS_A_QUESTION = 100
REFUND = "refund"

log = structlog.get_logger("weirgate.tasks")


def _now_ms() -> int:
    return time.time_ns() // 1_000_000


class TaskPoller:
    """Asks providers for unfinished tasks, and gives back what failed ones cost."""

    def __init__(  # noqa: PLR0913 (wired once, in the composition root)
        self,
        store: Store,
        ledger: LedgerService,
        options: OptionService,
        sealer: Sealer,
        exchange: Exchange,
        *,
        hooks: Exchange,
        now_ms: Callable[[], int] = _now_ms,
        timeout_ms: int = rules.TIMEOUT_MS,
    ) -> None:
        """Takes what it works on; `hooks` reaches clients' callbacks."""
        self._store = store
        self._ledger = ledger
        self._options = options
        self._sealer = sealer
        self._exchange = exchange
        self._hooks = hooks
        self._now_ms = now_ms
        self._timeout_ms = timeout_ms
        self._gate = asyncio.Semaphore(AT_ONCE)

    async def is_due(self, uow: UnitOfWork) -> bool:
        """Says whether some task is to be asked for now."""
        return bool(await TaskRepository(uow.session).due(self._now_ms(), 1))

    async def run(self, progress: Progress) -> str:
        """Asks for every task that is due, as a job."""
        asked = await self.round(progress)
        return f"asked for {asked} tasks"

    async def round(self, progress: Progress | None = None) -> int:
        """Asks for every task that is due; returns how many those were."""
        now_ms = self._now_ms()
        async with self._store.unit_of_work() as uow:
            repository = TaskRepository(uow.session)
            due = await repository.due(now_ms, MAX_DUE)
            for task in due:
                later = now_ms + rules.pause_ms(task.polls)
                await repository.put_off(task.id, task.polls + 1, later)
        if progress is not None:
            progress.set(0, len(due))
        await self.poll(due)
        return len(due)

    async def poll(self, tasks: Sequence[Task]) -> None:
        """Asks for these tasks, channel by channel, a bounded number at once."""
        groups: dict[tuple[int, int, str], list[Task]] = defaultdict(list)
        for task in tasks:
            groups[task.channel_id, task.key_index, task.platform].append(task)
        questions = [
            group[start : start + IDS_A_QUESTION]
            for group in groups.values()
            for start in range(0, len(group), IDS_A_QUESTION)
        ]
        await asyncio.gather(*(self._question(question) for question in questions))

    async def _question(self, tasks: Sequence[Task]) -> None:
        async with self._gate:
            found: dict[str, rules.Progress] = {}
            provider = await self._provider(tasks[0])
            if provider is not None:
                try:
                    found = await vendors.ask(self._exchange, provider, tasks)
                except UpstreamError as error:
                    log.info("tasks could not be asked for", channel=tasks[0].channel_id,
                             error=str(error))  # fmt: skip
            for task in tasks:
                progress = found.get(task.upstream_id) or self._late(task)
                if progress is not None:
                    await self.apply(task, progress)

    async def _provider(self, task: Task) -> Provider | None:
        async with self._store.unit_of_work(write=False) as uow:
            channel = await TaskRepository(uow.session).channel(task.channel_id)
            values = await self._options.values(uow)
        if channel is None:
            return None
        try:
            return provider_of(channel, task.key_index, self._sealer, values)
        except SealError:
            return None

    def _late(self, task: Task) -> rules.Progress | None:
        """Gives a task up that nobody can tell anything of any more."""
        if rules.is_late(task.platform, task.submit_ms, self._now_ms(), self._timeout_ms):
            return rules.Progress(rules.FAILURE, fail_reason="the task took too long")
        return None

    async def apply(self, task: Task, progress: rules.Progress) -> bool:
        """Moves a task on; returns False when somebody else had moved it, or nothing changed."""
        if not rules.is_over(progress.status):
            progress = self._late(task) or progress
        values = self._values(task, progress)
        same = task.status == progress.status and task.progress == values["progress"]
        if same and task.data == values["data"]:
            return False
        async with self._store.unit_of_work() as uow:
            if progress.status == rules.FAILURE:
                # The ledger's lock first, then the task: the same order as everybody's.
                await self._ledger.lock(uow)
            moved = await TaskRepository(uow.session).move(task.id, task.status, values)
            if moved and progress.status == rules.FAILURE:
                await self._refund(uow, task, values["fail_reason"])
        if moved and task.status != progress.status:
            for name, value in values.items():
                setattr(task, name, value)
            await self._tell(task)
        return moved

    def _values(self, task: Task, progress: rules.Progress) -> dict[str, Any]:
        now_ms = self._now_ms()
        is_over = rules.is_over(progress.status)
        started = progress.start_ms or task.start_ms
        if not started and progress.status not in {rules.SUBMITTED, rules.QUEUED}:
            started = now_ms
        return {
            "status": progress.status,
            "progress": rules.progress_text(progress),
            "fail_reason": progress.fail_reason,
            "result_url": progress.result_url or task.result_url,
            "data": rules.kept_data(progress.data) or task.data,
            "start_ms": started,
            "finish_ms": now_ms if is_over else 0,
            "updated_ms": now_ms,
        }

    async def _refund(self, uow: UnitOfWork, task: Task, reason: str) -> None:
        """Gives a failed task's charge back to wallet and key; once, whoever asks."""
        if task.quota <= 0:
            return
        credit = Credit(
            user_id=task.user_id,
            kind=REFUND,
            idempotency_key=task.task_id,
            wallet_delta=task.quota,
            key_id=task.key_id or None,
            note=f"task {task.task_id} failed",
        )
        try:
            is_new = await self._ledger.refund_task(uow, credit, task.channel_id, step=REFUND)
        except NotFoundError:
            log.warning("the user of a failed task is gone", task=task.task_id, user=task.user_id)
            return
        if is_new:
            content = f"task {task.task_id} ({task.model}) failed: {reason or 'no reason given'}"
            audit.log(uow, audit.REFUND, task.user_id, task.username, content, quota=task.quota)

    async def _tell(self, task: Task) -> None:
        """Sends a Midjourney task to the address that its submit named, if operators let it."""
        hook = rules.properties(task).get("notify_hook")
        if not isinstance(hook, str) or not hook:
            return
        async with self._store.unit_of_work(write=False) as uow:
            values = await self._options.values(uow)
        if not values.flag("MjNotifyEnabled"):
            return
        body = orjson.dumps(rules.midjourney(task, task.result_url))
        try:
            await self._hooks("POST", hook, {"content-type": "application/json"}, body)
        except UpstreamError as error:
            log.info("a callback was not delivered", task=task.task_id, error=str(error))
