//! Cursors: each row once, older backups replay, gaps are named, segments go when they may.

use std::sync::{Arc, Mutex};

use weirgate_relay::journal::{
    Consumer, DiskOp, Fault, Faults, Journal, JournalConfig, Position, ProgressEntry, UsageRow,
};

use crate::support::{
    PATIENCE, advance_ms, assert_gap, call, config, flush, id_of, now_ms, number_of, open, row,
    rows_from, segments,
};

#[test]
fn batches_from_cursor_to_cursor_hold_each_row_once() {
    let folder = crate::support::folder();
    let (journal, _) = open(folder.path());
    let mut seen = Vec::new();
    let mut cursor = Position::START;
    for round in 0..50_u64 {
        for number in 0..37 {
            call(&journal, round * 100 + number);
        }
        // The live tail moves while it is read.
        let batch = journal.read_rows(cursor, 20).unwrap();
        seen.extend(batch.rows.iter().map(|(row, _)| number_of(row)));
        cursor = batch.to;
    }
    flush(&journal);
    seen.extend(rows_from(&journal, cursor).0);
    let expected: Vec<u64> = (0..50)
        .flat_map(|round| (0..37).map(move |number| round * 100 + number))
        .collect();
    assert_eq!(seen, expected);
}

#[test]
fn sums_and_rows_stop_at_the_same_bound() {
    let folder = crate::support::folder();
    let (journal, _) = open(folder.path());
    for number in 0..300 {
        call(&journal, number);
    }
    flush(&journal);
    let (mut sums_at, mut rows_at, mut quota) = (Position::START, Position::START, 0);
    let mut batches = 0;
    loop {
        let sums = journal.read_sums(sums_at, 50).unwrap();
        let rows = journal.read_rows(rows_at, 50).unwrap();
        assert_eq!(sums.records, rows.rows.len() as u64);
        assert_eq!(sums.more, rows.more);
        let charged: i64 = rows.rows.iter().map(|(row, _)| row.quota).sum();
        let summed: i64 = sums.users.iter().map(|sum| sum.quota).sum();
        assert_eq!(charged, summed);
        quota += summed;
        (sums_at, rows_at) = (sums.to, rows.to);
        batches += 1;
        if !sums.more {
            break;
        }
    }
    assert_eq!(quota, (0..300).map(|number| row(number).quota).sum::<i64>());
    assert!(batches >= 6);
}

#[test]
fn nothing_is_read_that_is_not_fsynced() {
    let folder = crate::support::folder();
    let (journal, _) = open(folder.path());
    for number in 0..200 {
        call(&journal, number);
        let synced = journal.synced();
        let batch = journal.read_rows(Position::START, 1_000).unwrap();
        assert!(batch.to <= journal.synced());
        assert!(batch.to >= synced.min(batch.to));
        assert!(batch.rows.iter().all(|(_, at)| *at < journal.synced()));
    }
}

#[test]
fn a_waiting_consumer_wakes_when_more_is_fsynced() {
    let folder = crate::support::folder();
    let (journal, _) = open(folder.path());
    let before = journal.synced();
    assert_eq!(
        journal.wait_synced(before, std::time::Duration::ZERO),
        before
    );
    std::thread::scope(|scope| {
        let waiter = scope.spawn(|| journal.wait_synced(before, PATIENCE));
        call(&journal, 1);
        assert!(waiter.join().unwrap() > before);
    });
    let watch = journal.synced_watch();
    flush(&journal);
    assert_eq!(*watch.borrow(), journal.synced());
}

#[test]
fn a_cursor_at_a_segments_end_moves_on_with_the_journal() {
    let folder = crate::support::folder();
    let (journal, _) = open(folder.path());
    call(&journal, 1);
    let end = flush(&journal);
    drop(journal);
    let (journal, _) = open(folder.path());
    let batch = journal.read_rows(end, 10).unwrap();
    assert_eq!(batch.to, journal.synced(), "else a drain would spin");
    assert!(batch.rows.is_empty() && !batch.more);
    assert_eq!(
        journal.read_rows(batch.to, 10).unwrap().to,
        journal.synced()
    );
}

#[test]
fn a_cursor_that_went_back_reads_the_same_rows_again() {
    let folder = crate::support::folder();
    let (journal, _) = open(folder.path());
    for number in 0..100 {
        call(&journal, number);
    }
    flush(&journal);
    let backup = journal.read_rows(Position::START, 40).unwrap().to;
    let (later, end) = rows_from(&journal, backup);
    journal.set_consumer(Consumer::Sql, end).unwrap();
    journal.set_consumer(Consumer::Sql, backup).unwrap();
    assert_eq!(rows_from(&journal, backup), (later.clone(), end));
    assert_eq!(later, (40..100).collect::<Vec<_>>());
    assert!(journal.metrics().sql_lag_bytes > 0);
}

#[test]
fn positions_are_texts_and_back() {
    let at = Position {
        journal_id: u64::MAX,
        segment: 12,
        offset: 64,
    };
    assert_eq!(at.to_string(), "18446744073709551615:12:64");
    assert_eq!(at.to_string().parse(), Ok(at));
    assert_eq!("".parse(), Ok(Position::START));
    assert_eq!(Position::START.to_string(), "");
    for bad in ["1", "1:2", "1:2:3:4", "a:2:3", "1:-2:3", "1:2:4294967296"] {
        assert!(bad.parse::<Position>().is_err(), "{bad}");
    }
}

#[test]
fn a_cursor_that_the_journal_does_not_hold_is_a_gap() {
    let folder = crate::support::folder();
    let (journal, _) = open(folder.path());
    call(&journal, 1);
    let end = flush(&journal);
    let other = Position {
        journal_id: end.journal_id ^ 1,
        ..end
    };
    let ahead = Position {
        offset: end.offset + 1,
        ..end
    };
    let far_ahead = Position {
        segment: end.segment + 1,
        ..end
    };
    assert_gap(
        journal.read_sums(other, 1),
        "the cursor is another journal's",
    );
    let reason = "the cursor is ahead of the journal";
    assert_gap(journal.read_rows(ahead, 1), reason);
    assert_gap(journal.set_consumer(Consumer::Sql, far_ahead), reason);
    let text = journal.read_sums(far_ahead, 1).unwrap_err().to_string();
    assert!(text.contains(&far_ahead.to_string()) && text.contains(&end.to_string()));
}

#[test]
fn an_empty_folder_is_a_new_journal_and_an_old_cursor_a_gap() {
    let (first, second) = (crate::support::folder(), crate::support::folder());
    let (journal, _) = open(first.path());
    call(&journal, 1);
    let cursor = flush(&journal);
    let (journal, recovery) = open(second.path());
    assert!(recovery.is_new && recovery.journal_id != cursor.journal_id);
    assert_gap(
        journal.set_consumer(Consumer::Analytics, cursor),
        "the cursor is another journal's",
    );
}

#[test]
fn a_missing_segment_is_a_gap_at_its_place() {
    let folder = crate::support::folder();
    let (journal, _) = open(folder.path());
    for number in 0..500 {
        call(&journal, number);
    }
    flush(&journal);
    drop(journal);
    std::fs::remove_file(&segments(folder.path())[2]).unwrap();
    let (journal, recovery) = open(folder.path());
    assert!(recovery.warnings.iter().any(|text| text.contains("3 to 3")));
    let mut cursor = Position::START;
    let reason = loop {
        match journal.read_rows(cursor, 1_000) {
            Ok(batch) => {
                assert!(batch.to.segment < 3 && batch.to > cursor);
                cursor = batch.to;
            }
            Err(error) => break error.to_string(),
        }
    };
    assert!(
        reason.contains("the segment behind it is missing"),
        "{reason}"
    );
}

fn keeps_nothing() -> JournalConfig {
    JournalConfig {
        keep_ms: 0,
        ..config()
    }
}

/// Waits for the upkeep that follows a consumer's word.
fn wait_for_oldest(journal: &Journal, segment: u32) {
    let begin = std::time::Instant::now();
    while journal.oldest().segment < segment {
        assert!(begin.elapsed() < PATIENCE, "segments are not deleted");
        std::thread::yield_now();
    }
}

#[test]
fn a_segment_goes_when_ledger_and_checkpoint_have_passed_it() {
    let folder = crate::support::folder();
    let (journal, _) = Journal::open(folder.path(), keeps_nothing()).unwrap();
    for number in 0..500 {
        call(&journal, number);
    }
    let end = flush(&journal);
    journal.set_consumer(Consumer::Sql, end).unwrap();
    call(&journal, 1_000);
    flush(&journal);
    assert_eq!(
        journal.oldest().segment,
        1,
        "the usage store has not spoken"
    );
    journal.set_consumer(Consumer::Analytics, end).unwrap();
    call(&journal, 1_001);
    flush(&journal);
    assert_eq!(journal.oldest().segment, 1, "taken in is not in its file");
    let half = Position {
        segment: 3,
        ..journal.oldest()
    };
    journal.set_consumer(Consumer::Checkpoint, half).unwrap();
    wait_for_oldest(&journal, 3);
    assert_eq!(journal.oldest().segment, 3, "a replay still needs it");
    assert!(segments(folder.path())[0].ends_with("0000000003.seg"));
    assert_gap(
        journal.read_rows(Position::START, 1),
        "the first segments are gone",
    );
    let deleted = Position { segment: 2, ..half };
    assert_gap(journal.read_rows(deleted, 1), "its segment is deleted");
    let rest = rows_from(&journal, journal.oldest()).0;
    assert_eq!(rest.last(), Some(&1_001));
}

#[test]
fn a_segment_stays_until_its_time_is_over() {
    let folder = crate::support::folder();
    let keep = JournalConfig {
        keep_ms: 60_000,
        clock_ms: now_ms,
        ..config()
    };
    let (journal, _) = Journal::open(folder.path(), keep).unwrap();
    for number in 0..500 {
        call(&journal, number);
    }
    let end = flush(&journal);
    let pass_all = || {
        journal.set_consumer(Consumer::Sql, end).unwrap();
        journal.set_consumer(Consumer::Checkpoint, end).unwrap();
    };
    pass_all();
    // Two more fsyncs mean that the upkeep of the first has run.
    for number in 500..502 {
        call(&journal, number);
        flush(&journal);
    }
    assert_eq!(journal.oldest().segment, 1);
    advance_ms(60_001);
    pass_all();
    wait_for_oldest(&journal, end.segment);
}

#[test]
fn over_its_share_of_the_disk_a_passed_segment_goes_early() {
    let folder = crate::support::folder();
    let keep = JournalConfig {
        keep_bytes: 256 << 10,
        ..config()
    };
    let (journal, _) = Journal::open(folder.path(), keep).unwrap();
    for number in 0..800 {
        call(&journal, number);
    }
    let end = flush(&journal);
    assert!(journal.metrics().bytes > 512 << 10);
    journal.set_consumer(Consumer::Sql, end).unwrap();
    journal.set_consumer(Consumer::Checkpoint, end).unwrap();
    let begin = std::time::Instant::now();
    while journal.metrics().bytes > 256 << 10 {
        assert!(begin.elapsed() < PATIENCE, "{:?}", journal.metrics().bytes);
        std::thread::yield_now();
    }
    assert!(journal.metrics().segments >= 2, "no more than needed goes");
}

#[test]
fn a_long_call_is_written_again_so_that_its_old_segment_can_go() {
    let folder = crate::support::folder();
    let (journal, _) = Journal::open(folder.path(), keeps_nothing()).unwrap();
    let long = UsageRow {
        quota: 0,
        ..row(7_777)
    };
    journal.append_hold(&long).unwrap();
    let progress = ProgressEntry {
        request_id: id_of(7_777),
        hold: 900,
        channel_id: 2,
        completion: 55,
        quota: 321,
        ..ProgressEntry::default()
    };
    journal.append_progress(&[progress]).unwrap();
    for number in 0..500 {
        call(&journal, number);
    }
    let end = flush(&journal);
    journal.set_consumer(Consumer::Sql, end).unwrap();
    journal.set_consumer(Consumer::Checkpoint, end).unwrap();
    wait_for_oldest(&journal, end.segment);
    drop(journal);
    let (journal, recovery) = Journal::open(folder.path(), keeps_nothing()).unwrap();
    assert_eq!(recovery.open_holds.len(), 1);
    let found = &recovery.open_holds[0];
    assert_eq!(found.request_id, long.request_id);
    assert_eq!((found.quota, found.hold, found.completion), (321, 900, 55));
    assert_eq!((found.model.as_str(), found.channel_id), ("gpt-4o", 2));
    journal.append_settle(found).unwrap();
    flush(&journal);
    let (rest, _) = rows_from(&journal, journal.oldest());
    assert_eq!(rest.iter().filter(|number| **number == 7_777).count(), 1);
}

/// Writes down the order of the disk's operations and lets them all happen.
#[derive(Debug, Default)]
struct Recorder(Mutex<Vec<DiskOp>>);

impl Faults for Recorder {
    fn next(&self, operation: DiskOp) -> Option<Fault> {
        self.0.lock().unwrap().push(operation);
        None
    }
}

#[test]
fn a_segment_goes_only_after_its_open_holds_are_fsynced_elsewhere() {
    let folder = crate::support::folder();
    let recorder = Arc::new(Recorder::default());
    let config = JournalConfig {
        faults: Some(Arc::clone(&recorder) as Arc<dyn Faults>),
        ..keeps_nothing()
    };
    let (journal, _) = Journal::open(folder.path(), config).unwrap();
    journal.append_hold(&row(7_777)).unwrap();
    for number in 0..500 {
        call(&journal, number);
    }
    let end = flush(&journal);
    journal.set_consumer(Consumer::Sql, end).unwrap();
    journal.set_consumer(Consumer::Checkpoint, end).unwrap();
    wait_for_oldest(&journal, end.segment);
    let operations = recorder.0.lock().unwrap();
    let last = |kind| {
        let unlink = operations.iter().position(|op| *op == DiskOp::Unlink);
        operations[..unlink.unwrap()]
            .iter()
            .rposition(|op| *op == kind)
    };
    assert!(last(DiskOp::Sync) > last(DiskOp::Write));
}
