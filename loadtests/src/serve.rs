//! The accept loop that the scripted upstream and the pass-through share: one task a connection, Nagle off.

use std::convert::Infallible;
use std::future::Future;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::combinators::BoxBody;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;

use crate::Failure;

/// The body of every answer of the rig.
pub(crate) type Body = BoxBody<Bytes, Failure>;

/// Accepts for ever; each connection's requests go to `answer`.
pub(crate) async fn run<F, A>(port: u16, answer: F) -> Result<(), Failure>
where
    F: Fn(Request<Incoming>) -> A + Clone + 'static,
    A: Future<Output = Response<Body>> + 'static,
{
    let listener = TcpListener::bind(("127.0.0.1", port)).await?;
    let local = tokio::task::LocalSet::new();
    local
        .run_until(async move {
            loop {
                let (stream, _) = listener.accept().await?;
                stream.set_nodelay(true)?;
                let answer = answer.clone();
                tokio::task::spawn_local(async move {
                    let service = service_fn(move |request| {
                        let answer = answer(request);
                        async move { Ok::<_, Infallible>(answer.await) }
                    });
                    // A client that goes away ends its connection with an error; the rig goes on.
                    drop(
                        http1::Builder::new()
                            .serve_connection(TokioIo::new(stream), service)
                            .await,
                    );
                });
            }
        })
        .await
}
