//! Web sockets: realtime, and responses over a socket.
//!
//! ```text
//! identify ► (first message: model) ► plan ► hold ► dial ► 101 ► both ways, counted ► settle
//! ```
//!
//! Realtime names its model in the address, so everything is decided before the client's connection
//! changes protocol and a refusal is a plain HTTP answer. Responses name it in their first message, and where no
//! channel speaks sockets each of them becomes a call of its own (`bridge`).

mod bridge;
mod clock;
mod connect;
mod session;
mod told;
mod upwards;

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use http::header::{
    CONNECTION, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_PROTOCOL, UPGRADE,
};
use http::{HeaderMap, HeaderName, HeaderValue, Request, Response, StatusCode};
use hyper::body::Incoming;
use parking_lot::Mutex;
use tokio_tungstenite::tungstenite::protocol::Role;
use weirgate_wire::Endpoint;

use super::headers::of_socket;
use super::identify;
use super::refuse;
use super::route::Arrival;
use crate::body::AnswerBody;
use crate::error::{Error, ErrorKind};
use crate::upstream::dial::{accept_of, socket};
use crate::worker::Worker;
use connect::Wanted;

/// What goes on on a connection after its protocol has changed.
pub(crate) type Afterlife = Pin<Box<dyn Future<Output = ()> + Send>>;

/// The way of an afterlife from the pipeline to the connection that lives it.
#[derive(Clone)]
pub(crate) struct Upgrading(Arc<Mutex<Option<Afterlife>>>);

impl Upgrading {
    /// Takes the afterlife; once.
    pub(crate) fn take(&self) -> Option<Afterlife> {
        self.0.lock().take()
    }
}

/// Answers a request that asks for a socket.
pub(crate) async fn open(
    worker: &Arc<Worker>,
    arrival: &Arrival,
    endpoint: Endpoint,
    request: Request<Incoming>,
) -> Response<AnswerBody> {
    let mut key_id = 0;
    let opened: Result<_, Error> = async {
        let accept = handshake(request.headers())?;
        let mut request = request;
        let upgrade = hyper::upgrade::on(&mut request);
        let (head, _body) = request.into_parts();
        let identified = identify::identify(worker, arrival, &head)?;
        key_id = identified.caller.key_id;
        let wanted = Wanted {
            worker: Arc::clone(worker),
            arrival: arrival.clone(),
            identified,
            endpoint,
            beta: is_beta(&head.headers),
            own: own(endpoint, &head.headers),
            head: head.clone(),
        };
        let model = query_model(head.uri.query());
        let opened = match (endpoint, model) {
            (Endpoint::Realtime, Some(model)) => {
                Some(connect::connect(&wanted, &model, None).await?)
            }
            (Endpoint::Realtime, None) => {
                return Err(weirgate_wire::RequestError::MissingModel.into());
            }
            _ => None,
        };
        let afterlife: Afterlife = Box::pin(async move {
            if let Ok(upgraded) = upgrade.await {
                let client = socket(upgraded, Role::Server).await;
                session::run(wanted, client, opened).await;
            }
        });
        Ok(switching(&accept, &head.headers, afterlife))
    }
    .await;
    opened.unwrap_or_else(|error| refuse::answer(worker, arrival, key_id, &error))
}

/// Checks the client's handshake and returns the answer to its key.
fn handshake(headers: &HeaderMap) -> Result<String, Error> {
    let is = |name, wanted: &str| {
        let value = headers
            .get(name)
            .and_then(|value: &HeaderValue| value.to_str().ok());
        value.is_some_and(|value| {
            let mut items = value.split(',');
            items.any(|item| item.trim().eq_ignore_ascii_case(wanted))
        })
    };
    let key = headers
        .get(SEC_WEBSOCKET_KEY)
        .and_then(|key| key.to_str().ok());
    let version = http::header::SEC_WEBSOCKET_VERSION;
    match key {
        Some(key) if is(UPGRADE, "websocket") && is(CONNECTION, "upgrade") && is(version, "13") => {
            Ok(accept_of(key))
        }
        _ => {
            let message = "this path is a WebSocket (version 13)";
            let body = refuse::own(426, "invalid_request_error", "upgrade_required", message);
            Err(Error::client(ErrorKind::Said(Box::new(body))))
        }
    }
}

fn query_model(query: Option<&str>) -> Option<String> {
    let value = query?
        .split('&')
        .find_map(|pair| pair.strip_prefix("model="))?;
    let decoded = percent_encoding::percent_decode_str(value)
        .decode_utf8()
        .ok()?;
    (!decoded.is_empty()).then(|| decoded.into_owned())
}

/// Returns the client's headers that go to the provider as they are.
fn own(endpoint: Endpoint, headers: &HeaderMap) -> Vec<(HeaderName, HeaderValue)> {
    if endpoint == Endpoint::Responses {
        of_socket(headers)
    } else {
        Vec::new()
    }
}

/// Whether the client speaks realtime's beta form, by header or by sub-protocol.
fn is_beta(headers: &HeaderMap) -> bool {
    let has = |name: &str, part: &str| {
        let value = headers.get(name).and_then(|value| value.to_str().ok());
        value.is_some_and(|value| value.contains(part))
    };
    has("openai-beta", "realtime=v1") || has("sec-websocket-protocol", "openai-beta.realtime-v1")
}

fn switching(accept: &str, asked: &HeaderMap, afterlife: Afterlife) -> Response<AnswerBody> {
    let mut answer = Response::new(AnswerBody::ready(""));
    *answer.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
    let headers = answer.headers_mut();
    headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
    headers.insert(CONNECTION, HeaderValue::from_static("Upgrade"));
    if let Ok(accept) = HeaderValue::from_str(accept) {
        headers.insert(SEC_WEBSOCKET_ACCEPT, accept);
    }
    if let Some(protocol) = sub_protocol(asked) {
        headers.insert(SEC_WEBSOCKET_PROTOCOL, protocol);
    }
    let upgrading = Upgrading(Arc::new(Mutex::new(Some(afterlife))));
    answer.extensions_mut().insert(upgrading);
    answer
}

/// Returns the sub-protocol to agree on: the first that is no carrier of a key or a version.
fn sub_protocol(headers: &HeaderMap) -> Option<HeaderValue> {
    let offered = headers.get(SEC_WEBSOCKET_PROTOCOL)?.to_str().ok()?;
    let chosen = offered
        .split(',')
        .map(str::trim)
        .find(|item| !item.is_empty() && !item.starts_with("openai-"))?;
    HeaderValue::from_str(chosen).ok()
}
