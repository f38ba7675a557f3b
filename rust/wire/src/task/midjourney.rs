//! Midjourney: the submits of the proxy's API, their names and prices, and its answer codes.
//!
//! The paths and fields are the proxy's own on both sides; only ids, speed words and the fields
//! that an operator does not let through change on the way.

use serde_json::{Map, Value};

use super::{
    Accepted, Denied, Going, Outgoing, Platform, Submission, TaskAuth, TaskCall, TaskRequestError,
    text, text_at,
};

/// The submits.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Submit {
    /// A picture from words.
    Imagine,
    /// Words from a picture.
    Describe,
    /// One picture from several.
    Blend,
    /// The second half of a call that asked for more.
    Modal,
    /// A shorter prompt.
    Shorten,
    /// Edits of a picture.
    Edits,
    /// A video from a picture.
    Video,
    /// Uploads of pictures.
    Upload,
    /// One face for another.
    SwapFace,
    /// A button of a finished task.
    Action,
    /// The old form of a button: action and index.
    Change,
    /// The same as one line of text.
    SimpleChange,
}

impl Submit {
    const ALL: [(&'static str, Self); 12] = [
        ("submit/imagine", Self::Imagine),
        ("submit/describe", Self::Describe),
        ("submit/blend", Self::Blend),
        ("submit/modal", Self::Modal),
        ("submit/shorten", Self::Shorten),
        ("submit/edits", Self::Edits),
        ("submit/video", Self::Video),
        ("submit/upload-discord-images", Self::Upload),
        ("insight-face/swap", Self::SwapFace),
        ("submit/action", Self::Action),
        ("submit/change", Self::Change),
        ("submit/simple-change", Self::SimpleChange),
    ];

    /// Finds the submit of what stands behind `/mj/`.
    pub fn of_path(rest: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .find(|(path, _)| *path == rest)
            .map(|(_, submit)| *submit)
    }

    /// Returns the path behind `/mj/`.
    pub fn path(self) -> &'static str {
        Self::ALL
            .iter()
            .find(|(_, submit)| *submit == self)
            .map_or("", |(path, _)| *path)
    }
}

/// Words that choose a speed inside a prompt.
const SPEED_WORDS: [&str; 3] = ["--fast", "--relax", "--turbo"];

/// Reads a submit.
pub(crate) fn read(
    submit: Submit,
    body: Map<String, Value>,
) -> Result<Submission, TaskRequestError> {
    let action = action(submit, &body)?;
    check(submit, &body)?;
    let origin = origin(submit, &body)?;
    Ok(Submission {
        platform: Platform::Midjourney,
        action,
        model: model_of(action),
        prompt: text(&body, "prompt").unwrap_or("").to_owned(),
        origin,
        ratios: Vec::new(),
        notify_hook: text(&body, "notifyHook").map(str::to_owned),
        call: TaskCall::Midjourney(submit),
        body,
    })
}

/// Returns the model under which an action is routed and priced.
fn model_of(action: &str) -> String {
    match action {
        "SWAP_FACE" => "swap_face".to_owned(),
        other => format!("mj_{}", other.to_ascii_lowercase()),
    }
}

fn action(submit: Submit, body: &Map<String, Value>) -> Result<&'static str, TaskRequestError> {
    Ok(match submit {
        Submit::Imagine => "IMAGINE",
        Submit::Describe => "DESCRIBE",
        Submit::Blend => "BLEND",
        Submit::Modal => "MODAL",
        Submit::Shorten => "SHORTEN",
        Submit::Edits => "EDITS",
        Submit::Video => "VIDEO",
        Submit::Upload => "UPLOAD",
        Submit::SwapFace => "SWAP_FACE",
        Submit::Action => {
            let id = text(body, "customId").ok_or(TaskRequestError("customId is required"))?;
            action_of_button(id).ok_or(TaskRequestError("unknown customId"))?
        }
        Submit::Change => {
            let name = text(body, "action").ok_or(TaskRequestError("action is required"))?;
            ["UPSCALE", "VARIATION", "REROLL"]
                .into_iter()
                .find(|known| *known == name)
                .ok_or(TaskRequestError("unknown action"))?
        }
        Submit::SimpleChange => {
            let content = text(body, "content").ok_or(TaskRequestError("content is required"))?;
            simple_change(content)?.1
        }
    })
}

/// Reads `MJ::JOB::upsample::2::…`, `MJ::Outpaint::50::…` and their like.
fn action_of_button(custom_id: &str) -> Option<&'static str> {
    const KINDS: [(&str, &str); 13] = [
        ("high_variation", "HIGH_VARIATION"),
        ("low_variation", "LOW_VARIATION"),
        ("upsample", "UPSCALE"),
        ("variation", "VARIATION"),
        ("reroll", "REROLL"),
        ("pan_", "PAN"),
        ("outpaint", "ZOOM"),
        ("customzoom", "CUSTOM_ZOOM"),
        ("inpaint", "INPAINT"),
        ("video", "VIDEO"),
        ("animate", "VIDEO"),
        ("picread", "IMAGINE"),
        ("promptanalyzer", "SHORTEN"),
    ];
    custom_id.split("::").skip(1).take(2).find_map(|part| {
        let part = part.to_ascii_lowercase();
        KINDS
            .iter()
            .find(|(kind, _)| part.starts_with(kind))
            .map(|(_, action)| *action)
    })
}

/// Reads `<id> U1`, `<id> V2`, `<id> R`.
fn simple_change(content: &str) -> Result<(&str, &'static str), TaskRequestError> {
    const WRONG: TaskRequestError = TaskRequestError("content must be an id and U1-U4, V1-V4 or R");
    let (id, what) = content.trim().split_once(' ').ok_or(WRONG)?;
    let action = match what.trim().as_bytes() {
        [b'U' | b'u', b'1'..=b'4'] => "UPSCALE",
        [b'V' | b'v', b'1'..=b'4'] => "VARIATION",
        [b'R' | b'r'] => "REROLL",
        _ => return Err(WRONG),
    };
    Ok((id, action))
}

/// Says what a submit lacks.
fn check(submit: Submit, body: &Map<String, Value>) -> Result<(), TaskRequestError> {
    let has = |name: &str| text(body, name).is_some();
    let count = |name: &str| body.get(name).and_then(Value::as_array).map_or(0, Vec::len);
    let fault = match submit {
        Submit::Imagine | Submit::Shorten if !has("prompt") => "prompt is required",
        Submit::Describe if !has("base64") && !has("link") => "base64 is required",
        Submit::Blend if count("base64Array") < 2 => "base64Array needs two images or more",
        Submit::Upload if count("base64Array") == 0 => "base64Array is required",
        Submit::SwapFace if !has("sourceBase64") || !has("targetBase64") => {
            "sourceBase64 and targetBase64 are required"
        }
        Submit::Action | Submit::Change | Submit::Modal if !has("taskId") => "taskId is required",
        _ => return Ok(()),
    };
    Err(TaskRequestError(fault))
}

fn origin(submit: Submit, body: &Map<String, Value>) -> Result<Option<String>, TaskRequestError> {
    let id = match submit {
        Submit::SimpleChange => Some(simple_change(text(body, "content").unwrap_or(""))?.0),
        Submit::Action | Submit::Change | Submit::Modal | Submit::Video => text(body, "taskId"),
        _ => None,
    };
    Ok(id.map(str::to_owned))
}

/// Writes a submit for the proxy; the speed in the client's path stays behind.
pub(crate) fn write(submit: Submit, submission: &Submission, going: &Going<'_>) -> Outgoing {
    let mut body = submission.body.clone();
    body.remove("notifyHook");
    if let Some(address) = going.notify {
        body.insert("notifyHook".to_owned(), address.into());
    }
    if !going.keeps_account_filter {
        body.remove("accountFilter");
    }
    if going.clears_mode
        && let Some(prompt) = text(&body, "prompt")
    {
        let cleared = without_speed(prompt);
        body.insert("prompt".to_owned(), cleared.into());
    }
    if let (Some(origin), Some(ours)) = (going.origin, &submission.origin) {
        if submit == Submit::SimpleChange {
            let content = text(&body, "content").unwrap_or("").trim();
            let what = content.strip_prefix(ours.as_str()).unwrap_or("");
            let content = format!("{origin}{what}");
            body.insert("content".to_owned(), content.into());
        } else {
            body.insert("taskId".to_owned(), origin.into());
        }
    }
    Outgoing {
        path: format!("/mj/{}", submit.path()),
        body: Value::Object(body),
        is_form: false,
        auth: TaskAuth::MjSecret,
    }
}

fn without_speed(prompt: &str) -> String {
    let kept: Vec<&str> = prompt
        .split(' ')
        .filter(|word| !SPEED_WORDS.contains(word))
        .collect();
    kept.join(" ").trim().to_owned()
}

/// Reads the proxy's answer: 1 submitted, 21 exists or needs more, 22 queued; everything else is no.
pub(crate) fn read_answer(status: u16, value: Option<&Value>) -> Result<Accepted, Denied> {
    let value = value.ok_or_else(|| Denied::bad_answer(status))?;
    let code = value.get("code").and_then(Value::as_i64);
    let description = text_at(value, "/description").unwrap_or_default();
    match code {
        Some(code @ (1 | 21 | 22)) if status < 300 => Ok(Accepted {
            upstream_id: upload_id(value)
                .or_else(|| text_at(value, "/result"))
                .unwrap_or_default(),
            code,
            description,
            done: value
                .get("result")
                .filter(|result| result.is_array())
                .cloned(),
        }),
        Some(code) => Err(Denied {
            status: if code == 30 { 429 } else { 400 },
            code,
            message: description,
            may_retry: matches!(code, 3 | 23 | 30) || status >= 500,
        }),
        None => Err(Denied::refused(status, &description)),
    }
}

/// An upload answers with addresses instead of an id; their first stands for the task.
fn upload_id(value: &Value) -> Option<String> {
    let first = value.get("result")?.as_array()?.first()?.as_str()?;
    Some(first.chars().take(250).collect())
}

/// Writes the client's answer.
pub fn client_answer(accepted: &Accepted, task_id: &str, is_modal: bool) -> Value {
    let code = if accepted.code == 21 && is_modal {
        21
    } else {
        1
    };
    serde_json::json!({
        "code": code,
        "description": accepted.description,
        "properties": {},
        "result": accepted.done.clone().unwrap_or_else(|| task_id.into()),
    })
}

/// Says whether an action's second half comes as a modal.
pub fn needs_modal(action: &str) -> bool {
    matches!(action, "INPAINT" | "CUSTOM_ZOOM")
}
