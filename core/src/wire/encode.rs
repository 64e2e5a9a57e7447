//! A message framed in place, at the end of a buffer.

use alloc::vec::Vec;
use core::ops::Range;

use super::timestamp::Precision;
use super::value::Value;
use crate::tags::Tag;

/// Writes one message: BeginString, BodyLength, MsgType first, then fields as they come, CheckSum last.
///
/// BodyLength is reserved with three digits and widened or narrowed by moving what follows, so that it never has
/// leading zeros. The caller keeps header fields in ascending order (see [`Self::header_field`]).
#[derive(Debug)]
pub struct Encoder<'b> {
    buffer: &'b mut Vec<u8>,
    /// Where the message begins in the buffer.
    start: usize,
    /// Where the byte after BodyLength's SOH stands.
    body_start: usize,
    /// Where the first field after MsgType stands.
    after_msg_type: usize,
    /// Where the first body field stands, once one was written: header fields are inserted before it.
    header_end: usize,
}

impl<'b> Encoder<'b> {
    /// Begins a message at the end of `buffer`.
    #[must_use]
    pub fn begin(buffer: &'b mut Vec<u8>, begin_string: &[u8], msg_type: &[u8]) -> Self {
        let _ = (begin_string, msg_type);
        Self { start: buffer.len(), body_start: 0, after_msg_type: 0, header_end: 0, buffer }
    }

    /// Writes a header field in its place: 1128, 1156, 1129 directly after MsgType, all others in ascending order.
    /// Cheap when the tags come in that order; else what follows is moved. Possible also after body fields.
    pub fn header_field<V: Value + ?Sized>(&mut self, tag: Tag, value: &V) {
        let _ = (tag, value);
        todo!()
    }

    /// Writes a header field that is a UTCTimestamp.
    pub fn header_timestamp(&mut self, tag: Tag, utc_ns: i64, precision: Precision) {
        let _ = (tag, utc_ns, precision);
        todo!()
    }

    /// Appends a body field.
    pub fn field<V: Value + ?Sized>(&mut self, tag: Tag, value: &V) {
        let _ = (tag, value);
        todo!()
    }

    /// Appends a UTCTimestamp to the body.
    pub fn timestamp(&mut self, tag: Tag, utc_ns: i64, precision: Precision) {
        let _ = (tag, utc_ns, precision);
        todo!()
    }

    /// Appends a length field and its data field. The data may hold any byte.
    pub fn data(&mut self, length_tag: Tag, data_tag: Tag, data: &[u8]) {
        let _ = (length_tag, data_tag, data);
        todo!()
    }

    /// Appends prebuilt body fields, each ended by SOH.
    pub fn prebuilt(&mut self, fields: &[u8]) {
        let _ = fields;
        todo!()
    }

    /// The bytes written after the header so far.
    #[must_use]
    pub fn body_bytes(&self) -> &[u8] {
        todo!()
    }

    /// Ends the message with BodyLength and CheckSum, and tells where it stands in the buffer.
    pub fn finish(self) -> Range<usize> {
        let _ = (self.body_start, self.after_msg_type, self.header_end);
        todo!()
    }

    /// Takes the message back: the buffer is as it was.
    pub fn abandon(self) {
        self.buffer.truncate(self.start);
    }
}
