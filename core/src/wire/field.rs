//! Fields by iteration.

use super::SOH;
use super::data_pairs::data_tag_of;
use super::number::parse_u64;
use super::scan::{short_field, soh_from, tag_at};
use crate::tags::Tag;

/// One field: `tag=value`, without its SOH. A data field's value may hold SOH and `=`.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Field<'a> {
    /// The tag number.
    pub tag: Tag,
    /// The value; empty when nothing stands between `=` and SOH.
    pub value: &'a [u8],
}

/// Bytes between two SOH that are not `tag=value` with a tag of 1 or more, written without sign or leading zero.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct MalformedField<'a> {
    /// Everything up to the SOH.
    pub raw: &'a [u8],
}

impl MalformedField<'_> {
    /// The number before `=` when it is one after all (`-1`, `0`, `007`), for RefTagID(371).
    #[must_use]
    pub fn written_tag(&self) -> Option<i64> {
        let equals = self.raw.iter().position(|byte| *byte == b'=')?;
        let written = self.raw.get(..equals)?;
        let (digits, sign) = match written.strip_prefix(b"-") {
            Some(digits) => (digits, -1),
            None => (written, 1),
        };
        let number = i64::try_from(parse_u64(digits)?).ok()?;
        Some(sign * number)
    }
}

/// Iterates over the fields of a stretch of message, honouring data fields by their lengths.
///
/// A data field directly after its length field takes as many bytes as that says when SOH, or the end, follows them;
/// else it ends at the next SOH as any other field does. The last field may lack its SOH; one at the end is always that
/// of the last field, and no part of data.
#[derive(Clone, Copy)]
pub struct Fields<'a> {
    bytes: &'a [u8],
    at: usize,
    /// The data field that must come next; 0 for none.
    data_tag: Tag,
    /// Its length in bytes.
    data_length: usize,
}

/// Where a field stands in the bytes that are iterated over.
#[derive(Clone, Copy)]
pub(super) struct Place {
    /// The tag; 0 when the field is malformed.
    pub(super) tag: Tag,
    /// Where the value begins; the whole field when it is malformed.
    pub(super) start: usize,
    /// The byte after the value.
    pub(super) end: usize,
}

impl<'a> Fields<'a> {
    /// The fields of `bytes`, which is a run of `tag=value` SOH.
    #[must_use]
    pub fn new(bytes: &'a [u8]) -> Self {
        Self::starting_at(bytes, 0)
    }

    /// The fields of `bytes` from the offset `at` on.
    pub(super) fn starting_at(bytes: &'a [u8], at: usize) -> Self {
        Self { bytes, at, data_tag: 0, data_length: 0 }
    }

    /// What has not been read yet.
    #[must_use]
    pub fn rest(&self) -> &'a [u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }

    /// The value of the first field with this tag; malformed fields are passed over.
    #[must_use]
    pub fn get(mut self, tag: Tag) -> Option<&'a [u8]> {
        if tag == 0 {
            return None;
        }
        while let Some(place) = self.step() {
            if place.tag == tag {
                return self.bytes.get(place.start..place.end);
            }
        }
        None
    }

    /// Where the next field begins.
    pub(super) fn offset(&self) -> usize {
        self.at
    }

    /// The next field, as a place.
    #[inline(always)]
    pub(super) fn step(&mut self) -> Option<Place> {
        let from = self.at;
        if from >= self.bytes.len() {
            return None;
        }
        let short = match self.bytes.get(from..).and_then(|rest| rest.first_chunk()) {
            Some(window) if self.data_tag == 0 => short_field(window),
            _ => (0, 0, 0),
        };
        let place = match short {
            (0, _, _) => place_at(self.bytes, from, self.data_tag, self.data_length),
            (tag, start, end) => Place { tag, start: from + start, end: from + end },
        };
        self.at = place.end + 1;
        self.data_tag = 0;
        if let Some(data_tag) = data_tag_of(place.tag) {
            (self.data_tag, self.data_length) = (data_tag, length_in(self.bytes, place.start, place.end));
        }
        Some(place)
    }
}

// The functions below take no `&mut Fields`: an iterator whose address is passed on cannot be kept in registers.

/// The field at `from`, whatever it is, after a length field for `data_tag` or none.
#[inline(never)]
fn place_at(bytes: &[u8], from: usize, data_tag: Tag, data_length: usize) -> Place {
    let (tag, start) = tag_at(bytes, from);
    if data_tag != 0 && data_tag == tag {
        if let Some(end) = end_of_data(bytes, start, data_length) {
            return Place { tag, start, end };
        }
    }
    Place { tag, start, end: soh_from(bytes, start) }
}

/// Where the data ends that begins at `start`, when its length is right.
fn end_of_data(bytes: &[u8], start: usize, length: usize) -> Option<usize> {
    let end = start.checked_add(length)?;
    match bytes.get(end) {
        Some(byte) => *byte == SOH,
        None => end == bytes.len() && bytes.last() != Some(&SOH),
    }
    .then_some(end)
}

/// The length that stands at `start`; one that never fits when it is no number.
#[cold]
fn length_in(bytes: &[u8], start: usize, end: usize) -> usize {
    let length = bytes.get(start..end).and_then(parse_u64);
    length.and_then(|length| usize::try_from(length).ok()).unwrap_or(usize::MAX)
}

impl<'a> Iterator for Fields<'a> {
    type Item = Result<Field<'a>, MalformedField<'a>>;

    #[inline(always)]
    fn next(&mut self) -> Option<Self::Item> {
        let place = self.step()?;
        let value = self.bytes.get(place.start..place.end).unwrap_or_default();
        Some(match place.tag {
            0 => Err(MalformedField { raw: value }),
            tag => Ok(Field { tag, value }),
        })
    }
}

impl core::iter::FusedIterator for Fields<'_> {}

#[cfg(test)]
#[path = "field_tests.rs"]
mod tests;
