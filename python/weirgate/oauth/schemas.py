"""Wire models of sign-in through others (management contract §3.6)."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

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


class _CustomProvider(BaseModel):
    """What root says of a provider, but for its secret."""

    name: str = Field("", max_length=64)
    slug: str = Field("", max_length=64, description="Its word in paths: /api/oauth/<slug>.")
    icon: str = Field("", max_length=512)
    enabled: bool = False
    client_id: str = Field("", max_length=512)
    authorization_endpoint: str = Field("", max_length=2048)
    token_endpoint: str = Field("", max_length=2048)
    user_info_endpoint: str = Field("", max_length=2048)
    scopes: str = Field("openid profile email", max_length=512)
    user_id_field: str = Field("sub", max_length=128, description="Dotted path in the answer.")
    username_field: str = Field("preferred_username", max_length=128)
    display_name_field: str = Field("name", max_length=128)
    email_field: str = Field(
        "email", max_length=128, description="Kept only beside `email_verified`: true."
    )
    well_known: str = Field("", max_length=2048, description="Tells endpoints that are empty.")
    auth_style: int = Field(
        0, ge=0, le=2, description="0, 1: the secret goes in the form; 2: as Basic authentication."
    )


class CustomProviderIn(_CustomProvider, FamilyBody):
    """A new or changed provider."""

    client_secret: str = Field("", max_length=2048, repr=False, description="Empty keeps the old.")


class CustomProviderOut(_CustomProvider):
    """A provider as root sees it."""

    model_config = ConfigDict(from_attributes=True)

    id: int
    client_secret: str = Field("", description="Always empty.")
    created_at: int
    updated_at: int


class PublicProvider(BaseModel):
    """A provider as sign-in pages see it."""

    model_config = ConfigDict(from_attributes=True)

    id: int
    name: str
    slug: str
    icon: str
    client_id: str
    authorization_endpoint: str
    scopes: str


class DiscoveryIn(FamilyBody):
    """Where a provider tells its addresses."""

    well_known: str = Field("", max_length=2048)


class DiscoveryOut(BaseModel):
    """The addresses of a discovery document."""

    authorization_endpoint: str
    token_endpoint: str
    user_info_endpoint: str


class BindingOut(BaseModel):
    """One id of the caller at a provider that root has added."""

    provider_id: int
    provider_name: str
    provider_slug: str
    provider_icon: str
    provider_user_id: str
