//! Which members of a level have been met.

use super::definition::{MAX_MEMBERS, Members};

const WORDS: usize = MAX_MEMBERS / 64;

/// One bit for each place in a [`Members`] list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Seen([u64; WORDS]);

impl Seen {
    pub(super) const fn none() -> Self {
        Self([0; WORDS])
    }

    /// Whether it is met for the first time.
    pub(super) fn insert(&mut self, position: usize) -> bool {
        let bit = 1 << (position % 64);
        self.0.get_mut(position / 64).is_some_and(|word| {
            let first = *word & bit == 0;
            *word |= bit;
            first
        })
    }

    pub(super) fn contains(&self, position: usize) -> bool {
        self.0.get(position / 64).is_some_and(|word| word & (1 << (position % 64)) != 0)
    }

    /// The place of the first required member that was not met.
    pub(super) fn first_missing(&self, members: &Members) -> Option<usize> {
        let mut words = members.required.iter().zip(&self.0).enumerate();
        words.find_map(|(at, (required, seen))| {
            let missing = required & !seen;
            (missing != 0).then(|| at * 64 + missing.trailing_zeros() as usize)
        })
    }
}

impl FromIterator<usize> for Seen {
    fn from_iter<I: IntoIterator<Item = usize>>(positions: I) -> Self {
        let mut seen = Self::none();
        for position in positions {
            seen.insert(position);
        }
        seen
    }
}
