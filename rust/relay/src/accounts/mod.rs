//! Wallets, keys and holds in memory: what decides whether a call may cost money, before it does.
//! Admit holds, stream raises, settle charges; the ledger in SQL follows through the journal, and
//! credits come back as numbered entries. Must never lose an update, never hold what is not there,
//! and never wait for anything but one payer's short lock.

mod entries;
mod leases;
mod leasing;
mod payer;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::maps::ConcurrentMap;
use parking_lot::Mutex;

pub use entries::{EntriesApplied, Entry, EntryRefused};
pub use leases::{Account, Clock, Scope, Verdict};
pub use leasing::Prepaid;
pub use payer::Balance;

use entries::Sequence;
use leases::Leases;
use payer::{KeyBudget, Payer, Purse};

/// Why a hold was not taken; nothing has been subtracted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HoldRefused {
    /// The wallet does not cover it.
    #[error("wallet does not cover the hold")]
    Wallet,
    /// The key's budget does not cover it.
    #[error("key does not cover the hold")]
    Key,
    /// User or key is unknown or deleted, or the key is another user's.
    #[error("no such user or key")]
    NoSuch,
    /// A limit of spending has no room; said by the call's limits, never by the accounts.
    #[error("a spend limit does not cover the hold")]
    Budget,
    /// This node may not hold for now: it has not been heard of, or the ledger could not be asked.
    #[error("the ledger cannot be asked for a lease")]
    Lapsed,
    /// More is being leased; ask again with what comes next.
    #[error("the lease is being raised")]
    Pending,
}

/// What a settle came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settled {
    /// What was charged.
    pub charge: i64,
    /// The charge passed what was held; the wallet may now be below zero.
    pub overrun: bool,
}

/// A user as SQL has it at the start: id and balance.
pub type UserBalance = (i64, i64);
/// A key as SQL has it at the start: id, user, what is left, unlimited.
pub type KeyBalance = (i64, i64, i64, bool);

/// A key's budget as others see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyView {
    /// The key's user.
    pub user_id: i64,
    /// What is left, held and charged.
    pub balance: Balance,
    /// Counted, but never a reason to refuse.
    pub unlimited: bool,
    /// Takes no new holds.
    pub deleted: bool,
}

#[derive(Debug, Default)]
struct Shared {
    payers: ConcurrentMap<i64, Arc<Payer>>,
    /// Which payer's lock a key's budget is behind.
    owners: ConcurrentMap<i64, i64>,
    /// Taken before any payer's lock; also orders moves of keys.
    sequence: Mutex<Sequence>,
    open_holds: AtomicU64,
    dropped_holds: AtomicU64,
    /// Of a node among several; without, everything in the database is this node's.
    leases: Option<Leases>,
}

/// All accounts of this node. Clones share them.
#[derive(Clone, Debug, Default)]
pub struct Accounts {
    shared: Arc<Shared>,
}

/// Money set aside for one call. Remembers exactly which accounts it took from.
///
/// It ends by [`Hold::settle`]; one that is dropped instead settles at the charge it was last told
/// ([`Hold::note_charge`]) and is counted, for that is a fault of ours.
#[derive(Debug)]
pub struct Hold {
    shared: Arc<Shared>,
    payer: Arc<Payer>,
    user_id: i64,
    key_id: i64,
    amount: i64,
    charge_so_far: i64,
    is_open: bool,
    /// The answer to a raise that the lease did not cover.
    more: Option<leasing::Asked>,
}

impl Accounts {
    /// Takes in what SQL had when `last_entry` was the newest entry, in as many batches as the
    /// caller likes, before the first hold. A user or key that is here already stays as it is.
    pub fn load(&self, users: &[UserBalance], keys: &[KeyBalance], last_entry: i64) {
        let mut sequence = self.shared.sequence.lock();
        let is_leased = self.shared.leases.is_some();
        for &(user_id, quota) in users {
            let quota = if is_leased { 0 } else { quota };
            let payers = self.shared.payers.pin();
            if payers.get(&user_id).is_none() {
                let purse = Purse {
                    wallet: Balance::of(quota),
                    ..Purse::default()
                };
                let purse = Mutex::new(purse);
                payers.insert(user_id, Arc::new(Payer { purse }));
            }
        }
        for &(key_id, user_id, remain, unlimited) in keys {
            let remain = if is_leased { 0 } else { remain };
            let budget = KeyBudget {
                balance: Balance::of(remain),
                unlimited,
                deleted: false,
            };
            self.shared.add_key(key_id, user_id, budget);
        }
        sequence.begin_behind(last_entry);
    }

    /// Makes the user known, with nothing in the wallet: money comes by entries. A known user
    /// keeps everything; a deleted one may hold again.
    pub fn upsert_user(&self, user_id: i64) {
        let _order = self.shared.sequence.lock();
        self.shared.payer_or_new(user_id).purse.lock().deleted = false;
    }

    /// Makes the key known, with nothing left on it: money comes by entries. A known key keeps its
    /// budget, and moves with its open holds when the user is another.
    pub fn upsert_key(&self, key_id: i64, user_id: i64, unlimited: bool) {
        let _order = self.shared.sequence.lock();
        self.shared.move_key(key_id, user_id);
        let payer = self.shared.payer_or_new(user_id);
        let mut purse = payer.purse.lock();
        if let Some(key) = purse.keys.get_mut(&key_id) {
            key.unlimited = unlimited;
            key.deleted = false;
        }
    }

    /// Lets the user hold no more; open holds settle.
    pub fn delete_user(&self, user_id: i64) {
        if let Some(payer) = self.shared.payer(user_id) {
            payer.purse.lock().deleted = true;
        }
    }

    /// Lets the key hold no more; open holds settle.
    pub fn delete_key(&self, key_id: i64) {
        let _order = self.shared.sequence.lock();
        if let Some(payer) = self.shared.owner(key_id) {
            let mut purse = payer.purse.lock();
            if let Some(key) = purse.keys.get_mut(&key_id) {
                key.deleted = true;
            }
        }
    }

    /// Forgets a deleted user and its keys; false while anything of theirs is open or undrained.
    pub fn purge_user(&self, user_id: i64) -> bool {
        let _order = self.shared.sequence.lock();
        let Some(payer) = self.shared.payer(user_id) else {
            return true;
        };
        let purse = payer.purse.lock();
        if !purse.deleted || !purse.is_at_rest() {
            return false;
        }
        for key_id in purse.keys.keys() {
            self.shared.owners.pin().remove(key_id);
        }
        self.shared.payers.pin().remove(&user_id);
        true
    }

    /// Applies entries in number order, each once; those that came early wait. Entries for users
    /// and keys that are not known yet make them known.
    pub fn apply_entries(&self, entries: &[Entry]) -> Result<EntriesApplied, EntryRefused> {
        let mut sequence = self.shared.sequence.lock();
        sequence.take(entries)?;
        let mut applied = 0;
        while let Some(entry) = sequence.next() {
            self.shared.apply(&entry)?;
            sequence.applied();
            applied += 1;
        }
        Ok(EntriesApplied {
            last_entry: sequence.last,
            applied,
            waiting: sequence.waiting(),
        })
    }

    /// Returns the number of the last entry that is applied.
    pub fn last_entry(&self) -> i64 {
        self.shared.sequence.lock().last
    }

    /// Sets `amount` aside in the wallet and on the key (0 for none), both or neither.
    ///
    /// A free call holds 0 (as does a negative amount, which no price gives) and is never refused for want of money; an unlimited key is counted,
    /// never a reason to refuse.
    pub fn hold(&self, user_id: i64, key_id: i64, amount: i64) -> Result<Hold, HoldRefused> {
        let amount = amount.max(0);
        self.shared.check_lease(amount)?;
        let payer = self.shared.payer(user_id).ok_or(HoldRefused::NoSuch)?;
        payer.purse.lock().hold(key_id, amount)?;
        self.shared.open_holds.fetch_add(1, Ordering::Relaxed);
        Ok(Hold {
            shared: Arc::clone(&self.shared),
            payer,
            user_id,
            key_id,
            amount,
            charge_so_far: 0,
            is_open: true,
            more: None,
        })
    }

    /// Takes note that SQL has subtracted these charges (id and quota; see `SumsBatch`). Ids that
    /// are not known are passed over.
    pub fn drained(
        &self,
        users: impl IntoIterator<Item = (i64, i64)>,
        keys: impl IntoIterator<Item = (i64, i64)>,
    ) {
        if self.shared.leases.is_some() {
            self.drained_leases(users, keys);
            return;
        }
        for (user_id, quota) in users {
            if let Some(payer) = self.shared.payer(user_id) {
                payer.purse.lock().wallet.drain(quota);
            }
        }
        for (key_id, quota) in keys {
            self.shared.with_key(key_id, |key| key.balance.drain(quota));
        }
    }

    /// Returns what the user has, `None` when unknown.
    pub fn balance(&self, user_id: i64) -> Option<Balance> {
        let payer = self.shared.payer(user_id)?;
        let wallet = payer.purse.lock().wallet;
        Some(wallet)
    }

    /// Returns what can still be held on the key, `None` when unknown; meaningless for unlimited
    /// keys, which go below zero.
    pub fn key_remain(&self, key_id: i64) -> Option<i64> {
        self.key(key_id).map(|key| key.balance.free)
    }

    /// Returns the key's budget, `None` when unknown.
    pub fn key(&self, key_id: i64) -> Option<KeyView> {
        self.shared.with_key(key_id, |key| *key).and_then(|key| {
            let user_id = *self.shared.owners.pin().get(&key_id)?;
            Some(KeyView {
                user_id,
                balance: key.balance,
                unlimited: key.unlimited,
                deleted: key.deleted,
            })
        })
    }

    /// Returns the user's keys and what each has, in id order.
    pub fn keys_of(&self, user_id: i64) -> Vec<(i64, Balance)> {
        let Some(payer) = self.shared.payer(user_id) else {
            return Vec::new();
        };
        let purse = payer.purse.lock();
        let mut keys: Vec<_> = purse
            .keys
            .iter()
            .map(|(id, key)| (*id, key.balance))
            .collect();
        keys.sort_unstable_by_key(|(id, _)| *id);
        keys
    }

    /// Returns the holds that are open.
    pub fn open_holds(&self) -> u64 {
        self.shared.open_holds.load(Ordering::Relaxed)
    }

    /// Returns the holds that were dropped instead of settled since the start.
    pub fn dropped_holds(&self) -> u64 {
        self.shared.dropped_holds.load(Ordering::Relaxed)
    }

    /// Returns the users for whom `leased = free + held + settled_pending` does not hold, on the
    /// wallet or on a key; none, unless there is a fault.
    pub fn verify(&self) -> Vec<i64> {
        let mut broken: Vec<i64> = self
            .shared
            .payers
            .pin()
            .iter()
            .filter(|(_, payer)| !payer.purse.lock().is_whole())
            .map(|(user_id, _)| *user_id)
            .collect();
        broken.sort_unstable();
        broken
    }
}

impl Shared {
    fn payer(&self, user_id: i64) -> Option<Arc<Payer>> {
        self.payers.pin().get(&user_id).map(Arc::clone)
    }

    fn owner(&self, key_id: i64) -> Option<Arc<Payer>> {
        let user_id = *self.owners.pin().get(&key_id)?;
        self.payer(user_id)
    }

    /// Only under the sequence's lock, else two threads could make two payers of one id.
    fn payer_or_new(&self, user_id: i64) -> Arc<Payer> {
        if let Some(payer) = self.payer(user_id) {
            return payer;
        }
        let payer = Arc::new(Payer::default());
        self.payers.pin().insert(user_id, Arc::clone(&payer));
        payer
    }

    /// Adds a key that is not known yet; only under the sequence's lock.
    fn add_key(&self, key_id: i64, user_id: i64, budget: KeyBudget) {
        if self.owners.pin().get(&key_id).is_some() {
            return;
        }
        let payer = self.payer_or_new(user_id);
        payer.purse.lock().keys.insert(key_id, budget);
        self.owners.pin().insert(key_id, user_id);
    }

    /// Brings the key's budget, holds and all, under the user's lock; only under the sequence's.
    fn move_key(&self, key_id: i64, user_id: i64) {
        let from = self.owners.pin().get(&key_id).copied();
        match from {
            Some(owner) if owner == user_id => {}
            Some(owner) => {
                let old = self.payer_or_new(owner);
                let new = self.payer_or_new(user_id);
                // Both locks, in id order as everywhere, so that no settle can miss the key.
                let (mut first, mut second);
                let (old_purse, new_purse) = if owner < user_id {
                    first = old.purse.lock();
                    second = new.purse.lock();
                    (&mut first, &mut second)
                } else {
                    second = new.purse.lock();
                    first = old.purse.lock();
                    (&mut first, &mut second)
                };
                if let Some(budget) = old_purse.keys.remove(&key_id) {
                    new_purse.keys.insert(key_id, budget);
                }
                self.owners.pin().insert(key_id, user_id);
            }
            None => self.add_key(key_id, user_id, KeyBudget::default()),
        }
    }

    /// Changes a key wherever it is; `None` when it is nowhere.
    fn with_key<T>(&self, key_id: i64, change: impl FnOnce(&mut KeyBudget) -> T) -> Option<T> {
        loop {
            let payer = self.owner(key_id)?;
            let mut purse = payer.purse.lock();
            if let Some(key) = purse.keys.get_mut(&key_id) {
                return Some(change(key));
            }
            // The key moved or went between the two looks: look again.
            drop(purse);
            std::thread::yield_now();
        }
    }

    /// Applies one entry to wallet and key, both or neither; only under the sequence's lock, so
    /// that no other entry and no move of the key comes between.
    fn apply(&self, entry: &Entry) -> Result<(), EntryRefused> {
        let overflow = EntryRefused::Overflow {
            number: entry.number,
        };
        let payer = self.payer_or_new(entry.user_id);
        if self.leases.is_some() {
            self.apply_leased(entry);
            return Ok(());
        }
        if entry.key_id != 0 {
            self.add_key(entry.key_id, entry.user_id, KeyBudget::default());
            let credit = |key: &mut KeyBudget| {
                key.balance = key.balance.credited(entry.key_delta)?;
                Some(())
            };
            let credited = self.with_key(entry.key_id, credit);
            credited.flatten().ok_or(overflow)?;
        }
        let mut purse = payer.purse.lock();
        if let Some(wallet) = purse.wallet.credited(entry.wallet_delta) {
            purse.wallet = wallet;
            return Ok(());
        }
        drop(purse);
        self.with_key(entry.key_id, |key| {
            key.balance.take_back(entry.key_delta);
        });
        Err(overflow)
    }
}

impl Hold {
    /// Returns what is set aside.
    pub fn amount(&self) -> i64 {
        self.amount
    }

    /// Returns the user who pays.
    pub fn user_id(&self) -> i64 {
        self.user_id
    }

    /// Returns the key that pays, 0 for none.
    pub fn key_id(&self) -> i64 {
        self.key_id
    }

    /// Notes what the call has cost so far; what a hold that is dropped settles at.
    pub fn note_charge(&mut self, charge: i64) {
        self.charge_so_far = charge.max(0);
    }

    /// Returns what was noted last.
    pub fn charge_so_far(&self) -> i64 {
        self.charge_so_far
    }

    /// Raises the hold to `to_total` in wallet and key, both or neither; a lower total is no change.
    pub fn raise(&mut self, to_total: i64) -> Result<(), HoldRefused> {
        let more = to_total.saturating_sub(self.amount);
        if more <= 0 {
            return Ok(());
        }
        self.shared.check_lease(more)?;
        if let Err(refused) = self.raise_by(more) {
            return Err(self.ask_for_more(more, refused));
        }
        self.amount = to_total;
        Ok(())
    }

    fn raise_by(&self, more: i64) -> Result<(), HoldRefused> {
        let mut purse = self.payer.purse.lock();
        if self.key_id == 0 || purse.keys.contains_key(&self.key_id) {
            return purse.raise(self.key_id, more);
        }
        drop(purse);
        self.raise_moved(more)
    }

    /// Raises on two payers: the key moved to another user while the call ran. The wallet is taken
    /// first and given back when the key refuses.
    fn raise_moved(&self, more: i64) -> Result<(), HoldRefused> {
        self.payer.purse.lock().raise(0, more)?;
        let key = self.shared.with_key(self.key_id, |key| key.raise(more));
        let refused = match key {
            Some(true) => return Ok(()),
            Some(false) => HoldRefused::Key,
            None => HoldRefused::NoSuch,
        };
        self.payer.purse.lock().settle_wallet(more, 0);
        Err(refused)
    }

    /// Gives the hold back and charges instead; may go below zero when the charge passes the hold.
    pub fn settle(mut self, charge: i64) -> Settled {
        self.settle_once(charge)
    }

    fn settle_once(&mut self, charge: i64) -> Settled {
        let charge = charge.max(0);
        if self.is_open {
            self.is_open = false;
            self.shared.open_holds.fetch_sub(1, Ordering::Relaxed);
            let mut purse = self.payer.purse.lock();
            purse.settle_wallet(self.amount, charge);
            let is_here = self.key_id == 0 || purse.settle_key(self.key_id, self.amount, charge);
            drop(purse);
            if !is_here {
                self.shared.with_key(self.key_id, |key| {
                    key.settle(self.amount, charge);
                });
            }
        }
        Settled {
            charge,
            overrun: charge > self.amount,
        }
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        if self.is_open {
            self.shared.dropped_holds.fetch_add(1, Ordering::Relaxed);
            self.settle_once(self.charge_so_far);
        }
    }
}
