"""Runs store tests on both databases."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.postgres import postgres_server, postgres_url

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["postgres_server", "postgres_url"]


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/weirgate.db"
    found: str = request.getfixturevalue("postgres_url")
    return found
