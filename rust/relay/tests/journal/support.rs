//! Factories and readers for the journal's tests.

use std::path::Path;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use weirgate_relay::journal::{
    Attempt, EndReason, Journal, JournalConfig, JournalError, Position, Recovery, UsageRow,
    UsageSource,
};

/// A generous limit for waits that end at once when all is well.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// A folder in memory where there is one: the tests open thousands of journals.
pub(crate) fn folder() -> tempfile::TempDir {
    tempfile::tempdir_in("/dev/shm").unwrap_or_else(|_| tempfile::tempdir().unwrap())
}

pub(crate) fn id_of(number: u64) -> [u8; 16] {
    let mut id = [0; 16];
    id[..8].copy_from_slice(&number.to_le_bytes());
    id
}

pub(crate) fn number_of(row: &UsageRow) -> u64 {
    u64::from_le_bytes(row.request_id[..8].try_into().unwrap())
}

/// A row like those of a real call, about 400 bytes long.
pub(crate) fn row(number: u64) -> UsageRow {
    UsageRow {
        user_id: (number % 7).cast_signed() + 1,
        key_id: (number % 11).cast_signed() + 1,
        channel_id: (number % 3).cast_signed() + 1,
        quota: (number % 100).cast_signed() + 1,
        ended_ms: 1_790_000_000_000 + number.cast_signed(),
        request_id: id_of(number),
        username: "alice".into(),
        key_name: "production key".into(),
        model: "gpt-4o".into(),
        upstream_model: "gpt-4o-2024-08-06".into(),
        group: "default".into(),
        endpoint: "/v1/chat/completions".into(),
        is_stream: number.is_multiple_of(2),
        started_ms: 1_789_999_999_000,
        first_byte_ms: 1_789_999_999_400,
        prompt: 1_000,
        completion: 200,
        hold: 500,
        quota_list: 90,
        quota_cost: 40,
        end_reason: EndReason::Completed,
        usage_source: UsageSource::Provider,
        status: 200,
        attempts: vec![Attempt {
            channel_id: 3,
            key_index: 0,
            status: 200,
            ms: 412,
            error: String::new(),
        }],
        price: format!(
            r#"{{"model_ratio":"1.25","group_ratio":"1","pad":"{:>180}"}}"#,
            ""
        ),
        node: 1,
        ..UsageRow::default()
    }
}

/// Small segments, nothing deleted by age.
pub(crate) fn config() -> JournalConfig {
    JournalConfig {
        segment_bytes: 64 << 10,
        ..JournalConfig::default()
    }
}

pub(crate) fn open(folder: &Path) -> (Journal, Recovery) {
    Journal::open(folder, config()).unwrap()
}

pub(crate) fn call(journal: &Journal, number: u64) -> Position {
    let row = row(number);
    journal.append_hold(&row).unwrap();
    journal.append_settle(&row).unwrap()
}

/// Waits until all that is appended now is fsynced.
pub(crate) fn flush(journal: &Journal) -> Position {
    let end = journal.end();
    loop {
        let synced = journal.synced();
        if synced >= end {
            return synced;
        }
        let before = synced;
        assert!(
            journal.wait_synced(before, PATIENCE) > before,
            "no fsync within {PATIENCE:?}"
        );
    }
}

/// Reads all rows from a cursor on, in small batches; returns numbers and the last cursor.
pub(crate) fn rows_from(journal: &Journal, from: Position) -> (Vec<u64>, Position) {
    let mut numbers = Vec::new();
    let mut cursor = from;
    loop {
        let batch = journal.read_rows(cursor, 100).unwrap();
        assert_eq!(batch.from, cursor, "a batch names the cursor it began at");
        assert!(batch.rows.len() <= 100, "a batch is bounded");
        numbers.extend(batch.rows.iter().map(|(row, _)| number_of(row)));
        if batch.to == cursor && !batch.more {
            return (numbers, cursor);
        }
        cursor = batch.to;
    }
}

pub(crate) fn all_rows(journal: &Journal) -> Vec<u64> {
    rows_from(journal, Position::START).0
}

/// The segment files in order.
pub(crate) fn segments(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|end| end == "seg"))
        .collect();
    files.sort();
    files
}

pub(crate) fn assert_gap(result: Result<impl std::fmt::Debug, JournalError>, reason: &str) {
    match result {
        Err(JournalError::Gap { reason: given, .. }) => assert_eq!(given, reason),
        other => panic!("expected a gap because {reason}, got {other:?}"),
    }
}

static NOW_MS: AtomicI64 = AtomicI64::new(1_790_000_000_000);

/// A clock that stands still until [`advance_ms`].
pub(crate) fn now_ms() -> i64 {
    NOW_MS.load(Ordering::Relaxed)
}

pub(crate) fn advance_ms(by: i64) {
    NOW_MS.fetch_add(by, Ordering::Relaxed);
}
