//! A responses socket in front of providers that only know HTTP: each `response.create` is a call through the
//! stations like any other, held, charged and written as one row, and its events go out as messages.
//!
//! The socket remembers its last response, for clients that store nothing and go on by its id. One call at a time;
//! a client that leaves ends its call. What only warms a socket up is answered here and asks nobody.

use std::time::{Duration, Instant};

use bytes::Bytes;
use futures_util::stream::SplitStream;
use futures_util::{SinkExt as _, StreamExt as _};
use http::Response;
use http_body_util::BodyExt as _;
use serde_json::{Map, Value, json};
use tokio_tungstenite::tungstenite::Message;
use weirgate_wire::framing::sse::SseParser;
use weirgate_wire::{Endpoint, Envelope};

use super::connect::Wanted;
use super::session::{FAREWELL, Sender};
use super::told;
use crate::body::AnswerBody;
use crate::error::{Error, ErrorKind};
use crate::pipeline::headers::RequestHead;
use crate::pipeline::receive::Received;
use crate::pipeline::{gate, identify, proceed, refuse};
use crate::state::clock;
use crate::state::shared::Phase;
use crate::upstream::dial::Socket;

/// Most bytes of a conversation that a socket remembers.
const MEMORY_BYTES: usize = 8 << 20;
/// How often a silent socket looks at its clock.
const TICK: Duration = Duration::from_secs(1);

/// Whether a failed dial means that no channel speaks sockets, though some may speak HTTP.
pub(super) fn helps(error: &Error) -> bool {
    match &error.kind {
        ErrorKind::Refused(weirgate_policy::Refusal::EndpointNotServed { .. }) => true,
        ErrorKind::Upstream(body) => matches!(body.status, 400 | 404 | 405 | 426 | 501),
        _ => false,
    }
}

/// The last response of a socket, as input of the next.
#[derive(Default)]
struct Memory {
    id: String,
    items: Vec<Value>,
}

/// Serves a client's socket to its end, beginning with its first message.
pub(super) async fn serve(wanted: &Wanted, client: Socket, first: String) {
    let (mut to, from) = client.split();
    let mut ear = Ear {
        from,
        waiting: Some(first),
    };
    let mut memory = Memory::default();
    while let Some(text) = ear.next(wanted).await {
        if let Err(Gone) = turn(wanted, &text, &mut memory, &mut to, &mut ear).await {
            return;
        }
    }
    let bye = to.send(Message::Close(None));
    drop(tokio::time::timeout(FAREWELL, bye).await);
}

/// The client has gone.
struct Gone;

/// What a client says; one message may wait while a call runs.
struct Ear {
    from: SplitStream<Socket>,
    waiting: Option<String>,
}

impl Ear {
    /// Waits for the next message; none when the client leaves, is silent for too long or the node stops.
    async fn next(&mut self, wanted: &Wanted) -> Option<String> {
        let options = &wanted.identified.routing.snapshot.options;
        let silent_at = Instant::now() + Duration::from_millis(options.idle_timeout_ms);
        while self.waiting.is_none() {
            let is_over = wanted.worker.shared.phase() != Phase::Ready;
            if is_over || Instant::now() >= silent_at {
                return None;
            }
            if let Ok(Err(Gone)) = tokio::time::timeout(TICK, self.hear()).await {
                return None;
            }
        }
        self.waiting.take()
    }

    /// Hears one frame.
    async fn hear(&mut self) -> Result<(), Gone> {
        match self.from.next().await {
            Some(Ok(Message::Text(text))) => self.waiting = Some(text.as_str().to_owned()),
            Some(Ok(Message::Close(_)) | Err(_)) | None => return Err(Gone),
            Some(Ok(_)) => {}
        }
        Ok(())
    }

    /// Waits for something, and drops it when the client leaves.
    async fn beside<T>(&mut self, doing: impl Future<Output = T>) -> Result<T, Gone> {
        let mut doing = std::pin::pin!(doing);
        loop {
            let is_free = self.waiting.is_none();
            tokio::select! {
                biased;
                done = &mut doing => return Ok(done),
                heard = self.hear(), if is_free => heard?,
            }
        }
    }
}

/// One message and its answer.
async fn turn(
    wanted: &Wanted,
    text: &str,
    memory: &mut Memory,
    to: &mut Sender,
    ear: &mut Ear,
) -> Result<(), Gone> {
    let mut asked = match asked(text, memory) {
        Ok(asked) => asked,
        Err(error) => return tell(wanted, &error, to).await,
    };
    let input = items(asked.get("input"));
    if asked.remove("generate") == Some(Value::Bool(false)) {
        let response = warmed(wanted, &asked);
        let done =
            json!({"type": "response.completed", "sequence_number": 1, "response": response});
        for event in [created(&response), done] {
            let sent = to.send(Message::text(event.to_string())).await;
            sent.map_err(|_gone| Gone)?;
        }
        *memory = memorable(input, &response);
        return Ok(());
    }
    let body = Bytes::from(Value::Object(asked).to_string());
    let answer = ear.beside(Box::pin(respond(wanted, body))).await?;
    match answer {
        Ok(answer) => {
            let done = carry(answer, to, ear).await?;
            *memory = done.map(|done| memorable(input, &done)).unwrap_or_default();
            Ok(())
        }
        Err(error) => tell(wanted, &error, to).await,
    }
}

/// Reads a `response.create` as the body of a call, gone on from memory where it names the last response.
fn asked(text: &str, memory: &Memory) -> Result<Map<String, Value>, Error> {
    let wrong = |message: &'static str| {
        let body = refuse::own(400, "invalid_request_error", "invalid_event", message);
        Error::client(ErrorKind::Said(Box::new(body)))
    };
    let value: Value = serde_json::from_str(text).map_err(|_bad| wrong("this is no JSON"))?;
    let Value::Object(mut event) = value else {
        return Err(wrong("an event is an object"));
    };
    if event.get("type").and_then(Value::as_str) != Some("response.create") {
        return Err(wrong("only response.create is served here"));
    }
    event.remove("type");
    event.remove("event_id");
    let mut asked = match event.remove("response") {
        Some(Value::Object(inner)) => inner,
        _ => event,
    };
    asked.insert("stream".to_owned(), true.into());
    let previous = asked.get("previous_response_id").and_then(Value::as_str);
    if previous.is_some_and(|id| !id.is_empty() && id == memory.id) {
        let mut whole = memory.items.clone();
        whole.extend(items(asked.get("input")));
        asked.insert("input".to_owned(), whole.into());
        asked.remove("previous_response_id");
    }
    Ok(asked)
}

/// The response to a `response.create` with `generate: false`, with which Codex (0.169) begins a socket: it makes its input
/// known under an id, generates nothing and costs nothing.
fn warmed(wanted: &Wanted, asked: &Map<String, Value>) -> Value {
    json!({
        "id": format!("resp_{}", wanted.arrival.again().id_text()),
        "object": "response",
        "created_at": clock::now_ms() / 1000,
        "status": "completed",
        "model": asked.get("model"),
        "output": [],
        "usage": {"input_tokens": 0, "output_tokens": 0, "total_tokens": 0},
    })
}

/// The event that begins such a response.
fn created(response: &Value) -> Value {
    let mut begun = response.clone();
    if let Some(fields) = begun.as_object_mut() {
        fields.insert("status".to_owned(), "in_progress".into());
        fields.insert("usage".to_owned(), Value::Null);
    }
    json!({"type": "response.created", "sequence_number": 0, "response": begun})
}

/// Returns an input as items.
fn items(input: Option<&Value>) -> Vec<Value> {
    match input {
        Some(Value::Array(items)) => items.clone(),
        Some(Value::String(text)) => vec![json!({"role": "user", "content": text})],
        _ => Vec::new(),
    }
}

/// Input and output of a response as the input of what follows; thinking that cannot be read back is left out.
fn memorable(mut items: Vec<Value>, done: &Value) -> Memory {
    let Some(id) = done.get("id").and_then(Value::as_str) else {
        return Memory::default();
    };
    let output = done.get("output").and_then(Value::as_array);
    let is_useful = |item: &&Value| {
        let is_thinking = item.get("type").and_then(Value::as_str) == Some("reasoning");
        !is_thinking || item.get("encrypted_content").is_some_and(Value::is_string)
    };
    items.extend(output.into_iter().flatten().filter(is_useful).cloned());
    let bytes: usize = items.iter().map(|item| item.to_string().len()).sum();
    if bytes > MEMORY_BYTES {
        return Memory::default();
    }
    Memory {
        id: id.to_owned(),
        items,
    }
}

/// Makes the call, as if it had come by HTTP; the key is looked at anew.
async fn respond(wanted: &Wanted, body: Bytes) -> Result<Response<AnswerBody>, Error> {
    let worker = &wanted.worker;
    let arrival = wanted.arrival.again();
    let identified = identify::identify(worker, &arrival, &wanted.head)?;
    let endpoint = Endpoint::Responses;
    let gate = gate::enter(worker, &identified, Some(endpoint))?;
    let keeps_all = identified.routing.targets.read_headers;
    let head = RequestHead::of_call(&wanted.head, endpoint.family(), keeps_all);
    let received = Received {
        endpoint,
        envelope: Envelope::read_with(endpoint, None, &body)?,
        body,
        form: None,
    };
    proceed(worker, &arrival, &identified, gate, &head, &received).await
}

/// Sends an answer's events as messages; returns the response when it completed.
async fn carry(
    answer: Response<AnswerBody>,
    to: &mut Sender,
    ear: &mut Ear,
) -> Result<Option<Value>, Gone> {
    let mut body = answer.into_body();
    let mut parser = SseParser::new();
    let mut done = None;
    loop {
        let data = match ear.beside(body.frame()).await? {
            Some(Ok(frame)) => frame.into_data().unwrap_or_default(),
            Some(Err(_)) | None => return Ok(done),
        };
        let mut events = Vec::new();
        parser.push(&data, &mut |event| {
            events.push(String::from_utf8_lossy(event.data).into_owned());
        });
        for event in events {
            if let Some(response) = completed(&event) {
                done = Some(response);
            }
            if event != "[DONE]" {
                to.send(Message::text(event)).await.map_err(|_gone| Gone)?;
            }
        }
    }
}

/// The response of an event that completes one.
fn completed(event: &str) -> Option<Value> {
    if !event.contains("response.completed") {
        return None;
    }
    let mut value: Value = serde_json::from_str(event).ok()?;
    let is_it = value.get("type").and_then(Value::as_str) == Some("response.completed");
    is_it.then(|| value.get_mut("response").map(Value::take))?
}

/// Tells a client why a message has no answer; the socket stays open.
async fn tell(wanted: &Wanted, error: &Error, to: &mut Sender) -> Result<(), Gone> {
    let (event, _code) = told::error(wanted, error);
    to.send(event).await.map_err(|_gone| Gone)
}
