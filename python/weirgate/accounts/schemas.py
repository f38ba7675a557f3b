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
