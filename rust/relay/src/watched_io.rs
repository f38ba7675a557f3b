//! A client's socket, watched for silence: a request head that does not come to its end, and a
//! kept-alive connection that nobody uses, are closed; a running request never is.
//!
//! Reads cost one comparison; one sweep a worker looks at all connections every few seconds, so no
//! connection has a timer of its own.

use std::collections::HashMap;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU32, AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use futures_util::task::AtomicWaker;
use hyper::rt::{Read, ReadBufCursor, Write};
use hyper_util::rt::TokioIo;
use parking_lot::Mutex;
use tokio::io::{AsyncRead, AsyncWrite};

use crate::config::Limits;
use crate::small_write::poll_write_pieces;

/// How often all connections are looked at, unless a limit is shorter.
const SWEEP: Duration = Duration::from_secs(3);

/// What a connection is told to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub(crate) enum Order {
    /// Go on.
    Serve = 0,
    /// End after the running requests.
    Finish = 1,
    /// End at once.
    Close = 2,
}

/// What is known of a connection's silence, and what it is told.
#[derive(Debug)]
pub(crate) struct Watch {
    opened: Instant,
    running: AtomicU32,
    /// A request head has begun and is not complete.
    in_head: AtomicBool,
    /// When the head or the idle time began, in milliseconds since `opened`.
    since_ms: AtomicU64,
    order: AtomicU8,
    task: AtomicWaker,
}

impl Watch {
    fn new() -> Self {
        Self {
            opened: Instant::now(),
            running: AtomicU32::new(0),
            in_head: AtomicBool::new(false),
            since_ms: AtomicU64::new(0),
            order: AtomicU8::new(Order::Serve as u8),
            task: AtomicWaker::new(),
        }
    }

    /// Notes that a request has begun; it runs until the guard is dropped.
    pub(crate) fn begin(self: &Arc<Self>) -> Busy {
        self.running.fetch_add(1, Ordering::Relaxed);
        self.in_head.store(false, Ordering::Relaxed);
        Busy(Arc::clone(self))
    }

    /// Returns what the connection is told, and wakes its task when that changes.
    pub(crate) fn order(&self, cx: &Context<'_>) -> Order {
        self.task.register(cx.waker());
        match self.order.load(Ordering::Acquire) {
            0 => Order::Serve,
            1 => Order::Finish,
            _ => Order::Close,
        }
    }

    fn tell(&self, order: Order) {
        self.order.fetch_max(order as u8, Ordering::AcqRel);
        self.task.wake();
    }

    /// Whether the connection has been silent for longer than it may.
    fn is_overdue(&self, limits: &Limits) -> bool {
        if self.running.load(Ordering::Relaxed) > 0 {
            return false;
        }
        let allowed_ms = if self.in_head.load(Ordering::Relaxed) {
            limits.header_timeout_ms
        } else {
            limits.idle_timeout_ms
        };
        let since = Duration::from_millis(self.since_ms.load(Ordering::Relaxed));
        self.opened.elapsed().saturating_sub(since) >= Duration::from_millis(allowed_ms)
    }

    fn note_read(&self) {
        let is_head = self.running.load(Ordering::Relaxed) == 0;
        if is_head && !self.in_head.swap(true, Ordering::Relaxed) {
            self.mark();
        }
    }

    fn mark(&self) {
        let elapsed = u64::try_from(self.opened.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.since_ms.store(elapsed, Ordering::Relaxed);
    }
}

/// The open connections of one worker.
#[derive(Debug, Default)]
pub(crate) struct Watches {
    open: Mutex<HashMap<u64, Arc<Watch>>>,
    next: AtomicU64,
}

impl Watches {
    /// Returns how often `sweep` is to be called.
    pub(crate) fn interval(limits: &Limits) -> Duration {
        let shortest = limits.header_timeout_ms.min(limits.idle_timeout_ms).max(1);
        SWEEP.min(Duration::from_millis(shortest))
    }

    /// Adds a connection; it leaves when the guard is dropped.
    pub(crate) fn enter(self: &Arc<Self>) -> Watched {
        let watch = Arc::new(Watch::new());
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        self.open.lock().insert(number, Arc::clone(&watch));
        Watched {
            watches: Arc::clone(self),
            number,
            watch,
        }
    }

    /// Closes the connections that have been silent for too long.
    pub(crate) fn sweep(&self, limits: &Limits) {
        for watch in self.open.lock().values() {
            if watch.is_overdue(limits) {
                watch.tell(Order::Close);
            }
        }
    }

    /// Lets every connection end after its running requests.
    pub(crate) fn finish(&self) {
        for watch in self.open.lock().values() {
            watch.tell(Order::Finish);
        }
    }
}

/// A connection's place among the open ones.
#[derive(Debug)]
pub(crate) struct Watched {
    watches: Arc<Watches>,
    number: u64,
    pub(crate) watch: Arc<Watch>,
}

impl Drop for Watched {
    fn drop(&mut self) {
        self.watches.open.lock().remove(&self.number);
    }
}

/// A running request of a connection.
#[derive(Debug)]
pub(crate) struct Busy(Arc<Watch>);

impl Drop for Busy {
    fn drop(&mut self) {
        if self.0.running.fetch_sub(1, Ordering::Relaxed) == 1 {
            self.0.in_head.store(false, Ordering::Relaxed);
            self.0.mark();
        }
    }
}

/// The socket itself, or the TLS session on it.
#[derive(Debug)]
pub(crate) struct WatchedIo<S> {
    io: TokioIo<S>,
    watch: Arc<Watch>,
}

impl<S> WatchedIo<S> {
    pub(crate) fn new(stream: S, watch: Arc<Watch>) -> Self {
        Self {
            io: TokioIo::new(stream),
            watch,
        }
    }
}

impl<S: AsyncRead + Unpin> Read for WatchedIo<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        let read = Pin::new(&mut self.io).poll_read(cx, buffer);
        if read.is_ready() {
            self.watch.note_read();
        }
        read
    }
}

impl<S: AsyncWrite + Unpin> Write for WatchedIo<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.io).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_shutdown(cx)
    }

    fn is_write_vectored(&self) -> bool {
        self.io.is_write_vectored()
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        poll_write_pieces(&mut self.io, cx, slices)
    }
}
