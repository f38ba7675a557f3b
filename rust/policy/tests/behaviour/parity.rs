//! Every call of the shared fixture costs to the unit what the decimal reference says.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Value, json};
use weirgate_policy::price::{DecimalSheet, PreviewUsage};
use weirgate_policy::{Sheet, Snapshot, charge, default_prices_json};
use weirgate_wire::canon::Usage;

/// The fixture's cases are at least as many.
const FEWEST: usize = 200;
/// The family's option names, and their names in a snapshot.
const TABLES: [(&str, &str); 9] = [
    ("tool_price_setting.prices", "tool_price"),
    ("ModelRatio", "model_ratio"),
    ("ModelPrice", "model_price"),
    ("CompletionRatio", "completion_ratio"),
    ("CacheRatio", "cache_ratio"),
    ("CreateCacheRatio", "create_cache_ratio"),
    ("ImageRatio", "image_ratio"),
    ("AudioRatio", "audio_ratio"),
    ("AudioCompletionRatio", "audio_completion_ratio"),
];

#[derive(Deserialize)]
struct Fixture {
    options: HashMap<String, Value>,
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    name: String,
    rule: String,
    options: String,
    model: String,
    user_group: String,
    using_group: String,
    usage: PreviewUsage,
    #[serde(default)]
    accept_unset: bool,
    #[serde(default)]
    image: HashMap<String, String>,
    #[serde(default)]
    decimals: Option<DecimalSheet>,
    #[serde(default)]
    costs: Option<DecimalSheet>,
    expected: Expected,
}

#[derive(Debug, Deserialize, PartialEq, Eq)]
struct Expected {
    list: i64,
    sale: i64,
    #[serde(default)]
    cost: i64,
}

fn fixture() -> Fixture {
    let path =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/contracts/prices/parity.json");
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

/// The routing document that these options compile into.
fn snapshot(options: &Value) -> Snapshot {
    let mut prices: Value = serde_json::from_str(default_prices_json()).unwrap();
    for (option, table) in TABLES {
        if let Some(given) = options.get(option) {
            prices[table] = given.clone();
        }
    }
    let document = json!({
        "version": 1,
        "groups": {
            "ratio": options["GroupRatio"], "group_group_ratio": options["GroupGroupRatio"],
        },
        "prices": prices,
    });
    Snapshot::from_json(document.to_string().as_bytes()).unwrap()
}

fn priced(snapshot: &Snapshot, case: &Case) -> Expected {
    let compile = |sheet: &DecimalSheet| {
        let rate = snapshot.options.cny_per_usd;
        sheet.compile(&case.model, snapshot.options.quota_per_unit, rate)
    };
    let sheet = match &case.decimals {
        Some(decimals) => Arc::new(compile(decimals).unwrap()),
        None => snapshot
            .sheet_or_fallback(&case.model, case.accept_unset)
            .unwrap(),
    };
    let of = |name: &str| case.image.get(name).map(String::as_str);
    let of_image: Option<Sheet> = sheet.for_image(&case.model, of("size"), of("quality"));
    let group = snapshot.groups().ratio(&case.user_group, &case.using_group);
    let sheet = of_image.as_ref().unwrap_or(&sheet);
    let usage = Usage::from(case.usage);
    let mut charge = charge(sheet, group.ratio, &usage);
    assert!(!charge.cost_known);
    if let Some(costs) = &case.costs {
        charge = charge.with_cost(&compile(costs).unwrap(), &usage);
        assert!(charge.cost_known);
    }
    assert!(!charge.saturated, "{}", case.name);
    Expected {
        list: charge.list,
        sale: charge.sale,
        cost: charge.cost,
    }
}

#[test]
fn every_call_of_the_fixture_costs_what_the_decimal_reference_says() {
    let fixture = fixture();
    assert!(fixture.cases.len() >= FEWEST);
    let snapshots: HashMap<&str, Snapshot> = fixture
        .options
        .iter()
        .map(|(name, options)| (name.as_str(), snapshot(options)))
        .collect();
    let wrong: Vec<String> = fixture
        .cases
        .iter()
        .filter_map(|case| {
            let found = priced(&snapshots[case.options.as_str()], case);
            (found != case.expected).then(|| {
                let (name, rule, expected) = (&case.name, &case.rule, &case.expected);
                format!("{name} ({rule}): {expected:?}, not {found:?}")
            })
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
