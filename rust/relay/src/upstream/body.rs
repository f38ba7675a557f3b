//! The body of a request on its way to a provider: bytes, or the pieces of an upload with the model's name put in.
//!
//! Made anew for each attempt from what was received, so that a retry sends the whole again. Poll-driven: nothing is
//! read before the provider's connection asks for more.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::ops::Range;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};

/// A request's body.
#[derive(Debug)]
pub(crate) struct RequestBody {
    /// The next piece; most bodies have no other.
    next: Option<Bytes>,
    behind: VecDeque<Bytes>,
    left: u64,
}

impl RequestBody {
    /// Bytes as they are.
    pub(crate) fn full(bytes: impl Into<Bytes>) -> Self {
        let bytes = bytes.into();
        Self {
            left: bytes.len() as u64,
            next: (!bytes.is_empty()).then_some(bytes),
            behind: VecDeque::new(),
        }
    }

    /// Bytes with some places changed: `cuts` are in order and do not overlap. Nothing but the changes is copied.
    pub(crate) fn spliced(bytes: &Bytes, cuts: Vec<(Range<usize>, Vec<u8>)>) -> Self {
        let mut pieces = Vec::with_capacity(cuts.len() * 2 + 1);
        let mut at = 0;
        for (span, instead) in cuts {
            pieces.push(bytes.slice(at..span.start));
            pieces.push(Bytes::from(instead));
            at = span.end;
        }
        pieces.push(bytes.slice(at..));
        Self::of(pieces)
    }

    /// Returns the bytes in order, for signatures over them.
    pub(crate) fn pieces(&self) -> impl Iterator<Item = &Bytes> {
        self.next.iter().chain(&self.behind)
    }

    fn of(pieces: impl IntoIterator<Item = Bytes>) -> Self {
        let filled = pieces.into_iter().filter(|piece| !piece.is_empty());
        let mut behind: VecDeque<_> = filled.collect();
        let left = behind.iter().map(|piece| piece.len() as u64).sum();
        Self {
            next: behind.pop_front(),
            behind,
            left,
        }
    }
}

impl Body for RequestBody {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let next = self.next.take();
        self.next = self.behind.pop_front();
        self.left -= next.as_ref().map_or(0, |piece| piece.len() as u64);
        Poll::Ready(next.map(|piece| Ok(Frame::data(piece))))
    }

    fn is_end_stream(&self) -> bool {
        self.next.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left)
    }
}
