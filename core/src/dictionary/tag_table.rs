//! Where a tag stands in a list of members.
//!
//! Every field of every message is looked up once or twice: a table addressed by a fixed hash takes a third of the
//! time of a binary search. Nothing iterates over it, so that its order shows nowhere.

use alloc::boxed::Box;
use alloc::vec;

use crate::tags::Tag;

/// 2 to the 32nd divided by the golden ratio: neighbouring tags land far apart.
const SPREAD: u32 = 0x9E37_79B1;

/// The low bits of a product depend on the low bits of the tag alone and are dropped. 17 bits are left, more than
/// the largest table needs.
const DROPPED_BITS: u32 = 15;

/// Open addressing with linear probing. A power of two of slots, at most half of them taken, so that a search ends
/// at an empty one, which has tag 0. No slots at all when there are no members.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct TagTable(Box<[(Tag, u16)]>);

impl TagTable {
    /// The table of tags that are all different, and none of them 0.
    pub(super) fn new(tags: impl ExactSizeIterator<Item = Tag>) -> Self {
        if tags.len() == 0 {
            return Self::default();
        }
        let mut table = Self(vec![(0, 0); (tags.len() * 2).next_power_of_two()].into());
        for (tag, position) in tags.zip(0..) {
            let mut at = table.first_slot(tag);
            while table.0.get(at).is_some_and(|(taken, _)| *taken != 0) {
                at = table.next_slot(at);
            }
            if let Some(slot) = table.0.get_mut(at) {
                *slot = (tag, position);
            }
        }
        table
    }

    #[inline]
    pub(super) fn position(&self, tag: Tag) -> Option<usize> {
        let mut at = self.first_slot(tag);
        loop {
            match self.0.get(at)? {
                (0, _) => return None,
                (known, position) if *known == tag => return Some(usize::from(*position)),
                _ => at = self.next_slot(at),
            }
        }
    }

    fn first_slot(&self, tag: Tag) -> usize {
        (tag.wrapping_mul(SPREAD) >> DROPPED_BITS) as usize & self.0.len().wrapping_sub(1)
    }

    fn next_slot(&self, at: usize) -> usize {
        (at + 1) & self.0.len().wrapping_sub(1)
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use proptest::prelude::*;

    use super::TagTable;

    #[test]
    fn an_empty_table_holds_nothing() {
        assert_eq!(TagTable::new([].into_iter()).position(1), None);
        assert_eq!(TagTable::new([].into_iter()).position(0), None);
    }

    proptest! {
        #[test]
        fn every_tag_is_found_where_it_stands_and_no_other(
            tags in proptest::collection::btree_set(1..3000_u32, 0..1024), other in 0..4000_u32,
        ) {
            let tags: Vec<u32> = tags.into_iter().rev().collect();
            let table = TagTable::new(tags.iter().copied());
            for (position, tag) in tags.iter().enumerate() {
                prop_assert_eq!(table.position(*tag), Some(position));
            }
            prop_assert_eq!(table.position(other), tags.iter().position(|tag| *tag == other));
        }
    }
}
