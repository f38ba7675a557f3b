"""What the data plane is started with, made of the settings; the ports are tried on the way.

For whichever process holds the data plane. Must not need anything of management.
"""

from typing import Any

import orjson

from weirgate.dataplane import supervise
from weirgate.settings import KIB, MIB, Secrets, Settings


def packed(config: dict[str, Any], node: int, *, leases: bool) -> bytes:
    """Returns the configuration as the data plane of this node reads it."""
    return orjson.dumps({**config, "node": node, "leases": leases})


def gateway_config(settings: Settings, secrets: Secrets) -> dict[str, Any]:
    """Returns the data plane's configuration, but for the node's number."""
    config: dict[str, Any] = {
        "listen": supervise.public_address(settings),
        "admin_listen": supervise.admin_address(settings),
        "management_socket": str(settings.management_socket.absolute()),
        "data_dir": str(settings.data_dir.absolute()),
        "trusted_proxies": settings.trusted_proxies,
        "key_secret": secrets.key_hash.hex(),
        "limits": {
            "body_bytes": settings.max_request_body_mb * MIB,
            "spool_above_bytes": settings.spool_above_kb * KIB,
            "spool_bytes": settings.spool_cap_mb * MIB,
            "memory_bytes": settings.body_memory_mb * MIB,
            "max_connections": settings.max_connections,
        },
        "drain_timeout_ms": settings.drain_timeout_s * 1000,
        "journal": {
            "segment_bytes": settings.journal_segment_mb * MIB,
            "cap_bytes": settings.journal_cap_mb * MIB,
            "keep_ms": settings.journal_keep_s * 1000,
        },
    }
    if settings.redis_address:
        config["together"] = True
    if settings.workers:
        config["workers"] = settings.workers
    if settings.tls_cert and settings.tls_key:
        files = {"cert": settings.tls_cert.absolute(), "key": settings.tls_key.absolute()}
        config["tls"] = {name: str(path) for name, path in files.items()}
    if settings.upstream_ca:
        config["upstream_ca"] = str(settings.upstream_ca.absolute())
    if settings.spool_dir:
        config["spool_dir"] = str(settings.spool_dir.absolute())
    return config
