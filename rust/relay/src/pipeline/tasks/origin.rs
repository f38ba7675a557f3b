//! The task that a submit or a file goes back to, as the management plane knows it.

use http::{HeaderMap, HeaderValue, Method, StatusCode};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;

use crate::error::{Error, ErrorKind};
use crate::management::{KEY_ID, USER_ID};
use crate::pipeline::refuse;
use crate::pipeline::route::Arrival;
use crate::worker::Worker;

/// A known task.
#[derive(Debug, Deserialize)]
pub(super) struct Origin {
    pub(super) channel_id: i64,
    pub(super) key_index: usize,
    pub(super) upstream_id: String,
    pub(super) status: String,
    pub(super) model: String,
    #[serde(default)]
    pub(super) prompt: String,
    /// Address of its file; "" while there is none.
    #[serde(default)]
    pub(super) file_url: String,
}

/// Asks for a task by our id; `user_id` 0 asks for anybody's.
pub(super) async fn find(
    worker: &Worker,
    arrival: &Arrival,
    task_id: &str,
    user_id: i64,
) -> Result<Origin, Error> {
    let id = utf8_percent_encode(task_id, NON_ALPHANUMERIC);
    let mut headers = HeaderMap::new();
    headers.insert(USER_ID, HeaderValue::from(user_id));
    headers.insert(KEY_ID, HeaderValue::from(0_i64));
    let path = format!("/internal/tasks/{id}");
    let reply = worker.asker.ask(arrival, Method::GET, &path, headers).await;
    let reply = reply.ok_or_else(|| Error::gateway(ErrorKind::NotReady, Some(2)))?;
    let not_found = || Error::client(ErrorKind::UnknownTask);
    match reply.status {
        StatusCode::OK => serde_json::from_value(reply.value).map_err(|_| not_found()),
        StatusCode::NOT_FOUND => Err(not_found()),
        _ => Err(Error::gateway(ErrorKind::NotReady, Some(2))),
    }
}

/// Midjourney's follow-ups need a finished task, unless the operator says otherwise.
pub(super) fn check_finished(origin: &Origin) -> Result<(), Error> {
    if origin.status == "SUCCESS" {
        return Ok(());
    }
    let message = "the task that this call goes on from has not finished";
    let body = refuse::own(400, "upstream_error", "task_not_finished", message);
    Err(Error::client(ErrorKind::Said(Box::new(body))))
}
