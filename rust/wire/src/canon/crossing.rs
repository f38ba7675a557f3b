//! What stays behind when a request or a reply goes from one family to another: fields that only the first can read.
//! Called between reading and writing; the same family on both ends keeps everything.

use super::event::Event;
use super::reply::Reply;
use super::request::{Input, Message, Part, PartKind, Request, Role, Tool};
use crate::endpoint::Family;
use crate::family::gemini::signature;

/// Says whether the two share so many fields that the writer chooses among them, by [`Request::in_words_of`].
fn are_siblings(from: Family, to: Family) -> bool {
    let is_openai = |family| matches!(family, Family::OpenaiChat | Family::OpenaiResponses);
    is_openai(from) && is_openai(to)
}

/// Says whether what the first family keeps in `rest`, and what its thinking is signed with, means the same to the second.
fn is_kin(from: Family, to: Family) -> bool {
    from == to || (from == Family::AnthropicMessages && to == Family::Bedrock)
}

/// Returns fields that the first family's clients say for the second: Google's own, and what kinds of output there may be.
const fn bridge(from: Family, to: Family) -> &'static [&'static str] {
    match (from, to) {
        (Family::OpenaiChat, Family::Gemini) => &["extra_body", "google", "modalities"],
        _ => &[],
    }
}

impl Request {
    /// Takes out what only the family it came from can read: fields without a word in the hub, proofs of thinking, and a
    /// provider's own notes in an assistant's message (sealed thinking, calls of its own tools and their results).
    /// Returns the names of parts that were taken out.
    pub fn cross(&mut self, from: Family, to: Family) -> Vec<&'static str> {
        if is_kin(from, to) {
            return Vec::new();
        }
        if !are_siblings(from, to) {
            self.forget_fields(bridge(from, to));
            self.origin = Some(to);
        }
        let mut drops = Vec::new();
        if let Input::Messages(messages) = &mut self.input {
            let before = count_parts(messages);
            for message in messages.iter_mut() {
                cross_message(message, to);
            }
            if count_parts(messages) < before {
                drops.push("provider_notes");
            }
        }
        drops
    }

    fn forget_fields(&mut self, kept: &[&str]) {
        self.rest.retain(|name, _| kept.contains(&name.as_str()));
        for tool in &mut self.tools {
            match tool {
                Tool::Function { rest, .. } => rest.clear(),
                Tool::Unknown { .. } => {}
            }
        }
        if let Input::Messages(messages) = &mut self.input {
            for message in messages {
                message.rest.clear();
                message.parts.iter_mut().for_each(|part| part.rest.clear());
            }
        }
    }
}

fn count_parts(messages: &[Message]) -> usize {
    messages.iter().map(|message| message.parts.len()).sum()
}

/// Says whether a proof is one that `to` gave out under its mark, back from a client of another family.
fn is_proof_of(signature: &str, to: Family) -> bool {
    to == Family::Gemini && signature.starts_with(signature::MARK)
}

fn cross_message(message: &mut Message, to: Family) {
    if message.role == Role::Assistant {
        let is_note = |part: &Part| matches!(part.kind, PartKind::Unknown { .. });
        message.parts.retain(|part| !is_note(part));
    }
    for part in &mut message.parts {
        if let PartKind::Reasoning { signature, .. } = &mut part.kind {
            *signature = signature.take().filter(|proof| is_proof_of(proof, to));
        }
    }
}

impl Reply {
    /// Takes out what only the family it came from can read. Proofs of thinking stay: the client gives them back.
    pub fn cross(&mut self, from: Family, to: Family) {
        if is_kin(from, to) || are_siblings(from, to) {
            return;
        }
        self.rest.clear();
        for choice in &mut self.choices {
            choice.rest.clear();
            choice.message_rest.clear();
            choice
                .parts
                .retain(|part| !matches!(part.kind, PartKind::Unknown { .. }));
            choice.parts.iter_mut().for_each(|part| part.rest.clear());
        }
    }
}

impl Event {
    /// Says whether this event means something to another family.
    pub fn crosses(&self, from: Family, to: Family) -> bool {
        is_kin(from, to) || are_siblings(from, to) || !matches!(self, Self::Extra { .. })
    }
}
