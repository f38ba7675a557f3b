"""The known options with their defaults (management contract §9.2).

A table and nothing else: one row an option. The price maps have no default here; they come
from the relay's embedded price file so that both planes read one source.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson

from weirgate.system.option_keys import OptionKind, OptionRegistry, OptionSpec

if TYPE_CHECKING:
    from collections.abc import Mapping

_TEXT, _BOOL, _INT, _DECIMAL = OptionKind.TEXT, OptionKind.BOOL, OptionKind.INT, OptionKind.DECIMAL
_OBJECT, _ARRAY, _RATIOS = OptionKind.JSON_OBJECT, OptionKind.JSON_ARRAY, OptionKind.RATIO_MAP

PRICE_OPTIONS = {
    "ModelRatio": "model_ratio",
    "ModelPrice": "model_price",
    "CompletionRatio": "completion_ratio",
    "CacheRatio": "cache_ratio",
    "CreateCacheRatio": "create_cache_ratio",
    "ImageRatio": "image_ratio",
    "AudioRatio": "audio_ratio",
    "AudioCompletionRatio": "audio_completion_ratio",
}
"""Option key of a price map → its name in the routing snapshot and in the price file."""

RETRY_STATUS_CODES = "100-199,300-399,401-407,409-499,500-503,505-523,525-599"

_DISABLE_KEYWORDS = "\n".join(
    (
        "Your credit balance is too low",
        "This organization has been disabled.",
        "You exceeded your current quota",
        "Permission denied",
        "The security token included in the request is invalid",
        "Operation not allowed",
        "Your account is not authorized",
    )
)
_EMAIL_DOMAINS = (
    "gmail.com,163.com,126.com,qq.com,outlook.com,hotmail.com,icloud.com,yahoo.com,foxmail.com"
)
_TURNSTILE = "https://challenges.cloudflare.com/turnstile/v0/siteverify"
_CHATS = orjson.dumps(
    [
        {"Cherry Studio": "cherrystudio://providers/api-keys?v=1&data={cherryConfig}"},
        {
            "Lobe Chat": 'https://chat-preview.lobehub.com/?settings={"keyVaults":'
            '{"openai":{"apiKey":"{key}","baseURL":"{address}/v1"}}}'
        },
    ]
).decode()
_PAY_METHODS = orjson.dumps(
    [
        {"name": "支付宝", "color": "rgba(var(--semi-blue-5), 1)", "type": "alipay"},
        {"name": "微信", "color": "rgba(var(--semi-green-5), 1)", "type": "wxpay"},
        {"name": "自定义1", "color": "black", "type": "custom1", "min_topup": "50"},
    ]
).decode()

_TOOL_PRICES = orjson.dumps(
    {
        "web_search": 10,
        "web_search_preview": 10,
        "web_search_preview:gpt-4o*": 25,
        "web_search_preview:gpt-4.1*": 25,
        "file_search": 2.5,
        "google_search": 14,
        "image_generation_low": 11,
        "image_generation_low_oblong": 16,
        "image_generation_medium": 42,
        "image_generation_medium_oblong": 63,
        "image_generation_high": 167,
        "image_generation_high_oblong": 250,
    }
).decode()

_Row = tuple[str, OptionKind, str, str]

_ACCOUNTS: tuple[_Row, ...] = (
    ("QuotaForNewUser", _INT, "0", "quota credited to each new user"),
    ("QuotaForInviter", _INT, "0", "affiliate quota credited to the inviter"),
    ("QuotaForInvitee", _INT, "0", "extra quota credited to an invited user"),
    ("PreConsumedQuota", _INT, "500", "shown for compatibility; holds are priced exactly"),
    ("QuotaPerUnit", _INT, "500000", "quota units of one US dollar"),
    ("QuotaRemindThreshold", _INT, "1000", "remaining quota at which a user is warned"),
    ("RegisterEnabled", _BOOL, "true", "whether anybody may register"),
    ("PasswordRegisterEnabled", _BOOL, "true", "whether registration by password is open"),
    ("PasswordLoginEnabled", _BOOL, "true", "whether login by password is open"),
    ("EmailVerificationEnabled", _BOOL, "false", "whether registering needs an email code"),
    ("EmailDomainRestrictionEnabled", _BOOL, "false", "whether email domains are restricted"),
    ("EmailAliasRestrictionEnabled", _BOOL, "false", "whether + and . are refused in addresses"),
    ("EmailDomainWhitelist", _TEXT, _EMAIL_DOMAINS, "allowed email domains, comma list"),
    ("token_setting.max_user_tokens", _INT, "1000", "most keys that one user may own"),
    ("token_setting.mask_keys", _BOOL, "false", "show keys masked; reveal one by one"),
    ("checkin_setting.enabled", _BOOL, "false", "whether the daily check-in is on"),
    ("checkin_setting.min_quota", _INT, "1000", "least quota of a check-in"),
    ("checkin_setting.max_quota", _INT, "10000", "most quota of a check-in"),
    ("quota_setting.enable_free_model_pre_consume", _BOOL, "true", "hold for free models"),
    ("DefaultUseAutoGroup", _BOOL, "false", "new keys use the auto group"),
)

_SIGN_IN: tuple[_Row, ...] = (
    ("auth.user_header", _TEXT, "strict", "user-id header with access tokens: strict or exempt"),
    ("GitHubOAuthEnabled", _BOOL, "false", "GitHub sign-in"),
    ("GitHubClientId", _TEXT, "", "GitHub client id"),
    ("GitHubClientSecret", _TEXT, "", "GitHub client secret"),
    ("LinuxDOOAuthEnabled", _BOOL, "false", "LinuxDO sign-in"),
    ("LinuxDOClientId", _TEXT, "", "LinuxDO client id"),
    ("LinuxDOClientSecret", _TEXT, "", "LinuxDO client secret"),
    ("LinuxDOMinimumTrustLevel", _INT, "0", "least LinuxDO trust level"),
    ("TelegramOAuthEnabled", _BOOL, "false", "Telegram sign-in"),
    ("TelegramBotToken", _TEXT, "", "Telegram bot token"),
    ("TelegramBotName", _TEXT, "", "Telegram bot name"),
    ("WeChatAuthEnabled", _BOOL, "false", "WeChat sign-in"),
    ("WeChatServerAddress", _TEXT, "", "WeChat server address"),
    ("WeChatServerToken", _TEXT, "", "WeChat server token"),
    ("WeChatAccountQRCodeImageURL", _TEXT, "", "WeChat QR code address"),
    ("TurnstileCheckEnabled", _BOOL, "false", "Turnstile check of public forms"),
    ("TurnstileSiteKey", _TEXT, "", "Turnstile site key"),
    ("TurnstileSecretKey", _TEXT, "", "Turnstile secret"),
    ("weirgate.turnstile_verify_url", _TEXT, _TURNSTILE, "who checks tokens; hCaptcha's works too"),
    ("oidc.enabled", _BOOL, "false", "OpenID Connect sign-in"),
    ("oidc.client_id", _TEXT, "", "OIDC client id"),
    ("oidc.client_secret", _TEXT, "", "OIDC client secret"),
    ("oidc.well_known", _TEXT, "", "OIDC discovery address"),
    ("oidc.authorization_endpoint", _TEXT, "", "OIDC authorization endpoint"),
    ("oidc.token_endpoint", _TEXT, "", "OIDC token endpoint"),
    ("oidc.user_info_endpoint", _TEXT, "", "OIDC user info endpoint"),
    ("LarkClientId", _TEXT, "", "Lark client id; Lark sign-in is on when it is set"),
    ("LarkClientSecret", _TEXT, "", "Lark client secret"),
    ("weirgate.github_authorize_url", _TEXT, "", "GitHub's address; empty: its own"),
    ("weirgate.github_token_url", _TEXT, "", "GitHub's address; empty: its own"),
    ("weirgate.github_user_url", _TEXT, "", "GitHub's address; empty: its own"),
    ("weirgate.linuxdo_authorize_url", _TEXT, "", "LinuxDO's address; empty: its own"),
    ("weirgate.linuxdo_token_url", _TEXT, "", "LinuxDO's address; empty: its own"),
    ("weirgate.linuxdo_user_url", _TEXT, "", "LinuxDO's address; empty: its own"),
    ("weirgate.discord_authorize_url", _TEXT, "", "Discord's address; empty: its own"),
    ("weirgate.discord_token_url", _TEXT, "", "Discord's address; empty: its own"),
    ("weirgate.discord_user_url", _TEXT, "", "Discord's address; empty: its own"),
    ("weirgate.lark_authorize_url", _TEXT, "", "Lark's address; empty: its own"),
    ("weirgate.lark_token_url", _TEXT, "", "Lark's address; empty: its own"),
    ("weirgate.lark_user_url", _TEXT, "", "Lark's address; empty: its own"),
    ("discord.enabled", _BOOL, "false", "Discord sign-in"),
    ("discord.client_id", _TEXT, "", "Discord client id"),
    ("discord.client_secret", _TEXT, "", "Discord client secret"),
    ("passkey.enabled", _BOOL, "false", "passkey sign-in"),
    ("passkey.rp_display_name", _TEXT, "", "passkey relying party name; empty: SystemName"),
    ("passkey.rp_id", _TEXT, "", "passkey relying party id; empty: host of ServerAddress"),
    ("passkey.origins", _TEXT, "", "passkey origins; empty: ServerAddress"),
    ("passkey.allow_insecure_origin", _BOOL, "false", "allow passkeys over plain HTTP"),
    ("passkey.user_verification", _TEXT, "preferred", "passkey user verification"),
    ("passkey.attachment_preference", _TEXT, "", "passkey authenticator attachment"),
)

_SITE: tuple[_Row, ...] = (
    ("ServerAddress", _TEXT, "", "public address of this server"),
    ("SystemName", _TEXT, "New API", "name shown to users"),
    ("Logo", _TEXT, "", "address of the logo"),
    ("Footer", _TEXT, "", "footer, HTML"),
    ("Notice", _TEXT, "", "notice, Markdown or HTML"),
    ("About", _TEXT, "", "about page, Markdown, HTML or an address"),
    ("HomePageContent", _TEXT, "", "home page, Markdown, HTML or an address"),
    ("TopUpLink", _TEXT, "", "address where users buy quota"),
    ("SMTPServer", _TEXT, "", "mail server"),
    ("SMTPPort", _INT, "587", "mail server port"),
    ("SMTPAccount", _TEXT, "", "mail account"),
    ("SMTPFrom", _TEXT, "", "sender address"),
    ("SMTPToken", _TEXT, "", "mail password"),
    ("SMTPSSLEnabled", _BOOL, "false", "mail over TLS from the first byte"),
    ("Chats", _ARRAY, _CHATS, "chat client links offered beside a key"),
    ("DisplayInCurrencyEnabled", _BOOL, "true", "show money instead of quota units"),
    ("DisplayTokenStatEnabled", _BOOL, "true", "billing calls speak of the key, not the user"),
    ("DrawingEnabled", _BOOL, "true", "show drawing pages"),
    ("TaskEnabled", _BOOL, "true", "show task pages"),
    ("LogConsumeEnabled", _BOOL, "true", "keep a log row for each call"),
    ("DataExportEnabled", _BOOL, "true", "keep hourly usage data"),
    ("DataExportInterval", _INT, "5", "minutes between writes of usage data"),
    ("DataExportDefaultTime", _TEXT, "hour", "default bucket of the dashboard"),
    ("DefaultCollapseSidebar", _BOOL, "false", "console starts with a narrow sidebar"),
    ("DemoSiteEnabled", _BOOL, "false", "demonstration site"),
    ("SelfUseModeEnabled", _BOOL, "false", "one-person mode: models without a price are allowed"),
    ("ExposeRatioEnabled", _BOOL, "false", "publish price ratios at /api/ratio_config"),
    ("HeaderNavModules", _TEXT, "", "console header, JSON"),
    ("SidebarModulesAdmin", _TEXT, "", "console sidebar, JSON"),
    ("general_setting.docs_link", _TEXT, "https://docs.newapi.pro", "documentation address"),
    ("general_setting.ping_interval_enabled", _BOOL, "false", "keep-alive comments in streams"),
    ("general_setting.ping_interval_seconds", _INT, "60", "seconds between keep-alive comments"),
    ("channel_affinity_setting.enabled", _BOOL, "true", "conversations stay on their channel"),
    ("channel_affinity_setting.max_entries", _INT, "100000", "conversations remembered at most"),
    ("channel_affinity_setting.default_ttl_seconds", _INT, "3600", "seconds until forgotten"),
    ("general_setting.quota_display_type", _TEXT, "USD", "USD, CNY, TOKENS or CUSTOM"),
    ("general_setting.custom_currency_symbol", _TEXT, "¤", "symbol of the custom currency"),
    ("general_setting.custom_currency_exchange_rate", _DECIMAL, "1", "custom currency per USD"),
    ("console_setting.api_info", _ARRAY, "", "address cards of the dashboard"),
    ("console_setting.announcements", _ARRAY, "", "announcements"),
    ("console_setting.faq", _ARRAY, "", "questions and answers"),
    ("console_setting.uptime_kuma_groups", _ARRAY, "", "uptime pages"),
    ("console_setting.api_info_enabled", _BOOL, "true", "show address cards"),
    ("console_setting.announcements_enabled", _BOOL, "true", "show announcements"),
    ("console_setting.faq_enabled", _BOOL, "true", "show questions and answers"),
    ("console_setting.uptime_kuma_enabled", _BOOL, "true", "show uptime"),
    ("legal.user_agreement", _TEXT, "", "user agreement"),
    ("legal.privacy_policy", _TEXT, "", "privacy policy"),
)

_PAYMENTS: tuple[_Row, ...] = (
    ("Price", _DECIMAL, "7.3", "price of one US dollar of quota in the shop's currency"),
    ("USDExchangeRate", _DECIMAL, "7.3", "CNY per USD for display"),
    ("MinTopUp", _INT, "1", "least top-up in US dollars"),
    ("PayAddress", _TEXT, "", "epay address"),
    ("EpayId", _TEXT, "", "epay merchant id"),
    ("EpayKey", _TEXT, "", "epay merchant key"),
    ("CustomCallbackAddress", _TEXT, "", "payment callback address"),
    ("PayMethods", _ARRAY, _PAY_METHODS, "offered payment methods"),
    ("StripeApiSecret", _TEXT, "", "Stripe secret"),
    ("StripeWebhookSecret", _TEXT, "", "Stripe webhook secret"),
    ("StripePriceId", _TEXT, "", "Stripe price id"),
    ("StripeUnitPrice", _DECIMAL, "8", "Stripe price of one US dollar of quota"),
    ("StripeMinTopUp", _INT, "1", "least Stripe top-up"),
    ("StripePromotionCodesEnabled", _BOOL, "false", "allow Stripe promotion codes"),
    ("TopupGroupRatio", _RATIOS, '{"default":1,"vip":1,"svip":1}', "price ratio of a user group"),
    ("payment_setting.amount_options", _ARRAY, "[10,20,50,100,200,500]", "offered amounts"),
    ("payment_setting.amount_discount", _OBJECT, "{}", "discount of an amount"),
)

_PRICES: tuple[_Row, ...] = (
    ("tool_price_setting.prices", _RATIOS, _TOOL_PRICES, "USD for 1,000 calls of a tool"),
    ("billing_setting.billing_mode", _OBJECT, "{}", 'model → "tiered_expr": by its expression'),
    ("weirgate.hub_prices", _OBJECT, "{}", "what one-hub's prices hold beside the price maps"),
    ("weirgate.hub_price_source", _TEXT, "", "where a one-hub front end fetches prices to sync"),
    ("billing_setting.billing_expr", _OBJECT, "{}", "model → price expression, USD a million"),
)

_GROUPS: tuple[_Row, ...] = (
    ("GroupRatio", _RATIOS, '{"default":1,"vip":1,"svip":1}', "price ratio of a group"),
    ("UserUsableGroups", _OBJECT, '{"default":"默认分组","vip":"vip分组"}', "groups users may use"),
    ("GroupGroupRatio", _OBJECT, '{"vip":{"edit_this":0.9}}', "user group → group → ratio"),
    ("group_ratio_setting.group_special_usable_group", _OBJECT, "{}", "groups added or taken"),
    ("weirgate.user_groups", _OBJECT, "{}", "what one-hub's user groups hold beside the options"),
    ("AutoGroups", _ARRAY, '["default"]', "groups that auto tries, in order"),
)

_RELAY: tuple[_Row, ...] = (
    ("RetryTimes", _INT, "3", "most further candidates after the first failed one"),
    ("ChannelDisableThreshold", _DECIMAL, "5", "seconds after which a tested channel is too slow"),
    ("AutomaticDisableChannelEnabled", _BOOL, "false", "disable failing channels"),
    ("AutomaticEnableChannelEnabled", _BOOL, "false", "enable recovered channels"),
    ("AutomaticDisableKeywords", _TEXT, _DISABLE_KEYWORDS, "error texts that disable a channel"),
    ("AutomaticDisableStatusCodes", _TEXT, "401", "statuses that disable a channel"),
    ("AutomaticRetryStatusCodes", _TEXT, RETRY_STATUS_CODES, "statuses that try the next one"),
    ("ModelRequestRateLimitEnabled", _BOOL, "false", "limit calls a user"),
    ("ModelRequestRateLimitDurationMinutes", _INT, "1", "minutes of the window"),
    ("ModelRequestRateLimitCount", _INT, "0", "calls a window; 0: no limit"),
    ("ModelRequestRateLimitSuccessCount", _INT, "1000", "successful calls a window"),
    ("ModelRequestRateLimitGroup", _OBJECT, "{}", "limits of a group: [total, success]"),
    ("CheckSensitiveEnabled", _BOOL, "true", "look for sensitive words"),
    ("CheckSensitiveOnPromptEnabled", _BOOL, "true", "look in prompts"),
    (
        "StopOnSensitiveEnabled",
        _BOOL,
        "true",
        "kept for compatibility: a prompt with a word is refused",
    ),
    # The family starts with a test word; a search through every prompt for it helps nobody.
    ("SensitiveWords", _TEXT, "", "sensitive words, one a line"),
    ("MjNotifyEnabled", _BOOL, "false", "Midjourney callbacks"),
    ("MjAccountFilterEnabled", _BOOL, "false", "Midjourney account filter"),
    ("MjModeClearEnabled", _BOOL, "false", "remove Midjourney mode words"),
    ("MjForwardUrlEnabled", _BOOL, "true", "serve Midjourney images here"),
    ("MjActionCheckSuccessEnabled", _BOOL, "true", "act on finished images only"),
    ("WorkerUrl", _TEXT, "", "fetch worker address"),
    ("WorkerValidKey", _TEXT, "", "fetch worker key"),
    ("WorkerAllowHttpImageRequestEnabled", _BOOL, "false", "fetch images over plain HTTP"),
    ("StreamCacheQueueLength", _INT, "0", "kept for compatibility"),
    ("monitor_setting.auto_test_channel_enabled", _BOOL, "false", "test channels by the clock"),
    ("monitor_setting.auto_test_channel_minutes", _DECIMAL, "10", "minutes between tests"),
    ("global.pass_through_request_enabled", _BOOL, "false", "send bodies on untouched"),
    ("global.thinking_model_blacklist", _ARRAY, "[]", "models whose names are left alone"),
    ("claude.model_headers_settings", _OBJECT, "{}", "extra headers of Claude models"),
    ("claude.default_max_tokens", _OBJECT, '{"default":8192}', "Claude output limit"),
    ("claude.thinking_adapter_enabled", _BOOL, "true", "-thinking names of Claude"),
    ("claude.thinking_adapter_budget_tokens_percentage", _DECIMAL, "0.8", "thinking share"),
    ("gemini.safety_settings", _OBJECT, '{"default":"OFF"}', "Gemini safety settings"),
    ("gemini.version_settings", _OBJECT, '{"default":"v1beta","gemini-1.0-pro":"v1"}', "versions"),
    ("gemini.supported_imagine_models", _ARRAY, "[]", "Gemini models that draw"),
    ("gemini.thinking_adapter_enabled", _BOOL, "false", "-thinking names of Gemini"),
    ("gemini.thinking_adapter_budget_tokens_percentage", _DECIMAL, "0.6", "thinking share"),
    ("grok.violation_deduction_enabled", _BOOL, "true", "charge refused Grok calls"),
    ("grok.violation_deduction_amount", _DECIMAL, "0.05", "US dollars of a refused Grok call"),
    ("fetch_setting.enable_ssrf_protection", _BOOL, "true", "check fetched addresses"),
    ("fetch_setting.allow_private_ip", _BOOL, "false", "allow private addresses"),
    ("fetch_setting.allowed_ports", _ARRAY, '["80","443","8080","8443"]', "allowed ports"),
    ("fetch_setting.domain_filter_mode", _BOOL, "false", "domain list allows instead of refuses"),
    ("fetch_setting.ip_filter_mode", _BOOL, "false", "address list allows instead of refuses"),
    ("fetch_setting.domain_list", _ARRAY, "[]", "domains"),
    ("fetch_setting.ip_list", _ARRAY, "[]", "addresses"),
    ("fetch_setting.apply_ip_filter_for_domain", _BOOL, "true", "check resolved addresses"),
)

_OWN: tuple[_Row, ...] = (
    ("weirgate.login_failures", _INT, "10", "wrong passwords that lock a name out; 0: never"),
    ("weirgate.login_lock_seconds", _INT, "300", "how long a name is locked out"),
    ("weirgate.history_days", _INT, "180", "days that the history of edits is kept"),
    ("weirgate.usage_days", _INT, "0", "days that calls and logs are kept; 0: for ever"),
    ("weirgate.default_output_tokens", _INT, "1024", "output assumed by a hold without a limit"),
    ("weirgate.connect_timeout_ms", _INT, "10000", "longest connecting to an upstream"),
    ("weirgate.header_timeout_ms", _INT, "60000", "longest wait for an upstream's headers"),
    ("weirgate.first_token_timeout_ms", _INT, "120000", "longest wait for the first token"),
    ("weirgate.idle_timeout_ms", _TEXT, "", "longest silence in an answer; empty: the setting"),
    ("weirgate.total_timeout_ms", _TEXT, "", "longest call; empty: the setting"),
    ("weirgate.breaker_window", _INT, "20", "calls that a breaker looks back at"),
    ("weirgate.breaker_failures", _INT, "10", "failures in the window that open a breaker"),
    ("weirgate.breaker_open_ms", _INT, "30000", "how long an open breaker waits"),
    ("weirgate.midstream_exhausted", _TEXT, "cut", "an exhausted stream: cut or finish"),
    ("weirgate.unset_model_price", _TEXT, "refuse", "a model without a price: refuse or fallback"),
    (
        "weirgate.model_metadata_source",
        _TEXT,
        "https://basellm.github.io/llm-metadata",
        "address of the public list of model descriptions",
    ),
    ("weirgate.sql_editor_enabled", _BOOL, "true", "SQL over usage; false refuses it to all"),
    ("weirgate.stripe_api_base", _TEXT, "https://api.stripe.com", "address of Stripe's API"),
    ("weirgate.allow_private_upstreams", _BOOL, "true", "channels may have private addresses"),
)

SECTIONS: Mapping[str, tuple[_Row, ...]] = {
    "accounts": _ACCOUNTS,
    "signIn": _SIGN_IN,
    "site": _SITE,
    "payments": _PAYMENTS,
    "prices": _PRICES,
    "groups": _GROUPS,
    "relay": _RELAY,
    "own": _OWN,
}
"""The rows as the console's page of settings parts them."""

TIME_ZONE = "weirgate.time_zone"
_PRICE_NOTES = "price map of models; see the pricing page"


def build_registry(
    default_prices: Mapping[str, Mapping[str, object]], *, time_zone: str = "UTC"
) -> OptionRegistry:
    """Builds the registry; `default_prices` are the maps of the relay's embedded price file."""
    specs = [OptionSpec(*row) for rows in SECTIONS.values() for row in rows]
    for key, name in PRICE_OPTIONS.items():
        default = orjson.dumps(default_prices.get(name, {}), option=orjson.OPT_SORT_KEYS).decode()
        specs.append(OptionSpec(key, _RATIOS, default, _PRICE_NOTES))
    zone = OptionSpec(TIME_ZONE, _TEXT, time_zone, "time zone whose days count for check-ins")
    return OptionRegistry([*specs, zone])
