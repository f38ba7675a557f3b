//! What an operator sets on the headers of one channel's calls (`header_override`, read 2026-08 in the family's relay).
//! Credentials of the client, and what belongs to one connection, never pass.

use regex::Regex;
use serde_json::{Map, Value};

use super::{HeaderEdit, OverrideError};

/// Client headers that no rule passes.
const NEVER: [&str; 22] = [
    "connection",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "cookie",
    "host",
    "content-length",
    "content-encoding",
    "content-type",
    "accept-encoding",
    "authorization",
    "x-api-key",
    "x-goog-api-key",
    "mj-api-secret",
    "expect",
    "sec-websocket-key",
    "sec-websocket-protocol",
];
/// The largest compiled pattern, in bytes.
const MAX_PATTERN: usize = 1 << 20;

/// Says whether rules may see and pass a client's header of this (lower-case) name.
pub fn may_pass(name: &str) -> bool {
    !NEVER.contains(&name) && !name.starts_with("sec-websocket-")
}

/// A channel's header rules.
#[derive(Clone, Debug, Default)]
pub struct HeaderRules {
    rules: Vec<Rule>,
}

#[derive(Clone, Debug)]
enum Rule {
    /// A text, in which `{api_key}` stands for the channel's key.
    Set(String, String),
    /// The client's header of this name, if it sent one.
    FromClient(String, String),
    PassAll,
    PassMatching(Regex),
}

impl HeaderRules {
    /// Reads a channel's setting.
    pub fn read(document: &Value) -> Result<Self, OverrideError> {
        let fields = document
            .as_object()
            .ok_or_else(|| OverrideError("it is no JSON object".to_owned()))?;
        let rules = fields.iter().map(|(name, value)| rule(name.trim(), value));
        Ok(Self {
            rules: rules.collect::<Result<_, _>>()?,
        })
    }

    /// Says whether the client's headers must be known.
    pub fn reads_headers(&self) -> bool {
        self.rules.iter().any(|rule| !matches!(rule, Rule::Set(..)))
    }

    /// Returns the changes for one call, those that pass headers first.
    pub fn edits(&self, api_key: &str, client: &Map<String, Value>) -> Vec<HeaderEdit> {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let mut edits = Vec::new();
        for (name, value) in client {
            let passes = self.rules.iter().any(|rule| match rule {
                Rule::PassAll => true,
                Rule::PassMatching(pattern) => pattern.is_match(name),
                Rule::Set(..) | Rule::FromClient(..) => false,
            });
            if passes && may_pass(name) {
                edits.push(HeaderEdit::Set(name.clone(), text(value)));
            }
        }
        for rule in &self.rules {
            match rule {
                Rule::Set(name, value) => {
                    let value = value.replace("{api_key}", api_key);
                    edits.push(HeaderEdit::Set(name.clone(), value));
                }
                Rule::FromClient(name, from) => {
                    let found = client.get(from).map(text);
                    edits.extend(found.map(|value| HeaderEdit::Set(name.clone(), value)));
                }
                Rule::PassAll | Rule::PassMatching(_) => {}
            }
        }
        edits
    }
}

fn rule(name: &str, value: &Value) -> Result<Rule, OverrideError> {
    if name == "*" {
        return Ok(Rule::PassAll);
    }
    let pattern = name
        .strip_prefix("regex:")
        .or_else(|| name.strip_prefix("re:"));
    if let Some(pattern) = pattern {
        let built = regex::RegexBuilder::new(pattern.trim())
            .case_insensitive(true)
            .size_limit(MAX_PATTERN)
            .build();
        let built = built.map_err(|_bad| OverrideError(format!("{name:?} is no pattern")))?;
        return Ok(Rule::PassMatching(built));
    }
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Number(_) | Value::Bool(_) => value.to_string(),
        _ => return Err(OverrideError(format!("the value of {name:?} is no text"))),
    };
    let lower = name.to_ascii_lowercase();
    let from = text
        .trim()
        .strip_prefix("{client_header:")
        .and_then(|rest| rest.strip_suffix('}'));
    Ok(match from {
        Some(from) => Rule::FromClient(lower, from.trim().to_ascii_lowercase()),
        None => Rule::Set(lower, text),
    })
}
