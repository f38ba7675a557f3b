//! A batch of rows as the usage store takes it: columns of numbers, the values that repeat kept once
//! with a number in each row, and the sums of each hour. Built straight from the journal's bytes:
//! a row's texts are compared where they lie, never copied one by one. Decides nothing about money.

use crate::maps::HashMap;
use std::collections::BTreeMap;
use std::ops::ControlFlow;

use serde::{Deserialize, Serialize};

use super::error::JournalError;
use super::intern::{Interner, mark_of};
use super::position::Position;
use super::record::{EndReason, Record, RefusedMinute, UsageSource, body_of, decode, tag};
use super::writer::Shared;

const HOUR_MS: i64 = 3_600_000;

/// Columns of signed 64 bit numbers, little-endian.
const INTEGERS: [&str; 18] = [
    "started_ms",
    "first_byte_ms",
    "ended_ms",
    "prompt",
    "completion",
    "cached_read",
    "cache_write_5m",
    "cache_write_1h",
    "reasoning",
    "audio_in",
    "audio_out",
    "image_in",
    "hold",
    "quota_list",
    "quota",
    "quota_cost",
    "attempt",
    "place",
];
/// Columns of unsigned 64 bit numbers: the halves of the request id.
const IDS: [&str; 2] = ["request_hi", "request_lo"];
/// Columns of 32 bit numbers into [`RowsTable::kinds`] and [`RowsTable::payers`].
const NUMBERS: [&str; 2] = ["kind", "payer"];
/// Columns of text, left out when no row of the batch has any.
const TEXTS: [&str; 2] = ["ip", "attempts"];

/// Columns of the hours' sums; the last eight as in [`Cell`].
const HOUR_NUMBERS: [&str; 12] = [
    "hour",
    "user_id",
    "key_id",
    "channel_id",
    "calls",
    "failures",
    "prompt",
    "completion",
    "cached_read",
    "quota",
    "quota_list",
    "quota_cost",
];
const HOUR_TEXTS: [&str; 4] = ["model", "group_name", "username", "key_name"];

/// [`super::UsageRow`] where it lies in the journal; the order of the fields is the format.
#[derive(Debug, Deserialize)]
pub(crate) struct RowView<'a> {
    user_id: i64,
    key_id: i64,
    channel_id: i64,
    quota: i64,
    ended_ms: i64,
    request_id: [u8; 16],
    username: &'a str,
    key_name: &'a str,
    model: &'a str,
    upstream_model: &'a str,
    group: &'a str,
    endpoint: &'a str,
    is_stream: bool,
    started_ms: i64,
    first_byte_ms: i64,
    prompt: i64,
    completion: i64,
    cached_read: i64,
    cache_write_5m: i64,
    cache_write_1h: i64,
    reasoning: i64,
    audio_in: i64,
    audio_out: i64,
    image_in: i64,
    hold: i64,
    quota_list: i64,
    quota_cost: i64,
    end_reason: EndReason,
    usage_source: UsageSource,
    status: u16,
    overrun: bool,
    ip: &'a str,
    #[serde(borrow)]
    attempts: Vec<AttemptView<'a>>,
    price: &'a str,
    node: u16,
}

#[derive(Debug, Deserialize, Serialize)]
struct AttemptView<'a> {
    channel_id: i64,
    key_index: u32,
    status: u16,
    ms: u32,
    error: &'a str,
}

/// What a row shares with many others: where the call went and at what price.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Kind {
    /// Channel that answered, else the last one tried; 0 for none.
    pub channel_id: i64,
    /// Model as the client asked for it.
    pub model: String,
    /// Model as the upstream was asked for it.
    pub upstream_model: String,
    /// Group whose channel and ratio were used.
    pub group: String,
    /// Path of the family's endpoint.
    pub endpoint: String,
    /// Whether the client asked for a stream.
    pub is_stream: bool,
    /// Why the call ended.
    pub end_reason: EndReason,
    /// Who counted the tokens.
    pub usage_source: UsageSource,
    /// HTTP status that the client saw; 0 when none went.
    pub status: u16,
    /// The charge passed the hold.
    pub overrun: bool,
    /// Price stamp as JSON text.
    pub price: String,
    /// Number of the gateway node.
    pub node: u16,
    /// The journal that the row lies in.
    pub journal: u64,
}

/// Who pays for a row.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Payer {
    /// Payer.
    pub user_id: i64,
    /// Key that was used; 0 for none.
    pub key_id: i64,
    /// Payer's name at the time.
    pub username: String,
    /// Key's name at the time.
    pub key_name: String,
}

/// Sums of the batch's rows by hour, user, key, model, channel and group, as columns of equal length.
#[derive(Clone, Debug, Default)]
pub struct Hours {
    /// Columns by name, little-endian; `hour` is its beginning in Unix seconds.
    pub numbers: Vec<(&'static str, Vec<u8>)>,
    /// Columns of text; `username` and `key_name` are those of the row that ended last.
    pub texts: Vec<(&'static str, Vec<String>)>,
}

/// What the usage store applies in one transaction, moving its cursor to `to`.
#[derive(Clone, Debug, Default)]
pub struct RowsTable {
    /// The cursor behind this batch.
    pub to: Position,
    /// Rows in each column.
    pub rows: usize,
    /// Columns by name, little-endian.
    pub numbers: Vec<(&'static str, Vec<u8>)>,
    /// Columns of text; without those that are empty in all rows.
    pub texts: Vec<(&'static str, Vec<String>)>,
    /// What the column `kind` counts, from 0.
    pub kinds: Vec<Kind>,
    /// What the column `payer` counts, from 0.
    pub payers: Vec<Payer>,
    /// Sums of the hours that the rows ended in.
    pub hours: Hours,
    /// Counts of refused requests, in journal order.
    pub refused: Vec<RefusedMinute>,
    /// More is waiting behind `to`.
    pub more: bool,
}

impl Shared {
    /// Reads at most `max_rows` rows and refusal counts from the cursor on.
    pub(crate) fn read_table(
        &self,
        from: Position,
        max_rows: usize,
    ) -> Result<RowsTable, JournalError> {
        let mut building = Building::new();
        let read = self.read(from, |at, payload| {
            if building.rows + building.refused.len() >= max_rows {
                return Ok(ControlFlow::Break(()));
            }
            match body_of(payload)?.split_first() {
                // A task's record begins like any row.
                Some((&(tag::SETTLE | tag::TASK), row)) => building.take(row, at)?,
                Some((&tag::REFUSED, _)) => {
                    if let Record::Refused(minute) = decode(payload)? {
                        building.refused.push(minute);
                    }
                }
                _ => {}
            }
            Ok(ControlFlow::Continue(()))
        })?;
        Ok(RowsTable {
            to: read.to,
            more: read.more,
            ..building.finish()
        })
    }
}

/// Sums of the rows of one hour, kind and payer.
#[derive(Debug, Default)]
struct Cell {
    latest_ms: i64,
    sums: [i64; 8],
}

fn add(sums: &mut [i64; 8], more: [i64; 8]) {
    for (sum, more) in sums.iter_mut().zip(more) {
        *sum = sum.saturating_add(more);
    }
}

#[derive(Debug)]
struct Building {
    rows: usize,
    integers: [Vec<u8>; INTEGERS.len()],
    ids: [Vec<u8>; IDS.len()],
    numbers: [Vec<u8>; NUMBERS.len()],
    texts: [Vec<String>; TEXTS.len()],
    kinds: Interner<Kind>,
    payers: Interner<Payer>,
    cells: HashMap<(i64, u32, u32), Cell>,
    refused: Vec<RefusedMinute>,
}

impl Building {
    fn new() -> Self {
        Self {
            rows: 0,
            integers: std::array::from_fn(|_| Vec::new()),
            ids: std::array::from_fn(|_| Vec::new()),
            numbers: std::array::from_fn(|_| Vec::new()),
            texts: std::array::from_fn(|_| Vec::new()),
            kinds: Interner::new(),
            payers: Interner::new(),
            cells: HashMap::default(),
            refused: Vec::new(),
        }
    }

    fn take(&mut self, bytes: &[u8], at: Position) -> Result<(), JournalError> {
        let row: RowView<'_> = postcard::from_bytes(bytes).map_err(JournalError::Decode)?;
        let kind = kind_of(&mut self.kinds, &row, at.journal_id);
        let payer = payer_of(&mut self.payers, &row);
        for (column, number) in self.numbers.iter_mut().zip([kind, payer]) {
            column.extend_from_slice(&number.to_le_bytes());
        }
        let request_id = u128::from_be_bytes(row.request_id);
        for (column, half) in self.ids.iter_mut().zip([request_id >> 64, request_id]) {
            column.extend_from_slice(&(half as u64).to_le_bytes());
        }
        let plain = plain_attempt(&row);
        let place = i64::from(at.segment) << 32 | i64::from(at.offset);
        for (column, value) in
            self.integers
                .iter_mut()
                .zip(integers(&row, plain.unwrap_or(0), place))
        {
            column.extend_from_slice(&value.to_le_bytes());
        }
        let attempts = match plain {
            Some(_) => String::new(),
            None => serde_json::to_string(&row.attempts).unwrap_or_default(),
        };
        for (column, text) in self.texts.iter_mut().zip([row.ip.to_owned(), attempts]) {
            take_text(column, self.rows, text);
        }
        self.sum(&row, kind, payer);
        self.rows += 1;
        Ok(())
    }

    fn sum(&mut self, row: &RowView<'_>, kind: u32, payer: u32) {
        let hour = row.ended_ms.div_euclid(HOUR_MS) * (HOUR_MS / 1000);
        let cell = self.cells.entry((hour, kind, payer)).or_default();
        cell.latest_ms = cell.latest_ms.max(row.ended_ms);
        // A call that failed and cost nothing counts as failure.
        let failed = i64::from(row.status >= 400 && row.quota == 0);
        let more = [
            1 - failed,
            failed,
            row.prompt,
            row.completion,
            row.cached_read,
            row.quota,
            row.quota_list,
            row.quota_cost,
        ];
        add(&mut cell.sums, more);
    }

    fn finish(mut self) -> RowsTable {
        let hours = self.hours();
        for column in &mut self.texts {
            if !column.is_empty() {
                column.resize(self.rows, String::new());
            }
        }
        let numbers = INTEGERS.into_iter().zip(self.integers);
        let numbers = numbers.chain(IDS.into_iter().zip(self.ids));
        let texts = TEXTS.into_iter().zip(self.texts);
        RowsTable {
            rows: self.rows,
            numbers: numbers
                .chain(NUMBERS.into_iter().zip(self.numbers))
                .collect(),
            texts: texts.filter(|(_, column)| !column.is_empty()).collect(),
            kinds: self.kinds.into_items(),
            payers: self.payers.into_items(),
            hours,
            refused: self.refused,
            ..RowsTable::default()
        }
    }

    fn hours(&self) -> Hours {
        let mut merged: BTreeMap<_, (i64, [&str; 2], [i64; 8])> = BTreeMap::new();
        for ((hour, kind, payer), cell) in &self.cells {
            let (Some(kind), Some(payer)) = (self.kinds.get(*kind), self.payers.get(*payer)) else {
                continue;
            };
            let key = (
                *hour,
                payer.user_id,
                payer.key_id,
                kind.model.as_str(),
                kind.channel_id,
                kind.group.as_str(),
            );
            let names = [payer.username.as_str(), payer.key_name.as_str()];
            let sum = merged.entry(key).or_insert((i64::MIN, names, [0; 8]));
            // Of two names in one millisecond the greater: the answer must not depend on the map.
            if (cell.latest_ms, names) > (sum.0, sum.1) {
                (sum.0, sum.1) = (cell.latest_ms, names);
            }
            add(&mut sum.2, cell.sums);
        }
        let mut numbers = HOUR_NUMBERS.map(|name| (name, Vec::with_capacity(merged.len() * 8)));
        let mut texts = HOUR_TEXTS.map(|name| (name, Vec::with_capacity(merged.len())));
        for ((hour, user_id, key_id, model, channel_id, group), (_, names, sums)) in merged {
            let values = [hour, user_id, key_id, channel_id].into_iter().chain(sums);
            for ((_, column), value) in numbers.iter_mut().zip(values) {
                column.extend_from_slice(&value.to_le_bytes());
            }
            let [username, key_name] = names;
            let shown = [model, group, username, key_name];
            for ((_, column), text) in texts.iter_mut().zip(shown) {
                column.push(text.to_owned());
            }
        }
        Hours {
            numbers: numbers.into(),
            texts: texts.into(),
        }
    }
}

/// Begins a column of text with its first text that is not empty.
fn take_text(column: &mut Vec<String>, row: usize, text: String) {
    if text.is_empty() && column.is_empty() {
        return;
    }
    column.resize(row, String::new());
    column.push(text);
}

fn integers(row: &RowView<'_>, attempt: i64, place: i64) -> [i64; INTEGERS.len()] {
    [
        row.started_ms,
        row.first_byte_ms,
        row.ended_ms,
        row.prompt,
        row.completion,
        row.cached_read,
        row.cache_write_5m,
        row.cache_write_1h,
        row.reasoning,
        row.audio_in,
        row.audio_out,
        row.image_in,
        row.hold,
        row.quota_list,
        row.quota,
        row.quota_cost,
        attempt,
        place,
    ]
}

/// Returns key index and milliseconds of a row's only attempt, when that is all there is to tell:
/// it went well, on the row's own channel.
fn plain_attempt(row: &RowView<'_>) -> Option<i64> {
    let [attempt] = row.attempts.as_slice() else {
        return None;
    };
    let is_plain =
        attempt.channel_id == row.channel_id && attempt.status == 200 && attempt.error.is_empty();
    let key_index = i32::try_from(attempt.key_index).ok().filter(|_| is_plain)?;
    Some(i64::from(key_index) << 32 | i64::from(attempt.ms))
}

fn kind_of(kinds: &mut Interner<Kind>, row: &RowView<'_>, journal: u64) -> u32 {
    let mark = mark_of(row.model)
        ^ row.channel_id.cast_unsigned() << 3
        ^ u64::from(row.status) << 1
        ^ u64::from(row.is_stream);
    let is_same = |kind: &Kind| {
        kind.channel_id == row.channel_id
            && kind.status == row.status
            && kind.is_stream == row.is_stream
            && kind.overrun == row.overrun
            && kind.end_reason == row.end_reason
            && kind.usage_source == row.usage_source
            && kind.node == row.node
            && kind.journal == journal
            && kind.model == row.model
            && kind.upstream_model == row.upstream_model
            && kind.group == row.group
            && kind.endpoint == row.endpoint
            && kind.price == row.price
    };
    kinds.number(mark, is_same, || Kind {
        channel_id: row.channel_id,
        model: row.model.to_owned(),
        upstream_model: row.upstream_model.to_owned(),
        group: row.group.to_owned(),
        endpoint: row.endpoint.to_owned(),
        is_stream: row.is_stream,
        end_reason: row.end_reason,
        usage_source: row.usage_source,
        status: row.status,
        overrun: row.overrun,
        price: row.price.to_owned(),
        node: row.node,
        journal,
    })
}

fn payer_of(payers: &mut Interner<Payer>, row: &RowView<'_>) -> u32 {
    let mark = row.user_id.cast_unsigned().rotate_left(5) ^ row.key_id.cast_unsigned();
    let is_same = |payer: &Payer| {
        payer.user_id == row.user_id
            && payer.key_id == row.key_id
            && payer.username == row.username
            && payer.key_name == row.key_name
    };
    payers.number(mark, is_same, || Payer {
        user_id: row.user_id,
        key_id: row.key_id,
        username: row.username.to_owned(),
        key_name: row.key_name.to_owned(),
    })
}
