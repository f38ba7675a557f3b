//! Gemini on both ends: what is read beside the bytes, the array form of a stream, and errors in Google's words.

use bytes::{Bytes, BytesMut};
use serde_json::{Value, json};
use weirgate_wire::canon::{ErrorBody, Usage};
use weirgate_wire::family::gemini::{ArrayStream, StreamForm};
use weirgate_wire::{
    Endpoint, ReplySkimmer, StreamOutcome, StreamTap, error_body, reply_facts, upstream_error,
};

const STREAM: &str = concat!(
    "data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"let me\",\"thought\":true}],\"role\":\"model\"},\"index\":0}],",
    "\"usageMetadata\":{\"promptTokenCount\":9,\"totalTokenCount\":9}}\r\n\r\n",
    "data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"Grüße\"}],\"role\":\"model\"},\"index\":0}],",
    "\"usageMetadata\":{\"trafficType\":\"ON_DEMAND\"}}\r\n\r\n",
    "data: {\"candidates\":[{\"content\":{\"parts\":[{\"functionCall\":{\"name\":\"f\",\"args\":{\"a\":1}}}]},",
    "\"finishReason\":\"STOP\",\"index\":0}],\"usageMetadata\":{\"promptTokenCount\":9,\"candidatesTokenCount\":4,",
    "\"thoughtsTokenCount\":30,\"toolUsePromptTokenCount\":2,\"cachedContentTokenCount\":8,\"totalTokenCount\":50,",
    "\"promptTokensDetails\":[{\"modality\":\"TEXT\",\"tokenCount\":4},{\"modality\":\"IMAGE\",\"tokenCount\":5}]}}\r\n\r\n",
);

fn usage() -> Usage {
    Usage {
        prompt: 11,
        completion: 34,
        cached_read: 8,
        reasoning: 30,
        image_in: 5,
        ..Usage::default()
    }
}

fn tap(pieces: &[&[u8]]) -> (Vec<u8>, StreamOutcome) {
    let mut tap = StreamTap::new(Endpoint::StreamGenerateContent, false);
    let mut out = Vec::new();
    for piece in pieces {
        tap.push(Bytes::copy_from_slice(piece), &mut out);
    }
    tap.finish(&mut out);
    (out.concat(), tap.outcome().clone())
}

#[test]
fn a_stream_passes_unchanged_and_its_counts_are_read() {
    let stream = STREAM.as_bytes();
    let (passed, outcome) = tap(&[stream]);
    assert_eq!(passed, stream);
    assert_eq!(outcome.usage, Some(usage()));
    assert!(outcome.finished && !outcome.done);
    assert_eq!((outcome.events, outcome.content_events), (3, 3));
    assert_eq!(outcome.output_bytes, (6 + 7 + 1 + 7) as u64);
    for at in 0..stream.len() {
        let (head, tail) = stream.split_at(at);
        assert_eq!(tap(&[head, tail]), (stream.to_vec(), outcome.clone()));
    }
}

#[test]
fn a_refused_prompt_ends_a_stream() {
    let (_, outcome) = tap(&[b"data: {\"promptFeedback\":{\"blockReason\":\"SAFETY\"},\"usageMetadata\":{\"promptTokenCount\":3}}\n\n"]);
    assert!(outcome.finished);
    assert_eq!(outcome.usage.map(|usage| usage.prompt), Some(3));
}

#[test]
fn only_itemised_counts_are_billed() {
    let body = br#"{"candidates":[],"usageMetadata":{"promptTokenCount":7,"totalTokenCount":8}}"#;
    let wanted = Usage {
        prompt: 7,
        ..Usage::default()
    };
    assert_eq!(
        reply_facts(Endpoint::GenerateContent, body).usage,
        Some(wanted)
    );
    let total_only = br#"{"usageMetadata":{"totalTokenCount":3512}}"#;
    assert_eq!(
        reply_facts(Endpoint::GenerateContent, total_only).usage,
        None
    );
}

#[test]
fn a_reply_too_large_to_keep_is_skimmed_for_the_same_facts() {
    let data = "A".repeat(300_000);
    let body = json!({
        "candidates": [{"content": {"parts": [{"inlineData": {"mimeType": "image/png", "data": data}}]}, "usageMetadata": {"promptTokenCount": 1}}],
        "usageMetadata": {"promptTokenCount": 11, "candidatesTokenCount": 4, "thoughtsTokenCount": 30,
            "cachedContentTokenCount": 8, "promptTokensDetails": [{"modality": "IMAGE", "tokenCount": 5}]},
    });
    let body = body.to_string();
    let facts = reply_facts(Endpoint::GenerateContent, body.as_bytes());
    assert_eq!(facts.usage, Some(usage()));
    for size in [1000, 4096, body.len()] {
        let mut skimmer = ReplySkimmer::new();
        body.as_bytes()
            .chunks(size)
            .for_each(|piece| skimmer.push(piece));
        assert_eq!(skimmer.facts(), facts);
    }
}

#[test]
fn a_client_that_asks_for_no_events_gets_one_array_piece_by_piece() {
    assert_eq!(
        StreamForm::of_query(Some("key=1&alt=sse")),
        StreamForm::Events
    );
    assert_eq!(StreamForm::of_query(None), StreamForm::Array);
    let wanted = STREAM
        .split("\r\n\r\n")
        .filter_map(|event| event.strip_prefix("data: "))
        .collect::<Vec<_>>()
        .join(",\r\n");
    let wanted = format!("[{wanted}]");
    for at in 0..STREAM.len() {
        let (head, tail) = STREAM.as_bytes().split_at(at);
        let mut array = ArrayStream::new();
        let mut out = BytesMut::new();
        array.push(head, &mut out);
        array.push(tail, &mut out);
        array.finish(true, &mut out);
        assert_eq!(out, wanted.as_bytes());
    }
    let documents: Vec<Value> = serde_json::from_str(&wanted).expect("is JSON");
    assert_eq!(documents.len(), 3);
    let mut out = BytesMut::new();
    ArrayStream::new().finish(true, &mut out);
    assert_eq!(out, &b"[]"[..]);
}

#[test]
fn errors_speak_googles_words() {
    let google = br#"{"error":{"code":429,"message":"quota","status":"RESOURCE_EXHAUSTED"}}"#;
    let document = |error: &ErrorBody| -> Value {
        serde_json::from_slice(&error_body(Some(Endpoint::GenerateContent), error))
            .expect("is JSON")
    };
    let passed = document(&upstream_error(429, google));
    let wanted: Value = serde_json::from_slice(google).expect("is JSON");
    assert_eq!(passed, wanted);
    let precondition =
        br#"{"error":{"code":400,"message":"no region","status":"FAILED_PRECONDITION"}}"#;
    let passed = document(&upstream_error(400, precondition));
    assert_eq!(passed["error"]["status"], json!("FAILED_PRECONDITION"));
    let words = [
        (400, "INVALID_ARGUMENT"),
        (401, "UNAUTHENTICATED"),
        (403, "PERMISSION_DENIED"),
        (404, "NOT_FOUND"),
        (500, "INTERNAL"),
        (503, "UNAVAILABLE"),
        (504, "DEADLINE_EXCEEDED"),
    ];
    for (status, word) in words {
        let own = upstream_error(status, b"<html>");
        let document = document(&own);
        assert_eq!(document["error"]["status"], json!(word));
        assert_eq!(document["error"]["code"], json!(status));
    }
}
