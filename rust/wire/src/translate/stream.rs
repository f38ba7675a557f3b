//! An upstream's stream to the client's, event by event, through the hub.
//! Stands where `StreamTap` stands when the families are the same, and says the same of the stream.

use bytes::{Bytes, BytesMut};

use crate::canon::{ErrorBody, Event, ProofMarker, Question};
use crate::endpoint::{Endpoint, Family};
use crate::family::gemini::StreamForm;
use crate::tap::StreamOutcome;
use crate::tokens::Meter;

use super::ends::{Decoder, Encoder};
use super::reply::says_incomplete;
use super::thinking::ThinkingWrap;

/// Translates one stream.
#[derive(Clone, Debug)]
pub struct StreamTranslator {
    decoder: Decoder,
    encoder: Encoder,
    from: Family,
    to: Family,
    /// The name that the client asked for; the upstream's own is not shown.
    model: String,
    proofs: ProofMarker,
    /// Stands in for the time of an answer that has none.
    asked_at: i64,
    events: Vec<Event>,
    outcome: StreamOutcome,
    meter: Meter,
    /// Turns thinking into text, where the channel wants that.
    wraps_thinking: Option<ThinkingWrap>,
}

impl StreamTranslator {
    /// Makes a translator; `None` when either end is no family of chat. `model` is the name that the client asked for,
    /// `includes_usage` says whether the client asked for usage in the stream.
    pub fn new(from: Family, to: Endpoint, model: &str, includes_usage: bool) -> Option<Self> {
        Some(Self {
            decoder: Decoder::new(from)?,
            encoder: Encoder::new(to, includes_usage)?,
            wraps_thinking: None,
            from,
            to: to.family(),
            model: model.to_owned(),
            proofs: ProofMarker::default(),
            asked_at: 0,
            events: Vec::new(),
            outcome: StreamOutcome::default(),
            meter: Meter::new(model),
        })
    }

    /// Tells the translator what was asked, and when; families that repeat the question in their answers need it.
    #[must_use]
    pub fn answering(mut self, question: Question) -> Self {
        self.asked_at = question.asked_at;
        self.wraps_thinking = question.wraps_thinking.then(ThinkingWrap::default);
        self.encoder.answer(question);
        self
    }

    /// Chooses the form of a stream for Gemini's clients: events, or (without `?alt=sse`) one array. Other families have
    /// one form.
    #[must_use]
    pub fn in_form(mut self, form: StreamForm) -> Self {
        if let Encoder::Gemini(encoder) = self.encoder {
            self.encoder = Encoder::Gemini(encoder.in_form(form));
        }
        self
    }

    /// Has long texts that an answer's end repeats shared and not copied; [`Self::take_before`] must then be asked after
    /// each [`Self::push`] and [`Self::finish`].
    #[must_use]
    pub fn sharing_long_texts(mut self) -> Self {
        self.encoder.share_long_texts();
        self
    }

    /// Returns what goes to the client before the bytes that were appended last.
    pub fn take_before(&mut self) -> Vec<Bytes> {
        self.encoder.take_before()
    }

    /// Returns what the stream said so far.
    pub fn outcome(&self) -> &StreamOutcome {
        &self.outcome
    }

    /// Returns the tokens of the text delivered so far, counted with the model's vocabulary.
    pub fn output_tokens_estimate(&mut self) -> u64 {
        self.meter.total()
    }

    /// Takes the next bytes of the upstream and appends what goes to the client now.
    pub fn push(&mut self, chunk: &[u8], out: &mut BytesMut) {
        let mut events = std::mem::take(&mut self.events);
        self.decoder.push(chunk, &mut events);
        self.write(events, out);
    }

    /// Says an error of ours as the client's family does: the last of the stream.
    pub fn fail(&mut self, error: &ErrorBody, out: &mut BytesMut) {
        if self.outcome.error.is_none() {
            self.encoder.push(&Event::Error(error.clone()), out);
        }
    }

    /// Ends the stream and appends what is left to say. One that broke off has no end: its error is the last of it.
    pub fn finish(&mut self, out: &mut BytesMut) {
        let mut events = std::mem::take(&mut self.events);
        self.decoder.finish(&mut events);
        self.write(events, out);
    }

    fn write(&mut self, mut events: Vec<Event>, out: &mut BytesMut) {
        if let Some(wrap) = &mut self.wraps_thinking {
            wrap.apply(&mut events);
        }
        for event in &mut events {
            if let Event::Start { model, created, .. } = event {
                model.clone_from(&self.model);
                if *created == 0 {
                    *created = self.asked_at;
                }
            }
            // An error is the last word of a stream; only what it cost may follow.
            let is_behind_error = self.outcome.error.is_some();
            if is_behind_error && !matches!(event, Event::Usage(_) | Event::End { .. }) {
                continue;
            }
            self.note(event);
            if is_behind_error || self.breaks_off(event) {
                continue;
            }
            self.proofs.mark(event, self.from, self.to);
            if !event.crosses(self.from, self.to) {
                continue;
            }
            self.encoder.push(event, out);
        }
        events.clear();
        self.events = events;
    }

    /// Whether the stream ends here without having come to its end.
    fn breaks_off(&self, event: &Event) -> bool {
        matches!(event, Event::End { is_complete: false }) && !self.outcome.finished
    }

    /// Keeps what the money needs.
    fn note(&mut self, event: &Event) {
        self.outcome.events += 1;
        match event {
            Event::Text { text, .. }
            | Event::Reasoning { text, .. }
            | Event::Refusal { text, .. }
            | Event::ToolArguments { text, .. }
            | Event::ToolStart { name: text, .. } => {
                self.outcome.content_events += 1;
                self.outcome.output_bytes += text.len() as u64;
                self.meter.push(text);
            }
            Event::Media { data, .. } => {
                self.outcome.content_events += 1;
                self.outcome.output_bytes += data.len() as u64;
            }
            Event::Stop { reason, .. } => {
                self.outcome.finished = true;
                self.outcome.incomplete |= says_incomplete(self.from, reason);
            }
            Event::Usage(usage) => self.outcome.usage = Some(*usage),
            Event::Error(error) => {
                self.outcome.error.get_or_insert_with(|| error.clone());
            }
            Event::End { is_complete } => self.outcome.done |= *is_complete,
            Event::Start { .. }
            | Event::Signature { .. }
            | Event::Logprobs { .. }
            | Event::Extra { .. } => {}
        }
    }
}
