//! One whole answer to a client's stream, for clients that asked for a stream and upstreams that give none.
//! The events come in the order in which a provider would have sent them.

use bytes::BytesMut;

use super::TranslateError;
use super::ends::Encoder;
use super::reply::{TranslatedReply, is_incomplete, read};
use super::thinking::wrap_reply;
use crate::canon::{Choice, Event, MediaSource, PartKind, Question, Reply, StopReason};
use crate::endpoint::{Endpoint, Family};

/// How the stream is to be written.
#[derive(Clone, Debug)]
pub struct Spreading<'a> {
    /// The client's endpoint.
    pub to: Endpoint,
    /// The name that the client asked for.
    pub model: &'a str,
    /// Whether the client asked for usage in the stream.
    pub includes_usage: bool,
}

/// Writes an answer as the stream that the client asked for.
pub fn spread(
    how: &Spreading<'_>,
    question: Question,
    from: Family,
    body: &[u8],
) -> Result<TranslatedReply, TranslateError> {
    let mut reply = read(from, body)?;
    how.model.clone_into(&mut reply.model);
    reply.cross(from, how.to.family());
    if question.wraps_thinking {
        wrap_reply(&mut reply);
    }
    let usage = reply.usage;
    let is_incomplete = is_incomplete(from, &reply);
    let mut encoder = Encoder::new(how.to, how.includes_usage).ok_or(TranslateError::NoWay)?;
    encoder.answer(question);
    let mut out = BytesMut::new();
    for event in events_of(reply) {
        encoder.push(&event, &mut out);
    }
    Ok(TranslatedReply {
        body: out.into(),
        usage,
        images: 0,
        is_incomplete,
    })
}

fn events_of(reply: Reply) -> Vec<Event> {
    let mut events = vec![Event::Start {
        id: reply.id,
        model: reply.model,
        created: reply.created,
    }];
    for choice in reply.choices {
        choice_events(choice, &mut events);
    }
    events.extend(reply.usage.map(Event::Usage));
    events.push(Event::End { is_complete: true });
    events
}

fn choice_events(body: Choice, events: &mut Vec<Event>) {
    let choice = body.index;
    let mut call = 0;
    for part in body.parts {
        call += u32::from(matches!(part.kind, PartKind::ToolCall { .. }));
        part_events(choice, call.saturating_sub(1), part.kind, events);
    }
    if !body.message_rest.is_empty() {
        let fields = body.message_rest;
        events.push(Event::Extra { choice, fields });
    }
    if let Some(value) = body.logprobs {
        events.push(Event::Logprobs { choice, value });
    }
    let reason = body.stop.unwrap_or(StopReason::Stop);
    events.push(Event::Stop { choice, reason });
}

fn part_events(choice: u32, call: u32, kind: PartKind, events: &mut Vec<Event>) {
    match kind {
        PartKind::Text(text) => events.push(Event::Text { choice, text }),
        PartKind::Reasoning { text, signature } => {
            events.push(Event::Reasoning { choice, text });
            events.extend(signature.map(|text| Event::Signature { choice, text }));
        }
        PartKind::Refusal(text) => events.push(Event::Refusal { choice, text }),
        PartKind::ToolCall {
            id,
            name,
            arguments: text,
        } => {
            events.push(Event::ToolStart {
                choice,
                call,
                id,
                name,
            });
            events.push(Event::ToolArguments { choice, call, text });
        }
        PartKind::Image {
            source: MediaSource::Url(url),
            ..
        } => events.extend(media_of(choice, &url)),
        PartKind::Image { .. }
        | PartKind::Audio { .. }
        | PartKind::Video { .. }
        | PartKind::File { .. }
        | PartKind::UnknownCall { .. }
        | PartKind::ToolResult { .. }
        | PartKind::Unknown { .. } => {}
    }
}

fn media_of(choice: u32, url: &str) -> Option<Event> {
    let (mime, data) = url.strip_prefix("data:")?.split_once(";base64,")?;
    Some(Event::Media {
        choice,
        mime: mime.to_owned(),
        data: data.to_owned(),
    })
}
