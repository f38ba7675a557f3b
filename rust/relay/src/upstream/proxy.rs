//! A channel's way through a proxy: HTTP `CONNECT`, in the clear or over TLS, or SOCKS5, with or without credentials.
//!
//! The proxy's own address passes the egress policy like any other; names behind it are resolved by the proxy.
//! Credentials never show in a debug print.

use std::fmt;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use http::Uri;
use http::uri::Authority;
use hyper_rustls::HttpsConnector;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tower_service::Service;

use super::connect::Plain;
use super::egress::GuardedResolver;

/// Bytes of an answer to `CONNECT` that are read.
const MAX_HEAD: usize = 8 * 1024;

type Stream = TokioIo<Plain>;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Kind {
    Connect,
    Socks5,
}

/// A proxy, as a channel's setting names it.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct Proxy {
    kind: Kind,
    /// Where it is, as an address for the connector: `https` where it is spoken to over TLS.
    at: Uri,
    credentials: Option<(String, String)>,
}

impl fmt::Debug for Proxy {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Proxy")
    }
}

impl Proxy {
    /// Reads `http://`, `https://`, `socks5://` or `socks5h://` with an address; none when it is something else.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let (scheme, rest) = text.trim().split_once("://")?;
        let (kind, way, usual) = match scheme {
            "http" => (Kind::Connect, "http", 80),
            "https" => (Kind::Connect, "https", 443),
            "socks5" | "socks5h" => (Kind::Socks5, "http", 1080),
            _ => return None,
        };
        let rest = rest.trim_end_matches('/');
        let (credentials, address) = match rest.rsplit_once('@') {
            Some((credentials, address)) => (Some(credentials), address),
            None => (None, rest),
        };
        let authority: Authority = address.parse().ok()?;
        let port = authority.port_u16().unwrap_or(usual);
        let decode = |text: &str| {
            percent_encoding::percent_decode_str(text)
                .decode_utf8_lossy()
                .into_owned()
        };
        Some(Self {
            kind,
            at: format!("{way}://{}:{port}/", authority.host())
                .parse()
                .ok()?,
            credentials: credentials.map(|text| {
                let (user, password) = text.split_once(':').unwrap_or((text, ""));
                (decode(user), decode(password))
            }),
        })
    }

    /// Returns where the proxy is, to be checked like the address of any upstream.
    pub(crate) fn address(&self) -> &Uri {
        &self.at
    }

    async fn open(&self, stream: &mut Stream, host: &str, port: u16) -> io::Result<()> {
        match self.kind {
            Kind::Connect => self.connect(stream, host, port).await,
            Kind::Socks5 => self.socks(stream, host, port).await,
        }
    }

    async fn connect(&self, stream: &mut Stream, host: &str, port: u16) -> io::Result<()> {
        let mut head = format!("CONNECT {host}:{port} HTTP/1.1\r\nHost: {host}:{port}\r\n");
        if let Some((user, password)) = &self.credentials {
            let text = BASE64_STANDARD.encode(format!("{user}:{password}"));
            head.push_str("Proxy-Authorization: Basic ");
            head.push_str(&text);
            head.push_str("\r\n");
        }
        head.push_str("\r\n");
        stream.write_all(head.as_bytes()).await?;
        stream.flush().await?;
        let mut answer = Vec::with_capacity(256);
        // Byte by byte: what follows the head belongs to the tunnel.
        while !answer.ends_with(b"\r\n\r\n") {
            if answer.len() >= MAX_HEAD {
                return Err(refused());
            }
            answer.push(stream.read_u8().await?);
        }
        let status = answer.split(|byte| *byte == b' ').nth(1);
        match status {
            Some(b"200") => Ok(()),
            _ => Err(refused()),
        }
    }

    /// RFC 1928, with the credentials of RFC 1929.
    async fn socks(&self, stream: &mut Stream, host: &str, port: u16) -> io::Result<()> {
        let method = if self.credentials.is_some() { 2 } else { 0 };
        stream.write_all(&[5, 1, method]).await?;
        let mut chosen = [0; 2];
        stream.read_exact(&mut chosen).await?;
        if chosen != [5, method] {
            return Err(refused());
        }
        if let Some((user, password)) = &self.credentials {
            let mut login = vec![1];
            push_short(&mut login, user)?;
            push_short(&mut login, password)?;
            stream.write_all(&login).await?;
            let mut answer = [0; 2];
            stream.read_exact(&mut answer).await?;
            if answer != [1, 0] {
                return Err(refused());
            }
        }
        let mut call = vec![5, 1, 0];
        match host.trim_matches(['[', ']']).parse() {
            Ok(std::net::IpAddr::V4(address)) => {
                call.push(1);
                call.extend(address.octets());
            }
            Ok(std::net::IpAddr::V6(address)) => {
                call.push(4);
                call.extend(address.octets());
            }
            Err(_name) => {
                call.push(3);
                push_short(&mut call, host)?;
            }
        }
        call.extend(port.to_be_bytes());
        stream.write_all(&call).await?;
        let mut answer = [0; 4];
        stream.read_exact(&mut answer).await?;
        let [5, 0, _, form] = answer else {
            return Err(refused());
        };
        let rest = match form {
            1 => 4,
            4 => 16,
            3 => usize::from(stream.read_u8().await?),
            _ => return Err(refused()),
        };
        let mut bound = vec![0; rest + 2];
        stream.read_exact(&mut bound).await.map(drop)
    }
}

fn push_short(to: &mut Vec<u8>, text: &str) -> io::Result<()> {
    to.push(u8::try_from(text.len()).map_err(|_long| refused())?);
    to.extend(text.as_bytes());
    Ok(())
}

fn refused() -> io::Error {
    io::Error::new(io::ErrorKind::ConnectionRefused, "the proxy refused")
}

/// Opens connections through one proxy.
#[derive(Clone, Debug)]
pub(super) struct Dialer {
    /// The way to the proxy itself.
    pub(super) way: HttpsConnector<HttpConnector<GuardedResolver>>,
    pub(super) proxy: Proxy,
}

impl Service<Uri> for Dialer {
    type Response = Plain;
    type Error = Box<dyn std::error::Error + Send + Sync>;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Self::Error>> + Send>>;

    fn poll_ready(&mut self, _cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, target: Uri) -> Self::Future {
        let mut way = self.way.clone();
        let proxy = self.proxy.clone();
        Box::pin(async move {
            let host = target.host().ok_or_else(refused)?;
            let usual = if target.scheme_str() == Some("https") {
                443
            } else {
                80
            };
            let port = target.port_u16().unwrap_or(usual);
            let mut stream = TokioIo::new(way.call(proxy.at.clone()).await?);
            proxy.open(&mut stream, host, port).await?;
            Ok(stream.into_inner())
        })
    }
}
