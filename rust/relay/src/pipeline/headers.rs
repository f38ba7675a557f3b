//! Which headers pass, in both directions: an allow list each, everything else stays behind.
//!
//! Values are copied out: a header as hyper gives it is a part of the connection's read buffer, and
//! would keep all 8 KiB of it alive, and make hyper take another, for as long as the call waits.

use http::header::{
    ACCEPT, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_LANGUAGE, CONTENT_LENGTH, CONTENT_TYPE,
};
use http::response::Parts;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use serde_json::{Map, Value};
use weirgate_wire::overrides::may_pass;
use weirgate_wire::{Endpoint, Family};

use super::receive::Received;

/// Client headers that go to a provider; its credentials are added, nothing else.
const TO_PROVIDER: [HeaderName; 4] = [
    ACCEPT,
    HeaderName::from_static("openai-beta"),
    BETAS,
    HeaderName::from_static("anthropic-version"),
];
const BETAS: HeaderName = HeaderName::from_static("anthropic-beta");
/// Prefix of Gemini's own headers, of which those that carry credentials stay behind.
const GOOGLE: &str = "x-goog-";
const GOOGLE_NEVER: [&str; 3] = ["api-key", "authoriz", "authentic"];
/// By these a coding agent names its session to a provider of responses, which keeps by them what it has cached.
const SESSION: [&str; 3] = ["session-id", "session_id", "x-client-request-id"];
/// A provider's headers that go to the client; cookies, server names and ids do not.
const TO_CLIENT: [HeaderName; 5] = [
    CONTENT_TYPE,
    CONTENT_ENCODING,
    CONTENT_LANGUAGE,
    CACHE_CONTROL,
    HeaderName::from_static("openai-processing-ms"),
];
/// Prefixes of headers that tell a provider's limits, for clients of its own family.
const LIMITS: [&str; 2] = ["x-ratelimit-", "anthropic-ratelimit-"];
/// Values so common that they need no memory of their own.
const COMMON: [&str; 4] = ["application/json", "text/event-stream", "*/*", "no-cache"];

/// What the stations behind `identify` need of a request's head.
#[derive(Debug)]
pub(crate) struct RequestHead {
    /// Lower-case name of the body's encoding; none for a plain body.
    pub(crate) encoding: Option<String>,
    /// The body's length as stated; never trusted.
    pub(crate) stated_length: Option<u64>,
    /// The model that the path names, decoded, for endpoints that have it there.
    pub(crate) path_model: Option<String>,
    /// What the body says it is.
    pub(crate) content_type: Option<HeaderValue>,
    forwarded: [Option<HeaderValue>; 4],
    /// A client of Gemini's asked for a stream as one array, not for events.
    pub(crate) wants_array: bool,
    /// Further headers that only this family's providers get.
    own: Option<(Family, Vec<(HeaderName, HeaderValue)>)>,
    /// All that a channel's rules may pass, when some channel has such rules.
    pub(crate) client_headers: Map<String, Value>,
}

impl RequestHead {
    pub(crate) fn of(head: &http::request::Parts) -> Self {
        let headers = &head.headers;
        let path_model = Endpoint::model_in_path(head.uri.path()).map(|model| {
            let decoded = percent_encoding::percent_decode_str(model);
            decoded.decode_utf8_lossy().into_owned()
        });
        let encoding = headers.get(CONTENT_ENCODING).map(|value| {
            let name = value.to_str().unwrap_or("unreadable").trim();
            name.to_ascii_lowercase()
        });
        let length = headers
            .get(CONTENT_LENGTH)
            .and_then(|value| value.to_str().ok());
        Self {
            encoding,
            stated_length: length.and_then(|length| length.parse().ok()),
            path_model,
            content_type: headers.get(CONTENT_TYPE).and_then(own),
            forwarded: TO_PROVIDER.map(|name| headers.get(name).and_then(own)),
            wants_array: false,
            own: None,
            client_headers: Map::new(),
        }
    }

    /// Returns what the body says it is, if that is text.
    pub(crate) fn content_type(&self) -> Option<&str> {
        self.content_type.as_ref()?.to_str().ok()
    }

    /// Returns the content type for a provider: a form's own, with its boundary, else JSON.
    pub(crate) fn kind_of_body(&self, received: &Received) -> HeaderValue {
        let form = received.form.as_ref().and(self.content_type.clone());
        form.unwrap_or(HeaderValue::from_static("application/json"))
    }

    /// The same for a call of a family, with all that rules of channels may pass.
    pub(crate) fn of_call(head: &http::request::Parts, family: Family, keeps_all: bool) -> Self {
        let mut kept = Self::of(head);
        if family == Family::Gemini {
            let is_stream = head.uri.path().ends_with(":streamGenerateContent");
            let query = head.uri.query().unwrap_or_default();
            kept.wants_array = is_stream && !query.split('&').any(|pair| pair == "alt=sse");
        }
        kept.own = own_names(family).map(|is_own| (family, chosen(&head.headers, is_own)));
        if keeps_all {
            kept.client_headers = passable(&head.headers);
        }
        kept
    }

    /// Returns the client's `anthropic-beta`.
    pub(crate) fn betas(&self) -> Option<&str> {
        let [_, _, betas, _] = &self.forwarded;
        betas.as_ref()?.to_str().ok()
    }

    /// Puts the client's allowed headers on a request of this family.
    pub(crate) fn forward(&self, to: &mut HeaderMap, family: Family) {
        for (name, value) in TO_PROVIDER.into_iter().zip(&self.forwarded) {
            if let Some(value) = value
                && speaks(&name, family)
            {
                to.insert(name, value.clone());
            }
        }
        if let Some((of, own)) = &self.own
            && *of == family
        {
            to.extend(own.iter().cloned());
        }
    }
}

/// Whether a family knows a header.
fn speaks(name: &HeaderName, family: Family) -> bool {
    match name.as_str() {
        "openai-beta" => !matches!(family, Family::AnthropicMessages | Family::Gemini),
        "anthropic-beta" | "anthropic-version" => family == Family::AnthropicMessages,
        _ => true,
    }
}

/// The headers of a socket's client that go to a provider of responses.
pub(crate) fn of_socket(headers: &HeaderMap) -> Vec<(HeaderName, HeaderValue)> {
    chosen(headers, |name| name == "openai-beta" || is_session(name))
}

/// Returns what tells a family's own headers, for families that have some beyond the common ones.
fn own_names(family: Family) -> Option<fn(&str) -> bool> {
    match family {
        Family::Gemini => Some(is_google),
        Family::OpenaiResponses => Some(is_session),
        _ => None,
    }
}

fn is_google(name: &str) -> bool {
    let rest = name.strip_prefix(GOOGLE);
    rest.is_some_and(|rest| !GOOGLE_NEVER.iter().any(|secret| rest.contains(secret)))
}

fn is_session(name: &str) -> bool {
    SESSION.contains(&name)
}

fn chosen(headers: &HeaderMap, is_own: fn(&str) -> bool) -> Vec<(HeaderName, HeaderValue)> {
    let own_names = headers.iter().filter(|(name, _)| is_own(name.as_str()));
    own_names
        .filter_map(|(name, value)| Some((name.clone(), own(value)?)))
        .collect()
}

fn passable(headers: &HeaderMap) -> Map<String, Value> {
    let passable = headers.iter().filter(|(name, _)| may_pass(name.as_str()));
    passable
        .filter_map(|(name, value)| {
            let text = value.to_str().ok()?;
            Some((name.as_str().to_owned(), text.into()))
        })
        .collect()
}

/// What is kept of a provider's answer head.
#[derive(Debug)]
pub(crate) struct ReplyHead {
    pub(crate) status: StatusCode,
    /// The headers that go to the client.
    pub(crate) headers: HeaderMap,
}

impl ReplyHead {
    /// Keeps what goes to the client; a provider's limits only for clients of its own family.
    pub(crate) fn of(head: &Parts, is_same_family: bool) -> Self {
        let mut headers = HeaderMap::with_capacity(6);
        for name in TO_CLIENT {
            if let Some(value) = head.headers.get(&name).and_then(own) {
                headers.insert(name, value);
            }
        }
        if is_same_family {
            for (name, value) in &head.headers {
                if LIMITS
                    .iter()
                    .any(|prefix| name.as_str().starts_with(prefix))
                {
                    headers.extend(own(value).map(|value| (name.clone(), value)));
                }
            }
        }
        Self {
            status: head.status,
            headers,
        }
    }

    /// Makes the answer one of this kind, as we write it.
    pub(crate) fn becomes(&mut self, kind: &'static str) {
        self.headers.remove(CONTENT_ENCODING);
        self.headers
            .insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    }

    /// The head of an answer that is made here.
    pub(crate) fn json() -> Self {
        let mut headers = HeaderMap::with_capacity(1);
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        Self {
            status: StatusCode::OK,
            headers,
        }
    }

    /// Whether the answer is a stream of events.
    pub(crate) fn is_event_stream(&self) -> bool {
        self.is_kind(b"text/event-stream")
    }

    /// Whether the answer is a stream in AWS's framing.
    pub(crate) fn is_aws_stream(&self) -> bool {
        self.is_kind(b"application/vnd.amazon.eventstream")
    }

    /// Whether the answer is a stream of JSON documents, one a line.
    pub(crate) fn is_line_stream(&self) -> bool {
        self.is_kind(b"application/x-ndjson") || self.is_kind(b"application/stream+json")
    }

    /// Whether the answer is JSON, as errors are.
    pub(crate) fn is_json(&self) -> bool {
        self.is_kind(b"application/json")
    }

    fn is_kind(&self, kind: &[u8]) -> bool {
        let value = self.headers.get(CONTENT_TYPE).map(HeaderValue::as_bytes);
        value
            .and_then(|value| value.get(..kind.len()))
            .is_some_and(|start| start.eq_ignore_ascii_case(kind))
    }
}

/// Copies a value into memory of its own.
fn own(value: &HeaderValue) -> Option<HeaderValue> {
    let common = COMMON
        .iter()
        .find(|common| common.as_bytes() == value.as_bytes());
    match common {
        Some(common) => Some(HeaderValue::from_static(common)),
        None => HeaderValue::from_bytes(value.as_bytes()).ok(),
    }
}
