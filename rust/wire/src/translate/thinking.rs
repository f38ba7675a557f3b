//! Thinking as text between `<think>` marks, for clients that show no other kind of it.
//! A channel's wish (`thinking_to_content`); works on the hub's events and replies.

use crate::canon::{Event, Part, PartKind, Reply};

const OPEN: &str = "<think>\n";
const CLOSE: &str = "\n</think>\n";

/// Turns the thinking of a stream into text.
#[derive(Clone, Debug, Default)]
pub(super) struct ThinkingWrap {
    /// Answers whose mark is open.
    open: Vec<u32>,
}

impl ThinkingWrap {
    pub(super) fn apply(&mut self, events: &mut Vec<Event>) {
        let mut wrapped = Vec::with_capacity(events.len() + 1);
        for event in events.drain(..) {
            match event {
                Event::Reasoning { choice, text } => {
                    if !self.open.contains(&choice) {
                        self.open.push(choice);
                        wrapped.push(mark(choice, OPEN));
                    }
                    wrapped.push(Event::Text { choice, text });
                }
                // The proof of a thinking that is text now proves nothing.
                Event::Signature { .. } => {}
                other => {
                    if let Some(choice) = ends_thinking(&other) {
                        self.close(choice, &mut wrapped);
                    }
                    wrapped.push(other);
                }
            }
        }
        *events = wrapped;
    }

    fn close(&mut self, choice: u32, events: &mut Vec<Event>) {
        if let Some(place) = self.open.iter().position(|open| *open == choice) {
            self.open.swap_remove(place);
            events.push(mark(choice, CLOSE));
        }
    }
}

fn mark(choice: u32, text: &str) -> Event {
    let text = text.to_owned();
    Event::Text { choice, text }
}

const fn ends_thinking(event: &Event) -> Option<u32> {
    match event {
        Event::Text { choice, .. }
        | Event::Refusal { choice, .. }
        | Event::ToolStart { choice, .. }
        | Event::Media { choice, .. }
        | Event::Stop { choice, .. } => Some(*choice),
        _ => None,
    }
}

/// Turns the thinking of a whole reply into text.
pub(super) fn wrap_reply(reply: &mut Reply) {
    for choice in &mut reply.choices {
        let mut thought = String::new();
        choice.parts.retain(|part| match &part.kind {
            PartKind::Reasoning { text, .. } => {
                thought.push_str(text);
                false
            }
            _ => true,
        });
        if thought.is_empty() {
            continue;
        }
        let wrapped = format!("{OPEN}{thought}{CLOSE}");
        let first = choice
            .parts
            .iter_mut()
            .find_map(|part| match &mut part.kind {
                PartKind::Text(text) => Some(text),
                _ => None,
            });
        match first {
            Some(text) => text.insert_str(0, &wrapped),
            None => choice.parts.insert(0, Part::new(PartKind::Text(wrapped))),
        }
    }
}
