//! The video vendors: paths, bodies and answers of a submit (their public API pages, 2026-11).

use serde_json::{Map, Value, json};

use super::{Form, images};
use crate::task::form::is_file;
use crate::task::{
    Accepted, Denied, Going, Outgoing, Submission, TaskAuth, TaskCall, channel_type, text, text_at,
};

/// Fields of the forms that no vendor knows under these names.
const OURS: [&str; 11] = [
    "model",
    "prompt",
    "image",
    "image_url",
    "images",
    "input_reference",
    "size",
    "seconds",
    "duration",
    "mode",
    "metadata",
];

fn form(submission: &Submission) -> Form {
    match submission.call {
        TaskCall::Video(form) => form,
        TaskCall::Midjourney(_) | TaskCall::Suno(_) => Form::Generic,
    }
}

/// Lays the client's `metadata` over a body.
fn with_metadata(mut body: Map<String, Value>, submission: &Submission) -> Value {
    if let Some(Value::Object(extra)) = submission.body.get("metadata") {
        for (name, value) in extra {
            // The model is what was routed and paid for.
            if !matches!(name.as_str(), "model" | "model_name" | "req_key") {
                body.insert(name.clone(), value.clone());
            }
        }
    }
    Value::Object(body)
}

fn put(body: &mut Map<String, Value>, name: &str, value: Option<Value>) {
    if let Some(value) = value {
        body.insert(name.to_owned(), value);
    }
}

/// Returns the length in seconds as a number, from either name.
fn seconds(submission: &Submission) -> Option<u64> {
    let body = &submission.body;
    let value = body.get("seconds").or_else(|| body.get("duration"))?;
    value.as_u64().or_else(|| value.as_str()?.parse().ok())
}

/// Returns `16:9` and its like for a size in pixels.
fn aspect(size: &str) -> Option<&'static str> {
    let (width, height) = size.split_once(['x', '*'])?;
    let (width, height): (u32, u32) = (width.parse().ok()?, height.parse().ok()?);
    Some(match width.cmp(&height) {
        std::cmp::Ordering::Greater => "16:9",
        std::cmp::Ordering::Less => "9:16",
        std::cmp::Ordering::Equal => "1:1",
    })
}

fn aspect_of(submission: &Submission) -> Option<Value> {
    aspect(text(&submission.body, "size")?).map(Value::from)
}

/// Sora: the form of `OpenAI`'s videos.
pub(super) fn sora(submission: &Submission, going: &Going<'_>) -> Outgoing {
    let path = match (form(submission), going.origin) {
        (Form::Remix, Some(origin)) => format!("/v1/videos/{origin}/remix"),
        _ => "/v1/videos".to_owned(),
    };
    let body = match form(submission) {
        Form::Remix => json!({"prompt": submission.prompt}),
        Form::Openai => {
            let mut body = submission.body.clone();
            body.insert("model".to_owned(), going.model.into());
            Value::Object(body)
        }
        _ => {
            let mut body = Map::new();
            body.insert("model".to_owned(), going.model.into());
            body.insert("prompt".to_owned(), submission.prompt.clone().into());
            let seconds = seconds(submission).map(|seconds| seconds.to_string().into());
            put(&mut body, "seconds", seconds);
            put(&mut body, "size", submission.body.get("size").cloned());
            let image = images(&submission.body).into_iter().next();
            put(&mut body, "input_reference", image.map(Value::from));
            with_metadata(body, submission)
        }
    };
    Outgoing {
        is_form: body
            .as_object()
            .is_some_and(|fields| fields.values().any(is_file)),
        path,
        body,
        auth: TaskAuth::Bearer,
    }
}

/// Kling: own form through, everything else by field.
pub(super) fn kling(submission: &Submission, going: &Going<'_>) -> Outgoing {
    let images = images(&submission.body);
    let kind = match form(submission) {
        Form::KlingText => "text2video",
        Form::KlingImage => "image2video",
        _ if images.is_empty() => "text2video",
        _ => "image2video",
    };
    let body = if matches!(form(submission), Form::KlingText | Form::KlingImage) {
        let mut body = submission.body.clone();
        body.remove("model");
        body.remove("callback_url");
        body.insert("model_name".to_owned(), going.model.into());
        Value::Object(body)
    } else {
        let mut body = Map::new();
        body.insert("model_name".to_owned(), going.model.into());
        body.insert("prompt".to_owned(), submission.prompt.clone().into());
        put(
            &mut body,
            "image",
            images.first().map(|image| plain_base64(image).into()),
        );
        put(
            &mut body,
            "image_tail",
            images.get(1).map(|image| plain_base64(image).into()),
        );
        put(&mut body, "mode", submission.body.get("mode").cloned());
        put(&mut body, "aspect_ratio", aspect_of(submission));
        let seconds = seconds(submission).map(|seconds| seconds.to_string().into());
        put(&mut body, "duration", seconds);
        with_metadata(body, submission)
    };
    Outgoing {
        path: format!("/v1/videos/{kind}"),
        body,
        is_form: false,
        auth: TaskAuth::KlingJwt,
    }
}

/// Kling takes base64 without the head of a data address.
fn plain_base64(image: &str) -> &str {
    match image.split_once(";base64,") {
        Some((head, data)) if head.starts_with("data:") => data,
        _ => image,
    }
}

/// Jimeng: own form through, everything else by field.
pub(super) fn jimeng(submission: &Submission, going: &Going<'_>) -> Outgoing {
    let body = if form(submission) == Form::Jimeng {
        let mut body = submission.body.clone();
        body.insert("req_key".to_owned(), going.model.into());
        Value::Object(body)
    } else {
        let mut body = Map::new();
        body.insert("req_key".to_owned(), going.model.into());
        body.insert("prompt".to_owned(), submission.prompt.clone().into());
        let images = images(&submission.body);
        let (addresses, data): (Vec<String>, Vec<String>) = images
            .into_iter()
            .partition(|image| image.starts_with("http"));
        if !addresses.is_empty() {
            body.insert("image_urls".to_owned(), addresses.into());
        } else if !data.is_empty() {
            let data: Vec<&str> = data.iter().map(|image| plain_base64(image)).collect();
            body.insert("binary_data_base64".to_owned(), data.into());
        }
        put(&mut body, "aspect_ratio", aspect_of(submission));
        // Jimeng counts frames: 24 a second and one.
        let frames = seconds(submission).map(|seconds| (seconds * 24 + 1).into());
        put(&mut body, "frames", frames);
        with_metadata(body, submission)
    };
    Outgoing {
        path: "/?Action=CVSync2AsyncSubmitTask&Version=2022-08-31".to_owned(),
        body,
        is_form: false,
        auth: TaskAuth::VolcSignature,
    }
}

/// Vidu: the number of images chooses the call.
pub(super) fn vidu(submission: &Submission, going: &Going<'_>) -> Outgoing {
    let images = images(&submission.body);
    let call = match images.len() {
        0 => "text2video",
        1 => "img2video",
        2 => "start-end2video",
        _ => "reference2video",
    };
    let mut body = Map::new();
    body.insert("model".to_owned(), going.model.into());
    body.insert("prompt".to_owned(), submission.prompt.clone().into());
    if !images.is_empty() {
        body.insert("images".to_owned(), images.into());
    }
    put(&mut body, "duration", seconds(submission).map(Value::from));
    put(&mut body, "aspect_ratio", aspect_of(submission));
    for (name, value) in &submission.body {
        if !OURS.contains(&name.as_str()) && name != "callback_url" {
            body.insert(name.clone(), value.clone());
        }
    }
    Outgoing {
        path: format!("/ent/v2/{call}"),
        body: with_metadata(body, submission),
        is_form: false,
        auth: TaskAuth::Token,
    }
}

/// Doubao on Volcengine Ark: a list of contents, options as fields beside it.
pub(super) fn doubao(submission: &Submission, going: &Going<'_>) -> Outgoing {
    let mut content = Vec::new();
    if !submission.prompt.is_empty() {
        content.push(json!({"type": "text", "text": submission.prompt}));
    }
    for image in images(&submission.body) {
        content.push(json!({"type": "image_url", "image_url": {"url": image}}));
    }
    let mut body = Map::new();
    body.insert("model".to_owned(), going.model.into());
    body.insert("content".to_owned(), content.into());
    put(&mut body, "duration", seconds(submission).map(Value::from));
    put(&mut body, "ratio", aspect_of(submission));
    Outgoing {
        path: "/api/v3/contents/generations/tasks".to_owned(),
        body: with_metadata(body, submission),
        is_form: false,
        auth: TaskAuth::Bearer,
    }
}

/// Reads a vendor's answer: where its id stands, and what it says when it refuses.
pub(super) fn read_answer(
    channel: i32,
    status: u16,
    value: Option<&Value>,
) -> Result<Accepted, Denied> {
    let value = value.ok_or_else(|| Denied::bad_answer(status))?;
    let (id, good_code) = match channel {
        channel_type::KLING => ("/data/task_id", Some(0)),
        channel_type::JIMENG => ("/data/task_id", Some(10_000)),
        channel_type::VIDU => ("/task_id", None),
        _ => ("/id", None),
    };
    let code = value.get("code").and_then(Value::as_i64);
    let is_good = status < 300 && good_code.is_none_or(|good| code == Some(good));
    let found = text_at(value, id).or_else(|| text_at(value, "/task_id"));
    match found {
        Some(upstream_id) if is_good => Ok(Accepted {
            upstream_id,
            code: 1,
            description: String::new(),
            done: None,
        }),
        _ => {
            let message = ["/error/message", "/message", "/err_code", "/error"]
                .iter()
                .find_map(|at| text_at(value, at));
            Err(Denied::refused(status, &message.unwrap_or_default()))
        }
    }
}
