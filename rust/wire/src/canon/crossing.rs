//! What stays behind when a request or a reply goes from one family to another: fields that only the first can read.
//! Called between reading and writing; the same family on both ends keeps everything.

use serde_json::{Map, Value};

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

/// Says whether what the first family keeps of an answer in `rest` means something to the second: a vendor's own reader
/// says it in chat's words.
fn answers_in_words_of(from: Family, to: Family) -> bool {
    let is_openai = matches!(to, Family::OpenaiChat | Family::OpenaiResponses);
    are_siblings(from, to) || (matches!(from, Family::Vendor(_)) && is_openai)
}

/// Says whether what the first family keeps in `rest`, and what its thinking is signed with, means the same to the second.
fn is_kin(from: Family, to: Family) -> bool {
    from == to || (from == Family::AnthropicMessages && to == Family::Bedrock)
}

/// What clients of every family write beside a part that is to be cached; only Anthropic's models read it.
const CACHE_MARK: &str = "cache_control";

const fn keeps_cache_marks(to: Family) -> bool {
    matches!(to, Family::AnthropicMessages | Family::Bedrock)
}

/// Returns fields that the first family's clients say for the second: Google's own, and what kinds of output there may be.
const fn bridge(from: Family, to: Family) -> &'static [&'static str] {
    match (from, to) {
        (Family::OpenaiChat, Family::Gemini) => &["extra_body", "google", "modalities"],
        _ => &[],
    }
}

/// Returns what stands before a proof of thinking of this family while a client of another family keeps it. Letters only,
/// eight of them, so that what was base64 still is. Gemini's come marked from its reader,
/// and chat has none but those.
const fn mark(family: Family) -> &'static str {
    match family {
        Family::AnthropicMessages | Family::Bedrock => "WGanthro",
        Family::OpenaiResponses => "WGoairsp",
        Family::Gemini
        | Family::OpenaiChat
        | Family::Vendor(_)
        | Family::Service(_)
        | Family::Embeddings
        | Family::Rerank
        | Family::Images
        | Family::Audio
        | Family::Moderations
        | Family::Realtime => "",
    }
}

/// Returns a proof as the family made it; `None` when it is of another: providers refuse the proofs of others.
fn unmarked(proof: &str, to: Family) -> Option<String> {
    if mark(to).is_empty() {
        return proof.starts_with(signature::MARK).then(|| proof.to_owned());
    }
    proof.strip_prefix(mark(to)).map(str::to_owned)
}

/// Says whether a proof carries the mark of a family; clients of Gemini keep such proofs of others.
pub(crate) fn is_marked(proof: &str) -> bool {
    let families = [Family::AnthropicMessages, Family::OpenaiResponses];
    families
        .iter()
        .any(|family| proof.starts_with(mark(*family)))
}

/// Marks the proofs of thinking in a stream that goes to a client of another family; of each proof the first piece.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct ProofMarker {
    is_inside: bool,
}

impl ProofMarker {
    /// Takes the next event on its way.
    pub(crate) fn mark(&mut self, event: &mut Event, from: Family, to: Family) {
        let Event::Signature { text, .. } = event else {
            self.is_inside = false;
            return;
        };
        if !std::mem::replace(&mut self.is_inside, true) && !is_kin(from, to) {
            text.insert_str(0, mark(from));
        }
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
        let mut drops = Vec::new();
        if !are_siblings(from, to) {
            if self.rest.contains_key("functions") {
                drops.push("functions");
            }
            self.forget_fields(bridge(from, to), keeps_cache_marks(to));
        }
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

    fn forget_fields(&mut self, kept: &[&str], keeps_marks: bool) {
        self.rest.retain(|name, _| kept.contains(&name.as_str()));
        let forget = |rest: &mut Map<String, Value>| {
            rest.retain(|name, _| keeps_marks && name == CACHE_MARK);
        };
        for tool in &mut self.tools {
            match tool {
                Tool::Function { rest, .. } => forget(rest),
                Tool::Unknown { .. } => {}
            }
        }
        if let Input::Messages(messages) = &mut self.input {
            for message in messages {
                message
                    .parts
                    .iter_mut()
                    .for_each(|part| forget(&mut part.rest));
                let mark = message
                    .rest
                    .shift_remove(CACHE_MARK)
                    .filter(|_| keeps_marks);
                message.rest.clear();
                if let (Some(mark), Some(last)) = (mark, message.parts.last_mut()) {
                    last.rest.entry(CACHE_MARK).or_insert(mark);
                }
            }
        }
    }
}

fn count_parts(messages: &[Message]) -> usize {
    messages.iter().map(|message| message.parts.len()).sum()
}

fn cross_message(message: &mut Message, to: Family) {
    if message.role == Role::Assistant {
        let is_note = |part: &Part| matches!(part.kind, PartKind::Unknown { .. });
        message.parts.retain(|part| !is_note(part));
    }
    for part in &mut message.parts {
        if let PartKind::Reasoning { signature, .. } = &mut part.kind {
            *signature = signature.as_deref().and_then(|proof| unmarked(proof, to));
        }
    }
}

impl Reply {
    /// Takes out what only the family it came from can read. Proofs of thinking stay, marked: the client gives them back.
    pub fn cross(&mut self, from: Family, to: Family) {
        if is_kin(from, to) {
            return;
        }
        for part in self.choices.iter_mut().flat_map(|choice| &mut choice.parts) {
            if let PartKind::Reasoning {
                signature: Some(proof),
                ..
            } = &mut part.kind
            {
                proof.insert_str(0, mark(from));
            }
        }
        if answers_in_words_of(from, to) {
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
        is_kin(from, to) || answers_in_words_of(from, to) || !matches!(self, Self::Extra { .. })
    }
}
