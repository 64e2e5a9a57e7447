//! The searches that everything on the wire is made of: the end of a field, and its tag.
//!
//! Eight bytes are looked at together, as one little-endian word: most tags lie in one, most fields in two.

use super::SOH;
use crate::tags::Tag;

/// The most digits that a tag has. Nine always fit [`Tag`]; FIX has assigned five at most.
const MAX_TAG_DIGITS: usize = 9;

/// How many words are looked at in place before `memchr` is called: most values end within them, and the call costs
/// more than they do.
const WORDS_IN_PLACE: usize = 3;

const WORD: usize = 8;
const LOW_BITS: u64 = 0x0101_0101_0101_0101;
const HIGH_BITS: u64 = 0x8080_8080_8080_8080;

/// Where the next SOH stands at or after `from`; the length of `bytes` when none does.
#[inline(always)]
pub(super) fn soh_from(bytes: &[u8], from: usize) -> usize {
    let mut at = from;
    for _ in 0..WORDS_IN_PLACE {
        let Some(word) = word_at(bytes, at) else {
            return bytes.len();
        };
        let found = equal_bytes(word, SOH);
        if found != 0 {
            return at + first_byte(found);
        }
        at += WORD;
    }
    soh_from_far(bytes, at)
}

#[inline(never)]
fn soh_from_far(bytes: &[u8], from: usize) -> usize {
    let rest = bytes.get(from..).unwrap_or_default();
    memchr::memchr(SOH, rest).map_or(bytes.len(), |found| from + found)
}

/// The tag of the field that begins at `from`, and where its value begins. `None` when no `tag=` stands there: digits
/// without sign or leading zero.
///
/// The length of a tag is branched on, so that the processor guesses it and goes on with the value at once.
#[inline(always)]
pub(super) fn tag_at(bytes: &[u8], from: usize) -> Option<(Tag, usize)> {
    let rest = bytes.get(from..)?;
    let Some(&[a, b, c, d]) = rest.first_chunk::<4>() else {
        return long_tag_at(bytes, from);
    };
    let [a, b, c, d] = [a, b, c, d].map(|byte| Tag::from(byte.wrapping_sub(b'0')));
    const EQUALS: Tag = (b'=' - b'0') as Tag;
    if a.wrapping_sub(1) > 8 {
        return None;
    }
    if c == EQUALS && b < 10 {
        Some((a * 10 + b, from + 3))
    } else if b == EQUALS {
        Some((a, from + 2))
    } else if d == EQUALS && b < 10 && c < 10 {
        Some((a * 100 + b * 10 + c, from + 4))
    } else {
        long_tag_at(bytes, from)
    }
}

/// A tag whose `=` is not among the first eight bytes.
#[cold]
fn long_tag_at(bytes: &[u8], from: usize) -> Option<(Tag, usize)> {
    let rest = bytes.get(from..)?;
    let mut tag: Tag = 0;
    for (place, byte) in rest.iter().enumerate() {
        let digit = byte.wrapping_sub(b'0');
        if digit < 10 && place < MAX_TAG_DIGITS && (digit > 0 || place > 0) {
            tag = tag * 10 + Tag::from(digit);
        } else if *byte == b'=' && place > 0 {
            return Some((tag, from + place + 1));
        } else {
            return None;
        }
    }
    None
}

/// The eight bytes at `at`, zeros standing for those beyond the end. `None` when there is no byte.
#[inline(always)]
fn word_at(bytes: &[u8], at: usize) -> Option<u64> {
    let rest = bytes.get(at..)?;
    if let Some(word) = rest.first_chunk::<WORD>() {
        return Some(u64::from_le_bytes(*word));
    }
    if rest.is_empty() {
        return None;
    }
    Some(match bytes.last_chunk::<WORD>() {
        Some(word) => u64::from_le_bytes(*word) >> ((WORD - rest.len()) * 8),
        None => rest.iter().rev().fold(0, |word, byte| word << 8 | u64::from(*byte)),
    })
}

/// The high bit of the first byte that equals `byte` is set; above it bits may be set for no reason, below none is.
#[inline(always)]
const fn equal_bytes(word: u64, byte: u8) -> u64 {
    let differs = word ^ (LOW_BITS * byte as u64);
    differs.wrapping_sub(LOW_BITS) & !differs & HIGH_BITS
}

/// Which byte the lowest bit that is set lies in.
#[inline(always)]
const fn first_byte(bits: u64) -> usize {
    (bits.trailing_zeros() / 8) as usize
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn soh_is_found_where_a_plain_search_finds_it(
            bytes in proptest::collection::vec(prop_oneof![Just(SOH), Just(0u8), Just(2), Just(0x81), any::<u8>()], 0..80),
            from in 0usize..90,
        ) {
            let plain = (from..bytes.len()).find(|at| bytes[*at] == SOH).unwrap_or(bytes.len());
            prop_assert_eq!(soh_from(&bytes, from), plain);
        }

        #[test]
        fn a_tag_is_read_as_written(tag in 1u32..1_000_000_000, lead in 0usize..5) {
            let mut bytes: Vec<u8> = core::iter::repeat_n(b'7', lead).collect();
            bytes.extend_from_slice(alloc::format!("{tag}=x").as_bytes());
            prop_assert_eq!(tag_at(&bytes, lead), Some((tag, bytes.len() - 1)));
        }
    }

    #[test]
    fn a_tag_is_what_a_plain_reading_gives() {
        // Every one- and two-byte beginning, at the end of the bytes and before more of them.
        for first in 0..=255u8 {
            for second in 0..=255u8 {
                for bytes in [
                    &[first, second][..],
                    &[first, second, b'='],
                    &[first, second, b'=', b'x', SOH, 1, 2, 3, 4],
                ] {
                    assert_eq!(tag_at(bytes, 0), long_tag_at(bytes, 0), "{bytes:?}");
                }
            }
        }
    }

    proptest! {
        #[test]
        fn a_tag_among_any_bytes_is_what_a_plain_reading_gives(
            bytes in proptest::collection::vec(prop_oneof![4 => b'0'..=b'9', 2 => Just(b'='), 1 => any::<u8>()], 0..14),
            from in 0usize..4,
        ) {
            prop_assert_eq!(tag_at(&bytes, from), long_tag_at(&bytes, from));
        }
    }

    #[test]
    fn what_is_no_tag_is_refused() {
        for bytes in
            ["", "=", "0=", "01=", "-1=", "+1=", "a=", "1", "1a=", "1 =", "1234567890=", " 1=", "\u{1}1="]
        {
            assert_eq!(tag_at(bytes.as_bytes(), 0), None, "{bytes:?}");
        }
        assert_eq!(tag_at(b"5=", 7), None);
    }
}
