//! Records that are written together: in the file after the next write, kept when that fails.

use std::sync::Arc;

use weirgate_relay::journal::{Journal, UsageRow};

use crate::faults::Script;
use crate::support::{all_rows, flush, folder, open, row};

fn hold_soon(journal: &Journal, row: &UsageRow) {
    let slot = journal.reserve_hold().unwrap();
    slot.append_soon(row).unwrap();
}

/// What another process would find in the folder, as after a `kill -9`.
fn found_after_a_kill(folder: &std::path::Path) -> Vec<u64> {
    let copy = tempfile::tempdir().unwrap();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        std::fs::copy(&path, copy.path().join(path.file_name().unwrap())).unwrap();
    }
    let (journal, _) = open(copy.path());
    flush(&journal);
    all_rows(&journal)
}

#[test]
fn a_gathered_record_is_in_the_file_after_the_flush() {
    let folder = folder();
    let (journal, _) = open(folder.path());
    hold_soon(&journal, &row(1));
    journal.append_settle_soon(&row(1)).unwrap();
    journal.flush().unwrap();
    assert_eq!(found_after_a_kill(folder.path()), [1]);
}

#[test]
fn an_urgent_record_takes_the_gathered_ones_with_it_in_their_order() {
    let folder = folder();
    let (journal, _) = open(folder.path());
    for number in 1..=3 {
        hold_soon(&journal, &row(number));
        journal.append_settle_soon(&row(number)).unwrap();
    }
    journal.append_hold(&row(4)).unwrap();
    assert_eq!(found_after_a_kill(folder.path()), [1, 2, 3]);
}

#[test]
fn gathered_records_reach_the_disk_without_a_flush() {
    let folder = folder();
    let (journal, _) = open(folder.path());
    for number in 1..=500 {
        hold_soon(&journal, &row(number));
        journal.append_settle_soon(&row(number)).unwrap();
    }
    flush(&journal);
    assert_eq!(all_rows(&journal).len(), 500);
}

#[test]
fn gathered_records_that_could_not_be_written_follow_in_the_next_segment() {
    let folder = folder();
    let script = Script::new();
    let journal = script.journal(folder.path());
    hold_soon(&journal, &row(1));
    journal.append_settle_soon(&row(1)).unwrap();
    script.fail_next_write();
    // The fsync thread may have met the error first.
    journal.flush().ok();
    flush(&journal);
    assert_eq!(all_rows(&journal), [1]);
}

#[test]
fn an_urgent_record_that_fails_may_be_tried_again_and_the_gathered_ones_stay() {
    let folder = folder();
    let script: Arc<Script> = Script::new();
    let journal = script.journal(folder.path());
    hold_soon(&journal, &row(1));
    hold_soon(&journal, &row(2));
    journal.append_settle_soon(&row(1)).unwrap();
    script.fail_next_write();
    while journal.append_settle(&row(2)).is_err() {
        std::thread::yield_now();
    }
    flush(&journal);
    assert_eq!(all_rows(&journal), [1, 2]);
}
