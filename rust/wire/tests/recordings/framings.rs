//! The same stream in other clothes: cut elsewhere, with other line ends, comments, a byte order mark, a very long line, no
//! last line feed. What it says must not change.

use memchr::memmem;

/// Streams up to this size are cut in two at every byte.
const SMALL: usize = 1_500;
/// Ways in which larger ones are cut, beside pieces of equal size.
const RANDOM: u64 = 12;
const LONG_LINE: usize = 5 * 1024 * 1024;

/// Returns ways to cut a stream, each as the pieces' ends.
pub(super) fn cuts(stream: &[u8]) -> Vec<Vec<usize>> {
    let length = stream.len();
    let mut ways: Vec<Vec<usize>> = [1, 7, 64, 1_000]
        .iter()
        .map(|size| (*size..length).step_by(*size).collect())
        .collect();
    if length <= SMALL {
        ways.extend((1..length).map(|at| vec![at]));
        return ways;
    }
    let mut random = 0x9E37_79B9_7F4A_7C15 ^ length as u64;
    for _ in 0..RANDOM {
        let mut at = 0;
        let mut way = Vec::new();
        loop {
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            at += 1 + (random % 3_000) as usize;
            if at >= length {
                break;
            }
            way.push(at);
        }
        ways.push(way);
    }
    ways
}

/// Returns the pieces between a way's cuts.
pub(super) fn pieces<'a>(stream: &'a [u8], way: &[usize]) -> Vec<&'a [u8]> {
    let starts = std::iter::once(0).chain(way.iter().copied());
    let ends = way.iter().copied().chain(std::iter::once(stream.len()));
    starts
        .zip(ends)
        .map(|(from, to)| &stream[from..to])
        .collect()
}

/// Returns an event stream in other framings that mean the same, each under its name.
pub(super) fn others(stream: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    let plain = String::from_utf8(stream.to_vec())
        .unwrap()
        .replace("\r\n", "\n");
    let commented = plain.replace("\n\n", "\n: \u{2026} keep-alive\n\n: PING\n\n");
    let retried = format!("retry: 3000\nid: 7\n\n{plain}");
    vec![
        ("CRLF", plain.replace('\n', "\r\n").into_bytes()),
        ("CR", plain.replace('\n', "\r").into_bytes()),
        ("comments", commented.into_bytes()),
        ("other fields", retried.into_bytes()),
        ("byte order mark", format!("\u{feff}{plain}").into_bytes()),
        ("no last line feed", plain.trim_end().as_bytes().to_vec()),
        (
            "no blank behind the colon",
            plain.replace("data: {", "data:{").into_bytes(),
        ),
    ]
}

/// Returns the stream with 5 MB in one line: a field that nobody knows, in the first event.
pub(super) fn with_long_line(stream: &[u8]) -> Option<Vec<u8>> {
    let at = memmem::find(stream, b"data: {\"")? + b"data: {".len();
    let mut long = stream[..at].to_vec();
    long.extend_from_slice(b"\"padding_of_a_test\":\"");
    long.resize(long.len() + LONG_LINE, b'A');
    long.extend_from_slice(b"\",");
    long.extend_from_slice(&stream[at..]);
    Some(long)
}
