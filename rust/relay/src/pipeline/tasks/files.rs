//! The files of tasks, fetched from where the provider keeps them and passed on: pictures under a
//! signed address that expires, videos for the key that ordered them.
//!
//! Addresses come from providers, so each one, redirects included, passes the egress policy of the
//! task's channel and goes through its proxy. Only pictures and videos come back, never more than the limit, never a page that
//! a browser would run.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::{
    AUTHORIZATION, CACHE_CONTROL, CONTENT_LENGTH, CONTENT_SECURITY_POLICY, CONTENT_TYPE, LOCATION,
    X_CONTENT_TYPE_OPTIONS,
};
use http::{HeaderMap, HeaderValue, Request, Response, StatusCode, Uri};
use hyper::body::Incoming;

use super::answer;
use super::attempt::uri_of;
use super::origin::{self, Origin};
use crate::body::AnswerBody;
use crate::error::{Error, ErrorKind};
use crate::pipeline::identify;
use crate::pipeline::refuse;
use crate::pipeline::route::Arrival;
use crate::pipeline::tried;
use crate::state::published::Routing;
use crate::upstream::answer::UpstreamBody;
use crate::upstream::body::RequestBody;
use crate::upstream::egress::Reach;
use crate::upstream::proxy::Proxy;
use crate::upstream::target::check;
use crate::worker::Worker;

/// Largest picture and video that are passed on.
const IMAGE_BYTES: u64 = 64 << 20;
const VIDEO_BYTES: u64 = 2 << 30;
/// Longest wait for a file's head, as in the family.
const PATIENCE: Duration = Duration::from_mins(1);
const MOST_REDIRECTS: usize = 3;

/// What is fetched.
struct Wanted {
    uri: Uri,
    way: Through,
    /// The channel's credential, for the first address only.
    credential: Option<HeaderValue>,
    /// What the type must begin with.
    kind: &'static str,
    limit: u64,
}

/// The task's channel's way out: what may be dialled, and its proxy.
#[derive(Clone)]
struct Through {
    reach: Reach,
    proxy: Option<Arc<Proxy>>,
}

/// `GET /mj/image/{id}?expires=…&sign=…`: no key, the address itself is the permission.
pub(super) async fn image(
    worker: &Arc<Worker>,
    arrival: &Arrival,
    request: &Request<Incoming>,
) -> Response<AnswerBody> {
    let path = request.uri().path();
    let id = path.rsplit('/').next().unwrap_or("");
    let query = request.uri().query().unwrap_or("");
    let done: Result<_, Error> = async {
        if !is_signed(worker, id, query, arrival.started_ms / 1000) {
            return Err(said(403, "the address is not valid or has expired"));
        }
        let task = origin::find(worker, arrival, id, 0).await?;
        let routing = routing(worker)?;
        let wanted = Wanted {
            uri: task.file_url.parse().map_err(|_no_address| no_file())?,
            way: way(&routing, &task)?,
            credential: None,
            kind: "image/",
            limit: IMAGE_BYTES,
        };
        fetch(worker, wanted).await
    }
    .await;
    done.unwrap_or_else(|error| answer::refused(worker, arrival, 0, None, &error))
}

/// `GET /v1/videos/{id}/content`: for the user whose key ordered it.
pub(super) async fn content(
    worker: &Arc<Worker>,
    arrival: &Arrival,
    request: &Request<Incoming>,
) -> Response<AnswerBody> {
    let uri = request.uri();
    let id = uri.path().split('/').nth(3).unwrap_or("");
    let credential = identify::credential(uri.path(), uri.query(), request.headers());
    let done: Result<_, Error> = async {
        let text = credential.ok_or(weirgate_policy::Refusal::KeyMissing)?;
        let address = Some(arrival.client_ip);
        let identified = identify::check(&worker.shared, &text, arrival.started_ms, address)?;
        let user_id = identified.caller.user_id;
        let task = origin::find(worker, arrival, id, user_id).await?;
        if task.status != "SUCCESS" {
            return Err(said(400, "the video has not finished"));
        }
        fetch(worker, video(&identified.routing, &task)?).await
    }
    .await;
    done.unwrap_or_else(|error| answer::refused(worker, arrival, 0, None, &error))
}

/// A video stands at its own address, or behind the provider's own content call.
fn video(routing: &Routing, task: &Origin) -> Result<Wanted, Error> {
    let way = way(routing, task)?;
    let common = |uri, credential| Wanted {
        uri,
        way,
        credential,
        kind: "video/",
        limit: VIDEO_BYTES,
    };
    if !task.file_url.is_empty() {
        let uri = task.file_url.parse().map_err(|_no_address| no_file())?;
        return Ok(common(uri, None));
    }
    let channel = routing
        .snapshot
        .channel(task.channel_id)
        .ok_or_else(no_file)?;
    let path = format!("/v1/videos/{}/content", task.upstream_id);
    let uri = uri_of(channel, &path).ok_or_else(no_file)?;
    let key = channel.keys.get(task.key_index).ok_or_else(no_file)?;
    let text = format!("Bearer {}", key.expose());
    let mut credential = HeaderValue::from_str(&text).map_err(|_bad| no_file())?;
    credential.set_sensitive(true);
    Ok(common(uri, Some(credential)))
}

fn routing(worker: &Worker) -> Result<Arc<Routing>, Error> {
    let routing = worker.shared.published.routing().clone();
    routing.ok_or_else(|| Error::gateway(ErrorKind::NotReady, Some(1)))
}

fn way(routing: &Routing, task: &Origin) -> Result<Through, Error> {
    let Some(target) = routing.targets.get(task.channel_id) else {
        return Ok(Through {
            reach: Reach::Public,
            proxy: None,
        });
    };
    let proxy = tried::proxy_of(target).map_err(|failed| failed.into_error())?;
    Ok(Through {
        reach: target.reach,
        proxy: proxy.cloned(),
    })
}

fn said(status: u16, message: &'static str) -> Error {
    let body = refuse::own(status, "invalid_request_error", "invalid_request", message);
    Error::client(ErrorKind::Said(Box::new(body)))
}

fn no_file() -> Error {
    said(404, "the task has no file")
}

fn lost(message: &'static str) -> Error {
    Error::upstream(refuse::upstream(502, "do_request_failed", message), None)
}

/// The signature is a keyed hash over id and expiry, made where the address is given out.
fn is_signed(worker: &Worker, id: &str, query: &str, now_s: i64) -> bool {
    let value = |name: &str| {
        query
            .split('&')
            .find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))
    };
    let (Some(expires), Some(sign)) = (value("expires"), value("sign")) else {
        return false;
    };
    let is_fresh = expires.parse::<i64>().is_ok_and(|expires| now_s < expires);
    let text = format!("image:{id}:{expires}");
    let wanted = worker.shared.published.hasher().hash(&text).to_hex();
    let is_equal = wanted.len() == sign.len()
        && wanted
            .bytes()
            .zip(sign.bytes())
            .fold(0_u8, |difference, (a, b)| difference | (a ^ b))
            == 0;
    is_fresh && is_equal
}

/// Fetches a file, following a few redirects, each under the same policy.
async fn fetch(worker: &Arc<Worker>, wanted: Wanted) -> Result<Response<AnswerBody>, Error> {
    let Wanted {
        mut uri,
        way: Through { reach, proxy },
        mut credential,
        kind,
        limit,
    } = wanted;
    for _hop in 0..=MOST_REDIRECTS {
        check(&uri, reach).map_err(|_forbidden| lost("the file's address is not allowed"))?;
        let mut request = Request::new(RequestBody::full(Bytes::new()));
        *request.uri_mut() = uri.clone();
        if let Some(credential) = credential.take() {
            request.headers_mut().insert(AUTHORIZATION, credential);
        }
        let sent = worker.pool.send(Box::new(request), reach, proxy.as_ref());
        let Ok(Ok(response)) = tokio::time::timeout(PATIENCE, sent).await else {
            return Err(lost("the file could not be fetched"));
        };
        if !response.status().is_redirection() {
            return passed_on(response, kind, limit);
        }
        uri = next(&uri, response.headers()).ok_or_else(|| lost("the file moved to nowhere"))?;
    }
    Err(lost("the file moved too often"))
}

/// Returns where a redirect leads; a path alone stays on its host.
fn next(from: &Uri, headers: &HeaderMap) -> Option<Uri> {
    let to: Uri = headers.get(LOCATION)?.to_str().ok()?.parse().ok()?;
    if to.authority().is_some() {
        return Some(to);
    }
    let mut parts = from.clone().into_parts();
    parts.path_and_query = to.into_parts().path_and_query;
    Uri::from_parts(parts).ok()
}

fn passed_on(
    response: Response<UpstreamBody>,
    kind: &'static str,
    limit: u64,
) -> Result<Response<AnswerBody>, Error> {
    let (head, body) = response.into_parts();
    if head.status != StatusCode::OK {
        return Err(lost("the provider does not give the file out"));
    }
    let given = head.headers.get(CONTENT_TYPE).map(HeaderValue::as_bytes);
    let given = given.unwrap_or(b"").to_ascii_lowercase();
    let is_svg = given.starts_with(b"image/svg");
    let is_bytes = given.starts_with(b"application/octet-stream");
    let content_type = match HeaderValue::from_bytes(&given) {
        Ok(value) if given.starts_with(kind.as_bytes()) && !is_svg => value,
        _ if is_bytes => HeaderValue::from_static("application/octet-stream"),
        _ => return Err(lost("the provider's file is of another kind")),
    };
    let stated = http_body::Body::size_hint(&body).exact();
    if stated.is_some_and(|length| length > limit) {
        return Err(lost("the file is larger than the limit"));
    }
    let mut answer = Response::new(AnswerBody::file(body, limit));
    let headers = answer.headers_mut();
    headers.insert(CONTENT_TYPE, content_type);
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    let policy = HeaderValue::from_static("default-src 'none'; sandbox");
    headers.insert(CONTENT_SECURITY_POLICY, policy);
    let caching = HeaderValue::from_static("private, max-age=3600");
    headers.insert(CACHE_CONTROL, caching);
    if let Some(length) = stated {
        headers.insert(CONTENT_LENGTH, HeaderValue::from(length));
    }
    Ok(answer)
}
