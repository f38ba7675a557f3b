//! What all workers of a node share. Reads on the request's path are lock-free but for the payer's
//! own account lock and the journal's append.

use std::sync::atomic::{AtomicU8, Ordering};

use parking_lot::Mutex;
use serde::Deserialize;
use weirgate_policy::limits::Subject;
use weirgate_policy::{KeyEntry, UserEntry};

use crate::accounts::{Account, Accounts, Entry, KeyBalance, Scope, UserBalance, Verdict};
use crate::config::Config;
use crate::error::{PublishError, StartError};
use crate::journal::{
    Consumer, EndReason, Journal, JournalError, Position, RefusedCount, RefusedMinute, RowsBatch,
    RowsTable, SumsBatch,
};
use crate::pipeline::settle::Owed;
use crate::spool::Spool;
use crate::state::affinity::Affinity;
use crate::state::breakers::Breakers;
use crate::state::clock;
use crate::state::counters::Refusals;
use crate::state::drained::Drains;
use crate::state::faults::Faults;
use crate::state::limits::{EarlierView, Limits};
use crate::state::live::Live;
use crate::state::published::Published;
use crate::state::recent_tasks::RecentTasks;
use crate::telemetry::metrics::Metrics;
use crate::upstream::credentials::Tokens;

/// Where a node stands between start and stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Phase {
    /// Opened, not listening.
    Starting = 0,
    /// Taking requests.
    Ready = 1,
    /// Running requests may end, new ones are refused.
    Draining = 2,
    /// The drain deadline has passed: what still runs is settled and cut.
    Cutting = 3,
    /// Nothing runs any more.
    Stopped = 4,
}

/// The state of one node.
pub(crate) struct Shared {
    pub(crate) config: Config,
    pub(crate) published: Published,
    pub(crate) journal: Journal,
    pub(crate) spool: Spool,
    pub(crate) accounts: Accounts,
    pub(crate) affinity: Affinity,
    pub(crate) breakers: Breakers,
    /// What failures switch off.
    pub(crate) faults: Faults,
    /// What everything that is limited has used.
    pub(crate) limits: Limits,
    pub(crate) metrics: Metrics,
    pub(crate) live: Live,
    pub(crate) refusals: Refusals,
    pub(crate) drains: Drains,
    pub(crate) recent_tasks: RecentTasks,
    /// Tokens that vendors gave for channels' keys.
    pub(crate) tokens: Tokens,
    owed: Mutex<Vec<Owed>>,
    /// The batch that SQL is applying.
    last_sums: Mutex<Option<SumsBatch>>,
    phase: AtomicU8,
}

impl std::fmt::Debug for Shared {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Shared")
            .field("phase", &self.phase())
            .finish_non_exhaustive()
    }
}

/// Balances as they are read from SQL.
#[derive(Deserialize)]
struct AccountsDocument {
    last_entry: i64,
    #[serde(default)]
    users: Vec<UserBalance>,
    #[serde(default)]
    keys: Vec<KeyBalance>,
}

impl Shared {
    /// Opens the journal and settles what a crash left open.
    pub(crate) fn open(config: Config) -> Result<Self, StartError> {
        let limits = &config.limits;
        let spool = Spool::open(
            config.spool_folder(),
            limits.spool_bytes,
            limits.memory_bytes,
        );
        let spool = spool.map_err(StartError::Spool)?;
        let folder = config.data_dir.join("journal");
        let (journal, recovery) = Journal::open(&folder, config.journal.to_config())?;
        for mut row in recovery.open_holds {
            row.end_reason = EndReason::GatewayRestart;
            row.ended_ms = clock::now_ms();
            journal.append_settle(&row)?;
        }
        let workers = config.workers.max(1);
        Ok(Self {
            published: Published::new(&config.key_secret),
            journal,
            spool,
            accounts: accounts(&config),
            affinity: Affinity::default(),
            breakers: Breakers::default(),
            faults: Faults::default(),
            limits: if config.together {
                Limits::together()
            } else {
                Limits::default()
            },
            metrics: Metrics::new(workers),
            live: Live::new(workers),
            refusals: Refusals::default(),
            drains: Drains::default(),
            recent_tasks: RecentTasks::default(),
            tokens: Tokens::default(),
            owed: Mutex::new(Vec::new()),
            last_sums: Mutex::new(None),
            phase: AtomicU8::new(Phase::Starting as u8),
            config,
        })
    }

    pub(crate) fn phase(&self) -> Phase {
        match self.phase.load(Ordering::Relaxed) {
            0 => Phase::Starting,
            1 => Phase::Ready,
            2 => Phase::Draining,
            3 => Phase::Cutting,
            _ => Phase::Stopped,
        }
    }

    /// Moves on to a later phase; never back.
    pub(crate) fn set_phase(&self, phase: Phase) {
        self.phase.fetch_max(phase as u8, Ordering::Relaxed);
    }

    /// Whether new calls are taken: serving, something published, the journal takes records and
    /// nothing is owed to it.
    pub(crate) fn is_ready(&self) -> bool {
        self.phase() == Phase::Ready
            && self.published.routing().is_some()
            && self.owed.lock().is_empty()
            && !self.journal.metrics().failed
    }

    pub(crate) fn publish_snapshot(&self, document: &[u8]) -> Result<(), PublishError> {
        self.published.publish_snapshot(document)?;
        if let Some(routing) = self.published.routing().as_ref()
            && let Some(rules) = &routing.snapshot.limits
        {
            self.limits.watch_all(rules, clock::now_ms());
        }
        Ok(())
    }

    /// Adds what was spent before the counts of limits began.
    pub(crate) fn load_spent(&self, document: &[u8]) -> Result<(), PublishError> {
        let views: Vec<EarlierView> = from_json("spent", document)?;
        self.limits.add_earlier(views);
        Ok(())
    }

    pub(crate) fn publish_users(&self, rows: &[u8]) -> Result<(), PublishError> {
        let users: Vec<UserEntry> = from_json("users", rows)?;
        for user in users {
            if user.deleted {
                self.accounts.delete_user(user.id);
                self.published.remove_user(user.id);
            } else {
                self.accounts.upsert_user(user.id);
                let (subject, set) = (Subject::User(user.id), user.limits.as_ref());
                self.limits.watch(&subject, set, clock::now_ms());
                self.published.put_user(user);
            }
        }
        Ok(())
    }

    pub(crate) fn publish_keys(&self, rows: &[u8]) -> Result<(), PublishError> {
        let keys: Vec<KeyEntry> = from_json("keys", rows)?;
        for key in keys {
            if key.deleted {
                self.accounts.delete_key(key.id);
                self.published.remove_key(key.id);
            } else {
                self.accounts.upsert_key(key.id, key.user_id, key.unlimited);
                let (subject, set) = (Subject::Key(key.id), key.limits.as_ref());
                self.limits.watch(&subject, set, clock::now_ms());
                self.published.put_key(key);
            }
        }
        Ok(())
    }

    pub(crate) fn load_accounts(&self, document: &[u8]) -> Result<(), PublishError> {
        let document: AccountsDocument = from_json("accounts", document)?;
        self.accounts
            .load(&document.users, &document.keys, document.last_entry);
        Ok(())
    }

    /// Applies entries; returns the number of the last one that is applied.
    pub(crate) fn apply_entries(&self, rows: &[u8]) -> Result<i64, PublishError> {
        let rows: Vec<(i64, i64, i64, i64, i64)> = from_json("entries", rows)?;
        let entries: Vec<Entry> = rows
            .into_iter()
            .map(|(number, user_id, key_id, wallet_delta, key_delta)| Entry {
                number,
                user_id,
                key_id,
                wallet_delta,
                key_delta,
            })
            .collect();
        let applied = self.accounts.apply_entries(&entries);
        applied
            .map(|applied| applied.last_entry)
            .map_err(|refused| PublishError::Accounts(refused.to_string()))
    }

    /// Whether nothing is left on a key, what is held now included.
    pub(crate) fn is_key_spent(&self, key_id: i64) -> bool {
        // What is leased says nothing of what is left.
        if self.accounts.is_leased() {
            return false;
        }
        self.accounts.key(key_id).is_some_and(|key| {
            !key.unlimited && key.balance.free.saturating_add(key.balance.held) <= 0
        })
    }

    /// Takes the answers to wishes for leases.
    pub(crate) fn lease_answers(&self, rows: &[u8]) -> Result<(), PublishError> {
        let rows: Vec<(Scope, i64, i64, Verdict)> = from_json("leases", rows)?;
        for (scope, id, granted, verdict) in rows {
            self.accounts.answer((scope, id), granted, verdict);
        }
        Ok(())
    }

    /// Takes out what is free of leases that others asked for.
    pub(crate) fn lease_recall(&self, rows: &[u8]) -> Result<(), PublishError> {
        let accounts: Vec<Account> = from_json("leases", rows)?;
        self.accounts.recall(&accounts);
        Ok(())
    }

    /// Makes the leases what the database says.
    pub(crate) fn lease_reconcile(&self, rows: &[u8]) -> Result<(), PublishError> {
        let rows: Vec<(Scope, i64, i64)> = from_json("leases", rows)?;
        let rows: Vec<(Account, i64)> = rows
            .into_iter()
            .map(|(scope, id, amount)| ((scope, id), amount))
            .collect();
        self.accounts.reconcile(&rows);
        Ok(())
    }

    pub(crate) fn read_sums(&self, from: Position, max: usize) -> Result<SumsBatch, JournalError> {
        let batch = self.journal.read_sums(from, max)?;
        if let Some(drained) = self.drains.of(Consumer::Sql) {
            drained.reads(batch.to, batch.records);
        }
        *self.last_sums.lock() = Some(batch.clone());
        Ok(batch)
    }

    pub(crate) fn read_rows(&self, from: Position, max: usize) -> Result<RowsBatch, JournalError> {
        self.journal.read_rows(from, max)
    }

    pub(crate) fn read_table(&self, from: Position, max: usize) -> Result<RowsTable, JournalError> {
        let batch = self.journal.read_table(from, max)?;
        if let Some(drained) = self.drains.of(Consumer::Analytics) {
            drained.reads(batch.to, batch.rows as u64);
        }
        Ok(batch)
    }

    /// Notes how far a consumer has come; SQL's batch leaves the accounts' pending charges.
    pub(crate) fn commit(&self, consumer: &str, at: Position) -> Result<(), PublishError> {
        let consumer = Consumer::from_name(consumer)
            .ok_or_else(|| PublishError::UnknownConsumer(consumer.to_owned()))?;
        if consumer == Consumer::Sql {
            let batch = self.last_sums.lock().take_if(|batch| batch.to == at);
            if let Some(batch) = batch {
                let users = batch.users.iter().map(|sum| (sum.id, sum.quota));
                let keys = batch.keys.iter().map(|sum| (sum.id, sum.quota));
                self.accounts.drained(users, keys);
                self.recent_tasks.drained(&batch.tasks);
            }
        }
        if let Some(drained) = self.drains.of(consumer) {
            drained.commits(at);
        }
        self.journal
            .set_consumer(consumer, at)
            .map_err(PublishError::Journal)
    }

    /// Keeps a settle that the journal could not take.
    pub(crate) fn owe(&self, owed: Owed) {
        self.owed.lock().push(owed);
    }

    /// Returns how many settles wait for the journal.
    pub(crate) fn owed_count(&self) -> usize {
        self.owed.lock().len()
    }

    /// Tries again what is owed to the journal; true when nothing is left.
    pub(crate) fn pay_owed(&self) -> bool {
        let mut owed = self.owed.lock();
        while let Some(last) = owed.pop() {
            let written = match &last.task {
                Some(facts) => self.journal.append_task(&last.row, facts),
                None => self.journal.append_settle(&last.row),
            };
            match written {
                Ok(_) | Err(JournalError::NoSuchHold { .. }) => {
                    last.hold.settle(last.row.quota);
                }
                Err(_still) => {
                    owed.push(last);
                    return false;
                }
            }
        }
        true
    }

    /// Writes what has moved since the last call; called once a second.
    pub(crate) fn write_progress(&self) {
        let entries: Vec<_> = self
            .live
            .moved()
            .iter()
            .map(|meter| meter.progress())
            .collect();
        if let Err(error) = self.journal.append_progress(&entries) {
            tracing::warn!(%error, "progress could not be written");
        }
    }

    /// Writes the refusals counted since the last call; called once a minute and at the end.
    pub(crate) fn write_refusals(&self) {
        let counts: Vec<RefusedCount> = self
            .refusals
            .take()
            .into_iter()
            .map(|(reason, key_id, count)| RefusedCount {
                reason: reason.to_owned(),
                key_id,
                count,
            })
            .collect();
        if counts.is_empty() {
            return;
        }
        let minute_s = clock::now_ms() / 60_000 * 60;
        if let Err(error) = self
            .journal
            .append_refused(&RefusedMinute { minute_s, counts })
        {
            tracing::warn!(%error, "refusals could not be written");
        }
    }

    /// Brings everything to the disk at the end.
    pub(crate) fn flush(&self) {
        self.pay_owed();
        self.write_refusals();
        self.journal.close();
    }
}

fn accounts(config: &Config) -> Accounts {
    if config.leases {
        Accounts::leased(Box::new(clock::boot_ms))
    } else {
        Accounts::default()
    }
}

fn from_json<'a, T: Deserialize<'a>>(
    document: &'static str,
    bytes: &'a [u8],
) -> Result<T, PublishError> {
    serde_json::from_slice(bytes).map_err(|source| PublishError::Json { document, source })
}
