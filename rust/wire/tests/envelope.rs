//! The envelope as the relay uses it: what is read, what is refused, what is spliced.
#![expect(clippy::expect_used, reason = "tests state what must be there")]

use serde_json::{Value, json};
use weirgate_wire::{Edits, Endpoint, Envelope, RequestError};

fn read(body: &str) -> Result<Envelope, RequestError> {
    Envelope::read(Endpoint::ChatCompletions, body.as_bytes())
}

fn spliced(body: &str, edits: &Edits<'_>) -> Option<String> {
    let envelope = read(body).expect("body is good");
    envelope
        .splice(body.as_bytes(), edits)
        .map(|bytes| String::from_utf8(bytes).expect("utf-8"))
}

const FORCE: Edits<'_> = Edits {
    model: None,
    force_include_usage: true,
};

#[test]
fn what_routing_needs_is_read() {
    let body = r#" {"model":"gpt\u002d4", "stream":true,"max_tokens":5,"max_completion_tokens":9,"n":2,
        "stream_options":{"include_usage":false},"messages":[{"role":"user","content":"hi"}]} "#;
    let envelope = read(body).expect("body is good");
    assert_eq!(envelope.model, "gpt-4");
    assert!(envelope.stream);
    assert_eq!((envelope.max_output_tokens, envelope.n), (Some(9), 2));
    assert_eq!(
        (envelope.include_usage, envelope.input_bytes),
        (Some(false), body.len())
    );
}

#[test]
fn only_the_model_changes_when_the_model_is_mapped() {
    let body = "{ \"messages\" : [1],\t\"model\" : \"a\" , \"x\":1.0}";
    let edits = Edits {
        model: Some("b\"c"),
        force_include_usage: false,
    };
    let wanted = "{ \"messages\" : [1],\t\"model\" : \"b\\\"c\" , \"x\":1.0}";
    assert_eq!(spliced(body, &edits).as_deref(), Some(wanted));
}

#[test]
fn nothing_is_copied_when_nothing_changes() {
    let body =
        r#"{"model":"a","stream":true,"stream_options":{"include_usage":true},"messages":[1]}"#;
    assert_eq!(
        spliced(
            body,
            &Edits {
                model: Some("a"),
                force_include_usage: true
            }
        ),
        None
    );
    let whole = r#"{"model":"a","messages":[1]}"#;
    assert_eq!(spliced(whole, &FORCE), None, "not a stream");
}

#[test]
fn usage_is_asked_for_wherever_stream_options_stand() {
    let cases = [
        (
            r#"{"model":"a","stream":true,"messages":[1]}"#,
            r#"{"stream_options":{"include_usage":true},"model":"a","stream":true,"messages":[1]}"#,
        ),
        (
            r#"{"model":"a","stream":true,"messages":[1],"stream_options":null}"#,
            r#"{"model":"a","stream":true,"messages":[1],"stream_options":{"include_usage":true}}"#,
        ),
        (
            r#"{"model":"a","stream":true,"messages":[1],"stream_options":{ }}"#,
            r#"{"model":"a","stream":true,"messages":[1],"stream_options":{"include_usage":true }}"#,
        ),
        (
            r#"{"model":"a","stream":true,"messages":[1],"stream_options":{"x":1}}"#,
            r#"{"model":"a","stream":true,"messages":[1],"stream_options":{"include_usage":true,"x":1}}"#,
        ),
        (
            r#"{"model":"a","stream":true,"messages":[1],"stream_options":{"include_usage" : false}}"#,
            r#"{"model":"a","stream":true,"messages":[1],"stream_options":{"include_usage" : true}}"#,
        ),
    ];
    for (body, wanted) in cases {
        assert_eq!(spliced(body, &FORCE).as_deref(), Some(wanted));
    }
}

#[test]
fn of_repeated_keys_the_last_is_read_and_all_are_rewritten() {
    let body = r#"{"model":"dear","m\u006fdel":"cheap","messages":[1]}"#;
    assert_eq!(read(body).expect("body is good").model, "cheap");
    let wanted = r#"{"model":"cheap","m\u006fdel":"cheap","messages":[1]}"#;
    assert_eq!(spliced(body, &Edits::default()).as_deref(), Some(wanted));
}

#[test]
fn broken_bodies_are_refused_with_400() {
    let deep = format!(
        "{{\"model\":\"a\",\"messages\":{}1{}}}",
        "[".repeat(200),
        "]".repeat(200)
    );
    let cases = [
        ("", RequestError::NotJson { at: 0 }),
        ("[1]", RequestError::NotAnObject),
        (
            r#"{"model":"a","messages":[1]}x"#,
            RequestError::NotJson { at: 28 },
        ),
        (
            r#"{"model":"a","messages":[1],}"#,
            RequestError::NotJson { at: 28 },
        ),
        (
            r#"{"model":"a","messages":[01]}"#,
            RequestError::NotJson { at: 26 },
        ),
        (
            "{\"model\":\"a\",\"messages\":[\"\n\"]}",
            RequestError::NotJson { at: 26 },
        ),
        (r#"{"messages":[1]}"#, RequestError::MissingModel),
        (r#"{"model":"","messages":[1]}"#, RequestError::MissingModel),
        (r#"{"model":"a"}"#, RequestError::MissingField("messages")),
        (
            r#"{"model":"a","messages":[]}"#,
            RequestError::MissingField("messages"),
        ),
        (deep.as_str(), RequestError::TooDeep),
    ];
    for (body, wanted) in cases {
        let error = read(body).expect_err(body);
        assert_eq!(error, wanted, "{body}");
        assert_eq!(
            (error.body().status, error.body().code.as_deref()),
            (400, Some("invalid_request"))
        );
    }
    for body in [
        r#"{"model":1,"messages":[1]}"#,
        r#"{"model":"a","messages":{}}"#,
        r#"{"model":"a","messages":[1],"stream":"yes"}"#,
        r#"{"model":"a","messages":[1],"n":1.5}"#,
    ] {
        assert!(
            matches!(read(body), Err(RequestError::WrongType { .. })),
            "{body}"
        );
    }
    assert!(matches!(
        read(r#"{"model":"a","messages":[1],"max_tokens":-1}"#),
        Err(RequestError::OutOfRange { .. })
    ));
}

#[test]
fn a_model_name_that_no_record_could_carry_is_refused() {
    let body = format!(r#"{{"model":"{}","messages":[1]}}"#, "m".repeat(513));
    let wanted = RequestError::TooLong {
        field: "model",
        max_bytes: 512,
    };
    assert_eq!(read(&body), Err(wanted));
}

#[test]
fn completions_count_every_answer_they_may_produce() {
    let read = |body: &str| Envelope::read(Endpoint::Completions, body.as_bytes());
    let n = |body: &str| read(body).map(|envelope| envelope.n);
    assert_eq!(n(r#"{"model":"a","prompt":"x"}"#), Ok(1));
    assert_eq!(
        n(r#"{"model":"a","prompt":["x","y"],"n":2,"best_of":3}"#),
        Ok(6)
    );
    assert_eq!(n(r#"{"model":"a","prompt":[1,2,3],"n":2}"#), Ok(2));
    assert_eq!(
        n(r#"{"model":"a"}"#),
        Err(RequestError::MissingField("prompt"))
    );
}

#[test]
fn embeddings_need_an_input() {
    let read = |body: &str| Envelope::read(Endpoint::Embeddings, body.as_bytes());
    assert!(read(r#"{"model":"a","input":["x"]}"#).is_ok());
    for body in [
        r#"{"model":"a"}"#,
        r#"{"model":"a","input":""}"#,
        r#"{"model":"a","input":[]}"#,
    ] {
        assert_eq!(
            read(body),
            Err(RequestError::MissingField("input")),
            "{body}"
        );
    }
}

#[test]
fn bodies_that_repeat_the_model_of_the_path_get_the_new_name() {
    let splice = |endpoint, body: &str, model| {
        let envelope = Envelope::read_with(endpoint, Some("a"), body.as_bytes()).expect("is good");
        assert_eq!(envelope.model, "a");
        let edits = Edits {
            model: Some(model),
            force_include_usage: true,
        };
        let spliced = envelope.splice(body.as_bytes(), &edits);
        spliced.map(|body| String::from_utf8(body).expect("is text"))
    };
    let batch =
        r#"{"requests":[{"model":"models/a","content":{}},{"content":{},"model":"models/a"}]}"#;
    let wanted = batch.replace("models/a", "models/b");
    let endpoint = Endpoint::BatchEmbedContents;
    assert_eq!(splice(endpoint, batch, "b"), Some(wanted));
    assert_eq!(splice(endpoint, batch, "a"), None);
    let counted = r#"{"generateContentRequest":{"model":"models/a","contents":[]}}"#;
    let wanted = counted.replace("models/a", "models/b");
    assert_eq!(
        splice(Endpoint::GeminiCountTokens, counted, "b"),
        Some(wanted)
    );
    let plain = r#"{"contents":[{"parts":[{"text":"model"}]}],"generationConfig":{"maxOutputTokens":5,"candidateCount":2}}"#;
    assert_eq!(splice(Endpoint::StreamGenerateContent, plain, "b"), None);
    let envelope = Envelope::read_with(Endpoint::GenerateContent, Some("a"), plain.as_bytes());
    let envelope = envelope.expect("is good");
    assert_eq!((envelope.max_output_tokens, envelope.n), (Some(5), 2));
}

#[test]
fn inline_media_do_not_count_as_text() {
    let data = "iVBORw0KGgo/+".repeat(100_000);
    let url = format!("data:image/png;base64,{data}");
    let words = "some words ".repeat(100_000);
    let of = |endpoint, body: Value| {
        let body = body.to_string();
        let read = Envelope::read_with(endpoint, Some("m"), body.as_bytes());
        (read.expect("is readable").input_bytes, body.len())
    };
    let chat =
        |content: Value| json!({"model": "m", "messages": [{"role": "user", "content": content}]});
    let image = json!([{"type": "image_url", "image_url": {"url": url}}]);
    let source = json!([{"type": "image", "source": {"type": "base64", "data": data}}]);
    let bodies = [
        (Endpoint::ChatCompletions, chat(image)),
        (Endpoint::Messages, chat(source)),
        (
            Endpoint::Responses,
            json!({"model": "m", "input": [{"role": "user", "content": [{"type": "input_image", "image_url": url}]}]}),
        ),
        (
            Endpoint::GenerateContent,
            json!({"contents": [{"parts": [{"inlineData": {"mimeType": "image/png", "data": data}}]}]}),
        ),
    ];
    for (endpoint, body) in bodies {
        let (counted, bytes) = of(endpoint, body);
        let expected = 16 * 1024 + data.len() / 16;
        assert!(
            counted.abs_diff(expected) < 300,
            "{endpoint:?}: {counted} of {bytes}"
        );
    }
    let (counted, bytes) = of(Endpoint::ChatCompletions, chat(json!(words)));
    assert_eq!(counted, bytes);
}
