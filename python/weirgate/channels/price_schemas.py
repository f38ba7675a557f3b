"""Wire models of a channel's own prices; decimals are texts, so that no digit is lost."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field

DecimalText: TypeAlias = Annotated[
    str, Field(pattern=r"^[0-9]{1,9}(\.[0-9]{1,18})?$", description="A decimal, such as 0.075.")
]
Name: TypeAlias = Annotated[str, Field(min_length=1, max_length=255)]
MAX_NAMES = 2_000


class PriceTier(BaseModel):
    """From so many tokens on, another price."""

    model_config = ConfigDict(extra="forbid", strict=True)

    min_tokens: int = Field(ge=0, le=2**53)
    price: DecimalText
    condition: Literal[
        "", "full_input_tokens", "billable_input_tokens", "billable_output_tokens"
    ] = Field("", description="What is counted; empty prices each token by its own place.")


class TieredPrice(BaseModel):
    """A price with tiers."""

    model_config = ConfigDict(extra="forbid", strict=True)

    price: DecimalText = Field(description="Below the first tier.")
    tiers: list[PriceTier] = Field(max_length=16)


Price: TypeAlias = DecimalText | TieredPrice | None


class DecimalSheet(BaseModel):
    """The prices of one model for a million tokens, or for a call.

    Tokens of caches, images and sound without a price are charged as input or output.
    """

    model_config = ConfigDict(extra="forbid", strict=True)

    currency: Literal["USD", "CNY"] = Field(
        "USD", description="CNY goes by the option USDExchangeRate."
    )
    call: DecimalText | None = Field(None, description="A call, whatever it uses; stands alone.")
    input: Price = None
    output: Price = None
    cache_read: Price = None
    cache_write: Price = Field(None, description="Five minutes.")
    cache_write_1h: Price = None
    image_input: Price = None
    image_output: Price = None
    audio_input: Price = None
    audio_output: Price = None
    tools: dict[Name, DecimalText] = Field(
        default_factory=dict, max_length=64, description="1,000 calls of a provider's tool."
    )


class ChannelPrices(BaseModel):
    """What a channel says of prices; what is left out is not there any more."""

    model_config = ConfigDict(extra="forbid", strict=True)

    costs: dict[Name, DecimalSheet] = Field(
        default_factory=dict,
        max_length=MAX_NAMES,
        description="What calls cost us, by the model that the upstream is asked for. A model "
        "without costs has none that is known, which is not nothing.",
    )
    group_ratio: dict[Name, DecimalText] = Field(
        default_factory=dict,
        max_length=MAX_NAMES,
        description="Factors of groups on this channel, in place of the groups' own.",
    )
    model_group_ratio: dict[Name, dict[Name, DecimalText]] = Field(
        default_factory=dict,
        max_length=MAX_NAMES,
        description="The same for a model, as clients name it; wins over group_ratio.",
    )
