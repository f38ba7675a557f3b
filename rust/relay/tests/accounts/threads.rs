//! Many threads at once: no update is lost, nothing is held twice, and whoever looks sees whole
//! accounts.

use std::sync::Barrier;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};

use weirgate_relay::accounts::{Accounts, Entry};

const THREADS: i64 = 8;

/// A small random sequence, different for each seed.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: i64) -> i64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 1).cast_signed() % sides
    }
}

#[test]
fn of_many_calls_at_once_exactly_what_the_money_allows_is_admitted() {
    for round in 0..100 {
        let accounts = Accounts::default();
        accounts.load(&[(1, 10 * 97 + 96)], &[(11, 1, 1_000_000, false)], 0);
        let barrier = Barrier::new(THREADS as usize);
        let admitted: i64 = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..THREADS)
                .map(|_| {
                    scope.spawn(|| {
                        barrier.wait();
                        let mut held = Vec::new();
                        for _ in 0..125 {
                            held.extend(accounts.hold(1, 11, 97));
                        }
                        barrier.wait();
                        let count = i64::try_from(held.len()).unwrap();
                        for hold in held {
                            hold.settle(0);
                        }
                        count
                    })
                })
                .collect();
            threads
                .into_iter()
                .map(|thread| thread.join().unwrap())
                .sum()
        });
        assert_eq!(admitted, 10, "round {round}");
        assert_eq!(accounts.balance(1).unwrap().free, 10 * 97 + 96);
        assert_eq!(accounts.open_holds(), 0);
        accounts.hold(1, 11, 10 * 97 + 96).unwrap().settle(0);
    }
}

#[test]
fn eight_threads_lose_no_update() {
    let accounts = Accounts::default();
    let users: Vec<_> = (1..=4).map(|user| (user, 1_000_000)).collect();
    let keys: Vec<_> = (1..=8)
        .map(|key| (key, key % 4 + 1, 500_000, false))
        .collect();
    accounts.load(&users, &keys, 0);
    let charged: Vec<AtomicI64> = (0..16).map(|_| AtomicI64::new(0)).collect();
    let entries = AtomicI64::new(0);
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let watcher = scope.spawn(|| {
            while !done.load(Ordering::SeqCst) {
                assert_eq!(accounts.verify(), Vec::<i64>::new());
            }
        });
        let workers: Vec<_> = (0..THREADS)
            .map(|thread| {
                let (accounts, charged, entries) = (&accounts, &charged, &entries);
                scope.spawn(move || work(thread, accounts, charged, entries))
            })
            .collect();
        for worker in workers {
            worker.join().unwrap();
        }
        done.store(true, Ordering::SeqCst);
        watcher.join().unwrap();
    });
    let applied = accounts.last_entry();
    assert_eq!(applied, entries.load(Ordering::SeqCst));
    for user in 1..=4 {
        let balance = accounts.balance(user).unwrap();
        let spent = charged[user as usize].load(Ordering::SeqCst);
        let credits: i64 = (1..=applied)
            .map(|number| i64::from(number % 4 + 1 == user))
            .sum();
        assert_eq!(balance.free, 1_000_000 + 10 * credits - spent);
        assert_eq!((balance.held, balance.settled_pending), (0, spent));
    }
    for key in 1..=8 {
        let balance = accounts.key(key).unwrap().balance;
        let spent = charged[7 + key as usize].load(Ordering::SeqCst);
        assert_eq!((balance.free, balance.held), (500_000 - spent, 0));
    }
}

/// Holds, raises, settles and drops at random; one in fifty times an entry comes.
fn work(thread: i64, accounts: &Accounts, charged: &[AtomicI64], entries: &AtomicI64) {
    let mut dice = Dice(0x9E37_79B9_7F4A_7C15 ^ (thread + 1).cast_unsigned());
    for _ in 0..20_000 {
        let key = dice.roll(8) + 1;
        let user = key % 4 + 1;
        if let Ok(mut hold) = accounts.hold(user, key, dice.roll(5_000)) {
            let _refused = hold.raise(hold.amount() + dice.roll(500));
            let charge = dice.roll(60);
            charged[user as usize].fetch_add(charge, Ordering::SeqCst);
            charged[7 + key as usize].fetch_add(charge, Ordering::SeqCst);
            if dice.roll(20) == 0 {
                hold.note_charge(charge);
                drop(hold);
            } else {
                hold.settle(charge);
            }
        }
        if dice.roll(50) == 0 {
            // Numbers are drawn first and may arrive in another order.
            let number = entries.fetch_add(1, Ordering::SeqCst) + 1;
            let entry = Entry {
                number,
                user_id: number % 4 + 1,
                key_id: 0,
                wallet_delta: 10,
                key_delta: 0,
            };
            accounts.apply_entries(&[entry]).unwrap();
        }
    }
}

#[test]
fn keys_that_move_while_calls_run_lose_nothing() {
    let accounts = Accounts::default();
    accounts.load(
        &[(1, 1_000_000), (2, 1_000_000)],
        &[(5, 1, 1_000_000, false)],
        0,
    );
    let charged = AtomicI64::new(0);
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let mover = scope.spawn(|| {
            let mut user = 1;
            while !done.load(Ordering::SeqCst) {
                user = 3 - user;
                accounts.upsert_key(5, user, false);
            }
        });
        let workers: Vec<_> = (0..4)
            .map(|thread| {
                let (accounts, charged) = (&accounts, &charged);
                scope.spawn(move || {
                    let mut dice = Dice(77 + thread);
                    for _ in 0..5_000 {
                        let user = dice.roll(2) + 1;
                        if let Ok(mut hold) = accounts.hold(user, 5, dice.roll(90)) {
                            let _refused = hold.raise(dice.roll(200));
                            let charge = dice.roll(30);
                            charged.fetch_add(charge, Ordering::SeqCst);
                            hold.settle(charge);
                        }
                    }
                })
            })
            .collect();
        for worker in workers {
            worker.join().unwrap();
        }
        done.store(true, Ordering::SeqCst);
        mover.join().unwrap();
    });
    let spent = charged.load(Ordering::SeqCst);
    let key = accounts.key(5).unwrap().balance;
    assert_eq!((key.free, key.held), (1_000_000 - spent, 0));
    let wallets: i64 = (1..=2)
        .map(|user| accounts.balance(user).unwrap().free)
        .sum();
    assert_eq!(wallets, 2_000_000 - spent);
    assert!(spent > 0 && accounts.verify().is_empty());
}
