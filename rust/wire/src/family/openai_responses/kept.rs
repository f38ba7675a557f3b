//! Text that an answer's last events repeat, kept once: as the JSON it will be, which they share instead of copying.
//! Used by the encoder's items. What is long goes out beside the bytes that are written, in pieces that are only counted.

use bytes::{BufMut, Bytes, BytesMut};
use serde_json::Value;

use crate::json;

/// Text of more bytes than this is not copied into events.
const LONG: usize = 64 * 1024;

/// The text of a part, as a JSON string.
#[derive(Clone, Debug, Default)]
pub(super) struct Kept {
    /// With the opening quote, without the closing one, while text may follow.
    open: Vec<u8>,
    whole: Bytes,
}

impl Kept {
    pub(super) fn push(&mut self, text: &str) {
        if self.open.is_empty() {
            self.open.push(b'"');
        }
        let quoted = json::quoted(text);
        let inside = quoted.get(1..quoted.len().saturating_sub(1));
        self.open.extend_from_slice(inside.unwrap_or_default());
    }

    /// Ends the text; from now on copies share it.
    pub(super) fn seal(&mut self) {
        if !self.open.is_empty() {
            self.open.push(b'"');
            self.whole = std::mem::take(&mut self.open).into();
        }
    }

    pub(super) fn is_long(&self) -> bool {
        self.whole.len() > LONG
    }

    /// Returns the text as a value, copied.
    pub(super) fn value(&self) -> Value {
        let (bytes, closing) = if self.open.is_empty() {
            (self.whole.as_ref(), 1)
        } else {
            (self.open.as_slice(), 0)
        };
        let inside = bytes.get(1..bytes.len().saturating_sub(closing));
        Value::String(json::unescape(inside.unwrap_or_default()))
    }
}

impl From<&str> for Kept {
    fn from(text: &str) -> Self {
        let mut kept = Self::default();
        kept.push(text);
        kept.seal();
        kept
    }
}

/// Bytes on their way out, some of them beside what is written.
pub(super) struct Rope<'a> {
    /// What goes out before all that stands in `out`.
    pub(super) before: &'a mut Vec<Bytes>,
    pub(super) out: &'a mut BytesMut,
}

impl Rope<'_> {
    pub(super) fn word(&mut self, word: &str) {
        self.out.put_slice(word.as_bytes());
    }

    pub(super) fn value(&mut self, value: &Value) {
        self.word(&value.to_string());
    }

    /// Writes an object that has fields, without its end.
    pub(super) fn open(&mut self, object: &Value) {
        let text = object.to_string();
        self.word(text.strip_suffix('}').unwrap_or(&text));
    }

    /// Begins a field of an object that has fields already.
    pub(super) fn field(&mut self, name: &str) {
        self.word(",");
        self.out.put_slice(&json::quoted(name));
        self.word(":");
    }

    pub(super) fn text(&mut self, text: &Kept) {
        if text.is_long() {
            self.before.push(self.out.split().freeze());
            self.before.push(text.whole.clone());
        } else {
            self.value(&text.value());
        }
    }

    /// Writes a list, each element by itself.
    pub(super) fn list<T>(&mut self, items: &[T], write: impl Fn(&mut Self, &T)) {
        self.word("[");
        for (at, item) in items.iter().enumerate() {
            if at > 0 {
                self.word(",");
            }
            write(self, item);
        }
        self.word("]");
    }
}
