//! Anthropic's requests: what is read can be written for every family or is refused, and what is written for Anthropic is
//! read again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use weirgate_wire::translate::{Translating, request};
use weirgate_wire::{Endpoint, Family, vendor};

fn cross(endpoint: Endpoint, to: Family, channel_type: i32, body: &[u8]) -> Option<Vec<u8>> {
    let call = Translating {
        endpoint,
        path_model: None,
        body,
        to,
        profile: vendor::profile(channel_type),
        model: "claude-sonnet-4-5",
    };
    request(&call, |_| {}).ok().map(|wire| wire.body)
}

fuzz_target!(|body: &[u8]| {
    for (to, channel_type) in [
        (Family::OpenaiChat, 1),
        (Family::OpenaiResponses, 1),
        (Family::Gemini, 24),
    ] {
        cross(Endpoint::Messages, to, channel_type, body);
    }
    for endpoint in [Endpoint::Messages, Endpoint::ChatCompletions] {
        if let Some(written) = cross(endpoint, Family::AnthropicMessages, 14, body) {
            let again = cross(Endpoint::Messages, Family::AnthropicMessages, 14, &written);
            assert!(again.is_some(), "what was written is not read again");
        }
    }
});
