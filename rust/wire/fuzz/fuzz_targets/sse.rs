//! The same events for every cut; the first byte chooses where.
#![no_main]

use libfuzzer_sys::fuzz_target;
use weirgate_wire::framing::sse::SseParser;

fn events(pieces: &[&[u8]]) -> Vec<(String, Vec<u8>)> {
    let mut parser = SseParser::new();
    let mut found = Vec::new();
    for piece in pieces {
        parser.push(piece, &mut |event| {
            found.push((event.event.to_owned(), event.data.to_vec()))
        });
    }
    parser.finish(&mut |event| found.push((event.event.to_owned(), event.data.to_vec())));
    found
}

fuzz_target!(|data: &[u8]| {
    let Some((at, stream)) = data.split_first() else {
        return;
    };
    let (head, tail) = stream.split_at(usize::from(*at).min(stream.len()));
    let bytewise: Vec<&[u8]> = stream.chunks(1).collect();
    let whole = events(&[stream]);
    assert_eq!(events(&[head, tail]), whole);
    assert_eq!(events(&bytewise), whole);
});
