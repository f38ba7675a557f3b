//! Station 2: body → bytes within the limit, and the envelope that routing and holds need.
//!
//! The bytes are kept as they came: a provider of the same family gets them untouched but for the
//! spliced model name.

use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use hyper::body::Incoming;
use weirgate_policy::Refusal;
use weirgate_wire::framing::multipart::FormReader;
use weirgate_wire::{Edits, Endpoint, Envelope, RequestError};

use super::collect::{CollectError, Collected, collect};
use super::decode::{Encoding, Pieces, linger};
use super::headers::RequestHead;
use super::{refuse, spare};
use crate::error::{Error, ErrorKind};
use crate::spool::{SpoolError, Writer};
use crate::upstream::body::{RequestBody, Upload};
use crate::worker::Worker;

/// Seconds after which a refused upload may be sent again.
const UPLOAD_RETRY_S: u32 = 5;

/// JSON that is spliced without a copy.
const LARGE_BYTES: usize = 512 * 1024;

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

    /// The same for large JSON: what stays as it is goes out of the memory that it came into. A copy of 100 KB is cheaper
    /// than three writes instead of one.
    pub(crate) fn large_with(&self, edits: &Edits<'_>) -> Option<RequestBody> {
        if self.body.len() < LARGE_BYTES {
            return None;
        }
        let body = Upload::Memory(self.body.clone());
        Some(RequestBody::spliced(&body, self.envelope.cuts(edits)))
    }
}

impl Drop for Received {
    fn drop(&mut self) {
        spare::give_back(std::mem::take(&mut self.body));
    }
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
    let encoding = Encoding::of(head.encoding.as_deref())?;
    let silence = Duration::from_millis(limits.body_timeout_ms);
    check_stated(head, limits.body_bytes, &mut body).await?;
    if encoding != Encoding::Identity {
        let pieces = Pieces::new(&mut body, encoding, limits.body_bytes, silence);
        return Box::pin(large(worker, BytesMut::new(), pieces)).await;
    }
    let small = limits.spool_above_bytes.min(limits.body_bytes);
    match collect(&mut body, small, silence).await {
        Ok(Collected::Whole(bytes)) => Ok(bytes),
        Ok(Collected::Begun(begun)) => {
            let pieces = Pieces::new(&mut body, encoding, limits.body_bytes, silence);
            let pieces = pieces.after(begun.len());
            Box::pin(large(worker, begun.into(), pieces)).await
        }
        Err(CollectError::Silent | CollectError::Broken) => {
            Err(Error::client(ErrorKind::BodyIncomplete))
        }
    }
}

/// Refuses a body that says itself that it is too large, before it is read.
async fn check_stated(head: &RequestHead, limit: usize, body: &mut Incoming) -> Result<(), Error> {
    let limit = limit as u64;
    if head.stated_length.is_none_or(|length| length <= limit) {
        return Ok(());
    }
    linger(body).await;
    Err(Refusal::BodyTooLarge.into())
}

/// Takes the rest of a body into one buffer. The envelope is read from one, and what passes through is sent from it
/// without another copy; so it stays in memory, and all large bodies together have a cap.
async fn large(
    worker: &Worker,
    mut whole: BytesMut,
    mut pieces: Pieces<'_>,
) -> Result<Bytes, Error> {
    let free = worker.shared.config.limits.spool_above_bytes;
    let mut room = worker.shared.spool.memory();
    loop {
        if whole.len() > free
            && let Err(error) = room.hold(whole.len() as u64)
        {
            pieces.linger().await;
            return Err(unspooled(error));
        }
        match pieces.next().await? {
            Some(piece) => whole.extend_from_slice(&piece),
            None if whole.len() > free => return Ok(room.with(whole)),
            None => return Ok(whole.freeze()),
        }
    }
}

/// Receives a form; a large one goes to disk as it comes.
async fn form(
    worker: &Worker,
    endpoint: Endpoint,
    head: &RequestHead,
    mut reader: FormReader,
    mut body: Incoming,
) -> Result<Received, Error> {
    let limits = &worker.shared.config.limits;
    let encoding = Encoding::of(head.encoding.as_deref())?;
    let silence = Duration::from_millis(limits.body_timeout_ms);
    check_stated(head, limits.body_bytes, &mut body).await?;
    let pieces = Pieces::new(&mut body, encoding, limits.body_bytes, silence);
    let (upload, length) = uploaded(worker, &mut reader, pieces).await?;
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
    mut pieces: Pieces<'_>,
) -> Result<(Upload, usize), Error> {
    let above = worker.shared.config.limits.spool_above_bytes;
    let mut memory = BytesMut::new();
    let mut disk: Option<Writer> = None;
    let mut length = 0_usize;
    while let Some(piece) = pieces.next().await? {
        length += piece.len();
        if let Err(error) = reader.push(&piece) {
            pieces.linger().await;
            return Err(RequestError::from(error).into());
        }
        let kept = if let Some(disk) = &mut disk {
            disk.push(&piece).await
        } else {
            memory.extend_from_slice(&piece);
            spill(worker, &mut memory, above, &mut disk).await
        };
        if let Err(error) = kept {
            pieces.linger().await;
            return Err(unspooled(error));
        }
    }
    let upload = match disk {
        Some(disk) => Upload::Disk(Arc::new(disk.finish().await.map_err(unspooled)?)),
        None => Upload::Memory(memory.freeze()),
    };
    Ok((upload, length))
}

/// Moves a form to disk once it is too large for memory.
async fn spill(
    worker: &Worker,
    memory: &mut BytesMut,
    above: usize,
    disk: &mut Option<Writer>,
) -> Result<(), SpoolError> {
    if memory.len() <= above {
        return Ok(());
    }
    let mut begun = worker.shared.spool.begin().await?;
    begun.push(&std::mem::take(memory)).await?;
    *disk = Some(begun);
    Ok(())
}

/// Says that an upload could not wait on disk.
fn unspooled(error: SpoolError) -> Error {
    let (status, code, message) = match error {
        SpoolError::Full => (503, "uploads_full", "too many large requests are under way"),
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
