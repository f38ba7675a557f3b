//! Event streams after the WHATWG rules: CRLF, LF or CR, byte order mark, comments, several data lines, any chunk border.
//! Used by decoders and by Python. Holds one event at most; an event over the limit is dropped and counted.

/// The largest event kept, in bytes.
pub const MAX_EVENT_BYTES: usize = 16 * 1024 * 1024;
/// A buffer that grew beyond this is given back when what it held is said.
const KEPT_CAPACITY: usize = 128 * 1024;

/// One dispatched event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SseEvent<'a> {
    /// The `event` field; empty when there is none.
    pub event: &'a str,
    /// The data lines, joined by line feeds.
    pub data: &'a [u8],
}

/// An incremental parser: the same events for every way the bytes are cut.
#[derive(Clone, Debug, Default)]
pub struct SseParser {
    line: Vec<u8>,
    event: String,
    data: Vec<u8>,
    last_was_cr: bool,
    past_start: bool,
    is_oversize: bool,
    dropped: u64,
}

impl SseParser {
    /// Makes a parser at the start of a stream.
    pub fn new() -> Self {
        Self::default()
    }

    /// Returns how many events were dropped for their size.
    pub fn dropped(&self) -> u64 {
        self.dropped
    }

    /// Takes the next bytes and hands over every event that they complete.
    pub fn push(&mut self, chunk: &[u8], on_event: &mut dyn FnMut(SseEvent<'_>)) {
        let mut rest = chunk;
        if self.last_was_cr && !rest.is_empty() {
            self.last_was_cr = false;
            rest = rest.strip_prefix(b"\n").unwrap_or(rest);
        }
        while let Some(at) = memchr::memchr2(b'\n', b'\r', rest) {
            let (line, ending) = rest.split_at(at);
            if self.line.is_empty() {
                self.end_line(line, on_event);
            } else {
                self.keep(line);
                let whole = std::mem::take(&mut self.line);
                self.line = self.end_kept_line(whole, on_event);
            }
            let is_cr = ending.first() == Some(&b'\r');
            rest = ending.get(1..).unwrap_or_default();
            if is_cr {
                self.last_was_cr = rest.is_empty();
                rest = rest.strip_prefix(b"\n").unwrap_or(rest);
            }
        }
        self.keep(rest);
    }

    /// Ends the stream. The rules say that an event without its blank line is dropped; providers send such last events,
    /// so it is handed over.
    pub fn finish(&mut self, on_event: &mut dyn FnMut(SseEvent<'_>)) {
        if !self.line.is_empty() {
            let line = std::mem::take(&mut self.line);
            self.end_line(&line, on_event);
        }
        self.dispatch(on_event);
    }

    fn keep(&mut self, bytes: &[u8]) {
        if self.is_oversize || self.line.len() + self.data.len() + bytes.len() > MAX_EVENT_BYTES {
            self.is_oversize = true;
            // A kept byte marks that the line is not blank.
            self.line.truncate(1);
            if self.line.is_empty() && !bytes.is_empty() {
                self.line.push(b':');
            }
            return;
        }
        self.line.extend_from_slice(bytes);
    }

    /// Ends a line that came in pieces; returns a buffer for the next one. The first data of an event is taken as it is: a
    /// long line is in memory once.
    fn end_kept_line(
        &mut self,
        mut line: Vec<u8>,
        on_event: &mut dyn FnMut(SseEvent<'_>),
    ) -> Vec<u8> {
        let is_taken = self.past_start && !self.is_oversize && self.data.is_empty();
        if is_taken && line.starts_with(b"data:") {
            let start = line.len() - split_field(&line).1.len();
            line.drain(..start);
            line.push(b'\n');
            return emptied(std::mem::replace(&mut self.data, line));
        }
        self.end_line(&line, on_event);
        emptied(line)
    }

    fn end_line(&mut self, line: &[u8], on_event: &mut dyn FnMut(SseEvent<'_>)) {
        let is_first = !std::mem::replace(&mut self.past_start, true);
        let line = if is_first {
            line.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(line)
        } else {
            line
        };
        if line.is_empty() {
            return self.dispatch(on_event);
        }
        if self.is_oversize {
            return;
        }
        let (name, value) = split_field(line);
        match name {
            b"data" => {
                if self.data.len() + value.len() >= MAX_EVENT_BYTES {
                    self.is_oversize = true;
                    return;
                }
                self.data.extend_from_slice(value);
                self.data.push(b'\n');
            }
            b"event" => {
                self.event.clear();
                self.event.push_str(&String::from_utf8_lossy(value));
            }
            _ => {}
        }
    }

    fn dispatch(&mut self, on_event: &mut dyn FnMut(SseEvent<'_>)) {
        if std::mem::take(&mut self.is_oversize) {
            self.dropped += 1;
        } else if !self.data.is_empty() {
            let data = self.data.strip_suffix(b"\n").unwrap_or(&self.data);
            on_event(SseEvent {
                event: &self.event,
                data,
            });
        }
        self.data = emptied(std::mem::take(&mut self.data));
        self.event.clear();
    }
}

/// Returns a buffer without what it held, and a new one for one that has grown large.
fn emptied(mut buffer: Vec<u8>) -> Vec<u8> {
    if buffer.capacity() > KEPT_CAPACITY {
        return Vec::new();
    }
    buffer.clear();
    buffer
}

/// Splits a line into field name and value; one blank after the colon is not part of the value.
pub(crate) fn split_field(line: &[u8]) -> (&[u8], &[u8]) {
    let Some(colon) = memchr::memchr(b':', line) else {
        return (line, b"");
    };
    let (name, value) = line.split_at(colon);
    let value = value.get(1..).unwrap_or_default();
    (name, value.strip_prefix(b" ").unwrap_or(value))
}
