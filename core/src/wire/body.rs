//! What an application writes into a message that the session numbers.

use super::encode::Encoder;
use super::timestamp::Precision;
use super::value::Value;
use crate::tags::Tag;

/// Writes the fields of an outgoing message. The session has written BeginString, BodyLength, MsgType, CompIDs,
/// MsgSeqNum and SendingTime, and adds CheckSum. A mistake is remembered and reported by the call that lent this.
#[derive(Debug)]
pub struct Body<'b> {
    encoder: Encoder<'b>,
    error: Option<BodyError>,
}

/// A field that cannot be written.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BodyError {
    /// The value is empty.
    #[error("field {tag} has no value")]
    Empty {
        /// The field.
        tag: Tag,
    },
    /// The value holds SOH and the field is not written as data.
    #[error("the value of field {tag} holds SOH")]
    HoldsSoh {
        /// The field.
        tag: Tag,
    },
    /// The field belongs to the session, which writes it itself.
    #[error("field {tag} is written by the session")]
    Reserved {
        /// The field.
        tag: Tag,
    },
    /// The tag is 0.
    #[error("0 is no tag")]
    NoTag,
    /// Prebuilt bytes that are not fields, each ended by SOH.
    #[error("prebuilt bytes are not fields ended by SOH")]
    Prebuilt,
}

impl<'b> Body<'b> {
    pub(crate) fn new(encoder: Encoder<'b>) -> Self {
        Self { encoder, error: None }
    }

    /// The encoder, and the first mistake that was made.
    pub(crate) fn into_parts(self) -> (Encoder<'b>, Option<BodyError>) {
        (self.encoder, self.error)
    }

    /// Appends a body field.
    pub fn field<V: Value + ?Sized>(&mut self, tag: Tag, value: &V) -> &mut Self {
        let _ = (tag, value);
        todo!()
    }

    /// Writes a header field that the session does not write itself (97, 115, 128, 1128 ...), in its place.
    pub fn header_field<V: Value + ?Sized>(&mut self, tag: Tag, value: &V) -> &mut Self {
        let _ = (tag, value);
        todo!()
    }

    /// Appends a UTCTimestamp of nanoseconds since 1970-01-01T00:00:00Z.
    pub fn timestamp(&mut self, tag: Tag, utc_ns: i64, precision: Precision) -> &mut Self {
        let _ = (tag, utc_ns, precision);
        todo!()
    }

    /// Appends a length field and its data field.
    pub fn data(&mut self, length_tag: Tag, data_tag: Tag, data: &[u8]) -> &mut Self {
        let _ = (length_tag, data_tag, data);
        todo!()
    }

    /// Appends prebuilt fields, each ended by SOH. Their form is checked; they must hold no header field.
    pub fn prebuilt(&mut self, fields: &[u8]) -> &mut Self {
        let _ = fields;
        todo!()
    }

    /// The body bytes written so far: what a signature covers besides the header.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        self.encoder.body_bytes()
    }
}
