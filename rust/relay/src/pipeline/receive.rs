//! Station 2: body → bytes within the limit, and the envelope that routing and holds need.
//!
//! The bytes are kept as they came: a provider of the same family gets them untouched but for the
//! spliced model name.

use std::io::Read as _;
use std::time::Duration;

use bytes::Bytes;
use hyper::body::Incoming;
use weirgate_policy::Refusal;
use weirgate_wire::framing::multipart::FormReader;
use weirgate_wire::{Edits, Endpoint, Envelope, RequestError};

use super::collect::{CollectError, Collected, collect};
use super::headers::RequestHead;
use super::spare;
use crate::error::{Error, ErrorKind};
use crate::upstream::body::RequestBody;
use crate::worker::Worker;

/// How much of a refused body is still read, and for how long.
const LINGER_BYTES: usize = 1024 * 1024;
const LINGER: Duration = Duration::from_secs(1);

/// A readable request.
#[derive(Debug)]
pub(crate) struct Received {
    pub(crate) endpoint: Endpoint,
    /// JSON as it came; of a form what tokens are counted by, as JSON.
    pub(crate) body: Bytes,
    pub(crate) envelope: Envelope,
    /// A form as it came.
    pub(crate) form: Option<Bytes>,
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
}

/// Receives a request's body and reads its envelope.
pub(crate) async fn receive(
    worker: &Worker,
    endpoint: Endpoint,
    head: &RequestHead,
    body: Incoming,
) -> Result<Received, Error> {
    let body = bytes(worker, head, body).await?;
    if let Some(reader) = head.content_type().and_then(FormReader::new) {
        return read_form(endpoint, reader.map_err(RequestError::from)?, body);
    }
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
        linger(&mut body).await;
        return Err(Refusal::BodyTooLarge.into());
    }
    let silence = Duration::from_millis(limits.body_timeout_ms);
    let bytes = match collect(&mut body, limits.body_bytes, silence).await {
        Ok(Collected::Whole(bytes)) => bytes,
        Ok(Collected::Begun(_)) => {
            linger(&mut body).await;
            return Err(Refusal::BodyTooLarge.into());
        }
        Err(CollectError::Silent | CollectError::Broken) => {
            return Err(Error::client(ErrorKind::BodyIncomplete));
        }
    };
    decoded(encoding, bytes, limits.body_bytes)
}

fn read_form(endpoint: Endpoint, mut reader: FormReader, body: Bytes) -> Result<Received, Error> {
    reader.push(&body).map_err(RequestError::from)?;
    let form = reader.finish().map_err(RequestError::from)?;
    Ok(Received {
        endpoint,
        envelope: Envelope::read_form(endpoint, &form, body.len())?,
        body: weirgate_wire::form_text(endpoint, &form).into(),
        form: Some(body),
    })
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
        Some(_) => Err(Error::client(ErrorKind::UnsupportedEncoding)),
    }
}

/// Decompresses with the limit counted on what comes out, so a small bomb stays small.
fn decoded(encoding: Encoding, bytes: Bytes, limit: usize) -> Result<Bytes, Error> {
    let mut plain = Vec::new();
    let cap = limit as u64 + 1;
    let read = match encoding {
        Encoding::Identity => return Ok(bytes),
        Encoding::Gzip => flate2::read::MultiGzDecoder::new(bytes.as_ref())
            .take(cap)
            .read_to_end(&mut plain),
        Encoding::Deflate => flate2::read::ZlibDecoder::new(bytes.as_ref())
            .take(cap)
            .read_to_end(&mut plain),
    };
    if read.is_err() {
        return Err(Error::client(ErrorKind::BodyIncomplete));
    }
    if plain.len() > limit {
        return Err(Refusal::BodyTooLarge.into());
    }
    Ok(plain.into())
}
