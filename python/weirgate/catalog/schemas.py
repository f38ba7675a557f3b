"""Wire models of model lists and prices (management contract §3.4, §6.2)."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, Field


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


class RatioConfig(BaseModel):
    """Data of GET /api/ratio_config."""

    model_ratio: dict[str, float | int]
    completion_ratio: dict[str, float | int]
    cache_ratio: dict[str, float | int]
    create_cache_ratio: dict[str, float | int]
    model_price: dict[str, float | int]
