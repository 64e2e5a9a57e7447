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

/// How many bytes [`short_field`] looks at.
pub(super) const WINDOW: usize = 32;

/// The field that begins the window: its tag, where its value begins and where its SOH stands. Tag 0 when it is not a
/// field with a tag of up to three digits and with its SOH in the first 26 bytes, as most are: then [`tag_at`] and
/// [`soh_from`] tell.
///
/// With a window every offset is known to lie in the bytes, and the length of a tag is branched on, so that the
/// processor guesses it and need not wait for the search for `=`.
#[inline(always)]
pub(super) fn short_field(window: &[u8; WINDOW]) -> (Tag, usize, usize) {
    const UNDECIDED: (Tag, usize, usize) = (0, 0, 0);
    let digit = |at: usize| Tag::from(window[at].wrapping_sub(b'0'));
    let (a, b) = (digit(0), digit(1));
    if a.wrapping_sub(1) > 8 {
        return UNDECIDED;
    }
    let (tag, value) = if window[2] == b'=' && b < 10 {
        (a * 10 + b, 3)
    } else if window[3] == b'=' && b < 10 && digit(2) < 10 {
        (a * 100 + b * 10 + digit(2), 4)
    } else if window[1] == b'=' {
        (a, 2)
    } else {
        return UNDECIDED;
    };
    // No SOH stands in the tag: the search may begin at the same offset for all.
    for word in 0..WORDS_IN_PLACE {
        let at = 2 + word * WORD;
        let Some(word) = window.get(at..).and_then(|rest| rest.first_chunk::<WORD>()) else {
            return UNDECIDED;
        };
        let found = soh_bytes(u64::from_le_bytes(*word));
        if found != 0 {
            return (tag, value, at + first_byte(found));
        }
    }
    UNDECIDED
}

/// Where the next SOH stands at or after `from`; the length of `bytes` when none does.
#[inline(always)]
pub(super) fn soh_from(bytes: &[u8], from: usize) -> usize {
    let mut at = from;
    for _ in 0..WORDS_IN_PLACE {
        let Some(word) = word_at(bytes, at) else {
            return bytes.len();
        };
        let found = soh_bytes(word);
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

/// The tag of the field that begins at `from`, and where its value begins. 0 and `from` when no `tag=` stands there:
/// digits without sign or leading zero.
pub(super) fn tag_at(bytes: &[u8], from: usize) -> (Tag, usize) {
    let mut tag: Tag = 0;
    for (place, byte) in bytes.iter().skip(from).enumerate() {
        let digit = byte.wrapping_sub(b'0');
        if digit < 10 && place < MAX_TAG_DIGITS && (digit > 0 || place > 0) {
            tag = tag * 10 + Tag::from(digit);
        } else if *byte == b'=' && place > 0 {
            return (tag, from + place + 1);
        } else {
            break;
        }
    }
    (0, from)
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
        None => rest.iter().rev().fold(0, |word, byte| (word << 8) + u64::from(*byte)),
    })
}

/// The high bit of the first byte that is SOH is set; above it bits may be set for no reason, below none is.
#[inline(always)]
const fn soh_bytes(word: u64) -> u64 {
    let differs = word ^ u64::from_le_bytes([SOH; WORD]);
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
            prop_assert_eq!(tag_at(&bytes, lead), (tag, bytes.len() - 1));
        }
    }

    proptest! {
        #[test]
        fn a_short_field_is_what_the_general_searches_find(
            bytes in proptest::array::uniform32(prop_oneof![
                6 => b'0'..=b'9', 3 => Just(b'='), 1 => Just(SOH), 1 => any::<u8>(),
            ]),
        ) {
            let (tag, value) = tag_at(&bytes, 0);
            let end = soh_from(&bytes, value);
            match short_field(&bytes) {
                (0, _, _) => prop_assert!(tag == 0 || tag > 999 || end > 25),
                found => prop_assert_eq!(found, (tag, value, end)),
            }
        }
    }

    #[test]
    fn a_short_field_has_digits_only_in_its_tag() {
        let around_digits = b"/019:=\x01";
        let mut window = *b"....value\x01......................";
        for number in 0..around_digits.len().pow(4) {
            let mut left = number;
            for place in &mut window[..4] {
                *place = around_digits[left % around_digits.len()];
                left /= around_digits.len();
            }
            let (tag, value) = tag_at(&window, 0);
            let found = short_field(&window);
            let expected =
                if tag == 0 || tag > 999 { (0, 0, 0) } else { (tag, value, soh_from(&window, value)) };
            assert_eq!(found, expected, "{:?}", &window[..4]);
        }
    }

    #[test]
    fn what_is_no_tag_is_refused() {
        for bytes in [
            "",
            "=",
            "0=",
            "01=",
            "-1=",
            "+1=",
            "a=",
            "1",
            "1a=",
            "1 =",
            "1:=",
            "1/=",
            "1234567890=",
            " 1=",
            "\u{1}1=",
        ] {
            assert_eq!(tag_at(bytes.as_bytes(), 0), (0, 0), "{bytes:?}");
        }
        assert_eq!(tag_at(b"5=", 7), (0, 7));
    }
}
