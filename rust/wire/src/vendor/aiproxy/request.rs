//! The hub to a library's body. It takes the last question alone, so what was said before goes with it, speaker by speaker;
//! the library's id is the channel's setting and is put in when the body goes out.

use serde_json::{Value, json};

use crate::canon::{EncodeError, Request};
use crate::vendor::dialect::Written;
use crate::vendor::plain::{left_out, messages, text_of, written_out};

/// Writes a request.
pub(in crate::vendor) fn write(request: &Request) -> Result<Written, EncodeError> {
    let drops = left_out(request, &[])?;
    let mut texts = Vec::new();
    for message in messages(request)? {
        texts.push((&message.role, text_of(message)?));
    }
    let query = written_out(&texts)?;
    let body: Value =
        json!({"model": request.model, "query": query, "libraryId": "", "stream": request.stream});
    Ok((body, drops))
}
