"""Our route table: one `Route` row an endpoint, with its models and its permission.

The rows are registered on Robyn (`register`) and described by `openapi`. The context is all that a
handler gets. Paths are written as the contract spells them, slash included.
"""

from __future__ import annotations

import enum
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeAlias

from typing_extensions import TypeVar

from weirgate.dialects import Dialect
from weirgate.errors import InvalidInputError, UnauthorizedError
from weirgate.web.answers import Answer, FileAnswer, StreamAnswer

if TYPE_CHECKING:
    from pydantic import BaseModel

    from weirgate.store import UnitOfWork
    from weirgate.web.auth import Caller

Method: TypeAlias = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
Query = TypeVar("Query", default=Any)
Body = TypeVar("Body", default=Any)
Outcome: TypeAlias = Answer | FileAnswer | StreamAnswer
DEFAULT_BODY_LIMIT = 2 * 1024 * 1024


class Permission(enum.Enum):
    """Who may call a route."""

    PUBLIC = "public"
    TRY_USER = "try_user"
    """Anybody; `context.caller` is set when there is a session."""
    USER = "user"
    ANY_USAGE = "any_usage"
    """Every account, and `usage.read` tokens; `caller.usage_scope` says what may be read."""
    USAGE = "usage"
    """Administrators, and who holds a `usage.read` grant or token for more than its own usage."""
    ADMIN = "admin"
    ROOT = "root"
    KEY = "key"
    """An API key that passes the gateway's own checks (billing endpoints)."""
    KEY_READ = "key_read"
    """An API key that exists and is not disabled; expired and exhausted ones are let in."""
    RELAY = "relay"
    """The relay itself, or a key's owner whom it has identified; never a client by itself."""


class Limit(enum.Enum):
    """The rate limits beside the global one, which every route has."""

    CRITICAL = "critical"
    SEARCH = "search"
    EMAIL = "email"
    """Calls that send a mail: critical as well, and few in a minute."""
    DOWNLOAD = "download"
    """Files made for the caller: each costs as much as a thousand pages."""


class Form(enum.Enum):
    """How a route says success and failure; chosen from the path when not given."""

    FAMILY = "family"
    PAYMENT = "payment"
    """The family's paying calls: `message` is success or error, the text is in `data`."""
    OPENAI = "openai"
    VOAPI = "voapi"
    """The calls of VoAPI 2: `code` is 0 or says what is wrong, `data` is null then."""
    OWN = "own"


@dataclass(slots=True)
class Context(Generic[Query, Body]):
    """One request as a handler sees it: validated input, caller, unit of work."""

    uow: UnitOfWork
    query: Query
    body: Body
    path: dict[str, str]
    headers: dict[str, str]
    client_ip: str
    scheme: str
    request_id: str
    language: str
    maybe_caller: Caller | None = None
    cookies: dict[str, str] = field(default_factory=dict)
    answer_headers: list[tuple[str, str]] = field(default_factory=list)
    raw_body: bytes = b""
    host: str = ""
    form: dict[str, str] = field(default_factory=dict)
    """Fields of a form body (`application/x-www-form-urlencoded` or multipart)."""
    dialect: Dialect = Dialect.NEWAPI
    """Whose shapes the caller reads; for what a dialect answers otherwise, never for rules."""
    query_fields: dict[str, str] = field(default_factory=dict, repr=False)
    """The query as it was sent, for what is signed as a whole; of equal names the first counts."""

    @property
    def caller(self) -> Caller:
        """Returns who calls.

        Raises:
            UnauthorizedError: nobody is logged in (only on PUBLIC and TRY_USER routes).
        """
        if self.maybe_caller is None:
            raise UnauthorizedError
        return self.maybe_caller

    def id(self, name: str = "id") -> int:
        """Returns the path's integer id.

        Raises:
            InvalidInputError: it is no positive 64-bit integer.
        """
        text = self.path.get(name, "")
        if not (text.isascii() and text.isdigit() and len(text) < 19):
            raise InvalidInputError
        return int(text)

    def set_header(self, name: str, value: str) -> None:
        """Adds a header to whatever answer this request gets on success."""
        self.answer_headers.append((name, value))


Handler: TypeAlias = Callable[[Context[Any, Any]], Awaitable[Outcome]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One endpoint.

    `answer` is the model of the family's `data` (of the whole body when `envelope` is False); None
    means an answer without data. `writes` opens a writing unit of work, by default on all methods
    but GET; a handler may also start reading and call `context.uow.begin_write()`.
    `bad_body_status` is the family's status for a body that is no JSON.
    """

    method: Method
    path: str
    permission: Permission
    handler: Handler
    summary: str
    query: type[BaseModel] | None = None
    body: type[BaseModel] | None = None
    answer: Any = None
    envelope: bool = True
    tags: tuple[str, ...] = ()
    limit: Limit | None = None
    writes: bool | None = None
    body_limit: int = DEFAULT_BODY_LIMIT
    bad_body_status: Literal[200, 400] = 200
    rows: str = ""
    """What `data` is made of (token, log ...), where dialects name its fields otherwise."""
    dialects: frozenset[Dialect] = frozenset(Dialect)
    """Where the path is known; to the others it is a path that is not there."""
    form: Form | None = None
    """None: by path: /v1 and /dashboard OPENAI, /api/weirgate OWN, else FAMILY."""

    @property
    def opens_write(self) -> bool:
        """Says whether the handler runs in a writing unit of work from the start."""
        return self.method != "GET" if self.writes is None else self.writes

    @property
    def answer_form(self) -> Form:
        """Returns the form of success and failure bodies."""
        return self.form if self.form is not None else form_of(self.path)


def form_of(path: str) -> Form:
    """Returns the form that errors on this path take."""
    if path.startswith("/api/weirgate/"):
        return Form.OWN
    if path.startswith(("/v1/", "/dashboard/")):
        return Form.OPENAI
    return Form.FAMILY
