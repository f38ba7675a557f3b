"""Wire models of registration (management contract §3.5, §3.6, §4.1)."""

from __future__ import annotations

from pydantic import Field

from weirgate.system.wire import FamilyBody, FamilyQuery


class TurnstileQuery(FamilyQuery):
    """The token of the check for people."""

    turnstile: str = Field("", max_length=8192, repr=False, description="Token of the check.")


class VerificationQuery(TurnstileQuery):
    """Where to send a code."""

    email: str = Field("", max_length=512, description="Address.")
    purpose: str = Field("", max_length=16, description="register or bind; empty: register.")


class ResetQuery(TurnstileQuery):
    """Whose password was forgotten."""

    email: str = Field("", max_length=512, description="Address of the account.")


class RegisterIn(FamilyBody):
    """A new account of one's own."""

    username: str = Field("", max_length=256, description="Name, 1 to 20 characters.")
    password: str = Field("", max_length=1024, repr=False, description="8 to 20 characters.")
    email: str = Field("", max_length=512, description="Needed when addresses are verified.")
    verification_code: str = Field("", max_length=64, repr=False, description="The mailed code.")
    aff_code: str = Field("", max_length=32, description="Invitation code.")


class ResetIn(FamilyBody):
    """The two parts of a reset link."""

    email: str = Field("", max_length=512)
    token: str = Field("", max_length=64, repr=False)


class EmailBind(FamilyBody):
    """An address and the code that was sent to it."""

    email: str = Field("", max_length=512)
    code: str = Field("", max_length=64, repr=False)


class EmailBindQuery(FamilyQuery):
    """The same as a query, as older clients send it."""

    email: str = Field("", max_length=512)
    code: str = Field("", max_length=64, repr=False)
