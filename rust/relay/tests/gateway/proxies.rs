//! A channel's proxy: calls, sockets, submits and files all take it, it resolves the names, and it stands under the
//! same policy as any upstream.

use std::net::SocketAddr;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use http::Method;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;

use crate::realtime::{Provider, open, read, say};
use crate::support::*;

/// What a proxy was asked for: the name and port, and the login.
type Asked = (String, Option<String>);

/// A proxy that leads every name to one place, and tells what it was asked for.
struct Proxy {
    address: SocketAddr,
    asked: mpsc::Receiver<Asked>,
}

impl Proxy {
    async fn start(to: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (tell, asked) = mpsc::channel(16);
        tokio::spawn(async move {
            while let Ok((mut client, _)) = listener.accept().await {
                let tell = tell.clone();
                tokio::spawn(async move {
                    let first = client.read_u8().await.unwrap();
                    let heard = match first {
                        5 => socks(&mut client).await,
                        _ => connect(&mut client).await,
                    };
                    tell.send(heard).await.unwrap();
                    let mut upstream = TcpStream::connect(to).await.unwrap();
                    drop(copy_bidirectional(&mut client, &mut upstream).await);
                });
            }
        });
        Self { address, asked }
    }

    async fn next(&mut self) -> Asked {
        let next = tokio::time::timeout(LONG, self.asked.recv()).await;
        next.expect("a tunnel within the limit").expect("a tunnel")
    }
}

/// `CONNECT`, of which the first letter is read.
async fn connect(client: &mut TcpStream) -> Asked {
    let mut head = b"C".to_vec();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(client.read_u8().await.unwrap());
    }
    let head = String::from_utf8(head).unwrap();
    let target = head.split(' ').nth(1).unwrap().to_owned();
    let login = head.lines().find_map(|line| {
        let text = line.strip_prefix("Proxy-Authorization: Basic ")?;
        String::from_utf8(BASE64_STANDARD.decode(text).ok()?).ok()
    });
    let answer = b"HTTP/1.1 200 Connection established\r\nVia: test\r\n\r\n";
    client.write_all(answer).await.unwrap();
    (target, login)
}

/// RFC 1928 with RFC 1929, of which the version is read.
async fn socks(client: &mut TcpStream) -> Asked {
    let mut methods = vec![0; usize::from(client.read_u8().await.unwrap())];
    client.read_exact(&mut methods).await.unwrap();
    client.write_all(&[5, methods[0]]).await.unwrap();
    let mut login = None;
    if methods[0] == 2 {
        assert_eq!(client.read_u8().await.unwrap(), 1);
        let user = short(client).await;
        login = Some(format!("{user}:{}", short(client).await));
        client.write_all(&[1, 0]).await.unwrap();
    }
    let mut call = [0; 4];
    client.read_exact(&mut call).await.unwrap();
    assert_eq!(call, [5, 1, 0, 3], "a name is asked for, not an address");
    let host = short(client).await;
    let port = client.read_u16().await.unwrap();
    client
        .write_all(&[5, 0, 0, 1, 127, 0, 0, 1, 0, 1])
        .await
        .unwrap();
    (format!("{host}:{port}"), login)
}

async fn short(client: &mut TcpStream) -> String {
    let mut text = vec![0; usize::from(client.read_u8().await.unwrap())];
    client.read_exact(&mut text).await.unwrap();
    String::from_utf8(text).unwrap()
}

/// A channel at a name that nobody but the proxy knows.
fn hidden(id: i64, proxy: &str) -> Value {
    let mut hidden = channel(id, "http://upstream.invalid:81");
    hidden["settings"] = json!({"proxy": proxy});
    hidden
}

fn hidden_is_asked_for(asked: &Asked, login: Option<&str>) {
    assert_eq!(asked.0, "upstream.invalid:81");
    assert_eq!(asked.1.as_deref(), login);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn calls_go_through_either_kind_of_proxy() {
    let upstream = Upstream::start(|_| Reply::json(REPLY));
    let mut proxy = Proxy::start(upstream.address).await;
    let at = proxy.address;
    for (address, login) in [
        (format!("http://us%40er:p%3Aw@{at}"), Some("us@er:p:w")),
        (format!("socks5://user:word@{at}/"), Some("user:word")),
        (format!("socks5h://{at}"), None),
    ] {
        let node = Setup::new(vec![hidden(1, &address)]).start();
        let client = node.client();
        for _call in 0..2 {
            assert_eq!(client.chat(CHAT).await.status, 200);
        }
        hidden_is_asked_for(&proxy.next().await, login);
        let kept = proxy.asked.try_recv();
        assert!(kept.is_err(), "the tunnel serves the second call too");
    }
    assert_eq!(upstream.count(), 6);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sockets_go_through_the_channels_proxy() {
    let mut provider = Provider::start().await;
    let mut proxy = Proxy::start(provider.address).await;
    for scheme in ["http", "socks5"] {
        let address = format!("{scheme}://u:p@{}", proxy.address);
        let node = Setup::new(vec![hidden(1, &address)]).start();
        let mut client = open(&node, "/v1/realtime?model=gpt-4o", None)
            .await
            .unwrap();
        let (mut upstream, _, headers) = provider.next().await;
        hidden_is_asked_for(&proxy.next().await, Some("u:p"));
        assert_eq!(headers["host"], "upstream.invalid:81");
        assert!(!headers.contains_key("proxy-authorization"));
        say(&mut upstream, json!({"type": "session.created"})).await;
        assert_eq!(read(&mut client).await.unwrap()["type"], "session.created");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn submits_and_files_of_tasks_go_through_the_channels_proxy() {
    let upstream = Upstream::start(|seen| match seen.path.as_str() {
        "/v1/videos/up-77/content" => Reply::with(200, "video/mp4", "moving"),
        _ => Reply::json(r#"{"code":1,"description":"","result":"9"}"#),
    });
    let mut proxy = Proxy::start(upstream.address).await;
    let mut hidden = hidden(2, &format!("socks5://{}", proxy.address));
    hidden["type"] = json!(2);
    hidden["models"] = json!(["mj_imagine"]);
    hidden["keys"] = json!(["first", "second"]);
    let node = crate::tasks::node(&[hidden]);
    let client = node.client();

    let body = json!({"prompt": "a cat"}).to_string();
    let asked = client.request(Method::POST, "/mj/submit/imagine", body);
    assert_eq!(client.whole(asked).await.status, 200);
    hidden_is_asked_for(&proxy.next().await, None);

    let asked = client.request(Method::GET, "/v1/videos/77/content", "");
    let answer = client.whole(asked).await;
    assert_eq!((answer.status, &answer.body[..]), (200, &b"moving"[..]));
    let paths: Vec<String> = upstream.seen().into_iter().map(|seen| seen.path).collect();
    assert_eq!(paths, ["/mj/submit/imagine", "/v1/videos/up-77/content"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_proxy_at_an_address_that_may_not_be_dialled_is_not_used() {
    let upstream = Upstream::start(|_| Reply::json(REPLY));
    let mut proxy = Proxy::start(upstream.address).await;
    let by_number = format!("http://{}", proxy.address);
    let by_name = format!("http://localhost:{}", proxy.address.port());
    for address in [by_number.as_str(), by_name.as_str(), "ftp://proxy.invalid"] {
        let node = Setup::new(vec![hidden(1, address)])
            .options(json!({"allow_private_upstreams": false}))
            .start();
        let answer = node.client().chat(CHAT).await;
        assert_eq!(answer.status, 500, "{address}");
        let said = String::from_utf8_lossy(&answer.body).into_owned();
        assert!(!said.contains("127.0.0.1") && !said.contains("localhost"));
    }
    assert!(proxy.asked.try_recv().is_err());
}
