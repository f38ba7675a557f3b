//! Reads a provider's bytes on their way to the client: beside bytes that pass through, or by
//! translating them. Between the provider's body and `stream`; knows no clock and no money.

use bytes::{Bytes, BytesMut};
use weirgate_wire::canon::{ErrorBody, ToolCalls, Usage};
use weirgate_wire::family::audio;
use weirgate_wire::framing::event_stream::Unframer;
use weirgate_wire::translate::StreamTranslator;
use weirgate_wire::{
    Endpoint, ReplySkimmer, StreamOutcome, StreamTap, hidden_in_errors, sse_error_event,
};

use super::follow::Underway;
use crate::journal::EndReason;
use crate::state::live::BYTES_PER_TOKEN;
use crate::upstream::answer::UpstreamBody;

/// How much of the beginning of a large answer is kept.
const HEAD_BYTES: usize = 64;

/// What reads the bytes.
#[derive(Debug)]
enum Reader {
    /// Same family on both ends.
    Events {
        tap: Box<StreamTap>,
        /// What has gone out ends between two events.
        is_between_events: bool,
        /// The beginning of an event that may be an error; nothing of it goes out before all of it is there.
        held: Bytes,
    },
    /// The provider speaks another family; only whole events go out.
    Translated {
        translator: Box<StreamTranslator>,
        written: BytesMut,
        /// What goes out is one JSON array: no comment or event of ours may stand in it.
        is_array: bool,
    },
    /// The last piece is held back until the settle is written.
    Large {
        endpoint: Endpoint,
        /// The beginning, where a sound says what it is.
        head: Vec<u8>,
        skimmer: Box<ReplySkimmer>,
        held: Option<Bytes>,
        bytes: u64,
    },
}

/// A provider's body and its reader.
#[derive(Debug)]
pub(crate) struct Source {
    pub(crate) upstream: Option<UpstreamBody>,
    reader: Reader,
    /// Takes AWS's framing off before anything is read.
    unframer: Option<Box<Unframer>>,
    is_finished: bool,
    /// What the provider is to be told of when the client goes away before the end.
    underway: Option<Underway>,
    /// Images in the answer; known when the facts have been asked for.
    pub(crate) images: u64,
    /// Calls of the provider's own tools; known like the images.
    pub(crate) tools: ToolCalls,
    /// What is ready for the client.
    pub(crate) waiting: Vec<Bytes>,
}

impl Source {
    pub(crate) fn events(tap: StreamTap, body: UpstreamBody) -> Self {
        Self::of(
            body,
            Reader::Events {
                tap: Box::new(tap),
                is_between_events: true,
                held: Bytes::new(),
            },
        )
    }

    pub(crate) fn translated(
        translator: StreamTranslator,
        body: UpstreamBody,
        is_array: bool,
    ) -> Self {
        Self::of(
            body,
            Reader::Translated {
                translator: Box::new(translator),
                written: BytesMut::new(),
                is_array,
            },
        )
    }

    pub(crate) fn large(body: UpstreamBody, endpoint: Endpoint) -> Self {
        Self::of(
            body,
            Reader::Large {
                endpoint,
                head: Vec::new(),
                skimmer: Box::new(ReplySkimmer::new()),
                held: None,
                bytes: 0,
            },
        )
    }

    const fn of(body: UpstreamBody, reader: Reader) -> Self {
        Self {
            upstream: Some(body),
            reader,
            unframer: None,
            is_finished: false,
            underway: None,
            images: 0,
            tools: ToolCalls::NONE,
            waiting: Vec::new(),
        }
    }

    /// Says that the provider's events come in AWS's framing.
    pub(crate) fn unframe(&mut self) {
        self.unframer = Some(Box::new(Unframer::new()));
    }

    /// Says that the provider goes on making the answer when the connection is closed. A stream that has said all it had
    /// to say leaves nothing to be stopped.
    pub(crate) fn goes_on(&mut self, underway: Option<Underway>) {
        self.underway = underway;
        self.rest();
    }

    /// Lets go of what the provider was making once its stream has said its last words.
    fn rest(&mut self) {
        let is_done = self
            .outcome()
            .is_some_and(|outcome| outcome.done || outcome.error.is_some());
        if is_done && let Some(underway) = self.underway.take() {
            underway.end();
        }
    }

    /// Takes a piece of the provider's answer; what it gives for the client waits.
    pub(crate) fn read(&mut self, chunk: Bytes) {
        let chunk = match &mut self.unframer {
            None => chunk,
            Some(unframer) => {
                let mut events = Vec::with_capacity(chunk.len());
                unframer.push(&chunk, &mut events);
                Bytes::from(events)
            }
        };
        if chunk.is_empty() {
            return;
        }
        match &mut self.reader {
            Reader::Large {
                skimmer,
                held,
                bytes,
                head,
                ..
            } => {
                let room = HEAD_BYTES.saturating_sub(head.len());
                head.extend(chunk.iter().take(room));
                skimmer.push(&chunk);
                *bytes += chunk.len() as u64;
                self.waiting.extend(held.replace(chunk));
            }
            Reader::Events {
                tap,
                is_between_events,
                held,
            } => {
                *is_between_events = ends_event(&chunk);
                let before = self.waiting.len();
                tap.push(chunk, &mut self.waiting);
                if !held.is_empty() || !tap.open_event().is_empty() {
                    hold(tap, held, &mut self.waiting);
                }
                if tap.outcome().error.is_some() {
                    hide(self.waiting.iter_mut().skip(before));
                }
            }
            Reader::Translated {
                translator,
                written,
                is_array: _,
            } => {
                translator.push(&chunk, written);
                self.waiting.extend(translator.take_before());
                if !written.is_empty() {
                    self.waiting.push(written.split().freeze());
                }
                if self.underway.is_some() {
                    self.rest();
                }
            }
        }
    }

    /// The provider says no more: releases what was kept of its events.
    pub(crate) fn finish(&mut self) {
        if std::mem::replace(&mut self.is_finished, true) {
            return;
        }
        match &mut self.reader {
            Reader::Large { .. } => {}
            Reader::Events { tap, held, .. } => {
                tap.finish(&mut self.waiting);
                if !held.is_empty() {
                    self.waiting.push(std::mem::take(held));
                    hide(self.waiting.iter_mut().rev().take(1));
                }
            }
            Reader::Translated {
                translator,
                written,
                is_array: _,
            } => {
                translator.finish(written);
                self.waiting.extend(translator.take_before());
                if !written.is_empty() {
                    self.waiting.push(written.split().freeze());
                }
            }
        }
    }

    /// Says an error of ours behind what has gone out; false where no error can stand.
    pub(crate) fn say(&mut self, endpoint: Endpoint, error: &ErrorBody) -> bool {
        match &mut self.reader {
            Reader::Large { .. } => return false,
            Reader::Events {
                is_between_events, ..
            } => {
                if !*is_between_events {
                    self.waiting.push(Bytes::from_static(b"\n\n"));
                }
                let event = sse_error_event(endpoint, error);
                self.waiting.push(Bytes::from(event));
            }
            Reader::Translated {
                translator,
                written,
                ..
            } => {
                translator.fail(error, written);
                self.waiting.push(written.split().freeze());
            }
        }
        true
    }

    /// Returns what an event stream has said so far; none for a body that is no stream.
    pub(crate) fn outcome(&self) -> Option<&StreamOutcome> {
        match &self.reader {
            Reader::Large { .. } => None,
            Reader::Events { tap, .. } => Some(tap.outcome()),
            Reader::Translated { translator, .. } => Some(translator.outcome()),
        }
    }

    /// Whether comments and events of ours may stand in what goes out.
    pub(crate) fn is_events(&self) -> bool {
        match &self.reader {
            Reader::Events { .. } => true,
            Reader::Translated { is_array, .. } => !is_array,
            Reader::Large { .. } => false,
        }
    }

    /// Returns the error that came before anything else did.
    pub(crate) fn first_error(&self) -> Option<&ErrorBody> {
        let outcome = self.outcome()?;
        let error = outcome.error.as_ref()?;
        (outcome.content_events == 0).then_some(error)
    }

    /// Whether an event of ours may follow what has gone out.
    pub(crate) fn is_between_events(&self) -> bool {
        match &self.reader {
            Reader::Events {
                is_between_events, ..
            } => *is_between_events,
            Reader::Translated { .. } | Reader::Large { .. } => true,
        }
    }

    /// Why the answer is over when the provider says no more.
    pub(crate) fn reason_at_end(&self) -> EndReason {
        let Some(outcome) = self.outcome() else {
            return EndReason::Completed;
        };
        if outcome.error.is_some() {
            EndReason::UpstreamErrorMidstream
        } else if outcome.incomplete {
            EndReason::UpstreamIncomplete
        } else if outcome.done || outcome.finished {
            EndReason::Completed
        } else {
            EndReason::UpstreamEof
        }
    }

    /// Whether an event stream has not come to its last words: a usage stated so far need not be all.
    pub(crate) fn is_partial(&self) -> bool {
        self.outcome()
            .is_some_and(|outcome| !outcome.finished && !outcome.done)
    }

    /// Returns the stated usage, and whether anything has been delivered. For a body that is no stream
    /// this can be asked once.
    pub(crate) fn facts(&mut self) -> (Option<Usage>, bool) {
        match &mut self.reader {
            Reader::Large {
                endpoint,
                skimmer,
                bytes,
                ..
            } => {
                let skimmed = std::mem::take(skimmer.as_mut()).facts_for(*endpoint);
                self.images = skimmed.images;
                self.tools = skimmed.tools;
                (skimmed.usage, *bytes > 0)
            }
            Reader::Events { tap, .. } => {
                self.images = tap.outcome().images;
                self.tools = tap.outcome().tools;
                facts_of(tap.outcome())
            }
            Reader::Translated { translator, .. } => facts_of(translator.outcome()),
        }
    }

    /// Returns the tokens of the text delivered so far, counted with the model's vocabulary.
    pub(crate) fn output_tokens(&mut self, model: &str, is_generation: bool) -> u64 {
        match &mut self.reader {
            Reader::Events { tap, .. } => tap.output_tokens_estimate(model),
            Reader::Translated { translator, .. } => translator.output_tokens_estimate(),
            Reader::Large { bytes, .. } if is_generation => *bytes / BYTES_PER_TOKEN,
            Reader::Large { .. } => 0,
        }
    }

    /// Returns the tokens of the sound delivered so far; 0 for anything else.
    pub(crate) fn sound_tokens(&self, is_pcm: bool) -> u64 {
        match &self.reader {
            Reader::Large {
                endpoint: Endpoint::Speech,
                head,
                bytes,
                ..
            } => audio::speech_tokens(head, *bytes, is_pcm),
            _ => 0,
        }
    }

    /// Lets the piece that was held back go out.
    pub(crate) fn release(&mut self) {
        if let Reader::Large { held, .. } = &mut self.reader {
            self.waiting.extend(held.take());
        }
    }

    /// Forgets the piece that was held back.
    pub(crate) fn forget_held(&mut self) {
        if let Reader::Large { held, .. } = &mut self.reader {
            *held = None;
        }
    }
}

/// Holds back the end of the last piece when it may be the beginning of an error: its keys and addresses cannot be told
/// before all of it is there. The tap keeps no more of an event than its bound, and no more is held.
fn hold(tap: &StreamTap, held: &mut Bytes, waiting: &mut Vec<Bytes>) {
    let Some(last) = waiting.last_mut() else {
        return;
    };
    if !held.is_empty() {
        let mut whole = BytesMut::with_capacity(held.len() + last.len());
        whole.extend_from_slice(held);
        whole.extend_from_slice(last);
        *last = whole.freeze();
        *held = Bytes::new();
    }
    let open = tap.open_event();
    if memchr::memmem::find(open, b"error").is_some() {
        *held = last.split_off(last.len() - open.len().min(last.len()));
        waiting.pop_if(|last| last.is_empty());
    }
}

/// Masks a provider's addresses and keys in what it says from its error on.
fn hide<'a>(pieces: impl Iterator<Item = &'a mut Bytes>) {
    for piece in pieces {
        if let Some(hidden) = hidden_in_errors(piece) {
            *piece = hidden;
        }
    }
}

const fn facts_of(outcome: &StreamOutcome) -> (Option<Usage>, bool) {
    (outcome.usage, outcome.content_events > 0)
}

fn ends_event(chunk: &[u8]) -> bool {
    chunk.ends_with(b"\n\n") || chunk.ends_with(b"\r\n\r\n") || chunk.ends_with(b"\r\r")
}
