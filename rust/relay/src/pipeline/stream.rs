//! Station 6: upstream bytes → client bytes, with the tap reading beside them.
//!
//! Driven by the client's connection: nothing is read from the provider before the client takes
//! more, so there is no queue that could grow. The last bytes go out only after the Settle record
//! is written; a client that goes away drops this, which settles and closes the provider's side.

use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};

use bytes::{Bytes, BytesMut};
use http_body::Body as _;
use tokio::time::Sleep;
use weirgate_policy::Refusal;
use weirgate_policy::snapshot::MidstreamExhausted;
use weirgate_wire::KEEP_ALIVE_COMMENT;
use weirgate_wire::canon::{ErrorBody, Usage};

use super::call::TimeLimits;
use super::reader::Source;
use super::settle::{End, Running, Verdict, verdict};
use super::turn::Turn;
use super::{estimate, refuse};
use crate::accounts::HoldRefused;
use crate::body::BodyError;
use crate::error::ErrorKind;
use crate::journal::{EndReason, UsageSource};

/// How long a provider may keep its side open after its end mark, or after an error.
const AFTER_END: Duration = Duration::from_secs(2);
/// Chunks that arrive in one go leave in one write up to this size. A write costs the kernel 6 to
/// 8 µs a chunk, more than all our own work on it (measured 2026-11-21, 190-byte chunks).
const GATHER_BYTES: usize = 8 * 1024;

/// Pieces of more than this together go out one by one.
const JOINED_BYTES: usize = 256 * 1024;

type Counting = Pin<Box<dyn Future<Output = u64> + Send>>;

/// Where a stream stands.
enum Stage {
    /// Bytes flow, or are awaited.
    Flowing,
    /// The prompt is being counted; nothing goes out until the settle is written.
    Counting {
        reason: EndReason,
        prompt: Counting,
        then: Box<Self>,
    },
    /// Nothing more comes; what waits goes out.
    Over,
    /// Nothing more comes; after what waits the connection breaks, for the client to see it.
    Broken,
}

/// What has come of the provider's answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Course {
    /// Nothing yet.
    Awaited,
    /// Something.
    Begun,
    /// An error; its end is not waited for as long as for more of an answer.
    Failed,
}

/// One answer on its way to the client.
pub(crate) struct AnswerStream {
    source: Source,
    stage: Stage,
    running: Box<Running>,
    limits: TimeLimits,
    timer: Pin<Box<Sleep>>,
    last_moved: Instant,
    course: Course,
    /// Output bytes at which the hold must be raised.
    raise_at: u64,
    /// What waits goes out, though more may come.
    is_released: bool,
    turn: Turn,
    is_polling: bool,
}

impl std::fmt::Debug for AnswerStream {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("AnswerStream")
            .field("source", &self.source)
            .finish_non_exhaustive()
    }
}

impl AnswerStream {
    pub(crate) fn new(mut running: Box<Running>, source: Source, limits: TimeLimits) -> Self {
        running.go_live();
        let now = Instant::now();
        let raise_at = running.meter().bytes_until(running.held());
        let first = earliest(
            now + limits.first_token,
            limits.total,
            ping_at(now, limits.ping),
        );
        Self {
            source,
            stage: Stage::Flowing,
            running,
            limits,
            timer: Box::pin(tokio::time::sleep_until(first.into())),
            last_moved: now,
            course: Course::Awaited,
            raise_at,
            is_released: false,
            turn: Turn::default(),
            is_polling: false,
        }
    }

    /// Takes note of what its source has read before the answer began.
    pub(crate) fn begin(&mut self) {
        self.note();
    }

    /// Whether the body has nothing more to say.
    pub(crate) fn is_over(&self) -> bool {
        matches!(self.stage, Stage::Over) && self.source.waiting.is_empty()
    }

    /// Returns the next bytes for the client.
    pub(crate) fn poll_next(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, BodyError>>> {
        self.is_polling = true;
        let next = catch_unwind(AssertUnwindSafe(|| self.poll_stage(cx)));
        let next = next.unwrap_or_else(|_panic| self.fail());
        self.is_polling = false;
        next
    }

    /// Ends a stream in which something of ours panicked: the row is written by what had been delivered, and the client is
    /// told in its own words or sees the connection break. The worker lives on.
    fn fail(&mut self) -> Poll<Option<Result<Bytes, BodyError>>> {
        tracing::error!("a stream panicked");
        self.source.upstream = None;
        self.stage = Stage::Broken;
        if !self.running.is_closed() {
            let end = self.running.end_by_meter(EndReason::InternalError);
            self.running.close(&end);
            let error = refuse::body_of(&ErrorKind::Internal);
            let endpoint = self.running.endpoint;
            // What panicked may be what writes.
            let said = catch_unwind(AssertUnwindSafe(|| self.source.say(endpoint, &error)));
            if said.unwrap_or(false) {
                self.stage = Stage::Over;
            }
        }
        if let Some(bytes) = self.pop() {
            return Poll::Ready(Some(Ok(bytes)));
        }
        self.stage = Stage::Over;
        Poll::Ready(Some(Err(BodyError::Upstream)))
    }

    fn poll_stage(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, BodyError>>> {
        loop {
            if let Stage::Counting {
                reason,
                prompt,
                then,
            } = &mut self.stage
            {
                let prompt = ready!(prompt.as_mut().poll(cx));
                let reason = *reason;
                self.stage = std::mem::replace(then, Stage::Over);
                self.settle_counted(reason, prompt);
            }
            if self.gathers() {
                // The provider's connection gets a turn; then we look whether it had more.
                ready!(self.turn.poll(cx));
            } else if let Some(bytes) = self.pop() {
                return Poll::Ready(Some(Ok(bytes)));
            }
            match self.stage {
                Stage::Over => return Poll::Ready(None),
                Stage::Broken => {
                    self.stage = Stage::Over;
                    return Poll::Ready(Some(Err(BodyError::Upstream)));
                }
                Stage::Flowing | Stage::Counting { .. } => {}
            }
            match self.poll_upstream(cx) {
                Poll::Ready(Some(Ok(chunk))) => self.take(chunk),
                Poll::Ready(Some(Err(_broken))) => self.end(EndReason::UpstreamEof),
                Poll::Ready(None) => self.end_of_upstream(),
                Poll::Pending if !self.source.waiting.is_empty() => self.is_released = true,
                Poll::Pending => ready!(self.poll_timer(cx)),
            }
        }
    }

    /// Whether what waits may wait for a chunk that is already here. Never for one that is not:
    /// the first look that finds nothing releases all.
    fn gathers(&self) -> bool {
        let is_flowing = matches!(self.stage, Stage::Flowing) && self.source.upstream.is_some();
        is_flowing
            && !self.is_released
            && !self.running.is_closed()
            && !self.source.waiting.is_empty()
            && self.source.waiting.iter().map(Bytes::len).sum::<usize>() < GATHER_BYTES
    }

    /// Takes all that waits, in one piece; one after the other what is too large to be copied together.
    fn pop(&mut self) -> Option<Bytes> {
        self.is_released = false;
        if self.source.waiting.len() < 2 {
            return self.source.waiting.pop();
        }
        let size = self.source.waiting.iter().map(Bytes::len).sum();
        if size > JOINED_BYTES {
            return Some(self.source.waiting.remove(0));
        }
        let mut whole = BytesMut::with_capacity(size);
        for bytes in self.source.waiting.drain(..) {
            whole.extend_from_slice(&bytes);
        }
        Some(whole.freeze())
    }

    fn poll_upstream(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, hyper::Error>>> {
        let Some(upstream) = &mut self.source.upstream else {
            return Poll::Ready(None);
        };
        loop {
            match ready!(Pin::new(&mut *upstream).poll_frame(cx)) {
                None => return Poll::Ready(None),
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                Some(Ok(frame)) => match frame.into_data() {
                    Ok(data) if !data.is_empty() => return Poll::Ready(Some(Ok(data))),
                    Ok(_) | Err(_) => {}
                },
            }
        }
    }

    /// Takes a piece of the provider's answer.
    fn take(&mut self, chunk: Bytes) {
        self.source.read(chunk);
        self.note();
    }

    /// Takes note of what has just been read.
    fn note(&mut self) {
        self.last_moved = Instant::now();
        if self.course == Course::Awaited {
            self.course = Course::Begun;
            let silent_at = self.last_moved + self.limits.idle;
            let ping_at = ping_at(self.last_moved, self.limits.ping);
            let next = earliest(silent_at, self.limits.total, ping_at);
            self.timer.as_mut().reset(next.into());
        }
        let Some(outcome) = self.source.outcome() else {
            return;
        };
        if let Some(error) = &outcome.error
            && self.course != Course::Failed
        {
            tracing::info!(error = %error.message, "a provider ended its stream with an error");
            self.course = Course::Failed;
            let end = self.last_moved + AFTER_END;
            self.timer.as_mut().reset(end.into());
        }
        let bytes = outcome.output_bytes;
        let is_done = outcome.done;
        self.running.meter().set_output_bytes(bytes);
        if self.running.is_closed() {
            return;
        }
        if is_done {
            self.settle(self.source.reason_at_end());
        } else if bytes >= self.raise_at {
            self.raise(bytes);
        }
    }

    /// The provider has said all it had to say.
    fn end_of_upstream(&mut self) {
        self.source.upstream = None;
        self.source.finish();
        self.end(self.source.reason_at_end());
    }

    /// Ends the stream: settles it and tells the client if it did not end well.
    fn end(&mut self, reason: EndReason) {
        self.source.upstream = None;
        self.stage = Stage::Over;
        if self.running.is_closed() {
            return;
        }
        self.say_end(reason);
        self.settle(reason);
    }

    fn say_end(&mut self, reason: EndReason) {
        let Some(error) = error_of(reason) else {
            return;
        };
        self.source.finish();
        self.say(&error);
    }

    /// Puts an error of ours behind what has gone out, or breaks the answer off where none can stand.
    fn say(&mut self, error: &ErrorBody) {
        if !self.source.say(self.running.endpoint, error) {
            self.source.forget_held();
            self.stage = Stage::Broken;
        }
    }

    /// Settles now, or after the prompt has been counted elsewhere.
    fn settle(&mut self, reason: EndReason) {
        match self.verdict(reason) {
            Verdict::Known(end) => self.close(&end),
            Verdict::Count(reason) => {
                let model = self.running.model().to_owned();
                let body = self.running.body.clone();
                let counting = estimate::prompt_tokens(self.running.endpoint, body, model);
                let then = Box::new(std::mem::replace(&mut self.stage, Stage::Over));
                self.stage = Stage::Counting {
                    reason,
                    prompt: Box::pin(counting),
                    then,
                };
            }
        }
    }

    /// Decides what is charged. What a provider states before its last event (Anthropic's
    /// `message_start` speaks of one token) is no less than what has been delivered.
    fn verdict(&mut self, reason: EndReason) -> Verdict {
        let (usage, has_delivered) = self.source.facts();
        self.running.images = self.source.images;
        self.running.tools = self.source.tools;
        if !has_delivered && is_failure(reason) {
            return Verdict::Known(End::free(reason));
        }
        let known = verdict(reason, usage, has_delivered);
        if usage.is_none() || !self.source.is_partial() {
            return known;
        }
        let is_generation = self.running.endpoint.is_generation();
        let delivered = self
            .source
            .output_tokens(self.running.model(), is_generation);
        known.at_least(delivered)
    }

    fn settle_counted(&mut self, reason: EndReason, prompt: u64) {
        let is_generation = self.running.endpoint.is_generation();
        let model = self.running.model();
        let completion = self.source.output_tokens(model, is_generation);
        let audio_out = self.source.sound_tokens(self.running.is_pcm);
        let usage = Usage {
            prompt,
            completion: completion + audio_out,
            audio_out,
            ..Usage::default()
        };
        self.close(&End {
            reason,
            usage,
            source: UsageSource::Estimate,
        });
    }

    fn close(&mut self, end: &End) {
        self.running.close(end);
        self.source.release();
        self.timer
            .as_mut()
            .reset((Instant::now() + AFTER_END).into());
    }

    /// Raises the hold before the charge so far reaches it; cuts or lets finish when refused.
    fn raise(&mut self, bytes: u64) {
        let held = self.running.held();
        let wanted = held.saturating_mul(2).max(held.saturating_add(1));
        match self.running.raise(wanted) {
            Ok(()) => {
                let reaches = self.running.meter().bytes_until(self.running.held());
                self.raise_at = reaches.max(bytes + 1);
            }
            // The answer comes in a moment; until then it goes on.
            Err(HoldRefused::Pending) => self.raise_at = bytes + 1,
            Err(refused) => match self.running.midstream_exhausted() {
                MidstreamExhausted::Finish => self.raise_at = u64::MAX,
                MidstreamExhausted::Cut => self.cut(refused),
            },
        }
    }

    fn cut(&mut self, refused: HoldRefused) {
        let refusal = match refused {
            HoldRefused::Wallet => Refusal::WalletTooSmall,
            HoldRefused::Key | HoldRefused::NoSuch | HoldRefused::Budget => Refusal::KeyTooSmall,
            HoldRefused::Lapsed | HoldRefused::Pending => Refusal::LedgerUnavailable,
        };
        self.source.upstream = None;
        self.stage = Stage::Over;
        self.say(&refusal.body());
        self.settle(EndReason::QuotaExhaustedMidstream);
    }

    /// Waits for the next limit. The timer is not moved with each chunk: when it fires it looks at
    /// what has moved since, and goes on waiting for the rest.
    fn poll_timer(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        loop {
            ready!(self.timer.as_mut().poll(cx));
            let now = Instant::now();
            if self.running.is_closed() {
                self.end(EndReason::Completed);
                return Poll::Ready(());
            }
            if now >= self.limits.total {
                self.end(EndReason::TotalTimeout);
                return Poll::Ready(());
            }
            let (silence, reason) = match self.course {
                Course::Awaited => (self.limits.first_token, EndReason::FirstTokenTimeout),
                Course::Begun => (self.limits.idle, EndReason::IdleTimeout),
                Course::Failed => (AFTER_END, EndReason::UpstreamErrorMidstream),
            };
            let silent_at = self.last_moved + silence;
            if now >= silent_at {
                self.end(reason);
                return Poll::Ready(());
            }
            let ping_at = self.next_ping(now);
            self.timer
                .as_mut()
                .reset(earliest(silent_at, self.limits.total, ping_at).into());
            if !self.source.waiting.is_empty() {
                return Poll::Ready(());
            }
        }
    }

    /// Queues a keep-alive comment when one is due; returns when the next may be.
    fn next_ping(&mut self, now: Instant) -> Option<Instant> {
        let ping = self.limits.ping;
        if ping.is_zero() || !self.source.is_events() {
            return None;
        }
        let due = self.last_moved + ping;
        if now < due {
            return Some(due);
        }
        if self.source.is_between_events() {
            self.source
                .waiting
                .push(Bytes::from_static(KEEP_ALIVE_COMMENT));
        }
        Some(now + ping)
    }

    /// Settles a stream whose client has gone by what was delivered.
    fn settle_dropped(&mut self) {
        let reason = self.running.reason_when_dropped();
        match self.verdict(reason) {
            Verdict::Known(end) => self.running.close(&end),
            Verdict::Count(reason) if self.running.body.len() <= estimate::INLINE_BYTES => {
                let body = &self.running.body;
                let endpoint = self.running.endpoint;
                let model = self.running.model();
                let prompt = weirgate_wire::prompt_tokens_estimate(endpoint, body, model);
                self.settle_counted(reason, prompt);
            }
            Verdict::Count(reason) => {
                let end = self.running.end_by_meter(reason);
                self.running.close(&end);
            }
        }
    }
}

impl Drop for AnswerStream {
    fn drop(&mut self) {
        if self.running.is_closed() {
            return;
        }
        if self.is_polling {
            let end = self.running.end_by_meter(EndReason::InternalError);
            self.running.close(&end);
            return;
        }
        self.settle_dropped();
    }
}

fn ping_at(now: Instant, ping: Duration) -> Option<Instant> {
    (!ping.is_zero()).then(|| now + ping)
}

fn earliest(first: Instant, second: Instant, third: Option<Instant>) -> Instant {
    let earlier = first.min(second);
    third.map_or(earlier, |third| earlier.min(third))
}

/// Whether the provider is at fault for an end; then nothing is paid for an answer without content, whatever it stated.
const fn is_failure(reason: EndReason) -> bool {
    matches!(
        reason,
        EndReason::UpstreamErrorMidstream
            | EndReason::UpstreamEof
            | EndReason::FirstTokenTimeout
            | EndReason::IdleTimeout
            | EndReason::TotalTimeout
    )
}

/// What the client is told inside a stream that does not end well; nothing when the provider has
/// already said it.
fn error_of(reason: EndReason) -> Option<ErrorBody> {
    let (status, message) = match reason {
        EndReason::UpstreamEof => (502, "the upstream ended the stream before its end"),
        EndReason::FirstTokenTimeout => (504, "the upstream sent no first token in time"),
        EndReason::IdleTimeout => (504, "the upstream was silent for too long"),
        EndReason::TotalTimeout => (504, "the call took longer than allowed"),
        _ => return None,
    };
    Some(refuse::upstream(status, "upstream_stream_error", message))
}
