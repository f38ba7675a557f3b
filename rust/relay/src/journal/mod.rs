//! The usage journal: what a call holds and what it cost, appended to segment files before money
//! moves anywhere else. Stands between admit and the upstream (hold) and between the upstream and
//! the last byte (settle); the SQL ledger and analytics read behind it. Must never drop a record,
//! never block on fsync, and never let a consumer see what a crash could take back.

mod aside;
mod disk;
mod drain;
mod error;
mod files;
mod intern;
mod metrics;
mod position;
mod record;
mod replay;
mod segment;
mod sync;
mod table;
mod task;
mod writer;

use std::collections::VecDeque;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread::JoinHandle;
use std::time::Duration;

use parking_lot::{Condvar, Mutex};
use tokio::sync::watch;

pub use disk::{DiskOp, Fault, Faults};
pub use drain::{KeySum, RowsBatch, Sum, SumsBatch};
pub use error::JournalError;
pub use files::Consumer;
pub use metrics::{APPEND_BOUNDS_US, FSYNC_BOUNDS_US, Histogram, JournalMetrics};
pub use position::{BadPosition, Position};
pub use record::{
    Attempt, EndReason, FLAG_CLIPPED, FLAG_COST_UNKNOWN, FLAG_SATURATED, HoldRecord, MAX_RECORD,
    PROGRESS_PER_RECORD, ProgressEntry, RECORD_VERSION, REFUSED_PER_RECORD, Record, RefusedCount,
    RefusedMinute, SettleRecord, UsageRow, UsageSource,
};
pub use replay::Recovery;
pub use table::{Hours, Kind, Payer, RowsTable};
pub use task::{TaskFacts, TaskRecord, UPSTREAM_ID_BYTES};

use disk::Disk;
use record::RecordRef;
use task::TaskRef;
use writer::{Phase, Shared, State, Urgency};

/// Settings of a journal.
#[derive(Clone, Debug)]
pub struct JournalConfig {
    /// Bytes of a segment, allocated ahead (64 MiB).
    pub segment_bytes: u32,
    /// Bytes that all segments together may take (4 GiB); at the cap holds are refused.
    pub cap_bytes: u64,
    /// How long a segment stays after the ledger and the checkpoint have passed it, milliseconds (3 days).
    pub keep_ms: i64,
    /// Segments that both have passed go earlier while all together take more than this (1 GiB).
    pub keep_bytes: u64,
    /// Appended bytes that may wait for fsync in memory (64 MiB); beyond it appends fail.
    pub unsynced_bytes: usize,
    /// Least time from the end of one fsync to the begin of the next (20 ms).
    pub fsync_gap: Duration,
    /// Wall clock, Unix milliseconds.
    pub clock_ms: fn() -> i64,
    /// Faults that a test puts in front of the disk.
    pub faults: Option<Arc<dyn Faults>>,
}

impl Default for JournalConfig {
    fn default() -> Self {
        Self {
            segment_bytes: 64 << 20,
            cap_bytes: 4 << 30,
            keep_ms: 3 * 24 * 60 * 60 * 1000,
            keep_bytes: 1 << 30,
            unsynced_bytes: 64 << 20,
            fsync_gap: Duration::from_millis(20),
            clock_ms: wall_clock_ms,
            faults: None,
        }
    }
}

fn wall_clock_ms() -> i64 {
    let now = rustix::time::clock_gettime(rustix::time::ClockId::Realtime);
    now.tv_sec * 1000 + now.tv_nsec / 1_000_000
}

/// The journal of one folder. Appending is one short write under a mutex and may be called from
/// async code; reading, waiting and closing block and may not.
#[derive(Debug)]
pub struct Journal {
    shared: Arc<Shared>,
    syncer: Mutex<Option<JoinHandle<()>>>,
}

impl Journal {
    /// Opens the folder, making it when it is missing; the open holds in [`Recovery`] must be
    /// settled by the caller. Fails when another process has the folder, when a newer release
    /// wrote it, or when not even a small segment can be allocated.
    pub fn open(folder: &Path, config: JournalConfig) -> Result<(Self, Recovery), JournalError> {
        let disk = Disk::new(config.faults.clone());
        let opened = replay::start(folder, &config, &disk)?;
        for warning in &opened.recovery.warnings {
            tracing::warn!(folder = %folder.display(), "{warning}");
        }
        let synced = opened.files.synced;
        let state = State {
            prepared: VecDeque::new(),
            sealed: Vec::new(),
            names_changed: false,
            synced,
            kept_syncing: Vec::new(),
            kept_since: Vec::new(),
            unwritten: 0,
            open: opened.open,
            reserved: 0,
            failed: None,
            last_number: opened.live.segment,
            checkpointed: synced,
            no_space_at: None,
            sync_idle: false,
            upkeep_due: true,
            phase: Phase::Running,
            live: opened.live,
        };
        let shared = Arc::new(Shared {
            folder: folder.to_path_buf(),
            disk,
            journal_id: opened.files.journal_id,
            state: Mutex::new(state),
            files: Mutex::new(opened.files),
            work: Condvar::new(),
            moved: Condvar::new(),
            synced_watch: watch::Sender::new(synced),
            meters: metrics::Meters::default(),
            _lock: opened.lock,
            config,
        });
        let for_thread = Arc::clone(&shared);
        let syncer = std::thread::Builder::new()
            .name("journal-fsync".into())
            .spawn(move || sync::run(&for_thread))
            .map_err(replay::io_error("cannot start the fsync thread of", folder))?;
        let journal = Self {
            shared,
            syncer: Mutex::new(Some(syncer)),
        };
        Ok((journal, opened.recovery))
    }

    /// Returns the id that the folder got when it was first opened.
    pub fn id(&self) -> u64 {
        self.shared.journal_id
    }

    /// Sets room aside for one hold and its settle; dropping the answer gives it back.
    ///
    /// Fails with `Full` or `Unavailable`, which clients see as 503 with `Retry-After`.
    pub fn reserve_hold(&self) -> Result<HoldSlot, JournalError> {
        self.shared.reserve()?;
        Ok(HoldSlot {
            shared: Some(Arc::clone(&self.shared)),
        })
    }

    /// Appends a hold and remembers that it is open; without a slot the room is checked here.
    pub fn append_hold(&self, row: &HoldRecord) -> Result<Position, JournalError> {
        self.shared
            .append(RecordRef::Hold(row), false, Urgency::Now)
    }

    /// Appends the settle of an open hold. After `Ok` the row survives the end of the process;
    /// after an error nothing was written and the caller may try again.
    pub fn append_settle(&self, row: &SettleRecord) -> Result<Position, JournalError> {
        self.shared
            .append(RecordRef::Settle(row), false, Urgency::Now)
    }

    /// The same, but the record is in the file only after the next `flush` or urgent append. When that fails, the record
    /// is kept and goes to the segment that follows.
    pub fn append_settle_soon(&self, row: &SettleRecord) -> Result<Position, JournalError> {
        self.shared
            .append(RecordRef::Settle(row), false, Urgency::Soon)
    }

    /// Writes every record that was appended `soon` and is not in the file yet, in one write.
    pub fn flush(&self) -> Result<(), JournalError> {
        self.shared.flush()
    }

    /// Appends the settle of an open hold that began a task; as [`Self::append_settle`].
    pub fn append_task(&self, row: &UsageRow, facts: &TaskFacts) -> Result<Position, JournalError> {
        self.shared
            .append(RecordRef::Task(TaskRef { row, facts }), false, Urgency::Now)
    }

    /// Appends how far running calls are, in as many records as it takes; returns the end of the
    /// last. The journal remembers each call's last entry. Nothing is written for no entries.
    pub fn append_progress(&self, entries: &[ProgressEntry]) -> Result<Position, JournalError> {
        let mut last = Position::START;
        for part in entries.chunks(PROGRESS_PER_RECORD) {
            last = self
                .shared
                .append(RecordRef::Progress(part), false, Urgency::Now)?;
        }
        Ok(last)
    }

    /// Appends the refusals of one minute, in as many records as it takes.
    pub fn append_refused(&self, minute: &RefusedMinute) -> Result<Position, JournalError> {
        let mut last = Position::START;
        for counts in minute.counts.chunks(REFUSED_PER_RECORD) {
            let part = RefusedMinute {
                minute_s: minute.minute_s,
                counts: counts.to_vec(),
            };
            last = self
                .shared
                .append(RecordRef::Refused(&part), false, Urgency::Now)?;
        }
        Ok(last)
    }

    /// Appends any record; see the `append_…` methods.
    pub fn append(&self, record: &Record) -> Result<Position, JournalError> {
        match record {
            Record::Hold(row) => self.append_hold(row),
            Record::Settle(row) => self.append_settle(row),
            Record::Checkpoint(row) => {
                self.shared
                    .append(RecordRef::Checkpoint(row), false, Urgency::Now)
            }
            Record::Progress(entries) => self.append_progress(entries),
            Record::Refused(minute) => self.append_refused(minute),
            Record::Task(task) => self.append_task(&task.row, &task.facts),
        }
    }

    /// Returns the end of what is fsynced.
    pub fn synced(&self) -> Position {
        self.shared.files.lock().synced
    }

    /// Returns the end of what is appended; with `wait_synced` a caller makes sure of its record.
    pub fn end(&self) -> Position {
        self.shared.state.lock().end(self.shared.journal_id)
    }

    /// Returns the oldest position that can be read; what a cursor is set to when a gap has been
    /// accepted.
    pub fn oldest(&self) -> Position {
        self.shared.files.lock().oldest()
    }

    /// Blocks until more than `after` is fsynced or the time is over; returns what is fsynced.
    pub fn wait_synced(&self, after: Position, timeout: Duration) -> Position {
        self.shared.wait_synced(after, timeout)
    }

    /// Returns a receiver that async code can await for `synced` to move.
    pub fn synced_watch(&self) -> watch::Receiver<Position> {
        self.shared.synced_watch.subscribe()
    }

    /// Reads what the ledger adds up: at most `max_records` settled calls from the cursor on.
    ///
    /// Fails with `Gap` when the cursor is not in this journal.
    pub fn read_sums(&self, from: Position, max_records: usize) -> Result<SumsBatch, JournalError> {
        self.shared.read_sums(from, max_records)
    }

    /// Reads at most `max_rows` rows and refusal counts from the cursor on.
    ///
    /// Fails with `Gap` when the cursor is not in this journal.
    pub fn read_rows(&self, from: Position, max_rows: usize) -> Result<RowsBatch, JournalError> {
        self.shared.read_rows(from, max_rows)
    }

    /// Reads what `read_rows` reads as columns, with the sums of each hour: what analytics applies.
    ///
    /// Fails with `Gap` when the cursor is not in this journal.
    pub fn read_table(&self, from: Position, max_rows: usize) -> Result<RowsTable, JournalError> {
        self.shared.read_table(from, max_rows)
    }

    /// Says how far a consumer has applied the journal; it may go back. Until `Sql` and `Checkpoint`
    /// have spoken no segment is deleted. Fails with `Gap` when the position is not in this journal.
    pub fn set_consumer(&self, consumer: Consumer, at: Position) -> Result<(), JournalError> {
        let passed = {
            let mut files = self.shared.files.lock();
            let located = files.locate(at)?;
            match consumer {
                Consumer::Sql => files.sql = Some(located),
                Consumer::Analytics => files.analytics = Some(located),
                Consumer::Checkpoint => files.checkpoint = Some(located),
            }
            files.passed().is_some()
        };
        if passed {
            let mut state = self.shared.state.lock();
            state.upkeep_due = true;
            self.shared.wake_sync(&state);
        }
        Ok(())
    }

    /// Returns the journal's figures at this moment.
    pub fn metrics(&self) -> JournalMetrics {
        let meters = &self.shared.meters;
        let mut snapshot = JournalMetrics {
            append: meters.append.snapshot(),
            fsync: meters.fsync.snapshot(),
            records: meters.records.load(Ordering::Relaxed),
            appended_bytes: meters.appended_bytes.load(Ordering::Relaxed),
            refused_holds: meters.refused_holds.load(Ordering::Relaxed),
            disk_errors: meters.disk_errors.load(Ordering::Relaxed),
            damaged_bytes: meters.damaged_bytes.load(Ordering::Relaxed),
            cap_bytes: self.shared.config.cap_bytes,
            ..JournalMetrics::default()
        };
        {
            let state = self.shared.state.lock();
            snapshot.open_holds = state.open.len() as u64 + state.reserved;
            snapshot.unsynced_bytes = state.kept_bytes() as u64;
            snapshot.failed = state.failed.is_some();
        }
        let files = self.shared.files.lock();
        snapshot.bytes = files.total_bytes();
        snapshot.segments = files.segments.len() as u64;
        snapshot.sql_lag_bytes = files.lag_bytes(files.sql);
        snapshot.analytics_lag_bytes = files.lag_bytes(files.analytics);
        snapshot
    }

    /// Brings everything to the disk and stops the fsync thread; later appends fail. Blocks for
    /// one fsync; also done when the journal is dropped.
    pub fn close(&self) {
        {
            let mut state = self.shared.state.lock();
            if state.phase == Phase::Running {
                state.phase = Phase::Stopping;
            }
            self.shared.work.notify_all();
        }
        let syncer = self.syncer.lock().take();
        if let Some(thread) = syncer
            && thread.join().is_err()
        {
            tracing::error!("the journal's fsync thread had panicked");
        }
    }
}

impl Drop for Journal {
    fn drop(&mut self) {
        self.close();
    }
}

/// Room for one hold and its settle, set aside in the journal.
#[derive(Debug)]
pub struct HoldSlot {
    shared: Option<Arc<Shared>>,
}

impl HoldSlot {
    /// Appends the hold into the room, which goes back when that fails. The record is in the file only after the next
    /// `flush` or urgent append.
    pub fn append_soon(mut self, row: &HoldRecord) -> Result<Position, JournalError> {
        let Some(shared) = self.shared.take() else {
            return Err(JournalError::Full {
                reason: "the room was given back",
            });
        };
        let done = shared.append(RecordRef::Hold(row), true, Urgency::Soon);
        if done.is_err() {
            shared.release();
        }
        done
    }
}

impl Drop for HoldSlot {
    fn drop(&mut self) {
        if let Some(shared) = self.shared.take() {
            shared.release();
        }
    }
}
