//! Damaged files: every record whose CRC fits is taken, what is broken is named and set aside, and
//! no damage anywhere stops the start or takes a whole record away.

use std::fs::OpenOptions;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use weirgate_relay::journal::{Journal, Position, Recovery, UsageRow};

use crate::support::{all_rows, call, config, flush, id_of, number_of, open, segments};

fn short_row(number: u64) -> UsageRow {
    UsageRow {
        user_id: 1,
        quota: 10,
        request_id: id_of(number),
        model: "m".into(),
        ..UsageRow::default()
    }
}

/// One journal that was killed: its only segment, and where each record begins.
struct Sample {
    bytes: Vec<u8>,
    /// Number of the call, whether it is the settle, first byte, byte behind.
    records: Vec<(u64, bool, usize, usize)>,
}

fn sample() -> Sample {
    let folder = crate::support::folder();
    let (journal, _) = open(folder.path());
    let mut begins = Vec::new();
    for number in 1..=4 {
        let hold = journal.append_hold(&short_row(number)).unwrap();
        let settle = journal.append_settle(&short_row(number)).unwrap();
        begins.push((number, false, hold.offset as usize));
        begins.push((number, true, settle.offset as usize));
    }
    let end = flush(&journal).offset as usize;
    let bytes = std::fs::read(&segments(folder.path())[0]).unwrap();
    let ends = begins.iter().skip(1).map(|(_, _, at)| *at).chain([end]);
    let records = begins
        .iter()
        .zip(ends)
        .map(|(&(number, settles, from), to)| (number, settles, from, to))
        .collect();
    Sample { bytes, records }
}

impl Sample {
    fn end(&self) -> usize {
        self.records.last().unwrap().3
    }

    /// Starts on a copy that `harm` has been at; returns rows, open holds and the recovery.
    fn start(&self, harm: impl FnOnce(&mut [u8])) -> (Vec<u64>, Vec<u64>, Recovery) {
        let folder = crate::support::folder();
        let mut bytes = self.bytes.clone();
        harm(&mut bytes);
        std::fs::write(folder.path().join("0000000001.seg"), bytes).unwrap();
        let (journal, recovery) = open(folder.path());
        let holds = recovery.open_holds.iter().map(number_of).collect();
        for path in &recovery.set_aside {
            assert!(path.exists(), "{} is named but not there", path.display());
        }
        (all_rows(&journal), holds, recovery)
    }

    /// What must be found when exactly these records are unreadable.
    fn without(&self, broken: impl Fn(usize, usize) -> bool) -> (Vec<u64>, Vec<u64>) {
        let whole = |settles: bool| {
            self.records
                .iter()
                .filter(move |(_, is_settle, _, _)| *is_settle == settles)
                .filter(|(_, _, from, to)| !broken(*from, *to))
                .map(|(number, _, _, _)| *number)
        };
        let rows: Vec<u64> = whole(true).collect();
        let holds = whole(false)
            .filter(|number| !rows.contains(number))
            .collect();
        (rows, holds)
    }
}

#[test]
fn an_undamaged_journal_warns_of_nothing() {
    let sample = sample();
    let (rows, holds, recovery) = sample.start(|_| {});
    assert_eq!((rows, holds), (vec![1, 2, 3, 4], vec![]));
    assert!(recovery.warnings.is_empty(), "{:?}", recovery.warnings);
}

#[test]
fn a_damaged_byte_anywhere_costs_its_record_and_no_other() {
    let sample = sample();
    for at in 64..sample.end() {
        for flip in [0x01, 0x80, 0xff] {
            let (rows, holds, recovery) = sample.start(|bytes| bytes[at] ^= flip);
            let expected = sample.without(|from, to| (from..to).contains(&at));
            assert_eq!((rows, holds), expected, "byte {at} xor {flip:#x}");
            assert_eq!(recovery.warnings.len(), 1, "byte {at}: {recovery:?}");
            assert!(recovery.warnings[0].contains("journal segment 1"));
            assert_eq!(recovery.set_aside.len(), 1);
        }
    }
}

#[test]
fn a_write_torn_at_any_length_costs_only_what_was_torn() {
    let sample = sample();
    for at in 64..=sample.end() {
        let (rows, holds, recovery) = sample.start(|bytes| bytes[at..].fill(0));
        // A record whose torn bytes were zero is whole all the same.
        let is_torn = |from: usize, to: usize| {
            let torn = sample.bytes.get(at.max(from)..to).unwrap_or_default();
            torn.iter().any(|byte| *byte != 0)
        };
        assert_eq!((rows, holds), sample.without(is_torn), "torn at {at}");
        let within =
            |(_, _, from, to): &(u64, bool, usize, usize)| *from < at && is_torn(*from, *to);
        let warned = !recovery.warnings.is_empty();
        assert_eq!(warned, sample.records.iter().any(within), "torn at {at}");
    }
}

#[test]
fn a_file_cut_at_any_length_costs_only_what_was_cut() {
    let sample = sample();
    for at in 64..=sample.end() {
        let folder = crate::support::folder();
        let path = folder.path().join("0000000001.seg");
        std::fs::write(&path, &sample.bytes[..at]).unwrap();
        let (journal, _) = open(folder.path());
        let (rows, _) = sample.without(|_, to| to > at);
        if at > sample.records[0].3 {
            assert_eq!(all_rows(&journal), rows, "cut at {at}");
        }
    }
}

#[test]
fn a_damaged_header_is_rebuilt_from_the_records_behind_it() {
    let folder = crate::support::folder();
    let (journal, recovery) = open(folder.path());
    for number in 0..300 {
        call(&journal, number);
    }
    drop(journal);
    let files = segments(folder.path());
    for (index, path) in files.iter().enumerate().take(files.len() - 1) {
        let at = (index * 7 % 64) as u64;
        harm(path, at);
    }
    let (journal, again) = open(folder.path());
    assert_eq!(again.journal_id, recovery.journal_id);
    let rebuilt = |text: &String| text.contains("damaged header rebuilt");
    assert_eq!(
        again.warnings.iter().filter(|text| rebuilt(text)).count(),
        files.len() - 1
    );
    assert_eq!(all_rows(&journal), (0..300).collect::<Vec<_>>());
    drop(journal);
    let (journal, third) = open(folder.path());
    assert!(third.warnings.is_empty(), "{:?}", third.warnings);
    assert_eq!(all_rows(&journal), (0..300).collect::<Vec<_>>());
}

/// Flips one byte of a file.
fn harm(path: &Path, at: u64) {
    let file = OpenOptions::new()
        .read(true)
        .write(true)
        .open(path)
        .unwrap();
    let mut byte = [0];
    file.read_exact_at(&mut byte, at).unwrap();
    file.write_all_at(&[byte[0] ^ 0x5a], at).unwrap();
}

#[test]
fn every_byte_of_the_last_header_may_be_damaged() {
    let folder = crate::support::folder();
    let (journal, _) = open(folder.path());
    call(&journal, 1);
    drop(journal);
    let mut rows = vec![1];
    for at in 0..64 {
        let (journal, _) = open(folder.path());
        call(&journal, at + 2);
        drop(journal);
        rows.push(at + 2);
        harm(segments(folder.path()).last().unwrap(), at);
        let (journal, recovery) = open(folder.path());
        assert_eq!(recovery.warnings.len(), 1, "header byte {at}");
        assert_eq!(all_rows(&journal), rows, "header byte {at}");
    }
}

#[test]
fn a_file_of_garbage_is_set_aside_and_the_start_goes_on() {
    let garbage: Vec<u8> = (0..20_000_u32)
        .map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8)
        .collect();
    for content in [&garbage[..], &garbage[..10], &[], &[0; 4096]] {
        let folder = crate::support::folder();
        let (journal, _) = open(folder.path());
        call(&journal, 1);
        drop(journal);
        let bad = folder.path().join("0000000002.seg");
        std::fs::write(&bad, content).unwrap();
        let (journal, recovery) = open(folder.path());
        assert!(!bad.exists());
        assert_eq!(recovery.set_aside.len(), 1);
        assert_eq!(std::fs::read(&recovery.set_aside[0]).unwrap(), content);
        assert_eq!(all_rows(&journal), vec![1]);
        assert_eq!(journal.end().segment, 3);
    }
}

#[test]
fn a_segment_of_another_journal_is_set_aside() {
    let (ours, theirs) = (crate::support::folder(), crate::support::folder());
    let (journal, _) = open(theirs.path());
    call(&journal, 99);
    drop(journal);
    let (journal, own) = open(ours.path());
    call(&journal, 1);
    drop(journal);
    let (journal, _) = open(ours.path());
    call(&journal, 2);
    drop(journal);
    std::fs::copy(&segments(theirs.path())[0], &segments(ours.path())[0]).unwrap();
    let (journal, recovery) = open(ours.path());
    assert_eq!(recovery.journal_id, own.journal_id);
    assert!(recovery.warnings[0].contains("belongs to another journal"));
    let batch = journal.read_rows(journal.oldest(), 10).unwrap();
    assert_eq!(batch.rows.len(), 1, "only ours are read");
}

#[test]
fn when_no_header_can_be_read_a_new_journal_begins_and_old_cursors_are_gaps() {
    let folder = crate::support::folder();
    let (journal, first) = open(folder.path());
    call(&journal, 1);
    let cursor = flush(&journal);
    drop(journal);
    harm(&segments(folder.path())[0], 20);
    let (journal, recovery) = open(folder.path());
    assert_ne!(recovery.journal_id, first.journal_id);
    assert!(recovery.is_new && recovery.set_aside.len() == 1);
    crate::support::assert_gap(
        journal.read_rows(cursor, 1),
        "the cursor is another journal's",
    );
    assert_eq!(all_rows(&journal), Vec::<u64>::new());
}

fn many_calls(path: &Path) -> Vec<PathBuf> {
    let (journal, _) = open(path);
    for number in 0..600 {
        call(&journal, number);
    }
    flush(&journal);
    segments(path)
}

#[test]
fn consumers_pass_damage_in_an_old_segment_and_count_it() {
    let folder = crate::support::folder();
    let files = many_calls(folder.path());
    harm(&files[1], 10_000);
    harm(&files[1], 30_000);
    let (journal, _) = Journal::open(folder.path(), config()).unwrap();
    let rows = all_rows(&journal);
    assert!(rows.len() >= 598 && rows.is_sorted(), "{}", rows.len());
    let damaged = journal.metrics().damaged_bytes;
    assert!((100..10_000).contains(&damaged), "{damaged}");
    let mut sums = Position::START;
    let mut records = 0;
    loop {
        let batch = journal.read_sums(sums, 1_000).unwrap();
        records += batch.records;
        sums = batch.to;
        if !batch.more {
            break;
        }
    }
    assert_eq!(records, rows.len() as u64);
}

#[test]
fn a_half_made_segment_of_an_earlier_start_is_removed() {
    let folder = crate::support::folder();
    let (journal, _) = open(folder.path());
    call(&journal, 1);
    drop(journal);
    let half = folder.path().join("next-0.tmp");
    std::fs::write(&half, [0; 100]).unwrap();
    let (journal, recovery) = open(folder.path());
    assert!(recovery.warnings.is_empty());
    assert_eq!(all_rows(&journal), vec![1]);
}
