//! Videos: one submission read from four forms, written for five vendors.
//!
//! A form that is the vendor's own goes through with nothing but the model changed; every other
//! pair goes by the fields that all of them have: prompt, images, size, seconds, mode. What stands
//! in `metadata` is the vendor's business and is laid over what was written.

mod vendors;

use serde_json::{Map, Value, json};

use super::{
    Accepted, Denied, Going, Outgoing, Platform, Submission, TaskCall, TaskRequestError,
    channel_type, text,
};

/// How the client asked.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Form {
    /// `/v1/video/generations`.
    Generic,
    /// `/v1/videos`.
    Openai,
    /// `/v1/videos/{id}/remix`.
    Remix,
    /// `/kling/v1/videos/text2video`.
    KlingText,
    /// `/kling/v1/videos/image2video`.
    KlingImage,
    /// `/jimeng/`.
    Jimeng,
}

/// Seconds that a video of Sora's has when nobody says.
const SORA_SECONDS: u32 = 4;
/// Longest video that can be asked for, in seconds.
const MAX_SECONDS: u32 = 3_600;
/// What the wide sizes of Sora cost more, as in the family.
const WIDE_RATIO: &str = "1.666667";

/// Reads a submit; the body of multipart forms comes as an object of their text fields.
pub(crate) fn read(form: Form, body: Map<String, Value>) -> Result<Submission, TaskRequestError> {
    let model = match form {
        Form::KlingText | Form::KlingImage => {
            text(&body, "model_name").or_else(|| text(&body, "model"))
        }
        Form::Jimeng => text(&body, "req_key"),
        Form::Remix => Some(text(&body, "model").unwrap_or("")),
        Form::Generic | Form::Openai => text(&body, "model"),
    };
    let model = model
        .ok_or(TaskRequestError("model is required"))?
        .to_owned();
    let prompt = text(&body, "prompt").unwrap_or("").to_owned();
    if prompt.is_empty() && images(&body).is_empty() {
        return Err(TaskRequestError("prompt is required"));
    }
    let seconds = seconds(&body)?;
    let action = match form {
        Form::Remix => "remix",
        Form::KlingText => "text2video",
        Form::KlingImage => "image2video",
        Form::Generic | Form::Openai | Form::Jimeng if images(&body).is_empty() => "textGenerate",
        Form::Generic | Form::Openai | Form::Jimeng => "generate",
    };
    Ok(Submission {
        platform: Platform::Video,
        action,
        ratios: ratios(&model, &body, seconds),
        model,
        prompt,
        origin: None,
        notify_hook: None,
        call: TaskCall::Video(form),
        body,
    })
}

/// Returns the length that was asked for: `seconds` or `duration`, as a number or as text.
fn seconds(body: &Map<String, Value>) -> Result<Option<u32>, TaskRequestError> {
    const WRONG: TaskRequestError = TaskRequestError("seconds must be a whole number of seconds");
    let Some(value) = body.get("seconds").or_else(|| body.get("duration")) else {
        return Ok(None);
    };
    let seconds = match value {
        Value::Null => return Ok(None),
        Value::Number(number) => number.as_u64(),
        Value::String(digits) => digits.parse().ok(),
        _ => None,
    };
    let seconds = seconds.and_then(|seconds| u32::try_from(seconds).ok());
    match seconds {
        Some(seconds @ 1..=MAX_SECONDS) => Ok(Some(seconds)),
        _ => Err(WRONG),
    }
}

/// Sora is priced by the second and by the size; everybody else by the call.
fn ratios(
    model: &str,
    body: &Map<String, Value>,
    seconds: Option<u32>,
) -> Vec<(&'static str, String)> {
    let mut ratios = Vec::new();
    if model.starts_with("sora") || model.starts_with("veo") {
        ratios.push(("seconds", seconds.unwrap_or(SORA_SECONDS).to_string()));
    }
    let is_wide = matches!(text(body, "size"), Some("1792x1024" | "1024x1792"));
    if model.starts_with("sora") && is_wide {
        ratios.push(("size", WIDE_RATIO.to_owned()));
    }
    ratios
}

/// Returns the images that go in, in the order of the fields that may carry them.
fn images(body: &Map<String, Value>) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for name in ["image", "image_url", "input_reference"] {
        found.extend(text(body, name).map(str::to_owned));
    }
    for name in ["images", "image_urls", "binary_data_base64"] {
        let list = body.get(name).and_then(Value::as_array);
        let texts = list.into_iter().flatten().filter_map(Value::as_str);
        found.extend(texts.map(str::to_owned));
    }
    found
}

/// Says whether a channel of this type makes videos.
pub(crate) fn takes(submission: &Submission, channel: i32) -> bool {
    let is_sora = matches!(channel, channel_type::SORA | channel_type::OPENAI);
    if submission.call == TaskCall::Video(Form::Remix) {
        return is_sora;
    }
    is_sora
        || matches!(
            channel,
            channel_type::KLING
                | channel_type::JIMENG
                | channel_type::VIDU
                | channel_type::DOUBAO_VIDEO
                | channel_type::VOLC_ENGINE
        )
}

/// Writes a submission for a channel.
pub(crate) fn write(submission: &Submission, going: &Going<'_>) -> Outgoing {
    match going.channel_type {
        channel_type::KLING => vendors::kling(submission, going),
        channel_type::JIMENG => vendors::jimeng(submission, going),
        channel_type::VIDU => vendors::vidu(submission, going),
        channel_type::DOUBAO_VIDEO | channel_type::VOLC_ENGINE => {
            vendors::doubao(submission, going)
        }
        _ => vendors::sora(submission, going),
    }
}

/// Reads a vendor's answer to a submit.
pub(crate) fn read_answer(
    channel: i32,
    status: u16,
    value: Option<&Value>,
) -> Result<Accepted, Denied> {
    vendors::read_answer(channel, status, value)
}

/// What the client's answer is made of.
#[derive(Clone, Copy, Debug)]
pub struct Ticket<'a> {
    /// Our id.
    pub task_id: &'a str,
    /// The model as the client asked for it.
    pub model: &'a str,
    /// Unix seconds.
    pub created_s: i64,
    /// Our request id.
    pub request_id: &'a str,
}

/// Writes the client's answer in its own form.
pub fn client_answer(form: Form, submission: &Submission, ticket: &Ticket<'_>) -> Value {
    let Ticket {
        task_id,
        model,
        created_s,
        request_id,
    } = *ticket;
    match form {
        Form::KlingText | Form::KlingImage => json!({
            "code": 0, "message": "SUCCEED", "request_id": request_id,
            "data": {"task_id": task_id, "task_status": "submitted",
                     "created_at": created_s * 1000, "updated_at": created_s * 1000},
        }),
        Form::Jimeng => json!({
            "code": 10000, "message": "Success", "request_id": request_id, "status": 10000,
            "time_elapsed": "0ms", "data": {"task_id": task_id},
        }),
        Form::Generic | Form::Openai | Form::Remix => {
            let mut answer = json!({
                "id": task_id, "task_id": task_id, "object": "video", "model": model,
                "status": "queued", "progress": 0, "created_at": created_s,
            });
            for name in ["seconds", "size"] {
                if let (Some(value), Some(answer)) =
                    (submission.body.get(name), answer.as_object_mut())
                {
                    answer.insert(name.to_owned(), value.clone());
                }
            }
            answer
        }
    }
}
