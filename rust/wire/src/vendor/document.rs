//! A JSON object's top-level fields, changed without touching the bytes of the others.
//! Used by the quirks; the order and the values' own bytes stay, so that a provider's prompt cache still fits.

use std::borrow::Cow;

use serde_json::Value;

use crate::json::{self, Kind, Scanner};

/// The fields of one body.
#[derive(Debug)]
pub(crate) struct Document<'a> {
    fields: Vec<(String, Cow<'a, [u8]>)>,
    is_changed: bool,
}

impl<'a> Document<'a> {
    /// Reads a body; `None` when it is no JSON object. Of repeated fields the last is kept.
    pub(crate) fn read(body: &'a [u8]) -> Option<Self> {
        let mut scanner = Scanner::new(body);
        if scanner.peek().ok()? != Kind::Object {
            return None;
        }
        scanner.enter_object().ok()?;
        let mut first = true;
        let mut fields: Vec<(String, Cow<'a, [u8]>)> = Vec::new();
        while let Some(key) = scanner.next_key(&mut first).ok()? {
            let name = String::from_utf8_lossy(&scanner.key(&key)).into_owned();
            let span = scanner.skip().ok()?;
            let value = Cow::Borrowed(scanner.slice(span));
            fields.retain(|(other, _)| *other != name);
            fields.push((name, value));
        }
        Some(Self {
            fields,
            is_changed: false,
        })
    }

    /// Returns a field's bytes; `None` when it is absent or null.
    pub(crate) fn get(&self, name: &str) -> Option<&[u8]> {
        let found = self.fields.iter().find(|(field, _)| field == name);
        found
            .map(|(_, value)| value.as_ref())
            .filter(|value| *value != b"null")
    }

    /// Returns a field's value.
    pub(crate) fn value(&self, name: &str) -> Option<Value> {
        serde_json::from_slice(self.get(name)?).ok()
    }

    /// Sets a field, in its place if it is there, else behind the others.
    pub(crate) fn set(&mut self, name: &str, value: &Value) {
        let bytes = Cow::Owned(value.to_string().into_bytes());
        self.is_changed = true;
        match self.fields.iter_mut().find(|(field, _)| field == name) {
            Some((_, old)) => *old = bytes,
            None => self.fields.push((name.to_owned(), bytes)),
        }
    }

    /// Sets a field that the client left out.
    pub(crate) fn set_default(&mut self, name: &str, value: &Value) {
        if self.get(name).is_none() {
            self.set(name, value);
        }
    }

    /// Takes a field out.
    pub(crate) fn remove(&mut self, name: &str) {
        let count = self.fields.len();
        self.fields.retain(|(field, _)| field != name);
        self.is_changed |= self.fields.len() != count;
    }

    /// Gives a field another name, unless a field of that name is there.
    pub(crate) fn rename(&mut self, name: &str, to: &str) {
        if self.get(to).is_some() {
            return self.remove(name);
        }
        if let Some((field, _)) = self.fields.iter_mut().find(|(field, _)| field == name) {
            to.clone_into(field);
            self.is_changed = true;
        }
    }

    /// Returns the body if a field was changed.
    pub(crate) fn changed(self) -> Option<Vec<u8>> {
        if !self.is_changed {
            return None;
        }
        let length: usize = self
            .fields
            .iter()
            .map(|(name, value)| name.len() + value.len() + 4)
            .sum();
        let mut body = Vec::with_capacity(length + 2);
        body.push(b'{');
        for (at, (name, value)) in self.fields.iter().enumerate() {
            if at > 0 {
                body.push(b',');
            }
            body.extend_from_slice(&json::quoted(name));
            body.push(b':');
            body.extend_from_slice(value);
        }
        body.push(b'}');
        Some(body)
    }
}
