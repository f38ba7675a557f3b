//! Walks the `services` of `tests/contracts/vendors`: rankings, images and vectors at vendors that have a form of their own for
//! them. A case holds the client's call and the vendor's answer; what becomes of both is its golden. An answer that is not
//! done says where it is asked for again, and `then` has the answers to that.

use serde_json::{Value, json};
use weirgate_wire::canon::Question;
use weirgate_wire::translate::{self, TranslateError, Translating};
use weirgate_wire::vendor::{Adapting, Place, Way, follow, profile};
use weirgate_wire::{Endpoint, Family};

use crate::shared::{cases, compare, read_json};

const VENDORS: [&str; 8] = [
    "ali",
    "baidu",
    "cloudflare",
    "cohere",
    "imagen",
    "replicate",
    "siliconflow",
    "xunfei",
];

/// What becomes of a call, and what its answer must know of it.
struct Asked {
    from: Family,
    wire: Value,
    question: Question,
}

fn ask(case: &Value, endpoint: Endpoint) -> Result<Asked, TranslateError> {
    let channel_type = i32::try_from(case["type"].as_i64().expect("a type")).expect("a type");
    let row = profile(channel_type);
    let model = case["call"]["model"].as_str().expect("a model");
    let Some(Way::Translated(to)) = row.way(endpoint, model) else {
        panic!("{model} of {channel_type} is not translated");
    };
    let body = case["call"].to_string();
    let mut question = Question::default();
    let call = Translating {
        endpoint,
        path_model: None,
        body: body.as_bytes(),
        to,
        profile: row,
        model,
    };
    let made = translate::request(&call, |request| question = request.question())?;
    let key = case["key"].as_str().unwrap_or("k");
    let adapted = row.adapt(&Adapting {
        endpoint: made.endpoint,
        model: &made.model,
        body: &made.body,
        betas: None,
        setting: case["setting"].as_str(),
        key,
    });
    let url = row.url(&Place {
        base_url: "",
        endpoint: made.endpoint,
        model: &made.model,
        setting: case["setting"].as_str(),
        key,
        is_stream: false,
        strips_dots: false,
    });
    let body = adapted.body.unwrap_or(made.body);
    let body: Value = match &made.kind {
        None => serde_json::from_slice(&body).expect("JSON"),
        Some(_) => String::from_utf8_lossy(&body).into(),
    };
    let headers = row.headers_for(made.endpoint, &made.model, false);
    let mut wire = json!({"url": url.expect("an address"), "body": body, "left_out": made.drops, "headers": headers});
    if let Some(kind) = made.kind {
        wire["kind"] = json!(kind);
    }
    Ok(Asked {
        from: to,
        wire,
        question,
    })
}

/// Reads an answer as the client sees it; of one that is not done, the last of those asked for.
fn answered(case: &Value, asked: &Asked, endpoint: Endpoint) -> Value {
    let mut answer = &case["reply"];
    let mut later = case["then"].as_array().into_iter().flatten();
    let mut addresses = Vec::new();
    let first = asked.wire["url"].as_str().expect("an address");
    while let Some(next) = follow(asked.from, answer.to_string().as_bytes()) {
        addresses.push(next.address(first).expect("an address"));
        answer = later.next().expect("a later answer");
    }
    let model = case["call"]["model"].as_str().expect("a model");
    let body = answer.to_string();
    let made = translate::reply_to(
        &asked.question,
        asked.from,
        endpoint,
        model,
        body.as_bytes(),
    );
    match made {
        Ok(made) => {
            let body: Value = serde_json::from_slice(&made.body).expect("JSON");
            json!({"body": body, "usage": made.usage, "images": made.images, "asked_again_at": addresses})
        }
        Err(error) => json!({"error": error.to_string()}),
    }
}

#[test]
fn calls_and_answers_beside_chat_are_translated() {
    for vendor in VENDORS {
        for path in cases(&format!("vendors/{vendor}/services"), "json") {
            let case = read_json(&path);
            let endpoint = Endpoint::from_path(case["endpoint"].as_str().expect("a path"));
            let endpoint = endpoint.expect("an endpoint");
            let found = match ask(&case, endpoint) {
                Ok(asked) if case["reply"].is_null() => asked.wire,
                Ok(asked) => {
                    let answer = answered(&case, &asked, endpoint);
                    json!({"wire": asked.wire, "answer": answer})
                }
                Err(error) => json!({"refused": error.to_string()}),
            };
            compare(&path, "golden.json", &found);
        }
    }
}

/// A vendor's way for an edit or a sound that it cannot do is none: another channel is asked, or the call is refused by name.
#[test]
fn what_a_service_cannot_do_is_no_way() {
    for (channel_type, endpoint, model) in [
        (24, Endpoint::ImageEdits, "imagen-4.0-generate-001"),
        (41, Endpoint::ImageEdits, "imagen-4.0-generate-001"),
        (
            39,
            Endpoint::ImageEdits,
            "@cf/black-forest-labs/flux-1-schnell",
        ),
        (61, Endpoint::ImageEdits, "xopqwentti20b"),
        (39, Endpoint::Translations, "@cf/openai/whisper"),
        (39, Endpoint::Transcriptions, "@cf/myshell-ai/melotts"),
    ] {
        assert_eq!(profile(channel_type).way(endpoint, model), None, "{model}");
    }
}

#[test]
fn an_image_that_comes_bare_is_wrapped() {
    let Some(Way::Translated(from)) = profile(39).way(Endpoint::ImageGenerations, "m") else {
        panic!("images of Workers AI are not translated");
    };
    let endpoint = Endpoint::ImageGenerations;
    let made = translate::reply(from, endpoint, "m", b"\x89PNG\r\n").expect("an answer");
    let body: Value = serde_json::from_slice(&made.body).expect("JSON");
    assert_eq!(
        body,
        json!({"created": 0, "data": [{"b64_json": "iVBORw0K"}]})
    );
}

#[test]
fn vectors_for_geminis_clients_come_from_cohere() {
    let row = profile(34);
    let body = br#"{"taskType":"RETRIEVAL_QUERY","content":{"parts":[{"text":"a"}]},"outputDimensionality":8}"#;
    let Some(Way::Translated(to)) = row.way(Endpoint::EmbedContent, "m") else {
        panic!("Cohere's vectors are not translated");
    };
    let call = Translating {
        endpoint: Endpoint::EmbedContent,
        path_model: Some("m"),
        body,
        to,
        profile: row,
        model: "embed-v4.0",
    };
    let made = translate::request(&call, |_| {}).expect("a body");
    assert_eq!(
        (made.endpoint, made.model.as_str()),
        (Endpoint::Embeddings, "embed-v4.0")
    );
    let sent: Value = serde_json::from_slice(&made.body).expect("JSON");
    let wanted = json!({"model": "embed-v4.0", "texts": ["a"], "input_type": "search_query",
        "embedding_types": ["float"], "output_dimension": 8});
    assert_eq!(sent, wanted);
    let reply = br#"{"embeddings":{"float":[[0.5]]},"meta":{"billed_units":{"input_tokens":2}}}"#;
    let made = translate::reply(to, Endpoint::EmbedContent, "m", reply).expect("an answer");
    let read: Value = serde_json::from_slice(&made.body).expect("JSON");
    assert_eq!(read["embedding"]["values"], json!([0.5]));
}
