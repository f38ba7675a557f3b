"""The published API descriptions; the console's client is generated from these very files.

`UPDATE=1 pytest tests/api/bridge/test_openapi_golden.py` writes them anew; read the difference as
code, since it is what clients will see.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING
from unittest.mock import MagicMock

import orjson
import pytest
from weirgate import composition
from weirgate.web.openapi import document

if TYPE_CHECKING:
    from weirgate.web.openapi import Dialect
    from weirgate.web.router import Route

FOLDER = Path(__file__).parents[2] / "contracts" / "management"


@pytest.fixture(scope="module")
def rows() -> list[Route]:
    # The rows are wanted, not the services behind them: nothing here is called.
    return composition.routes(MagicMock(), MagicMock())


@pytest.mark.parametrize("dialect", ["newapi", "weirgate"])
def test_the_published_description_is_what_the_routes_say(
    rows: list[Route], dialect: Dialect
) -> None:
    text = orjson.dumps(document(rows, dialect, "1"), option=orjson.OPT_INDENT_2) + b"\n"
    golden = FOLDER / f"openapi.{dialect}.json"
    if os.environ.get("UPDATE") == "1":  # noqa: TID251 - a switch of the test run, no setting
        golden.write_bytes(text)
    assert golden.read_bytes() == text


def test_every_route_says_what_it_is_for(rows: list[Route]) -> None:
    assert [row.path for row in rows if not (row.summary and row.tags)] == []
