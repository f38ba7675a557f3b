"""Credentials that are made a call, for the questions after a submit: Kling's JWT, Volcengine's V4.

The relay makes the same for submits; both follow the vendors' public pages.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import time
from datetime import UTC, datetime
from urllib.parse import urlsplit

import orjson

_SEPARATOR = re.compile(r"[|,:]")
_JWT_HEAD = b'{"alg":"HS256","typ":"JWT"}'
_REGION, _SERVICE = "cn-north-1", "cv"


def pair(key: str) -> tuple[str, str] | None:
    """Splits `access|secret`; None for a plain key."""
    parts = [part.strip() for part in _SEPARATOR.split(key, maxsplit=1)]
    return (parts[0], parts[1]) if len(parts) == 2 and all(parts) else None


def kling_token(key: str, now_s: int | None = None) -> str:
    """Returns Kling's bearer: a JWT (HS256) of 30 minutes, or the plain key."""
    halves = pair(key)
    if halves is None:
        return key
    now = int(time.time()) if now_s is None else now_s
    claims = {"iss": halves[0], "exp": now + 1800, "nbf": now - 5}
    signed = f"{_b64(_JWT_HEAD)}.{_b64(orjson.dumps(claims))}"
    return f"{signed}.{_b64(_mac(halves[1].encode(), signed))}"


def volc_headers(key: str, url: str, body: bytes, now_s: int | None = None) -> dict[str, str]:
    """Returns Volcengine's signature headers of a POST, or a bearer for a plain key."""
    halves = pair(key)
    if halves is None:
        return {"authorization": f"Bearer {key}", "content-type": "application/json"}
    access, secret = halves
    moment = datetime.fromtimestamp(time.time() if now_s is None else now_s, UTC)
    date = moment.strftime("%Y%m%dT%H%M%SZ")
    parts = urlsplit(url)
    digest = hashlib.sha256(body).hexdigest()
    query = "&".join(sorted(parts.query.split("&")))
    names = "content-type;host;x-content-sha256;x-date"
    canonical = (
        f"POST\n{parts.path or '/'}\n{query}\ncontent-type:application/json\nhost:{parts.netloc}\n"
        f"x-content-sha256:{digest}\nx-date:{date}\n\n{names}\n{digest}"
    )
    scope = f"{date[:8]}/{_REGION}/{_SERVICE}/request"
    text = f"HMAC-SHA256\n{date}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    made = secret.encode()
    for part in (date[:8], _REGION, _SERVICE, "request"):
        made = _mac(made, part)
    signature = _mac(made, text).hex()
    return {
        "authorization": (
            f"HMAC-SHA256 Credential={access}/{scope}, SignedHeaders={names}, Signature={signature}"
        ),
        "content-type": "application/json",
        "x-content-sha256": digest,
        "x-date": date,
    }


def _mac(key: bytes, text: str) -> bytes:
    return hmac.digest(key, text.encode(), "sha256")


def _b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
