//! Where a record lies: journal id, segment number, offset. What makes a usage row unique, and what
//! the drains keep as their cursor. Its text form is `journal_id:segment:offset`; the empty text is
//! [`Position::START`]. Positions of different journals must never be compared as earlier or later.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The place of a record, or the place behind one (a cursor).
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
pub struct Position {
    /// The random id that a journal folder gets when it is first opened; 0 only in `START`.
    pub journal_id: u64,
    /// Segment number, counted from 1.
    pub segment: u32,
    /// Bytes from the beginning of the segment file.
    pub offset: u32,
}

impl Position {
    /// The beginning of the journal, whichever journal it is.
    pub const START: Self = Self {
        journal_id: 0,
        segment: 0,
        offset: 0,
    };

    /// Says whether this is [`Position::START`].
    pub fn is_start(self) -> bool {
        self == Self::START
    }
}

impl fmt::Display for Position {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_start() {
            return Ok(());
        }
        write!(out, "{}:{}:{}", self.journal_id, self.segment, self.offset)
    }
}

/// A text that is not `journal_id:segment:offset`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("journal position {text:?} is not journal_id:segment:offset")]
pub struct BadPosition {
    text: String,
}

impl FromStr for Position {
    type Err = BadPosition;

    fn from_str(text: &str) -> Result<Self, BadPosition> {
        if text.is_empty() {
            return Ok(Self::START);
        }
        let bad = || BadPosition {
            text: text.chars().take(64).collect(),
        };
        let mut parts = text.split(':');
        let (Some(id), Some(segment), Some(offset), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(bad());
        };
        Ok(Self {
            journal_id: id.parse().map_err(|_| bad())?,
            segment: segment.parse().map_err(|_| bad())?,
            offset: offset.parse().map_err(|_| bad())?,
        })
    }
}
