//! Small questions to the management plane over its socket: which task, which session.
//!
//! Only calls that cannot be decided from what is published ask: task follow-ups, files of tasks,
//! the playground. One bounded question and answer each; a plane that is away is a clear refusal.

use std::path::Path;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, Request, StatusCode, Uri};
use http_body_util::Full;
use hyper_util::client::legacy::Client;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use serde_json::Value;

use crate::management::{CLIENT_IP, LISTENER, REQUEST_ID, SocketConnector};
use crate::pipeline::collect::{Collected, collect};
use crate::pipeline::route::Arrival;

/// Longest answer that is read.
const ANSWER_BYTES: usize = 256 * 1024;
/// Longest wait for an answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// One worker's way to ask.
#[derive(Debug)]
pub(crate) struct Asker {
    client: Client<SocketConnector, Full<Bytes>>,
}

/// The management plane's answer.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) value: Value,
}

impl Asker {
    pub(crate) fn new(socket: &Path) -> Self {
        let client = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(Duration::from_secs(20))
            .pool_max_idle_per_host(8)
            .build(SocketConnector::new(socket));
        Self { client }
    }

    /// Asks; `None` when the plane cannot be reached or does not answer in JSON.
    pub(crate) async fn ask(
        &self,
        arrival: &Arrival,
        method: Method,
        path: &str,
        headers: HeaderMap,
    ) -> Option<Reply> {
        let mut request = Request::new(Full::new(Bytes::new()));
        *request.method_mut() = method;
        let uri = Uri::builder()
            .scheme("http")
            .authority("management")
            .path_and_query(path);
        *request.uri_mut() = uri.build().ok()?;
        *request.headers_mut() = headers;
        let own = request.headers_mut();
        own.insert(LISTENER, HeaderValue::from_static("relay"));
        let address = HeaderValue::from_str(&arrival.client_ip.to_string()).ok()?;
        own.insert(CLIENT_IP, address);
        own.insert(REQUEST_ID, HeaderValue::from_str(&arrival.id_text()).ok()?);
        let asked = async {
            let response = self.client.request(request).await.ok()?;
            let status = response.status();
            let mut body = response.into_body();
            match collect(&mut body, ANSWER_BYTES, PATIENCE).await {
                Ok(Collected::Whole(bytes)) => Some(Reply {
                    status,
                    value: serde_json::from_slice(&bytes).ok()?,
                }),
                Ok(Collected::Begun(_)) | Err(_) => None,
            }
        };
        tokio::time::timeout(PATIENCE, asked).await.ok()?
    }
}
