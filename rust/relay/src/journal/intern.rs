//! Numbers for what repeats from row to row: each distinct value of a batch is kept once, rows carry
//! its number. Used by the table of a batch; lives no longer than the batch.

use crate::maps::HashMap;
use std::hash::Hash;

/// Places of the values that were met last.
const RECENT: usize = 1024;

/// Distinct values in the order in which they were first met.
#[derive(Debug)]
pub(crate) struct Interner<T> {
    items: Vec<T>,
    known: HashMap<T, u32>,
    recent: Vec<u32>,
}

impl<T: Clone + Eq + Hash> Interner<T> {
    pub(crate) fn new() -> Self {
        Self {
            items: Vec::new(),
            known: HashMap::default(),
            recent: vec![u32::MAX; RECENT],
        }
    }

    /// Returns a value's number. `mark` is any number that seldom differs for equal values and often
    /// for others; what it leads to is compared, so a bad one costs time only.
    pub(crate) fn number(
        &mut self,
        mark: u64,
        is_same: impl FnOnce(&T) -> bool,
        make: impl FnOnce() -> T,
    ) -> u32 {
        let slot = (mark % RECENT as u64) as usize;
        let recent = self.recent.get(slot).copied().unwrap_or(u32::MAX);
        if self.items.get(recent as usize).is_some_and(is_same) {
            return recent;
        }
        let item = make();
        let next = self.items.len() as u32;
        let number = *self.known.entry(item.clone()).or_insert(next);
        if number == next {
            self.items.push(item);
        }
        if let Some(place) = self.recent.get_mut(slot) {
            *place = number;
        }
        number
    }

    pub(crate) fn get(&self, number: u32) -> Option<&T> {
        self.items.get(number as usize)
    }

    pub(crate) fn into_items(self) -> Vec<T> {
        self.items
    }
}

/// Mixes a text into a mark (FNV-1a).
pub(crate) fn mark_of(text: &str) -> u64 {
    text.bytes().fold(0xCBF2_9CE4_8422_2325, |mark, byte| {
        (mark ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_values_share_a_number_whatever_their_mark() {
        let mut interner = Interner::new();
        let mut number = |mark: u64, text: &str| {
            interner.number(mark, |known: &String| known == text, || text.to_owned())
        };
        assert_eq!(number(1, "a"), 0);
        assert_eq!(number(1, "b"), 1);
        assert_eq!(number(1, "a"), 0);
        assert_eq!(number(1 + RECENT as u64, "b"), 1);
        assert_eq!(number(7, "c"), 2);
        assert_eq!(interner.into_items(), ["a", "b", "c"]);
    }
}
