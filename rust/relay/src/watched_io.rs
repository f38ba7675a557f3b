//! A client's socket, watched for silence: a request head that does not come to its end, and a
//! kept-alive connection that nobody uses, are closed; a running request never is.
//!
//! Reads cost one comparison; the watching task wakes every few seconds, not with every request.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use hyper::rt::{Read, ReadBufCursor, Write};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

use crate::config::Limits;

/// How often a connection is looked at.
const STEP: Duration = Duration::from_secs(3);

/// What is known of a connection's silence.
#[derive(Debug)]
pub(crate) struct Watch {
    opened: Instant,
    running: AtomicU32,
    /// A request head has begun and is not complete.
    in_head: AtomicBool,
    /// When the head or the idle time began, in milliseconds since `opened`.
    since_ms: AtomicU64,
}

impl Watch {
    pub(crate) fn new() -> Self {
        Self {
            opened: Instant::now(),
            running: AtomicU32::new(0),
            in_head: AtomicBool::new(false),
            since_ms: AtomicU64::new(0),
        }
    }

    /// Notes that a request has begun; it runs until the guard is dropped.
    pub(crate) fn begin(self: &Arc<Self>) -> Busy {
        self.running.fetch_add(1, Ordering::Relaxed);
        self.in_head.store(false, Ordering::Relaxed);
        Busy(Arc::clone(self))
    }

    /// Ends when the connection has been silent for longer than it may.
    pub(crate) async fn overdue(&self, limits: &Limits) {
        let header = Duration::from_millis(limits.header_timeout_ms);
        let idle = Duration::from_millis(limits.idle_timeout_ms);
        let step = STEP.min(header).min(idle).max(Duration::from_millis(1));
        loop {
            tokio::time::sleep(step).await;
            if self.running.load(Ordering::Relaxed) > 0 {
                continue;
            }
            let allowed = if self.in_head.load(Ordering::Relaxed) {
                header
            } else {
                idle
            };
            let since = Duration::from_millis(self.since_ms.load(Ordering::Relaxed));
            if self.opened.elapsed().saturating_sub(since) >= allowed {
                return;
            }
        }
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

/// The socket itself.
#[derive(Debug)]
pub(crate) struct WatchedIo {
    io: TokioIo<TcpStream>,
    watch: Arc<Watch>,
}

impl WatchedIo {
    pub(crate) fn new(stream: TcpStream, watch: Arc<Watch>) -> Self {
        Self {
            io: TokioIo::new(stream),
            watch,
        }
    }
}

impl Read for WatchedIo {
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

impl Write for WatchedIo {
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
        Pin::new(&mut self.io).poll_write_vectored(cx, slices)
    }
}
