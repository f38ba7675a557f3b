"""Wire models of setup, status and options (management contract §3.1-§3.3, §9)."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from weirgate.system.wire import FamilyBody

OptionScalar = str | bool | int | float | None


class SetupOut(BaseModel):
    """Whether the installation is set up."""

    status: bool = Field(description="Set up or not.")
    initialized: bool = Field(description="The same as `status`, under its other name.")
    root_init: bool = Field(description="A root user exists although the setup is not finished.")
    database_type: Literal["sqlite", "mysql", "postgres", ""] = Field(
        description="Kind of database; empty once set up."
    )


class SetupIn(FamilyBody):
    """The setup form."""

    username: str = Field("", max_length=256, description="Name of the root user.")
    password: str = Field("", max_length=1024, repr=False, description="Password, 8 or more.")
    confirm_password: str | None = Field(
        None,
        alias="confirmPassword",
        max_length=1024,
        repr=False,
        description="The same again; compared when it is sent.",
    )
    self_use_mode: bool = Field(
        default=False, alias="SelfUseModeEnabled", description="One-person mode."
    )
    demo_site: bool = Field(
        default=False, alias="DemoSiteEnabled", description="Demonstration site."
    )


class SetupAnswer(BaseModel):
    """The whole answer of GET /api/setup, which has no message."""

    success: bool
    data: SetupOut


class SetupQuery(BaseModel):
    """The one-time token in the query, for setups from afar."""

    model_config = ConfigDict(extra="ignore")

    setup_token: str = Field("", max_length=512, repr=False, description="One-time setup token.")


class OptionIn(FamilyBody):
    """One option to write."""

    key: str = Field(min_length=1, max_length=255, description="Name of the option.")
    value: OptionScalar = Field(None, description="Text, number or boolean; stored as text.")


class OptionOut(BaseModel):
    """One option as listed; secrets are never listed."""

    key: str = Field(description="Name of the option.")
    value: str = Field(description="Its text.")


class HttpStats(BaseModel):
    """How busy the server is."""

    active_connections: int = Field(description="Open connections of clients.")


class StatusTest(BaseModel):
    """The whole answer of GET /api/status/test."""

    success: bool = True
    message: str
    http_stats: HttpStats


class StatusOut(BaseModel):
    """What everybody may know of the site; the keys are a union over the family's versions."""

    model_config = ConfigDict(extra="allow")

    version: str = Field(description="Version of this server.")
    start_time: int = Field(description="Start of the process, Unix seconds.")
    setup: bool = Field(description="Set up or not.")
    system_name: str = Field(description="Name of the site.")
    quota_per_unit: int = Field(description="Quota units of one US dollar.")
