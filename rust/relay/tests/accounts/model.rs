//! Any history against the plainest possible model: maps of integers, one step after the other.

use std::collections::BTreeMap;

use proptest::prelude::*;
use weirgate_relay::accounts::{Accounts, Entry, Hold};

const USERS: i64 = 3;
const KEYS: i64 = 5;

#[derive(Clone, Debug)]
enum Step {
    Hold {
        user: i64,
        key: i64,
        amount: i64,
    },
    Raise {
        hold: usize,
        total: i64,
    },
    Settle {
        hold: usize,
        charge: i64,
    },
    Drop {
        hold: usize,
        charge: i64,
    },
    Credit {
        user: i64,
        key: i64,
        wallet: i64,
        budget: i64,
    },
    Drain,
    MoveKey {
        key: i64,
        user: i64,
    },
    DeleteUser(i64),
    DeleteKey(i64),
    RestoreUser(i64),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let user = || 1..=USERS;
    let key = || 0..=KEYS;
    let amount = || prop_oneof![0..2_000_i64, Just(0)];
    let step = prop_oneof![
        8 => (user(), key(), amount())
            .prop_map(|(user, key, amount)| Step::Hold { user, key, amount }),
        3 => (any::<usize>(), amount()).prop_map(|(hold, total)| Step::Raise { hold, total }),
        6 => (any::<usize>(), amount())
            .prop_map(|(hold, charge)| Step::Settle { hold, charge }),
        1 => (any::<usize>(), amount()).prop_map(|(hold, charge)| Step::Drop { hold, charge }),
        3 => (user(), key(), -500..2_000_i64, -500..2_000_i64)
            .prop_map(|(user, key, wallet, budget)| Step::Credit { user, key, wallet, budget }),
        2 => Just(Step::Drain),
        1 => (1..=KEYS, user()).prop_map(|(key, user)| Step::MoveKey { key, user }),
        1 => user().prop_map(Step::DeleteUser),
        1 => (1..=KEYS).prop_map(Step::DeleteKey),
        2 => user().prop_map(Step::RestoreUser),
    ];
    prop::collection::vec(step, 1..120)
}

#[derive(Clone, Copy, Debug, Default)]
struct Sums {
    credited: i64,
    held: i64,
    charged: i64,
    drained: i64,
    deleted: bool,
}

impl Sums {
    fn free(&self) -> i64 {
        self.credited - self.charged - self.held
    }
}

/// What the accounts must say: sums of everything that ever happened.
#[derive(Default)]
struct Model {
    users: BTreeMap<i64, Sums>,
    keys: BTreeMap<i64, Sums>,
    owner: BTreeMap<i64, i64>,
    entry: i64,
    dropped: u64,
}

struct OpenHold {
    real: Hold,
    user: i64,
    key: i64,
    amount: i64,
}

/// Key 1 is unlimited, the others are not.
fn is_unlimited(key: i64) -> bool {
    key == 1
}

impl Model {
    fn may_take(&self, user: i64, key: i64, amount: i64) -> bool {
        let wallet = self.users[&user].free() >= amount;
        let key = key == 0 || is_unlimited(key) || self.keys[&key].free() >= amount;
        amount == 0 || (wallet && key)
    }

    fn may_hold(&self, user: i64, key: i64, amount: i64) -> bool {
        let known = key == 0 || (self.owner[&key] == user && !self.keys[&key].deleted);
        known && !self.users[&user].deleted && self.may_take(user, key, amount)
    }

    fn each(&mut self, user: i64, key: i64, change: impl Fn(&mut Sums)) {
        change(self.users.get_mut(&user).unwrap());
        if key != 0 {
            change(self.keys.get_mut(&key).unwrap());
        }
    }

    fn settle(&mut self, hold: &OpenHold, charge: i64) {
        self.each(hold.user, hold.key, |sums| {
            sums.held -= hold.amount;
            sums.charged += charge;
        });
    }
}

struct Run {
    accounts: Accounts,
    model: Model,
    holds: Vec<OpenHold>,
}

impl Run {
    fn new() -> Self {
        let accounts = Accounts::default();
        let mut model = Model::default();
        let users: Vec<_> = (1..=USERS).map(|user| (user, 1_000)).collect();
        let keys: Vec<_> = (1..=KEYS)
            .map(|key| (key, key % USERS + 1, 700, is_unlimited(key)))
            .collect();
        accounts.load(&users, &keys, 0);
        for (user, credited) in users {
            let sums = Sums {
                credited,
                ..Sums::default()
            };
            model.users.insert(user, sums);
        }
        for (key, user, credited, _) in keys {
            let sums = Sums {
                credited,
                ..Sums::default()
            };
            model.keys.insert(key, sums);
            model.owner.insert(key, user);
        }
        Self {
            accounts,
            model,
            holds: Vec::new(),
        }
    }

    fn step(&mut self, step: &Step) {
        match *step {
            Step::Hold { user, key, amount } => self.hold(user, key, amount),
            Step::Raise { hold, total } => self.raise(hold, total),
            Step::Settle { hold, charge } => {
                if let Some(hold) = self.take(hold) {
                    self.model.settle(&hold, charge);
                    assert_eq!(hold.real.settle(charge).overrun, charge > hold.amount);
                }
            }
            Step::Drop { hold, charge } => {
                if let Some(mut hold) = self.take(hold) {
                    self.model.settle(&hold, charge);
                    self.model.dropped += 1;
                    hold.real.note_charge(charge);
                }
            }
            Step::Credit {
                user,
                key,
                wallet,
                budget,
            } => self.credit(user, key, wallet, budget),
            Step::Drain => self.drain(),
            Step::MoveKey { key, user } => {
                self.accounts.upsert_key(key, user, is_unlimited(key));
                self.model.owner.insert(key, user);
                self.model.keys.get_mut(&key).unwrap().deleted = false;
            }
            Step::DeleteUser(user) => {
                self.accounts.delete_user(user);
                self.model.users.get_mut(&user).unwrap().deleted = true;
            }
            Step::DeleteKey(key) => {
                self.accounts.delete_key(key);
                self.model.keys.get_mut(&key).unwrap().deleted = true;
            }
            Step::RestoreUser(user) => {
                self.accounts.upsert_user(user);
                self.model.users.get_mut(&user).unwrap().deleted = false;
            }
        }
    }

    fn take(&mut self, index: usize) -> Option<OpenHold> {
        let at = index.checked_rem(self.holds.len())?;
        Some(self.holds.swap_remove(at))
    }

    fn hold(&mut self, user: i64, key: i64, amount: i64) {
        let expected = self.model.may_hold(user, key, amount);
        let held = self.accounts.hold(user, key, amount);
        assert_eq!(held.is_ok(), expected, "{user} {key} {amount}: {held:?}");
        if let Ok(real) = held {
            self.model.each(user, key, |sums| sums.held += amount);
            self.holds.push(OpenHold {
                real,
                user,
                key,
                amount,
            });
        }
    }

    fn raise(&mut self, index: usize, total: i64) {
        let Some(mut hold) = self.take(index) else {
            return;
        };
        let more = (total - hold.amount).max(0);
        let expected = self.model.may_take(hold.user, hold.key, more);
        assert_eq!(hold.real.raise(total).is_ok(), expected);
        if expected {
            self.model
                .each(hold.user, hold.key, |sums| sums.held += more);
            hold.amount += more;
        }
        assert_eq!(hold.real.amount(), hold.amount);
        self.holds.push(hold);
    }

    fn credit(&mut self, user: i64, key: i64, wallet_delta: i64, key_delta: i64) {
        self.model.entry += 1;
        let number = self.model.entry;
        let entry = Entry {
            number,
            user_id: user,
            key_id: key,
            wallet_delta,
            key_delta,
        };
        // Twice: an entry applies once.
        self.accounts.apply_entries(&[entry, entry]).unwrap();
        self.accounts.apply_entries(&[entry]).unwrap();
        self.model.users.get_mut(&user).unwrap().credited += wallet_delta;
        if key != 0 {
            self.model.keys.get_mut(&key).unwrap().credited += key_delta;
        }
    }

    fn drain(&mut self) {
        let take = |sums: &mut BTreeMap<i64, Sums>| -> Vec<(i64, i64)> {
            let drained = sums.iter_mut().map(|(id, sums)| {
                let quota = sums.charged - sums.drained;
                sums.drained = sums.charged;
                (*id, quota)
            });
            drained.collect()
        };
        let (users, keys) = (take(&mut self.model.users), take(&mut self.model.keys));
        self.accounts.drained(users, keys);
    }

    fn check(&self) {
        assert_eq!(self.accounts.verify(), Vec::<i64>::new());
        assert_eq!(self.accounts.open_holds(), self.holds.len() as u64);
        assert_eq!(self.accounts.dropped_holds(), self.model.dropped);
        for (user, sums) in &self.model.users {
            same(self.accounts.balance(*user).unwrap(), sums);
        }
        for (key, sums) in &self.model.keys {
            let view = self.accounts.key(*key).unwrap();
            same(view.balance, sums);
            assert_eq!(view.user_id, self.model.owner[key]);
        }
    }
}

fn same(real: weirgate_relay::accounts::Balance, sums: &Sums) {
    assert_eq!(real.free, sums.free());
    assert_eq!(real.held, sums.held);
    assert_eq!(real.settled_pending, sums.charged - sums.drained);
    assert_eq!(real.leased, sums.credited - sums.drained);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]
    #[test]
    fn any_history_comes_to_what_the_model_says(steps in steps()) {
        let mut run = Run::new();
        for step in &steps {
            run.step(step);
            run.check();
        }
        run.holds.clear();
    }
}
