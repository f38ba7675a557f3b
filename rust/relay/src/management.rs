//! Hands every path that is not the relay's to the management plane over its Unix socket.
//!
//! Bodies stream both ways and are pulled by the reader, so nothing large is ever kept here.
//! Headers that only this gateway may set are stripped first, so no client can pose as it.

use std::future::Future;
use std::io;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use http::header::{
    CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, HOST, HeaderName, PROXY_AUTHENTICATE,
    PROXY_AUTHORIZATION, TE, TRAILER, TRANSFER_ENCODING, UPGRADE,
};
use http::{HeaderMap, HeaderValue, Request, Response, StatusCode, Uri, Version};
use hyper::body::Incoming;
use hyper::rt::{Read, ReadBufCursor, Write};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::{Connected, Connection};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use tokio::net::UnixStream;
use tower_service::Service;
use weirgate_policy::Caller;

use crate::body::AnswerBody;
use crate::pipeline::route::Arrival;
use crate::worker::Worker;

/// Prefix of the headers that only the gateway sets.
pub(crate) const OURS: &str = "x-weirgate-";
pub(crate) const LISTENER: HeaderName = HeaderName::from_static("x-weirgate-listener");
pub(crate) const CLIENT_IP: HeaderName = HeaderName::from_static("x-weirgate-client-ip");
const SCHEME: HeaderName = HeaderName::from_static("x-weirgate-scheme");
pub(crate) const REQUEST_ID: HeaderName = HeaderName::from_static("x-weirgate-request-id");
/// The user and key whom the relay has identified; only beside the listener `relay`.
pub(crate) const USER_ID: HeaderName = HeaderName::from_static("x-weirgate-user-id");
pub(crate) const KEY_ID: HeaderName = HeaderName::from_static("x-weirgate-key-id");
const X_FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");
/// Headers that belong to one connection and never pass it.
const HOP_BY_HOP: [HeaderName; 9] = [
    CONNECTION,
    HeaderName::from_static("keep-alive"),
    HeaderName::from_static("proxy-connection"),
    PROXY_AUTHENTICATE,
    PROXY_AUTHORIZATION,
    TE,
    TRAILER,
    TRANSFER_ENCODING,
    UPGRADE,
];
/// Longest wait for the management plane's headers.
const HEADER_WAIT: Duration = Duration::from_mins(5);
/// What a client is told while the socket is down.
const UNAVAILABLE: &[u8] = br#"{"success":false,"message":"management plane unavailable"}"#;

/// One worker's kept-alive connections to the socket.
#[derive(Debug)]
pub(crate) struct ManagementClient {
    client: Client<SocketConnector, Incoming>,
}

impl ManagementClient {
    pub(crate) fn new(socket: &Path) -> Self {
        let connector = SocketConnector::new(socket);
        let client = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(Duration::from_secs(20))
            .pool_max_idle_per_host(32)
            .http1_max_buf_size(64 * 1024)
            .build(connector);
        Self { client }
    }
}

/// Forwards a request and returns the management plane's answer, or 503.
pub(crate) async fn forward(
    worker: &Worker,
    arrival: &Arrival,
    request: Request<Incoming>,
) -> Response<AnswerBody> {
    send(worker, arrival, request, None).await
}

/// Forwards a relay path's request with the caller that the relay has identified.
pub(crate) async fn forward_as(
    worker: &Worker,
    arrival: &Arrival,
    request: Request<Incoming>,
    caller: &Caller,
) -> Response<AnswerBody> {
    send(worker, arrival, request, Some(caller)).await
}

async fn send(
    worker: &Worker,
    arrival: &Arrival,
    request: Request<Incoming>,
    caller: Option<&Caller>,
) -> Response<AnswerBody> {
    let is_trusted = arrival.came_through_proxy;
    let own_scheme = match worker.public_tls {
        Some(_) => "https",
        None => "http",
    };
    let Some(mut request) = prepare(arrival, request, is_trusted, own_scheme) else {
        return unavailable();
    };
    if let Some(caller) = caller {
        let headers = request.headers_mut();
        headers.insert(LISTENER, HeaderValue::from_static("relay"));
        headers.insert(USER_ID, HeaderValue::from(caller.user_id));
        headers.insert(KEY_ID, HeaderValue::from(caller.key_id));
    }
    let sent = worker.management.client.request(request);
    match tokio::time::timeout(HEADER_WAIT, sent).await {
        Ok(Ok(response)) => {
            let (mut head, body) = response.into_parts();
            strip_hop_by_hop(&mut head.headers);
            head.version = Version::HTTP_11;
            Response::from_parts(head, AnswerBody::management(body))
        }
        Ok(Err(error)) => {
            tracing::warn!(request_id = %arrival.id_text(), %error, "management plane unavailable");
            unavailable()
        }
        Err(_elapsed) => unavailable(),
    }
}

fn prepare(
    arrival: &Arrival,
    request: Request<Incoming>,
    is_trusted: bool,
    own_scheme: &'static str,
) -> Option<Request<Incoming>> {
    let (mut head, body) = request.into_parts();
    let path = head.uri.path_and_query().map_or("/", |path| path.as_str());
    let uri = Uri::builder()
        .scheme("http")
        .authority("management")
        .path_and_query(path);
    if let Some(authority) = head.uri.authority()
        && !head.headers.contains_key(HOST)
        && let Ok(host) = HeaderValue::from_str(authority.as_str())
    {
        head.headers.insert(HOST, host);
    }
    head.uri = uri.build().ok()?;
    head.version = Version::HTTP_11;
    let forwarded = head.headers.get(X_FORWARDED_PROTO).cloned();
    let scheme = match forwarded {
        Some(proto) if is_trusted && proto.as_bytes() == b"https" => "https",
        Some(_) if is_trusted => "http",
        _ => own_scheme,
    };
    strip_hop_by_hop(&mut head.headers);
    strip_ours(&mut head.headers);
    if http_body::Body::size_hint(&body).exact().is_none() {
        head.headers.remove(CONTENT_LENGTH);
    }
    head.headers
        .insert(LISTENER, HeaderValue::from_static("public"));
    head.headers
        .insert(SCHEME, HeaderValue::from_static(scheme));
    head.headers
        .insert(CLIENT_IP, value(&arrival.client_ip.to_string())?);
    head.headers.insert(REQUEST_ID, value(&arrival.id_text())?);
    Some(Request::from_parts(head, body))
}

fn value(text: &str) -> Option<HeaderValue> {
    HeaderValue::from_str(text).ok()
}

/// Removes the connection's own headers, and those that `Connection` names.
fn strip_hop_by_hop(headers: &mut HeaderMap) {
    let named: Vec<HeaderName> = headers
        .get_all(CONNECTION)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|list| list.split(','))
        .filter_map(|name| name.trim().parse().ok())
        .collect();
    for name in named.iter().chain(&HOP_BY_HOP) {
        headers.remove(name);
    }
}

fn strip_ours(headers: &mut HeaderMap) {
    let posed: Vec<HeaderName> = headers
        .keys()
        .filter(|name| name.as_str().starts_with(OURS))
        .cloned()
        .collect();
    for name in posed {
        headers.remove(name);
    }
}

fn unavailable() -> Response<AnswerBody> {
    let mut answer = Response::new(AnswerBody::ready(UNAVAILABLE));
    *answer.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
    answer
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    answer
}

/// Connects to the one socket, whatever address is asked for.
#[derive(Clone, Debug)]
pub(crate) struct SocketConnector {
    socket: Arc<PathBuf>,
}

impl SocketConnector {
    pub(crate) fn new(socket: &Path) -> Self {
        Self {
            socket: Arc::from(socket.to_path_buf()),
        }
    }
}

impl Service<Uri> for SocketConnector {
    type Response = SocketStream;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = io::Result<SocketStream>> + Send>>;

    fn poll_ready(&mut self, _cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _uri: Uri) -> Self::Future {
        let socket = Arc::clone(&self.socket);
        Box::pin(async move {
            let connecting = UnixStream::connect(socket.as_ref());
            let stream = tokio::time::timeout(Duration::from_secs(5), connecting).await??;
            Ok(SocketStream(TokioIo::new(stream)))
        })
    }
}

/// A connection to the socket.
#[derive(Debug)]
pub(crate) struct SocketStream(TokioIo<UnixStream>);

impl Connection for SocketStream {
    fn connected(&self) -> Connected {
        Connected::new()
    }
}

impl Read for SocketStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_read(cx, buffer)
    }
}

impl Write for SocketStream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(cx)
    }

    fn is_write_vectored(&self) -> bool {
        self.0.is_write_vectored()
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write_vectored(cx, slices)
    }
}
