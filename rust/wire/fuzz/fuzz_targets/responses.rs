//! The responses family on any bytes: the same events for every cut, whatever they are they can be written; and any body is
//! read as a request, crossed and written, or refused. The first byte chooses where a stream is cut.
#![no_main]

use bytes::BytesMut;
use libfuzzer_sys::fuzz_target;
use weirgate_wire::canon::{Event, Question};
use weirgate_wire::family::openai_responses::{
    client_reply, client_request, upstream_reply, upstream_request,
};
use weirgate_wire::translate::{Translating, request};
use weirgate_wire::{Endpoint, Family, vendor};

fn decode(pieces: &[&[u8]]) -> Vec<Event> {
    let mut decoder = upstream_reply::Decoder::new();
    let mut events = Vec::new();
    for piece in pieces {
        decoder.push(piece, &mut events);
    }
    decoder.finish(&mut events);
    events
}

fn ask(body: &[u8]) {
    if let Ok(canon) = client_request::read(Endpoint::Responses, None, body) {
        let _written = upstream_request::write(&canon, vendor::profile(1));
    }
    for to in [Family::OpenaiChat, Family::AnthropicMessages, Family::Gemini] {
        let call = Translating {
            endpoint: Endpoint::Responses,
            path_model: None,
            body,
            to,
            profile: vendor::profile(1),
            model: "m",
        };
        let _crossed = request(&call, |_| {});
    }
}

fuzz_target!(|data: &[u8]| {
    let Some((at, bytes)) = data.split_first() else {
        return;
    };
    let (head, tail) = bytes.split_at(usize::from(*at).min(bytes.len()));
    let whole = decode(&[bytes]);
    assert_eq!(decode(&[head, tail]), whole);
    let mut encoder = client_reply::Encoder::new(Endpoint::Responses, true);
    let mut out = BytesMut::new();
    for event in &whole {
        encoder.push(event, &mut out);
    }
    if let Ok(reply) = upstream_reply::read_reply(bytes) {
        let _written = client_reply::write_reply(&Question::default(), &reply);
    }
    ask(bytes);
});
