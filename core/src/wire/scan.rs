//! The two searches that everything on the wire is made of: the end of a field and its tag.

use super::SOH;
use crate::tags::Tag;

/// The most digits that a tag has. Nine always fit [`Tag`]; FIX has assigned five at most.
const MAX_TAG_DIGITS: usize = 9;

/// How many eight-byte words are looked at in place before `memchr` is called: most values end within them, and
/// the call costs more than they do.
const WORDS_IN_PLACE: usize = 3;

const LOW_BITS: u64 = 0x0101_0101_0101_0101;
const HIGH_BITS: u64 = 0x8080_8080_8080_8080;

/// Where the next SOH stands at or after `from`; the length of `bytes` when none does.
#[inline(always)]
pub(super) fn soh_from(bytes: &[u8], from: usize) -> usize {
    let mut at = from;
    for _ in 0..WORDS_IN_PLACE {
        let Some(word) = bytes.get(at..).and_then(|rest| rest.first_chunk::<8>()) else {
            break;
        };
        // A byte that was SOH is zero now; the lowest high bit left by the subtraction is the first of them.
        let differs = u64::from_le_bytes(*word) ^ (LOW_BITS * SOH as u64);
        let found = differs.wrapping_sub(LOW_BITS) & !differs & HIGH_BITS;
        if found != 0 {
            return at + (found.trailing_zeros() / 8) as usize;
        }
        at += 8;
    }
    soh_from_far(bytes, at)
}

fn soh_from_far(bytes: &[u8], from: usize) -> usize {
    let rest = bytes.get(from..).unwrap_or_default();
    memchr::memchr(SOH, rest).map_or(bytes.len(), |found| from + found)
}

/// The tag of the field that begins at `from`, and where its value begins. `None` when no `tag=` stands there: digits
/// without sign or leading zero.
#[inline(always)]
pub(super) fn tag_at(bytes: &[u8], from: usize) -> Option<(Tag, usize)> {
    let rest = bytes.get(from..)?;
    let first = rest.first()?.wrapping_sub(b'0');
    if !(1..=9).contains(&first) {
        return None;
    }
    let mut tag = Tag::from(first);
    for (place, byte) in rest.iter().enumerate().skip(1) {
        let digit = byte.wrapping_sub(b'0');
        if digit < 10 && place < MAX_TAG_DIGITS {
            tag = tag * 10 + Tag::from(digit);
        } else if *byte == b'=' {
            return Some((tag, from + place + 1));
        } else {
            return None;
        }
    }
    None
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
    fn what_is_no_tag_is_refused() {
        for bytes in
            ["", "=", "0=", "01=", "-1=", "+1=", "a=", "1", "1a=", "1 =", "1234567890=", " 1=", "\u{1}1="]
        {
            assert_eq!(tag_at(bytes.as_bytes(), 0), None, "{bytes:?}");
        }
        assert_eq!(tag_at(b"5=", 7), None);
    }
}
