//! JSON schemas to the subset that Gemini's `Schema` knows, and back. Used for tools and structured output.
//! Depth and size are bounded; what the subset has no word for is left out.

use serde_json::{Map, Value, json};

/// Nesting beyond this becomes a plain object.
const MAX_DEPTH: usize = 64;
/// How many schemas one document may unfold to: references that name each other grow without end.
const MAX_NODES: usize = 20_000;

/// Keys that mean the same in both and hold no schema.
const PLAIN_KEYS: [&str; 15] = [
    "title",
    "description",
    "default",
    "example",
    "pattern",
    "minimum",
    "maximum",
    "minItems",
    "maxItems",
    "minLength",
    "maxLength",
    "minProperties",
    "maxProperties",
    "nullable",
    "propertyOrdering",
];
/// Formats that Gemini takes; it refuses others.
const FORMATS: [&str; 7] = [
    "enum",
    "date-time",
    "float",
    "double",
    "int32",
    "int64",
    "date",
];

struct Cleaner<'a> {
    root: &'a Value,
    /// References that are being followed; one among them that comes again is a circle.
    following: Vec<String>,
    nodes: usize,
}

/// Returns a JSON schema as Gemini's `Schema`.
pub(super) fn to_gemini(schema: &Value) -> Value {
    let mut cleaner = Cleaner {
        root: schema,
        following: Vec::new(),
        nodes: 0,
    };
    cleaner.clean(schema, 0)
}

impl Cleaner<'_> {
    fn clean(&mut self, schema: &Value, depth: usize) -> Value {
        self.nodes += 1;
        let Some(fields) = schema.as_object() else {
            return json!({"type": "OBJECT"});
        };
        if depth > MAX_DEPTH || self.nodes > MAX_NODES {
            return json!({"type": "OBJECT"});
        }
        if let Some(path) = fields.get("$ref").and_then(Value::as_str) {
            return self.follow(path, fields, depth);
        }
        let fields = &merged(fields);
        let mut clean = Map::new();
        self.kind(fields, &mut clean);
        for key in PLAIN_KEYS {
            if let Some(value) = fields.get(key).filter(|value| !value.is_null()) {
                clean.insert(key.to_owned(), value.clone());
            }
        }
        let format = fields.get("format").and_then(Value::as_str);
        if let Some(format) = format.filter(|format| FORMATS.contains(format)) {
            clean.insert("format".to_owned(), json!(format));
        }
        choices(fields, &mut clean);
        self.children(fields, &mut clean, depth);
        self.alternatives(fields, &mut clean, depth);
        Value::Object(clean)
    }

    /// Returns what a reference names, with the fields beside it. A circle, and what cannot be found, is any object.
    fn follow(&mut self, path: &str, fields: &Map<String, Value>, depth: usize) -> Value {
        let named = path
            .strip_prefix('#')
            .and_then(|path| self.root.pointer(path))
            .and_then(Value::as_object);
        let is_circle = self.following.iter().any(|followed| followed == path);
        let Some(named) = named.filter(|_| !is_circle) else {
            return json!({"type": "OBJECT"});
        };
        let mut target = named.clone();
        let beside = fields.iter().filter(|(key, _)| *key != "$ref");
        target.extend(beside.map(|(key, value)| (key.clone(), value.clone())));
        self.following.push(path.to_owned());
        let clean = self.clean(&Value::Object(target), depth + 1);
        self.following.pop();
        clean
    }

    /// Types are upper case; a list of types with `null` makes the other one nullable, more become alternatives.
    fn kind(&mut self, fields: &Map<String, Value>, clean: &mut Map<String, Value>) {
        let words: Vec<String> = match fields.get("type") {
            Some(Value::String(word)) => vec![word.to_ascii_uppercase()],
            Some(Value::Array(words)) => words
                .iter()
                .filter_map(Value::as_str)
                .map(str::to_ascii_uppercase)
                .collect(),
            _ => implied(fields).into_iter().collect(),
        };
        let is_null = |word: &&String| *word == "NULL";
        let others: Vec<&String> = words.iter().filter(|word| !is_null(word)).collect();
        if others.len() < words.len() && !others.is_empty() {
            clean.insert("nullable".to_owned(), json!(true));
        }
        match others.as_slice() {
            [] if words.is_empty() => {}
            [] => drop(clean.insert("type".to_owned(), json!("NULL"))),
            [word] => drop(clean.insert("type".to_owned(), json!(word))),
            many => {
                let kinds = many.iter().map(|word| json!({"type": word}));
                self.nodes += many.len();
                clean.insert("anyOf".to_owned(), Value::Array(kinds.collect()));
            }
        }
    }

    fn children(
        &mut self,
        fields: &Map<String, Value>,
        clean: &mut Map<String, Value>,
        depth: usize,
    ) {
        if let Some(Value::Object(properties)) = fields.get("properties") {
            let mut children = Map::new();
            for (name, schema) in properties {
                children.insert(name.clone(), self.clean(schema, depth + 1));
            }
            // Older models answer in the order of the alphabet unless they are told another.
            if children.len() > 1 && !clean.contains_key("propertyOrdering") {
                let names: Vec<&String> = children.keys().collect();
                clean.insert("propertyOrdering".to_owned(), json!(names));
            }
            let required = fields.get("required").and_then(Value::as_array);
            let known = required.into_iter().flatten().filter(|name| {
                name.as_str()
                    .is_some_and(|name| children.contains_key(name))
            });
            let known: Vec<Value> = known.cloned().collect();
            if !known.is_empty() {
                clean.insert("required".to_owned(), Value::Array(known));
            }
            if !children.is_empty() {
                clean.insert("properties".to_owned(), Value::Object(children));
            }
        }
        let items = match (fields.get("items"), fields.get("prefixItems")) {
            (Some(items @ Value::Object(_)), _) => Some(self.clean(items, depth + 1)),
            (_, Some(Value::Array(list))) | (Some(Value::Array(list)), _) => {
                Some(self.any_of(list, depth))
            }
            _ => None,
        };
        // A list without its element's schema is refused.
        let is_list = clean.get("type") == Some(&json!("ARRAY"));
        if let Some(items) = items.or_else(|| is_list.then(|| json!({"type": "STRING"}))) {
            clean.insert("items".to_owned(), items);
        }
    }

    fn any_of(&mut self, list: &[Value], depth: usize) -> Value {
        let mut kinds: Vec<Value> = Vec::new();
        for schema in list {
            let kind = self.clean(schema, depth + 1);
            if !kinds.contains(&kind) {
                kinds.push(kind);
            }
        }
        if kinds.len() == 1 {
            return kinds.pop().unwrap_or_default();
        }
        json!({"anyOf": kinds})
    }

    /// `anyOf` and `oneOf`; a `null` among them makes the rest nullable, and one that is left stands for itself.
    fn alternatives(
        &mut self,
        fields: &Map<String, Value>,
        clean: &mut Map<String, Value>,
        depth: usize,
    ) {
        let list = fields.get("anyOf").or_else(|| fields.get("oneOf"));
        let Some(list) = list.and_then(Value::as_array) else {
            return;
        };
        let is_null = |schema: &&Value| schema.get("type") == Some(&json!("null"));
        let others: Vec<Value> = list
            .iter()
            .filter(|schema| !is_null(schema))
            .cloned()
            .collect();
        if others.len() < list.len() {
            clean.insert("nullable".to_owned(), json!(true));
        }
        match self.any_of(&others, depth) {
            Value::Object(mut one) if one.contains_key("anyOf") && one.len() == 1 => {
                let kinds = one.shift_remove("anyOf").unwrap_or_default();
                clean.insert("anyOf".to_owned(), kinds);
            }
            Value::Object(one) => {
                for (key, value) in one {
                    clean.entry(key).or_insert(value);
                }
            }
            _ => {}
        }
    }
}

/// Returns the type that other keys imply.
fn implied(fields: &Map<String, Value>) -> Option<String> {
    let has = |key: &str| fields.contains_key(key);
    let word = if has("properties") {
        "OBJECT"
    } else if has("items") || has("prefixItems") {
        "ARRAY"
    } else if has("enum") || fields.get("const").is_some_and(Value::is_string) {
        "STRING"
    } else {
        return None;
    };
    Some(word.to_owned())
}

/// Lays the schemas of `allOf` over each other.
fn merged(fields: &Map<String, Value>) -> Map<String, Value> {
    let mut merged = fields.clone();
    let Some(Value::Array(all)) = merged.shift_remove("allOf") else {
        return merged;
    };
    for part in all.iter().filter_map(Value::as_object) {
        for (key, value) in part {
            match (merged.get_mut(key), value) {
                (Some(Value::Object(own)), Value::Object(more)) => own.extend(more.clone()),
                (Some(Value::Array(own)), Value::Array(more)) => own.extend(more.clone()),
                (Some(_), _) => {}
                (None, value) => drop(merged.insert(key.clone(), value.clone())),
            }
        }
    }
    merged
}

/// `enum` is for texts only; a constant is an `enum` of one.
fn choices(fields: &Map<String, Value>, clean: &mut Map<String, Value>) {
    let one = fields.get("const").cloned().map(|value| vec![value]);
    let list = fields
        .get("enum")
        .and_then(Value::as_array)
        .cloned()
        .or(one);
    let Some(list) = list else { return };
    let texts: Vec<Value> = list
        .iter()
        .filter(|value| value.is_string())
        .cloned()
        .collect();
    if list.iter().any(Value::is_null) {
        clean.insert("nullable".to_owned(), json!(true));
    }
    let is_text = clean.get("type").is_none_or(|word| word == "STRING");
    if is_text && !texts.is_empty() {
        clean.insert("type".to_owned(), json!("STRING"));
        clean.insert("enum".to_owned(), Value::Array(texts));
    }
}

/// Returns Gemini's `Schema` as a JSON schema.
pub(super) fn to_json_schema(schema: &Value) -> Value {
    widen(schema, 0)
}

fn widen(schema: &Value, depth: usize) -> Value {
    let Some(fields) = schema.as_object() else {
        return json!({});
    };
    if depth > MAX_DEPTH {
        return json!({});
    }
    let is_nullable = fields.get("nullable") == Some(&json!(true));
    let mut wide = Map::new();
    for (key, value) in fields {
        match key.as_str() {
            "nullable" | "propertyOrdering" | "property_ordering" | "example" => {}
            "type" => {
                let word = value.as_str().unwrap_or_default().to_ascii_lowercase();
                if word == "type_unspecified" || word.is_empty() {
                    continue;
                }
                let kind = if is_nullable {
                    json!([word, "null"])
                } else {
                    json!(word)
                };
                wide.insert(key.clone(), kind);
            }
            "properties" => {
                wide.insert(key.clone(), wide_properties(fields, value, depth));
            }
            "items" => drop(wide.insert(key.clone(), widen(value, depth + 1))),
            "anyOf" | "any_of" => {
                let list = value.as_array().into_iter().flatten();
                let mut kinds: Vec<Value> = list.map(|kind| widen(kind, depth + 1)).collect();
                if is_nullable {
                    kinds.push(json!({"type": "null"}));
                }
                wide.insert("anyOf".to_owned(), Value::Array(kinds));
            }
            "format" if value == "enum" => {}
            _ if key.starts_with("min") || key.starts_with("max") => {
                wide.insert(camel(key), whole_number(value));
            }
            _ => drop(wide.insert(key.clone(), value.clone())),
        }
    }
    if let Some(Value::Array(list)) = wide.get_mut("enum")
        && is_nullable
    {
        list.push(Value::Null);
    }
    Value::Object(wide)
}

/// The order that Gemini keeps beside the properties becomes their own.
fn wide_properties(fields: &Map<String, Value>, properties: &Value, depth: usize) -> Value {
    let order = fields
        .get("propertyOrdering")
        .or_else(|| fields.get("property_ordering"));
    let first = order.and_then(Value::as_array).into_iter().flatten();
    let mut wide = Map::new();
    for name in first.filter_map(Value::as_str) {
        if let Some(schema) = properties.get(name) {
            wide.insert(name.to_owned(), widen(schema, depth + 1));
        }
    }
    for (name, schema) in properties.as_object().into_iter().flatten() {
        if !wide.contains_key(name) {
            wide.insert(name.clone(), widen(schema, depth + 1));
        }
    }
    Value::Object(wide)
}

/// `min_items` and its like.
fn camel(key: &str) -> String {
    let mut words = key.split('_');
    let mut name = words.next().unwrap_or_default().to_owned();
    for word in words {
        let mut letters = word.chars();
        name.extend(letters.next().map(|letter| letter.to_ascii_uppercase()));
        name.push_str(letters.as_str());
    }
    name
}

/// Google writes 64-bit numbers as texts.
fn whole_number(value: &Value) -> Value {
    let number = value.as_str().and_then(|text| text.parse::<i64>().ok());
    number.map_or_else(|| value.clone(), Value::from)
}
