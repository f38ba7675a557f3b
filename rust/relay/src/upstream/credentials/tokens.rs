//! Tokens that vendors give for a key: fetched once for all calls that wait, kept until shortly before they end.
//!
//! Bounded: so many keys and no more, answers up to a size, waits up to a time. A failed fetch is not tried again
//! for a few seconds, so that a broken key does not become a flood at the vendor's token server.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use http::header::CONTENT_TYPE;
use http::{HeaderValue, Method, Request, Uri};
use http_body_util::{BodyExt as _, Limited};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;
use serde_json::json;
use weirgate_wire::vendor::keys::{json_field, two_parts};

use super::{Means, Unauthorized, jwt};
use crate::upstream::body::RequestBody;

/// Keys whose tokens are kept at once.
const MOST_KEYS: usize = 4096;
/// A token is fetched anew this long before it ends, in seconds.
const EARLY_S: i64 = 120;
/// A failed fetch counts for so long, in seconds.
const FAILED_S: i64 = 5;
const FETCH: Duration = Duration::from_secs(10);
const ANSWER_BYTES: usize = 64 * 1024;
/// How long Coze's tokens are asked for, in seconds; a day is the most.
const COZE_LIFETIME_S: i64 = 86_399;
/// An end beyond this is a moment in Unix seconds.
const MOMENTS_FROM: i64 = 1_000_000_000;
const GOOGLE: &str = "https://oauth2.googleapis.com/token";

type Slot = Arc<tokio::sync::Mutex<Option<Known>>>;

/// What is known of a key's token.
#[derive(Clone)]
struct Known {
    token: Result<Arc<str>, Unauthorized>,
    until_s: i64,
}

/// The tokens of a node.
#[derive(Default)]
pub(crate) struct Tokens {
    slots: parking_lot::Mutex<HashMap<[u8; 32], Slot>>,
}

impl std::fmt::Debug for Tokens {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Tokens")
    }
}

#[derive(Deserialize)]
struct TokenAnswer {
    access_token: String,
    #[serde(default)]
    expires_in: i64,
}

impl Tokens {
    /// Returns the token of a Google service account's JSON.
    pub(super) async fn google(
        &self,
        means: &Means<'_>,
        key: &str,
        now_s: i64,
    ) -> Result<String, Unauthorized> {
        self.kept(key, now_s, fetch_google(means, key, now_s)).await
    }

    /// Returns the token of a Baidu key, `id|secret`, from the server that the call goes to.
    pub(super) async fn baidu(
        &self,
        means: &Means<'_>,
        key: &str,
        base: &str,
        now_s: i64,
    ) -> Result<String, Unauthorized> {
        self.kept(key, now_s, fetch_baidu(means, key, base)).await
    }

    /// Returns the token of a Coze service's JSON, from the server that the call goes to unless the document names another.
    pub(super) async fn coze(
        &self,
        means: &Means<'_>,
        key: &str,
        base: &str,
        now_s: i64,
    ) -> Result<String, Unauthorized> {
        self.kept(key, now_s, fetch_coze(means, key, base, now_s))
            .await
    }

    /// Returns what is known of a key's token; else fetches it, while all who want it wait.
    async fn kept(
        &self,
        key: &str,
        now_s: i64,
        fetch: impl Future<Output = Result<TokenAnswer, Unauthorized>>,
    ) -> Result<String, Unauthorized> {
        let slot = self.slot(key);
        let mut known = slot.lock().await;
        if let Some(known) = still_known(known.as_ref(), now_s) {
            return known;
        }
        let fetched = fetch.await;
        keep(&mut known, fetched, now_s)
    }

    fn slot(&self, key: &str) -> Slot {
        let name = *blake3::hash(key.as_bytes()).as_bytes();
        let mut slots = self.slots.lock();
        if slots.len() >= MOST_KEYS && !slots.contains_key(&name) {
            // Slots in use stay alive with those who wait for them.
            slots.clear();
        }
        Arc::clone(slots.entry(name).or_default())
    }
}

fn still_known(known: Option<&Known>, now_s: i64) -> Option<Result<String, Unauthorized>> {
    let known = known.filter(|known| now_s < known.until_s)?;
    Some(
        known
            .token
            .as_ref()
            .map(ToString::to_string)
            .map_err(|error| *error),
    )
}

fn keep(
    known: &mut Option<Known>,
    fetched: Result<TokenAnswer, Unauthorized>,
    now_s: i64,
) -> Result<String, Unauthorized> {
    let (token, lasts_s) = match fetched {
        Ok(answer) => {
            let lasts_s = (answer.expires_in - EARLY_S).max(1);
            (Ok(answer.access_token), lasts_s)
        }
        Err(error) => (Err(error), FAILED_S),
    };
    *known = Some(Known {
        token: token.as_deref().map(Arc::from).map_err(|error| *error),
        until_s: now_s.saturating_add(lasts_s),
    });
    token
}

fn encoded(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}

async fn fetch_google(
    means: &Means<'_>,
    key: &str,
    now_s: i64,
) -> Result<TokenAnswer, Unauthorized> {
    let field = |name| json_field(key, name).ok_or(Unauthorized::Key);
    let (email, private_key) = (field("client_email")?, field("private_key")?);
    let server = json_field(key, "token_uri").unwrap_or_else(|| GOOGLE.to_owned());
    let proof = jwt::google(&email, &private_key, &server, now_s)?;
    let grant = encoded("urn:ietf:params:oauth:grant-type:jwt-bearer");
    let form = format!("grant_type={grant}&assertion={}", encoded(&proof));
    let uri = server.parse().map_err(|_broken| Unauthorized::Key)?;
    fetch(means, uri, form).await
}

/// The names are of the document that Coze's console gives, and of the token's own fields.
async fn fetch_coze(
    means: &Means<'_>,
    key: &str,
    base: &str,
    now_s: i64,
) -> Result<TokenAnswer, Unauthorized> {
    let field = |names: &[&str]| {
        let found = names.iter().find_map(|name| json_field(key, name));
        found.ok_or(Unauthorized::Key)
    };
    let application = field(&["client_id", "app_id", "iss"])?;
    let key_id = field(&["public_key_id", "kid"])?;
    let private_key = field(&["private_key"])?;
    let server = field(&["coze_api_base"]).unwrap_or_else(|_absent| base.to_owned());
    let uri = format!(
        "{}/api/permission/oauth2/token",
        server.trim_end_matches('/')
    );
    let uri: Uri = uri.parse().map_err(|_broken| Unauthorized::Key)?;
    let host = uri.host().unwrap_or_default().to_owned();
    let proof = jwt::coze(&application, &key_id, &private_key, &host, now_s)?;
    let grant = "urn:ietf:params:oauth:grant-type:jwt-bearer";
    let body = json!({"grant_type": grant, "duration_seconds": COZE_LIFETIME_S}).to_string();
    let mut request = Request::new(RequestBody::full(body));
    *request.uri_mut() = uri;
    let headers = request.headers_mut();
    let (name, value) = super::bearer(&proof).ok_or(Unauthorized::Key)?;
    headers.insert(name, value);
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    let mut answer = exchange(means, request).await?;
    // Coze names the moment of the end, not the seconds until then.
    if answer.expires_in > MOMENTS_FROM {
        answer.expires_in -= now_s;
    }
    Ok(answer)
}

async fn fetch_baidu(
    means: &Means<'_>,
    key: &str,
    base: &str,
) -> Result<TokenAnswer, Unauthorized> {
    let (id, secret) = two_parts(key);
    let (id, secret) = (encoded(id), encoded(secret.ok_or(Unauthorized::Key)?));
    let grant = "grant_type=client_credentials";
    let uri = format!("{base}/oauth/2.0/token?{grant}&client_id={id}&client_secret={secret}");
    let uri = uri.parse().map_err(|_broken| Unauthorized::Key)?;
    fetch(means, uri, String::new()).await
}

async fn fetch(means: &Means<'_>, uri: Uri, form: String) -> Result<TokenAnswer, Unauthorized> {
    let mut request = Request::new(RequestBody::full(form));
    *request.uri_mut() = uri;
    let kind = HeaderValue::from_static("application/x-www-form-urlencoded");
    request.headers_mut().insert(CONTENT_TYPE, kind);
    exchange(means, request).await
}

/// Asks a token server, within the same limits on addresses as the call itself.
async fn exchange(
    means: &Means<'_>,
    mut request: Request<RequestBody>,
) -> Result<TokenAnswer, Unauthorized> {
    crate::upstream::target::check(request.uri(), means.reach)
        .map_err(|_forbidden| Unauthorized::Key)?;
    *request.method_mut() = Method::POST;
    let asked = async {
        let response = means
            .pool
            .send(Box::new(request), means.reach, means.proxy)
            .await;
        let response = response.map_err(|_broken| Unauthorized::Unreachable)?;
        let status = response.status();
        let body = Limited::new(response.into_body(), ANSWER_BYTES)
            .collect()
            .await;
        let body = body
            .map_err(|_broken| Unauthorized::Unreachable)?
            .to_bytes();
        if status.is_server_error() {
            return Err(Unauthorized::Unreachable);
        }
        serde_json::from_slice(&body).map_err(|_no_token| Unauthorized::Refused)
    };
    let asked = tokio::time::timeout(FETCH, asked).await;
    asked.map_err(|_elapsed| Unauthorized::Unreachable)?
}
