//! What the management plane has published: the routing snapshot, users and keys.
//!
//! Readers take one pointer a request and never a lock; a snapshot is swapped whole, users and
//! keys change one entry at a time, so a million keys cost a change only one insert.

use crate::maps::ConcurrentMap;
use std::sync::Arc;

use arc_swap::{ArcSwapOption, Guard};
use weirgate_policy::guard::WordGuard;
use weirgate_policy::{
    KeyEntry, KeyHash, KeyHasher, Ratio, Sheet, Snapshot, UserEntry, parse_key_text,
};

use crate::error::PublishError;
use crate::upstream::target::Targets;

/// A snapshot with what the relay derives from it once: addresses and credentials ready to send.
#[derive(Debug)]
pub(crate) struct Routing {
    pub(crate) snapshot: Snapshot,
    pub(crate) targets: Targets,
    pub(crate) stamps: Stamps,
    /// The operator's words; none while there are none to look for.
    pub(crate) guard: Option<WordGuard>,
}

/// Price stamps kept a snapshot.
const MAX_STAMPS: usize = 4_096;

/// What a stamp depends on: the sheet by its place, the ratio, and whether that is a special one.
type StampKey = (usize, u128, bool);

/// Price stamps as text, each written once a snapshot.
#[derive(Debug, Default)]
pub(crate) struct Stamps {
    /// The sheet is kept with its stamp, so that its place cannot become another's.
    written: ConcurrentMap<StampKey, (Arc<Sheet>, Arc<str>)>,
}

impl Stamps {
    /// Returns the stamp of a call.
    pub(crate) fn get(&self, sheet: &Arc<Sheet>, ratio: Ratio, is_special: bool) -> Arc<str> {
        if sheet.is_for_one_call() {
            let special = is_special.then_some(ratio);
            return sheet.stamp_json(ratio, special).into();
        }
        let key = (Arc::as_ptr(sheet) as usize, ratio.units(), is_special);
        let written = self.written.pin();
        if let Some((_, stamp)) = written.get(&key) {
            return Arc::clone(stamp);
        }
        let stamp: Arc<str> = sheet
            .stamp(ratio, is_special.then_some(ratio))
            .to_json()
            .into();
        if self.written.len() < MAX_STAMPS {
            written.insert(key, (Arc::clone(sheet), Arc::clone(&stamp)));
        }
        stamp
    }
}

/// The published state of one node.
pub(crate) struct Published {
    routing: ArcSwapOption<Routing>,
    users: ConcurrentMap<i64, Arc<UserEntry>>,
    keys: ConcurrentMap<KeyHash, Arc<KeyEntry>>,
    hash_of: ConcurrentMap<i64, KeyHash>,
    hasher: KeyHasher,
}

impl Published {
    pub(crate) fn new(key_secret: &[u8; 32]) -> Self {
        Self {
            routing: ArcSwapOption::empty(),
            users: ConcurrentMap::default(),
            keys: ConcurrentMap::default(),
            hash_of: ConcurrentMap::default(),
            hasher: KeyHasher::new(key_secret),
        }
    }

    /// Returns the current routing, none before the first publication.
    pub(crate) fn routing(&self) -> Guard<Option<Arc<Routing>>> {
        self.routing.load()
    }

    pub(crate) fn hasher(&self) -> &KeyHasher {
        &self.hasher
    }

    pub(crate) fn publish_snapshot(&self, document: &[u8]) -> Result<(), PublishError> {
        let snapshot = Snapshot::from_json(document)?;
        if let Some(older) = self.routing.load().as_ref() {
            snapshot.continue_turns(&older.snapshot);
        }
        let targets = Targets::of(&snapshot);
        let words = snapshot.options.sensitive_words.iter();
        let guard = WordGuard::compile(words.map(AsRef::as_ref));
        self.routing.store(Some(Arc::new(Routing {
            snapshot,
            targets,
            stamps: Stamps::default(),
            guard,
        })));
        Ok(())
    }

    /// Finds a key by its text: the whole text first, then without a `-<digits>` pin.
    pub(crate) fn find_key<'a>(&self, text: &'a str) -> Option<(Arc<KeyEntry>, Option<&'a str>)> {
        let read = parse_key_text(text);
        if let Some(entry) = self.by_text(read.full) {
            return Some((entry, None));
        }
        let (head, pin) = read.split?;
        self.by_text(head).map(|entry| (entry, Some(pin)))
    }

    pub(crate) fn user(&self, id: i64) -> Option<Arc<UserEntry>> {
        self.users.pin().get(&id).cloned()
    }

    pub(crate) fn put_user(&self, user: UserEntry) {
        self.users.pin().insert(user.id, Arc::new(user));
    }

    pub(crate) fn remove_user(&self, id: i64) {
        self.users.pin().remove(&id);
    }

    /// Takes a new or changed key; a changed hash makes the old text unknown.
    pub(crate) fn put_key(&self, key: KeyEntry) {
        let (id, hash) = (key.id, key.hash);
        self.keys.pin().insert(hash, Arc::new(key));
        let hash_of = self.hash_of.pin();
        let stale = hash_of.get(&id).copied().filter(|old| *old != hash);
        hash_of.insert(id, hash);
        if let Some(old) = stale {
            self.keys.pin().remove(&old);
        }
    }

    pub(crate) fn remove_key(&self, id: i64) {
        let hash_of = self.hash_of.pin();
        if let Some(hash) = hash_of.remove(&id) {
            self.keys.pin().remove(hash);
        }
    }

    pub(crate) fn counts(&self) -> (usize, usize) {
        (self.users.len(), self.keys.len())
    }

    fn by_text(&self, text: &str) -> Option<Arc<KeyEntry>> {
        self.keys.pin().get(&self.hasher.hash(text)).cloned()
    }
}
