//! What one channel says of prices: costs in decimals, factors of groups, and what is refused.

use serde_json::{Value, json};
use weirgate_policy::price::{ChannelPrices, PreviewRequest, Tables, price_preview};
use weirgate_policy::{Ratio, Sheet, charge};
use weirgate_wire::canon::Usage;

fn channel_prices(text: &Value) -> Result<ChannelPrices, String> {
    let rate = Ratio::from_thousandths(7_300);
    let read = ChannelPrices::from_json(text.to_string().as_bytes(), 500_000, rate);
    read.map_err(|fault| fault.to_string())
}

#[test]
fn a_channels_prices_are_refused_by_name_when_they_cannot_be_used() {
    let tier = json!({"min_tokens": 5, "price": "1"});
    let many: Vec<_> = (0..17).map(|_| tier.clone()).collect();
    let long: Vec<_> = (0..16)
        .map(|at| json!({"min_tokens": at, "price": "0.123456789012345678", "condition": "billable_output_tokens"}))
        .collect();
    let of = |sheet: Value| json!({"costs": {"m": sheet}});
    for (given, said) in [
        (of(json!({})), "costs of m: it has no price"),
        (
            of(json!({"currency": "CNY"})),
            "costs of m: it has no price",
        ),
        (
            of(json!({"call": "1", "input": "1"})),
            "costs of m: a price of a call stands alone",
        ),
        (
            of(json!({"input": {"price": "1", "tiers": many}})),
            "costs of m: a price has more than 16 tiers",
        ),
        (
            of(
                json!({"input": {"price": "1", "tiers": long}, "output": {"price": "1", "tiers": long}}),
            ),
            "costs of m: the prices are too many",
        ),
        (of(json!({"input": "x"})), "did not match any variant"),
        (
            of(json!({"input": "1", "output": -1})),
            "did not match any variant",
        ),
        (of(json!({"inputs": "1"})), "unknown field `inputs`"),
        (json!({"cost": {}}), "unknown field `cost`"),
        (json!({"group_ratio": {"vip": "-1"}}), "negative"),
        (json!(7), "expected"),
    ] {
        let fault = channel_prices(&given).unwrap_err();
        assert!(fault.contains(said), "{fault}");
    }
    let zero = ChannelPrices::from_json(
        br#"{"costs":{"m":{"currency":"CNY","input":"1"}}}"#,
        500_000,
        Ratio::ZERO,
    );
    assert!(zero.unwrap_err().to_string().contains("exchange rate"));
    let zero = ChannelPrices::from_json(
        br#"{"costs":{"m":{"currency":"CNY","call":"1"}}}"#,
        500_000,
        Ratio::ZERO,
    );
    assert!(zero.unwrap_err().to_string().contains("exchange rate"));
}

#[test]
fn a_models_factor_of_a_group_goes_before_the_channels_and_that_before_none() {
    let prices = channel_prices(&json!({
        "costs": {"up": {"input": "2"}},
        "group_ratio": {"vip": "0.5", "default": "2"},
        "model_group_ratio": {"m": {"vip": "0.25"}},
    }))
    .unwrap();
    let ratio = |text: &str| Some(Ratio::parse(text).unwrap());
    assert_eq!(prices.group_ratio("m", "vip"), ratio("0.25"));
    assert_eq!(prices.group_ratio("m", "default"), ratio("2"));
    assert_eq!(prices.group_ratio("n", "vip"), ratio("0.5"));
    assert_eq!(prices.group_ratio("n", "other"), None);
    assert!(prices.cost("up").is_some() && prices.cost("m").is_none());
}

#[test]
fn a_known_cost_of_nothing_is_not_an_unknown_one() {
    let prices = channel_prices(&json!({"costs": {"m": {"input": "0"}}})).unwrap();
    let tables: Tables = serde_json::from_value(json!({"model_ratio": {"m": "1"}})).unwrap();
    let sheet = Sheet::compile(&tables, "m", 500_000).unwrap();
    let usage = Usage {
        prompt: 10,
        ..Usage::default()
    };
    let unknown = charge(&sheet, Ratio::ONE, &usage);
    let known = unknown.with_cost(prices.cost("m").unwrap(), &usage);
    assert_eq!((unknown.cost, unknown.cost_known), (0, false));
    assert_eq!((known.cost, known.cost_known, known.sale), (0, true, 10));
}

fn previewed(request: &Value) -> Value {
    let request = PreviewRequest::from_json(request.to_string().as_bytes()).unwrap();
    serde_json::to_value(price_preview(&request).unwrap()).unwrap()
}

#[test]
fn a_preview_prices_by_the_hour_the_header_the_body_and_the_sheets_handed_in() {
    // 1970-01-01 05:00 UTC.
    let by_hour = json!({"prices": {"expression": {"m": "p * hour()"}}, "model": "m",
        "usage": {"prompt": 1_000}, "now_ms": 18_000_000});
    assert_eq!(previewed(&by_hour)["list"], 2_500);
    let by_request = json!({"prices": {"expression": {"m": "p ||| param(\"tier\") == \"x\" ? 3 : 1 ||| has(header(\"h\"), \"y\") ? 2 : 1"}},
        "model": "m", "usage": {"prompt": 1_000}, "body": {"tier": "x"}, "headers": {"h": "xyz"}});
    assert_eq!(previewed(&by_request)["list"], 3_000);

    let sheets = json!({"model": "m", "usage": {"prompt": 1_000}, "group_ratio": "2", "cny_per_usd": "8",
        "decimals": {"input": "4"}, "costs": {"currency": "CNY", "input": "8"}});
    let found = previewed(&sheets);
    assert_eq!(
        (&found["list"], &found["sale"]),
        (&json!(2_000), &json!(4_000))
    );
    assert_eq!(
        (&found["cost"], &found["cost_known"]),
        (&json!(500), &json!(true))
    );
    let without_rate = json!({"model": "m", "usage": {"prompt": 1_000}, "decimals": {"currency": "CNY", "input": "7.3"}});
    let found = previewed(&without_rate);
    assert_eq!(
        (&found["list"], &found["cost_known"]),
        (&json!(500), &json!(false))
    );
}
