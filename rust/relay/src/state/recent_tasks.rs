//! Tasks that are journalled but not yet in SQL, so that a client that asks at once finds its own.
//!
//! Filled by the settle of a submit, emptied by the drain's commit; bounded, the oldest go first.

use std::collections::VecDeque;

use parking_lot::Mutex;
use serde_json::{Value, json};

use crate::journal::{TaskFacts, TaskRecord, UsageRow};
use crate::pipeline::route::hex;

/// Tasks kept at most; SQL is hours behind when this many wait.
const MOST: usize = 20_000;

/// The tasks of the last moments.
#[derive(Debug, Default)]
pub(crate) struct RecentTasks {
    tasks: Mutex<VecDeque<Recent>>,
}

#[derive(Debug)]
struct Recent {
    task_id: String,
    user_id: i64,
    document: Value,
}

impl RecentTasks {
    /// Notes a task whose record has been written.
    pub(crate) fn note(&self, row: &UsageRow, facts: &TaskFacts) {
        let mut tasks = self.tasks.lock();
        if tasks.len() >= MOST {
            tasks.pop_front();
        }
        tasks.push_back(Recent {
            task_id: facts.task_id.clone(),
            user_id: row.user_id,
            document: document(row, facts),
        });
    }

    /// Forgets tasks that SQL has.
    pub(crate) fn drained(&self, records: &[TaskRecord]) {
        if records.is_empty() {
            return;
        }
        let known: std::collections::HashSet<&str> = records
            .iter()
            .map(|record| record.facts.task_id.as_str())
            .collect();
        self.tasks
            .lock()
            .retain(|task| !known.contains(task.task_id.as_str()));
    }

    /// Returns the documents of a user's tasks as a JSON array; user 0 stands for everybody.
    pub(crate) fn of_user(&self, user_id: i64) -> Vec<u8> {
        let tasks = self.tasks.lock();
        let found: Vec<&Value> = tasks
            .iter()
            .filter(|task| user_id == 0 || task.user_id == user_id)
            .map(|task| &task.document)
            .collect();
        serde_json::to_vec(&found).unwrap_or_default()
    }
}

/// Returns the tasks of a batch as a JSON array.
pub(crate) fn documents(records: &[TaskRecord]) -> Vec<u8> {
    let all: Vec<Value> = records
        .iter()
        .map(|record| document(&record.row, &record.facts))
        .collect();
    serde_json::to_vec(&all).unwrap_or_default()
}

/// What management keeps of a task.
fn document(row: &UsageRow, facts: &TaskFacts) -> Value {
    let properties: Value = serde_json::from_str(&facts.properties).unwrap_or_else(|_| json!({}));
    json!({
        "task_id": facts.task_id,
        "platform": facts.platform,
        "action": facts.action,
        "upstream_id": facts.upstream_id,
        "key_index": facts.key_index,
        "properties": properties,
        "request_id": hex(&row.request_id),
        "user_id": row.user_id,
        "key_id": row.key_id,
        "username": row.username,
        "key_name": row.key_name,
        "group": row.group,
        "channel_id": row.channel_id,
        "model": row.model,
        "upstream_model": row.upstream_model,
        "quota": row.quota,
        "started_ms": row.started_ms,
        "ended_ms": row.ended_ms,
        "node": row.node,
    })
}
