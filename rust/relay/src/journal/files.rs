//! Which segments the journal has, where each ends and how they follow one another: the map that
//! readers and deletion go by. Touches no file; its lock is held for lookups only, and may be taken
//! while the writer's is held, never the other way round.

use std::collections::BTreeMap;

use super::error::JournalError;
use super::position::Position;
use super::segment::HEADER;

/// One segment that can be read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Segment {
    /// The segment before, 0 for none.
    pub(crate) previous: u32,
    /// Where its records end; `None` while it is written to.
    pub(crate) end: Option<u32>,
    /// Bytes that the file takes.
    pub(crate) bytes: u64,
    /// Unix milliseconds at which it was closed; 0 while it is written to.
    pub(crate) closed_ms: i64,
}

/// Cursors that move on by themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Consumer {
    /// The ledger in SQL.
    Sql,
    /// The usage store, rows that questions find.
    Analytics,
    /// The usage store, rows that are in its file: what is behind is read again after a crash.
    Checkpoint,
}

impl Consumer {
    /// Returns the consumer of that name (`sql`, `analytics`, `checkpoint`).
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "sql" => Some(Self::Sql),
            "analytics" => Some(Self::Analytics),
            "checkpoint" => Some(Self::Checkpoint),
            _ => None,
        }
    }
}

/// A stretch of one segment that may be read now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stretch {
    pub(crate) segment: u32,
    pub(crate) from: u32,
    pub(crate) end: u32,
}

/// All segments, in order.
#[derive(Debug, Default)]
pub(crate) struct Files {
    pub(crate) journal_id: u64,
    pub(crate) segments: BTreeMap<u32, Segment>,
    pub(crate) synced: Position,
    pub(crate) sql: Option<Position>,
    pub(crate) analytics: Option<Position>,
    pub(crate) checkpoint: Option<Position>,
    /// Bytes of prepared segments that have no number yet.
    pub(crate) prepared_bytes: u64,
}

impl Files {
    pub(crate) fn total_bytes(&self) -> u64 {
        let used: u64 = self.segments.values().map(|segment| segment.bytes).sum();
        used + self.prepared_bytes
    }

    /// Returns the oldest position that can be read.
    pub(crate) fn oldest(&self) -> Position {
        let segment = self.segments.keys().next().copied().unwrap_or(0);
        self.at(segment, HEADER)
    }

    pub(crate) fn at(&self, segment: u32, offset: u32) -> Position {
        Position {
            journal_id: self.journal_id,
            segment,
            offset,
        }
    }

    /// Returns how far the segment may be read: its end, or what is fsynced of it.
    fn readable_end(&self, number: u32, segment: &Segment) -> u32 {
        match number.cmp(&self.synced.segment) {
            std::cmp::Ordering::Less => segment.end.unwrap_or(HEADER),
            std::cmp::Ordering::Equal => self.synced.offset,
            std::cmp::Ordering::Greater => HEADER,
        }
    }

    /// Checks a cursor and returns where reading goes on; the names of what is missing are errors.
    pub(crate) fn locate(&self, cursor: Position) -> Result<Position, JournalError> {
        if cursor.is_start() {
            return self.first(cursor);
        }
        if cursor.journal_id != self.journal_id {
            return Err(self.gap(cursor, "the cursor is another journal's"));
        }
        let Some(segment) = self.segments.get(&cursor.segment) else {
            return Err(self.gap(cursor, self.why_missing(cursor.segment)));
        };
        if cursor.offset > self.readable_end(cursor.segment, segment) {
            return Err(self.gap(cursor, "the cursor is ahead of the journal"));
        }
        Ok(cursor)
    }

    fn first(&self, cursor: Position) -> Result<Position, JournalError> {
        match self.segments.iter().next() {
            Some((&number, segment)) if segment.previous == 0 => Ok(self.at(number, HEADER)),
            _ => Err(self.gap(cursor, "the first segments are gone")),
        }
    }

    fn why_missing(&self, segment: u32) -> &'static str {
        if segment < self.oldest().segment {
            return "its segment is deleted";
        }
        if segment > self.synced.segment {
            return "the cursor is ahead of the journal";
        }
        "its segment is missing or set aside"
    }

    pub(crate) fn gap(&self, cursor: Position, reason: &'static str) -> JournalError {
        JournalError::Gap {
            cursor,
            journal_id: self.journal_id,
            oldest: self.oldest(),
            newest: self.synced,
            reason,
        }
    }

    /// Returns what may be read from a located cursor on, `None` at the end of what is fsynced.
    /// The cursor moves to the next segment when it stands at the end of one.
    pub(crate) fn stretch(&self, at: &mut Position) -> Result<Option<Stretch>, JournalError> {
        loop {
            let Some(segment) = self.segments.get(&at.segment) else {
                return Err(self.gap(*at, self.why_missing(at.segment)));
            };
            let end = self.readable_end(at.segment, segment);
            if at.offset < end {
                return Ok(Some(Stretch {
                    segment: at.segment,
                    from: at.offset,
                    end,
                }));
            }
            if at.segment >= self.synced.segment {
                return Ok(None);
            }
            let behind = (
                std::ops::Bound::Excluded(at.segment),
                std::ops::Bound::Unbounded,
            );
            match self.segments.range(behind).next() {
                Some((&number, next)) if next.previous == at.segment => {
                    *at = self.at(number, HEADER);
                }
                _ => return Err(self.gap(*at, "the segment behind it is missing")),
            }
        }
    }

    /// Returns the fsynced bytes that a consumer has not confirmed; all when it never spoke.
    pub(crate) fn lag_bytes(&self, cursor: Option<Position>) -> u64 {
        let from = cursor.unwrap_or_else(|| self.oldest());
        self.segments
            .iter()
            .filter(|(number, _)| **number >= from.segment && **number <= self.synced.segment)
            .map(|(&number, segment)| {
                let begin = if number == from.segment {
                    from.offset
                } else {
                    HEADER
                };
                u64::from(self.readable_end(number, segment).saturating_sub(begin))
            })
            .sum()
    }

    /// Returns the oldest segment's number when it is closed, and the ledger and the usage store's
    /// file have passed it: one that is only taken in is read again after a crash.
    pub(crate) fn passed(&self) -> Option<(u32, Segment)> {
        let (&number, segment) = self.segments.iter().next()?;
        if segment.end.is_none() || number >= self.synced.segment {
            return None;
        }
        // A cursor at the very end of a segment still names it, so it must stay.
        let beyond = |cursor: Option<Position>| cursor.is_some_and(|at| at.segment > number);
        (beyond(self.sql) && beyond(self.checkpoint)).then_some((number, *segment))
    }
}
