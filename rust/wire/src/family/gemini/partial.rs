//! Arguments of a call that arrive in pieces (`partialArgs`, on Vertex): gathered until the call is whole, since the hub's
//! pieces are of JSON text and these are of values at paths. Size and nesting are bounded.

use serde_json::{Map, Value};

use super::types::PartialBody;

/// The most bytes of one call's arguments.
const MAX_BYTES: usize = 16 * 1024 * 1024;
/// The most steps of a path.
const MAX_STEPS: usize = 32;
/// The largest place in a list.
const MAX_INDEX: usize = 4096;

/// One step of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    Field(String),
    Index(usize),
}

/// A call being gathered.
#[derive(Clone, Debug, Default)]
pub(super) struct Gathered {
    pub(super) id: Option<String>,
    pub(super) name: String,
    pub(super) proof: Option<String>,
    arguments: Value,
    bytes: usize,
}

impl Gathered {
    pub(super) fn new(id: Option<String>, name: String, proof: Option<String>) -> Self {
        Self {
            id,
            name,
            proof,
            arguments: Value::Object(Map::new()),
            bytes: 0,
        }
    }

    /// Returns the arguments gathered so far.
    pub(super) fn arguments(&self) -> &Value {
        &self.arguments
    }

    /// Takes whole arguments over those gathered.
    pub(super) fn set(&mut self, arguments: Value) {
        self.arguments = arguments;
    }

    /// Adds a piece; texts at the same path follow each other. What is over a bound, or has no readable path, is left out.
    pub(super) fn add(&mut self, piece: PartialBody) {
        let size = piece.json_path.len() + piece.string_value.as_ref().map_or(8, String::len);
        self.bytes = self.bytes.saturating_add(size);
        if self.bytes > MAX_BYTES {
            return;
        }
        let Some(steps) = steps(&piece.json_path) else {
            return;
        };
        let slot = steps
            .into_iter()
            .try_fold(&mut self.arguments, |at, step| enter(at, step));
        let Some(slot) = slot else { return };
        match (piece.string_value, piece.number_value, piece.bool_value) {
            (Some(text), ..) => match slot {
                Value::String(said) => said.push_str(&text),
                other => *other = Value::String(text),
            },
            (None, Some(number), _) => *slot = Value::Number(number),
            (None, None, Some(flag)) => *slot = Value::Bool(flag),
            (None, None, None) => *slot = Value::Null,
        }
    }
}

/// Returns the place one step further, made if it is not there.
fn enter(at: &mut Value, step: Step) -> Option<&mut Value> {
    match step {
        Step::Field(name) => {
            if !at.is_object() {
                *at = Value::Object(Map::new());
            }
            Some(at.as_object_mut()?.entry(name).or_insert(Value::Null))
        }
        Step::Index(index) => {
            if !at.is_array() {
                *at = Value::Array(Vec::new());
            }
            let list = at.as_array_mut()?;
            while list.len() <= index {
                list.push(Value::Null);
            }
            list.get_mut(index)
        }
    }
}

/// Reads `$.items[0].name` and `$['odd name']`.
fn steps(path: &str) -> Option<Vec<Step>> {
    let mut rest = path.strip_prefix('$')?;
    let mut steps = Vec::new();
    while !rest.is_empty() {
        let (step, behind) = if let Some(name) = rest.strip_prefix('.') {
            let end = name.find(['.', '[']).unwrap_or(name.len());
            let (name, behind) = name.split_at(end);
            (Step::Field(name.to_owned()), behind)
        } else {
            bracket(rest.strip_prefix('[')?)?
        };
        steps.push(step);
        if steps.len() > MAX_STEPS {
            return None;
        }
        rest = behind;
    }
    Some(steps)
}

/// Reads what stands behind an opening bracket: a number, or a quoted name.
fn bracket(inside: &str) -> Option<(Step, &str)> {
    let quote = inside
        .chars()
        .next()
        .filter(|mark| matches!(mark, '\'' | '"'));
    if let Some(quote) = quote {
        let (name, behind) = inside.strip_prefix(quote)?.split_once(quote)?;
        return Some((Step::Field(name.to_owned()), behind.strip_prefix(']')?));
    }
    let (digits, behind) = inside.split_once(']')?;
    let index = digits.parse().ok().filter(|index| *index <= MAX_INDEX)?;
    Some((Step::Index(index), behind))
}
