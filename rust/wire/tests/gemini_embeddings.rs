//! Calls for vectors between `OpenAI`'s embeddings and Gemini's, in both directions.
#![expect(clippy::expect_used, reason = "a broken case must stop the walk")]

use serde_json::{Value, json};
use weirgate_wire::canon::Question;
use weirgate_wire::translate::{Translating, reply_to, request};
use weirgate_wire::{Endpoint, Family, vendor};

fn ask(
    endpoint: Endpoint,
    to: Family,
    body: &Value,
) -> Result<(Endpoint, Value, Question), String> {
    let body = body.to_string().into_bytes();
    let call = Translating {
        endpoint,
        path_model: (endpoint.family() == Family::Gemini).then_some("asked"),
        body: &body,
        to,
        profile: vendor::profile(if to == Family::Gemini { 24 } else { 1 }),
        model: "m",
    };
    let mut question = Question::default();
    let wire = request(&call, |request| question = request.question());
    let wire = wire.map_err(|error| error.to_string())?;
    assert_eq!(wire.model, "m");
    let body = serde_json::from_slice(&wire.body).expect("is JSON");
    Ok((wire.endpoint, body, question))
}

fn answer(question: &Question, from: Family, to: Endpoint, body: &Value) -> Value {
    let body = body.to_string().into_bytes();
    let answer = reply_to(question, from, to, "asked", &body).expect("crosses");
    serde_json::from_slice(&answer.body).expect("is JSON")
}

#[test]
fn clients_of_openai_get_vectors_of_gemini() {
    let one = json!({"model": "x", "input": "a", "dimensions": 3, "taskType": "RETRIEVAL_QUERY"});
    let (endpoint, body, question) =
        ask(Endpoint::Embeddings, Family::Gemini, &one).expect("crosses");
    assert_eq!(endpoint, Endpoint::EmbedContent);
    let wanted = json!({"model": "models/m", "content": {"parts": [{"text": "a"}]},
        "outputDimensionality": 3, "taskType": "RETRIEVAL_QUERY"});
    assert_eq!(body, wanted);
    let reply =
        json!({"embedding": {"values": [0.5, -1.0]}, "usageMetadata": {"promptTokenCount": 4}});
    let wanted = json!({"object": "list", "model": "asked",
        "data": [{"object": "embedding", "index": 0, "embedding": [0.5, -1.0]}],
        "usage": {"prompt_tokens": 4, "total_tokens": 4}});
    let to = Endpoint::Embeddings;
    assert_eq!(answer(&question, Family::Gemini, to, &reply), wanted);

    let two = json!({"model": "x", "input": ["a", "b"], "encoding_format": "base64", "user": "u"});
    let (endpoint, body, question) =
        ask(Endpoint::Embeddings, Family::Gemini, &two).expect("crosses");
    assert_eq!(endpoint, Endpoint::BatchEmbedContents);
    assert_eq!(
        body["requests"][1]["content"]["parts"][0]["text"],
        json!("b")
    );
    let reply = json!({"embeddings": [{"values": [0.5, -1.0]}, {"values": [0.25, 2.0]}]});
    let said = answer(&question, Family::Gemini, to, &reply);
    assert_eq!(said["data"][0]["embedding"], json!("AAAAPwAAgL8="));
    assert_eq!(said["data"][1]["index"], json!(1));
    let tokens = json!({"model": "x", "input": [1, 2]});
    let refused = ask(Endpoint::Embeddings, Family::Gemini, &tokens).expect_err("has no words");
    assert!(refused.contains("input"), "{refused}");
}

#[test]
fn clients_of_gemini_get_vectors_of_openai() {
    let one = json!({"model": "models/asked", "content": {"parts": [{"text": "a"}, {"text": "b"}]},
        "embedContentConfig": {"outputDimensionality": 2}, "taskType": "CLUSTERING"});
    let (endpoint, body, question) =
        ask(Endpoint::EmbedContent, Family::Embeddings, &one).expect("crosses");
    assert_eq!(endpoint, Endpoint::Embeddings);
    assert_eq!(body, json!({"model": "m", "input": "ab", "dimensions": 2}));
    let reply = json!({"object": "list", "data": [{"object": "embedding", "index": 0, "embedding": [1.5]}],
        "model": "m", "usage": {"prompt_tokens": 2, "total_tokens": 2}});
    let to = Endpoint::EmbedContent;
    let wanted = json!({"embedding": {"values": [1.5]}, "usageMetadata": {"promptTokenCount": 2}});
    assert_eq!(answer(&question, Family::Embeddings, to, &reply), wanted);

    let batch = json!({"requests": [
        {"model": "models/asked", "content": {"parts": [{"text": "a"}]}, "output_dimensionality": 8},
        {"model": "models/asked", "content": {"parts": {"text": "b"}}, "outputDimensionality": 8},
    ]});
    let (_, body, question) =
        ask(Endpoint::BatchEmbedContents, Family::Embeddings, &batch).expect("crosses");
    assert_eq!(
        body,
        json!({"model": "m", "input": ["a", "b"], "dimensions": 8})
    );
    let reply = json!({"data": [{"index": 1, "embedding": "AACAPg=="}, {"index": 0, "embedding": "AAAAPw=="}], "model": "m"});
    let wanted = json!({"embeddings": [{"values": [0.5]}, {"values": [0.25]}]});
    let to = Endpoint::BatchEmbedContents;
    assert_eq!(answer(&question, Family::Embeddings, to, &reply), wanted);
    let picture =
        json!({"content": {"parts": [{"inlineData": {"mimeType": "image/png", "data": "AA=="}}]}});
    let refused = ask(Endpoint::EmbedContent, Family::Embeddings, &picture);
    assert!(refused.is_err());
}
