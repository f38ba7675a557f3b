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

#[derive(Clone, Debug)]
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
    /// What goes out first; most bodies have nothing else.
    first: Option<Bytes>,
    /// None when nothing is left of it. Boxed: each connection to a provider keeps places for 32 requests
    /// (tokio's channel in hyper's client), so that a byte here is 32 there.
    behind: Option<Box<Behind>>,
}

/// The pieces behind the first bytes; never empty.
#[derive(Debug)]
struct Behind {
    pieces: VecDeque<Piece>,
    left: u64,
    reading: Option<JoinHandle<io::Result<Bytes>>>,
}

impl Upload {
    /// Returns its length.
    pub(crate) fn bytes(&self) -> u64 {
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
            first: (!bytes.is_empty()).then_some(bytes),
            behind: None,
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

    /// The same once more; none when some of it has been read from a file already.
    pub(super) fn again(&self) -> Option<Self> {
        let behind = match &self.behind {
            Some(behind) => Some(Box::new(behind.again()?)),
            None => None,
        };
        let first = self.first.clone();
        Some(Self { first, behind })
    }

    /// Returns the bytes in order, for signatures over them. A file is left out: no vendor that signs bodies takes forms.
    pub(crate) fn pieces(&self) -> impl Iterator<Item = &Bytes> {
        let behind = self.behind.iter().flat_map(|behind| &behind.pieces);
        let behind = behind.filter_map(|piece| match piece {
            Piece::Bytes(bytes) => Some(bytes),
            Piece::File { .. } => None,
        });
        self.first.iter().chain(behind)
    }

    fn of(pieces: impl IntoIterator<Item = Piece>) -> Self {
        let filled = pieces.into_iter().filter(|piece| piece.bytes() > 0);
        let mut pieces: VecDeque<_> = filled.collect();
        let first = match pieces.pop_front_if(|piece| matches!(piece, Piece::Bytes(_))) {
            Some(Piece::Bytes(bytes)) => Some(bytes),
            Some(Piece::File { .. }) | None => None,
        };
        Self {
            first,
            behind: Behind::of(pieces),
        }
    }
}

impl Behind {
    fn of(pieces: VecDeque<Piece>) -> Option<Box<Self>> {
        let left = pieces.iter().map(Piece::bytes).sum();
        let behind = Self {
            pieces,
            left,
            reading: None,
        };
        (left > 0).then(|| Box::new(behind))
    }

    fn again(&self) -> Option<Self> {
        self.reading.is_none().then(|| Self {
            pieces: self.pieces.clone(),
            left: self.left,
            reading: None,
        })
    }

    fn poll_data(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<Bytes>> {
        let data = match self.pieces.front_mut() {
            None => Bytes::new(),
            Some(Piece::Bytes(bytes)) => {
                let bytes = std::mem::take(bytes);
                self.pieces.pop_front();
                bytes
            }
            Some(Piece::File { file, place }) => {
                let reading = self
                    .reading
                    .get_or_insert_with(|| file.read(place.start, place.end));
                let read = ready!(Pin::new(reading).poll(cx));
                self.reading = None;
                let data = read.map_err(io::Error::other).and_then(|read| read)?;
                place.start += data.len() as u64;
                if place.start >= place.end {
                    self.pieces.pop_front();
                }
                data
            }
        };
        self.left = self.left.saturating_sub(data.len() as u64);
        Poll::Ready(Ok(data))
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
        if let Some(bytes) = this.first.take() {
            return Poll::Ready(Some(Ok(Frame::data(bytes))));
        }
        let Some(behind) = &mut this.behind else {
            return Poll::Ready(None);
        };
        let data = ready!(behind.poll_data(cx));
        if behind.pieces.is_empty() {
            this.behind = None;
        }
        Poll::Ready(Some(data.map(Frame::data)))
    }

    fn is_end_stream(&self) -> bool {
        self.first.is_none() && self.behind.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        let first = self.first.as_ref().map_or(0, |bytes| bytes.len() as u64);
        SizeHint::with_exact(first + self.behind.as_ref().map_or(0, |behind| behind.left))
    }
}
