//! Replicate's predictions: any model's input in, its output out. The call waits for up to a minute; what is not done then is
//! asked for again. A stream is read where the prediction says that it is; what nobody waits for any more is cancelled.
//! After replicate.com/docs/reference/http (predictions.create, models.predictions.create, predictions.cancel) and
//! replicate.com/docs/reference/streaming, in excerpts, and what Replicate's own client for Python reads, 2026-11-22.

pub(super) mod images;
pub(super) mod reply;
pub(super) mod request;

use serde_json::{Map, Value, json};

use super::follow::{Elsewhere, Follow};
use super::plain::text_at;

/// Wraps an input. A model that is named with a version (`owner/name:version`) is called by its version alone.
fn call(model: &str, input: &Map<String, Value>) -> Value {
    match model.rsplit_once(':') {
        Some((_, version)) => json!({"version": version, "input": input}),
        None => json!({"input": input}),
    }
}

/// Says where a prediction that is not done is asked for.
pub(super) fn follow(document: &Value) -> Option<Follow> {
    let is_open = matches!(text_at(document, "/status"), "starting" | "processing");
    is_open.then(|| Follow::new("/v1/", "predictions", text_at(document, "/id")))?
}

/// Says where the output of a prediction comes as a stream; `None` for models that have none, and for what is done already.
pub(super) fn stream(document: &Value) -> Option<Elsewhere> {
    let is_open = matches!(text_at(document, "/status"), "starting" | "processing");
    let address = text_at(document, "/urls/stream");
    (is_open && !address.is_empty()).then(|| Elsewhere {
        address: address.to_owned(),
        domain: "replicate.com",
    })
}

/// Says where a prediction that is not done is ended, by POST.
pub(super) fn cancel(document: &Value) -> Option<Follow> {
    follow(document).map(|prediction| prediction.then("cancel"))
}

/// Says why a prediction has no output.
fn failure(document: &Value) -> Option<String> {
    let status = text_at(document, "/status");
    let is_failed = matches!(status, "failed" | "canceled" | "aborted");
    is_failed.then(|| format!("the prediction ended as {status}"))
}
