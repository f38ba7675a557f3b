//! One row a channel type, after the provider sheet read on 2026-08-18 (paths, default addresses, stream options).
//! Types that are not listed speak the `OpenAI` form at the channel's own base URL.

use super::address::PathRule;
use super::dialect::Dialect;
use super::profile::{Auth, Forms, Profile};
use super::quirks::Quirk;
use super::service::Service;
use crate::endpoint::Family;

const V1: PathRule = PathRule::Prefix("/v1");

/// What a server of the `OpenAI` form serves beside chat.
const COMPATIBLE_FAMILIES: &[Family] = &[
    Family::OpenaiChat,
    Family::OpenaiResponses,
    Family::Embeddings,
    Family::Rerank,
    Family::Images,
    Family::Audio,
    Family::Moderations,
    Family::Realtime,
];
/// Chat and embeddings.
const TEXT: &[Family] = &[Family::OpenaiChat, Family::Embeddings];
/// Chat, embeddings and Claude's messages under a path of their own.
const TEXT_AND_CLAUDE: &[Family] = &[
    Family::OpenaiChat,
    Family::Embeddings,
    Family::AnthropicMessages,
];

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
        native: TEXT,
        chat: Some(Family::OpenaiChat),
        services: &[],
        forms: Forms::Row,
        path,
        paths: &[],
        quirks: &[],
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

/// A server that passes on whatever `OpenAI` serves.
const fn aggregator(
    channel_type: i32,
    name: &'static str,
    default_base_url: &'static str,
) -> Profile {
    let mut row = openai(channel_type, name, default_base_url, V1);
    row.native = COMPATIBLE_FAMILIES;
    row
}

/// A vendor of another family than the `OpenAI` form.
const fn of_family(
    channel_type: i32,
    name: &'static str,
    default_base_url: &'static str,
    native: &'static [Family],
    chat: Family,
    path: PathRule,
) -> Profile {
    let mut row = openai(channel_type, name, default_base_url, path);
    row.native = native;
    row.chat = Some(chat);
    row
}

/// A vendor that generates no text, or whose own dialect is not spoken.
const fn foreign(channel_type: i32, name: &'static str, default_base_url: &'static str) -> Profile {
    let mut row = openai(channel_type, name, default_base_url, V1);
    row.native = &[];
    row.chat = None;
    row
}

impl Profile {
    const fn auth(mut self, auth: Auth) -> Self {
        self.auth = auth;
        self
    }

    const fn native(mut self, families: &'static [Family]) -> Self {
        self.native = families;
        self
    }

    const fn services(mut self, services: &'static [(Family, Service)]) -> Self {
        self.services = services;
        self
    }

    const fn paths(mut self, paths: &'static [(Family, PathRule)]) -> Self {
        self.paths = paths;
        self
    }

    const fn quirks(mut self, quirks: &'static [Quirk]) -> Self {
        self.quirks = quirks;
        self
    }

    const fn headers(mut self, headers: &'static [(&'static str, &'static str)]) -> Self {
        self.headers = headers;
        self
    }

    const fn forms(mut self, forms: Forms) -> Self {
        self.forms = forms;
        self
    }

    const fn main_path(mut self, path: PathRule) -> Self {
        self.path = path;
        self
    }

    const fn without_chat(mut self) -> Self {
        self.chat = None;
        self
    }
}

/// Anthropic's version header; the client's own wins.
const ANTHROPIC_VERSION: &[(&str, &str)] = &[("anthropic-version", "2023-06-01")];

/// What an unlisted type is taken for.
static COMPATIBLE: Profile = aggregator(0, "Unknown", "");

static TABLE: [Profile; 67] = [
    with_options(1, "OpenAI", "https://api.openai.com", V1)
        .native(COMPATIBLE_FAMILIES)
        .quirks(&[Quirk::ReasoningModels]),
    foreign(2, "Midjourney", "https://oa.api2d.net"),
    with_options(3, "Azure", "", PathRule::Azure)
        .native(COMPATIBLE_FAMILIES)
        .auth(Auth::Header("api-key"))
        .quirks(&[Quirk::ReasoningModels]),
    of_family(
        4,
        "Ollama",
        "http://localhost:11434",
        &[Family::OpenaiResponses, Family::Embeddings],
        Family::Vendor(Dialect::Ollama),
        V1,
    )
    .paths(&[(Family::OpenaiChat, PathRule::Exact("/api/chat"))])
    .auth(Auth::OptionalBearer),
    foreign(5, "MidjourneyPlus", "https://api.openai-sb.com"),
    aggregator(6, "OpenAIMax", "https://api.openaimax.com"),
    aggregator(7, "OhMyGPT", "https://api.ohmygpt.com"),
    openai(8, "Custom", "", PathRule::Whole),
    aggregator(9, "AILS", "https://api.caipacity.com"),
    aggregator(10, "AIProxy", "https://api.aiproxy.io"),
    of_family(
        11,
        "PaLM",
        "https://generativelanguage.googleapis.com",
        &[],
        Family::Vendor(Dialect::Palm),
        PathRule::Exact("/v1beta2/models/{model}:generateMessage"),
    )
    .auth(Auth::Header("x-goog-api-key")),
    aggregator(12, "API2GPT", "https://api.api2gpt.com"),
    aggregator(13, "AIGC2D", "https://api.aigc2d.com"),
    of_family(
        14,
        "Anthropic",
        "https://api.anthropic.com",
        &[Family::AnthropicMessages],
        Family::AnthropicMessages,
        V1,
    )
    .auth(Auth::Header("x-api-key"))
    .headers(ANTHROPIC_VERSION),
    of_family(
        15,
        "Baidu",
        "https://aip.baidubce.com",
        &[],
        Family::Vendor(Dialect::Baidu),
        PathRule::Wenxin,
    )
    .services(&[(Family::Embeddings, Service::BaiduEmbed)])
    .auth(Auth::BaiduToken),
    of_family(
        16,
        "Zhipu",
        "https://open.bigmodel.cn",
        &[],
        Family::Vendor(Dialect::Zhipu),
        PathRule::ByStream(
            "/api/paas/v3/model-api/{model}/invoke",
            "/api/paas/v3/model-api/{model}/sse-invoke",
        ),
    )
    .auth(Auth::ZhipuToken),
    with_options(
        17,
        "Ali",
        "https://dashscope.aliyuncs.com",
        PathRule::Prefix("/compatible-mode/v1"),
    )
    .native(TEXT_AND_CLAUDE)
    .services(&[
        (Family::Rerank, Service::AliRerank),
        (Family::Images, Service::AliImages),
    ])
    .paths(&[
        (
            Family::AnthropicMessages,
            PathRule::Prefix("/apps/anthropic/v1"),
        ),
        (
            Family::Rerank,
            PathRule::Exact("/api/v1/services/rerank/text-rerank/text-rerank"),
        ),
        (Family::Images, PathRule::DashScopeImages),
    ])
    .quirks(&[Quirk::TopPWithin]),
    // Spark's HTTP form (www.xfyun.cn/doc/spark, HTTP, read on 2026-11-22) is the chat form; its WebSocket is not needed for it.
    openai(18, "Xunfei", "https://spark-api-open.xf-yun.com", V1)
        .native(&[Family::OpenaiChat])
        .auth(Auth::Spark)
        .quirks(&[Quirk::SparkNames]),
    openai(19, "360", "https://api.360.cn", V1),
    openai(20, "OpenRouter", "https://openrouter.ai/api", V1)
        .native(&[
            Family::OpenaiChat,
            Family::Embeddings,
            Family::OpenaiResponses,
            Family::AnthropicMessages,
        ])
        .quirks(&[Quirk::OpenRouter])
        .headers(&[("x-title", "Weirgate"), ("x-openrouter-title", "Weirgate")]),
    of_family(
        21,
        "AIProxyLibrary",
        "https://api.aiproxy.io",
        &[],
        Family::Vendor(Dialect::AiProxyLibrary),
        PathRule::Exact("/api/library/ask"),
    )
    .quirks(&[Quirk::Setting("libraryId")]),
    openai(22, "FastGPT", "https://fastgpt.run/api/openapi", V1),
    of_family(
        23,
        "Tencent",
        "https://hunyuan.tencentcloudapi.com",
        &[],
        Family::Vendor(Dialect::Tencent),
        PathRule::Exact("/"),
    )
    .auth(Auth::Tencent),
    of_family(
        24,
        "Gemini",
        "https://generativelanguage.googleapis.com",
        &[Family::Gemini],
        Family::Gemini,
        PathRule::Prefix("/v1beta"),
    )
    .services(&[
        (Family::Images, Service::Imagen),
        (Family::Images, Service::GeminiImages),
    ])
    .paths(&[(Family::Images, PathRule::GeminiImages)])
    .auth(Auth::Header("x-goog-api-key")),
    with_options(25, "Moonshot", "https://api.moonshot.cn", V1)
        .native(TEXT_AND_CLAUDE)
        .paths(&[(Family::AnthropicMessages, PathRule::Prefix("/anthropic/v1"))]),
    with_options(
        26,
        "ZhipuV4",
        "https://open.bigmodel.cn",
        PathRule::Prefix("/api/paas/v4"),
    )
    .native(&[
        Family::OpenaiChat,
        Family::Embeddings,
        Family::AnthropicMessages,
        Family::Images,
        Family::Audio,
        Family::Rerank,
    ])
    .paths(&[(
        Family::AnthropicMessages,
        PathRule::Prefix("/api/anthropic/v1"),
    )])
    .quirks(&[Quirk::TopPBelowOne]),
    openai(
        27,
        "Perplexity",
        "https://api.perplexity.ai",
        PathRule::Prefix(""),
    )
    .quirks(&[Quirk::TopPBelowOne]),
    openai(31, "LingYiWanWu", "https://api.lingyiwanwu.com", V1),
    of_family(
        33,
        "AWS",
        "",
        &[Family::AnthropicMessages],
        Family::Bedrock,
        PathRule::Bedrock,
    )
    .forms(Forms::Bedrock)
    .auth(Auth::Aws { service: "bedrock" })
    .quirks(&[Quirk::CloudClaude("bedrock-2023-05-31")]),
    of_family(
        34,
        "Cohere",
        "https://api.cohere.com",
        &[],
        Family::Vendor(Dialect::Cohere),
        PathRule::Prefix("/v2"),
    )
    .services(&[
        (Family::Embeddings, Service::CohereEmbed),
        (Family::Rerank, Service::CohereRerank),
    ])
    .paths(&[
        (Family::OpenaiChat, PathRule::Exact("/v2/chat")),
        (Family::Embeddings, PathRule::Exact("/v2/embed")),
    ]),
    with_options(35, "MiniMax", "https://api.minimaxi.com", V1)
        .native(TEXT_AND_CLAUDE)
        .paths(&[
            (
                Family::OpenaiChat,
                PathRule::Exact("/v1/text/chatcompletion_v2"),
            ),
            (Family::AnthropicMessages, PathRule::Prefix("/anthropic/v1")),
        ]),
    foreign(36, "SunoAPI", ""),
    of_family(
        37,
        "Dify",
        "https://api.dify.ai",
        &[],
        Family::Vendor(Dialect::Dify),
        PathRule::Exact("/v1/chat-messages"),
    ),
    openai(38, "Jina", "https://api.jina.ai", V1)
        .native(&[Family::Embeddings, Family::Rerank])
        .quirks(&[Quirk::JinaRerank])
        .without_chat(),
    with_options(
        39,
        "Cloudflare",
        "https://api.cloudflare.com",
        PathRule::Cloudflare,
    )
    .native(&[
        Family::OpenaiChat,
        Family::Embeddings,
        Family::OpenaiResponses,
    ])
    .services(&[
        (Family::Rerank, Service::CloudflareRerank),
        (Family::Images, Service::CloudflareImages),
        (Family::Audio, Service::CloudflareSpeech),
        (Family::Audio, Service::CloudflareTranscripts),
    ])
    .paths(&[
        (Family::Rerank, PathRule::CloudflareRun),
        (Family::Images, PathRule::CloudflareRun),
        (Family::Audio, PathRule::CloudflareRun),
    ]),
    with_options(40, "SiliconFlow", "https://api.siliconflow.cn", V1)
        .native(&[
            Family::OpenaiChat,
            Family::Embeddings,
            Family::Rerank,
            Family::Audio,
            Family::AnthropicMessages,
        ])
        .services(&[(Family::Images, Service::SiliconFlowImages)]),
    of_family(
        41,
        "VertexAI",
        "",
        &[
            Family::Gemini,
            Family::AnthropicMessages,
            Family::OpenaiChat,
        ],
        Family::Gemini,
        PathRule::Vertex,
    )
    .services(&[
        (Family::Images, Service::Imagen),
        (Family::Images, Service::GeminiImages),
    ])
    .forms(Forms::Vertex)
    .auth(Auth::Google)
    .quirks(&[
        Quirk::CloudClaude("vertex-2023-10-16"),
        Quirk::NoFunctionIds,
    ]),
    openai(42, "Mistral", "https://api.mistral.ai", V1)
        .native(&[
            Family::OpenaiChat,
            Family::Embeddings,
            Family::Moderations,
            Family::Audio,
        ])
        .quirks(&[Quirk::ShortToolIds]),
    with_options(43, "DeepSeek", "https://api.deepseek.com", V1)
        .native(TEXT_AND_CLAUDE)
        .paths(&[(Family::AnthropicMessages, PathRule::Prefix("/anthropic/v1"))]),
    openai(44, "MokaAI", "https://api.moka.ai", V1),
    with_options(
        45,
        "VolcEngine",
        "https://ark.cn-beijing.volces.com",
        PathRule::VolcEngine,
    )
    .native(&[
        Family::OpenaiChat,
        Family::OpenaiResponses,
        Family::Embeddings,
        Family::Images,
        Family::AnthropicMessages,
    ])
    // www.volcengine.com/docs/82379/2160841, as others quote it, 2026-11-21.
    .paths(&[(
        Family::AnthropicMessages,
        PathRule::Prefix("/api/compatible/v1"),
    )])
    .quirks(&[Quirk::ThinkingSuffix]),
    with_options(
        46,
        "BaiduV2",
        "https://qianfan.baidubce.com",
        PathRule::Prefix("/v2"),
    )
    .native(&[
        Family::OpenaiChat,
        Family::Embeddings,
        Family::Rerank,
        Family::Images,
    ])
    .auth(Auth::BearerAndAppId)
    .quirks(&[Quirk::BaiduSearch]),
    openai(47, "Xinference", "", V1)
        .native(&[
            Family::OpenaiChat,
            Family::Embeddings,
            Family::Rerank,
            Family::Images,
            Family::Audio,
        ])
        .auth(Auth::OptionalBearer),
    with_options(48, "xAI", "https://api.x.ai", V1)
        .native(&[
            Family::OpenaiChat,
            Family::OpenaiResponses,
            Family::Embeddings,
            Family::Images,
        ])
        .quirks(&[Quirk::Grok]),
    of_family(
        49,
        "Coze",
        "https://api.coze.cn",
        &[],
        Family::Vendor(Dialect::Coze),
        PathRule::Exact("/v3/chat"),
    )
    .auth(Auth::Coze)
    .quirks(&[Quirk::Setting("bot_id")]),
    foreign(50, "Kling", "https://api.klingai.com"),
    foreign(51, "Jimeng", "https://visual.volcengineapi.com"),
    foreign(52, "Vidu", "https://api.vidu.cn"),
    with_options(53, "Submodel", "https://llm.submodel.ai", V1),
    foreign(54, "DoubaoVideo", "https://ark.cn-beijing.volces.com"),
    foreign(55, "Sora", "https://api.openai.com"),
    of_family(
        56,
        "Replicate",
        "https://api.replicate.com",
        &[],
        Family::Vendor(Dialect::Replicate),
        PathRule::Replicate,
    )
    .services(&[(Family::Images, Service::ReplicateImages)]),
    of_family(
        57,
        "Codex",
        "https://chatgpt.com",
        &[Family::OpenaiResponses],
        Family::OpenaiResponses,
        PathRule::Prefix("/backend-api/codex"),
    )
    .auth(Auth::Codex)
    .quirks(&[Quirk::Codex]),
    openai(58, "KiloGateway", "https://api.kilo.ai/api/gateway", V1),
    with_options(59, "Poe", "https://api.poe.com", V1),
    with_options(60, "XunfeiMaaS", "", V1),
    foreign(
        61,
        "XunfeiMaaSImage",
        "https://maas-api.cn-huabei-1.xf-yun.com",
    )
    .services(&[(Family::Images, Service::XunfeiImages)])
    // Operators type the base with the version of the vendor's chat.
    .paths(&[(Family::Images, PathRule::Exact("/v2.1/tti"))])
    .main_path(PathRule::Prefix("/v2"))
    .auth(Auth::Xunfei)
    .quirks(&[Quirk::XunfeiApp]),
    // platform.xiaomimimo.com/docs/en-US/api/chat/anthropic-api, in excerpts, 2026-11-21: a bearer key does for both forms.
    openai(62, "XiaomiMiMo", "https://api.xiaomimimo.com", V1)
        .native(TEXT_AND_CLAUDE)
        .paths(&[(Family::AnthropicMessages, PathRule::Prefix("/anthropic/v1"))]),
    openai(63, "AgnesAI", "https://apihub.agnes-ai.com", V1),
    with_options(
        64,
        "ZenMux",
        "https://zenmux.ai",
        PathRule::Prefix("/api/v1"),
    )
    .native(TEXT_AND_CLAUDE)
    .paths(&[(
        Family::AnthropicMessages,
        PathRule::Prefix("/api/anthropic/v1"),
    )]),
    openai(65, "OpenCode", "https://opencode.ai/zen", V1)
        .native(&[
            Family::OpenaiChat,
            Family::OpenaiResponses,
            Family::AnthropicMessages,
            Family::Gemini,
        ])
        .forms(Forms::Maker)
        .auth(Auth::EveryHeader)
        .headers(ANTHROPIC_VERSION),
    openai(66, "Moark", "https://api.moark.com", V1).native(&[
        Family::OpenaiChat,
        Family::Embeddings,
        Family::Rerank,
        Family::Images,
        Family::Audio,
    ]),
    with_options(67, "AdvancedCustom", "", V1).native(COMPATIBLE_FAMILIES),
    openai(68, "Cerebras", "https://api.cerebras.ai", V1),
    openai(69, "QwenTokenPlan", "", V1),
    openai(70, "MistralConsole", "https://console.mistral.ai", V1).quirks(&[Quirk::ShortToolIds]),
    aggregator(0, "Unknown", ""),
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
