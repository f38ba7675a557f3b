//! The body of an answer on the public port: ready bytes, a running stream, or the management
//! plane's own.
//!
//! Poll-driven: nothing is read from a provider before the client's connection asks for more, so
//! a slow reader costs no memory.

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;

use crate::pipeline::stream::AnswerStream;
use crate::upstream::answer::UpstreamBody;
use crate::watched_io::Busy;

/// What ends a body before its end: the client sees the connection break.
#[derive(Debug, thiserror::Error)]
pub(crate) enum BodyError {
    /// The provider's answer broke off.
    #[error("the upstream answer broke off")]
    Upstream,
    /// The management plane's answer broke off.
    #[error("the management plane's answer broke off")]
    Management(#[source] hyper::Error),
    /// A file went on after its limit.
    #[error("the file is larger than the limit")]
    TooLarge,
}

#[derive(Debug)]
enum Content {
    Ready(Option<Bytes>),
    Stream(Box<AnswerStream>),
    Management(Incoming),
    /// A provider's file and the bytes that may still go.
    File(Box<UpstreamBody>, u64),
}

/// The body of an answer.
#[derive(Debug)]
pub(crate) struct AnswerBody {
    content: Content,
    /// Keeps the connection from counting as idle while this body is under way.
    busy: Option<Busy>,
}

impl AnswerBody {
    /// A body whose bytes are all there.
    pub(crate) fn ready(bytes: impl Into<Bytes>) -> Self {
        let bytes = bytes.into();
        Self::of(Content::Ready((!bytes.is_empty()).then_some(bytes)))
    }

    /// A provider's answer on its way through.
    pub(crate) fn stream(stream: AnswerStream) -> Self {
        Self::of(Content::Stream(Box::new(stream)))
    }

    /// The management plane's answer.
    pub(crate) const fn management(body: Incoming) -> Self {
        Self::of(Content::Management(body))
    }

    /// A provider's file of at most `limit` bytes; one that is larger breaks off.
    pub(crate) fn file(body: UpstreamBody, limit: u64) -> Self {
        Self::of(Content::File(Box::new(body), limit))
    }

    const fn of(content: Content) -> Self {
        Self {
            content,
            busy: None,
        }
    }

    /// Ties the request's guard to this body.
    pub(crate) fn keep_busy(mut self, busy: Busy) -> Self {
        self.busy = Some(busy);
        self
    }
}

impl Body for AnswerBody {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        match &mut self.get_mut().content {
            Content::Ready(bytes) => Poll::Ready(bytes.take().map(|bytes| Ok(Frame::data(bytes)))),
            Content::Stream(stream) => stream
                .poll_next(cx)
                .map(|next| next.map(|bytes| bytes.map(Frame::data))),
            Content::Management(body) => Pin::new(body)
                .poll_frame(cx)
                .map(|frame| frame.map(|frame| frame.map_err(BodyError::Management))),
            Content::File(body, left) => Pin::new(body).poll_frame(cx).map(|frame| {
                frame.map(|frame| within(frame.map_err(|_broken| BodyError::Upstream)?, left))
            }),
        }
    }

    fn is_end_stream(&self) -> bool {
        match &self.content {
            Content::Ready(bytes) => bytes.is_none(),
            Content::Stream(stream) => stream.is_over(),
            Content::Management(body) => body.is_end_stream(),
            Content::File(body, _) => body.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.content {
            Content::Ready(bytes) => {
                SizeHint::with_exact(bytes.as_ref().map_or(0, |bytes| bytes.len() as u64))
            }
            Content::Stream(_) => SizeHint::default(),
            Content::Management(body) => body.size_hint(),
            Content::File(body, _) => body.size_hint(),
        }
    }
}

/// Counts a frame against what may still go.
fn within(frame: Frame<Bytes>, left: &mut u64) -> Result<Frame<Bytes>, BodyError> {
    let bytes = frame.data_ref().map_or(0, |data| data.len() as u64);
    match left.checked_sub(bytes) {
        Some(rest) => {
            *left = rest;
            Ok(frame)
        }
        None => Err(BodyError::TooLarge),
    }
}
