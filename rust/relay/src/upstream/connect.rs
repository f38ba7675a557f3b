//! How a connection to a provider begins: TCP through the guarded resolver or the tunnel of a channel's proxy, then
//! TLS where the address asks for it. Calls (`pool`) and sockets (`dial`) begin alike; nothing is kept here.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use http::Uri;
use hyper::rt::{Read, ReadBufCursor, Write};
use hyper_rustls::{HttpsConnector, MaybeHttpsStream};
use hyper_util::client::legacy::connect::{Connected, Connection, HttpConnector};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tower_service::Service as _;

use super::egress::{GuardedResolver, Reach};
use super::proxy::{Dialer, Proxy};
use crate::small_write::poll_write_pieces;

type Https = HttpsConnector<HttpConnector<GuardedResolver>>;
/// TCP, with TLS where the address asks for it.
pub(super) type Plain = MaybeHttpsStream<TokioIo<TcpStream>>;

/// No connection could be made; why is told to nobody, for it may name addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Unreachable;

/// One worker's way to begin connections.
#[derive(Debug)]
pub(crate) struct Connector {
    public: Https,
    private: Https,
    /// For the provider, with the versions of HTTP that are offered.
    tls: Arc<rustls::ClientConfig>,
    /// For proxies, which speak HTTP/1.1.
    proxy_tls: Arc<rustls::ClientConfig>,
    timeout: Duration,
}

impl Connector {
    /// Offers HTTP/2 beside HTTP/1.1, or HTTP/1.1 alone.
    pub(crate) fn new(
        tls: &Arc<rustls::ClientConfig>,
        timeout: Duration,
        offers_http2: bool,
    ) -> Self {
        let offered = if offers_http2 {
            offering(tls, &[b"h2", b"http/1.1"])
        } else {
            offering(tls, &[])
        };
        let direct = |reach| HttpsConnector::from((tcp(timeout, reach), Arc::clone(&offered)));
        Self {
            public: direct(Reach::Public),
            private: direct(Reach::Private),
            proxy_tls: offering(tls, &[]),
            tls: offered,
            timeout,
        }
    }

    /// Connects to `uri` (http or https, checked by the caller), through a proxy if there is one.
    pub(crate) async fn connect(
        &self,
        uri: &Uri,
        reach: Reach,
        proxy: Option<&Proxy>,
    ) -> Result<Line, Unreachable> {
        if let Some(proxy) = proxy {
            return Box::pin(self.tunnel(proxy, reach, uri)).await;
        }
        let mut direct = match reach {
            Reach::Public => self.public.clone(),
            Reach::Private => self.private.clone(),
        };
        let dialled = direct.call(uri.clone()).await;
        match dialled {
            Ok(MaybeHttpsStream::Http(stream)) => Ok(Line::Open(stream)),
            Ok(secured) => Ok(Line::Secured(Box::new(secured))),
            Err(_) => Err(Unreachable),
        }
    }

    async fn tunnel(&self, proxy: &Proxy, reach: Reach, uri: &Uri) -> Result<Line, Unreachable> {
        let dialer = Dialer {
            way: HttpsConnector::from((tcp(self.timeout, reach), Arc::clone(&self.proxy_tls))),
            proxy: proxy.clone(),
        };
        let mut https = HttpsConnector::from((dialer, Arc::clone(&self.tls)));
        match tokio::time::timeout(self.timeout, https.call(uri.clone())).await {
            Ok(Ok(stream)) => Ok(Line::Tunnelled(Box::new(stream))),
            Ok(Err(_)) | Err(_) => Err(Unreachable),
        }
    }
}

/// Returns how every connection to a provider begins.
fn tcp(connect_timeout: Duration, reach: Reach) -> HttpConnector<GuardedResolver> {
    let mut tcp = HttpConnector::new_with_resolver(GuardedResolver::new(reach));
    tcp.enforce_http(false);
    tcp.set_nodelay(true);
    tcp.set_keepalive(Some(Duration::from_mins(1)));
    tcp.set_connect_timeout(Some(connect_timeout));
    tcp
}

/// The same settings with these protocols offered.
fn offering(tls: &Arc<rustls::ClientConfig>, protocols: &[&[u8]]) -> Arc<rustls::ClientConfig> {
    let mut offering = rustls::ClientConfig::clone(tls);
    offering.alpn_protocols = protocols.iter().map(|name| name.to_vec()).collect();
    Arc::new(offering)
}

/// A connection to a provider. A TLS session is 1.1 KB, which a connection without one must not keep.
#[derive(Debug)]
pub(crate) enum Line {
    Open(TokioIo<TcpStream>),
    Secured(Box<Plain>),
    /// Behind a proxy, which may itself be spoken to over TLS.
    Tunnelled(Box<MaybeHttpsStream<Plain>>),
}

impl Connection for Line {
    fn connected(&self) -> Connected {
        match self {
            Self::Open(stream) => stream.connected(),
            Self::Secured(stream) => stream.connected(),
            Self::Tunnelled(stream) => stream.connected(),
        }
    }
}

impl Read for Line {
    #[inline]
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Open(stream) => Pin::new(stream).poll_read(cx, buffer),
            Self::Secured(stream) => Pin::new(stream).poll_read(cx, buffer),
            Self::Tunnelled(stream) => Pin::new(stream).poll_read(cx, buffer),
        }
    }
}

impl Write for Line {
    #[inline]
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Self::Open(stream) => Pin::new(stream).poll_write(cx, bytes),
            Self::Secured(stream) => Pin::new(stream).poll_write(cx, bytes),
            Self::Tunnelled(stream) => Pin::new(stream).poll_write(cx, bytes),
        }
    }

    #[inline]
    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Open(stream) => Pin::new(stream).poll_flush(cx),
            Self::Secured(stream) => Pin::new(stream).poll_flush(cx),
            Self::Tunnelled(stream) => Pin::new(stream).poll_flush(cx),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Open(stream) => Pin::new(stream).poll_shutdown(cx),
            Self::Secured(stream) => Pin::new(stream).poll_shutdown(cx),
            Self::Tunnelled(stream) => Pin::new(stream).poll_shutdown(cx),
        }
    }

    #[inline]
    fn is_write_vectored(&self) -> bool {
        match self {
            Self::Open(stream) => stream.is_write_vectored(),
            Self::Secured(stream) => stream.is_write_vectored(),
            Self::Tunnelled(stream) => stream.is_write_vectored(),
        }
    }

    #[inline]
    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        pieces: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Self::Open(stream) => poll_write_pieces(stream, cx, pieces),
            Self::Secured(stream) => Pin::new(stream).poll_write_vectored(cx, pieces),
            Self::Tunnelled(stream) => Pin::new(stream).poll_write_vectored(cx, pieces),
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use rustls::pki_types::PrivatePkcs8KeyDer;
    use rustls::{ClientConfig, RootCertStore, ServerConfig};
    use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
    use tokio::net::TcpListener;
    use tokio_rustls::TlsAcceptor;

    use super::*;

    /// A client that trusts one certificate for `localhost`, and the server that shows it.
    pub(in crate::upstream) fn tls() -> (Arc<ClientConfig>, TlsAcceptor) {
        let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).expect("a name");
        let certificate = made.cert.der().clone();
        let mut roots = RootCertStore::empty();
        roots.add(certificate.clone()).expect("a root");
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let client = ClientConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_root_certificates(roots)
            .with_no_client_auth();
        let key = PrivatePkcs8KeyDer::from(made.signing_key.serialize_der());
        let server = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_no_client_auth()
            .with_single_cert(vec![certificate], key.into())
            .expect("a certificate");
        (Arc::new(client), TlsAcceptor::from(Arc::new(server)))
    }

    /// Reads a `CONNECT` and grants it.
    async fn grant(stream: &mut (impl AsyncRead + AsyncWrite + Unpin)) -> String {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(stream.read_u8().await.expect("a byte"));
        }
        stream
            .write_all(b"HTTP/1.1 200 OK\r\n\r\n")
            .await
            .expect("a tunnel");
        let head = String::from_utf8(head).expect("text");
        head.lines().next().expect("a line").to_owned()
    }

    /// A proxy and a provider behind it, each with a TLS session of its own.
    #[tokio::test]
    async fn a_proxy_is_spoken_to_over_tls() {
        let (client, acceptor) = tls();
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let served = tokio::spawn(async move {
            let (stream, _) = listener.accept().await.expect("a connection");
            let mut outer = acceptor.accept(stream).await.expect("TLS to the proxy");
            let line = grant(&mut outer).await;
            let mut inner = acceptor.accept(outer).await.expect("TLS to the provider");
            let byte = inner.read_u8().await.expect("a byte");
            inner.write_all(&[byte + 1]).await.expect("an answer");
            inner.flush().await.expect("an answer");
            line
        });
        let proxy = Proxy::read(&format!("https://localhost:{port}")).expect("a proxy");
        let connector = Connector::new(&client, Duration::from_secs(20), true);
        let target = Uri::from_static("https://localhost:81/v1");
        let line = connector.connect(&target, Reach::Private, Some(&proxy));
        let mut line = TokioIo::new(line.await.expect("a line"));
        line.write_all(b"a").await.expect("a write");
        line.flush().await.expect("a write");
        assert_eq!(line.read_u8().await.expect("a byte"), b'b');
        assert_eq!(
            served.await.expect("served"),
            "CONNECT localhost:81 HTTP/1.1"
        );
    }

    /// A proxy whose certificate nobody vouches for is not told where the call goes.
    #[tokio::test]
    async fn a_proxy_with_a_wrong_certificate_is_not_used() {
        let (_, acceptor) = tls();
        let (client, _) = tls();
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let served = tokio::spawn(async move {
            let (stream, _) = listener.accept().await.expect("a connection");
            acceptor.accept(stream).await.is_ok()
        });
        let proxy = Proxy::read(&format!("https://localhost:{port}")).expect("a proxy");
        let connector = Connector::new(&client, Duration::from_secs(20), true);
        let target = Uri::from_static("http://upstream.invalid/");
        let line = connector.connect(&target, Reach::Private, Some(&proxy));
        assert!(line.await.is_err());
        assert!(!served.await.expect("served"));
    }
}
