//! The events of output items: announced, filled piece by piece, ended. Between the encoder, which knows the answer as a whole,
//! and the client's bytes. Keeps every item, since the answer's last event repeats them; the encoder bounds how much.

use bytes::{BufMut, Bytes, BytesMut};
use serde_json::{Map, Value, json};

use super::kept::{Kept, Rope};
use super::output::{Call, CallKind, ContentPart, Item, ItemBody, State, put, summary_part};
use super::text_input::{TextInput, text_of};
use super::whole_reply::annotation;
use crate::canon::Question;

/// Writes items and numbers events.
#[derive(Clone, Debug, Default)]
pub(super) struct ItemEvents {
    /// What the items' ids carry of the answer's.
    pub(super) stem: String,
    pub(super) items: Vec<Item>,
    sequence: u64,
    /// Calls that are open: the hub's number, the item, and what undoes the wrapping of free text.
    calls: Vec<(u32, usize, TextInput)>,
    /// What goes out before the bytes that are written, when long texts are to be shared and not copied.
    pub(super) before: Option<Vec<Bytes>>,
}

impl ItemEvents {
    /// Writes one numbered event.
    pub(super) fn emit(&mut self, kind: &str, fields: Value, out: &mut BytesMut) {
        let mut event = Map::new();
        event.insert("type".to_owned(), json!(kind));
        event.insert("sequence_number".to_owned(), json!(self.sequence));
        if let Value::Object(fields) = fields {
            event.extend(fields);
        }
        self.sequence += 1;
        out.put_slice(b"event: ");
        out.put_slice(kind.as_bytes());
        out.put_slice(b"\ndata: ");
        out.put_slice(Value::Object(event).to_string().as_bytes());
        out.put_slice(b"\n\n");
    }

    /// Writes one numbered event whose last field is too long to be copied.
    pub(super) fn emit_long(
        &mut self,
        kind: &str,
        fields: &Map<String, Value>,
        last: &str,
        out: &mut BytesMut,
        write: impl FnOnce(&mut Rope<'_>),
    ) {
        let mut event = Map::new();
        event.insert("type".to_owned(), json!(kind));
        event.insert("sequence_number".to_owned(), json!(self.sequence));
        event.extend(fields.clone());
        self.sequence += 1;
        let before = self.before.get_or_insert_default();
        let mut rope = Rope { before, out };
        rope.word("event: ");
        rope.word(kind);
        rope.word("\ndata: ");
        rope.open(&Value::Object(event));
        rope.field(last);
        write(&mut rope);
        rope.word("}\n\n");
    }

    /// Whether long texts are shared, and this is one.
    fn shares(&self, text: &Kept) -> bool {
        self.before.is_some() && text.is_long()
    }

    /// Announces an item and returns its place.
    fn open(&mut self, body: ItemBody, out: &mut BytesMut) -> usize {
        let place = self.items.len();
        let item = Item::new(body, &self.stem, place);
        let value = item.value();
        self.items.push(item);
        let fields = json!({"output_index": place, "item": value});
        self.emit("response.output_item.added", fields, out);
        place
    }

    fn is_open(&self, place: usize) -> bool {
        let item = self.items.get(place);
        item.is_some_and(|item| item.state == State::Open)
    }

    /// Returns the place of the message being written, opening one if there is none.
    fn message(&mut self, out: &mut BytesMut) -> usize {
        let last = self.items.len().wrapping_sub(1);
        let is_message = matches!(
            self.items.last(),
            Some(Item {
                body: ItemBody::Message(_),
                state: State::Open,
                ..
            })
        );
        if is_message {
            return last;
        }
        self.close_all(false, out);
        self.open(ItemBody::Message(Vec::new()), out)
    }

    pub(super) fn text(&mut self, text: &str, is_refusal: bool, out: &mut BytesMut) {
        let place = self.message(out);
        self.part(place, is_refusal, out);
        let Some((at, part)) = self.current_part(place) else {
            return;
        };
        part.text.push(text);
        let mut fields = at;
        put(&mut fields, "delta", json!(text));
        if is_refusal {
            return self.emit("response.refusal.delta", fields, out);
        }
        put(&mut fields, "logprobs", json!([]));
        self.emit("response.output_text.delta", fields, out);
    }

    /// Returns where the last part of a message is, as its events say it, and the part.
    fn current_part(&mut self, place: usize) -> Option<(Value, &mut ContentPart)> {
        let item = self.items.get_mut(place)?;
        let id = item.id.clone();
        let ItemBody::Message(parts) = &mut item.body else {
            return None;
        };
        let index = parts.len().checked_sub(1)?;
        let at = json!({"item_id": id, "output_index": place, "content_index": index});
        Some((at, parts.last_mut()?))
    }

    /// Makes sure that the last part of the message is of this kind.
    fn part(&mut self, place: usize, is_refusal: bool, out: &mut BytesMut) {
        let last = self.current_part(place);
        if last.is_some_and(|(_, part)| part.is_refusal == is_refusal) {
            return;
        }
        self.close_part(place, out);
        let part = ContentPart {
            is_refusal,
            ..ContentPart::default()
        };
        let empty = part.value();
        if let Some(Item {
            body: ItemBody::Message(parts),
            ..
        }) = self.items.get_mut(place)
        {
            parts.push(part);
        }
        if let Some((mut fields, _)) = self.current_part(place) {
            put(&mut fields, "part", empty);
            self.emit("response.content_part.added", fields, out);
        }
    }

    fn close_part(&mut self, place: usize, out: &mut BytesMut) {
        let Some((at, part)) = self.current_part(place) else {
            return;
        };
        part.text.seal();
        let part = part.clone();
        if self.shares(&part.text) {
            return self.close_long_part(&at, &part, out);
        }
        let (mut fields, value, text) = (at.clone(), part.value(), part.text.value());
        let kind = if part.is_refusal {
            put(&mut fields, "refusal", text);
            "response.refusal.done"
        } else {
            put(&mut fields, "text", text);
            put(&mut fields, "logprobs", json!(part.logprobs));
            "response.output_text.done"
        };
        self.emit(kind, fields, out);
        let mut fields = at;
        put(&mut fields, "part", value);
        self.emit("response.content_part.done", fields, out);
    }

    fn close_long_part(&mut self, at: &Value, part: &ContentPart, out: &mut BytesMut) {
        let mut fields = at.as_object().cloned().unwrap_or_default();
        let (kind, name) = if part.is_refusal {
            ("response.refusal.done", "refusal")
        } else {
            fields.insert("logprobs".to_owned(), json!(part.logprobs));
            ("response.output_text.done", "text")
        };
        self.emit_long(kind, &fields, name, out, |rope| rope.text(&part.text));
        fields.remove("logprobs");
        let kind = "response.content_part.done";
        self.emit_long(kind, &fields, "part", out, |rope| part.write(rope));
    }

    /// Returns the place of the thinking being written, opening one if there is none.
    fn thinking(&mut self, out: &mut BytesMut) -> usize {
        if let Some(Item {
            body: ItemBody::Reasoning { .. },
            state: State::Open,
            ..
        }) = self.items.last()
        {
            return self.items.len().wrapping_sub(1);
        }
        self.close_all(false, out);
        let body = ItemBody::Reasoning {
            text: String::new(),
            signature: String::new(),
        };
        self.open(body, out)
    }

    /// Thinking goes out as a summary: the form that clients of this family show.
    pub(super) fn reasoning(&mut self, piece: &str, out: &mut BytesMut) {
        // A signature ends a block of thinking; what comes behind is another.
        if matches!(self.items.last(), Some(Item { body: ItemBody::Reasoning { signature, .. }, .. }) if !signature.is_empty())
        {
            self.close_all(false, out);
        }
        let place = self.thinking(out);
        let Some(item) = self.items.get_mut(place) else {
            return;
        };
        let at = json!({"item_id": item.id, "output_index": place, "summary_index": 0});
        let mut is_first = false;
        if let ItemBody::Reasoning { text, .. } = &mut item.body {
            is_first = text.is_empty();
            text.push_str(piece);
        }
        if is_first {
            let mut fields = at.clone();
            put(&mut fields, "part", summary_part(""));
            self.emit("response.reasoning_summary_part.added", fields, out);
        }
        let mut fields = at;
        put(&mut fields, "delta", json!(piece));
        self.emit("response.reasoning_summary_text.delta", fields, out);
    }

    pub(super) fn signature(&mut self, piece: &str, out: &mut BytesMut) {
        let place = self.thinking(out);
        if let Some(Item {
            body: ItemBody::Reasoning { signature, .. },
            ..
        }) = self.items.get_mut(place)
        {
            signature.push_str(piece);
        }
    }

    /// An image is the result of the family's own tool for images; other media have no word here.
    pub(super) fn media(&mut self, mime: &str, data: &str, out: &mut BytesMut) {
        let Some(format) = mime.strip_prefix("image/") else {
            return;
        };
        self.close_all(false, out);
        let body = ItemBody::Image {
            data: data.to_owned(),
            format: format.to_owned(),
        };
        let place = self.open(body, out);
        self.close(place, State::Complete, out);
    }

    pub(super) fn call(
        &mut self,
        number: u32,
        id: &str,
        name: &str,
        question: &Question,
        out: &mut BytesMut,
    ) {
        self.close_others(out);
        let place = self.items.len();
        let call_id = if id.is_empty() {
            format!("call_{}_{place}", self.stem)
        } else {
            id.to_owned()
        };
        let call = Call::of(question, call_id, name, String::new());
        let place = self.open(ItemBody::Call(call), out);
        self.calls.push((number, place, TextInput::default()));
    }

    pub(super) fn arguments(&mut self, number: u32, piece: &str, out: &mut BytesMut) {
        let open = self.calls.iter_mut().rfind(|(of, ..)| *of == number);
        let Some((_, place, input)) = open else {
            return;
        };
        let place = *place;
        let Some(item) = self.items.get_mut(place) else {
            return;
        };
        let ItemBody::Call(call) = &mut item.body else {
            return;
        };
        call.arguments.push_str(piece);
        let mut fields = json!({"item_id": item.id, "output_index": place});
        match call.kind {
            CallKind::Function => {
                put(&mut fields, "delta", json!(piece));
                self.emit("response.function_call_arguments.delta", fields, out);
            }
            CallKind::FreeText => {
                let text = input.push(piece);
                if !text.is_empty() {
                    put(&mut fields, "delta", json!(text));
                    self.emit("response.custom_tool_call_input.delta", fields, out);
                }
            }
            CallKind::LocalShell | CallKind::ToolSearch => {}
        }
    }

    /// Log probabilities come behind the text that they are of: they go out with an empty piece of text.
    pub(super) fn logprobs(&mut self, value: &Value, out: &mut BytesMut) {
        let Some(found) = value.get("content").and_then(Value::as_array) else {
            return;
        };
        let Some(place) = self.items.len().checked_sub(1) else {
            return;
        };
        if !self.is_open(place) {
            return;
        }
        let Some((mut fields, part)) = self.current_part(place) else {
            return;
        };
        part.logprobs.extend(found.iter().cloned());
        put(&mut fields, "delta", json!(""));
        put(&mut fields, "logprobs", json!(found));
        self.emit("response.output_text.delta", fields, out);
    }

    /// Sources that the text names; other fields that only the upstream's family knows are left out.
    pub(super) fn extra(&mut self, fields: &Map<String, Value>, out: &mut BytesMut) {
        let found = fields.get("annotations").and_then(Value::as_array);
        for source in found.into_iter().flatten().filter_map(annotation) {
            let place = self.message(out);
            self.part(place, false, out);
            let Some((mut fields, part)) = self.current_part(place) else {
                return;
            };
            put(
                &mut fields,
                "annotation_index",
                json!(part.annotations.len()),
            );
            put(&mut fields, "annotation", source.clone());
            part.annotations.push(source);
            self.emit("response.output_text.annotation.added", fields, out);
        }
    }

    /// Ends open items that are no calls: several calls may be open at once.
    fn close_others(&mut self, out: &mut BytesMut) {
        for place in 0..self.items.len() {
            let is_call = self.calls.iter().any(|(_, of, _)| *of == place);
            if !is_call && self.is_open(place) {
                self.close(place, State::Complete, out);
            }
        }
    }

    /// Ends everything that is open; of an answer that was cut, the last item is cut too.
    pub(super) fn close_all(&mut self, is_cut: bool, out: &mut BytesMut) {
        let last = self.items.len().wrapping_sub(1);
        for place in 0..self.items.len() {
            let state = if is_cut && place == last {
                State::Cut
            } else {
                State::Complete
            };
            if self.is_open(place) {
                self.close(place, state, out);
            }
        }
        self.calls.clear();
    }

    /// Marks what is open as cut, without a word to the client.
    pub(super) fn cut_open(&mut self) {
        let open = self
            .items
            .iter_mut()
            .filter(|item| item.state == State::Open);
        open.for_each(|item| item.state = State::Cut);
    }

    fn close(&mut self, place: usize, state: State, out: &mut BytesMut) {
        self.close_part(place, out);
        self.close_inside(place, out);
        let Some(item) = self.items.get_mut(place) else {
            return;
        };
        item.state = state;
        let kind = "response.output_item.done";
        if self.before.is_some() && item.is_long() {
            let item = item.clone();
            let fields = Map::from_iter([("output_index".to_owned(), json!(place))]);
            return self.emit_long(kind, &fields, "item", out, |rope| item.write(rope));
        }
        let fields = json!({"output_index": place, "item": item.value()});
        self.emit(kind, fields, out);
    }

    /// Writes what ends the inside of thinking, a call or an image.
    fn close_inside(&mut self, place: usize, out: &mut BytesMut) {
        let Some(item) = self.items.get(place) else {
            return;
        };
        let mut fields = json!({"item_id": item.id, "output_index": place});
        match &item.body {
            ItemBody::Message(_) => {}
            ItemBody::Reasoning { text, .. } if text.is_empty() => {}
            ItemBody::Reasoning { text, .. } => {
                let part = summary_part(text);
                put(&mut fields, "summary_index", json!(0));
                let mut done = fields.clone();
                put(&mut done, "text", json!(text));
                self.emit("response.reasoning_summary_text.done", done, out);
                put(&mut fields, "part", part);
                self.emit("response.reasoning_summary_part.done", fields, out);
            }
            ItemBody::Call(call) => {
                let call = call.clone();
                self.close_call(place, &call, fields, out);
            }
            ItemBody::Image { .. } => {
                for step in ["in_progress", "generating", "completed"] {
                    let kind = format!("response.image_generation_call.{step}");
                    self.emit(&kind, fields.clone(), out);
                }
            }
        }
    }

    fn close_call(&mut self, place: usize, call: &Call, mut fields: Value, out: &mut BytesMut) {
        match call.kind {
            CallKind::Function => {
                put(&mut fields, "name", json!(call.name));
                put(&mut fields, "arguments", json!(call.arguments));
                self.emit("response.function_call_arguments.done", fields, out);
            }
            CallKind::FreeText => {
                let open = self.calls.iter_mut().find(|(_, of, _)| *of == place);
                let rest = open.map(|(_, _, input)| input.finish()).unwrap_or_default();
                if !rest.is_empty() {
                    let mut delta = fields.clone();
                    put(&mut delta, "delta", json!(rest));
                    self.emit("response.custom_tool_call_input.delta", delta, out);
                }
                let text = text_of(&call.arguments);
                put(&mut fields, "input", json!(text));
                self.emit("response.custom_tool_call_input.done", fields, out);
            }
            CallKind::LocalShell | CallKind::ToolSearch => {}
        }
    }
}
