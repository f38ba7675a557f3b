//! One payer: the wallet and the budgets of its keys, behind one short lock. All checks and
//! subtractions of a hold happen here together or not at all. Pure arithmetic over integers: no
//! clock, no I/O, and nothing that can leave `leased = free + held + settled_pending`.

use crate::maps::HashMap;

use parking_lot::Mutex;

use super::HoldRefused;

/// One amount of money and what has become of it; quota, 500,000 = 1 USD.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Balance {
    /// What can still be held; below zero after an overrun.
    pub free: i64,
    /// What calls in flight have set aside.
    pub held: i64,
    /// What is charged but not yet subtracted in SQL; for a moment below zero when SQL was faster
    /// than the memory of this process.
    pub settled_pending: i64,
    /// What SQL says is there; always the sum of the other three.
    pub leased: i64,
}

impl Balance {
    /// Says whether nothing got lost or came from nowhere.
    pub fn is_whole(&self) -> bool {
        let sum = i128::from(self.free) + i128::from(self.held) + i128::from(self.settled_pending);
        i128::from(self.leased) == sum
    }

    pub(crate) fn of(leased: i64) -> Self {
        Self {
            free: leased,
            leased,
            ..Self::default()
        }
    }

    /// A free call (0) is always covered; else the money must be there.
    fn covers(&self, amount: i64) -> bool {
        amount == 0 || self.free >= amount
    }

    fn hold(&mut self, amount: i64) {
        self.free -= amount;
        self.held += amount;
    }

    fn settle(&mut self, held: i64, charge: i64) {
        self.held -= held;
        self.free = self.free.saturating_add(held).saturating_sub(charge);
        self.settled_pending = self.settled_pending.saturating_add(charge);
    }

    /// Adds an entry's delta; `None` (and nothing changed) when it is beyond all numbers.
    #[must_use]
    pub(crate) fn credited(&self, delta: i64) -> Option<Self> {
        Some(Self {
            free: self.free.checked_add(delta)?,
            leased: self.leased.checked_add(delta)?,
            ..*self
        })
    }

    /// Undoes `credited`.
    pub(crate) fn take_back(&mut self, delta: i64) {
        self.free = self.free.saturating_sub(delta);
        self.leased = self.leased.saturating_sub(delta);
    }

    pub(crate) fn drain(&mut self, charged: i64) {
        self.settled_pending = self.settled_pending.saturating_sub(charged);
        self.leased = self.leased.saturating_sub(charged);
    }

    /// As `drain`, of a lease: the database takes off it what there is and the rest off the balance alone.
    pub(crate) fn drain_lease(&mut self, charged: i64) {
        self.settled_pending = self.settled_pending.saturating_sub(charged);
        self.set_lease(self.leased.saturating_sub(charged).max(0));
    }

    /// Makes the lease what the database says it is.
    pub(crate) fn set_lease(&mut self, leased: i64) {
        self.leased = leased;
        self.free = leased
            .saturating_sub(self.held)
            .saturating_sub(self.settled_pending);
    }

    /// Takes out what is free of a lease; returns it.
    pub(crate) fn take_free(&mut self) -> i64 {
        let free = self.free.clamp(0, self.leased.max(0));
        self.free -= free;
        self.leased -= free;
        free
    }

    pub(crate) fn is_at_rest(&self) -> bool {
        self.held == 0 && self.settled_pending == 0
    }
}

/// What is left on one key.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct KeyBudget {
    pub(crate) balance: Balance,
    /// Counted, but never a reason to refuse.
    pub(crate) unlimited: bool,
    /// Takes no new holds; open ones settle.
    pub(crate) deleted: bool,
}

impl KeyBudget {
    /// Sets `more` aside; false, and nothing changed, when the key does not cover it.
    pub(crate) fn raise(&mut self, more: i64) -> bool {
        let covers = self.unlimited || self.balance.covers(more);
        if covers {
            self.balance.hold(more);
        }
        covers
    }

    pub(crate) fn settle(&mut self, held: i64, charge: i64) {
        self.balance.settle(held, charge);
    }
}

/// What stands behind the payer's lock.
#[derive(Debug, Default)]
pub(crate) struct Purse {
    pub(crate) wallet: Balance,
    pub(crate) deleted: bool,
    pub(crate) keys: HashMap<i64, KeyBudget>,
}

/// A user who pays.
#[derive(Debug, Default)]
pub(crate) struct Payer {
    pub(crate) purse: Mutex<Purse>,
}

impl Purse {
    /// Sets `amount` aside in the wallet and, unless `key_id` is 0, on the key.
    pub(crate) fn hold(&mut self, key_id: i64, amount: i64) -> Result<(), HoldRefused> {
        if self.deleted {
            return Err(HoldRefused::NoSuch);
        }
        let key = match key_id {
            0 => None,
            _ => Some(
                self.keys
                    .get_mut(&key_id)
                    .filter(|key| !key.deleted)
                    .ok_or(HoldRefused::NoSuch)?,
            ),
        };
        if let Some(key) = &key
            && !key.unlimited
            && !key.balance.covers(amount)
        {
            return Err(HoldRefused::Key);
        }
        if !self.wallet.covers(amount) {
            return Err(HoldRefused::Wallet);
        }
        self.wallet.hold(amount);
        if let Some(key) = key {
            key.balance.hold(amount);
        }
        Ok(())
    }

    /// Sets `more` aside for a call that holds already, in the wallet and on the key when it is
    /// here; a deleted user's call may go on.
    pub(crate) fn raise(&mut self, key_id: i64, more: i64) -> Result<(), HoldRefused> {
        if !self.wallet.covers(more) {
            return Err(HoldRefused::Wallet);
        }
        if let Some(key) = self.keys.get_mut(&key_id)
            && !key.raise(more)
        {
            return Err(HoldRefused::Key);
        }
        self.wallet.hold(more);
        Ok(())
    }

    pub(crate) fn settle_wallet(&mut self, held: i64, charge: i64) {
        self.wallet.settle(held, charge);
    }

    /// Settles on the key; false when the key is not this payer's (any more).
    pub(crate) fn settle_key(&mut self, key_id: i64, held: i64, charge: i64) -> bool {
        match self.keys.get_mut(&key_id) {
            Some(key) => {
                key.settle(held, charge);
                true
            }
            None => false,
        }
    }

    /// Says whether nothing of this payer is open or waits for SQL.
    pub(crate) fn is_at_rest(&self) -> bool {
        self.wallet.is_at_rest() && self.keys.values().all(|key| key.balance.is_at_rest())
    }

    pub(crate) fn is_whole(&self) -> bool {
        self.wallet.is_whole() && self.keys.values().all(|key| key.balance.is_whole())
    }
}
