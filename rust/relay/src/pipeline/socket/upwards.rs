//! A client's frames on their way to the provider: the model of each is the one that was routed, and one that holds the
//! operator's words goes no further. What the client is told of it takes the way of the provider's frames, so that
//! one writer has the client's side.

use tokio::sync::mpsc;
use tokio_tungstenite::tungstenite::Message;

use super::clock::Clock;
use super::connect::Wanted;
use super::session::{Receiver, Sender};
use super::told;
use crate::error::Error;
use crate::journal::EndReason;
use crate::pipeline::admit;
use futures_util::{SinkExt as _, StreamExt as _};

/// What becomes of a client's frames.
pub(super) struct Upwards<'a> {
    pub(super) wanted: &'a Wanted,
    pub(super) clock: &'a Clock,
    /// The model to put into each request, where requests name one.
    pub(super) model: Option<&'a str>,
    /// The way to the client.
    pub(super) answers: mpsc::Sender<Message>,
}

impl Upwards<'_> {
    /// Carries frames until one side leaves.
    pub(super) async fn carry(
        self,
        mut first: Option<Message>,
        from: &mut Receiver,
        to: &mut Sender,
    ) -> EndReason {
        loop {
            let next = match first.take() {
                Some(message) => Some(Ok(message)),
                None => from.next().await,
            };
            self.clock.touch();
            let message = match next {
                Some(Ok(message @ (Message::Text(_) | Message::Binary(_)))) => message,
                Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_))) => continue,
                Some(Ok(Message::Close(_)) | Err(_)) | None => {
                    return EndReason::ClientGoneMidstream;
                }
            };
            let sent = match check_words(self.wanted, &message) {
                Ok(()) => to.send(self.routed(message)).await.is_ok(),
                Err(error) => {
                    let told = told::refused(self.wanted, &error, &data(&message));
                    self.answers.send(told).await.is_ok()
                }
            };
            if !sent {
                return EndReason::UpstreamEof;
            }
        }
    }

    fn routed(&self, message: Message) -> Message {
        match (message, self.model) {
            (Message::Text(text), Some(model)) => with_model(text.as_str(), model),
            (message, _) => message,
        }
    }
}

/// Checks a frame against the words that are the operator's now, not when the socket was opened.
pub(super) fn check_words(wanted: &Wanted, message: &Message) -> Result<(), Error> {
    let routing = wanted.worker.shared.published.routing();
    let Some(routing) = routing.as_ref() else {
        return Ok(());
    };
    match message {
        Message::Text(text) => admit::check_words(routing, text.as_bytes()),
        Message::Binary(bytes) => admit::check_words(routing, bytes),
        _ => Ok(()),
    }
}

fn data(message: &Message) -> Vec<u8> {
    message.clone().into_data().into()
}

/// Every request of a socket goes to the model that was routed and is paid for.
fn with_model(text: &str, model: &str) -> Message {
    let Ok(mut value) = serde_json::from_str::<serde_json::Value>(text) else {
        return Message::text(text);
    };
    for pointer in ["/model", "/response/model"] {
        if let Some(place) = value.pointer_mut(pointer)
            && place != model
        {
            *place = model.into();
        }
    }
    Message::text(value.to_string())
}
