"""What the task endpoints take in; odd input is passed over, as the family's clients rely on it."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from weirgate.web.fields import LenientInt
from weirgate.web.paging import PageQuery

MAX_IDS = 1_000


class TaskIds(BaseModel):
    """A list of our task ids; longer lists are cut."""

    model_config = ConfigDict(extra="ignore")

    ids: list[str] = Field(default_factory=list)
    action: str = ""

    def wanted(self) -> list[str]:
        """Returns the ids to look up."""
        return self.ids[:MAX_IDS]


class JimengQuestion(BaseModel):
    """Jimeng's question for one task."""

    model_config = ConfigDict(extra="ignore")

    task_id: str = ""
    req_key: str = ""


class NewsQuery(BaseModel):
    """Who speaks, by the signed address that he was given."""

    channel: LenientInt = 0
    sign: str = Field("", max_length=128)


class TaskQuery(PageQuery):
    """Filters of /api/task; times in seconds."""

    platform: str = ""
    task_id: str = ""
    status: str = ""
    action: str = ""
    channel_id: str = ""
    user_id: str = ""
    start_timestamp: int = 0
    end_timestamp: int = 0


class DrawingQuery(PageQuery):
    """Filters of /api/mj; times in milliseconds."""

    mj_id: str = ""
    channel_id: str = ""
    start_timestamp: int = 0
    end_timestamp: int = 0


class TaskOut(BaseModel):
    """One task as the family's lists show it."""

    id: int
    created_at: int
    updated_at: int
    task_id: str
    platform: str
    user_id: int
    group: str
    channel_id: int = 0
    quota: int
    action: str
    status: str
    fail_reason: str
    result_url: str
    submit_time: int
    start_time: int
    finish_time: int
    progress: str
    properties: dict[str, Any]
    username: str = ""
    data: Any = None


class DrawingOut(BaseModel):
    """One Midjourney task as the family's lists show it; times in milliseconds."""

    id: int
    code: int
    user_id: int
    action: str
    mj_id: str
    prompt: str
    prompt_en: str
    description: str
    state: str
    submit_time: int
    start_time: int
    finish_time: int
    image_url: str
    video_url: str
    video_urls: Any
    status: str
    progress: str
    fail_reason: str
    channel_id: int = 0
    quota: int
    buttons: Any
    properties: Any
