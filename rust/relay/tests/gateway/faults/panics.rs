//! A station that panics: a 500 in the client's own family, the hold given back, one row, and a node that goes on serving.
//! The same behind the first byte: an error as the last of the stream.
//!
//! The panic comes from a log line's reader, which only this test installs: stations log what they could not read, and the
//! trap waits for one answer that can be told from all others by the place of its fault.

use std::sync::Once;

use bytes::Bytes;
use http::Method;
use serde_json::json;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

use super::providers::{Act, Provider};
use super::speakers::{Speaker, header};
use super::{Wrong, ask, check_secrets, model, row_of, settled, stage};
use crate::support::*;

/// Spaces before the fault of the trapped answer, which the parser counts.
pub(super) const TRAP_COLUMN: usize = 7_777;

struct Trap;

struct Finder(bool);

impl Visit for Finder {
    fn record_debug(&mut self, _field: &Field, value: &dyn std::fmt::Debug) {
        self.0 |= format!("{value:?}").contains(&format!("column {}", TRAP_COLUMN + 1));
    }
}

impl Subscriber for Trap {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target().starts_with("weirgate_relay::pipeline")
    }

    fn new_span(&self, _span: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _span: &Id, _values: &Record<'_>) {}

    fn record_follows_from(&self, _span: &Id, _follows: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut finder = Finder(false);
        event.record(&mut finder);
        assert!(!finder.0, "the trap of the test that lets a station panic");
    }

    fn enter(&self, _span: &Id) {}

    fn exit(&self, _span: &Id) {}
}

fn set_trap() {
    static SET: Once = Once::new();
    SET.call_once(|| tracing::subscriber::set_global_default(Trap).expect("no other subscriber"));
}

#[tokio::test]
async fn a_station_that_panics_is_a_500_in_every_family_and_costs_nothing() {
    set_trap();
    let mut wrong = Wrong::default();
    // A form that is translated for every client.
    let acts = vec![Act::Trap, Act::Whole];
    let (_upstream, node) = stage(Provider::Cohere, acts, json!({}));
    let mut calls = Vec::new();
    for speaker in Speaker::ALL {
        for is_stream in [false, true] {
            let cell = format!("{speaker:?} client, stream {is_stream}");
            let answer = ask(&node, speaker.call(&model(0), is_stream)).await;
            wrong.is(&cell, "the status", &answer.status, &500);
            let mut found = Vec::new();
            let message = speaker.refusal(&answer, &mut found);
            wrong.all(&cell, found);
            let is_ours = message.contains("internal error")
                && message.contains(header(&answer, "x-oneapi-request-id"));
            wrong.holds(&cell, &message, is_ours);
            check_secrets(&cell, &answer, &mut wrong);
            let good = ask(&node, speaker.call(&model(1), is_stream)).await;
            wrong.is(&cell, "the status of the next call", &good.status, &200);
            calls.push((cell, answer));
        }
    }
    let rows = settled(&node, 2 * calls.len(), &mut wrong).await;
    for (cell, answer) in calls {
        let Some(row) = row_of(&cell, &answer, &rows, &mut wrong) else {
            continue;
        };
        wrong.is(
            &cell,
            "the row's end",
            &row.end_reason.as_str(),
            &"internal_error",
        );
        wrong.is(&cell, "the charge", &row.quota, &0);
    }
    wrong.report();
}

#[tokio::test]
async fn a_stream_that_panics_ends_with_an_error_and_is_paid_as_far_as_it_went() {
    set_trap();
    let told = format!("column {}", TRAP_COLUMN + 1);
    let error = json!({"error": {"message": told, "type": "server_error", "code": null}});
    let error = Bytes::from(format!("data: {error}\n\n"));
    let hello = delta(&"Hello ".repeat(100));
    let upstream = Upstream::start(move |_| {
        let (feed, reply) = Reply::events();
        let (hello, error) = (hello.clone(), error.clone());
        tokio::spawn(async move {
            // A client that went away is seen by its row.
            for piece in [hello, error] {
                drop(feed.send(Ok(piece)).await);
            }
        });
        reply
    });
    let message = json!([{"role": "user", "content": "Say hello."}]);
    let claude = json!({"model": "gpt-4o", "max_tokens": 500, "stream": true, "messages": message});
    // A translated stream has one error at most, and the provider's own has just been told.
    let calls = [
        (
            "/v1/chat/completions",
            CHAT_STREAM.to_owned(),
            "an internal error occurred",
        ),
        ("/v1/messages", claude.to_string(), "event: error"),
    ];
    for (path, body, wanted) in calls {
        let node = Setup::new(vec![channel(1, &upstream.url())]).start();

        let answer = node
            .client()
            .whole(node.client().request(Method::POST, path, body))
            .await;

        assert_eq!(answer.status, 200, "{path}");
        let text = String::from_utf8(answer.body.to_vec()).unwrap();
        assert!(text.contains("Hello"), "{path}: {text}");
        let last = text.trim_end().rsplit("\n\n").next().unwrap_or_default();
        assert!(last.contains(wanted), "{path}: {text}");
        let row = node.only_row().await;
        assert_eq!(row.end_reason.as_str(), "internal_error", "{path}");
        assert!(row.quota > 0, "{path}: what was delivered is paid");
        assert_eq!(node.account()["held"], 0, "{path}");
        let models = node.client().request(Method::GET, "/v1/models", "");
        assert_eq!(node.client().whole(models).await.status, 200, "{path}");
    }
}
