//! A provider's answer body: over a connection that this body drives itself, or over a shared one.
//!
//! When the last byte was read the connection goes back to the pool; a body dropped before closes it.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;

use super::pool::{Shelf, Wire};
use super::shared::Place;

/// The connection under a body, and where it goes afterwards.
#[derive(Debug)]
struct Under {
    wire: Box<Wire>,
    shelf: Arc<Shelf>,
}

/// A provider's answer body.
#[derive(Debug)]
pub(crate) struct UpstreamBody {
    incoming: Incoming,
    under: Option<Under>,
    /// Among the calls of a shared connection.
    _place: Option<Place>,
}

impl UpstreamBody {
    pub(super) fn driven(incoming: Incoming, wire: Box<Wire>, shelf: Arc<Shelf>) -> Self {
        let mut body = Self {
            incoming,
            under: Some(Under { wire, shelf }),
            _place: None,
        };
        body.end_if_read();
        body
    }

    pub(super) fn shared(incoming: Incoming, place: Place) -> Self {
        Self {
            incoming,
            under: None,
            _place: Some(place),
        }
    }

    fn end_if_read(&mut self) {
        if self.incoming.is_end_stream()
            && let Some(under) = self.under.take()
        {
            under.shelf.put(under.wire);
        }
    }
}

impl Body for UpstreamBody {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let Self {
            incoming, under, ..
        } = &mut *self;
        let polled = match under {
            Some(under) => under
                .wire
                .drive(cx, |cx| Pin::new(&mut *incoming).poll_frame(cx)),
            None => Pin::new(incoming).poll_frame(cx),
        };
        match &polled {
            Poll::Ready(None) => {
                if let Some(under) = self.under.take() {
                    under.shelf.put(under.wire);
                }
            }
            Poll::Ready(Some(Ok(_))) => self.end_if_read(),
            Poll::Ready(Some(Err(_))) => self.under = None,
            Poll::Pending => {}
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.incoming.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.incoming.size_hint()
    }
}
