//! Accepts connections: N worker threads, each with its own runtime, its own accept loop on the
//! shared port and its own upstream pool, so that a request never leaves its thread.
//!
//! Owns every thread it starts; `stop` drains them up to a deadline and joins them all.

use std::convert::Infallible;
use std::future::Future;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use http::{Request, Response, StatusCode};
use hyper::body::Incoming;
use hyper::server::conn::{http1, http2};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use parking_lot::Mutex;
use socket2::{Domain, Protocol, Socket, Type};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};

use crate::body::AnswerBody;
use crate::config::Limits;
use crate::error::StartError;
use crate::keeper;
use crate::pipeline;
use crate::pipeline::socket::{Afterlife, Upgrading};
use crate::public_tls::PublicTls;
use crate::state::shared::{Phase, Shared};
use crate::upstream::pool::tls_config;
use crate::watched_io::{Order, Watch, Watched, WatchedIo, Watches};
use crate::worker::Worker;

/// Connections that wait in the system's queue a worker.
const BACKLOG: i32 = 4_096;
/// Bytes of a connection's read and write buffers; the cap keeps waiting streams small.
const BUFFER: usize = 64 * 1024;
/// Pause after an accept error such as "too many open files".
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);
/// Blocking threads a worker, for name look-ups and the counting of large prompts.
const BLOCKING_THREADS: usize = 2;

/// A running gateway's threads.
pub(crate) struct Listening {
    shared: Arc<Shared>,
    address: SocketAddr,
    admin_address: Option<SocketAddr>,
    stop: watch::Sender<Phase>,
    workers: Vec<JoinHandle<()>>,
    keeper: Option<JoinHandle<()>>,
    public_tls: Option<Arc<PublicTls>>,
}

impl Listening {
    /// Binds and starts everything; returns once the port takes connections.
    pub(crate) fn start(shared: &Arc<Shared>) -> Result<Self, StartError> {
        let tls = tls_config(shared.config.upstream_ca.as_deref())?;
        let public_tls = shared
            .config
            .tls
            .as_ref()
            .map(PublicTls::open)
            .transpose()?;
        let first = bind(shared.config.listen)?;
        let address = local_address(&first, shared.config.listen)?;
        let admin = shared.config.admin_listen.map(bind_plain).transpose()?;
        let admin_address = admin
            .as_ref()
            .map(|admin| local_address(admin, address))
            .transpose()?;
        let (stop, stopping) = watch::channel(Phase::Ready);
        let mut listening = Self {
            shared: Arc::clone(shared),
            address,
            admin_address,
            stop,
            workers: Vec::new(),
            keeper: None,
            public_tls,
        };
        let mut sockets = vec![first];
        for _ in 1..shared.config.workers.max(1) {
            sockets.push(bind(address)?);
        }
        for (index, socket) in sockets.into_iter().enumerate() {
            let worker = Worker::new(index, shared, &tls, listening.public_tls.as_ref());
            let stopping = stopping.clone();
            let thread = std::thread::Builder::new()
                .name(format!("weirgate-{index}"))
                .spawn(move || run_worker(&worker, socket, stopping))
                .map_err(StartError::Worker)?;
            listening.workers.push(thread);
        }
        let public_tls = listening.public_tls.as_ref();
        let keeper =
            keeper::start(shared, admin, public_tls, stopping).map_err(StartError::Worker)?;
        listening.keeper = Some(keeper);
        Ok(listening)
    }

    pub(crate) const fn address(&self) -> SocketAddr {
        self.address
    }

    pub(crate) const fn admin_address(&self) -> Option<SocketAddr> {
        self.admin_address
    }

    /// Reads the certificate's files again; nothing to do without TLS.
    pub(crate) fn reload_tls(&self) -> Result<(), StartError> {
        self.public_tls.as_ref().map_or(Ok(()), |tls| tls.reload())
    }

    /// Stops accepting, waits for running requests until the deadline, then cuts what is left.
    pub(crate) fn stop(self, deadline_ms: u64) {
        self.stop.send_replace(Phase::Draining);
        let deadline = Instant::now() + Duration::from_millis(deadline_ms);
        while Instant::now() < deadline && !self.workers.iter().all(JoinHandle::is_finished) {
            std::thread::sleep(Duration::from_millis(5));
        }
        if !self.workers.iter().all(JoinHandle::is_finished) {
            self.shared.set_phase(Phase::Cutting);
        }
        self.stop.send_replace(Phase::Cutting);
        for worker in self.workers {
            if worker.join().is_err() {
                tracing::error!("a worker thread had panicked");
            }
        }
        self.stop.send_replace(Phase::Stopped);
        if let Some(keeper) = self.keeper
            && keeper.join().is_err()
        {
            tracing::error!("the keeper thread had panicked");
        }
    }
}

fn bind(address: SocketAddr) -> Result<std::net::TcpListener, StartError> {
    let failed = |source| StartError::Listen { address, source };
    let socket = Socket::new(
        Domain::for_address(address),
        Type::STREAM,
        Some(Protocol::TCP),
    );
    let socket = socket.map_err(failed)?;
    socket.set_reuse_address(true).map_err(failed)?;
    socket.set_reuse_port(true).map_err(failed)?;
    socket.set_nonblocking(true).map_err(failed)?;
    socket.bind(&address.into()).map_err(failed)?;
    socket.listen(BACKLOG).map_err(failed)?;
    Ok(socket.into())
}

/// The admin port belongs to this process alone.
fn bind_plain(address: SocketAddr) -> Result<std::net::TcpListener, StartError> {
    let failed = |source| StartError::Listen { address, source };
    let listener = std::net::TcpListener::bind(address).map_err(failed)?;
    listener.set_nonblocking(true).map_err(failed)?;
    Ok(listener)
}

fn local_address(
    listener: &std::net::TcpListener,
    asked: SocketAddr,
) -> Result<SocketAddr, StartError> {
    listener.local_addr().map_err(|source| StartError::Listen {
        address: asked,
        source,
    })
}

fn run_worker(
    worker: &Arc<Worker>,
    socket: std::net::TcpListener,
    stopping: watch::Receiver<Phase>,
) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .max_blocking_threads(BLOCKING_THREADS)
        .build();
    match runtime {
        Ok(runtime) => {
            runtime.block_on(accept(worker, socket, stopping));
            // Tasks that still run are dropped here, which settles their holds.
            runtime.shutdown_timeout(Duration::from_secs(2));
        }
        Err(error) => tracing::error!(%error, "a worker's runtime could not be made"),
    }
}

/// Accepts until told to stop, then waits for the connections to end, or for the cut.
async fn accept(
    worker: &Arc<Worker>,
    socket: std::net::TcpListener,
    mut stopping: watch::Receiver<Phase>,
) {
    let listener = match TcpListener::from_std(socket) {
        Ok(listener) => listener,
        Err(error) => {
            tracing::error!(%error, "the listening socket could not be used");
            return;
        }
    };
    let limits = worker.shared.config.limits;
    let share = limits
        .max_connections
        .div_ceil(worker.shared.config.workers.max(1));
    let places = Arc::new(Semaphore::new(share.max(1)));
    let servers = Arc::new(Servers::new(&limits));
    let watches = Arc::new(Watches::default());
    let gathering = Arc::clone(worker);
    tokio::spawn(async move { gathering.gather.run().await });
    let mut sweeps = tokio::time::interval(Watches::interval(&limits));
    loop {
        tokio::select! {
            _ = stopping.changed() => break,
            _ = sweeps.tick() => {
                watches.sweep(&limits);
                worker.pool.sweep();
            }
            accepted = next_connection(&listener, &places) => match accepted {
                Ok((stream, peer, place)) => {
                    let connection = Connecting {
                        worker: Arc::clone(worker),
                        servers: Arc::clone(&servers),
                        watched: watches.enter(),
                        peer: peer.ip(),
                    };
                    tokio::spawn(connection.serve(stream, place));
                }
                Err(error) => {
                    tracing::warn!(%error, "accept failed");
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                }
            },
        }
    }
    drop(listener);
    watches.finish();
    let everyone = u32::try_from(share.max(1)).unwrap_or(u32::MAX);
    tokio::select! {
        _ = places.acquire_many(everyone) => {}
        _ = stopping.wait_for(|phase| *phase == Phase::Cutting) => {}
    }
}

async fn next_connection(
    listener: &TcpListener,
    places: &Arc<Semaphore>,
) -> io::Result<(TcpStream, SocketAddr, OwnedSemaphorePermit)> {
    let place = Arc::clone(places)
        .acquire_owned()
        .await
        .map_err(io::Error::other)?;
    let (stream, peer) = listener.accept().await?;
    stream.set_nodelay(true)?;
    Ok((stream, peer, place))
}

/// How connections are spoken to, by protocol.
struct Servers {
    http1: http1::Builder,
    http2: http2::Builder<TokioExecutor>,
}

impl Servers {
    fn new(limits: &Limits) -> Self {
        let mut http1 = http1::Builder::new();
        http1
            .timer(TokioTimer::new())
            .header_read_timeout(None)
            .max_buf_size(BUFFER)
            .keep_alive(true)
            .half_close(false);
        let mut http2 = http2::Builder::new(TokioExecutor::new());
        http2
            .timer(TokioTimer::new())
            .max_concurrent_streams(limits.h2_streams)
            .initial_stream_window_size(64 * 1024)
            .initial_connection_window_size(1024 * 1024)
            .max_send_buf_size(BUFFER)
            .max_header_list_size(u32::try_from(limits.header_bytes).unwrap_or(u32::MAX))
            .max_pending_accept_reset_streams(32)
            .keep_alive_interval(Some(Duration::from_secs(30)))
            .keep_alive_timeout(Duration::from_secs(20));
        Self { http1, http2 }
    }
}

/// What a connection's task needs.
struct Connecting {
    worker: Arc<Worker>,
    servers: Arc<Servers>,
    watched: Watched,
    peer: IpAddr,
}

impl Connecting {
    /// Serves one connection to its end.
    async fn serve(self, stream: TcpStream, place: OwnedSemaphorePermit) {
        self.worker.metrics.connections.add(1);
        let ended = match &self.worker.public_tls {
            Some(tls) => Box::pin(self.serve_tls(tls, stream)).await,
            None => self.serve_plain(stream).await,
        };
        if let Err(error) = ended {
            tracing::debug!(%error, "a connection ended");
        }
        self.worker.metrics.connections.sub(1);
        drop(place);
    }

    async fn serve_plain(&self, stream: TcpStream) -> hyper::Result<()> {
        let limit = Duration::from_millis(self.worker.shared.config.limits.header_timeout_ms);
        let is_http2 = tokio::time::timeout(limit, speaks_http2(&stream)).await;
        match is_http2 {
            // Boxed: its place is twice that of HTTP/1.1, and every connection would keep it.
            Ok(Ok(true)) => Box::pin(self.serve_http2(stream)).await,
            Ok(Ok(false)) => self.serve_http1(stream).await,
            Ok(Err(_)) | Err(_) => Ok(()),
        }
    }

    async fn serve_tls(&self, tls: &PublicTls, stream: TcpStream) -> hyper::Result<()> {
        let limits = &self.worker.shared.config.limits;
        let limit = Duration::from_millis(limits.tls_handshake_timeout_ms);
        match tls.accept(stream, limit).await {
            Ok((stream, true)) => Box::pin(self.serve_http2(stream)).await,
            Ok((stream, false)) => self.serve_http1(stream).await,
            Err(error) => {
                tracing::debug!(%error, "a TLS handshake failed");
                Ok(())
            }
        }
    }

    async fn serve_http1<S>(&self, stream: S) -> hyper::Result<()>
    where
        S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
    {
        let io = WatchedIo::new(stream, Arc::clone(&self.watched.watch));
        let upgrading = Mutex::new(None);
        let service = service_fn(|request| self.answer(request, &upgrading));
        let connection = self.servers.http1.serve_connection(io, service);
        let ended = drive(
            &self.watched.watch,
            connection.with_upgrades(),
            http1::UpgradeableConnection::graceful_shutdown,
        )
        .await;
        let afterlife = upgrading.lock().take();
        if let Some(afterlife) = afterlife {
            // Counted as this connection still, busy until it ends, cut when the deadline is over.
            let _busy = self.watched.watch.begin();
            let afterlife = async {
                afterlife.await;
                Ok(())
            };
            return drive(&self.watched.watch, afterlife, |_running| {}).await;
        }
        ended
    }

    async fn serve_http2<S>(&self, stream: S) -> hyper::Result<()>
    where
        S: AsyncRead + AsyncWrite + Unpin + 'static,
    {
        let io = WatchedIo::new(stream, Arc::clone(&self.watched.watch));
        let service = {
            let (worker, watch, peer) = (&self.worker, &self.watched.watch, self.peer);
            let (worker, watch) = (Arc::clone(worker), Arc::clone(watch));
            service_fn(move |request| {
                let worker = Arc::clone(&worker);
                let busy = watch.begin();
                async move {
                    let answer = pipeline::handle(&worker, peer, request).await;
                    Ok::<_, Infallible>(answer.map(|body| body.keep_busy(busy)))
                }
            })
        };
        let connection = self.servers.http2.serve_connection(io, service);
        drive(
            &self.watched.watch,
            connection,
            http2::Connection::graceful_shutdown,
        )
        .await
    }

    /// Answers one request. Not `async` itself: the request would keep its place in the future that hyper keeps.
    fn answer(
        &self,
        request: Request<Incoming>,
        upgrading: &Mutex<Option<Afterlife>>,
    ) -> impl Future<Output = Result<Response<AnswerBody>, Infallible>> {
        let busy = self.watched.watch.begin();
        let handled = pipeline::handle(&self.worker, self.peer, request);
        async move {
            let mut answer = handled.await;
            if answer.status() == StatusCode::SWITCHING_PROTOCOLS
                && let Some(upgrade) = answer.extensions_mut().remove::<Upgrading>()
            {
                *upgrading.lock() = upgrade.take();
            }
            Ok(answer.map(|body| body.keep_busy(busy)))
        }
    }
}

/// Looks at a connection's first bytes without taking them: the HTTP/2 preface, or HTTP/1.
async fn speaks_http2(stream: &TcpStream) -> io::Result<bool> {
    const PREFACE: &[u8; 4] = b"PRI ";
    loop {
        let mut first = [0_u8; PREFACE.len()];
        let read = stream.peek(&mut first).await?;
        let seen = first.get(..read).unwrap_or_default();
        if !PREFACE.starts_with(seen) || seen.is_empty() {
            return Ok(false);
        }
        if seen.len() == PREFACE.len() {
            return Ok(true);
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// Runs a connection as its watch orders.
async fn drive<C>(watch: &Watch, connection: C, finish: fn(Pin<&mut C>)) -> hyper::Result<()>
where
    C: Future<Output = hyper::Result<()>>,
{
    let mut connection = std::pin::pin!(connection);
    let mut is_finishing = false;
    std::future::poll_fn(|cx| match watch.order(cx) {
        Order::Close => Poll::Ready(Ok(())),
        order => {
            if order == Order::Finish && !std::mem::replace(&mut is_finishing, true) {
                finish(connection.as_mut());
            }
            connection.as_mut().poll(cx)
        }
    })
    .await
}
