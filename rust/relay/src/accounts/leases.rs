//! What a node among several may hold from: leases of wallets and keys, good until the node's own renewal is too old.
//!
//! Calls that are not covered wait here for whoever talks to the database, who fetches what is wanted, answers, and
//! takes back what is idle or asked for. Must never let a hold begin on a lease that others may take.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use parking_lot::{Condvar, Mutex};
use serde::{Deserialize, Serialize};
use tokio::sync::oneshot;
use weirgate_policy::lease::{self, Ask};

use crate::maps::HashMap;

/// Calls that may wait for leases at once; more are told to come again.
const MOST_WAITING: usize = 20_000;

/// A clock in milliseconds that goes on while the machine sleeps.
pub type Clock = Box<dyn Fn() -> i64 + Send + Sync>;

/// Whose money.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Scope {
    /// A user's wallet.
    User,
    /// A key's budget.
    Key,
}

/// A wallet or a key.
pub type Account = (Scope, i64);

/// How a wish for more ended.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// There is more; whether it is enough shows when it is held.
    Granted,
    /// No node has anything free that would help.
    Refused,
    /// The database could not be asked.
    Unavailable,
}

/// What calls wait for: `least` and `all` are amounts of holds, whatever is free not taken off.
#[derive(Debug, Default)]
struct Want {
    least: i64,
    all: i64,
    waiters: Vec<oneshot::Sender<Verdict>>,
}

/// How a lease is used.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Use {
    /// About five seconds of charges.
    recent: i64,
    /// Rounds without a call.
    idle: u32,
}

#[derive(Debug, Default)]
struct Desk {
    open: HashMap<Account, Want>,
    asked: HashMap<Account, Vec<oneshot::Sender<Verdict>>>,
    waiting: usize,
    uses: HashMap<Account, Use>,
    /// Taken out of the accounts, not yet given back.
    returning: HashMap<Account, i64>,
}

/// The leases of this node.
pub(super) struct Leases {
    clock: Clock,
    hold_until_ms: AtomicI64,
    desk: Mutex<Desk>,
    wanted: Condvar,
}

impl std::fmt::Debug for Leases {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Leases")
            .field("hold_until_ms", &self.hold_until_ms)
            .finish_non_exhaustive()
    }
}

impl Leases {
    pub(super) fn new(clock: Clock) -> Self {
        Self {
            clock,
            hold_until_ms: AtomicI64::new(i64::MIN),
            desk: Mutex::default(),
            wanted: Condvar::new(),
        }
    }

    /// Whether a new hold may begin.
    pub(super) fn may_hold(&self) -> bool {
        (self.clock)() < self.hold_until_ms.load(Ordering::Acquire)
    }

    /// Whether others may have taken the leases by now.
    pub(super) fn is_overdue(&self) -> bool {
        let until = self.hold_until_ms.load(Ordering::Acquire);
        (self.clock)() >= until.saturating_add(lease::DEAD_MS - lease::HOLD_MS)
    }

    /// Takes note of a renewal that was answered; an older one changes nothing.
    pub(super) fn renewed(&self, sent_ms: i64) {
        self.hold_until_ms
            .fetch_max(lease::hold_until_ms(sent_ms), Ordering::AcqRel);
    }

    /// Lets nothing be held until the next renewal.
    pub(super) fn lapse(&self) {
        self.hold_until_ms.store(i64::MIN, Ordering::Release);
    }

    /// Asks for cover of a hold of `amount`.
    pub(super) fn want(&self, account: Account, amount: i64) -> oneshot::Receiver<Verdict> {
        let (sender, receiver) = oneshot::channel();
        let mut desk = self.desk.lock();
        if desk.waiting >= MOST_WAITING {
            // The sender is dropped: nobody answers.
            return receiver;
        }
        desk.waiting += 1;
        let want = desk.open.entry(account).or_default();
        want.least = if want.waiters.is_empty() {
            amount
        } else {
            want.least.min(amount)
        };
        want.all = want.all.saturating_add(amount);
        want.waiters.push(sender);
        drop(desk);
        self.wanted.notify_one();
        receiver
    }

    /// Waits until something is wanted, then takes it: who answers it is the caller's business from now on.
    pub(super) fn take_wants(&self, patience: Duration) -> Vec<(Account, Ask)> {
        let mut desk = self.desk.lock();
        if desk.open.is_empty() {
            self.wanted.wait_for(&mut desk, patience);
        }
        let open = std::mem::take(&mut desk.open);
        let mut wants = Vec::with_capacity(open.len());
        for (account, want) in open {
            let ahead = desk.uses.get(&account).map_or(0, |used| used.recent);
            let (least, all) = (want.least, want.all);
            wants.push((account, Ask { least, all, ahead }));
            desk.asked.entry(account).or_default().extend(want.waiters);
        }
        wants.sort_unstable_by_key(|(account, _)| *account);
        wants
    }

    /// Tells those who wait for an account; what was granted is in the account already.
    pub(super) fn answer(&self, account: Account, verdict: Verdict) {
        let mut desk = self.desk.lock();
        let waiters = desk.asked.remove(&account).unwrap_or_default();
        desk.waiting = desk.waiting.saturating_sub(waiters.len());
        if verdict == Verdict::Granted {
            desk.uses.entry(account).or_default().idle = 0;
        }
        drop(desk);
        for waiter in waiters {
            // Whoever went away needs no answer.
            let _gone = waiter.send(verdict);
        }
    }

    /// Counts charges of leased accounts.
    pub(super) fn spent(&self, account: Account, charged: i64) {
        if let Some(used) = self.desk.lock().uses.get_mut(&account) {
            used.recent = used.recent.saturating_add(charged);
            used.idle = 0;
        }
    }

    /// Returns the accounts that may have a lease.
    pub(super) fn known(&self) -> Vec<Account> {
        self.desk.lock().uses.keys().copied().collect()
    }

    pub(super) fn knows(&self, account: Account) {
        self.desk.lock().uses.entry(account).or_default();
    }

    /// One round of an account: `is_busy` says that calls hold, or charges are on their way. Returns whether the
    /// lease should go back.
    pub(super) fn round(&self, account: Account, is_busy: bool) -> bool {
        let mut desk = self.desk.lock();
        let Some(used) = desk.uses.get_mut(&account) else {
            return false;
        };
        used.recent = used.recent / 5 * 4;
        used.idle = if is_busy { 0 } else { used.idle + 1 };
        used.idle >= lease::IDLE_ROUNDS
    }

    pub(super) fn forget(&self, account: Account) {
        self.desk.lock().uses.remove(&account);
    }

    /// Drops what was under way: who waits is told to come again, what was to go back is counted anew.
    pub(super) fn start_over(&self) {
        let mut desk = self.desk.lock();
        desk.returning.clear();
        let asked = std::mem::take(&mut desk.asked);
        let waiting: usize = asked.values().map(Vec::len).sum();
        desk.waiting = desk.waiting.saturating_sub(waiting);
    }

    /// Notes what was taken out of an account and has to be given back.
    pub(super) fn give_back(&self, account: Account, amount: i64) {
        if amount > 0 {
            *self.desk.lock().returning.entry(account).or_default() += amount;
        }
    }

    /// Takes what has to be given back.
    pub(super) fn take_returns(&self) -> Vec<(Account, i64)> {
        let returning = std::mem::take(&mut self.desk.lock().returning);
        let mut returns: Vec<_> = returning.into_iter().collect();
        returns.sort_unstable();
        returns
    }
}
