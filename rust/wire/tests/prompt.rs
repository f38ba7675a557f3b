//! Estimated input tokens, for calls whose upstream reported none.

use serde_json::{Value, json};
use weirgate_wire::{Endpoint, prompt_tokens_estimate, tokens};

fn chat(body: &Value) -> u64 {
    prompt_tokens_estimate(
        Endpoint::ChatCompletions,
        body.to_string().as_bytes(),
        "gpt-4o",
    )
}

#[test]
fn a_message_costs_its_text_and_its_frame() {
    let one = chat(&json!({"messages": [{"role": "user", "content": "hello world"}]}));
    assert_eq!(one, 3 + 3 + tokens::count("gpt-4o", "userhello world"));
    let named =
        chat(&json!({"messages": [{"role": "user", "name": "ann", "content": "hello world"}]}));
    assert!(named >= one + 4, "{named} against {one}");
}

#[test]
fn tools_and_media_are_counted_flat() {
    let part = |part: Value| chat(&json!({"messages": [{"role": "user", "content": [part]}]}));
    let empty = part(json!({"type": "text", "text": ""}));
    assert_eq!(
        part(json!({"type": "image_url", "image_url": {"url": "u", "detail": "low"}})) - empty,
        85
    );
    assert_eq!(
        part(json!({"type": "image_url", "image_url": {"url": "u"}})) - empty,
        255
    );
    assert_eq!(
        part(json!({"type": "input_audio", "input_audio": {}})) - empty,
        256
    );
    assert_eq!(
        part(json!({"type": "video_url", "video_url": {}})) - empty,
        8192
    );
    assert_eq!(part(json!({"type": "file", "file": {}})) - empty, 4096);
    let tool = json!({"messages": [], "tools": [{"type": "function", "function": {"name": "f"}}]});
    assert_eq!(chat(&tool), 3 + 8 + tokens::count("gpt-4o", "f"));
}

#[test]
fn images_of_other_vendors_cost_one_flat_price() {
    let body = json!({"messages": [{"role": "user", "content": [{"type": "image_url", "image_url": "u"}]}]});
    let found = prompt_tokens_estimate(
        Endpoint::ChatCompletions,
        body.to_string().as_bytes(),
        "qwen-vl",
    );
    assert_eq!(found, 3 + 3 + 520 + tokens::count("qwen-vl", "user"));
}

#[test]
fn token_lists_count_themselves() {
    let of = |endpoint, body: Value| {
        prompt_tokens_estimate(endpoint, body.to_string().as_bytes(), "gpt-4")
    };
    assert_eq!(
        of(Endpoint::Embeddings, json!({"input": [[1, 2, 3], [4]]})),
        4
    );
    assert_eq!(of(Endpoint::Embeddings, json!({"input": "hello world"})), 2);
    assert_eq!(of(Endpoint::Completions, json!({"prompt": [7, 8]})), 2);
    assert_eq!(of(Endpoint::Completions, json!("not an object")), 0);
}

#[test]
fn counting_is_linear_in_the_text() {
    // A quadratic counter would not come back from four million letters.
    let text = "a".repeat(4_000_000);
    let found = prompt_tokens_estimate(
        Endpoint::Embeddings,
        json!({ "input": text }).to_string().as_bytes(),
        "gpt-4o",
    );
    assert!((400_000..=4_000_000).contains(&found), "{found}");
}
