//! One change with its conditions.
//! A change that finds nothing at its path changes nothing; one whose value does not fit stops the call.

use std::borrow::Cow;

use regex::Regex;
use serde_json::{Map, Value};

use super::condition::{Conditions, text};
use super::{Call, HeaderEdit, OverrideError, Stop, path};
use crate::canon::ErrorBody;

/// The largest compiled pattern, in bytes.
const MAX_PATTERN: usize = 1 << 20;

/// One change.
#[derive(Clone, Debug)]
pub(super) struct Operation {
    act: Act,
    conditions: Conditions,
}

#[derive(Clone, Debug)]
enum Act {
    Delete(String),
    Set {
        path: String,
        value: Value,
        keeps_origin: bool,
    },
    Move {
        from: String,
        to: String,
    },
    Copy {
        from: String,
        to: String,
    },
    Add {
        path: String,
        value: Value,
        keeps_origin: bool,
        is_front: bool,
    },
    Text {
        path: String,
        change: Change,
    },
    ReturnError(ErrorBody),
    Prune {
        path: String,
        value: Value,
    },
    SetHeader {
        name: String,
        value: String,
        keeps_origin: bool,
    },
    DeleteHeader(String),
    CopyHeader {
        from: String,
        to: String,
        moves: bool,
    },
    PassHeaders(Vec<String>),
    Sync {
        from: Place,
        to: Place,
    },
}

/// A change of a text.
#[derive(Clone, Debug)]
enum Change {
    TrimPrefix(String),
    TrimSuffix(String),
    EnsurePrefix(String),
    EnsureSuffix(String),
    TrimSpace,
    ToLower,
    ToUpper,
    Replace(String, String),
    RegexReplace(Regex, String),
}

/// An end of `sync_fields`: `json:path` or `header:Name`.
#[derive(Clone, Debug)]
enum Place {
    Json(String),
    Header(String),
}

impl Operation {
    /// The old form: a top-level field by its literal name.
    pub(super) fn set_field(name: &str, value: &Value) -> Self {
        let escaped = name.replace('\\', "\\\\").replace('.', "\\.");
        Self {
            act: Act::Set {
                path: escaped,
                value: value.clone(),
                keeps_origin: false,
            },
            conditions: Conditions::default(),
        }
    }

    pub(super) fn read(written: &Value) -> Result<Self, String> {
        let written = Written(written);
        Ok(Self {
            act: written.act()?,
            conditions: Conditions::read(written.0)?,
        })
    }

    pub(super) fn reads_headers(&self) -> bool {
        let act_reads = matches!(
            self.act,
            Act::CopyHeader { .. } | Act::PassHeaders(_) | Act::Sync { .. }
        );
        act_reads || self.conditions.read_headers()
    }

    pub(super) fn apply(&self, call: &mut Call<'_>) -> Result<(), Stop> {
        if self.conditions.hold(call) {
            self.act.apply(call)
        } else {
            Ok(())
        }
    }
}

/// An operation as it is written.
struct Written<'a>(&'a Value);

impl Written<'_> {
    fn word(&self, name: &str) -> String {
        self.0.get(name).map(text).unwrap_or_default()
    }

    fn needed(&self, name: &str) -> Result<String, String> {
        let word = self.word(name);
        if word.is_empty() {
            return Err(format!("{name} is missing"));
        }
        Ok(word)
    }

    fn value(&self) -> Value {
        self.0.get("value").cloned().unwrap_or_default()
    }

    fn keeps_origin(&self) -> bool {
        self.0.get("keep_origin") == Some(&Value::Bool(true))
    }

    fn act(&self) -> Result<Act, String> {
        let mode = self.needed("mode")?;
        let act = match mode.as_str() {
            "delete" => Act::Delete(self.needed("path")?),
            "set" => Act::Set {
                path: self.needed("path")?,
                value: self.value(),
                keeps_origin: self.keeps_origin(),
            },
            "move" => Act::Move {
                from: self.needed("from")?,
                to: self.needed("to")?,
            },
            "copy" => Act::Copy {
                from: self.needed("from")?,
                to: self.needed("to")?,
            },
            "prepend" | "append" => Act::Add {
                path: self.needed("path")?,
                value: self.value(),
                keeps_origin: self.keeps_origin(),
                is_front: mode == "prepend",
            },
            "return_error" => Act::ReturnError(error_of(&self.value())),
            "prune_objects" => Act::Prune {
                path: self.word("path"),
                value: self.value(),
            },
            "pass_headers" => Act::PassHeaders(names_of(&self.value())),
            "set_header" | "delete_header" | "copy_header" | "move_header" | "sync_fields" => {
                self.header_act(&mode)?
            }
            _ => Act::Text {
                path: self.needed("path")?,
                change: self.change(&mode)?,
            },
        };
        Ok(act)
    }

    fn header_act(&self, mode: &str) -> Result<Act, String> {
        Ok(match mode {
            "set_header" => Act::SetHeader {
                name: self.needed("path")?,
                value: text(&self.value()),
                keeps_origin: self.keeps_origin(),
            },
            "delete_header" => Act::DeleteHeader(self.needed("path")?),
            "sync_fields" => Act::Sync {
                from: place(&self.needed("from")?)?,
                to: place(&self.needed("to")?)?,
            },
            _ => Act::CopyHeader {
                from: self.needed("from")?,
                to: self.needed("to")?,
                moves: mode == "move_header",
            },
        })
    }

    fn change(&self, mode: &str) -> Result<Change, String> {
        let value = || text(&self.value());
        Ok(match mode {
            "trim_prefix" => Change::TrimPrefix(value()),
            "trim_suffix" => Change::TrimSuffix(value()),
            "ensure_prefix" => Change::EnsurePrefix(value()),
            "ensure_suffix" => Change::EnsureSuffix(value()),
            "trim_space" => Change::TrimSpace,
            "to_lower" => Change::ToLower,
            "to_upper" => Change::ToUpper,
            "replace" => Change::Replace(self.needed("from")?, self.word("to")),
            "regex_replace" => {
                let pattern = self.needed("from")?;
                let built = regex::RegexBuilder::new(&pattern)
                    .size_limit(MAX_PATTERN)
                    .build();
                let pattern = built.map_err(|_bad| "from is no pattern".to_owned())?;
                Change::RegexReplace(pattern, self.word("to"))
            }
            other => return Err(format!("mode {other:?} is not known")),
        })
    }
}

fn place(written: &str) -> Result<Place, String> {
    match written.split_once(':') {
        Some(("json", path)) if !path.is_empty() => Ok(Place::Json(path.to_owned())),
        Some(("header", name)) if !name.is_empty() => Ok(Place::Header(name.to_ascii_lowercase())),
        _ => Err("from and to of sync_fields are json:<path> or header:<name>".to_owned()),
    }
}

fn names_of(value: &Value) -> Vec<String> {
    let list = match value {
        Value::Array(list) => list.clone(),
        Value::Object(fields) => match fields.get("headers").or_else(|| fields.get("names")) {
            Some(Value::Array(list)) => list.clone(),
            _ => Vec::new(),
        },
        Value::String(list) => list.split(',').map(Value::from).collect(),
        _ => Vec::new(),
    };
    let names = list
        .iter()
        .map(|name| text(name).trim().to_ascii_lowercase());
    names.filter(|name| !name.is_empty()).collect()
}

fn error_of(value: &Value) -> ErrorBody {
    let word = |names: &[&str]| {
        let found = names.iter().find_map(|name| value.get(*name));
        found.map(text).filter(|word| !word.is_empty())
    };
    let status = value.get("status_code").or_else(|| value.get("status"));
    let status = status.and_then(|status| text(status).parse().ok());
    let status = status.filter(|status| (400..=599).contains(status));
    let plain = value.as_str().map(str::to_owned);
    ErrorBody {
        status: status.unwrap_or(400),
        message: plain
            .or_else(|| word(&["message", "msg"]))
            .unwrap_or_else(|| "the request is not allowed here".to_owned()),
        kind: word(&["type"]).map_or(Cow::Borrowed("invalid_request_error"), Cow::Owned),
        code: Some(word(&["code"]).map_or(Cow::Borrowed("invalid_request"), Cow::Owned)),
        param: None,
        wait_s: None,
    }
}

impl Act {
    fn apply(&self, call: &mut Call<'_>) -> Result<(), Stop> {
        match self {
            Self::ReturnError(error) => return Err(Stop::Answer(error.clone())),
            Self::SetHeader {
                name,
                value,
                keeps_origin,
            } => call.headers.push(if *keeps_origin {
                HeaderEdit::SetDefault(name.clone(), value.clone())
            } else {
                HeaderEdit::Set(name.clone(), value.clone())
            }),
            Self::DeleteHeader(name) => call.headers.push(HeaderEdit::Delete(name.clone())),
            Self::CopyHeader { from, to, moves } => copy_header(call, from, to, *moves),
            Self::PassHeaders(names) => names
                .iter()
                .for_each(|name| copy_header(call, name, name, false)),
            Self::Sync { from, to } => sync(call, from, to),
            body => return body.apply_to_body(call),
        }
        Ok(())
    }

    fn apply_to_body(&self, call: &mut Call<'_>) -> Result<(), Stop> {
        let Some(body) = &mut call.document else {
            return Ok(());
        };
        match self {
            Self::Delete(place) => drop(path::remove(body, place)),
            Self::Set {
                path: place,
                value,
                keeps_origin,
            } if !*keeps_origin || path::get(body, place).is_none() => {
                path::set(body, place, value.clone());
            }
            Self::Move { from, to } => {
                if let Some(value) = path::remove(body, from) {
                    path::set(body, to, value);
                }
            }
            Self::Copy { from, to } => {
                if let Some(value) = path::get(body, from) {
                    path::set(body, to, value);
                }
            }
            Self::Add {
                path: place,
                value,
                keeps_origin,
                is_front,
            } => {
                let old = path::get(body, place);
                let new = added(old, value, *keeps_origin, *is_front).map_err(Stop::Broken)?;
                path::set(body, place, new);
            }
            Self::Text {
                path: place,
                change,
            } => {
                if let Some(Value::String(old)) = path::get(body, place) {
                    path::set(body, place, change.of(&old).into());
                }
            }
            Self::Prune { path: place, value } => prune(body, place, value),
            _ => {}
        }
        Ok(())
    }
}

fn copy_header(call: &mut Call<'_>, from: &str, to: &str, moves: bool) {
    let name = from.to_ascii_lowercase();
    if let Some(value) = call.facts.request_headers.get(&name).map(text) {
        call.headers
            .push(HeaderEdit::Set(to.to_ascii_lowercase(), value));
        if moves && !from.eq_ignore_ascii_case(to) {
            call.headers.push(HeaderEdit::Delete(name));
        }
    }
}

/// Fills the end that is empty from the other.
fn sync(call: &mut Call<'_>, from: &Place, to: &Place) {
    let read = |call: &Call<'_>, place: &Place| match place {
        Place::Json(path) => call
            .document
            .as_ref()
            .and_then(|body| path::get(body, path)),
        Place::Header(name) => call.facts.request_headers.get(name).cloned(),
    };
    let (first, second) = (read(call, from), read(call, to));
    let (target, value) = match (first, second) {
        (Some(value), None) => (to, value),
        (None, Some(value)) => (from, value),
        _ => return,
    };
    match (target, &mut call.document) {
        (Place::Header(name), _) => {
            call.headers
                .push(HeaderEdit::Set(name.clone(), text(&value)));
        }
        (Place::Json(place), Some(body)) => path::set(body, place, value),
        (Place::Json(_), None) => {}
    }
}

/// Adds to a text, a list or an object.
fn added(
    old: Option<Value>,
    value: &Value,
    keeps_origin: bool,
    is_front: bool,
) -> Result<Value, OverrideError> {
    Ok(match (old, value) {
        (None | Some(Value::Null), value) => value.clone(),
        (Some(Value::String(old)), value) => {
            let more = text(value);
            Value::String(if is_front { more + &old } else { old + &more })
        }
        (Some(Value::Array(mut list)), value) => {
            let more = match value {
                Value::Array(items) => items.clone(),
                one => vec![one.clone()],
            };
            let at = if is_front { 0 } else { list.len() };
            list.splice(at..at, more);
            Value::Array(list)
        }
        (Some(Value::Object(mut fields)), Value::Object(more)) => {
            for (name, value) in more {
                if !keeps_origin || !fields.contains_key(name) {
                    fields.insert(name.clone(), value.clone());
                }
            }
            Value::Object(fields)
        }
        _ => return Err(OverrideError("nothing can be added there".to_owned())),
    })
}

impl Change {
    fn of(&self, old: &str) -> String {
        match self {
            Self::TrimPrefix(prefix) => old.strip_prefix(prefix).unwrap_or(old).to_owned(),
            Self::TrimSuffix(suffix) => old.strip_suffix(suffix).unwrap_or(old).to_owned(),
            Self::EnsurePrefix(prefix) if old.starts_with(prefix) => old.to_owned(),
            Self::EnsurePrefix(prefix) => format!("{prefix}{old}"),
            Self::EnsureSuffix(suffix) if old.ends_with(suffix) => old.to_owned(),
            Self::EnsureSuffix(suffix) => format!("{old}{suffix}"),
            Self::TrimSpace => old.trim().to_owned(),
            Self::ToLower => old.to_lowercase(),
            Self::ToUpper => old.to_uppercase(),
            Self::Replace(from, to) => old.replace(from, to),
            Self::RegexReplace(pattern, to) => pattern.replace_all(old, to).into_owned(),
        }
    }
}

/// Takes objects out of the lists below a path: those of this `type`, or those with all these fields.
fn prune(body: &mut crate::vendor::document::Document<'_>, place: &str, value: &Value) {
    let wanted: Map<String, Value> = match value {
        Value::String(kind) => std::iter::once(("type".to_owned(), kind.clone().into())).collect(),
        Value::Object(fields) => match fields.get("where") {
            Some(Value::Object(wanted)) => wanted.clone(),
            _ => fields.clone(),
        },
        _ => return,
    };
    if wanted.is_empty() || place.is_empty() {
        return;
    }
    if let Some(mut root) = path::get(body, place)
        && prune_below(&mut root, &wanted)
    {
        path::set(body, place, root);
    }
}

fn prune_below(value: &mut Value, wanted: &Map<String, Value>) -> bool {
    let fits = |item: &Value| {
        wanted
            .iter()
            .all(|(name, value)| item.get(name) == Some(value))
    };
    match value {
        Value::Array(items) => {
            let count = items.len();
            items.retain(|item| !fits(item));
            let below = items.iter_mut().map(|item| prune_below(item, wanted));
            below.fold(false, |any, one| any | one) || items.len() != count
        }
        Value::Object(fields) => {
            let below = fields.values_mut().map(|field| prune_below(field, wanted));
            below.fold(false, |any, one| any | one)
        }
        _ => false,
    }
}
