//! The admin listener: `/health` (the process lives), `/ready` (it takes calls), `/metrics`.
//!
//! Stands apart from the public port, so that it answers while the workers are busy and is never
//! reachable by clients.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderValue, Method, Request, Response, StatusCode};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;

use super::metrics;
use crate::state::shared::Shared;

/// Connections at the same time.
const CONNECTIONS: usize = 64;
const TEXT: HeaderValue = HeaderValue::from_static("text/plain; charset=utf-8");
const OPEN_METRICS: HeaderValue =
    HeaderValue::from_static("application/openmetrics-text; version=1.0.0; charset=utf-8");

/// Serves until dropped.
pub(crate) async fn serve(shared: &Arc<Shared>, listener: TcpListener) {
    let places = Arc::new(Semaphore::new(CONNECTIONS));
    loop {
        let Ok(place) = Arc::clone(&places).acquire_owned().await else {
            return;
        };
        let Ok((stream, _peer)) = listener.accept().await else {
            tokio::time::sleep(Duration::from_millis(50)).await;
            continue;
        };
        let shared = Arc::clone(shared);
        tokio::spawn(async move {
            let service = service_fn(|request| {
                let answer = answer(&shared, &request);
                async move { Ok::<_, Infallible>(answer) }
            });
            let served = http1::Builder::new()
                .timer(TokioTimer::new())
                .header_read_timeout(Duration::from_secs(30))
                .serve_connection(TokioIo::new(stream), service);
            if let Err(error) = served.await {
                tracing::debug!(%error, "an admin connection ended");
            }
            drop(place);
        });
    }
}

fn answer(shared: &Arc<Shared>, request: &Request<Incoming>) -> Response<Full<Bytes>> {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return text(StatusCode::METHOD_NOT_ALLOWED, "method not allowed", TEXT);
    }
    match request.uri().path() {
        "/health" => text(StatusCode::OK, "ok", TEXT),
        "/ready" if shared.is_ready() => text(StatusCode::OK, "ready", TEXT),
        "/ready" => text(StatusCode::SERVICE_UNAVAILABLE, "not ready", TEXT),
        "/metrics" => text(StatusCode::OK, metrics::encode(shared), OPEN_METRICS),
        _ => text(StatusCode::NOT_FOUND, "not found", TEXT),
    }
}

fn text(status: StatusCode, text: impl Into<Bytes>, kind: HeaderValue) -> Response<Full<Bytes>> {
    let mut answer = Response::new(Full::new(text.into()));
    *answer.status_mut() = status;
    answer.headers_mut().insert(CONTENT_TYPE, kind);
    answer
}
