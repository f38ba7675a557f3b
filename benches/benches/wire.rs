//! Times the wire crate's hot paths: the envelope of a small and a large body, one stream chunk through the tap,
//! whole replies and token counting. Figures are shown, never asserted.

use std::hint::black_box;

use bytes::Bytes;
use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use weirgate_wire::{Edits, Endpoint, Envelope, ReplySkimmer, StreamTap, reply_facts, tokens};

const CHUNK: &str = "data: {\"id\":\"chatcmpl-B9MBs8CjcvOU2jLn4n570S5qMJKcT\",\"object\":\"chat.completion.chunk\",\"created\":1694268190,\"model\":\"gpt-4o\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\" hello\"},\"finish_reason\":null}]}\n\n";
const USAGE_CHUNK: &str = "data: {\"id\":\"chatcmpl-B9MBs8CjcvOU2jLn4n570S5qMJKcT\",\"object\":\"chat.completion.chunk\",\"created\":1694268190,\"model\":\"gpt-4o\",\"choices\":[],\"usage\":{\"prompt_tokens\":19,\"completion_tokens\":10,\"total_tokens\":29,\"prompt_tokens_details\":{\"cached_tokens\":0}}}\n\n";

/// A chat body of about `size` bytes: a system text, and turns of prose and code with escapes.
fn chat_body(size: usize) -> Vec<u8> {
    let turn = "The weir holds the water back, and the gate measures it.\\n```rust\\nfn main() { println!(\\\"{}\\\", 1); }\\n```\\n";
    let mut body = String::from(
        "{\"model\":\"gpt-4o\",\"stream\":true,\"temperature\":0.7,\"max_tokens\":512,\"messages\":[{\"role\":\"system\",\"content\":\"You are terse.\"}",
    );
    while body.len() < size {
        body.push_str(",{\"role\":\"user\",\"content\":\"");
        let room = size.saturating_sub(body.len()).clamp(200, 8000);
        for _ in 0..=room / turn.len() {
            body.push_str(turn);
        }
        body.push_str("\"}");
    }
    body.push_str("]}");
    body.into_bytes()
}

fn cjk_body(size: usize) -> Vec<u8> {
    let text = "水位升高时，闸门会自动打开。".repeat(size / 42 + 1);
    format!("{{\"model\":\"gpt-4o\",\"messages\":[{{\"role\":\"user\",\"content\":\"{text}\"}}]}}")
        .into_bytes()
}

fn envelope(bench: &mut Criterion) {
    let mut group = bench.benchmark_group("envelope");
    for (name, body) in [
        ("1KB", chat_body(1000)),
        ("100KB", chat_body(100_000)),
        ("100KB_cjk", cjk_body(100_000)),
    ] {
        group.throughput(Throughput::Bytes(body.len() as u64));
        group.bench_function(name, |bencher| {
            bencher.iter(|| Envelope::read(Endpoint::ChatCompletions, black_box(&body)));
        });
        let edits = Edits {
            model: Some("gpt-4o-2024-08-06"),
            force_include_usage: true,
        };
        group.bench_function(format!("{name}_and_splice"), |bencher| {
            bencher.iter(|| {
                let read = Envelope::read(Endpoint::ChatCompletions, black_box(&body));
                read.map(|envelope| envelope.splice(&body, &edits))
            });
        });
    }
    group.finish();
}

fn tap(bench: &mut Criterion) {
    let mut group = bench.benchmark_group("tap");
    let chunk = Bytes::from_static(CHUNK.as_bytes());
    for (name, withholds) in [("chunk", false), ("chunk_withholding", true)] {
        let mut tap = StreamTap::new(Endpoint::ChatCompletions, withholds);
        let mut out = Vec::with_capacity(4);
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                out.clear();
                tap.push(black_box(chunk.clone()), &mut out);
            });
        });
    }
    let usage = Bytes::from_static(USAGE_CHUNK.as_bytes());
    let mut tap = StreamTap::new(Endpoint::ChatCompletions, true);
    let mut out = Vec::with_capacity(4);
    group.bench_function("usage_chunk", |bencher| {
        bencher.iter(|| {
            out.clear();
            tap.push(black_box(usage.clone()), &mut out);
        });
    });
    group.finish();
}

fn embeddings_reply(vectors: usize) -> Vec<u8> {
    let mut body = String::from("{\"object\":\"list\",\"data\":[");
    for index in 0..vectors {
        let comma = if index == 0 { "" } else { "," };
        body.push_str(comma);
        body.push_str("{\"object\":\"embedding\",\"index\":");
        body.push_str(&index.to_string());
        body.push_str(",\"embedding\":[0.1");
        for _ in 0..1535 {
            body.push_str(",-0.0123456789");
        }
        body.push_str("]}");
    }
    body.push_str("],\"model\":\"m\",\"usage\":{\"prompt_tokens\":8,\"total_tokens\":8}}");
    body.into_bytes()
}

fn reply(bench: &mut Criterion) {
    let mut group = bench.benchmark_group("reply");
    let body = embeddings_reply(16);
    group.throughput(Throughput::Bytes(body.len() as u64));
    group.bench_function("facts_embeddings", |bencher| {
        bencher.iter(|| reply_facts(Endpoint::Embeddings, black_box(&body)));
    });
    group.bench_function("skim_embeddings", |bencher| {
        bencher.iter_batched(
            ReplySkimmer::new,
            |mut skimmer| {
                for piece in body.chunks(16 * 1024) {
                    skimmer.push(piece);
                }
                skimmer.facts()
            },
            BatchSize::SmallInput,
        );
    });
    group.finish();
}

fn count(bench: &mut Criterion) {
    let mut group = bench.benchmark_group("tokens");
    let text = "The weir holds the water back, and the gate measures it. ".repeat(18);
    group.throughput(Throughput::Bytes(text.len() as u64));
    group.bench_function("1KB", |bencher| {
        bencher.iter(|| tokens::count("gpt-4o", black_box(&text)));
    });
    group.finish();
}

criterion_group!(wire, envelope, tap, reply, count);
criterion_main!(wire);
