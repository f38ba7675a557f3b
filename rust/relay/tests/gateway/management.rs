//! The hand-over to the management plane: bodies whole, headers clean, users apart.

use std::convert::Infallible;
use std::path::Path;

use bytes::Bytes;
use http::{HeaderValue, Method, Request, Response};
use http_body_util::{BodyExt as _, Collected, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use serde_json::json;

use crate::support::*;

/// A management plane that tells what it got.
fn serve_echo(socket: &Path) {
    let listener = std::os::unix::net::UnixListener::bind(socket).unwrap();
    listener.set_nonblocking(true).unwrap();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(async move {
            let listener = tokio::net::UnixListener::from_std(listener).unwrap();
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(async move {
                    let service = service_fn(echo);
                    let served = hyper::server::conn::http1::Builder::new();
                    drop(served.serve_connection(TokioIo::new(stream), service).await);
                });
            }
        });
    });
}

async fn echo(request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    let (head, body) = request.into_parts();
    let body = body
        .collect()
        .await
        .map(Collected::to_bytes)
        .unwrap_or_default();
    if head.uri.path() == "/big" {
        return Ok(Response::new(Full::new(body)));
    }
    let headers: serde_json::Map<_, _> = head
        .headers
        .iter()
        .map(|(name, value)| (name.to_string(), json!(value.to_str().unwrap_or(""))))
        .collect();
    let told = json!({"method": head.method.as_str(), "uri": head.uri.to_string(),
        "headers": headers, "bytes": body.len()});
    let mut answer = Response::new(Full::new(Bytes::from(told.to_string())));
    let cookie = head.headers.get("x-user").cloned();
    if let Some(cookie) = cookie {
        answer.headers_mut().insert("set-cookie", cookie);
    }
    answer
        .headers_mut()
        .insert("connection", HeaderValue::from_static("x-private"));
    answer
        .headers_mut()
        .insert("x-private", HeaderValue::from_static("1"));
    Ok(answer)
}

fn node_with_management() -> Node {
    let folder = tempfile::TempDir::new().unwrap().keep();
    let socket = folder.join("m.sock");
    serve_echo(&socket);
    Setup::new(vec![])
        .config(json!({"management_socket": socket}))
        .start()
}

#[tokio::test]
async fn other_paths_reach_the_management_plane_with_the_gateways_own_headers() {
    let node = node_with_management();
    let client = node.client();
    let mut request = client.request(Method::PUT, "/api/token/?p=1&x=%20", "{}");
    for (name, value) in [
        ("x-weirgate-client-ip", "6.6.6.6"),
        ("x-weirgate-role", "root"),
        ("connection", "x-secret-hop"),
        ("x-secret-hop", "1"),
        ("x-forwarded-for", "6.6.6.6"),
    ] {
        request
            .headers_mut()
            .insert(name, HeaderValue::from_static(value));
    }

    let answer = client.whole(request).await;

    assert_eq!(answer.status, 200);
    let told = answer.json();
    assert_eq!(
        (&told["method"], &told["uri"]),
        (&json!("PUT"), &json!("/api/token/?p=1&x=%20"))
    );
    let headers = &told["headers"];
    assert_eq!(headers["x-weirgate-client-ip"], "127.0.0.1");
    assert_eq!(headers["x-weirgate-listener"], "public");
    assert_eq!(headers["x-weirgate-scheme"], "http");
    let id = answer.headers["x-oneapi-request-id"].to_str().unwrap();
    assert_eq!(headers["x-weirgate-request-id"], id);
    assert_eq!(headers["host"], node.address.to_string());
    assert!(headers.get("x-weirgate-role").is_none());
    assert!(headers.get("x-secret-hop").is_none());
    assert!(answer.headers.get("x-private").is_none());
}

#[tokio::test]
async fn dashboard_paths_under_v1_belong_to_the_management_plane() {
    let node = node_with_management();
    let client = node.client();
    let request = client.request(Method::GET, "/v1/dashboard/billing/usage", "");
    assert_eq!(
        client.whole(request).await.json()["uri"],
        "/v1/dashboard/billing/usage"
    );
}

#[tokio::test]
async fn large_bodies_pass_both_ways() {
    let node = node_with_management();
    let client = node.client();
    let body: Bytes = (0..40_000_000_u32)
        .map(|n| (n % 251) as u8)
        .collect::<Vec<_>>()
        .into();

    let answer = client
        .whole(client.request(Method::POST, "/big", body.clone()))
        .await;

    assert_eq!(answer.status, 200);
    assert!(answer.body == body, "{} bytes came back", answer.body.len());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_users_headers_are_never_mixed() {
    let node = node_with_management();
    let callers = ["alice", "bob"].map(|name| {
        let client = node.client();
        tokio::spawn(async move {
            for _ in 0..200 {
                let mut request = client.request(Method::GET, "/api/user/self", "");
                request
                    .headers_mut()
                    .insert("x-user", HeaderValue::from_static(name));
                let answer = client.whole(request).await;
                assert_eq!(answer.headers["set-cookie"], name);
                assert_eq!(answer.json()["headers"]["x-user"], name);
            }
        })
    });
    for caller in callers {
        caller.await.unwrap();
    }
}

#[tokio::test]
async fn a_management_plane_that_is_down_is_said_and_relay_calls_go_on() {
    let upstream = Upstream::start(|_| Reply::json(REPLY));
    let node = Setup::new(vec![channel(1, &upstream.url())]).start();
    let client = node.client();

    let answer = client
        .whole(client.request(Method::GET, "/api/status", ""))
        .await;

    assert_eq!(answer.status, 503);
    let expected = json!({"success": false, "message": "management plane unavailable"});
    assert_eq!(answer.json(), expected);
    assert_eq!(client.chat(CHAT).await.status, 200);
}

#[tokio::test]
async fn a_trusted_proxy_names_client_and_scheme() {
    let folder = tempfile::TempDir::new().unwrap().keep();
    let socket = folder.join("m.sock");
    serve_echo(&socket);
    let config = json!({"management_socket": socket, "trusted_proxies": ["127.0.0.0/8"]});
    let node = Setup::new(vec![]).config(config).start();
    let client = node.client();
    let mut request = client.request(Method::GET, "/api/status", "");
    request.headers_mut().insert(
        "x-forwarded-for",
        HeaderValue::from_static("6.6.6.6, 1.2.3.4"),
    );
    request
        .headers_mut()
        .insert("x-forwarded-proto", HeaderValue::from_static("https"));

    let headers = client.whole(request).await.json()["headers"].clone();

    assert_eq!(headers["x-weirgate-client-ip"], "1.2.3.4");
    assert_eq!(headers["x-weirgate-scheme"], "https");
}
