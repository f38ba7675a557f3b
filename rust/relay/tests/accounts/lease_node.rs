//! One node of the simulation of leases: its process, its clock and its disk.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use rand::Rng;
use rand::rngs::StdRng;
use tokio::task::JoinHandle;
use weirgate_relay::accounts::{Accounts, Hold, HoldRefused, Prepaid};

use crate::lease_sql::Transaction;

/// Users of the simulation, 1 and up.
pub(crate) const USERS: i64 = 2;

/// User, amount, and what a call will get.
pub(crate) type Waiting = (i64, i64, JoinHandle<Result<Prepaid, HoldRefused>>);

/// A call at its provider.
pub(crate) struct Call {
    pub(crate) hold: Hold,
    pub(crate) user: i64,
    pub(crate) amount: i64,
}

/// One node's process and its disk.
pub(crate) struct Node {
    pub(crate) number: usize,
    pub(crate) clock: Arc<AtomicI64>,
    /// How fast its clock goes, in thousandths.
    pub(crate) speed: i64,
    pub(crate) accounts: Accounts,
    pub(crate) incarnation: u32,
    pub(crate) epoch: i64,
    pub(crate) is_sure: bool,
    pub(crate) is_up: bool,
    pub(crate) asleep_until_ms: i64,
    pub(crate) next_beat_ms: i64,
    pub(crate) calls: Vec<Call>,
    pub(crate) waiting: Vec<Waiting>,
    /// On its disk: charges in order.
    pub(crate) journal: Vec<(i64, i64)>,
    /// Charges that memory knows to be booked.
    pub(crate) told: usize,
    pub(crate) is_told: bool,
    pub(crate) applied: usize,
    /// Transactions that the database has got, and not done yet.
    pub(crate) late: Vec<Transaction>,
}

impl Node {
    pub(crate) fn new(number: usize, dice: &mut StdRng) -> Self {
        let clock = Arc::new(AtomicI64::new(dice.random_range(0..1_000_000_000)));
        Self {
            number,
            accounts: accounts_of(&clock),
            clock,
            speed: dice.random_range(980..=1020),
            incarnation: 0,
            epoch: -1,
            is_sure: true,
            is_up: true,
            asleep_until_ms: 0,
            next_beat_ms: 0,
            calls: Vec::new(),
            waiting: Vec::new(),
            journal: Vec::new(),
            told: 0,
            is_told: true,
            applied: 0,
            late: Vec::new(),
        }
    }
}

pub(crate) fn accounts_of(clock: &Arc<AtomicI64>) -> Accounts {
    let clock = Arc::clone(clock);
    let accounts = Accounts::leased(Box::new(move || clock.load(Ordering::Relaxed)));
    let users: Vec<_> = (1..=USERS).map(|user| (user, 1_000_000)).collect();
    accounts.load(&users, &[], 0);
    accounts
}
