//! Charges and holds against an oracle written apart from the code: plain fractions in `i128`.

use std::ops::RangeInclusive;

use proptest::prelude::*;
use serde_json::json;
use weirgate_policy::price::{
    PreviewError, PreviewRequest, QUOTA_CAP, Tables, default_prices_json, price_preview,
};
use weirgate_policy::{PriceStamp, Ratio, Sheet, charge, hold_amount};
use weirgate_wire::canon::Usage;

const QUOTA_PER_USD: u32 = 500_000;

/// A decimal `mantissa / 10^scale`.
#[derive(Clone, Copy, Debug)]
struct Fraction {
    mantissa: i128,
    scale: u32,
}

impl Fraction {
    fn text(self) -> String {
        let digits = format!(
            "{:0>width$}",
            self.mantissa,
            width = self.scale as usize + 1
        );
        let (whole, fraction) = digits.split_at(digits.len() - self.scale as usize);
        if fraction.is_empty() {
            whole.to_owned()
        } else {
            format!("{whole}.{fraction}")
        }
    }

    /// The mantissa at a larger scale.
    fn at(self, scale: u32) -> i128 {
        self.mantissa * 10_i128.pow(scale - self.scale)
    }

    fn ratio(self) -> Ratio {
        Ratio::parse(&self.text()).unwrap()
    }
}

fn fraction(largest: i128, most_digits: u32) -> impl Strategy<Value = Fraction> {
    fraction_of(largest, 0..=most_digits)
}

fn fraction_of(largest: i128, digits: RangeInclusive<u32>) -> impl Strategy<Value = Fraction> {
    (0..=largest, digits).prop_map(|(mantissa, scale)| Fraction { mantissa, scale })
}

/// Short ratios, which meet exact halves often, and the longest ones that options hold.
fn model_ratio() -> impl Strategy<Value = Fraction> {
    prop_oneof![
        fraction(99_999, 4),
        fraction_of(99_999_999_999_999_999, 9..=16)
    ]
}

/// Rounds half away from zero.
fn rounded(numerator: i128, denominator: i128) -> i128 {
    (2 * numerator + denominator) / (2 * denominator)
}

#[derive(Clone, Copy, Debug)]
struct Prices {
    model: Fraction,
    completion: Fraction,
    cache: Fraction,
    create: Fraction,
    audio: Fraction,
    audio_completion: Fraction,
    image: Fraction,
    group: Fraction,
}

fn prices() -> impl Strategy<Value = Prices> {
    let small = || fraction(99_999, 3);
    (
        model_ratio(),
        small(),
        small(),
        small(),
        fraction(999, 2),
        fraction(99, 1),
        small(),
        fraction(999, 3),
    )
        .prop_map(
            |(model, completion, cache, create, audio, audio_completion, image, group)| Prices {
                model,
                completion,
                cache,
                create,
                audio,
                audio_completion,
                image,
                group,
            },
        )
}

fn usage() -> impl Strategy<Value = Usage> {
    let few = || 0..20_000_u64;
    (few(), few(), few(), few(), few(), few(), few(), few()).prop_map(
        |(plain, text, read, write_5m, write_1h, audio_in, audio_out, image)| Usage {
            prompt: plain + read + write_5m + write_1h + audio_in + image,
            completion: text + audio_out,
            cached_read: read,
            cache_write_5m: write_5m,
            cache_write_1h: write_1h,
            reasoning: 0,
            audio_in,
            audio_out,
            image_in: image,
            images: 0,
            ..Usage::default()
        },
    )
}

fn tables(prices: &Prices) -> Tables {
    serde_json::from_value(json!({
        "model_ratio": {"m": prices.model.text()},
        "completion_ratio": {"m": prices.completion.text()},
        "cache_ratio": {"m": prices.cache.text()},
        "create_cache_ratio": {"m": prices.create.text()},
        "audio_ratio": {"m": prices.audio.text()},
        "audio_completion_ratio": {"m": prices.audio_completion.text()},
        "image_ratio": {"m": prices.image.text()},
    }))
    .unwrap()
}

fn sheet_of(prices: &Prices) -> Sheet {
    Sheet::compile(&tables(prices), "m", QUOTA_PER_USD).unwrap()
}

/// The family's formula, term by term, in fractions of 10^4.
fn oracle(prices: &Prices, usage: &Usage) -> i128 {
    let n = i128::from;
    let plain = n(usage.prompt)
        - n(usage.cached_read)
        - n(usage.cache_write_5m)
        - n(usage.cache_write_1h)
        - n(usage.image_in)
        - n(usage.audio_in);
    let text_out = n(usage.completion) - n(usage.audio_out);
    // Two factors of at most 3 and 1 digits fit four digits.
    let audio_out = prices.audio.at(3) * prices.audio_completion.at(1);
    let sum = plain * 10_000
        + n(usage.cached_read) * prices.cache.at(4)
        + n(usage.cache_write_5m) * prices.create.at(4)
        + n(usage.cache_write_1h) * prices.create.at(3) * 16
        + n(usage.image_in) * prices.image.at(4)
        + n(usage.audio_in) * prices.audio.at(4)
        + text_out * prices.completion.at(4)
        + n(usage.audio_out) * audio_out;
    if usage.prompt + usage.completion == 0 || prices.model.mantissa * prices.group.mantissa == 0 {
        return 0;
    }
    let exact = sum * prices.group.at(3);
    let numerator = exact
        .checked_mul(prices.model.mantissa)
        .expect("the oracle's own bounds");
    rounded(numerator, 10_i128.pow(7 + prices.model.scale)).max(1)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn a_charge_is_the_formulas_exact_value_rounded_once(prices in prices(), usage in usage()) {
        let charge = charge(&sheet_of(&prices), prices.group.ratio(), &usage);
        let expected = oracle(&prices, &usage);
        prop_assert_eq!(i128::from(charge.sale), expected.min(i128::from(QUOTA_CAP)));
        prop_assert!(expected <= i128::from(QUOTA_CAP) || charge.saturated);
    }

    #[test]
    fn a_charge_is_never_negative_and_never_above_the_cap(prices in prices(), usage in usage()) {
        let charge = charge(&sheet_of(&prices), prices.group.ratio(), &usage);
        for amount in [charge.list, charge.sale, charge.cost] {
            prop_assert!((0..=QUOTA_CAP).contains(&amount));
        }
    }

    #[test]
    fn more_tokens_never_cost_less(prices in prices(), usage in usage(), more in 0..10_000_u64) {
        let sheet = sheet_of(&prices);
        let group = prices.group.ratio();
        let base = charge(&sheet, group, &usage).sale;
        let prompt = Usage { prompt: usage.prompt + more, ..usage };
        let completion = Usage { completion: usage.completion + more, ..usage };
        prop_assert!(charge(&sheet, group, &prompt).sale >= base);
        prop_assert!(charge(&sheet, group, &completion).sale >= base);
    }

    #[test]
    fn a_group_ratio_of_zero_is_free(prices in prices(), usage in usage()) {
        prop_assert_eq!(charge(&sheet_of(&prices), Ratio::ZERO, &usage).sale, 0);
        prop_assert_eq!(hold_amount(&sheet_of(&prices), Ratio::ZERO, 400, Some(9), 9, 1), 0);
    }

    #[test]
    fn any_usage_and_any_hold_stay_within_bounds(
        prices in prices(), prompt: u64, completion: u64, read: u64, n: u64, bytes: usize,
        limit: Option<u64>,
    ) {
        let sheet = sheet_of(&prices);
        let usage = Usage { prompt, completion, cached_read: read, ..Usage::default() };
        let charge = charge(&sheet, prices.group.ratio(), &usage);
        prop_assert!((0..=QUOTA_CAP).contains(&charge.sale));
        let hold = hold_amount(&sheet, prices.group.ratio(), bytes, limit, 1_024, n);
        prop_assert!((0..=QUOTA_CAP).contains(&hold));
    }

    #[test]
    fn a_hold_covers_the_charge_of_what_it_was_made_for(
        prices in prices(), bytes in 1..100_000_usize, limit in 0..5_000_u64, n in 1..4_u64,
    ) {
        let sheet = sheet_of(&prices);
        let group = prices.group.ratio();
        let hold = hold_amount(&sheet, group, bytes, Some(limit), 0, n);
        let usage = Usage {
            prompt: (bytes as u64).div_ceil(4), completion: limit * n, ..Usage::default()
        };
        prop_assert_eq!(hold, charge(&sheet, group, &usage).sale);
    }

    #[test]
    fn a_price_by_call_does_not_depend_on_tokens(
        usd in fraction(99_999, 4), group in fraction(9_999, 3), prompt in 1..u64::MAX,
    ) {
        let tables: Tables = serde_json::from_value(json!({
            "model_price": {"m": usd.text()}, "model_ratio": {"m": "99"}
        })).unwrap();
        let sheet = Sheet::compile(&tables, "m", QUOTA_PER_USD).unwrap();
        let usage = Usage { prompt, ..Usage::default() };
        let exact = usd.at(4) * i128::from(QUOTA_PER_USD) * group.at(3);
        let expected =
            if exact == 0 { 0 } else { rounded(exact, 10_i128.pow(7)).max(1) };
        prop_assert_eq!(i128::from(charge(&sheet, group.ratio(), &usage).sale), expected);
    }
}

fn table_sheet(tables: serde_json::Value, model: &str) -> Sheet {
    Sheet::compile(
        &serde_json::from_value(tables).unwrap(),
        model,
        QUOTA_PER_USD,
    )
    .unwrap()
}

fn of(prompt: u64, completion: u64) -> Usage {
    Usage {
        prompt,
        completion,
        ..Usage::default()
    }
}

fn default_charge(model: &str, group: &str, usage: Usage) -> i64 {
    let tables: Tables = serde_json::from_str(default_prices_json()).unwrap();
    let sheet = Sheet::compile(&tables, model, QUOTA_PER_USD).unwrap();
    let charge = charge(&sheet, Ratio::parse(group).unwrap(), &usage);
    assert!(!charge.saturated);
    charge.sale
}

#[test]
fn known_text_calls_cost_what_the_price_list_says() {
    assert_eq!(default_charge("gpt-4o", "1", of(1_000, 500)), 3_750);
    assert_eq!(default_charge("gpt-4o", "0.5", of(1_000, 500)), 1_875);
    assert_eq!(default_charge("gpt-4o-mini", "1", of(1, 0)), 1);
    assert_eq!(default_charge("gpt-4o-mini", "1", of(100, 100)), 38);
    assert_eq!(default_charge("glm-4-flash", "1", of(5_000, 5_000)), 0);
    assert_eq!(
        default_charge("ERNIE-3.5-8K", "1", of(1_000_000, 0)),
        821_918
    );
    assert_eq!(default_charge("dall-e-3", "1", of(1, 0)), 20_000);
    assert_eq!(default_charge("gpt-4-gizmo-g-1", "1", of(10, 10)), 50_000);
}

#[test]
fn known_calls_with_caches_audio_and_images_cost_what_the_price_list_says() {
    let read = Usage {
        cached_read: 600,
        ..of(1_000, 500)
    };
    assert_eq!(default_charge("gpt-4o", "1", read), 3_375);
    let write = Usage {
        cache_write_5m: 200,
        ..of(1_000, 0)
    };
    assert_eq!(
        default_charge("claude-sonnet-4-20250514", "1", write),
        1_575
    );
    let write = Usage {
        cache_write_1h: 200,
        ..of(1_000, 0)
    };
    assert_eq!(
        default_charge("claude-sonnet-4-20250514", "1", write),
        1_800
    );
    let audio = Usage {
        audio_in: 100,
        ..of(200, 0)
    };
    assert_eq!(default_charge("gpt-4o-audio-preview", "1", audio), 2_125);
    let image = Usage {
        image_in: 100,
        ..of(100, 0)
    };
    assert_eq!(default_charge("gpt-image-1", "1", image), 500);
}

#[test]
fn no_tokens_cost_nothing() {
    for table in ["model_ratio", "model_price"] {
        let sheet = table_sheet(json!({table: {"m": "9"}}), "m");
        assert_eq!(charge(&sheet, Ratio::ONE, &Usage::default()).sale, 0);
    }
}

#[test]
fn counts_above_the_prompt_do_not_make_the_rest_negative() {
    let sheet = table_sheet(
        json!({"model_ratio": {"m": "1"}, "cache_ratio": {"m": "0"}}),
        "m",
    );
    let usage = Usage {
        cached_read: 900,
        ..of(100, 10)
    };
    assert_eq!(charge(&sheet, Ratio::ONE, &usage).sale, 10);
}

#[test]
fn audio_without_a_price_of_its_own_counts_as_text() {
    let sheet = table_sheet(json!({"model_ratio": {"gpt-4o": "1"}}), "gpt-4o");
    let usage = Usage {
        audio_in: 50,
        audio_out: 20,
        ..of(100, 20)
    };
    assert_eq!(charge(&sheet, Ratio::ONE, &usage).sale, 180);
}

#[test]
fn the_completion_ratio_comes_from_the_right_source() {
    let tables = json!({
        "model_ratio": {"gpt-5": "1", "gpt-4o": "1", "a/gpt-5": "1", "x": "1", "y": "1"},
        "completion_ratio": {"gpt-5": "2", "gpt-4o": "2", "a/gpt-5": "3", "x": "7"}
    });
    for (model, quota, why) in [
        ("gpt-5", 800, "a locked rule beats the option"),
        ("gpt-4o", 200, "the option beats an open rule"),
        (
            "a/gpt-5",
            300,
            "the option comes first for names with a slash",
        ),
        ("x", 700, "the option serves unknown names"),
        ("y", 100, "without any source it is 1"),
    ] {
        let sheet = table_sheet(tables.clone(), model);
        assert_eq!(charge(&sheet, Ratio::ONE, &of(0, 100)).sale, quota, "{why}");
    }
}

#[test]
fn absurd_amounts_are_capped_and_marked() {
    let sheet = table_sheet(json!({"model_ratio": {"m": "1000000000"}}), "m");
    let charge = charge(&sheet, Ratio::ONE, &of(u64::MAX, u64::MAX));
    assert_eq!(
        (charge.sale, charge.list, charge.saturated),
        (QUOTA_CAP, QUOTA_CAP, true)
    );
    let hold = hold_amount(&sheet, Ratio::ONE, usize::MAX, Some(u64::MAX), 0, u64::MAX);
    assert_eq!(hold, QUOTA_CAP);
}

#[test]
fn a_hold_takes_the_default_output_when_none_is_stated() {
    let sheet = table_sheet(json!({"model_ratio": {"m": "1"}}), "m");
    assert_eq!(
        hold_amount(&sheet, Ratio::ONE, 401, None, 1_024, 1),
        101 + 1_024
    );
    assert_eq!(
        hold_amount(&sheet, Ratio::ONE, 401, None, 1_024, 3),
        101 + 3 * 1_024
    );
    assert_eq!(
        hold_amount(&sheet, Ratio::ONE, 401, Some(10), 1_024, 0),
        111
    );
    assert_eq!(hold_amount(&sheet, Ratio::ONE, 0, Some(0), 1_024, 1), 1);
}

#[test]
fn the_default_prices_are_complete_and_say_where_they_come_from() {
    let document: serde_json::Value = serde_json::from_str(default_prices_json()).unwrap();
    assert!(
        document["source"]
            .as_str()
            .is_some_and(|text| text.len() > 20)
    );
    assert!(
        document["date"]
            .as_str()
            .is_some_and(|text| text.len() == 10)
    );
    let tables: Tables = serde_json::from_value(document).unwrap();
    for (model, ratio) in [
        ("gpt-4o", "1.25"),
        ("gpt-4o-mini", "0.075"),
        ("gpt-3.5-turbo", "0.25"),
        ("o3", "1"),
        ("claude-3-haiku-20240307", "0.125"),
        ("gemini-2.5-pro", "0.625"),
        ("yi-large", "1.36986301369863"),
    ] {
        assert_eq!(tables.model_ratio[model].to_string(), ratio, "{model}");
    }
    let sizes = [
        tables.model_ratio.len(),
        tables.model_price.len(),
        tables.cache_ratio.len(),
    ];
    assert!(
        sizes[0] >= 150 && sizes[1] >= 30 && sizes[2] >= 60,
        "{sizes:?}"
    );
}

#[test]
fn a_stamp_survives_its_row_and_stays_small() {
    let tables: Tables = serde_json::from_str(default_prices_json()).unwrap();
    let sheet = Sheet::compile(&tables, "gpt-4o-audio-preview", QUOTA_PER_USD).unwrap();
    let group = Ratio::parse("0.8219178082191781").unwrap();
    let text = sheet.stamp(group, Some(group)).to_json();
    let stamp: PriceStamp = serde_json::from_str(&text).unwrap();
    assert_eq!(stamp, sheet.stamp(group, Some(group)));
    assert!(text.len() < 1_024);
    assert!(
        text.contains(r#""group_ratio":"0.8219178082191781""#),
        "{text}"
    );
}

#[test]
fn the_prepared_text_of_a_stamp_is_the_stamps_own() {
    let tables: Tables = serde_json::from_str(default_prices_json()).unwrap();
    let group = Ratio::parse("0.85").unwrap();
    let mut sheets: Vec<Sheet> = ["gpt-4o", "dall-e-3", "gpt-4o-mini-tts", "glm-4-air"]
        .iter()
        .map(|model| Sheet::compile(&tables, model, QUOTA_PER_USD).unwrap())
        .collect();
    sheets.push(Sheet::unset(&tables, "unheard-of"));
    for sheet in sheets {
        for special in [None, Some(group)] {
            let text = sheet.stamp_json(group, special);
            assert_eq!(text, sheet.stamp(group, special).to_json());
        }
    }
}

#[test]
fn a_preview_charges_like_a_call() {
    let request = PreviewRequest::from_json(
        br#"{"prices":{"model_ratio":{"gpt-4o":"1.25"}},"model":"gpt-4o","group_ratio":"0.5",
            "usage":{"prompt":1000,"completion":500}}"#,
    );
    let preview = price_preview(&request.unwrap()).unwrap();
    assert_eq!(
        (preview.list, preview.sale, preview.cost),
        (3_750, 1_875, 0)
    );
    let written = serde_json::to_value(&preview).unwrap();
    assert_eq!(written["stamp"]["completion_ratio"], "4");
}

#[test]
fn a_preview_of_a_model_without_a_price_says_so() {
    let unknown = PreviewRequest::from_json(br#"{"model":"x","usage":{"prompt":2}}"#).unwrap();
    assert!(
        matches!(price_preview(&unknown), Err(PreviewError::PriceUnset(model)) if model == "x")
    );
    let accepted = PreviewRequest {
        accept_unset: true,
        ..unknown
    };
    assert_eq!(price_preview(&accepted).unwrap().sale, 75);
    assert!(matches!(
        PreviewRequest::from_json(b"{}"),
        Err(PreviewError::Invalid(_))
    ));
}
