//! Same family on both ends, streaming: bytes pass through, and what they say is read beside them.
//! Stands between the upstream's body and the client's; the bytes that leave are the bytes that came, except for the one
//! usage-only event that the client did not ask for. Keeps one partial event at most.

use bytes::Bytes;

use crate::canon::{ErrorBody, ToolCalls, Usage};
use crate::endpoint::{Endpoint, Family};
use crate::error_body::error_in_reply;
use crate::family::openai_chat::tap::DONE;
use crate::family::reading::{Extent, ReplyReading, TextSink};
use crate::family::{images, read_reply};
use crate::framing::sse::split_field;
use crate::reply::ReplySkimmer;
use crate::tokens::Meter;

/// The largest partial event that is kept, in bytes; a larger one is skimmed for usage and errors as it passes.
const MAX_PARTIAL: usize = 64 * 1024;

/// What a stream said so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StreamOutcome {
    /// The last usage that the provider reported; explicit zeros count.
    pub usage: Option<Usage>,
    /// Whether `[DONE]` came.
    pub done: bool,
    /// Whether a finish reason came.
    pub finished: bool,
    /// Whether the provider's last word is that the answer is incomplete.
    pub incomplete: bool,
    /// The error object inside the stream.
    pub error: Option<ErrorBody>,
    /// Events seen.
    pub events: u64,
    /// Events that delivered text.
    pub content_events: u64,
    /// Bytes of text delivered.
    pub output_bytes: u64,
    /// Images delivered whole.
    pub images: u64,
    /// Calls of the provider's own tools that it told of so far.
    pub tools: ToolCalls,
}

/// Reads a stream that passes through.
#[derive(Clone, Debug)]
pub struct StreamTap {
    endpoint: Endpoint,
    withholds: bool,
    /// The bytes of the current event that came in earlier chunks.
    partial: Vec<u8>,
    /// Reads the current event in passing when it outgrew [`MAX_PARTIAL`].
    oversize: Option<Box<ReplySkimmer>>,
    /// Whether the last event was withheld.
    was_withheld: bool,
    lines: Lines,
    outcome: StreamOutcome,
    output: Output,
}

/// Where in its lines a stream stands.
#[derive(Clone, Debug)]
struct Lines {
    /// Whether the current line has no byte yet.
    is_blank: bool,
    /// Whether the last byte was a CR, whose LF may follow.
    ended_with_cr: bool,
    /// Whether the first event is over.
    past_start: bool,
}

/// Measures delivered text.
#[derive(Clone, Debug)]
struct Output {
    meter: Meter,
    bytes: u64,
}

impl TextSink for Output {
    fn text(&mut self, text: &str) {
        self.bytes += text.len() as u64;
        self.meter.push(text);
    }
}

impl StreamTap {
    /// Makes a tap; `withhold_usage_chunk` when we, not the client, asked for the usage chunk.
    pub fn new(endpoint: Endpoint, withhold_usage_chunk: bool) -> Self {
        Self {
            endpoint,
            withholds: withhold_usage_chunk,
            partial: Vec::new(),
            oversize: None,
            was_withheld: false,
            lines: Lines {
                is_blank: true,
                ended_with_cr: false,
                past_start: false,
            },
            outcome: StreamOutcome::default(),
            output: Output {
                meter: Meter::new(""),
                bytes: 0,
            },
        }
    }

    /// Chooses the vocabulary that delivered text is counted with.
    #[must_use]
    pub fn for_model(mut self, model: &str) -> Self {
        self.output.meter.set_model(model);
        self
    }

    /// Returns the endpoint whose stream this is.
    pub fn endpoint(&self) -> Endpoint {
        self.endpoint
    }

    /// Returns what the stream said so far.
    pub fn outcome(&self) -> &StreamOutcome {
        &self.outcome
    }

    /// Returns the tokens of the text delivered so far, counted with the model's vocabulary.
    pub fn output_tokens_estimate(&mut self, model: &str) -> u64 {
        self.output.meter.set_model(model);
        self.output.meter.total()
    }

    /// Returns what of the event under way has been handed over; empty for one that is too large to be kept.
    pub fn open_event(&self) -> &[u8] {
        if self.withholds { &[] } else { &self.partial }
    }

    /// Takes the next bytes of the upstream and appends what goes to the client now.
    pub fn push(&mut self, chunk: Bytes, out: &mut Vec<Bytes>) {
        if !self.withholds {
            self.scan(&chunk, None);
            out.push(chunk);
            return;
        }
        self.scan(&chunk, Some(out));
    }

    /// Ends the stream and releases what was kept.
    pub fn finish(&mut self, out: &mut Vec<Bytes>) {
        if let Some(skimmer) = self.oversize.take() {
            self.note_oversize(*skimmer);
        }
        let kept = std::mem::take(&mut self.partial);
        let is_withheld = !kept.is_empty() && self.read_event(&kept) && self.withholds;
        if self.withholds && !is_withheld && !kept.is_empty() {
            out.push(Bytes::from(kept));
        }
    }

    /// Walks the lines of a chunk and reads the events that it completes. With `out`, forwards all but withheld events.
    fn scan(&mut self, chunk: &Bytes, out: Option<&mut Vec<Bytes>>) {
        let mut passage = Passage {
            chunk,
            sent: 0,
            out,
        };
        let mut at = 0;
        let mut event_start = 0;
        if std::mem::take(&mut self.lines.ended_with_cr) && chunk.first() == Some(&b'\n') {
            at = 1;
            if self.partial.is_empty() && self.oversize.is_none() {
                event_start = 1;
                passage.sent = usize::from(self.was_withheld);
            }
        }
        while let Some(found) = memchr::memchr2(b'\n', b'\r', rest(chunk, at)) {
            let ends_event = self.lines.is_blank && found == 0;
            at = self.line_end(chunk, at + found);
            self.lines.is_blank = true;
            if ends_event {
                self.end_event(&mut passage, event_start, at);
                event_start = at;
            }
        }
        self.lines.is_blank &= at >= chunk.len();
        self.keep(&mut passage, event_start);
    }

    /// Returns where the next line starts, given the place of a CR or LF.
    fn line_end(&mut self, chunk: &[u8], at: usize) -> usize {
        let is_cr = chunk.get(at) == Some(&b'\r');
        match chunk.get(at + 1) {
            Some(b'\n') if is_cr => at + 2,
            None => {
                self.lines.ended_with_cr = is_cr;
                at + 1
            }
            Some(_) => at + 1,
        }
    }

    fn end_event(&mut self, passage: &mut Passage<'_>, start: usize, end: usize) {
        let piece = passage.chunk.get(start..end).unwrap_or_default();
        if let Some(mut skimmer) = self.oversize.take() {
            skimmer.push(piece);
            self.was_withheld = false;
            return self.note_oversize(*skimmer);
        }
        if self.partial.is_empty() {
            self.was_withheld = self.read_event(piece) && self.withholds;
            if self.was_withheld {
                passage.forward(start);
                passage.sent = end;
            }
            return;
        }
        let mut event = std::mem::take(&mut self.partial);
        event.extend_from_slice(piece);
        self.was_withheld = self.read_event(&event) && self.withholds;
        if let Some(out) = &mut passage.out {
            passage.sent = end;
            if !self.was_withheld {
                out.push(Bytes::from(event));
                return;
            }
        }
        event.clear();
        self.partial = event;
    }

    /// Keeps the bytes of the event that the chunk does not complete.
    fn keep(&mut self, passage: &mut Passage<'_>, start: usize) {
        let open = rest(passage.chunk, start);
        if let Some(skimmer) = &mut self.oversize {
            skimmer.push(open);
            return passage.forward(passage.chunk.len());
        }
        if self.partial.len() + open.len() > MAX_PARTIAL {
            let mut skimmer = Box::new(ReplySkimmer::new());
            skimmer.push(&self.partial);
            skimmer.push(open);
            self.oversize = Some(skimmer);
            let kept = std::mem::take(&mut self.partial);
            if let Some(out) = &mut passage.out
                && !kept.is_empty()
            {
                out.push(Bytes::from(kept));
            }
            return passage.forward(passage.chunk.len());
        }
        self.partial.extend_from_slice(open);
        passage.forward(start);
    }

    /// Takes over what an event said that was too large to keep. What stands before its JSON means nothing to the skimmer.
    fn note_oversize(&mut self, skimmer: ReplySkimmer) {
        let facts = skimmer.facts_for(self.endpoint);
        self.outcome.events += 1;
        self.outcome.content_events += u64::from(facts.error.is_none());
        self.outcome.images += facts.images;
        if facts.done {
            // The last event says again what its items said one by one.
            self.outcome.tools = self.outcome.tools.at_least(facts.tools);
        } else {
            self.note_tools(facts.tools);
        }
        self.outcome.finished |= facts.images > 0;
        let mut usage = facts.usage;
        if let (true, Some(usage), Some(before)) =
            (facts.images > 0, &mut usage, &self.outcome.usage)
        {
            images::tap::add(usage, before);
        }
        if let Some(usage) = &mut usage {
            usage.tools = usage.tools.at_least(self.outcome.tools);
        }
        self.outcome.usage = usage.or(self.outcome.usage);
        self.outcome.error = self.outcome.error.take().or(facts.error);
        self.outcome.done |= facts.done;
        self.outcome.incomplete |= facts.incomplete;
        self.outcome.finished |= facts.done;
    }

    /// Reads one event, blank line included or not; says whether it holds nothing but usage.
    fn read_event(&mut self, event: &[u8]) -> bool {
        let is_first = !std::mem::replace(&mut self.lines.past_start, true);
        let event = if is_first {
            event.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(event)
        } else {
            event
        };
        let mut lines = DataLines { rest: event };
        let Some(line) = lines.next() else {
            // Some upstreams answer a stream with a bare JSON error.
            let is_bare_json = event.trim_ascii_start().first() == Some(&b'{');
            return is_bare_json && self.read_data(event.trim_ascii()) == Some(true);
        };
        let Some(second) = lines.next() else {
            return self.read_data(line) == Some(true);
        };
        let mut joined = [line, b"\n", second].concat();
        for more in lines {
            joined.push(b'\n');
            joined.extend_from_slice(more);
        }
        if let Some(is_usage_only) = self.read_data(&joined) {
            return is_usage_only;
        }
        // Several chunks without blank lines between them: read for what they say, never withheld.
        for line in (DataLines { rest: event }) {
            self.read_data(line);
        }
        false
    }

    /// Reads an event's data: whether it is a usage-only chunk, or `None` when it is not readable.
    fn read_data(&mut self, data: &[u8]) -> Option<bool> {
        if data.starts_with(DONE) {
            self.outcome.done = true;
            self.outcome.events += 1;
            return Some(false);
        }
        let before = self.output.bytes;
        let so_far = self.outcome.usage;
        let reading = read_reply(self.endpoint, data, so_far.as_ref(), &mut self.output)?;
        self.outcome.events += 1;
        let has_content = self.output.bytes > before || reading.media > 0;
        self.outcome.content_events += u64::from(has_content);
        self.outcome.images += reading.images;
        self.note_tools(reading.tools);
        self.outcome.output_bytes = self.output.bytes;
        self.outcome.finished |= reading.finished;
        self.outcome.done |= reading.done;
        self.outcome.incomplete |= reading.extent == Extent::Incomplete;
        Some(self.note(data, reading))
    }

    /// Gemini says again what it said before; others tell of each call once.
    fn note_tools(&mut self, tools: ToolCalls) {
        let before = self.outcome.tools;
        self.outcome.tools = if self.endpoint.family() == Family::Gemini {
            before.at_least(tools)
        } else {
            before.and(tools)
        };
    }

    fn note(&mut self, data: &[u8], reading: ReplyReading) -> bool {
        if let Some(span) = reading.error {
            let error = data.get(span).and_then(error_in_reply);
            self.outcome.error = self.outcome.error.take().or(error);
            return false;
        }
        if let Some(mut usage) = reading.usage {
            // A last event too large to be read whole says no more than its counts of tokens.
            usage.tools = usage.tools.at_least(self.outcome.tools);
            self.outcome.usage = Some(usage);
        }
        reading.is_usage_only
    }
}

/// How far a chunk has been forwarded, when events may be withheld.
struct Passage<'a> {
    chunk: &'a Bytes,
    sent: usize,
    out: Option<&'a mut Vec<Bytes>>,
}

impl Passage<'_> {
    /// Forwards what was not sent yet, up to `end`.
    fn forward(&mut self, end: usize) {
        if let Some(out) = &mut self.out
            && self.sent < end
        {
            out.push(self.chunk.slice(self.sent..end));
            self.sent = end;
        }
    }
}

/// The values of an event's `data` lines.
struct DataLines<'a> {
    rest: &'a [u8],
}

impl<'a> Iterator for DataLines<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        while !self.rest.is_empty() {
            let end = memchr::memchr2(b'\n', b'\r', self.rest).unwrap_or(self.rest.len());
            let (line, behind) = self.rest.split_at(end);
            self.rest = rest(behind, 1);
            if let (b"data", value) = split_field(line) {
                return Some(value);
            }
        }
        None
    }
}

fn rest(bytes: &[u8], from: usize) -> &[u8] {
    bytes.get(from..).unwrap_or_default()
}
