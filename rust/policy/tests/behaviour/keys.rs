//! Who may call: the order of checks with its exact statuses and codes, key texts and hashes.

use std::net::IpAddr;

use crate::support::{HASH, NOW_S, caller_of, channel, document, key, snapshot, snapshot_of, user};
use serde_json::{Value, json};
use weirgate_policy::{
    GroupChoice, KeyHash, KeyHasher, Refusal, check_key, check_key_state, check_model,
    keys_from_json, parse_key_text, users_from_json,
};

fn address(text: &str) -> Option<IpAddr> {
    text.parse().ok()
}

fn refusal(key_changes: Value, user_changes: Value, ip: &str, pin: Option<&str>) -> Refusal {
    let snapshot = snapshot(&[channel(1, json!({})), channel(2, json!({"status": 2}))]);
    let (key, user) = (key(key_changes), user(user_changes));
    check_key(&key, &user, &snapshot, NOW_S, address(ip), pin).unwrap_err()
}

/// Key changes | user changes | address | pin | status, code, reason.
const REFUSALS: &str = r#"
    {"status": 2}                  | {}            | 1.1.1.1 |      | 401 - key_disabled
    {"status": 0}                  | {}            | 1.1.1.1 |      | 401 - key_disabled
    {"status": 3}                  | {}            | 1.1.1.1 |      | 401 - key_expired
    {"status": 4}                  | {}            | 1.1.1.1 |      | 401 - key_exhausted
    {"expired_time": 1799999999}   | {}            | 1.1.1.1 |      | 401 - key_expired
    {"expired_time": 0}            | {}            | 1.1.1.1 |      | 401 - key_expired
    {"allow_ips": ["10.0.0.0/8"]}  | {}            | 1.1.1.1 |      | 403 access_denied address_not_allowed
    {"allow_ips": ["10.0.0.0/8"]}  | {}            |         |      | 403 access_denied address_unknown
    {}                             | {"status": 2} | 1.1.1.1 |      | 403 - user_disabled
    {"group": "lab"}               | {}            | 1.1.1.1 |      | 403 - group_not_usable
    {"group": "ghost"}             | {}            | 1.1.1.1 |      | 403 - group_deprecated
    {}                             | {}            | 1.1.1.1 | 1    | 403 - pin_not_admin
    {}                             | {"role": 9}   | 1.1.1.1 | 1    | 403 - pin_not_admin
    {}                             | {"role": 10}  | 1.1.1.1 | 9    | 400 - pin_unknown
    {}                             | {"role": 10}  | 1.1.1.1 | 99999999999999999999 | 400 - pin_unknown
    {}                             | {"role": 100} | 1.1.1.1 | 2    | 403 - pin_disabled
"#;

#[test]
fn every_failed_check_has_its_status_code_and_reason() {
    for row in REFUSALS.trim().lines() {
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        let read = |cell: &str| serde_json::from_str::<Value>(cell).unwrap();
        let pin = Some(cells[3]).filter(|pin| !pin.is_empty());
        let refusal = refusal(read(cells[0]), read(cells[1]), cells[2], pin);
        let body = refusal.body();
        let code = body.code.as_deref().filter(|code| !code.is_empty());
        let found = [
            body.status.to_string(),
            code.unwrap_or("-").to_owned(),
            refusal.reason().to_owned(),
        ];
        assert_eq!(found.join(" "), cells[4], "{row}");
        assert_eq!(body.kind, "new_api_error");
        assert!(refusal.is_before_relay());
    }
}

#[test]
fn unusable_keys_are_told_apart_by_nobody_outside() {
    let texts: Vec<_> = [
        Refusal::KeyUnknown,
        Refusal::KeyDisabled,
        Refusal::KeyExpired,
        Refusal::KeyExhausted,
    ]
    .iter()
    .map(Refusal::body)
    .collect();
    assert!(texts.windows(2).all(|pair| pair[0] == pair[1]));
}

#[test]
fn the_checks_come_in_the_familys_order() {
    // Everything is wrong at once; each row mends the fault that was named before it.
    let mut row =
        json!({"status": 2, "expired_time": 1, "allow_ips": ["10.0.0.1"], "group": "lab"});
    let mut owner = json!({"status": 2});
    let found = |row: &Value, owner: &Value| {
        refusal(row.clone(), owner.clone(), "1.1.1.1", Some("1")).reason()
    };
    assert_eq!(found(&row, &owner), "key_disabled");
    row["status"] = json!(1);
    assert_eq!(found(&row, &owner), "key_expired");
    row["expired_time"] = json!(-1);
    assert_eq!(found(&row, &owner), "address_not_allowed");
    row["allow_ips"] = json!([]);
    assert_eq!(found(&row, &owner), "user_disabled");
    owner["status"] = json!(1);
    assert_eq!(found(&row, &owner), "group_not_usable");
    row["group"] = json!("");
    assert_eq!(found(&row, &owner), "pin_not_admin");
}

#[test]
fn a_refused_group_names_the_groups_that_are_open() {
    let found = refusal(json!({"group": "lab"}), json!({}), "", None);
    let message = found.body().message;
    assert!(
        message.contains("lab") && message.contains("default, ghost, vip"),
        "{message}"
    );
}

#[test]
fn address_lists_take_single_addresses_nets_and_mapped_forms() {
    let snapshot = snapshot(&[]);
    let limited = key(json!({"allow_ips": ["10.0.0.0/8", " 1.2.3.4 ", "", "2001:db8::/32"]}));
    for (client, is_allowed) in [
        ("10.200.3.4", true),
        ("1.2.3.4", true),
        ("::ffff:1.2.3.4", true),
        ("2001:db8::9", true),
        ("1.2.3.5", false),
        ("::1", false),
    ] {
        let checked = check_key(
            &limited,
            &user(json!({})),
            &snapshot,
            NOW_S,
            address(client),
            None,
        );
        assert_eq!(checked.is_ok(), is_allowed, "{client}");
    }
    let blank = key(json!({"allow_ips": [" ", ""]}));
    assert!(check_key(&blank, &user(json!({})), &snapshot, NOW_S, None, None).is_ok());
}

#[test]
fn an_unreadable_address_list_lets_nobody_in() {
    let found = refusal(
        json!({"allow_ips": ["not-an-address"]}),
        json!({}),
        "1.2.3.4",
        None,
    );
    assert_eq!(found, Refusal::AddressNotAllowed);
}

#[test]
fn a_key_is_valid_until_its_second_has_passed() {
    assert_eq!(
        check_key_state(&key(json!({"expired_time": NOW_S})), NOW_S),
        Ok(())
    );
    let late = check_key_state(&key(json!({"expired_time": NOW_S})), NOW_S + 1);
    assert_eq!(late, Err(Refusal::KeyExpired));
}

#[test]
fn the_caller_serves_from_the_keys_group_the_users_or_auto() {
    let snapshot = snapshot(&[]);
    let fixed = |name: &str| GroupChoice::Fixed(name.into());
    let owner = user(json!({}));
    let of = |group: &str| caller_of(&key(json!({"group": group})), &owner, &snapshot).group;
    assert_eq!(of(""), fixed("default"));
    assert_eq!(of("default"), fixed("default"));
    assert_eq!(of("vip"), fixed("vip"));
    assert_eq!(
        of("auto"),
        GroupChoice::Auto(["vip".into(), "default".into()].into())
    );
}

#[test]
fn auto_must_be_open_to_the_user() {
    let mut document = document(&[]);
    document["groups"]["usable"] = json!({"default": "d"});
    let snapshot = snapshot_of(&document);
    let checked = check_key(
        &key(json!({"group": "auto"})),
        &user(json!({})),
        &snapshot,
        NOW_S,
        None,
        None,
    );
    assert!(matches!(checked, Err(Refusal::GroupNotUsable { .. })));
}

#[test]
fn an_admin_may_pin_an_enabled_channel() {
    let snapshot = snapshot(&[channel(12, json!({}))]);
    let admin = user(json!({"role": 10}));
    let checked = check_key(&key(json!({})), &admin, &snapshot, NOW_S, None, Some("12")).unwrap();
    assert_eq!(checked.pinned_channel, Some(12));
}

#[test]
fn model_limits_are_checked_in_order() {
    let snapshot = snapshot(&[channel(1, json!({}))]);
    let check = |limits: Value, model: &str| {
        let limited = key(json!({"model_limits_enabled": true, "model_limits": limits}));
        let caller = caller_of(&limited, &user(json!({})), &snapshot);
        check_model(&caller, &limited, model, &snapshot)
            .map_err(|refusal| (refusal.status(), refusal.reason()))
    };
    assert_eq!(check(json!([]), "gpt-4o"), Err((403, "model_limits_empty")));
    assert_eq!(
        check(json!(["gpt-4"]), "gpt-4o"),
        Err((403, "model_not_allowed"))
    );
    assert_eq!(check(json!(["gpt-4"]), ""), Err((400, "model_missing")));
    assert_eq!(check(json!(["gpt-4o"]), "gpt-4o"), Ok(()));
    assert_eq!(check(json!(["gpt-4-gizmo-*"]), "gpt-4-gizmo-g-1"), Ok(()));
    assert_eq!(check(json!(["gpt-4-gizmo-g-1"]), "gpt-4-gizmo-g-1"), Ok(()));
}

#[test]
fn a_pin_skips_model_limits_but_not_the_model() {
    let snapshot = snapshot(&[channel(1, json!({}))]);
    let limited = key(json!({"model_limits_enabled": true, "model_limits": ["gpt-4"]}));
    let admin = user(json!({"role": 100}));
    let caller = check_key(&limited, &admin, &snapshot, NOW_S, None, Some("1")).unwrap();
    assert_eq!(check_model(&caller, &limited, "gpt-4o", &snapshot), Ok(()));
    assert_eq!(
        check_model(&caller, &limited, "", &snapshot),
        Err(Refusal::ModelMissing)
    );
}

#[test]
fn a_key_text_is_whole_first_and_split_at_trailing_digits_second() {
    let read = |text| {
        let parsed = parse_key_text(text);
        (parsed.full, parsed.split)
    };
    assert_eq!(read("sk-abc"), ("abc", None));
    assert_eq!(read("abc"), ("abc", None));
    assert_eq!(read(" sk-abc-12 "), ("abc-12", Some(("abc", "12"))));
    assert_eq!(
        read("sk-portal-key-12"),
        ("portal-key-12", Some(("portal-key", "12")))
    );
    assert_eq!(read("sk-sk-abc"), ("sk-abc", None));
    assert_eq!(read("sk-abc-"), ("abc-", None));
    assert_eq!(read("sk-abc-12x"), ("abc-12x", None));
    assert_eq!(read("sk--12"), ("-12", None));
    assert_eq!(read(""), ("", None));
    assert_eq!(format!("{:?}", parse_key_text("sk-secret")), "KeyText(***)");
}

#[test]
fn a_hash_depends_on_secret_and_text_and_survives_hex() {
    let hasher = KeyHasher::new(&[7; 32]);
    let hash = hasher.hash("abc");
    assert_eq!(hash, hasher.hash("abc"));
    assert_ne!(hash, hasher.hash("abd"));
    assert_ne!(hash, KeyHasher::new(&[8; 32]).hash("abc"));
    assert_eq!(KeyHash::from_hex(&hash.to_hex()), Some(hash));
    assert_eq!(KeyHash::from_hex("zz"), None);
    assert_eq!(KeyHash::from_hex(HASH).unwrap().0[31], 255);
    assert_eq!(format!("{hasher:?}"), "KeyHasher(***)");
}

#[test]
fn batches_name_the_row_that_is_wrong() {
    let row = json!({"id": 1, "user_id": 2, "hash": HASH, "status": 1});
    let good = json!([row, {"id": 5, "deleted": true}]);
    let keys = keys_from_json(good.to_string().as_bytes()).unwrap();
    assert!(keys[1].deleted && keys[1].id == 5 && !keys[0].deleted);
    for (rows, path) in [
        (json!([row, {"id": 2, "user_id": 2}]), "[1]"),
        (json!([{"id": 0, "deleted": true}]), "[0]"),
        (json!([{"id": 3, "hash": HASH}]), "[0]"),
        (json!([{"id": 3, "user_id": 1, "hash": "12"}]), "[0]"),
    ] {
        let error = keys_from_json(rows.to_string().as_bytes()).unwrap_err();
        assert!(error.path.starts_with(path), "{error}");
    }
    let users = json!([{"id": 1, "username": "a", "role": "x"}]).to_string();
    assert_eq!(
        users_from_json(users.as_bytes()).unwrap_err().path,
        "[0].role"
    );
    assert!(users_from_json(br#"[{"id":3,"deleted":true}]"#).unwrap()[0].deleted);
}
