"""The settings of the usage store: a file of the data folder, or a lake that many nodes write.

A part of `settings.Settings`, which reads them. A lake's catalogue and its rows are named together.
"""

from typing import Self

from pydantic import AliasChoices, Field, model_validator
from pydantic_settings import BaseSettings

LEDGERS = "ducklake:"
"""The lake whose catalogue is in the ledger's own database."""


class UsageSettings(BaseSettings):
    """Where usage is, and what it may take."""

    database_url: str

    usage_url: str = Field(
        "",
        repr=False,
        pattern=r"^(ducklake:(postgres(ql)?://.+)?)?$",
        validation_alias=AliasChoices("WEIRGATE_USAGE_URL"),
        description="`ducklake:postgresql://...`, or `ducklake:` in the ledger's; empty: a file.",
    )
    usage_data: str = Field(
        "",
        validation_alias=AliasChoices("WEIRGATE_USAGE_DATA"),
        description="The lake's rows: a folder that all nodes share, or `s3://bucket/prefix`.",
    )
    s3_key_id: str = Field(
        "",
        validation_alias=AliasChoices("WEIRGATE_S3_KEY_ID", "AWS_ACCESS_KEY_ID"),
        description="Access key of the lake's bucket.",
    )
    s3_secret: str = Field(
        "",
        repr=False,
        validation_alias=AliasChoices("WEIRGATE_S3_SECRET", "AWS_SECRET_ACCESS_KEY"),
        description="Its secret.",
    )
    s3_region: str = Field(
        "",
        validation_alias=AliasChoices("WEIRGATE_S3_REGION", "AWS_REGION"),
        description="The bucket's region.",
    )
    s3_endpoint: str = Field(
        "",
        validation_alias=AliasChoices("WEIRGATE_S3_ENDPOINT", "AWS_ENDPOINT_URL"),
        description="`https://host:port` of an S3-compatible store; empty: Amazon's.",
    )
    analytics_memory: str = Field(
        "1GiB",
        pattern=r"^\d+(MiB|GiB)$",
        validation_alias=AliasChoices("WEIRGATE_ANALYTICS_MEMORY"),
        description="Memory limit of the usage store.",
    )
    analytics_threads: int = Field(
        1,
        ge=1,
        le=64,
        validation_alias=AliasChoices("WEIRGATE_ANALYTICS_THREADS"),
        description="Threads of the usage store.",
    )

    @model_validator(mode="after")
    def _lake_has_its_parts(self) -> Self:
        if bool(self.usage_url) != bool(self.usage_data):
            message = "usage_url and usage_data: give both or neither"
            raise ValueError(message)
        if self.usage_url == LEDGERS and not self.database_url.startswith("postgres"):
            message = "usage_url `ducklake:` needs database_url to be PostgreSQL's"
            raise ValueError(message)
        return self

    @property
    def lake_url(self) -> str:
        """The catalogue of the usage lake, `postgresql://...`; empty: usage is in a file."""
        if not self.usage_url:
            return ""
        return self.usage_url.removeprefix(LEDGERS) or self.database_url
