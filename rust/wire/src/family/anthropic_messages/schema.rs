//! JSON schemas for structured output: what `OpenAI` calls strict, and what Anthropic takes.
//! Walks only places that hold schemas, so that a property named like a keyword is left alone.

use serde_json::{Map, Value};

/// Keywords that Anthropic refuses in an output's schema; the model is not held to them.
const REFUSED: [&str; 12] = [
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "minLength",
    "maxLength",
    "maxItems",
    "uniqueItems",
    "minProperties",
    "maxProperties",
    "patternProperties",
];
/// Keywords whose value is a map of schemas, a list of schemas, a schema.
const MAPS: [&str; 3] = ["properties", "$defs", "definitions"];
const LISTS: [&str; 3] = ["anyOf", "allOf", "oneOf"];
const SINGLES: [&str; 2] = ["items", "not"];

/// Says whether every object names all its fields, requires them and allows no other: what `OpenAI` takes as strict.
pub(super) fn is_strict(schema: &Value) -> bool {
    let Some(fields) = schema.as_object() else {
        return true;
    };
    let is_closed = match fields.get("properties").and_then(Value::as_object) {
        None => fields.get("type").and_then(Value::as_str) != Some("object"),
        Some(properties) => {
            let required = fields.get("required").and_then(Value::as_array);
            let is_required =
                |name: &String| required.is_some_and(|list| list.iter().any(|item| item == name));
            fields.get("additionalProperties") == Some(&Value::Bool(false))
                && properties.keys().all(is_required)
        }
    };
    is_closed && children(fields).all(is_strict)
}

fn children(fields: &Map<String, Value>) -> impl Iterator<Item = &Value> {
    let maps = MAPS
        .iter()
        .filter_map(|name| fields.get(*name)?.as_object());
    let lists = LISTS
        .iter()
        .filter_map(|name| fields.get(*name)?.as_array());
    let singles = SINGLES.iter().filter_map(|name| fields.get(*name));
    maps.flat_map(Map::values)
        .chain(lists.flatten())
        .chain(singles)
}

/// Makes a schema one that Anthropic takes: objects are closed, keywords that it refuses are left out, `oneOf` is `anyOf`.
pub(super) fn for_output(schema: &mut Value) {
    let Some(fields) = schema.as_object_mut() else {
        return;
    };
    fields.retain(|name, _| !REFUSED.contains(&name.as_str()));
    if fields
        .get("minItems")
        .and_then(Value::as_u64)
        .is_some_and(|least| least > 1)
    {
        fields.shift_remove("minItems");
    }
    if let Some(choices) = fields.shift_remove("oneOf") {
        fields.entry("anyOf").or_insert(choices);
    }
    let is_object = fields.get("type").and_then(Value::as_str) == Some("object");
    if is_object || fields.contains_key("properties") {
        fields.insert("additionalProperties".to_owned(), Value::Bool(false));
    }
    for (name, value) in fields.iter_mut() {
        match value {
            Value::Object(map) if MAPS.contains(&name.as_str()) => {
                map.values_mut().for_each(for_output);
            }
            Value::Array(list) if LISTS.contains(&name.as_str()) => {
                list.iter_mut().for_each(for_output);
            }
            single if SINGLES.contains(&name.as_str()) => for_output(single),
            _ => {}
        }
    }
}
