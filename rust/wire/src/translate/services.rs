//! Calls for rankings, images and sound to vendors that have them in a form of their own, and their answers back.
//! Whole replies only.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

use crate::canon::{EncodeError, Question, Request};
use crate::endpoint::{Endpoint, Family};
use crate::envelope::RequestError;
use crate::family::{images, rerank};
use crate::reply::reply_facts;
use crate::task::form::form_of;
use crate::vendor::service::{self, Carriage, Service};

use super::{TranslateError, TranslatedReply, Translating, WireRequest};

/// What the answer must know of its question; it gets there through [`Question::echo`].
const DOCUMENTS: &str = "documents";
const FORMAT: &str = "response_format";

/// Translates a call. `edit` gets a stand-in that holds only what the answer must know of its question.
pub(super) fn request(
    call: &Translating<'_>,
    service: Service,
    edit: impl FnOnce(&mut Request),
) -> Result<WireRequest, TranslateError> {
    let mut question = Request::default();
    let (body, drops) = match call.endpoint {
        Endpoint::Rerank => {
            let mut request = rerank::client_request::read(call.body)?;
            call.model.clone_into(&mut request.model);
            if request.return_documents == Some(true) {
                let documents = json!(request.documents);
                question.echo.insert(DOCUMENTS.to_owned(), documents);
            }
            service::write_rerank(service, &request)?
        }
        Endpoint::ImageGenerations | Endpoint::ImageEdits => {
            let mut request = if call.endpoint == Endpoint::ImageEdits {
                images::client_request::read_edit(call.body)?
            } else {
                images::client_request::read(call.body)?
            };
            call.model.clone_into(&mut request.model);
            if let Some(format) = &request.response_format {
                question.echo.insert(FORMAT.to_owned(), json!(format));
            }
            service::write_images(service, &request)?
        }
        Endpoint::Speech | Endpoint::Transcriptions | Endpoint::Translations => {
            let fields = serde_json::from_slice::<Map<String, Value>>(call.body);
            let unreadable = |error: serde_json::Error| RequestError::Unreadable(error.to_string());
            let fields = fields.map_err(unreadable)?;
            if let Some(format) = fields.get(FORMAT) {
                question.echo.insert(FORMAT.to_owned(), format.clone());
            }
            service::write_sound(service, call.endpoint, call.model, &fields)?
        }
        _ => return Err(TranslateError::NoWay),
    };
    edit(&mut question);
    let endpoint = match call.endpoint {
        // No service has a path of its own for it.
        Endpoint::ImageEdits => Endpoint::ImageGenerations,
        endpoint => endpoint,
    };
    let (body, kind) = carried(service.carriage(call.model), &body)?;
    Ok(WireRequest {
        endpoint,
        model: call.model.to_owned(),
        body,
        kind,
        drops,
    })
}

/// Returns a body as the service takes it, and its content type when that is not JSON.
fn carried(how: Carriage, body: &Value) -> Result<(Vec<u8>, Option<String>), EncodeError> {
    match (how, body) {
        (Carriage::Form, Value::Object(fields)) => {
            let (kind, form) = form_of(fields);
            Ok((form, Some(kind)))
        }
        (Carriage::Bytes(field), body) => {
            let data = body.get(field).and_then(Value::as_str);
            let data = data.and_then(|data| STANDARD.decode(data).ok());
            let data = data.ok_or(EncodeError::Unsupported { field: "file" })?;
            Ok((data, Some("application/octet-stream".to_owned())))
        }
        _ => Ok((body.to_string().into_bytes(), None)),
    }
}

/// Translates an answer.
pub(super) fn reply(
    question: &Question,
    from: Service,
    to: Endpoint,
    model: &str,
    body: &[u8],
) -> Result<TranslatedReply, TranslateError> {
    let (body, usage) = match to.family() {
        Family::Rerank => {
            let reply = service::read_rerank(from, body)?;
            let documents = question.echo.get(DOCUMENTS);
            let written = rerank::client_reply::write_reply(&reply, model, documents);
            (written, reply.usage)
        }
        Family::Images => {
            let reply = service::read_images(from, body)?;
            let wants_urls = question.echo.get(FORMAT).and_then(Value::as_str) == Some("url");
            let created = question.asked_at;
            let written = images::client_reply::write_reply(&reply, created, wants_urls);
            (written, reply.usage)
        }
        Family::Audio => {
            let format = question.echo.get(FORMAT).and_then(Value::as_str);
            let written = service::read_sound(from, body, format == Some("verbose_json"))?;
            let usage = reply_facts(to, &written).usage;
            (written, usage)
        }
        _ => return Err(TranslateError::NoWay),
    };
    let images = reply_facts(to, &body).images;
    Ok(TranslatedReply {
        body,
        usage,
        images,
        is_incomplete: false,
    })
}
