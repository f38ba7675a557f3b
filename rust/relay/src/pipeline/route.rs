//! The public port's path table, and what is known of a request before any station.
//!
//! Relay paths stay here; every other path goes to the management plane. No slash is normalised.

use std::net::IpAddr;
use std::time::Instant;

use http::{HeaderName, HeaderValue, Method, Request, Response};
use hyper::body::Incoming;
use weirgate_wire::task::TaskRoute;
use weirgate_wire::{Endpoint, Family};

use super::stored::Stored;
use super::{bounds, cors, identify};
use crate::body::AnswerBody;
use crate::error::ErrorKind;
use crate::state::clock;
use crate::worker::Worker;

/// Header that carries our request id on every answer.
pub(crate) const REQUEST_ID: HeaderName = HeaderName::from_static("x-oneapi-request-id");

/// Paths of the relay answered with 501, by prefix (contract of the family, read 2026-08).
const NOT_IMPLEMENTED: [&str; 3] = ["/v1/images/variations", "/v1/files", "/v1/fine-tunes"];
/// Prefixes that belong to the relay.
const RELAY_PREFIXES: [&str; 7] = [
    "/v1/", "/v1beta/", "/pg/", "/mj/", "/suno/", "/kling/", "/jimeng/",
];
/// Prefixes under the relay's that the management plane answers.
const MANAGEMENT_PREFIXES: [&str; 3] = ["/v1/dashboard/", "/dashboard/", "/mj/notify"];

/// Why a relay path has no call behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NoCall {
    UnknownPath,
    NotImplemented,
    MethodNotAllowed,
    TargetTooLong,
    HeadTooLarge,
}

impl NoCall {
    pub(crate) const fn error_kind(self) -> ErrorKind {
        match self {
            Self::UnknownPath => ErrorKind::UnknownPath,
            Self::NotImplemented => ErrorKind::NotImplemented,
            Self::MethodNotAllowed => ErrorKind::MethodNotAllowed,
            Self::TargetTooLong => ErrorKind::TargetTooLong,
            Self::HeadTooLarge => ErrorKind::HeadTooLarge,
        }
    }
}

/// The lists of models.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ModelList {
    /// `/v1/models`: Claude's and Gemini's shape for their clients, `OpenAI`'s for all others.
    ByClient,
    /// `/v1beta/openai/models`
    Openai,
    /// `/v1beta/models`
    Gemini,
}

impl ModelList {
    const ALL: [Self; 3] = [Self::ByClient, Self::Openai, Self::Gemini];

    pub(crate) const fn path(self) -> &'static str {
        match self {
            Self::ByClient => "/v1/models",
            Self::Openai => "/v1beta/openai/models",
            Self::Gemini => "/v1beta/models",
        }
    }

    /// Returns the list of a path, and whether it names one model of it.
    fn of(path: &str) -> Option<(Self, bool)> {
        let below = |list: Self| Some((list, path.strip_prefix(list.path())?));
        let (list, rest) = Self::ALL.into_iter().find_map(below)?;
        match rest.strip_prefix('/') {
            None => rest.is_empty().then_some((list, false)),
            Some(name) => (!name.is_empty()).then_some((list, true)),
        }
    }
}

/// Where a request goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Route {
    Call(Endpoint),
    Models(ModelList),
    Model(ModelList),
    Task(TaskRoute),
    /// A WebSocket of this endpoint.
    Socket(Endpoint),
    /// A response that a provider keeps.
    Stored(Stored),
    Preflight,
    Health,
    Refused(NoCall),
    Management,
}

impl Route {
    /// Finds the route of a request; tasks are found by query too.
    fn of_request<B>(request: &Request<B>) -> Self {
        let (method, uri) = (request.method(), request.uri());
        if method != Method::OPTIONS
            && let Some(task) = TaskRoute::of(method.as_str(), uri.path(), uri.query())
        {
            return Self::Task(task);
        }
        if method == Method::GET {
            let is_upgrade = request.headers().contains_key(http::header::UPGRADE);
            match uri.path() {
                "/v1/realtime" => return Self::Socket(Endpoint::Realtime),
                "/v1/responses" if is_upgrade => return Self::Socket(Endpoint::Responses),
                _ => {}
            }
        }
        Self::of(method, uri.path())
    }

    /// Finds the route of a method and path.
    pub(crate) fn of(method: &Method, path: &str) -> Self {
        if path == "/health" {
            return Self::Health;
        }
        let is_management = MANAGEMENT_PREFIXES
            .iter()
            .any(|prefix| path.starts_with(prefix));
        if is_management || !is_relay(path) {
            return Self::Management;
        }
        if method == Method::OPTIONS {
            return Self::Preflight;
        }
        if let Some(endpoint) = Endpoint::from_path(path) {
            return match *method {
                Method::POST => Self::Call(endpoint),
                _ => Self::Refused(NoCall::MethodNotAllowed),
            };
        }
        if let Some(stored) = Stored::of(method, path) {
            return Self::Stored(stored);
        }
        match (method, ModelList::of(path)) {
            (&Method::GET, Some((list, true))) => Self::Model(list),
            (&Method::GET, Some((list, false))) => Self::Models(list),
            (&Method::DELETE, Some((ModelList::ByClient, true))) => {
                Self::Refused(NoCall::NotImplemented)
            }
            _ if is_not_implemented(path) => Self::Refused(NoCall::NotImplemented),
            _ => Self::Refused(NoCall::UnknownPath),
        }
    }

    /// Returns the metric label; one of a fixed set.
    pub(crate) const fn label(self) -> RouteLabel {
        match self {
            Self::Call(endpoint) | Self::Socket(endpoint) => RouteLabel::Call(endpoint),
            Self::Models(_) | Self::Model(_) => RouteLabel::Models,
            Self::Task(_) => RouteLabel::Tasks,
            Self::Management => RouteLabel::Management,
            Self::Stored(_) | Self::Preflight | Self::Health | Self::Refused(_) => {
                RouteLabel::Other
            }
        }
    }
}

/// The routes as metrics know them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RouteLabel {
    Call(Endpoint),
    Models,
    Management,
    Other,
    Tasks,
}

impl RouteLabel {
    /// How many there are.
    pub(crate) const COUNT: usize = Endpoint::ALL.len() + 4;

    /// Returns every label.
    pub(crate) fn all() -> impl Iterator<Item = Self> {
        let others = [Self::Models, Self::Management, Self::Other, Self::Tasks];
        Endpoint::ALL.into_iter().map(Self::Call).chain(others)
    }

    /// Returns its place in [`Self::all`].
    pub(crate) const fn index(self) -> usize {
        match self {
            Self::Call(endpoint) => endpoint as usize,
            Self::Models => Endpoint::ALL.len(),
            Self::Management => Endpoint::ALL.len() + 1,
            Self::Other => Endpoint::ALL.len() + 2,
            Self::Tasks => Endpoint::ALL.len() + 3,
        }
    }

    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Call(endpoint) => endpoint.as_str(),
            Self::Models => "models",
            Self::Management => "management",
            Self::Other => "other",
            Self::Tasks => "tasks",
        }
    }
}

fn is_relay(path: &str) -> bool {
    RELAY_PREFIXES.iter().any(|prefix| path.starts_with(prefix))
        || is_bare_relay(path)
        || TaskRoute::is_speed_path(path)
}

fn is_bare_relay(path: &str) -> bool {
    RELAY_PREFIXES
        .iter()
        .any(|prefix| prefix.strip_suffix('/') == Some(path))
}

fn is_not_implemented(path: &str) -> bool {
    NOT_IMPLEMENTED.iter().any(|prefix| {
        path.strip_prefix(prefix)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    })
}

/// What is known of a request before any station.
#[derive(Clone, Debug)]
pub(crate) struct Arrival {
    pub(crate) id: [u8; 16],
    pub(crate) started: Instant,
    pub(crate) started_ms: i64,
    pub(crate) client_ip: IpAddr,
    /// The peer is a trusted proxy, whose word on scheme and address counts.
    pub(crate) came_through_proxy: bool,
    pub(crate) route: Route,
    endpoint: Option<Endpoint>,
}

impl Arrival {
    pub(crate) fn of(worker: &Worker, peer: IpAddr, request: &Request<Incoming>) -> Self {
        let config = &worker.shared.config;
        let route = match bounds::check(request, &config.limits) {
            None => Route::of_request(request),
            Some(no_call) => Route::Refused(no_call),
        };
        let trusted = &config.trusted_proxies;
        Self {
            id: clock::random_id(),
            started: Instant::now(),
            started_ms: clock::now_ms(),
            client_ip: identify::client_ip(peer, trusted, request.headers()),
            came_through_proxy: identify::is_trusted(peer.to_canonical(), trusted),
            route,
            endpoint: match route {
                Route::Call(endpoint) | Route::Socket(endpoint) => Some(endpoint),
                Route::Management | Route::Preflight | Route::Health => None,
                _ => spoken_by(request),
            },
        }
    }

    /// The arrival of a further call over the same connection.
    pub(crate) fn again(&self) -> Self {
        Self {
            id: clock::random_id(),
            started: Instant::now(),
            started_ms: clock::now_ms(),
            ..self.clone()
        }
    }

    /// Returns the endpoint whose shape errors take, if the path has one.
    pub(crate) const fn endpoint(&self) -> Option<Endpoint> {
        self.endpoint
    }

    /// Returns the request id as 32 lower hex digits.
    pub(crate) fn id_text(&self) -> String {
        hex(&self.id)
    }

    /// Returns the header in which a family's clients look for the request id.
    fn family_id(&self) -> Option<HeaderName> {
        if self.route == Route::Management {
            return None;
        }
        match self.endpoint.map(Endpoint::family) {
            Some(Family::AnthropicMessages) => Some(HeaderName::from_static("request-id")),
            Some(Family::Gemini) => None,
            _ => Some(HeaderName::from_static("x-request-id")),
        }
    }

    /// Puts the headers on an answer that every answer of the public port carries.
    pub(crate) fn stamp(&self, mut answer: Response<AnswerBody>) -> Response<AnswerBody> {
        let mut digits = [0_u8; 32];
        write_hex(&self.id, &mut digits);
        if let Ok(value) = HeaderValue::from_bytes(&digits) {
            if let Some(name) = self.family_id() {
                answer.headers_mut().insert(name, value.clone());
            }
            answer.headers_mut().insert(REQUEST_ID, value);
        }
        if self.route != Route::Management {
            cors::allow_any_origin(answer.headers_mut());
        }
        answer
    }
}

/// Returns the endpoint in whose shape a path that makes no call is answered; none for the family's plain shape.
fn spoken_by(request: &Request<Incoming>) -> Option<Endpoint> {
    let path = request.uri().path();
    if path.starts_with("/v1beta/openai/") {
        return None;
    }
    if path.starts_with("/v1beta/") {
        return Some(Endpoint::GenerateContent);
    }
    let headers = request.headers();
    let is_claude = headers.contains_key("anthropic-version") && path.starts_with("/v1/models");
    (is_claude || path.starts_with("/v1/messages")).then_some(Endpoint::Messages)
}

fn write_hex(id: &[u8; 16], digits: &mut [u8; 32]) {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    let digit = |nibble: u8| HEX.get(usize::from(nibble)).copied().unwrap_or(b'0');
    for (pair, byte) in digits.chunks_exact_mut(2).zip(id) {
        if let [high, low] = pair {
            *high = digit(byte >> 4);
            *low = digit(byte & 15);
        }
    }
}

/// Returns the lower hex form of an id.
pub(crate) fn hex(id: &[u8; 16]) -> String {
    let mut digits = [0_u8; 32];
    write_hex(id, &mut digits);
    String::from_utf8_lossy(&digits).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_find_their_plane() {
        let get = |path| Route::of(&Method::GET, path);
        let post = |path| Route::of(&Method::POST, path);
        assert_eq!(
            post("/v1/chat/completions"),
            Route::Call(Endpoint::ChatCompletions)
        );
        assert_eq!(post("/v1/embeddings"), Route::Call(Endpoint::Embeddings));
        assert_eq!(
            get("/v1/chat/completions"),
            Route::Refused(NoCall::MethodNotAllowed)
        );
        assert_eq!(get("/v1/models"), Route::Models(ModelList::ByClient));
        assert_eq!(get("/v1beta/models"), Route::Models(ModelList::Gemini));
        let openai = get("/v1beta/openai/models/gpt-4o");
        assert_eq!(openai, Route::Model(ModelList::Openai));
        assert_eq!(get("/v1/models/gpt-4o"), Route::Model(ModelList::ByClient));
        assert_eq!(
            get("/v1/models/org/model"),
            Route::Model(ModelList::ByClient)
        );
        assert_eq!(get("/v1/dashboard/billing/usage"), Route::Management);
        assert_eq!(get("/dashboard/billing/usage"), Route::Management);
        assert_eq!(get("/"), Route::Management);
        assert_eq!(get("/api/status"), Route::Management);
        assert_eq!(get("/v1"), Route::Refused(NoCall::UnknownPath));
        assert_eq!(post("/v1/nothing"), Route::Refused(NoCall::UnknownPath));
        assert_eq!(post("/v1/files"), Route::Refused(NoCall::NotImplemented));
        assert_eq!(
            get("/v1/files/x/content"),
            Route::Refused(NoCall::NotImplemented)
        );
        assert_eq!(get("/v1/filesystem"), Route::Refused(NoCall::UnknownPath));
        assert_eq!(
            Route::of(&Method::OPTIONS, "/v1/chat/completions"),
            Route::Preflight
        );
        assert_eq!(
            Route::of(&Method::DELETE, "/v1/models/x"),
            Route::Refused(NoCall::NotImplemented)
        );
    }

    #[test]
    fn an_id_is_shown_as_32_lower_hex_digits() {
        let id = [0, 1, 0xab, 0xff, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10];
        assert_eq!(hex(&id), "0001abff000000000000000000000010");
    }
}
