//! What can go wrong in the journal. `Full` and `Unavailable` are answered with 503 and
//! `Retry-After` before a call costs anything; `Gap` and the refusals of `open` stop the start.

use std::io;
use std::path::PathBuf;

use super::position::Position;

/// Failure of the journal.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// Another process has the folder.
    #[error("journal folder {} is in use by another process", folder.display())]
    Locked {
        /// The journal's folder.
        folder: PathBuf,
    },
    /// The journal's space is spoken for, at its cap or on the disk; no new hold is taken.
    #[error("journal has no room for another call: {reason}")]
    Full {
        /// What ran out.
        reason: &'static str,
    },
    /// Writing failed and no new segment could be opened yet; the caller may try again.
    #[error("journal cannot be written: {reason}")]
    Unavailable {
        /// The last failure of the disk.
        reason: String,
    },
    /// No segment could be allocated when the journal was opened.
    #[error(
        "journal folder {} has no room for a segment of {bytes} bytes: free disk space and start again",
        folder.display()
    )]
    NoRoom {
        /// The journal's folder.
        folder: PathBuf,
        /// The smallest segment that was tried.
        bytes: u64,
    },
    /// A settle whose hold is not open: it was settled before.
    #[error("no open hold for request {request_id}")]
    NoSuchHold {
        /// The request id in hex.
        request_id: String,
    },
    /// A hold whose request id is open already.
    #[error("request {request_id} holds already")]
    HoldsAlready {
        /// The request id in hex.
        request_id: String,
    },
    /// A cursor names what this journal does not hold.
    #[error(
        "gap: cursor {cursor} is not in journal {journal_id} ({reason}); it holds {oldest} to {newest}"
    )]
    Gap {
        /// The cursor as it was given.
        cursor: Position,
        /// Id of this journal.
        journal_id: u64,
        /// Oldest position that can be read.
        oldest: Position,
        /// End of what is fsynced.
        newest: Position,
        /// Which part is missing.
        reason: &'static str,
    },
    /// A segment was written by a newer release.
    #[error(
        "{} has journal version {version}, this release reads up to {known}: start the newer release again",
        path.display()
    )]
    NewerSegment {
        /// The segment file.
        path: PathBuf,
        /// Its version.
        version: u16,
        /// The newest version that we read.
        known: u16,
    },
    /// A record was written by a newer release.
    #[error(
        "journal record has version {version}, this release reads up to {}: start the newer release again",
        super::record::RECORD_VERSION
    )]
    NewerRecord {
        /// The record's version.
        version: u8,
    },
    /// A record that does not fit; rows are clipped, so only lists can be too long.
    #[error("record of {entries} entries does not fit one journal record")]
    TooLong {
        /// Entries in the list.
        entries: usize,
    },
    /// A record could not be written as bytes.
    #[error("journal record cannot be encoded")]
    Encode(#[source] postcard::Error),
    /// A record whose CRC fits could not be read.
    #[error("journal record cannot be decoded")]
    Decode(#[source] postcard::Error),
    /// A file operation failed.
    #[error("{what} {}", path.display())]
    Io {
        /// What was tried, such as `cannot open`.
        what: &'static str,
        /// The file.
        path: PathBuf,
        /// The system's answer.
        #[source]
        source: io::Error,
    },
}

impl JournalError {
    /// Says whether trying the same again later may go well.
    pub fn is_retryable(&self) -> bool {
        matches!(
            self,
            Self::Full { .. } | Self::Unavailable { .. } | Self::Io { .. }
        )
    }
}
