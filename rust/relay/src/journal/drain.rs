//! What the consumers read: sums for the ledger, rows for analytics, in bounded batches from a
//! cursor on, never past the last fsync. Reads files, never the append path's memory.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::atomic::Ordering;

use super::error::JournalError;
use super::position::Position;
use super::record::{Record, RefusedMinute, UsageRow, body_of, decode, decode_head, tag};
use super::replay::{io_error, open};
use super::segment::{Records, path_of};
use super::task::TaskRecord;
use super::writer::Shared;

/// Bytes of the journal that one batch looks through at most.
const BATCH_BYTES: u64 = 32 << 20;

/// Sum of one user or channel.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sum {
    /// User or channel.
    pub id: i64,
    /// Charges added up, in quota.
    pub quota: i64,
    /// Rows added up.
    pub count: i64,
}

/// Sum of one key.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct KeySum {
    /// Key.
    pub id: i64,
    /// Charges added up, in quota.
    pub quota: i64,
    /// End of its latest call, Unix seconds.
    pub last_used_s: i64,
}

/// What the ledger applies in one transaction, moving its cursor from `from` to `to`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SumsBatch {
    /// The cursor as it was given.
    pub from: Position,
    /// The cursor behind this batch.
    pub to: Position,
    /// Sums by user, in id order.
    pub users: Vec<Sum>,
    /// Sums by key, in id order; calls without a key are left out.
    pub keys: Vec<KeySum>,
    /// Sums by channel, in id order; calls that reached none are left out.
    pub channels: Vec<Sum>,
    /// Tasks that began, in journal order, each with its row; also counted in the sums.
    pub tasks: Vec<TaskRecord>,
    /// Settled calls in this batch.
    pub records: u64,
    /// Bytes of damage that were jumped over.
    pub damaged_bytes: u64,
    /// More is waiting behind `to`.
    pub more: bool,
}

/// Whole rows between two cursors; analytics reads them as a [`super::RowsTable`].
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RowsBatch {
    /// The cursor as it was given.
    pub from: Position,
    /// The cursor behind this batch.
    pub to: Position,
    /// One row a settled call, in journal order, with its place.
    pub rows: Vec<(UsageRow, Position)>,
    /// Counts of refused requests, in journal order, with their place.
    pub refused: Vec<(RefusedMinute, Position)>,
    /// Bytes of damage that were jumped over.
    pub damaged_bytes: u64,
    /// More is waiting behind `to`.
    pub more: bool,
}

#[derive(Default)]
struct Sums {
    users: BTreeMap<i64, Sum>,
    keys: BTreeMap<i64, KeySum>,
    channels: BTreeMap<i64, Sum>,
}

fn add(sums: &mut BTreeMap<i64, Sum>, id: i64, quota: i64) {
    let sum = sums.entry(id).or_default();
    sum.id = id;
    sum.quota = sum.quota.saturating_add(quota);
    sum.count += 1;
}

impl Shared {
    pub(crate) fn read_sums(
        &self,
        from: Position,
        max_records: usize,
    ) -> Result<SumsBatch, JournalError> {
        let mut batch = SumsBatch {
            from,
            ..SumsBatch::default()
        };
        let mut sums = Sums::default();
        let read = self.read(from, |_, payload| {
            if batch.records >= max_records as u64 {
                return Ok(ControlFlow::Break(()));
            }
            if let Some(head) = decode_head(payload)? {
                batch.records += 1;
                add(&mut sums.users, head.user_id, head.quota);
                if head.channel_id != 0 {
                    add(&mut sums.channels, head.channel_id, head.quota);
                }
                if head.key_id != 0 {
                    let key = sums.keys.entry(head.key_id).or_default();
                    key.id = head.key_id;
                    key.quota = key.quota.saturating_add(head.quota);
                    key.last_used_s = key.last_used_s.max(head.ended_ms.div_euclid(1000));
                }
                if body_of(payload)?.first() == Some(&tag::TASK)
                    && let Record::Task(task) = decode(payload)?
                {
                    batch.tasks.push(*task);
                }
            }
            Ok(ControlFlow::Continue(()))
        })?;
        batch.to = read.to;
        batch.more = read.more;
        batch.damaged_bytes = read.damaged_bytes;
        batch.users = sums.users.into_values().collect();
        batch.keys = sums.keys.into_values().collect();
        batch.channels = sums.channels.into_values().collect();
        Ok(batch)
    }

    pub(crate) fn read_rows(
        &self,
        from: Position,
        max_rows: usize,
    ) -> Result<RowsBatch, JournalError> {
        let mut batch = RowsBatch {
            from,
            ..RowsBatch::default()
        };
        let read = self.read(from, |at, payload| {
            if batch.rows.len() + batch.refused.len() >= max_rows {
                return Ok(ControlFlow::Break(()));
            }
            let wanted = matches!(
                body_of(payload)?.first(),
                Some(&(tag::SETTLE | tag::REFUSED | tag::TASK))
            );
            if wanted {
                match decode(payload)? {
                    Record::Settle(row) => batch.rows.push((*row, at)),
                    Record::Task(task) => batch.rows.push((task.row, at)),
                    Record::Refused(minute) => batch.refused.push((minute, at)),
                    Record::Hold(_) | Record::Progress(_) | Record::Checkpoint(_) => {}
                }
            }
            Ok(ControlFlow::Continue(()))
        })?;
        batch.to = read.to;
        batch.more = read.more;
        batch.damaged_bytes = read.damaged_bytes;
        Ok(batch)
    }

    /// Shows `visit` each record from the cursor on until it breaks, or nothing fsynced is left;
    /// a record at which it breaks is read again by the next batch.
    pub(super) fn read(
        &self,
        from: Position,
        mut visit: impl FnMut(Position, &[u8]) -> Result<ControlFlow<()>, JournalError>,
    ) -> Result<Read, JournalError> {
        let mut at = self.files.lock().locate(from)?;
        let mut read = Read {
            to: at,
            ..Read::default()
        };
        let mut budget = BATCH_BYTES;
        loop {
            let stretch = self.files.lock().stretch(&mut at)?;
            read.to = at;
            let Some(stretch) = stretch else {
                break;
            };
            if budget == 0 {
                read.more = true;
                break;
            }
            let path = path_of(&self.folder, stretch.segment);
            let file = open(&path)?;
            let place = (self.journal_id, stretch.segment);
            let mut records = Records::new(&file, place, stretch.from, stretch.end);
            while budget > 0 {
                let begin = records.offset();
                let Some((offset, payload)) =
                    records.next().map_err(io_error("cannot read", &path))?
                else {
                    // Nothing whole is left up to the end that the journal names.
                    let lost = stretch.end.saturating_sub(begin);
                    read.damaged_bytes += u64::from(lost);
                    at.offset = stretch.end;
                    break;
                };
                let place = Position { offset, ..at };
                if visit(place, payload)?.is_break() {
                    read.more = true;
                    budget = 0;
                    break;
                }
                at.offset = records.offset();
                budget = budget.saturating_sub(u64::from(at.offset - begin));
            }
            let jumped = records.damage.iter().map(|span| span.to - span.from);
            read.damaged_bytes += jumped.map(u64::from).sum::<u64>();
            read.to = at;
            if read.more {
                break;
            }
        }
        self.meters
            .damaged_bytes
            .fetch_add(read.damaged_bytes, Ordering::Relaxed);
        Ok(read)
    }
}

#[derive(Default)]
pub(super) struct Read {
    pub(super) to: Position,
    pub(super) more: bool,
    damaged_bytes: u64,
}
