//! Station 1: credentials → caller. One extractor for every header and query form of the families.
//!
//! Finds the key by keyed hash, checks it in the contract's order and decides the client's address
//! from the peer, or from trusted proxies only. Takes no lock and asks nobody.

use std::borrow::Cow;
use std::net::IpAddr;
use std::sync::Arc;

use http::header::{AUTHORIZATION, SEC_WEBSOCKET_PROTOCOL};
use http::request::Parts;
use http::{HeaderMap, HeaderName};
use ipnet::IpNet;
use weirgate_policy::{Caller, KeyEntry, Refusal, check_key};

use super::route::Arrival;
use crate::error::{Error, ErrorKind};
use crate::state::published::Routing;
use crate::state::shared::Shared;
use crate::worker::Worker;

const X_API_KEY: HeaderName = HeaderName::from_static("x-api-key");
const X_GOOG_API_KEY: HeaderName = HeaderName::from_static("x-goog-api-key");
const MJ_API_SECRET: HeaderName = HeaderName::from_static("mj-api-secret");
const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
/// Item of `Sec-WebSocket-Protocol` that carries a key.
const SOCKET_KEY: &str = "openai-insecure-api-key.";

/// Who calls, under which key, and the snapshot that the whole request is judged by.
pub(crate) struct Identified {
    pub(crate) caller: Caller,
    pub(crate) key: Arc<KeyEntry>,
    pub(crate) routing: Arc<Routing>,
}

/// Identifies the caller of a request.
pub(crate) fn identify(
    worker: &Worker,
    arrival: &Arrival,
    head: &Parts,
) -> Result<Identified, Error> {
    let text = credential(head.uri.path(), head.uri.query(), &head.headers);
    let text = text.ok_or(Refusal::KeyMissing)?;
    check(
        &worker.shared,
        &text,
        arrival.started_ms,
        Some(arrival.client_ip),
    )
}

/// Checks a key's text (with or without `sk-`) as it stands now.
pub(crate) fn check(
    shared: &Shared,
    text: &str,
    now_ms: i64,
    client_ip: Option<IpAddr>,
) -> Result<Identified, Error> {
    let routing = shared.published.routing().clone();
    let routing = routing.ok_or_else(|| Error::gateway(ErrorKind::NotReady, Some(1)))?;
    let (key, pin) = shared.published.find_key(text).ok_or(Refusal::KeyUnknown)?;
    let user = shared
        .published
        .user(key.user_id)
        .ok_or(Refusal::KeyUnknown)?;
    let checked = check_key(
        &key,
        &user,
        &routing.snapshot,
        now_ms / 1000,
        client_ip,
        pin,
    );
    let is_late = !matches!(&checked, Err(refusal) if refusal.status() == 401);
    if is_late && !key.unlimited && shared.is_key_spent(key.id) {
        return Err(Refusal::KeyExhausted.into());
    }
    Ok(Identified {
        caller: checked?,
        key,
        routing,
    })
}

/// Returns the key text that a request carries, without `Bearer `.
pub(crate) fn credential<'a>(
    path: &str,
    query: Option<&'a str>,
    headers: &'a HeaderMap,
) -> Option<Cow<'a, str>> {
    let header = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    let from_socket = header(SEC_WEBSOCKET_PROTOCOL).and_then(socket_key);
    let google = || {
        let key = header(X_GOOG_API_KEY).map(Cow::Borrowed);
        key.or_else(|| query_key(query?))
    };
    let is_google = ["/v1beta/models", "/v1beta/openai/models", "/v1/models/"]
        .iter()
        .any(|prefix| path.starts_with(prefix));
    let is_claude = path.contains("/v1/messages") || path.contains("/v1/models");
    let first = if is_google { google() } else { None };
    first
        .or_else(|| {
            if is_claude {
                header(X_API_KEY).map(Cow::Borrowed)
            } else {
                None
            }
        })
        .or_else(|| from_socket.map(Cow::Borrowed))
        .or_else(|| header(AUTHORIZATION).and_then(bearer).map(Cow::Borrowed))
        .or_else(|| header(X_API_KEY).map(Cow::Borrowed))
        .or_else(|| header(MJ_API_SECRET).and_then(bearer).map(Cow::Borrowed))
        .or_else(google)
        .filter(|text| !text.is_empty())
}

/// Strips `Bearer `; the marker `midjourney-proxy` is no key.
fn bearer(value: &str) -> Option<&str> {
    let value = value.trim();
    let scheme = ["Bearer", "bearer"]
        .iter()
        .find_map(|scheme| value.strip_prefix(scheme))
        .filter(|rest| rest.is_empty() || rest.starts_with(' '));
    let text = scheme.unwrap_or(value).trim();
    (!text.is_empty() && text != "midjourney-proxy").then_some(text)
}

fn socket_key(protocols: &str) -> Option<&str> {
    protocols
        .split(',')
        .find_map(|item| item.trim().strip_prefix(SOCKET_KEY))
}

fn query_key(query: &str) -> Option<Cow<'_, str>> {
    let value = query
        .split('&')
        .find_map(|pair| pair.strip_prefix("key="))?;
    percent_encoding::percent_decode_str(value)
        .decode_utf8()
        .ok()
}

/// Returns the client's address: the peer, or the rightmost address in `X-Forwarded-For` that is
/// not itself a trusted proxy, when the peer is one.
pub(crate) fn client_ip(peer: IpAddr, trusted: &[IpNet], headers: &HeaderMap) -> IpAddr {
    let peer = peer.to_canonical();
    if !is_trusted(peer, trusted) {
        return peer;
    }
    let mut client = peer;
    for value in headers.get_all(X_FORWARDED_FOR).iter().rev() {
        let Ok(list) = value.to_str() else {
            return client;
        };
        for item in list.rsplit(',') {
            let Some(address) = forwarded_address(item.trim()) else {
                return client;
            };
            client = address;
            if !is_trusted(address, trusted) {
                return client;
            }
        }
    }
    client
}

/// Returns whether an address is a trusted proxy's.
pub(crate) fn is_trusted(address: IpAddr, trusted: &[IpNet]) -> bool {
    trusted.iter().any(|network| network.contains(&address))
}

/// Reads one item of the list: an address, or an address with a port.
fn forwarded_address(item: &str) -> Option<IpAddr> {
    let plain = item.parse::<IpAddr>().ok();
    let bracketed = || {
        item.strip_prefix('[')?
            .split(']')
            .next()?
            .parse::<IpAddr>()
            .ok()
    };
    let with_port = || {
        item.parse::<std::net::SocketAddr>()
            .ok()
            .map(|socket| socket.ip())
    };
    plain
        .or_else(with_port)
        .or_else(bracketed)
        .map(|address| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        let mut map = HeaderMap::new();
        for (name, value) in pairs {
            map.append(*name, HeaderValue::from_static(value));
        }
        map
    }

    fn found(
        path: &str,
        query: Option<&str>,
        pairs: &[(&'static str, &'static str)],
    ) -> Option<String> {
        let map = headers(pairs);
        credential(path, query, &map).map(Cow::into_owned)
    }

    #[test]
    fn a_key_is_found_in_every_form_of_the_families() {
        let chat = "/v1/chat/completions";
        let expected = Some("sk-abc".to_owned());
        assert_eq!(
            found(chat, None, &[("authorization", "Bearer sk-abc")]),
            expected
        );
        assert_eq!(
            found(chat, None, &[("authorization", "bearer  sk-abc ")]),
            expected
        );
        assert_eq!(found(chat, None, &[("authorization", "sk-abc")]), expected);
        assert_eq!(found(chat, None, &[("x-api-key", "sk-abc")]), expected);
        assert_eq!(found(chat, None, &[("x-goog-api-key", "sk-abc")]), expected);
        assert_eq!(found(chat, Some("a=1&key=sk%2Dabc"), &[]), expected);
        assert_eq!(
            found("/mj/submit", None, &[("mj-api-secret", "Bearer sk-abc")]),
            expected
        );
        let socket = [(
            "sec-websocket-protocol",
            "realtime, openai-insecure-api-key.sk-abc",
        )];
        assert_eq!(found("/v1/realtime", None, &socket), expected);
        assert_eq!(found(chat, None, &[]), None);
        assert_eq!(found(chat, None, &[("authorization", "Bearer ")]), None);
    }

    #[test]
    fn another_sub_protocol_does_not_hide_the_authorization() {
        let pairs = [
            ("sec-websocket-protocol", "realtime"),
            ("authorization", "Bearer sk-abc"),
        ];
        assert_eq!(
            found("/v1/realtime", None, &pairs),
            Some("sk-abc".to_owned())
        );
    }

    #[test]
    fn the_family_of_the_path_decides_which_header_wins() {
        let pairs = [("x-api-key", "claude"), ("authorization", "Bearer openai")];
        assert_eq!(found("/v1/models", None, &pairs), Some("claude".to_owned()));
        assert_eq!(
            found("/v1/chat/completions", None, &pairs),
            Some("openai".to_owned())
        );
    }

    #[test]
    fn only_trusted_proxies_may_name_the_client() {
        let trusted: Vec<IpNet> = vec!["10.0.0.0/8".parse().expect("a network")];
        let ip = |text: &str| text.parse::<IpAddr>().expect("an address");
        let map = headers(&[("x-forwarded-for", "6.6.6.6, 1.2.3.4, 10.0.0.9")]);
        assert_eq!(client_ip(ip("10.0.0.1"), &trusted, &map), ip("1.2.3.4"));
        assert_eq!(client_ip(ip("8.8.8.8"), &trusted, &map), ip("8.8.8.8"));
        assert_eq!(client_ip(ip("10.0.0.1"), &[], &map), ip("10.0.0.1"));
        let broken = headers(&[("x-forwarded-for", "1.2.3.4, nonsense")]);
        assert_eq!(client_ip(ip("10.0.0.1"), &trusted, &broken), ip("10.0.0.1"));
    }
}
