"""Pure rules of accounts: names, passwords, who may manage whom, default settings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import orjson

from weirgate.errors import InvalidInputError, RefusedError, RoleTooLowError, Text
from weirgate.identity import passwords

if TYPE_CHECKING:
    from weirgate.store.tables import User
    from weirgate.web.auth import Caller

ROLE_USER = 1
ROLE_ADMIN = 10
ROLE_ROOT = 100
STATUS_ENABLED = 1
STATUS_DISABLED = 2
MAX_NAME = 20
MAX_KEY_NAME_BYTES = 50

NAME_TAKEN = Text("用户名已存在，或已注销", "the username exists, or did once")
NOT_ABOVE = Text(
    "无权更新同权限等级或更高权限等级的用户信息",
    "users of the same or a higher role cannot be changed",
)
NOT_VISIBLE = Text(
    "无权获取同级或更高等级用户的信息", "users of the same or a higher role cannot be read"
)
NOT_DELETABLE = Text(
    "无权删除同权限等级或更高权限等级的用户",
    "users of the same or a higher role cannot be deleted",
)
ROLE_TOO_HIGH = Text(
    "无法创建权限大于等于自己的用户", "users of the own or a higher role cannot be created"
)
ROOT_UNDELETABLE = Text("不能删除超级管理员账户", "the root user cannot be deleted")


def check_username(username: str) -> None:
    """Checks a name: 1 to 20 characters without blanks at the ends or control characters."""
    is_clean = username == username.strip() and username.isprintable()
    if not username or len(username) > MAX_NAME or not is_clean:
        raise InvalidInputError(
            Text("输入不合法：用户名须为 1-20 个字符", "the username needs 1 to 20 characters")
        )


def check_display_name(display_name: str) -> None:
    """Checks a shown name: at most 20 characters."""
    if len(display_name) > MAX_NAME:
        raise InvalidInputError(
            Text("输入不合法：显示名称最多 20 个字符", "the shown name has more than 20 characters")
        )


def check_password(password: str) -> None:
    """Checks a new password: 8 to 20 characters."""
    if not passwords.MIN_LENGTH <= len(password) <= passwords.MAX_LENGTH:
        raise InvalidInputError(
            Text("输入不合法：密码须为 8-20 个字符", "the password needs 8 to 20 characters")
        )


def new_role(role: int) -> int:
    """Returns the role of a new account: none given is a common user.

    Raises:
        InvalidInputError: neither a common user nor an administrator.
    """
    if role not in {0, ROLE_USER, ROLE_ADMIN}:
        raise InvalidInputError
    return role or ROLE_USER


def check_manages(caller: Caller, target_role: int) -> None:
    """Checks that the caller is root or stands above the target (its own role included)."""
    if not caller.is_root and caller.role <= target_role:
        raise RefusedError(NOT_ABOVE)


def check_promotes(caller: Caller, target: User) -> None:
    """Checks that the target can be made an administrator by the caller."""
    if not caller.is_root:
        raise RoleTooLowError(
            Text(
                "普通管理员用户无法提升其他用户为管理员",
                "only root can make a user an administrator",
            )
        )
    if target.role >= ROLE_ADMIN:
        raise RefusedError(Text("该用户已经是管理员", "the user is an administrator already"))


def check_demotes(target: User) -> None:
    """Checks that the target is an administrator below root."""
    if target.role == ROLE_ROOT:
        raise RefusedError(Text("无法降级超级管理员用户", "the root user cannot be demoted"))
    if target.role == ROLE_USER:
        raise RefusedError(Text("该用户已经是普通用户", "the user is a common user already"))


def check_not_root(target: User, text: Text) -> None:
    """Checks that the target is not root."""
    if target.role == ROLE_ROOT:
        raise RefusedError(text)


def first_key_name(username: str) -> str:
    """Returns the name of a new user's first key, within the 50 bytes that a name may have."""
    ending = "的初始令牌"
    room = MAX_KEY_NAME_BYTES - len(ending.encode())
    return username.encode()[:room].decode(errors="ignore") + ending


def permissions(role: int) -> dict[str, Any]:
    """Returns what the console may show and change for a role."""
    if role >= ROLE_ROOT:
        return {"sidebar_settings": False, "sidebar_modules": {}}
    if role >= ROLE_ADMIN:
        return {"sidebar_settings": True, "sidebar_modules": {"admin": {"setting": False}}}
    return {"sidebar_settings": True, "sidebar_modules": {"admin": False}}


def setting_of(text: str) -> dict[str, Any]:
    """Reads a user's settings; blank or broken ones are empty."""
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError:
        return {}
    return value if isinstance(value, dict) else {}


def changed_setting(text: str, name: str, value: str) -> str:
    """Returns the settings with one value changed."""
    return orjson.dumps(setting_of(text) | {name: value}).decode()


def is_web_address(text: str) -> bool:
    """Tells whether a text is a whole http or https address."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and text.isprintable()


def default_setting(role: int) -> str:
    """Returns the settings of a new user: which console sections are shown."""
    modules: dict[str, dict[str, bool]] = {
        "chat": dict.fromkeys(("enabled", "playground", "chat"), True),
        "console": dict.fromkeys(("enabled", "detail", "token", "log", "midjourney", "task"), True),
        "personal": dict.fromkeys(("enabled", "topup", "personal"), True),
    }
    if role >= ROLE_ADMIN:
        names = ("enabled", "channel", "models", "redemption", "user", "setting")
        modules["admin"] = {name: name != "setting" or role >= ROLE_ROOT for name in names}
    return orjson.dumps({"sidebar_modules": orjson.dumps(modules).decode()}).decode()
