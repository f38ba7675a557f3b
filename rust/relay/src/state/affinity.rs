//! Where conversations went: by the hash of a response's id or of a conversation's key, the channel and key that have it.
//!
//! Bounded and in this node's memory: what is forgotten, or was another node's, costs a prompt cache, or is answered
//! by the provider itself. Another store (Redis, for several nodes) would stand behind `find` and `keep` of this type.

use parking_lot::Mutex;

use crate::maps::HashMap;

/// Parts that are locked for themselves.
const PARTS: usize = 16;

/// A hashed id or key.
pub(crate) type Name = [u8; 32];

/// Where a conversation went, and whose it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) user_id: i64,
    pub(crate) channel_id: i64,
    pub(crate) key_index: u32,
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    place: Place,
    until_ms: i64,
}

/// Two generations: the older one is dropped whole when the younger is full, and what is kept anew moves to the younger.
#[derive(Debug, Default)]
struct Part {
    young: HashMap<Name, Entry>,
    old: HashMap<Name, Entry>,
}

/// The conversations of a node.
#[derive(Debug, Default)]
pub(crate) struct Affinity {
    parts: [Mutex<Part>; PARTS],
}

impl Affinity {
    fn part(&self, name: &Name) -> &Mutex<Part> {
        let place = usize::from(name[0]) % PARTS;
        self.parts.get(place).unwrap_or(&self.parts[0])
    }

    /// Returns where a conversation went.
    pub(crate) fn find(&self, name: &Name, now_ms: i64) -> Option<Place> {
        let part = self.part(name).lock();
        let entry = part.young.get(name).or_else(|| part.old.get(name))?;
        (now_ms < entry.until_ms).then_some(entry.place)
    }

    /// Remembers where a conversation went, among at most `most` others.
    pub(crate) fn keep(&self, name: Name, place: Place, until_ms: i64, most: usize) {
        let mut part = self.part(&name).lock();
        part.old.remove(&name);
        if part.young.len() >= (most / PARTS / 2).max(1) && !part.young.contains_key(&name) {
            part.old = std::mem::take(&mut part.young);
        }
        part.young.insert(name, Entry { place, until_ms });
    }

    /// Forgets a conversation.
    pub(crate) fn forget(&self, name: &Name) {
        let mut part = self.part(name).lock();
        part.young.remove(name);
        part.old.remove(name);
    }

    /// Returns how many are remembered, forgotten ones that were not yet dropped included.
    #[cfg(test)]
    fn count(&self) -> usize {
        let count = |part: &Mutex<Part>| {
            let part = part.lock();
            part.young.len() + part.old.len()
        };
        self.parts.iter().map(count).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn place(channel_id: i64) -> Place {
        Place {
            user_id: 1,
            channel_id,
            key_index: 0,
        }
    }

    fn name(number: u64) -> Name {
        *blake3::hash(&number.to_be_bytes()).as_bytes()
    }

    #[test]
    fn a_conversation_is_found_until_its_time_is_over() {
        let affinity = Affinity::default();
        affinity.keep(name(1), place(7), 1_000, 100);
        assert_eq!(affinity.find(&name(1), 999), Some(place(7)));
        assert_eq!(affinity.find(&name(1), 1_000), None);
        affinity.keep(name(1), place(8), 2_000, 100);
        assert_eq!(affinity.find(&name(1), 1_000), Some(place(8)));
        affinity.forget(&name(1));
        assert_eq!(affinity.find(&name(1), 0), None);
    }

    #[test]
    fn no_more_are_kept_than_allowed_and_the_latest_stay() {
        let affinity = Affinity::default();
        for number in 0..10_000 {
            affinity.keep(name(number), place(1), i64::MAX, 1_600);
        }
        assert!(affinity.count() <= 1_600);
        assert!((9_500..10_000).all(|number| affinity.find(&name(number), 0).is_some()));
    }
}
