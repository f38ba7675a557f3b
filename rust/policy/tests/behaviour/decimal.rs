//! Random calls against sums in whole numbers of any size: the last unit of every amount is equal.
//!
//! A few thousand in every run; the million is `--ignored`, made by the long tier.

use num_bigint::BigUint;
use rand::rngs::SmallRng;
use rand::{Rng, SeedableRng};
use serde_json::json;
use weirgate_policy::price::{QUOTA_CAP, Tables};
use weirgate_policy::{Ratio, Sheet, charge};
use weirgate_wire::canon::Usage;

const CASES: u64 = 20_000;
const MILLION: u64 = 1_000_000;
/// Calls priced by one sheet, since compiling it costs more than charging.
const CALLS_A_SHEET: u64 = 8;
const QUOTA_PER_USD: u32 = 500_000;
const SEED: u64 = 20_261_121;

/// A decimal as text, and as a whole number of 10^-18.
#[derive(Clone, Debug)]
struct Number {
    text: String,
    units: BigUint,
}

/// A whole number of any length up to so many digits.
fn up_to(rng: &mut SmallRng, most_digits: u32) -> u64 {
    let digits = rng.random_range(1..=most_digits);
    rng.random_range(0..10_u64.pow(digits))
}

fn number(rng: &mut SmallRng, whole_digits: u32, most_digits: usize) -> Number {
    let whole = match rng.random_range(0..8) {
        0 => 0,
        _ => up_to(rng, whole_digits),
    };
    let digits = rng.random_range(0..=most_digits);
    let fraction: String = (0..digits)
        .map(|_| char::from(b'0' + rng.random_range(0..10_u8)))
        .collect();
    let units = format!("{whole}{fraction:0<18}").parse().unwrap();
    let text = if fraction.is_empty() {
        whole.to_string()
    } else {
        format!("{whole}.{fraction}")
    };
    Number { text, units }
}

#[derive(Debug)]
struct Prices {
    model: Number,
    completion: Number,
    cache: Number,
    create: Number,
    audio: Number,
    audio_completion: Number,
    image: Number,
    usd: Option<Number>,
}

fn prices(rng: &mut SmallRng) -> Prices {
    Prices {
        model: number(rng, 3, 18),
        completion: number(rng, 2, 18),
        cache: number(rng, 1, 18),
        // An hour's write is 1.6 of it and must stay exact; so must the product of the audio ratios.
        create: number(rng, 1, 17),
        audio: number(rng, 2, 9),
        audio_completion: number(rng, 1, 9),
        image: number(rng, 2, 18),
        usd: (rng.random_range(0..4) == 0).then(|| number(rng, 2, 18)),
    }
}

fn sheet(prices: &Prices) -> Sheet {
    let mut tables = json!({
        "model_ratio": {"m": prices.model.text},
        "completion_ratio": {"m": prices.completion.text},
        "cache_ratio": {"m": prices.cache.text},
        "create_cache_ratio": {"m": prices.create.text},
        "audio_ratio": {"m": prices.audio.text},
        "audio_completion_ratio": {"m": prices.audio_completion.text},
        "image_ratio": {"m": prices.image.text},
    });
    if let Some(usd) = &prices.usd {
        tables["model_price"] = json!({"m": usd.text});
    }
    let tables: Tables = serde_json::from_value(tables).unwrap();
    Sheet::compile(&tables, "m", QUOTA_PER_USD).unwrap()
}

/// Counts of every magnitude, zeros and absurd ones among them.
fn count(rng: &mut SmallRng) -> u64 {
    match rng.random_range(0..16) {
        0..6 => 0,
        6..15 => up_to(rng, 7),
        _ => up_to(rng, 15),
    }
}

fn usage(rng: &mut SmallRng) -> Usage {
    let mut next = || count(rng);
    let (read, write_5m, write_1h) = (next(), next(), next());
    let (audio_in, audio_out, image_in) = (next(), next(), next());
    Usage {
        prompt: next() + read + write_5m + write_1h + audio_in + image_in,
        completion: next() + audio_out,
        cached_read: read,
        cache_write_5m: write_5m,
        cache_write_1h: write_1h,
        reasoning: next(),
        audio_in,
        audio_out,
        image_in,
        images: next() % 5,
        ..Usage::default()
    }
}

fn one() -> BigUint {
    BigUint::from(10_u32).pow(18)
}

/// The exact charge: terms of 10^-36, times model and group, rounded half away from zero.
fn reference(prices: &Prices, group: &Number, usage: &Usage) -> BigUint {
    let zero = BigUint::ZERO;
    if usage.prompt == 0 && usage.completion == 0 && usage.images == 0 {
        return zero;
    }
    let n = |tokens: u64| BigUint::from(tokens);
    let (exact, price) = if let Some(usd) = &prices.usd {
        let calls = n(usage.images.max(1)) * QUOTA_PER_USD;
        (calls * &usd.units * one(), &usd.units)
    } else {
        let special = usage.cached_read
            + usage.cache_write_5m
            + usage.cache_write_1h
            + usage.audio_in
            + usage.image_in;
        let hour = &prices.create.units * 8_u32 / 5_u32;
        let sum = (n(usage.prompt - special) * one()
            + n(usage.cached_read) * &prices.cache.units
            + n(usage.cache_write_5m) * &prices.create.units
            + n(usage.cache_write_1h) * hour
            + n(usage.image_in) * &prices.image.units
            + n(usage.audio_in) * &prices.audio.units
            + n(usage.completion - usage.audio_out) * &prices.completion.units)
            * one()
            + n(usage.audio_out) * &prices.audio.units * &prices.audio_completion.units;
        (sum * &prices.model.units / one(), &prices.model.units)
    };
    if *price == zero || group.units == zero {
        return zero;
    }
    let unit = BigUint::from(10_u32).pow(54);
    let exact = exact * &group.units;
    let rounded = (exact * 2_u32 + &unit) / (unit * 2_u32);
    rounded.max(BigUint::from(1_u32))
}

fn check(cases: u64) {
    let mut rng = SmallRng::seed_from_u64(SEED);
    for _ in 0..cases / CALLS_A_SHEET {
        let prices = prices(&mut rng);
        let sheet = sheet(&prices);
        for _ in 0..CALLS_A_SHEET {
            let group = number(&mut rng, 2, 18);
            let usage = usage(&mut rng);
            let found = charge(&sheet, Ratio::parse(&group.text).unwrap(), &usage);
            let expected = reference(&prices, &group, &usage);
            let cap = BigUint::from(QUOTA_CAP.unsigned_abs());
            let is_above = expected > cap;
            assert_eq!(
                (BigUint::from(found.sale.unsigned_abs()), found.sale < 0),
                (expected.min(cap), false),
                "{prices:?} {group:?} {usage:?}"
            );
            assert!(!is_above || found.saturated, "{prices:?} {group:?}");
        }
    }
}

#[test]
fn random_calls_cost_the_decimal_references_last_unit() {
    check(CASES);
}

#[test]
#[ignore = "a million cases; the long tier makes them"]
fn a_million_random_calls_cost_the_decimal_references_last_unit() {
    check(MILLION);
}
