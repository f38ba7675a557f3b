"""Wire models of users (management contract §4.2, §4.6)."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from weirgate.system.wire import FamilyBody, FamilyQuery, Int64
from weirgate.web.paging import PageQuery


class UserFilter(FamilyQuery, PageQuery):
    """Filters of the search."""

    keyword: str = Field("", max_length=256, description="Id, or part of name, email, shown name.")
    group: str = Field("", max_length=64, description="Group.")
    role: str = Field("", max_length=8, description="Role number.")
    status: str = Field("", max_length=8, description="Status number.")


class SelfOut(BaseModel):
    """The caller's own account."""

    id: int
    username: str
    display_name: str
    role: int
    status: int
    email: str
    github_id: str
    discord_id: str
    oidc_id: str
    wechat_id: str
    telegram_id: str
    linux_do_id: str
    lark_id: str
    group: str
    quota: int = Field(description="Balance, quota units.")
    used_quota: int = Field(description="Spent, quota units.")
    request_count: int
    aff_code: str
    aff_count: int
    aff_quota: int
    aff_history_quota: int
    inviter_id: int
    setting: str = Field(description="JSON in a string.")
    stripe_customer: str
    sidebar_modules: str = Field(description="JSON in a string.")
    permissions: dict[str, Any]
    has_password: bool


class SelfUpdate(FamilyBody):
    """A change of the own account; an empty password keeps the old one."""

    username: str = Field("", max_length=256)
    display_name: str = Field("", max_length=256)
    password: str = Field("", max_length=1024, repr=False)
    original_password: str = Field("", max_length=1024, repr=False)
    sidebar_modules: str | None = Field(None, max_length=65_536)
    language: str | None = Field(None, max_length=16)


class SettingIn(FamilyBody):
    """How the caller wants to be told that the balance runs low, and two habits."""

    notify_type: str = Field("", max_length=16, description="email, webhook, bark or gotify.")
    quota_warning_threshold: float = Field(
        0, allow_inf_nan=False, description="Balance, quota units, under which a notice is sent."
    )
    webhook_url: str = Field("", max_length=2048)
    webhook_secret: str = Field("", max_length=512, repr=False, description="*** keeps the old.")
    notification_email: str = Field("", max_length=254)
    bark_url: str = Field("", max_length=2048)
    gotify_url: str = Field("", max_length=2048)
    gotify_token: str = Field("", max_length=512, repr=False, description="*** keeps the old.")
    gotify_priority: Int64 = Field(5, description="0 to 10.")
    accept_unset_model_ratio_model: bool = Field(
        default=False, description="Use models that have no price of their own."
    )
    record_ip_log: bool = Field(default=False, description="Keep the address in usage rows.")


class AffTransfer(FamilyBody):
    """How much of the invitations' reward to move into the balance."""

    quota: Int64 = Field(0, description="Quota units.")


class UserOut(BaseModel):
    """One account as an administrator sees it."""

    model_config = ConfigDict(populate_by_name=True)

    id: int
    username: str
    password: str = Field("", description="Always empty.")
    original_password: str = Field("", description="Always empty.")
    display_name: str
    role: int
    status: int
    email: str
    github_id: str
    discord_id: str
    oidc_id: str
    wechat_id: str
    telegram_id: str
    verification_code: str = Field("", description="Always empty.")
    access_token: None = Field(None, description="Always null: only a hash is kept.")
    quota: int = Field(description="Balance, quota units.")
    used_quota: int = Field(description="Spent, quota units.")
    request_count: int
    group: str
    aff_code: str
    aff_count: int
    aff_quota: int
    aff_history_quota: int
    inviter_id: int
    deleted_at: str | None = Field(alias="DeletedAt", description="RFC 3339, null while alive.")
    linux_do_id: str
    lark_id: str
    setting: str
    remark: str
    stripe_customer: str
    created_at: int
    last_login_at: int


class UserCreate(FamilyBody):
    """A new account."""

    username: str = Field("", max_length=256)
    password: str = Field("", max_length=1024, repr=False)
    display_name: str = Field("", max_length=256)
    role: Int64 = Field(1, description="1 user, 10 administrator.")
    group: str = Field("", max_length=64)
    remark: str = Field("", max_length=255)


class UserUpdate(FamilyBody):
    """A changed account; an empty password keeps the old one, a quota becomes an entry."""

    id: Int64
    username: str = Field("", max_length=256)
    display_name: str = Field("", max_length=256)
    password: str = Field("", max_length=1024, repr=False)
    group: str = Field("", max_length=64)
    remark: str | None = Field(None, max_length=255)
    quota: Int64 | None = Field(None, description="New balance, quota units.")


class UserManage(FamilyBody):
    """One act on an account."""

    id: Int64
    action: str = Field("", max_length=32)
    mode: str = Field("", max_length=16, description="add, subtract or override.")
    value: Int64 = Field(0, description="Quota units.")
