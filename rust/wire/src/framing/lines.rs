//! Newline-delimited documents (NDJSON): one a line, however the bytes are cut.
//! Holds one line at most; a line over the limit is dropped and counted.

use super::sse::MAX_EVENT_BYTES;

/// An incremental parser of lines.
#[derive(Clone, Debug, Default)]
pub struct LineParser {
    line: Vec<u8>,
    is_oversize: bool,
    keeps_blanks: bool,
    dropped: u64,
}

impl LineParser {
    /// Makes a parser for texts in which blanks mean something: lines come as they are, blank ones too.
    pub fn of_all() -> Self {
        Self {
            keeps_blanks: true,
            ..Self::default()
        }
    }

    /// Returns how many lines were dropped for their size.
    pub fn dropped(&self) -> u64 {
        self.dropped
    }

    /// Takes the next bytes and hands over every line that they complete; blank ones are passed over.
    pub fn push(&mut self, chunk: &[u8], on_line: &mut dyn FnMut(&[u8])) {
        let mut rest = chunk;
        while let Some(at) = memchr::memchr(b'\n', rest) {
            let (line, behind) = rest.split_at(at);
            self.keep(line);
            self.end(on_line);
            rest = behind.get(1..).unwrap_or_default();
        }
        self.keep(rest);
    }

    /// Ends the stream; a last line without its line feed is handed over.
    pub fn finish(&mut self, on_line: &mut dyn FnMut(&[u8])) {
        self.end(on_line);
    }

    fn keep(&mut self, bytes: &[u8]) {
        if self.is_oversize || self.line.len() + bytes.len() > MAX_EVENT_BYTES {
            self.is_oversize = true;
            self.line.clear();
            return;
        }
        self.line.extend_from_slice(bytes);
    }

    fn end(&mut self, on_line: &mut dyn FnMut(&[u8])) {
        if std::mem::take(&mut self.is_oversize) {
            self.dropped += 1;
        } else if self.keeps_blanks {
            on_line(self.line.strip_suffix(b"\r").unwrap_or(&self.line));
        } else {
            let line = self.line.trim_ascii();
            if !line.is_empty() {
                on_line(line);
            }
        }
        self.line.clear();
    }
}
