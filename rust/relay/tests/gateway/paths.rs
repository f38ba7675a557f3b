//! Calls that pass through to vendors in the client's own form, through a whole gateway: Claude's clients, and vectors,
//! rankings and images; the path each vendor is called at, how its key is sent, and that the body is the client's.

use http::Method;
use serde_json::{Value, json};

use crate::support::*;

/// Types; `other`; the vendor's path; the header that carries the key.
const CLAUDE: &str = "
14;;/v1/messages;x-api-key;k
17;;/apps/anthropic/v1/messages;authorization;Bearer k
20;;/v1/messages;authorization;Bearer k
25,35,43,62;;/anthropic/v1/messages;authorization;Bearer k
26;;/api/anthropic/v1/messages;authorization;Bearer k
40;;/v1/messages;authorization;Bearer k
45;;/api/compatible/v1/messages;authorization;Bearer k
64;;/api/anthropic/v1/messages;authorization;Bearer k
65;;/v1/messages;x-api-key;k
";

const RERANK: &str = "
1,38,40,47,66,999;;/v1/rerank;authorization;Bearer k
26;;/api/paas/v4/rerank;authorization;Bearer k
46;;/v2/rerank;authorization;Bearer k
";

const EMBEDDINGS: &str = "
1,4,25,31,38,40,42,43,44,47,48,53,59,62,66,999;;/v1/embeddings;authorization;Bearer k
3;2024-10-21;/openai/deployments/claude-m/embeddings?api-version=2024-10-21;api-key;k
17;;/compatible-mode/v1/embeddings;authorization;Bearer k
26;;/api/paas/v4/embeddings;authorization;Bearer k
39;acc;/client/v4/accounts/acc/ai/v1/embeddings;authorization;Bearer k
45;;/api/v3/embeddings;authorization;Bearer k
46;;/v2/embeddings;authorization;Bearer k
64;;/api/v1/embeddings;authorization;Bearer k
";

const IMAGES: &str = "
1,47,48,66,999;;/v1/images/generations;authorization;Bearer k
26;;/api/paas/v4/images/generations;authorization;Bearer k
45;;/api/v3/images/generations;authorization;Bearer k
46;;/v2/images/generations;authorization;Bearer k
";

const RESPONSES: &str = "
1,4,20,48;;/v1/responses;authorization;Bearer k
39;acc;/client/v4/accounts/acc/ai/v1/responses;authorization;Bearer k
45;;/api/v3/responses;authorization;Bearer k
";

/// A client's path, its body, and the vendor's answer.
fn family(name: &str) -> (&'static str, &'static str, Value, Value) {
    let message = json!([{"role": "user", "content": "hi"}]);
    let usage = json!({"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15});
    match name {
        "claude" => (
            CLAUDE,
            "/v1/messages",
            json!({"model": "claude-m", "max_tokens": 9, "messages": message}),
            json!({"id": "r", "type": "message", "role": "assistant", "model": "claude-m",
                "content": [{"type": "text", "text": "Hello!"}], "stop_reason": "end_turn", "stop_sequence": null,
                "usage": {"input_tokens": 10, "output_tokens": 5}}),
        ),
        "rerank" => (
            RERANK,
            "/v1/rerank",
            json!({"model": "claude-m", "query": "q", "documents": ["a", {"text": "b"}], "return_documents": false}),
            json!({"results": [{"index": 0, "relevance_score": 0.5}], "usage": {"total_tokens": 10}}),
        ),
        "embeddings" => (
            EMBEDDINGS,
            "/v1/embeddings",
            json!({"model": "claude-m", "input": "a", "encoding_format": "float"}),
            json!({"object": "list", "data": [{"object": "embedding", "index": 0, "embedding": [0.5]}],
                "model": "claude-m", "usage": {"prompt_tokens": 10, "total_tokens": 10}}),
        ),
        "images" => (
            IMAGES,
            "/v1/images/generations",
            json!({"model": "claude-m", "prompt": "a cat", "size": "1024x1024", "guidance_scale": 2.5}),
            json!({"created": 1, "data": [{"url": "https://x.example/a.png"}]}),
        ),
        _ => (
            RESPONSES,
            "/v1/responses",
            json!({"model": "claude-m", "input": "hi", "store": false}),
            json!({"id": "resp_1", "object": "response", "status": "completed", "model": "claude-m", "output": [],
                "usage": {"input_tokens": 10, "output_tokens": 5, "total_tokens": 15, "ignored": usage}}),
        ),
    }
}

async fn check(name: &str, channel_type: &str, fields: &[&str]) {
    let (_, path, call, answer) = family(name);
    let of = format!("{name} of type {channel_type}");
    let body = answer.to_string();
    let upstream = Upstream::start(move |_| Reply::json(body.clone()));
    let mut row = channel(1, &upstream.url());
    row["type"] = json!(channel_type.parse::<i32>().expect("a number"));
    row["models"] = json!(["claude-m"]);
    row["keys"] = json!(["k"]);
    let [other, wanted, header, value] = fields else {
        panic!("{of}: four fields");
    };
    row["other"] = json!(other);
    let prices = json!({"model_ratio": {"claude-m": "1"}});
    let node = Setup::new(vec![row]).prices(prices).start();
    let client = node.client();
    let sent = call.to_string();
    let got = client
        .whole(client.request(Method::POST, path, sent.clone()))
        .await;
    assert_eq!(got.status, 200, "{of}: {:?}", got.body);
    assert_eq!(got.json(), answer, "{of}");
    let seen = upstream.seen().remove(0);
    assert_eq!(seen.path, *wanted, "{of}");
    assert_eq!(seen.headers[*header], *value, "{of}");
    assert_eq!(String::from_utf8_lossy(&seen.body), sent, "{of}");
    node.only_row().await;
}

#[tokio::test]
async fn calls_of_the_clients_own_form_pass_through() {
    for name in ["claude", "rerank", "embeddings", "images", "responses"] {
        let (table, ..) = family(name);
        for line in table.lines().filter(|line| !line.is_empty()) {
            let (types, fields) = line.split_once(';').expect("types");
            let fields: Vec<&str> = fields.split(';').collect();
            for channel_type in types.split(',') {
                check(name, channel_type, &fields).await;
            }
        }
    }
}
