//! Sockets: events pass both ways untouched, each response is charged once, one row at the end.

use std::net::SocketAddr;

use futures_util::{SinkExt as _, StreamExt as _};
use http::Request;
use serde_json::{Value, json};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::server::{Request as Asked, Response as Said};
use weirgate_relay::journal::{EndReason, UsageSource};

use crate::support::*;

pub(crate) type Socket = WebSocketStream<TcpStream>;

/// A provider that shows its test every socket and how it was asked for.
pub(crate) struct Provider {
    pub(crate) address: SocketAddr,
    sockets: mpsc::Receiver<(Socket, http::Uri, http::HeaderMap)>,
}

impl Provider {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (give, sockets) = mpsc::channel(4);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let mut asked = None;
                #[expect(
                    clippy::result_large_err,
                    reason = "the callback has the library's type"
                )]
                let look = |request: &Asked, response: Said| {
                    asked = Some((request.uri().clone(), request.headers().clone()));
                    Ok(response)
                };
                let socket = tokio_tungstenite::accept_hdr_async(stream, look).await;
                let (uri, headers) = asked.unwrap();
                give.send((socket.unwrap(), uri, headers)).await.unwrap();
            }
        });
        Self { address, sockets }
    }

    pub(crate) async fn next(&mut self) -> (Socket, http::Uri, http::HeaderMap) {
        let next = tokio::time::timeout(LONG, self.sockets.recv()).await;
        next.expect("a socket within the limit").expect("a socket")
    }
}

fn node(provider: &Provider, balance: i64) -> Node {
    let mut setup = Setup::new(vec![channel(1, &format!("http://{}", provider.address))]);
    setup.balances =
        json!({"last_entry": 0, "users": [[1, balance]], "keys": [[1, 1, balance, false]]});
    setup.start()
}

pub(crate) async fn open(node: &Node, path: &str, protocols: Option<&str>) -> Result<Socket, u16> {
    let stream = TcpStream::connect(node.address).await.unwrap();
    let mut request = Request::builder()
        .uri(format!("ws://{}{path}", node.address))
        .header("host", node.address.to_string())
        .header("connection", "Upgrade")
        .header("upgrade", "websocket")
        .header("sec-websocket-version", "13")
        .header("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==");
    request = match protocols {
        Some(protocols) => request.header("sec-websocket-protocol", protocols),
        None => request.header("authorization", format!("Bearer sk-{KEY}")),
    };
    let opened = tokio_tungstenite::client_async(request.body(()).unwrap(), stream).await;
    match opened {
        Ok((socket, answer)) => {
            let agreed = answer.headers().get("sec-websocket-protocol");
            assert_eq!(agreed.is_some(), protocols.is_some());
            Ok(socket)
        }
        Err(tokio_tungstenite::tungstenite::Error::Http(answer)) => Err(answer.status().as_u16()),
        Err(other) => panic!("{other}"),
    }
}

pub(crate) async fn read(socket: &mut Socket) -> Option<Value> {
    loop {
        let next = tokio::time::timeout(LONG, socket.next()).await;
        match next.expect("a message within the limit")? {
            Ok(Message::Text(text)) => return Some(serde_json::from_str(text.as_str()).unwrap()),
            Ok(Message::Close(_)) | Err(_) => return None,
            Ok(_) => {}
        }
    }
}

pub(crate) async fn say(socket: &mut Socket, event: Value) {
    socket.send(Message::text(event.to_string())).await.unwrap();
}

fn done(input: u64, output: u64) -> Value {
    json!({"type": "response.done", "response": {"usage": {
        "input_tokens": input, "output_tokens": output,
        "input_token_details": {"cached_tokens": 0}, "output_token_details": {}}}})
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_turns_are_one_row_at_the_sum_of_what_was_stated() {
    let mut provider = Provider::start().await;
    let node = node(&provider, PLENTY);
    let protocols = format!("realtime, openai-insecure-api-key.sk-{KEY}, openai-beta.realtime-v1");
    let mut client = open(&node, "/v1/realtime?model=gpt-4o", Some(&protocols))
        .await
        .unwrap();
    let (mut upstream, uri, headers) = provider.next().await;
    assert_eq!(uri.path(), "/v1/realtime");
    assert_eq!(uri.query(), Some("model=gpt%2D4o"));
    assert_eq!(headers["authorization"], "Bearer sk-upstream-1");
    assert_eq!(headers["openai-beta"], "realtime=v1");
    assert!(
        !headers["sec-websocket-protocol"]
            .to_str()
            .unwrap()
            .contains("insecure")
    );

    for turn in 0..2 {
        let asked = json!({"type": "response.create", "turn": turn});
        say(&mut client, asked.clone()).await;
        assert_eq!(read(&mut upstream).await, Some(asked));
        let delta = json!({"type": "response.output_text.delta", "delta": "hello"});
        say(&mut upstream, delta.clone()).await;
        assert_eq!(read(&mut client).await, Some(delta));
        say(&mut upstream, done(10, 5)).await;
        assert_eq!(read(&mut client).await, Some(done(10, 5)));
    }
    client.close(None).await.unwrap();
    let row = node.only_row().await;
    assert_eq!((row.prompt, row.completion), (20, 10));
    assert_eq!(row.quota, 20 + 10 * 2);
    assert_eq!(
        (row.end_reason, row.usage_source),
        (EndReason::Completed, UsageSource::Provider)
    );
    assert_eq!((row.endpoint.as_str(), row.status), ("/v1/realtime", 101));
    assert_eq!(node.account()["free"], PLENTY - 40);
    assert_eq!(read(&mut upstream).await, None, "the provider is told");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_socket_ends_before_the_turn_that_nobody_can_pay() {
    let mut provider = Provider::start().await;
    // A turn is held with 1,024 prompt tokens and 100 output tokens at twice the price.
    let node = node(&provider, 2_000);
    let mut client = open(&node, "/v1/realtime?model=gpt-4o", None)
        .await
        .unwrap();
    let (mut upstream, ..) = provider.next().await;
    say(&mut upstream, done(600, 300)).await;
    assert_eq!(read(&mut client).await.unwrap()["type"], "response.done");
    let last = read(&mut client).await.unwrap();
    assert_eq!(last["error"]["code"], "insufficient_user_quota");
    assert_eq!(read(&mut client).await, None);
    let row = node.only_row().await;
    assert_eq!(
        (row.quota, row.end_reason),
        (1_200, EndReason::QuotaExhaustedMidstream)
    );
    assert!(!row.overrun);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_provider_that_breaks_off_is_paid_for_what_it_delivered() {
    let mut provider = Provider::start().await;
    let node = node(&provider, PLENTY);
    let mut client = open(&node, "/v1/realtime?model=gpt-4o", None)
        .await
        .unwrap();
    let (mut upstream, ..) = provider.next().await;
    let delta = json!({"type": "response.output_text.delta", "delta": "x".repeat(40)});
    say(&mut upstream, delta).await;
    read(&mut client).await;
    drop(upstream);
    let last = read(&mut client).await.unwrap();
    assert_eq!(last["error"]["code"], "upstream_closed");
    let row = node.only_row().await;
    assert_eq!(
        (row.completion, row.usage_source),
        (10, UsageSource::Estimate)
    );
    assert_eq!(row.end_reason, EndReason::UpstreamEof);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn refusals_come_before_the_protocol_changes() {
    let provider = Provider::start().await;
    let rich = node(&provider, PLENTY);
    assert_eq!(open(&rich, "/v1/realtime", None).await.err(), Some(400));
    assert_eq!(
        open(&rich, "/v1/realtime?model=none", None).await.err(),
        Some(503)
    );
    let wrong = Some("realtime, openai-insecure-api-key.sk-wrong");
    assert_eq!(
        open(&rich, "/v1/realtime?model=gpt-4o", wrong).await.err(),
        Some(401)
    );
    let client = rich.client();
    let plain = client.request(http::Method::GET, "/v1/realtime?model=gpt-4o", "");
    assert_eq!(client.whole(plain).await.status, 426);
    let poor = node(&provider, 100);
    assert_eq!(
        open(&poor, "/v1/realtime?model=gpt-4o", None).await.err(),
        Some(403)
    );
    poor.wait_for_no_hold().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn responses_name_their_model_in_the_first_message() {
    let mut provider = Provider::start().await;
    let node = node(&provider, PLENTY);
    let mut client = open(&node, "/v1/responses", None).await.unwrap();
    let asked = json!({"type": "response.create", "model": "gpt-4o", "input": "hi"});
    say(&mut client, asked.clone()).await;
    let (mut upstream, uri, _) = provider.next().await;
    assert_eq!(uri.path(), "/v1/responses");
    assert_eq!(read(&mut upstream).await, Some(asked));
    let end = json!({"type": "response.completed", "response": {"usage": {
        "input_tokens": 7, "output_tokens": 3, "input_tokens_details": {"cached_tokens": 0}}}});
    say(&mut upstream, end).await;
    read(&mut client).await;
    // Another model on the same socket would be another price: it stays the one that was routed.
    say(
        &mut client,
        json!({"type": "response.create", "model": "dear", "input": "hi"}),
    )
    .await;
    assert_eq!(read(&mut upstream).await.unwrap()["model"], "gpt-4o");
    client.close(None).await.unwrap();
    let row = node.only_row().await;
    assert_eq!((row.prompt, row.completion, row.quota), (7, 3, 13));

    let mut client = open(&node, "/v1/responses", None).await.unwrap();
    say(
        &mut client,
        json!({"type": "response.create", "model": "none", "input": "hi"}),
    )
    .await;
    assert_eq!(
        read(&mut client).await.unwrap()["error"]["code"],
        "model_not_found"
    );
    assert_eq!(read(&mut client).await, None);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_socket_goes_on_where_its_response_was_made() {
    let (mut first, mut second) = (Provider::start().await, Provider::start().await);
    let at = |provider: &Provider| format!("http://{}", provider.address);
    let channels = vec![channel(1, &at(&first)), channel(2, &at(&second))];
    let node = Setup::new(channels).start();
    let mut previous: Option<(usize, String)> = None;
    for turn in 0..12 {
        let mut client = open(&node, "/v1/responses", None).await.unwrap();
        let mut asked = json!({"type": "response.create", "model": "gpt-4o", "input": "hi"});
        if let Some((_, id)) = &previous {
            asked["previous_response_id"] = json!(id);
        }
        say(&mut client, asked).await;
        let (place, mut upstream) = tokio::select! {
            (socket, ..) = first.next() => (1, socket),
            (socket, ..) = second.next() => (2, socket),
        };
        if let Some((before, _)) = previous {
            assert_eq!(place, before);
        }
        let id = format!("resp_{turn}");
        let usage = json!({"input_tokens": 1, "output_tokens": 1});
        let done = json!({"type": "response.completed", "response": {"id": id, "usage": usage}});
        say(&mut upstream, done).await;
        read(&mut client).await.unwrap();
        previous = Some((place, id));
    }
}
