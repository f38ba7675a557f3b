"""The console's files: what is found, how long it is kept, and what is never let out."""

from __future__ import annotations

import asyncio
import gzip
from typing import TYPE_CHECKING, Any

import pytest
from weirgate.errors import TooManyRequestsError
from weirgate.web.limits import FixedLimit, FixedLimits, Limiter
from weirgate.web.static import IMMUTABLE, REVALIDATE, StaticFiles

from tests.support.management import Clock

if TYPE_CHECKING:
    from pathlib import Path

SCRIPT = "export const weirgate = 1;\n" * 200


@pytest.fixture
def root(tmp_path: Path) -> Path:
    built = tmp_path / "static"
    (built / "assets").mkdir(parents=True)
    (built / "index.html").write_text("<!doctype html><title>console</title>")
    (built / "assets" / "index-B3kV9xQ2.js").write_text(SCRIPT)
    (built / "favicon.svg").write_text("<svg/>")
    (built / ".hidden").write_text("secret")
    (tmp_path / "secret.key").write_text("secret")
    (tmp_path / "static-other").mkdir()
    (tmp_path / "static-other" / "x.txt").write_text("secret")
    (built / "link.txt").symlink_to(tmp_path / "secret.key")
    return built


def find(root: Path, path: str, **headers: str) -> Any:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return asyncio.run(StaticFiles(root).find(path, named))


def test_a_hashed_asset_is_kept_for_ever_and_the_page_is_asked_for_again(root: Path) -> None:
    asset = find(root, "/assets/index-B3kV9xQ2.js")
    assert asset.headers.get("cache-control") == IMMUTABLE
    assert asset.headers.get("content-type") == "text/javascript; charset=utf-8"
    assert asset.description == SCRIPT.encode()
    assert find(root, "/").headers.get("cache-control") == REVALIDATE
    assert find(root, "/favicon.svg").headers.get("cache-control") == REVALIDATE


@pytest.mark.parametrize("path", ["/", "/login", "/channels/7/edit", "/dashboard", "/index.html"])
def test_the_consoles_own_paths_show_the_page(root: Path, path: str) -> None:
    page = find(root, path)
    assert page.status_code == 200
    assert b"<title>console</title>" in page.description
    assert page.headers.get("x-content-type-options") == "nosniff"


@pytest.mark.parametrize("path", ["/api/nope", "/v1/nope", "/assets/gone-12345678.js", "/api"])
def test_api_and_asset_paths_never_show_the_page(root: Path, path: str) -> None:
    assert find(root, path) is None


@pytest.mark.parametrize(
    "path",
    [
        "/../secret.key",
        "/assets/../../secret.key",
        "/..\\secret.key",
        "//secret.key",
        "/./index.html/../../secret.key",
        "/../static-other/x.txt",
        "/link.txt",
        "/.hidden",
        "/%2e%2e/secret.key",
        "/\0secret.key",
        "/" + "a/" * 400,
    ],
)
def test_no_path_leads_out_of_the_folder(root: Path, path: str) -> None:
    found = find(root, path)
    if path.startswith("/assets/"):
        assert found is None
    else:
        assert b"<title>console</title>" in found.description


def test_a_known_etag_is_answered_without_the_body(root: Path) -> None:
    etag = find(root, "/favicon.svg").headers.get("etag")
    again = find(root, "/favicon.svg", if_none_match=etag)
    assert (again.status_code, again.description) == (304, b"")
    assert again.headers.get("etag") == etag


def test_a_new_build_is_served_at_once(root: Path) -> None:
    files = StaticFiles(root)

    async def twice() -> tuple[Any, Any]:
        first = await files.find("/", {})
        (root / "index.html").write_text("<!doctype html><title>next build</title>")
        return first, await files.find("/", {})

    first, second = asyncio.run(twice())
    assert b"next build" in second.description
    assert first.headers.get("etag") != second.headers.get("etag")


def test_assets_are_gzipped_for_those_who_take_it(root: Path) -> None:
    packed = find(root, "/assets/index-B3kV9xQ2.js", accept_encoding="br, gzip")
    assert packed.headers.get("content-encoding") == "gzip"
    assert gzip.decompress(packed.description) == SCRIPT.encode()


def test_page_loads_are_limited_by_address_and_assets_are_not(root: Path) -> None:
    limits = FixedLimits(global_web=FixedLimit(enabled=True, count=2, window_s=60))
    files = StaticFiles(root, Limiter(limits, Clock()))
    client = {"x-weirgate-client-ip": "10.0.0.1"}

    async def load(path: str, times: int) -> None:
        for _ in range(times):
            await files.find(path, client)

    asyncio.run(load("/", 2))
    with pytest.raises(TooManyRequestsError):
        asyncio.run(load("/login", 1))
    asyncio.run(load("/assets/index-B3kV9xQ2.js", 10))
