//! A request as the hub knows it, after a client's bytes were read and before an upstream's are written.
//! What a family says beyond these words stays in `rest`, which only the same family reads again.

use serde::Serialize;
use serde_json::{Map, Number, Value};

use crate::endpoint::Family;

/// A generation request.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Request {
    /// The model's name, as the upstream is to see it.
    pub model: String,
    /// What is asked.
    pub input: Input,
    /// Tools that the model may call.
    pub tools: Vec<Tool>,
    /// Which tool must or may be called.
    pub tool_choice: Option<ToolChoice>,
    /// Whether several tools may be called at once.
    pub parallel_tools: Option<bool>,
    /// How tokens are drawn.
    pub sampling: Sampling,
    /// The output limit in tokens.
    pub max_output_tokens: Option<u64>,
    /// How hard the model is to think: the family's word (`low`, `medium`, `high` ...).
    pub reasoning_effort: Option<String>,
    /// Whether and how long the model is to think, in families that say it in tokens.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub thinking: Option<Thinking>,
    /// The form of the output.
    pub output_format: OutputFormat,
    /// Whether an event stream is asked for.
    pub stream: bool,
    /// Whether the stream is to end with usage; `None` when nothing was said.
    pub include_usage: Option<bool>,
    /// The end user, as the client names it.
    pub user: Option<String>,
    /// The provider's own search of the web, where the client asks for it as a tool.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub web_search: Option<WebSearch>,
    /// Functions among `tools` whose only argument, `input`, is free text, by name; their calls are `{"input":".."}` here.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub text_tools: Vec<TextTool>,
    /// Functions among `tools` that stand in a namespace in the client's words.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub spaced_tools: Vec<SpacedTool>,
    /// The class of service, in `OpenAI`'s words (`auto`, `default`, `flex`, `priority`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service_tier: Option<String>,
    /// Fields of the client's family without a word of their own here.
    pub rest: Map<String, Value>,
    /// The family whose words every `rest` in here holds; `None` when nobody said.
    #[serde(skip)]
    pub origin: Option<Family>,
    /// Fields of the client's body that its family repeats in every answer.
    #[serde(skip)]
    pub echo: Map<String, Value>,
}

/// A tool of the client's that takes free text instead of JSON.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TextTool {
    /// Its name, as in `tools`.
    pub name: String,
    /// The grammar of the text, as the family writes it.
    pub format: Option<Value>,
}

/// A tool of the client's that stands in a namespace.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SpacedTool {
    /// Its name in `tools`.
    pub joined: String,
    /// The namespace.
    pub space: String,
    /// Its name there.
    pub name: String,
}

/// What the provider's own search of the web is to look at.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct WebSearch {
    /// How much of the results is read: `low`, `medium`, `high`.
    pub context_size: Option<String>,
    /// The most searches of one answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_uses: Option<u64>,
    /// The only sites searched; empty means all.
    pub allowed_domains: Vec<String>,
    /// Sites that are not searched.
    pub blocked_domains: Vec<String>,
    /// Where the user is: `{"type":"approximate","city":..,"country":..,"region":..,"timezone":..}`.
    pub user_location: Option<Value>,
}

/// Whether and how long a model is to think.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Thinking {
    /// Not at all.
    Off,
    /// The model decides.
    Auto,
    /// At most this many tokens.
    Budget(u64),
}

/// What is asked: a conversation, or a text to go on with.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub enum Input {
    /// A conversation.
    Messages(Vec<Message>),
    /// Texts to complete, and what is to come behind the completion.
    Prompt {
        /// One completion (or `n`) is made for each.
        prompts: Vec<Prompt>,
        /// The text behind.
        suffix: Option<String>,
    },
}

impl Default for Input {
    fn default() -> Self {
        Self::Messages(Vec::new())
    }
}

/// A text to complete.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum Prompt {
    /// Text.
    Text(String),
    /// Token numbers.
    Tokens(Vec<u64>),
}

/// Who speaks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum Role {
    /// The operator, in families with one such role.
    System,
    /// The operator, in families that tell the two apart.
    Developer,
    /// The user.
    User,
    /// The model.
    Assistant,
    /// A tool's result.
    Tool,
    /// A role that is not known here.
    Unknown(String),
}

/// One message.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Message {
    /// Who speaks.
    pub role: Role,
    /// The speaker's name.
    pub name: Option<String>,
    /// What is said, in order.
    pub parts: Vec<Part>,
    /// Fields without a word of their own here.
    pub rest: Map<String, Value>,
}

/// One part of a message.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Part {
    /// What it is.
    pub kind: PartKind,
    /// Fields beside it (such as cache marks).
    pub rest: Map<String, Value>,
}

impl Part {
    /// Makes a part without further fields.
    pub fn new(kind: PartKind) -> Self {
        Self {
            kind,
            rest: Map::new(),
        }
    }
}

/// Where media is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum MediaSource {
    /// At an address (`https:` or `data:`).
    Url(String),
    /// Inline, as base64.
    Base64(String),
    /// Uploaded before, by its id.
    FileId(String),
    /// Put at the vendor for this call, by its id there; no client can say this.
    Deposited(String),
}

/// What a part holds.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub enum PartKind {
    /// Text.
    Text(String),
    /// The model's thinking; `signature` proves it to the provider it came from.
    Reasoning {
        /// The thinking.
        text: String,
        /// The provider's proof.
        signature: Option<String>,
    },
    /// The model's refusal.
    Refusal(String),
    /// An image.
    Image {
        /// Where it is.
        source: MediaSource,
        /// The family's word for its resolution.
        detail: Option<String>,
    },
    /// A sound.
    Audio {
        /// Base64.
        data: String,
        /// `wav`, `mp3` ...
        format: String,
    },
    /// A video.
    Video {
        /// Where it is.
        source: MediaSource,
    },
    /// A document.
    File {
        /// Where it is.
        source: MediaSource,
        /// Its name.
        name: Option<String>,
    },
    /// A call of a tool by the model.
    ToolCall {
        /// The call's id.
        id: String,
        /// The tool's name.
        name: String,
        /// The arguments: JSON text as the model wrote it, possibly broken.
        arguments: String,
    },
    /// A call that only this family knows.
    UnknownCall {
        /// The family.
        family: Family,
        /// As it came.
        value: Value,
    },
    /// The result of a call; its content is the message's other parts.
    ToolResult {
        /// The call's id.
        call_id: String,
        /// Whether the tool failed.
        #[serde(skip_serializing_if = "std::ops::Not::not")]
        is_error: bool,
    },
    /// Something that only this family knows.
    Unknown {
        /// The family.
        family: Family,
        /// As it came.
        value: Value,
    },
}

/// A tool.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub enum Tool {
    /// A function of the client's.
    Function {
        /// Its name.
        name: String,
        /// What it does.
        description: Option<String>,
        /// JSON schema of its arguments.
        parameters: Option<Value>,
        /// Whether arguments must follow the schema exactly.
        strict: Option<bool>,
        /// Fields beside the function.
        rest: Map<String, Value>,
    },
    /// A tool that only this family knows.
    Unknown {
        /// The family.
        family: Family,
        /// As it came.
        value: Value,
    },
}

/// Which tool must or may be called.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub enum ToolChoice {
    /// The model decides.
    Auto,
    /// None.
    None,
    /// At least one.
    Required,
    /// This function.
    Function(String),
    /// A choice that only this family knows.
    Unknown {
        /// The family.
        family: Family,
        /// As it came.
        value: Value,
    },
}

/// The form of the output.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub enum OutputFormat {
    /// Nothing was said.
    #[default]
    Unset,
    /// Text.
    Text,
    /// Any JSON object.
    JsonObject,
    /// JSON after a schema; as the family wrote it: name, schema, strict.
    JsonSchema(Value),
    /// A form that only this family knows.
    Unknown {
        /// The family.
        family: Family,
        /// As it came.
        value: Value,
    },
}

/// How tokens are drawn. Numbers keep the form the client gave them.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Sampling {
    /// Temperature.
    pub temperature: Option<Number>,
    /// Nucleus.
    pub top_p: Option<Number>,
    /// Top k.
    pub top_k: Option<Number>,
    /// Penalty by frequency.
    pub frequency_penalty: Option<Number>,
    /// Penalty by presence.
    pub presence_penalty: Option<Number>,
    /// Seed.
    pub seed: Option<Number>,
    /// Texts that end the output.
    pub stop: Vec<String>,
    /// Bias by token number.
    pub logit_bias: Option<Value>,
    /// Log probabilities: a flag in chat, a count in legacy completions.
    pub logprobs: Option<Value>,
    /// How many alternatives with log probabilities.
    pub top_logprobs: Option<u64>,
    /// How many answers.
    pub n: Option<u64>,
}

/// A request for embeddings.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct EmbeddingsRequest {
    /// The model's name, as the upstream is to see it.
    pub model: String,
    /// The texts, in order.
    pub inputs: Vec<EmbeddingInput>,
    /// `float` or `base64`.
    pub encoding: Option<String>,
    /// The vectors' length.
    pub dimensions: Option<u64>,
    /// The end user, as the client names it.
    pub user: Option<String>,
    /// Fields of the client's family without a word of their own here.
    pub rest: Map<String, Value>,
}

/// One text to embed.
pub type EmbeddingInput = Prompt;
