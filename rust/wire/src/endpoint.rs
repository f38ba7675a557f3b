//! The endpoints that the relay serves and the family each belongs to.
//! First thing a request is mapped to; holds no rule beyond names and paths.

use crate::vendor::{Dialect, Service};

/// An API's wire form.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, serde::Serialize)]
pub enum Family {
    /// `OpenAI` chat completions and the legacy completions.
    OpenaiChat,
    /// `OpenAI` responses.
    OpenaiResponses,
    /// Anthropic messages.
    AnthropicMessages,
    /// Gemini's `generateContent` and its relatives.
    Gemini,
    /// Bedrock's Converse and `InvokeModel`; spoken towards upstreams only.
    Bedrock,
    /// A form that one vendor alone speaks; towards upstreams only.
    Vendor(Dialect),
    /// What one vendor alone has in a form of its own beside chat; towards upstreams only.
    Service(Service),
    /// `OpenAI` embeddings.
    Embeddings,
    /// Rerank, in the shape of Jina and Cohere.
    Rerank,
    /// `OpenAI` images.
    Images,
    /// `OpenAI` audio: transcriptions, translations, speech.
    Audio,
    /// `OpenAI` moderations.
    Moderations,
    /// `OpenAI` realtime, over a WebSocket.
    Realtime,
}

/// One relay endpoint.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, serde::Serialize)]
pub enum Endpoint {
    /// `POST /v1/chat/completions`
    ChatCompletions,
    /// `POST /v1/completions`
    Completions,
    /// `POST /v1/embeddings`
    Embeddings,
    /// `POST /v1/responses`
    Responses,
    /// `POST /v1/responses/compact`
    ResponsesCompact,
    /// `POST /v1/responses/input_tokens`
    ResponsesInputTokens,
    /// `POST /v1/messages`
    Messages,
    /// `POST /v1/messages/count_tokens`
    MessagesCountTokens,
    /// `POST /v1beta/models/{model}:generateContent`
    GenerateContent,
    /// `POST /v1beta/models/{model}:streamGenerateContent`
    StreamGenerateContent,
    /// `POST /v1beta/models/{model}:countTokens`
    GeminiCountTokens,
    /// `POST /v1beta/models/{model}:embedContent`
    EmbedContent,
    /// `POST /v1beta/models/{model}:batchEmbedContents`
    BatchEmbedContents,
    /// `POST /v1/rerank`
    Rerank,
    /// `POST /v1/images/generations`
    ImageGenerations,
    /// `POST /v1/images/edits`
    ImageEdits,
    /// `POST /v1/images/variations`
    ImageVariations,
    /// `POST /v1/audio/transcriptions`
    Transcriptions,
    /// `POST /v1/audio/translations`
    Translations,
    /// `POST /v1/audio/speech`
    Speech,
    /// `POST /v1/moderations`
    Moderations,
    /// `GET /v1/realtime`, upgraded to a WebSocket.
    Realtime,
}

/// Paths that mean an endpoint under another name: the family's alias of image edits, `OpenAI` paths under Gemini's version.
const ALIASES: [(&str, Endpoint); 4] = [
    ("/v1/edits", Endpoint::ImageEdits),
    ("/pg/chat/completions", Endpoint::ChatCompletions),
    ("/v1beta/openai/chat/completions", Endpoint::ChatCompletions),
    ("/v1beta/openai/embeddings", Endpoint::Embeddings),
];

/// What stands before the model in Gemini's paths.
const MODEL_PREFIXES: [&str; 2] = ["/v1beta/models/", "/v1/models/"];

/// Gemini's actions, behind the colon.
const ACTIONS: [(&str, Endpoint); 5] = [
    ("generateContent", Endpoint::GenerateContent),
    ("streamGenerateContent", Endpoint::StreamGenerateContent),
    ("countTokens", Endpoint::GeminiCountTokens),
    ("embedContent", Endpoint::EmbedContent),
    ("batchEmbedContents", Endpoint::BatchEmbedContents),
];

impl Endpoint {
    /// Every endpoint.
    pub const ALL: [Self; 22] = [
        Self::ChatCompletions,
        Self::Completions,
        Self::Embeddings,
        Self::Responses,
        Self::ResponsesCompact,
        Self::ResponsesInputTokens,
        Self::Messages,
        Self::MessagesCountTokens,
        Self::GenerateContent,
        Self::StreamGenerateContent,
        Self::GeminiCountTokens,
        Self::EmbedContent,
        Self::BatchEmbedContents,
        Self::Rerank,
        Self::ImageGenerations,
        Self::ImageEdits,
        Self::ImageVariations,
        Self::Transcriptions,
        Self::Translations,
        Self::Speech,
        Self::Moderations,
        Self::Realtime,
    ];

    /// Returns the family whose bytes this endpoint carries.
    pub const fn family(self) -> Family {
        match self {
            Self::ChatCompletions | Self::Completions => Family::OpenaiChat,
            Self::Embeddings => Family::Embeddings,
            Self::Responses | Self::ResponsesCompact | Self::ResponsesInputTokens => {
                Family::OpenaiResponses
            }
            Self::Messages | Self::MessagesCountTokens => Family::AnthropicMessages,
            Self::GenerateContent
            | Self::StreamGenerateContent
            | Self::GeminiCountTokens
            | Self::EmbedContent
            | Self::BatchEmbedContents => Family::Gemini,
            Self::Rerank => Family::Rerank,
            Self::ImageGenerations | Self::ImageEdits | Self::ImageVariations => Family::Images,
            Self::Transcriptions | Self::Translations | Self::Speech => Family::Audio,
            Self::Moderations => Family::Moderations,
            Self::Realtime => Family::Realtime,
        }
    }

    /// Returns the public path; `{model}` stands for the model's name in Gemini's paths.
    pub const fn path(self) -> &'static str {
        match self {
            Self::ChatCompletions => "/v1/chat/completions",
            Self::Completions => "/v1/completions",
            Self::Embeddings => "/v1/embeddings",
            Self::Responses => "/v1/responses",
            Self::ResponsesCompact => "/v1/responses/compact",
            Self::ResponsesInputTokens => "/v1/responses/input_tokens",
            Self::Messages => "/v1/messages",
            Self::MessagesCountTokens => "/v1/messages/count_tokens",
            Self::GenerateContent => "/v1beta/models/{model}:generateContent",
            Self::StreamGenerateContent => "/v1beta/models/{model}:streamGenerateContent",
            Self::GeminiCountTokens => "/v1beta/models/{model}:countTokens",
            Self::EmbedContent => "/v1beta/models/{model}:embedContent",
            Self::BatchEmbedContents => "/v1beta/models/{model}:batchEmbedContents",
            Self::Rerank => "/v1/rerank",
            Self::ImageGenerations => "/v1/images/generations",
            Self::ImageEdits => "/v1/images/edits",
            Self::ImageVariations => "/v1/images/variations",
            Self::Transcriptions => "/v1/audio/transcriptions",
            Self::Translations => "/v1/audio/translations",
            Self::Speech => "/v1/audio/speech",
            Self::Moderations => "/v1/moderations",
            Self::Realtime => "/v1/realtime",
        }
    }

    /// Returns the path below the version segment, with its leading slash: `/chat/completions`.
    pub fn task_path(self) -> &'static str {
        let path = self.path();
        let below = path
            .strip_prefix("/v1beta")
            .or_else(|| path.strip_prefix("/v1"));
        below.unwrap_or(path)
    }

    /// Returns the endpoint of a request path (no query), or `None` when the relay does not serve it.
    pub fn from_path(path: &str) -> Option<Self> {
        let exact = Self::ALL
            .into_iter()
            .find(|endpoint| endpoint.path() == path);
        let alias = ALIASES.iter().find(|(alias, _)| *alias == path);
        exact
            .or_else(|| alias.map(|(_, endpoint)| *endpoint))
            .or_else(|| Self::with_model(path).map(|(endpoint, _)| endpoint))
    }

    /// Returns the model that a path names (still percent-encoded), for endpoints that have it there.
    pub fn model_in_path(path: &str) -> Option<&str> {
        Self::with_model(path).map(|(_, model)| model)
    }

    /// Reads `/v1beta/models/{model}:{action}`; the last colon divides, since names of tuned models hold colons.
    fn with_model(path: &str) -> Option<(Self, &str)> {
        let rest = MODEL_PREFIXES
            .iter()
            .find_map(|prefix| path.strip_prefix(prefix))?;
        let (model, action) = rest.rsplit_once(':')?;
        let (_, endpoint) = ACTIONS.iter().find(|(name, _)| *name == action)?;
        (!model.is_empty()).then_some((*endpoint, model))
    }

    /// Returns a short name for metric labels and logs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ChatCompletions => "chat_completions",
            Self::Completions => "completions",
            Self::Embeddings => "embeddings",
            Self::Responses => "responses",
            Self::ResponsesCompact => "responses_compact",
            Self::ResponsesInputTokens => "responses_input_tokens",
            Self::Messages => "messages",
            Self::MessagesCountTokens => "messages_count_tokens",
            Self::GenerateContent => "generate_content",
            Self::StreamGenerateContent => "stream_generate_content",
            Self::GeminiCountTokens => "gemini_count_tokens",
            Self::EmbedContent => "embed_content",
            Self::BatchEmbedContents => "batch_embed_contents",
            Self::Rerank => "rerank",
            Self::ImageGenerations => "image_generations",
            Self::ImageEdits => "image_edits",
            Self::ImageVariations => "image_variations",
            Self::Transcriptions => "transcriptions",
            Self::Translations => "translations",
            Self::Speech => "speech",
            Self::Moderations => "moderations",
            Self::Realtime => "realtime",
        }
    }

    /// Says whether the call generates text in a chat family, so that it can go to upstreams of other families.
    pub const fn is_generation(self) -> bool {
        matches!(
            self,
            Self::ChatCompletions
                | Self::Completions
                | Self::Responses
                | Self::Messages
                | Self::GenerateContent
                | Self::StreamGenerateContent
        )
    }

    /// Says whether the call makes vectors, so that it can go to upstreams that make them in another family's form.
    pub const fn is_embedding(self) -> bool {
        matches!(
            self,
            Self::Embeddings | Self::EmbedContent | Self::BatchEmbedContents
        )
    }

    /// Says whether the call only counts the tokens of a request: free, and answerable here for vendors without it.
    pub const fn is_count(self) -> bool {
        matches!(
            self,
            Self::GeminiCountTokens | Self::MessagesCountTokens | Self::ResponsesInputTokens
        )
    }

    /// Returns the call whose tokens a count is of.
    pub const fn counted(self) -> Option<Self> {
        match self {
            Self::GeminiCountTokens => Some(Self::GenerateContent),
            Self::MessagesCountTokens => Some(Self::Messages),
            Self::ResponsesInputTokens => Some(Self::Responses),
            _ => None,
        }
    }

    /// Says whether the path, not the body, decides that the answer is a stream.
    pub const fn always_streams(self) -> bool {
        matches!(self, Self::StreamGenerateContent)
    }
}
