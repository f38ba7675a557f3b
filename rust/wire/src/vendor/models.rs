//! What a model's name says about the form it is called in, at vendors that serve models of several makers.
//! Used by the row and the address; must never be asked about a vendor with one form.

use crate::endpoint::Family;

/// Bedrock's id of a Claude model that a client names as Anthropic does; the list is of AWS's model pages, August 2026.
const BEDROCK_CLAUDE: [(&str, &str); 16] = [
    ("claude-instant-1.2", "anthropic.claude-instant-v1"),
    ("claude-2.0", "anthropic.claude-v2"),
    ("claude-2.1", "anthropic.claude-v2:1"),
    (
        "claude-3-sonnet-20240229",
        "anthropic.claude-3-sonnet-20240229-v1:0",
    ),
    (
        "claude-3-opus-20240229",
        "anthropic.claude-3-opus-20240229-v1:0",
    ),
    (
        "claude-3-haiku-20240307",
        "anthropic.claude-3-haiku-20240307-v1:0",
    ),
    (
        "claude-3-5-sonnet-20240620",
        "anthropic.claude-3-5-sonnet-20240620-v1:0",
    ),
    (
        "claude-3-5-sonnet-20241022",
        "anthropic.claude-3-5-sonnet-20241022-v2:0",
    ),
    (
        "claude-3-5-haiku-20241022",
        "anthropic.claude-3-5-haiku-20241022-v1:0",
    ),
    (
        "claude-3-7-sonnet-20250219",
        "anthropic.claude-3-7-sonnet-20250219-v1:0",
    ),
    (
        "claude-sonnet-4-20250514",
        "anthropic.claude-sonnet-4-20250514-v1:0",
    ),
    (
        "claude-opus-4-20250514",
        "anthropic.claude-opus-4-20250514-v1:0",
    ),
    (
        "claude-opus-4-1-20250805",
        "anthropic.claude-opus-4-1-20250805-v1:0",
    ),
    (
        "claude-sonnet-4-5-20250929",
        "anthropic.claude-sonnet-4-5-20250929-v1:0",
    ),
    (
        "claude-haiku-4-5-20251001",
        "anthropic.claude-haiku-4-5-20251001-v1:0",
    ),
    (
        "claude-opus-4-5-20251101",
        "anthropic.claude-opus-4-5-20251101-v1:0",
    ),
];

/// Models from Claude 3.7 on are served on demand through an inference profile only.
const NEEDS_PROFILE: [&str; 4] = [
    "anthropic.claude-3-7-",
    "anthropic.claude-sonnet-4",
    "anthropic.claude-opus-4",
    "anthropic.claude-haiku-4",
];

/// Says whether Bedrock runs this model in Anthropic's form.
pub(super) fn bedrock_is_claude(model: &str) -> bool {
    let is_foreign_arn = model.starts_with("arn:") && !model.contains("anthropic.");
    !is_foreign_arn && (model.starts_with("claude") || model.contains("anthropic.claude"))
}

/// Returns the id that Bedrock knows a model under in a region: Anthropic's names are mapped, and models that need an
/// inference profile get the region's prefix. An id that already has a prefix, or is an ARN, stays as it is.
pub(super) fn bedrock_id(model: &str, region: &str) -> String {
    let mapped = BEDROCK_CLAUDE.iter().find(|(name, _)| *name == model);
    let id = match mapped {
        Some((_, id)) => (*id).to_owned(),
        None if model.starts_with("claude-") => format!("anthropic.{model}"),
        None => model.to_owned(),
    };
    let needs_profile = NEEDS_PROFILE.iter().any(|start| id.starts_with(start));
    let prefix = if needs_profile {
        profile_prefix(region)
    } else {
        ""
    };
    format!("{prefix}{id}")
}

fn profile_prefix(region: &str) -> &'static str {
    const BY_REGION: [(&str, &str); 6] = [
        ("us-gov-", "us-gov."),
        ("us-", "us."),
        ("eu-", "eu."),
        ("ap-", "apac."),
        ("ca-", "us."),
        ("sa-", "global."),
    ];
    let found = BY_REGION
        .iter()
        .find(|(start, _)| region.starts_with(start));
    found.map_or("global.", |(_, prefix)| prefix)
}

/// Returns the family that Vertex serves a model in.
pub(super) fn vertex_family(model: &str) -> Family {
    let name = model.rsplit('/').next().unwrap_or(model);
    if name.starts_with("claude") {
        return Family::AnthropicMessages;
    }
    let is_google = model.starts_with("google/") || !model.contains('/');
    let is_media = [
        "gemini",
        "imagen",
        "veo",
        "learnlm",
        "text-embedding",
        "multimodalembedding",
    ];
    if is_google && is_media.iter().any(|start| name.starts_with(start)) {
        return Family::Gemini;
    }
    Family::OpenaiChat
}

/// Returns the family that `OpenCode` Zen serves a model in (opencode.ai/docs/zen, as other projects follow it, 2026-11-21).
pub(super) fn maker_family(model: &str) -> Family {
    const MAKERS: [(&str, Family); 3] = [
        ("claude", Family::AnthropicMessages),
        ("gemini", Family::Gemini),
        ("gpt", Family::OpenaiResponses),
    ];
    let maker = MAKERS.iter().find(|(start, _)| model.starts_with(start));
    maker.map_or(Family::OpenaiChat, |(_, family)| *family)
}

/// What Baidu's first API calls a model in its path, where that is not the name in small letters (its model pages; one was seen in excerpts,
/// 2026-11-21).
const WENXIN: [(&str, &str); 18] = [
    ("ernie-4.0", "completions_pro"),
    ("ernie-4.0-8k", "completions_pro"),
    ("ernie-bot-4", "completions_pro"),
    ("ernie-bot", "completions"),
    ("ernie-3.5-8k", "completions"),
    ("ernie-bot-8k", "ernie_bot_8k"),
    ("ernie-bot-turbo", "eb-instant"),
    ("ernie-lite-8k-0922", "eb-instant"),
    ("ernie-lite-8k-0308", "ernie-lite-8k"),
    ("ernie-speed", "ernie_speed"),
    ("ernie-speed-8k", "ernie_speed"),
    ("ernie-character-8k", "ernie-char-8k"),
    ("ernie-functions-8k", "ernie-func-8k"),
    ("bloomz-7b", "bloomz_7b1"),
    ("bge-large-zh", "bge_large_zh"),
    ("bge-large-en", "bge_large_en"),
    ("tao-8k", "tao_8k"),
    ("yi-34b-chat", "yi_34b_chat"),
];

/// Returns the last segment of the path that Baidu's first API serves a model at.
pub(super) fn wenxin_name(model: &str) -> String {
    let name = model.to_ascii_lowercase();
    match WENXIN.iter().find(|(known, _)| *known == name) {
        Some((_, path)) => (*path).to_owned(),
        None => name,
    }
}
