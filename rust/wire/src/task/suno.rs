//! Suno: music and lyrics over the Suno proxy's API.

use serde_json::{Map, Value};

use super::{
    Accepted, Denied, Going, Outgoing, Platform, Submission, TaskAuth, TaskCall, TaskRequestError,
    text, text_at,
};

/// The version of the model that a call without one gets, as in the family.
const DEFAULT_VERSION: &str = "chirp-v3-0";

/// What Suno makes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Action {
    /// A song.
    Music,
    /// Words of a song.
    Lyrics,
}

impl Action {
    /// Reads the last part of the path, in any case.
    pub fn of(text: &str) -> Option<Self> {
        match text.to_ascii_lowercase().as_str() {
            "music" => Some(Self::Music),
            "lyrics" => Some(Self::Lyrics),
            _ => None,
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Music => "MUSIC",
            Self::Lyrics => "LYRICS",
        }
    }

    const fn model(self) -> &'static str {
        match self {
            Self::Music => "suno_music",
            Self::Lyrics => "suno_lyrics",
        }
    }
}

/// Reads a submit.
pub(crate) fn read(
    action: Action,
    mut body: Map<String, Value>,
) -> Result<Submission, TaskRequestError> {
    let prompt = text(&body, "prompt").or_else(|| text(&body, "gpt_description_prompt"));
    let prompt = prompt.unwrap_or("").to_owned();
    match action {
        Action::Lyrics if prompt.is_empty() => return Err(TaskRequestError("prompt is required")),
        Action::Music if text(&body, "mv").is_none() => {
            body.insert("mv".to_owned(), DEFAULT_VERSION.into());
        }
        Action::Lyrics | Action::Music => {}
    }
    Ok(Submission {
        platform: Platform::Suno,
        action: action.name(),
        model: action.model().to_owned(),
        prompt,
        origin: text(&body, "task_id").map(str::to_owned),
        ratios: Vec::new(),
        notify_hook: None,
        call: TaskCall::Suno(action),
        body,
    })
}

/// Writes a submit for the proxy.
pub(crate) fn write(submission: &Submission, going: &Going<'_>) -> Outgoing {
    let mut body = submission.body.clone();
    if let Some(origin) = going.origin {
        body.insert("task_id".to_owned(), origin.into());
    }
    Outgoing {
        path: format!("/suno/submit/{}", submission.action),
        body: Value::Object(body),
        is_form: false,
        auth: TaskAuth::Bearer,
    }
}

/// Reads the proxy's answer.
pub(crate) fn read_answer(status: u16, value: Option<&Value>) -> Result<Accepted, Denied> {
    let value = value.ok_or_else(|| Denied::bad_answer(status))?;
    let code = text_at(value, "/code").unwrap_or_default();
    if status >= 300 || code != "success" {
        let message = text_at(value, "/message").or_else(|| text_at(value, "/error/message"));
        return Err(Denied::refused(status, &message.unwrap_or(code)));
    }
    Ok(Accepted {
        upstream_id: text_at(value, "/data").unwrap_or_default(),
        code: 1,
        description: String::new(),
        done: None,
    })
}

/// Writes the client's answer.
pub fn client_answer(task_id: &str) -> Value {
    serde_json::json!({"code": "success", "message": "", "data": task_id})
}
