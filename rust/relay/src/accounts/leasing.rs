//! Accounts of a node among several: holds that wait for a lease, and the side that fetches, grants and gives back.
//!
//! Memory never has more of a lease than the database: a grant is committed there before it is here, what goes back
//! leaves here first, and after any doubt the database's word counts.

use std::time::Duration;

use tokio::sync::oneshot;
use tokio::sync::oneshot::error::TryRecvError;
use weirgate_policy::lease::Ask;

use super::entries::Entry;
use super::leases::{Account, Clock, Leases, Scope, Verdict};
use super::payer::{Balance, KeyBudget};
use super::{Accounts, Hold, HoldRefused, Shared};

/// The longest that a call waits for one answer.
const PATIENCE: Duration = Duration::from_secs(10);
/// Answers that a call waits for; more than this only where others were quicker each time.
const ROUNDS: usize = 32;

/// An answer under way.
#[derive(Debug)]
pub(super) struct Asked(oneshot::Receiver<Verdict>);

/// A hold before its call is admitted; dropped, it goes back as if it had never been.
#[derive(Debug)]
pub struct Prepaid(Option<Hold>);

impl Prepaid {
    /// Returns the hold.
    pub fn into_hold(mut self) -> Option<Hold> {
        self.0.take()
    }
}

impl Drop for Prepaid {
    fn drop(&mut self) {
        if let Some(hold) = self.0.take() {
            hold.settle(0);
        }
    }
}

impl Accounts {
    /// Accounts of a node that spends from leases; `clock` goes on while the machine sleeps.
    pub fn leased(clock: Clock) -> Self {
        let shared = Shared {
            leases: Some(Leases::new(clock)),
            ..Shared::default()
        };
        Self {
            shared: shared.into(),
        }
    }

    /// Whether this node spends from leases.
    pub fn is_leased(&self) -> bool {
        self.shared.leases.is_some()
    }

    /// Whether charges come so late that others may have had the money; never without leases.
    pub fn is_overdue(&self) -> bool {
        self.shared.leases.as_ref().is_some_and(Leases::is_overdue)
    }

    /// Takes a hold, and waits for a lease that covers it.
    pub async fn prepay(
        &self,
        user_id: i64,
        key_id: i64,
        amount: i64,
    ) -> Result<Prepaid, HoldRefused> {
        for _ in 0..ROUNDS {
            let refused = match self.hold(user_id, key_id, amount) {
                Ok(hold) => return Ok(Prepaid(Some(hold))),
                Err(refused) => refused,
            };
            let (Some(account), Some(leases)) =
                (account_of(refused, user_id, key_id), &self.shared.leases)
            else {
                return Err(refused);
            };
            let answer = leases.want(account, amount);
            match tokio::time::timeout(PATIENCE, answer).await {
                Ok(Ok(Verdict::Granted)) => {}
                Ok(Ok(Verdict::Refused)) => return Err(refused),
                Ok(Ok(Verdict::Unavailable) | Err(_)) | Err(_) => return Err(HoldRefused::Lapsed),
            }
        }
        Err(HoldRefused::Lapsed)
    }

    /// Waits until leases are wanted; returns for each account what to ask, what is free here taken off. Whose wish
    /// is covered by now is answered at once.
    pub fn take_wants(&self, patience: Duration) -> Vec<(Account, Ask)> {
        let Some(leases) = &self.shared.leases else {
            return Vec::new();
        };
        let mut wants = leases.take_wants(patience);
        wants.retain_mut(|(account, ask)| {
            let free = self
                .shared
                .lease_of(*account)
                .map_or(0, |balance| balance.free);
            ask.least = ask.least.saturating_sub(free);
            ask.all = ask.all.saturating_sub(free);
            if ask.least <= 0 {
                leases.answer(*account, Verdict::Granted);
            }
            ask.least > 0
        });
        wants
    }

    /// Adds what the database has granted, and answers those who wait.
    pub fn answer(&self, account: Account, granted: i64, verdict: Verdict) {
        let Some(leases) = &self.shared.leases else {
            return;
        };
        if granted > 0 {
            leases.knows(account);
            self.shared.with_lease(account, |balance| {
                balance.set_lease(balance.leased.saturating_add(granted));
            });
        }
        leases.answer(account, verdict);
    }

    /// Takes out of the accounts what is free: others asked for it.
    pub fn recall(&self, accounts: &[Account]) {
        for account in accounts {
            self.shared.take_back(*account);
        }
    }

    /// One round, about each second: what lies idle is taken out of the accounts.
    pub fn sweep(&self) {
        let Some(leases) = &self.shared.leases else {
            return;
        };
        for account in leases.known() {
            let balance = self.shared.lease_of(account).unwrap_or_default();
            if leases.round(account, !balance.is_at_rest()) {
                self.shared.take_back(account);
                let left = self.shared.lease_of(account).unwrap_or_default();
                if left.leased <= 0 {
                    leases.forget(account);
                }
            }
        }
    }

    /// Returns what was taken out of the accounts since the last call, to be given back.
    pub fn take_returns(&self) -> Vec<(Account, i64)> {
        let leases = self.shared.leases.as_ref();
        leases.map(Leases::take_returns).unwrap_or_default()
    }

    /// Makes the leases what the database says they are, and gives back all that is free: after an error nobody knows
    /// what else was under way.
    pub fn reconcile(&self, rows: &[(Account, i64)]) {
        let Some(leases) = &self.shared.leases else {
            return;
        };
        leases.start_over();
        for account in leases.known() {
            if !rows.iter().any(|(known, _)| *known == account) {
                self.shared
                    .with_lease(account, |balance| balance.set_lease(0));
                leases.forget(account);
            }
        }
        for (account, amount) in rows {
            leases.knows(*account);
            self.shared
                .with_lease(*account, |balance| balance.set_lease(*amount));
            self.shared.take_back(*account);
        }
    }

    /// Takes note of a heartbeat that was answered and had been sent at `sent_ms`.
    pub fn renewed(&self, sent_ms: i64) {
        if let Some(leases) = &self.shared.leases {
            leases.renewed(sent_ms);
        }
    }

    /// Holds nothing until the next renewal: others have, or may have, this node's leases.
    pub fn lapse(&self) {
        if let Some(leases) = &self.shared.leases {
            leases.lapse();
        }
        self.reconcile(&[]);
    }

    pub(super) fn drained_leases(
        &self,
        users: impl IntoIterator<Item = (i64, i64)>,
        keys: impl IntoIterator<Item = (i64, i64)>,
    ) {
        let Some(leases) = &self.shared.leases else {
            return;
        };
        let users = users
            .into_iter()
            .map(|(id, quota)| ((Scope::User, id), quota));
        let keys = keys
            .into_iter()
            .map(|(id, quota)| ((Scope::Key, id), quota));
        for (account, quota) in users.chain(keys) {
            self.shared
                .with_lease(account, |balance| balance.drain_lease(quota));
            leases.spent(account, quota);
        }
    }
}

impl Shared {
    /// Refuses what costs money while this node may not hold.
    pub(super) fn check_lease(&self, amount: i64) -> Result<(), HoldRefused> {
        match &self.leases {
            Some(leases) if amount > 0 && !leases.may_hold() => Err(HoldRefused::Lapsed),
            _ => Ok(()),
        }
    }

    /// An entry moves the database's balance, which leases are taken from; what it takes away may be leased, so what
    /// is free goes back and is asked for anew.
    pub(super) fn apply_leased(&self, entry: &Entry) {
        if entry.key_id != 0 {
            self.add_key(entry.key_id, entry.user_id, KeyBudget::default());
        }
        if entry.wallet_delta < 0 {
            self.take_back((Scope::User, entry.user_id));
        }
        if entry.key_delta < 0 {
            self.take_back((Scope::Key, entry.key_id));
        }
    }

    fn take_back(&self, account: Account) {
        let free = self.with_lease(account, Balance::take_free).unwrap_or(0);
        if let Some(leases) = &self.leases {
            leases.give_back(account, free);
        }
    }

    fn lease_of(&self, account: Account) -> Option<Balance> {
        self.with_lease(account, |balance| *balance)
    }

    fn with_lease<T>(&self, account: Account, change: impl FnOnce(&mut Balance) -> T) -> Option<T> {
        match account {
            (Scope::User, id) => {
                let payer = self.payer(id)?;
                let mut purse = payer.purse.lock();
                Some(change(&mut purse.wallet))
            }
            (Scope::Key, id) => self.with_key(id, |key| change(&mut key.balance)),
        }
    }
}

impl Hold {
    /// Returns what to say of a raise that was refused: where there are leases more is asked for first, once.
    pub(super) fn ask_for_more(&mut self, more: i64, refused: HoldRefused) -> HoldRefused {
        let (Some(account), Some(leases)) = (
            account_of(refused, self.user_id, self.key_id),
            &self.shared.leases,
        ) else {
            return refused;
        };
        let answer = self.more.as_mut().map(|asked| asked.0.try_recv());
        match answer {
            Some(Err(TryRecvError::Empty)) => HoldRefused::Pending,
            Some(Ok(Verdict::Refused)) => {
                self.more = None;
                refused
            }
            Some(Ok(Verdict::Unavailable) | Err(TryRecvError::Closed)) => {
                self.more = None;
                HoldRefused::Lapsed
            }
            None | Some(Ok(Verdict::Granted)) => {
                self.more = Some(Asked(leases.want(account, more)));
                HoldRefused::Pending
            }
        }
    }
}

fn account_of(refused: HoldRefused, user_id: i64, key_id: i64) -> Option<Account> {
    match refused {
        HoldRefused::Wallet => Some((Scope::User, user_id)),
        HoldRefused::Key => Some((Scope::Key, key_id)),
        _ => None,
    }
}
