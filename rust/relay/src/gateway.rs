//! One node of the data plane: open, publish, serve, drain, stop.
//!
//! This is the only type that the language bridge and the tests touch. Every method but `shutdown`
//! returns at once or after one bounded read; none needs an async runtime.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;

use crate::config::Config;
use crate::error::{PublishError, StartError};
use crate::journal::{JournalError, Position, RowsBatch, RowsTable, SumsBatch};
use crate::listener::Listening;
use crate::state::clock;
use crate::state::shared::{Phase, Shared};
use crate::state::views;

/// A data plane with its journal open; serving once `serve` was called.
pub struct Gateway {
    shared: Arc<Shared>,
    listening: Mutex<Option<Listening>>,
}

impl std::fmt::Debug for Gateway {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Gateway")
            .field("config", &self.shared.config)
            .finish_non_exhaustive()
    }
}

impl Gateway {
    /// Opens the journal and settles what a crash left open as `gateway_restart`. Nothing listens yet.
    pub fn open(config: Config) -> Result<Self, StartError> {
        let shared = Shared::open(config)?;
        Ok(Self {
            shared: Arc::new(shared),
            listening: Mutex::new(None),
        })
    }

    /// Swaps routing, prices and options whole; on error the last snapshot stays.
    pub fn publish_snapshot(&self, document: &[u8]) -> Result<(), PublishError> {
        self.shared.publish_snapshot(document)
    }

    /// Returns the subjects whose spend and daily limits count from within a period, as a JSON array
    /// `{scope,id,name,since_ms,begins_ms:[day,week,month]}`; empty when all is known.
    pub fn missing_spent(&self) -> Vec<u8> {
        serde_json::to_vec(&self.shared.limits.missing()).unwrap_or_default()
    }

    /// Takes those again with `requests` of the day and `spent` `[day,week,month]` that ended before `since_ms`;
    /// each is added once.
    pub fn load_spent(&self, document: &[u8]) -> Result<(), PublishError> {
        self.shared.load_spent(document)
    }

    /// Waits until calls want leases; JSON rows `[scope, id, least, all, ahead]`, scope `user` or `key`. Each has to
    /// be answered.
    pub fn lease_wants(&self, patience_ms: u64) -> Vec<u8> {
        views::lease_wants(&self.shared, Duration::from_millis(patience_ms))
    }

    /// Takes answers: JSON rows `[scope, id, granted, verdict]`, verdict `granted`, `refused` or `unavailable`. What
    /// is granted must be committed.
    pub fn lease_answers(&self, rows: &[u8]) -> Result<(), PublishError> {
        self.shared.lease_answers(rows)
    }

    /// Takes what goes back out of the wallets and keys; JSON rows `[scope, id, amount]`. `is_round`, about once a
    /// second, takes what lies idle too.
    pub fn lease_returns(&self, is_round: bool) -> Vec<u8> {
        views::lease_returns(&self.shared, is_round)
    }

    /// Makes what is free of these leases go back; JSON rows `[scope, id]`.
    pub fn lease_recall(&self, rows: &[u8]) -> Result<(), PublishError> {
        self.shared.lease_recall(rows)
    }

    /// Makes all leases what the database says; JSON rows `[scope, id, amount]`.
    pub fn lease_reconcile(&self, rows: &[u8]) -> Result<(), PublishError> {
        self.shared.lease_reconcile(rows)
    }

    /// Takes note of a heartbeat that was answered; `sent_ms` is `CLOCK_BOOTTIME` before it was sent.
    pub fn lease_renewed(&self, sent_ms: i64) {
        self.shared.accounts.renewed(sent_ms);
    }

    /// Ends all leases: nothing is held until the next renewal.
    pub fn lease_lapse(&self) {
        self.shared.accounts.lapse();
    }

    /// Returns what other nodes must know of this one's limits since the last call; empty when nothing.
    pub fn tell_counts(&self) -> Vec<u8> {
        self.shared.limits.tell(clock::now_ms())
    }

    /// Takes in what another node told `age_ms` ago; of one that is gone (`None`) only what it counted.
    pub fn hear_counts(
        &self,
        node: Option<u16>,
        bytes: &[u8],
        age_ms: i64,
    ) -> Result<(), PublishError> {
        let limits = &self.shared.limits;
        limits.hear(node, bytes, age_ms, clock::now_ms())
    }

    /// Divides what nobody holds of each limit among the nodes, by rising number, this one (`me`) among them.
    pub fn divide_counts(&self, me: u16, nodes: &[u16], number: u64) {
        let limits = &self.shared.limits;
        limits.divide(me, nodes, number, clock::now_ms());
    }

    /// Upserts or removes users (JSON array); new ones start with a balance of 0.
    pub fn publish_users(&self, rows: &[u8]) -> Result<(), PublishError> {
        self.shared.publish_users(rows)
    }

    /// Upserts or removes keys (JSON array); new ones start with 0 left.
    pub fn publish_keys(&self, rows: &[u8]) -> Result<(), PublishError> {
        self.shared.publish_keys(rows)
    }

    /// Loads balances read from SQL in one transaction, with the last entry number they contain.
    /// `{"last_entry":N,"users":[[id,quota]],"keys":[[id,user_id,remain,unlimited]],"more":bool}`.
    pub fn load_accounts(&self, document: &[u8]) -> Result<(), PublishError> {
        self.shared.load_accounts(document)
    }

    /// Applies ledger entries `[[number,user_id,key_id,wallet_delta,key_delta]]` in number order, once.
    /// Returns the number of the last one that is applied; those behind a hole wait for it.
    pub fn apply_entries(&self, entries: &[u8]) -> Result<i64, PublishError> {
        self.shared.apply_entries(entries)
    }

    /// Reads fsynced records from a position, summed per account; for SQL.
    pub fn read_sums(&self, from: Position, max_records: usize) -> Result<SumsBatch, JournalError> {
        self.shared.read_sums(from, max_records)
    }

    /// Reads fsynced usage rows from a position, whole.
    pub fn read_rows(&self, from: Position, max_rows: usize) -> Result<RowsBatch, JournalError> {
        self.shared.read_rows(from, max_rows)
    }

    /// Reads fsynced usage rows from a position, as columns; for analytics.
    pub fn read_table(&self, from: Position, max_rows: usize) -> Result<RowsTable, JournalError> {
        self.shared.read_table(from, max_rows)
    }

    /// Returns the tasks of a `SumsBatch` as a JSON array of what management keeps of each.
    pub fn task_documents(batch: &SumsBatch) -> Vec<u8> {
        crate::state::recent_tasks::documents(&batch.tasks)
    }

    /// Returns a user's tasks that SQL does not have yet, in the same form; 0 for everybody's.
    pub fn recent_tasks(&self, user_id: i64) -> Vec<u8> {
        self.shared.recent_tasks.of_user(user_id)
    }

    /// Notes that a consumer (`sql`, `analytics` or `checkpoint`) has passed a position, after its own commit.
    /// For `sql` the batch's sums leave the accounts' "settled, not yet in SQL".
    pub fn commit(&self, consumer: &str, position: Position) -> Result<(), PublishError> {
        self.shared.commit(consumer, position)
    }

    /// Starts the worker threads and the admin listener; returns the bound public address.
    pub fn serve(&self) -> Result<SocketAddr, StartError> {
        let mut listening = self.listening.lock();
        if listening.is_some() || self.shared.phase() != Phase::Starting {
            return Err(StartError::State);
        }
        let started = Listening::start(&self.shared)?;
        let address = started.address();
        *listening = Some(started);
        self.shared.set_phase(Phase::Ready);
        Ok(address)
    }

    /// Reads the public port's certificate again, for connections to come; the error names the file, and the
    /// certificate in force stays. Without TLS, or before `serve`, there is nothing to do.
    pub fn reload_tls(&self) -> Result<(), StartError> {
        let listening = self.listening.lock();
        listening.as_ref().map_or(Ok(()), Listening::reload_tls)
    }

    /// Returns the bound admin address, if there is an admin listener.
    pub fn admin_address(&self) -> Option<SocketAddr> {
        self.listening
            .lock()
            .as_ref()
            .and_then(Listening::admin_address)
    }

    /// Checks a key as a relay request would; JSON `{"ok":true,"user_id",..}` or `{"ok":false,"status","code","message"}`.
    pub fn check_key(&self, text: &str, client_ip: Option<IpAddr>) -> Vec<u8> {
        views::check_key(&self.shared, text, client_ip)
    }

    /// Returns the keyed hash (64 hex digits) under which a key is published.
    pub fn key_hash(&self, text: &str) -> String {
        views::key_hash(&self.shared, text)
    }

    /// Returns the candidates that a request would try, best first, as JSON.
    /// In: `{"user_id","group","model","pin"?}`.
    pub fn plan_preview(&self, request: &[u8]) -> Result<Vec<u8>, PublishError> {
        views::plan_preview(&self.shared, request)
    }

    /// Returns `{"free","held","pending","keys":{id:remain}}` of a user as JSON.
    pub fn account(&self, user_id: i64) -> Vec<u8> {
        views::account(&self.shared, user_id)
    }

    /// Returns the models that a group may call, sorted.
    pub fn models(&self, group: &str) -> Vec<String> {
        views::models(&self.shared, group)
    }

    /// Returns readiness, workers, connections, journal and drain lag as JSON.
    pub fn status(&self) -> Vec<u8> {
        views::status(&self.shared)
    }

    /// Takes the channels and keys that failures switch off since the last call, as a JSON list.
    pub fn take_faults(&self) -> Vec<u8> {
        serde_json::to_vec(&self.shared.faults.take()).unwrap_or_default()
    }

    /// Closes every breaker of a channel.
    pub fn clear_breaker(&self, channel_id: i64) {
        self.shared.breakers.clear_channel(channel_id);
    }

    /// Returns the metrics in the Prometheus text form.
    pub fn metrics(&self) -> String {
        crate::telemetry::metrics::encode(&self.shared)
    }

    /// Stops accepting, lets running requests end until the deadline, settles the rest and flushes
    /// the journal. Blocks; a second call returns at once.
    pub fn shutdown(&self, deadline_ms: u64) {
        let listening = self.listening.lock().take();
        self.shared.set_phase(Phase::Draining);
        if let Some(listening) = listening {
            listening.stop(deadline_ms);
        }
        self.shared.set_phase(Phase::Stopped);
        self.shared.flush();
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        self.shutdown(self.shared.config.drain_timeout_ms);
    }
}
