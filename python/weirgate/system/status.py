"""Builds `GET /api/status`: one pure function from options to the family's union of keys.

The console and every client read this before login, so it must never fail and never hold a
secret: each value is a public option or a switch.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from weirgate.system.option_keys import OptionValues

DEFAULT_ADDRESS = "http://localhost:3000"


def server_address(values: OptionValues) -> str:
    """Returns the public address, the family's default when none is set."""
    return values.text("ServerAddress") or DEFAULT_ADDRESS


def status_fields(values: OptionValues) -> dict[str, Any]:
    """Returns all fields of the status but version, start time and setup."""
    return (
        _site(values) | _sign_in(values) | _passkey(values) | _money(values) | _switches(values)
        | _dashboard(values) | _older(values) | _newer(values)
    )  # fmt: skip


def _site(values: OptionValues) -> dict[str, Any]:
    return {
        "system_name": values.text("SystemName"),
        "logo": values.text("Logo"),
        "footer_html": values.text("Footer"),
        "server_address": server_address(values),
        "docs_link": values.text("general_setting.docs_link"),
        "top_up_link": values.text("TopUpLink"),
        "chats": values.array("Chats"),
        "HeaderNavModules": values.text("HeaderNavModules"),
        "SidebarModulesAdmin": values.text("SidebarModulesAdmin"),
        "user_agreement_enabled": bool(values.text("legal.user_agreement")),
        "privacy_policy_enabled": bool(values.text("legal.privacy_policy")),
        "_qn": "new-api",
    }


def _sign_in(values: OptionValues) -> dict[str, Any]:
    return {
        "email_verification": values.flag("EmailVerificationEnabled"),
        "github_oauth": values.flag("GitHubOAuthEnabled"),
        "github_client_id": values.text("GitHubClientId"),
        "discord_oauth": values.flag("discord.enabled"),
        "discord_client_id": values.text("discord.client_id"),
        "linuxdo_oauth": values.flag("LinuxDOOAuthEnabled"),
        "linuxdo_client_id": values.text("LinuxDOClientId"),
        "linuxdo_minimum_trust_level": values.integer("LinuxDOMinimumTrustLevel"),
        "oidc_enabled": values.flag("oidc.enabled"),
        "oidc_client_id": values.text("oidc.client_id"),
        "oidc_authorization_endpoint": values.text("oidc.authorization_endpoint"),
        "telegram_oauth": values.flag("TelegramOAuthEnabled"),
        "telegram_bot_name": values.text("TelegramBotName"),
        "wechat_login": values.flag("WeChatAuthEnabled"),
        "wechat_qrcode": values.text("WeChatAccountQRCodeImageURL"),
        "turnstile_check": values.flag("TurnstileCheckEnabled"),
        "turnstile_site_key": values.text("TurnstileSiteKey"),
    }


def _passkey(values: OptionValues) -> dict[str, Any]:
    address = server_address(values)
    return {
        "passkey_login": values.flag("passkey.enabled"),
        "passkey_display_name": values.text("passkey.rp_display_name") or values.text("SystemName"),
        "passkey_rp_id": values.text("passkey.rp_id") or urlsplit(address).netloc,
        "passkey_origins": values.text("passkey.origins") or address,
        "passkey_allow_insecure": values.flag("passkey.allow_insecure_origin"),
        "passkey_user_verification": values.text("passkey.user_verification"),
        "passkey_attachment": values.text("passkey.attachment_preference"),
    }


def _money(values: OptionValues) -> dict[str, Any]:
    return {
        "quota_per_unit": values.integer("QuotaPerUnit"),
        "display_in_currency": values.flag("DisplayInCurrencyEnabled"),
        "quota_display_type": values.text("general_setting.quota_display_type"),
        "custom_currency_symbol": values.text("general_setting.custom_currency_symbol"),
        "custom_currency_exchange_rate": values.number(
            "general_setting.custom_currency_exchange_rate"
        ),
        "usd_exchange_rate": values.number("USDExchangeRate"),
        "price": values.number("Price"),
        "stripe_unit_price": values.number("StripeUnitPrice"),
        "min_topup": values.number("MinTopUp"),
        "enable_online_topup": all(map(values.text, ("PayAddress", "EpayId", "EpayKey"))),
    }


def _switches(values: OptionValues) -> dict[str, Any]:
    return {
        "enable_batch_update": False,
        "enable_drawing": values.flag("DrawingEnabled"),
        "enable_task": values.flag("TaskEnabled"),
        "enable_data_export": values.flag("DataExportEnabled"),
        "data_export_default_time": values.text("DataExportDefaultTime"),
        "default_collapse_sidebar": values.flag("DefaultCollapseSidebar"),
        "mj_notify_enabled": values.flag("MjNotifyEnabled"),
        "demo_site_enabled": values.flag("DemoSiteEnabled"),
        "self_use_mode_enabled": values.flag("SelfUseModeEnabled"),
        "default_use_auto_group": values.flag("DefaultUseAutoGroup"),
        "checkin_enabled": values.flag("checkin_setting.enabled"),
        "check_in_enabled": values.flag("checkin_setting.enabled"),
    }


def _dashboard(values: OptionValues) -> dict[str, Any]:
    fields: dict[str, Any] = {"uptime_kuma_enabled": values.flag(_console("uptime_kuma_enabled"))}
    for name in ("api_info", "announcements", "faq"):
        is_shown = values.flag(_console(f"{name}_enabled"))
        fields[f"{name}_enabled"] = is_shown
        if is_shown:
            fields[name] = values.array(_console(name))
    return fields


def _console(name: str) -> str:
    return f"console_setting.{name}"


def _older(values: OptionValues) -> dict[str, Any]:
    """Names that one-api clients read."""
    return {
        "lark_client_id": values.text("LarkClientId"),
        "chat_link": "",
        "oidc": values.flag("oidc.enabled"),
        "oidc_well_known": values.text("oidc.well_known"),
        "oidc_token_endpoint": values.text("oidc.token_endpoint"),
        "oidc_userinfo_endpoint": values.text("oidc.user_info_endpoint"),
    }


def _newer(values: OptionValues) -> dict[str, Any]:
    """Names that later versions added."""
    return {
        "register_enabled": values.flag("RegisterEnabled"),
        "password_register_enabled": values.flag("PasswordRegisterEnabled"),
        "theme": "classic",
    }
