//! Calls that generate text: five families of clients over seven of providers.

use futures_util::future::join_all;
use serde_json::{Value, json};

use super::providers::{Act, Piece, Provider};
use super::speakers::{Heard, Speaker, header};
use super::{Charge, Ended, Wrong, ask, check_row, check_secrets, model, row_of, settled, stage};
use crate::support::Answer;

/// Name; what the provider does; what the client gets; how the row ends; what is charged.
///
/// `whole` and `stream` say how the client asks. A client gets an answer, one that ends with its family's word for a limit
/// (`cut`), an error answer of a status (`its status`: the one that the provider's error object means), or a stream that ends
/// in its family's error event (`error`). Statuses pass (relay contract 1.4), connections that fail are 500
/// `do_request_failed`, answers that cannot be read are refused, and nothing of them is paid (1.5). What was delivered before
/// a stream broke off is paid (9.1, rows 3 and 11).
const FAULTS: &str = "
400; whole status 400; 400; upstream_error; nothing
401; whole status 401; 401; upstream_error; nothing
403; whole status 403; 403; upstream_error; nothing
404; whole status 404; 404; upstream_error; nothing
408; whole status 408; 408; upstream_error; nothing
413; whole status 413; 413; upstream_error; nothing
429; whole status 429; 429; upstream_error; nothing
500; whole status 500; 500; upstream_error; nothing
502; whole status 502; 502; upstream_error; nothing
503; whole status 503; 503; upstream_error; nothing
529; whole status 529; 529; upstream_error; nothing
400 to a stream; stream status 400; 400; upstream_error; nothing
429 to a stream; stream status 429; 429; upstream_error; nothing
529 to a stream; stream status 529; 529; upstream_error; nothing

good; whole good; answer; completed; stated
cut by the limit; whole cut; cut; completed; stated
error inside; whole error; its status; upstream_error; nothing
page; whole page; 502; upstream_error; nothing
empty body; whole empty; 502; upstream_error; nothing
half a body; whole half; 500; upstream_error; nothing
dropped; whole drop; 500; upstream_error; nothing

good answer to a stream; stream good; answer; completed; stated
error in an answer to a stream; stream error; its status; upstream_error; nothing
page to a stream; stream page; 502; upstream_error; nothing
stream dropped before its head; stream drop; 500; upstream_error; nothing
stream dropped after its head; stream of BREAK; 500; upstream_error; nothing
empty stream; stream of NOTHING; 500; upstream_error; nothing

good stream; stream of OPEN TEXT LAST; answer; completed; stated
stream cut by the limit; stream of OPEN TEXT CUT; cut; completed; stated
error first; stream of ERROR; its status; upstream_error; nothing
error first, then silence; stream of ERROR SILENCE; its status; upstream_error; nothing
error before any text; stream of OPEN ERROR; error; upstream_error_midstream; nothing
error; stream of OPEN TEXT ERROR; error; upstream_error_midstream; delivered
error, then more; stream of OPEN TEXT ERROR TEXT; error; upstream_error_midstream; delivered
error, then silence; stream of OPEN TEXT ERROR SILENCE; error; upstream_error_midstream; delivered
truncated; stream of OPEN TEXT; error; upstream_eof; delivered
truncated before any text; stream of OPEN; error; upstream_eof; nothing
broken; stream of OPEN TEXT BREAK; error; upstream_eof; delivered
broken before any text; stream of OPEN BREAK; error; upstream_eof; nothing
malformed event; stream of OPEN TEXT MALFORMED; error; upstream_error_midstream; delivered
malformed event first; stream of MALFORMED; 502; upstream_error; nothing
";

/// What differs where the provider's bytes pass to a client of its own family, which is to judge of them itself.
const PASSING: &str = "
error, then more; stream of OPEN TEXT ERROR TEXT; error; upstream_error_midstream; delivered twice
malformed event; stream of OPEN TEXT MALFORMED; error; upstream_eof; delivered
malformed event first; stream of MALFORMED; error; upstream_eof; nothing
";

/// What differs for the one family whose last word can be that the answer is incomplete, and whose error is a last word.
const RESPONSES: &str = "
error, then more; stream of OPEN TEXT ERROR TEXT; error; upstream_error_midstream; delivered
cut by the limit; whole cut; cut; upstream_incomplete; stated
stream cut by the limit; stream of OPEN TEXT CUT; cut; upstream_incomplete; stated
";

/// The same, of calls that run into a time limit; before the name stands the limit.
const LIMITS: &str = "
header_timeout_ms hang before the head; whole hang; 504; first_token_timeout; nothing
header_timeout_ms stream that hangs before its head; stream hang; 504; first_token_timeout; nothing
first_token_timeout_ms hang before the first token; stream of SILENCE; 504; first_token_timeout; nothing
idle_timeout_ms hang; stream of OPEN TEXT SILENCE; error; idle_timeout; delivered
idle_timeout_ms hang before any text; stream of OPEN SILENCE; error; idle_timeout; nothing
total_timeout_ms hang until the end of all time; stream of OPEN TEXT SILENCE; error; total_timeout; delivered
";

/// What a client gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Gets {
    Answer,
    CutAnswer,
    Refusal(u16),
    /// An error answer of the status that the provider's error object means.
    ItsError,
    ErrorInside,
}

/// A row of the tables.
#[derive(Clone, Debug)]
struct Fault {
    name: String,
    act: Act,
    is_stream: bool,
    gets: Gets,
    reason: String,
    charge: Charge,
}

impl Fault {
    fn read(line: &str) -> Self {
        let fields: Vec<&str> = line.split(';').map(str::trim).collect();
        let [name, asks, gets, reason, charge] = fields[..] else {
            panic!("five fields: {line}");
        };
        let (how, act) = asks.split_once(' ').expect("how the client asks");
        Self {
            name: name.to_owned(),
            act: Act::read(act),
            is_stream: how == "stream",
            gets: match gets {
                "answer" => Gets::Answer,
                "cut" => Gets::CutAnswer,
                "its status" => Gets::ItsError,
                "error" => Gets::ErrorInside,
                status => Gets::Refusal(status.parse().expect("a status")),
            },
            reason: reason.to_owned(),
            charge: match charge {
                "nothing" => Charge::Nothing,
                "stated" => Charge::Stated,
                "delivered" => Charge::Delivered(1),
                "delivered twice" => Charge::Delivered(2),
                other => panic!("no charge: {other}"),
            },
        }
    }

    /// Returns what is expected of this pair, which is what the table says unless a narrower one says otherwise.
    fn of(&self, provider: Provider, speaker: Speaker) -> Self {
        let narrower = [
            (provider == Provider::Responses, RESPONSES),
            (speaker.passes(provider), PASSING),
        ];
        let tables = narrower.into_iter().filter(|(is, _)| *is);
        let mut rows = tables.flat_map(|(_, table)| read(table));
        rows.find(|row| row.name == self.name)
            .unwrap_or_else(|| self.clone())
    }

    fn has(&self, piece: Piece) -> bool {
        matches!(&self.act, Act::Stream(pieces) if pieces.contains(&piece))
    }
}

fn read(table: &str) -> Vec<Fault> {
    table
        .lines()
        .filter(|line| !line.is_empty())
        .map(Fault::read)
        .collect()
}

/// Short, since every call of its table runs into it.
const LIMIT_MS: u64 = 100;

/// Calls with every fault and every client, all at once, and checks each cell.
async fn column(provider: Provider, faults: &[Fault], options: Value, wrong: &mut Wrong) {
    let acts = faults.iter().map(|fault| fault.act.clone()).collect();
    let (_upstream, node) = stage(provider, acts, options);
    let cells: Vec<_> = faults
        .iter()
        .enumerate()
        .flat_map(|cell| Speaker::ALL.map(|speaker| (cell, speaker)))
        .collect();
    let calls = cells.iter().map(|((number, fault), speaker)| {
        ask(&node, speaker.call(&model(*number), fault.is_stream))
    });
    let answers = join_all(calls).await;
    let rows = settled(&node, cells.len(), wrong).await;
    for (((_, fault), speaker), answer) in cells.into_iter().zip(&answers) {
        let cell = format!(
            "{provider:?} provider × {speaker:?} client × {}",
            fault.name
        );
        let provider = provider.asked_by(speaker);
        let fault = fault.of(provider, speaker);
        check_answer(&cell, provider, speaker, &fault, answer, wrong);
        if let Some(row) = row_of(&cell, answer, &rows, wrong) {
            check_row(&cell, row, &ended(provider, speaker, &fault, answer), wrong);
        }
    }
}

fn ended(provider: Provider, speaker: Speaker, fault: &Fault, answer: &Answer) -> Ended {
    let said = match (&fault.act, fault.gets) {
        (Act::Status(status), _) => *status,
        (_, Gets::ItsError) => provider.status_of_error(fault.has(Piece::Error)),
        // What was read of it is an error of ours.
        (_, Gets::Refusal(502)) if fault.has(Piece::Malformed) && !speaker.passes(provider) => 502,
        (_, Gets::Refusal(_)) => 0,
        _ => 200,
    };
    Ended {
        reason: fault.reason.clone(),
        charge: fault.charge,
        status: answer.status,
        said: Some(said),
        prompt_is_stated: provider.states_prompt_early(),
    }
}

fn check_answer(
    cell: &str,
    provider: Provider,
    speaker: Speaker,
    fault: &Fault,
    answer: &Answer,
    wrong: &mut Wrong,
) {
    let refused = match fault.gets {
        Gets::Refusal(status) => Some(speaker.status_seen(status)),
        Gets::ItsError => {
            Some(speaker.status_seen(provider.status_of_error(fault.has(Piece::Error))))
        }
        Gets::Answer | Gets::CutAnswer | Gets::ErrorInside => None,
    };
    wrong.is(cell, "the status", &answer.status, &refused.unwrap_or(200));
    if answer.status != refused.unwrap_or(200) {
        let body = String::from_utf8_lossy(&answer.body).into_owned();
        return wrong.holds(cell, &body, false);
    }
    check_secrets(cell, answer, wrong);
    if refused.is_some() {
        return check_refusal(cell, speaker, fault, answer, wrong);
    }
    let heard = if fault.is_stream {
        speaker.stream(&answer.body)
    } else {
        speaker.whole(answer)
    };
    check_heard(cell, provider, speaker, fault, heard, wrong);
}

fn check_refusal(cell: &str, speaker: Speaker, fault: &Fault, answer: &Answer, wrong: &mut Wrong) {
    let mut found = Vec::new();
    let message = speaker.refusal(answer, &mut found);
    wrong.all(cell, found);
    let said = matches!(fault.act, Act::Status(_)) || fault.gets == Gets::ItsError;
    if said {
        wrong.holds(
            cell,
            &format!("the message is {message:?}"),
            message.starts_with("told so"),
        );
    }
    let wait = if matches!(fault.act, Act::Status(_)) {
        "7"
    } else {
        ""
    };
    wrong.is(cell, "Retry-After", &header(answer, "retry-after"), &wait);
    wrong.is(
        cell,
        "x-should-retry",
        &header(answer, "x-should-retry"),
        &"",
    );
}

fn check_heard(
    cell: &str,
    provider: Provider,
    speaker: Speaker,
    fault: &Fault,
    heard: Heard,
    wrong: &mut Wrong,
) {
    let passes = speaker.passes(provider);
    let has_text = fault.has(Piece::Text) || !matches!(fault.act, Act::Stream(_));
    let mut unread = heard.wrong;
    // What passes is the provider's own: its broken event, and what it says behind its error.
    if passes && fault.has(Piece::Malformed) {
        unread.retain(|what| !what.starts_with("not JSON"));
    }
    if passes {
        unread.retain(|what| !what.starts_with("behind the error"));
    } else {
        wrong.is(
            cell,
            "the text",
            &heard.text.as_str(),
            &if has_text { "Hello" } else { "" },
        );
    }
    wrong.all(cell, unread);
    let is_cut = fault.gets == Gets::CutAnswer;
    if fault.gets == Gets::ErrorInside {
        wrong.holds(cell, "no error came", heard.error.is_some());
        wrong.holds(cell, "the end mark came all the same", !heard.is_over);
        return;
    }
    wrong.is(cell, "the error", &heard.error, &None);
    wrong.holds(cell, "no end mark came", heard.is_over);
    wrong.is(
        cell,
        "the stop",
        &heard.stop.as_deref(),
        &Some(speaker.stop_word(is_cut)),
    );
}

/// One test a provider family: every fault, every client.
macro_rules! columns {
    ($($name:ident: $provider:ident,)*) => {$(
        #[tokio::test]
        async fn $name() {
            let mut wrong = Wrong::default();
            column(Provider::$provider, &read(FAULTS), json!({}), &mut wrong).await;
            let limits = LIMITS.lines().filter(|line| !line.is_empty());
            for line in limits {
                let (limit, line) = line.split_once(' ').expect("a limit");
                let options = json!({limit: LIMIT_MS});
                column(Provider::$provider, &[Fault::read(line)], options, &mut wrong).await;
            }
            wrong.report();
        }
    )*};
}

columns! {
    faults_of_a_chat_provider: Chat,
    faults_of_a_claude_provider: Claude,
    faults_of_a_gemini_provider: Gemini,
    faults_of_a_responses_provider: Responses,
    faults_of_a_converse_provider: Converse,
    faults_of_a_cohere_provider: Cohere,
    faults_of_an_ollama_provider: Ollama,
}
