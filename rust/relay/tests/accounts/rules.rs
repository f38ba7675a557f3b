//! The rules of holding, raising, settling, crediting, one by one.

use weirgate_relay::accounts::{Accounts, Balance, Entry, EntryRefused, HoldRefused};

const USER: i64 = 1;
const KEY: i64 = 11;

/// One user with 1,000 and a key with 400.
fn accounts() -> Accounts {
    let accounts = Accounts::default();
    accounts.load(&[(USER, 1_000)], &[(KEY, USER, 400, false)], 0);
    accounts
}

fn wallet(accounts: &Accounts) -> (i64, i64, i64) {
    assert_eq!(accounts.verify(), Vec::<i64>::new());
    let Balance {
        free,
        held,
        settled_pending,
        ..
    } = accounts.balance(USER).unwrap();
    (free, held, settled_pending)
}

fn remain(accounts: &Accounts) -> i64 {
    accounts.key_remain(KEY).unwrap()
}

fn entry(number: i64, wallet_delta: i64, key_delta: i64) -> Entry {
    Entry {
        number,
        user_id: USER,
        key_id: KEY,
        wallet_delta,
        key_delta,
    }
}

#[test]
fn a_hold_takes_from_wallet_and_key_and_settle_gives_back_the_rest() {
    let accounts = accounts();
    let hold = accounts.hold(USER, KEY, 300).unwrap();
    assert_eq!(wallet(&accounts), (700, 300, 0));
    assert_eq!(remain(&accounts), 100);
    let settled = hold.settle(120);
    assert!(!settled.overrun && settled.charge == 120);
    assert_eq!(wallet(&accounts), (880, 0, 120));
    assert_eq!(remain(&accounts), 280);
    accounts.drained([(USER, 120)], [(KEY, 120)]);
    assert_eq!(wallet(&accounts), (880, 0, 0));
    assert_eq!(accounts.balance(USER).unwrap().leased, 880);
    assert_eq!(accounts.key(KEY).unwrap().balance.leased, 280);
}

#[test]
fn what_one_account_refuses_is_taken_from_neither() {
    let accounts = accounts();
    assert_eq!(accounts.hold(USER, KEY, 401).unwrap_err(), HoldRefused::Key);
    let _first = accounts.hold(USER, 0, 800).unwrap();
    assert_eq!(
        accounts.hold(USER, KEY, 300).unwrap_err(),
        HoldRefused::Wallet
    );
    assert_eq!(wallet(&accounts), (200, 800, 0));
    assert_eq!(remain(&accounts), 400);
}

#[test]
fn the_last_unit_can_be_held_and_no_more() {
    let accounts = accounts();
    let hold = accounts.hold(USER, KEY, 400).unwrap();
    assert_eq!(accounts.hold(USER, KEY, 1).unwrap_err(), HoldRefused::Key);
    assert_eq!(hold.amount(), 400);
    let free = accounts.hold(USER, KEY, 0).unwrap();
    free.settle(0);
    hold.settle(0);
    assert_eq!(wallet(&accounts), (1_000, 0, 0));
    assert_eq!(remain(&accounts), 400);
}

#[test]
fn strangers_and_keys_of_others_hold_nothing() {
    let accounts = accounts();
    accounts.load(&[(2, 50)], &[(22, 2, 50, false)], 0);
    for (user, key) in [(9, 0), (USER, 99), (USER, 22), (2, KEY)] {
        assert_eq!(
            accounts.hold(user, key, 1).unwrap_err(),
            HoldRefused::NoSuch
        );
    }
    assert_eq!(accounts.open_holds(), 0);
}

#[test]
fn an_unlimited_key_is_counted_and_never_refuses() {
    let accounts = accounts();
    accounts.load(&[], &[(12, USER, 0, true)], 0);
    accounts.hold(USER, 12, 900).unwrap().settle(900);
    assert_eq!(accounts.key_remain(12), Some(-900));
    let refused = accounts.hold(USER, 12, 101).unwrap_err();
    assert_eq!(refused, HoldRefused::Wallet, "the wallet still counts");
    accounts.hold(USER, 12, 100).unwrap().settle(0);
    assert_eq!(wallet(&accounts), (100, 0, 900));
}

#[test]
fn an_overrun_goes_below_zero_and_nothing_is_held_until_it_is_paid() {
    let accounts = accounts();
    let hold = accounts.hold(USER, 0, 1_000).unwrap();
    assert!(hold.settle(1_250).overrun);
    assert_eq!(wallet(&accounts), (-250, 0, 1_250));
    let refused = accounts.hold(USER, 0, 1).unwrap_err();
    assert_eq!(refused, HoldRefused::Wallet);
    accounts.hold(USER, 0, 0).unwrap().settle(0);
    accounts.apply_entries(&[entry(1, 250, 0)]).unwrap();
    assert!(
        accounts.hold(USER, 0, 1).is_err(),
        "exactly paid is nothing"
    );
    accounts.apply_entries(&[entry(2, 1, 0)]).unwrap();
    accounts.hold(USER, 0, 1).unwrap().settle(1);
    assert_eq!(wallet(&accounts), (0, 0, 1_251));
}

#[test]
fn a_hold_is_raised_in_both_accounts_or_in_neither() {
    let accounts = accounts();
    let mut hold = accounts.hold(USER, KEY, 100).unwrap();
    hold.raise(250).unwrap();
    hold.raise(50).unwrap();
    assert_eq!(hold.amount(), 250, "a lower total changes nothing");
    assert_eq!(hold.raise(401), Err(HoldRefused::Key));
    assert_eq!((hold.amount(), remain(&accounts)), (250, 150));
    assert_eq!(wallet(&accounts), (750, 250, 0));
    let rest = accounts.hold(USER, 0, 700).unwrap();
    assert_eq!(hold.raise(350), Err(HoldRefused::Wallet));
    assert_eq!(wallet(&accounts), (50, 950, 0));
    rest.settle(0);
    hold.raise(400).unwrap();
    hold.settle(400);
    assert_eq!(wallet(&accounts), (600, 0, 400));
    assert_eq!(remain(&accounts), 0);
}

#[test]
fn a_dropped_hold_settles_at_the_charge_so_far_and_is_counted() {
    let accounts = accounts();
    let mut hold = accounts.hold(USER, KEY, 200).unwrap();
    hold.note_charge(70);
    drop(hold);
    assert_eq!(wallet(&accounts), (930, 0, 70));
    assert_eq!(remain(&accounts), 330);
    assert_eq!((accounts.dropped_holds(), accounts.open_holds()), (1, 0));
    accounts.hold(USER, KEY, 1).unwrap().settle(1);
    assert_eq!(accounts.dropped_holds(), 1, "a settled one is no fault");
}

#[test]
fn sql_may_be_faster_than_memory() {
    let accounts = accounts();
    let hold = accounts.hold(USER, KEY, 100).unwrap();
    // The settle record was drained before the settle reached this process's memory.
    accounts.drained([(USER, 60)], [(KEY, 60)]);
    assert_eq!(wallet(&accounts), (900, 100, -60));
    hold.settle(60);
    assert_eq!(wallet(&accounts), (940, 0, 0));
    assert_eq!(accounts.key(KEY).unwrap().balance.leased, 340);
}

#[test]
fn entries_apply_in_number_order_and_once() {
    let accounts = accounts();
    let early = accounts
        .apply_entries(&[entry(3, 100, 0), entry(2, 10, 5)])
        .unwrap();
    assert_eq!((early.last_entry, early.applied, early.waiting), (0, 0, 2));
    assert_eq!(wallet(&accounts), (1_000, 0, 0));
    let all = accounts.apply_entries(&[entry(1, 1, 1)]).unwrap();
    assert_eq!((all.last_entry, all.applied, all.waiting), (3, 3, 0));
    let again = [entry(1, 1, 1), entry(2, 10, 5), entry(3, 100, 0)];
    assert_eq!(accounts.apply_entries(&again).unwrap().applied, 0);
    assert_eq!(wallet(&accounts), (1_111, 0, 0));
    assert_eq!(remain(&accounts), 406);
    assert_eq!(accounts.last_entry(), 3);
}

#[test]
fn entries_that_sql_had_at_the_start_are_not_applied_again() {
    let accounts = Accounts::default();
    accounts.load(&[(USER, 500)], &[], 7);
    accounts.load(&[(2, 5)], &[(KEY, USER, 90, false)], 7);
    let done = accounts
        .apply_entries(&[entry(6, 1, 1), entry(7, 1, 1), entry(8, 20, 3)])
        .unwrap();
    assert_eq!((done.last_entry, done.applied), (8, 1));
    assert_eq!(wallet(&accounts), (520, 0, 0));
    assert_eq!(remain(&accounts), 93);
}

#[test]
fn a_new_users_money_comes_by_its_entry_whichever_arrives_first() {
    for entry_first in [true, false] {
        let accounts = Accounts::default();
        let upsert = || {
            accounts.upsert_user(USER);
            accounts.upsert_key(KEY, USER, false);
        };
        let credit = || accounts.apply_entries(&[entry(1, 500, 300)]).unwrap();
        if entry_first {
            credit();
            upsert();
        } else {
            upsert();
            credit();
        }
        upsert();
        assert_eq!(wallet(&accounts), (500, 0, 0));
        assert_eq!(remain(&accounts), 300);
        accounts.hold(USER, KEY, 300).unwrap().settle(1);
    }
}

#[test]
fn an_entry_beyond_all_numbers_changes_nothing() {
    let accounts = accounts();
    let refused = accounts.apply_entries(&[entry(1, i64::MAX, 5)]);
    assert_eq!(refused, Err(EntryRefused::Overflow { number: 1 }));
    let refused = accounts.apply_entries(&[entry(1, 5, i64::MAX)]);
    assert_eq!(refused, Err(EntryRefused::Overflow { number: 1 }));
    assert_eq!(wallet(&accounts), (1_000, 0, 0));
    assert_eq!((remain(&accounts), accounts.last_entry()), (400, 0));
}

#[test]
fn entries_that_wait_are_bounded() {
    let accounts = accounts();
    let many: Vec<Entry> = (2..=100_001).map(|number| entry(number, 1, 0)).collect();
    assert_eq!(accounts.apply_entries(&many).unwrap().waiting, 100_000);
    let one_more = accounts.apply_entries(&[entry(100_002, 1, 0)]);
    let refused = EntryRefused::TooManyWaiting {
        missing: 1,
        waiting: 100_000,
    };
    assert_eq!(one_more, Err(refused));
    let done = accounts.apply_entries(&[entry(1, 1, 0)]).unwrap();
    assert_eq!((done.last_entry, done.waiting), (100_001, 0));
    assert_eq!(wallet(&accounts).0, 1_000 + 100_001);
}

#[test]
fn a_deleted_user_or_key_holds_no_more_and_open_holds_settle() {
    let accounts = accounts();
    let hold = accounts.hold(USER, KEY, 100).unwrap();
    accounts.delete_key(KEY);
    assert_eq!(
        accounts.hold(USER, KEY, 1).unwrap_err(),
        HoldRefused::NoSuch
    );
    accounts.delete_user(USER);
    assert_eq!(accounts.hold(USER, 0, 1).unwrap_err(), HoldRefused::NoSuch);
    assert!(!accounts.purge_user(USER), "a hold is open");
    hold.settle(40);
    assert!(!accounts.purge_user(USER), "40 are not drained");
    assert_eq!(wallet(&accounts), (960, 0, 40));
    accounts.drained([(USER, 40)], [(KEY, 40)]);
    assert!(accounts.purge_user(USER));
    assert_eq!(accounts.balance(USER), None);
    assert_eq!(accounts.key_remain(KEY), None);
}

#[test]
fn a_user_who_comes_back_keeps_the_balance() {
    let accounts = accounts();
    accounts.delete_user(USER);
    accounts.delete_key(KEY);
    accounts.upsert_user(USER);
    accounts.upsert_key(KEY, USER, false);
    accounts.hold(USER, KEY, 400).unwrap().settle(1);
    assert_eq!(wallet(&accounts), (999, 0, 1));
}

#[test]
fn a_key_moves_with_its_open_holds_and_each_account_gets_back_its_own() {
    let accounts = accounts();
    accounts.load(&[(2, 5_000)], &[], 0);
    let mut hold = accounts.hold(USER, KEY, 100).unwrap();
    accounts.upsert_key(KEY, 2, false);
    assert_eq!(
        accounts.hold(USER, KEY, 1).unwrap_err(),
        HoldRefused::NoSuch
    );
    assert_eq!(accounts.key(KEY).unwrap().user_id, 2);
    hold.raise(300).unwrap();
    assert_eq!(hold.raise(401), Err(HoldRefused::Key));
    assert_eq!(wallet(&accounts), (700, 300, 0));
    hold.settle(150);
    assert_eq!(wallet(&accounts), (850, 0, 150), "the old user's wallet");
    assert_eq!(remain(&accounts), 250);
    accounts.hold(2, KEY, 250).unwrap().settle(250);
    assert_eq!(accounts.balance(2).unwrap().free, 4_750);
    accounts.drained([(USER, 150), (2, 250)], [(KEY, 400)]);
    assert_eq!(wallet(&accounts), (850, 0, 0));
    assert_eq!(accounts.key(KEY).unwrap().balance.leased, 0);
}

#[test]
fn keys_are_listed_in_id_order_with_what_each_has() {
    let accounts = accounts();
    accounts.load(
        &[],
        &[(3, USER, 30, false), (7, USER, 70, true), (5, 2, 50, false)],
        0,
    );
    let keys: Vec<_> = accounts
        .keys_of(USER)
        .into_iter()
        .map(|(id, balance)| (id, balance.free))
        .collect();
    assert_eq!(keys, vec![(3, 30), (7, 70), (KEY, 400)]);
}
