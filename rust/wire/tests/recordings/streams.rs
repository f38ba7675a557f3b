//! Recorded streams: through the tap, into every family, and back.

use std::path::Path;

use bytes::{Bytes, BytesMut};
use weirgate_wire::framing::event_stream::Unframer;
use weirgate_wire::translate::StreamTranslator;
use weirgate_wire::{Endpoint, Family, StreamOutcome, StreamTap};

use super::forms::Form;
use super::said::{compare, said};
use super::{CLIENTS, Crossed, framings};

/// The longest stream that is also tried with a line of 5 MB.
const LONG_LINE_UP_TO: usize = 3_000;

fn tap(endpoint: Endpoint, pieces: &[&[u8]]) -> (Vec<u8>, StreamOutcome) {
    let mut tap = StreamTap::new(endpoint, false);
    let mut out = Vec::new();
    for piece in pieces {
        tap.push(Bytes::copy_from_slice(piece), &mut out);
    }
    tap.finish(&mut out);
    (out.concat(), tap.outcome().clone())
}

/// Crosses a stream; one of AWS's messages is unframed before, as the gateway does.
fn cross(from: Family, to: Endpoint, is_framed: bool, pieces: &[&[u8]]) -> (String, StreamOutcome) {
    let mut translator = StreamTranslator::new(from, to, "asked-for", true).expect("is a way");
    let mut unframer = is_framed.then(Unframer::new);
    let mut out = BytesMut::new();
    for piece in pieces {
        match &mut unframer {
            None => translator.push(piece, &mut out),
            Some(unframer) => {
                let mut events = Vec::new();
                unframer.push(piece, &mut events);
                translator.push(&events, &mut out);
            }
        }
    }
    translator.finish(&mut out);
    let text = String::from_utf8(out.to_vec()).expect("stream is text");
    (text, translator.outcome().clone())
}

/// Some recordings hold two answers, one behind the other.
fn first_answer(mut stream: Vec<u8>) -> Vec<u8> {
    let marks = [
        "{\"type\":\"message_stop\"",
        "{\"type\":\"response.completed\"",
    ];
    let mut ends = marks
        .iter()
        .filter_map(|mark| memchr::memmem::find(&stream, mark.as_bytes()));
    if let Some(at) = ends.next() {
        let behind = stream.split_at(at).1;
        let end = memchr::memmem::find(behind, b"\n\n").map_or(behind.len(), |end| end + 2);
        stream.truncate(at + end);
    }
    stream
}

fn check_tap(path: &Path, endpoint: Endpoint, stream: &[u8]) -> StreamOutcome {
    let name = path.display();
    let (passed, outcome) = tap(endpoint, &[stream]);
    assert_eq!(passed, stream, "{name}: a byte changed");
    let mut says = [&b"\"usage\":{"[..], b"\"usage\": {", b"\"usageMetadata\""].into_iter();
    let says_usage = says.any(|words| memchr::memmem::find(stream, words).is_some());
    assert_eq!(outcome.usage.is_some(), says_usage, "{name}: usage");
    for way in framings::cuts(stream) {
        let cut = tap(endpoint, &framings::pieces(stream, &way));
        assert!(cut.0 == stream, "{name} cut {way:?}: a byte changed");
        assert_eq!(cut.1, outcome, "{name} cut {way:?}");
    }
    for (title, other) in framings::others(stream) {
        let (passed, seen) = tap(endpoint, &[&other]);
        assert!(passed == other, "{name} with {title}: a byte changed");
        assert_eq!(seen.usage, outcome.usage, "{name} with {title}");
        assert_eq!(
            seen.output_bytes, outcome.output_bytes,
            "{name} with {title}"
        );
        assert_eq!(seen.finished, outcome.finished, "{name} with {title}");
    }
    outcome
}

pub(super) fn check(
    form: &Form,
    path: &Path,
    ending: &str,
    stream: Vec<u8>,
    crossed: &mut Crossed,
) {
    let name = path.display();
    let (from, is_events) = (form.family, ending == "sse");
    let stream = if is_events {
        first_answer(stream)
    } else {
        stream
    };
    let is_framed = ending == "bin";
    let passed = form.own.map(|endpoint| check_tap(path, endpoint, &stream));
    let (chat, first) = cross(from, Endpoint::ChatCompletions, is_framed, &[&stream]);
    assert!(first.events > 0, "{name}: nothing was read");
    // What a decoder reads does not depend on where it goes: one way of them all is enough.
    for way in framings::cuts(&stream) {
        let pieces = framings::pieces(&stream, &way);
        let cut = cross(from, Endpoint::ChatCompletions, is_framed, &pieces).0;
        assert!(cut == chat, "{name} cut {way:?}: says something else");
    }
    for client in CLIENTS {
        let (whole, seen) = cross(from, client, is_framed, &[&stream]);
        let to = client.as_str();
        if let Some(passed) = &passed {
            assert_eq!(seen.usage, passed.usage, "{name} to {to}");
            assert_eq!(seen.finished, passed.finished, "{name} to {to}");
        }
        if is_events {
            check_framings(path, from, client, &stream, &whole);
        }
        if client.family() != from && client != Endpoint::ChatCompletions {
            let bytes = [whole.as_bytes()];
            let (back, _) = cross(client.family(), Endpoint::ChatCompletions, false, &bytes);
            compare(path, &said(&chat), &said(&back));
        }
        if client.family() != from {
            crossed.keep(path, client, "stream", &whole);
        }
    }
}

fn check_framings(path: &Path, from: Family, client: Endpoint, stream: &[u8], whole: &str) {
    let name = path.display();
    for (title, other) in framings::others(stream) {
        let (text, _) = cross(from, client, false, &[&other]);
        assert!(text == whole, "{name} with {title} to {}", client.as_str());
    }
    if stream.len() > LONG_LINE_UP_TO || client.family() == from {
        return;
    }
    if let Some(long) = framings::with_long_line(stream) {
        let pieces: Vec<_> = long.chunks(16 * 1024).collect();
        let (text, _) = cross(from, client, false, &pieces);
        assert!(
            text == whole,
            "{name} with a long line to {}",
            client.as_str()
        );
    }
}
