//! Bad input: the right status, the family's own error body, no row, no call of a provider.

use bytes::Bytes;
use http::{HeaderValue, Method};
use serde_json::{Value, json};

use crate::support::*;

const OTHER: &str = "otherkey0000000000000000000000000000000000000002";

struct Case {
    name: &'static str,
    method: Method,
    path: &'static str,
    headers: Vec<(&'static str, String)>,
    body: Bytes,
    status: u16,
    code: &'static str,
}

fn case(name: &'static str, body: &'static str, status: u16, code: &'static str) -> Case {
    Case {
        name,
        method: Method::POST,
        path: "/v1/chat/completions",
        headers: vec![],
        body: Bytes::from_static(body.as_bytes()),
        status,
        code,
    }
}

fn with_key(name: &'static str, key: &str, status: u16, code: &'static str) -> Case {
    let headers = vec![("authorization", format!("Bearer {key}"))];
    Case {
        headers,
        ..case(name, CHAT, status, code)
    }
}

fn path(
    name: &'static str,
    method: Method,
    path: &'static str,
    status: u16,
    code: &'static str,
) -> Case {
    Case {
        method,
        path,
        ..case(name, CHAT, status, code)
    }
}

fn cases() -> Vec<Case> {
    let unknown_model = r#"{"model":"nothing-9","messages":[{"role":"user","content":"x"}]}"#;
    let unpriced = r#"{"model":"unpriced","messages":[{"role":"user","content":"x"}]}"#;
    let mut oversized = case("a body over the limit", "", 413, "read_request_body_failed");
    oversized.body = Bytes::from(vec![b' '; 70_000]);
    let mut encoded = case(
        "an unknown encoding",
        CHAT,
        415,
        "unsupported_content_encoding",
    );
    encoded.headers = vec![("content-encoding", "lzma".to_owned())];
    let mut not_gzip = case("a body that is not gzip", CHAT, 400, "bad_request_body");
    not_gzip.headers = vec![("content-encoding", "gzip".to_owned())];
    vec![
        case("no JSON", "{nonsense", 400, "invalid_request"),
        case("an empty body", "", 400, "invalid_request"),
        case("no object", "[1]", 400, "invalid_request"),
        case("no model", r#"{"messages":[]}"#, 400, "invalid_request"),
        case(
            "no messages",
            r#"{"model":"gpt-4o"}"#,
            400,
            "invalid_request",
        ),
        case(
            "a stream that is text",
            r#"{"model":"gpt-4o","messages":[],"stream":"yes"}"#,
            400,
            "invalid_request",
        ),
        case("an unpriced model", unpriced, 400, "model_price_error"),
        case("an unknown model", unknown_model, 503, "model_not_found"),
        oversized,
        encoded,
        not_gzip,
    ]
}

fn key_and_path_cases() -> Vec<Case> {
    vec![
        with_key("no key", "", 401, ""),
        with_key("a wrong key", "sk-wrong", 401, ""),
        with_key("an expired key", "sk-expired", 401, ""),
        with_key("a disabled key", "sk-disabled", 401, ""),
        with_key("an exhausted key", "sk-exhausted", 401, ""),
        with_key("a key of a disabled user", "sk-banned", 403, ""),
        with_key("a key of another model", "sk-limited", 403, ""),
        with_key(
            "a key of another address",
            "sk-elsewhere",
            403,
            "access_denied",
        ),
        with_key("a key of a closed group", "sk-grouped", 403, ""),
        with_key("a channel pin of no admin", &format!("sk-{KEY}-1"), 403, ""),
        path("an unknown path", Method::POST, "/v1/nothing", 404, ""),
        path(
            "an unserved path",
            Method::POST,
            "/v1/files",
            501,
            "api_not_implemented",
        ),
        path(
            "a wrong method",
            Method::GET,
            "/v1/chat/completions",
            405,
            "method_not_allowed",
        ),
        path(
            "an unknown model's page",
            Method::GET,
            "/v1/models/nothing-9",
            404,
            "model_not_found",
        ),
    ]
}

fn start(upstream: &Upstream) -> Node {
    let mut row = channel(1, &upstream.url());
    row["models"] = json!(["gpt-4o", "unpriced"]);
    let mut setup = Setup::new(vec![row]).config(json!({"limits": {"body_bytes": 65_536}}));
    let mut banned = user(2);
    banned["status"] = json!(2);
    setup.users.push(banned);
    let changed = |id: i64, user_id: i64, text: &str, field: &str, value: Value| {
        let mut row = key(id, user_id, text);
        row["unlimited"] = json!(true);
        row[field] = value;
        row
    };
    setup.keys.extend([
        changed(2, 1, "expired", "expired_time", json!(1_000)),
        changed(3, 1, "disabled", "status", json!(2)),
        changed(4, 1, "exhausted", "status", json!(4)),
        changed(5, 2, "banned", "status", json!(1)),
        changed(6, 1, "elsewhere", "allow_ips", json!(["10.0.0.0/8"])),
        changed(7, 1, "grouped", "group", json!("secret")),
    ]);
    let mut limited = changed(8, 1, "limited", "model_limits_enabled", json!(true));
    limited["model_limits"] = json!(["gpt-3.5-turbo"]);
    setup.keys.push(limited);
    setup.start()
}

#[tokio::test]
async fn bad_input_gets_the_right_status_and_body_and_costs_nothing() {
    let upstream = Upstream::start(|_| Reply::json(REPLY));
    let node = start(&upstream);
    let client = node.client();

    for case in cases().into_iter().chain(key_and_path_cases()) {
        let mut request = client.request(case.method, case.path, case.body);
        for (name, value) in case.headers {
            request
                .headers_mut()
                .insert(name, HeaderValue::from_str(&value).unwrap());
        }
        let answer = client.whole(request).await;

        assert_eq!(
            answer.status, case.status,
            "{}: {:?}",
            case.name, answer.body
        );
        let error = answer.json()["error"].clone();
        let message = error["message"].as_str().unwrap();
        let id = answer.headers["x-oneapi-request-id"].to_str().unwrap();
        assert!(
            message.ends_with(&format!("(request id: {id})")),
            "{}: {message}",
            case.name
        );
        assert_eq!(error["code"], case.code, "{}", case.name);
        assert!(error["type"].is_string(), "{}", case.name);
        assert_eq!(
            answer.headers["access-control-allow-origin"], "*",
            "{}",
            case.name
        );
    }

    assert_eq!(upstream.count(), 0);
    assert_eq!(node.account()["free"], PLENTY);
    assert_eq!(node.account()["held"], 0);
    assert_eq!(client.chat(CHAT).await.status, 200, "the gateway lives");
    assert_eq!(node.rows(1).await.len(), 1);
    let metrics = node.gateway.metrics();
    assert!(
        metrics.contains("weirgate_refusals_total{reason=\"key_expired\"} 1"),
        "{metrics}"
    );
}

#[tokio::test]
async fn a_channel_pin_of_an_admin_picks_that_channel_and_is_never_retried() {
    let first = Upstream::start(|_| Reply::with(500, "application/json", "{}"));
    let second = Upstream::start(|_| Reply::json(REPLY));
    let mut setup = Setup::new(vec![channel(1, &first.url()), channel(2, &second.url())]);
    setup.users[0]["role"] = json!(10);
    let node = setup.start();
    let client = node.client();
    let pinned = |pin: &str| {
        let mut request = client.request(Method::POST, "/v1/chat/completions", CHAT);
        let value = format!("Bearer sk-{KEY}-{pin}");
        request
            .headers_mut()
            .insert("authorization", HeaderValue::from_str(&value).unwrap());
        client.whole(request)
    };

    assert_eq!(pinned("2").await.status, 200);
    assert_eq!(pinned("1").await.status, 500);
    assert_eq!((first.count(), second.count()), (1, 1));
    assert_eq!(pinned("99").await.status, 400);
}

#[tokio::test]
async fn a_key_is_refused_as_soon_as_its_change_is_published() {
    let upstream = Upstream::start(|_| Reply::json(REPLY));
    let node = Setup::new(vec![channel(1, &upstream.url())]).start();
    let client = node.client();
    assert_eq!(client.chat(CHAT).await.status, 200);

    let mut row = key(1, 1, KEY);
    row["status"] = json!(2);
    node.gateway
        .publish_keys(json!([row]).to_string().as_bytes())
        .unwrap();
    assert_eq!(client.chat(CHAT).await.status, 401);

    let renewed = key(1, 1, OTHER);
    node.gateway
        .publish_keys(json!([renewed]).to_string().as_bytes())
        .unwrap();
    assert_eq!(
        client.chat(CHAT).await.status,
        401,
        "the old text is unknown"
    );
    let view: Value = serde_json::from_slice(&node.gateway.check_key(OTHER, None)).unwrap();
    assert_eq!(view["ok"], true);

    node.gateway
        .publish_keys(br#"[{"id":1,"deleted":true}]"#)
        .unwrap();
    let view: Value = serde_json::from_slice(&node.gateway.check_key(OTHER, None)).unwrap();
    assert_eq!((&view["ok"], &view["status"]), (&json!(false), &json!(401)));
}

#[tokio::test]
async fn a_bad_snapshot_is_refused_and_the_old_one_stays() {
    let upstream = Upstream::start(|_| Reply::json(REPLY));
    let node = Setup::new(vec![channel(1, &upstream.url())]).start();

    let error = node
        .gateway
        .publish_snapshot(br#"{"version":2,"channels":[{"id":"x"}]}"#);

    assert!(error.unwrap_err().to_string().contains("channels[0].id"));
    assert_eq!(node.client().chat(CHAT).await.status, 200);
}

#[tokio::test]
async fn models_are_listed_in_the_shape_of_the_client() {
    let upstream = Upstream::start(|_| Reply::json(REPLY));
    let node = start(&upstream);
    let client = node.client();
    let get = |path: &str| client.request(Method::GET, path, "");

    let list = client.whole(get("/v1/models")).await.json();
    assert_eq!(list["object"], "list");
    let ids: Vec<_> = list["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|model| &model["id"])
        .collect();
    assert_eq!(ids, ["gpt-4o"], "models without a price are hidden");

    let one = client.whole(get("/v1/models/gpt-4o")).await.json();
    assert_eq!(
        (&one["id"], &one["object"]),
        (&json!("gpt-4o"), &json!("model"))
    );

    let mut request = get("/v1/models");
    request.headers_mut().remove("authorization");
    let value = HeaderValue::from_str(&format!("sk-{KEY}")).unwrap();
    request.headers_mut().insert("x-api-key", value);
    request
        .headers_mut()
        .insert("anthropic-version", HeaderValue::from_static("2023-06-01"));
    let list = client.whole(request).await.json();
    assert_eq!(
        (&list["first_id"], &list["has_more"]),
        (&json!("gpt-4o"), &json!(false))
    );
    assert_eq!(list["data"][0]["type"], "model");

    // Google's package for Python asks here, not under `/v1beta`.
    let mut request = get("/v1/models");
    request.headers_mut().remove("authorization");
    let value = HeaderValue::from_str(&format!("sk-{KEY}")).unwrap();
    request.headers_mut().insert("x-goog-api-key", value);
    let list = client.whole(request).await.json();
    assert_eq!(list["models"][0]["name"], "models/gpt-4o");
    let mut request = get(&format!("/v1/models/gpt-4o?key=sk-{KEY}"));
    request.headers_mut().remove("authorization");
    let one = client.whole(request).await.json();
    assert_eq!(one["name"], "models/gpt-4o");
}

#[tokio::test]
async fn a_browser_may_call_from_anywhere() {
    let upstream = Upstream::start(|_| Reply::json(REPLY));
    let node = Setup::new(vec![channel(1, &upstream.url())]).start();
    let client = node.client();
    let mut request = client.request(Method::OPTIONS, "/v1/chat/completions", "");
    request.headers_mut().remove("authorization");
    request.headers_mut().insert(
        "access-control-request-headers",
        HeaderValue::from_static("authorization,x-a"),
    );

    let answer = client.whole(request).await;

    assert_eq!(answer.status, 204);
    assert_eq!(answer.headers["access-control-allow-origin"], "*");
    assert_eq!(
        answer.headers["access-control-allow-headers"],
        "authorization,x-a"
    );
    assert_eq!(answer.headers["access-control-max-age"], "43200");
    assert!(
        answer
            .headers
            .get("access-control-allow-credentials")
            .is_none()
    );
}

#[tokio::test]
async fn neither_side_sees_headers_that_are_not_its_business() {
    let upstream = Upstream::start(|_| {
        let mut reply = Reply::json(REPLY);
        reply.headers.push(("set-cookie", "secret=1".to_owned()));
        reply.headers.push(("server", "cloud".to_owned()));
        reply.headers.push(("x-request-id", "upstream".to_owned()));
        reply
    });
    let node = Setup::new(vec![channel(1, &upstream.url())]).start();
    let client = node.client();
    let mut request = client.request(Method::POST, "/v1/chat/completions", CHAT);
    for (name, value) in [
        ("cookie", "session=1"),
        ("x-forwarded-for", "9.9.9.9"),
        ("x-api-key", "k"),
        ("accept-encoding", "gzip"),
        ("x-stainless-os", "Linux"),
        ("openai-beta", "assistants=v2"),
    ] {
        request
            .headers_mut()
            .insert(name, HeaderValue::from_static(value));
    }

    let answer = client.whole(request).await;

    let seen = &upstream.seen()[0].headers;
    let mut names: Vec<_> = seen.keys().map(http::HeaderName::as_str).collect();
    names.sort_unstable();
    let expected = [
        "authorization",
        "content-length",
        "content-type",
        "host",
        "openai-beta",
        "user-agent",
    ];
    assert_eq!(names, expected);
    for name in ["set-cookie", "server"] {
        assert!(answer.headers.get(name).is_none(), "{name}");
    }
    assert_ne!(
        answer
            .headers
            .get("x-request-id")
            .map(HeaderValue::as_bytes),
        Some(&b"upstream"[..])
    );
}

#[tokio::test]
async fn models_are_listed_in_geminis_and_openais_shape_under_v1beta() {
    let node = Setup::new(vec![channel(1, "http://127.0.0.1:1")]).start();
    let client = node.client();
    let get = |path: &str| client.whole(client.request(Method::GET, path, ""));

    let gemini = get("/v1beta/models?pageSize=10").await;
    assert_eq!(gemini.json()["models"][0]["name"], "models/gpt-4o");
    let one = get("/v1beta/models/gpt-4o").await;
    assert_eq!(one.json()["baseModelId"], "gpt-4o");
    let openai = get("/v1beta/openai/models").await;
    assert_eq!(openai.json()["data"][0]["id"], "gpt-4o");
    let unknown = get("/v1beta/models/nothing").await;
    assert_eq!(unknown.status, 404);
    assert_eq!(unknown.json()["error"]["status"], "NOT_FOUND");
}
