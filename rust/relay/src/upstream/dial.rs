//! Web sockets to providers: dialled through the same guarded resolver and TLS settings as calls, on
//! a connection of their own, HTTP/1.1 only.

use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::header::{
    CONNECTION, HOST, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_VERSION, UPGRADE,
};
use http::{HeaderMap, HeaderValue, Request, Response, StatusCode, Uri};
use http_body_util::Empty;
use hyper::body::Incoming;
use hyper::client::conn::http1;
use hyper::upgrade::Upgraded;
use hyper_util::rt::TokioIo;
use ring::digest;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::protocol::{Role, WebSocketConfig};

use super::connect::Connector;
use super::egress::Reach;
use super::proxy::Proxy;

/// Largest message and frame either way; a minute of sound is about 4 MiB as base64.
const MESSAGE_BYTES: usize = 16 << 20;
/// Bytes of written frames that may wait before the writer does.
const WRITE_BYTES: usize = 256 << 10;
/// What RFC 6455 appends to the key before it is hashed.
const MAGIC: &[u8] = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/// A socket, either side's.
pub(crate) type Socket = WebSocketStream<TokioIo<Upgraded>>;

/// Why no socket was opened.
#[derive(Debug)]
pub(crate) enum DialError {
    /// No connection, or it broke off.
    Connect,
    /// The provider answered this instead.
    Refused(Box<Response<Incoming>>),
    /// It did not speak the protocol.
    Protocol,
}

/// One worker's way to providers' sockets.
#[derive(Debug)]
pub(crate) struct Dialer {
    connector: Connector,
}

impl Dialer {
    pub(crate) fn new(tls: &Arc<rustls::ClientConfig>, connect_timeout: Duration) -> Self {
        Self {
            connector: Connector::new(tls, connect_timeout, false),
        }
    }

    /// Opens a socket at `uri` (http or https, checked by the caller) with these headers, through a proxy if there
    /// is one.
    pub(crate) async fn dial(
        &self,
        uri: &Uri,
        reach: Reach,
        proxy: Option<&Proxy>,
        mut headers: HeaderMap,
    ) -> Result<Socket, DialError> {
        let stream = self.connector.connect(uri, reach, proxy).await;
        let stream = stream.map_err(|_unreachable| DialError::Connect)?;
        let shaken = http1::handshake::<_, Empty<Bytes>>(stream).await;
        let (mut sender, connection) = shaken.map_err(|_broken| DialError::Connect)?;
        tokio::spawn(connection.with_upgrades());
        let key = STANDARD.encode(rand::random::<[u8; 16]>());
        let host = uri.authority().and_then(|host| text(host.as_str()));
        headers.insert(HOST, host.ok_or(DialError::Protocol)?);
        headers.insert(CONNECTION, HeaderValue::from_static("Upgrade"));
        headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
        headers.insert(SEC_WEBSOCKET_VERSION, HeaderValue::from_static("13"));
        headers.insert(SEC_WEBSOCKET_KEY, text(&key).ok_or(DialError::Protocol)?);
        let mut request = Request::new(Empty::new());
        let path = uri.path_and_query().map_or("/", |path| path.as_str());
        *request.uri_mut() = path.parse().map_err(|_bad| DialError::Protocol)?;
        *request.headers_mut() = headers;
        let response = sender.send_request(request).await;
        let response = response.map_err(|_broken| DialError::Connect)?;
        if response.status() != StatusCode::SWITCHING_PROTOCOLS {
            return Err(if response.status().is_success() {
                DialError::Protocol
            } else {
                DialError::Refused(Box::new(response))
            });
        }
        let accepted = response.headers().get(SEC_WEBSOCKET_ACCEPT);
        if accepted.map(HeaderValue::as_bytes) != Some(accept_of(&key).as_bytes()) {
            return Err(DialError::Protocol);
        }
        let upgraded = hyper::upgrade::on(response).await;
        let upgraded = upgraded.map_err(|_broken| DialError::Connect)?;
        Ok(socket(upgraded, Role::Client).await)
    }
}

/// Speaks WebSocket over an upgraded connection, within the limits.
pub(crate) async fn socket(upgraded: Upgraded, role: Role) -> Socket {
    let limits = WebSocketConfig::default()
        .max_message_size(Some(MESSAGE_BYTES))
        .max_frame_size(Some(MESSAGE_BYTES))
        .write_buffer_size(0)
        .max_write_buffer_size(MESSAGE_BYTES + WRITE_BYTES);
    WebSocketStream::from_raw_socket(TokioIo::new(upgraded), role, Some(limits)).await
}

/// Returns the answer to a handshake's key.
pub(crate) fn accept_of(key: &str) -> String {
    let mut hash = digest::Context::new(&digest::SHA1_FOR_LEGACY_USE_ONLY);
    hash.update(key.as_bytes());
    hash.update(MAGIC);
    STANDARD.encode(hash.finish())
}

fn text(text: &str) -> Option<HeaderValue> {
    HeaderValue::from_str(text).ok()
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_answer_to_a_key_is_the_one_of_the_rfc() {
        let key = "dGhlIHNhbXBsZSBub25jZQ==";
        assert_eq!(super::accept_of(key), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    }
}
