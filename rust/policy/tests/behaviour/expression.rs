//! Prices by expression: what may be written, what it comes to, and that it always comes to something.

use std::collections::HashMap;

use proptest::prelude::*;
use rust_decimal::Decimal;
use serde_json::{Value, json};
use weirgate_policy::price::expression::MAX_EXPRESSION_BYTES;
use weirgate_policy::price::{Expression, QUOTA_CAP, RequestFacts, Scalar, Tables};
use weirgate_policy::{Ratio, Sheet, charge, hold_amount};
use weirgate_wire::canon::Usage;

#[derive(Default)]
struct Facts {
    params: HashMap<&'static str, Value>,
    headers: HashMap<&'static str, &'static str>,
    now_ms: i64,
}

impl RequestFacts for Facts {
    fn param(&self, path: &str) -> Scalar {
        self.params.get(path).map_or(Scalar::Nil, Scalar::of_json)
    }

    fn header(&self, name: &str) -> Scalar {
        let found = self.headers.get(name);
        found.map_or(Scalar::Nil, |text| Scalar::Text((*text).into()))
    }

    fn now_ms(&self) -> i64 {
        self.now_ms
    }
}

fn usage() -> Usage {
    Usage {
        prompt: 1_000,
        completion: 200,
        cached_read: 300,
        cache_write_5m: 40,
        cache_write_1h: 5,
        reasoning: 7,
        audio_in: 60,
        audio_out: 30,
        image_in: 20,
        image_out: 10,
        images: 0,
        ..Usage::default()
    }
}

fn cost_for(text: &str, facts: &Facts) -> String {
    let expression = Expression::parse(text).unwrap();
    let expression = expression.for_request(facts).unwrap();
    let cost = expression.cost(&usage()).micro_usd.unwrap();
    cost.normalize().to_string()
}

fn cost(text: &str) -> String {
    cost_for(text, &Facts::default())
}

fn fault(text: &str) -> String {
    Expression::parse(text).unwrap_err().to_string()
}

fn sheet(text: &str) -> Sheet {
    let tables: Tables =
        serde_json::from_value(json!({"expression": {"m": text}, "model_ratio": {"m": "99"}}))
            .unwrap();
    Sheet::compile(&tables, "m", 500_000).unwrap()
}

#[test]
fn kinds_of_tokens_leave_prompt_and_completion_only_where_they_are_named() {
    for (text, expected) in [
        ("p", "1000"),
        ("c", "200"),
        ("len + 0 * p", "1000"),
        ("p + 0 * cr", "700"),
        ("p + 0 * cc", "960"),
        ("p + 0 * cc1h", "995"),
        ("p + 0 * (img + ai)", "920"),
        ("c + 0 * ao", "170"),
        ("c + 0 * img_o", "190"),
        ("cr * 1 + cc * 10 + cc1h * 100", "1200"),
        ("img + ai + img_o + ao", "120"),
        ("len - cr", "700"),
    ] {
        assert_eq!(cost(text), expected, "{text}");
    }
}

#[test]
fn operators_stand_in_their_order() {
    for (text, expected) in [
        ("1 + 2 * 3", "7"),
        ("(1 + 2) * 3", "9"),
        ("10 - 4 - 3", "3"),
        ("20 / 4 / 5", "1"),
        ("7 % 4 * 2", "6"),
        ("5 - -2", "7"),
        ("+3 + 4", "7"),
        ("2 * 3 - 1 ? 1 : 2", ""),
        ("max(1, 5, 3) + min(4, 2)", "7"),
        ("abs(-2.5) + ceil(1.2) + floor(1.8)", "5.5"),
        ("1_000 + 1e3 + 2.5E-1", "2000.25"),
        (
            "1 < 2 && 2 <= 2 && 3 > 2 && 3 >= 3 && 1 != 2 && 1 == 1 ? 1 : 0",
            "1",
        ),
        ("false || true ? 1 : 0", "1"),
        ("false or true and not false ? 1 : 0", "1"),
        ("true || false && false ? 1 : 0", "1"),
        ("!true ? 1 : 2", "2"),
        ("false ? 1 : true ? 2 : 3", "2"),
        ("2 > 1 ? 5 : 6", "5"),
        ("1 - 3", "0"),
        ("v1: p * 2", "2000"),
        ("p ||| 2 ||| 1.5", "3000"),
        ("p ||| 0 - 1", "0"),
        ("\"abc\" contains \"b\" ? 1 : 0", "1"),
        ("'abc' startsWith 'ab' && 'abc' endsWith `bc` ? 1 : 0", "1"),
        ("'a' < 'b' && 'b' >= 'b' ? 1 : 0", "1"),
        ("nil ?? 4", "4"),
        ("3 ?? 4", "3"),
        ("nil == nil ? 1 : 0", "1"),
        ("p in [1, 1000] ? 1 : 0", "1"),
        ("p in [1, 2] ? 1 : 0", "0"),
        ("has('ab', 'b') == true ? 1 : 0", "1"),
        ("'it\\'s' == \"it's\" ? 1 : 0", "1"),
    ] {
        if expected.is_empty() {
            assert!(Expression::parse(text).is_err(), "{text}");
        } else {
            assert_eq!(cost(text), expected, "{text}");
        }
    }
}

#[test]
fn a_request_decides_where_the_price_asks_it() {
    let facts = Facts {
        params: HashMap::from([
            ("service_tier", json!("fast")),
            ("n", json!(3)),
            ("stream", json!(true)),
            ("tools", json!([{"type": "x"}])),
        ]),
        headers: HashMap::from([("anthropic-beta", "a,fast-mode-2026")]),
        // 2026-11-21T22:30:00Z, a Saturday; in Shanghai it is Sunday, 6:30.
        now_ms: 1_795_300_200_000,
    };
    for (text, expected) in [
        ("p ||| param(\"service_tier\") == \"fast\" ? 2 : 1", "2000"),
        (
            "p ||| has(header(\"Anthropic-Beta\"), \"fast-mode\") ? 6 : 1",
            "6000",
        ),
        ("p ||| has(header(\"x\"), \"y\") ? 6 : 1", "1000"),
        ("param(\"n\") * 10", "30"),
        ("param(\"m\") ?? 4", "4"),
        ("param(\"m\") != nil ? param(\"m\") * 2 : 7", "7"),
        ("param(\"n\") > 2 ? 1 : 0", "1"),
        ("param(\"service_tier\") > 2 ? 1 : 0", "0"),
        ("param(\"stream\") ? 1 : 0", "1"),
        ("param(\"stream\") == true ? 1 : 0", "1"),
        ("has(param(\"tools\"), \"\\\"x\\\"\") ? 1 : 0", "1"),
        (
            "param(\"service_tier\") in [\"slow\", \"fast\"] ? 1 : 0",
            "1",
        ),
        ("hour() * 10000 + minute() * 100 + weekday()", "223006"),
        (
            "hour(\"Asia/Shanghai\") * 100 + weekday(\"Asia/Shanghai\")",
            "600",
        ),
        ("month(\"UTC\") * 100 + day(\"Asia/Shanghai\")", "1122"),
    ] {
        assert_eq!(cost_for(text, &facts), expected, "{text}");
    }
    let wanting = Expression::parse("param(\"service_tier\") * 2").unwrap();
    let refused = wanting.for_request(&facts).unwrap_err().to_string();
    assert_eq!(refused, "a sum takes a number, not a text at character 1");
    assert!(
        Expression::parse("param(\"m\") * 2")
            .unwrap()
            .for_request(&facts)
            .is_err()
    );
}

#[test]
fn the_tier_that_was_taken_is_named() {
    let text =
        "len <= 200000 ? tier(\"standard\", p * 3 + c * 15) : tier(\"long\", p * 6 + c * 22.5)";
    let sheet = sheet(text);
    let of = |prompt| Usage {
        prompt,
        completion: 10,
        ..Usage::default()
    };
    assert_eq!(sheet.matched_tier(&of(200_000)), Some("standard"));
    assert_eq!(sheet.matched_tier(&of(200_001)), Some("long"));
    assert_eq!(charge(&sheet, Ratio::ONE, &of(200_000)).sale, 300_075);
    assert_eq!(charge(&sheet, Ratio::ONE, &of(200_001)).sale, 600_116);
    let half = Ratio::parse("0.5").unwrap();
    let charge = charge(&sheet, half, &of(200_001));
    assert_eq!((charge.list, charge.sale), (600_116, 300_058));
    assert_eq!(hold_amount(&sheet, Ratio::ONE, 4_000, None, 100, 1), 2_250);
    let stamp: Value = serde_json::from_str(&sheet.stamp_json(half, None)).unwrap();
    assert_eq!(
        (&stamp["quota_type"], &stamp["expression"]),
        (&json!("expression"), &json!(text))
    );
}

#[test]
fn nothing_used_and_free_groups_cost_nothing_and_a_long_text_stands_as_its_hash() {
    let sheet = sheet(&format!("tier('base', 5000000) + 0 * p{}", " ".repeat(600)));
    assert_eq!(charge(&sheet, Ratio::ONE, &Usage::default()).sale, 0);
    assert_eq!(charge(&sheet, Ratio::ZERO, &usage()).sale, 0);
    assert_eq!(charge(&sheet, Ratio::ONE, &usage()).sale, 2_500_000);
    let stamp = sheet.stamp(Ratio::ONE, None);
    assert!(stamp.expression.unwrap().starts_with('#'));
    assert!(!sheet.is_for_one_call() && !sheet.is_free() && !sheet.asks().any());
}

/// Texts that are no prices, and why.
const BROKEN: &[(&str, &str)] = &[
    ("", "the expression ends too early at character 1"),
    ("p *", "the expression ends too early at character 4"),
    ("p q", "`q` is not expected at character 3"),
    ("p 3", "3 is not expected at character 3"),
    ("p 'x'", "\"x\" is not expected at character 3"),
    ("(p", "`)` is missing at character 3"),
    ("p ? 1", "`:` is missing at character 6"),
    ("foo", "`foo` is not known at character 1"),
    ("foo(1)", "foo() is not known at character 1"),
    ("1 + max()", "max() does not take 0 values at character 5"),
    (
        "hour(1)",
        "the time zone of hour() must be a text at character 1",
    ),
    (
        "hour('Mars/Base')",
        "`Mars/Base` is no time zone at character 1",
    ),
    (
        "param(p)",
        "the path of param() must be a text at character 1",
    ),
    (
        "tier('', p)",
        "the name of tier() must be a text at character 1",
    ),
    (
        "p / c",
        "only a number that is not 0 may divide at character 3",
    ),
    (
        "p % 0",
        "only a number that is not 0 may divide at character 3",
    ),
    ("p # c", "`#` is not known at character 3"),
    ("'abc", "a text does not end at character 1"),
    (
        "1.2.3",
        "`1.2.3` is no number up to 1000000000000 at character 1",
    ),
    (
        "2000000000000",
        "`2000000000000` is no number up to 1000000000000 at character 1",
    ),
    (
        "p > 1",
        "the price is true or false, not a number at character 1",
    ),
    ("'x'", "the price is a text, not a number at character 1"),
    ("nil", "the price is nil, not a number at character 1"),
    ("p + 'x'", "a sum takes a number, not a text at character 1"),
    (
        "p ? 1 : 2",
        "a condition takes true or false, not a number at character 1",
    ),
    (
        "true ? 1 : 'x'",
        "a choice is a number or a text at character 1",
    ),
    (
        "p < 'x' ? 1 : 2",
        "a number cannot be compared with a text at character 1",
    ),
    (
        "tier('a', true)",
        "tier \"a\" takes a number, not true or false at character 1",
    ),
    (
        "ceil('x')",
        "a sign or a rounding takes a number, not a text at character 1",
    ),
    ("p ||| x", "`x` is not known at character 7"),
    (
        "p + 1 in [1]",
        "`in` takes a variable, a parameter or a header at character 10",
    ),
    ("p in 1", "`[` is missing at character 6"),
    ("p ^ 2", "`^` is not expected at character 3"),
];

#[test]
fn a_broken_price_says_what_is_wrong_and_where() {
    for (text, expected) in BROKEN {
        assert_eq!(fault(text), *expected, "{text}");
    }
}

#[test]
fn size_and_depth_are_bounded() {
    assert!(fault(&"p".repeat(MAX_EXPRESSION_BYTES + 1)).contains("more than 2048 bytes"));
    assert!(fault(&format!("p{}", "+p".repeat(300))).contains("more than 512 words"));
    assert!(Expression::parse(&format!("p{}", "+p".repeat(255))).is_ok());
    for open in ["(", "-", "!", "abs(", "true ? ", "1 ? 1 : "] {
        let text = open.repeat(100);
        assert!(
            fault(&text).contains("deeper than 24"),
            "{open}: {}",
            fault(&text)
        );
    }
    assert!(Expression::parse(&format!("{}p{}", "(".repeat(24), ")".repeat(24))).is_ok());
}

#[test]
fn what_no_decimal_holds_is_capped_and_marked() {
    let sheet = sheet("p * 1e12 * 1e12 * 1e12");
    let of = Usage {
        prompt: 1,
        ..Usage::default()
    };
    let found = charge(&sheet, Ratio::ONE, &of);
    assert_eq!((found.sale, found.saturated), (QUOTA_CAP, true));
}

/// A sum of prices as text, and by its parts.
fn terms() -> impl Strategy<Value = Vec<(usize, u32)>> {
    prop::collection::vec((0..NAMES.len(), 0..10_000_000_u32), 1..9)
}

const NAMES: [&str; 10] = [
    "p", "c", "len", "cr", "cc", "cc1h", "img", "ai", "img_o", "ao",
];

fn counts(rng: [u32; 9]) -> Usage {
    let [plain, text, read, w5, w1, ai, ao, img, img_o] = rng.map(u64::from);
    Usage {
        prompt: plain + read + w5 + w1 + ai + img,
        completion: text + ao + img_o,
        cached_read: read,
        cache_write_5m: w5,
        cache_write_1h: w1,
        audio_in: ai,
        audio_out: ao,
        image_in: img,
        image_out: img_o,
        ..Usage::default()
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn any_text_is_read_or_refused_and_then_always_priced(
        text in "[pc0-9a-z_ .+*/%<>=!?:(),\"'|&-]{0,60}", counted: [u32; 9],
    ) {
        if let Ok(expression) = Expression::parse(&text)
            && let Ok(put_in) = expression.for_request(&Facts::default())
        {
            let cost = put_in.cost(&counts(counted)).micro_usd;
            prop_assert!(cost.is_none_or(|cost| cost >= Decimal::ZERO));
        }
    }

    #[test]
    fn words_in_any_order_are_read_or_refused_and_then_always_priced(
        words in prop::collection::vec(prop::sample::select(vec![
            "p", "c", "cr", "len", "1", "0.5", "'x'", "true", "nil", "(", ")", "+", "-", "*", "/",
            "%", "?", ":", "<", "==", "&&", "||", "!", "??", "max(", "tier('t',", "param('n')",
            "header('h')", "hour()", "has(", ",", "in", "[", "]", "|||", "contains",
        ]), 0..24),
        counted: [u32; 9],
    ) {
        if let Ok(expression) = Expression::parse(&words.join(" "))
            && let Ok(put_in) = expression.for_request(&Facts::default())
        {
            prop_assert!(put_in.cost(&counts(counted)).micro_usd.is_some());
        }
    }

    #[test]
    fn a_sum_of_prices_is_the_exact_sum_rounded_once(
        terms in terms(), counted: [u32; 9], group in 0..5_000_u32,
    ) {
        let text: Vec<String> = terms
            .iter()
            .map(|(name, price)| format!("{} * {}.{:03}", NAMES[*name], price / 1_000, price % 1_000))
            .collect();
        let usage = counts(counted);
        let named = |name: &str| terms.iter().any(|(index, _)| NAMES[*index] == name);
        let apart = |name: &str, count: u64| if named(name) { count } else { 0 };
        let prompt = usage.prompt
            - apart("cr", usage.cached_read)
            - apart("cc", usage.cache_write_5m)
            - apart("cc1h", usage.cache_write_1h)
            - apart("img", usage.image_in)
            - apart("ai", usage.audio_in);
        let completion = usage.completion
            - apart("ao", usage.audio_out)
            - apart("img_o", usage.image_out);
        let values = [
            prompt, completion, usage.prompt, usage.cached_read, usage.cache_write_5m,
            usage.cache_write_1h, usage.image_in, usage.audio_in, usage.image_out,
            usage.audio_out,
        ];
        let thousandths: i128 = terms
            .iter()
            .map(|(name, price)| i128::from(values[*name]) * i128::from(*price))
            .sum();
        // Half a quota is a millionth of a USD; group and price have three digits each.
        let exact = thousandths * i128::from(group);
        let expected = (exact + 1_000_000) / 2_000_000;
        let ratio = Ratio::parse(&format!("{}.{:03}", group / 1_000, group % 1_000)).unwrap();
        let found = charge(&sheet(&text.join(" + ")), ratio, &usage);
        prop_assert_eq!(i128::from(found.sale), expected);
    }
}
