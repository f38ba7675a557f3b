//! The fault matrix: provider family × client family × fault. Status and body in the client's family, the row's end, the
//! charge, exactly one row, no hold left, nothing of the provider's address or key outside.
//!
//! A model's name says what the provider does with a call (`fault-3`), so that one node answers a whole column at once. What
//! is expected stands in the tables and comes from the relay contract and the families' documentation; a cell that is wrong
//! names itself, and all wrong cells are named.

mod chat;
mod gone;
mod local;
mod panics;
mod plain;
mod providers;
mod speakers;

use std::collections::HashMap;

use http::{HeaderValue, Method};
use serde_json::{Value, json};
use weirgate_relay::journal::UsageRow;

use crate::support::*;
use providers::{Act, Provider, SECRETS};
use speakers::header;

/// What is wrong, each with the name of its cell.
#[derive(Default)]
struct Wrong(Vec<String>);

impl Wrong {
    fn is<T: PartialEq + std::fmt::Debug>(&mut self, cell: &str, what: &str, is: &T, wanted: &T) {
        if is != wanted {
            self.0
                .push(format!("{cell}: {what} is {is:?}, not {wanted:?}"));
        }
    }

    fn holds(&mut self, cell: &str, what: &str, holds: bool) {
        if !holds {
            self.0.push(format!("{cell}: {what}"));
        }
    }

    fn all(&mut self, cell: &str, found: Vec<String>) {
        self.0
            .extend(found.into_iter().map(|what| format!("{cell}: {what}")));
    }

    fn report(self) {
        assert!(
            self.0.is_empty(),
            "{} wrong:\n{}",
            self.0.len(),
            self.0.join("\n")
        );
    }
}

/// Returns the name of the model with which a provider does the act of this number.
fn model(number: usize) -> String {
    format!("fault-{number:02}")
}

/// Returns the act that a call asks for.
fn act_of(seen: &Seen, acts: &[Act]) -> Act {
    let text = [seen.path.as_bytes(), &seen.body].concat();
    let text = String::from_utf8_lossy(&text).into_owned();
    let (_, rest) = text
        .split_once("fault-")
        .expect("a model that names its fault");
    let number = rest
        .get(..2)
        .and_then(|number| number.parse::<usize>().ok());
    acts[number.expect("a number")].clone()
}

/// A provider that does what models say, and a node before it.
fn stage(provider: Provider, acts: Vec<Act>, options: Value) -> (Upstream, Node) {
    let models: Vec<String> = (0..acts.len()).map(model).collect();
    let upstream = Upstream::start(move |seen| {
        let is_legacy = seen.path.ends_with("/v1/completions");
        let form = if seen.path.ends_with("/v1/responses") {
            Provider::Responses
        } else {
            provider
        };
        form.play(act_of(seen, &acts), is_legacy)
    });
    let row = provider.channel(&upstream.url(), &models);
    let mut setup = Setup::new(vec![row])
        .options(options)
        .prices(prices(&models));
    setup.users[0]["role"] = json!(10);
    (upstream, setup.start())
}

/// 1 quota a prompt token and 2 an output token.
fn prices(models: &[String]) -> Value {
    let each = |value: &str| {
        models
            .iter()
            .map(|model| (model.clone(), json!(value)))
            .collect()
    };
    let (input, output): (serde_json::Map<_, _>, serde_json::Map<_, _>) = (each("1"), each("2"));
    json!({"model_ratio": input, "completion_ratio": output})
}

/// What a call must cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Charge {
    Nothing,
    /// The usage that the provider stated: 10 in, 5 out.
    Stated,
    /// The prompt, and the one token of each `Hello`.
    Delivered(i64),
}

/// How a row must look.
#[derive(Clone, Debug)]
struct Ended {
    /// Its word.
    reason: String,
    charge: Charge,
    /// The status that the client saw.
    status: u16,
    /// The provider's own status; 0 when none came, nothing when the call ended before its attempt did.
    said: Option<u16>,
    /// The prompt was stated before the answer broke off.
    prompt_is_stated: bool,
}

fn check_row(cell: &str, row: &UsageRow, ended: &Ended, wrong: &mut Wrong) {
    wrong.is(
        cell,
        "the row's end",
        &row.end_reason.as_str(),
        &ended.reason.as_str(),
    );
    wrong.is(cell, "the row's status", &row.status, &ended.status);
    let attempts: Vec<u16> = row.attempts.iter().map(|attempt| attempt.status).collect();
    wrong.is(
        cell,
        "the attempt's status",
        &attempts,
        &Vec::from_iter(ended.said),
    );
    let counted = (row.prompt, row.completion);
    match ended.charge {
        Charge::Nothing => wrong.is(cell, "what is counted", &counted, &(0, 0)),
        Charge::Stated => wrong.is(cell, "what is counted", &counted, &(10, 5)),
        Charge::Delivered(tokens) => {
            wrong.is(cell, "the output counted", &row.completion, &tokens);
            let is_right = if ended.prompt_is_stated {
                row.prompt == 10
            } else {
                row.prompt > 0
            };
            wrong.holds(
                cell,
                &format!("the prompt counted is {}", row.prompt),
                is_right,
            );
        }
    }
    wrong.is(
        cell,
        "the charge",
        &row.quota,
        &(row.prompt + 2 * row.completion),
    );
    let texts = format!("{row:?}");
    let shown = SECRETS.iter().find(|secret| texts.contains(**secret));
    // The caller's own address is 127.0.0.1 too.
    let shown = shown.filter(|secret| **secret != "127.0.0.1");
    wrong.is(cell, "what the row gives away", &shown, &None);
}

/// Checks that an answer gives nothing of the provider away.
fn check_secrets(cell: &str, answer: &Answer, wrong: &mut Wrong) {
    let shown = format!(
        "{:?} {}",
        answer.headers,
        String::from_utf8_lossy(&answer.body)
    );
    let shown = SECRETS.iter().find(|secret| shown.contains(**secret));
    wrong.is(cell, "what the answer gives away", &shown, &None);
}

/// Returns the rows by the id that their clients were given; one a call and no more, all paid, no hold left.
async fn settled(node: &Node, calls: usize, wrong: &mut Wrong) -> HashMap<String, UsageRow> {
    node.wait_for_no_hold().await;
    let rows = node.rows(calls).await;
    wrong.is("the node", "the count of rows", &rows.len(), &calls);
    let charged: i64 = rows.iter().map(|row| row.quota).sum();
    let free = node.account()["free"].as_i64().expect("a number");
    wrong.is("the node", "what is left", &free, &(PLENTY - charged));
    let hex = |row: &UsageRow| format!("{:032x}", u128::from_be_bytes(row.request_id));
    rows.into_iter().map(|row| (hex(&row), row)).collect()
}

/// Finds the row of an answer.
fn row_of<'a>(
    cell: &str,
    answer: &Answer,
    rows: &'a HashMap<String, UsageRow>,
    wrong: &mut Wrong,
) -> Option<&'a UsageRow> {
    let row = rows.get(header(answer, "x-oneapi-request-id"));
    wrong.holds(cell, "there is no row of this call", row.is_some());
    row
}

/// The key with which an admin pins the channel: it is called whatever its breakers say, and never twice.
fn pinned() -> HeaderValue {
    HeaderValue::from_str(&format!("Bearer sk-{KEY}-1")).expect("a value")
}

/// Sends a call and reads its answer whole; one that does not come in time has the status 0.
async fn ask(node: &Node, call: (String, String)) -> Answer {
    let client = node.client();
    let (path, body) = call;
    let mut request = client.request(Method::POST, &path, body);
    request.headers_mut().insert("authorization", pinned());
    let answer = client.whole(request);
    let answer = tokio::time::timeout(LONG / 2, answer).await;
    answer.unwrap_or_else(|_late| Answer {
        status: 0,
        headers: http::HeaderMap::new(),
        body: "no answer came in time".into(),
    })
}
