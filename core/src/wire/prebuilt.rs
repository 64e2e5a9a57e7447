//! Whether bytes that an application prepared are body fields.
//!
//! Each must be `tag=value` with a value and SOH, and none may belong to the header. An application prepares bytes to
//! save time: most bodies are passed by a look at their words and tags; only one that holds data, a signature or a
//! mistake is read field by field.

use super::SOH;
use super::body::BodyError;
use super::data_pairs::{FIRST_LISTED, data_tag_of};
use super::field::Fields;
use super::scan::{short_field, soh_from, tag_at};
use crate::tags::{self, Tag};

/// Checks the fields. True when the last of them belongs to the trailer.
///
/// # Errors
/// The first mistake.
#[inline]
pub(super) fn check(fields: &[u8]) -> Result<bool, BodyError> {
    if are_plain(fields) { Ok(false) } else { check_each(fields) }
}

/// True only if all are fields of the body that need no second look. False says nothing.
#[inline]
fn are_plain(fields: &[u8]) -> bool {
    if fields.last() != Some(&SOH) {
        return false;
    }
    let mut at = 0;
    while at < fields.len() {
        let short = match fields.get(at..).and_then(|rest| rest.first_chunk()) {
            Some(window) => short_field(window),
            None => (0, 0, 0),
        };
        let (tag, value, end) = match short {
            (0, _, _) => {
                let (tag, value) = tag_at(fields, at);
                (tag, value, soh_from(fields, value))
            }
            (tag, value, end) => (tag, at + value, at + end),
        };
        if value == end || needs_look(tag) {
            return false;
        }
        at = end + 1;
    }
    true
}

/// The reading that is right for all bytes.
#[cold]
fn check_each(fields: &[u8]) -> Result<bool, BodyError> {
    if fields.last() != Some(&SOH) {
        return Err(BodyError::Prebuilt);
    }
    let mut in_trailer = false;
    let mut places = Fields::new(fields);
    while let Some(place) = places.step() {
        let tag = place.tag;
        if tag == 0 {
            return Err(BodyError::Prebuilt);
        }
        if place.start == place.end {
            return Err(BodyError::Empty { tag });
        }
        if tags::is_header(tag) || tag == tags::CHECK_SUM {
            return Err(BodyError::NotBody { tag });
        }
        if in_trailer && !tags::is_trailer(tag) {
            return Err(BodyError::AfterSignature { tag });
        }
        in_trailer = tags::is_trailer(tag);
    }
    Ok(in_trailer)
}

/// How many words of one bit a tag are looked up: every tag that FIX has assigned up to 2879. Between them and
/// [`FIRST_LISTED`], no tag needs a look.
const WORDS: usize = 45;

static NEEDS_LOOK: [u64; WORDS] = {
    let mut bits = [0; WORDS];
    let mut tag = 0;
    while tag < WORDS as Tag * 64 {
        let needed = tag == 0 || tags::is_header(tag) || tags::is_trailer(tag) || data_tag_of(tag).is_some();
        bits[(tag / 64) as usize] |= (needed as u64) << (tag % 64);
        tag += 1;
    }
    bits
};

/// Whether the tag is none, of the header, of the trailer, or the length of data.
#[inline(always)]
fn needs_look(tag: Tag) -> bool {
    match NEEDS_LOOK.get((tag / 64) as usize) {
        Some(word) => word >> (tag % 64) & 1 == 1,
        None => tag >= FIRST_LISTED && data_tag_of(tag).is_some(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;
    use proptest::prelude::*;

    #[test]
    fn no_tag_of_the_header_or_trailer_is_passed_unseen() {
        for tag in 0..50_000 {
            let seen =
                tag == 0 || tags::is_header(tag) || tags::is_trailer(tag) || data_tag_of(tag).is_some();
            assert_eq!(needs_look(tag), seen, "{tag}");
        }
    }

    #[test]
    fn usual_bodies_are_plain() {
        assert!(are_plain(b"11=A\x0158=x y=z\x011=b\x0110000=c\x01"));
        assert!(!are_plain(b""));
        assert!(!are_plain(b"95=1\x0196=x\x01"));
    }

    #[test]
    fn an_empty_value_is_seen_wherever_it_stands() {
        let long = b"58=a text that is longer than the window of a short field\x01";
        for fields in [[&b"1=\x01"[..], long].concat(), [&b"11=A\x01354=\x01"[..], long].concat()] {
            assert!(!are_plain(&fields));
            assert!(matches!(check(&fields), Err(BodyError::Empty { .. })));
        }
    }

    /// Pieces of which almost fields are made.
    fn piece() -> impl Strategy<Value = &'static [u8]> {
        proptest::sample::select(alloc::vec![
            &b"11=A\x01"[..],
            b"58=longer text than a word\x01",
            b"\x01",
            b"=",
            b"1",
            b"0",
            b"95=3\x01",
            b"96=a\x01b\x01",
            b"34=2\x01",
            b"10=000\x01",
            b"93=1\x01",
            b"89=s\x01",
            b"55=",
            b"\0",
            b"\x01\0",
            b"1128=9\x01",
        ])
    }

    proptest! {
        #[test]
        fn what_looks_plain_is_right(pieces in proptest::collection::vec(piece(), 0..12)) {
            let fields: Vec<u8> = pieces.concat();
            if are_plain(&fields) {
                prop_assert_eq!(check_each(&fields), Ok(false));
            }
            prop_assert_eq!(check(&fields), check_each(&fields));
        }
    }
}
