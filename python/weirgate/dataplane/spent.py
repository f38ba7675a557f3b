"""Tells the data plane what was spent before its limits began to count.

That is so after a start, and when a limit is new in the middle of a day, week or month.

The books are the usage store, asked once it holds everything that ended before. Until then only
what is spent from now on counts; at start that is waited for before traffic is let in.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from typing import TYPE_CHECKING, Any, Protocol

import duckdb
import orjson
import structlog

from weirgate._core import CoreError
from weirgate.analytics.database import query
from weirgate.errors import UnavailableError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

LOOK_S = 1.0
MARGIN_MS = 1_500
"""Rows become readable a little after they ended: with the journal's next fsync."""

LONGEST_START_S = 60.0
"""A start does not wait longer for the books; it goes on looking behind."""

BATCH = 5_000
# How a row of the usage store names the subject of each scope.
_SUBJECTS = {
    "user": "user_id::VARCHAR",
    "key": "key_id::VARCHAR",
    "channel": "channel_id::VARCHAR",
    "group": "group_name",
    "model": "model",
    "channel_key": "channel_id || ':' || "
    "coalesce(json_extract_string(attempts, '$[#-1].key_index'), '0')",
}

log = structlog.get_logger("weirgate.spent")


class SpentTarget(Protocol):
    """The part of the gateway that counts."""

    def missing_spent(self) -> bytes:
        """Returns whose counts began within a period."""

    def load_spent(self, rows: bytes) -> None:
        """Takes what they had used before."""


class SpentSource(Protocol):
    """The part of the usage store that is asked."""

    @property
    def whole_until_ms(self) -> int:
        """Says up to when everything that ended is in the store."""

    async def answers(
        self, asked: Sequence[tuple[str, Mapping[str, Any]]]
    ) -> list[list[tuple[Any, ...]]]:
        """Returns the rows of each statement."""


class SpentTeller:
    """Answers the data plane's questions from the usage store."""

    def __init__(self, gateway: SpentTarget, source: SpentSource) -> None:
        self._gateway = gateway
        self._source = source

    async def begin(self) -> None:
        """Waits until nothing is missing, so that no budget is open anew after a start."""
        try:
            async with asyncio.timeout(LONGEST_START_S):
                while True:
                    if not await self.look():
                        return
                    await asyncio.sleep(LOOK_S / 10)
        except TimeoutError:
            log.warning("budgets do not know yet what was spent before the start")

    async def run(self) -> None:
        """Looks again and again; until cancelled."""
        while True:
            await asyncio.sleep(LOOK_S)
            await self.look()

    async def look(self) -> bool:
        """Tells what can be told; returns whether something is left."""
        try:
            missing = orjson.loads(await asyncio.to_thread(self._gateway.missing_spent))
            if not missing:
                return False
            known_ms = self._source.whole_until_ms - MARGIN_MS
            due = [view for view in missing if view["since_ms"] <= known_ms][:BATCH]
            if due:
                told = orjson.dumps(await self._filled(due))
                await asyncio.to_thread(self._gateway.load_spent, told)
        except (CoreError, UnavailableError, duckdb.Error, OSError) as error:
            log.warning("budgets could not be told what was spent", error=str(error))
            return True
        return len(due) < len(missing)

    async def _filled(self, views: list[dict[str, Any]]) -> list[dict[str, Any]]:
        by_scope: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for view in views:
            by_scope[view["scope"]].append(view)
        asked = [(_text(scope), _parameters(wanted)) for scope, wanted in by_scope.items()]
        answers = await self._source.answers(asked)
        for wanted, rows in zip(by_scope.values(), answers, strict=True):
            used = {subject: numbers for subject, *numbers in rows}
            for view in wanted:
                requests, *spent = used.get(subject_of(view), (0, 0, 0, 0))
                view.update(requests=requests, spent=spent)
        return views


def subject_of(view: Mapping[str, Any]) -> str:
    """Returns a subject as `_SUBJECTS` names it."""
    if view["scope"] == "channel_key":
        return f"{view['id']}:{view['name']}"
    return view["name"] or str(view["id"])


def _text(scope: str) -> str:
    # `$subject` begins the name of a parameter as well; only the bare word is a place.
    return query("spent").replace("$subject AS", f"{_SUBJECTS[scope]} AS")


def _parameters(views: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    rows = [(subject_of(view), view["since_ms"], *view["begins_ms"]) for view in views]
    subjects, since, days, weeks, months = (list(column) for column in zip(*rows, strict=True))
    return {
        "subjects": subjects,
        "since_ms": since,
        "day_ms": days,
        "week_ms": weeks,
        "month_ms": months,
        "earliest_ms": min(*days, *weeks, *months),
    }
