//! Every vendor's own dialect on any bytes: the same answer for every cut of a stream, any bytes as a whole answer, and any
//! body as a call written for it, or refused; the same for what vendors have beside chat. The first byte chooses the vendor,
//! the second where the stream is cut.
#![no_main]

use bytes::BytesMut;
use libfuzzer_sys::fuzz_target;
use weirgate_wire::translate::{StreamTranslator, Translating, reply, request};
use weirgate_wire::vendor::{Profile, Way, follow, profiles};
use weirgate_wire::{Endpoint, Family};

const CLIENTS: [Endpoint; 4] = [
    Endpoint::ChatCompletions,
    Endpoint::Messages,
    Endpoint::Responses,
    Endpoint::GenerateContent,
];

fn heard(from: Family, pieces: &[&[u8]]) -> Option<BytesMut> {
    let mut translator = StreamTranslator::new(from, Endpoint::ChatCompletions, "m", true)?;
    let mut out = BytesMut::new();
    for piece in pieces {
        translator.push(piece, &mut out);
    }
    translator.finish(&mut out);
    Some(out)
}

fn own_form(row: &'static Profile) -> Option<(&'static Profile, Family)> {
    match row.way(Endpoint::ChatCompletions, "m") {
        Some(Way::Translated(family @ Family::Vendor(_))) => Some((row, family)),
        _ => None,
    }
}

/// What a vendor has beside chat: any bytes as an answer, and as a call.
fn beside_chat(row: &'static Profile, bytes: &[u8]) {
    for endpoint in [
        Endpoint::Rerank,
        Endpoint::ImageGenerations,
        Endpoint::Embeddings,
    ] {
        let model = "imagen";
        let Some(Way::Translated(to)) = row.way(endpoint, model) else {
            continue;
        };
        let _read = reply(to, endpoint, model, bytes);
        if let Some(again) = follow(to, bytes) {
            let _address = again.address("https://h/api/v1/x");
        }
        let call = Translating {
            endpoint,
            path_model: None,
            body: bytes,
            to,
            profile: row,
            model,
        };
        let _written = request(&call, |_| {});
    }
}

fuzz_target!(|data: &[u8]| {
    let [choice, at, bytes @ ..] = data else {
        return;
    };
    let rows = profiles();
    beside_chat(&rows[usize::from(*choice) % rows.len()], bytes);
    let vendors: Vec<_> = profiles().iter().filter_map(own_form).collect();
    let (row, family) = vendors[usize::from(*choice) % vendors.len()];
    let (head, tail) = bytes.split_at(usize::from(*at).min(bytes.len()));
    assert_eq!(heard(family, &[head, tail]), heard(family, &[bytes]));
    for to in CLIENTS {
        let _read = reply(family, to, "m", bytes);
    }
    let call = Translating {
        endpoint: Endpoint::ChatCompletions,
        path_model: None,
        body: bytes,
        to: family,
        profile: row,
        model: "m",
    };
    let _written = request(&call, |_| {});
});
