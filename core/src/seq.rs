//! Sequence numbers and ranges of them.
//!
//! Decides what a MsgSeqNum(34) may be: a whole number from 1 on. Zero, which the standard uses only as "to
//! infinity" in EndSeqNo(16), is not a [`SeqNum`].

use core::fmt;
use core::num::NonZeroU64;

/// A MsgSeqNum: 1 or more (FIX 4.4 volume 2, "Message sequence numbers").
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SeqNum(NonZeroU64);

impl SeqNum {
    /// The first number of a session.
    pub const FIRST: Self = Self(NonZeroU64::MIN);
    /// The second number of a session: what both sides expect after a reset exchange.
    pub const SECOND: Self = Self::FIRST.next();
    /// The largest number that is ever used: eighteen digits, so that no sum with it overflows.
    pub const MAX: Self = match Self::new(999_999_999_999_999_999) {
        Some(max) => max,
        None => Self::FIRST,
    };

    /// The number `value`, or `None` for zero.
    #[must_use]
    pub const fn new(value: u64) -> Option<Self> {
        match NonZeroU64::new(value) {
            Some(value) => Some(Self(value)),
            None => None,
        }
    }

    /// How many of the last numbers are kept back: more than one event can take. From there on nothing new is begun, so
    /// that [`Self::MAX`] is never passed and no number is used twice.
    pub(crate) const KEPT_BACK: u64 = 32;

    /// Whether new messages can still be numbered from here on.
    pub(crate) const fn leaves_numbers(self) -> bool {
        self.get() <= Self::MAX.get() - Self::KEPT_BACK
    }

    /// The number as an integer.
    #[must_use]
    pub const fn get(self) -> u64 {
        self.0.get()
    }

    /// The number after this one.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }

    /// The number before this one, or `None` for the first.
    #[must_use]
    pub const fn previous(self) -> Option<Self> {
        Self::new(self.get() - 1)
    }

    /// This number raised by `count`.
    #[must_use]
    pub const fn plus(self, count: u64) -> Self {
        Self(self.0.saturating_add(count))
    }
}

impl fmt::Display for SeqNum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl fmt::Debug for SeqNum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// The numbers from `begin` to `end`, both included.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct SeqRange {
    /// The first number.
    pub begin: SeqNum,
    /// The last number.
    pub end: SeqNum,
}

impl SeqRange {
    /// The range of one number.
    #[must_use]
    pub const fn one(seq: SeqNum) -> Self {
        Self { begin: seq, end: seq }
    }

    /// Whether `seq` lies in the range.
    #[must_use]
    pub fn contains(&self, seq: SeqNum) -> bool {
        self.begin <= seq && seq <= self.end
    }

    /// How many numbers the range holds; 0 when it ends before it begins.
    #[must_use]
    pub const fn count(&self) -> u64 {
        self.end.get().saturating_add(1).saturating_sub(self.begin.get())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(begin: u64, end: u64) -> SeqRange {
        let [begin, end] = [begin, end].map(|number| SeqNum::new(number).expect("not zero"));
        SeqRange { begin, end }
    }

    #[test]
    fn a_number_is_shown_as_it_is_written() {
        assert_eq!(alloc::format!("{0} {0:?}", SeqNum::MAX), "999999999999999999 999999999999999999");
    }

    #[test]
    fn a_range_holds_both_its_ends() {
        let inside: alloc::vec::Vec<u64> = (1..10)
            .filter(|number| SeqNum::new(*number).is_some_and(|seq| range(3, 5).contains(seq)))
            .collect();
        assert_eq!(inside, [3, 4, 5]);
        assert_eq!(SeqRange::one(SeqNum::SECOND), range(2, 2));
        assert_eq!(
            [range(3, 5), range(3, 3), range(3, 2), range(3, 1)].map(|range| range.count()),
            [3, 1, 0, 0]
        );
    }
}
