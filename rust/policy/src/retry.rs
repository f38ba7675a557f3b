//! Whether a failed attempt is followed by another candidate.
//!
//! Asked by the call station before the first byte has gone to the client, never after. The order
//! of the rules is the family's; the statuses that qualify are an option.

use std::str::FromStr;

use serde::{Deserialize, Deserializer};

/// The family's default of the statuses that are tried again.
const DEFAULT_RETRY_STATUS: [(u16, u16); 7] = [
    (100, 199),
    (300, 399),
    (401, 407),
    (409, 499),
    (500, 503),
    (505, 523),
    (525, 599),
];
/// The lowest status that means something in HTTP.
const FIRST_STATUS: u16 = 100;
/// The highest.
const LAST_STATUS: u16 = 599;

/// What went wrong with an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailureKind {
    /// The upstream answered with an error status.
    Status,
    /// No connection, or it broke before headers came.
    Connect,
    /// One of our own time limits ran out before the first byte.
    Timeout,
    /// The upstream's answer could not be read (`bad_response_body`).
    BadBody,
    /// The channel itself is unfit: no key, broken mapping, wrong override (`channel:*`).
    Channel,
    /// The upstream's family has no words for the request, so nothing was sent; another's may.
    Unsaid,
    /// Our own refusal: validation, conversion, quota. No other channel would help.
    Local,
}

/// A failed attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The status after the channel's status mapping; `None` when no answer came.
    pub status: Option<u16>,
    /// What went wrong.
    pub kind: FailureKind,
}

/// What to do after a failed attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Try the next candidate.
    Next,
    /// Answer the client with this failure.
    Stop,
}

/// Returns what to do after `attempts_made` attempts (this failed one included) of at most
/// `retry_times + 1`.
#[must_use]
pub fn verdict(
    failure: &Failure,
    attempts_made: u32,
    pinned: bool,
    options: &crate::snapshot::Options,
) -> Verdict {
    if failure.kind == FailureKind::Unsaid && !pinned {
        return Verdict::Next;
    }
    if pinned || attempts_made > options.retry_times || failure.kind == FailureKind::Local {
        return Verdict::Stop;
    }
    match failure.kind {
        FailureKind::Channel | FailureKind::Connect | FailureKind::Timeout => Verdict::Next,
        FailureKind::BadBody | FailureKind::Unsaid | FailureKind::Local => Verdict::Stop,
        FailureKind::Status => by_status(failure.status, &options.retry_status_codes),
    }
}

/// Why a failure switches a channel, or one of its keys, off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DisableCause {
    /// The channel cannot be used as it is set.
    Channel,
    /// The provider's status is one of those that the options name.
    Status,
    /// The provider's words are among those that the options name.
    Keyword,
}

/// Returns why a failed attempt switches its channel off; `None` when it does not. `status` is the
/// provider's own, `message` what it said.
#[must_use]
pub fn disables(
    failure: &Failure,
    status: u16,
    message: &str,
    auto_ban: bool,
    options: &crate::snapshot::Options,
) -> Option<DisableCause> {
    if !options.automatic_disable || !auto_ban {
        return None;
    }
    match failure.kind {
        FailureKind::Channel => Some(DisableCause::Channel),
        FailureKind::Status if options.disable_status_codes.contains(status) => {
            Some(DisableCause::Status)
        }
        FailureKind::Status => {
            let message = message.to_lowercase();
            let mut words = options.disable_keywords.iter();
            words
                .any(|word| !word.is_empty() && message.contains(word.as_str()))
                .then_some(DisableCause::Keyword)
        }
        FailureKind::Connect
        | FailureKind::Timeout
        | FailureKind::BadBody
        | FailureKind::Unsaid
        | FailureKind::Local => None,
    }
}

fn by_status(status: Option<u16>, again: &StatusRanges) -> Verdict {
    match status {
        None => Verdict::Next,
        Some(200..=299 | 504 | 524) => Verdict::Stop,
        Some(status) if !(FIRST_STATUS..=LAST_STATUS).contains(&status) => Verdict::Next,
        Some(status) if again.contains(status) => Verdict::Next,
        Some(_) => Verdict::Stop,
    }
}

/// A set of HTTP statuses, read from text like `401,500-503`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusRanges(Vec<(u16, u16)>);

/// Why a text is not a list of statuses.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a status or a range of statuses from 100 to 599")]
pub struct StatusRangesError(String);

impl StatusRanges {
    /// Tells whether the status is in the set.
    #[must_use]
    pub fn contains(&self, status: u16) -> bool {
        self.0
            .iter()
            .any(|(first, last)| (*first..=*last).contains(&status))
    }
}

impl StatusRanges {
    /// The set of one status.
    #[must_use]
    pub fn only(status: u16) -> Self {
        Self(vec![(status, status)])
    }
}

impl Default for StatusRanges {
    fn default() -> Self {
        Self(DEFAULT_RETRY_STATUS.to_vec())
    }
}

impl FromStr for StatusRanges {
    type Err = StatusRangesError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.split(',')
            .map(str::trim)
            .filter(|part| !part.is_empty())
            .map(|part| range(part).ok_or_else(|| StatusRangesError(part.to_owned())))
            .collect::<Result<_, _>>()
            .map(Self)
    }
}

fn range(part: &str) -> Option<(u16, u16)> {
    let (first, last) = part.split_once('-').unwrap_or((part, part));
    let first: u16 = first.trim().parse().ok()?;
    let last: u16 = last.trim().parse().ok()?;
    (first >= FIRST_STATUS && first <= last && last <= LAST_STATUS).then_some((first, last))
}

impl<'de> Deserialize<'de> for StatusRanges {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}
