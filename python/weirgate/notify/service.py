"""The one notifier: takes notices in at once, sends them later, one after the other.

Whoever has something to tell calls `tell` and goes on; a full queue or a used-up limit drops the
notice with a line in the log. Sending is tried a few times, under time limits, and never fails the
work that it tells of.
"""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict, deque
from dataclasses import replace
from typing import TYPE_CHECKING

import structlog
from sqlalchemy.exc import SQLAlchemyError

from weirgate.accounts import preferences
from weirgate.channels.egress import EgressError
from weirgate.errors import WeirgateError
from weirgate.notify import rules
from weirgate.notify.repository import ReceiverRepository
from weirgate.notify.rules import NoticeError
from weirgate.store.crypto import SealError

if TYPE_CHECKING:
    from collections.abc import Callable

    from weirgate.channels.egress import Egress
    from weirgate.mail.sender import Mailer
    from weirgate.notify.rules import Notice, Receiver
    from weirgate.store import Store
    from weirgate.store.crypto import Sealer
    from weirgate.system.service import OptionService

MAX_WAITING = 1_000
LIMIT = 2
LIMIT_MS = 600_000
"""Notices of one kind that one user gets within this time, as in the family."""

MAX_COUNTED = 10_000
TRIES = 3
PAUSE_S = 2.0

log = structlog.get_logger("weirgate.notify")


def _now_ms() -> int:
    return time.time_ns() // 1_000_000


class Notifier:
    """Notices of this node; `run` sends them."""

    def __init__(  # noqa: PLR0913 (collaborators, and what tests turn)
        self,
        store: Store,
        options: OptionService,
        mailer: Mailer,
        egress: Egress,
        sealer: Sealer,
        *,
        now_ms: Callable[[], int] = _now_ms,
        pause_s: float = PAUSE_S,
    ) -> None:
        """Takes the ways out; `pause_s` lies between two tries."""
        self._store = store
        self._options = options
        self._mailer = mailer
        self._egress = egress
        self._sealer = sealer
        self._now_ms = now_ms
        self._pause_s = pause_s
        self._waiting: asyncio.Queue[tuple[int | None, Notice]] = asyncio.Queue(MAX_WAITING)
        self._told: OrderedDict[tuple[int, str], deque[int]] = OrderedDict()

    def tell(self, user_id: int, notice: Notice) -> None:
        """Puts a notice to a user into the queue."""
        self._put(user_id, notice)

    def tell_root(self, notice: Notice) -> None:
        """Puts a notice to the root user into the queue."""
        self._put(None, notice)

    async def run(self) -> None:
        """Sends until cancelled."""
        while True:
            await self.send_next()

    async def send_next(self) -> None:
        """Waits for a notice and sends it, or drops it."""
        user_id, notice = await self._waiting.get()
        try:
            await self._send(user_id, notice)
        except (NoticeError, EgressError, WeirgateError, SQLAlchemyError, OSError) as error:
            log.warning("a notice was not sent", kind=notice.kind, user=user_id, error=str(error))

    async def flush(self) -> None:
        """Sends what waits."""
        while not self._waiting.empty():
            await self.send_next()

    def _put(self, user_id: int | None, notice: Notice) -> None:
        try:
            self._waiting.put_nowait((user_id, notice))
        except asyncio.QueueFull:
            log.warning("too many notices wait, one is dropped", kind=notice.kind)

    async def _send(self, user_id: int | None, notice: Notice) -> None:
        async with self._store.unit_of_work(write=False) as uow:
            receiver = await ReceiverRepository(uow.session).get(user_id)
            values = await self._options.values(uow)
        if receiver is None:
            raise NoticeError("there is no such user")
        if not self._may_tell(receiver.user_id, notice.kind):
            raise NoticeError(
                f"more than {LIMIT} notices of a kind in {LIMIT_MS // 60_000} minutes"
            )
        if receiver.way == "email":
            await self._mailer.send(values, rules.letter(receiver, notice))
            return
        receiver = self._opened(receiver)
        call = rules.call(receiver, notice, values, self._now_ms() // 1000)
        for left in reversed(range(TRIES)):
            try:
                reply = await self._egress.send(call)
            except EgressError:
                if not left:
                    raise
            else:
                if reply.is_good:
                    return
                if not left or reply.status < 500:
                    raise NoticeError(f"{receiver.way} answered with status {reply.status}")
            await asyncio.sleep(self._pause_s)

    def _opened(self, receiver: Receiver) -> Receiver:
        """Returns the receiver with the secrets of his settings as they are used."""
        setting, user_id = receiver.setting, receiver.user_id
        try:
            opened = {
                name: preferences.secret_of(setting, name, user_id, self._sealer)
                for name in preferences.SECRETS
            }
        except SealError as error:
            raise NoticeError("a secret of the user's settings does not open") from error
        return replace(receiver, setting=setting | opened)

    def _may_tell(self, user_id: int, kind: str) -> bool:
        now_ms = self._now_ms()
        times = self._told.setdefault((user_id, kind), deque(maxlen=LIMIT))
        self._told.move_to_end((user_id, kind))
        if len(self._told) > MAX_COUNTED:
            self._told.popitem(last=False)
        if len(times) == LIMIT and now_ms - times[0] < LIMIT_MS:
            return False
        times.append(now_ms)
        return True
