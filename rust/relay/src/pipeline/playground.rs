//! The playground: a chat on a login instead of a key, paid from the user's wallet.
//!
//! Only the management plane knows sessions, so it is asked once a request; it applies its own rules
//! (`New-Api-User` must name the account, which no foreign page can send). The caller is then judged
//! by the same rules as one with a key, in the group that the body names.

use std::sync::Arc;

use http::header::{AUTHORIZATION, COOKIE, HeaderName};
use http::request::Parts;
use http::{HeaderMap, Method, StatusCode};
use serde_json::Value;
use weirgate_policy::keys::{AllowList, KeyHash};
use weirgate_policy::{KeyEntry, check_key};
use weirgate_wire::Envelope;

use super::identify::Identified;
use super::receive::Received;
use super::refuse;
use super::route::Arrival;
use crate::error::{Error, ErrorKind};
use crate::worker::Worker;

const NEW_API_USER: HeaderName = HeaderName::from_static("new-api-user");
const PATH: &str = "/pg/chat/completions";

/// Says whether a path is the playground's.
pub(crate) fn is_playground(path: &str) -> bool {
    path == PATH
}

/// Identifies the user of a session or access token.
pub(crate) async fn identify(
    worker: &Worker,
    arrival: &Arrival,
    head: &Parts,
) -> Result<Identified, Error> {
    let mut asked = HeaderMap::new();
    for name in [COOKIE, AUTHORIZATION, NEW_API_USER] {
        if let Some(value) = head.headers.get(&name) {
            asked.insert(name, value.clone());
        }
    }
    let path = "/internal/session";
    let reply = worker.asker.ask(arrival, Method::GET, path, asked).await;
    let reply = reply.ok_or_else(|| Error::gateway(ErrorKind::NotReady, Some(2)))?;
    let user_id = reply.value.get("user_id").and_then(Value::as_i64);
    match user_id {
        Some(user_id) if reply.status == StatusCode::OK => judge(worker, arrival, user_id, ""),
        _ => Err(refused(&reply.value, reply.status)),
    }
}

/// The management plane's refusal, in the relay's shape.
fn refused(said: &Value, status: StatusCode) -> Error {
    let message = said.get("message").and_then(Value::as_str);
    let status = match status.as_u16() {
        status @ (401 | 403 | 429 | 503) => status,
        _ => 401,
    };
    let message = message.unwrap_or("not logged in").to_owned();
    let body = refuse::own(status, "new_api_error", "", message);
    Error::client(ErrorKind::Said(Box::new(body)))
}

/// Judges a user as the holder of a key without limits, in a group of his.
fn judge(
    worker: &Worker,
    arrival: &Arrival,
    user_id: i64,
    group: &str,
) -> Result<Identified, Error> {
    let published = &worker.shared.published;
    let routing = published.routing().clone();
    let routing = routing.ok_or_else(|| Error::gateway(ErrorKind::NotReady, Some(1)))?;
    let unknown = weirgate_policy::Refusal::KeyUnknown;
    let user = published.user(user_id).ok_or(unknown)?;
    let key = KeyEntry {
        id: 0,
        user_id,
        hash: KeyHash::default(),
        name: Arc::from("playground"),
        status: 1,
        expired_time: -1,
        unlimited: true,
        model_limits: None,
        allow_ips: AllowList::Any,
        group: (!group.is_empty()).then(|| Arc::from(group)),
        cross_group_retry: false,
        limits: None,
        deleted: false,
    };
    let now_s = arrival.started_ms / 1000;
    let address = Some(arrival.client_ip);
    let caller = check_key(&key, &user, &routing.snapshot, now_s, address, None)?;
    Ok(Identified {
        caller,
        key: Arc::new(key),
        routing,
    })
}

/// Takes the group out of the body, which no provider knows, and judges the caller in it.
pub(crate) fn regroup(
    worker: &Worker,
    arrival: &Arrival,
    identified: &mut Identified,
    received: &mut Received,
) -> Result<(), Error> {
    let Ok(Value::Object(mut body)) = serde_json::from_slice::<Value>(&received.body) else {
        return Ok(());
    };
    let Some(group) = body.shift_remove("group") else {
        return Ok(());
    };
    let group = group.as_str().unwrap_or("");
    *identified = judge(worker, arrival, identified.caller.user_id, group)?;
    received.body = Value::Object(body).to_string().into();
    received.envelope = Envelope::read_with(received.endpoint, None, &received.body)?;
    Ok(())
}
