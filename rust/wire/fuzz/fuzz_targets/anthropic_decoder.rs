//! Anthropic's streams: the same events for every cut, and whatever they are, every family can write them; the tap sees the
//! same usage. The first byte chooses where to cut.
#![no_main]

use bytes::{Bytes, BytesMut};
use libfuzzer_sys::fuzz_target;
use weirgate_wire::canon::Event;
use weirgate_wire::family::anthropic_messages::upstream_reply;
use weirgate_wire::translate::{StreamTranslator, reply};
use weirgate_wire::{Endpoint, Family, StreamTap};

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
    assert_eq!(decode(&[head, tail]), decode(&[stream]));
    let mut tap = StreamTap::new(Endpoint::Messages, false);
    let mut passed = Vec::new();
    tap.push(Bytes::copy_from_slice(stream), &mut passed);
    tap.finish(&mut passed);
    assert_eq!(passed.concat(), stream);
    for client in [
        Endpoint::Messages,
        Endpoint::ChatCompletions,
        Endpoint::Responses,
        Endpoint::GenerateContent,
    ] {
        let from = Family::AnthropicMessages;
        if let Some(mut translator) = StreamTranslator::new(from, client, "m", true) {
            let mut out = BytesMut::new();
            translator.push(stream, &mut out);
            translator.finish(&mut out);
        }
        let _crossed = reply(from, client, "m", stream);
    }
});
