//! One worker's connections to the providers: kept-alive HTTP/1.1 and HTTP/2 over TCP and TLS.
//!
//! A connection never leaves its worker's thread. A kept-alive connection that the provider closed
//! before anything was sent is replaced once, silently, by the client itself.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::Request;
use http_body_util::Full;
use hyper_rustls::HttpsConnector;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::{Client, ResponseFuture};
use hyper_util::rt::{TokioExecutor, TokioTimer};

use super::egress::{GuardedResolver, Reach};
use crate::error::StartError;

/// How long an unused connection is kept; providers close theirs after 60 s and more.
const IDLE: Duration = Duration::from_secs(55);
/// Unused connections kept a provider and worker.
const IDLE_PER_HOST: usize = 512;
/// Bytes read from a provider at once; the cap keeps a waiting stream small.
const READ_BUFFER: usize = 64 * 1024;

type Https = HttpsConnector<HttpConnector<GuardedResolver>>;

/// The clients of one worker.
#[derive(Debug)]
pub(crate) struct Pool {
    public: Client<Https, Full<Bytes>>,
    private: Client<Https, Full<Bytes>>,
}

impl Pool {
    pub(crate) fn new(tls: &Arc<rustls::ClientConfig>, connect_timeout: Duration) -> Self {
        Self {
            public: client(tls, connect_timeout, Reach::Public),
            private: client(tls, connect_timeout, Reach::Private),
        }
    }

    /// Sends a request; the future ends with the answer's head.
    pub(crate) fn send(&self, request: Request<Full<Bytes>>, reach: Reach) -> ResponseFuture {
        match reach {
            Reach::Public => self.public.request(request),
            Reach::Private => self.private.request(request),
        }
    }
}

fn client(
    tls: &Arc<rustls::ClientConfig>,
    connect_timeout: Duration,
    reach: Reach,
) -> Client<Https, Full<Bytes>> {
    let mut tcp = HttpConnector::new_with_resolver(GuardedResolver::new(reach));
    tcp.enforce_http(false);
    tcp.set_nodelay(true);
    tcp.set_keepalive(Some(Duration::from_mins(1)));
    tcp.set_connect_timeout(Some(connect_timeout));
    let https = hyper_rustls::HttpsConnectorBuilder::new()
        .with_tls_config(rustls::ClientConfig::clone(tls))
        .https_or_http()
        .enable_http1()
        .enable_http2()
        .wrap_connector(tcp);
    Client::builder(TokioExecutor::new())
        .pool_timer(TokioTimer::new())
        .timer(TokioTimer::new())
        .pool_idle_timeout(IDLE)
        .pool_max_idle_per_host(IDLE_PER_HOST)
        .http1_max_buf_size(READ_BUFFER)
        .http2_keep_alive_interval(Some(Duration::from_secs(30)))
        .build(https)
}

/// Returns the TLS settings shared by all workers: ring, TLS 1.2 and 1.3, the web's roots.
pub(crate) fn tls_config() -> Result<Arc<rustls::ClientConfig>, StartError> {
    use hyper_rustls::ConfigBuilderExt as _;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| StartError::Tls(error.to_string()))?;
    Ok(Arc::new(builder.with_webpki_roots().with_no_client_auth()))
}

/// Returns whether the error says that no connection could be made.
pub(crate) fn is_connect_error(error: &hyper_util::client::legacy::Error) -> bool {
    error.is_connect()
}
