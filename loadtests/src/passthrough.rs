//! The baseline: a bare hyper proxy of one thread that forwards bytes, with no keys, no parsing and no log.

use std::path::Path;
use std::rc::Rc;

use bytes::Bytes;
use http::{Request, Response, StatusCode, Uri, Version};
use http_body_util::{BodyExt, Empty};
use hyper::body::Incoming;
use hyper_rustls::HttpsConnectorBuilder;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::{Connect, HttpConnector};
use hyper_util::rt::TokioExecutor;

use crate::Failure;
use crate::serve::{self, Body};
use crate::tls::{Front, trusting};

/// Serves until the process is stopped.
pub(crate) async fn run(port: u16, upstream: u16, front: &Front) -> Result<(), Failure> {
    serve_over(port, front, plain(), format!("http://127.0.0.1:{upstream}")).await
}

/// The same over an upstream that shows this certificate and speaks HTTP/2.
pub(crate) async fn run_secure(
    port: u16,
    upstream: u16,
    ca: &Path,
    front: &Front,
) -> Result<(), Failure> {
    let mut connector = plain();
    connector.enforce_http(false);
    let connector = HttpsConnectorBuilder::new()
        .with_tls_config(trusting(ca)?)
        .https_only()
        .enable_http2()
        .wrap_connector(connector);
    serve_over(
        port,
        front,
        connector,
        format!("https://localhost:{upstream}"),
    )
    .await
}

fn plain() -> HttpConnector {
    let mut connector = HttpConnector::new();
    connector.set_nodelay(true);
    connector
}

async fn serve_over<C>(port: u16, front: &Front, connector: C, base: String) -> Result<(), Failure>
where
    C: Connect + Clone + Send + Sync + 'static,
{
    let client: Client<C, Incoming> = Client::builder(TokioExecutor::new())
        .pool_max_idle_per_host(2048)
        .build(connector);
    let (client, base) = (Rc::new(client), Rc::<str>::from(base));
    serve::run(port, front, move |request| {
        forward(Rc::clone(&client), request, Rc::clone(&base))
    })
    .await
}

async fn forward<C>(
    client: Rc<Client<C, Incoming>>,
    mut request: Request<Incoming>,
    base: Rc<str>,
) -> Response<Body>
where
    C: Connect + Clone + Send + Sync + 'static,
{
    let path = request
        .uri()
        .path_and_query()
        .map_or("/", http::uri::PathAndQuery::as_str);
    let Ok(uri) = format!("{base}{path}").parse::<Uri>() else {
        return bad_gateway();
    };
    *request.uri_mut() = uri;
    *request.version_mut() = Version::HTTP_11;
    request.headers_mut().remove(http::header::HOST);
    match client.request(request).await {
        Ok(response) => response.map(|body| body.map_err(Into::into).boxed()),
        Err(_) => bad_gateway(),
    }
}

fn bad_gateway() -> Response<Body> {
    let mut response = Response::new(
        Empty::<Bytes>::new()
            .map_err(|never| match never {})
            .boxed(),
    );
    *response.status_mut() = StatusCode::BAD_GATEWAY;
    response
}
