//! HTTP/2 to a provider: connections that many calls share, never more on one than both sides allow.
//!
//! The pool's other half, beside the connections that one call has for itself. A call that the provider certainly has
//! not begun (RFC 9113 §8.7: a refused stream, or one behind a GOAWAY) may be sent again; no other ever is.

use std::error::Error as _;
use std::future::Future as _;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::Poll;
use std::time::{Duration, Instant};

use http::{Request, Response};
use hyper::client::conn::http2;
use hyper_util::rt::{TokioExecutor, TokioTimer};

use super::answer::UpstreamBody;
use super::body::RequestBody;
use super::connect::Line;

/// Calls on one connection at once; a provider that allows fewer gets fewer.
const MOST_STREAMS: usize = 100;
/// What a provider may send ahead of a client that reads slowly, a call: 2.5 MB/s over 100 ms of way.
const STREAM_WINDOW: u32 = 256 * 1024;
/// Enough that no number of slow readers holds up the others of their connection.
const CONNECTION_WINDOW: u32 = STREAM_WINDOW * MOST_STREAMS as u32;
/// Bytes of one call's body that wait to be sent.
const SEND_BUFFER: usize = 64 * 1024;
/// Bytes of an answer's headers.
const HEADER_BYTES: u32 = 64 * 1024;
const PING_EVERY: Duration = Duration::from_secs(30);
/// Stands for what a provider allows until it has said so.
const UNSAID: usize = MOST_STREAMS - 1;
/// How long it has for that; most say it with their first bytes.
const SAYING: Duration = Duration::from_millis(500);

type Wire = http2::Connection<Line, RequestBody, TokioExecutor>;

/// What is known of a connection: calls on it, and how many the provider allows.
#[derive(Debug)]
struct Load {
    running: AtomicUsize,
    allowed: AtomicUsize,
}

/// A call's place on a connection; free again when it is dropped.
#[derive(Debug)]
pub(crate) struct Place(Arc<Load>);

impl Drop for Place {
    fn drop(&mut self) {
        self.0.running.fetch_sub(1, Ordering::Relaxed);
    }
}

/// A connection that calls share.
#[derive(Debug)]
pub(super) struct Lane {
    sender: http2::SendRequest<RequestBody>,
    load: Arc<Load>,
    used: Instant,
}

/// A place on a connection and the end that the request is put into.
#[derive(Debug)]
pub(super) struct Ride {
    sender: http2::SendRequest<RequestBody>,
    place: Place,
}

/// What became of a request that was not answered.
#[derive(Debug)]
pub(super) enum Unanswered {
    /// The provider has certainly not begun it: it may be sent again.
    Unbegun(Box<Request<RequestBody>>),
    /// It may have been begun.
    Broken,
}

impl Lane {
    /// Begins to speak HTTP/2 on a connection on which that was agreed.
    pub(super) async fn begin(line: Line) -> hyper::Result<Self> {
        let (sender, mut wire) = http2::Builder::new(TokioExecutor::new())
            .timer(TokioTimer::new())
            .keep_alive_interval(Some(PING_EVERY))
            .initial_max_send_streams(UNSAID)
            .initial_stream_window_size(STREAM_WINDOW)
            .initial_connection_window_size(CONNECTION_WINDOW)
            .max_send_buf_size(SEND_BUFFER)
            .max_header_list_size(HEADER_BYTES)
            .handshake(line)
            .await?;
        hear_limit(&mut wire).await?;
        let load = Arc::new(Load {
            running: AtomicUsize::new(0),
            allowed: AtomicUsize::new(wire.current_max_send_streams()),
        });
        tokio::spawn(drive(wire, Arc::clone(&load)));
        Ok(Self {
            sender,
            load,
            used: Instant::now(),
        })
    }

    /// Takes a place; none when the connection is over or full. Only under the shelf's lock.
    pub(super) fn board(&mut self) -> Option<Ride> {
        let allowed = self.load.allowed.load(Ordering::Relaxed).min(MOST_STREAMS);
        if self.sender.is_closed() || self.load.running.load(Ordering::Relaxed) >= allowed {
            return None;
        }
        self.load.running.fetch_add(1, Ordering::Relaxed);
        self.used = Instant::now();
        Some(Ride {
            sender: self.sender.clone(),
            place: Place(Arc::clone(&self.load)),
        })
    }

    /// Whether it is over, or was unused for so long.
    pub(super) fn is_done(&self, idle: Duration) -> bool {
        let is_empty = self.load.running.load(Ordering::Relaxed) == 0;
        self.sender.is_closed() || (is_empty && self.used.elapsed() >= idle)
    }
}

/// Waits until the provider has said how many calls it allows: what it does not it would refuse.
async fn hear_limit(wire: &mut Wire) -> hyper::Result<()> {
    let heard = std::future::poll_fn(|cx| match Pin::new(&mut *wire).poll(cx) {
        Poll::Ready(ended) => Poll::Ready(ended),
        Poll::Pending if wire.current_max_send_streams() != UNSAID => Poll::Ready(Ok(())),
        Poll::Pending => Poll::Pending,
    });
    tokio::time::timeout(SAYING, heard).await.unwrap_or(Ok(()))
}

/// Drives a connection to its end and keeps in mind how many calls the provider allows.
async fn drive(mut wire: Wire, load: Arc<Load>) {
    let ended = std::future::poll_fn(|cx| {
        let polled = Pin::new(&mut wire).poll(cx);
        let allowed = wire.current_max_send_streams();
        load.allowed.store(allowed, Ordering::Relaxed);
        polled
    });
    if let Err(error) = ended.await {
        tracing::debug!(%error, "an HTTP/2 connection to a provider ended");
    }
}

impl Ride {
    /// Sends one call; ends with the answer's head.
    pub(super) async fn send(
        mut self,
        request: Box<Request<RequestBody>>,
    ) -> Result<Response<UpstreamBody>, Unanswered> {
        if self.sender.ready().await.is_err() {
            return Err(Unanswered::Unbegun(request));
        }
        let copy = copy_of(&request);
        match self.sender.try_send_request(*request).await {
            Ok(response) => Ok(response.map(|body| UpstreamBody::shared(body, self.place))),
            Err(mut error) => {
                let unsent = error.take_message().map(Box::new);
                let unbegun = unsent.or_else(|| copy.filter(|_| is_unbegun(error.error())));
                Err(unbegun.map_or(Unanswered::Broken, Unanswered::Unbegun))
            }
        }
    }
}

fn copy_of(request: &Request<RequestBody>) -> Option<Box<Request<RequestBody>>> {
    let mut copy = Request::new(request.body().again()?);
    *copy.method_mut() = request.method().clone();
    *copy.uri_mut() = request.uri().clone();
    *copy.headers_mut() = request.headers().clone();
    Some(Box::new(copy))
}

/// A stream that was refused, or that stands behind the last one which a GOAWAY without error names. One with an
/// error may also end streams that were begun.
fn is_unbegun(error: &hyper::Error) -> bool {
    let cause = error
        .source()
        .and_then(|cause| cause.downcast_ref::<h2::Error>());
    cause.is_some_and(|cause| {
        let is_refused = cause.is_reset() && cause.reason() == Some(h2::Reason::REFUSED_STREAM);
        let is_behind = cause.is_go_away() && cause.reason() == Some(h2::Reason::NO_ERROR);
        cause.is_remote() && (is_refused || is_behind)
    })
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;
    use std::sync::atomic::AtomicU32;

    use bytes::Bytes;
    use h2::Reason;
    use h2::server::{self, SendResponse};
    use http_body_util::BodyExt as _;
    use parking_lot::Mutex;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::{TcpListener, TcpStream};
    use tokio::sync::Notify;
    use tokio_rustls::TlsAcceptor;
    use tokio_rustls::server::TlsStream;

    use super::super::connect::tests::tls;
    use super::super::egress::Reach;
    use super::super::pool::{Pool, SendError};
    use super::*;

    const LONG: Duration = Duration::from_mins(1);

    /// What the provider does with a call.
    #[derive(Clone, Copy, Debug)]
    enum Answer {
        Whole,
        /// After `Provider::go`.
        Held,
        Reset(Reason),
    }

    /// A provider that speaks HTTP/2 alone and counts.
    struct Provider {
        port: u16,
        pool: Arc<Pool>,
        go: Arc<Notify>,
        calls: Arc<AtomicU32>,
        /// Calls at once by connection, at most.
        most: Arc<Mutex<HashMap<usize, usize>>>,
    }

    impl Provider {
        async fn start(allowed: u32, answer: fn(u32) -> Answer) -> Self {
            Self::start_after(0, allowed, answer).await
        }

        /// The first so many connections take one call and say that it was not begun.
        async fn start_after(going: usize, allowed: u32, answer: fn(u32) -> Answer) -> Self {
            let (client, acceptor) = tls();
            let mut config = rustls::ServerConfig::clone(acceptor.config());
            config.alpn_protocols = vec![b"h2".to_vec()];
            let acceptor = TlsAcceptor::from(Arc::new(config));
            let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
            let provider = Self {
                port: listener.local_addr().expect("an address").port(),
                pool: Arc::new(Pool::new(&client, LONG)),
                go: Arc::default(),
                calls: Arc::default(),
                most: Arc::default(),
            };
            let (go, calls) = (Arc::clone(&provider.go), Arc::clone(&provider.calls));
            let most = Arc::clone(&provider.most);
            tokio::spawn(async move {
                for number in 0.. {
                    let (stream, _) = listener.accept().await.expect("a connection");
                    let Ok(stream) = acceptor.accept(stream).await else {
                        continue;
                    };
                    if number < going {
                        tokio::spawn(go_away(stream));
                        continue;
                    }
                    let (go, calls) = (Arc::clone(&go), Arc::clone(&calls));
                    let most = Arc::clone(&most);
                    tokio::spawn(async move {
                        let mut builder = server::Builder::new();
                        builder.max_concurrent_streams(allowed);
                        let shaken = builder.handshake::<_, Bytes>(stream).await;
                        let Ok(mut wire) = shaken else { return };
                        let now = Arc::new(AtomicUsize::new(0));
                        while let Some(Ok((_, respond))) = wire.accept().await {
                            let answer = answer(calls.fetch_add(1, Ordering::SeqCst));
                            let running = now.fetch_add(1, Ordering::SeqCst) + 1;
                            let mut most = most.lock();
                            let seen = most.entry(number).or_default();
                            *seen = running.max(*seen);
                            let (go, now) = (Arc::clone(&go), Arc::clone(&now));
                            tokio::spawn(async move {
                                respond_with(respond, answer, &go).await;
                                now.fetch_sub(1, Ordering::SeqCst);
                            });
                        }
                    });
                }
            });
            provider
        }

        async fn call(&self) -> Result<Bytes, SendError> {
            let uri = format!("https://localhost:{}/v1", self.port);
            let request = Request::post(uri).body(RequestBody::full("question"));
            let request = Box::new(request.expect("a request"));
            let sent = self.pool.send(request, Reach::Private, None);
            let answer = tokio::time::timeout(LONG, sent).await.expect("in time")?;
            let body = answer.into_body().collect().await;
            Ok(body.expect("a body").to_bytes())
        }

        fn count(&self) -> u32 {
            self.calls.load(Ordering::SeqCst)
        }
    }

    /// Speaks frames by hand: waits for a call's headers, then says GOAWAY without error, last stream 0.
    async fn go_away(mut stream: TlsStream<TcpStream>) {
        const SETTINGS: [u8; 9] = [0, 0, 0, 4, 0, 0, 0, 0, 0];
        const SETTINGS_SEEN: [u8; 9] = [0, 0, 0, 4, 1, 0, 0, 0, 0];
        const GOAWAY: [u8; 17] = [0, 0, 8, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        const HEADERS: u8 = 1;
        stream.write_all(&SETTINGS).await.expect("a write");
        stream.write_all(&SETTINGS_SEEN).await.expect("a write");
        stream.flush().await.expect("a write");
        let mut preface = [0; 24];
        stream.read_exact(&mut preface).await.expect("a preface");
        loop {
            let mut head = [0; 9];
            stream.read_exact(&mut head).await.expect("a frame");
            let [_, high, low, kind, ..] = head;
            let mut rest = vec![0; usize::from(high) << 8 | usize::from(low)];
            stream.read_exact(&mut rest).await.expect("a frame");
            if kind == HEADERS {
                break;
            }
        }
        stream.write_all(&GOAWAY).await.expect("a write");
        stream.flush().await.expect("a write");
        drop(stream.read_to_end(&mut Vec::new()).await);
    }

    async fn respond_with(mut respond: SendResponse<Bytes>, answer: Answer, go: &Notify) {
        match answer {
            Answer::Held => go.notified().await,
            Answer::Reset(reason) => return respond.send_reset(reason),
            Answer::Whole => {}
        }
        let sent = respond.send_response(Response::new(()), false);
        let mut body = sent.expect("a head");
        body.send_data(Bytes::from_static(b"answer"), true)
            .expect("a body");
    }

    /// More calls at once than a connection may carry take more connections, and those are used again.
    #[tokio::test]
    async fn no_connection_carries_more_calls_than_the_provider_allows() {
        let provider = Provider::start(10, |_| Answer::Held).await;
        let calls = async {
            let all = (0..35).map(|_| provider.call());
            for answer in futures_util::future::join_all(all).await {
                assert_eq!(answer.expect("an answer"), "answer");
            }
        };
        let release = async {
            while provider.count() < 35 {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
            provider.go.notify_waiters();
        };
        tokio::time::timeout(LONG, async { tokio::join!(calls, release) })
            .await
            .expect("none waits for another");
        let most = provider.most.lock().clone();
        assert!(most.values().all(|&calls| calls <= 10), "{most:?}");
        assert_eq!(most.values().sum::<usize>(), 35, "{most:?}");
        assert!(most.len() <= 6, "{most:?}");
    }

    #[tokio::test]
    async fn calls_one_after_the_other_share_a_connection() {
        let provider = Provider::start(100, |_| Answer::Whole).await;
        for _ in 0..50 {
            assert_eq!(provider.call().await.expect("an answer"), "answer");
        }
        assert_eq!(provider.most.lock().len(), 1);
    }

    #[tokio::test]
    async fn a_refused_stream_is_sent_again_and_not_for_ever() {
        let once = |number| match number {
            0 => Answer::Reset(Reason::REFUSED_STREAM),
            _ => Answer::Whole,
        };
        let provider = Provider::start(100, once).await;
        assert_eq!(provider.call().await.expect("an answer"), "answer");
        assert_eq!(provider.count(), 2);

        let provider = Provider::start(100, |_| Answer::Reset(Reason::REFUSED_STREAM)).await;
        assert_eq!(provider.call().await, Err(SendError::Broken));
        assert_eq!(provider.count(), TRIES_OF_POOL);
    }

    const TRIES_OF_POOL: u32 = 3;

    #[tokio::test]
    async fn a_call_behind_a_goaway_is_sent_again_on_another_connection() {
        for (going, wanted) in [
            (1, Ok("answer")),
            (2, Ok("answer")),
            (3, Err(SendError::Broken)),
        ] {
            let provider = Provider::start_after(going, 100, |_| Answer::Whole).await;
            let answer = provider.call().await;
            assert_eq!(
                answer.as_deref().map_err(|error| *error),
                wanted.map(str::as_bytes)
            );
        }
    }

    #[tokio::test]
    async fn a_stream_that_may_have_begun_is_never_sent_again() {
        for reason in [Reason::INTERNAL_ERROR, Reason::CANCEL] {
            let start = match reason {
                Reason::CANCEL => |_| Answer::Reset(Reason::CANCEL),
                _ => |_| Answer::Reset(Reason::INTERNAL_ERROR),
            };
            let provider = Provider::start(100, start).await;
            assert_eq!(provider.call().await, Err(SendError::Broken));
            assert_eq!(provider.count(), 1);
        }
    }
}
