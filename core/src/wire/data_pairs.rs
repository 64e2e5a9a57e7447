//! Which length tag announces which data field.
//!
//! The pairs are those of FIX 4.0 through FIX Latest: a field of type LENGTH and the field of type DATA or XMLDATA that
//! directly follows it. Most data tags are one above their length's; the exceptions are named.

use crate::tags::Tag;

/// The length tags whose data tag is the next number.
const LENGTHS_BEFORE_DATA: &[Tag] = &[
    90, 95, 212, 348, 350, 352, 354, 356, 358, 360, 362, 364, 445, 618, 621, 1184, 1277, 1280, 1282, 1397,
    1401, 1403, 1468, 1578, 1620, 1664, 1733, 1871, 1874, 2072, 2074, 2111, 2179, 2287, 2351, 2481, 2637,
    2651, 2665, 2715, 2718, 2721, 2797, 40004, 40008, 40978, 40980, 40982, 40984, 40986, 40988, 41083, 41101,
    41107, 41256, 41320, 41324, 41458, 41476, 41482, 41653, 41710, 41806, 41811, 41873, 41969, 42025, 42171,
    42451, 42652, 42947,
];

/// The pairs of which that is not so: length, data.
const ODD_PAIRS: &[(Tag, Tag)] = &[
    (93, 89),
    (1525, 1527),
    (1678, 1697),
    (2372, 2371),
    (2494, 2493),
    (2522, 2521),
    (2802, 2801),
    (2809, 2808),
    (2815, 2814),
    (43109, 42684),
    (43110, 42486),
    (43111, 42982),
];

/// Length tags from here on, the first that has no bit, are looked up in the lists; below, one bit tells. Almost every
/// tag of a real message is below.
pub(super) const FIRST_LISTED: Tag = 40_004;

const WORDS: usize = 45;

/// One bit for each tag below `WORDS * 64`: whether it is a length tag.
static LENGTH_BITS: [u64; WORDS] = length_bits();

const fn length_bits() -> [u64; WORDS] {
    let mut bits = [0; WORDS];
    let mut at = 0;
    while at < LENGTHS_BEFORE_DATA.len() {
        set_bit(&mut bits, LENGTHS_BEFORE_DATA[at]);
        at += 1;
    }
    let mut at = 0;
    while at < ODD_PAIRS.len() {
        set_bit(&mut bits, ODD_PAIRS[at].0);
        at += 1;
    }
    bits
}

const fn set_bit(bits: &mut [u64; WORDS], tag: Tag) {
    if tag < FIRST_LISTED {
        bits[(tag / 64) as usize] |= 1 << (tag % 64);
    }
}

/// Whether `tag` can be a length: false for almost every tag, and cheap.
#[inline(always)]
const fn may_be_length(tag: Tag) -> bool {
    let word = (tag / 64) as usize;
    if word < WORDS { LENGTH_BITS[word] >> (tag % 64) & 1 == 1 } else { tag >= FIRST_LISTED }
}

/// The data field whose length in bytes the field `length_tag` gives, if it is such a length.
#[must_use]
#[inline(always)]
pub const fn data_tag_of(length_tag: Tag) -> Option<Tag> {
    if may_be_length(length_tag) { listed_data_tag(length_tag) } else { None }
}

#[cold]
const fn listed_data_tag(length_tag: Tag) -> Option<Tag> {
    let mut at = 0;
    while at < LENGTHS_BEFORE_DATA.len() {
        if LENGTHS_BEFORE_DATA[at] == length_tag {
            return Some(length_tag + 1);
        }
        at += 1;
    }
    let mut at = 0;
    while at < ODD_PAIRS.len() {
        if ODD_PAIRS[at].0 == length_tag {
            return Some(ODD_PAIRS[at].1);
        }
        at += 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_quick_answer_never_hides_a_pair() {
        for tag in 0..50_000 {
            assert_eq!(data_tag_of(tag), listed_data_tag(tag), "{tag}");
        }
        assert_eq!(data_tag_of(Tag::MAX), None);
    }

    #[test]
    fn neighbours_are_not_taken_for_pairs() {
        assert_eq!(data_tag_of(95), Some(96));
        assert_eq!(data_tag_of(93), Some(89));
        assert_eq!(data_tag_of(43109), Some(42684));
        for tag in [0, 1, 9, 58, 89, 91, 94, 96, 383, 384, 1526, 1527, 2371, 40005, 99_999] {
            assert_eq!(data_tag_of(tag), None, "{tag}");
        }
    }
}
