//! Groups at the border: `auto` in its order, on to the next group after failures where the key says so, and the ratio of the
//! group that answered, or the one that is special to the user's own.

use serde_json::{Value, json};

use crate::support::*;

/// A node whose only user and key are of these groups, with `cheap` at 1 and `dear` at 3.
fn node_of(channels: &[Value], user_group: &str, key: &Value) -> Node {
    let mut setup = Setup::new(channels.to_owned());
    setup.users[0]["group"] = json!(user_group);
    setup.keys[0]["group"] = key["group"].clone();
    setup.keys[0]["cross_group_retry"] = key["cross_group_retry"].clone();
    let node = setup.start();
    let mut document = snapshot(channels, json!({}));
    document["groups"] = json!({
        "ratio": {"default": "1", "cheap": "1", "dear": "3", "vip": "1"},
        "usable": {"default": "", "cheap": "", "dear": "", "auto": ""},
        "group_group_ratio": {"vip": {"dear": "2"}},
        "auto": ["cheap", "dear"]
    });
    let document = document.to_string();
    node.gateway.publish_snapshot(document.as_bytes()).unwrap();
    node
}

fn in_group(id: i64, url: &str, group: &str) -> Value {
    let mut row = channel(id, url);
    row["groups"] = json!([group]);
    row
}

#[tokio::test]
async fn auto_goes_on_to_the_next_group_after_failures_only_where_the_key_says_so() {
    for goes_on in [true, false] {
        let bad = Upstream::start(|_| Reply::with(500, "application/json", "{}"));
        let good = Upstream::start(|_| Reply::json(REPLY));
        let channels = vec![
            in_group(1, &bad.url(), "cheap"),
            in_group(2, &good.url(), "dear"),
        ];
        let key = json!({"group": "auto", "cross_group_retry": goes_on});
        let node = node_of(&channels, "default", &key);

        let answer = node.client().chat(CHAT).await;

        let row = node.only_row().await;
        let attempts = row.attempts.len();
        if goes_on {
            assert_eq!((answer.status, attempts), (200, 2));
            assert_eq!((row.group.as_str(), row.quota), ("dear", 3 * 20));
            assert_eq!(node.account()["free"], PLENTY - 3 * 20);
        } else {
            assert_eq!((answer.status, row.quota), (500, 0));
            assert_eq!(good.count(), 0, "the next group is not asked");
        }
        node.wait_for_no_hold().await;
    }
}

#[tokio::test]
async fn auto_passes_over_a_group_that_has_no_channel_for_the_model() {
    let good = Upstream::start(|_| Reply::json(REPLY));
    let mut other = in_group(1, &good.url(), "cheap");
    other["models"] = json!(["another"]);
    let channels = vec![other, in_group(2, &good.url(), "dear")];
    let key = json!({"group": "auto", "cross_group_retry": false});
    let node = node_of(&channels, "default", &key);
    assert_eq!(node.client().chat(CHAT).await.status, 200);
    let row = node.only_row().await;
    assert_eq!(
        (row.channel_id, row.group.as_str(), row.quota),
        (2, "dear", 3 * 20)
    );
}

#[tokio::test]
async fn a_ratio_special_to_the_users_group_is_what_is_paid() {
    for (user_group, ratio) in [("default", 3), ("vip", 2)] {
        let good = Upstream::start(|_| Reply::json(REPLY));
        let key = json!({"group": "dear", "cross_group_retry": false});
        let node = node_of(&[in_group(1, &good.url(), "dear")], user_group, &key);
        assert_eq!(node.client().chat(CHAT).await.status, 200);
        let row = node.only_row().await;
        assert_eq!(row.quota, ratio * 20, "{user_group}");
        assert_eq!(node.account()["free"], PLENTY - ratio * 20);
    }
}
