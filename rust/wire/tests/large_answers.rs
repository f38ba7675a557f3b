//! Answers of a size at which they are read otherwise: events that repeat a long text, rankings too large to keep.

use serde_json::{Value, json};
use weirgate_wire::canon::{Event, StopReason};
use weirgate_wire::family::openai_responses::upstream_reply::Decoder;
use weirgate_wire::translate::reply;
use weirgate_wire::{Endpoint, Family, ReplySkimmer};

/// Larger than what is looked at in one go.
const LONG: usize = 100_000;

fn events(stream: &[Value]) -> Vec<Event> {
    let mut decoder = Decoder::new();
    let mut found = Vec::new();
    for event in stream {
        let text = format!("data: {event}\n\n");
        text.as_bytes()
            .chunks(4_096)
            .for_each(|piece| decoder.push(piece, &mut found));
    }
    decoder.finish(&mut found);
    found
}

fn text(found: &[Event]) -> String {
    let pieces = found.iter().filter_map(|event| match event {
        Event::Text { text, .. } | Event::ToolArguments { text, .. } => Some(text.as_str()),
        _ => None,
    });
    pieces.collect()
}

fn last(item: &Value) -> Value {
    json!({"type": "response.completed", "response": {"id": "resp_1", "model": "m", "status": "completed",
        "output": [item], "usage": {"input_tokens": 3, "output_tokens": 9}}})
}

#[test]
fn a_long_text_that_came_in_pieces_is_said_once() {
    let long = "line\n\u{e9}".repeat(LONG / 6);
    let part = json!({"type": "output_text", "text": long});
    let item = json!({"type": "message", "id": "msg_1", "content": [part]});
    let found = events(&[
        json!({"type": "response.output_text.delta", "output_index": 0, "delta": long}),
        json!({"type": "response.output_item.done", "output_index": 0, "item": item}),
        last(&item),
    ]);

    assert_eq!(text(&found), long);
    assert!(matches!(found.first(), Some(Event::Text { .. })));
    let start = found
        .iter()
        .any(|event| matches!(event, Event::Start { id, .. } if id == "resp_1"));
    let stop = found.iter().any(|event| {
        matches!(
            event,
            Event::Stop {
                reason: StopReason::Stop,
                ..
            }
        )
    });
    let usage = found
        .iter()
        .any(|event| matches!(event, Event::Usage(usage) if usage.completion == 9));
    assert!(start && stop && usage, "{:?}", found.len());
}

#[test]
fn a_long_text_that_comes_whole_is_not_lost() {
    let long = "x".repeat(LONG);
    let part = json!({"type": "output_text", "text": long});
    let message = json!({"type": "message", "id": "msg_1", "content": [part]});
    let arguments = json!({ "text": long }).to_string();
    let call = json!({"type": "function_call", "id": "fc_1", "call_id": "call_1", "name": "f", "arguments": arguments});
    let done = |item: &Value| json!({"type": "response.output_item.done", "output_index": 0, "item": item});

    assert_eq!(text(&events(&[done(&message), last(&message)])), long);
    assert_eq!(text(&events(&[last(&message)])), long);
    assert_eq!(text(&events(&[done(&call), last(&call)])), arguments);
}

#[test]
fn a_ranking_too_large_to_keep_says_what_it_cost() {
    let tokens = json!({"input_tokens": 214, "output_tokens": 2});
    let body = json!({"id": "a", "results": [], "meta": {"billed_units": {"search_units": 1}, "tokens": tokens}});
    let mut skimmer = ReplySkimmer::new();
    let body = body.to_string();
    body.as_bytes()
        .chunks(5)
        .for_each(|piece| skimmer.push(piece));

    let usage = skimmer.facts_for(Endpoint::Rerank).usage.expect("a usage");
    assert_eq!((usage.prompt, usage.completion), (214, 2));
}

#[test]
fn what_is_no_source_of_responses_is_left_out_of_its_annotations() {
    let sources = json!([
        {"type": "file", "file": {"name": "a.pdf"}},
        {"type": "url_citation", "url_citation": {"url": "https://example.com", "title": "t", "start_index": 0, "end_index": 1}},
    ]);
    let message = json!({"role": "assistant", "content": "x", "annotations": sources});
    let body = json!({"id": "a", "object": "chat.completion", "created": 1, "model": "m",
        "choices": [{"index": 0, "message": message, "finish_reason": "stop"}]});
    let body = body.to_string();

    let crossed = reply(
        Family::OpenaiChat,
        Endpoint::Responses,
        "m",
        body.as_bytes(),
    );
    let document: Value =
        serde_json::from_slice(&crossed.expect("it crosses").body).expect("it is JSON");
    let listed = document.pointer("/output/0/content/0/annotations");
    let kinds: Vec<_> = listed
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .map(|source| source.get("type").and_then(Value::as_str))
        .collect();
    assert_eq!(kinds, [Some("url_citation")]);
}
