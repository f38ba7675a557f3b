//! The same canonical events for every cut, and whatever they are, they can be written; the first byte chooses where.
#![no_main]

use bytes::BytesMut;
use libfuzzer_sys::fuzz_target;
use weirgate_wire::Endpoint;
use weirgate_wire::canon::Event;
use weirgate_wire::family::openai_chat::{client_reply, upstream_reply};

fn decode(pieces: &[&[u8]]) -> Vec<Event> {
    let mut decoder = upstream_reply::Decoder::new();
    let mut events = Vec::new();
    for piece in pieces {
        decoder.push(piece, &mut events);
    }
    decoder.finish(&mut events);
    events
}

fuzz_target!(|data: &[u8]| {
    let Some((at, stream)) = data.split_first() else {
        return;
    };
    let (head, tail) = stream.split_at(usize::from(*at).min(stream.len()));
    let whole = decode(&[stream]);
    assert_eq!(decode(&[head, tail]), whole);
    let mut encoder = client_reply::Encoder::new(Endpoint::ChatCompletions, true);
    let mut out = BytesMut::new();
    for event in &whole {
        encoder.push(event, &mut out);
    }
    if let Ok(reply) = upstream_reply::read_reply(stream) {
        let _written = client_reply::write_reply(Endpoint::ChatCompletions, &reply);
    }
});
