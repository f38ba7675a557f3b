//! Our own refusals, in the family that the path is of: unknown and unserved paths, wrong methods, bad keys, bad bodies.
//! Final ones say `x-should-retry: false`; all carry the request's id, in the message as well; none leaves a row.

use http::{HeaderValue, Method};
use serde_json::json;

use super::Wrong;
use super::speakers::{Speaker, header};
use crate::support::*;

/// Family; method; path; key; status; the family's code, for the family that has codes (relay contract 1.2, 1.5, 1.6).
const REFUSALS: &str = "
Chat; POST; /v1/nothing; good; 404;
Chat; POST; /v1/chat/nothing; good; 404;
Chat; GET; /v1/models/nothing; good; 404; model_not_found
Messages; POST; /v1/messages/nothing; good; 404;
Gemini; POST; /v1beta/nothing; good; 404;
Gemini; POST; /v1beta/models/gpt-4o:nothing; good; 404;
Gemini; GET; /v1beta/models/nothing; good; 404;
Chat; POST; /v1/files; good; 501; api_not_implemented
Chat; GET; /v1/files/a/content; good; 501; api_not_implemented
Chat; POST; /v1/fine-tunes; good; 501; api_not_implemented
Chat; DELETE; /v1/models/gpt-4o; good; 501; api_not_implemented
Chat; GET; /v1/chat/completions; good; 405; method_not_allowed
Completions; GET; /v1/completions; good; 405; method_not_allowed
Messages; GET; /v1/messages; good; 405;
Responses; PUT; /v1/responses; good; 405; method_not_allowed
Gemini; GET; /v1beta/models/gpt-4o:generateContent; good; 405;
Chat; POST; /v1/chat/completions; bad; 401;
Completions; POST; /v1/completions; bad; 401;
Messages; POST; /v1/messages; bad; 401;
Responses; POST; /v1/responses; bad; 401;
Gemini; POST; /v1beta/models/gpt-4o:generateContent; bad; 401;
Chat; POST; /v1/chat/completions; good; 400; invalid_request
Completions; POST; /v1/completions; good; 400; invalid_request
Messages; POST; /v1/messages; good; 400;
Responses; POST; /v1/responses; good; 400; invalid_request
Gemini; POST; /v1beta/models/gpt-4o:generateContent; good; 400;
Chat; POST; /v1/embeddings; good; 400; invalid_request
Chat; POST; /v1/images/generations; good; 400; invalid_request
Chat; POST; /v1/rerank; good; 400; invalid_request
Chat; POST; /v1/moderations; good; 400; invalid_request
Chat; POST; /v1/audio/speech; good; 400; invalid_request
";

#[tokio::test]
async fn our_own_refusals_have_the_shape_of_the_paths_family() {
    let upstream = Upstream::start(|_| Reply::json(REPLY));
    let node = Setup::new(vec![channel(1, &upstream.url())]).start();
    let client = node.client();
    let mut wrong = Wrong::default();
    for line in REFUSALS.lines().filter(|line| !line.is_empty()) {
        let fields: Vec<&str> = line.split(';').map(str::trim).collect();
        let [family, method, path, key, status, code] = fields[..] else {
            panic!("six fields: {line}");
        };
        let speaker = Speaker::ALL
            .into_iter()
            .find(|of| format!("{of:?}") == family);
        let speaker = speaker.expect("a family");
        let method = method.parse::<Method>().expect("a method");
        let mut request = client.request(method, path, "{\"broken");
        if key == "bad" {
            let value = HeaderValue::from_static("Bearer sk-nobody");
            request.headers_mut().insert("authorization", value);
        }
        let answer = client.whole(request).await;
        wrong.is(
            line,
            "the status",
            &answer.status.to_string().as_str(),
            &status,
        );
        let mut found = Vec::new();
        let message = speaker.refusal(&answer, &mut found);
        wrong.all(line, found);
        let suffix = format!(" (request id: {})", header(&answer, "x-oneapi-request-id"));
        wrong.holds(line, &message, message.ends_with(&suffix));
        wrong.is(
            line,
            "x-should-retry",
            &header(&answer, "x-should-retry"),
            &"false",
        );
        if matches!(
            speaker,
            Speaker::Chat | Speaker::Completions | Speaker::Responses
        ) {
            let said = answer.json()["error"]["code"].clone();
            wrong.is(line, "the code", &said, &json!(code));
        }
    }
    wrong.is(
        "the node",
        "the count of rows",
        &node.rows(0).await.len(),
        &0,
    );
    wrong.is("the provider", "the count of calls", &upstream.count(), &0);
    wrong.report();
}
