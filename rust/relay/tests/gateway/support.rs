//! A whole gateway on loopback in front of a scripted upstream, and a small client.
//!
//! The upstream answers what the test's own function says, remembers every request that it saw,
//! and tells when an answer's receiver went away. No test waits by sleeping.

use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::Mutex;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode};
use http_body::{Body, Frame};
use http_body_util::{BodyExt as _, Collected, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::client::legacy::Client as HyperClient;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioIo};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::sync::{mpsc, watch};
use weirgate_policy::KeyHasher;
use weirgate_relay::journal::{Position, UsageRow};
use weirgate_relay::{Config, Gateway};

pub(crate) const SECRET: [u8; 32] = [7; 32];
pub(crate) const KEY: &str = "alicekey0000000000000000000000000000000000000001";
pub(crate) const PLENTY: i64 = 1_000_000_000;
/// No test waits longer for anything.
pub(crate) const LONG: Duration = Duration::from_secs(20);

/// A request as the upstream saw it.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub(crate) path: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

/// What the upstream answers.
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: ReplyBody,
}

pub(crate) enum ReplyBody {
    Full(Bytes),
    Stream(mpsc::Receiver<Result<Bytes, std::io::Error>>),
    /// No answer at all, not even a head.
    Never,
    /// The connection is closed without an answer.
    Dropped,
}

impl Reply {
    pub(crate) fn json(body: impl Into<Bytes>) -> Self {
        Self::with(200, "application/json", body)
    }

    pub(crate) fn with(status: u16, kind: &str, body: impl Into<Bytes>) -> Self {
        Self {
            status,
            headers: vec![("content-type", kind.to_owned())],
            body: ReplyBody::Full(body.into()),
        }
    }

    pub(crate) fn hang() -> Self {
        Self {
            status: 200,
            headers: vec![],
            body: ReplyBody::Never,
        }
    }

    /// A stream that the test feeds; dropping the sender ends it.
    pub(crate) fn events() -> (mpsc::Sender<Result<Bytes, std::io::Error>>, Self) {
        let (sender, receiver) = mpsc::channel(1);
        let headers = vec![(
            "content-type",
            "text/event-stream; charset=utf-8".to_owned(),
        )];
        (
            sender,
            Self {
                status: 200,
                headers,
                body: ReplyBody::Stream(receiver),
            },
        )
    }

    /// A stream with all its pieces ready.
    pub(crate) fn event_list(pieces: Vec<Bytes>) -> Self {
        let (sender, receiver) = mpsc::channel(pieces.len().max(1));
        for piece in pieces {
            sender.try_send(Ok(piece)).expect("room for every piece");
        }
        let headers = vec![("content-type", "text/event-stream".to_owned())];
        Self {
            status: 200,
            headers,
            body: ReplyBody::Stream(receiver),
        }
    }
}

type Script = dyn Fn(&Seen) -> Reply + Send + Sync;

struct UpstreamState {
    script: Box<Script>,
    seen: Mutex<Vec<Seen>>,
    count: watch::Sender<usize>,
    /// Answers whose receiver went away before their end.
    gone: watch::Sender<usize>,
}

/// A provider on loopback.
pub(crate) struct Upstream {
    pub(crate) address: SocketAddr,
    state: Arc<UpstreamState>,
    _stop: mpsc::Sender<()>,
}

impl Upstream {
    pub(crate) fn start(script: impl Fn(&Seen) -> Reply + Send + Sync + 'static) -> Self {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        listener
            .set_nonblocking(true)
            .expect("a non-blocking socket");
        let address = listener.local_addr().expect("an address");
        let state = Arc::new(UpstreamState {
            script: Box::new(script),
            seen: Mutex::default(),
            count: watch::Sender::new(0),
            gone: watch::Sender::new(0),
        });
        let (stop, stopped) = mpsc::channel(1);
        let for_thread = Arc::clone(&state);
        std::thread::spawn(move || serve_upstream(listener, for_thread, stopped));
        Self {
            address,
            state,
            _stop: stop,
        }
    }

    /// A port that refuses connections.
    pub(crate) fn refusing() -> SocketAddr {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        listener.local_addr().expect("an address")
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.state.seen.lock().expect("the lock").clone()
    }

    pub(crate) fn count(&self) -> usize {
        *self.state.count.borrow()
    }

    /// Returns how many answers' receivers have gone away so far.
    pub(crate) fn gone(&self) -> usize {
        *self.state.gone.borrow()
    }

    pub(crate) async fn wait_for_calls(&self, calls: usize) {
        let mut count = self.state.count.subscribe();
        let waited = tokio::time::timeout(LONG, count.wait_for(|count| *count >= calls)).await;
        waited
            .expect("the calls within the limit")
            .expect("the upstream lives");
    }

    pub(crate) async fn wait_for_gone(&self, answers: usize) {
        let mut gone = self.state.gone.subscribe();
        let waited = tokio::time::timeout(LONG, gone.wait_for(|gone| *gone >= answers)).await;
        waited
            .expect("the receivers gone within the limit")
            .expect("the upstream lives");
    }
}

fn serve_upstream(
    listener: std::net::TcpListener,
    state: Arc<UpstreamState>,
    mut stopped: mpsc::Receiver<()>,
) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime.expect("a runtime").block_on(async move {
        let listener = tokio::net::TcpListener::from_std(listener).expect("a listener");
        loop {
            let accepted = tokio::select! {
                accepted = listener.accept() => accepted,
                _ = stopped.recv() => return,
            };
            let Ok((stream, _)) = accepted else { continue };
            stream.set_nodelay(true).expect("nodelay");
            let state = Arc::clone(&state);
            tokio::spawn(async move {
                let service = service_fn(|request| answer_upstream(Arc::clone(&state), request));
                let io = TokioIo::new(stream);
                let served =
                    hyper::server::conn::http1::Builder::new().serve_connection(io, service);
                drop(served.await);
            });
        }
    });
}

async fn answer_upstream(
    state: Arc<UpstreamState>,
    request: Request<Incoming>,
) -> Result<Response<ScriptBody>, std::io::Error> {
    let (head, body) = request.into_parts();
    let body = body
        .collect()
        .await
        .map(Collected::to_bytes)
        .unwrap_or_default();
    let seen = Seen {
        path: head.uri.to_string(),
        headers: head.headers,
        body,
    };
    let reply = (state.script)(&seen);
    state.seen.lock().expect("the lock").push(seen);
    state.count.send_modify(|count| *count += 1);
    let mut gone = GoneGuard {
        state: Arc::clone(&state),
        is_done: false,
    };
    if matches!(reply.body, ReplyBody::Never) {
        std::future::pending::<()>().await;
    }
    if matches!(reply.body, ReplyBody::Dropped) {
        return Err(std::io::ErrorKind::ConnectionReset.into());
    }
    if matches!(reply.body, ReplyBody::Full(_)) {
        gone.is_done = true;
    }
    let mut response = Response::new(ScriptBody {
        body: reply.body,
        gone,
    });
    *response.status_mut() = StatusCode::from_u16(reply.status).expect("a status");
    for (name, value) in reply.headers {
        response
            .headers_mut()
            .append(name, HeaderValue::from_str(&value).expect("a value"));
    }
    Ok(response)
}

struct GoneGuard {
    state: Arc<UpstreamState>,
    is_done: bool,
}

impl Drop for GoneGuard {
    fn drop(&mut self) {
        if !self.is_done {
            self.state.gone.send_modify(|gone| *gone += 1);
        }
    }
}

struct ScriptBody {
    body: ReplyBody,
    gone: GoneGuard,
}

impl Body for ScriptBody {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, std::io::Error>>> {
        let this = self.get_mut();
        match &mut this.body {
            ReplyBody::Full(bytes) => {
                let bytes = std::mem::take(bytes);
                Poll::Ready((!bytes.is_empty()).then(|| Ok(Frame::data(bytes))))
            }
            ReplyBody::Stream(receiver) => receiver.poll_recv(cx).map(|next| {
                this.gone.is_done |= next.is_none();
                next.map(|piece| piece.map(Frame::data))
            }),
            ReplyBody::Never | ReplyBody::Dropped => Poll::Pending,
        }
    }
}

/// Returns a channel row that serves `gpt-4o`.
pub(crate) fn channel(id: i64, url: &str) -> Value {
    json!({
        "id": id, "type": 1, "name": format!("channel {id}"), "status": 1, "base_url": url,
        "keys": [format!("sk-upstream-{id}")], "weight": 1, "priority": 0,
        "groups": ["default"], "models": ["gpt-4o"]
    })
}

/// A snapshot with these channels; `gpt-4o` costs 1 quota a prompt token and 2 an output token.
pub(crate) fn snapshot(channels: &[Value], options: Value) -> Value {
    let mut all = json!({
        "retry_times": 3, "default_output_tokens": 100, "allow_private_upstreams": true
    });
    merge(&mut all, options);
    json!({
        "version": 1,
        "channels": channels,
        "groups": {"ratio": {"default": "1"}, "usable": {"default": "", "vip": ""}, "auto": ["default"]},
        "prices": {"model_ratio": {"gpt-4o": "1"}, "completion_ratio": {"gpt-4o": "2"}},
        "options": all
    })
}

fn merge(into: &mut Value, from: Value) {
    let (Some(into), Value::Object(from)) = (into.as_object_mut(), from) else {
        return;
    };
    into.extend(from);
}

pub(crate) fn user(id: i64) -> Value {
    json!({"id": id, "username": format!("user {id}"), "role": 1, "status": 1, "group": "default"})
}

pub(crate) fn key(id: i64, user_id: i64, text: &str) -> Value {
    let hash = KeyHasher::new(&SECRET).hash(text).to_hex();
    json!({"id": id, "user_id": user_id, "hash": hash, "name": format!("key {id}"), "status": 1})
}

/// A gateway with one user and one key, and how to build it differently.
pub(crate) struct Setup {
    pub(crate) channels: Vec<Value>,
    pub(crate) options: Value,
    pub(crate) config: Value,
    pub(crate) users: Vec<Value>,
    pub(crate) keys: Vec<Value>,
    pub(crate) balances: Value,
    /// Price maps besides those of `gpt-4o`.
    pub(crate) prices: Value,
    /// The snapshot's limits.
    pub(crate) limits: Value,
}

impl Setup {
    pub(crate) fn new(channels: Vec<Value>) -> Self {
        Self {
            channels,
            options: json!({}),
            config: json!({}),
            users: vec![user(1)],
            keys: vec![key(1, 1, KEY)],
            balances: json!({
                "last_entry": 0, "users": [[1, PLENTY]], "keys": [[1, 1, PLENTY, false]]
            }),
            prices: json!({}),
            limits: json!({}),
        }
    }

    pub(crate) fn limits(mut self, limits: Value) -> Self {
        self.limits = limits;
        self
    }

    pub(crate) fn prices(mut self, prices: Value) -> Self {
        self.prices = prices;
        self
    }

    pub(crate) fn options(mut self, options: Value) -> Self {
        self.options = options;
        self
    }

    pub(crate) fn config(mut self, config: Value) -> Self {
        self.config = config;
        self
    }

    pub(crate) fn start(self) -> Node {
        let folder = TempDir::new().expect("a folder");
        let secret = "07".repeat(32);
        let mut config = json!({
            "listen": "127.0.0.1:0",
            "admin_listen": "127.0.0.1:0",
            "workers": 2,
            "management_socket": folder.path().join("management.sock"),
            "data_dir": folder.path(),
            "key_secret": secret,
            "journal": {"segment_bytes": 4_194_304}
        });
        merge(&mut config, self.config);
        let config = Config::from_json(config.to_string().as_bytes()).expect("a configuration");
        let gateway = Gateway::open(config).expect("an open gateway");
        let mut document = snapshot(&self.channels, self.options);
        merge(&mut document["prices"], self.prices);
        document["limits"] = self.limits;
        let document = document.to_string();
        gateway
            .publish_snapshot(document.as_bytes())
            .expect("a snapshot");
        let text = |rows: &[Value]| serde_json::to_vec(rows).expect("rows");
        gateway
            .load_accounts(self.balances.to_string().as_bytes())
            .expect("balances");
        gateway.publish_users(&text(&self.users)).expect("users");
        gateway.publish_keys(&text(&self.keys)).expect("keys");
        let address = gateway.serve().expect("a port");
        Node {
            gateway,
            address,
            _folder: folder,
        }
    }
}

/// A running gateway.
pub(crate) struct Node {
    pub(crate) gateway: Gateway,
    pub(crate) address: SocketAddr,
    /// Lives as long as the node writes to it.
    _folder: TempDir,
}

impl Node {
    pub(crate) fn client(&self) -> Client {
        Client::new(self.address)
    }

    pub(crate) fn account(&self) -> Value {
        serde_json::from_slice(&self.gateway.account(1)).expect("an account")
    }

    pub(crate) fn status(&self) -> Value {
        serde_json::from_slice(&self.gateway.status()).expect("a status")
    }

    /// Waits until so many rows are fsynced and returns them.
    pub(crate) async fn rows(&self, count: usize) -> Vec<UsageRow> {
        let deadline = tokio::time::Instant::now() + LONG;
        loop {
            let batch = self
                .gateway
                .read_rows(Position::START, 100_000)
                .expect("rows");
            if batch.rows.len() >= count || tokio::time::Instant::now() > deadline {
                return batch.rows.into_iter().map(|(row, _)| row).collect();
            }
            tokio::task::yield_now().await;
        }
    }

    /// Returns the one row there is, once no hold is left.
    pub(crate) async fn only_row(&self) -> UsageRow {
        let mut rows = self.rows(1).await;
        assert_eq!(rows.len(), 1, "one row a request");
        // The record is written before the hold goes back.
        self.wait_for_no_hold().await;
        rows.remove(0)
    }

    /// Waits until no hold is open.
    pub(crate) async fn wait_for_no_hold(&self) {
        let deadline = tokio::time::Instant::now() + LONG;
        while self.account()["held"] != 0 {
            assert!(tokio::time::Instant::now() < deadline, "a hold was left");
            tokio::task::yield_now().await;
        }
    }
}

/// A client of the gateway.
#[derive(Clone)]
pub(crate) struct Client {
    address: SocketAddr,
    client: HyperClient<HttpConnector, Full<Bytes>>,
}

/// An answer read whole.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).expect("a JSON body")
    }
}

impl Client {
    pub(crate) fn new(address: SocketAddr) -> Self {
        let mut connector = HttpConnector::new();
        connector.set_nodelay(true);
        Self {
            address,
            client: HyperClient::builder(TokioExecutor::new()).build(connector),
        }
    }

    pub(crate) fn request(
        &self,
        method: Method,
        path: &str,
        body: impl Into<Bytes>,
    ) -> Request<Full<Bytes>> {
        Request::builder()
            .method(method)
            .uri(format!("http://{}{path}", self.address))
            .header("authorization", format!("Bearer sk-{KEY}"))
            .header("content-type", "application/json")
            .body(Full::new(body.into()))
            .expect("a request")
    }

    pub(crate) async fn send(&self, request: Request<Full<Bytes>>) -> Response<Incoming> {
        let sent = tokio::time::timeout(LONG, self.client.request(request)).await;
        sent.expect("an answer within the limit")
            .expect("an answer")
    }

    pub(crate) async fn chat(&self, body: impl Into<Bytes>) -> Answer {
        self.whole(self.request(Method::POST, "/v1/chat/completions", body))
            .await
    }

    pub(crate) async fn open_chat(&self, body: impl Into<Bytes>) -> Response<Incoming> {
        self.send(self.request(Method::POST, "/v1/chat/completions", body))
            .await
    }

    pub(crate) async fn whole(&self, request: Request<Full<Bytes>>) -> Answer {
        let (head, body) = self.send(request).await.into_parts();
        let body = tokio::time::timeout(LONG, body.collect())
            .await
            .expect("a body within the limit");
        let body = body.map(Collected::to_bytes).unwrap_or_default();
        Answer {
            status: head.status.as_u16(),
            headers: head.headers,
            body,
        }
    }
}

/// Returns the next piece of a body.
pub(crate) async fn next(body: &mut Incoming) -> Option<Bytes> {
    loop {
        let frame = tokio::time::timeout(LONG, body.frame())
            .await
            .expect("a frame within the limit");
        match frame?.expect("a whole frame").into_data() {
            Ok(data) => return Some(data),
            Err(_trailers) => {}
        }
    }
}

pub(crate) const CHAT: &str =
    r#"{"model":"gpt-4o", "messages":[{"role":"user","content":"Say hello."}]}"#;
pub(crate) const CHAT_STREAM: &str = r#"{"model":"gpt-4o","stream":true,"stream_options":{"include_usage":true},"messages":[{"role":"user","content":"Say hello."}]}"#;
pub(crate) const REPLY: &str = r#"{"id":"chatcmpl-1","object":"chat.completion","created":1,"model":"gpt-4o-2024","choices":[{"index":0,"message":{"role":"assistant","content":"Hello!"},"finish_reason":"stop"}],"usage":{"prompt_tokens":10,"completion_tokens":5,"total_tokens":15}}"#;

/// One chunk of a streamed answer.
pub(crate) fn delta(text: &str) -> Bytes {
    let chunk = json!({"id":"c","object":"chat.completion.chunk","created":1,"model":"gpt-4o",
        "choices":[{"index":0,"delta":{"content":text},"finish_reason":null}]});
    Bytes::from(format!("data: {chunk}\n\n"))
}

pub(crate) fn finish() -> Bytes {
    Bytes::from_static(b"data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"gpt-4o\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n")
}

pub(crate) fn usage(prompt: u64, completion: u64) -> Bytes {
    let chunk = json!({"id":"c","object":"chat.completion.chunk","created":1,"model":"gpt-4o","choices":[],
        "usage":{"prompt_tokens":prompt,"completion_tokens":completion,"total_tokens":prompt+completion}});
    Bytes::from(format!("data: {chunk}\n\n"))
}

pub(crate) const DONE: Bytes = Bytes::from_static(b"data: [DONE]\n\n");
