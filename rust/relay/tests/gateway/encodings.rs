//! Compressed requests: what the provider gets is plain, what grows too far is refused, and no bomb is ever unpacked.

use bytes::Bytes;
use compression_codecs::core::Level;
use compression_codecs::core::util::{PartialBuffer, WriteBuffer};
use compression_codecs::{BrotliEncoder, EncodeV2, GzipEncoder, ZlibEncoder, ZstdEncoder};
use http::{HeaderValue, Method};
use serde_json::json;

use crate::support::*;

const ENCODINGS: [&str; 4] = ["gzip", "deflate", "br", "zstd"];
/// Each family's path, and what names the error there.
const PATHS: [(&str, &str); 4] = [
    ("/v1/chat/completions", "/error/message"),
    ("/v1/messages", "/error/message"),
    ("/v1/responses", "/error/message"),
    ("/v1beta/models/gpt-4o:generateContent", "/error/message"),
];

fn codec(encoding: &str) -> Box<dyn EncodeV2> {
    match encoding {
        "gzip" => Box::new(GzipEncoder::new(Level::Default.into())),
        "deflate" => Box::new(ZlibEncoder::new(Level::Default.into())),
        "br" => Box::new(BrotliEncoder::new(
            compression_codecs::brotli::params::EncoderParams::default().quality(Level::Precise(5)),
        )),
        _ => Box::new(ZstdEncoder::new(3)),
    }
}

/// Returns the bytes in an encoding.
fn packed(encoding: &str, plain: &[u8]) -> Vec<u8> {
    let mut codec = codec(encoding);
    let mut input = PartialBuffer::new(plain);
    let mut packed = Vec::new();
    let mut buffer = vec![0; 64 * 1024];
    while !input.unwritten().is_empty() {
        let mut output = WriteBuffer::new_initialized(&mut buffer);
        codec.encode(&mut input, &mut output).unwrap();
        packed.extend_from_slice(output.written());
    }
    loop {
        let mut output = WriteBuffer::new_initialized(&mut buffer);
        let is_done = codec.finish(&mut output).unwrap();
        packed.extend_from_slice(output.written());
        if is_done {
            return packed;
        }
    }
}

/// A chat of about so many bytes that compress by half.
fn chat(bytes: usize) -> String {
    let words: String = (0_u32..)
        .map(|number| format!("{:08x}", number.wrapping_mul(2_654_435_761)))
        .take(bytes / 8)
        .collect();
    json!({"model": "gpt-4o", "messages": [{"role": "user", "content": words}]}).to_string()
}

async fn send(node: &Node, path: &str, encoding: &str, body: impl Into<Bytes>) -> Answer {
    let client = node.client();
    let mut request = client.request(Method::POST, path, body);
    let value = HeaderValue::from_str(encoding).unwrap();
    request.headers_mut().insert("content-encoding", value);
    client.whole(request).await
}

#[tokio::test]
async fn the_provider_gets_the_plain_body_of_every_encoding() {
    let upstream = Upstream::start(|_| Reply::json(REPLY));
    let node = Setup::new(vec![channel(1, &upstream.url())]).start();
    for encoding in ENCODINGS {
        for bytes in [10, 65_536, 3_000_000] {
            let plain = chat(bytes);
            let path = "/v1/chat/completions";
            let answer = send(&node, path, encoding, packed(encoding, plain.as_bytes())).await;

            assert_eq!(answer.status, 200, "{encoding} {bytes} {answer:?}");
            let seen = upstream.seen().pop().unwrap();
            assert!(seen.body == plain, "{encoding} {bytes}");
            assert!(seen.headers.get("content-encoding").is_none());
        }
    }
}

#[tokio::test]
async fn streams_of_gzip_and_zstd_that_follow_each_other_are_one_body() {
    let upstream = Upstream::start(|_| Reply::json(REPLY));
    let node = Setup::new(vec![channel(1, &upstream.url())]).start();
    let (first, second) = CHAT.as_bytes().split_at(20);
    for (encoding, status) in [("gzip", 200), ("zstd", 200), ("br", 400), ("deflate", 400)] {
        let body = [packed(encoding, first), packed(encoding, second)].concat();
        let answer = send(&node, "/v1/chat/completions", encoding, body).await;
        assert_eq!(answer.status, status, "{encoding} {answer:?}");
    }
    assert!(upstream.seen().iter().all(|seen| seen.body == CHAT));
}

#[tokio::test]
async fn a_bomb_of_any_encoding_is_refused_in_the_callers_family() {
    let upstream = Upstream::start(|_| Reply::json(REPLY));
    let node = Setup::new(vec![channel(1, &upstream.url())]).start();
    let plain = vec![b' '; 32 * 1024 * 1024];
    for encoding in ENCODINGS {
        let bomb = packed(encoding, &plain);
        assert!(bomb.len() < plain.len() / 500, "{encoding}: a bomb");
        for (path, message) in PATHS {
            let answer = send(&node, path, encoding, bomb.clone()).await;
            assert_eq!(answer.status, 413, "{encoding} {path} {answer:?}");
            assert!(answer.json().pointer(message).is_some(), "{answer:?}");
        }
    }
    assert_eq!(upstream.count(), 0);
}

#[tokio::test]
async fn a_body_counts_by_its_plain_size() {
    let upstream = Upstream::start(|_| Reply::json(REPLY));
    let node = Setup::new(vec![channel(1, &upstream.url())])
        .config(json!({"limits": {"body_bytes": 65_536}}))
        .start();
    let (fits, exceeds) = (chat(65_000), chat(66_000));
    for encoding in ENCODINGS {
        let answer = |plain: &str| {
            let body = packed(encoding, plain.as_bytes());
            assert!(body.len() < 65_536);
            send(&node, "/v1/chat/completions", encoding, body)
        };
        assert_eq!(answer(&fits).await.status, 200, "{encoding}");
        assert_eq!(answer(&exceeds).await.status, 413, "{encoding}");
    }
}

#[tokio::test]
async fn broken_streams_and_unknown_encodings_are_refused() {
    let upstream = Upstream::start(|_| Reply::json(REPLY));
    let node = Setup::new(vec![channel(1, &upstream.url())]).start();
    let plain = chat(300_000);
    for encoding in ENCODINGS {
        let whole = packed(encoding, plain.as_bytes());
        let cut = whole[..whole.len() - 3].to_vec();
        let more = [whole.as_slice(), b"more"].concat();
        let mut changed = whole.clone();
        let middle = whole.len() / 2;
        changed[..middle].reverse();
        let none = Vec::new();
        for (name, body) in [
            ("cut", cut),
            ("more", more),
            ("changed", changed),
            ("none", none),
        ] {
            let answer = send(&node, "/v1/chat/completions", encoding, body).await;
            assert_eq!(answer.status, 400, "{encoding} {name} {answer:?}");
            assert_eq!(answer.json()["error"]["code"], "bad_request_body");
        }
    }
    let twice = packed("gzip", &packed("gzip", CHAT.as_bytes()));
    for (encoding, body) in [("lzma", CHAT.as_bytes().to_vec()), ("gzip, gzip", twice)] {
        for (path, message) in PATHS {
            let answer = send(&node, path, encoding, body.clone()).await;
            assert_eq!(answer.status, 415, "{encoding} {path} {answer:?}");
            assert!(answer.json().pointer(message).is_some(), "{answer:?}");
        }
    }
    assert_eq!(upstream.count(), 0);
}
