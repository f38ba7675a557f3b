//! The straight line: every relay request passes these stations in this order.
//!
//! `handle` names the stations and holds no logic of its own; each station is one file with one
//! main function. Whatever a station refuses is turned into the family's answer by `refuse`.

pub(crate) mod admit;
mod attempt;
mod bounds;
pub(crate) mod call;
mod changes;
pub(crate) mod collect;
pub(crate) mod cors;
mod decode;
mod deliver;
mod deposit;
pub(crate) mod estimate;
mod follow;
mod gate;
mod headers;
pub(crate) mod identify;
mod kept;
mod limit_headers;
mod models;
mod outgoing;
pub(crate) mod plan;
mod playground;
mod pricing;
mod reader;
mod receive;
pub(crate) mod refuse;
pub(crate) mod route;
pub(crate) mod settle;
pub(crate) mod socket;
mod spare;
mod stored;
pub(crate) mod stream;
mod tasks;
mod tried;
mod turn;
mod uploaded;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::Poll;

use http::{Request, Response};
use hyper::body::Incoming;
use weirgate_wire::Endpoint;

use crate::body::AnswerBody;
use crate::error::{Error, ErrorKind};
use crate::management;
use crate::worker::Worker;
use gate::Gate;
use headers::RequestHead;
use identify::Identified;
use receive::Received;
use route::{Arrival, Route};

/// Answers one request of the public port; never fails, never panics.
///
/// Boxed, so that its memory goes back while the answer streams: hyper keeps the place of the service's own future as
/// long as the connection lives.
pub(crate) fn handle(
    worker: &Arc<Worker>,
    peer: std::net::IpAddr,
    request: Request<Incoming>,
) -> Pin<Box<impl Future<Output = Response<AnswerBody>>>> {
    Box::pin(answer(worker, peer, request))
}

async fn answer(
    worker: &Arc<Worker>,
    peer: std::net::IpAddr,
    request: Request<Incoming>,
) -> Response<AnswerBody> {
    let arrival = Arrival::of(worker, peer, &request);
    worker.metrics.begin();
    let answered = {
        let mut dispatched = pin!(dispatch(worker, &arrival, request));
        std::future::poll_fn(|cx| {
            let polled = catch_unwind(AssertUnwindSafe(|| dispatched.as_mut().poll(cx)));
            match polled {
                Ok(Poll::Pending) => Poll::Pending,
                Ok(Poll::Ready(answer)) => Poll::Ready(Ok(answer)),
                Err(panicked) => Poll::Ready(Err(panicked)),
            }
        })
        .await
    };
    let answer = answered.unwrap_or_else(|_panic| {
        tracing::error!(request_id = %arrival.id_text(), "a station panicked");
        let error = Error::gateway(ErrorKind::Internal, None);
        refuse::answer(worker, &arrival, 0, &error)
    });
    worker.metrics.end(answer.status(), arrival.route.label());
    arrival.stamp(answer)
}

async fn dispatch(
    worker: &Arc<Worker>,
    arrival: &Arrival,
    request: Request<Incoming>,
) -> Response<AnswerBody> {
    match arrival.route {
        Route::Call(endpoint) => relay(worker, arrival, endpoint, request).await,
        Route::Models(list) => models::list(worker, arrival, list, &request),
        Route::Model(list) => models::one(worker, arrival, list, &request),
        Route::Socket(endpoint) => Box::pin(socket::open(worker, arrival, endpoint, request)).await,
        Route::Task(route) => Box::pin(tasks::handle(worker, arrival, route, request)).await,
        Route::Stored(stored) => Box::pin(stored::handle(worker, arrival, stored, request)).await,
        Route::Preflight => cors::preflight(&request),
        Route::Health => cors::plain("ok"),
        Route::Refused(kind) => {
            refuse::answer(worker, arrival, 0, &Error::client(kind.error_kind()))
        }
        Route::Management => Box::pin(management::forward(worker, arrival, request)).await,
    }
}

/// The way of a call that costs money.
async fn relay(
    worker: &Arc<Worker>,
    arrival: &Arrival,
    endpoint: Endpoint,
    request: Request<Incoming>,
) -> Response<AnswerBody> {
    let is_playground = playground::is_playground(request.uri().path());
    // A block of its own, so that the head's place is free while the provider is waited for.
    let (mut identified, gate, kept, body) = {
        let (head, body) = request.into_parts();
        let identified = if is_playground {
            Box::pin(playground::identify(worker, arrival, &head)).await
        } else {
            identify::identify(worker, arrival, &head)
        };
        let identified = match identified {
            Ok(identified) => identified,
            Err(error) => return refuse::answer(worker, arrival, 0, &error),
        };
        let gate = match gate::enter(worker, &identified, Some(endpoint)) {
            Ok(gate) => gate,
            Err(error) => {
                return refuse::answer(worker, arrival, identified.caller.key_id, &error);
            }
        };
        let keeps_all = identified.routing.targets.read_headers;
        let kept = RequestHead::of_call(&head, endpoint.family(), keeps_all);
        (identified, gate, kept, body)
    };
    let key_id = identified.caller.key_id;
    let answered: Result<_, Error> = async {
        let mut received = receive::receive(worker, endpoint, &kept, body).await?;
        if is_playground {
            playground::regroup(worker, arrival, &mut identified, &mut received)?;
        }
        proceed(worker, arrival, &identified, gate, &kept, &received).await
    }
    .await;
    answered.unwrap_or_else(|error| refuse::answer(worker, arrival, key_id, &error))
}

/// The stations behind the request's reading, for calls and for the turns of a socket.
async fn proceed(
    worker: &Arc<Worker>,
    arrival: &Arrival,
    identified: &Identified,
    gate: Option<Box<Gate>>,
    head: &RequestHead,
    received: &Received,
) -> Result<Response<AnswerBody>, Error> {
    admit::check(identified, &received.envelope)?;
    admit::check_words(&identified.routing, &received.body)?;
    let planned = plan::plan(worker, identified, received, arrival)?;
    let headers = &head.client_headers;
    let mut prepaid = None;
    if worker.shared.accounts.is_leased() {
        let paying = admit::prepay(worker, arrival, identified, headers, received, &planned);
        prepaid = Box::pin(paying).await?;
    }
    let entry = admit::Entry {
        gate,
        headers,
        prepaid,
    };
    let running = admit::hold(worker, arrival, identified, entry, received, &planned)?;
    let running = admit::written(worker, arrival, running).await?;
    call::call(worker, identified, head, received, &planned, running).await
}
