//! A message framed in place, at the end of a buffer.
//!
//! Decides the order of header fields, BodyLength and CheckSum. It does not check what it is given:
//! [`super::Body`] does.

use alloc::vec::Vec;
use core::ops::Range;

use super::SOH;
use super::checksum::checksum;
use super::field::Fields;
use super::number::{fill_digits, write_u64};
use super::timestamp::{Precision, write_timestamp};
use super::value::Value;
use crate::tags::{self, Tag};

/// The digits reserved for BodyLength: those of most messages.
const RESERVED_DIGITS: usize = 3;

/// What is reserved in the buffer for a message, bytes: most are shorter.
const ROOM: usize = 512;

/// Writes one message: BeginString, BodyLength, MsgType first, then fields as they come, CheckSum last.
///
/// BodyLength is reserved with three digits and widened or narrowed by moving what follows, so that it never has
/// leading zeros. The caller keeps header fields in ascending order (see [`Self::header_field`]).
pub struct Encoder<'b> {
    buffer: &'b mut Vec<u8>,
    /// Where the message begins in the buffer.
    start: usize,
    /// Where the byte after BodyLength's SOH stands.
    body_start: usize,
    /// Where the first field after MsgType stands.
    after_msg_type: usize,
    /// Where the header ends: header fields are inserted before it.
    header_end: usize,
    /// The place of the header's last field in the order of header fields.
    last_order: u32,
}

/// What a value turned out to be, written where it must not.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum BadValue {
    /// It has no bytes.
    Empty,
    /// It holds SOH.
    HoldsSoh,
}

impl<'b> Encoder<'b> {
    /// Begins a message at the end of `buffer`.
    #[must_use]
    pub fn begin(buffer: &'b mut Vec<u8>, begin_string: &[u8], msg_type: &[u8]) -> Self {
        let start = buffer.len();
        buffer.reserve(ROOM);
        buffer.extend_from_slice(b"8=");
        buffer.extend_from_slice(begin_string);
        buffer.extend_from_slice(b"\x019=000\x01");
        let body_start = buffer.len();
        buffer.extend_from_slice(b"35=");
        buffer.extend_from_slice(msg_type);
        buffer.push(SOH);
        let after_msg_type = buffer.len();
        Self { start, body_start, after_msg_type, header_end: after_msg_type, last_order: 0, buffer }
    }

    /// Writes a header field in its place: 1128, 1156, 1129 directly after MsgType, all others in ascending order,
    /// tags that the standard header does not have last. The entries of NoHops(627) stay as they come.
    /// Cheap when the tags come in that order; else what follows is moved. Possible also after body fields.
    #[inline]
    pub fn header_field<V: Value + ?Sized>(&mut self, tag: Tag, value: &V) {
        let at = self.buffer.len();
        self.append(tag, |buffer| value.write(buffer));
        self.place(at, tag, tag);
    }

    /// Writes a header field that is a UTCTimestamp.
    #[inline]
    pub fn header_timestamp(&mut self, tag: Tag, utc_ns: i64, precision: Precision) {
        let at = self.buffer.len();
        self.append(tag, |buffer| write_timestamp(buffer, utc_ns, precision));
        self.place(at, tag, tag);
    }

    /// Writes a length field and its data field into the header, in their place. The data may hold any byte.
    pub fn header_data(&mut self, length_tag: Tag, data_tag: Tag, data: &[u8]) {
        let at = self.buffer.len();
        self.data(length_tag, data_tag, data);
        self.place(at, length_tag, data_tag);
    }

    /// Appends a body field.
    #[inline]
    pub fn field<V: Value + ?Sized>(&mut self, tag: Tag, value: &V) {
        self.append(tag, |buffer| value.write(buffer));
    }

    /// Appends a UTCTimestamp to the body.
    pub fn timestamp(&mut self, tag: Tag, utc_ns: i64, precision: Precision) {
        self.append(tag, |buffer| write_timestamp(buffer, utc_ns, precision));
    }

    /// Appends a length field and its data field. The data may hold any byte.
    pub fn data(&mut self, length_tag: Tag, data_tag: Tag, data: &[u8]) {
        self.append(length_tag, |buffer| write_u64(buffer, data.len() as u64));
        self.append(data_tag, |buffer| buffer.extend_from_slice(data));
    }

    /// Appends prebuilt body fields, each ended by SOH.
    #[inline]
    pub fn prebuilt(&mut self, fields: &[u8]) {
        self.buffer.extend_from_slice(fields);
    }

    /// The bytes written after the header so far.
    #[must_use]
    pub fn body_bytes(&self) -> &[u8] {
        self.buffer.get(self.header_end..).unwrap_or_default()
    }

    /// Ends the message with BodyLength and CheckSum, and tells where it stands in the buffer.
    pub fn finish(mut self) -> Range<usize> {
        self.write_body_length();
        let sum = checksum(self.buffer.get(self.start..).unwrap_or_default());
        let digits = [sum / 100, sum / 10 % 10, sum % 10].map(|digit| b'0' + digit);
        self.buffer.extend_from_slice(&[b'1', b'0', b'=', digits[0], digits[1], digits[2], SOH]);
        self.start..self.buffer.len()
    }

    /// Takes the message back: the buffer is as it was.
    pub fn abandon(self) {
        self.buffer.truncate(self.start);
    }

    /// The message as far as it is written, BodyLength not filled in.
    pub(super) fn unfinished(&self) -> &[u8] {
        self.buffer.get(self.start..).unwrap_or_default()
    }

    /// Whether a field with this tag was written into the header, after MsgType.
    pub(super) fn has_header_field(&self, tag: Tag) -> bool {
        let header = self.buffer.get(self.after_msg_type..self.header_end);
        Fields::new(header.unwrap_or_default()).get(tag).is_some()
    }

    /// Writes a field whose value is checked: with a bad one nothing is written.
    #[inline]
    pub(super) fn checked(
        &mut self,
        tag: Tag,
        in_header: bool,
        write: impl FnOnce(&mut Vec<u8>),
    ) -> Result<(), BadValue> {
        let at = self.buffer.len();
        self.write_tag(tag);
        let from = self.buffer.len();
        write(self.buffer);
        let value = self.buffer.get(from..).unwrap_or_default();
        let bad = match memchr::memchr(SOH, value) {
            Some(_) => Some(BadValue::HoldsSoh),
            None if value.is_empty() => Some(BadValue::Empty),
            None => None,
        };
        if let Some(bad) = bad {
            self.buffer.truncate(at);
            return Err(bad);
        }
        self.buffer.push(SOH);
        if in_header {
            self.place(at, tag, tag);
        }
        Ok(())
    }

    /// Appends a field.
    #[inline(always)]
    fn append(&mut self, tag: Tag, write: impl FnOnce(&mut Vec<u8>)) {
        self.write_tag(tag);
        write(self.buffer);
        self.buffer.push(SOH);
    }

    /// Writes the tag and `=`. Tags of up to four digits, which are almost all, are appended as a fixed number of bytes.
    #[inline(always)]
    fn write_tag(&mut self, tag: Tag) {
        let digit = |unit: Tag| b'0' + (tag / unit % 10) as u8;
        match tag {
            0..=9 => self.buffer.extend_from_slice(&[digit(1), b'=']),
            10..=99 => self.buffer.extend_from_slice(&[digit(10), digit(1), b'=']),
            100..=999 => self.buffer.extend_from_slice(&[digit(100), digit(10), digit(1), b'=']),
            1000..=9999 => {
                self.buffer.extend_from_slice(&[digit(1000), digit(100), digit(10), digit(1), b'=']);
            }
            _ => {
                write_u64(self.buffer, u64::from(tag));
                self.buffer.push(b'=');
            }
        }
    }

    /// Makes what was appended at `at`, from the field `first` to the field `last`, a part of the header. Where a tag
    /// is a constant, so is its order.
    #[inline(always)]
    fn place(&mut self, at: usize, first: Tag, last: Tag) {
        if at == self.header_end && header_order(first) >= self.last_order {
            self.header_end = self.buffer.len();
            self.last_order = header_order(last);
        } else {
            self.move_into_header(at, header_order(first), header_order(last));
        }
    }

    #[cold]
    fn move_into_header(&mut self, at: usize, first: u32, last: u32) {
        let length = self.buffer.len() - at;
        let header = self.buffer.get(..self.header_end).unwrap_or_default();
        let mut fields = Fields::starting_at(header, self.after_msg_type);
        let mut into = fields.offset();
        while let Some(place) = fields.step() {
            if header_order(place.tag) > first {
                break;
            }
            into = fields.offset();
        }
        if let Some(moved) = self.buffer.get_mut(into..) {
            moved.rotate_right(length);
        }
        self.header_end += length;
        self.last_order = self.last_order.max(last);
    }

    /// Writes BodyLength without leading zeros, moving what follows when it has not the reserved number of digits.
    fn write_body_length(&mut self) {
        let written = self.buffer.len();
        let mut digits = [0; 20];
        let begin = fill_digits(&mut digits, (written - self.body_start) as u64);
        let digits = digits.get(begin..).unwrap_or_default();
        let old_soh = self.body_start - 1;
        let at = old_soh - RESERVED_DIGITS;
        let soh = at + digits.len();
        if soh != old_soh {
            let end = written - old_soh + soh;
            self.buffer.resize(end.max(written), 0);
            self.buffer.copy_within(old_soh..written, soh);
            self.buffer.truncate(end);
        }
        if let Some(place) = self.buffer.get_mut(at..soh) {
            place.copy_from_slice(digits);
        }
    }
}

/// Where a field stands among the header fields after MsgType(35). Equal ones stay in the order they came. The tags
/// themselves are the order of the ascending ones; none of those is as low as the places of the first three.
#[inline(always)]
const fn header_order(tag: Tag) -> u32 {
    match tag {
        tags::APPL_VER_ID => 0,
        tags::APPL_EXT_ID => 1,
        tags::CSTM_APPL_VER_ID => 2,
        tags::NO_HOPS..=tags::HOP_REF_ID => tags::NO_HOPS,
        tag if tags::is_header(tag) => tag,
        _ => u32::MAX,
    }
}

#[cfg(test)]
#[path = "encode_tests.rs"]
mod tests;
