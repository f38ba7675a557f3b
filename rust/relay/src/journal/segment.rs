//! The bytes of a segment file: a header of 64 bytes, then records, each behind a frame of length
//! and CRC. The CRC covers journal id, segment, offset, length and bytes, so a record is only ever
//! valid where it was written. Reads and checks; never decides what a record means.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use super::record::{FRAME, MAX_PAYLOAD, MAX_RECORD};

/// Bytes of a segment's header; the first record begins behind it.
pub(crate) const HEADER: u32 = 64;
/// Version of the segment format that we write, and the newest that we read.
pub(crate) const SEGMENT_VERSION: u16 = 1;
const MAGIC: &[u8; 8] = b"WGJOURNL";
/// Bytes read at a time.
const WINDOW: usize = 1 << 20;

/// What stands in front of a segment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Header {
    pub(crate) journal_id: u64,
    pub(crate) segment: u32,
    /// The segment before this one, 0 for none; those between the two are void.
    pub(crate) previous: u32,
    /// Where `previous` ends; what stands behind is void.
    pub(crate) previous_end: u32,
    /// Every hold that was open when this segment began stands in this segment or a later one.
    pub(crate) open_from: u32,
    pub(crate) created_ms: i64,
}

/// What a file's first bytes turned out to be.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum HeaderRead {
    Good(Header),
    Newer(u16),
    Damaged,
}

impl Header {
    pub(crate) fn to_bytes(self) -> [u8; HEADER as usize] {
        let mut bytes = Vec::with_capacity(HEADER as usize);
        bytes.extend_from_slice(MAGIC);
        bytes.extend_from_slice(&SEGMENT_VERSION.to_le_bytes());
        bytes.extend_from_slice(&[0; 2]);
        bytes.extend_from_slice(&self.segment.to_le_bytes());
        bytes.extend_from_slice(&self.journal_id.to_le_bytes());
        bytes.extend_from_slice(&self.previous.to_le_bytes());
        bytes.extend_from_slice(&self.previous_end.to_le_bytes());
        bytes.extend_from_slice(&self.open_from.to_le_bytes());
        bytes.extend_from_slice(&self.created_ms.to_le_bytes());
        bytes.resize(HEADER as usize - 4, 0);
        let crc = crc32fast::hash(&bytes);
        bytes.extend_from_slice(&crc.to_le_bytes());
        let mut header = [0; HEADER as usize];
        header.copy_from_slice(&bytes);
        header
    }

    /// Reads a header. Every version keeps magic, version and CRC at their places, so that a newer
    /// one can be told from damage.
    pub(crate) fn from_bytes(bytes: &[u8; HEADER as usize]) -> HeaderRead {
        let (body, crc) = bytes.split_at(HEADER as usize - 4);
        let whole = u32_at(crc, 0) == crc32fast::hash(body);
        if !whole || !bytes.starts_with(MAGIC) {
            return HeaderRead::Damaged;
        }
        let version = (u32_at(bytes, 8) & 0xffff) as u16;
        if version > SEGMENT_VERSION {
            return HeaderRead::Newer(version);
        }
        HeaderRead::Good(Self {
            segment: u32_at(bytes, 12),
            journal_id: u64_at(bytes, 16),
            previous: u32_at(bytes, 24),
            previous_end: u32_at(bytes, 28),
            open_from: u32_at(bytes, 32),
            created_ms: u64_at(bytes, 36).cast_signed(),
        })
    }

    /// Reads the header of an open file; a file shorter than a header counts as damaged.
    pub(crate) fn read(file: &File) -> io::Result<HeaderRead> {
        let mut bytes = [0; HEADER as usize];
        match file.read_exact_at(&mut bytes, 0) {
            Ok(()) => Ok(Self::from_bytes(&bytes)),
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(HeaderRead::Damaged),
            Err(error) => Err(error),
        }
    }
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    let four = bytes.get(at..at + 4).and_then(|four| four.try_into().ok());
    u32::from_le_bytes(four.unwrap_or([0; 4]))
}

fn u64_at(bytes: &[u8], at: usize) -> u64 {
    let eight = bytes
        .get(at..at + 8)
        .and_then(|eight| eight.try_into().ok());
    u64::from_le_bytes(eight.unwrap_or([0; 8]))
}

/// Returns the name that a segment has in its folder.
pub(crate) fn path_of(folder: &Path, segment: u32) -> PathBuf {
    folder.join(format!("{segment:010}.seg"))
}

/// Returns the name that a segment has until its header is written.
pub(crate) fn temporary_path_of(folder: &Path, serial: u64) -> PathBuf {
    folder.join(format!("next-{serial}.tmp"))
}

/// Returns the segment number of a file name, `None` for other files.
pub(crate) fn number_of(path: &Path) -> Option<u32> {
    let name = path.file_name()?.to_str()?;
    let digits = name.strip_suffix(".seg")?;
    (digits.len() == 10).then(|| digits.parse().ok()).flatten()
}

/// Computes the CRC of a record at its place.
pub(crate) fn frame_crc(journal_id: u64, segment: u32, offset: u32, payload: &[u8]) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    let mut place = [0_u8; 20];
    for (to, from) in place.iter_mut().zip(
        journal_id
            .to_le_bytes()
            .into_iter()
            .chain(segment.to_le_bytes())
            .chain(offset.to_le_bytes())
            .chain((payload.len() as u32).to_le_bytes()),
    ) {
        *to = from;
    }
    hasher.update(&place);
    hasher.update(payload);
    hasher.finalize()
}

/// Fills the frame in front of the payload that `record` holds behind its first eight bytes.
pub(crate) fn seal(record: &mut [u8], journal_id: u64, segment: u32, offset: u32) {
    let Some((frame, payload)) = record.split_at_mut_checked(FRAME) else {
        return;
    };
    let crc = frame_crc(journal_id, segment, offset, payload);
    let length = (payload.len() as u32).to_le_bytes();
    for (to, from) in frame
        .iter_mut()
        .zip(length.into_iter().chain(crc.to_le_bytes()))
    {
        *to = from;
    }
}

/// Bytes of a segment that are no valid record but stand in front of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Damage {
    pub(crate) from: u32,
    pub(crate) to: u32,
}

/// Reads the records of one segment in order, over damage when there is some.
#[derive(Debug)]
pub(crate) struct Records<'a> {
    file: &'a File,
    journal_id: u64,
    segment: u32,
    offset: u32,
    end: u32,
    window: Vec<u8>,
    window_at: u32,
    /// Spans that were jumped over, in order.
    pub(crate) damage: Vec<Damage>,
}

impl<'a> Records<'a> {
    /// Reads from `offset` (a place where a record begins) up to `end`.
    pub(crate) fn new(file: &'a File, header: (u64, u32), offset: u32, end: u32) -> Self {
        Self {
            file,
            journal_id: header.0,
            segment: header.1,
            offset: offset.max(HEADER),
            end,
            window: Vec::new(),
            window_at: 0,
            damage: Vec::new(),
        }
    }

    /// Returns where the next record begins, or where the last valid one ended.
    pub(crate) fn offset(&self) -> u32 {
        self.offset
    }

    /// Returns the next record's offset and payload, `None` when no valid one follows.
    pub(crate) fn next(&mut self) -> io::Result<Option<(u32, &[u8])>> {
        let length = match self.valid_at(self.offset)? {
            Some(length) => length,
            None => match self.search()? {
                Some((found, length)) => {
                    self.damage.push(Damage {
                        from: self.offset,
                        to: found,
                    });
                    self.offset = found;
                    length
                }
                None => return Ok(None),
            },
        };
        let at = self.offset;
        self.offset = at + (FRAME + length) as u32;
        let start = (at - self.window_at) as usize + FRAME;
        Ok(self
            .window
            .get(start..start + length)
            .map(|payload| (at, payload)))
    }

    /// Returns the payload's length when a whole record with a fitting CRC stands at `at`.
    fn valid_at(&mut self, at: u32) -> io::Result<Option<usize>> {
        let left = self.end.saturating_sub(at) as usize;
        if left <= FRAME {
            return Ok(None);
        }
        self.load(at, left.min(MAX_RECORD))?;
        let start = (at - self.window_at) as usize;
        let Some(bytes) = self.window.get(start..) else {
            return Ok(None);
        };
        let length = u32_at(bytes, 0) as usize;
        if length == 0 || length > MAX_PAYLOAD || FRAME + length > left {
            return Ok(None);
        }
        let Some(payload) = bytes.get(FRAME..FRAME + length) else {
            return Ok(None);
        };
        let crc = frame_crc(self.journal_id, self.segment, at, payload);
        Ok((crc == u32_at(bytes, 4)).then_some(length))
    }

    /// Makes `need` bytes from `at` stand in the window, fewer when the file is shorter.
    fn load(&mut self, at: u32, need: usize) -> io::Result<()> {
        let have = self.window_at as usize + self.window.len();
        if at >= self.window_at && at as usize + need <= have {
            return Ok(());
        }
        let want = WINDOW.min(self.end.saturating_sub(at) as usize);
        self.window.resize(want, 0);
        self.window_at = at;
        let mut read = 0;
        while let Some(rest) = self.window.get_mut(read..).filter(|rest| !rest.is_empty()) {
            match self.file.read_at(rest, u64::from(at) + read as u64) {
                Ok(0) => break,
                Ok(length) => read += length,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        self.window.truncate(read);
        Ok(())
    }

    /// Looks behind a place without a valid record for the next one.
    fn search(&mut self) -> io::Result<Option<(u32, usize)>> {
        let mut at = self.offset.saturating_add(1);
        while at.saturating_add(FRAME as u32) < self.end {
            self.load(at, 1)?;
            let start = (at - self.window_at) as usize;
            let Some(bytes) = self.window.get(start..).filter(|bytes| !bytes.is_empty()) else {
                return Ok(None);
            };
            // A length is below 4096, so a record begins at most one byte before a byte that is
            // not zero: allocated, unused space is passed quickly.
            let zeros = bytes.iter().position(|&byte| byte != 0);
            let skip = zeros.unwrap_or(bytes.len()).saturating_sub(1) as u32;
            if skip > 0 {
                at = at.saturating_add(skip);
                continue;
            }
            if let Some(length) = self.valid_at(at)? {
                return Ok(Some((at, length)));
            }
            at += 1;
        }
        Ok(None)
    }

    /// Says whether anything but zeros stands between the last valid record and the end.
    pub(crate) fn tail(&mut self) -> io::Result<Option<Damage>> {
        let from = self.offset;
        let mut last = None;
        let mut at = from;
        while at < self.end {
            self.load(at, 1)?;
            let start = (at - self.window_at) as usize;
            let Some(bytes) = self.window.get(start..).filter(|bytes| !bytes.is_empty()) else {
                break;
            };
            if let Some(found) = bytes.iter().rposition(|&byte| byte != 0) {
                last = Some(at + found as u32 + 1);
            }
            at += bytes.len() as u32;
        }
        Ok(last.map(|to| Damage { from, to }))
    }
}
