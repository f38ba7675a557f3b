//! Upstream bytes to the hub: streamed events and whole replies.
//! Must give the same events however the bytes are cut, and hold one event (and one call's pieces) at most.

use serde_json::{Map, Value};

use super::contents::{code, push_proof, push_simple};
use super::logprobs;
use super::partial::Gathered;
use super::signature::mark;
use super::tap::read_reply as read_facts;
use super::types::{CallBody, CandidateBody, FeedbackBody, PartBody, ReplyBody};
use super::{call_id, stop_reason};
use crate::canon::{
    Choice, DecodeError, ErrorBody, Event, MediaSource, Part, PartKind, Reply, StopReason, Usage,
};
use crate::error_body::error_in_reply;
use crate::family::reading::TextSink;
use crate::framing::sse::SseParser;

/// The most answers of one reply whose calls are told apart.
const MAX_CHOICES: usize = 1024;

/// Turns a stream into events.
#[derive(Clone, Debug, Default)]
pub struct Decoder {
    parser: SseParser,
    has_started: bool,
    has_ended: bool,
    has_stopped: bool,
    id: String,
    usage: Option<Usage>,
    choices: Vec<ChoiceState>,
}

/// What is kept of one answer.
#[derive(Clone, Debug, Default)]
struct ChoiceState {
    index: u32,
    calls: u32,
    gathered: Option<Gathered>,
}

impl Decoder {
    /// Makes a decoder at the start of a stream.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the next bytes and appends what they say.
    pub fn push(&mut self, chunk: &[u8], events: &mut Vec<Event>) {
        let mut parser = std::mem::take(&mut self.parser);
        parser.push(chunk, &mut |event| self.read(event.data, events));
        self.parser = parser;
    }

    /// Ends the stream. The family has no end mark: it is complete when an answer has ended.
    pub fn finish(&mut self, events: &mut Vec<Event>) {
        let mut parser = std::mem::take(&mut self.parser);
        // A last event that broke off in the middle is no fault of its own: the end is not complete.
        parser.finish(&mut |event| {
            if serde_json::from_slice::<serde::de::IgnoredAny>(event.data).is_ok() {
                self.read(event.data, events);
            }
        });
        if !self.has_ended {
            self.has_ended = true;
            let is_complete = self.has_stopped;
            events.push(Event::End { is_complete });
        }
    }

    fn read(&mut self, data: &[u8], events: &mut Vec<Event>) {
        if self.has_ended || data.starts_with(b"[DONE]") {
            return;
        }
        let Ok(body) = serde_json::from_slice::<ReplyBody>(data) else {
            events.push(Event::Error(unreadable()));
            return;
        };
        let (usage, error) = facts(data, self.usage.as_ref());
        if let Some(error) = error {
            events.push(Event::Error(error));
            return;
        }
        if !self.has_started {
            self.has_started = true;
            self.id = body.response_id.clone().unwrap_or_default();
            events.push(Event::Start {
                id: self.id.clone(),
                model: body.model_version.clone().unwrap_or_default(),
                created: 0,
            });
        }
        let candidates = body.candidates.unwrap_or_default();
        let refusal = body.prompt_feedback.and_then(blocked);
        if let Some(error) = refusal.filter(|_| candidates.is_empty()) {
            events.push(Event::Error(error));
        }
        for candidate in candidates {
            self.candidate(candidate, events);
        }
        if usage.is_some() {
            self.usage = usage;
            events.extend(usage.map(Event::Usage));
        }
    }

    fn candidate(&mut self, body: CandidateBody, events: &mut Vec<Event>) {
        let choice = body.index.unwrap_or(0);
        let known = self.choices.iter().position(|state| state.index == choice);
        let place = known.unwrap_or_else(|| {
            if self.choices.len() < MAX_CHOICES {
                self.choices.push(ChoiceState {
                    index: choice,
                    ..ChoiceState::default()
                });
            }
            self.choices.len() - 1
        });
        let Some(state) = self.choices.get_mut(place) else {
            return;
        };
        let content = body.content.unwrap_or_default();
        for part in content.parts.unwrap_or_default() {
            state.part(part, &self.id, events);
        }
        if let Some(value) = body.logprobs_result.as_ref().and_then(logprobs::to_chat) {
            events.push(Event::Logprobs { choice, value });
        }
        let fields = without_nulls(body.rest);
        if !fields.is_empty() {
            events.push(Event::Extra { choice, fields });
        }
        if let Some(word) = body.finish_reason {
            state.end_call(&self.id, events);
            let reason = reason(&word, state.calls > 0);
            events.push(Event::Stop { choice, reason });
            self.has_stopped = true;
        }
    }
}

impl ChoiceState {
    fn part(&mut self, mut part: PartBody, reply_id: &str, events: &mut Vec<Event>) {
        if let Some(call) = part.function_call.take() {
            self.call(call, part.thought_signature, reply_id, events);
            return;
        }
        let choice = self.index;
        let mut parts = Vec::new();
        push_simple(part, &mut parts);
        for part in parts {
            match part.kind {
                PartKind::Text(text) if !text.is_empty() => {
                    events.push(Event::Text { choice, text });
                }
                PartKind::Reasoning { text, signature } => {
                    if !text.is_empty() {
                        events.push(Event::Reasoning { choice, text });
                    }
                    events.extend(signature.map(|text| Event::Signature { choice, text }));
                }
                PartKind::Unknown {
                    value: Value::Object(fields),
                    ..
                } => {
                    if !fields.is_empty() {
                        events.push(Event::Extra { choice, fields });
                    }
                }
                kind => {
                    let media = media_event(choice, kind);
                    events.extend(media);
                }
            }
        }
    }

    /// A call comes whole, or in pieces: a name first, then values at paths, and at last a call that says nothing more.
    fn call(
        &mut self,
        call: CallBody,
        proof: Option<String>,
        reply_id: &str,
        events: &mut Vec<Event>,
    ) {
        let name = call.name.filter(|name| !name.is_empty());
        if let Some(name) = name {
            self.end_call(reply_id, events);
            self.gathered = Some(Gathered::new(call.id, name, proof));
        }
        let Some(gathered) = &mut self.gathered else {
            return;
        };
        if let Some(arguments) = call.args.filter(Value::is_object) {
            gathered.set(arguments);
        }
        for piece in call.partial_args.into_iter().flatten() {
            gathered.add(piece);
        }
        if call.will_continue != Some(true) {
            self.end_call(reply_id, events);
        }
    }

    fn end_call(&mut self, reply_id: &str, events: &mut Vec<Event>) {
        let Some(gathered) = self.gathered.take() else {
            return;
        };
        let (choice, call) = (self.index, self.calls);
        self.calls = self.calls.saturating_add(1);
        let proof = gathered.proof.as_deref().filter(|proof| !proof.is_empty());
        events.extend(proof.map(|proof| Event::Signature {
            choice,
            text: mark(proof),
        }));
        let text = gathered.arguments().to_string();
        let said = gathered.id.filter(|id| !id.is_empty());
        let id = said.unwrap_or_else(|| call_id(reply_id, choice, call, &text));
        events.push(Event::ToolStart {
            choice,
            call,
            id,
            name: gathered.name,
        });
        events.push(Event::ToolArguments { choice, call, text });
    }
}

fn reason(word: &str, has_calls: bool) -> StopReason {
    match stop_reason(word) {
        StopReason::Stop if has_calls => StopReason::ToolCalls,
        reason => reason,
    }
}

fn media_event(choice: u32, kind: PartKind) -> Option<Event> {
    let (mime, data) = match kind {
        PartKind::Audio { data, format } => (format!("audio/{format}"), data),
        PartKind::Image {
            source: MediaSource::Url(url),
            ..
        }
        | PartKind::Video {
            source: MediaSource::Url(url),
        }
        | PartKind::File {
            source: MediaSource::Url(url),
            ..
        } => {
            let (head, data) = url.strip_prefix("data:")?.split_once(";base64,")?;
            (head.to_owned(), data.to_owned())
        }
        _ => return None,
    };
    Some(Event::Media { choice, mime, data })
}

fn without_nulls(fields: Map<String, Value>) -> Map<String, Value> {
    fields
        .into_iter()
        .filter(|(_, value)| !value.is_null())
        .collect()
}

/// A prompt that a filter refused: the request is at fault, not the provider.
fn blocked(feedback: FeedbackBody) -> Option<ErrorBody> {
    let reason = feedback.block_reason?;
    let said = feedback.block_reason_message;
    let message = said.unwrap_or_else(|| format!("prompt was blocked by the provider: {reason}"));
    Some(ErrorBody {
        status: 400,
        message,
        kind: "invalid_request_error".into(),
        code: Some("prompt_blocked".into()),
        param: None,
        wait_s: None,
    })
}

struct Nowhere;

impl TextSink for Nowhere {
    fn wants_text(&self) -> bool {
        false
    }

    fn text(&mut self, _text: &str) {}
}

fn facts(data: &[u8], so_far: Option<&Usage>) -> (Option<Usage>, Option<ErrorBody>) {
    let Some(reading) = read_facts(data, so_far, &mut Nowhere) else {
        return (None, None);
    };
    let error = reading
        .error
        .and_then(|span| data.get(span))
        .and_then(error_in_reply);
    (reading.usage, error)
}

fn unreadable() -> ErrorBody {
    ErrorBody {
        status: 502,
        message: "upstream sent a chunk that is not valid JSON".to_owned(),
        kind: "upstream_error".into(),
        code: Some("bad_response_body".into()),
        param: None,
        wait_s: None,
    }
}

/// Reads a whole reply.
pub fn read_reply(body: &[u8]) -> Result<Reply, DecodeError> {
    let (usage, error) = facts(body, None);
    if let Some(error) = error {
        return Err(DecodeError::Upstream(error));
    }
    let wire = serde_json::from_slice::<ReplyBody>(body)
        .map_err(|error| DecodeError::Unreadable(error.to_string()))?;
    let candidates = wire.candidates.unwrap_or_default();
    if candidates.is_empty() {
        let refusal = wire.prompt_feedback.and_then(blocked);
        return Err(refusal.map_or_else(
            || DecodeError::Unreadable("candidates are missing".to_owned()),
            DecodeError::Upstream,
        ));
    }
    let id = wire.response_id.unwrap_or_default();
    let choices = candidates.into_iter().enumerate();
    let choices = choices.map(|(at, candidate)| whole_choice(candidate, at as u32, &id));
    Ok(Reply {
        choices: choices.collect(),
        id,
        model: wire.model_version.unwrap_or_default(),
        created: 0,
        usage,
        rest: wire.rest,
    })
}

fn whole_choice(body: CandidateBody, place: u32, reply_id: &str) -> Choice {
    let index = body.index.unwrap_or(place);
    let mut parts = Vec::new();
    let mut calls = 0;
    let content = body.content.unwrap_or_default();
    for mut part in content.parts.unwrap_or_default() {
        let Some(call) = part.function_call.take() else {
            push_simple(part, &mut parts);
            continue;
        };
        push_proof(part.thought_signature, &mut parts);
        let arguments = call.args.unwrap_or_else(|| Map::new().into()).to_string();
        let said = call.id.filter(|id| !id.is_empty());
        let kind = PartKind::ToolCall {
            id: said.unwrap_or_else(|| call_id(reply_id, index, calls, &arguments)),
            name: call.name.unwrap_or_default(),
            arguments,
        };
        calls += 1;
        parts.push(Part {
            kind,
            rest: part.rest,
        });
    }
    Choice {
        index,
        parts: joined(parts),
        stop: body
            .finish_reason
            .as_deref()
            .map(|word| reason(word, calls > 0)),
        logprobs: body.logprobs_result.as_ref().and_then(logprobs::to_chat),
        message_rest: Map::new(),
        rest: body.rest,
    }
}

/// Joins texts that follow each other, without anything between: they are pieces of one text.
fn joined(parts: Vec<Part>) -> Vec<Part> {
    let mut joined: Vec<Part> = Vec::new();
    for part in parts {
        if let PartKind::Text(more) = &part.kind
            && code(&part.rest).is_none()
            && let Some(Part {
                kind: PartKind::Text(text),
                rest,
            }) = joined.last_mut()
            && rest.is_empty()
        {
            text.push_str(more);
            continue;
        }
        joined.push(part);
    }
    joined
}
