"""The published API descriptions; the console's client is generated from these very files.

`UPDATE=1 pytest tests/api/bridge/test_openapi_golden.py` writes them anew; read the difference as
code, since it is what clients will see.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest.mock import MagicMock

import orjson
import pytest
from weirgate import composition
from weirgate.web.openapi import DOCUMENTS, document

if TYPE_CHECKING:
    from weirgate.web.router import Route

FOLDER = Path(__file__).parents[2] / "contracts" / "management"


def written(name: str, described: dict[str, Any]) -> bytes:
    """Returns a golden's bytes; what differs little from newapi has a line a path and schema."""
    if name in {"newapi", "weirgate"}:
        return orjson.dumps(described, option=orjson.OPT_INDENT_2) + b"\n"
    parts = [
        b'"%s":{\n%s\n}' % (part.encode(), b",\n".join(_lines(members)))
        for part, members in (("paths", described["paths"]),
                              ("schemas", described["components"]["schemas"]))
    ]  # fmt: skip
    rest = {
        "openapi": described["openapi"],
        "info": described["info"],
        "components": {"securitySchemes": described["components"]["securitySchemes"]},
    }
    paths, schemas = parts
    head = orjson.dumps(rest)[:-2]
    return head + b"," + schemas + b"}," + paths + b"}\n"


def _lines(members: dict[str, Any]) -> list[bytes]:
    return [orjson.dumps(name) + b":" + orjson.dumps(value) for name, value in members.items()]


@pytest.fixture(scope="module")
def rows() -> list[Route]:
    # The rows are wanted, not the services behind them: nothing here is called.
    return composition.routes(MagicMock(), MagicMock())


@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_published_description_is_what_the_routes_say(rows: list[Route], name: str) -> None:
    text = written(name, document(rows, name, "1"))
    golden = FOLDER / f"openapi.{name}.json"
    if os.environ.get("UPDATE") == "1":  # noqa: TID251 - a switch of the test run, no setting
        golden.write_bytes(text)
    assert golden.read_bytes() == text
    assert orjson.loads(text) == document(rows, name, "1")


def test_every_route_says_what_it_is_for(rows: list[Route]) -> None:
    assert [row.path for row in rows if not (row.summary and row.tags)] == []
