//! Holds and charges at their edges: never more than there is, never lost, never left behind.

use serde_json::json;
use weirgate_relay::journal::{EndReason, UsageSource};

use crate::support::*;

/// What a call of `CHAT` holds: the body's bytes / 4, and 100 output tokens at twice the price.
fn hold_of_chat() -> i64 {
    i64::try_from(CHAT.len().div_ceil(4)).unwrap() + 200
}

/// An upstream that holds all its answers until the gate is opened.
pub(crate) fn gated_upstream() -> (tokio::sync::watch::Sender<bool>, Upstream) {
    let (open, gate) = tokio::sync::watch::channel(false);
    let upstream = Upstream::start(move |_| {
        let (feed, reply) = Reply::events();
        let mut gate = gate.clone();
        tokio::spawn(async move {
            gate.wait_for(|open| *open).await.unwrap();
            for piece in [delta("x"), finish(), usage(1, 1), DONE] {
                feed.send(Ok(piece)).await.unwrap();
            }
        });
        reply
    });
    (open, upstream)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_worth_ten_holds_admits_ten_of_64_at_once() {
    let (open, upstream) = gated_upstream();
    let body = CHAT.replace("\"messages\"", "\"stream\":true,\"messages\"");
    let hold = i64::try_from(body.len().div_ceil(4)).unwrap() + 200;
    let worth = hold * 10 + hold / 2;
    let mut setup = Setup::new(vec![channel(1, &upstream.url())]);
    setup.balances =
        json!({"last_entry": 0, "users": [[1, PLENTY]], "keys": [[1, 1, worth, false]]});
    let node = setup.start();

    let calls: Vec<_> = (0..64)
        .map(|_| {
            let (client, body) = (node.client(), body.clone());
            tokio::spawn(async move { client.chat(body).await })
        })
        .collect();
    upstream.wait_for_calls(10).await;
    let mut refused = 0;
    let mut admitted = 0;
    let mut waiting = calls;
    let deadline = tokio::time::Instant::now() + LONG;
    while refused < 54 {
        assert!(tokio::time::Instant::now() < deadline, "{refused} refused");
        let (done, rest): (Vec<_>, Vec<_>) = waiting
            .into_iter()
            .partition(tokio::task::JoinHandle::is_finished);
        waiting = rest;
        for call in done {
            let answer = call.await.unwrap();
            assert_eq!(answer.status, 403);
            assert_eq!(
                answer.json()["error"]["code"],
                "pre_consume_token_quota_failed"
            );
            refused += 1;
        }
        tokio::task::yield_now().await;
    }
    assert_eq!(upstream.count(), 10);
    assert_eq!(node.account()["held"], hold * 10);
    assert_eq!(node.account()["keys"]["1"], hold / 2);
    open.send(true).unwrap();
    for call in waiting {
        assert_eq!(call.await.unwrap().status, 200);
        admitted += 1;
    }

    assert_eq!((admitted, refused), (10, 54));
    assert_eq!(node.account()["held"], 0);
    assert_eq!(node.account()["keys"]["1"], worth - 30);
    assert_eq!(node.rows(10).await.len(), 10);
    assert_eq!(
        node.client().chat(body).await.status,
        200,
        "the rest can still be spent"
    );
}

#[tokio::test]
async fn a_wallet_that_cannot_carry_the_hold_refuses_before_the_upstream_is_called() {
    let upstream = Upstream::start(|_| Reply::json(REPLY));
    let mut setup = Setup::new(vec![channel(1, &upstream.url())]);
    let short = hold_of_chat() - 1;
    setup.balances =
        json!({"last_entry": 0, "users": [[1, short]], "keys": [[1, 1, PLENTY, false]]});
    let node = setup.start();

    let answer = node.client().chat(CHAT).await;

    assert_eq!(answer.status, 403);
    assert_eq!(answer.json()["error"]["code"], "insufficient_user_quota");
    assert_eq!(upstream.count(), 0);
    assert_eq!(node.account()["free"], short);

    node.gateway.apply_entries(b"[[1,1,0,1,0]]").unwrap();
    assert_eq!(
        node.client().chat(CHAT).await.status,
        200,
        "one more unit is enough"
    );
}

#[tokio::test]
async fn a_key_with_nothing_left_is_exhausted() {
    let upstream = Upstream::start(|_| Reply::json(REPLY));
    let mut setup = Setup::new(vec![channel(1, &upstream.url())]);
    setup.balances = json!({"last_entry": 0, "users": [[1, PLENTY]], "keys": [[1, 1, 0, false]]});
    let node = setup.start();

    assert_eq!(node.client().chat(CHAT).await.status, 401);
}

#[tokio::test]
async fn an_unlimited_key_is_counted_and_never_a_reason_to_refuse() {
    let upstream = Upstream::start(|_| Reply::json(REPLY));
    let mut setup = Setup::new(vec![channel(1, &upstream.url())]);
    setup.keys[0]["unlimited"] = json!(true);
    setup.balances = json!({"last_entry": 0, "users": [[1, PLENTY]], "keys": [[1, 1, 0, true]]});
    let node = setup.start();

    assert_eq!(node.client().chat(CHAT).await.status, 200);
    assert_eq!(node.account()["keys"]["1"], -20);
}

#[tokio::test]
async fn a_stated_usage_of_zero_is_charged_as_zero() {
    let reply = REPLY.replace(
        "\"prompt_tokens\":10,\"completion_tokens\":5,\"total_tokens\":15",
        "\"prompt_tokens\":0,\"completion_tokens\":0,\"total_tokens\":0",
    );
    let upstream = Upstream::start(move |_| Reply::json(reply.clone()));
    let node = Setup::new(vec![channel(1, &upstream.url())]).start();

    node.client().chat(CHAT).await;

    let row = node.only_row().await;
    assert_eq!((row.quota, row.usage_source), (0, UsageSource::Provider));
    assert_eq!(node.account()["free"], PLENTY);
}

#[tokio::test]
async fn a_reply_without_usage_is_counted() {
    let (before_usage, _) = REPLY.split_once(",\"usage\"").unwrap();
    let reply = format!("{before_usage}}}");
    let upstream = Upstream::start(move |_| Reply::json(reply.clone()));
    let node = Setup::new(vec![channel(1, &upstream.url())]).start();

    node.client().chat(CHAT).await;

    let row = node.only_row().await;
    assert_eq!(row.end_reason, EndReason::CompletedNoUsage);
    assert_eq!(row.usage_source, UsageSource::Estimate);
    assert_eq!(row.completion, 2, "`Hello!` is two tokens");
    assert!(
        (8..=14).contains(&row.prompt),
        "{} prompt tokens",
        row.prompt
    );
    assert_eq!(row.quota, row.prompt + 2 * row.completion);
}

#[tokio::test]
async fn a_stream_without_usage_is_counted_even_with_a_large_prompt() {
    let upstream =
        Upstream::start(|_| Reply::event_list(vec![delta("Hello"), delta("!"), finish(), DONE]));
    let node = Setup::new(vec![channel(1, &upstream.url())]).start();
    let words = "word ".repeat(20_000);
    let body = CHAT_STREAM.replace("Say hello.", words.trim_end());

    let answer = node.client().chat(body).await;

    assert_eq!(
        answer.body,
        [delta("Hello"), delta("!"), finish(), DONE].concat()
    );
    let row = node.only_row().await;
    assert_eq!(row.end_reason, EndReason::CompletedNoUsage);
    assert_eq!(row.completion, 2);
    assert!(
        (20_000..20_020).contains(&row.prompt),
        "{} prompt tokens",
        row.prompt
    );
}

#[tokio::test]
async fn a_charge_above_the_hold_is_booked_and_marked() {
    let reply = REPLY.replace("\"completion_tokens\":5", "\"completion_tokens\":500000");
    let upstream = Upstream::start(move |_| Reply::json(reply.clone()));
    let node = Setup::new(vec![channel(1, &upstream.url())]).start();

    node.client().chat(CHAT).await;

    let row = node.only_row().await;
    assert!(row.overrun);
    assert_eq!(row.quota, 1_000_010);
    assert_eq!(node.account()["free"], PLENTY - 1_000_010);
}

#[tokio::test]
async fn a_stream_raises_its_hold_and_is_cut_when_the_money_is_gone() {
    let upstream = Upstream::start(|_| {
        let (feed, reply) = Reply::events();
        tokio::spawn(
            async move { while feed.send(Ok(delta(&"word ".repeat(20)))).await.is_ok() {} },
        );
        reply
    });
    let mut setup = Setup::new(vec![channel(1, &upstream.url())]);
    setup.balances =
        json!({"last_entry": 0, "users": [[1, 2_000]], "keys": [[1, 1, PLENTY, false]]});
    let node = setup.start();

    let answer = node.client().chat(CHAT_STREAM).await;

    let text = String::from_utf8(answer.body.to_vec()).unwrap();
    assert!(text.contains("insufficient_user_quota"), "{text}");
    let row = node.only_row().await;
    assert_eq!(row.end_reason, EndReason::QuotaExhaustedMidstream);
    assert!(row.hold > 300 && row.hold <= 2_000, "held {}", row.hold);
    assert!(!row.overrun, "{} of {}", row.quota, row.hold);
    assert!(node.account()["free"].as_i64().unwrap() >= 0);
    upstream.wait_for_gone(1).await;
}

#[tokio::test]
async fn a_stream_may_finish_without_money_when_the_setting_says_so() {
    let pieces: Vec<_> = (0..50).map(|_| delta(&"word ".repeat(20))).collect();
    let all = [pieces, vec![finish(), usage(10, 1_000), DONE]].concat();
    let upstream = Upstream::start(move |_| Reply::event_list(all.clone()));
    let mut setup = Setup::new(vec![channel(1, &upstream.url())]);
    setup.balances = json!({"last_entry": 0, "users": [[1, 500]], "keys": [[1, 1, PLENTY, false]]});
    let node = setup
        .options(json!({"midstream_exhausted": "finish"}))
        .start();

    node.client().chat(CHAT_STREAM).await;

    let row = node.only_row().await;
    assert_eq!(
        (row.end_reason, row.quota, row.overrun),
        (EndReason::Completed, 2_010, true)
    );
    assert_eq!(node.account()["free"], 500 - 2_010);
    assert_eq!(
        node.client().chat(CHAT).await.status,
        403,
        "nothing new until that is paid"
    );
}

#[tokio::test]
async fn what_sql_has_taken_over_is_no_longer_pending() {
    let upstream = Upstream::start(|_| Reply::json(REPLY));
    let node = Setup::new(vec![channel(1, &upstream.url())]).start();
    node.client().chat(CHAT).await;
    node.only_row().await;
    assert_eq!(node.account()["pending"], 20);

    let sums = node
        .gateway
        .read_sums(weirgate_relay::journal::Position::START, 100)
        .unwrap();
    node.gateway.commit("sql", sums.to).unwrap();
    let page = node.gateway.metrics();
    let line = format!(
        "weirgate_drain_last_batch{{consumer=\"sql\"}} {}",
        sums.records
    );
    assert!(sums.records > 0 && page.contains(&line), "{page}");

    assert_eq!(node.account()["pending"], 0);
    assert_eq!(node.account()["free"], PLENTY - 20);
    assert_eq!(node.status()["accounts_out_of_balance"], json!([]));
}
