//! What an upstream's words become before a client sees them, and how our own refusals look.

use serde_json::{Value, json};
use weirgate_wire::canon::ErrorBody;
use weirgate_wire::{Endpoint, RequestError, error_body, sse_error_event, upstream_error};

fn shown(message: &str) -> String {
    let body = json!({ "error": { "message": message } }).to_string();
    upstream_error(500, body.as_bytes()).message
}

#[test]
fn addresses_and_keys_are_hidden() {
    let cases = [
        ("see https://api.example.com/v1?key=1 now", "see *** now"),
        ("dial tcp 10.0.0.7:443: refused", "dial tcp ***: refused"),
        ("dial tcp [fd00::1]:443: refused", "dial tcp ***: refused"),
        (
            "lookup api.example.com: no such host",
            "lookup ***: no such host",
        ),
        ("host=db.internal port=1", "host=*** port=1"),
        ("key sk-proj-0123456789 is wrong", "key *** is wrong"),
        ("user:pass@host.example.org/x", "***"),
        ("at localhost:8080.", "at ***."),
        ("(https://example.com)", "(***)"),
    ];
    for (message, wanted) in cases {
        assert_eq!(shown(message), wanted);
    }
}

#[test]
fn model_names_versions_and_paths_of_fields_stay() {
    let texts = [
        "The model gpt-4.1-mini or llama3.2 does not exist",
        "messages.0.content.1.text is too long: 1.5 MB of 2.0",
        "use max_tokens, e.g. 12:30 or v1.2.3",
        "sk- is not a key",
        "rate limit 3/min: try again in 1.2s",
    ];
    for text in texts {
        assert_eq!(shown(text), text);
    }
}

#[test]
fn a_very_long_message_is_shortened() {
    assert_eq!(shown(&"é".repeat(10_000)).chars().count(), 4096);
}

#[test]
fn refusals_before_the_relay_have_no_param_and_later_ones_do() {
    let error = ErrorBody {
        status: 401,
        message: "no \"key\"".to_owned(),
        kind: "new_api_error".into(),
        code: None,
        param: None,
        wait_s: None,
    };
    let parse = |body: &[u8]| serde_json::from_slice::<Value>(body).expect("body is JSON");
    let before = parse(&error_body(None, &error));
    let wanted = json!({"error": {"message": "no \"key\"", "type": "new_api_error", "code": ""}});
    assert_eq!(before, wanted);
    let later = parse(&error_body(Some(Endpoint::Embeddings), &error));
    let wanted = json!({"error": {"message": "no \"key\"", "type": "new_api_error", "param": "", "code": null}});
    assert_eq!(later, wanted);
    let event = sse_error_event(Endpoint::ChatCompletions, &error);
    let data = event
        .strip_prefix(b"data: ")
        .and_then(|rest| rest.strip_suffix(b"\n\n"));
    assert_eq!(parse(data.expect("one event")), later);
}

#[test]
fn a_refused_request_names_its_field() {
    let body = RequestError::MissingField("messages").body();
    assert_eq!(
        (body.status, body.param.as_deref()),
        (400, Some("messages"))
    );
    assert_eq!(
        (body.kind.as_ref(), body.code.as_deref()),
        ("invalid_request_error", Some("invalid_request"))
    );
    assert_eq!(body.message, "field messages is required");
}
