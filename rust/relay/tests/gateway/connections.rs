//! Connections to a provider: used again, replaced when they went stale, never after a broken body.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::support::*;

/// What the provider does with a connection after an answer.
#[derive(Clone, Copy)]
enum After {
    KeepsIt,
    ClosesIt,
    SaysClose,
}

/// A provider that counts its connections.
struct Counted {
    url: String,
    connections: Arc<AtomicUsize>,
}

impl Counted {
    fn start(after: After, is_chunked: bool) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let connections = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&connections);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                counter.fetch_add(1, Ordering::SeqCst);
                std::thread::spawn(move || answer_all(stream.unwrap(), after, is_chunked));
            }
        });
        Self { url, connections }
    }

    fn count(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }
}

fn answer_all(mut stream: TcpStream, after: After, is_chunked: bool) {
    while read_request(&mut stream) {
        let close = match after {
            After::SaysClose => "connection: close\r\n",
            After::KeepsIt | After::ClosesIt => "",
        };
        let head = format!("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n{close}");
        let body = REPLY;
        let answer = if is_chunked {
            let (first, second) = body.split_at(10);
            format!(
                "{head}transfer-encoding: chunked\r\n\r\n{:x}\r\n{first}\r\n{:x}\r\n{second}\r\n0\r\n\r\n",
                first.len(),
                second.len()
            )
        } else {
            format!("{head}content-length: {}\r\n\r\n{body}", body.len())
        };
        stream.write_all(answer.as_bytes()).unwrap();
        if !matches!(after, After::KeepsIt) {
            return;
        }
    }
}

/// Reads one request; false when the other side has closed.
fn read_request(stream: &mut TcpStream) -> bool {
    let mut seen = Vec::new();
    let mut piece = [0_u8; 4096];
    loop {
        match stream.read(&mut piece) {
            Ok(0) | Err(_) => return false,
            Ok(read) => seen.extend_from_slice(&piece[..read]),
        }
        let text = String::from_utf8_lossy(&seen);
        if let Some(end) = text.find("\r\n\r\n") {
            let length = text
                .to_ascii_lowercase()
                .split("content-length: ")
                .nth(1)
                .and_then(|rest| rest.lines().next().unwrap().trim().parse::<usize>().ok())
                .unwrap_or(0);
            if seen.len() >= end + 4 + length {
                return true;
            }
        }
    }
}

async fn calls(node: &Node, count: usize) {
    let client = node.client();
    for _ in 0..count {
        let answer = client.chat(CHAT).await;
        assert_eq!(answer.status, 200);
        assert_eq!(answer.body, REPLY);
    }
}

#[tokio::test]
async fn a_connection_is_used_again() {
    for is_chunked in [false, true] {
        let upstream = Counted::start(After::KeepsIt, is_chunked);
        let node = Setup::new(vec![channel(1, &upstream.url)]).start();
        calls(&node, 20).await;
        assert_eq!(upstream.count(), 1, "chunked: {is_chunked}");
    }
}

#[tokio::test]
async fn a_connection_that_the_provider_closed_is_replaced_and_no_call_fails() {
    for after in [After::ClosesIt, After::SaysClose] {
        let upstream = Counted::start(after, false);
        let node = Setup::new(vec![channel(1, &upstream.url)]).start();
        for _ in 0..20 {
            calls(&node, 1).await;
            // The close must have arrived; one that crosses a request on its way is a broken call.
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        assert_eq!(upstream.count(), 20);
        for row in node.rows(20).await {
            assert_eq!(row.attempts.len(), 1);
        }
    }
}

#[tokio::test]
async fn calls_at_once_have_a_connection_each_and_leave_no_hold() {
    let upstream = Counted::start(After::KeepsIt, false);
    let node = Setup::new(vec![channel(1, &upstream.url)]).start();
    let clients: Vec<_> = (0..16).map(|_| calls(&node, 10)).collect();
    futures_util::future::join_all(clients).await;
    assert!(upstream.count() <= 16);
    node.wait_for_no_hold().await;
}
