//! Station 2: body → bytes within the limit, and the envelope that routing and holds need.
//!
//! The bytes are kept as they came: a provider of the same family gets them untouched but for the
//! spliced model name.

use std::io::Read as _;
use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use flate2::read::{MultiGzDecoder, ZlibDecoder};
use hyper::body::Incoming;
use weirgate_policy::Refusal;
use weirgate_wire::framing::multipart::FormReader;
use weirgate_wire::{Edits, Endpoint, Envelope, RequestError};

use super::collect::{CollectError, Collected, collect, next_data};
use super::headers::RequestHead;
use super::{refuse, spare};
use crate::error::{Error, ErrorKind};
use crate::spool::{SpoolError, Writer};
use crate::upstream::body::{RequestBody, Upload};
use crate::worker::Worker;

/// How much of a refused body is still read, and for how long.
const LINGER_BYTES: usize = 1024 * 1024;
const LINGER: Duration = Duration::from_secs(1);

/// Seconds after which a refused upload may be sent again.
const UPLOAD_RETRY_S: u32 = 5;
/// How much larger than it came a compressed body may be, once it is more than [`SMALL_BYTES`].
const MAX_RATIO: u64 = 200;
const SMALL_BYTES: u64 = 1024 * 1024;

/// A readable request.
#[derive(Debug)]
pub(crate) struct Received {
    pub(crate) endpoint: Endpoint,
    /// JSON as it came; of a form what tokens are counted by, as JSON.
    pub(crate) body: Bytes,
    pub(crate) envelope: Envelope,
    /// A form as it came.
    pub(crate) form: Option<Upload>,
}

impl Received {
    /// Returns a form for a provider, with the edits made; none for JSON.
    pub(crate) fn form_with(&self, edits: &Edits<'_>) -> Option<RequestBody> {
        let form = self.form.as_ref()?;
        Some(RequestBody::spliced(form, self.envelope.cuts(edits)))
    }
}

impl Drop for Received {
    fn drop(&mut self) {
        spare::give_back(std::mem::take(&mut self.body));
    }
}

/// The encodings that are read here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Encoding {
    Identity,
    Gzip,
    Deflate,
    Brotli,
    Zstd,
}

/// Receives a request's body and reads its envelope.
pub(crate) async fn receive(
    worker: &Worker,
    endpoint: Endpoint,
    head: &RequestHead,
    body: Incoming,
) -> Result<Received, Error> {
    if let Some(reader) = head.content_type().and_then(FormReader::new) {
        let reader = reader.map_err(RequestError::from)?;
        return Box::pin(form(worker, endpoint, head, reader, body)).await;
    }
    let body = bytes(worker, head, body).await?;
    let envelope = Envelope::read_with(endpoint, head.path_model.as_deref(), &body)?;
    Ok(Received {
        endpoint,
        body,
        envelope,
        form: None,
    })
}

/// Receives a request's body, decompressed and within the limit.
pub(crate) async fn bytes(
    worker: &Worker,
    head: &RequestHead,
    mut body: Incoming,
) -> Result<Bytes, Error> {
    let limits = &worker.shared.config.limits;
    let encoding = encoding(head)?;
    if head
        .stated_length
        .is_some_and(|length| length > limits.body_bytes as u64)
    {
        Box::pin(linger(&mut body)).await;
        return Err(Refusal::BodyTooLarge.into());
    }
    let silence = Duration::from_millis(limits.body_timeout_ms);
    let bytes = match collect(&mut body, limits.body_bytes, silence).await {
        Ok(Collected::Whole(bytes)) => bytes,
        Ok(Collected::Begun(_)) => {
            Box::pin(linger(&mut body)).await;
            return Err(Refusal::BodyTooLarge.into());
        }
        Err(CollectError::Silent | CollectError::Broken) => {
            return Err(Error::client(ErrorKind::BodyIncomplete));
        }
    };
    decoded(encoding, bytes, limits.body_bytes)
}

/// Receives a form; a large one goes to disk as it comes.
async fn form(
    worker: &Worker,
    endpoint: Endpoint,
    head: &RequestHead,
    mut reader: FormReader,
    mut body: Incoming,
) -> Result<Received, Error> {
    let (upload, length) = if encoding(head)? == Encoding::Identity {
        uploaded(worker, &mut reader, &mut body).await?
    } else {
        let plain = bytes(worker, head, body).await?;
        reader.push(&plain).map_err(RequestError::from)?;
        let length = plain.len();
        (Upload::Memory(plain), length)
    };
    let form = reader.finish().map_err(RequestError::from)?;
    Ok(Received {
        endpoint,
        envelope: Envelope::read_form(endpoint, &form, length)?,
        body: weirgate_wire::form_text(endpoint, &form).into(),
        form: Some(upload),
    })
}

/// Takes a form piece by piece; returns it and its length.
async fn uploaded(
    worker: &Worker,
    reader: &mut FormReader,
    body: &mut Incoming,
) -> Result<(Upload, usize), Error> {
    let limits = &worker.shared.config.limits;
    let silence = Duration::from_millis(limits.body_timeout_ms);
    let mut memory = BytesMut::new();
    let mut disk: Option<Writer> = None;
    let mut length = 0_usize;
    loop {
        let next = next_data(body, silence).await;
        let Some(data) = next.map_err(|_| Error::client(ErrorKind::BodyIncomplete))? else {
            break;
        };
        length = length.saturating_add(data.len());
        if length > limits.body_bytes {
            Box::pin(linger(body)).await;
            return Err(Refusal::BodyTooLarge.into());
        }
        if let Err(error) = reader.push(&data) {
            Box::pin(linger(body)).await;
            return Err(RequestError::from(error).into());
        }
        if let Some(disk) = &mut disk {
            disk.push(&data).await.map_err(unspooled)?;
            continue;
        }
        memory.extend_from_slice(&data);
        if memory.len() > limits.spool_above_bytes {
            let mut begun = worker.shared.spool.begin().await.map_err(unspooled)?;
            let whole = std::mem::take(&mut memory);
            begun.push(&whole).await.map_err(unspooled)?;
            disk = Some(begun);
        }
    }
    let upload = match disk {
        Some(disk) => Upload::Disk(Arc::new(disk.finish().await.map_err(unspooled)?)),
        None => Upload::Memory(memory.freeze()),
    };
    Ok((upload, length))
}

/// Says that an upload could not wait on disk.
fn unspooled(error: SpoolError) -> Error {
    let (status, code, message) = match error {
        SpoolError::Full => (503, "uploads_full", "too many uploads wait at once"),
        SpoolError::Disk(error) if error.kind() == std::io::ErrorKind::StorageFull => {
            tracing::error!("the disk is full: an upload was refused");
            (507, "storage_full", "there is no room for the upload")
        }
        SpoolError::Disk(error) => {
            tracing::error!(%error, "an upload could not be written");
            (500, "internal_error", "the upload could not be stored")
        }
    };
    let body = refuse::upstream(status, code, message);
    Error::gateway(ErrorKind::Said(Box::new(body)), Some(UPLOAD_RETRY_S))
}

/// Reads on for a moment what nobody wants: a client that still writes when the connection closes
/// would see a reset instead of the answer.
async fn linger(body: &mut Incoming) {
    let rest = collect(body, LINGER_BYTES, LINGER);
    drop(tokio::time::timeout(LINGER, rest).await);
}

fn encoding(head: &RequestHead) -> Result<Encoding, Error> {
    match head.encoding.as_deref() {
        None | Some("" | "identity") => Ok(Encoding::Identity),
        Some("gzip" | "x-gzip") => Ok(Encoding::Gzip),
        Some("deflate") => Ok(Encoding::Deflate),
        Some("br") => Ok(Encoding::Brotli),
        Some("zstd") => Ok(Encoding::Zstd),
        Some(_) => Err(Error::client(ErrorKind::UnsupportedEncoding)),
    }
}

/// Decompresses with the limit counted on what comes out, and on how much more that is than came in, so a small bomb
/// stays small.
fn decoded(encoding: Encoding, bytes: Bytes, limit: usize) -> Result<Bytes, Error> {
    let broken = || Error::client(ErrorKind::BodyIncomplete);
    let input = bytes.as_ref();
    let most = (input.len() as u64).saturating_mul(MAX_RATIO);
    let most = most.max(SMALL_BYTES).min(limit as u64);
    let cap = most + 1;
    let mut plain = Vec::new();
    let read = match encoding {
        Encoding::Identity => return Ok(bytes),
        Encoding::Gzip => MultiGzDecoder::new(input).take(cap).read_to_end(&mut plain),
        Encoding::Deflate => ZlibDecoder::new(input).take(cap).read_to_end(&mut plain),
        Encoding::Brotli => brotli_decompressor::Decompressor::new(input, 4096)
            .take(cap)
            .read_to_end(&mut plain),
        Encoding::Zstd => {
            let decoder = ruzstd::decoding::StreamingDecoder::new(input);
            let decoder = decoder.map_err(|_no_frame| broken())?;
            decoder.take(cap).read_to_end(&mut plain)
        }
    };
    if read.is_err() {
        return Err(broken());
    }
    if plain.len() as u64 > most {
        return Err(Refusal::BodyTooLarge.into());
    }
    Ok(plain.into())
}
