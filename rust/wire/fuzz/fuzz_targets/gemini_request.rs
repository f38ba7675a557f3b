//! Whatever a Gemini client sends is refused or read; what is read is written for Gemini as JSON and crosses into chat, or is
//! refused by name.
#![no_main]

use libfuzzer_sys::fuzz_target;
use weirgate_wire::canon::Request;
use weirgate_wire::family::gemini::{client_request, upstream_request};
use weirgate_wire::translate::{Translating, request};
use weirgate_wire::{Endpoint, Family, vendor};

fn read(body: &[u8]) -> Option<Request> {
    client_request::read(Endpoint::GenerateContent, Some("gemini-2.5-pro"), body).ok()
}

fuzz_target!(|body: &[u8]| {
    for endpoint in [
        Endpoint::EmbedContent,
        Endpoint::BatchEmbedContents,
        Endpoint::GenerateContent,
    ] {
        let call = Translating {
            endpoint,
            path_model: Some("m"),
            body,
            to: if endpoint.is_embedding() {
                Family::Embeddings
            } else {
                Family::OpenaiChat
            },
            profile: vendor::profile(1),
            model: "m",
        };
        let _crossed = request(&call, |_| {});
    }
    let Some(canon) = read(body) else {
        return;
    };
    if let Ok(wire) = upstream_request::write(&canon, vendor::profile(24)) {
        let document = serde_json::from_slice::<serde_json::Value>(&wire.body);
        assert!(document.is_ok_and(|document| document["contents"].is_array()));
    }
});
