"""Wire models of model lists and prices (management contract §3.4, §6.2)."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, RootModel

from weirgate.system.wire import FamilyBody, FamilyQuery, Int64

HubRatio = Annotated[Decimal, Field(ge=0, le=1_000_000_000, allow_inf_nan=False)]
HubModel = Annotated[str, Field(min_length=1, max_length=255, pattern=r"^[^\x00]*$")]


class BuiltinModel(BaseModel):
    """One built-in model as GET /api/channel/models lists it."""

    id: str
    object: str = "model"
    created: int = 1_626_777_600
    owned_by: str
    supported_endpoint_types: list[str]


class ModelList(BaseModel):
    """The whole answer of a list without a message."""

    success: bool = True
    data: list[Any]


class BoundChannel(BaseModel):
    """A channel that serves a model."""

    name: str
    type: int


class PricedModel(BaseModel):
    """One model's price; what is empty is left out of the answer."""

    model_name: str
    description: str | None = None
    icon: str | None = None
    tags: str | None = None
    vendor_id: int | None = None
    quota_type: int = Field(description="0 by tokens, 1 by call.")
    model_ratio: float | int
    model_price: float | int = Field(description="US dollars of one call.")
    owner_by: str = ""
    completion_ratio: float | int
    cache_ratio: float | int | None = None
    create_cache_ratio: float | int | None = None
    image_ratio: float | int | None = None
    audio_ratio: float | int | None = None
    audio_completion_ratio: float | int | None = None
    enable_groups: list[str]
    supported_endpoint_types: list[str]


class Vendor(BaseModel):
    """Who makes models."""

    id: int
    name: str
    icon: str


class Pricing(BaseModel):
    """The whole answer of GET /api/pricing."""

    success: bool = True
    data: list[dict[str, Any]]
    vendors: list[Vendor]
    group_ratio: dict[str, float | int]
    usable_group: dict[str, str]
    supported_endpoint: dict[str, dict[str, str]]
    auto_groups: list[str]


class HubPrice(BaseModel):
    """One model's price as one-hub shows it; unit: 1 is 0.002 US dollars a 1,000 tokens."""

    model: str
    type: Literal["tokens", "times"]
    channel_type: int = 0
    input: float | int
    output: float | int
    locked: bool = False
    extra_ratios: dict[str, float | int] | None = None


class HubPriceIn(FamilyBody):
    """A price as one-hub's front end writes it; unknown fields (`model_info` ...) are ignored."""

    model: str = Field("", max_length=255)
    type: Literal["tokens", "times"] = "tokens"
    channel_type: Int64 = 0
    input: HubRatio = Decimal(0)
    output: HubRatio = Decimal(0)
    locked: bool = False
    extra_ratios: dict[str, HubRatio] | None = Field(None, max_length=32)
    long_context: dict[str, Any] | None = Field(None, max_length=8)


class HubPricesIn(FamilyBody):
    """Several models with one price."""

    original_models: list[HubModel] = Field(default_factory=list, max_length=2000)
    models: list[HubModel] = Field(default_factory=list, max_length=2000)
    price: HubPriceIn


class HubModels(FamilyBody):
    """Several models."""

    models: list[HubModel] = Field(default_factory=list, max_length=2000)


class HubPriceList(RootModel[list[HubPriceIn]]):
    """A list of prices to take over."""

    root: list[HubPriceIn] = Field(max_length=5000)


class SyncQuery(FamilyQuery):
    """What happens to which models."""

    update_mode: str = Field(
        "system", alias="updateMode", max_length=16,
        description="system, add, update or overwrite.",
    )  # fmt: skip


class AvailableModel(BaseModel):
    """One model that a caller may use."""

    groups: list[str]
    owned_by: str
    price: HubPrice


class PriceQuery(FamilyQuery):
    """Which price list."""

    type: str = Field("db", max_length=16, description="db; default: the built-in ones; old.")


class RatioConfig(BaseModel):
    """Data of GET /api/ratio_config."""

    model_ratio: dict[str, float | int]
    completion_ratio: dict[str, float | int]
    cache_ratio: dict[str, float | int]
    create_cache_ratio: dict[str, float | int]
    model_price: dict[str, float | int]
