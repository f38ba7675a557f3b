//! What tasks cost: by call, by what a model that is priced by token is worth, free ones, and amounts above the cap.

use serde_json::{Value, json};
use weirgate_policy::price::{QUOTA_CAP, Tables, task_charge};
use weirgate_policy::{Ratio, Sheet};

const QUOTA_PER_USD: u32 = 500_000;

fn ratio(text: &str) -> Ratio {
    Ratio::parse(text).unwrap()
}

/// List, sale and whether an amount was capped.
fn charged(prices: Value, group: &str, times: &str) -> (i64, i64, bool) {
    let tables: Tables = serde_json::from_value(prices).unwrap();
    let sheet = Sheet::compile(&tables, "m", QUOTA_PER_USD).unwrap();
    let charge = task_charge(&sheet, ratio(group), ratio(times), QUOTA_PER_USD);
    assert_eq!((charge.cost, charge.cost_known), (0, false));
    (charge.list, charge.sale, charge.saturated)
}

#[test]
fn a_task_costs_its_price_times_what_it_counts_as() {
    let by_call = || json!({"model_price": {"m": "0.3"}});
    assert_eq!(charged(by_call(), "1", "1"), (150_000, 150_000, false));
    assert_eq!(charged(by_call(), "0.5", "10"), (1_500_000, 750_000, false));
    assert_eq!(
        charged(by_call(), "1", "1.666667"),
        (250_000, 250_000, false)
    );
    // 0.1 USD where the model is priced by token or by expression.
    let by_token = json!({"model_ratio": {"m": "3"}});
    assert_eq!(charged(by_token, "2", "3"), (150_000, 300_000, false));
    let by_text = json!({"expression": {"m": "p * 2"}});
    assert_eq!(charged(by_text, "1", "1"), (50_000, 50_000, false));
}

#[test]
fn a_task_is_free_when_anything_is_nothing_and_else_costs_at_least_one() {
    let by_call = |usd: &str| json!({"model_price": {"m": usd}});
    assert_eq!(charged(by_call("0"), "1", "5"), (0, 0, false));
    assert_eq!(charged(by_call("0.3"), "0", "1"), (150_000, 0, false));
    assert_eq!(charged(by_call("0.3"), "1", "0"), (0, 0, false));
    assert_eq!(
        charged(json!({"model_ratio": {"m": "0"}}), "1", "9"),
        (0, 0, false)
    );
    assert_eq!(charged(by_call("0.0000001"), "1", "1"), (1, 1, false));
}

#[test]
fn a_tasks_amounts_are_capped_and_say_so_each_for_itself() {
    let dear = || json!({"model_price": {"m": "1000000000"}});
    let most = "1000000000";
    assert_eq!(charged(dear(), "1", most), (QUOTA_CAP, QUOTA_CAP, true));
    // Only the one of the two.
    assert_eq!(charged(dear(), "0", most), (QUOTA_CAP, 0, true));
    let (list, sale, is_capped) = charged(dear(), "1000000000", "0.01");
    assert_eq!(
        (list, sale, is_capped),
        (5_000_000_000_000, QUOTA_CAP, true)
    );
    let (list, sale, is_capped) = charged(json!({"model_price": {"m": "1"}}), "1", "1");
    assert_eq!((list, sale, is_capped), (500_000, 500_000, false));
}
