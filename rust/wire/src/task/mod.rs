//! Tasks: calls whose answer is a ticket, and whose work is polled for. Midjourney, Suno, videos.
//!
//! Pure translation of a submit: the client's body → [`Submission`] → what the channel's type wants
//! to see ([`Outgoing`]) → what it answered ([`Accepted`] or [`Denied`]) → the client's answer. Who
//! pays, which channel is asked and how far a task is are not decided here.

pub mod form;
pub mod midjourney;
pub mod route;
pub mod suno;
pub mod video;

use serde_json::{Map, Value};

pub use route::{TaskCall, TaskRead, TaskRoute};

/// Who keeps a task's work.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Platform {
    /// A Midjourney proxy.
    Midjourney,
    /// A Suno proxy.
    Suno,
    /// One of the video vendors.
    Video,
}

/// The channel types that take tasks (contract of the family, relay 4.8).
pub mod channel_type {
    /// `OpenAI`: videos in Sora's form.
    pub const OPENAI: i32 = 1;
    /// Midjourney proxy.
    pub const MIDJOURNEY: i32 = 2;
    /// Midjourney proxy, second kind.
    pub const MIDJOURNEY_PLUS: i32 = 5;
    /// Suno proxy.
    pub const SUNO: i32 = 36;
    /// Volcengine Ark, for video models too.
    pub const VOLC_ENGINE: i32 = 45;
    /// Kling.
    pub const KLING: i32 = 50;
    /// Jimeng.
    pub const JIMENG: i32 = 51;
    /// Vidu.
    pub const VIDU: i32 = 52;
    /// Volcengine Ark, videos only.
    pub const DOUBAO_VIDEO: i32 = 54;
    /// Sora.
    pub const SORA: i32 = 55;
}

/// How a submit shows the channel's key.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TaskAuth {
    /// `Authorization: Bearer`.
    Bearer,
    /// `Authorization: Token`.
    Token,
    /// `mj-api-secret`.
    MjSecret,
    /// A JWT made from `access|secret`; a key without a bar goes as Bearer.
    KlingJwt,
    /// Volcengine's signature made from `access|secret`; a key without a bar goes as Bearer.
    VolcSignature,
}

/// A submit as the stations see it.
#[derive(Clone, PartialEq, Debug)]
pub struct Submission {
    /// Whose work it is.
    pub platform: Platform,
    /// What is asked for, as rows name it: `IMAGINE`, `MUSIC`, `generate`.
    pub action: &'static str,
    /// The model that is routed and priced.
    pub model: String,
    /// What the user wrote; "" when there is none.
    pub prompt: String,
    /// Our id of the task that this one goes on from.
    pub origin: Option<String>,
    /// What multiplies the price, each with its name, as decimal text: seconds, size.
    pub ratios: Vec<(&'static str, String)>,
    /// Where the provider's news are to be sent on; never shown to the provider.
    pub notify_hook: Option<String>,
    /// The client's form of the call.
    pub call: TaskCall,
    /// The body's fields.
    pub body: Map<String, Value>,
}

/// A submit on its way to a provider.
#[derive(Clone, PartialEq, Debug)]
pub struct Outgoing {
    /// Path and query below the channel's address.
    pub path: String,
    /// The body.
    pub body: Value,
    /// The body goes as a form, since it holds files.
    pub is_form: bool,
    /// How the key is shown.
    pub auth: TaskAuth,
}

/// What a provider said when it took the task.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Accepted {
    /// The provider's id.
    pub upstream_id: String,
    /// Midjourney's code (1, 21, 22); 1 for everyone else.
    pub code: i64,
    /// What it said with it.
    pub description: String,
    /// The work itself, when it was done at once (Midjourney's uploads: a list of addresses).
    pub done: Option<Value>,
}

/// What a provider said when it did not take the task.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Denied {
    /// Status for the client.
    pub status: u16,
    /// Midjourney's code, or 0.
    pub code: i64,
    /// What the client is told.
    pub message: String,
    /// Another channel may take it.
    pub may_retry: bool,
}

/// A submit that cannot be read; always the client's fault.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{0}")]
pub struct TaskRequestError(pub &'static str);

/// What an upstream writer needs to know besides the submission.
#[derive(Clone, Copy, Debug)]
pub struct Going<'a> {
    /// The channel's type.
    pub channel_type: i32,
    /// The model as the channel calls it.
    pub model: &'a str,
    /// The provider's id of the task that this one goes on from.
    pub origin: Option<&'a str>,
    /// Midjourney: keep `accountFilter`.
    pub keeps_account_filter: bool,
    /// Midjourney: cut speed words out of the prompt.
    pub clears_mode: bool,
    /// Midjourney: where the proxy may tell its news.
    pub notify: Option<&'a str>,
}

/// Reads a submit's body.
///
/// # Errors
/// The body is no JSON object, or lacks what the call needs.
pub fn read(call: TaskCall, body: &[u8]) -> Result<Submission, TaskRequestError> {
    let value: Value = serde_json::from_slice(body)
        .map_err(|_broken| TaskRequestError("the body is not valid JSON"))?;
    match value {
        Value::Object(fields) => read_fields(call, fields),
        _ => Err(TaskRequestError("the body is not a JSON object")),
    }
}

/// Reads a submit's fields, wherever they stood.
///
/// # Errors
/// They lack what the call needs.
pub fn read_fields(
    call: TaskCall,
    body: Map<String, Value>,
) -> Result<Submission, TaskRequestError> {
    match call {
        TaskCall::Midjourney(submit) => midjourney::read(submit, body),
        TaskCall::Suno(action) => suno::read(action, body),
        TaskCall::Video(form) => video::read(form, body),
    }
}

/// Says whether a channel of this type can take the submission.
pub fn takes(submission: &Submission, channel_type: i32) -> bool {
    match submission.platform {
        Platform::Midjourney => matches!(
            channel_type,
            channel_type::MIDJOURNEY | channel_type::MIDJOURNEY_PLUS
        ),
        Platform::Suno => channel_type == channel_type::SUNO,
        Platform::Video => video::takes(submission, channel_type),
    }
}

/// Writes a submission for a channel.
pub fn write(submission: &Submission, going: &Going<'_>) -> Outgoing {
    match submission.call {
        TaskCall::Midjourney(submit) => midjourney::write(submit, submission, going),
        TaskCall::Suno(_) => suno::write(submission, going),
        TaskCall::Video(_) => video::write(submission, going),
    }
}

/// Reads what a provider answered to a submit.
///
/// # Errors
/// [`Denied`] when it did not take the task.
pub fn read_answer(
    submission: &Submission,
    channel_type: i32,
    status: u16,
    body: &[u8],
) -> Result<Accepted, Denied> {
    let value: Option<Value> = serde_json::from_slice(body).ok();
    let read = match submission.platform {
        Platform::Midjourney => midjourney::read_answer(status, value.as_ref()),
        Platform::Suno => suno::read_answer(status, value.as_ref()),
        Platform::Video => video::read_answer(channel_type, status, value.as_ref()),
    };
    read.and_then(|accepted| {
        let fits = !accepted.upstream_id.is_empty() && accepted.upstream_id.len() <= 256;
        fits.then_some(accepted)
            .ok_or_else(|| Denied::bad_answer(status))
    })
}

impl Denied {
    /// The provider's answer cannot be read; one that means well may have taken the task.
    pub(crate) fn bad_answer(status: u16) -> Self {
        Self {
            status: if status < 400 { 502 } else { status },
            code: 4,
            message: "the provider's answer to the submit cannot be read".to_owned(),
            may_retry: status >= 400,
        }
    }

    /// The provider refused with a text; server faults and limits may go elsewhere.
    pub(crate) fn refused(status: u16, message: &str) -> Self {
        let status = if status < 400 { 400 } else { status };
        Self {
            status,
            code: 4,
            message: message.chars().take(500).collect(),
            may_retry: matches!(status, 401..=403 | 408 | 429 | 500..=599),
        }
    }
}

/// Returns a text field; numbers count as their text.
pub(crate) fn text<'a>(body: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    body.get(name)?.as_str().filter(|text| !text.is_empty())
}

/// Returns the text of a string or number anywhere in a value.
pub(crate) fn text_at(value: &Value, pointer: &str) -> Option<String> {
    match value.pointer(pointer)? {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}
