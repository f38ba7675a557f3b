//! Every byte passes when nothing is withheld; cuts change neither bytes nor outcome; the first byte chooses where.
#![no_main]

use bytes::Bytes;
use libfuzzer_sys::fuzz_target;
use weirgate_wire::{Endpoint, StreamOutcome, StreamTap};

fn pass(withholds: bool, pieces: &[&[u8]]) -> (Vec<u8>, StreamOutcome) {
    let mut tap = StreamTap::new(Endpoint::ChatCompletions, withholds);
    let mut out = Vec::new();
    for piece in pieces {
        tap.push(Bytes::copy_from_slice(piece), &mut out);
    }
    tap.finish(&mut out);
    (out.concat(), tap.outcome().clone())
}

fuzz_target!(|data: &[u8]| {
    let Some((at, stream)) = data.split_first() else {
        return;
    };
    let (head, tail) = stream.split_at(usize::from(*at).min(stream.len()));
    let bytewise: Vec<&[u8]> = stream.chunks(1).collect();
    for withholds in [false, true] {
        let whole = pass(withholds, &[stream]);
        assert!(withholds || whole.0 == stream);
        assert_eq!(pass(withholds, &[head, tail]), whole);
        assert_eq!(pass(withholds, &bytewise), whole);
    }
});
