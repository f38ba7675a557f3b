"""The console's files: hashed assets for ever, the page for every path of the console's own.

Finds only files below the root; nothing a path says leads out of it. Small files are kept in
memory with their gzip form; a missing build is a page that says so, not an error.
"""

from __future__ import annotations

import asyncio
import hashlib
import mimetypes
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from weirgate.web import messages
from weirgate.web.outgoing import GZIP_FROM_BYTES, accepts_gzip, gzip
from weirgate.web.robyn_face import Headers, Response

if TYPE_CHECKING:
    from pathlib import Path

    from weirgate.web.limits import Limiter

KEPT_FILE_BYTES = 4 * 1024 * 1024
KEPT_TOTAL_BYTES = 64 * 1024 * 1024
IMMUTABLE = "public, max-age=31536000, immutable"
REVALIDATE = "no-cache"
# The console loads nothing from elsewhere and has no inline script.
CONTENT_POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
# The bundler puts a content hash before the suffix: index-B3kV9xQ2.js
_HASHED = re.compile(r"[-.][0-9A-Za-z_-]{8,}\.[0-9a-z]+\Z")
_NEVER_PAGES = ("/api/", "/v1/", "/v1beta/", "/assets/")
_PAGE_HEADERS = (
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "same-origin"),
    ("content-security-policy", CONTENT_POLICY),
)
_NOT_BUILT = (
    "<!doctype html><html lang=en><meta charset=utf-8><title>Weirgate</title>"
    "<body><h1>Weirgate</h1><p>{en}</p><p lang=zh>{zh}</p>"
    "<p>Build it with <code>./deploy/start</code>, then reload.</p></body></html>"
)


@dataclass(frozen=True, slots=True)
class _Asset:
    stamp: tuple[int, int]
    body: bytes
    gzipped: bytes | None
    etag: str
    content_type: str


class StaticFiles:
    """Serves one folder."""

    def __init__(self, root: Path, limiter: Limiter | None = None) -> None:
        """Takes the folder (it may not be there yet) and the limiter of page loads."""
        self._root = root.resolve()
        self._limiter = limiter
        self._kept: dict[Path, _Asset] = {}
        self._kept_bytes = 0

    async def find(self, path: str, headers: dict[str, str]) -> Response | None:
        """Returns the file or the page for this path; None when it is none of the console's.

        Raises:
            TooManyRequestsError: this address loads pages too often.
        """
        file = self._file(path)
        if file is not None:
            cache = IMMUTABLE if _HASHED.search(file.name) else REVALIDATE
            return await self._serve(file, headers, cache)
        if path.startswith(_NEVER_PAGES) or path in {"/api", "/v1"}:
            return None
        if self._limiter is not None:
            await self._limiter.admit("global_web", headers.get("x-weirgate-client-ip", ""))
        index = self._root / "index.html"
        if not index.is_file():
            return _not_built()
        return await self._serve(index, headers, REVALIDATE)

    def _file(self, path: str) -> Path | None:
        """Returns the file that the path names, if it is one below the root."""
        segments = path.split("/")[1:]
        if not segments or any(
            segment in {"", ".", ".."} or "\\" in segment or "\0" in segment or segment[0] == "."
            for segment in segments
        ):
            return None
        if len(path) > 512:
            return None
        file = self._root.joinpath(*segments).resolve()
        if not file.is_relative_to(self._root) or not file.is_file():
            return None
        return file

    async def _serve(self, file: Path, headers: dict[str, str], cache: str) -> Response:
        stamp = _stamp(file)
        if stamp[1] > KEPT_FILE_BYTES:
            own = Headers({"content-type": _content_type(file), "cache-control": cache})
            response = Response(200, own, b"")
            response.file_path = str(file)
            return response
        asset = await self._load(file, stamp)
        own = Headers({"cache-control": cache, "etag": asset.etag, "vary": "accept-encoding"})
        if asset.etag in headers.get("if-none-match", ""):
            return Response(304, own, b"")
        own.append("content-type", asset.content_type)
        if asset.content_type.startswith("text/html"):
            for name, value in _PAGE_HEADERS:
                own.append(name, value)
        if asset.gzipped is not None and accepts_gzip(headers.get("accept-encoding", "")):
            own.append("content-encoding", "gzip")
            return Response(200, own, asset.gzipped)
        return Response(200, own, asset.body)

    async def _load(self, file: Path, stamp: tuple[int, int]) -> _Asset:
        kept = self._kept.get(file)
        if kept is not None and kept.stamp == stamp:
            return kept
        asset = await asyncio.to_thread(_read, file, stamp)
        size = len(asset.body) + len(asset.gzipped or b"")
        if self._kept_bytes + size > KEPT_TOTAL_BYTES:
            self._kept.clear()
            self._kept_bytes = 0
        self._kept[file] = asset
        self._kept_bytes += size
        return asset


def _stamp(file: Path) -> tuple[int, int]:
    """Returns what changes when the file does: time and size (a call of microseconds)."""
    status = file.stat()
    return status.st_mtime_ns, status.st_size


def _read(file: Path, stamp: tuple[int, int]) -> _Asset:
    body = file.read_bytes()
    content_type = _content_type(file)
    gzipped = None
    if len(body) >= GZIP_FROM_BYTES and content_type.startswith(
        ("text/", "application/json", "image/svg")
    ):
        gzipped = gzip(body)
    etag = '"' + hashlib.sha256(body).hexdigest()[:32] + '"'
    return _Asset(stamp, body, gzipped, etag, content_type)


def _content_type(file: Path) -> str:
    if file.suffix in {".js", ".mjs"}:
        return "text/javascript; charset=utf-8"
    kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    return kind + "; charset=utf-8" if kind.startswith("text/") else kind


def _not_built() -> Response:
    text = messages.FRONTEND_MISSING
    body = _NOT_BUILT.format(en=text.en, zh=text.zh)
    headers = Headers({"content-type": "text/html; charset=utf-8", "cache-control": "no-store"})
    return Response(503, headers, body.encode())
