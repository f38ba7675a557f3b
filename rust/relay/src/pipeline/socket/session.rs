//! Both ways of an open socket: frames pass untouched and one at a time, so a slow side holds the
//! other back; what a response cost is added up, and the hold is raised before the next turn.
//!
//! One row at the end, whoever leaves first.

use std::time::Duration;

use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{SinkExt as _, StreamExt as _};
use tokio::sync::mpsc;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use weirgate_policy::Candidate;
use weirgate_policy::snapshot::MidstreamExhausted;
use weirgate_wire::canon::Usage;
use weirgate_wire::family::openai_responses::reply_id;
use weirgate_wire::{Endpoint, add_usage, read_socket_event};

use super::clock::Clock;
use super::connect::{self, Opened, Wanted};
use super::upwards::{Upwards, check_words};
use super::{bridge, told};
use crate::error::Error;
use crate::journal::{EndReason, UsageSource};
use crate::pipeline::kept;
use crate::pipeline::settle::{End, Running};
use crate::state::live::BYTES_PER_TOKEN;
use crate::state::shared::Phase;
use crate::upstream::dial::Socket;

/// Longest wait for a client's first message, and for a farewell to go out.
const FIRST_MESSAGE: Duration = Duration::from_mins(1);
pub(super) const FAREWELL: Duration = Duration::from_secs(2);

pub(super) type Sender = SplitSink<Socket, Message>;
pub(super) type Receiver = SplitStream<Socket>;
/// Refusals that may wait behind a provider's frames; then the client's next ones wait.
const WAITING: usize = 4;

/// The money of one socket.
struct Purse {
    running: Box<Running>,
    total: Usage,
    /// Bytes delivered of a response that is not done.
    pending: u64,
    delivered: u64,
    /// Responses that are done.
    turns: u64,
    reserve: i64,
}

/// Serves a client's socket to its end.
pub(super) async fn run(wanted: Wanted, mut client: Socket, opened: Option<Opened>) {
    if let Some(opened) = opened {
        return carry(&wanted, client, opened, None).await;
    }
    let Some(first) = first_allowed(&wanted, &mut client).await else {
        return;
    };
    match connect_for(&wanted, &first).await {
        Ok(opened) => carry(&wanted, client, opened, Some(Message::text(first))).await,
        Err(error) if bridge::helps(&error) => bridge::serve(&wanted, client, first).await,
        Err(error) => refuse_socket(&wanted, client, &error).await,
    }
}

/// Reads messages up to the first that holds none of the operator's words; the others are refused.
async fn first_allowed(wanted: &Wanted, client: &mut Socket) -> Option<String> {
    loop {
        let text = first_message(client).await?;
        let message = Message::text(text.as_str());
        let Err(error) = check_words(wanted, &message) else {
            return Some(text);
        };
        let told = client.send(told::refused(wanted, &error, text.as_bytes()));
        tokio::time::timeout(FAREWELL, told).await.ok()?.ok()?;
    }
}

/// Reads the message that names the model.
async fn first_message(client: &mut Socket) -> Option<String> {
    loop {
        let next = tokio::time::timeout(FIRST_MESSAGE, client.next()).await;
        match next {
            Ok(Some(Ok(Message::Text(text)))) => return Some(text.as_str().to_owned()),
            Ok(Some(Ok(Message::Ping(_) | Message::Pong(_)))) => {}
            _ => return None,
        }
    }
}

/// Connects for the model that a first message names.
async fn connect_for(wanted: &Wanted, first: &str) -> Result<Opened, Error> {
    let value: Option<serde_json::Value> = serde_json::from_str(first).ok();
    let model = value.as_ref().and_then(model_of);
    let model = model.ok_or(weirgate_wire::RequestError::MissingModel)?;
    connect::connect(wanted, model, value.as_ref()).await
}

/// The model stands beside the type, or in the response that is asked for.
fn model_of(value: &serde_json::Value) -> Option<&str> {
    let places = [value.get("model"), value.pointer("/response/model")];
    places
        .into_iter()
        .flatten()
        .find_map(|model| model.as_str())
}

/// Tells a client in its own form why there is nothing, and hangs up.
async fn refuse_socket(wanted: &Wanted, mut client: Socket, error: &Error) {
    let (event, code) = told::error(wanted, error);
    let farewell = async {
        client.send(event).await?;
        client
            .close(Some(close_frame(CloseCode::Policy, &code)))
            .await
    };
    drop(tokio::time::timeout(FAREWELL, farewell).await);
}

fn close_frame(code: CloseCode, reason: &str) -> CloseFrame {
    CloseFrame {
        code,
        reason: reason.to_owned().into(),
    }
}

/// Carries frames both ways until one side leaves, time is up or the money is.
async fn carry(wanted: &Wanted, client: Socket, opened: Opened, first: Option<Message>) {
    let Opened {
        mut running,
        upstream,
        candidate,
        reserve,
    } = opened;
    running.first_byte(101);
    running.go_live();
    let mut purse = Purse {
        running,
        total: Usage::default(),
        pending: 0,
        delivered: 0,
        turns: 0,
        reserve,
    };
    let model =
        (wanted.endpoint == Endpoint::Responses).then_some(candidate.upstream_model.as_ref());
    let (mut to_client, mut from_client) = client.split();
    let (mut to_upstream, mut from_upstream) = upstream.split();
    let clock = Clock::new();
    let maker = Maker {
        wanted,
        candidate: &candidate,
        clock: &clock,
    };
    let (answers, mut told) = mpsc::channel(WAITING);
    let upwards = Upwards {
        wanted,
        clock: &clock,
        model,
        answers,
    };
    let reason = tokio::select! {
        reason = upwards.carry(first, &mut from_client, &mut to_upstream) => reason,
        reason = downwards(&mut from_upstream, &mut to_client, &mut purse, &mut told, &maker) => reason,
        reason = watch(wanted, &clock) => reason,
    };
    let reason = purse.settle(reason);
    farewell(wanted, reason, &mut to_client, &mut to_upstream).await;
}

/// Who makes a socket's responses.
struct Maker<'a> {
    wanted: &'a Wanted,
    candidate: &'a Candidate,
    clock: &'a Clock,
}

impl Maker<'_> {
    /// Remembers a finished response, so that later calls find it.
    fn keep(&self, frame: &[u8]) {
        let Wanted {
            worker, identified, ..
        } = self.wanted;
        if self.wanted.endpoint == Endpoint::Responses
            && let Some(id) = reply_id(frame)
        {
            kept::keep_response(worker, identified, self.candidate, &id);
        }
    }
}

/// Provider → client, counted; what we tell the client goes between.
async fn downwards(
    from: &mut Receiver,
    to: &mut Sender,
    purse: &mut Purse,
    told: &mut mpsc::Receiver<Message>,
    maker: &Maker<'_>,
) -> EndReason {
    loop {
        let next = tokio::select! {
            next = from.next() => next,
            Some(event) = told.recv() => {
                if to.send(event).await.is_err() {
                    return EndReason::ClientGoneMidstream;
                }
                continue;
            }
        };
        maker.clock.touch();
        let (message, may_go_on) = match next {
            Some(Ok(Message::Text(text))) => {
                let turns = purse.turns;
                let may_go_on = purse.count(text.as_bytes());
                if purse.turns > turns {
                    maker.keep(text.as_bytes());
                }
                (Message::Text(text), may_go_on)
            }
            Some(Ok(Message::Binary(bytes))) => (Message::Binary(bytes), true),
            Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_))) => continue,
            Some(Ok(Message::Close(_)) | Err(_)) | None => return EndReason::UpstreamEof,
        };
        if to.send(message).await.is_err() {
            return EndReason::ClientGoneMidstream;
        }
        if !may_go_on {
            return EndReason::QuotaExhaustedMidstream;
        }
    }
}

/// Ends a socket that is silent or too old, and all of them when the node stops.
async fn watch(wanted: &Wanted, clock: &Clock) -> EndReason {
    let options = &wanted.identified.routing.snapshot.options;
    loop {
        tokio::time::sleep(Duration::from_secs(1)).await;
        let now = clock.now_ms();
        let silent = now.saturating_sub(clock.last_ms());
        if silent > options.idle_timeout_ms {
            return EndReason::IdleTimeout;
        }
        if now > options.total_timeout_ms {
            return EndReason::TotalTimeout;
        }
        if wanted.worker.shared.phase() != Phase::Ready {
            return EndReason::GatewayRestart;
        }
    }
}

impl Purse {
    /// Counts one frame of the provider's; false when nothing more can be paid for.
    fn count(&mut self, frame: &[u8]) -> bool {
        let event = read_socket_event(frame);
        self.pending = self.pending.saturating_add(event.text_bytes);
        self.delivered = self.delivered.saturating_add(event.text_bytes);
        let Some(usage) = event.done else {
            return true;
        };
        self.pending = 0;
        self.turns += 1;
        self.delivered += 1;
        add_usage(&mut self.total, &usage);
        let meter = self.running.meter();
        meter.set_stated(self.total, self.delivered);
        let charged = meter.charge(&self.total).sale;
        let wanted = charged.saturating_add(self.reserve);
        if wanted <= self.running.held() || self.running.raise(wanted).is_ok() {
            return true;
        }
        // What is delivered is paid for as far as it goes; the next turn is not begun.
        let _so_far = self.running.raise(charged.max(self.running.held()));
        self.running.midstream_exhausted() == MidstreamExhausted::Finish
    }

    /// Settles at what was stated, and an estimate of what was delivered since.
    fn settle(&mut self, reason: EndReason) -> EndReason {
        let is_between_turns = self.pending == 0;
        let is_left = matches!(
            reason,
            EndReason::ClientGoneMidstream | EndReason::UpstreamEof
        );
        let reason = if is_between_turns && is_left {
            EndReason::Completed
        } else {
            reason
        };
        let mut usage = self.total;
        usage.completion = usage
            .completion
            .saturating_add(self.pending.div_ceil(BYTES_PER_TOKEN));
        self.running.close(&End {
            reason,
            usage,
            source: if is_between_turns {
                UsageSource::Provider
            } else {
                UsageSource::Estimate
            },
        });
        reason
    }
}

/// Closes both sides with the reason's code; never waits long.
async fn farewell(wanted: &Wanted, reason: EndReason, client: &mut Sender, upstream: &mut Sender) {
    let (close, why) = match reason {
        EndReason::QuotaExhaustedMidstream => {
            (CloseCode::Policy, Some((403, "insufficient_user_quota")))
        }
        EndReason::IdleTimeout | EndReason::TotalTimeout => {
            (CloseCode::Policy, Some((408, "timeout")))
        }
        EndReason::GatewayRestart => (CloseCode::Away, None),
        EndReason::UpstreamEof => (CloseCode::Error, Some((502, "upstream_closed"))),
        _ => (CloseCode::Normal, None),
    };
    let words = async {
        if let Some((status, code)) = why {
            let event = told::ending(wanted, status, code, reason.as_str());
            client.send(event).await?;
        }
        client
            .send(Message::Close(Some(close_frame(close, reason.as_str()))))
            .await
    };
    drop(tokio::time::timeout(FAREWELL, words).await);
    let bye = upstream.send(Message::Close(Some(close_frame(CloseCode::Normal, ""))));
    drop(tokio::time::timeout(FAREWELL, bye).await);
}
