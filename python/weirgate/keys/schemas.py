"""Wire models of API keys and their billing views (management contract §5, §11).

The family calls keys tokens. Unknown request fields are ignored, as the contract asks.
"""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

from weirgate.system.wire import FamilyBody, FamilyQuery, Int64
from weirgate.web.paging import PageQuery

_LONGEST_TIME = 1 << 53


class KeySearch(FamilyQuery, PageQuery):
    """Filters of the search."""

    keyword: str = Field("", max_length=256, description="Part of the name.")
    token: str = Field("", max_length=256, repr=False, description="The key, or part of it.")


class KeyUpdateQuery(BaseModel):
    """`status_only=true` changes the status and nothing else."""

    model_config = ConfigDict(extra="ignore")

    status_only: str = Field("", max_length=16, description="Non-empty: change the status only.")


class _OtherNames(FamilyBody):
    """one-api says limits as `models` and `subnet`, one-hub as `setting.limits`."""

    @model_validator(mode="before")
    @classmethod
    def _read_limits(cls, value: Any) -> Any:
        return value | limits_of(value) if isinstance(value, dict) else value


def limits_of(form: dict[str, Any]) -> dict[str, Any]:
    """Returns our fields for limits that are given under other names only."""
    found: dict[str, Any] = {}
    setting = form.get("setting")
    limits = setting.get("limits") if isinstance(setting, dict) else None
    if isinstance(limits, dict):
        models, addresses = limits.get("limit_model_setting"), limits.get("limits_ip_setting")
        if isinstance(models, dict):
            found["model_limits"] = _joined(models.get("models"), ",")
            found["model_limits_enabled"] = models.get("enabled") is True
        if isinstance(addresses, dict):
            is_on = addresses.get("enabled") is True
            found["allow_ips"] = _joined(addresses.get("whitelist"), "\n") if is_on else ""
    if isinstance(form.get("models"), str):
        found["model_limits"] = form["models"]
        found["model_limits_enabled"] = bool(form["models"].strip())
    if isinstance(form.get("subnet"), str):
        found["allow_ips"] = form["subnet"]
    ours = ("model_limits", "model_limits_enabled", "allow_ips")
    return {name: found[name] for name in ours if name in found and form.get(name) is None}


def _joined(names: object, mark: str) -> str:
    listed = names if isinstance(names, list) else []
    return mark.join(name for name in listed if isinstance(name, str))


class KeyCreate(_OtherNames):
    """A new key; the status in a body is ignored."""

    name: str = Field("", max_length=1024, description="Name, at most 50 bytes.")
    remain_quota: Int64 = Field(0, description="What it may spend, quota units.")
    expired_time: int = Field(
        -1, ge=-1, le=_LONGEST_TIME, description="Expiry, Unix seconds; -1 never."
    )
    unlimited_quota: bool = Field(default=False, description="Only the user's balance counts.")
    model_limits_enabled: bool = Field(default=False, description="Whether models are limited.")
    model_limits: str = Field("", max_length=65_536, description="Allowed models, comma list.")
    allow_ips: str | None = Field("", max_length=65_536, description="Addresses, one a line.")
    group: str = Field("", max_length=64, description="Group; empty is the user's, or auto.")
    cross_group_retry: bool = Field(default=False, description="Retry in the next auto group.")


class KeyUpdate(_OtherNames):
    """A changed key.

    A full update overwrites every field but the status; money, expiry and the unlimited mark
    stay as they are when the body does not name them, a missing allow_ips becomes null.
    """

    id: Int64 = Field(description="Id of the key.")
    status: Int64 = Field(0, description="Used with status_only.")
    name: str = Field("", max_length=1024, description="Name, at most 50 bytes.")
    remain_quota: Int64 | None = Field(None, description="What it may spend, quota units.")
    expired_time: int | None = Field(None, ge=-1, le=_LONGEST_TIME, description="Expiry; -1 never.")
    unlimited_quota: bool | None = Field(None, description="Only the user's balance counts.")
    model_limits_enabled: bool = Field(default=False, description="Whether models are limited.")
    model_limits: str = Field("", max_length=65_536, description="Allowed models, comma list.")
    allow_ips: str | None = Field(None, max_length=65_536, description="Addresses, one a line.")
    group: str = Field("", max_length=64, description="Group; empty is the user's, or auto.")
    cross_group_retry: bool = Field(default=False, description="Retry in the next auto group.")


class KeyIds(FamilyBody):
    """Several keys."""

    ids: list[Int64] = Field(default_factory=list, max_length=1000, description="Ids of keys.")


class KeyOut(BaseModel):
    """One key as its owner sees it."""

    model_config = ConfigDict(populate_by_name=True)

    id: int = Field(description="Id of the key.")
    user_id: int = Field(description="Owner.")
    key: str = Field(description="48 characters without sk-, or masked.", repr=False)
    status: int = Field(description="1 enabled, 2 disabled, 3 expired, 4 exhausted.")
    name: str = Field(description="Name.")
    created_time: int = Field(description="Unix seconds.")
    accessed_time: int = Field(description="Last use, Unix seconds.")
    expired_time: int = Field(description="Unix seconds; -1 never.")
    remain_quota: int = Field(description="What it may still spend, quota units.")
    unlimited_quota: bool = Field(description="Only the user's balance counts.")
    model_limits_enabled: bool = Field(description="Whether models are limited.")
    model_limits: str = Field(description="Allowed models, comma list.")
    allow_ips: str | None = Field(description="Addresses, one a line.")
    used_quota: int = Field(description="Spent, quota units.")
    group: str = Field(description="Group; empty is the user's, or auto.")
    cross_group_retry: bool = Field(description="Retry in the next auto group.")
    deleted_at: None = Field(None, alias="DeletedAt", description="Always null in answers.")


class KeyText(BaseModel):
    """A revealed key."""

    key: str = Field(description="48 characters without sk-.", repr=False)


class KeyTexts(BaseModel):
    """Several revealed keys by id."""

    keys: dict[str, str] = Field(description="Id → key without sk-.", repr=False)


class KeyUsage(BaseModel):
    """`data` of GET /api/usage/token/."""

    object: str = Field("token_usage", description="Kind of the object.")
    name: str = Field(description="Name of the key.")
    total_granted: int = Field(description="Remaining plus used, quota units.")
    total_used: int = Field(description="Used, quota units.")
    total_available: int = Field(description="Remaining, quota units.")
    unlimited_quota: bool = Field(description="Only the user's balance counts.")
    model_limits: dict[str, bool] = Field(description="Allowed models.")
    model_limits_enabled: bool = Field(description="Whether models are limited.")
    expires_at: int = Field(description="Unix seconds; 0 never.")


class KeyUsageAnswer(BaseModel):
    """The whole answer of GET /api/usage/token/."""

    code: bool = Field(default=True, description="Always true on success.")
    message: str = Field("ok", description="Always ok on success.")
    data: KeyUsage


class Subscription(BaseModel):
    """OpenAI's dashboard subscription."""

    object: str = Field("billing_subscription", description="Kind of the object.")
    has_payment_method: bool = Field(default=True, description="Always true.")
    soft_limit_usd: float | int = Field(description="Granted in the display unit.")
    hard_limit_usd: float | int = Field(description="The same.")
    system_hard_limit_usd: float | int = Field(description="The same.")
    access_until: int = Field(description="Expiry, Unix seconds; 0 never.")


class BillingUsage(BaseModel):
    """OpenAI's dashboard usage."""

    object: str = Field("list", description="Kind of the object.")
    total_usage: float | int = Field(description="Used, in hundredths of the display unit.")


class CreditSummary(BaseModel):
    """OpenAI's credit grants, in US dollars."""

    object: str = Field("credit_summary", description="Kind of the object.")
    total_granted: float | int = Field(description="Remaining plus used.")
    total_used: float | int = Field(description="Used.")
    total_available: float | int = Field(description="Remaining.")
    expires_at: int = Field(description="Unix milliseconds; 0 never.")
