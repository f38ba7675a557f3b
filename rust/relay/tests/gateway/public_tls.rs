//! TLS on the public port: both versions of HTTP by ALPN, new files for new connections, bad ones named.

use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::{Request, Version};
use http_body_util::{BodyExt as _, Full};
use hyper::client::conn::{http1, http2};
use hyper_util::rt::{TokioExecutor, TokioIo};
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use serde_json::json;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use crate::support::*;

/// A folder with a certificate for `localhost`.
pub(crate) struct Files {
    folder: tempfile::TempDir,
}

impl Files {
    pub(crate) fn new() -> (Self, CertificateDer<'static>) {
        let files = Self {
            folder: tempfile::TempDir::new().unwrap(),
        };
        let certificate = files.renew();
        (files, certificate)
    }

    pub(crate) fn cert(&self) -> PathBuf {
        self.folder.path().join("cert.pem")
    }

    pub(crate) fn key(&self) -> PathBuf {
        self.folder.path().join("key.pem")
    }

    /// Writes another certificate and its key.
    fn renew(&self) -> CertificateDer<'static> {
        let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        let key = made.signing_key.serialize_der();
        std::fs::write(self.cert(), pem("CERTIFICATE", made.cert.der())).unwrap();
        std::fs::write(self.key(), pem("PRIVATE KEY", &key)).unwrap();
        made.cert.der().clone()
    }

    fn start(&self, upstream: &Upstream, limits: &serde_json::Value) -> Node {
        let tls = json!({"tls": {"cert": self.cert(), "key": self.key()}, "limits": limits});
        Setup::new(vec![channel(1, &upstream.url())])
            .config(tls)
            .start()
    }
}

/// Returns bytes in the form of RFC 7468.
fn pem(label: &str, bytes: &[u8]) -> String {
    let text = STANDARD.encode(bytes);
    let lines: Vec<&str> = text
        .as_bytes()
        .chunks(64)
        .map(|line| std::str::from_utf8(line).unwrap())
        .collect();
    let lines = lines.join("\n");
    format!("-----BEGIN {label}-----\n{lines}\n-----END {label}-----\n")
}

async fn shake(
    node: &Node,
    trusted: &CertificateDer<'static>,
    protocols: &[&str],
) -> std::io::Result<TlsStream<TcpStream>> {
    let mut roots = RootCertStore::empty();
    roots.add(trusted.clone()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = protocols
        .iter()
        .map(|name| name.as_bytes().to_vec())
        .collect();
    let stream = TcpStream::connect(node.address).await?;
    let name = ServerName::try_from("localhost").unwrap();
    let shaken = TlsConnector::from(Arc::new(config)).connect(name, stream);
    tokio::time::timeout(LONG, shaken)
        .await
        .expect("in the time")
}

fn chat() -> Request<Full<Bytes>> {
    Request::post("https://localhost/v1/chat/completions")
        .header("host", "localhost")
        .header("authorization", format!("Bearer sk-{KEY}"))
        .header("content-type", "application/json")
        .body(Full::new(Bytes::from_static(CHAT.as_bytes())))
        .unwrap()
}

async fn sender1(stream: TlsStream<TcpStream>) -> http1::SendRequest<Full<Bytes>> {
    let (sender, connection) = http1::handshake(TokioIo::new(stream)).await.unwrap();
    tokio::spawn(connection);
    sender
}

async fn sender2(stream: TlsStream<TcpStream>) -> http2::SendRequest<Full<Bytes>> {
    let io = TokioIo::new(stream);
    let (sender, connection) = http2::handshake(TokioExecutor::new(), io).await.unwrap();
    tokio::spawn(connection);
    sender
}

// Two threads: the connections must answer while the node is closed at the end.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn both_versions_of_http_are_spoken_as_the_client_offers() {
    let upstream = Upstream::start(|_| Reply::json(REPLY));
    let (files, certificate) = Files::new();
    let node = files.start(&upstream, &json!({}));

    for offered in [&["http/1.1"][..], &[]] {
        let stream = shake(&node, &certificate, offered).await.unwrap();
        let mut sender = sender1(stream).await;
        for _ in 0..3 {
            // The connection's own task may not have seen the last answer's end yet.
            sender.ready().await.unwrap();
            let answer = sender.send_request(chat()).await.unwrap();
            assert_eq!(
                (answer.status().as_u16(), answer.version()),
                (200, Version::HTTP_11)
            );
            assert_eq!(
                answer.into_body().collect().await.unwrap().to_bytes(),
                REPLY
            );
        }
    }
    let stream = shake(&node, &certificate, &["h2", "http/1.1"])
        .await
        .unwrap();
    assert_eq!(stream.get_ref().1.alpn_protocol(), Some(&b"h2"[..]));
    let sender = sender2(stream).await;
    let calls = (0..20).map(|_| {
        let mut sender = sender.clone();
        async move {
            let answer = sender.send_request(chat()).await.unwrap();
            assert_eq!(
                (answer.status().as_u16(), answer.version()),
                (200, Version::HTTP_2)
            );
            assert_eq!(
                answer.into_body().collect().await.unwrap().to_bytes(),
                REPLY
            );
        }
    });
    futures_util::future::join_all(calls).await;
    assert!(shake(&node, &certificate, &["smtp"]).await.is_err());
    assert_eq!(node.rows(26).await.len(), 26);
    node.wait_for_no_hold().await;
}

#[tokio::test]
async fn new_files_are_for_new_connections_and_old_ones_live_on() {
    let upstream = Upstream::start(|_| Reply::json(REPLY));
    let (files, first) = Files::new();
    let node = files.start(&upstream, &json!({}));
    let mut old = sender1(shake(&node, &first, &[]).await.unwrap()).await;

    let second = files.renew();
    node.gateway.reload_tls().unwrap();

    assert!(shake(&node, &first, &[]).await.is_err());
    let mut new = sender1(shake(&node, &second, &[]).await.unwrap()).await;
    for sender in [&mut old, &mut new] {
        let answer = sender.send_request(chat()).await.unwrap();
        assert_eq!(answer.status(), 200);
        answer.into_body().collect().await.unwrap();
    }
}

#[tokio::test]
async fn changed_files_are_noticed_without_being_told() {
    let upstream = Upstream::start(|_| Reply::json(REPLY));
    let (files, _) = Files::new();
    let node = files.start(&upstream, &json!({}));

    let second = files.renew();

    let deadline = Instant::now() + LONG;
    while shake(&node, &second, &[]).await.is_err() {
        assert!(Instant::now() < deadline, "never noticed");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

#[tokio::test]
async fn a_bad_file_is_named_and_the_certificate_in_force_stays() {
    let upstream = Upstream::start(|_| Reply::json(REPLY));
    let (files, certificate) = Files::new();
    let node = files.start(&upstream, &json!({}));
    let (others, _) = Files::new();
    let bad: [(PathBuf, Vec<u8>); 4] = [
        (files.cert(), b"no certificate".to_vec()),
        (files.key(), b"no key".to_vec()),
        (files.key(), std::fs::read(others.key()).unwrap()),
        (files.key(), std::fs::read(files.cert()).unwrap()),
    ];
    for (path, content) in bad {
        let good = std::fs::read(&path).unwrap();
        std::fs::write(&path, content).unwrap();
        let said = node.gateway.reload_tls().unwrap_err().to_string();
        assert!(said.contains(name(&path)), "{said}");
        shake(&node, &certificate, &[]).await.unwrap();
        std::fs::write(&path, good).unwrap();
    }
    std::fs::remove_file(files.key()).unwrap();
    assert!(node.gateway.reload_tls().is_err());
    shake(&node, &certificate, &[]).await.unwrap();
}

fn name(path: &Path) -> &str {
    path.file_name().unwrap().to_str().unwrap()
}

/// Silence, plain HTTP and a handshake that grows without end are all shut out.
#[test]
fn what_is_no_handshake_is_closed() {
    let upstream = Upstream::start(|_| Reply::json(REPLY));
    let (files, _) = Files::new();
    let node = files.start(&upstream, &json!({"tls_handshake_timeout_ms": 300}));
    // A ClientHello that says it is 16 MiB long, in records of 16 KiB.
    let mut endless = Vec::new();
    for number in 0..64 {
        endless.extend_from_slice(&[22, 3, 1, 0x40, 0]);
        let mut record = vec![0_u8; 0x4000];
        if number == 0 {
            record[..4].copy_from_slice(&[1, 0xff, 0xff, 0xff]);
        }
        endless.extend_from_slice(&record);
    }
    for sent in [&b""[..], b"GET / HTTP/1.1\r\nhost: a\r\n\r\n", &endless] {
        let mut stream = std::net::TcpStream::connect(node.address).unwrap();
        stream.set_read_timeout(Some(LONG)).unwrap();
        let started = Instant::now();
        // The other side may close before all is written.
        drop(stream.write_all(sent));
        drop(stream.read_to_end(&mut Vec::new()));
        assert!(started.elapsed() < LONG, "never closed");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_drain_lets_a_stream_over_tls_end() {
    let (feeds, mut opened) = tokio::sync::mpsc::channel(1);
    let upstream = Upstream::start(move |_| {
        let (feed, reply) = Reply::events();
        feeds.try_send(feed).unwrap();
        reply
    });
    let (files, certificate) = Files::new();
    let node = Arc::new(files.start(&upstream, &json!({})));
    let mut sender = sender2(shake(&node, &certificate, &["h2"]).await.unwrap()).await;
    let mut request = chat();
    *request.body_mut() = Full::new(Bytes::from_static(CHAT_STREAM.as_bytes()));
    let call = tokio::spawn(async move { sender.send_request(request).await.unwrap() });
    let feed = opened.recv().await.unwrap();
    feed.send(Ok(delta("Hi"))).await.unwrap();
    let mut answer = call.await.unwrap();
    next(answer.body_mut()).await.unwrap();

    let stopping = Arc::clone(&node);
    let stopped = tokio::task::spawn_blocking(move || stopping.gateway.shutdown(60_000));
    for piece in [finish(), usage(10, 5), DONE] {
        feed.send(Ok(piece)).await.unwrap();
    }
    drop(feed);
    let rest = answer.into_body().collect().await.unwrap().to_bytes();

    assert!(rest.ends_with(&DONE));
    stopped.await.unwrap();
    assert_eq!(node.only_row().await.quota, 20);
}

#[test]
fn a_certificate_that_cannot_be_read_stops_the_start() {
    let (files, _) = Files::new();
    std::fs::write(files.cert(), "").unwrap();
    let document = json!({
        "listen": "127.0.0.1:0", "workers": 1, "management_socket": "none",
        "data_dir": files.folder.path(), "key_secret": "07".repeat(32),
        "journal": {"segment_bytes": 4_194_304},
        "tls": {"cert": files.cert(), "key": files.key()}
    });
    let config = weirgate_relay::Config::from_json(document.to_string().as_bytes()).unwrap();
    let gateway = weirgate_relay::Gateway::open(config).unwrap();
    let said = gateway.serve().unwrap_err().to_string();
    assert!(said.contains("cert.pem: holds no certificate"), "{said}");
}
