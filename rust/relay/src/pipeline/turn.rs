//! One turn of the worker's other tasks: lets a stream look once more for chunks that are already
//! here before it writes. Never waits for anything that is not ready to run now.
//!
//! A plain `Pending` would not do: hyper polls a body twice before it gives way.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake, Waker};

use futures_util::task::AtomicWaker;

#[derive(Debug, Default)]
struct Bell {
    has_rung: AtomicBool,
    stream: AtomicWaker,
}

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.has_rung.store(true, Ordering::Release);
        self.stream.wake();
    }
}

/// A turn that can be taken again and again.
#[derive(Debug, Default)]
pub(crate) struct Turn {
    bell: Arc<Bell>,
    is_taken: bool,
}

impl Turn {
    /// Ends when every task that could run has run; the next call begins a new turn.
    pub(crate) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if !self.is_taken {
            self.is_taken = true;
            self.bell.has_rung.store(false, Ordering::Relaxed);
            self.bell.stream.register(cx.waker());
            let waker = Waker::from(Arc::clone(&self.bell));
            // The scheduler rings when its queue is empty; the future itself is not needed for it.
            let yielding = pin!(tokio::task::yield_now());
            if yielding.poll(&mut Context::from_waker(&waker)).is_pending() {
                return Poll::Pending;
            }
        } else if !self.bell.has_rung.load(Ordering::Acquire) {
            self.bell.stream.register(cx.waker());
            return Poll::Pending;
        }
        self.is_taken = false;
        Poll::Ready(())
    }
}
