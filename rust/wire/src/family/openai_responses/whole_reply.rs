//! Whole replies, both ways: an upstream's to the hub, the hub's to a client. The two reply files hand them over here.
//! One answer each way: this family has no second one. What the provider's own tools report is left out.

use serde_json::{Map, Value, json};

use super::items;
use super::output::{Call, ContentPart, Head, Item, ItemBody, State, put, status, usage_value};
use super::types::ResponseBody;
use super::upstream_reply::{
    content_part as read_part, facts, failed_for_no_reason, image, nested_source, seconds,
    stop_reason,
};
use crate::canon::{
    Choice, DecodeError, EncodeError, Event, MediaSource, Part, PartKind, Question, Reply,
};

/// Reads a whole reply.
pub fn read_reply(body: &[u8]) -> Result<Reply, DecodeError> {
    let (usage, error) = facts(body).unwrap_or_default();
    if let Some(error) = error {
        return Err(DecodeError::Upstream(error));
    }
    let wire = serde_json::from_slice::<ResponseBody>(body)
        .map_err(|error| DecodeError::Unreadable(error.to_string()))?;
    if wire.status.as_deref() == Some("failed") {
        return Err(DecodeError::Upstream(failed_for_no_reason()));
    }
    let Some(output) = &wire.output else {
        return Err(DecodeError::Unreadable("output is missing".to_owned()));
    };
    let mut found = Found::default();
    for item in output {
        found.item(item);
    }
    let has_calls = found.has_calls();
    let choice = Choice {
        index: 0,
        parts: found.parts,
        stop: Some(stop_reason(&wire, has_calls)),
        logprobs: (!found.logprobs.is_empty()).then(|| json!({ "content": found.logprobs })),
        message_rest: found.message_rest,
        rest: Map::new(),
    };
    let tier = wire
        .rest
        .get("service_tier")
        .filter(|tier| tier.is_string());
    let tier = tier.map(|tier| ("service_tier".to_owned(), tier.clone()));
    Ok(Reply {
        id: wire.id.unwrap_or_default(),
        model: wire.model.unwrap_or_default(),
        created: seconds(wire.created_at.as_ref()),
        choices: vec![choice],
        usage,
        rest: tier.into_iter().collect(),
    })
}

/// What the items of a whole reply give.
#[derive(Default)]
struct Found {
    parts: Vec<Part>,
    logprobs: Vec<Value>,
    message_rest: Map<String, Value>,
}

impl Found {
    fn has_calls(&self) -> bool {
        let mut parts = self.parts.iter();
        parts.any(|part| matches!(part.kind, PartKind::ToolCall { .. }))
    }

    fn item(&mut self, item: &Value) {
        let Value::Object(fields) = item else {
            return;
        };
        let kind = fields.get("type").and_then(Value::as_str);
        match kind {
            Some("message") => self.message(fields),
            Some("reasoning") => {
                let part = items::reasoning(fields.clone());
                self.parts.push(Part::new(part.kind));
            }
            Some("function_call") => self.call(items::function_call(fields.clone())),
            Some("custom_tool_call") => self.call(items::custom_call(fields.clone())),
            Some("local_shell_call") => self.call(items::shell_call(fields.clone())),
            Some("image_generation_call") => {
                if let Some(Event::Media { mime, data, .. }) = image(fields) {
                    self.parts.push(Part::new(PartKind::Image {
                        source: MediaSource::Url(format!("data:{mime};base64,{data}")),
                        detail: None,
                    }));
                }
            }
            _ => {}
        }
    }

    fn call(&mut self, part: Part) {
        self.parts.push(Part::new(part.kind));
    }

    fn message(&mut self, fields: &Map<String, Value>) {
        let content = fields.get("content").and_then(Value::as_array);
        for value in content.into_iter().flatten() {
            self.parts.extend(read_part(value));
            let list = |name: &str| value.get(name).and_then(Value::as_array);
            self.logprobs
                .extend(list("logprobs").into_iter().flatten().cloned());
            let sources = list("annotations").into_iter().flatten();
            let sources: Vec<_> = sources.filter_map(nested_source).collect();
            if !sources.is_empty() {
                let known = self.message_rest.entry("annotations");
                if let Value::Array(known) = known.or_insert_with(|| json!([])) {
                    known.extend(sources);
                }
            }
        }
    }
}

/// The sources that this family describes. Vendors list others, such as a file of the question as they read it.
const SOURCES: [&str; 4] = [
    "url_citation",
    "file_citation",
    "container_file_citation",
    "file_path",
];

/// Returns a source in this family's form: chat keeps its fields one level down. None for what is no source here.
pub(super) fn annotation(value: &Value) -> Option<Value> {
    let kind = value.get("type").and_then(Value::as_str)?;
    if !SOURCES.contains(&kind) {
        return None;
    }
    let fields = match value.get(kind).and_then(Value::as_object) {
        Some(inner) => inner,
        None => value.as_object()?,
    };
    let mut flat = json!({"type": kind});
    for (name, field) in fields {
        put(&mut flat, name, field.clone());
    }
    Some(flat)
}

/// Writes a whole reply to a question.
pub fn write_reply(question: &Question, reply: &Reply) -> Result<Vec<u8>, EncodeError> {
    let head = Head::new(&reply.id, &reply.model, reply.created);
    let Some(choice) = reply.choices.first() else {
        return Err(EncodeError::Unsupported { field: "choices" });
    };
    let (word, reason) = status(choice.stop.as_ref());
    let items = items_of(choice, &head, question)?;
    let mut response = head.response(question, word);
    response.insert(
        "output".to_owned(),
        items.iter().map(Item::value).collect::<Value>(),
    );
    if let Some(reason) = reason {
        response.insert("incomplete_details".to_owned(), json!({"reason": reason}));
    }
    if let Some(usage) = &reply.usage {
        response.insert("usage".to_owned(), usage_value(usage));
    }
    Ok(Value::Object(response).to_string().into_bytes())
}

/// Returns an answer's items: texts that follow each other are one message, everything else stands alone.
fn items_of(choice: &Choice, head: &Head, question: &Question) -> Result<Vec<Item>, EncodeError> {
    let mut items: Vec<Item> = Vec::new();
    for part in &choice.parts {
        if let Some(text) = content_part(part)
            && let Some(Item {
                body: ItemBody::Message(parts),
                ..
            }) = items.last_mut()
        {
            parts.push(text);
            continue;
        }
        if let Some(body) = item_body(part, head, question, items.len())? {
            items.push(Item::new(body, head.stem(), items.len()));
        }
    }
    details(choice, &mut items);
    let is_cut = status(choice.stop.as_ref()).1.is_some();
    for item in &mut items {
        item.state = State::Complete;
    }
    if let Some(last) = items.last_mut().filter(|_| is_cut) {
        last.state = State::Cut;
    }
    Ok(items)
}

/// Puts sources and log probabilities, which the hub has beside the parts, to the first text.
fn details(choice: &Choice, items: &mut [Item]) {
    let text = items.iter_mut().find_map(|item| match &mut item.body {
        ItemBody::Message(parts) => parts.iter_mut().find(|part| !part.is_refusal),
        ItemBody::Reasoning { .. } | ItemBody::Call(_) | ItemBody::Image { .. } => None,
    });
    let Some(text) = text else {
        return;
    };
    let found = choice
        .message_rest
        .get("annotations")
        .and_then(Value::as_array);
    text.annotations
        .extend(found.into_iter().flatten().filter_map(annotation));
    let found = choice.logprobs.as_ref();
    let found = found.and_then(|found| found.get("content")?.as_array());
    text.logprobs.extend(found.into_iter().flatten().cloned());
}

fn content_part(part: &Part) -> Option<ContentPart> {
    let (text, is_refusal) = match &part.kind {
        PartKind::Text(text) => (text, false),
        PartKind::Refusal(text) => (text, true),
        PartKind::Reasoning { .. }
        | PartKind::Image { .. }
        | PartKind::Audio { .. }
        | PartKind::Video { .. }
        | PartKind::File { .. }
        | PartKind::ToolCall { .. }
        | PartKind::UnknownCall { .. }
        | PartKind::ToolResult { .. }
        | PartKind::Unknown { .. } => return None,
    };
    Some(ContentPart {
        is_refusal,
        text: text.as_str().into(),
        ..ContentPart::default()
    })
}

fn item_body(
    part: &Part,
    head: &Head,
    question: &Question,
    place: usize,
) -> Result<Option<ItemBody>, EncodeError> {
    let body = match &part.kind {
        PartKind::Text(_) | PartKind::Refusal(_) => {
            ItemBody::Message(content_part(part).into_iter().collect())
        }
        PartKind::Reasoning { text, signature } => ItemBody::Reasoning {
            text: text.clone(),
            signature: signature.clone().unwrap_or_default(),
        },
        PartKind::ToolCall {
            id,
            name,
            arguments,
        } => {
            let id = match id.as_str() {
                "" => format!("call_{}_{place}", head.stem()),
                given => given.to_owned(),
            };
            ItemBody::Call(Call::of(question, id, name, arguments.clone()))
        }
        PartKind::Image { source, .. } => {
            return Ok(inline_image(source));
        }
        PartKind::UnknownCall { .. } => {
            return Err(EncodeError::Unsupported {
                field: "tool_calls",
            });
        }
        // What only another family knows of its answer, and media without a word here.
        PartKind::Unknown { .. }
        | PartKind::Audio { .. }
        | PartKind::Video { .. }
        | PartKind::File { .. }
        | PartKind::ToolResult { .. } => return Ok(None),
    };
    Ok(Some(body))
}

fn inline_image(source: &MediaSource) -> Option<ItemBody> {
    let MediaSource::Url(url) = source else {
        return None;
    };
    let (format, data) = url.strip_prefix("data:image/")?.split_once(";base64,")?;
    Some(ItemBody::Image {
        data: data.to_owned(),
        format: format.to_owned(),
    })
}
