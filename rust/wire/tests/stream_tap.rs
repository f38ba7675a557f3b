//! The tap as the relay uses it: what passes, what is withheld, what is learnt, however the bytes are cut.

use bytes::Bytes;
use weirgate_wire::{Endpoint, StreamOutcome, StreamTap};

const ROLE: &str = "data: {\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"},\"finish_reason\":null}],\"usage\":null}\n\n";
const HELLO: &str = "data: {\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Hel\\\"lo \\u00e9\"},\"finish_reason\":null}],\"usage\":null}\n\n";
const STOP: &str = "data: {\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}],\"usage\":null}\n\n";
const USAGE: &str = "data: {\"id\":\"c\",\"choices\":[],\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":3,\"total_tokens\":12,\"prompt_tokens_details\":{\"cached_tokens\":4}}}\n\n";
const DONE: &str = "data: [DONE]\n\n";

fn run(withholds: bool, pieces: &[&[u8]]) -> (Vec<u8>, StreamOutcome) {
    let mut tap = StreamTap::new(Endpoint::ChatCompletions, withholds);
    let mut out = Vec::new();
    for piece in pieces {
        tap.push(Bytes::copy_from_slice(piece), &mut out);
    }
    tap.finish(&mut out);
    (out.concat(), tap.outcome().clone())
}

#[test]
fn a_tap_that_withholds_nothing_passes_every_byte() {
    let stream = [ROLE, HELLO, STOP, USAGE, DONE].concat();
    for at in 0..=stream.len() {
        let (head, tail) = stream.as_bytes().split_at(at);
        let (out, outcome) = run(false, &[head, tail]);
        assert_eq!(out, stream.as_bytes(), "cut at {at}");
        assert_eq!(outcome, run(false, &[stream.as_bytes()]).1, "cut at {at}");
    }
}

#[test]
fn the_usage_chunk_is_withheld_and_nothing_else_wherever_the_bytes_are_cut() {
    for breaks in ["\n", "\r\n", "\r"] {
        let with = |events: &[&str]| events.concat().replace('\n', breaks);
        let stream = with(&[ROLE, HELLO, ": PING\n\n", STOP, USAGE, DONE]);
        let wanted = with(&[ROLE, HELLO, ": PING\n\n", STOP, DONE]);
        for at in 0..=stream.len() {
            let (head, tail) = stream.as_bytes().split_at(at);
            let (out, outcome) = run(true, &[head, tail]);
            assert_eq!(String::from_utf8_lossy(&out), wanted, "cut at {at}");
            let usage = outcome.usage.expect("usage was there");
            assert_eq!(
                (usage.prompt, usage.completion, usage.cached_read),
                (9, 3, 4)
            );
            assert!(outcome.done && outcome.finished);
            assert_eq!((outcome.events, outcome.content_events), (5, 1));
            assert_eq!(outcome.output_bytes, "Hel\"lo é".len() as u64);
        }
        let single: Vec<&[u8]> = stream.as_bytes().chunks(1).collect();
        assert_eq!(run(true, &single).0, wanted.as_bytes());
    }
}

#[test]
fn whole_events_are_forwarded_at_once_as_the_very_same_bytes() {
    let mut tap = StreamTap::new(Endpoint::ChatCompletions, true);
    for event in [ROLE, HELLO, STOP] {
        let chunk = Bytes::from(event);
        let mut out = Vec::new();
        tap.push(chunk.clone(), &mut out);
        assert_eq!(out, vec![chunk.clone()]);
        assert_eq!(out[0].as_ptr(), chunk.as_ptr());
    }
}

#[test]
fn a_usage_chunk_that_carries_choices_is_never_withheld() {
    let chunk = "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"x\"}}],\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":0}}\n\n";
    let (out, outcome) = run(true, &[chunk.as_bytes()]);
    assert_eq!(out, chunk.as_bytes());
    assert_eq!(
        outcome.usage.map(|usage| (usage.prompt, usage.completion)),
        Some((1, 0))
    );
}

#[test]
fn an_error_inside_the_stream_is_kept_apart_from_usage() {
    let chunk = "data: {\"error\":{\"message\":\"overloaded\",\"type\":\"server_error\",\"code\":503},\"usage\":{\"prompt_tokens\":7}}\n\n";
    let (out, outcome) = run(true, &[chunk.as_bytes()]);
    assert_eq!(out, chunk.as_bytes());
    assert_eq!(outcome.usage, None);
    let error = outcome.error.expect("error was there");
    assert_eq!(
        (error.message.as_str(), error.code.as_deref()),
        ("overloaded", Some("503"))
    );
}

#[test]
fn the_last_usage_of_many_wins() {
    let with = |tokens: u32| {
        format!(
            "data: {{\"choices\":[{{\"delta\":{{\"content\":\"a\"}}}}],\"usage\":{{\"prompt_tokens\":5,\"completion_tokens\":{tokens}}}}}\n\n"
        )
    };
    let stream = [with(1), with(2), with(3)].concat();
    assert_eq!(
        run(false, &[stream.as_bytes()])
            .1
            .usage
            .map(|usage| usage.completion),
        Some(3)
    );
}

#[test]
fn an_event_over_the_limit_is_released_and_later_ones_are_still_read() {
    let long = format!(
        "data: {{\"choices\":[{{\"delta\":{{\"content\":\"{}\"}}}}]}}\n\n",
        "x".repeat(200_000)
    );
    let stream = [long.as_str(), USAGE, DONE].concat();
    let pieces: Vec<&[u8]> = stream.as_bytes().chunks(1000).collect();
    let (out, outcome) = run(true, &pieces);
    assert_eq!(out, [long.as_str(), DONE].concat().as_bytes());
    assert!(outcome.usage.is_some() && outcome.done);
}

#[test]
fn usage_is_read_even_in_an_event_too_large_to_keep() {
    let image = "A".repeat(300_000);
    let stream = format!(
        "data: {{\"choices\":[{{\"delta\":{{\"images\":[\"{image}\"]}}}}],\"usage\":{{\"prompt_tokens\":3,\"completion_tokens\":1290}}}}\n\n{DONE}"
    );
    let pieces: Vec<&[u8]> = stream.as_bytes().chunks(4000).collect();
    let (out, outcome) = run(true, &pieces);
    assert_eq!(out, stream.as_bytes());
    assert_eq!(outcome.usage.map(|usage| usage.completion), Some(1290));
    assert!(outcome.done);
}

#[test]
fn a_long_output_is_counted_as_it_passes() {
    let mut tap = StreamTap::new(Endpoint::ChatCompletions, false);
    let mut out = Vec::new();
    for _ in 0..2000 {
        tap.push(
            Bytes::from_static(b"data: {\"choices\":[{\"delta\":{\"content\":\" hello\"}}]}\n\n"),
            &mut out,
        );
    }
    assert_eq!(tap.output_tokens_estimate("gpt-4o"), 2000);
}
