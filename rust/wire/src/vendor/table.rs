//! One row a channel type, after the provider sheet read on 2026-08-18 (paths, default addresses, stream options).
//! Types that are not listed speak the `OpenAI` form at the channel's own base URL.

use super::profile::{Auth, PathRule, Profile};
use crate::endpoint::Family;

const V1: PathRule = PathRule::Prefix("/v1");

/// A vendor of the `OpenAI` chat form.
const fn openai(
    channel_type: i32,
    name: &'static str,
    default_base_url: &'static str,
    path: PathRule,
) -> Profile {
    Profile {
        channel_type,
        name,
        default_base_url,
        auth: Auth::Bearer,
        supports_stream_options: false,
        native: &[Family::OpenaiChat, Family::Embeddings],
        chat: Some(Family::OpenaiChat),
        top_p_below_one: false,
        path,
        headers: &[],
    }
}

/// The same, where `stream_options` may be sent.
const fn with_options(
    channel_type: i32,
    name: &'static str,
    default_base_url: &'static str,
    path: PathRule,
) -> Profile {
    let mut row = openai(channel_type, name, default_base_url, path);
    row.supports_stream_options = true;
    row
}

/// A vendor of Anthropic's messages.
const fn anthropic(
    channel_type: i32,
    name: &'static str,
    default_base_url: &'static str,
) -> Profile {
    let mut row = openai(channel_type, name, default_base_url, V1);
    row.auth = Auth::Header("x-api-key");
    row.native = &[Family::AnthropicMessages];
    row.chat = Some(Family::AnthropicMessages);
    row.headers = &[("anthropic-version", "2023-06-01")];
    row
}

/// A vendor whose own dialect is not spoken yet.
const fn foreign(channel_type: i32, name: &'static str, default_base_url: &'static str) -> Profile {
    let mut row = openai(channel_type, name, default_base_url, V1);
    row.native = &[];
    row.chat = None;
    row
}

const fn with_auth(mut row: Profile, auth: Auth) -> Profile {
    row.auth = auth;
    row
}

const fn top_p_below_one(mut row: Profile) -> Profile {
    row.top_p_below_one = true;
    row
}

const fn embeddings_only(mut row: Profile) -> Profile {
    row.native = &[Family::Embeddings];
    row.chat = None;
    row
}

/// What an unlisted type is taken for.
static COMPATIBLE: Profile = openai(0, "Unknown", "", V1);

static TABLE: [Profile; 67] = [
    with_options(1, "OpenAI", "https://api.openai.com", V1),
    foreign(2, "Midjourney", "https://oa.api2d.net"),
    with_auth(
        with_options(3, "Azure", "", PathRule::Azure),
        Auth::Header("api-key"),
    ),
    with_options(4, "Ollama", "http://localhost:11434", V1),
    foreign(5, "MidjourneyPlus", "https://api.openai-sb.com"),
    openai(6, "OpenAIMax", "https://api.openaimax.com", V1),
    openai(7, "OhMyGPT", "https://api.ohmygpt.com", V1),
    openai(8, "Custom", "", PathRule::Whole),
    openai(9, "AILS", "https://api.caipacity.com", V1),
    openai(10, "AIProxy", "https://api.aiproxy.io", V1),
    foreign(11, "PaLM", ""),
    openai(12, "API2GPT", "https://api.api2gpt.com", V1),
    openai(13, "AIGC2D", "https://api.aigc2d.com", V1),
    anthropic(14, "Anthropic", "https://api.anthropic.com"),
    foreign(15, "Baidu", "https://aip.baidubce.com"),
    foreign(16, "Zhipu", "https://open.bigmodel.cn"),
    with_options(
        17,
        "Ali",
        "https://dashscope.aliyuncs.com",
        PathRule::Prefix("/compatible-mode/v1"),
    ),
    foreign(18, "Xunfei", ""),
    openai(19, "360", "https://api.360.cn", V1),
    openai(20, "OpenRouter", "https://openrouter.ai/api", V1),
    foreign(21, "AIProxyLibrary", "https://api.aiproxy.io"),
    openai(22, "FastGPT", "https://fastgpt.run/api/openapi", V1),
    foreign(23, "Tencent", "https://hunyuan.tencentcloudapi.com"),
    foreign(24, "Gemini", "https://generativelanguage.googleapis.com"),
    with_options(25, "Moonshot", "https://api.moonshot.cn", V1),
    top_p_below_one(with_options(
        26,
        "ZhipuV4",
        "https://open.bigmodel.cn",
        PathRule::Prefix("/api/paas/v4"),
    )),
    top_p_below_one(openai(
        27,
        "Perplexity",
        "https://api.perplexity.ai",
        PathRule::Prefix(""),
    )),
    openai(31, "LingYiWanWu", "https://api.lingyiwanwu.com", V1),
    foreign(33, "AWS", ""),
    foreign(34, "Cohere", "https://api.cohere.com"),
    with_options(35, "MiniMax", "https://api.minimaxi.com", V1),
    foreign(36, "SunoAPI", ""),
    foreign(37, "Dify", "https://api.dify.ai"),
    embeddings_only(openai(38, "Jina", "https://api.jina.ai", V1)),
    with_options(
        39,
        "Cloudflare",
        "https://api.cloudflare.com",
        PathRule::Cloudflare,
    ),
    with_options(40, "SiliconFlow", "https://api.siliconflow.cn", V1),
    foreign(41, "VertexAI", ""),
    openai(42, "Mistral", "https://api.mistral.ai", V1),
    with_options(43, "DeepSeek", "https://api.deepseek.com", V1),
    openai(44, "MokaAI", "https://api.moka.ai", V1),
    with_options(
        45,
        "VolcEngine",
        "https://ark.cn-beijing.volces.com",
        PathRule::VolcEngine,
    ),
    with_options(
        46,
        "BaiduV2",
        "https://qianfan.baidubce.com",
        PathRule::Prefix("/v2"),
    ),
    openai(47, "Xinference", "", V1),
    with_options(48, "xAI", "https://api.x.ai", V1),
    foreign(49, "Coze", "https://api.coze.cn"),
    foreign(50, "Kling", "https://api.klingai.com"),
    foreign(51, "Jimeng", "https://visual.volcengineapi.com"),
    foreign(52, "Vidu", "https://api.vidu.cn"),
    with_options(53, "Submodel", "https://llm.submodel.ai", V1),
    foreign(54, "DoubaoVideo", "https://ark.cn-beijing.volces.com"),
    foreign(55, "Sora", "https://api.openai.com"),
    foreign(56, "Replicate", "https://api.replicate.com"),
    foreign(57, "Codex", "https://chatgpt.com"),
    openai(58, "KiloGateway", "https://api.kilo.ai/api/gateway", V1),
    with_options(59, "Poe", "https://api.poe.com", V1),
    with_options(60, "XunfeiMaaS", "", V1),
    foreign(61, "XunfeiMaaSImage", ""),
    openai(62, "XiaomiMiMo", "https://api.xiaomimimo.com", V1),
    openai(63, "AgnesAI", "https://apihub.agnes-ai.com", V1),
    with_options(64, "ZenMux", "https://zenmux.ai", V1),
    openai(65, "OpenCode", "", V1),
    openai(66, "Moark", "https://api.moark.com", V1),
    with_options(67, "AdvancedCustom", "", V1),
    openai(68, "Cerebras", "https://api.cerebras.ai", V1),
    openai(69, "QwenTokenPlan", "", V1),
    openai(70, "MistralConsole", "https://console.mistral.ai", V1),
    openai(0, "Unknown", "", V1),
];

/// Returns the row of a channel type; unlisted types are `OpenAI` compatible with a base URL of their own.
pub fn profile(channel_type: i32) -> &'static Profile {
    TABLE
        .iter()
        .find(|row| row.channel_type == channel_type)
        .unwrap_or(&COMPATIBLE)
}

/// Returns every row.
pub fn profiles() -> &'static [Profile] {
    &TABLE
}
