//! What a client of a task path is told: its own form of a ticket, or of an error.

use http::header::{CONTENT_TYPE, HeaderName};
use http::{HeaderValue, Response, StatusCode};
use serde_json::{Map, Value, json};
use weirgate_wire::canon::ErrorBody;
use weirgate_wire::task::{Accepted, Submission, TaskCall, midjourney, suno, video};

use crate::body::AnswerBody;
use crate::error::{Error, Side};
use crate::pipeline::refuse;
use crate::pipeline::route::Arrival;
use crate::worker::Worker;

/// The family's header that says what multiplied a task's price.
const OTHER_RATIOS: HeaderName = HeaderName::from_static("x-new-api-other-ratios");

/// Writes the ticket of an accepted task.
pub(super) fn ticket(
    arrival: &Arrival,
    submission: &Submission,
    accepted: &Accepted,
    task_id: &str,
) -> Response<AnswerBody> {
    let value = match submission.call {
        TaskCall::Midjourney(_) => {
            let is_modal = midjourney::needs_modal(submission.action);
            midjourney::client_answer(accepted, task_id, is_modal)
        }
        TaskCall::Suno(_) => suno::client_answer(task_id),
        TaskCall::Video(form) => {
            let ticket = video::Ticket {
                task_id,
                model: &submission.model,
                created_s: arrival.started_ms / 1000,
                request_id: &arrival.id_text(),
            };
            video::client_answer(form, submission, &ticket)
        }
    };
    let mut answer = json_answer(StatusCode::OK, &value);
    if !submission.ratios.is_empty() {
        let ratios: Map<String, Value> = submission
            .ratios
            .iter()
            .filter_map(|(name, ratio)| {
                let number: serde_json::Number = ratio.parse().ok()?;
                Some(((*name).to_owned(), Value::Number(number)))
            })
            .collect();
        if let Ok(value) = HeaderValue::from_str(&Value::Object(ratios).to_string()) {
            answer.headers_mut().insert(OTHER_RATIOS, value);
        }
    }
    answer
}

/// Writes an error in the form of the path, and counts it when nothing had been held.
pub(super) fn refused(
    worker: &Worker,
    arrival: &Arrival,
    key_id: i64,
    call: Option<TaskCall>,
    error: &Error,
) -> Response<AnswerBody> {
    if error.side != Side::Upstream {
        worker.shared.refusals.count(error.reason(), key_id);
    }
    let mut body = refuse::body_of(&error.kind);
    if error.side != Side::Upstream {
        body.message.push_str(" (request id: ");
        body.message.push_str(&arrival.id_text());
        body.message.push(')');
    }
    let status = StatusCode::from_u16(body.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let value = match call {
        Some(TaskCall::Midjourney(_)) => midjourney_error(&body),
        Some(TaskCall::Suno(_) | TaskCall::Video(_)) | None => common_error(&body),
    };
    let mut answer = json_answer(status, &value);
    refuse::advise(answer.headers_mut(), error);
    answer
}

fn code_of(body: &ErrorBody) -> &str {
    body.code.as_deref().unwrap_or("")
}

/// Midjourney's codes are numbers; a provider's own stands in the error's code.
fn midjourney_error(body: &ErrorBody) -> Value {
    let code = code_of(body).parse().unwrap_or(4_i64);
    json!({"description": body.message, "type": body.kind, "code": code})
}

/// The tasks' form with `OpenAI`'s beside it: clients of both kinds call these paths.
fn common_error(body: &ErrorBody) -> Value {
    json!({
        "code": code_of(body), "message": body.message, "data": null,
        "error": {"message": body.message, "type": body.kind, "param": "", "code": code_of(body)},
    })
}

pub(super) fn json_answer(status: StatusCode, value: &Value) -> Response<AnswerBody> {
    let mut answer = Response::new(AnswerBody::ready(value.to_string()));
    *answer.status_mut() = status;
    let kind = HeaderValue::from_static("application/json");
    answer.headers_mut().insert(CONTENT_TYPE, kind);
    answer
}
