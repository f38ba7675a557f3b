//! What an answer says of rate limits, in the headers of the client's family: `x-ratelimit-*` as
//! `OpenAI` names them, `anthropic-ratelimit-*` for Anthropic's clients.

use http::{HeaderMap, HeaderName, HeaderValue};
use weirgate_policy::limits::{LimitKind, Limited, Standing, Standings, rfc3339};
use weirgate_wire::{Endpoint, Family};

use crate::state::clock;

/// The three headers of one kind of limit.
struct Names([HeaderName; 3]);

const REQUESTS: Names = Names([
    HeaderName::from_static("x-ratelimit-limit-requests"),
    HeaderName::from_static("x-ratelimit-remaining-requests"),
    HeaderName::from_static("x-ratelimit-reset-requests"),
]);
const TOKENS: Names = Names([
    HeaderName::from_static("x-ratelimit-limit-tokens"),
    HeaderName::from_static("x-ratelimit-remaining-tokens"),
    HeaderName::from_static("x-ratelimit-reset-tokens"),
]);
const ANTHROPIC_REQUESTS: Names = Names([
    HeaderName::from_static("anthropic-ratelimit-requests-limit"),
    HeaderName::from_static("anthropic-ratelimit-requests-remaining"),
    HeaderName::from_static("anthropic-ratelimit-requests-reset"),
]);
const ANTHROPIC_TOKENS: Names = Names([
    HeaderName::from_static("anthropic-ratelimit-tokens-limit"),
    HeaderName::from_static("anthropic-ratelimit-tokens-remaining"),
    HeaderName::from_static("anthropic-ratelimit-tokens-reset"),
]);

/// Says how the limits stand. What a provider said of its own limits goes: it is not the client's.
pub(crate) fn tell(headers: &mut HeaderMap, standings: Standings, endpoint: Option<Endpoint>) {
    let is_anthropic = endpoint.map(Endpoint::family) == Some(Family::AnthropicMessages);
    let (requests, tokens) = if is_anthropic {
        (ANTHROPIC_REQUESTS, ANTHROPIC_TOKENS)
    } else {
        (REQUESTS, TOKENS)
    };
    for (names, standing) in [(requests, standings.requests), (tokens, standings.tokens)] {
        if let Some(standing) = standing {
            write(headers, names, standing, is_anthropic);
        }
    }
}

/// Says which limit refused a call, where the families have words for it.
pub(crate) fn tell_refused(headers: &mut HeaderMap, limited: &Limited, endpoint: Option<Endpoint>) {
    let exceeded = &limited.exceeded;
    let standing = Some(Standing {
        limit: exceeded.limit,
        remaining: exceeded.remaining,
        reset_ms: exceeded.wait_ms,
    });
    let standings = match exceeded.kind {
        LimitKind::TokensPerMinute => Standings {
            tokens: standing,
            requests: None,
        },
        LimitKind::RequestsPerMinute
        | LimitKind::RequestsPerDay
        | LimitKind::ModelRequests
        | LimitKind::ModelSuccesses => Standings {
            requests: standing,
            tokens: None,
        },
        _ => return,
    };
    tell(headers, standings, endpoint);
}

fn write(headers: &mut HeaderMap, names: Names, standing: Standing, is_anthropic: bool) {
    let [limit, remaining, reset] = names.0;
    headers.insert(limit, HeaderValue::from(standing.limit));
    headers.insert(remaining, HeaderValue::from(standing.remaining));
    let text = if is_anthropic {
        // Whole seconds, as Anthropic writes them; rounded up.
        let at_ms = clock::now_ms().saturating_add(standing.reset_ms);
        rfc3339((at_ms + 999).div_euclid(1_000) * 1_000)
    } else {
        span(standing.reset_ms)
    };
    if let Ok(value) = HeaderValue::try_from(text) {
        headers.insert(reset, value);
    }
}

/// Writes a span as `OpenAI` does: `20ms`, `1s`, `6m0s`, `23h59m1s`.
fn span(ms: i64) -> String {
    let ms = ms.max(0);
    if ms < 1_000 {
        return format!("{ms}ms");
    }
    let seconds = (ms + 999) / 1_000;
    let (hours, minutes, rest) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    match (hours, minutes) {
        (0, 0) => format!("{rest}s"),
        (0, _) => format!("{minutes}m{rest}s"),
        _ => format!("{hours}h{minutes}m{rest}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_written_as_openai_does() {
        for (ms, text) in [
            (-5, "0ms"),
            (0, "0ms"),
            (20, "20ms"),
            (1_000, "1s"),
            (59_001, "1m0s"),
            (360_000, "6m0s"),
            (86_341_000, "23h59m1s"),
        ] {
            assert_eq!(span(ms), text);
        }
    }
}
