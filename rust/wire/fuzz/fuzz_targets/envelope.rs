//! The envelope refuses what is not JSON, takes what is, and a splice is readable again with the model that was asked for.
#![no_main]

use libfuzzer_sys::fuzz_target;
use serde::de::IgnoredAny;
use weirgate_wire::{Edits, Endpoint, Envelope, Family, RequestError};

fuzz_target!(|body: &[u8]| {
    let is_json =
        serde_json::from_slice::<IgnoredAny>(body).is_ok() && std::str::from_utf8(body).is_ok();
    for endpoint in Endpoint::ALL {
        match Envelope::read(endpoint, body) {
            Ok(envelope) => {
                assert!(is_json);
                let edits = Edits {
                    model: Some("other"),
                    force_include_usage: true,
                };
                let spliced = envelope
                    .splice(body, &edits)
                    .unwrap_or_else(|| body.to_vec());
                let again = Envelope::read(endpoint, &spliced).expect("a splice stays readable");
                assert_eq!(again.model, "other");
                let has_options = endpoint.family() == Family::OpenaiChat;
                assert!(!again.stream || !has_options || again.include_usage == Some(true));
                assert_eq!(
                    (again.n, again.max_output_tokens),
                    (envelope.n, envelope.max_output_tokens)
                );
            }
            Err(RequestError::NotJson { .. }) => assert!(!is_json),
            Err(_) => {}
        }
    }
});
