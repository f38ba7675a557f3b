//! One HTTP/1.1 connection to a provider, driven by the task of the call that uses it: no task of its own,
//! so a call's bytes never wait for the scheduler between socket and station. Stands between the pool and
//! `attempt`; must never be polled by two calls at once.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake, Waker};

use futures_util::task::AtomicWaker;
use hyper::client::conn::http1;

/// Wakes the call's task, but not for what happens while it drives the connection anyway.
#[derive(Debug, Default)]
struct Bell {
    task: AtomicWaker,
    is_driving: AtomicBool,
    has_rung: AtomicBool,
}

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.has_rung.store(true, Ordering::Release);
        if !self.is_driving.load(Ordering::Acquire) {
            self.task.wake();
        }
    }
}

/// A connection and the end that requests are put into.
#[derive(Debug)]
pub(crate) struct Driven<I, B>
where
    I: hyper::rt::Read + hyper::rt::Write + Unpin,
    B: http_body::Body + 'static,
{
    pub(crate) sender: http1::SendRequest<B>,
    wire: http1::Connection<I, B>,
    bell: Arc<Bell>,
    waker: Waker,
    is_over: bool,
}

impl<I, B> Driven<I, B>
where
    I: hyper::rt::Read + hyper::rt::Write + Unpin,
    B: http_body::Body + 'static,
    B::Data: Send,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    pub(crate) fn new(sender: http1::SendRequest<B>, wire: http1::Connection<I, B>) -> Self {
        let bell = Arc::new(Bell::default());
        let waker = Waker::from(Arc::clone(&bell));
        Self {
            sender,
            wire,
            bell,
            waker,
            is_over: false,
        }
    }

    /// Moves the connection and then what waits for it, until neither can go on. `step` must use the context that it is given.
    pub(crate) fn drive<T>(
        &mut self,
        cx: &mut Context<'_>,
        mut step: impl FnMut(&mut Context<'_>) -> Poll<T>,
    ) -> Poll<T> {
        self.bell.task.register(cx.waker());
        self.bell.is_driving.store(true, Ordering::Release);
        let mut inner = Context::from_waker(&self.waker);
        loop {
            self.bell.has_rung.store(false, Ordering::Release);
            if !self.is_over {
                self.is_over = Pin::new(&mut self.wire).poll(&mut inner).is_ready();
            }
            if let Poll::Ready(ready) = step(&mut inner) {
                self.bell.is_driving.store(false, Ordering::Release);
                return Poll::Ready(ready);
            }
            if self.bell.has_rung.load(Ordering::Acquire) {
                continue;
            }
            self.bell.is_driving.store(false, Ordering::Release);
            // A bell from another thread may have rung in between; nobody else would hear it.
            if !self.bell.has_rung.load(Ordering::Acquire) {
                return Poll::Pending;
            }
            self.bell.is_driving.store(true, Ordering::Release);
        }
    }

    /// Says whether another request may be sent now; also notices that the provider has closed.
    pub(crate) fn is_ready(&mut self) -> bool {
        let mut nobody = Context::from_waker(Waker::noop());
        let idle = self.drive(&mut nobody, |_| Poll::<()>::Pending);
        idle.is_pending() && !self.is_over && self.sender.is_ready()
    }
}
