//! The hub to `PaLM`'s body. The operator's words are its `context`; turns are told apart by their author.

use serde_json::{Map, Value, json};

use crate::canon::{EncodeError, Request, Role};
use crate::vendor::dialect::Written;
use crate::vendor::plain::{left_out, messages, put, text_of};

/// Writes a request.
pub(in crate::vendor) fn write(request: &Request) -> Result<Written, EncodeError> {
    let drops = left_out(request, &["temperature", "top_p", "top_k", "n"])?;
    let (mut context, mut turns) = (Vec::new(), Vec::new());
    for message in messages(request)? {
        let text = text_of(message)?;
        match &message.role {
            Role::System | Role::Developer => context.push(text),
            Role::User => turns.push(json!({"author": "0", "content": text})),
            Role::Assistant => turns.push(json!({"author": "1", "content": text})),
            Role::Tool | Role::Unknown(_) => {
                return Err(EncodeError::Unsupported { field: "role" });
            }
        }
    }
    let mut prompt = Map::new();
    if !context.is_empty() {
        prompt.insert("context".to_owned(), json!(context.join("\n")));
    }
    prompt.insert("messages".to_owned(), Value::Array(turns));
    let mut body = Map::new();
    body.insert("prompt".to_owned(), Value::Object(prompt));
    let sampling = &request.sampling;
    put(&mut body, "temperature", sampling.temperature.as_ref());
    put(&mut body, "topP", sampling.top_p.as_ref());
    put(&mut body, "topK", sampling.top_k.as_ref());
    put(&mut body, "candidateCount", sampling.n.as_ref());
    Ok((Value::Object(body), drops))
}
