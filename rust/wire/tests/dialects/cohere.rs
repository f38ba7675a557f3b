//! Cohere's `/v2/chat`.

use serde_json::json;

use crate::support::{Heard, answer, heard, tool_chat, try_written, written};

#[test]
fn a_call_with_tools_is_written() {
    let (body, url) = written(34, &tool_chat());
    assert_eq!(url, "http://h/v2/chat");
    let wanted = json!({
        "model": "m", "stream": true, "max_tokens": 50, "temperature": 0.5, "p": 0.9, "stop_sequences": ["END"],
        "messages": [
            {"role": "system", "content": "Be brief."},
            {"role": "user", "content": "Weather in Oslo?"},
            {"role": "assistant", "tool_calls": [
                {"id": "call_1", "type": "function", "function": {"name": "weather", "arguments": "{\"city\":\"Oslo\"}"}}]},
            {"role": "tool", "tool_call_id": "call_1", "content": "rain"},
        ],
        "tools": [{"type": "function", "function": {"name": "weather", "description": "d",
            "parameters": {"type": "object", "properties": {"city": {"type": "string"}}}}}],
    });
    assert_eq!(body, wanted);
}

#[test]
fn several_answers_are_refused_by_name() {
    let chat = json!({"model": "m", "n": 2, "messages": [{"role": "user", "content": "hi"}]});
    let error = try_written(34, &chat).expect_err("a refusal");
    assert!(error.to_string().contains("field n"), "{error}");
}

#[test]
fn a_whole_answer_is_read() {
    let reply = json!({"id": "r", "finish_reason": "TOOL_CALL", "message": {"role": "assistant",
        "tool_plan": "I will look.", "content": [{"type": "text", "text": "Hi"}],
        "tool_calls": [{"id": "t1", "type": "function", "function": {"name": "now", "arguments": "null"}}]},
        "usage": {"billed_units": {"input_tokens": 5.0, "output_tokens": 7}, "tokens": {"input_tokens": 900, "output_tokens": 9}}});
    let read = answer(34, &reply);
    let choice = &read["choices"][0];
    assert_eq!(choice["finish_reason"], "tool_calls");
    assert_eq!(choice["message"]["content"], "Hi");
    assert_eq!(choice["message"]["reasoning_content"], "I will look.");
    assert_eq!(
        choice["message"]["tool_calls"][0]["function"]["arguments"],
        "{}"
    );
    assert_eq!(read["usage"]["prompt_tokens"], 5);
    assert_eq!(read["usage"]["completion_tokens"], 7);
}

#[test]
fn a_stream_is_read_however_it_is_cut() {
    let stream = concat!(
        "event: message-start\ndata: {\"id\":\"r\",\"type\":\"message-start\",\"delta\":{\"message\":{\"role\":\"assistant\",\"content\":[]}}}\n\n",
        "event: tool-plan-delta\ndata: {\"type\":\"tool-plan-delta\",\"delta\":{\"message\":{\"tool_plan\":\"Look.\"}}}\n\n",
        "event: content-start\ndata: {\"type\":\"content-start\",\"index\":0,\"delta\":{\"message\":{\"content\":{\"type\":\"text\",\"text\":\"\"}}}}\n\n",
        "event: content-delta\ndata: {\"type\":\"content-delta\",\"index\":0,\"delta\":{\"message\":{\"content\":{\"text\":\"Grüß\"}}}}\n\n",
        "event: tool-call-start\ndata: {\"type\":\"tool-call-start\",\"index\":0,\"delta\":{\"message\":{\"tool_calls\":{\"id\":\"t1\",\"type\":\"function\",\"function\":{\"name\":\"now\",\"arguments\":\"\"}}}}}\n\n",
        "event: tool-call-delta\ndata: {\"type\":\"tool-call-delta\",\"index\":0,\"delta\":{\"message\":{\"tool_calls\":{\"function\":{\"arguments\":\"{\\\"a\\\":1}\"}}}}}\n\n",
        "event: message-end\ndata: {\"type\":\"message-end\",\"delta\":{\"finish_reason\":\"TOOL_CALL\",\"usage\":{\"billed_units\":{\"input_tokens\":5,\"output_tokens\":7}}}}\n\n",
    );
    let wanted = Heard {
        text: "Grüß".to_owned(),
        thinking: "Look.".to_owned(),
        calls: vec![("now".to_owned(), "{\"a\":1}".to_owned())],
        finish: "tool_calls".to_owned(),
        usage: Some((5, 7)),
        error: None,
        is_done: true,
    };
    assert_eq!(heard(34, stream), wanted);
}

#[test]
fn an_error_inside_a_stream_is_said() {
    let stream = "data: {\"type\":\"message-end\",\"delta\":{\"finish_reason\":\"ERROR\",\"error\":\"overloaded\"}}\n\n";
    assert_eq!(heard(34, stream).error.as_deref(), Some("overloaded"));
}
