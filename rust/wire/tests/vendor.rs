//! Addresses made from a vendor's row and a channel's settings.

use weirgate_wire::vendor::{Auth, UrlError, Way, profile, profiles};
use weirgate_wire::{Endpoint, Family};

fn chat(channel_type: i32, base: &str) -> Result<String, UrlError> {
    profile(channel_type).url(base, Endpoint::ChatCompletions, "m", None)
}

/// Channel type, the channel's base URL, and the address of a chat call.
const ADDRESSES: [(i32, &str, &str); 18] = [
    (1, "", "https://api.openai.com/v1/chat/completions"),
    (
        1,
        "http://127.0.0.1:9000/",
        "http://127.0.0.1:9000/v1/chat/completions",
    ),
    (1, "http://h/v1", "http://h/v1/chat/completions"),
    (1, "http://h/v1/", "http://h/v1/chat/completions"),
    (
        1,
        "http://h/openai/v1beta",
        "http://h/openai/v1beta/chat/completions",
    ),
    (
        1,
        "http://h/v1/chat/completions",
        "http://h/v1/chat/completions",
    ),
    (
        1,
        "https://gateway.ai.cloudflare.com/v1/a/b/openai",
        "https://gateway.ai.cloudflare.com/v1/a/b/openai/chat/completions",
    ),
    (1, "http://h/v1x", "http://h/v1x/v1/chat/completions"),
    (8, "http://h/{model}/x", "http://h/m/x"),
    (
        17,
        "",
        "https://dashscope.aliyuncs.com/compatible-mode/v1/chat/completions",
    ),
    (
        17,
        "https://h/compatible-mode/v1",
        "https://h/compatible-mode/v1/chat/completions",
    ),
    (20, "", "https://openrouter.ai/api/v1/chat/completions"),
    (
        26,
        "",
        "https://open.bigmodel.cn/api/paas/v4/chat/completions",
    ),
    (
        26,
        "https://open.bigmodel.cn/api/paas/v4",
        "https://open.bigmodel.cn/api/paas/v4/chat/completions",
    ),
    (27, "", "https://api.perplexity.ai/chat/completions"),
    (
        45,
        "",
        "https://ark.cn-beijing.volces.com/api/v3/chat/completions",
    ),
    (46, "", "https://qianfan.baidubce.com/v2/chat/completions"),
    (9999, "http://own", "http://own/v1/chat/completions"),
];

#[test]
fn every_vendor_has_its_own_path() {
    for (channel_type, base, wanted) in ADDRESSES {
        assert_eq!(
            chat(channel_type, base).as_deref(),
            Ok(wanted),
            "type {channel_type}"
        );
    }
}

#[test]
fn settings_of_a_channel_go_into_the_address() {
    let azure = profile(3);
    assert_eq!(azure.auth, Auth::Header("api-key"));
    let url = azure.url(
        "https://r.openai.azure.com",
        Endpoint::Embeddings,
        "ada",
        Some("2024-10-21"),
    );
    let wanted =
        "https://r.openai.azure.com/openai/deployments/ada/embeddings?api-version=2024-10-21";
    assert_eq!(url.as_deref(), Ok(wanted));
    let url = profile(39).url("", Endpoint::ChatCompletions, "m", Some("acc"));
    let wanted = "https://api.cloudflare.com/client/v4/accounts/acc/ai/v1/chat/completions";
    assert_eq!(url.as_deref(), Ok(wanted));
    assert_eq!(chat(39, ""), Err(UrlError::NeedsSetting("account id")));
    let bot = profile(45).url("", Endpoint::ChatCompletions, "bot-1", None);
    assert_eq!(
        bot.as_deref(),
        Ok("https://ark.cn-beijing.volces.com/api/v3/bots/chat/completions")
    );
}

#[test]
fn vendors_of_other_dialects_are_told_apart() {
    for channel_type in [24, 33, 41, 34, 37, 49] {
        assert!(
            !profile(channel_type).speaks(Family::OpenaiChat),
            "type {channel_type}"
        );
        assert_eq!(
            chat(channel_type, "http://h"),
            Err(UrlError::NotSpoken("chat_completions"))
        );
    }
    assert!(profile(38).speaks(Family::Embeddings) && !profile(38).speaks(Family::OpenaiChat));
    assert_eq!(chat(3, ""), Err(UrlError::NoBaseUrl));
}

#[test]
fn anthropic_is_called_at_its_own_path_with_its_own_headers() {
    let row = profile(14);
    for (endpoint, task) in [
        (Endpoint::Messages, "messages"),
        (Endpoint::MessagesCountTokens, "messages/count_tokens"),
    ] {
        assert_eq!(row.way(endpoint), Some(Way::Untouched));
        for base in [
            "",
            "https://api.anthropic.com/",
            "https://api.anthropic.com/v1",
        ] {
            let url = row.url(base, endpoint, "m", None);
            assert_eq!(url, Ok(format!("https://api.anthropic.com/v1/{task}")));
        }
    }
    let translated = Some(Way::Translated(Family::AnthropicMessages));
    assert_eq!(row.way(Endpoint::ChatCompletions), translated);
    assert_eq!(row.way(Endpoint::Embeddings), None);
    assert_eq!(row.auth, Auth::Header("x-api-key"));
    assert_eq!(row.headers, [("anthropic-version", "2023-06-01")]);
}

#[test]
fn every_channel_type_has_one_row() {
    let mut types: Vec<_> = profiles().iter().map(|row| row.channel_type).collect();
    let count = types.len();
    types.sort_unstable();
    types.dedup();
    assert_eq!(types.len(), count);
    for row in profiles() {
        assert_eq!(profile(row.channel_type).name, row.name);
        assert!(!row.default_base_url.ends_with('/'), "{}", row.name);
    }
}
