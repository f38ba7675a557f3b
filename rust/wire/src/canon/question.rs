//! What an answer must know of its question, and what a crossing leaves of a request.
//! Taken from the hub's request once a call; small, since it lives as long as the answer.

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::error::EncodeError;
use super::request::{
    Input, Message, Part, PartKind, Prompt, Request, Role, SpacedTool, Thinking, Tool,
};
use crate::endpoint::Family;

/// What an answer must know of its question.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Question {
    /// Fields that the client's family repeats in every answer.
    pub echo: Map<String, Value>,
    /// Names of tools that take free text; the hub has their calls as functions with one argument `input`.
    pub text_tools: Vec<String>,
    /// Tools that the client has in namespaces, and their names here.
    pub spaced_tools: Vec<SpacedTool>,
    /// Thinking goes out as text between marks, since the channel wants it so.
    pub wraps_thinking: bool,
    /// The client asked for no thinking, so that a proof without a thought would only surprise it.
    pub without_thinking: bool,
    /// When it was asked, in Unix seconds; stands in for the time of answers that have none. 0 when nobody said.
    pub asked_at: i64,
}

impl Request {
    /// Returns what an answer must know of this request.
    pub fn question(&self) -> Question {
        let names = self.text_tools.iter().map(|tool| tool.name.clone());
        Question {
            echo: self.echo.clone(),
            text_tools: names.collect(),
            spaced_tools: self.spaced_tools.clone(),
            wraps_thinking: false,
            without_thinking: matches!(self.thinking, None | Some(Thinking::Off))
                && self.reasoning_effort.is_none(),
            asked_at: 0,
        }
    }

    /// Returns the request without the fields that only another family than `family` knows. Fields of the body that both
    /// know by the same name (`shared`) stay.
    pub fn in_words_of(&self, family: Family, shared: &[&str]) -> Cow<'_, Self> {
        if self.origin.is_none_or(|origin| origin == family) {
            return Cow::Borrowed(self);
        }
        let mut own = self.clone();
        own.rest.retain(|name, _| shared.contains(&name.as_str()));
        if let Input::Messages(messages) = &mut own.input {
            for message in messages {
                message.rest.clear();
                message.parts.iter_mut().for_each(|part| part.rest.clear());
            }
        }
        for tool in &mut own.tools {
            match tool {
                Tool::Function { rest, .. } => rest.clear(),
                Tool::Unknown { .. } => {}
            }
        }
        Cow::Owned(own)
    }

    /// Turns a text to go on with into a conversation of one user message, for families without such a call.
    pub fn converse(&mut self) -> Result<(), EncodeError> {
        let Input::Prompt { prompts, suffix } = &self.input else {
            return Ok(());
        };
        let refused = |field| Err(EncodeError::Unsupported { field });
        let [Prompt::Text(text)] = prompts.as_slice() else {
            return refused("prompt");
        };
        if suffix.as_ref().is_some_and(|suffix| !suffix.is_empty()) {
            return refused("suffix");
        }
        if self.rest.get("echo") == Some(&Value::Bool(true)) {
            return refused("echo");
        }
        if self.sampling.logprobs.is_some() {
            return refused("logprobs");
        }
        let message = Message {
            role: Role::User,
            name: None,
            parts: vec![Part::new(PartKind::Text(text.clone()))],
            rest: Map::new(),
        };
        self.input = Input::Messages(vec![message]);
        Ok(())
    }
}
