"""Rate limits of the management plane: exact sliding windows in memory, one a (kind, caller).

Bounded twice: a window holds at most its limit of times, and at most `MAX_WINDOWS` callers are
remembered (the one idle longest is forgotten first). Several nodes count each for itself, or
together where there is a Redis (`shared_limits`).
"""

from __future__ import annotations

from collections import OrderedDict, deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from weirgate.errors import TooManyRequestsError

if TYPE_CHECKING:
    from collections.abc import Callable

MAX_WINDOWS = 50_000


class RateLimit(Protocol):
    """So many calls in so many seconds."""

    @property
    def enabled(self) -> bool:
        """Says whether the limit refuses at all."""

    @property
    def count(self) -> int:
        """Returns the calls allowed within the window."""

    @property
    def window_s(self) -> int:
        """Returns the window's length in seconds."""


class RateLimits(Protocol):
    """The limits by name, as the settings have them."""

    @property
    def global_api(self) -> RateLimit:
        """Returns the limit of all API calls of one address."""

    @property
    def global_web(self) -> RateLimit:
        """Returns the limit of page loads of one address."""

    @property
    def critical(self) -> RateLimit:
        """Returns the limit of logins and the like, of one address."""

    @property
    def search(self) -> RateLimit:
        """Returns the limit of searches of one user."""

    @property
    def email(self) -> RateLimit:
        """Returns the limit of mails that one address asks for, or is sent."""

    @property
    def download(self) -> RateLimit:
        """Returns the limit of exports of one address."""


@dataclass(frozen=True, slots=True)
class FixedLimit:
    """A limit given in code, for tests and tools."""

    enabled: bool
    count: int
    window_s: int


@dataclass(frozen=True, slots=True)
class FixedLimits:
    """All limits given in code; switched off unless named."""

    global_api: FixedLimit = FixedLimit(enabled=False, count=1, window_s=1)
    global_web: FixedLimit = FixedLimit(enabled=False, count=1, window_s=1)
    critical: FixedLimit = FixedLimit(enabled=False, count=1, window_s=1)
    search: FixedLimit = FixedLimit(enabled=False, count=1, window_s=1)
    email: FixedLimit = FixedLimit(enabled=False, count=1, window_s=1)
    download: FixedLimit = FixedLimit(enabled=False, count=1, window_s=1)


def refusal(wait_ms: int, *, speaks: bool) -> TooManyRequestsError:
    """Returns the refusal of a caller who may come again after `wait_ms`."""
    wait_s = max(1, -(-wait_ms // 1000))
    error = TooManyRequestsError(headers=(("retry-after", str(wait_s)),))
    error.speaks = speaks
    return error


class Limiter:
    """Counts calls and refuses those over a limit."""

    def __init__(self, limits: RateLimits, now_ms: Callable[[], int]) -> None:
        """Takes the limits and a monotonic clock in milliseconds."""
        self._limits: dict[str, RateLimit] = {
            "global_api": limits.global_api,
            "global_web": limits.global_web,
            "critical": limits.critical,
            "search": limits.search,
            "email": limits.email,
            "download": limits.download,
        }
        self._now_ms = now_ms
        self._windows: OrderedDict[tuple[str, str], deque[int]] = OrderedDict()

    async def admit(self, kind: str, caller: str, *, speaks: bool = False) -> None:
        """Counts one call where this limiter counts.

        Raises:
            TooManyRequestsError: the caller has used up this window.
        """
        self.check(kind, caller, speaks=speaks)

    def limit(self, kind: str) -> RateLimit:
        """Returns the limit of that name."""
        return self._limits[kind]

    def check(self, kind: str, caller: str, *, speaks: bool = False) -> None:
        """Counts one call; `kind` is the name of a limit, `speaks` gives the refusal a body.

        Raises:
            TooManyRequestsError: the caller has used up this window.
        """
        limit = self._limits[kind]
        if not limit.enabled:
            return
        now = self._now_ms()
        window = self._window((kind, caller))
        oldest_counted = now - limit.window_s * 1000
        while window and window[0] <= oldest_counted:
            window.popleft()
        if len(window) >= limit.count:
            raise refusal(window[0] - oldest_counted, speaks=speaks)
        window.append(now)

    def _window(self, name: tuple[str, str]) -> deque[int]:
        window = self._windows.get(name)
        if window is None:
            window = self._windows[name] = deque()
            if len(self._windows) > MAX_WINDOWS:
                self._windows.popitem(last=False)
        else:
            self._windows.move_to_end(name)
        return window
