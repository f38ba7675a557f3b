//! The baseline: a bare hyper proxy of one thread that forwards bytes, with no keys, no parsing and no log.

use std::rc::Rc;

use bytes::Bytes;
use http::{Request, Response, StatusCode, Uri};
use http_body_util::{BodyExt, Empty};
use hyper::body::Incoming;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;

use crate::Failure;
use crate::serve::{self, Body};

type Upstream = Client<HttpConnector, Incoming>;

/// Serves until the process is stopped.
pub(crate) async fn run(port: u16, upstream: u16) -> Result<(), Failure> {
    let mut connector = HttpConnector::new();
    connector.set_nodelay(true);
    let client: Rc<Upstream> = Rc::new(
        Client::builder(TokioExecutor::new())
            .pool_max_idle_per_host(2048)
            .build(connector),
    );
    serve::run(port, move |request| {
        forward(Rc::clone(&client), request, upstream)
    })
    .await
}

async fn forward(
    client: Rc<Upstream>,
    mut request: Request<Incoming>,
    upstream: u16,
) -> Response<Body> {
    let path = request
        .uri()
        .path_and_query()
        .map_or("/", http::uri::PathAndQuery::as_str);
    let Ok(uri) = format!("http://127.0.0.1:{upstream}{path}").parse::<Uri>() else {
        return bad_gateway();
    };
    *request.uri_mut() = uri;
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
