//! The appending side: one mutex, one live segment, one pwrite a record. Keeps the room that open
//! holds need for their settles, remembers which holds are open, and keeps every record that no
//! fsync has confirmed so that a failing disk loses none. Never fsyncs: that is `sync.rs`.

use crate::maps::HashMap;
use std::collections::VecDeque;
use std::fs::File;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use parking_lot::{Condvar, Mutex, MutexGuard};
use tokio::sync::watch;

use super::JournalConfig;
use super::disk::Disk;
use super::error::JournalError;
use super::files::{Files, Segment};
use super::metrics::Meters;
use super::position::Position;
use super::record::{FRAME, MAX_RECORD, ProgressEntry, RecordRef, encode};
use super::segment::{HEADER, Header, path_of, seal};

/// A hold that has no settle yet.
#[derive(Clone, Copy, Debug)]
pub(crate) struct OpenHold {
    pub(crate) segment: u32,
    pub(crate) offset: u32,
    pub(crate) progress: Option<ProgressEntry>,
}

/// The segment that is written to.
#[derive(Debug)]
pub(crate) struct Live {
    pub(crate) file: Arc<File>,
    pub(crate) segment: u32,
    pub(crate) offset: u32,
    pub(crate) capacity: u32,
}

/// A segment that is allocated but has no header and no number yet.
#[derive(Debug)]
pub(crate) struct Prepared {
    pub(crate) file: File,
    pub(crate) path: PathBuf,
    pub(crate) capacity: u32,
}

/// How far the journal is from its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Phase {
    Running,
    /// No appends any more; the fsync thread finishes.
    Stopping,
    Stopped,
}

/// Everything behind the append mutex.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) live: Live,
    pub(crate) prepared: VecDeque<Prepared>,
    /// Closed segments whose last bytes are not fsynced yet.
    pub(crate) sealed: Vec<Arc<File>>,
    pub(crate) names_changed: bool,
    pub(crate) synced: Position,
    /// Records that the running fsync will confirm, framed.
    pub(crate) kept_syncing: Vec<u8>,
    /// Records appended since that fsync began, framed.
    pub(crate) kept_since: Vec<u8>,
    /// Bytes at the end of `kept_since` that have their place in the live segment but are not in its file yet.
    pub(crate) unwritten: usize,
    pub(crate) open: HashMap<[u8; 16], OpenHold>,
    pub(crate) reserved: u64,
    /// The last failure of the disk, while no new segment is open.
    pub(crate) failed: Option<String>,
    pub(crate) last_number: u32,
    /// Deletion waits until the checkpoints up to here are fsynced.
    pub(crate) checkpointed: Position,
    /// When the last try to allocate a segment failed.
    pub(crate) no_space_at: Option<Instant>,
    pub(crate) sync_idle: bool,
    pub(crate) upkeep_due: bool,
    pub(crate) phase: Phase,
}

/// What all handles of one journal share.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) folder: PathBuf,
    pub(crate) config: JournalConfig,
    pub(crate) disk: Disk,
    pub(crate) journal_id: u64,
    pub(crate) state: Mutex<State>,
    pub(crate) files: Mutex<Files>,
    /// Wakes the fsync thread.
    pub(crate) work: Condvar,
    /// Wakes those who wait for `synced` to move.
    pub(crate) moved: Condvar,
    pub(crate) synced_watch: watch::Sender<Position>,
    pub(crate) meters: Meters,
    /// Held for the folder's lock.
    pub(crate) _lock: File,
}

/// When a record must be in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Urgency {
    /// Before the append returns.
    Now,
    /// With the next record that is urgent, or the next `flush`.
    Soon,
}

/// Records that wait for a write, in bytes; more are written at once.
const GATHERED_BYTES: usize = 64 * 1024;

/// What an append means for the room and for the open holds.
#[derive(Clone, Copy, Debug)]
enum Kind {
    Hold { id: [u8; 16], reserved: bool },
    Settle([u8; 16]),
    Checkpoint([u8; 16]),
    Other,
}

/// Pause between two tries to allocate on a full disk.
const PAUSE: Duration = Duration::from_millis(100);

thread_local! {
    /// Encoded record of this thread; grown once, then reused.
    static BUFFER: std::cell::RefCell<Vec<u8>> = const { std::cell::RefCell::new(Vec::new()) };
}

impl State {
    /// Returns the allocated bytes that records can still use.
    pub(crate) fn room(&self) -> u64 {
        let slack = (MAX_RECORD + FRAME) as u64;
        let live = u64::from(self.live.capacity - self.live.offset.min(self.live.capacity));
        let ahead: u64 = self
            .prepared
            .iter()
            .map(|next| u64::from(next.capacity - HEADER).saturating_sub(slack))
            .sum();
        live.saturating_sub(slack) + ahead
    }

    /// Returns the bytes that must stay free: a settle for each open hold, hold and settle for
    /// each reserved one.
    pub(crate) fn spoken_for(&self) -> u64 {
        (self.open.len() as u64 + 2 * self.reserved) * MAX_RECORD as u64
    }

    pub(crate) fn kept_bytes(&self) -> usize {
        self.kept_syncing.len() + self.kept_since.len()
    }

    /// Takes the last record back, which is in no file.
    fn take_back(&mut self, length: usize) {
        self.kept_since.truncate(self.kept_since.len() - length);
        self.unwritten -= length;
        self.live.offset -= length as u32;
    }

    pub(crate) fn end(&self, journal_id: u64) -> Position {
        Position {
            journal_id,
            segment: self.live.segment,
            offset: self.live.offset,
        }
    }

    /// Returns the oldest segment that an open hold stands in.
    pub(crate) fn open_from(&self, newest: u32) -> u32 {
        let oldest = self.open.values().map(|hold| hold.segment).min();
        oldest.unwrap_or(newest).min(newest)
    }
}

impl Shared {
    /// Sets room aside for one hold and its settle.
    pub(crate) fn reserve(&self) -> Result<(), JournalError> {
        let mut state = self.state.lock();
        self.check_room_for_hold(&mut state)?;
        state.reserved += 1;
        Ok(())
    }

    /// Gives back room that was set aside but not used.
    pub(crate) fn release(&self) {
        let mut state = self.state.lock();
        state.reserved = state.reserved.saturating_sub(1);
    }

    fn check_room_for_hold(&self, state: &mut State) -> Result<(), JournalError> {
        let refused = if let Some(reason) = &state.failed {
            JournalError::Unavailable {
                reason: reason.clone(),
            }
        } else if state.kept_bytes() >= self.config.unsynced_bytes / 2 {
            JournalError::Full {
                reason: "the disk does not keep up with fsync",
            }
        } else if self.has_room(state, 2 * MAX_RECORD as u64) {
            return Ok(());
        } else {
            JournalError::Full {
                reason: "allocated space is spoken for by the calls in flight",
            }
        };
        self.meters.refused_holds.fetch_add(1, Ordering::Relaxed);
        self.wake_sync(state);
        Err(refused)
    }

    /// Says whether `bytes` fit beside what is spoken for; allocates one segment for that when the
    /// fsync thread was too slow to do it ahead, unless that has just failed.
    fn has_room(&self, state: &mut State, bytes: u64) -> bool {
        if state.room() >= state.spoken_for() + bytes {
            return true;
        }
        let too_early = state.no_space_at.is_some_and(|at| at.elapsed() < PAUSE);
        if too_early {
            return false;
        }
        match self.prepare(u64::from(self.config.segment_bytes)) {
            Ok(next) => {
                state.no_space_at = None;
                state.prepared.push_back(next);
            }
            Err(_) => state.no_space_at = Some(Instant::now()),
        }
        state.room() >= state.spoken_for() + bytes
    }

    /// Appends one record; `reserved` says that room was set aside for this hold.
    pub(crate) fn append(
        &self,
        record: RecordRef<'_>,
        reserved: bool,
        urgency: Urgency,
    ) -> Result<Position, JournalError> {
        let kind = match record {
            RecordRef::Hold(row) => Kind::Hold {
                id: row.request_id,
                reserved,
            },
            RecordRef::Settle(row) => Kind::Settle(row.request_id),
            RecordRef::Task(task) => Kind::Settle(task.row.request_id),
            RecordRef::Checkpoint(row) => Kind::Checkpoint(row.request_id),
            RecordRef::Progress(_) | RecordRef::Refused(_) => Kind::Other,
        };
        let started = Instant::now();
        let mut buffer = BUFFER.take();
        buffer.clear();
        buffer.extend_from_slice(&[0; FRAME]);
        let mut framed = encode(record, buffer)?;
        let mut state = self.state.lock();
        let done = self.append_locked(&mut state, kind, &mut framed, urgency);
        if done.is_ok()
            && let RecordRef::Progress(entries) = record
        {
            note_progress(&mut state.open, entries);
        }
        drop(state);
        self.meters.append.record(started.elapsed());
        BUFFER.replace(framed);
        done
    }

    fn append_locked(
        &self,
        state: &mut MutexGuard<'_, State>,
        kind: Kind,
        framed: &mut [u8],
        urgency: Urgency,
    ) -> Result<Position, JournalError> {
        self.check(state, kind, framed.len())?;
        if state.live.offset as usize + framed.len() > state.live.capacity as usize {
            self.write_out(state)?;
            let next = self.next_segment(state)?;
            self.roll(state, next)
                .map_err(|error| self.fail(state, "cannot go on behind", &error))?;
        }
        let at = state.end(self.journal_id);
        seal(framed, self.journal_id, at.segment, at.offset);
        state.live.offset += framed.len() as u32;
        state.kept_since.extend_from_slice(framed);
        state.unwritten += framed.len();
        if urgency == Urgency::Now || state.unwritten > GATHERED_BYTES {
            self.write_out(state)
                .inspect_err(|_| state.take_back(framed.len()))?;
        }
        self.note(state, kind, at);
        let length = framed.len() as u64;
        self.meters.records.fetch_add(1, Ordering::Relaxed);
        self.meters
            .appended_bytes
            .fetch_add(length, Ordering::Relaxed);
        self.wake_sync(state);
        Ok(at)
    }

    /// Writes every record that is not in the file yet; after an error they stay kept for the segment that follows.
    pub(crate) fn flush(&self) -> Result<(), JournalError> {
        self.write_out(&mut self.state.lock())
    }

    pub(crate) fn write_out(&self, state: &mut State) -> Result<(), JournalError> {
        if state.unwritten == 0 {
            return Ok(());
        }
        let from = state.kept_since.len() - state.unwritten;
        let bytes = state.kept_since.get(from..).unwrap_or_default();
        let offset = state.live.offset - state.unwritten as u32;
        let written = self
            .disk
            .write_at(&state.live.file, bytes, u64::from(offset));
        match written {
            Ok(()) => {
                state.unwritten = 0;
                Ok(())
            }
            Err(error) => Err(self.fail(state, "cannot append", &error)),
        }
    }

    /// Refuses what must not be written now.
    fn check(&self, state: &mut State, kind: Kind, length: usize) -> Result<(), JournalError> {
        match kind {
            Kind::Hold { id, reserved } => {
                if !reserved {
                    self.check_room_for_hold(state)?;
                }
                if state.open.contains_key(&id) {
                    return Err(JournalError::HoldsAlready {
                        request_id: hex(&id),
                    });
                }
            }
            Kind::Settle(id) | Kind::Checkpoint(id) => {
                if !state.open.contains_key(&id) {
                    return Err(JournalError::NoSuchHold {
                        request_id: hex(&id),
                    });
                }
            }
            Kind::Other => {}
        }
        if let Some(reason) = &state.failed {
            return Err(JournalError::Unavailable {
                reason: reason.clone(),
            });
        }
        if state.phase != Phase::Running {
            return Err(JournalError::Unavailable {
                reason: "the journal is closed".into(),
            });
        }
        if state.kept_bytes() + length > self.config.unsynced_bytes {
            self.wake_sync(state);
            return Err(JournalError::Unavailable {
                reason: "the disk does not keep up with fsync".into(),
            });
        }
        let keeps_room = matches!(kind, Kind::Other | Kind::Checkpoint(_));
        if keeps_room && !self.has_room(state, length as u64) {
            return Err(JournalError::Full {
                reason: "what is left is kept for the settles of the calls in flight",
            });
        }
        Ok(())
    }

    fn note(&self, state: &mut State, kind: Kind, at: Position) {
        match kind {
            Kind::Hold { id, reserved } => {
                if reserved {
                    state.reserved = state.reserved.saturating_sub(1);
                }
                let hold = OpenHold {
                    segment: at.segment,
                    offset: at.offset,
                    progress: None,
                };
                state.open.insert(id, hold);
            }
            Kind::Settle(id) => {
                state.open.remove(&id);
            }
            Kind::Checkpoint(id) => {
                if let Some(hold) = state.open.get_mut(&id) {
                    hold.segment = at.segment;
                    hold.offset = at.offset;
                }
                state.checkpointed = state.end(self.journal_id);
            }
            Kind::Other => {}
        }
    }

    /// Writes down that the disk failed; from here on only `sync.rs` opens a new segment.
    pub(crate) fn fail(
        &self,
        state: &mut State,
        what: &'static str,
        error: &io::Error,
    ) -> JournalError {
        self.meters.disk_errors.fetch_add(1, Ordering::Relaxed);
        let reason = format!("{what} segment {}: {error}", state.live.segment);
        // Said once; a disk that stays broken is tried again ten times a second.
        if state.failed.is_none() {
            tracing::error!(folder = %self.folder.display(), %reason, "journal write failed");
        }
        state.failed = Some(reason.clone());
        self.wake_sync(state);
        JournalError::Unavailable { reason }
    }

    pub(crate) fn wake_sync(&self, state: &State) {
        if state.sync_idle {
            self.work.notify_one();
        }
    }

    fn next_segment(&self, state: &mut State) -> Result<Prepared, JournalError> {
        if let Some(next) = state.prepared.pop_front() {
            return Ok(next);
        }
        self.prepare(u64::from(self.config.segment_bytes))
            .map_err(|_| JournalError::Full {
                reason: "there is no space for the next segment",
            })
    }

    /// Closes the live segment where it stands and goes on in the next one.
    fn roll(&self, state: &mut State, next: Prepared) -> io::Result<()> {
        let number = state.last_number + 1;
        let header = Header {
            journal_id: self.journal_id,
            segment: number,
            previous: state.live.segment,
            previous_end: state.live.offset,
            open_from: state.open_from(number),
            created_ms: (self.config.clock_ms)(),
        };
        // The number is spent even when the rest fails: a file of that name may exist by then.
        state.last_number = number;
        if let Err(error) = self.name(&next, &header) {
            self.discard(&next);
            return Err(error);
        }
        let live = Live {
            file: Arc::new(next.file),
            segment: number,
            offset: HEADER,
            capacity: next.capacity,
        };
        let closed = std::mem::replace(&mut state.live, live);
        state.sealed.push(closed.file);
        state.names_changed = true;
        self.map_roll(&header, next.capacity);
        Ok(())
    }

    fn name(&self, next: &Prepared, header: &Header) -> io::Result<()> {
        self.disk.write_at(&next.file, &header.to_bytes(), 0)?;
        let path = path_of(&self.folder, header.segment);
        self.disk.rename(&next.path, &path)
    }

    /// Gives the space of a segment back that could not be used.
    pub(crate) fn discard(&self, next: &Prepared) {
        let mut files = self.files.lock();
        files.prepared_bytes = files
            .prepared_bytes
            .saturating_sub(u64::from(next.capacity));
        drop(files);
        // What stays is removed at the next start.
        self.disk.unlink(&next.path).unwrap_or_default();
    }

    fn map_roll(&self, header: &Header, capacity: u32) {
        let mut files = self.files.lock();
        if let Some(closed) = files.segments.get_mut(&header.previous) {
            closed.end = Some(header.previous_end);
            closed.closed_ms = header.created_ms;
        }
        files.prepared_bytes = files.prepared_bytes.saturating_sub(u64::from(capacity));
        let segment = Segment {
            previous: header.previous,
            end: None,
            bytes: u64::from(capacity),
            closed_ms: 0,
        };
        files.segments.insert(header.segment, segment);
    }

    /// Allocates a segment that has no number yet; refuses beyond the journal's cap.
    pub(crate) fn prepare(&self, bytes: u64) -> io::Result<Prepared> {
        if self.files.lock().total_bytes() + bytes > self.config.cap_bytes {
            return Err(io::Error::new(
                io::ErrorKind::QuotaExceeded,
                "the journal is at its cap",
            ));
        }
        let prepared = super::replay::allocate(&self.disk, &self.folder, bytes)?;
        self.files.lock().prepared_bytes += bytes;
        Ok(prepared)
    }

    /// Waits until more than `after` is fsynced, or the time is over; returns what is fsynced.
    pub(crate) fn wait_synced(&self, after: Position, timeout: Duration) -> Position {
        let deadline = Instant::now() + timeout;
        let mut state = self.state.lock();
        while state.synced <= after && state.phase != Phase::Stopped {
            if self.moved.wait_until(&mut state, deadline).timed_out() {
                break;
            }
        }
        state.synced
    }
}

fn note_progress(open: &mut HashMap<[u8; 16], OpenHold>, entries: &[ProgressEntry]) {
    for entry in entries {
        if let Some(hold) = open.get_mut(&entry.request_id) {
            hold.progress = Some(*entry);
        }
    }
}

/// Returns the id as lower case hex.
pub(crate) fn hex(id: &[u8; 16]) -> String {
    use std::fmt::Write;
    id.iter().fold(String::with_capacity(32), |mut text, byte| {
        // Writing to a String cannot fail.
        write!(text, "{byte:02x}").unwrap_or_default();
        text
    })
}
