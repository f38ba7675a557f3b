//! A disk that fails: errors come back as errors, nothing acknowledged is lost or doubled, and the
//! journal goes on by itself when the disk does.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use proptest::prelude::*;
use weirgate_relay::journal::{
    Consumer, DiskOp, Fault, Faults, Journal, JournalConfig, JournalError, Position, UsageRow,
};

use crate::support::{PATIENCE, all_rows, config, flush, number_of, open, row, rows_from};

const EIO: i32 = 5;

/// Fails chosen operations, or all from a moment on ("the process is dead").
#[derive(Debug, Default)]
pub(crate) struct Script {
    operations: AtomicU64,
    /// From this operation on nothing works; the first of them tears when it is a write.
    dead_from: AtomicI64,
    /// Every operation of this kind fails while set.
    broken_sync: AtomicBool,
    /// So many of the next syncs, writes, or writes torn in the middle fail.
    next_sync: AtomicI64,
    next_write: AtomicI64,
    next_torn: AtomicI64,
}

impl Script {
    pub(crate) fn new() -> Arc<Self> {
        let script = Self::default();
        script.dead_from.store(i64::MAX, Ordering::SeqCst);
        Arc::new(script)
    }

    pub(crate) fn fail_next_write(&self) {
        self.next_write.store(1, Ordering::SeqCst);
    }

    pub(crate) fn journal(self: &Arc<Self>, folder: &Path) -> Journal {
        self.try_journal(folder).unwrap()
    }

    fn try_journal(self: &Arc<Self>, folder: &Path) -> Result<Journal, JournalError> {
        let config = JournalConfig {
            faults: Some(Arc::clone(self) as Arc<dyn Faults>),
            keep_ms: 0,
            ..config()
        };
        Journal::open(folder, config).map(|(journal, _)| journal)
    }
}

fn count_down(counter: &AtomicI64) -> bool {
    counter
        .fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| {
            (left > 0).then(|| left - 1)
        })
        .is_ok()
}

impl Faults for Script {
    fn next(&self, operation: DiskOp) -> Option<Fault> {
        let number = self.operations.fetch_add(1, Ordering::SeqCst).cast_signed();
        let dead_from = self.dead_from.load(Ordering::SeqCst);
        if number == dead_from {
            return Some(Fault::Torn(number.unsigned_abs() as usize % 97, EIO));
        }
        if number > dead_from {
            return Some(Fault::Fails(EIO));
        }
        match operation {
            DiskOp::Sync if self.broken_sync.load(Ordering::SeqCst) => Some(Fault::Fails(EIO)),
            DiskOp::Sync if count_down(&self.next_sync) => Some(Fault::Fails(EIO)),
            DiskOp::Write if count_down(&self.next_write) => Some(Fault::Fails(EIO)),
            DiskOp::Write if count_down(&self.next_torn) => Some(Fault::Torn(57, EIO)),
            _ => None,
        }
    }
}

/// Appends, trying again while the journal says that it cannot be written.
fn insist(mut append: impl FnMut() -> Result<Position, JournalError>) -> (Position, usize) {
    let begin = Instant::now();
    let mut failures = 0;
    loop {
        match append() {
            Ok(at) => return (at, failures),
            Err(JournalError::Unavailable { .. }) => failures += 1,
            Err(error) => panic!("{error}"),
        }
        assert!(begin.elapsed() < PATIENCE, "the journal did not go on");
        std::thread::yield_now();
    }
}

fn insist_call(journal: &Journal, number: u64) -> usize {
    let row = row(number);
    let (_, first) = insist(|| journal.append_hold(&row));
    let (_, second) = insist(|| journal.append_settle(&row));
    first + second
}

#[test]
fn after_a_failed_fsync_every_record_follows_in_a_new_segment_once() {
    let folder = crate::support::folder();
    let script = Script::new();
    let journal = script.journal(folder.path());
    for number in 0..10 {
        insist_call(&journal, number);
    }
    let before = flush(&journal);
    for round in 0..5_u64 {
        script.next_sync.store(2, Ordering::SeqCst);
        for number in 0..40 {
            insist_call(&journal, 100 + round * 100 + number);
        }
        flush(&journal);
    }
    let expected: Vec<u64> = (0..10)
        .chain((0..5).flat_map(|round| (0..40).map(move |number| 100 + round * 100 + number)))
        .collect();
    assert_eq!(all_rows(&journal), expected);
    assert_eq!(
        rows_from(&journal, before).0,
        expected[10..],
        "a cursor from before stays good"
    );
    let metrics = journal.metrics();
    assert!(metrics.disk_errors >= 5 && !metrics.failed, "{metrics:?}");
    drop(journal);
    let (journal, recovery) = open(folder.path());
    assert!(recovery.open_holds.is_empty(), "{recovery:?}");
    assert_eq!(all_rows(&journal), expected);
}

#[test]
fn a_failed_write_is_an_error_to_its_caller_who_tries_again() {
    let folder = crate::support::folder();
    let script = Script::new();
    let journal = script.journal(folder.path());
    let mut failures = 0;
    for number in 0..300 {
        if number % 50 == 20 {
            script.next_write.store(1, Ordering::SeqCst);
        }
        if number % 50 == 40 {
            script.next_torn.store(1, Ordering::SeqCst);
        }
        failures += insist_call(&journal, number);
    }
    flush(&journal);
    assert!(failures >= 12, "{failures}");
    assert_eq!(all_rows(&journal), (0..300).collect::<Vec<_>>());
    drop(journal);
    let (journal, recovery) = open(folder.path());
    assert!(recovery.open_holds.is_empty());
    assert_eq!(all_rows(&journal), (0..300).collect::<Vec<_>>());
}

#[test]
fn while_fsync_keeps_failing_holds_are_refused_and_settles_wait() {
    let folder = crate::support::folder();
    let script = Script::new();
    let journal = script.journal(folder.path());
    for number in 0..5 {
        journal.append_hold(&row(number)).unwrap();
    }
    flush(&journal);
    script.broken_sync.store(true, Ordering::SeqCst);
    journal.append_settle(&row(0)).unwrap();
    let begin = Instant::now();
    while !journal.metrics().failed {
        assert!(begin.elapsed() < PATIENCE);
        std::thread::yield_now();
    }
    let synced = journal.synced();
    let hold = journal.append_hold(&row(100)).unwrap_err();
    let settle = journal.append_settle(&row(1)).unwrap_err();
    assert!(hold.is_retryable() && settle.is_retryable());
    assert!(hold.to_string().contains("Input/output error"), "{hold}");
    assert!(journal.reserve_hold().is_err());
    assert_eq!(journal.synced(), synced, "nothing unconfirmed is shown");
    assert_eq!(all_rows(&journal), Vec::<u64>::new());
    script.broken_sync.store(false, Ordering::SeqCst);
    for number in 1..5 {
        insist(|| journal.append_settle(&row(number)));
    }
    flush(&journal);
    assert_eq!(all_rows(&journal), vec![0, 1, 2, 3, 4]);
    assert!(!journal.metrics().failed);
}

#[test]
fn what_waits_for_fsync_is_bounded() {
    let folder = crate::support::folder();
    let script = Script::new();
    let config = JournalConfig {
        faults: Some(Arc::clone(&script) as Arc<dyn Faults>),
        unsynced_bytes: 64 << 10,
        segment_bytes: 1 << 20,
        ..config()
    };
    let (journal, _) = Journal::open(folder.path(), config).unwrap();
    let mut acknowledged = Vec::new();
    for number in 0..3_000 {
        let row = row(number);
        if journal.append_hold(&row).is_ok() {
            insist(|| journal.append_settle(&row));
            acknowledged.push(number);
        } else {
            // The disk is given its turn, however busy the machine is.
            std::thread::sleep(Duration::from_micros(200));
        }
        assert!(journal.metrics().unsynced_bytes <= 64 << 10);
    }
    flush(&journal);
    assert_eq!(all_rows(&journal), acknowledged);
    assert!(acknowledged.len() > 50);
}

/// Runs calls until the disk dies; returns what was consumed, the cursor, and what was
/// acknowledged: holds and settles.
struct Life {
    consumed: Vec<u64>,
    cursor: Position,
    holds: BTreeSet<u64>,
    settles: BTreeSet<u64>,
}

impl Life {
    fn run(&mut self, journal: &Journal, first: u64) {
        for number in first..first + 250 {
            if journal.append_hold(&row(number)).is_err() {
                return;
            }
            self.holds.insert(number);
            if number % 10 != 0 {
                if journal.append_settle(&row(number)).is_err() {
                    return;
                }
                self.settles.insert(number);
            }
            if number % 50 == 49 {
                self.consume(journal);
            }
        }
    }

    fn consume(&mut self, journal: &Journal) {
        let (rows, cursor) = rows_from(journal, self.cursor);
        self.consumed.extend(rows);
        self.cursor = cursor;
        journal.set_consumer(Consumer::Sql, cursor).unwrap();
        journal.set_consumer(Consumer::Checkpoint, cursor).unwrap();
    }

    /// The next life on the same files: every acknowledged word must be there, once.
    fn check(&mut self, folder: &Path) {
        let (journal, recovery) = open(folder);
        let open: BTreeSet<u64> = recovery.open_holds.iter().map(number_of).collect();
        let cursor = if self.cursor.is_start() {
            journal.oldest()
        } else {
            self.cursor
        };
        let (rest, _) = rows_from(&journal, cursor);
        let mut seen = BTreeSet::new();
        for number in self.consumed.iter().chain(&rest) {
            assert!(seen.insert(*number), "row {number} came twice");
        }
        for number in &self.settles {
            assert!(seen.contains(number), "settle {number} is lost");
        }
        for number in &self.holds {
            let found = seen.contains(number) || open.contains(number);
            assert!(found, "hold {number} is lost");
        }
        assert!(open.is_disjoint(&seen), "a settled call is open again");
    }
}

#[test]
fn a_crash_at_any_disk_operation_loses_nothing_acknowledged() {
    let mut died = 0;
    for dead_from in (0..700).step_by(3) {
        let folder = crate::support::folder();
        let script = Script::new();
        script.dead_from.store(dead_from, Ordering::SeqCst);
        let mut life = Life {
            consumed: Vec::new(),
            cursor: Position::START,
            holds: BTreeSet::new(),
            settles: BTreeSet::new(),
        };
        if let Ok(journal) = script.try_journal(folder.path()) {
            life.run(&journal, 0);
            drop(journal);
        }
        died += usize::from(script.operations.load(Ordering::SeqCst).cast_signed() > dead_from);
        life.check(folder.path());
    }
    assert!(died > 100, "only {died} lives met their end");
}

#[derive(Clone, Debug)]
enum Step {
    Calls(u8),
    LeaveOpen,
    FailSync(u8),
    FailWrite(u8),
    TearWrite(u8),
    Consume,
    Die(u8),
    Restart,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        6 => (1..60_u8).prop_map(Step::Calls),
        1 => Just(Step::LeaveOpen),
        1 => (1..3_u8).prop_map(Step::FailSync),
        1 => (1..3_u8).prop_map(Step::FailWrite),
        1 => (1..3_u8).prop_map(Step::TearWrite),
        2 => Just(Step::Consume),
        1 => (0..40_u8).prop_map(Step::Die),
        1 => Just(Step::Restart),
    ];
    prop::collection::vec(step, 1..25)
}

/// One journal over many lives, and what it must hold.
struct Model {
    folder: tempfile::TempDir,
    script: Arc<Script>,
    journal: Option<Journal>,
    next: u64,
    consumed: Vec<u64>,
    cursor: Position,
    settled: BTreeSet<u64>,
    open: BTreeSet<u64>,
}

impl Model {
    fn new() -> Self {
        let folder = crate::support::folder();
        let script = Script::new();
        let journal = Some(script.journal(folder.path()));
        Self {
            folder,
            script,
            journal,
            next: 0,
            consumed: Vec::new(),
            cursor: Position::START,
            settled: BTreeSet::new(),
            open: BTreeSet::new(),
        }
    }

    fn journal(&self) -> &Journal {
        self.journal.as_ref().unwrap()
    }

    fn is_dead(&self) -> bool {
        self.script.dead_from.load(Ordering::SeqCst) != i64::MAX
    }

    fn append(&self, settles: bool, row: &UsageRow) -> bool {
        let append = || {
            if settles {
                self.journal().append_settle(row)
            } else {
                self.journal().append_hold(row)
            }
        };
        if self.is_dead() {
            return append().is_ok();
        }
        insist(append);
        true
    }

    fn call(&mut self, settles: bool) {
        let number = self.next;
        self.next += 1;
        if self.append(false, &row(number)) {
            self.open.insert(number);
            if settles && self.append(true, &row(number)) {
                self.open.remove(&number);
                self.settled.insert(number);
            }
        }
    }

    fn consume(&mut self) {
        if !self.is_dead() {
            flush(self.journal());
        }
        let (rows, cursor) = rows_from(self.journal(), self.cursor);
        self.consumed.extend(rows);
        self.cursor = cursor;
        let journal = self.journal();
        journal.set_consumer(Consumer::Sql, cursor).unwrap();
        journal.set_consumer(Consumer::Checkpoint, cursor).unwrap();
    }

    /// Ends this life and begins the next; open holds are settled as the gateway does it.
    fn restart(&mut self) {
        self.journal = None;
        self.script = Script::new();
        let config = JournalConfig {
            faults: Some(Arc::clone(&self.script) as Arc<dyn Faults>),
            keep_ms: 0,
            ..config()
        };
        let (journal, recovery) = Journal::open(self.folder.path(), config).unwrap();
        for hold in &recovery.open_holds {
            journal.append_settle(hold).unwrap();
            self.settled.insert(number_of(hold));
        }
        self.journal = Some(journal);
        self.consume();
        // What was appended but not acknowledged may be there; what was acknowledged must be.
        let seen: BTreeSet<u64> = self.consumed.iter().copied().collect();
        assert_eq!(seen.len(), self.consumed.len(), "a row came twice");
        assert!(self.settled.is_subset(&seen), "a settle is lost");
        assert!(self.open.is_subset(&seen), "a hold is lost");
        self.settled = seen;
        self.open.clear();
    }

    fn step(&mut self, step: &Step) {
        let script = Arc::clone(&self.script);
        match step {
            Step::Calls(count) => (0..*count).for_each(|_| self.call(true)),
            Step::LeaveOpen => self.call(false),
            Step::FailSync(count) => script.next_sync.store(i64::from(*count), Ordering::SeqCst),
            Step::FailWrite(count) => script.next_write.store(i64::from(*count), Ordering::SeqCst),
            Step::TearWrite(count) => script.next_torn.store(i64::from(*count), Ordering::SeqCst),
            Step::Consume => self.consume(),
            Step::Die(after) => {
                let now = script.operations.load(Ordering::SeqCst).cast_signed();
                let at = now + i64::from(*after);
                script.dead_from.fetch_min(at, Ordering::SeqCst);
            }
            Step::Restart => self.restart(),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]
    #[test]
    fn any_history_of_failures_crashes_and_restarts_keeps_each_row_once(steps in steps()) {
        let mut model = Model::new();
        for step in &steps {
            model.step(step);
        }
        model.restart();
    }
}
