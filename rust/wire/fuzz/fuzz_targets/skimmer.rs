//! A skimmer finds in pieces what the whole reader finds in a reply that is JSON; the first byte chooses the pieces.
#![no_main]

use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use weirgate_wire::{Endpoint, ReplySkimmer, reply_facts};

fuzz_target!(|data: &[u8]| {
    let Some((size, reply)) = data.split_first() else {
        return;
    };
    let mut skimmer = ReplySkimmer::new();
    for piece in reply.chunks(usize::from(*size).max(1)) {
        skimmer.push(piece);
    }
    let found = skimmer.facts();
    let document = serde_json::from_slice::<Value>(reply);
    // Usage in `choices` and `x_groq` is read from whole replies only; the other words are those of other families.
    let foreign = [
        "choices", "x_groq", "usageMetadata", "response", "message", "meta", "data", "duration",
    ];
    let is_plain = document
        .is_ok_and(|document| foreign.iter().all(|field| document.get(field).is_none()));
    if is_plain {
        assert_eq!(found, reply_facts(Endpoint::Embeddings, reply));
    }
});
