//! Brings what other families and vendors say beside the text into the form that chat describes: sources of the text, and log
//! probabilities. Last thing before the client reply is written; leaves out what chat has no word for.

use serde_json::{Map, Value, json};

/// Returns the sources that chat knows (`url_citation`), each with every field of the description; places that a vendor
/// left out are 0, texts empty. Citations of files have no word in chat.
pub(super) fn sources(annotations: &Value) -> Value {
    let listed = annotations.as_array().into_iter().flatten();
    let known = listed.filter(|source| source.get("type") == Some(&json!("url_citation")));
    known.map(source).collect()
}

fn source(source: &Value) -> Value {
    let mut source = source.clone();
    if let Some(Value::Object(cited)) = source.get_mut("url_citation") {
        let start = cited.get("start_index").cloned().unwrap_or(json!(0));
        let defaults = [
            ("end_index", start.clone()),
            ("start_index", start),
            ("title", json!("")),
            ("url", json!("")),
        ];
        for (name, value) in defaults {
            let field = cited.entry(name).or_insert(Value::Null);
            if field.is_null() {
                *field = value;
            }
        }
    }
    source
}

/// Returns log probabilities with both of the lists that the description asks for.
pub(super) fn logprobs(value: &Value) -> Value {
    let mut value = value.clone();
    if let Some(fields) = value.as_object_mut() {
        for name in ["content", "refusal"] {
            fields.entry(name).or_insert(Value::Null);
        }
    }
    value
}

/// Brings the sources among a message's or a delta's further fields into form.
pub(super) fn tidy(fields: &mut Map<String, Value>) {
    if let Some(annotations) = fields.get_mut("annotations") {
        *annotations = sources(annotations);
    }
}
