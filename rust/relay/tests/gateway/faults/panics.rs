//! A station that panics: a 500 in the client's own family, the hold given back, one row, and a node that goes on serving.
//!
//! The panic comes from a log line's reader, which only this test installs: stations log what they could not read, and the
//! trap waits for one answer that can be told from all others by the place of its fault.

use std::sync::Once;

use serde_json::json;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

use super::providers::{Act, Provider};
use super::speakers::{Speaker, header};
use super::{Wrong, ask, check_secrets, model, row_of, settled, stage};

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
