//! Calls of a provider's own tools are counted where they ran, once, in streams and whole answers alike.

use bytes::Bytes;
use serde_json::{Value, json};
use weirgate_wire::canon::{DrawnImages, ToolCalls};
use weirgate_wire::translate::StreamTranslator;
use weirgate_wire::{Endpoint, Family, ReplySkimmer, StreamOutcome, StreamTap, reply_facts};

/// More than what a tap keeps of an event.
const LARGE: usize = 200_000;

fn search(status: &str, action: &str) -> Value {
    json!({"type": "web_search_call", "id": "ws_1", "status": status, "action": {"type": action, "query": "q"}})
}

fn drawn(quality: &str, size: &str, bytes: usize) -> Value {
    let picture = "iVBOR\\/w0KGgo".repeat(bytes / 12);
    json!({"type": "image_generation_call", "id": "ig_1", "status": "completed", "action": "generate",
        "result": picture, "quality": quality, "size": size})
}

fn items(bytes: usize) -> Vec<Value> {
    vec![
        search("completed", "search"),
        search("completed", "open_page"),
        search("failed", "search"),
        search("completed", "search"),
        json!({"type": "file_search_call", "id": "fs_1", "status": "completed", "queries": ["a", "b"], "results": null}),
        json!({"type": "code_interpreter_call", "status": "completed", "code": "print(1)", "container_id": "c"}),
        drawn("low", "1024x1536", bytes),
        drawn("high", "1024x1024", bytes),
        json!({"type": "message", "status": "completed", "content": [{"type": "output_text", "text": "found \"it\" \\ é"}]}),
    ]
}

fn counted() -> ToolCalls {
    ToolCalls {
        web_search: 2,
        file_search: 1,
        code_interpreter: 1,
        images: DrawnImages {
            low_oblong: 1,
            high: 1,
            ..DrawnImages::default()
        },
        ..ToolCalls::default()
    }
}

fn whole(bytes: usize) -> Value {
    json!({"id": "resp_1", "object": "response", "status": "completed", "output": items(bytes),
        "tools": [{"type": "web_search"}, {"type": "file_search", "vector_store_ids": ["v"]}],
        "usage": {"input_tokens": 30, "output_tokens": 9}})
}

fn stream(bytes: usize) -> Vec<u8> {
    let mut events = vec![json!({"type": "response.created", "response":
        {"id": "resp_1", "output": [], "tools": [{"type": "web_search"}], "usage": null}})];
    for (index, item) in items(bytes).iter().enumerate() {
        events.push(
            json!({"type": "response.output_item.added", "output_index": index, "item": item}),
        );
        events.push(
            json!({"type": "response.output_item.done", "output_index": index, "item": item}),
        );
    }
    events.push(json!({"type": "response.completed", "response": whole(bytes)}));
    let lines = events.iter().map(|event| format!("data: {event}\n\n"));
    lines.collect::<String>().into_bytes()
}

fn tap(endpoint: Endpoint, stream: &[u8], piece: usize) -> StreamOutcome {
    let mut tap = StreamTap::new(endpoint, false);
    let mut out = Vec::new();
    for part in stream.chunks(piece) {
        tap.push(Bytes::copy_from_slice(part), &mut out);
    }
    tap.finish(&mut out);
    tap.outcome().clone()
}

#[test]
fn a_whole_answers_calls_count_where_they_ran_to_their_end() {
    let facts = reply_facts(Endpoint::Responses, whole(24).to_string().as_bytes());
    assert_eq!(facts.tools, counted());
    assert_eq!(facts.usage.unwrap().tools, counted());
}

#[test]
fn an_answer_too_large_to_keep_counts_the_same() {
    for bytes in [24, LARGE] {
        let body = whole(bytes).to_string();
        for piece in [1, 7, 61, 4_096] {
            let mut skimmer = ReplySkimmer::new();
            body.as_bytes()
                .chunks(piece)
                .for_each(|piece| skimmer.push(piece));
            let facts = skimmer.facts_for(Endpoint::Responses);
            assert_eq!(facts, reply_facts(Endpoint::Responses, body.as_bytes()));
            assert_eq!(facts.tools, counted(), "{bytes} bytes in pieces of {piece}");
        }
    }
}

#[test]
fn an_escape_where_a_long_text_is_cut_ends_no_item() {
    for before in 30..52 {
        for escape in ["\n", "\"", "\\", "\u{1}", "\u{1f600}"] {
            let code = format!("{}{escape} and more", "x".repeat(before));
            let item =
                json!({"type": "code_interpreter_call", "code": code, "status": "completed"});
            let body = json!({"output": [item.clone(), item]}).to_string();
            for piece in [1, 11, 4_096] {
                let mut skimmer = ReplySkimmer::new();
                body.as_bytes()
                    .chunks(piece)
                    .for_each(|piece| skimmer.push(piece));
                let tools = skimmer.facts_for(Endpoint::Responses).tools;
                assert_eq!(tools.code_interpreter, 2, "{body} in pieces of {piece}");
            }
        }
    }
}

#[test]
fn a_stream_tells_of_each_item_three_times_and_it_counts_once() {
    for bytes in [24, LARGE] {
        for piece in [997, 65_536] {
            let outcome = tap(Endpoint::Responses, &stream(bytes), piece);
            assert_eq!(outcome.usage.unwrap().tools, counted(), "{bytes}");
            assert_eq!(outcome.usage.unwrap().completion, 9);
        }
    }
}

#[test]
fn a_stream_that_breaks_off_has_counted_what_was_done() {
    let whole = stream(24);
    let at = memchr::memmem::rfind(&whole, b"data: ").unwrap();
    let outcome = tap(Endpoint::Responses, &whole[..at], 997);
    assert_eq!((outcome.usage, outcome.tools), (None, counted()));
}

#[test]
fn searches_of_the_previews_kind_are_told_by_the_offered_tools() {
    let mut reply = whole(24);
    reply["tools"] =
        json!([{"type": "web_search_preview_2025_03_11", "search_context_size": "low"}]);
    let body = reply.to_string();
    let facts = reply_facts(Endpoint::Responses, body.as_bytes());
    let mut skimmer = ReplySkimmer::new();
    skimmer.push(body.as_bytes());
    assert!(facts.tools.is_preview);
    assert_eq!(skimmer.facts_for(Endpoint::Responses).tools, facts.tools);
    assert_eq!(
        facts.tools,
        ToolCalls {
            is_preview: true,
            ..counted()
        }
    );

    // Tools that were only offered cost nothing.
    reply["output"] = json!([{"type": "message", "content": []}]);
    let facts = reply_facts(Endpoint::Responses, reply.to_string().as_bytes());
    assert!(facts.tools.is_none());
}

#[test]
fn claude_states_its_searches_in_the_usage_of_streams_and_whole_answers() {
    let usage = json!({"input_tokens": 20, "output_tokens": 9, "server_tool_use": {"web_search_requests": 3}});
    let body = json!({"type": "message", "content": [], "usage": usage}).to_string();
    let facts = reply_facts(Endpoint::Messages, body.as_bytes());
    let searched = ToolCalls {
        web_search: 3,
        ..ToolCalls::default()
    };
    assert_eq!(facts.tools, searched);
    let mut skimmer = ReplySkimmer::new();
    skimmer.push(body.as_bytes());
    assert_eq!(skimmer.facts_for(Endpoint::Messages).tools, searched);

    let events = [
        json!({"type": "message_start", "message": {"usage": {"input_tokens": 20, "output_tokens": 1}}}),
        json!({"type": "message_delta", "delta": {"stop_reason": "pause_turn"}, "usage":
            {"output_tokens": 4, "server_tool_use": {"web_search_requests": 3}}}),
        json!({"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": {"output_tokens": 9}}),
        json!({"type": "message_stop"}),
    ];
    let lines = events
        .iter()
        .map(|event| format!("event: x\ndata: {event}\n\n"));
    let stream = lines.collect::<Vec<_>>().concat();
    let outcome = tap(Endpoint::Messages, stream.as_bytes(), 50);
    assert_eq!(outcome.usage.unwrap().tools, searched);
    assert_eq!(outcome.usage.unwrap().prompt, 20);
}

fn grounded(queries: &[&str], text: &str) -> Value {
    json!({"candidates": [{"content": {"parts": [{"text": text}]}, "finishReason": "STOP",
        "groundingMetadata": {"webSearchQueries": queries, "groundingChunks": [{"web": {"uri": "u"}}]}}],
        "usageMetadata": {"promptTokenCount": 11, "candidatesTokenCount": 5}})
}

#[test]
fn gemini_says_its_searches_again_and_they_count_once() {
    let searched = ToolCalls {
        google_search: 2,
        ..ToolCalls::default()
    };
    let mut early = grounded(&["a", "b"], "x");
    early["usageMetadata"] = json!({"trafficType": "ON_DEMAND"});
    let stream = format!("data: {early}\n\ndata: {}\n\n", grounded(&["a", "b"], "y"));
    let outcome = tap(Endpoint::StreamGenerateContent, stream.as_bytes(), 20);
    assert_eq!(outcome.usage.unwrap().tools, searched);

    for text in ["short".to_owned(), "\\n\"long\" ".repeat(LARGE / 8)] {
        let body = grounded(&["a", "b"], &text).to_string();
        let facts = reply_facts(Endpoint::GenerateContent, body.as_bytes());
        assert_eq!(facts.tools, searched);
        let mut skimmer = ReplySkimmer::new();
        body.as_bytes()
            .chunks(333)
            .for_each(|piece| skimmer.push(piece));
        assert_eq!(skimmer.facts_for(Endpoint::GenerateContent), facts);
    }
}

#[test]
fn a_stream_in_another_familys_words_counts_the_same() {
    let mut translator = StreamTranslator::new(
        Family::OpenaiResponses,
        Endpoint::ChatCompletions,
        "m",
        true,
    )
    .unwrap();
    let mut out = bytes::BytesMut::new();
    translator.push(&stream(24), &mut out);
    translator.finish(&mut out);
    assert_eq!(translator.outcome().usage.unwrap().tools, counted());
}

#[test]
fn counts_of_calls_never_wrap() {
    let most = ToolCalls {
        web_search: u32::MAX,
        ..ToolCalls::default()
    };
    assert_eq!(most.and(most), most);
    let body =
        br#"{"usage":{"input_tokens":1,"server_tool_use":{"web_search_requests":99999999999}}}"#;
    assert_eq!(reply_facts(Endpoint::Messages, body).tools, most);
}
