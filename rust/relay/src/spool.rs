//! Where large requests wait: uploads on disk, in nameless files, and large JSON in memory; each bounded together.
//!
//! Written by `receive`, read again for each attempt by the body of its request. A file is gone
//! with its last holder, or with the process; what a filesystem without nameless files kept is removed at start.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bytes::{Bytes, BytesMut};

/// Bytes that are written and read at once.
pub(crate) const PIECE: usize = 256 * 1024;

/// Why a large request cannot wait.
#[derive(Debug)]
pub(crate) enum SpoolError {
    /// All of them together are as large as they may be.
    Full,
    /// The disk failed; perhaps it is full.
    Disk(io::Error),
}

/// Where large requests wait.
#[derive(Debug)]
pub(crate) struct Spool {
    folder: PathBuf,
    disk: Space,
    memory: Space,
}

/// Room that all requests share.
#[derive(Clone, Debug)]
struct Space {
    used: Arc<AtomicU64>,
    cap: u64,
}

/// The room that one request takes; given back when it is dropped.
#[derive(Debug)]
pub(crate) struct Room {
    space: Space,
    taken: u64,
}

/// A body in memory with its room.
struct Kept {
    body: BytesMut,
    _room: Room,
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
}

impl Spool {
    /// Makes the folder, which belongs to this node alone, and removes what a kill may have left in it.
    pub(crate) fn open(folder: PathBuf, disk_cap: u64, memory_cap: u64) -> io::Result<Self> {
        std::fs::create_dir_all(&folder)?;
        sweep(&folder)?;
        let space = |cap| Space {
            used: Arc::default(),
            cap,
        };
        Ok(Self {
            folder,
            disk: space(disk_cap),
            memory: space(memory_cap),
        })
    }

    /// Returns room in memory, none of it taken yet.
    pub(crate) fn memory(&self) -> Room {
        self.memory.room()
    }

    /// Makes a file without a name.
    pub(crate) async fn begin(&self) -> Result<Writer, SpoolError> {
        let folder = self.folder.clone();
        let made = tokio::task::spawn_blocking(move || tempfile::tempfile_in(&folder));
        let file = made.await.map_err(io::Error::other).and_then(|made| made);
        Ok(Writer {
            file: Arc::new(file.map_err(SpoolError::Disk)?),
            pending: BytesMut::new(),
            written: 0,
            room: self.disk.room(),
        })
    }
}

/// Removes the files of a folder.
fn sweep(folder: &Path) -> io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_file() {
            std::fs::remove_file(entry.path())?;
            tracing::info!(file = %entry.path().display(), "removed an upload that was left behind");
        }
    }
    Ok(())
}

impl Space {
    fn room(&self) -> Room {
        Room {
            space: self.clone(),
            taken: 0,
        }
    }
}

impl Room {
    fn take(&mut self, bytes: u64) -> Result<(), SpoolError> {
        let before = self.space.used.fetch_add(bytes, Ordering::Relaxed);
        self.taken += bytes;
        if before.saturating_add(bytes) > self.space.cap {
            return Err(SpoolError::Full);
        }
        Ok(())
    }

    /// Takes as much as a body needs that has come so far.
    pub(crate) fn hold(&mut self, bytes: u64) -> Result<(), SpoolError> {
        self.take(bytes.saturating_sub(self.taken))
    }

    /// Ties the room to the body that it was taken for.
    pub(crate) fn with(self, body: BytesMut) -> Bytes {
        Bytes::from_owner(Kept { body, _room: self })
    }
}

impl AsRef<[u8]> for Kept {
    fn as_ref(&self) -> &[u8] {
        &self.body
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        self.space.used.fetch_sub(self.taken, Ordering::Relaxed);
    }
}

impl Writer {
    /// Takes the next bytes; waits for the disk, so that its sender waits too.
    pub(crate) async fn push(&mut self, bytes: &[u8]) -> Result<(), SpoolError> {
        self.room.take(bytes.len() as u64)?;
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
