"""Wire models of /api/weirgate/ledger; amounts are quota units."""

from __future__ import annotations

from pydantic import BaseModel, Field


class UserDiscrepancy(BaseModel):
    """A user whose books do not agree: credited should be balance + charged."""

    user_id: int
    credited: int
    balance: int
    charged: int


class KeyDiscrepancy(BaseModel):
    """A key whose books do not agree: credited should be remain + charged."""

    key_id: int
    user_id: int
    credited: int
    remain: int
    charged: int


class WalletDiscrepancy(BaseModel):
    """A wallet that the relay has otherwise than SQL: free + held + settled should be expected."""

    user_id: int
    expected: int
    free: int
    held: int
    settled: int


class WalletReport(BaseModel):
    """The relay's memory against SQL."""

    users: int = Field(description="Wallets compared.")
    unsure: int = Field(description="Wallets left out: a batch was not told to the relay yet.")
    free: int
    held: int
    settled: int = Field(description="Charged in memory, not yet subtracted in SQL.")
    differing: list[WalletDiscrepancy]


class LedgerReport(BaseModel):
    """What a verification found; credited = free + held + charged."""

    is_sound: bool
    users: int
    keys: int
    credited: int
    free: int
    held: int
    charged: int
    discrepancies: list[UserDiscrepancy] = Field(description="At most 100.")
    key_discrepancies: list[KeyDiscrepancy] = Field(description="At most 100.")
    suspense_quota: int = Field(description="Charges without an account.")
    sql_position: str = Field(description="How far SQL has booked the journal.")
    usage_position: str = Field(description="How far the usage store has taken it in.")
    compared_at: str = Field(description="Where both were compared.")
    sql_charged: int
    usage_charged: int
    stores_agree: bool | None = Field(description="Null: no place that both have passed.")
    wallets: WalletReport | None
