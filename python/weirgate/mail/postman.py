"""Sends letters behind an answer: for callers that must not wait, nor show how long it took.

Bounded: letters beyond the limit are dropped with a line in the log. Whoever made the postman
closes it; what is under way then has a few seconds.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import structlog

from weirgate.errors import WeirgateError

if TYPE_CHECKING:
    from weirgate.mail.sender import Letter, Mailer
    from weirgate.system.option_keys import OptionValues

MOST_AT_HAND = 24
"""Fewer than the mailer lets wait, so that letters that somebody awaits find a place."""

CLOSE_S = 5.0

log = structlog.get_logger("weirgate.mail")


class Postman:
    """Letters on their way."""

    def __init__(self, mailer: Mailer) -> None:
        self._mailer = mailer
        self._sending: set[asyncio.Task[None]] = set()

    def post(self, values: OptionValues, letter: Letter) -> bool:
        """Takes a letter; False when there are too many already."""
        if len(self._sending) >= MOST_AT_HAND:
            log.warning("mail dropped: too many under way")
            return False
        task = asyncio.create_task(self._send(values, letter), name="mail")
        self._sending.add(task)
        task.add_done_callback(self._sending.discard)
        return True

    async def close(self) -> None:
        """Waits for the letters under way, for a while, then gives them up."""
        waiting = set(self._sending)
        if not waiting:
            return
        _, late = await asyncio.wait(waiting, timeout=CLOSE_S)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)

    async def _send(self, values: OptionValues, letter: Letter) -> None:
        try:
            await self._mailer.send(values, letter)
        except WeirgateError as error:
            log.warning("mail not sent", error=str(error))
