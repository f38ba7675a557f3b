//! What an operator sets on one channel beyond its address and keys, as the snapshot carries it.
//!
//! Words only: `wire` knows how bodies are changed, `relay` how headers and proxies are used.

use serde::Deserialize;
use serde_json::Value;

use crate::channel::SecretText;

/// A system prompt of a channel's own.
#[derive(Debug, Deserialize)]
pub struct SystemPrompt {
    /// What it says.
    pub text: String,
    /// It goes in front of the client's own; else it stands in where the client has none.
    #[serde(default)]
    pub goes_first: bool,
}

/// A channel's settings; a call on a channel without any costs nothing more.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct ChannelSettings {
    /// Changes of the body (`param_override`).
    pub param_override: Option<Value>,
    /// Changes of the headers (`header_override`).
    pub header_override: Option<Value>,
    /// A system prompt of the channel's own.
    pub system_prompt: Option<SystemPrompt>,
    /// `http://`, `https://` or `socks5://`, with or without credentials.
    pub proxy: Option<SecretText>,
    /// Bytes go as they came, but for the model.
    pub pass_through_body: bool,
    /// Thinking goes out as text.
    pub thinking_to_content: bool,
    /// Answers are written anew in the family's strict form.
    pub force_format: bool,
}
