"""Wire models of /api/weirgate/nodes; times in Unix milliseconds of the database's clock."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field


class NodeOut(BaseModel):
    """One node."""

    number: int = Field(description="Part of every log id of the node.")
    name: str = Field(description="Its name, kept in its data folder.")
    state: Literal["running", "silent", "lost", "stopped"] = Field(
        description="silent: heartbeats are late; lost: others may spend what it had leased."
    )
    is_this: bool = Field(description="It made this answer.")
    is_shared: bool = Field(description="It spends from leases; else it has everything to itself.")
    address: str = Field(description="Where its public port listens.")
    version: str = Field(description="The program's version.")
    started_ms: int = Field(description="When its process began.")
    heartbeat_ms: int = Field(description="When it was last heard of.")
    stopped_ms: int = Field(description="When it was stopped; 0: it was not.")
    leased: int = Field(description="Quota of wallets that it may spend.")
