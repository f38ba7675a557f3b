//! What the journal says of a task beside its row: enough to find it again, to ask the provider
//! how far it is and to give its money back. Written once, when the provider has accepted it.

use serde::{Deserialize, Serialize};

use super::record::{UsageRow, clip, clipped};

/// Longest id of a task at its provider, in bytes; a longer one cannot be journalled whole.
pub const UPSTREAM_ID_BYTES: usize = 256;
/// Longest [`TaskFacts::properties`] that a clipped record keeps, in bytes.
const CLIPPED_PROPERTIES: usize = 768;

/// What is known of a task when its provider has accepted it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskFacts {
    /// Our id, as the client knows it.
    pub task_id: String,
    /// Who polls it: `midjourney`, `suno`, or the number of a video channel's type.
    pub platform: String,
    /// What was asked for, such as `IMAGINE`, `MUSIC`, `generate`.
    pub action: String,
    /// The provider's id; never shown to the client. At most [`UPSTREAM_ID_BYTES`].
    pub upstream_id: String,
    /// Which of the channel's keys submitted it, counted from 0.
    pub key_index: u32,
    /// JSON object of what the task's answers repeat (prompt, size and the like).
    pub properties: String,
}

/// A task's settle: the row and what it is about, in one record, so that no task is charged
/// without being known.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskRecord {
    /// The finished row; its fields are in front, so the ledger sums it like any settle.
    pub row: UsageRow,
    /// The task.
    pub facts: TaskFacts,
}

/// [`TaskRecord`] without ownership; the same bytes.
#[derive(Clone, Copy, Debug, Serialize)]
pub(crate) struct TaskRef<'a> {
    pub(crate) row: &'a UsageRow,
    pub(crate) facts: &'a TaskFacts,
}

impl TaskRef<'_> {
    /// Returns the record short enough whatever it held; ids and amounts stay.
    pub(crate) fn clipped(self) -> TaskRecord {
        let mut facts = self.facts.clone();
        if facts.properties.len() > CLIPPED_PROPERTIES {
            "{}".clone_into(&mut facts.properties);
        }
        clip(&mut facts.task_id, 64);
        clip(&mut facts.platform, 32);
        clip(&mut facts.action, 64);
        clip(&mut facts.upstream_id, UPSTREAM_ID_BYTES);
        TaskRecord {
            row: clipped(self.row),
            facts,
        }
    }
}
