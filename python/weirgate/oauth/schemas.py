"""Wire models of sign-in through others (management contract §3.6)."""

from __future__ import annotations

from pydantic import Field

from weirgate.system.wire import FamilyBody, FamilyQuery


class StateQuery(FamilyQuery):
    """What a sign-in is begun with."""

    aff: str = Field("", max_length=32, description="Invitation code.")
    provider: str = Field(
        "", max_length=32, description="Returns `authorize_url` too, with PKCE, for this provider."
    )


class CallbackQuery(FamilyQuery):
    """What a provider sends back."""

    code: str = Field("", max_length=4096, repr=False)
    state: str = Field("", max_length=256, repr=False)
    error: str = Field("", max_length=256)
    error_description: str = Field("", max_length=1024)


class CodeQuery(FamilyQuery):
    """A code that a person got from the WeChat account."""

    code: str = Field("", max_length=256, repr=False)


class CodeBody(FamilyBody):
    """The same as a body."""

    code: str = Field("", max_length=256, repr=False)
