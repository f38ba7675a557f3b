//! A request's credentials: ready-made headers for most vendors, signatures and fetched tokens for some.
//!
//! `Target` makes the headers that only depend on the key, once a snapshot. `authorize` adds what depends on the
//! clock, the body or another server; the attempt calls it directly before it sends, and for vendors with
//! ready-made headers it does nothing. A key or token never shows in an error or a log.

mod aws;
mod calendar;
pub(crate) mod jwt;
mod tencent;
mod tokens;
pub(crate) mod volcengine;
mod xunfei;

use std::sync::Arc;

use http::header::{AUTHORIZATION, InvalidHeaderValue};
use http::uri::{InvalidUri, PathAndQuery};
use http::{HeaderName, HeaderValue, Request, Uri};
use ring::digest::{Context, SHA256, digest};
use ring::hmac;
use weirgate_wire::vendor::keys::{AwsKey, json_field, three_parts, two_parts};
use weirgate_wire::vendor::{Auth, Profile};

pub(crate) use tokens::Tokens;

use super::body::RequestBody;
use super::egress::Reach;
use super::pool::Pool;
use super::proxy::Proxy;
use crate::state::clock;

/// Why a request cannot be given its credentials.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Unauthorized {
    /// The key does not have the vendor's form.
    #[error("the channel's key is not usable")]
    Key,
    /// The vendor's token server refused the key.
    #[error("the vendor's token server refused the channel's key")]
    Refused,
    /// The vendor's token server gave no token in time.
    #[error("the vendor's token server could not be reached")]
    Unreachable,
}

impl From<InvalidHeaderValue> for Unauthorized {
    fn from(_: InvalidHeaderValue) -> Self {
        Self::Key
    }
}

impl From<InvalidUri> for Unauthorized {
    fn from(_: InvalidUri) -> Self {
        Self::Key
    }
}

/// Credentials that are headers.
pub(crate) type Headers = Vec<(HeaderName, HeaderValue)>;

const APP_ID: HeaderName = HeaderName::from_static("appid");
const ACCOUNT_ID: HeaderName = HeaderName::from_static("chatgpt-account-id");

/// Returns the headers that follow from the key alone; none when the key is unusable. What `authorize` adds is not
/// among them.
pub(crate) fn headers(profile: &Profile, key: &str) -> Option<Headers> {
    match profile.auth {
        Auth::Bearer => Some(vec![bearer(key)?]),
        Auth::OptionalBearer if matches!(key.trim(), "" | "none" | "ollama") => Some(Vec::new()),
        Auth::Coze if is_document(key) => Some(Vec::new()),
        Auth::OptionalBearer | Auth::Coze => Some(vec![bearer(key)?]),
        Auth::Header(name) => Some(vec![(HeaderName::try_from(name).ok()?, secret(key)?)]),
        Auth::EveryHeader => Some(vec![
            bearer(key)?,
            (HeaderName::from_static("x-api-key"), secret(key)?),
            (HeaderName::from_static("x-goog-api-key"), secret(key)?),
        ]),
        Auth::BearerAndAppId => {
            let (key, app_id) = two_parts(key);
            let mut headers = vec![bearer(key)?];
            if let Some(app_id) = app_id {
                headers.push((APP_ID, secret(app_id)?));
            }
            Some(headers)
        }
        Auth::Spark => match three_parts(key) {
            Some((_, secret, key)) => Some(vec![bearer(&format!("{key}:{secret}"))?]),
            None => Some(vec![bearer(key)?]),
        },
        Auth::Codex => {
            let token = json_field(key, "access_token")?;
            let account = json_field(key, "account_id")?;
            Some(vec![bearer(&token)?, (ACCOUNT_ID, secret(&account)?)])
        }
        Auth::Aws { .. } => match AwsKey::read(key)? {
            AwsKey::Bearer { key, .. } => Some(vec![bearer(key)?]),
            AwsKey::Signing { .. } => Some(Vec::new()),
        },
        Auth::Xunfei => three_parts(key).map(|_| Vec::new()),
        Auth::Google | Auth::ZhipuToken | Auth::BaiduToken | Auth::Tencent | Auth::Query(_) => {
            (!key.trim().is_empty()).then(Vec::new)
        }
    }
}

/// Says whether a key is a JSON document.
fn is_document(key: &str) -> bool {
    key.trim_start().starts_with('{')
}

fn secret(text: &str) -> Option<HeaderValue> {
    let mut value = HeaderValue::from_str(text).ok()?;
    value.set_sensitive(true);
    Some(value)
}

fn bearer(key: &str) -> Option<(HeaderName, HeaderValue)> {
    Some((AUTHORIZATION, secret(&format!("Bearer {key}"))?))
}

/// Splits `access|secret`; other separators that operators use are a comma and a colon.
pub(crate) fn pair(key: &str) -> Option<(&str, &str)> {
    let (access, secret) = key.split_once(['|', ',', ':'])?;
    let (access, secret) = (access.trim(), secret.trim());
    (!access.is_empty() && !secret.is_empty()).then_some((access, secret))
}

/// What credentials may need beside the key.
pub(crate) struct Means<'a> {
    pub(crate) tokens: &'a Tokens,
    pub(crate) pool: &'a Pool,
    pub(crate) reach: Reach,
    /// The channel's proxy, through which its tokens are fetched too.
    pub(crate) proxy: Option<&'a Arc<Proxy>>,
}

/// Whether a vendor's calls need more than the headers that stand ready.
pub(crate) const fn is_needed(profile: &Profile) -> bool {
    !matches!(
        profile.auth,
        Auth::Bearer
            | Auth::OptionalBearer
            | Auth::Header(_)
            | Auth::EveryHeader
            | Auth::BearerAndAppId
            | Auth::Spark
            | Auth::Codex
    )
}

/// Adds the credentials that are made call by call. The body must be final: signatures cover it.
pub(crate) async fn authorize(
    means: &Means<'_>,
    profile: &Profile,
    key: &str,
    request: &mut Request<RequestBody>,
) -> Result<(), Unauthorized> {
    let now_s = clock::now_ms() / 1000;
    let token = match profile.auth {
        Auth::Aws { service } => match AwsKey::read(key).ok_or(Unauthorized::Key)? {
            AwsKey::Bearer { .. } => return Ok(()),
            AwsKey::Signing {
                access,
                secret,
                region,
            } => {
                let hash = body_hash(request);
                let key = aws::Key {
                    access,
                    secret,
                    region,
                    service,
                };
                return aws::sign(request, &key, &hash, now_s);
            }
        },
        Auth::Tencent => {
            let hash = body_hash(request);
            return tencent::sign(request, key, &hash, now_s);
        }
        Auth::Xunfei => return xunfei::sign(request, key, now_s),
        Auth::Google if is_document(key) => means.tokens.google(means, key, now_s).await?,
        Auth::Coze if is_document(key) => {
            let base = origin_of(request.uri());
            means.tokens.coze(means, key, &base, now_s).await?
        }
        Auth::Google => return put_in_query(request, "key", key.trim()),
        Auth::Query(name) => return put_in_query(request, name, key.trim()),
        Auth::BaiduToken => {
            let base = origin_of(request.uri());
            let token = means.tokens.baidu(means, key, &base, now_s).await?;
            return put_in_query(request, "access_token", &token);
        }
        Auth::ZhipuToken => jwt::zhipu(key, now_s)?,
        Auth::Bearer
        | Auth::OptionalBearer
        | Auth::Coze
        | Auth::Header(_)
        | Auth::EveryHeader
        | Auth::BearerAndAppId
        | Auth::Spark
        | Auth::Codex => return Ok(()),
    };
    let (name, value) = bearer(&token).ok_or(Unauthorized::Key)?;
    request.headers_mut().insert(name, value);
    Ok(())
}

fn put_in_query(
    request: &mut Request<RequestBody>,
    name: &str,
    value: &str,
) -> Result<(), Unauthorized> {
    let value = percent_encoding::utf8_percent_encode(value, percent_encoding::NON_ALPHANUMERIC);
    let uri = request.uri();
    let joint = if uri.query().is_some() { '&' } else { '?' };
    let path = uri.path_and_query().map_or("/", PathAndQuery::as_str);
    let path = PathAndQuery::try_from(format!("{path}{joint}{name}={value}"))?;
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = Some(path);
    *request.uri_mut() = Uri::from_parts(parts).map_err(|_broken| Unauthorized::Key)?;
    Ok(())
}

/// Scheme and authority of an address.
fn origin_of(uri: &Uri) -> String {
    let authority = uri.authority().map_or("", |authority| authority.as_str());
    format!("{}://{authority}", uri.scheme_str().unwrap_or("https"))
}

/// The host as the client will write it into the request: without the scheme's own port.
fn host_of(uri: &Uri) -> String {
    let host = uri.host().unwrap_or_default();
    match (uri.port_u16(), uri.scheme_str()) {
        (None, _) | (Some(443), Some("https")) | (Some(80), Some("http")) => host.to_owned(),
        (Some(port), _) => format!("{host}:{port}"),
    }
}

fn body_hash(request: &Request<RequestBody>) -> String {
    let mut hash = Context::new(&SHA256);
    for piece in request.body().pieces() {
        hash.update(piece);
    }
    hex(hash.finish().as_ref())
}

fn sha256_hex(bytes: &[u8]) -> String {
    hex(digest(&SHA256, bytes).as_ref())
}

fn hmac_sha256(key: &[u8], text: &str) -> Vec<u8> {
    let key = hmac::Key::new(hmac::HMAC_SHA256, key);
    hmac::sign(&key, text.as_bytes()).as_ref().to_vec()
}

fn hex(bytes: &[u8]) -> String {
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    let letters = digits.filter_map(|digit| char::from_digit(u32::from(digit), 16));
    letters.collect()
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;

    #[test]
    fn keys_become_headers() {
        let made = |channel_type: i32, key: &str| {
            let headers = headers(weirgate_wire::vendor::profile(channel_type), key)?;
            let text = headers
                .iter()
                .map(|(name, value)| format!("{name}: {}", value.to_str().expect("text")));
            Some(text.collect::<Vec<_>>())
        };
        let owned = |texts: &[&str]| Some(texts.iter().map(|text| (*text).to_owned()).collect());
        assert_eq!(made(1, "k"), owned(&["authorization: Bearer k"]));
        assert_eq!(made(14, "k"), owned(&["x-api-key: k"]));
        assert_eq!(made(3, "k"), owned(&["api-key: k"]));
        assert_eq!(made(24, "k"), owned(&["x-goog-api-key: k"]));
        assert_eq!(made(4, ""), owned(&[]));
        assert_eq!(made(4, "k"), owned(&["authorization: Bearer k"]));
        assert_eq!(
            made(46, "k|a"),
            owned(&["authorization: Bearer k", "appid: a"])
        );
        assert_eq!(made(46, "k"), owned(&["authorization: Bearer k"]));
        assert_eq!(
            made(65, "k"),
            owned(&[
                "authorization: Bearer k",
                "x-api-key: k",
                "x-goog-api-key: k"
            ])
        );
        assert_eq!(made(18, "a|s|k"), owned(&["authorization: Bearer k:s"]));
        assert_eq!(made(18, "pass"), owned(&["authorization: Bearer pass"]));
        assert_eq!(made(33, "k|us-east-1"), owned(&["authorization: Bearer k"]));
        assert_eq!(made(33, "a|s|us-east-1"), owned(&[]));
        assert_eq!(made(33, "a"), None);
        assert_eq!(made(1, "line\nfeed"), None);
    }

    #[test]
    fn a_key_is_a_pair_only_with_both_halves() {
        assert_eq!(pair("a|b"), Some(("a", "b")));
        assert_eq!(pair("a|"), None);
        assert_eq!(pair("sk-plain"), None);
    }

    #[test]
    fn a_query_is_extended() {
        let mut request = Request::new(RequestBody::full(Bytes::new()));
        *request.uri_mut() = Uri::from_static("https://h/p?alt=sse");
        put_in_query(&mut request, "key", "a b&c").expect("an address");
        assert_eq!(
            request.uri().to_string(),
            "https://h/p?alt=sse&key=a%20b%26c"
        );
    }
}
