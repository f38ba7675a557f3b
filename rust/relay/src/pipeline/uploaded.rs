//! A client's form as JSON, for vendors that take its files inside a body of their own: texts are fields, files `data:`
//! addresses. Beside an attempt that is translated; forms that pass through never come here.

use bytes::{Bytes, BytesMut};
use weirgate_policy::{Candidate, Failure, FailureKind};
use weirgate_wire::task::form::object_of;
use weirgate_wire::vendor::Way;

use super::call::Context;
use super::refuse;
use super::tried::{self, Failed};
use crate::journal::EndReason;
use crate::spool::Spooled;
use crate::upstream::body::Upload;
use crate::upstream::target::Target;

/// The largest form that is put into JSON: what vendors take inside a body is smaller still.
const MOST_BYTES: u64 = 32 * 1024 * 1024;
/// What a form takes while it is made into JSON: itself, and its files as text, twice.
const TIMES: u64 = 4;

/// Returns the form of a call that is translated for this candidate; none when there is no form, or it goes as it is.
pub(crate) async fn as_json(
    context: &Context<'_>,
    candidate: &Candidate,
    target: &Target,
) -> Result<Option<Bytes>, Box<Failed>> {
    let received = context.received;
    let Some(upload) = &received.form else {
        return Ok(None);
    };
    let way = target.way(received.endpoint, &candidate.upstream_model);
    if !matches!(way, Some(Way::Translated(_))) {
        return Ok(None);
    }
    if upload.bytes() > MOST_BYTES {
        let message = "the upload is too large for the channel, which takes files inside JSON";
        return Err(refused(413, message.to_owned()));
    }
    let mut room = context.worker.shared.spool.memory();
    let held = room.hold(upload.bytes().saturating_mul(TIMES));
    held.map_err(|_full| refused(503, "too many large requests are under way".to_owned()))?;
    let form = match upload {
        Upload::Memory(bytes) => bytes.clone(),
        Upload::Disk(file) => read(file).await?,
    };
    let kind = context.head.content_type().unwrap_or_default();
    let fields = object_of(kind, &form).ok_or_else(|| broken("the body is no form"))?;
    let fields = fields.map_err(|error| broken(error.0))?;
    let json = serde_json::Value::Object(fields).to_string();
    Ok(Some(room.with(BytesMut::from(json.as_bytes()))))
}

/// Reads a form from the disk.
async fn read(file: &Spooled) -> Result<Bytes, Box<Failed>> {
    let mut whole = BytesMut::new();
    while (whole.len() as u64) < file.bytes {
        let piece = file.read(whole.len() as u64, file.bytes).await;
        let piece = piece.map_err(std::io::Error::other).and_then(|read| read);
        let piece = piece.map_err(|error| {
            tracing::error!(%error, "an upload could not be read again");
            tried::unfit("upload_lost", "the upload could not be read again")
        })?;
        whole.extend_from_slice(&piece);
    }
    Ok(whole.freeze())
}

fn broken(why: &str) -> Box<Failed> {
    refused(400, why.to_owned())
}

/// The candidate cannot take the form; another, which takes forms as they are, may.
pub(super) fn refused(status: u16, message: String) -> Box<Failed> {
    let (kind, code) = ("invalid_request_error", "convert_request_failed");
    Box::new(Failed {
        failure: Failure {
            status: None,
            kind: FailureKind::Unsaid,
        },
        status: 0,
        code,
        body: refuse::own(status, kind, code, message),
        retry_after_s: None,
        reason: EndReason::UpstreamError,
    })
}
