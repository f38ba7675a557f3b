//! Dotted paths into a body: `messages.-1.content`; a backslash keeps a dot in a name.
//! The first name is a top-level field; only that field is parsed and written again.

use serde_json::{Map, Value};

use crate::vendor::document::Document;

/// Divides a path at its dots.
pub(super) fn names(path: &str) -> Vec<String> {
    let mut names = vec![String::new()];
    let mut characters = path.chars();
    while let Some(character) = characters.next() {
        match character {
            '.' => names.push(String::new()),
            '\\' => {
                let next = characters.next().unwrap_or('\\');
                names.extend_last(next);
            }
            other => names.extend_last(other),
        }
    }
    names
}

trait ExtendLast {
    fn extend_last(&mut self, character: char);
}

impl ExtendLast for Vec<String> {
    fn extend_last(&mut self, character: char) {
        if let Some(last) = self.last_mut() {
            last.push(character);
        }
    }
}

/// Returns the value at a path.
pub(super) fn get(body: &Document<'_>, path: &str) -> Option<Value> {
    let names = names(path);
    let (field, below) = names.split_first()?;
    let value = body.value(field)?;
    let mut place = &value;
    for name in below {
        place = child(place, name)?;
    }
    Some(place.clone())
}

/// Sets the value at a path; objects on the way are made.
pub(super) fn set(body: &mut Document<'_>, path: &str, value: Value) {
    let names = names(path);
    let Some((field, below)) = names.split_first() else {
        return;
    };
    if below.is_empty() {
        return body.set(field, &value);
    }
    let mut root = body.value(field).unwrap_or_else(|| Map::new().into());
    if set_below(&mut root, below, value) {
        body.set(field, &root);
    }
}

/// Takes the value at a path out and returns it.
pub(super) fn remove(body: &mut Document<'_>, path: &str) -> Option<Value> {
    let names = names(path);
    let (field, below) = names.split_first()?;
    let mut root = body.value(field)?;
    let Some((last, way)) = below.split_last() else {
        body.remove(field);
        return Some(root);
    };
    let mut place = &mut root;
    for name in way {
        place = child_mut(place, name)?;
    }
    let removed = match place {
        Value::Object(fields) => fields.shift_remove(last),
        Value::Array(items) => index(items.len(), last).map(|at| items.remove(at)),
        _ => None,
    };
    if removed.is_some() {
        body.set(field, &root);
    }
    removed
}

fn set_below(place: &mut Value, names: &[String], value: Value) -> bool {
    let Some((name, below)) = names.split_first() else {
        *place = value;
        return true;
    };
    if let Value::Array(items) = place {
        let count = items.len();
        if name == "-1" && items.is_empty() || name.parse() == Ok(count) {
            items.push(Value::Null);
        }
        let at = index(items.len(), name);
        let item = at.and_then(|at| items.get_mut(at));
        return item.is_some_and(|item| set_below(item, below, value));
    }
    if !place.is_object() {
        *place = Map::new().into();
    }
    let Value::Object(fields) = place else {
        return false;
    };
    set_below(
        fields.entry(name.clone()).or_insert(Value::Null),
        below,
        value,
    )
}

fn child<'a>(value: &'a Value, name: &str) -> Option<&'a Value> {
    match value {
        Value::Object(fields) => fields.get(name),
        Value::Array(items) => items.get(index(items.len(), name)?),
        _ => None,
    }
}

fn child_mut<'a>(value: &'a mut Value, name: &str) -> Option<&'a mut Value> {
    match value {
        Value::Object(fields) => fields.get_mut(name),
        Value::Array(items) => {
            let at = index(items.len(), name)?;
            items.get_mut(at)
        }
        _ => None,
    }
}

/// Reads a place in a list; below zero it is counted from the end.
fn index(count: usize, name: &str) -> Option<usize> {
    let place: i64 = name.parse().ok()?;
    let from_end = usize::try_from(place.unsigned_abs()).ok()?;
    let at = if place < 0 {
        count.checked_sub(from_end)?
    } else {
        from_end
    };
    (at < count).then_some(at)
}
