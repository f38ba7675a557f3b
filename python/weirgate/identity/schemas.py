"""Wire models of sign-in (management contract §4.1)."""

from __future__ import annotations

from pydantic import BaseModel, Field

from weirgate.system.wire import FamilyBody, FamilyQuery


class LoginIn(FamilyBody):
    """Name or email, and password."""

    username: str = Field("", max_length=256, description="Name or email address.")
    password: str = Field("", max_length=1024, repr=False, description="Password.")


class LoginQuery(FamilyQuery):
    """The token of the check for people."""

    turnstile: str = Field("", max_length=8192, repr=False, description="Token of the check.")


class SecondStepIn(FamilyBody):
    """The second step of a login: a one-time password or a backup code."""

    code: str = Field("", max_length=64, repr=False)


class SecondStepOut(BaseModel):
    """The password was right; a code is wanted at /api/user/login/2fa."""

    require_2fa: bool


class LoginOut(BaseModel):
    """Who is logged in."""

    id: int = Field(description="User id; clients send it as New-Api-User.")
    username: str = Field(description="Name.")
    display_name: str = Field(description="Name shown to people.")
    role: int = Field(description="1 user, 10 administrator, 100 root.")
    status: int = Field(description="1 enabled, 2 disabled.")
    group: str = Field(description="Group.")
