//! Opening the journal: lock the folder, take every record whose CRC fits, set aside what is
//! damaged and say so, find the holds that are still open, and begin a new segment. Never changes
//! a record and never deletes one.

use crate::maps::HashMap;
use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use super::JournalConfig;
use super::disk::Disk;
use super::error::JournalError;
use super::files::{Files, Segment};
use super::record::{MAX_RECORD, ProgressEntry, Record, UsageRow, decode};
use super::segment::{
    Damage, HEADER, Header, HeaderRead, Records, SEGMENT_VERSION, number_of, path_of,
    temporary_path_of,
};
use super::writer::{Live, OpenHold, Prepared};

/// Smallest segment that a start on a full disk makes do with.
const SMALLEST_SEGMENT: u64 = 64 << 10;

/// Tries and pauses before the folder counts as in use.
const LOCK_TRIES: u32 = 25;
const LOCK_PAUSE: Duration = Duration::from_millis(20);

/// What the start found in the journal.
#[derive(Clone, Debug, Default)]
pub struct Recovery {
    /// The journal's id; new when the folder was empty.
    pub journal_id: u64,
    /// The folder held no journal.
    pub is_new: bool,
    /// Rows of the holds that have no settle, with their last stated charge and the end reason
    /// `gateway_restart`; the gateway gives them an end time and settles them.
    pub open_holds: Vec<UsageRow>,
    /// Records that were read.
    pub records: u64,
    /// What was damaged or set aside, in words for the operator.
    pub warnings: Vec<String>,
    /// Files that hold what was set aside.
    pub set_aside: Vec<PathBuf>,
}

/// What [`super::Journal`] needs to go on from.
#[derive(Debug)]
pub(crate) struct Opened {
    pub(crate) lock: File,
    pub(crate) files: Files,
    pub(crate) live: Live,
    pub(crate) open: HashMap<[u8; 16], OpenHold>,
    pub(crate) recovery: Recovery,
}

pub(crate) fn io_error(
    what: &'static str,
    path: &Path,
) -> impl FnOnce(io::Error) -> JournalError + use<> {
    let path = path.to_path_buf();
    move |source| JournalError::Io { what, path, source }
}

pub(crate) fn open(path: &Path) -> Result<File, JournalError> {
    File::open(path).map_err(io_error("cannot open", path))
}

/// Makes a file of `bytes` allocated bytes that has no number yet.
pub(crate) fn allocate(disk: &Disk, folder: &Path, bytes: u64) -> io::Result<Prepared> {
    static SERIAL: AtomicU64 = AtomicU64::new(0);
    let path = temporary_path_of(folder, SERIAL.fetch_add(1, Ordering::Relaxed));
    let file = disk.create(&path)?;
    if let Err(error) = disk.allocate(&file, bytes) {
        disk.unlink(&path).unwrap_or_default();
        return Err(error);
    }
    Ok(Prepared {
        file,
        path,
        capacity: u32::try_from(bytes).unwrap_or(u32::MAX),
    })
}

/// The start, step by step; every step may add warnings.
#[derive(Debug)]
pub(crate) struct Start<'a> {
    pub(crate) folder: &'a Path,
    pub(crate) config: &'a JournalConfig,
    pub(crate) disk: &'a Disk,
    pub(crate) recovery: Recovery,
    open: HashMap<[u8; 16], (OpenHold, UsageRow)>,
}

/// Opens the folder; see the module's header for the steps.
pub(crate) fn start(
    folder: &Path,
    config: &JournalConfig,
    disk: &Disk,
) -> Result<Opened, JournalError> {
    std::fs::create_dir_all(folder).map_err(io_error("cannot make folder", folder))?;
    let lock = lock(folder)?;
    let mut start = Start {
        folder,
        config,
        disk,
        recovery: Recovery::default(),
        open: HashMap::default(),
    };
    let numbers = start.list()?;
    let newest_number = numbers.last().copied().unwrap_or(0);
    let headers = start.headers(&numbers)?;
    let headers = start.chain(headers);
    let previous = start.replay(&headers)?;
    let mut files = start.map(&headers, previous)?;
    let live = start.begin(&mut files, previous, newest_number + 1)?;
    let open = start
        .open
        .iter()
        .map(|(id, (hold, _))| (*id, *hold))
        .collect();
    start.recovery.open_holds = start.open.into_values().map(|(_, row)| row).collect();
    start
        .recovery
        .open_holds
        .sort_by_key(|row| (row.started_ms, row.request_id));
    Ok(Opened {
        lock,
        files,
        live,
        open,
        recovery: start.recovery,
    })
}

fn lock(folder: &Path) -> Result<File, JournalError> {
    let path = folder.join("journal.lock");
    let file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&path)
        .map_err(io_error("cannot open", &path))?;
    for _ in 0..LOCK_TRIES {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            // A process that was just being started by the last owner holds its lock until it runs.
            Err(TryLockError::WouldBlock) => std::thread::sleep(LOCK_PAUSE),
            Err(TryLockError::Error(error)) => return Err(io_error("cannot lock", &path)(error)),
        }
    }
    Err(JournalError::Locked {
        folder: folder.to_path_buf(),
    })
}

impl Start<'_> {
    /// Lists the segment numbers in order and removes what an earlier start left half-made.
    fn list(&self) -> Result<Vec<u32>, JournalError> {
        let failed = || io_error("cannot list", self.folder);
        let mut numbers = Vec::new();
        for entry in std::fs::read_dir(self.folder).map_err(failed())? {
            let path = entry.map_err(failed())?.path();
            if path.extension().is_some_and(|end| end == "tmp") {
                self.disk
                    .unlink(&path)
                    .map_err(io_error("cannot delete", &path))?;
            } else if let Some(number) = number_of(&path) {
                numbers.push(number);
            }
        }
        numbers.sort_unstable();
        Ok(numbers)
    }

    /// Reads all headers; mends those that can be mended, sets the other files aside.
    fn headers(&mut self, numbers: &[u32]) -> Result<Vec<Header>, JournalError> {
        let mut good = Vec::new();
        let mut damaged = Vec::new();
        for &number in numbers {
            let path = path_of(self.folder, number);
            let file = open(&path)?;
            match Header::read(&file).map_err(io_error("cannot read", &path))? {
                HeaderRead::Good(header) if header.segment == number => good.push(header),
                HeaderRead::Good(_) | HeaderRead::Damaged => damaged.push(number),
                HeaderRead::Newer(version) => {
                    return Err(JournalError::NewerSegment {
                        path,
                        version,
                        known: SEGMENT_VERSION,
                    });
                }
            }
        }
        let Some(journal_id) = good.last().map(|header| header.journal_id) else {
            for number in damaged {
                self.set_file_aside(number, "no segment has a readable header")?;
            }
            return Ok(Vec::new());
        };
        let (mut own, foreign): (Vec<_>, Vec<_>) = good
            .into_iter()
            .partition(|header| header.journal_id == journal_id);
        for header in foreign {
            self.set_file_aside(header.segment, "it belongs to another journal")?;
        }
        for number in damaged {
            self.mend(journal_id, number, &mut own)?;
        }
        Ok(own)
    }

    pub(crate) fn end_of(
        &self,
        file: &File,
        journal_id: u64,
        number: u32,
    ) -> Result<u32, JournalError> {
        let path = path_of(self.folder, number);
        let failed = || io_error("cannot read", &path);
        let length = length_of(file).map_err(failed())?;
        let mut records = Records::new(file, (journal_id, number), HEADER, length);
        while records.next().map_err(failed())?.is_some() {}
        Ok(records.offset())
    }

    /// Follows the headers from the newest backwards; segments that they jump over are void.
    fn chain(&mut self, headers: Vec<Header>) -> Vec<Header> {
        let mut kept: Vec<Header> = Vec::new();
        for header in headers.into_iter().rev() {
            match kept.last() {
                Some(next) if header.segment > next.previous => {
                    let number = header.segment;
                    let why = "a failing disk made it void; its records follow in a later one";
                    if let Err(error) = self.set_file_aside(number, why) {
                        self.recovery
                            .warnings
                            .push(format!("journal segment {number}: {error}"));
                    }
                }
                _ => kept.push(header),
            }
        }
        kept.reverse();
        for pair in kept.windows(2) {
            if let [before, after] = pair
                && after.previous != before.segment
            {
                self.recovery.warnings.push(format!(
                    "journal segments {} to {} are missing",
                    before.segment + 1,
                    after.segment.saturating_sub(1)
                ));
            }
        }
        kept
    }

    /// Reads the records that can name an open hold; returns where the last segment ends.
    fn replay(&mut self, headers: &[Header]) -> Result<Option<(u32, u32)>, JournalError> {
        let Some(last) = headers.last() else {
            return Ok(None);
        };
        let mut last_end = HEADER;
        for (index, header) in headers.iter().enumerate() {
            self.confirm(header)?;
            if header.segment < last.open_from && header.segment != last.segment {
                continue;
            }
            let end = headers.get(index + 1).map(|next| next.previous_end);
            last_end = self.replay_segment(header, end)?;
        }
        Ok(Some((last.segment, last_end)))
    }

    fn replay_segment(&mut self, header: &Header, end: Option<u32>) -> Result<u32, JournalError> {
        let number = header.segment;
        let path = path_of(self.folder, number);
        let failed = || io_error("cannot read", &path);
        let file = open(&path)?;
        let length = length_of(&file).map_err(failed())?;
        let stop = end.unwrap_or(length).min(length);
        let mut records = Records::new(&file, (header.journal_id, number), HEADER, stop);
        while let Some((offset, payload)) = records.next().map_err(failed())? {
            let record = decode(payload)?;
            self.recovery.records += 1;
            self.take(number, offset, record);
        }
        for damage in std::mem::take(&mut records.damage) {
            self.report(
                &file,
                number,
                damage,
                "damaged, records behind it are whole",
            )?;
        }
        let found = records.offset();
        if let Some(tail) = records.tail().map_err(failed())? {
            self.report(&file, number, tail, "torn or damaged tail")?;
        } else if let Some(end) = end.filter(|&end| end > found) {
            let lost = Damage {
                from: found,
                to: end,
            };
            self.report(&file, number, lost, "ends early")?;
        }
        if end.is_none() {
            self.close(number, found)?;
        }
        Ok(found)
    }

    fn take(&mut self, segment: u32, offset: u32, record: Record) {
        match record {
            Record::Hold(row) | Record::Checkpoint(row) => {
                let hold = OpenHold {
                    segment,
                    offset,
                    progress: None,
                };
                self.open.insert(row.request_id, (hold, *row));
            }
            Record::Progress(entries) => {
                for entry in &entries {
                    self.take_progress(entry);
                }
            }
            Record::Settle(row) => {
                self.open.remove(&row.request_id);
            }
            Record::Task(task) => {
                self.open.remove(&task.row.request_id);
            }
            Record::Refused(_) => {}
        }
    }

    fn take_progress(&mut self, entry: &ProgressEntry) {
        if let Some((hold, row)) = self.open.get_mut(&entry.request_id) {
            hold.progress = Some(*entry);
            entry.apply_to(row);
        }
    }

    /// Brings what a killed process had closed but not fsynced to the disk: consumers may read it
    /// from now on.
    fn confirm(&self, header: &Header) -> Result<(), JournalError> {
        let path = path_of(self.folder, header.segment);
        let file = open(&path)?;
        self.disk
            .sync_data(&file)
            .map_err(io_error("cannot fsync", &path))
    }

    /// Cuts the last segment behind its last record, which gives its unused space back, and
    /// brings it to the disk.
    fn close(&self, number: u32, end: u32) -> Result<(), JournalError> {
        let path = path_of(self.folder, number);
        let file = OpenOptions::new()
            .write(true)
            .open(&path)
            .map_err(io_error("cannot open", &path))?;
        self.disk
            .truncate(&file, u64::from(end))
            .and_then(|()| self.disk.sync_all(&file))
            .map_err(io_error("cannot close", &path))
    }

    fn map(&mut self, headers: &[Header], last: Option<(u32, u32)>) -> Result<Files, JournalError> {
        let journal_id = if let Some(header) = headers.last() {
            header.journal_id
        } else {
            self.recovery.is_new = true;
            new_journal_id(self.folder)?
        };
        self.recovery.journal_id = journal_id;
        let mut files = Files {
            journal_id,
            ..Files::default()
        };
        let now_ms = (self.config.clock_ms)();
        for (index, header) in headers.iter().enumerate() {
            let next = headers.get(index + 1);
            let path = path_of(self.folder, header.segment);
            let length = std::fs::metadata(&path)
                .map_err(io_error("cannot read", &path))?
                .len();
            let end = next.map_or(last.map_or(HEADER, |(_, end)| end), |next| {
                next.previous_end
            });
            let segment = Segment {
                previous: header.previous,
                end: Some(end),
                bytes: length,
                closed_ms: next.map_or(now_ms, |next| next.created_ms),
            };
            files.segments.insert(header.segment, segment);
        }
        Ok(files)
    }

    /// Begins the new segment that every start begins.
    fn begin(
        &self,
        files: &mut Files,
        previous: Option<(u32, u32)>,
        number: u32,
    ) -> Result<Live, JournalError> {
        let (previous, previous_end) = previous.unwrap_or((0, 0));
        let open_from = self.open.values().map(|(hold, _)| hold.segment).min();
        let header = Header {
            journal_id: files.journal_id,
            segment: number,
            previous,
            previous_end,
            open_from: open_from.unwrap_or(number),
            created_ms: (self.config.clock_ms)(),
        };
        let next = self.first_segment()?;
        let path = path_of(self.folder, number);
        self.disk
            .write_at(&next.file, &header.to_bytes(), 0)
            .and_then(|()| self.disk.sync_all(&next.file))
            .and_then(|()| self.disk.rename(&next.path, &path))
            .and_then(|()| self.disk.sync_folder(self.folder))
            .map_err(io_error("cannot begin", &path))?;
        let segment = Segment {
            previous,
            end: None,
            bytes: u64::from(next.capacity),
            closed_ms: 0,
        };
        files.segments.insert(number, segment);
        files.synced = files.at(number, HEADER);
        Ok(Live {
            file: std::sync::Arc::new(next.file),
            segment: number,
            offset: HEADER,
            capacity: next.capacity,
        })
    }

    /// Allocates the first segment, smaller when the disk is full: the settles of the open holds
    /// must fit, no more.
    fn first_segment(&self) -> Result<Prepared, JournalError> {
        let least = (self.open.len() as u64 + 4) * MAX_RECORD as u64 + u64::from(HEADER);
        let least = least.max(SMALLEST_SEGMENT.min(u64::from(self.config.segment_bytes)));
        let mut bytes = u64::from(self.config.segment_bytes).max(least);
        loop {
            match allocate(self.disk, self.folder, bytes) {
                Ok(next) => return Ok(next),
                Err(error) if !is_full(&error) => {
                    return Err(io_error("cannot allocate a segment in", self.folder)(error));
                }
                Err(_) if bytes == least => {
                    return Err(JournalError::NoRoom {
                        folder: self.folder.to_path_buf(),
                        bytes,
                    });
                }
                Err(_) => bytes = (bytes / 4).max(least),
            }
        }
    }
}

fn length_of(file: &File) -> io::Result<u32> {
    Ok(u32::try_from(file.metadata()?.len()).unwrap_or(u32::MAX))
}

fn is_full(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge
    )
}

/// Draws an id that is never 0; positions of different journals never meet.
fn new_journal_id(folder: &Path) -> Result<u64, JournalError> {
    match getrandom::u64() {
        Ok(id) => Ok(id.max(1)),
        Err(error) => Err(io_error("no random id for", folder)(io::Error::other(
            error.to_string(),
        ))),
    }
}
