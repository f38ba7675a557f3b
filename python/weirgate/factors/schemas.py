"""Wire models of second factors, passkeys and step-up (management contract §2.7, §4.5)."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from weirgate.system.wire import FamilyBody


class CodeIn(FamilyBody):
    """A one-time password or a backup code."""

    code: str = Field("", max_length=64, repr=False)


class VerifyIn(FamilyBody):
    """A step-up: which proof, and the code where it has one."""

    method: str = Field("", max_length=16, description="2fa or passkey.")
    code: str = Field("", max_length=64, repr=False, description="For 2fa.")


class VerifyOut(BaseModel):
    """A step-up that was done."""

    verified: bool
    expires_at: int = Field(description="Unix seconds.")


class FactorStatus(BaseModel):
    """Whether the caller has a second factor."""

    enabled: bool
    locked: bool = Field(description="Too many wrong codes: none is taken for five minutes.")
    backup_codes_remaining: int = Field(0, description="Unused backup codes.")


class FactorSetup(BaseModel):
    """A second factor to be enabled by its first code; shown once."""

    secret: str = Field(repr=False, description="Base32.")
    qr_code_data: str = Field(repr=False, description="otpauth address to show as a picture.")
    backup_codes: list[str] = Field(repr=False)


class BackupCodesOut(BaseModel):
    """New backup codes; shown once."""

    backup_codes: list[str] = Field(repr=False)


class FactorStats(BaseModel):
    """How many users have a second factor."""

    total_users: int
    enabled_users: int
    enabled_rate: str


class PasskeyStatus(BaseModel):
    """Whether the caller has a passkey."""

    enabled: bool
    last_used_at: str | None = Field(None, description="RFC 3339.")
    backup_eligible: bool = False
    backup_state: bool = False


class PasskeyOptions(BaseModel):
    """What the browser's `navigator.credentials` is called with."""

    options: dict[str, Any] = Field(description="`{publicKey: ...}`, binary values in base64url.")


class CredentialIn(FamilyBody):
    """What the browser answered, as WebAuthn's JSON form."""

    model_config = ConfigDict(extra="allow")

    id: str = Field("", max_length=1024)
    rawId: str = Field("", max_length=1024)  # noqa: N815 (WebAuthn's name)
    type: str = Field("public-key", max_length=32)
    response: dict[str, Any] = Field(default_factory=dict)
