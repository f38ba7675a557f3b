//! One try of one candidate: may it be made, why did it fail, and what does it leave behind. Used by calls, sockets
//! and tasks alike: a line on the row, news for the breakers, and the report of what is to be switched off.
//! Decides nothing itself: that is `weirgate_policy`'s.

use std::sync::Arc;
use std::time::{Duration, Instant, UNIX_EPOCH};

use http::header::RETRY_AFTER;
use http::response::Parts;
use http::{HeaderMap, HeaderName};
use weirgate_policy::snapshot::Options;
use weirgate_policy::{Candidate, Failure, FailureKind, Refusal};
use weirgate_wire::canon::ErrorBody;

use super::identify::Identified;
use super::refuse;
use super::settle::Running;
use crate::accounts::HoldRefused;
use crate::error::Error;
use crate::journal::{Attempt, EndReason};
use crate::state::breakers::Failed as BreakerFailure;
use crate::state::clock;
use crate::state::faults::{self, Fault};
use crate::upstream::proxy::Proxy;
use crate::upstream::target::Target;
use crate::worker::Worker;

/// How `OpenAI` says it more precisely.
const RETRY_AFTER_MS: HeaderName = HeaderName::from_static("retry-after-ms");

/// Why a try failed.
#[derive(Debug)]
pub(crate) struct Failed {
    pub(crate) failure: Failure,
    /// The provider's own status; 0 when none came.
    pub(crate) status: u16,
    /// Short code kept with the attempt.
    pub(crate) code: &'static str,
    pub(crate) body: ErrorBody,
    pub(crate) retry_after_s: Option<u32>,
    pub(crate) reason: EndReason,
}

impl Failed {
    /// Turns the last failure into what the client is told.
    pub(crate) fn into_error(self) -> Error {
        Error::upstream(self.body, self.retry_after_s)
    }
}

/// Takes the right to call a candidate. A pinned channel is called whatever its breaker says: an admin tests it.
#[inline]
pub(crate) fn admits(
    worker: &Worker,
    candidate: &Candidate,
    is_pinned: bool,
    running: &mut Running,
) -> Result<(), Held> {
    if let Some(gate) = running.gate()
        && !gate.choose(candidate)
    {
        return Err(Held::ByLimits);
    }
    let (id, key) = (candidate.channel.id, candidate.key_index);
    let model = &candidate.upstream_model;
    let breakers = &worker.shared.breakers;
    if is_pinned || breakers.admit(id, key, model, clock::now_ms) {
        return Ok(());
    }
    if let Some(gate) = running.gate() {
        gate.forget_channel();
    }
    Err(Held::ByBreaker)
}

/// What keeps a candidate from being tried now; the one that tells the client more is the greater.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Held {
    #[default]
    ByBreaker,
    ByLimits,
}

/// Writes a try on the row; 0 stands for no status.
#[inline]
pub(crate) fn note(
    running: &mut Running,
    candidate: &Candidate,
    started: Instant,
    status: u16,
    error: &'static str,
) {
    running.row().attempts.push(Attempt {
        channel_id: candidate.channel.id,
        key_index: u32::try_from(candidate.key_index).unwrap_or(u32::MAX),
        status,
        ms: u32::try_from(started.elapsed().as_millis()).unwrap_or(u32::MAX),
        error: error.to_owned(),
    });
}

/// Tells the breaker that the channel serves.
#[inline]
pub(crate) fn succeeded(worker: &Worker, candidate: &Candidate, status: u16) {
    let (id, key) = (candidate.channel.id, candidate.key_index);
    let model = &candidate.upstream_model;
    let breakers = &worker.shared.breakers;
    breakers.on_success(id, key, model, clock::now_ms);
    worker.metrics.upstream(status);
}

/// Tells the breaker of a failure that is the channel's own, and the management plane of what the operator's rules
/// switch off.
pub(crate) fn failed(worker: &Worker, options: &Options, candidate: &Candidate, failed: &Failed) {
    worker.metrics.upstream(failed.status);
    if is_channels_fault(failed) {
        let news = BreakerFailure {
            channel_id: candidate.channel.id,
            key_index: candidate.key_index,
            model: &candidate.upstream_model,
            now_ms: clock::now_ms(),
            retry_after_ms: failed
                .retry_after_s
                .map(|seconds| i64::from(seconds) * 1000),
        };
        worker.shared.breakers.on_failure(&news, options.breaker);
    }
    report(worker, options, candidate, failed);
}

/// Only what is the channel's own fault counts against it.
fn is_channels_fault(failed: &Failed) -> bool {
    match failed.failure.kind {
        FailureKind::Status => matches!(failed.status, 401..=403 | 408 | 429 | 500..=599),
        FailureKind::Connect | FailureKind::Timeout | FailureKind::BadBody => true,
        FailureKind::Channel | FailureKind::Unsaid | FailureKind::Local => false,
    }
}

fn report(worker: &Worker, options: &Options, candidate: &Candidate, failed: &Failed) {
    let (message, auto_ban) = (&failed.body.message, candidate.channel.auto_ban);
    let failure = &failed.failure;
    let cause = weirgate_policy::disables(failure, failed.status, message, auto_ban, options);
    if let Some(cause) = cause {
        worker.shared.faults.add(Fault {
            channel_id: candidate.channel.id,
            key_index: candidate.key_index,
            status: failed.status,
            cause: faults::word(cause),
            reason: message.clone(),
            at_ms: clock::now_ms(),
        });
    }
}

/// A dearer group's price could not be held.
pub(crate) fn not_held(refused: HoldRefused) -> Box<Failed> {
    let refusal = match refused {
        HoldRefused::Wallet => Refusal::WalletTooSmall,
        HoldRefused::Key | HoldRefused::NoSuch | HoldRefused::Budget => Refusal::KeyTooSmall,
        HoldRefused::Lapsed | HoldRefused::Pending => Refusal::LedgerUnavailable,
    };
    local(refusal.body(), "hold_refused", refusal.retry_after_s())
}

/// Every candidate is held back, by its breaker or by limits.
pub(crate) fn all_held(identified: &Identified, model: &str, held: Held) -> Box<Failed> {
    let (group, model) = (identified.caller.group.name(), model.to_owned());
    let (refusal, code) = match held {
        Held::ByBreaker => (
            Refusal::AllChannelsOpen { group, model },
            "all_channels_open",
        ),
        Held::ByLimits => (Refusal::ChannelsFull { group, model }, "channels_full"),
    };
    local(refusal.body(), code, refusal.retry_after_s())
}

/// A failure that no other channel would mend.
pub(crate) fn local(
    body: ErrorBody,
    code: &'static str,
    retry_after_s: Option<u32>,
) -> Box<Failed> {
    Box::new(Failed {
        failure: Failure {
            status: None,
            kind: FailureKind::Local,
        },
        status: 0,
        code,
        body,
        retry_after_s,
        reason: EndReason::UpstreamError,
    })
}

/// The channel itself is unfit for any call.
pub(crate) fn unfit(code: &'static str, message: &'static str) -> Box<Failed> {
    unreachable(FailureKind::Channel, code, message)
}

/// No credential can be made of the channel's key.
pub(crate) fn bad_key() -> Box<Failed> {
    unfit("channel:invalid_key", "the channel's key is not usable")
}

/// No address can be made of the channel's.
pub(crate) fn bad_address() -> Box<Failed> {
    unfit("bad_address", "the channel has no usable address")
}

/// Returns the channel's way through a proxy, if it has one.
pub(crate) fn proxy_of(target: &Target) -> Result<Option<&Arc<Proxy>>, Box<Failed>> {
    match &target.proxy {
        Ok(proxy) => Ok(proxy.as_ref()),
        Err(()) => Err(unfit(
            "channel:invalid_proxy",
            "the channel's proxy is not usable",
        )),
    }
}

/// A failure on the way to the provider; the message names neither host nor address.
pub(crate) fn unreachable(
    kind: FailureKind,
    code: &'static str,
    message: &'static str,
) -> Box<Failed> {
    let status = if kind == FailureKind::Timeout {
        504
    } else {
        500
    };
    Box::new(Failed {
        failure: Failure { status: None, kind },
        status: 0,
        code,
        body: refuse::upstream(status, "do_request_failed", message),
        retry_after_s: None,
        reason: EndReason::UpstreamError,
    })
}

/// An error that the provider itself reported, under the channel's status mapping.
pub(crate) fn said(candidate: &Candidate, mut error: ErrorBody, code: &'static str) -> Box<Failed> {
    let status = error.status;
    let retry_after_s = error.wait_s.map(|wait_s| u32::from(wait_s.get()));
    error.status = candidate.channel.mapped_status(status);
    Box::new(Failed {
        failure: Failure {
            status: Some(error.status),
            kind: FailureKind::Status,
        },
        status,
        code,
        body: error,
        retry_after_s,
        reason: EndReason::UpstreamError,
    })
}

/// A provider's answer with an error status, in the client's words.
pub(crate) fn refused(candidate: &Candidate, head: &Parts, body: &[u8]) -> Box<Failed> {
    let status = head.status.as_u16();
    let error = weirgate_wire::upstream_error(status, body);
    let mut failed = said(candidate, error, "status");
    failed.status = status;
    failed.retry_after_s = wait_of(&head.headers, body);
    failed
}

/// How long a provider's error answer asks to wait, in seconds: by its headers, else in Google's words inside the body.
pub(crate) fn wait_of(headers: &HeaderMap, body: &[u8]) -> Option<u32> {
    retry_after(headers, clock::now_ms()).or_else(|| weirgate_wire::retry_delay_s(body))
}

/// Reads `Retry-After` in seconds or as a date (RFC 9110, 10.2.3), or `OpenAI`'s `retry-after-ms`, rounded up; nonsense
/// counts as absent, a moment that has passed as no wait.
fn retry_after(headers: &HeaderMap, now_ms: i64) -> Option<u32> {
    let number = |name: &HeaderName| {
        let text = headers.get(name)?.to_str().ok()?.trim();
        let whole = text.split('.').next().filter(|_| text.len() < 16)?;
        let is_more = text.len() > whole.len();
        Some(whole.parse::<u32>().ok()?.saturating_add(is_more.into()))
    };
    let until = || {
        let date = headers.get(RETRY_AFTER)?.to_str().ok()?;
        seconds_until(date.trim(), now_ms)
    };
    number(&RETRY_AFTER)
        .or_else(|| Some(number(&RETRY_AFTER_MS)?.div_ceil(1000)))
        .or_else(until)
}

/// Returns the seconds from now to a date of HTTP's three forms.
fn seconds_until(date: &str, now_ms: i64) -> Option<u32> {
    let at = httpdate::parse_http_date(date).ok()?;
    let at = at.duration_since(UNIX_EPOCH).ok()?;
    let now = Duration::from_millis(u64::try_from(now_ms).ok()?);
    let wait = at.saturating_sub(now);
    u32::try_from(wait.as_millis().div_ceil(1000)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_is_read_in_seconds_and_rounded_up() {
        let wait = |name: &'static str, value: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(name, http::HeaderValue::from_static(value));
            retry_after(&headers, 1_792_567_678_500)
        };
        assert_eq!(wait("retry-after", " 7 "), Some(7));
        assert_eq!(wait("retry-after", "0.25"), Some(1));
        assert_eq!(wait("retry-after-ms", "1001"), Some(2));
        assert_eq!(wait("retry-after-ms", "800.5"), Some(1));
        assert_eq!(wait("retry-after", "-1"), None);
        assert_eq!(
            wait("retry-after", "Wed, 21 Oct 2026 07:28:00 GMT"),
            Some(2)
        );
        assert_eq!(
            wait("retry-after", "Wednesday, 21-Oct-26 07:28:00 GMT"),
            Some(2)
        );
        assert_eq!(wait("retry-after", "Wed Oct 21 07:28:00 2026"), Some(2));
        assert_eq!(
            wait("retry-after", "Wed, 21 Oct 2015 07:28:00 GMT"),
            Some(0)
        );
        assert_eq!(wait("retry-after", "21 October"), None);
        assert_eq!(wait("retry-after", "99999999999"), None);
    }
}
