//! Large uploads wait on disk, not in memory: nameless files in the data folder, bounded together.
//!
//! Written by `receive`, read again for each attempt by the body of its request. A file is gone
//! with its last holder, or with the process.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt as _;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bytes::{Bytes, BytesMut};

/// Bytes that are written and read at once.
pub(crate) const PIECE: usize = 256 * 1024;

/// Why an upload cannot wait on disk.
#[derive(Debug)]
pub(crate) enum SpoolError {
    /// All uploads together are as large as they may be.
    Full,
    /// The disk failed; perhaps it is full.
    Disk(io::Error),
}

/// Where uploads wait.
#[derive(Debug)]
pub(crate) struct Spool {
    folder: PathBuf,
    used: Arc<AtomicU64>,
    cap: u64,
}

/// The room that one upload takes; given back when it is dropped.
#[derive(Debug)]
struct Room {
    used: Arc<AtomicU64>,
    taken: u64,
}

/// An upload that waits.
#[derive(Debug)]
pub(crate) struct Spooled {
    file: Arc<File>,
    pub(crate) bytes: u64,
    _room: Room,
}

/// An upload that is being written.
#[derive(Debug)]
pub(crate) struct Writer {
    file: Arc<File>,
    pending: BytesMut,
    written: u64,
    room: Room,
    cap: u64,
}

impl Spool {
    pub(crate) fn new(folder: PathBuf, cap: u64) -> Self {
        Self {
            folder,
            used: Arc::default(),
            cap,
        }
    }

    /// Makes a file without a name.
    pub(crate) async fn begin(&self) -> Result<Writer, SpoolError> {
        let folder = self.folder.clone();
        let made = tokio::task::spawn_blocking(move || {
            std::fs::create_dir_all(&folder)?;
            tempfile::tempfile_in(&folder)
        });
        let file = made.await.map_err(io::Error::other).and_then(|made| made);
        Ok(Writer {
            file: Arc::new(file.map_err(SpoolError::Disk)?),
            pending: BytesMut::new(),
            written: 0,
            room: Room {
                used: Arc::clone(&self.used),
                taken: 0,
            },
            cap: self.cap,
        })
    }
}

impl Room {
    fn take(&mut self, bytes: u64, cap: u64) -> Result<(), SpoolError> {
        let before = self.used.fetch_add(bytes, Ordering::Relaxed);
        self.taken += bytes;
        if before.saturating_add(bytes) > cap {
            return Err(SpoolError::Full);
        }
        Ok(())
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        self.used.fetch_sub(self.taken, Ordering::Relaxed);
    }
}

impl Writer {
    /// Takes the next bytes; waits for the disk, so that its sender waits too.
    pub(crate) async fn push(&mut self, bytes: &[u8]) -> Result<(), SpoolError> {
        self.room.take(bytes.len() as u64, self.cap)?;
        self.pending.extend_from_slice(bytes);
        if self.pending.len() >= PIECE {
            self.flush().await?;
        }
        Ok(())
    }

    /// Ends the upload.
    pub(crate) async fn finish(mut self) -> Result<Spooled, SpoolError> {
        self.flush().await?;
        Ok(Spooled {
            file: self.file,
            bytes: self.written,
            _room: self.room,
        })
    }

    async fn flush(&mut self) -> Result<(), SpoolError> {
        let piece = self.pending.split().freeze();
        let (file, at) = (Arc::clone(&self.file), self.written);
        self.written += piece.len() as u64;
        let written = tokio::task::spawn_blocking(move || file.write_all_at(&piece, at));
        let written = written.await.map_err(io::Error::other);
        written
            .and_then(|written| written)
            .map_err(SpoolError::Disk)
    }
}

impl Spooled {
    /// Reads up to a piece; on a thread that may wait for the disk.
    pub(crate) fn read(&self, at: u64, end: u64) -> tokio::task::JoinHandle<io::Result<Bytes>> {
        let file = Arc::clone(&self.file);
        let size = usize::try_from(end.saturating_sub(at)).unwrap_or(PIECE);
        tokio::task::spawn_blocking(move || {
            let mut piece = vec![0; size.min(PIECE)];
            file.read_exact_at(&mut piece, at)?;
            Ok(Bytes::from(piece))
        })
    }
}
