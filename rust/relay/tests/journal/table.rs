//! The columns of a batch say what its rows say, and its hours are their sums.

use std::collections::BTreeMap;

use weirgate_relay::journal::{
    Attempt, EndReason, Journal, Position, RefusedCount, RefusedMinute, RowsTable, UsageRow,
};

use crate::support::{flush, open, row};

fn odd_rows() -> Vec<UsageRow> {
    let failed = |channel_id, status, error: &str| Attempt {
        channel_id,
        key_index: 1,
        status,
        ms: 7,
        error: error.into(),
    };
    let plain = Attempt {
        channel_id: 2,
        key_index: 5,
        status: 200,
        ms: u32::MAX,
        error: String::new(),
    };
    let base = |number| UsageRow {
        channel_id: 2,
        ..row(number)
    };
    vec![
        base(1),
        UsageRow {
            attempts: vec![plain.clone()],
            ip: "10.0.0.1".into(),
            ..base(2)
        },
        UsageRow {
            attempts: vec![failed(3, 500, "server_error"), plain],
            ended_ms: base(3).ended_ms + 3_600_000,
            ..base(3)
        },
        UsageRow {
            attempts: Vec::new(),
            status: 503,
            quota: 0,
            end_reason: EndReason::UpstreamError,
            ended_ms: -1,
            ..base(4)
        },
        UsageRow {
            username: "bob".into(),
            is_stream: true,
            quota: i64::MAX,
            cached_read: -3,
            ..base(5)
        },
        base(6),
    ]
}

fn journal_of(rows: &[UsageRow]) -> (tempfile::TempDir, Journal) {
    let folder = crate::support::folder();
    let (journal, _) = open(folder.path());
    for row in rows {
        journal.append_hold(row).unwrap();
        journal.append_settle(row).unwrap();
    }
    (folder, journal)
}

fn column<const N: usize>(columns: &[(&str, Vec<u8>)], name: &str) -> Vec<[u8; N]> {
    let (_, bytes) = columns.iter().find(|(found, _)| *found == name).unwrap();
    bytes
        .chunks(N)
        .map(|value| value.try_into().unwrap())
        .collect()
}

fn integers(columns: &[(&str, Vec<u8>)], name: &str) -> Vec<i64> {
    let values = column(columns, name).into_iter();
    values.map(i64::from_le_bytes).collect()
}

fn texts<'a>(columns: &'a [(&str, Vec<String>)], name: &str) -> Option<&'a Vec<String>> {
    let found = columns.iter().find(|(found, _)| *found == name);
    found.map(|(_, values)| values)
}

fn check_row(table: &RowsTable, place: usize, row: &UsageRow, at: Position) {
    let integer = |name| integers(&table.numbers, name)[place];
    let half = |name| u64::from_le_bytes(column(&table.numbers, name)[place]);
    let number = |name| u32::from_le_bytes(column(&table.numbers, name)[place]) as usize;
    let kind = &table.kinds[number("kind")];
    let payer = &table.payers[number("payer")];
    let id = u128::from(half("request_hi")) << 64 | u128::from(half("request_lo"));
    assert_eq!(id.to_be_bytes(), row.request_id);
    assert_eq!(integer("place") >> 32, i64::from(at.segment));
    assert_eq!(integer("place") & 0xFFFF_FFFF, i64::from(at.offset));
    assert_eq!(
        (
            payer.user_id,
            payer.key_id,
            &payer.username,
            &payer.key_name
        ),
        (row.user_id, row.key_id, &row.username, &row.key_name)
    );
    assert_eq!(
        (kind.channel_id, kind.status, kind.is_stream, kind.overrun),
        (row.channel_id, row.status, row.is_stream, row.overrun)
    );
    assert_eq!(
        (&kind.model, &kind.upstream_model, &kind.group, &kind.price),
        (&row.model, &row.upstream_model, &row.group, &row.price)
    );
    assert_eq!(
        (&kind.endpoint, kind.end_reason, kind.usage_source),
        (&row.endpoint, row.end_reason, row.usage_source)
    );
    assert_eq!((kind.node, kind.journal), (row.node, at.journal_id));
    for (name, value) in [
        ("started_ms", row.started_ms),
        ("first_byte_ms", row.first_byte_ms),
        ("ended_ms", row.ended_ms),
        ("prompt", row.prompt),
        ("completion", row.completion),
        ("cached_read", row.cached_read),
        ("hold", row.hold),
        ("quota_list", row.quota_list),
        ("quota", row.quota),
        ("quota_cost", row.quota_cost),
    ] {
        assert_eq!(integer(name), value, "{name}");
    }
}

#[test]
fn columns_hold_what_the_rows_hold() {
    let (_folder, journal) = journal_of(&odd_rows());
    journal
        .append_refused(&RefusedMinute {
            minute_s: 60,
            counts: vec![RefusedCount {
                reason: "key_unknown".into(),
                key_id: 0,
                count: 3,
            }],
        })
        .unwrap();
    flush(&journal);
    let batch = journal.read_rows(Position::START, 100).unwrap();
    let table = journal.read_table(Position::START, 100).unwrap();
    assert_eq!((table.to, table.more), (batch.to, batch.more));
    assert_eq!((table.rows, table.refused.len()), (6, 1));
    for (place, (row, at)) in batch.rows.iter().enumerate() {
        check_row(&table, place, row, *at);
    }
    assert_eq!(table.payers.len(), 6, "six keys");
    assert_eq!(table.kinds.len(), 3, "plain, streamed, failed");
    let part = journal.read_table(Position::START, 4).unwrap();
    assert_eq!((part.rows, part.more), (4, true));
    let rest = journal.read_table(part.to, 100).unwrap();
    assert_eq!((rest.rows, rest.to), (2, table.to));
}

#[test]
fn only_attempts_that_are_not_plain_come_as_text() {
    let (_folder, journal) = journal_of(&odd_rows());
    flush(&journal);
    let table = journal.read_table(Position::START, 100).unwrap();
    let ip = texts(&table.texts, "ip").unwrap();
    assert_eq!(ip, &["", "10.0.0.1", "", "", "", ""]);
    let attempts = texts(&table.texts, "attempts").unwrap();
    let of_another_channel = r#"[{"channel_id":3,"key_index":0,"status":200,"ms":412,"error":""}]"#;
    assert_eq!(attempts[0], of_another_channel);
    assert_eq!(attempts[1], "");
    assert!(attempts[2].starts_with(r#"[{"channel_id":3,"key_index":1,"status":500,"#));
    assert_eq!(attempts[3], "[]");
    let told = integers(&table.numbers, "attempt")[1];
    assert_eq!((told >> 32, told & 0xFFFF_FFFF), (5, i64::from(u32::MAX)));
    let plain = UsageRow {
        channel_id: 3,
        ..row(1)
    };
    let (_folder, journal) = journal_of(&[plain]);
    flush(&journal);
    let table = journal.read_table(Position::START, 100).unwrap();
    assert!(table.texts.is_empty(), "nothing to tell");
}

/// When a row ended, and the names in it.
type Named<'a> = (i64, &'a str, &'a str);

#[test]
fn hours_are_the_sums_of_their_rows() {
    let rows: Vec<UsageRow> = odd_rows().into_iter().chain((10..400).map(row)).collect();
    let (_folder, journal) = journal_of(&rows);
    flush(&journal);
    let hours = journal.read_table(Position::START, 1_000).unwrap().hours;
    let mut expected: BTreeMap<_, (Named<'_>, [i64; 4])> = BTreeMap::new();
    for row in &rows {
        let hour = row.ended_ms.div_euclid(3_600_000) * 3600;
        let key = (
            hour,
            row.user_id,
            row.key_id,
            row.model.as_str(),
            row.channel_id,
        );
        let failed = i64::from(row.status >= 400 && row.quota == 0);
        let name = (row.ended_ms, row.username.as_str(), row.key_name.as_str());
        let (latest, sums) = expected.entry(key).or_insert((name, [0; 4]));
        *latest = name.max(*latest);
        for (sum, more) in sums
            .iter_mut()
            .zip([1 - failed, failed, row.prompt, row.quota])
        {
            *sum = sum.saturating_add(more);
        }
    }
    let names = [
        "hour",
        "user_id",
        "key_id",
        "channel_id",
        "calls",
        "failures",
        "prompt",
        "quota",
    ];
    let columns = names.map(|name| integers(&hours.numbers, name));
    let models = texts(&hours.texts, "model").unwrap();
    let named = texts(&hours.texts, "username").unwrap();
    let keys = texts(&hours.texts, "key_name").unwrap();
    assert_eq!(models.len(), expected.len());
    for (place, model) in models.iter().enumerate() {
        let [hour, user, key, channel, sums @ ..] = columns.each_ref().map(|column| column[place]);
        let (latest, summed) = expected[&(hour, user, key, model.as_str(), channel)];
        assert_eq!(sums, summed);
        let shown = (named[place].as_str(), keys[place].as_str());
        assert_eq!(shown, (latest.1, latest.2));
    }
    assert_eq!(columns[0][0], -3_600, "before 1970");
}
