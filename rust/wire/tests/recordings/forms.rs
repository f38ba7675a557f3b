//! The forms in which answers are recorded: whose they are, and what is left out and why.

use weirgate_wire::vendor::{Dialect, Service};
use weirgate_wire::{Endpoint, Family};

/// One form of answers.
pub(super) struct Form {
    pub(super) folder: &'static str,
    pub(super) family: Family,
    /// The endpoint whose clients read these bytes as they are; none where only providers speak the form.
    pub(super) own: Option<Endpoint>,
    /// It crosses to the families of chat.
    pub(super) is_chat: bool,
}

const fn chat(folder: &'static str, family: Family, own: Option<Endpoint>) -> Form {
    Form {
        folder,
        family,
        own,
        is_chat: true,
    }
}

const fn other(folder: &'static str, family: Family, own: Option<Endpoint>) -> Form {
    Form {
        folder,
        family,
        own,
        is_chat: false,
    }
}

pub(super) const GOLDENS: [Form; 4] = [
    chat(
        "anthropic",
        Family::AnthropicMessages,
        Some(Endpoint::Messages),
    ),
    chat("chat", Family::OpenaiChat, Some(Endpoint::ChatCompletions)),
    chat(
        "responses",
        Family::OpenaiResponses,
        Some(Endpoint::Responses),
    ),
    chat(
        "gemini",
        Family::Gemini,
        Some(Endpoint::StreamGenerateContent),
    ),
];

pub(super) const ANSWERS: [Form; 19] = [
    chat(
        "messages",
        Family::AnthropicMessages,
        Some(Endpoint::Messages),
    ),
    chat("chat", Family::OpenaiChat, Some(Endpoint::ChatCompletions)),
    chat(
        "completions",
        Family::OpenaiChat,
        Some(Endpoint::Completions),
    ),
    chat(
        "responses",
        Family::OpenaiResponses,
        Some(Endpoint::Responses),
    ),
    chat(
        "gemini",
        Family::Gemini,
        Some(Endpoint::StreamGenerateContent),
    ),
    chat("bedrock", Family::Bedrock, None),
    chat("cohere", Family::Vendor(Dialect::Cohere), None),
    chat("ollama", Family::Vendor(Dialect::Ollama), None),
    other("embeddings", Family::Embeddings, Some(Endpoint::Embeddings)),
    other(
        "gemini_embeddings",
        Family::Gemini,
        Some(Endpoint::BatchEmbedContents),
    ),
    other(
        "cohere_embeddings",
        Family::Service(Service::CohereEmbed),
        None,
    ),
    other("rerank", Family::Rerank, Some(Endpoint::Rerank)),
    other("audio", Family::Audio, Some(Endpoint::Transcriptions)),
    other("images", Family::Images, Some(Endpoint::ImageGenerations)),
    other(
        "count_tokens",
        Family::AnthropicMessages,
        Some(Endpoint::MessagesCountTokens),
    ),
    other(
        "gemini_count",
        Family::Gemini,
        Some(Endpoint::GeminiCountTokens),
    ),
    other(
        "input_tokens",
        Family::OpenaiResponses,
        Some(Endpoint::ResponsesInputTokens),
    ),
    other(
        "compact",
        Family::OpenaiResponses,
        Some(Endpoint::ResponsesCompact),
    ),
    other("error", Family::OpenaiChat, None),
];

/// Recordings that are left out: a piece of the name, and the reason.
pub(super) const OTHERS: [(&str, &str); 2] = [
    ("agw-count-tokens.json", "a count, no answer of a model"),
    (
        "cererebras-structured-output-tools-1-stream.sse",
        "two answers without an end between them",
    ),
];
