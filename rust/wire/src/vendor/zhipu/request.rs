//! The hub to Zhipu's third body.
//! The operator is unknown to it: what it says goes as the user's words, answered with one word, since turns must alternate.

use serde_json::{Map, Value, json};

use crate::canon::{EncodeError, Message, Request, Role};
use crate::vendor::dialect::Written;
use crate::vendor::plain::{left_out, messages, put, text_of};

/// Writes a request.
pub(in crate::vendor) fn write(request: &Request) -> Result<Written, EncodeError> {
    let drops = left_out(request, &["temperature", "top_p"])?;
    let mut prompt = Vec::new();
    for message in messages(request)? {
        turn(message, &mut prompt)?;
    }
    let mut body = Map::new();
    body.insert("prompt".to_owned(), Value::Array(prompt));
    put(
        &mut body,
        "temperature",
        request.sampling.temperature.as_ref(),
    );
    put(&mut body, "top_p", request.sampling.top_p.as_ref());
    if request.stream {
        // Without the word every event repeats the whole answer so far.
        body.insert("incremental".to_owned(), json!(true));
    }
    Ok((Value::Object(body), drops))
}

fn turn(message: &Message, prompt: &mut Vec<Value>) -> Result<(), EncodeError> {
    let text = text_of(message)?;
    match &message.role {
        Role::System | Role::Developer => {
            prompt.push(json!({"role": "user", "content": text}));
            prompt.push(json!({"role": "assistant", "content": "Okay"}));
        }
        Role::User => prompt.push(json!({"role": "user", "content": text})),
        Role::Assistant => prompt.push(json!({"role": "assistant", "content": text})),
        Role::Tool | Role::Unknown(_) => return Err(EncodeError::Unsupported { field: "role" }),
    }
    Ok(())
}
