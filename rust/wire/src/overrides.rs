//! What an operator changes in the bodies and headers of one channel's calls (`param_override`, read 2026-08 in the family's
//! relay): a list of fields to set, or operations with conditions. Stands behind the translation and the vendor's quirks.
//! Touches only the top-level fields that it names; every other byte stays.

mod condition;
mod headers;
mod operation;
mod path;

use serde_json::{Map, Value};

use crate::canon::ErrorBody;
use crate::vendor::document::Document;
use operation::Operation;

pub use headers::{HeaderRules, may_pass};

/// Why an override cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct OverrideError(pub(crate) String);

/// Returns a body's field at a dotted path, as conditions see it.
#[must_use]
pub fn field_at(body: &[u8], path: &str) -> Option<Value> {
    path::get(&Document::read(body)?, path)
}

/// A channel's changes.
#[derive(Clone, Debug, Default)]
pub struct Overrides {
    operations: Vec<Operation>,
    reads_headers: bool,
}

/// What conditions and header operations may ask about the call.
#[derive(Clone, Debug, Default)]
pub struct CallFacts {
    /// The model as the upstream sees it.
    pub model: String,
    /// The model as the client asked for it.
    pub original_model: String,
    /// Attempts before this one.
    pub retry_index: u32,
    /// The client's headers, lower-case names; no credentials among them.
    pub request_headers: Map<String, Value>,
}

/// A change of the headers that go upstream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HeaderEdit {
    /// This value, whatever stood there.
    Set(String, String),
    /// This value, unless one stands there.
    SetDefault(String, String),
    /// Away with it.
    Delete(String),
}

/// What the changes made of a call.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Overridden {
    /// The body, when it changed.
    pub body: Option<Vec<u8>>,
    /// Changes of the headers, in order.
    pub headers: Vec<HeaderEdit>,
}

/// Why a call is not made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stop {
    /// The operator's rule answers the client with this.
    Answer(ErrorBody),
    /// The change does not fit the body.
    Broken(OverrideError),
}

impl Overrides {
    /// Reads a channel's setting.
    pub fn read(document: &Value) -> Result<Self, OverrideError> {
        let fields = document
            .as_object()
            .ok_or_else(|| OverrideError("it is no JSON object".to_owned()))?;
        let operations = match fields.get("operations") {
            Some(Value::Array(list)) => list
                .iter()
                .enumerate()
                .map(|(at, one)| {
                    Operation::read(one)
                        .map_err(|why| OverrideError(format!("operations[{at}]: {why}")))
                })
                .collect::<Result<Vec<_>, _>>()?,
            _ => fields
                .iter()
                .map(|(name, value)| Operation::set_field(name, value))
                .collect(),
        };
        let reads_headers = operations.iter().any(Operation::reads_headers);
        Ok(Self {
            operations,
            reads_headers,
        })
    }

    /// Says whether the client's headers must be known.
    pub fn reads_headers(&self) -> bool {
        self.reads_headers
    }

    /// Applies the changes to a body that is about to go out.
    pub fn apply(&self, body: &[u8], facts: &CallFacts) -> Result<Overridden, Stop> {
        let mut call = Call {
            document: Document::read(body),
            headers: Vec::new(),
            facts,
        };
        for operation in &self.operations {
            operation.apply(&mut call)?;
        }
        Ok(Overridden {
            body: call.document.and_then(Document::changed),
            headers: call.headers,
        })
    }
}

/// A call while it is changed.
struct Call<'a> {
    /// None for a body that is no JSON object; its headers can still be changed.
    document: Option<Document<'a>>,
    headers: Vec<HeaderEdit>,
    facts: &'a CallFacts,
}

impl Call<'_> {
    /// Returns a value of the body, else of what is known about the call.
    fn lookup(&self, path: &str) -> Option<Value> {
        let found = self
            .document
            .as_ref()
            .and_then(|body| path::get(body, path));
        found.or_else(|| self.fact(path))
    }

    fn fact(&self, path: &str) -> Option<Value> {
        let facts = self.facts;
        match path {
            "model" | "upstream_model" => Some(facts.model.clone().into()),
            "original_model" => Some(facts.original_model.clone().into()),
            "retry_index" | "retry.index" => Some(facts.retry_index.into()),
            "is_retry" | "retry.is_retry" => Some((facts.retry_index > 0).into()),
            _ => {
                let name = path
                    .strip_prefix("request_headers.")
                    .or_else(|| path.strip_prefix("header."))?;
                facts
                    .request_headers
                    .get(&name.to_ascii_lowercase())
                    .cloned()
            }
        }
    }
}
