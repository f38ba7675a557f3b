//! A sliding window that counts in slots: what is younger than the window's length is in it.
//!
//! Memory is fixed (600 bytes), time is given. The oldest slot counts until all of it is too old, so
//! that no span of the window's length ever holds more than the limit; the window is at most one slot
//! (2/3 %) longer than it says.

/// Slots of a window.
const SLOTS: i64 = 150;
/// The slot that is being filled comes on top.
const PLACES: usize = 151;

/// Counts what happened lately.
#[derive(Clone, Debug)]
pub struct Window {
    slot_ms: i64,
    /// Number of the newest slot since 1970.
    head: i64,
    sum: u64,
    slots: Box<[u32; PLACES]>,
}

/// Names the slot that something was counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slot(i64);

impl Window {
    /// Makes an empty window of this length, which is rounded up to 150 whole slots.
    #[must_use]
    pub fn new(length_ms: i64, now_ms: i64) -> Self {
        let slot_ms = length_ms.clamp(1, i64::MAX / 4).div_euclid(SLOTS).max(1);
        let is_short = slot_ms.saturating_mul(SLOTS) < length_ms;
        let slot_ms = slot_ms.saturating_add(is_short.into());
        Self {
            slot_ms,
            head: now_ms.div_euclid(slot_ms),
            sum: 0,
            slots: Box::new([0; PLACES]),
        }
    }

    /// Tells whether the window is of this length.
    #[must_use]
    pub fn is_of(&self, length_ms: i64) -> bool {
        let whole = self.slot_ms.saturating_mul(SLOTS);
        (length_ms..length_ms.saturating_add(SLOTS)).contains(&whole)
    }

    /// Returns what is in the window.
    pub fn sum(&mut self, now_ms: i64) -> u64 {
        self.advance(now_ms);
        self.sum
    }

    /// Counts `amount` now. A clock that went back counts in the newest slot.
    pub fn add(&mut self, amount: u64, now_ms: i64) -> Slot {
        self.advance(now_ms);
        self.raise(self.head, amount);
        Slot(self.head)
    }

    /// Takes back what was counted in a slot; false when that is not in the window any more.
    pub fn take_back(&mut self, amount: u64, slot: Slot, now_ms: i64) -> bool {
        self.advance(now_ms);
        if slot.0 > self.head || slot.0 <= self.head - places() {
            return false;
        }
        if let Some(count) = self.slots.get_mut(place(slot.0)) {
            let before = *count;
            *count = before.saturating_sub(u32::try_from(amount).unwrap_or(u32::MAX));
            self.sum -= u64::from(before - *count);
        }
        true
    }

    /// Returns how long ago a slot began.
    pub(super) const fn age_ms(&self, slot: Slot, now_ms: i64) -> i64 {
        now_ms.saturating_sub(slot.0.saturating_mul(self.slot_ms))
    }

    /// Counts what happened at another time: more, or less from there backwards. What is too old is left out.
    pub(super) fn shift(&mut self, amount: i64, at_ms: i64, now_ms: i64) {
        self.advance(now_ms);
        let number = at_ms.div_euclid(self.slot_ms).min(self.head);
        let oldest = self.head - SLOTS;
        if amount >= 0 {
            if number >= oldest {
                self.raise(number, amount.unsigned_abs());
            }
            return;
        }
        let mut left = amount.unsigned_abs();
        for number in (oldest..=number).rev() {
            let there = u64::from(self.slots.get(place(number)).copied().unwrap_or(0));
            let less = there.min(left);
            self.take_back(less, Slot(number), now_ms);
            left -= less;
            if left == 0 {
                return;
            }
        }
    }

    fn raise(&mut self, number: i64, amount: u64) {
        if let Some(slot) = self.slots.get_mut(place(number)) {
            let before = *slot;
            *slot = before.saturating_add(u32::try_from(amount).unwrap_or(u32::MAX));
            self.sum += u64::from(*slot - before);
        }
    }

    /// Returns the milliseconds until `amount` more fit under `limit`; 0 when they do now. What is more than the
    /// limit fits when the window is empty.
    pub fn wait_ms(&mut self, amount: u64, limit: u64, now_ms: i64) -> i64 {
        self.advance(now_ms);
        let room = limit.saturating_sub(amount);
        let mut left = self.sum;
        if left <= room {
            return 0;
        }
        let oldest = self.head - SLOTS;
        for number in oldest..=self.head {
            left -= u64::from(self.slots.get(place(number)).copied().unwrap_or(0));
            if left <= room {
                return self.leaves_ms(number, now_ms);
            }
        }
        self.leaves_ms(self.head, now_ms)
    }

    /// Returns the milliseconds until the window is empty when nothing more comes.
    pub fn empty_in_ms(&mut self, now_ms: i64) -> i64 {
        self.advance(now_ms);
        if self.sum == 0 {
            return 0;
        }
        self.leaves_ms(self.head, now_ms)
    }

    /// Returns when a slot leaves the window, in milliseconds from now.
    fn leaves_ms(&self, number: i64, now_ms: i64) -> i64 {
        let leaves = number.saturating_add(places()).saturating_mul(self.slot_ms);
        leaves.saturating_sub(now_ms).max(1)
    }

    /// Empties the slots that are too old.
    fn advance(&mut self, now_ms: i64) {
        let head = now_ms.div_euclid(self.slot_ms);
        if head <= self.head {
            return;
        }
        if self.sum == 0 || head - self.head >= places() {
            self.slots.fill(0);
            self.sum = 0;
        } else {
            for number in self.head + 1..=head {
                if let Some(slot) = self.slots.get_mut(place(number)) {
                    self.sum -= u64::from(std::mem::take(slot));
                }
            }
        }
        self.head = head;
    }
}

const fn places() -> i64 {
    SLOTS + 1
}

fn place(number: i64) -> usize {
    usize::try_from(number.rem_euclid(places())).unwrap_or(0)
}
