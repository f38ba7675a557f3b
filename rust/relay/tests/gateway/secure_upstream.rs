//! Providers over TLS whose root is the operator's own: by HTTP/2 where they speak it, by HTTP/1.1 where not.

use std::convert::Infallible;
use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Response, Version};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::server::conn::{http1, http2};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use serde_json::json;
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio_rustls::TlsAcceptor;

use crate::public_tls::Files;
use crate::support::*;

/// Serves one kind of HTTP over TLS; returns the address and tells of each call's version.
async fn provider(files: &Files, protocol: &str) -> (String, mpsc::Receiver<Version>) {
    let certificate = CertificateDer::from_pem_file(files.cert()).unwrap();
    let key = PrivateKeyDer::from_pem_file(files.key()).unwrap();
    let ring = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = rustls::ServerConfig::builder_with_provider(ring)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .unwrap();
    config.alpn_protocols = vec![protocol.as_bytes().to_vec()];
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!(
        "https://localhost:{}",
        listener.local_addr().unwrap().port()
    );
    let (tell, told) = mpsc::channel(16);
    let is_http2 = protocol == "h2";
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            let (acceptor, tell) = (acceptor.clone(), tell.clone());
            tokio::spawn(async move {
                let Ok(stream) = acceptor.accept(stream).await else {
                    return;
                };
                let service = service_fn(move |request: Request<Incoming>| {
                    tell.try_send(request.version()).unwrap();
                    let answer = Response::builder()
                        .header("content-type", "application/json")
                        .body(Full::new(Bytes::from_static(REPLY.as_bytes())));
                    async move { Ok::<_, Infallible>(answer.unwrap()) }
                });
                let io = TokioIo::new(stream);
                // How a connection ends is the gateway's business.
                if is_http2 {
                    let builder = http2::Builder::new(TokioExecutor::new());
                    drop(builder.serve_connection(io, service).await);
                } else {
                    drop(http1::Builder::new().serve_connection(io, service).await);
                }
            });
        }
    });
    (url, told)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_provider_with_a_root_of_our_own_is_called_as_it_speaks() {
    for (protocol, version) in [("h2", Version::HTTP_2), ("http/1.1", Version::HTTP_11)] {
        let (files, _) = Files::new();
        let (url, mut told) = provider(&files, protocol).await;
        let node = Setup::new(vec![channel(1, &url)])
            .config(json!({"upstream_ca": files.cert()}))
            .start();
        let client = node.client();
        for _ in 0..5 {
            let answer = client.chat(CHAT).await;
            assert_eq!((answer.status, answer.body), (200, Bytes::from(REPLY)));
            assert_eq!(told.recv().await, Some(version));
        }
        assert_eq!(node.rows(5).await.len(), 5);
        node.wait_for_no_hold().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_provider_whose_root_nobody_trusts_is_told_nothing() {
    let (files, _) = Files::new();
    let (url, mut told) = provider(&files, "h2").await;
    let node = Setup::new(vec![channel(1, &url)]).start();
    assert_eq!(node.client().chat(CHAT).await.status, 500);
    assert!(told.try_recv().is_err());
}

#[test]
fn a_file_without_roots_stops_the_start() {
    let (files, _) = Files::new();
    let document = json!({
        "listen": "127.0.0.1:0", "workers": 1, "management_socket": "none",
        "data_dir": files.cert().parent(), "key_secret": "07".repeat(32),
        "journal": {"segment_bytes": 4_194_304}, "upstream_ca": files.key()
    });
    let config = weirgate_relay::Config::from_json(document.to_string().as_bytes()).unwrap();
    let gateway = weirgate_relay::Gateway::open(config).unwrap();
    let said = gateway.serve().unwrap_err().to_string();
    assert!(said.contains("key.pem: holds no certificate"), "{said}");
}
