//! Which endpoint a chat case is for: its `$endpoint`, which is no field of the call.

use serde_json::{Value, json};
use weirgate_wire::Endpoint;

/// Takes the endpoint's name out of a case; chat completions where none is named.
pub(crate) fn take_endpoint(case: &mut Value) -> Endpoint {
    let fields = case.as_object_mut().expect("case is an object");
    match fields.remove("$endpoint") {
        None => Endpoint::ChatCompletions,
        Some(name) if name == json!("completions") => Endpoint::Completions,
        Some(name) => panic!("no endpoint of chat: {name}"),
    }
}
