//! Reads a body whole, with a running limit and a limit on silence; never trusts a stated length.
//!
//! A large body that arrives in one piece is passed on without a copy.

use std::time::Duration;

use bytes::Bytes;
use http_body::Body;
use http_body_util::BodyExt as _;

use super::spare;

/// Memory reserved on the word of a content length, before any byte has come.
const MAX_RESERVE: usize = 1024 * 1024;

/// Bodies up to this size are copied out of the connection's buffer.
const OWN_BYTES: usize = 8 * 1024;

/// Bytes of a provider's error that are read.
const ERROR_BYTES: usize = 64 * 1024;
/// How long a provider may be silent in the middle of an error.
pub(crate) const ERROR_WAIT: Duration = Duration::from_secs(10);

/// Why a body could not be read whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CollectError {
    /// It stopped for longer than the limit.
    Silent,
    /// It broke off.
    Broken,
}

/// A body, or as much of it as fitted the limit.
#[derive(Debug)]
pub(crate) enum Collected {
    /// The whole body.
    Whole(Bytes),
    /// The limit was passed; these are the bytes read so far.
    Begun(Bytes),
}

/// Reads a body up to `limit` bytes.
pub(crate) async fn collect<B>(
    body: &mut B,
    limit: usize,
    silence: Duration,
) -> Result<Collected, CollectError>
where
    B: Body<Data = Bytes> + Unpin,
{
    let Some(first) = next_data(body, silence).await? else {
        return Ok(Collected::Whole(Bytes::new()));
    };
    if first.len() > limit {
        return Ok(Collected::Begun(first));
    }
    if body.is_end_stream() || body.size_hint().exact() == Some(0) {
        return Ok(Collected::Whole(on_its_own(first)));
    }
    let Some(second) = next_data(body, silence).await? else {
        return Ok(Collected::Whole(on_its_own(first)));
    };
    let rest = usize::try_from(body.size_hint().lower()).unwrap_or(usize::MAX);
    let stated = first
        .len()
        .saturating_add(second.len())
        .saturating_add(rest);
    let mut whole = spare::take(stated.min(MAX_RESERVE).max(first.len()));
    whole.extend_from_slice(&first);
    whole.extend_from_slice(&second);
    drop((first, second));
    while whole.len() <= limit {
        match next_data(body, silence).await? {
            Some(data) => whole.extend_from_slice(&data),
            None => return Ok(Collected::Whole(whole.freeze())),
        }
    }
    Ok(Collected::Begun(whole.freeze()))
}

/// Reads what a provider says with an error, as far as it comes.
pub(crate) async fn error_body<B>(body: &mut B, silence: Duration) -> Bytes
where
    B: Body<Data = Bytes> + Unpin,
{
    match collect(body, ERROR_BYTES, silence).await {
        Ok(Collected::Whole(bytes) | Collected::Begun(bytes)) => bytes,
        Err(_) => Bytes::new(),
    }
}

/// Gives a small body its own memory: as a part of the connection's read buffer it would keep the
/// whole buffer alive for as long as the call runs, and make the connection allocate another.
fn on_its_own(body: Bytes) -> Bytes {
    if body.len() > OWN_BYTES {
        return body;
    }
    Bytes::copy_from_slice(&body)
}

/// Returns the next piece of data; trailers are passed over.
pub(crate) async fn next_data<B>(
    body: &mut B,
    silence: Duration,
) -> Result<Option<Bytes>, CollectError>
where
    B: Body<Data = Bytes> + Unpin,
{
    loop {
        let next = tokio::time::timeout(silence, body.frame());
        match next.await.map_err(|_elapsed| CollectError::Silent)? {
            None => return Ok(None),
            Some(Err(_broken)) => return Err(CollectError::Broken),
            Some(Ok(frame)) => match frame.into_data() {
                Ok(data) if data.is_empty() => {}
                Ok(data) => return Ok(Some(data)),
                Err(_trailers) => {}
            },
        }
    }
}
