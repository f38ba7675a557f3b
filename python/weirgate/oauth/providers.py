"""The OAuth providers: a table of addresses, forms and fields, and nothing that runs.

Addresses are the providers' own unless options name others. Read 2026-11-21 in management.md §3.6
and the providers' public documentation.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Callable

    from weirgate.system.option_keys import OptionValues


@dataclass(frozen=True, slots=True)
class Identity:
    """Who somebody is at a provider; the address only where the provider says it is proven."""

    provider_id: str
    display_name: str = ""
    email: str = ""
    former_id: str = ""
    """What earlier versions kept in place of the id; replaced on sight."""
    trust_level: int = 0


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where a provider is asked."""

    authorize: str
    token: str
    user: str
    discovery: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """One provider."""

    name: str
    title: str
    column: str
    is_on: Callable[[OptionValues], bool]
    client_id: str
    """Option of the client id."""
    client_secret: str = field(repr=False)
    """Option of the client secret."""
    addresses: Callable[[OptionValues], Addresses]
    identity: Callable[[dict[str, Any]], Identity]
    scope: str
    token_body: Literal["json", "form"] = "form"  # noqa: S105 (a form)
    """Form of the token request."""
    by_basic: bool = False
    """Whether client id and secret go as Basic authentication."""
    redirect_path: str = ""


@dataclass(frozen=True, slots=True)
class ProviderClient:
    """A provider with what we are to it; `custom_id` is the row of one that root has added."""

    provider: Provider
    client_id: str
    client_secret: str = field(repr=False)
    addresses: Addresses
    custom_id: int = 0

    @classmethod
    def of_options(cls, provider: Provider, values: OptionValues) -> ProviderClient:
        """Returns a built-in provider with its client of the options."""
        return cls(
            provider,
            values.text(provider.client_id),
            values.text(provider.client_secret),
            provider.addresses(values),
        )


def _flag(key: str) -> Callable[[OptionValues], bool]:
    return lambda values: values.flag(key)


def _own(name: str, defaults: Addresses) -> Callable[[OptionValues], Addresses]:
    def addresses(values: OptionValues) -> Addresses:
        return Addresses(
            authorize=values.text(f"weirgate.{name}_authorize_url") or defaults.authorize,
            token=values.text(f"weirgate.{name}_token_url") or defaults.token,
            user=values.text(f"weirgate.{name}_user_url") or defaults.user,
        )

    return addresses


def _oidc_addresses(values: OptionValues) -> Addresses:
    return Addresses(
        authorize=values.text("oidc.authorization_endpoint"),
        token=values.text("oidc.token_endpoint"),
        user=values.text("oidc.user_info_endpoint"),
        discovery=values.text("oidc.well_known"),
    )


def text_of(value: object) -> str:
    """Returns a text or number of a reply as text, "" for anything else."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    text = str(value)
    return text if text.isprintable() else ""


def _github(user: dict[str, Any]) -> Identity:
    login = text_of(user.get("login"))
    return Identity(
        provider_id=text_of(user.get("id")),
        display_name=text_of(user.get("name")) or login,
        # GitHub shows only proven addresses here.
        email=text_of(user.get("email")),
        # A login of digits could be somebody else's id.
        former_id="" if login.isdigit() else login,
    )


def _oidc(user: dict[str, Any]) -> Identity:
    email = text_of(user.get("email"))
    # Without an address the contract refuses; an unproven one is not kept.
    return Identity(
        provider_id=text_of(user.get("sub")) if email else "",
        display_name=text_of(user.get("name")) or text_of(user.get("preferred_username")),
        email=email if user.get("email_verified") is True else "",
    )


def _linuxdo(user: dict[str, Any]) -> Identity:
    level = user.get("trust_level")
    return Identity(
        provider_id=text_of(user.get("id")),
        display_name=text_of(user.get("name")) or text_of(user.get("username")),
        trust_level=level if isinstance(level, int) else 0,
    )


def _discord(user: dict[str, Any]) -> Identity:
    return Identity(
        provider_id=text_of(user.get("id")),
        display_name=text_of(user.get("global_name")) or text_of(user.get("username")),
    )


def _lark(user: dict[str, Any]) -> Identity:
    return Identity(
        provider_id=text_of(user.get("open_id")), display_name=text_of(user.get("name"))
    )


GITHUB = Provider(
    name="github",
    title="GitHub",
    column="github_id",
    is_on=_flag("GitHubOAuthEnabled"),
    client_id="GitHubClientId",
    client_secret="GitHubClientSecret",  # noqa: S106 (an option's name)
    addresses=_own(
        "github",
        Addresses(
            "https://github.com/login/oauth/authorize",
            "https://github.com/login/oauth/access_token",
            "https://api.github.com/user",
        ),
    ),
    identity=_github,
    scope="user:email",
    token_body="json",  # noqa: S106 (a form)
    redirect_path="/oauth/github",
)
OIDC = Provider(
    name="oidc",
    title="OIDC",
    column="oidc_id",
    is_on=_flag("oidc.enabled"),
    client_id="oidc.client_id",
    client_secret="oidc.client_secret",  # noqa: S106 (an option's name)
    addresses=_oidc_addresses,
    identity=_oidc,
    scope="openid profile email",
    redirect_path="/oauth/oidc",
)
LINUXDO = Provider(
    name="linuxdo",
    title="Linux DO",
    column="linux_do_id",
    is_on=_flag("LinuxDOOAuthEnabled"),
    client_id="LinuxDOClientId",
    client_secret="LinuxDOClientSecret",  # noqa: S106 (an option's name)
    addresses=_own(
        "linuxdo",
        Addresses(
            "https://connect.linux.do/oauth2/authorize",
            "https://connect.linux.do/oauth2/token",
            "https://connect.linux.do/api/user",
        ),
    ),
    identity=_linuxdo,
    scope="user",
    by_basic=True,
    redirect_path="/api/oauth/linuxdo",
)
DISCORD = Provider(
    name="discord",
    title="Discord",
    column="discord_id",
    is_on=_flag("discord.enabled"),
    client_id="discord.client_id",
    client_secret="discord.client_secret",  # noqa: S106 (an option's name)
    addresses=_own(
        "discord",
        Addresses(
            "https://discord.com/oauth2/authorize",
            "https://discord.com/api/v10/oauth2/token",
            "https://discord.com/api/v10/users/@me",
        ),
    ),
    identity=_discord,
    scope="identify openid",
    redirect_path="/oauth/discord",
)
LARK = Provider(
    name="lark",
    title="Lark",
    column="lark_id",
    is_on=lambda values: bool(values.text("LarkClientId")),
    client_id="LarkClientId",
    client_secret="LarkClientSecret",  # noqa: S106 (an option's name)
    addresses=_own(
        "lark",
        Addresses(
            "https://accounts.feishu.cn/open-apis/authen/v1/authorize",
            "https://open.feishu.cn/open-apis/authen/v2/oauth/token",
            "https://passport.feishu.cn/suite/passport/oauth/userinfo",
        ),
    ),
    identity=_lark,
    scope="",
    token_body="json",  # noqa: S106 (a form)
    redirect_path="/oauth/lark",
)

PROVIDERS = {each.name: each for each in (GITHUB, OIDC, LINUXDO, DISCORD, LARK)}
