//! When an operation is done: values of the body or of the call, compared.
//! No condition means always.

use serde_json::Value;

use super::Call;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    Full,
    Prefix,
    Suffix,
    Contains,
    Gt,
    Gte,
    Lt,
    Lte,
}

/// One comparison.
#[derive(Clone, Debug)]
pub(super) struct Condition {
    path: String,
    mode: Mode,
    value: Value,
    is_inverted: bool,
    passes_missing: bool,
}

/// All comparisons of an operation.
#[derive(Clone, Debug, Default)]
pub(super) struct Conditions {
    list: Vec<Condition>,
    needs_all: bool,
}

impl Conditions {
    /// Reads `conditions` and `logic`; conditions may also be an object of paths and full values.
    pub(super) fn read(operation: &Value) -> Result<Self, String> {
        let needs_all = match operation.get("logic").and_then(Value::as_str) {
            None | Some("") => false,
            Some(word) if word.eq_ignore_ascii_case("or") => false,
            Some(word) if word.eq_ignore_ascii_case("and") => true,
            Some(word) => return Err(format!("logic {word:?} is not known")),
        };
        let list = match operation.get("conditions") {
            None | Some(Value::Null) => Vec::new(),
            Some(Value::Array(list)) => {
                list.iter().map(Condition::read).collect::<Result<_, _>>()?
            }
            Some(Value::Object(fields)) => fields
                .iter()
                .map(|(path, value)| Condition::full(path, value))
                .collect(),
            Some(_) => return Err("conditions is no list".to_owned()),
        };
        Ok(Self { list, needs_all })
    }

    pub(super) fn hold(&self, call: &Call<'_>) -> bool {
        if self.list.is_empty() {
            return true;
        }
        let mut results = self.list.iter().map(|condition| condition.holds(call));
        if self.needs_all {
            results.all(|holds| holds)
        } else {
            results.any(|holds| holds)
        }
    }

    pub(super) fn read_headers(&self) -> bool {
        let mut paths = self.list.iter().map(|condition| condition.path.as_str());
        paths.any(|path| path.starts_with("request_headers.") || path.starts_with("header."))
    }
}

impl Condition {
    fn full(path: &str, value: &Value) -> Self {
        Self {
            path: path.to_owned(),
            mode: Mode::Full,
            value: value.clone(),
            is_inverted: false,
            passes_missing: false,
        }
    }

    fn read(written: &Value) -> Result<Self, String> {
        let flag = |name| written.get(name) == Some(&Value::Bool(true));
        let path = written.get("path").and_then(Value::as_str).unwrap_or("");
        if path.is_empty() {
            return Err("a condition needs a path".to_owned());
        }
        let mode = match written
            .get("mode")
            .and_then(Value::as_str)
            .unwrap_or("full")
        {
            "" | "full" => Mode::Full,
            "prefix" => Mode::Prefix,
            "suffix" => Mode::Suffix,
            "contains" => Mode::Contains,
            "gt" => Mode::Gt,
            "gte" => Mode::Gte,
            "lt" => Mode::Lt,
            "lte" => Mode::Lte,
            other => return Err(format!("condition mode {other:?} is not known")),
        };
        Ok(Self {
            path: path.to_owned(),
            mode,
            value: written.get("value").cloned().unwrap_or_default(),
            is_inverted: flag("invert"),
            passes_missing: flag("pass_missing_key"),
        })
    }

    fn holds(&self, call: &Call<'_>) -> bool {
        let Some(found) = call.lookup(&self.path) else {
            return self.passes_missing;
        };
        self.compares(&found) != self.is_inverted
    }

    fn compares(&self, found: &Value) -> bool {
        let numbers = || found.as_f64().zip(self.value.as_f64());
        match self.mode {
            Mode::Full => {
                *found == self.value
                    || numbers().is_some_and(|(found, value)| (found - value).abs() < f64::EPSILON)
            }
            Mode::Prefix => text(found).starts_with(&text(&self.value)),
            Mode::Suffix => text(found).ends_with(&text(&self.value)),
            Mode::Contains => text(found).contains(&text(&self.value)),
            Mode::Gt => numbers().is_some_and(|(found, value)| found > value),
            Mode::Gte => numbers().is_some_and(|(found, value)| found >= value),
            Mode::Lt => numbers().is_some_and(|(found, value)| found < value),
            Mode::Lte => numbers().is_some_and(|(found, value)| found <= value),
        }
    }
}

/// A text as it is, anything else as JSON.
pub(super) fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
