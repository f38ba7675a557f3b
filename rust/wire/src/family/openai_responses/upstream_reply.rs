//! Upstream bytes to the hub: streamed events and whole replies. Used when the client speaks another family.
//! Must give the same events however the bytes are cut, and hold one event at most. Dropped by rule: what the provider's own
//! tools report (searches, interpreters, remote tools) and the fields that repeat the request.

use serde_json::{Map, Number, Value, json};

use super::TEXT_ARGUMENT;
use super::items;
use super::output::CallKind;
use super::tap::read_reply as read_facts;
use super::types::{EventBody, EventOutline, ResponseBody};
pub use super::whole_reply::read_reply;
use crate::canon::{ErrorBody, Event, Part, PartKind, StopReason, Usage};
use crate::error_body::error_in_reply;
use crate::family::reading::TextSink;
use crate::framing::sse::SseParser;

/// How many items of one reply are told apart.
const MAX_ITEMS: usize = 4096;

/// Events of more bytes than this are looked at first: their end repeats all that was said.
const LARGE_BYTES: usize = 64 * 1024;

/// The media type of an image that does not say its own.
const IMAGE_FORMAT: &str = "png";

/// Turns a stream into events.
#[derive(Clone, Debug, Default)]
pub struct Decoder {
    parser: SseParser,
    stage: Stage,
    items: Vec<Seen>,
    /// How many tool calls began.
    calls: u32,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Stage {
    #[default]
    Waiting,
    Started,
    Ended,
}

/// What was read of one item.
#[derive(Clone, Copy, Debug)]
struct Seen {
    /// Its place in the answer.
    place: u64,
    /// The number of its call, if it is one.
    call: Option<(u32, CallKind)>,
    /// Whether a piece of its text came.
    has_text: bool,
    /// Which of the two forms of thinking came first; the other only repeats it.
    thinking: Option<Thinking>,
    /// The part of the summary that was written last.
    summary: u64,
    is_done: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Thinking {
    Whole,
    Summary,
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

    /// Ends the stream. Without a last event before, the end is not complete.
    pub fn finish(&mut self, events: &mut Vec<Event>) {
        let mut parser = std::mem::take(&mut self.parser);
        // A last event that broke off in the middle is no fault of its own: the end is not complete.
        parser.finish(&mut |event| {
            if event.data.starts_with(b"[DONE]") || facts(event.data).is_some() {
                self.read(event.data, events);
            }
        });
        self.end(false, events);
    }

    fn end(&mut self, is_complete: bool, events: &mut Vec<Event>) {
        if self.stage != Stage::Ended {
            self.stage = Stage::Ended;
            events.push(Event::End { is_complete });
        }
    }

    fn read(&mut self, data: &[u8], events: &mut Vec<Event>) {
        if self.stage == Stage::Ended {
            return;
        }
        if data.starts_with(b"[DONE]") {
            return self.end(true, events);
        }
        let parsed = if data.len() > LARGE_BYTES {
            self.large(data)
        } else {
            serde_json::from_slice(data)
        };
        let Ok(body) = parsed else {
            events.push(Event::Error(unreadable()));
            return;
        };
        if body.kind.is_empty() || body.kind == "error" || body.kind == "response.failed" {
            return self.failed(data, &body.kind, events);
        }
        if let Some(response) = &body.response {
            self.start(response, events);
        }
        match body.kind.as_str() {
            "response.output_item.added" => self.added(&body, events),
            "response.output_item.done" => self.done(body, events),
            "response.output_text.delta" => self.text(body, events),
            "response.refusal.delta" => self.refusal(&body, events),
            "response.reasoning_text.delta" => self.thought(&body, Thinking::Whole, events),
            "response.reasoning_summary_text.delta" => {
                self.thought(&body, Thinking::Summary, events);
            }
            "response.function_call_arguments.delta" | "response.custom_tool_call_input.delta" => {
                self.arguments(&body, events);
            }
            "response.output_text.annotation.added" => {
                events.extend(body.annotation.map(source_event));
            }
            "response.completed" | "response.incomplete" => {
                let (usage, _) = facts(data).unwrap_or_default();
                self.last(body, usage, events);
            }
            _ => {}
        }
    }

    /// Reads a large event, without the text in it if that has come in pieces.
    fn large(&self, data: &[u8]) -> serde_json::Result<EventBody> {
        let outline: EventOutline = serde_json::from_slice(data)?;
        if !self.repeats(&outline) {
            return serde_json::from_slice(data);
        }
        Ok(EventBody {
            kind: outline.kind,
            output_index: outline.output_index,
            response: outline.response.map(Into::into),
            ..EventBody::default()
        })
    }

    /// Whether all that an event says has been said.
    fn repeats(&self, event: &EventOutline) -> bool {
        match event.kind.as_str() {
            "response.completed" | "response.incomplete" => !self.items.is_empty(),
            "response.output_item.done" => {
                let place = event.output_index.unwrap_or(0);
                let seen = self.items.iter().rfind(|item| item.place == place);
                let kind = event.item.as_ref().map(|item| item.kind.as_str());
                seen.is_some_and(|seen| match kind {
                    Some("message") => seen.has_text,
                    Some("function_call") => seen.has_text && seen.call.is_some(),
                    _ => false,
                })
            }
            _ => false,
        }
    }

    fn start(&mut self, response: &ResponseBody, events: &mut Vec<Event>) {
        if self.stage != Stage::Waiting {
            return;
        }
        self.stage = Stage::Started;
        events.push(Event::Start {
            id: response.id.clone().unwrap_or_default(),
            model: response.model.clone().unwrap_or_default(),
            created: seconds(response.created_at.as_ref()),
        });
    }

    /// `error`, `response.failed`, and bare error objects that some servers send without a type.
    fn failed(&mut self, data: &[u8], kind: &str, events: &mut Vec<Event>) {
        let is_last = kind == "response.failed";
        let (usage, error) = facts(data).unwrap_or_default();
        events.extend(usage.map(Event::Usage));
        if error.is_some() || !kind.is_empty() {
            events.push(Event::Error(error.unwrap_or_else(failed_for_no_reason)));
        }
        if is_last {
            self.end(true, events);
        }
    }

    /// Returns what was read of the item at a place, from the newest back.
    fn item(&mut self, place: Option<u64>) -> Option<&mut Seen> {
        let place = place.unwrap_or(0);
        let known = self.items.iter().rposition(|item| item.place == place);
        let at = match known {
            Some(at) => at,
            None if self.items.len() < MAX_ITEMS => {
                self.items.push(Seen {
                    place,
                    call: None,
                    has_text: false,
                    thinking: None,
                    summary: 0,
                    is_done: false,
                });
                self.items.len().checked_sub(1)?
            }
            None => return None,
        };
        self.items.get_mut(at)
    }

    fn added(&mut self, body: &EventBody, events: &mut Vec<Event>) {
        let Some(Value::Object(fields)) = &body.item else {
            return;
        };
        self.begin(body.output_index, fields, events);
    }

    /// Begins a call, if the item is one and has not begun.
    fn begin(
        &mut self,
        place: Option<u64>,
        fields: &Map<String, Value>,
        events: &mut Vec<Event>,
    ) -> Option<(u32, CallKind)> {
        let number = self.calls;
        let seen = self.item(place)?;
        if seen.call.is_some() {
            return seen.call;
        }
        let kind = match fields.get("type").and_then(Value::as_str)? {
            "function_call" => CallKind::Function,
            "custom_tool_call" => CallKind::FreeText,
            "local_shell_call" => CallKind::LocalShell,
            _ => return None,
        };
        seen.call = Some((number, kind));
        self.calls = number.saturating_add(1);
        let text = |name: &str| fields.get(name).and_then(Value::as_str);
        let name = if kind == CallKind::LocalShell {
            super::LOCAL_SHELL
        } else {
            text("name").unwrap_or_default()
        };
        events.push(Event::ToolStart {
            choice: 0,
            call: number,
            id: text("call_id")
                .or_else(|| text("id"))
                .unwrap_or_default()
                .to_owned(),
            name: name.to_owned(),
        });
        Some((number, kind))
    }

    fn text(&mut self, body: EventBody, events: &mut Vec<Event>) {
        let text = delta(&body);
        if let Some(seen) = self.item(body.output_index) {
            seen.has_text = true;
        }
        if !text.is_empty() {
            events.push(Event::Text { choice: 0, text });
        }
        if let Some(found) = body.logprobs.filter(|found| !found.is_empty()) {
            let value = json!({ "content": found });
            events.push(Event::Logprobs { choice: 0, value });
        }
    }

    fn refusal(&mut self, body: &EventBody, events: &mut Vec<Event>) {
        let text = delta(body);
        if let Some(seen) = self.item(body.output_index) {
            seen.has_text = true;
        }
        events.push(Event::Refusal { choice: 0, text });
    }

    fn thought(&mut self, body: &EventBody, form: Thinking, events: &mut Vec<Event>) {
        let part = body.summary_index.or(body.content_index).unwrap_or(0);
        let Some(seen) = self.item(body.output_index) else {
            return;
        };
        if *seen.thinking.get_or_insert(form) != form {
            return;
        }
        let mut text = delta(body);
        if part > seen.summary && form == Thinking::Summary {
            text.insert_str(0, "\n\n");
        }
        seen.summary = part;
        if !text.is_empty() {
            events.push(Event::Reasoning { choice: 0, text });
        }
    }

    fn arguments(&mut self, body: &EventBody, events: &mut Vec<Event>) {
        let piece = delta(body);
        let Some(seen) = self.item(body.output_index) else {
            return;
        };
        let Some((call, kind)) = seen.call else {
            return;
        };
        let is_first = !std::mem::replace(&mut seen.has_text, true);
        let text = match kind {
            CallKind::FreeText if is_first => opening() + &escaped(&piece),
            CallKind::FreeText => escaped(&piece),
            CallKind::Function | CallKind::LocalShell | CallKind::ToolSearch => piece,
        };
        if !text.is_empty() {
            let choice = 0;
            events.push(Event::ToolArguments { choice, call, text });
        }
    }

    /// The whole item: what was not streamed of it is said now.
    fn done(&mut self, body: EventBody, events: &mut Vec<Event>) {
        let Some(Value::Object(fields)) = body.item else {
            return;
        };
        self.whole_item(body.output_index, fields, events);
    }

    fn whole_item(
        &mut self,
        place: Option<u64>,
        fields: Map<String, Value>,
        events: &mut Vec<Event>,
    ) {
        let call = self.begin(place, &fields, events);
        let Some(seen) = self.item(place) else {
            return;
        };
        if std::mem::replace(&mut seen.is_done, true) {
            return;
        }
        let (has_text, has_thinking) = (seen.has_text, seen.thinking.is_some());
        match (fields.get("type").and_then(Value::as_str), call) {
            (_, Some((call, kind))) => call_end(call, kind, has_text, fields, events),
            (Some("reasoning"), _) => {
                if let PartKind::Reasoning { text, signature } = items::reasoning(fields).kind {
                    if !has_thinking && !text.is_empty() {
                        events.push(Event::Reasoning { choice: 0, text });
                    }
                    events.extend(signature.map(|text| Event::Signature { choice: 0, text }));
                }
            }
            (Some("message"), _) if !has_text => {
                let content = fields.get("content").and_then(Value::as_array);
                for part in content.into_iter().flatten().filter_map(content_part) {
                    events.extend(part_event(part.kind));
                }
            }
            (Some("image_generation_call"), _) => events.extend(image(&fields)),
            _ => {}
        }
    }

    fn last(&mut self, body: EventBody, usage: Option<Usage>, events: &mut Vec<Event>) {
        let response = body.response.unwrap_or_default();
        if self.items.is_empty() {
            // Some servers send nothing but the last event.
            let output = response.output.clone().unwrap_or_default();
            for (place, item) in output.into_iter().enumerate().take(MAX_ITEMS) {
                if let Value::Object(fields) = item {
                    self.whole_item(u64::try_from(place).ok(), fields, events);
                }
            }
        }
        events.push(Event::Stop {
            choice: 0,
            reason: stop_reason(&response, self.calls > 0),
        });
        events.extend(usage.map(Event::Usage));
        self.end(true, events);
    }
}

fn delta(body: &EventBody) -> String {
    match &body.delta {
        Some(Value::String(text)) => text.clone(),
        _ => String::new(),
    }
}

/// What stands before and behind free text when it is wrapped.
fn opening() -> String {
    format!("{{\"{TEXT_ARGUMENT}\":\"")
}

/// Returns the text as it stands inside a JSON string.
fn escaped(text: &str) -> String {
    let quoted = Value::from(text).to_string();
    let inner = quoted
        .strip_prefix('"')
        .and_then(|text| text.strip_suffix('"'));
    inner.unwrap_or_default().to_owned()
}

fn call_end(
    call: u32,
    kind: CallKind,
    has_text: bool,
    fields: Map<String, Value>,
    events: &mut Vec<Event>,
) {
    let text = match (kind, has_text) {
        (CallKind::Function, true) => return,
        (CallKind::FreeText, true) => "\"}".to_owned(),
        (CallKind::LocalShell | CallKind::ToolSearch, true) => return,
        (_, false) => match call_part(kind, fields).kind {
            PartKind::ToolCall { arguments, .. } => arguments,
            _ => return,
        },
    };
    if !text.is_empty() {
        let choice = 0;
        events.push(Event::ToolArguments { choice, call, text });
    }
}

fn call_part(kind: CallKind, fields: Map<String, Value>) -> Part {
    match kind {
        CallKind::Function | CallKind::ToolSearch => items::function_call(fields),
        CallKind::FreeText => items::custom_call(fields),
        CallKind::LocalShell => items::shell_call(fields),
    }
}

pub(super) fn content_part(value: &Value) -> Option<Part> {
    let text = |name: &str| value.get(name).and_then(Value::as_str).map(str::to_owned);
    let kind = match value.get("type").and_then(Value::as_str)? {
        "output_text" | "text" => PartKind::Text(text("text")?),
        "refusal" => PartKind::Refusal(text("refusal")?),
        _ => return None,
    };
    Some(Part::new(kind))
}

fn part_event(kind: PartKind) -> Option<Event> {
    match kind {
        PartKind::Text(text) if !text.is_empty() => Some(Event::Text { choice: 0, text }),
        PartKind::Refusal(text) if !text.is_empty() => Some(Event::Refusal { choice: 0, text }),
        _ => None,
    }
}

pub(super) fn image(fields: &Map<String, Value>) -> Option<Event> {
    let data = fields.get("result").and_then(Value::as_str)?;
    let format = fields.get("output_format").and_then(Value::as_str);
    let format = format.unwrap_or(IMAGE_FORMAT);
    Some(Event::Media {
        choice: 0,
        mime: format!("image/{format}"),
        data: data.to_owned(),
    })
}

/// Sources of the text, one level down: `{"type":"url_citation","url_citation":{..}}`, as chat has them.
pub(super) fn nested_source(source: &Value) -> Option<Value> {
    let mut fields = source.as_object()?.clone();
    let kind = fields.shift_remove("type")?;
    let name = kind.as_str()?.to_owned();
    Some(json!({"type": kind, name: fields}))
}

fn source_event(source: Value) -> Event {
    let source = nested_source(&source).unwrap_or(source);
    let mut fields = Map::new();
    fields.insert("annotations".to_owned(), json!([source]));
    Event::Extra { choice: 0, fields }
}

pub(super) fn stop_reason(response: &ResponseBody, has_calls: bool) -> StopReason {
    let details = response.incomplete_details.as_ref();
    let reason = details.and_then(|details| details.reason.as_deref());
    match (response.status.as_deref(), reason) {
        (Some("incomplete"), Some("max_output_tokens") | None) => StopReason::Length,
        (Some("incomplete"), Some("content_filter")) => StopReason::ContentFilter,
        (Some("incomplete"), Some(other)) => StopReason::Other(other.to_owned()),
        _ if has_calls => StopReason::ToolCalls,
        _ => StopReason::Stop,
    }
}

struct Nowhere;

impl TextSink for Nowhere {
    fn wants_text(&self) -> bool {
        false
    }

    fn text(&mut self, _text: &str) {}
}

/// Returns usage and error of an event or a whole reply; `None` when it is not whole.
pub(super) fn facts(data: &[u8]) -> Option<(Option<Usage>, Option<ErrorBody>)> {
    let reading = read_facts(data, None, &mut Nowhere)?;
    let error = reading
        .error
        .and_then(|span| data.get(span))
        .and_then(error_in_reply);
    Some((reading.usage, error))
}

pub(super) fn seconds(created: Option<&Number>) -> i64 {
    let whole = created.and_then(Number::as_i64);
    let fraction = || {
        created
            .and_then(Number::as_f64)
            .map(|seconds| seconds as i64)
    };
    whole.or_else(fraction).unwrap_or(0)
}

fn error_of(message: &str, code: &'static str) -> ErrorBody {
    ErrorBody {
        status: 502,
        message: message.to_owned(),
        kind: "upstream_error".into(),
        code: Some(code.into()),
        param: None,
        wait_s: None,
    }
}

fn unreadable() -> ErrorBody {
    error_of(
        "upstream sent an event that is not valid JSON",
        "bad_response_body",
    )
}

pub(super) fn failed_for_no_reason() -> ErrorBody {
    error_of("upstream failed without a reason", "response_failed")
}
