//! The same canonical events for every cut of a Gemini stream; whatever they are, they can be written, and both forms of the
//! stream hold the same pieces. The first byte chooses where to cut.
#![no_main]

use bytes::BytesMut;
use libfuzzer_sys::fuzz_target;
use weirgate_wire::Endpoint;
use weirgate_wire::canon::Event;
use weirgate_wire::family::gemini::{ArrayStream, StreamForm, client_reply, upstream_reply};

fn decode(pieces: &[&[u8]]) -> Vec<Event> {
    let mut decoder = upstream_reply::Decoder::new();
    let mut events = Vec::new();
    for piece in pieces {
        decoder.push(piece, &mut events);
    }
    decoder.finish(&mut events);
    events
}

fn array(pieces: &[&[u8]]) -> BytesMut {
    let mut array = ArrayStream::new();
    let mut out = BytesMut::new();
    for piece in pieces {
        array.push(piece, &mut out);
    }
    array.finish(true, &mut out);
    out
}

fuzz_target!(|data: &[u8]| {
    let Some((at, stream)) = data.split_first() else {
        return;
    };
    let (head, tail) = stream.split_at(usize::from(*at).min(stream.len()));
    let whole = decode(&[stream]);
    assert_eq!(decode(&[head, tail]), whole);
    assert_eq!(array(&[head, tail]), array(&[stream]));
    let endpoint = Endpoint::StreamGenerateContent;
    for form in [StreamForm::Events, StreamForm::Array] {
        let mut encoder = client_reply::Encoder::new(endpoint, true).in_form(form);
        let mut out = BytesMut::new();
        for event in &whole {
            encoder.push(event, &mut out);
        }
    }
    if let Ok(reply) = upstream_reply::read_reply(stream) {
        let _written = client_reply::write_reply(Endpoint::GenerateContent, &reply);
    }
});
