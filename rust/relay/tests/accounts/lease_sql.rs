//! What the simulation of leases has for a database: each method is one transaction of the real one, all at once.

use std::collections::{BTreeMap, BTreeSet};

use weirgate_policy::lease::{self, Ask};
use weirgate_relay::accounts::Entry;

/// One node's row and rows in the database.
#[derive(Clone, Debug, Default)]
pub(crate) struct Row {
    pub(crate) heartbeat_ms: i64,
    pub(crate) epoch: i64,
    pub(crate) incarnation: u32,
    pub(crate) cursor: usize,
}

/// What the database holds; each method is one transaction of `lease_book.py` or of the drain.
#[derive(Debug, Default)]
pub(crate) struct Sql {
    pub(crate) now_ms: i64,
    pub(crate) balance: BTreeMap<i64, i64>,
    pub(crate) credited: BTreeMap<i64, i64>,
    pub(crate) booked: BTreeMap<i64, i64>,
    pub(crate) nodes: Vec<Row>,
    pub(crate) leases: BTreeMap<(usize, i64), i64>,
    pub(crate) recalled: BTreeSet<(usize, i64)>,
    pub(crate) entries: Vec<Entry>,
}

#[derive(Clone, Debug)]
pub(crate) enum Transaction {
    Take {
        incarnation: u32,
        epoch: i64,
        wants: Vec<(i64, Ask)>,
        returns: Vec<(i64, i64)>,
    },
    GiveBack {
        incarnation: u32,
        epoch: i64,
        returns: Vec<(i64, i64)>,
        answered: Vec<i64>,
    },
    Beat {
        incarnation: u32,
    },
    Book {
        from: usize,
        charges: Vec<(i64, i64)>,
    },
}

#[derive(Clone, Debug)]
pub(crate) enum Reply {
    Granted(Vec<(i64, i64)>),
    Done,
    Epoch(i64),
    /// The epoch or the process is another, or the cursor stood elsewhere.
    Refused,
}

impl Sql {
    pub(crate) fn leased(&self, user: i64) -> i64 {
        let of_user = |((_, id), amount): (&(usize, i64), &i64)| (*id == user).then_some(*amount);
        self.leases.iter().filter_map(of_user).sum()
    }

    pub(crate) fn apply(&mut self, node: usize, transaction: &Transaction) -> Reply {
        match transaction {
            Transaction::Take {
                incarnation,
                epoch,
                wants,
                returns,
            } => {
                if !self.is(node, *incarnation, *epoch) {
                    return Reply::Refused;
                }
                self.lower(node, returns);
                let granted = wants
                    .iter()
                    .map(|(user, ask)| (*user, self.grant(node, *user, *ask)));
                Reply::Granted(granted.collect::<Vec<_>>())
            }
            Transaction::GiveBack {
                incarnation,
                epoch,
                returns,
                answered,
            } => {
                if !self.is(node, *incarnation, *epoch) {
                    return Reply::Refused;
                }
                self.lower(node, returns);
                for user in answered {
                    self.recalled.remove(&(node, *user));
                }
                Reply::Done
            }
            Transaction::Beat { incarnation } => {
                let row = &mut self.nodes[node];
                if row.incarnation != *incarnation {
                    return Reply::Refused;
                }
                row.heartbeat_ms = self.now_ms;
                Reply::Epoch(row.epoch)
            }
            Transaction::Book { from, charges } => self.book(node, *from, charges),
        }
    }

    pub(crate) fn is(&self, node: usize, incarnation: u32, epoch: i64) -> bool {
        let row = &self.nodes[node];
        row.incarnation == incarnation && row.epoch == epoch
    }

    pub(crate) fn lower(&mut self, node: usize, returns: &[(i64, i64)]) {
        for (user, amount) in returns {
            if let Some(lease) = self.leases.get_mut(&(node, *user)) {
                *lease = (*lease - amount).max(0);
            }
        }
    }

    pub(crate) fn grant(&mut self, node: usize, user: i64, ask: Ask) -> i64 {
        let granted = lease::grant(self.balance[&user] - self.leased(user), ask);
        if granted > 0 {
            *self.leases.entry((node, user)).or_default() += granted;
            assert!(
                self.leased(user) <= self.balance[&user],
                "leased more than there is"
            );
        }
        granted
    }

    pub(crate) fn book(&mut self, node: usize, from: usize, charges: &[(i64, i64)]) -> Reply {
        if self.nodes[node].cursor != from {
            return Reply::Refused;
        }
        self.nodes[node].cursor = from + charges.len();
        for (user, charge) in charges {
            *self.balance.entry(*user).or_default() -= charge;
            *self.booked.entry(*user).or_default() += charge;
            self.lower(node, &[(*user, *charge)]);
        }
        Reply::Done
    }

    pub(crate) fn reclaim(&mut self, by: usize) {
        for (number, row) in self.nodes.iter_mut().enumerate() {
            let has_leases = self.leases.keys().any(|(node, _)| *node == number);
            let is_dead = row.heartbeat_ms < self.now_ms - lease::DEAD_MS;
            if number != by && has_leases && is_dead {
                row.epoch += 1;
                self.leases.retain(|(node, _), _| *node != number);
            }
        }
    }

    pub(crate) fn enter(&mut self, user: i64, delta: i64) {
        *self.balance.entry(user).or_default() += delta;
        *self.credited.entry(user).or_default() += delta;
        self.entries.push(Entry {
            number: i64::try_from(self.entries.len()).unwrap_or(i64::MAX) + 1,
            user_id: user,
            wallet_delta: delta,
            ..Entry::default()
        });
    }
}
