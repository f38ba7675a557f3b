//! Times what the policy crate does with each request: key text and hash, checks, plan, charge, hold and stamp; and
//! how long a published snapshot takes to compile. Figures are shown, never asserted.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use weirgate_policy::{
    Caller, Health, KeyEntry, KeyHasher, PlanRequest, Ratio, Sheet, Snapshot, UserEntry, charge,
    check_key, check_model, default_prices_json, hold_amount, parse_key_text, plan,
};
use weirgate_wire::canon::Usage;

const NOW_S: i64 = 1_800_000_000;

struct Healthy;

impl Health for Healthy {
    fn is_open(&self, channel_id: i64, key_index: usize, model: &str, now_ms: i64) -> bool {
        black_box((channel_id, key_index, model, now_ms)).0 < 0
    }
}

/// A snapshot document with that many channels, each serving that many models.
fn document(channels: usize, models: usize) -> Vec<u8> {
    let names: Vec<String> = (0..models)
        .map(|number| format!("\"model-{number}\""))
        .collect();
    let rows: Vec<String> = (1..=channels)
        .map(|id| {
            format!(
                "{{\"id\":{id},\"type\":1,\"name\":\"c{id}\",\"status\":1,\"base_url\":\"http://127.0.0.1:1\",\"keys\":[\"sk-up\"],\"weight\":{},\"priority\":{},\"groups\":[\"default\"],\"models\":[\"gpt-4o\",{}]}}",
                id % 7,
                id % 2,
                names.join(",")
            )
        })
        .collect();
    format!(
        "{{\"version\":1,\"channels\":[{}],\"groups\":{{\"ratio\":{{\"default\":\"1\"}},\"usable\":{{\"default\":\"\"}}}},\"prices\":{}}}",
        rows.join(","),
        default_prices_json()
    )
    .into_bytes()
}

struct Scene {
    snapshot: Snapshot,
    key: KeyEntry,
    user: UserEntry,
    caller: Caller,
}

fn scene(channels: usize, models: usize) -> Option<Scene> {
    let snapshot = Snapshot::from_json(&document(channels, models)).ok()?;
    let key: KeyEntry = serde_json::from_str(&format!(
        "{{\"id\":7,\"user_id\":2,\"hash\":\"{}\",\"name\":\"k\",\"status\":1}}",
        "0".repeat(64)
    ))
    .ok()?;
    let user: UserEntry =
        serde_json::from_str("{\"id\":2,\"username\":\"alice\",\"role\":1,\"status\":1}").ok()?;
    let caller = check_key(&key, &user, &snapshot, NOW_S, None, None).ok()?;
    Some(Scene {
        snapshot,
        key,
        user,
        caller,
    })
}

fn plans(bench: &mut Criterion) {
    let mut group = bench.benchmark_group("plan");
    for channels in [1, 2, 10, 100, 1_000] {
        let Some(Scene {
            snapshot, caller, ..
        }) = scene(channels, 20)
        else {
            return;
        };
        let mut random = 0_u64;
        group.bench_function(format!("{channels}_channels"), |bencher| {
            bencher.iter(|| {
                random = random.wrapping_add(0x9e37_79b9_7f4a_7c15);
                let now_ms = NOW_S * 1_000;
                let request = PlanRequest {
                    caller: &caller,
                    model: "gpt-4o",
                    now_ms,
                    random,
                };
                plan(&request, &snapshot, &Healthy)
            });
        });
    }
    group.finish();
}

fn checks(bench: &mut Criterion) {
    let Some(Scene {
        snapshot,
        key,
        user,
        caller,
    }) = scene(10, 20)
    else {
        return;
    };
    let hasher = KeyHasher::new(&[7; 32]);
    let text = format!("sk-{}", "a".repeat(48));
    bench.bench_function("key/hash", |bencher| {
        bencher.iter(|| hasher.hash(parse_key_text(black_box(&text)).full));
    });
    bench.bench_function("key/check", |bencher| {
        bencher.iter(|| check_key(black_box(&key), &user, &snapshot, NOW_S, None, None));
    });
    bench.bench_function("key/check_model", |bencher| {
        bencher.iter(|| check_model(&caller, &key, black_box("gpt-4o"), &snapshot));
    });
}

fn prices(bench: &mut Criterion) {
    let Some(Scene { snapshot, .. }) = scene(10, 20) else {
        return;
    };
    let Some(sheet) = snapshot.sheet("gpt-4o") else {
        return;
    };
    let sheet: &Sheet = &sheet;
    let usage = Usage {
        prompt: 1_234,
        completion: 567,
        cached_read: 1_024,
        ..Usage::default()
    };
    let Ok(group_ratio) = Ratio::parse("0.85") else {
        return;
    };
    bench.bench_function("price/lookup", |bencher| {
        bencher.iter(|| snapshot.sheet(black_box("gpt-4o")));
    });
    bench.bench_function("price/charge", |bencher| {
        bencher.iter(|| charge(sheet, black_box(group_ratio), black_box(&usage)));
    });
    bench.bench_function("price/hold", |bencher| {
        bencher.iter(|| hold_amount(sheet, group_ratio, black_box(1_000), None, 1_024, 1));
    });
    bench.bench_function("price/stamp_json", |bencher| {
        bencher.iter(|| sheet.stamp_json(black_box(group_ratio), None));
    });
}

fn snapshots(bench: &mut Criterion) {
    let mut group = bench.benchmark_group("snapshot");
    group.sample_size(20);
    for (channels, models) in [(10, 20), (1_000, 100)] {
        let bytes = document(channels, models);
        group.bench_function(format!("{channels}_channels_{models}_models"), |bencher| {
            bencher.iter(|| Snapshot::from_json(black_box(&bytes)));
        });
    }
    group.finish();
}

criterion_group!(benches, plans, checks, prices, snapshots);
criterion_main!(benches);
