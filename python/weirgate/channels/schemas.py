"""Wire models of channels (management contract §6).

Reads never hold an upstream key. Unknown request fields are ignored, as the contract asks.
"""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, Field, model_validator

from weirgate.system.wire import FamilyBody, FamilyQuery, Int64
from weirgate.web.answers import Paged
from weirgate.web.fields import LenientBool, LenientInt
from weirgate.web.paging import PageQuery

_TEXT = 1 << 20
_INT64 = (1 << 63) - 1


def _text_list(value: object) -> object:
    """Accepts a JSON array where the family's older consoles send one instead of a comma list."""
    return ",".join(str(part) for part in value) if isinstance(value, list) else value


ListText = Annotated[str, BeforeValidator(_text_list)]


class ChannelFilter(FamilyQuery, PageQuery):
    """Query of the list and of the search."""

    id_sort: LenientBool = Field(default=False, description="Newest first, else by priority.")
    tag_mode: LenientBool = Field(default=False, description="Pages over tags.")
    status: str = Field("", max_length=32, description="enabled, disabled or all.")
    type: str = Field("", max_length=16, description="Channel type number.")
    group: str = Field("", max_length=64, description="Only channels of this group.")
    keyword: str = Field("", max_length=512, description="Id, name, key or base URL.")
    model: str = Field("", max_length=255, description="Part of a model name.")


class ChannelFields(FamilyBody):
    """The fields that create and update share; None is "not given"."""

    type: int | None = Field(None, ge=0, le=1_000_000, description="Type number.")
    key: str | None = Field(None, max_length=_TEXT, repr=False, description="Upstream key or keys.")
    openai_organization: str | None = Field(None, max_length=255, description="Organization.")
    test_model: str | None = Field(None, max_length=255, description="Model of the test call.")
    status: int | None = Field(None, ge=0, le=3, description="1 on, 2 off, 3 off automatically.")
    name: str | None = Field(None, max_length=255, description="Name.")
    weight: int | None = Field(None, ge=0, le=1_000_000_000, description="Share within a tier.")
    base_url: str | None = Field(None, max_length=2048, description="Empty: the type's own.")
    other: str | None = Field(None, max_length=_TEXT, description="API version, region, app id.")
    models: ListText | None = Field(None, max_length=_TEXT, description="Comma list of models.")
    group: ListText | None = Field(None, max_length=65_536, description="Comma list of groups.")
    model_mapping: str | None = Field(None, max_length=_TEXT, description="JSON: asked → sent.")
    status_code_mapping: str | None = Field(
        None, max_length=65_536, description="JSON: upstream status → shown status."
    )
    priority: int | None = Field(None, ge=-_INT64, le=_INT64, description="Higher is tried first.")
    auto_ban: int | None = Field(None, ge=0, le=1, description="1: may be disabled automatically.")
    other_info: str | None = Field(None, max_length=65_536, description="JSON: status reason.")
    tag: str | None = Field(None, max_length=255, description="Tag.")
    setting: str | None = Field(
        None, max_length=65_536, description="JSON: proxy, allow_private (root only) and the like."
    )
    param_override: str | None = Field(None, max_length=_TEXT, description="JSON: body overrides.")
    header_override: str | None = Field(None, max_length=65_536, description="JSON: headers.")
    remark: str | None = Field(None, max_length=255, description="Note.")
    settings: str | None = Field(None, max_length=65_536, description="JSON: vendor settings.")


class ChannelCreate(FamilyBody):
    """One or several new channels."""

    mode: str = Field("", max_length=32, description="single, batch or multi_to_single.")
    multi_key_mode: str = Field("", max_length=32, description="random or polling.")
    batch_add_set_key_prefix_2_name: bool = Field(
        default=False, description="Names get the first characters of their key."
    )
    channel: ChannelFields | None = Field(None, description="The channel.")

    @model_validator(mode="before")
    @classmethod
    def _wrap(cls, value: Any) -> Any:
        """Takes a channel alone, as one-api sends it; a key a line makes a channel a line."""
        if not isinstance(value, dict) or "channel" in value or "mode" in value:
            return value
        several = isinstance(value.get("key"), str) and "\n" in value["key"].strip()
        return {"mode": "batch" if several else "single", "channel": value} if value else value


class ChannelUpdate(ChannelFields):
    """A partial change: what is not given, or empty and cannot be cleared, stays."""

    id: int = Field(gt=0, le=_INT64, description="Id of the channel.")
    multi_key_mode: str | None = Field(None, max_length=32, description="random or polling.")
    key_mode: str | None = Field(None, max_length=32, description="append or replace keys.")


class ChannelInfo(BaseModel):
    """How several keys share one channel."""

    is_multi_key: bool = Field(default=False, description="Several keys.")
    multi_key_size: int = Field(0, description="How many.")
    multi_key_status_list: dict[str, int] | None = Field(None, description="Keys that are off.")
    multi_key_polling_index: int = Field(0, description="Kept for compatibility.")
    multi_key_mode: str = Field("", description="random or polling.")


class ChannelOut(BaseModel):
    """One channel as read; the key is always empty."""

    id: int
    type: int
    key: str = Field("", description="Always empty.")
    openai_organization: str | None
    test_model: str | None
    status: int
    name: str
    weight: int | None
    created_time: int
    test_time: int
    response_time: int = Field(description="Milliseconds of the last test.")
    base_url: str | None
    other: str
    balance: float
    balance_updated_time: int
    models: str
    group: str
    used_quota: int
    model_mapping: str | None
    status_code_mapping: str | None
    priority: int | None
    auto_ban: int | None
    other_info: str
    tag: str | None
    setting: str | None
    param_override: str | None
    header_override: str | None
    remark: str | None
    channel_info: ChannelInfo
    settings: str


class ChannelUpdated(ChannelOut):
    """The answer of an update: the channel and the modes of the call."""

    multi_key_mode: str | None = None
    key_mode: str | None = None


class ChannelPage(Paged[ChannelOut]):
    """Data of the list."""

    type_counts: dict[str, int] = Field(description="Channels of each type, all types counted.")


class ChannelsFound(BaseModel):
    """Data of the search: no page and page_size, as in the family."""

    items: list[ChannelOut]
    total: int
    type_counts: dict[str, int] = Field(description="Channels of each type, all types counted.")


class ChannelIds(FamilyBody):
    """Several channels."""

    ids: list[Int64] = Field(default_factory=list, max_length=1000, description="Ids.")
    tag: str | None = Field(None, max_length=255, description="New tag; null or empty clears.")
    status: Int64 = Field(0, description="New status.")


class ChannelStatusIn(FamilyBody):
    """A new status."""

    status: Int64 = Field(description="1 on or 2 off.")


class CopyQuery(FamilyQuery):
    """How a copy is made."""

    suffix: str = Field("_复制", max_length=64, description="Added to the name.")
    reset_balance: str = Field("true", max_length=8, description="false keeps balance and use.")


class CopyOut(BaseModel):
    """The new channel's id."""

    id: int


class FixOut(BaseModel):
    """Outcome of rebuilding the abilities."""

    success: int
    fails: int


class TestQuery(FamilyQuery):
    """What a test sends."""

    __test__ = False

    model: str = Field("", max_length=255, description="Model; empty: the channel's test model.")
    stream: LenientBool = Field(default=False, description="Streamed.")
    endpoint_type: str = Field(
        "",
        max_length=64,
        description="openai, openai-response, anthropic, gemini, jina-rerank, image-generation or "
        "embeddings; empty: by the model's name.",
    )


class TestOut(BaseModel):
    """Outcome of a test, at the top level of the answer."""

    __test__ = False

    success: bool
    message: str
    time: float = Field(description="Seconds.")


class BalanceOut(BaseModel):
    """A channel's balance, at the top level of the answer."""

    success: bool = True
    message: str = ""
    balance: float = Field(description="In US dollars, where the vendor counts in them.")


class FetchModelsIn(FamilyBody):
    """An upstream that is not saved yet."""

    base_url: str = Field("", max_length=2048, description="Empty: the type's own.")
    type: LenientInt = Field(1, description="Type number.")
    key: str = Field("", max_length=_TEXT, repr=False, description="Key; the first line is used.")


class TagQuery(FamilyQuery):
    """A tag in the query."""

    tag: str = Field("", max_length=255, description="Tag.")


class TagIn(FamilyBody):
    """A tag."""

    tag: str = Field("", max_length=255, description="Tag.")


class TagUpdate(TagIn):
    """Changes to all channels with a tag; null keeps."""

    new_tag: str | None = Field(None, max_length=255)
    priority: int | None = Field(None, ge=-_INT64, le=_INT64)
    weight: int | None = Field(None, ge=0, le=1_000_000_000)
    model_mapping: str | None = Field(None, max_length=_TEXT)
    models: str | None = Field(None, max_length=_TEXT)
    groups: str | None = Field(None, max_length=65_536)
    param_override: str | None = Field(None, max_length=_TEXT)
    header_override: str | None = Field(None, max_length=65_536)


class MultiKeyIn(FamilyBody):
    """One act on the keys of a channel."""

    channel_id: Int64 = Field(description="Id of the channel.")
    action: str = Field("", max_length=64, description="get_key_status, disable_key and so on.")
    key_index: Int64 | None = Field(None, description="Which key, from 0.")
    page: Int64 = Field(1, description="Page of get_key_status.")
    page_size: Int64 = Field(50, description="Rows of a page.")
    status: Int64 | None = Field(None, description="Filter of get_key_status.")


class MultiKeyRow(BaseModel):
    """One key of a channel, without its text."""

    index: int
    status: int
    key_preview: str
    disabled_time: int | None = Field(None, description="Since when it is off, in seconds.")
    reason: str | None = Field(None, description="Why it was switched off by itself.")


class MultiKeyPage(BaseModel):
    """Data of get_key_status."""

    keys: list[MultiKeyRow]
    total: int
    page: int
    page_size: int
    total_pages: int
    enabled_count: int
    manual_disabled_count: int
    auto_disabled_count: int


Unshaped = Any
"""The data of multi_key/manage: a page, a count or nothing, by action."""


class RatioUpstream(FamilyBody):
    """A gateway whose prices are wanted."""

    id: Int64 = Field(0, description="Id of a channel; below 0: a preset.")
    name: str = Field("", max_length=255, description="Name in the answer.")
    base_url: str = Field("", max_length=2048, description="Its address.")
    endpoint: str = Field("", max_length=2048, description="Path, or a whole address.")


class RatioFetchIn(FamilyBody):
    """Whose prices to fetch."""

    channel_ids: list[Int64] = Field(default_factory=list, max_length=1000)
    upstreams: list[RatioUpstream] = Field(default_factory=list, max_length=1000)
    timeout: LenientInt = Field(10, description="Seconds for each, at most 60.")


class RatioSource(BaseModel):
    """A gateway that may publish prices."""

    id: int
    name: str
    base_url: str
    status: int
    type: int

    def as_upstream(self) -> RatioUpstream:
        """Returns the source as something to fetch."""
        return RatioUpstream(id=self.id, name=self.name, base_url=self.base_url, endpoint="")


class RatioTest(BaseModel):
    """Whether one gateway answered."""

    name: str
    status: Literal["success", "error"]
    error: str | None = None


class RatioDifference(BaseModel):
    """One number, ours and theirs."""

    current: float | None = Field(description="Ours; null: none.")
    upstreams: dict[str, float | Literal["same"] | None] = Field(description="Theirs, by name.")
    confidence: dict[str, bool] = Field(description="false: it looks like a placeholder.")


class RatioDifferences(BaseModel):
    """Where prices differ: model → field → current, upstreams and confidence."""

    differences: dict[str, dict[str, RatioDifference]]
    test_results: list[RatioTest]
