//! The journal's file operations, in one place so that tests can make any of them fail, tear or
//! "crash" at a chosen moment. Holds no state of the journal and decides nothing.

use std::fmt;
use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::sync::Arc;

use rustix::fs::FallocateFlags;
use rustix::io::Errno;

/// One kind of file operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DiskOp {
    /// A new file is made.
    Create,
    /// Space is allocated ahead.
    Allocate,
    /// Bytes are written.
    Write,
    /// A file or folder is fsynced.
    Sync,
    /// A file gets its final name, or is set aside.
    Rename,
    /// A file is deleted.
    Unlink,
    /// A file is cut to its used length.
    Truncate,
}

/// What shall go wrong with an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Nothing happens and this system error comes back.
    Fails(i32),
    /// Only so many bytes are written before the system error.
    Torn(usize, i32),
}

/// Decides before each operation whether it goes well; only tests have one.
pub trait Faults: fmt::Debug + Send + Sync {
    /// Returns what shall go wrong, or `None` to let the operation happen.
    fn next(&self, operation: DiskOp) -> Option<Fault>;
}

/// The disk, with a test's faults in front of it when there are any.
#[derive(Clone, Debug, Default)]
pub(crate) struct Disk {
    faults: Option<Arc<dyn Faults>>,
}

/// Zeros written at a time where the filesystem cannot allocate.
const ZEROS: usize = 1 << 20;

impl Disk {
    pub(crate) fn new(faults: Option<Arc<dyn Faults>>) -> Self {
        Self { faults }
    }

    fn fault(&self, operation: DiskOp) -> Option<Fault> {
        self.faults
            .as_ref()
            .and_then(|faults| faults.next(operation))
    }

    fn check(&self, operation: DiskOp) -> io::Result<()> {
        match self.fault(operation) {
            Some(Fault::Fails(code) | Fault::Torn(_, code)) => {
                Err(io::Error::from_raw_os_error(code))
            }
            None => Ok(()),
        }
    }

    /// Makes a new, empty file; one of the same name is an error.
    pub(crate) fn create(&self, path: &Path) -> io::Result<File> {
        self.check(DiskOp::Create)?;
        OpenOptions::new()
            .read(true)
            .write(true)
            .create_new(true)
            .open(path)
    }

    /// Gives the file `bytes` of space that later writes cannot fail to find.
    pub(crate) fn allocate(&self, file: &File, bytes: u64) -> io::Result<()> {
        self.check(DiskOp::Allocate)?;
        loop {
            match rustix::fs::fallocate(file, FallocateFlags::empty(), 0, bytes) {
                Ok(()) => return Ok(()),
                Err(Errno::INTR) => {}
                // Filesystems without fallocate (old NFS, some overlays): real zeros do the same.
                Err(Errno::OPNOTSUPP | Errno::NOSYS) => return Self::fill(file, bytes),
                Err(errno) => return Err(errno.into()),
            }
        }
    }

    fn fill(file: &File, bytes: u64) -> io::Result<()> {
        let zeros = vec![0_u8; ZEROS];
        let mut at = 0_u64;
        while at < bytes {
            let length = usize::try_from(bytes - at).unwrap_or(ZEROS).min(ZEROS);
            file.write_all_at(zeros.get(..length).unwrap_or(&zeros), at)?;
            at += length as u64;
        }
        Ok(())
    }

    pub(crate) fn write_at(&self, file: &File, bytes: &[u8], offset: u64) -> io::Result<()> {
        match self.fault(DiskOp::Write) {
            None => file.write_all_at(bytes, offset),
            Some(Fault::Fails(code)) => Err(io::Error::from_raw_os_error(code)),
            Some(Fault::Torn(length, code)) => {
                let torn = bytes.get(..length.min(bytes.len())).unwrap_or(bytes);
                file.write_all_at(torn, offset)?;
                Err(io::Error::from_raw_os_error(code))
            }
        }
    }

    /// Brings the bytes of an allocated file to the disk.
    pub(crate) fn sync_data(&self, file: &File) -> io::Result<()> {
        self.check(DiskOp::Sync)?;
        file.sync_data()
    }

    /// Brings bytes, length and allocation to the disk.
    pub(crate) fn sync_all(&self, file: &File) -> io::Result<()> {
        self.check(DiskOp::Sync)?;
        file.sync_all()
    }

    /// Brings the names in a folder to the disk.
    pub(crate) fn sync_folder(&self, folder: &Path) -> io::Result<()> {
        self.check(DiskOp::Sync)?;
        File::open(folder)?.sync_all()
    }

    pub(crate) fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.check(DiskOp::Rename)?;
        std::fs::rename(from, to)
    }

    pub(crate) fn unlink(&self, path: &Path) -> io::Result<()> {
        self.check(DiskOp::Unlink)?;
        std::fs::remove_file(path)
    }

    pub(crate) fn truncate(&self, file: &File, bytes: u64) -> io::Result<()> {
        self.check(DiskOp::Truncate)?;
        file.set_len(bytes)
    }
}
