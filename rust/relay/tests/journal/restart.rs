//! Starting again: one process a folder, open holds come back, versions are checked.

use std::os::unix::fs::FileExt;

use weirgate_relay::journal::{
    EndReason, Journal, JournalError, Position, ProgressEntry, UsageSource,
};

use crate::support::{all_rows, call, config, flush, id_of, open, row, segments};

#[test]
fn a_second_process_is_refused_and_told_why() {
    let folder = crate::support::folder();
    let (_journal, _) = open(folder.path());
    let second = Journal::open(folder.path(), config());
    assert!(matches!(second, Err(JournalError::Locked { .. })));
    let text = second.unwrap_err().to_string();
    assert!(text.contains("in use by another process"), "{text}");
}

#[test]
fn a_start_begins_a_new_segment_and_keeps_the_id() {
    let folder = crate::support::folder();
    let (journal, first) = open(folder.path());
    call(&journal, 1);
    drop(journal);
    for start in 2..6 {
        let (journal, again) = open(folder.path());
        assert_eq!(again.journal_id, first.journal_id);
        assert!(!again.is_new && again.warnings.is_empty(), "{again:?}");
        assert_eq!(journal.end().segment, start);
    }
    let (journal, _) = open(folder.path());
    assert_eq!(all_rows(&journal), vec![1]);
}

#[test]
fn a_clean_stop_gives_unused_space_back_and_reads_as_before() {
    let folder = crate::support::folder();
    let (journal, _) = open(folder.path());
    for number in 0..300 {
        call(&journal, number);
    }
    journal.close();
    let refused = journal.append_hold(&row(999));
    assert!(matches!(refused, Err(JournalError::Unavailable { .. })));
    assert_eq!(journal.synced(), journal.end());
    drop(journal);
    let left_over: Vec<_> = std::fs::read_dir(folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|end| end == "tmp"))
        .collect();
    assert_eq!(left_over, Vec::<std::path::PathBuf>::new());
    let (journal, recovery) = open(folder.path());
    assert!(recovery.open_holds.is_empty());
    assert_eq!(all_rows(&journal), (0..300).collect::<Vec<_>>());
}

#[test]
fn open_holds_come_back_with_their_last_stated_charge() {
    let folder = crate::support::folder();
    let (journal, _) = open(folder.path());
    for number in 0..3 {
        let mut hold = row(number);
        hold.quota = 0;
        hold.end_reason = EndReason::GatewayRestart;
        hold.usage_source = UsageSource::None;
        journal.append_hold(&hold).unwrap();
    }
    let progress = |quota, completion| ProgressEntry {
        request_id: id_of(1),
        hold: 600,
        channel_id: 5,
        prompt: 10,
        completion,
        quota,
        ..ProgressEntry::default()
    };
    journal.append_progress(&[progress(50, 4)]).unwrap();
    // Enough calls that the holds lie several segments back.
    for number in 100..600 {
        call(&journal, number);
    }
    journal.append_progress(&[progress(80, 9)]).unwrap();
    journal.append_settle(&row(2)).unwrap();
    drop(journal);

    let (journal, recovery) = open(folder.path());
    let numbers: Vec<_> = recovery
        .open_holds
        .iter()
        .map(|hold| (crate::support::number_of(hold), hold.quota, hold.completion))
        .collect();
    assert_eq!(numbers, vec![(0, 0, 200), (1, 80, 9)]);
    let moved = &recovery.open_holds[1];
    assert_eq!((moved.hold, moved.channel_id), (600, 5));
    assert_eq!(moved.end_reason, EndReason::GatewayRestart);
    assert_eq!(moved.usage_source, UsageSource::Estimate);
    assert_eq!(journal.metrics().open_holds, 2);
    for hold in &recovery.open_holds {
        journal.append_settle(hold).unwrap();
    }
    drop(journal);
    let (journal, recovery) = open(folder.path());
    assert!(recovery.open_holds.is_empty());
    let rows = all_rows(&journal);
    assert_eq!(rows.len(), 503);
    assert_eq!(rows.iter().filter(|number| **number < 3).count(), 3);
}

#[test]
fn open_holds_survive_many_restarts_unsettled() {
    let folder = crate::support::folder();
    let (journal, _) = open(folder.path());
    journal.append_hold(&row(1)).unwrap();
    drop(journal);
    for start in 0..5 {
        let (journal, recovery) = open(folder.path());
        assert_eq!(recovery.open_holds.len(), 1);
        for number in 0..200 {
            call(&journal, start * 1_000 + 100 + number);
        }
    }
    let (journal, recovery) = open(folder.path());
    journal.append_settle(&recovery.open_holds[0]).unwrap();
    flush(&journal);
    assert_eq!(all_rows(&journal).len(), 1_001);
}

#[test]
fn a_segment_of_a_newer_release_is_refused_by_name() {
    let folder = crate::support::folder();
    let (journal, _) = open(folder.path());
    call(&journal, 1);
    drop(journal);
    let path = segments(folder.path())[0].clone();
    let file = std::fs::OpenOptions::new()
        .read(true)
        .write(true)
        .open(&path)
        .unwrap();
    let mut header = [0; 64];
    file.read_exact_at(&mut header, 0).unwrap();
    header[8] = 9;
    let crc = crc32fast_of(&header[..60]);
    header[60..].copy_from_slice(&crc.to_le_bytes());
    file.write_all_at(&header, 0).unwrap();
    let error = Journal::open(folder.path(), config()).unwrap_err();
    let text = error.to_string();
    assert!(
        matches!(error, JournalError::NewerSegment { version: 9, .. }),
        "{text}"
    );
    assert!(text.contains("0000000001.seg") && text.contains("start the newer release"));
}

#[test]
fn a_record_of_a_newer_release_is_refused_by_name() {
    let folder = crate::support::folder();
    let (journal, _) = open(folder.path());
    journal.append_hold(&row(1)).unwrap();
    let end = flush(&journal);
    drop(journal);
    let file = std::fs::OpenOptions::new()
        .read(true)
        .write(true)
        .open(&segments(folder.path())[0])
        .unwrap();
    // One record of version 7 behind the last one, with a CRC that fits its place.
    let payload = [7_u8, 1, 2, 3];
    let mut covered = Vec::new();
    covered.extend_from_slice(&end.journal_id.to_le_bytes());
    covered.extend_from_slice(&end.segment.to_le_bytes());
    covered.extend_from_slice(&end.offset.to_le_bytes());
    covered.extend_from_slice(&4_u32.to_le_bytes());
    covered.extend_from_slice(&payload);
    let mut record = 4_u32.to_le_bytes().to_vec();
    record.extend_from_slice(&crc32fast_of(&covered).to_le_bytes());
    record.extend_from_slice(&payload);
    file.write_all_at(&record, u64::from(end.offset)).unwrap();
    let error = Journal::open(folder.path(), config()).unwrap_err();
    assert!(matches!(error, JournalError::NewerRecord { version: 7 }));
    assert!(error.to_string().contains("start the newer release"));
}

#[test]
fn a_folder_of_an_older_backup_makes_a_newer_cursor_a_gap() {
    let (folder, backup) = (crate::support::folder(), crate::support::folder());
    let (journal, _) = open(folder.path());
    call(&journal, 1);
    drop(journal);
    for path in segments(folder.path()) {
        std::fs::copy(&path, backup.path().join(path.file_name().unwrap())).unwrap();
    }
    let (journal, _) = open(folder.path());
    for number in 2..400 {
        call(&journal, number);
    }
    let cursor = flush(&journal);
    drop(journal);
    let (journal, _) = open(backup.path());
    crate::support::assert_gap(
        journal.read_sums(cursor, 10),
        "the cursor is ahead of the journal",
    );
    assert_eq!(
        journal.read_rows(Position::START, 10).unwrap().rows.len(),
        1
    );
}

/// CRC-32 (IEEE), bit by bit: the file format's checksum, written down a second time.
pub(crate) fn crc32fast_of(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            (crc >> 1) ^ (0xEDB8_8320 & 0_u32.wrapping_sub(crc & 1))
        })
    })
}
