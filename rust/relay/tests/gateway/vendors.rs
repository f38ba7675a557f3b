//! Every vendor that generates text, through a whole gateway: the path it is called at, how its key is sent, and its answer
//! as a chat client sees it, whole and streamed.

use bytes::Bytes;
use http::Method;
use serde_json::{Value, json};

use crate::support::{
    Client, Node, REPLY, Reply, Seen, Setup, Upstream, channel, delta, finish, usage,
};

/// What an upstream speaks.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Form {
    Chat,
    Claude,
    Gemini,
    Cohere,
    Ollama,
    Converse,
    /// A form whose answers lie in this folder of `tests/contracts/vendors`.
    Own(&'static str),
}

/// Vendors with a dialect of their own, and whether they say what a call took.
const OWN: [(&str, bool); 9] = [
    ("aiproxy", false),
    ("baidu", true),
    ("codex", true),
    ("coze", true),
    ("dify", true),
    ("palm", false),
    ("replicate", true),
    ("tencent", true),
    ("zhipu", true),
];

/// Types; key; `other`; model; form; path of a whole answer; of a stream, if another; header; its value.
const ROWS: &str = "
0,1,6,7,9,10,12,13,19,20,22,25,31,40,42,43,44,47,48,53,58,59,60,62,63,65,66,67,68,69,70,999;k;;m;Chat;/v1/chat/completions;;authorization;Bearer k
20;k;;m;Chat;/v1/chat/completions;;x-title;Weirgate
3;k;2024-10-21;m;Chat;/openai/deployments/m/chat/completions?api-version=2024-10-21;;api-key;k
4;;;m;Ollama;/api/chat;;accept;*/*
14;k;;m;Claude;/v1/messages;;x-api-key;k
14;k;;m;Claude;/v1/messages;;anthropic-version;2023-06-01
17;k;;m;Chat;/compatible-mode/v1/chat/completions;;authorization;Bearer k
24;k;;m;Gemini;/v1beta/models/m:generateContent;/v1beta/models/m:streamGenerateContent?alt=sse;x-goog-api-key;k
41;k;global;gemini-2.5-pro;Gemini;/v1/publishers/google/models/gemini-2.5-pro:generateContent?key=k;/v1/publishers/google/models/gemini-2.5-pro:streamGenerateContent?alt=sse&key=k;accept;*/*
26;k;;m;Chat;/api/paas/v4/chat/completions;;authorization;Bearer k
27;k;;m;Chat;/chat/completions;;authorization;Bearer k
33;k|us-east-1;;m;Converse;/model/m/converse;/model/m/converse-stream;authorization;Bearer k
34;k;;m;Cohere;/v2/chat;;authorization;Bearer k
35;k;;m;Chat;/v1/text/chatcompletion_v2;;authorization;Bearer k
39;k;acc;m;Chat;/client/v4/accounts/acc/ai/v1/chat/completions;;authorization;Bearer k
45;k;;m;Chat;/api/v3/chat/completions;;authorization;Bearer k
45;k;;bot-1;Chat;/api/v3/bots/chat/completions;;authorization;Bearer k
46;k|app-1;;m;Chat;/v2/chat/completions;;appid;app-1
64;k;;m;Chat;/api/v1/chat/completions;;authorization;Bearer k
11;k;;m;palm;/v1beta2/models/m:generateMessage;;x-goog-api-key;k
15;id|secret;;ernie-4.0-8k;baidu;/rpc/2.0/ai_custom/v1/wenxinworkshop/chat/completions_pro?access_token=t%2D1;;accept;*/*
16;id.secret;;m;zhipu;/api/paas/v3/model-api/m/invoke;/api/paas/v3/model-api/m/sse-invoke;accept;*/*
18;app|secret|k;;SparkDesk-v3.5;Chat;/v1/chat/completions;;authorization;Bearer k:secret
18;k;;4.0Ultra;Chat;/v1/chat/completions;;authorization;Bearer k
21;k;lib-1;m;aiproxy;/api/library/ask;;authorization;Bearer k
23;1|id|secret;;m;tencent;/;;x-tc-action;ChatCompletions
37;k;;m;dify;/v1/chat-messages;;authorization;Bearer k
49;k;bot-1;m;coze;/v3/chat;;authorization;Bearer k
57;{\"access_token\":\"k\",\"account_id\":\"a-1\"};;m;codex;/backend-api/codex/responses;;chatgpt-account-id;a-1
65;k;;claude-sonnet-4-5;Claude;/v1/messages;;x-api-key;k
65;k;;gemini-3-pro;Gemini;/v1/models/gemini-3-pro:generateContent;/v1/models/gemini-3-pro:streamGenerateContent?alt=sse;x-goog-api-key;k
8;k;;m;Chat;/;;authorization;Bearer k
56;k;;meta/m;replicate;/v1/models/meta/m/predictions;;prefer;wait
";

/// The same, for clients of Gemini's own form.
const GEMINI_ROWS: &str = "
24;k;;m;Gemini;/v1beta/models/m:generateContent;/v1beta/models/m:streamGenerateContent?alt=sse;x-goog-api-key;k
41;k;global;gemini-2.5-pro;Gemini;/v1/publishers/google/models/gemini-2.5-pro:generateContent?key=k;/v1/publishers/google/models/gemini-2.5-pro:streamGenerateContent?alt=sse&key=k;accept;*/*
";

const CHAT: &str = "/v1/chat/completions";

/// One line of the table for one type.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    pub(crate) channel_type: i32,
    key: String,
    other: String,
    model: String,
    form: Form,
    path: String,
    stream_path: String,
    header: String,
    value: String,
}

fn rows(table: &str) -> Vec<Row> {
    let mut rows = Vec::new();
    for line in table.lines().filter(|line| !line.is_empty()) {
        let fields: Vec<String> = line.split(';').map(str::to_owned).collect();
        let [types, key, other, model, form, path, stream, header, value] =
            <[String; 9]>::try_from(fields).expect("nine fields");
        let form = match form.as_str() {
            "Claude" => Form::Claude,
            "Gemini" => Form::Gemini,
            "Cohere" => Form::Cohere,
            "Ollama" => Form::Ollama,
            "Converse" => Form::Converse,
            "Chat" => Form::Chat,
            own => {
                let known = OWN.iter().find(|(name, _)| *name == own);
                Form::Own(known.expect("a known form").0)
            }
        };
        for channel_type in types.split(',') {
            let stream_path = if stream.is_empty() { &path } else { &stream };
            rows.push(Row {
                channel_type: channel_type.parse().expect("a number"),
                key: key.clone(),
                other: other.clone(),
                model: model.clone(),
                form,
                path: path.clone(),
                stream_path: stream_path.clone(),
                header: header.clone(),
                value: value.clone(),
            });
        }
    }
    rows
}

/// Every vendor that answers chat.
pub(crate) fn every_row() -> Vec<Row> {
    rows(ROWS)
}

fn gemini_answer() -> Value {
    json!({"candidates": [{"index": 0, "content": {"role": "model", "parts": [{"text": "Hello!"}]}, "finishReason": "STOP"}],
        "usageMetadata": {"promptTokenCount": 10, "candidatesTokenCount": 5, "totalTokenCount": 15},
        "modelVersion": "m", "responseId": "r"})
}

fn claude_answer() -> Value {
    json!({"id": "r", "type": "message", "role": "assistant", "model": "m",
        "content": [{"type": "text", "text": "Hello!"}], "stop_reason": "end_turn", "stop_sequence": null,
        "usage": {"input_tokens": 10, "output_tokens": 5}})
}

/// An answer of a vendor with a dialect of its own.
fn contract(vendor: &str, file: &str) -> Vec<u8> {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/contracts/vendors");
    let path = format!("{root}/{vendor}/{file}");
    std::fs::read(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn whole(form: Form) -> Reply {
    let body = match form {
        Form::Chat => return Reply::json(REPLY),
        Form::Own(vendor) => return Reply::json(contract(vendor, "replies/hello.json")),
        Form::Claude => claude_answer(),
        Form::Gemini => gemini_answer(),
        Form::Cohere => json!({"id": "r", "finish_reason": "COMPLETE",
            "message": {"role": "assistant", "content": [{"type": "text", "text": "Hello!"}]},
            "usage": {"billed_units": {"input_tokens": 10, "output_tokens": 5}}}),
        Form::Ollama => json!({"model": "m", "message": {"role": "assistant", "content": "Hello!"},
            "done": true, "done_reason": "stop", "prompt_eval_count": 10, "eval_count": 5}),
        Form::Converse => {
            json!({"output": {"message": {"role": "assistant", "content": [{"text": "Hello!"}]}},
            "stopReason": "end_turn", "usage": {"inputTokens": 10, "outputTokens": 5}})
        }
    };
    Reply::json(body.to_string())
}

fn claude_events() -> Vec<(&'static str, Value)> {
    let message = json!({"id": "r", "type": "message", "role": "assistant", "model": "m", "content": [],
        "stop_reason": null, "stop_sequence": null, "usage": {"input_tokens": 10, "output_tokens": 1}});
    vec![
        (
            "message_start",
            json!({"type": "message_start", "message": message}),
        ),
        (
            "content_block_start",
            json!({"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}}),
        ),
        (
            "content_block_delta",
            json!({"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "Hello!"}}),
        ),
        (
            "content_block_stop",
            json!({"type": "content_block_stop", "index": 0}),
        ),
        (
            "message_delta",
            json!({"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": {"output_tokens": 5}}),
        ),
        ("message_stop", json!({"type": "message_stop"})),
    ]
}

fn event(name: &str, data: &Value) -> Bytes {
    Bytes::from(format!("event: {name}\ndata: {data}\n\n"))
}

/// One message as AWS frames it.
fn framed(name: &str, payload: &Value) -> Bytes {
    let mut headers = Vec::new();
    for (field, value) in [(":event-type", name), (":message-type", "event")] {
        headers.push(field.len() as u8);
        headers.extend(field.as_bytes());
        headers.push(7);
        headers.extend((value.len() as u16).to_be_bytes());
        headers.extend(value.as_bytes());
    }
    let payload = payload.to_string();
    let mut bytes = ((16 + headers.len() + payload.len()) as u32)
        .to_be_bytes()
        .to_vec();
    bytes.extend((headers.len() as u32).to_be_bytes());
    bytes.extend(crc32fast::hash(&bytes).to_be_bytes());
    bytes.extend(headers);
    bytes.extend(payload.as_bytes());
    bytes.extend(crc32fast::hash(&bytes).to_be_bytes());
    Bytes::from(bytes)
}

fn of_kind(kind: &str, pieces: Vec<Bytes>) -> Reply {
    let mut reply = Reply::event_list(pieces);
    reply.headers = vec![("content-type", kind.to_owned())];
    reply
}

fn streamed(form: Form) -> Reply {
    match form {
        Form::Own("palm" | "replicate") => whole(form),
        Form::Own(vendor) => {
            Reply::event_list(vec![contract(vendor, "streams/hello.txt").into()])
        }
        Form::Chat => {
            let done = Bytes::from_static(b"data: [DONE]\n\n");
            Reply::event_list(vec![delta("Hello!"), finish(), usage(10, 5), done])
        }
        Form::Claude => {
            let events = claude_events();
            Reply::event_list(events.iter().map(|(name, data)| event(name, data)).collect())
        }
        Form::Gemini => {
            let data = Bytes::from(format!("data: {}\r\n\r\n", gemini_answer()));
            Reply::event_list(vec![data])
        }
        Form::Cohere => Reply::event_list(vec![
            event("message-start", &json!({"id": "r", "type": "message-start", "delta": {"message": {"role": "assistant"}}})),
            event("content-delta", &json!({"type": "content-delta", "index": 0, "delta": {"message": {"content": {"text": "Hello!"}}}})),
            event("message-end", &json!({"type": "message-end", "delta": {"finish_reason": "COMPLETE",
                "usage": {"billed_units": {"input_tokens": 10, "output_tokens": 5}}}})),
        ]),
        Form::Ollama => of_kind("application/x-ndjson", vec![
            Bytes::from_static(b"{\"model\":\"m\",\"message\":{\"role\":\"assistant\",\"content\":\"Hello!\"},\"done\":false}\n"),
            Bytes::from_static(b"{\"model\":\"m\",\"message\":{\"role\":\"assistant\",\"content\":\"\"},\"done\":true,\"done_reason\":\"stop\",\"prompt_eval_count\":10,\"eval_count\":5}\n"),
        ]),
        Form::Converse => of_kind("application/vnd.amazon.eventstream", vec![
            framed("messageStart", &json!({"role": "assistant"})),
            framed("contentBlockDelta", &json!({"contentBlockIndex": 0, "delta": {"text": "Hello!"}})),
            framed("messageStop", &json!({"stopReason": "end_turn"})),
            framed("metadata", &json!({"usage": {"inputTokens": 10, "outputTokens": 5}})),
        ]),
    }
}

fn is_stream(seen: &Seen) -> bool {
    let body: Value = serde_json::from_slice(&seen.body).unwrap_or_default();
    let is_asked = body["stream"] == true || body["Stream"] == true;
    is_asked
        || body["response_mode"] == "streaming"
        || seen.path.contains("tream")
        || seen.path.contains("sse-")
}

fn start(row: &Row) -> (Upstream, Node) {
    let form = row.form;
    let upstream = Upstream::start(move |seen| {
        if seen.path.starts_with("/oauth") {
            Reply::json(r#"{"access_token":"t-1","expires_in":2592000}"#)
        } else if is_stream(seen) {
            streamed(form)
        } else {
            whole(form)
        }
    });
    let mut made = channel(1, &upstream.url());
    made["type"] = json!(row.channel_type);
    made["keys"] = json!([row.key]);
    made["other"] = json!(row.other);
    made["model_mapping"] = json!({"gpt-4o": row.model});
    let node = Setup::new(vec![made]).start();
    (upstream, node)
}

fn body(is_stream: bool) -> String {
    json!({"model": "gpt-4o", "stream": is_stream, "stream_options": {"include_usage": true},
        "messages": [{"role": "user", "content": "Say hello."}]})
    .to_string()
}

/// Calls a vendor for a whole answer and for a stream.
pub(crate) async fn check(row: &Row) {
    let of = format!("type {}", row.channel_type);
    let (upstream, node) = start(row);
    let client = node.client();
    let mut call = client.request(Method::POST, CHAT, body(false));
    let accept = "*/*".parse().expect("a value");
    call.headers_mut().insert("accept", accept);
    let answer = client.whole(call).await;
    assert_eq!(answer.status, 200, "{of}: {:?}", answer.body);
    let read = answer.json();
    let text = &read["choices"][0]["message"]["content"];
    assert_eq!(text, "Hello!", "{of}: {read}");
    let is_counted = match row.form {
        Form::Own(vendor) => OWN.contains(&(vendor, true)),
        _ => true,
    };
    if is_counted {
        assert_eq!(read["usage"]["total_tokens"], 15, "{of}");
    }
    check_stream(&client, &of, is_counted).await;
    let mut seen = upstream.seen();
    seen.retain(|seen| !seen.path.starts_with("/oauth"));
    assert_eq!(seen[0].path, row.path, "{of}");
    assert_eq!(seen[1].path, row.stream_path, "{of}");
    let sent = seen[0].headers.get(&row.header);
    let sent = sent.and_then(|sent| sent.to_str().ok());
    assert_eq!(sent, Some(row.value.as_str()), "{of}");
    for written in node.rows(2).await {
        let counted = (written.prompt, written.completion);
        assert!(counted == (10, 5) || !is_counted, "{of}: {counted:?}");
    }
}

async fn check_stream(client: &Client, of: &str, is_counted: bool) {
    let answer = client.chat(body(true)).await;
    let kind = answer.headers.get("content-type").expect("a kind");
    let kind = kind.to_str().expect("text");
    assert!(kind.starts_with("text/event-stream"), "{of}: {kind}");
    let text = String::from_utf8_lossy(&answer.body).into_owned();
    let pieces = text.lines().filter_map(|line| {
        let chunk: Value = serde_json::from_str(line.strip_prefix("data: ")?).ok()?;
        let piece = chunk["choices"][0]["delta"]["content"].as_str()?;
        Some(piece.to_owned())
    });
    assert_eq!(pieces.collect::<String>(), "Hello!", "{of}: {text}");
    assert!(text.ends_with("data: [DONE]\n\n"), "{of}: {text}");
    let says_usage = text.contains("\"total_tokens\":15");
    assert!(says_usage || !is_counted, "{of}: {text}");
}

#[tokio::test]
async fn geminis_own_clients_pass_through() {
    for row in &rows(GEMINI_ROWS) {
        let (upstream, node) = start(row);
        let client = node.client();
        let body = r#"{"contents":[{"role":"user","parts":[{"text":"hi"}]}]}"#;
        for action in ["generateContent", "streamGenerateContent?alt=sse"] {
            let path = format!("/v1beta/models/gpt-4o:{action}");
            let mut call = client.request(Method::POST, &path, body);
            let accept = "*/*".parse().expect("a value");
            call.headers_mut().insert("accept", accept);
            let answer = client.whole(call).await;
            let text = String::from_utf8_lossy(&answer.body).into_owned();
            assert!(text.contains("Hello!"), "type {}: {text}", row.channel_type);
        }
        let seen = upstream.seen();
        assert_eq!(seen[0].path, row.path);
        assert_eq!(seen[1].path, row.stream_path);
        let sent = seen[0].headers.get(&row.header);
        assert_eq!(
            sent.and_then(|sent| sent.to_str().ok()),
            Some(row.value.as_str())
        );
    }
}

#[tokio::test]
async fn claude_at_bedrock_passes_through_without_its_framing() {
    let upstream = Upstream::start(|seen| {
        if !is_stream(seen) {
            return Reply::json(claude_answer().to_string());
        }
        let encode = |data: &Value| {
            use base64::Engine as _;
            base64::engine::general_purpose::STANDARD.encode(data.to_string())
        };
        let events = claude_events();
        let pieces = events
            .iter()
            .map(|(_, data)| framed("chunk", &json!({"bytes": encode(data)})));
        of_kind("application/vnd.amazon.eventstream", pieces.collect())
    });
    let mut made = channel(1, &upstream.url());
    made["type"] = json!(33);
    made["keys"] = json!(["AKIDEXAMPLE|secret|us-east-1"]);
    made["model_mapping"] = json!({"gpt-4o": "claude-sonnet-4-20250514"});
    let node = Setup::new(vec![made]).start();
    let client = node.client();
    let body = r#"{"model":"gpt-4o","max_tokens":9,"stream":true,"messages":[{"role":"user","content":"hi"}]}"#;
    let mut call = client.request(Method::POST, "/v1/messages", body);
    call.headers_mut()
        .insert("anthropic-beta", "b-1".parse().expect("a value"));
    let answer = client.whole(call).await;
    let text = String::from_utf8_lossy(&answer.body).into_owned();
    let events = claude_events();
    let events = events.iter().map(|(name, data)| event(name, data));
    let wanted = String::from_utf8(events.collect::<Vec<_>>().concat()).expect("text");
    assert_eq!(text, wanted);
    let seen = upstream.seen();
    assert_eq!(
        seen[0].path,
        "/model/us.anthropic.claude-sonnet-4-20250514-v1%3A0/invoke-with-response-stream"
    );
    let sent: Value = serde_json::from_slice(&seen[0].body).expect("JSON");
    let wanted = json!({"max_tokens": 9, "messages": [{"role": "user", "content": "hi"}],
        "anthropic_version": "bedrock-2023-05-31", "anthropic_beta": ["b-1"]});
    assert_eq!(sent, wanted);
    let signature = seen[0].headers["authorization"].to_str().expect("text");
    let head = "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/";
    assert!(signature.starts_with(head), "{signature}");
    assert!(signature.contains(
        "/us-east-1/bedrock/aws4_request, SignedHeaders=content-type;host;x-amz-date, Signature="
    ));
    assert!(seen[0].headers.contains_key("x-amz-date"));
    let row = node.only_row().await;
    assert_eq!((row.prompt, row.completion), (10, 5));
}

#[tokio::test]
async fn what_a_vendor_does_not_take_is_named() {
    let chat = json!({"model": "gpt-4o", "max_tokens": 9, "top_p": 0.5, "messages": [{"role": "user", "content": "hi"}]});
    let responses =
        json!({"model": "gpt-4o", "max_output_tokens": 9, "temperature": 0, "input": "hi"});
    let rerank = json!({"model": "gpt-4o", "query": "q", "documents": ["d"], "rank_fields": ["t"], "max_tokens_per_doc": 9});
    let mut rows = rows(ROWS);
    rows.retain(|row| row.channel_type == 57);
    let codex = &rows[0];
    let jina = Row {
        channel_type: 38,
        key: "k".to_owned(),
        form: Form::Chat,
        ..codex.clone()
    };
    for (row, path, call, dropped) in [
        (codex, CHAT, chat, Some("max_output_tokens, top_p")),
        (
            codex,
            "/v1/responses",
            responses,
            Some("max_output_tokens, temperature"),
        ),
        (&jina, "/v1/rerank", rerank, Some("rank_fields")),
        (
            codex,
            "/v1/responses",
            json!({"model": "gpt-4o", "input": "hi"}),
            None,
        ),
    ] {
        let (upstream, node) = start(row);
        let client = node.client();
        let asked = client.request(Method::POST, path, call.to_string());
        let answer = client.whole(asked).await;
        assert_eq!(answer.status, 200, "{path}: {:?}", answer.body);
        let named = answer.headers.get("x-weirgate-dropped");
        assert_eq!(
            named.map(|named| named.to_str().expect("text")),
            dropped,
            "{path}"
        );
        let sent: Value = serde_json::from_slice(&upstream.seen()[0].body).expect("JSON");
        for name in dropped.into_iter().flat_map(|names| names.split(", ")) {
            assert!(sent.get(name).is_none(), "{path}: {sent}");
        }
    }
}

/// Made for this test alone; opens nothing.
const RSA: &str = include_str!("throwaway_rsa.pem");

#[tokio::test]
async fn a_service_accounts_token_is_fetched_once() {
    let upstream = Upstream::start(|seen| {
        if seen.path == "/token" {
            return Reply::json(
                r#"{"access_token":"t-1","expires_in":3600,"token_type":"Bearer"}"#,
            );
        }
        Reply::json(claude_answer().to_string())
    });
    let key = json!({"type": "service_account", "project_id": "p-1", "client_email": "a@p-1",
        "private_key": RSA, "token_uri": format!("{}/token", upstream.url())});
    let mut made = channel(1, &upstream.url());
    made["type"] = json!(41);
    made["keys"] = json!([key.to_string()]);
    made["other"] = json!("europe-west1");
    made["model_mapping"] = json!({"gpt-4o": "claude-opus-4"});
    let node = Setup::new(vec![made]).start();
    let client = node.client();
    for _ in 0..2 {
        let answer = client.chat(body(false)).await;
        assert_eq!(answer.status, 200, "{:?}", answer.body);
    }
    let seen = upstream.seen();
    let paths: Vec<&str> = seen.iter().map(|seen| seen.path.as_str()).collect();
    let call = "/v1/projects/p-1/locations/europe-west1/publishers/anthropic/models/claude-opus-4:rawPredict";
    assert_eq!(paths, ["/token", call, call]);
    assert!(seen[0].body.starts_with(b"grant_type=urn"));
    assert_eq!(seen[1].headers["authorization"], "Bearer t-1");
    let sent: Value = serde_json::from_slice(&seen[1].body).expect("JSON");
    assert_eq!(sent["anthropic_version"], "vertex-2023-10-16");
    assert!(sent.get("model").is_none());
}

#[tokio::test]
async fn a_coze_services_token_is_fetched_once() {
    let until = 4_000_000_000_i64;
    let upstream = Upstream::start(move |seen| {
        if seen.path == "/api/permission/oauth2/token" {
            let token = json!({"access_token": "t-1", "expires_in": until, "token_type": "Bearer"});
            return Reply::json(token.to_string());
        }
        Reply::event_list(vec![contract("coze", "streams/hello.txt").into()])
    });
    let key = json!({"client_type": "jwt", "client_id": "app-1", "public_key_id": "kid-1",
        "private_key": RSA, "coze_api_base": upstream.url()});
    let mut made = channel(1, &upstream.url());
    made["type"] = json!(49);
    made["keys"] = json!([key.to_string()]);
    let node = Setup::new(vec![made]).start();
    for _ in 0..2 {
        let answer = node.client().chat(body(false)).await;
        assert_eq!(answer.status, 200, "{:?}", answer.body);
    }
    let seen = upstream.seen();
    let paths: Vec<&str> = seen.iter().map(|seen| seen.path.as_str()).collect();
    assert_eq!(
        paths,
        ["/api/permission/oauth2/token", "/v3/chat", "/v3/chat"]
    );
    let asked: Value = serde_json::from_slice(&seen[0].body).expect("JSON");
    assert_eq!(
        asked["grant_type"],
        "urn:ietf:params:oauth:grant-type:jwt-bearer"
    );
    let proof = seen[0].headers["authorization"].to_str().expect("text");
    let parts: Vec<&str> = proof.trim_start_matches("Bearer ").split('.').collect();
    let read = |part: &str| -> Value {
        use base64::Engine as _;
        let engine = base64::engine::general_purpose::URL_SAFE_NO_PAD;
        serde_json::from_slice(&engine.decode(part).expect("base64")).expect("JSON")
    };
    assert_eq!(
        read(parts[0]),
        json!({"alg": "RS256", "typ": "JWT", "kid": "kid-1"})
    );
    let claims = read(parts[1]);
    assert_eq!(
        (&claims["iss"], &claims["aud"]),
        (&json!("app-1"), &json!("127.0.0.1"))
    );
    assert_eq!(seen[1].headers["authorization"], "Bearer t-1");
}
