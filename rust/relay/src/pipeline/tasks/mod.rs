//! Tasks on the public port: submits, the proxies of their files, and the way to those who know
//! how far a task is.
//!
//! ```text
//! identify ► receive ► origin? ► plan ► hold (full price) ► submit ► settle (one `task` record)
//! ```
//!
//! A submit is money like any call; fetches and lists go to the management plane, with the caller
//! identified here by the one extractor of credentials.

mod answer;
mod attempt;
mod files;
mod origin;
mod submit;

use std::sync::Arc;

use http::{Request, Response};
use hyper::body::Incoming;
use weirgate_wire::task::{TaskRead, TaskRoute};

use super::identify;
use super::route::Arrival;
use crate::body::AnswerBody;
use crate::error::{Error, ErrorKind};
use crate::management;
use crate::worker::Worker;

/// Answers a request of a task path.
pub(crate) async fn handle(
    worker: &Arc<Worker>,
    arrival: &Arrival,
    route: TaskRoute,
    request: Request<Incoming>,
) -> Response<AnswerBody> {
    match route {
        TaskRoute::Submit(call) => submit::submit(worker, arrival, call, request).await,
        TaskRoute::Read(TaskRead::Image) => files::image(worker, arrival, &request).await,
        TaskRoute::Read(TaskRead::Content) => files::content(worker, arrival, &request).await,
        TaskRoute::Fetch => fetch(worker, arrival, request).await,
        TaskRoute::WrongMethod => {
            let error = Error::client(ErrorKind::MethodNotAllowed);
            answer::refused(worker, arrival, 0, None, &error)
        }
    }
}

/// Hands a question about tasks to the management plane, with the caller's name.
async fn fetch(
    worker: &Arc<Worker>,
    arrival: &Arrival,
    request: Request<Incoming>,
) -> Response<AnswerBody> {
    let (head, body) = request.into_parts();
    match identify::identify(worker, arrival, &head) {
        Ok(identified) => {
            let request = Request::from_parts(head, body);
            management::forward_as(worker, arrival, request, &identified.caller).await
        }
        Err(error) => answer::refused(worker, arrival, 0, None, &error),
    }
}
