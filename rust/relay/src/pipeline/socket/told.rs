//! What a client is told on its socket, in the socket's own shape: why there is nothing, counted when it is we who refuse.

use tokio_tungstenite::tungstenite::Message;
use weirgate_policy::Refusal;
use weirgate_wire::canon::ErrorBody;
use weirgate_wire::socket_error_event;

use super::connect::Wanted;
use crate::error::{Error, ErrorKind, Side};
use crate::pipeline::refuse;

/// An error; returns its code too.
pub(super) fn error(wanted: &Wanted, error: &Error) -> (Message, String) {
    let body = refuse::body_of(&error.kind);
    count(wanted, error);
    let code = body.code.as_deref().unwrap_or("").to_owned();
    (event(wanted, &body, None), code)
}

/// The refusal of one event of the client's.
pub(super) fn refused(wanted: &Wanted, error: &Error, asked: &[u8]) -> Message {
    count(wanted, error);
    event(wanted, &refuse::body_of(&error.kind), Some(asked))
}

/// The reason for which we end a socket.
pub(super) fn ending(wanted: &Wanted, status: u16, code: &'static str, why: &str) -> Message {
    event(
        wanted,
        &refuse::own(status, "new_api_error", code, why),
        None,
    )
}

fn count(wanted: &Wanted, error: &Error) {
    if error.side != Side::Upstream {
        let key_id = wanted.identified.caller.key_id;
        wanted.worker.shared.refusals.count(error.reason(), key_id);
    }
    if let ErrorKind::Refused(Refusal::Limited(limited)) = &error.kind {
        wanted.worker.metrics.limited(limited);
    }
}

fn event(wanted: &Wanted, body: &ErrorBody, asked: Option<&[u8]>) -> Message {
    let id = wanted.arrival.id_text();
    Message::text(socket_error_event(wanted.endpoint, &id, body, asked))
}
