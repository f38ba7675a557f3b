//! The hub to a client's bytes: events to the family's stream, whole replies to one body.
//! One content block is open at a time and indices have no gaps; what the hub gives in another order waits for its turn.

use bytes::{BufMut, BytesMut};
use serde_json::{Map, Value, json};

use super::blocks::{input_of, with_rest};
use super::stop_word;
use super::usage::usage_value;
use crate::canon::{Choice, EncodeError, Event, PartKind, Question, Reply, StopReason, Usage};
use crate::endpoint::{Endpoint, Family};
use crate::error_body::sse_error_event;
use crate::family::gemini::signature;

/// How many bytes of events wait for an open call to end, before it is ended for them.
const MAX_WAITING: usize = 4 * 1024 * 1024;

/// Turns events into the family's stream.
#[derive(Clone, Debug, Default)]
pub struct Encoder {
    id: String,
    model: String,
    stage: Stage,
    /// The open block; its index is the count of blocks before it.
    open: Option<Block>,
    index: u64,
    /// Events of other blocks, which came while a call was incomplete.
    waiting: Vec<Event>,
    waiting_bytes: usize,
    calls_tools: bool,
    refuses: bool,
    leaves_lone_proofs: bool,
    stop: Option<StopReason>,
    usage: Option<Usage>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Stage {
    #[default]
    Waiting,
    Started,
    Over,
}

/// The block that is open.
#[derive(Clone, Debug)]
enum Block {
    Text,
    Thinking,
    Call { call: u32, arguments: Nesting },
}

/// Follows JSON text in pieces, to see when its value is complete.
#[derive(Clone, Copy, Debug, Default)]
struct Nesting {
    depth: u32,
    is_begun: bool,
    in_string: bool,
    is_escaped: bool,
}

impl Nesting {
    fn push(&mut self, text: &str) {
        for byte in text.bytes() {
            if self.in_string {
                let ends = byte == b'"' && !self.is_escaped;
                self.is_escaped = byte == b'\\' && !self.is_escaped;
                self.in_string = !ends;
                continue;
            }
            match byte {
                b'"' => self.in_string = true,
                b'{' | b'[' => {
                    self.depth += 1;
                    self.is_begun = true;
                }
                b'}' | b']' => self.depth = self.depth.saturating_sub(1),
                _ => {}
            }
        }
    }

    const fn is_complete(self) -> bool {
        self.is_begun && self.depth == 0 && !self.in_string
    }
}

impl Encoder {
    /// Makes an encoder. Streams of this family always say their usage.
    pub fn new(_endpoint: Endpoint, _includes_usage: bool) -> Self {
        Self::default()
    }

    /// Tells the encoder what was asked.
    pub fn answer(&mut self, question: &Question) {
        self.leaves_lone_proofs = question.without_thinking;
    }

    /// Writes one event. An end that is not complete writes no `message_stop`, unless the answer itself had ended.
    pub fn push(&mut self, event: &Event, out: &mut BytesMut) {
        if self.stage == Stage::Over {
            return;
        }
        match event {
            Event::Start { id, model, .. } => {
                self.id.clone_from(id);
                self.model.clone_from(model);
                self.start(out);
            }
            Event::Usage(usage) => self.usage = Some(*usage),
            Event::Error(error) => {
                self.stage = Stage::Over;
                out.put_slice(&sse_error_event(Endpoint::Messages, error));
            }
            Event::Stop { choice: 0, reason } => {
                self.flush(out);
                self.stop = Some(reason.clone());
            }
            Event::End { is_complete } => self.end(*is_complete, out),
            // Neither has a place here; of several answers only the first has.
            Event::Logprobs { .. } | Event::Extra { .. } | Event::Stop { .. } => {}
            content => {
                if is_first_choice(content) {
                    self.take(content, out);
                }
            }
        }
    }

    /// Writes content, or keeps it while a call of another block is incomplete.
    fn take(&mut self, event: &Event, out: &mut BytesMut) {
        if self.must_wait(event) && self.waiting_bytes < MAX_WAITING {
            self.waiting_bytes += size_of_text(event);
            self.waiting.push(event.clone());
            return;
        }
        self.content(event, out);
        let is_complete =
            matches!(&self.open, Some(Block::Call { arguments, .. }) if arguments.is_complete());
        if is_complete && !self.waiting.is_empty() {
            self.waiting_bytes = 0;
            for event in std::mem::take(&mut self.waiting) {
                self.take(&event, out);
            }
        }
    }

    fn must_wait(&self, event: &Event) -> bool {
        let Some(Block::Call { call, arguments }) = &self.open else {
            return false;
        };
        let is_own = matches!(event, Event::ToolArguments { call: of, .. } if of == call);
        !is_own && !arguments.is_complete()
    }

    /// Ends open blocks and writes everything that waited.
    fn flush(&mut self, out: &mut BytesMut) {
        self.close(out);
        self.waiting_bytes = 0;
        while !self.waiting.is_empty() {
            for event in std::mem::take(&mut self.waiting) {
                self.take(&event, out);
            }
            self.close(out);
        }
    }

    fn content(&mut self, event: &Event, out: &mut BytesMut) {
        match event {
            Event::Text { text, .. } => self.text(text, out),
            Event::Refusal { text, .. } => {
                self.refuses = true;
                self.text(text, out);
            }
            Event::Reasoning { text, .. } => {
                self.thinking(out);
                self.delta("thinking_delta", "thinking", text, out);
            }
            Event::Signature { text, .. } => {
                let is_alone = !matches!(self.open, Some(Block::Thinking));
                if is_alone && self.leaves_lone_proofs && proves_call(text) {
                    return;
                }
                self.thinking(out);
                self.delta("signature_delta", "signature", text, out);
            }
            Event::Media { mime, data, .. } => self.text(&picture(mime, data), out),
            Event::ToolStart { call, id, name, .. } => self.call(*call, id, name, out),
            Event::ToolArguments { call, text, .. } => self.arguments(*call, text, out),
            _ => {}
        }
    }

    fn text(&mut self, text: &str, out: &mut BytesMut) {
        if !matches!(self.open, Some(Block::Text)) {
            self.begin(Block::Text, &json!({"type": "text", "text": ""}), out);
        }
        self.delta("text_delta", "text", text, out);
    }

    fn thinking(&mut self, out: &mut BytesMut) {
        if !matches!(self.open, Some(Block::Thinking)) {
            let block = json!({"type": "thinking", "thinking": "", "signature": ""});
            self.begin(Block::Thinking, &block, out);
        }
    }

    fn call(&mut self, call: u32, id: &str, name: &str, out: &mut BytesMut) {
        self.calls_tools = true;
        let block = json!({"type": "tool_use", "id": id, "name": name, "input": {}});
        let arguments = Nesting::default();
        self.begin(Block::Call { call, arguments }, &block, out);
    }

    /// Pieces of a call that is not open any more have no place; they come from servers whose JSON was already complete.
    fn arguments(&mut self, of: u32, text: &str, out: &mut BytesMut) {
        let Some(Block::Call { call, arguments }) = &mut self.open else {
            return;
        };
        if *call == of && !text.is_empty() {
            arguments.push(text);
            self.delta("input_json_delta", "partial_json", text, out);
        }
    }

    fn start(&mut self, out: &mut BytesMut) {
        if self.stage != Stage::Waiting {
            return;
        }
        self.stage = Stage::Started;
        // No estimate: clients take the larger of this and the final count.
        let usage = usage_value(&self.usage.unwrap_or_default());
        let message = json!({
            "id": self.id, "type": "message", "role": "assistant", "model": self.model, "content": [],
            "stop_reason": null, "stop_sequence": null, "usage": usage,
        });
        put_event(
            "message_start",
            &json!({"type": "message_start", "message": message}),
            out,
        );
    }

    fn begin(&mut self, block: Block, value: &Value, out: &mut BytesMut) {
        self.start(out);
        self.close(out);
        let kind = "content_block_start";
        let event = json!({"type": kind, "index": self.index, "content_block": value});
        put_event(kind, &event, out);
        self.open = Some(block);
    }

    fn close(&mut self, out: &mut BytesMut) {
        if self.open.take().is_some() {
            let kind = "content_block_stop";
            put_event(kind, &json!({"type": kind, "index": self.index}), out);
            self.index += 1;
        }
    }

    /// Written without a tree between, since most of a stream is this.
    fn delta(&self, kind: &str, field: &str, text: &str, out: &mut BytesMut) {
        out.put_slice(
            b"event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":",
        );
        out.put_slice(self.index.to_string().as_bytes());
        for piece in [",\"delta\":{\"type\":\"", kind, "\",\"", field, "\":"] {
            out.put_slice(piece.as_bytes());
        }
        out.put_slice(&crate::json::quoted(text));
        out.put_slice(b"}}\n\n");
    }

    fn end(&mut self, is_complete: bool, out: &mut BytesMut) {
        if !is_complete && self.stop.is_none() {
            self.stage = Stage::Over;
            return;
        }
        self.start(out);
        self.flush(out);
        self.stage = Stage::Over;
        let word = final_word(self.stop.as_ref(), self.calls_tools, self.refuses);
        let usage = usage_value(&self.usage.unwrap_or_default());
        let delta = json!({"stop_reason": word, "stop_sequence": null});
        let event = json!({"type": "message_delta", "delta": delta, "usage": usage});
        put_event("message_delta", &event, out);
        put_event("message_stop", &json!({"type": "message_stop"}), out);
    }
}

/// Says whether a proof stands with calls, not with thoughts: Gemini's. Its servers take calls without one, marked as such.
fn proves_call(proof: &str) -> bool {
    signature::ours(proof).is_some()
}

fn is_first_choice(event: &Event) -> bool {
    match event {
        Event::Text { choice, .. }
        | Event::Reasoning { choice, .. }
        | Event::Signature { choice, .. }
        | Event::Media { choice, .. }
        | Event::Refusal { choice, .. }
        | Event::ToolStart { choice, .. }
        | Event::ToolArguments { choice, .. } => *choice == 0,
        _ => false,
    }
}

fn size_of_text(event: &Event) -> usize {
    match event {
        Event::Text { text, .. }
        | Event::Reasoning { text, .. }
        | Event::Signature { text, .. }
        | Event::Refusal { text, .. }
        | Event::ToolArguments { text, .. } => text.len(),
        Event::Media { data, .. } => data.len(),
        _ => 64,
    }
}

fn final_word(stop: Option<&StopReason>, calls_tools: bool, refuses: bool) -> &'static str {
    match stop_word(stop, calls_tools) {
        "end_turn" if refuses => "refusal",
        word => word,
    }
}

/// The family's answers hold no media; readers of Markdown see the picture.
fn picture(mime: &str, data: &str) -> String {
    format!("![image](data:{mime};base64,{data})")
}

fn put_event(kind: &str, event: &Value, out: &mut BytesMut) {
    for piece in ["event: ", kind, "\ndata: "] {
        out.put_slice(piece.as_bytes());
    }
    out.put_slice(event.to_string().as_bytes());
    out.put_slice(b"\n\n");
}

/// Writes a whole reply: the first answer, since there is but one here.
pub fn write_reply(question: &Question, reply: &Reply) -> Result<Vec<u8>, EncodeError> {
    let Some(choice) = reply.choices.first() else {
        return Err(EncodeError::NotWritable(
            "the reply holds no answer".to_owned(),
        ));
    };
    let content: Vec<_> = choice
        .parts
        .iter()
        .filter(|part| !(question.without_thinking && is_lone_proof(&part.kind)))
        .filter_map(|part| reply_block(&part.kind, &part.rest))
        .collect();
    let has = |wanted: fn(&PartKind) -> bool| choice.parts.iter().any(|part| wanted(&part.kind));
    let calls_tools = has(|kind| matches!(kind, PartKind::ToolCall { .. }));
    let refuses = has(|kind| matches!(kind, PartKind::Refusal(_)));
    let mut body = json!({
        "id": reply.id, "type": "message", "role": "assistant", "model": reply.model, "content": content,
        "stop_reason": final_word(choice.stop.as_ref(), calls_tools, refuses),
        "stop_sequence": stop_sequence(choice),
        "usage": usage_value(&reply.usage.unwrap_or_default()),
    });
    if let Some(fields) = body.as_object_mut() {
        fields.extend(reply.rest.clone());
    }
    Ok(body.to_string().into_bytes())
}

fn is_lone_proof(kind: &PartKind) -> bool {
    let PartKind::Reasoning { text, signature } = kind else {
        return false;
    };
    text.is_empty() && signature.as_deref().is_none_or(proves_call)
}

fn stop_sequence(choice: &Choice) -> Value {
    choice
        .rest
        .get("stop_sequence")
        .cloned()
        .unwrap_or(Value::Null)
}

/// Returns an answer's block; nothing for empty texts and for what only other families know.
fn reply_block(kind: &PartKind, rest: &Map<String, Value>) -> Option<Value> {
    let block = match kind {
        PartKind::Text(text) | PartKind::Refusal(text) if text.is_empty() => return None,
        PartKind::Text(text) | PartKind::Refusal(text) => json!({"type": "text", "text": text}),
        PartKind::Reasoning { text, signature } => json!({
            "type": "thinking", "thinking": text, "signature": signature.as_deref().unwrap_or_default(),
        }),
        PartKind::ToolCall {
            id,
            name,
            arguments,
        } => json!({"type": "tool_use", "id": id, "name": name, "input": input_of(arguments)}),
        PartKind::Image {
            source: crate::canon::MediaSource::Url(url),
            ..
        } => json!({"type": "text", "text": format!("![image]({url})")}),
        PartKind::Unknown {
            family: Family::AnthropicMessages,
            value,
        } => value.clone(),
        _ => return None,
    };
    Some(with_rest(block, rest))
}
