//! The accept loop that the scripted upstream and the pass-through share: one task a connection, Nagle off.

use std::convert::Infallible;
use std::future::Future;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::combinators::BoxBody;
use hyper::body::Incoming;
use hyper::rt::Executor;
use hyper::server::conn::{http1, http2};
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

use crate::Failure;
use crate::tls::Front;

/// The body of every answer of the rig.
pub(crate) type Body = BoxBody<Bytes, Failure>;

/// Accepts for ever; each connection's requests go to `answer`.
pub(crate) async fn run<F, A>(port: u16, front: &Front, answer: F) -> Result<(), Failure>
where
    F: Fn(Request<Incoming>) -> A + Clone + 'static,
    A: Future<Output = Response<Body>> + 'static,
{
    let listener = TcpListener::bind(("127.0.0.1", port)).await?;
    let acceptor = front.acceptor()?;
    let local = tokio::task::LocalSet::new();
    local
        .run_until(async move {
            loop {
                let (stream, _) = listener.accept().await?;
                stream.set_nodelay(true)?;
                let (answer, acceptor) = (answer.clone(), acceptor.clone());
                // A client that goes away ends its connection with an error; the rig goes on.
                tokio::task::spawn_local(async move {
                    drop(connection(stream, acceptor, answer).await);
                });
            }
        })
        .await
}

async fn connection<F, A>(
    stream: TcpStream,
    acceptor: Option<TlsAcceptor>,
    answer: F,
) -> Result<(), Failure>
where
    F: Fn(Request<Incoming>) -> A + Clone + 'static,
    A: Future<Output = Response<Body>> + 'static,
{
    let service = service_fn(move |request| {
        let answer = answer(request);
        async move { Ok::<_, Infallible>(answer.await) }
    });
    let Some(acceptor) = acceptor else {
        let io = TokioIo::new(stream);
        return Ok(http1::Builder::new().serve_connection(io, service).await?);
    };
    let stream = acceptor.accept(stream).await?;
    let is_http2 = stream.get_ref().1.alpn_protocol() == Some(b"h2");
    let io = TokioIo::new(stream);
    if is_http2 {
        let mut builder = http2::Builder::new(Here);
        builder.max_concurrent_streams(100);
        return Ok(builder.serve_connection(io, service).await?);
    }
    Ok(http1::Builder::new().serve_connection(io, service).await?)
}

/// Runs the streams of an HTTP/2 connection on this thread.
#[derive(Clone, Copy, Debug)]
struct Here;

impl<F: Future<Output = ()> + 'static> Executor<F> for Here {
    fn execute(&self, stream: F) {
        tokio::task::spawn_local(stream);
    }
}
