//! A compressed request body → plain pieces, one bounded piece at a time: the first half of `receive`.
//!
//! What comes out is counted as it comes: against the limit of a body, and against what has come in, so that a bomb is
//! stopped at its first megabytes. Knows no request and no memory but its codec's own window.

use std::time::Duration;

use bytes::Bytes;
use compression_codecs::core::util::{PartialBuffer, WriteBuffer};
use compression_codecs::zstd::params::DParameter;
use compression_codecs::{BrotliDecoder, DecodeV2, GzipDecoder, ZlibDecoder, ZstdDecoder};
use hyper::body::Incoming;
use weirgate_policy::Refusal;

use super::collect::{collect, next_data};
use crate::error::{Error, ErrorKind};

/// The largest piece that is decoded at once.
const PIECE: usize = 64 * 1024;
/// How much larger than it came a body may be, once it is more than [`SMALL_BYTES`].
const MAX_RATIO: u64 = 200;
const SMALL_BYTES: u64 = 4 * 1024 * 1024;
/// The largest window of zstd, as a power of two: what RFC 9659 allows over HTTP.
const ZSTD_WINDOW: u32 = 23;

/// How much of a refused body is still read, and for how long.
const LINGER_BYTES: usize = 1024 * 1024;
const LINGER: Duration = Duration::from_secs(1);

/// The encodings that are read here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Encoding {
    Identity,
    Gzip,
    Deflate,
    Brotli,
    Zstd,
}

impl Encoding {
    /// Reads the header's value, in lower case. Encodings in a row are not read: only bombs come so.
    pub(super) fn of(value: Option<&str>) -> Result<Self, Error> {
        match value {
            None | Some("" | "identity") => Ok(Self::Identity),
            Some("gzip" | "x-gzip") => Ok(Self::Gzip),
            Some("deflate") => Ok(Self::Deflate),
            Some("br") => Ok(Self::Brotli),
            Some("zstd") => Ok(Self::Zstd),
            Some(_) => Err(Error::client(ErrorKind::UnsupportedEncoding)),
        }
    }

    fn codec(self) -> Option<Box<dyn DecodeV2 + Send>> {
        match self {
            Self::Identity => None,
            Self::Gzip => Some(Box::new(GzipDecoder::new())),
            Self::Deflate => Some(Box::new(ZlibDecoder::new())),
            Self::Brotli => Some(Box::new(BrotliDecoder::new())),
            Self::Zstd => {
                let window = DParameter::window_log_max(ZSTD_WINDOW);
                Some(Box::new(ZstdDecoder::new_with_params(&[window])))
            }
        }
    }
}

/// The bytes are no such stream, or it breaks off.
#[derive(Debug, PartialEq, Eq)]
struct Broken;

/// A codec and what it has not read yet.
struct Decoder {
    codec: Box<dyn DecodeV2 + Send>,
    input: Bytes,
    /// Streams of gzip and zstd may follow each other and count as one.
    may_repeat: bool,
    has_ended: bool,
    /// The last piece was as large as it may be: the codec may hold more.
    is_full: bool,
}

impl Decoder {
    fn new(encoding: Encoding) -> Option<Self> {
        Some(Self {
            codec: encoding.codec()?,
            input: Bytes::new(),
            may_repeat: matches!(encoding, Encoding::Gzip | Encoding::Zstd),
            has_ended: false,
            is_full: false,
        })
    }

    /// Returns the next piece of what was given; none when more must come first.
    fn decode(&mut self) -> Result<Option<Bytes>, Broken> {
        while !self.input.is_empty() || self.is_full {
            if std::mem::take(&mut self.has_ended) {
                if !self.may_repeat {
                    return Err(Broken);
                }
                self.codec.reinit().map_err(|_codec| Broken)?;
            }
            let mut input = PartialBuffer::new(self.input.as_ref());
            let mut piece = vec![0; PIECE];
            let mut output = WriteBuffer::new_initialized(&mut piece);
            let ended = self.codec.decode(&mut input, &mut output);
            let (read, written) = (input.written_len(), output.written_len());
            let was_dry = self.input.is_empty();
            self.input = self.input.split_off(read);
            match ended {
                Ok(has_ended) => self.has_ended = has_ended,
                // Asked for more than it had.
                Err(_) if was_dry => {}
                Err(_) => return Err(Broken),
            }
            self.is_full = written == PIECE && !self.has_ended;
            if written > 0 {
                piece.truncate(written);
                return Ok(Some(piece.into()));
            }
            if read == 0 && !was_dry && !self.has_ended {
                return Err(Broken);
            }
        }
        Ok(None)
    }
}

/// A body on its way in, as plain pieces within the limit.
pub(super) struct Pieces<'a> {
    body: &'a mut Incoming,
    decoder: Option<Decoder>,
    /// The longest pause.
    silence: Duration,
    limit: u64,
    taken: u64,
    given: u64,
}

impl<'a> Pieces<'a> {
    pub(super) fn new(
        body: &'a mut Incoming,
        encoding: Encoding,
        limit: usize,
        silence: Duration,
    ) -> Self {
        Self {
            body,
            decoder: Decoder::new(encoding),
            silence,
            limit: limit as u64,
            taken: 0,
            given: 0,
        }
    }

    /// The rest of a plain body of which so many bytes have been read.
    pub(super) fn after(mut self, read: usize) -> Self {
        self.taken = read as u64;
        self.given = read as u64;
        self
    }

    /// Returns the next piece; none at the body's end.
    pub(super) async fn next(&mut self) -> Result<Option<Bytes>, Error> {
        let next = match &mut self.decoder {
            None => next_data(self.body, self.silence)
                .await
                .map_err(|_| incomplete()),
            Some(_) => self.decoded().await,
        };
        let piece = next?;
        self.given += piece.as_ref().map_or(0, |piece| piece.len() as u64);
        if self.given > self.most() {
            self.linger().await;
            return Err(Refusal::BodyTooLarge.into());
        }
        Ok(piece)
    }

    async fn decoded(&mut self) -> Result<Option<Bytes>, Error> {
        let Some(decoder) = &mut self.decoder else {
            return Ok(None);
        };
        loop {
            if let Some(piece) = decoder.decode().map_err(|_broken| incomplete())? {
                // A body that grows must not keep the other calls of its thread waiting.
                tokio::task::yield_now().await;
                return Ok(Some(piece));
            }
            let next = next_data(self.body, self.silence).await;
            match next.map_err(|_| incomplete())? {
                Some(data) => {
                    self.taken += data.len() as u64;
                    decoder.input = data;
                }
                None if decoder.has_ended => return Ok(None),
                None => return Err(incomplete()),
            }
        }
    }

    fn most(&self) -> u64 {
        match self.decoder {
            None => self.limit,
            Some(_) => self
                .limit
                .min(SMALL_BYTES.max(self.taken.saturating_mul(MAX_RATIO))),
        }
    }

    /// Reads on for a moment what nobody wants.
    pub(super) async fn linger(&mut self) {
        linger(self.body).await;
    }
}

/// Reads on for a moment what nobody wants: a client that still writes when the connection closes would see a reset
/// instead of the answer.
pub(super) async fn linger(body: &mut Incoming) {
    let rest = Box::pin(collect(body, LINGER_BYTES, LINGER));
    drop(tokio::time::timeout(LINGER, rest).await);
}

fn incomplete() -> Error {
    Error::client(ErrorKind::BodyIncomplete)
}
