"""Which dialect a request speaks, and how its query is read."""

from __future__ import annotations

from typing import Any

import pytest
from weirgate.dialects import Dialect, DialectError, DialectTable
from weirgate.errors import InvalidInputError
from weirgate.web.dialects.reading import read


def test_the_host_beats_the_listener_and_the_listener_the_default() -> None:
    table = DialectTable.parse(
        "*=veloera, One.Example=one-api, one.example:81=donehub, listener:public=super-api"
    )
    assert table.of("public", "one.example:80") is Dialect.ONEAPI
    assert table.of("public", "ONE.example:81") is Dialect.DONEHUB
    assert table.of("public", "other") is Dialect.NEWAPI
    assert table.of("", "other") is Dialect.VELOERA
    assert DialectTable.parse("").of("public", "[::1]:80") is Dialect.NEWAPI
    assert DialectTable.parse("oneapi").of("public", "any") is Dialect.ONEAPI
    assert DialectTable.parse("[::1]=voapi").of("public", "[::1]:80") is Dialect.VOAPI


@pytest.mark.parametrize("text", ["a=b", "=oneapi", "one.example=", "twoapi"])
def test_an_unknown_dialect_is_refused(text: str) -> None:
    with pytest.raises(DialectError):
        DialectTable.parse(text)


@pytest.mark.parametrize(
    ("dialect", "rows", "sent", "expected"),
    [
        (Dialect.NEWAPI, "token", {"p": "2"}, {"p": "2"}),
        (Dialect.ONEAPI, "token", {"p": "0"}, {"p": "1"}),
        (Dialect.ONEAPI, "token", {}, {"p": "1"}),
        (Dialect.ONEAPI, "token", {"page": "1"}, {"page": "1"}),
        (Dialect.ONEAPI, "user", {"p": "-7"}, {"p": "1"}),
        (Dialect.ONEAPI, "user", {"p": "x"}, {"p": "1"}),
        (Dialect.VELOERA, "channel", {"p": "1"}, {"p": "2"}),
        (Dialect.VELOERA, "user", {"p": "1"}, {"p": "1"}),
        (Dialect.ONEAPI, "", {"p": "0"}, {"p": "0"}),
        (Dialect.ONEHUB, "log", {"log_type": "2", "channel_id": "3"},
         {"type": "2", "channel": "3"}),
        (Dialect.ONEAPI, "token", {"page": "1", "order": "used_quota"},
         {"page": "1", "order": "-used_quota"}),
        (Dialect.NEWAPI, "token", {"order": "id,-key,drop"}, {"order": "id"}),
        (Dialect.DONEHUB, "user", {"order": "-quota,id"}, {"order": "-quota,id"}),
    ],
)  # fmt: skip
def test_queries_are_brought_into_one_form(
    dialect: Dialect, rows: str, sent: dict[str, Any], expected: dict[str, Any]
) -> None:
    assert read(dialect, rows, sent) == expected


@pytest.mark.parametrize("sent", [{"size": "101"}, {"order": "-key"}, {"order": "id,key"}])
def test_hubs_refuse_large_pages_and_unknown_orders(sent: dict[str, str]) -> None:
    for dialect in (Dialect.ONEHUB, Dialect.DONEHUB):
        with pytest.raises(InvalidInputError):
            read(dialect, "token", sent)
