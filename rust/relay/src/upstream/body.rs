//! The body of a request on its way to a provider: bytes, or the pieces of an upload with the model's name put in.
//!
//! Made anew for each attempt from what was received, so that a retry sends the whole again. Poll-driven: nothing is
//! read before the provider's connection asks for more, and one piece at a time.

use std::collections::VecDeque;
use std::future::Future as _;
use std::io;
use std::ops::Range;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use tokio::task::JoinHandle;

use crate::spool::Spooled;

/// What was received, to be sent as often as needed.
#[derive(Clone, Debug)]
pub(crate) enum Upload {
    Memory(Bytes),
    Disk(Arc<Spooled>),
}

#[derive(Debug)]
enum Piece {
    Bytes(Bytes),
    File {
        file: Arc<Spooled>,
        place: Range<u64>,
    },
}

/// A request's body.
#[derive(Debug)]
pub(crate) struct RequestBody {
    /// The next piece; most bodies have no other.
    next: Option<Piece>,
    behind: VecDeque<Piece>,
    left: u64,
    reading: Option<JoinHandle<io::Result<Bytes>>>,
}

impl Upload {
    fn bytes(&self) -> u64 {
        match self {
            Self::Memory(bytes) => bytes.len() as u64,
            Self::Disk(file) => file.bytes,
        }
    }

    fn piece(&self, place: Range<u64>) -> Piece {
        match self {
            Self::Memory(bytes) => {
                let at = |offset: u64| usize::try_from(offset).unwrap_or(usize::MAX);
                let end = at(place.end).min(bytes.len());
                Piece::Bytes(bytes.slice(at(place.start).min(end)..end))
            }
            Self::Disk(file) => Piece::File {
                file: Arc::clone(file),
                place,
            },
        }
    }
}

impl Piece {
    fn bytes(&self) -> u64 {
        match self {
            Self::Bytes(bytes) => bytes.len() as u64,
            Self::File { place, .. } => place.end.saturating_sub(place.start),
        }
    }
}

impl RequestBody {
    /// Bytes as they are.
    pub(crate) fn full(bytes: impl Into<Bytes>) -> Self {
        let bytes = bytes.into();
        Self {
            left: bytes.len() as u64,
            next: (!bytes.is_empty()).then_some(Piece::Bytes(bytes)),
            behind: VecDeque::new(),
            reading: None,
        }
    }

    /// An upload with some places changed: `cuts` are in order and do not overlap. Nothing but the changes is copied.
    pub(crate) fn spliced(upload: &Upload, cuts: Vec<(Range<usize>, Vec<u8>)>) -> Self {
        let mut pieces = Vec::with_capacity(cuts.len() * 2 + 1);
        let mut at = 0;
        for (span, instead) in cuts {
            pieces.push(upload.piece(at..span.start as u64));
            pieces.push(Piece::Bytes(Bytes::from(instead)));
            at = span.end as u64;
        }
        pieces.push(upload.piece(at..upload.bytes()));
        Self::of(pieces)
    }

    /// Returns the bytes in order, for signatures over them. A file is left out: no vendor that signs bodies takes forms.
    pub(crate) fn pieces(&self) -> impl Iterator<Item = &Bytes> {
        let pieces = self.next.iter().chain(&self.behind);
        pieces.filter_map(|piece| match piece {
            Piece::Bytes(bytes) => Some(bytes),
            Piece::File { .. } => None,
        })
    }

    fn of(pieces: impl IntoIterator<Item = Piece>) -> Self {
        let filled = pieces.into_iter().filter(|piece| piece.bytes() > 0);
        let mut behind: VecDeque<_> = filled.collect();
        let left = behind.iter().map(Piece::bytes).sum();
        Self {
            next: behind.pop_front(),
            behind,
            left,
            reading: None,
        }
    }
}

impl Body for RequestBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        let this = self.get_mut();
        let data = match &mut this.next {
            None => return Poll::Ready(None),
            Some(Piece::Bytes(bytes)) => {
                let bytes = std::mem::take(bytes);
                this.next = this.behind.pop_front();
                bytes
            }
            Some(Piece::File { file, place }) => {
                let reading = this
                    .reading
                    .get_or_insert_with(|| file.read(place.start, place.end));
                let read = ready!(Pin::new(reading).poll(cx));
                this.reading = None;
                let data = match read.map_err(io::Error::other).and_then(|read| read) {
                    Ok(data) => data,
                    Err(error) => return Poll::Ready(Some(Err(error))),
                };
                place.start += data.len() as u64;
                if place.start >= place.end {
                    this.next = this.behind.pop_front();
                }
                data
            }
        };
        this.left = this.left.saturating_sub(data.len() as u64);
        Poll::Ready(Some(Ok(Frame::data(data))))
    }

    fn is_end_stream(&self) -> bool {
        self.next.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left)
    }
}
