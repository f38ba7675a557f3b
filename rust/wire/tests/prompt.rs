//! Estimated input tokens, for calls whose upstream reported none.

use serde_json::{Value, json};
use weirgate_wire::{Endpoint, count_reply, prompt_tokens_estimate, tokens};

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

#[test]
fn geminis_requests_are_counted_by_what_they_say() {
    let short = br#"{"contents":[{"role":"user","parts":[{"text":"one two three"}]}]}"#;
    let count = |endpoint, body: &[u8]| prompt_tokens_estimate(endpoint, body, "gemini-2.5-pro");
    let plain = count(Endpoint::GenerateContent, short);
    assert!((3..=12).contains(&plain), "{plain}");
    let inner = br#"{"generateContentRequest":{"model":"models/x","contents":[{"role":"user","parts":[{"text":"one two three"}]}]}}"#;
    assert_eq!(count(Endpoint::GeminiCountTokens, inner), plain);
    let picture = br#"{"contents":{"parts":[{"text":"one two three"},{"inline_data":{"mime_type":"image/png","data":"iVBORw0KGgo="}}]}}"#;
    assert_eq!(count(Endpoint::GenerateContent, picture), plain + 520);
    let batch = br#"{"requests":[{"content":{"parts":[{"text":"one two three"}]}},{"content":{"parts":[{"text":"one two three"}]}}]}"#;
    let single = br#"{"content":{"parts":[{"text":"one two three"}]}}"#;
    let one = count(Endpoint::EmbedContent, single);
    assert!(one >= 3 && count(Endpoint::BatchEmbedContents, batch) > one);
}

#[test]
fn a_count_is_answered_in_the_clients_words() {
    let said =
        |endpoint| count_reply(endpoint, 7).map(|body| String::from_utf8(body).expect("is text"));
    let gemini = r#"{"totalTokens":7,"promptTokensDetails":[{"modality":"TEXT","tokenCount":7}]}"#;
    assert_eq!(said(Endpoint::GeminiCountTokens).as_deref(), Some(gemini));
    assert_eq!(
        said(Endpoint::MessagesCountTokens).as_deref(),
        Some(r#"{"input_tokens":7}"#)
    );
    let responses = r#"{"object":"response.input_tokens","input_tokens":7}"#;
    assert_eq!(
        said(Endpoint::ResponsesInputTokens).as_deref(),
        Some(responses)
    );
    assert_eq!(said(Endpoint::Messages), None);
}

#[test]
fn responses_are_counted_by_text_images_and_tools() {
    let count = |endpoint, body: &Value| {
        prompt_tokens_estimate(endpoint, body.to_string().as_bytes(), "gpt-4o")
    };
    let of = |body: Value| count(Endpoint::Responses, &body);
    let tokens = |text: &str| tokens::count("gpt-4o", text);
    let said = json!({"model": "gpt-4o", "input": "hello world", "metadata": {"a": "not counted"}});
    assert_eq!(of(said.clone()), 3 + 3 + tokens("hello world"));
    assert_eq!(count(Endpoint::ResponsesInputTokens, &said), of(said));
    assert_eq!(
        of(json!({"input": [], "instructions": "be kind"})),
        3 + tokens("be kind")
    );
    let part = |part: Value| of(json!({"input": [{"role": "user", "content": [part]}]}));
    let empty = part(json!({"type": "input_text", "text": ""}));
    assert_eq!(empty, 3 + 3 + tokens("user"));
    let image = json!({"type": "input_image", "image_url": "data:image/png;base64,aaaa"});
    assert_eq!(part(image.clone()) - empty, 255);
    let mut low = image;
    low["detail"] = json!("low");
    assert_eq!(part(low) - empty, 85);
    assert_eq!(
        part(json!({"type": "input_file", "file_data": "x"})) - empty,
        4096
    );
    let items = json!({"input": [
        {"type": "function_call", "call_id": "c", "name": "f", "arguments": "{\"a\":1}"},
        {"type": "function_call_output", "call_id": "c", "output": "it rains"},
        {"type": "custom_tool_call_output", "call_id": "d", "output": [{"type": "input_text", "text": "yes"}]},
        {"type": "reasoning", "summary": [{"type": "summary_text", "text": "so"}], "encrypted_content": "gAAAA"},
        {"type": "item_reference", "id": "msg_1"}
    ]});
    assert_eq!(of(items), 3 + tokens("f{\"a\":1}it rainsyesso"));
    let tools = json!({"input": [], "tools": [
        {"type": "function", "name": "f", "description": "d", "parameters": {"type": "object"}}, {"type": "web_search"}
    ]});
    assert_eq!(of(tools), 3 + 8 + 8 + tokens("fd{\"type\":\"object\"}"));
}

#[test]
fn an_image_costs_the_models_price_in_every_family() {
    let of = |endpoint, model, body: Value| {
        prompt_tokens_estimate(endpoint, body.to_string().as_bytes(), model)
    };
    let claude = |content: Value| json!({"messages": [{"role": "user", "content": [content]}]});
    let image = json!({"type": "image", "source": {"type": "base64", "data": "aaaa"}});
    let empty = json!({"type": "text", "text": ""});
    let gemini = |part: Value| json!({"contents": [{"parts": [part]}]});
    let inline = json!({"inlineData": {"mimeType": "image/png", "data": "aaaa"}});
    for (model, price) in [("gpt-4o", 255), ("claude-sonnet-4-5", 520)] {
        let messages = |content: &Value| of(Endpoint::Messages, model, claude(content.clone()));
        assert_eq!(messages(&image) - messages(&empty), price);
        let parts = |part: Value| of(Endpoint::GenerateContent, model, gemini(part));
        assert_eq!(parts(inline.clone()) - parts(json!({"text": ""})), price);
    }
}
