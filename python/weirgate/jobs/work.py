"""What a job is: a name, how often it runs, and the work, which tells how far it is.

Domains make their jobs, the composition lists them, the runner runs them. Pure.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from weirgate.store import UnitOfWork
    from weirgate.system.option_keys import OptionValues


class JobError(Exception):
    """A job could not do its work; the text is shown to administrators and holds no secret."""


class Progress:
    """How far a running job is, in units of its own."""

    def __init__(self, *, is_asked: bool = False) -> None:
        """Takes whether somebody asked for this run."""
        self.is_asked = is_asked
        self.done = 0
        self.total = 0

    def set(self, done: int, total: int) -> None:
        """Says that `done` of `total` are done."""
        self.done, self.total = done, total

    def step(self) -> None:
        """Says that one more is done."""
        self.done += 1


class Due(Protocol):
    """Says whether there is anything to do at all; asked before a lease is taken."""

    async def __call__(self, uow: UnitOfWork) -> bool:
        """Returns False when a run would do nothing."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One job; `every_s` is asked each time, 0 means: only when somebody asks for it."""

    name: str
    title: str
    every_s: Callable[[OptionValues], float]
    run: Callable[[Progress], Awaitable[str]]
    is_due: Due | None = None
