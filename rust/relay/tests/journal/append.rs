//! What is appended is what is read, whatever it holds and however it is spread over segments.

use std::sync::Arc;

use proptest::prelude::*;
use weirgate_relay::journal::{
    Attempt, Consumer, EndReason, FLAG_CLIPPED, Journal, JournalConfig, JournalError, MAX_RECORD,
    Position, ProgressEntry, Record, RefusedCount, RefusedMinute, UsageRow, UsageSource,
};

use crate::support::{all_rows, call, config, flush, id_of, open, row, segments};

#[test]
fn a_settled_call_is_read_back_as_it_was_written() {
    let folder = crate::support::folder();
    let (journal, recovery) = open(folder.path());
    assert!(recovery.is_new);
    let written = row(42);
    journal.append_hold(&written).unwrap();
    let place = journal.append_settle(&written).unwrap();
    flush(&journal);
    let batch = journal.read_rows(Position::START, 10).unwrap();
    assert_eq!(batch.rows, vec![(written, place)]);
    assert_eq!(place.journal_id, recovery.journal_id);
}

#[test]
fn holds_progress_and_checkpoints_become_no_rows_and_no_money() {
    let folder = crate::support::folder();
    let (journal, _) = open(folder.path());
    journal.append_hold(&row(1)).unwrap();
    journal
        .append(&Record::Progress(vec![ProgressEntry {
            request_id: id_of(1),
            quota: 7,
            ..ProgressEntry::default()
        }]))
        .unwrap();
    journal
        .append(&Record::Checkpoint(Box::new(row(1))))
        .unwrap();
    flush(&journal);
    let rows = journal.read_rows(Position::START, 10).unwrap();
    let sums = journal.read_sums(Position::START, 10).unwrap();
    assert!(rows.rows.is_empty() && sums.users.is_empty());
    assert_eq!((sums.records, sums.to), (0, rows.to));
    assert_eq!(rows.to, journal.end());
}

#[test]
fn sums_are_what_the_rows_add_up_to_in_id_order() {
    let folder = crate::support::folder();
    let (journal, _) = open(folder.path());
    let mut plain = row(900);
    plain.key_id = 0;
    plain.channel_id = 0;
    journal.append_hold(&plain).unwrap();
    journal.append_settle(&plain).unwrap();
    for number in 0..500 {
        call(&journal, number);
    }
    flush(&journal);
    let sums = journal.read_sums(Position::START, 10_000).unwrap();
    assert_eq!(sums.records, 501);
    for user in 1..=7 {
        let mine = |number: &u64| row(*number).user_id == user;
        let numbers: Vec<u64> = (0..500).chain([900]).filter(mine).collect();
        let quota: i64 = numbers.iter().map(|number| row(*number).quota).sum();
        let count = i64::try_from(numbers.len()).unwrap();
        let sum = sums.users.iter().find(|sum| sum.id == user).unwrap();
        assert_eq!((sum.quota, sum.count), (quota, count));
    }
    let last_used = (0..500)
        .filter(|number| row(*number).key_id == 4)
        .map(|number| row(number).ended_ms.div_euclid(1000))
        .max();
    let key = sums.keys.iter().find(|key| key.id == 4).unwrap();
    assert_eq!(Some(key.last_used_s), last_used);
    assert!(sums.keys.iter().all(|key| key.id != 0));
    assert!(sums.channels.iter().all(|channel| channel.id != 0));
    assert!(sums.users.is_sorted_by_key(|sum| sum.id));
    assert!(sums.keys.is_sorted_by_key(|sum| sum.id));
    assert!(sums.channels.is_sorted_by_key(|sum| sum.id));
}

#[test]
fn many_segments_are_read_as_one_journal() {
    let folder = crate::support::folder();
    let (journal, _) = open(folder.path());
    for number in 0..2_000 {
        call(&journal, number);
    }
    flush(&journal);
    assert!(segments(folder.path()).len() > 10);
    assert_eq!(all_rows(&journal), (0..2_000).collect::<Vec<_>>());
}

#[test]
fn threads_append_at_once_and_none_is_lost() {
    let folder = crate::support::folder();
    let (journal, _) = open(folder.path());
    let journal = Arc::new(journal);
    let threads: Vec<_> = (0..8_u64)
        .map(|thread| {
            let journal = Arc::clone(&journal);
            std::thread::spawn(move || {
                for number in 0..500 {
                    call(&journal, thread * 10_000 + number);
                }
            })
        })
        .collect();
    for thread in threads {
        thread.join().unwrap();
    }
    flush(&journal);
    let mut numbers = all_rows(&journal);
    numbers.sort_unstable();
    let expected: Vec<u64> = (0..8)
        .flat_map(|thread| (0..500).map(move |number| thread * 10_000 + number))
        .collect();
    assert_eq!(numbers, expected);
    assert_eq!(journal.metrics().open_holds, 0);
}

#[test]
fn a_call_settles_once() {
    let folder = crate::support::folder();
    let (journal, _) = open(folder.path());
    call(&journal, 1);
    let again = journal.append_settle(&row(1));
    assert!(matches!(again, Err(JournalError::NoSuchHold { .. })));
    let unknown = journal.append_settle(&row(2));
    assert!(matches!(unknown, Err(JournalError::NoSuchHold { .. })));
    journal.append_hold(&row(3)).unwrap();
    let twice = journal.append_hold(&row(3));
    assert!(matches!(twice, Err(JournalError::HoldsAlready { .. })));
    flush(&journal);
    assert_eq!(all_rows(&journal), vec![1]);
}

#[test]
fn a_row_too_long_for_a_record_is_clipped_and_says_so() {
    let folder = crate::support::folder();
    let (journal, _) = open(folder.path());
    let attempt = |channel_id| Attempt {
        channel_id,
        error: "é".repeat(300),
        ..Attempt::default()
    };
    let long = UsageRow {
        model: "ж".repeat(5_000),
        username: "x".repeat(5_000),
        price: "y".repeat(5_000),
        attempts: (1..=50).map(attempt).collect(),
        quota: 77,
        ..row(9)
    };
    journal.append_hold(&long).unwrap();
    journal.append_settle(&long).unwrap();
    flush(&journal);
    let batch = journal.read_rows(Position::START, 10).unwrap();
    let (read, _) = &batch.rows[0];
    assert_ne!(read.flags & FLAG_CLIPPED, 0);
    assert_eq!((read.quota, read.request_id), (77, long.request_id));
    assert_eq!(read.attempts.last().map(|last| last.channel_id), Some(50));
    assert!(long.model.starts_with(&read.model) && !read.model.is_empty());
    assert!(journal.metrics().appended_bytes <= 2 * MAX_RECORD as u64);
}

#[test]
fn long_lists_are_spread_over_records() {
    let folder = crate::support::folder();
    let (journal, _) = open(folder.path());
    let entry = |number| ProgressEntry {
        request_id: id_of(number),
        hold: i64::MAX,
        channel_id: i64::MAX,
        first_byte_ms: i64::MIN,
        prompt: i64::MAX,
        completion: i64::MAX,
        quota_list: i64::MIN,
        quota: i64::MAX,
        quota_cost: i64::MIN,
    };
    let entries: Vec<_> = (0..500).map(entry).collect();
    journal.append_progress(&entries).unwrap();
    let counts: Vec<_> = (0..500)
        .map(|key_id| RefusedCount {
            reason: "insufficient_user_quota".into(),
            key_id,
            count: 3,
        })
        .collect();
    let minute = RefusedMinute {
        minute_s: 1_790_000_040,
        counts: counts.clone(),
    };
    journal.append_refused(&minute).unwrap();
    flush(&journal);
    let batch = journal.read_rows(Position::START, 1_000).unwrap();
    let read: Vec<_> = batch
        .refused
        .iter()
        .inspect(|(minute, _)| assert_eq!(minute.minute_s, 1_790_000_040))
        .flat_map(|(minute, _)| minute.counts.clone())
        .collect();
    assert_eq!(read, counts);
}

#[test]
fn room_set_aside_and_not_used_goes_back() {
    let folder = crate::support::folder();
    let small = JournalConfig {
        cap_bytes: 64 << 10,
        ..config()
    };
    let (journal, _) = Journal::open(folder.path(), small).unwrap();
    let mut slots = Vec::new();
    let refused = loop {
        match journal.reserve_hold() {
            Ok(slot) => slots.push(slot),
            Err(error) => break error,
        }
    };
    assert!(matches!(refused, JournalError::Full { .. }) && refused.is_retryable());
    assert_eq!(slots.len(), 7, "8 KiB a hold and its settle in 60 KiB");
    assert_eq!(journal.metrics().open_holds, 7);
    slots.pop().unwrap().append_soon(&row(1)).unwrap();
    slots.clear();
    assert_eq!(journal.metrics().open_holds, 1);
    journal.reserve_hold().unwrap();
    journal.append_settle(&row(1)).unwrap();
    assert!(journal.metrics().refused_holds >= 1);
}

#[test]
fn at_its_cap_the_journal_refuses_holds_and_still_settles_all_that_are_open() {
    let folder = crate::support::folder();
    let small = JournalConfig {
        cap_bytes: 192 << 10,
        ..config()
    };
    let (journal, _) = Journal::open(folder.path(), small).unwrap();
    let mut open = Vec::new();
    let mut settled = 0_u64;
    for number in 0..10_000 {
        match journal.append_hold(&row(number)) {
            Ok(_) => open.push(number),
            Err(JournalError::Full { .. }) => break,
            Err(error) => panic!("{error}"),
        }
        if number % 3 > 0 {
            journal.append_settle(&row(open.remove(0))).unwrap();
            settled += 1;
        }
    }
    assert!(!open.is_empty());
    let progress: Vec<_> = open
        .iter()
        .map(|number| ProgressEntry {
            request_id: id_of(*number),
            ..ProgressEntry::default()
        })
        .collect();
    // Progress may be refused, but never at the cost of a settle.
    while journal.append_progress(&progress).is_ok() {}
    for number in &open {
        journal.append_settle(&row(*number)).unwrap();
    }
    flush(&journal);
    assert_eq!(all_rows(&journal).len() as u64, settled + open.len() as u64);
    let metrics = journal.metrics();
    assert!(metrics.bytes <= 192 << 10);
    assert_eq!(metrics.open_holds, 0);
}

#[test]
fn figures_follow_what_happens() {
    let folder = crate::support::folder();
    let (journal, _) = open(folder.path());
    for number in 0..100 {
        call(&journal, number);
    }
    flush(&journal);
    let metrics = journal.metrics();
    assert_eq!(metrics.records, 200);
    assert_eq!(metrics.append.count, 200);
    assert!(metrics.append.quantile_us(0.5) < 5_000_000);
    assert!(metrics.fsync.count > 0 && !metrics.failed);
    assert_eq!(metrics.unsynced_bytes, 0);
    assert_eq!(metrics.sql_lag_bytes, metrics.appended_bytes);
    journal.set_consumer(Consumer::Sql, journal.end()).unwrap();
    let metrics = journal.metrics();
    assert_eq!(metrics.sql_lag_bytes, 0);
    assert_eq!(metrics.analytics_lag_bytes, metrics.appended_bytes);
}

fn reasons() -> impl Strategy<Value = EndReason> {
    prop::sample::select(vec![
        EndReason::Completed,
        EndReason::ClientGoneMidstream,
        EndReason::QuotaExhaustedMidstream,
        EndReason::InternalError,
        EndReason::GatewayRestart,
    ])
}

prop_compose! {
    fn any_row()(
        numbers in prop::array::uniform20(any::<i64>()),
        texts in prop::collection::vec(".{0,40}", 7),
        id in any::<[u8; 16]>(),
        end_reason in reasons(),
        attempts in prop::collection::vec((any::<i64>(), any::<u32>(), any::<u16>(), "[a-z]{0,12}"), 0..6),
        (status, node, flags, is_stream) in (any::<u16>(), any::<u16>(), 0..8_u32, any::<bool>()),
    ) -> UsageRow {
        UsageRow {
            user_id: numbers[0], key_id: numbers[1], channel_id: numbers[2], quota: numbers[3],
            ended_ms: numbers[4], request_id: id, username: texts[0].clone(),
            key_name: texts[1].clone(), model: texts[2].clone(), upstream_model: texts[3].clone(),
            group: texts[4].clone(), endpoint: texts[5].clone(), is_stream,
            started_ms: numbers[5], first_byte_ms: numbers[6], prompt: numbers[7],
            completion: numbers[8], cached_read: numbers[9], cache_write_5m: numbers[10],
            cache_write_1h: numbers[11], reasoning: numbers[12], audio_in: numbers[13],
            audio_out: numbers[14], image_in: numbers[15], hold: numbers[16],
            quota_list: numbers[17], quota_cost: numbers[18], end_reason,
            usage_source: UsageSource::Drained, status, overrun: is_stream, ip: "::1".into(),
            attempts: attempts.into_iter().map(|(channel_id, key_index, status, error)| Attempt {
                channel_id, key_index, status, ms: key_index, error,
            }).collect(),
            price: texts[6].clone(), node, flags: flags & !FLAG_CLIPPED,
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn any_rows_come_back_equal(rows in prop::collection::vec(any_row(), 1..20)) {
        let folder = crate::support::folder();
        let (journal, _) = open(folder.path());
        let mut written: Vec<UsageRow> = Vec::new();
        for row in rows {
            if written.iter().all(|other| other.request_id != row.request_id) {
                journal.append(&Record::Hold(Box::new(row.clone()))).unwrap();
                journal.append(&Record::Settle(Box::new(row.clone()))).unwrap();
                written.push(row);
            }
        }
        flush(&journal);
        let batch = journal.read_rows(Position::START, 100).unwrap();
        let read: Vec<_> = batch.rows.into_iter().map(|(row, _)| row).collect();
        prop_assert_eq!(read, written);
    }
}
