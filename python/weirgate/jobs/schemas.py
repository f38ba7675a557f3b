"""Wire models of /api/weirgate/jobs; times in Unix milliseconds, 0: has not been."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field


class JobOut(BaseModel):
    """One job."""

    name: str = Field(description="Its name in paths.")
    title: str = Field(description="What it does.")
    state: Literal["idle", "waiting", "running"] = Field(
        description="waiting: asked for and not begun."
    )
    every_s: float = Field(description="Seconds between runs; 0: only when asked for.")
    holder: str = Field(description="The node that runs it, or ran it last.")
    started_ms: int = Field(description="When the last run began.")
    finished_ms: int = Field(description="When the last finished run ended.")
    next_ms: int = Field(description="When it runs next by itself; 0: never.")
    done: int = Field(description="Units done of the run, every five seconds.")
    total: int = Field(description="Units of the run; 0 where it does not know.")
    outcome: Literal["", "done", "failed"] = Field(description="How the last finished run ended.")
    message: str = Field(description="What it said at its end.")
