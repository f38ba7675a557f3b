//! Clients that go away: before any output and amid a stream, over every provider family. The provider's side is closed, what
//! was delivered is paid, and nothing is paid before.

use http::{Method, Request};
use http_body_util::{BodyExt as _, Full};
use serde_json::json;
use tokio::task::JoinHandle;

use super::providers::{Act, Provider};
use super::speakers::Speaker;
use super::{Charge, Ended, Wrong, check_row, model, pinned, stage};
use crate::support::*;

/// Name; what the provider does; whether something goes out before the client leaves.
const LEAVINGS: &str = "
leaves before the head; whole hang; nothing
leaves before the head of a stream; stream hang; nothing
leaves before the first token; stream of SILENCE; nothing
leaves amid the stream; stream of OPEN TEXT SILENCE; text
";

struct Leaving {
    name: &'static str,
    is_stream: bool,
    act: Act,
    hears_text: bool,
}

fn leavings() -> Vec<Leaving> {
    let lines = LEAVINGS.lines().filter(|line| !line.is_empty());
    let read = |line: &'static str| {
        let fields: Vec<&str> = line.split(';').map(str::trim).collect();
        let [name, asks, hears] = fields[..] else {
            panic!("three fields: {line}");
        };
        let (how, act) = asks.split_once(' ').expect("how the client asks");
        Leaving {
            name,
            is_stream: how == "stream",
            act: Act::read(act),
            hears_text: hears == "text",
        }
    };
    lines.map(read).collect()
}

/// Sends a call, and leaves when the provider has it, or when its text has come.
async fn leave(
    upstream: &Upstream,
    node: &Node,
    request: Request<Full<bytes::Bytes>>,
    hears: bool,
) {
    let (calls, gone) = (upstream.count(), upstream.gone());
    let client = node.client();
    let mut call: JoinHandle<_> = tokio::spawn(async move { client.send(request).await });
    if hears {
        let mut answer = (&mut call).await.expect("an answer").into_body();
        let mut heard = String::new();
        while !heard.contains("Hello") {
            let frame = tokio::time::timeout(LONG, answer.frame()).await;
            let frame = frame
                .expect("text in time")
                .expect("more")
                .expect("a frame");
            let data = frame.into_data().unwrap_or_default();
            heard.push_str(&String::from_utf8_lossy(&data));
        }
    } else {
        upstream.wait_for_calls(calls + 1).await;
        call.abort();
        drop(call.await);
    }
    upstream.wait_for_gone(gone + 1).await;
    node.wait_for_no_hold().await;
}

async fn column(provider: Provider, wrong: &mut Wrong) {
    let leavings = leavings();
    let acts = leavings.iter().map(|leaving| leaving.act.clone()).collect();
    let (upstream, node) = stage(provider, acts, json!({}));
    let mut calls = 0;
    for (number, leaving) in leavings.iter().enumerate() {
        for speaker in Speaker::ALL {
            let cell = format!(
                "{provider:?} provider × {speaker:?} client × {}",
                leaving.name
            );
            let (path, body) = speaker.call(&model(number), leaving.is_stream);
            let mut request = node.client().request(Method::POST, &path, body);
            request.headers_mut().insert("authorization", pinned());
            leave(&upstream, &node, request, leaving.hears_text).await;
            calls += 1;
            let rows = node.rows(calls).await;
            wrong.is(&cell, "the count of rows", &rows.len(), &calls);
            let Some(row) = rows.last() else { continue };
            let ended = ended(provider.asked_by(speaker), leaving, row.status);
            check_row(&cell, row, &ended, wrong);
        }
    }
    let rows = node.rows(calls).await;
    let charged: i64 = rows.iter().map(|row| row.quota).sum();
    let left = node.account()["free"].as_i64();
    wrong.is("the node", "what is left", &left, &Some(PLENTY - charged));
}

fn ended(provider: Provider, leaving: &Leaving, status: u16) -> Ended {
    let (reason, charge) = if leaving.hears_text {
        ("client_gone_midstream", Charge::Delivered(1))
    } else {
        ("client_gone_before_first_byte", Charge::Nothing)
    };
    Ended {
        reason: reason.to_owned(),
        charge,
        status,
        said: leaving.hears_text.then_some(200),
        prompt_is_stated: provider.states_prompt_early(),
    }
}

macro_rules! columns {
    ($($name:ident: $provider:ident,)*) => {$(
        #[tokio::test]
        async fn $name() {
            let mut wrong = Wrong::default();
            column(Provider::$provider, &mut wrong).await;
            wrong.report();
        }
    )*};
}

columns! {
    clients_leave_a_chat_provider: Chat,
    clients_leave_a_claude_provider: Claude,
    clients_leave_a_gemini_provider: Gemini,
    clients_leave_a_responses_provider: Responses,
    clients_leave_a_converse_provider: Converse,
    clients_leave_a_cohere_provider: Cohere,
    clients_leave_an_ollama_provider: Ollama,
}
