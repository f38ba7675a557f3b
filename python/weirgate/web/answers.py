"""What handlers return: an `Answer` and the few ways to make one.

`ok` and `paged` speak the family's envelope `{"success","message","data"}`; `document` sends a body
as it is. orjson is the only serialiser; pydantic models anywhere inside are dumped by alias.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import orjson
from pydantic import BaseModel

from weirgate.errors import Text
from weirgate.web.messages import said

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Mapping
    from pathlib import Path

    from weirgate.web.paging import Page

JSON_TYPE = "application/json; charset=utf-8"
# The family's headers of answers that reveal a secret.
NO_STORE = (
    ("cache-control", "no-store, no-cache, must-revalidate, private, max-age=0"),
    ("pragma", "no-cache"),
    ("expires", "0"),
)

Item = TypeVar("Item")


class _Unset:
    """The mark of "no such field"."""


UNSET = _Unset()


@dataclass(slots=True)
class Answer:
    """One HTTP answer; `message` is put into the body late, when the language is known."""

    status: int = 200
    body: bytes = b""
    content_type: str = JSON_TYPE
    headers: list[tuple[str, str]] = field(default_factory=list)
    message: Text | None = None
    fields: dict[str, Any] | None = None

    def with_header(self, name: str, value: str) -> Answer:
        """Adds a header (repeats are kept) and returns itself."""
        self.headers.append((name, value))
        return self

    def without_store(self) -> Answer:
        """Adds the family's headers of key-revealing answers and returns itself."""
        self.headers.extend(NO_STORE)
        return self

    def render(self, language: str) -> bytes:
        """Returns the body bytes in this language."""
        if self.fields is None:
            return self.body
        if self.message is not None and "message" in self.fields:
            self.fields["message"] = said(self.message, language)
        return dump(self.fields)


@dataclass(slots=True)
class FileAnswer:
    """A file on disk, sent by the server in Rust; the way for everything large.

    Whoever wrote the file removes it later: it must stay until the last byte has gone out.
    """

    path: Path
    content_type: str
    headers: list[tuple[str, str]] = field(default_factory=list)
    status: int = 200


@dataclass(slots=True)
class StreamAnswer:
    """A small live stream: at most `rsgi.STREAM_LIMIT_BYTES`, since sends have no back-pressure."""

    chunks: AsyncGenerator[bytes, None]
    content_type: str = "text/event-stream"
    headers: list[tuple[str, str]] = field(default_factory=list)
    status: int = 200


class Paged(BaseModel, Generic[Item]):
    """The family's page: `data` of a list answer, with all names that its clients read.

    `data` and `total_count` (one-hub and its like) repeat `items` and `total`, `size` repeats
    `page_size`: one answer then serves every client of the family.
    """

    page: int
    page_size: int
    size: int
    total: int
    total_count: int
    items: list[Item]
    data: list[Item]


def _plain(value: object) -> Any:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="python", by_alias=True)
    if isinstance(value, set | frozenset):
        return sorted(value)
    raise TypeError(f"no JSON form for {type(value).__name__}")


def plain(value: object) -> Any:
    """Returns a row as plain values: a model dumped by alias, anything else as it is."""
    return _plain(value) if isinstance(value, BaseModel) else value


def dump(value: object) -> bytes:
    """Returns the JSON bytes of plain values and pydantic models.

    Raises:
        orjson.JSONEncodeError: a value has no JSON form.
    """
    return orjson.dumps(value, default=_plain, option=orjson.OPT_NON_STR_KEYS)


def ok(
    data: object = UNSET, message: Text | str = "", *, extra: Mapping[str, Any] | None = None
) -> Answer:
    """Returns the family's success; `data` is left out when not given, `extra` adds top fields."""
    text = Text(message, message) if isinstance(message, str) else message
    fields: dict[str, Any] = {"success": True, "message": ""}
    if data is not UNSET:
        fields["data"] = data
    if extra:
        fields.update(extra)
    return Answer(fields=fields, message=text)


def paged(page: Page, total: int, items: list[Any], **extra: Any) -> Answer:
    """Returns the family's page; `extra` adds fields beside `items`, such as `type_counts`."""
    data = {
        "page": page.number,
        "page_size": page.size,
        "size": page.size,
        "total": total,
        "total_count": total,
        "items": items,
        "data": items,
        **extra,
    }
    return ok(data)


def document(
    value: object, *, status: int = 200, headers: tuple[tuple[str, str], ...] = ()
) -> Answer:
    """Returns the value's JSON as the whole body, without an envelope."""
    return Answer(status=status, body=dump(value), headers=list(headers))
