//! What an application writes into a message that the session numbers.

use alloc::vec::Vec;

use super::SOH;
use super::data_pairs::data_tag_of;
use super::encode::{BadValue, Encoder};
use super::field::Fields;
use super::prebuilt;
use super::timestamp::{Precision, write_timestamp};
use super::value::Value;
use crate::tags::{self, Tag};

/// Writes the fields of an outgoing message. The session has written BeginString, BodyLength, MsgType, CompIDs,
/// MsgSeqNum and SendingTime, and adds CheckSum. A mistake is remembered and reported by the call that lent this.
#[derive(Debug)]
pub struct Body<'b> {
    encoder: Encoder<'b>,
    error: Option<BodyError>,
    /// Further fields that the session writes itself, in the body.
    reserved: &'static [Tag],
    /// A field of the trailer was written: no body field may follow.
    signed: bool,
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
    /// A body field after Signature(89), which must be last.
    #[error("field {tag} comes after the signature")]
    AfterSignature {
        /// The field.
        tag: Tag,
    },
    /// Prebuilt bytes after Signature(89), which must be last.
    #[error("prebuilt bytes come after the signature")]
    PrebuiltAfterSignature,
    /// The tag is 0.
    #[error("0 is no tag")]
    NoTag,
    /// A header field, or CheckSum(10), in prebuilt bytes, which go to the body.
    #[error("field {tag} does not belong to the body, where prebuilt bytes go")]
    NotBody {
        /// The field.
        tag: Tag,
    },
    /// Prebuilt bytes that are not fields, each ended by SOH.
    #[error("prebuilt bytes are not fields ended by SOH")]
    Prebuilt,
}

impl<'b> Body<'b> {
    pub(crate) fn new(encoder: Encoder<'b>) -> Self {
        Self { encoder, error: None, reserved: &[], signed: false }
    }

    /// The body of a Logon, of which the session has written a part.
    pub(crate) fn of_logon(encoder: Encoder<'b>) -> Self {
        Self { reserved: LOGON_FIELDS, ..Self::new(encoder) }
    }

    /// The encoder, and the first mistake that was made.
    pub(crate) fn into_parts(self) -> (Encoder<'b>, Option<BodyError>) {
        (self.encoder, self.error)
    }

    /// Appends a body field. A field of the standard header goes to its place there, as [`Self::header_field`] says.
    pub fn field<V: Value + ?Sized>(&mut self, tag: Tag, value: &V) -> &mut Self {
        self.write(tag, tags::is_header(tag), |buffer| value.write(buffer))
    }

    /// Writes a header field that the session does not write itself (97, 115, 128, 1128 ...), in its place. One that
    /// stands there already stays as it is, except in the group NoHops(627).
    pub fn header_field<V: Value + ?Sized>(&mut self, tag: Tag, value: &V) -> &mut Self {
        self.write(tag, true, |buffer| value.write(buffer))
    }

    /// Appends a UTCTimestamp of nanoseconds since 1970-01-01T00:00:00Z.
    pub fn timestamp(&mut self, tag: Tag, utc_ns: i64, precision: Precision) -> &mut Self {
        self.write(tag, tags::is_header(tag), |buffer| write_timestamp(buffer, utc_ns, precision))
    }

    /// Appends a length field and its data field. The data may hold any byte, SOH too when the two are a pair that the
    /// standard has ([`super::data_tag_of`]); no reader could tell the end of others.
    pub fn data(&mut self, length_tag: Tag, data_tag: Tag, data: &[u8]) -> &mut Self {
        if self.error.is_none() {
            self.error = self.try_data(length_tag, data_tag, data).err();
        }
        self
    }

    /// Appends prebuilt fields, each ended by SOH. Their form is checked; they must hold no header field.
    pub fn prebuilt(&mut self, fields: &[u8]) -> &mut Self {
        if self.error.is_some() {
            return self;
        }
        match prebuilt::check(fields).and_then(|in_trailer| self.allow_each(fields).map(|()| in_trailer)) {
            Ok(_) if self.signed => self.error = Some(BodyError::PrebuiltAfterSignature),
            Ok(in_trailer) => {
                self.signed = in_trailer;
                self.encoder.prebuilt(fields);
            }
            Err(error) => self.error = Some(error),
        }
        self
    }

    /// The body bytes written so far: what a signature covers besides the header.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        self.encoder.body_bytes()
    }

    #[inline]
    fn write(&mut self, tag: Tag, in_header: bool, write: impl FnOnce(&mut Vec<u8>)) -> &mut Self {
        if self.error.is_none() {
            self.error = self.try_write(tag, in_header, write).err();
        }
        self
    }

    #[inline]
    fn try_write(
        &mut self,
        tag: Tag,
        in_header: bool,
        write: impl FnOnce(&mut Vec<u8>),
    ) -> Result<(), BodyError> {
        self.allow(tag, in_header)?;
        if in_header && self.stands_in_header(tag) {
            return Ok(());
        }
        self.encoder.checked(tag, in_header, write).map_err(|bad| match bad {
            BadValue::Empty => BodyError::Empty { tag },
            BadValue::HoldsSoh => BodyError::HoldsSoh { tag },
        })
    }

    fn try_data(&mut self, length_tag: Tag, data_tag: Tag, data: &[u8]) -> Result<(), BodyError> {
        let in_header = tags::is_header(length_tag);
        for tag in [length_tag, data_tag] {
            self.allow(tag, in_header)?;
        }
        if data.is_empty() {
            return Err(BodyError::Empty { tag: data_tag });
        }
        if data_tag_of(length_tag) != Some(data_tag) && memchr::memchr(SOH, data).is_some() {
            return Err(BodyError::HoldsSoh { tag: data_tag });
        }
        if !in_header {
            self.encoder.data(length_tag, data_tag, data);
        } else if !self.stands_in_header(length_tag) {
            self.encoder.header_data(length_tag, data_tag, data);
        }
        Ok(())
    }

    /// Whether a field may be written now. Remembers that the trailer was begun.
    #[inline]
    fn allow(&mut self, tag: Tag, in_header: bool) -> Result<(), BodyError> {
        if tag == 0 {
            return Err(BodyError::NoTag);
        }
        if is_reserved(tag) || self.reserved.contains(&tag) {
            return Err(BodyError::Reserved { tag });
        }
        if tags::is_trailer(tag) {
            self.signed = true;
        } else if self.signed && !in_header {
            return Err(BodyError::AfterSignature { tag });
        }
        Ok(())
    }

    /// Prebuilt fields hold none that the session writes itself.
    #[inline]
    fn allow_each(&self, fields: &[u8]) -> Result<(), BodyError> {
        if self.reserved.is_empty() {
            return Ok(());
        }
        let written = Fields::new(fields).flatten().find(|field| self.reserved.contains(&field.tag));
        written.map_or(Ok(()), |field| Err(BodyError::Reserved { tag: field.tag }))
    }

    fn stands_in_header(&self, tag: Tag) -> bool {
        !matches!(tag, tags::NO_HOPS..=tags::HOP_REF_ID) && self.encoder.has_header_field(tag)
    }
}

/// What the session writes into the body of a Logon, all of it or what the configuration says: written twice, or against
/// what the session does (ResetSeqNumFlag), it would mislead the counterparty.
const LOGON_FIELDS: &[Tag] = &[
    tags::ENCRYPT_METHOD,
    tags::HEART_BT_INT,
    tags::RESET_SEQ_NUM_FLAG,
    tags::MAX_MESSAGE_SIZE,
    tags::TEST_MESSAGE_INDICATOR,
    tags::NEXT_EXPECTED_MSG_SEQ_NUM,
    tags::DEFAULT_APPL_VER_ID,
];

/// Whether the session writes the field itself.
#[inline]
fn is_reserved(tag: Tag) -> bool {
    matches!(
        tag,
        tags::BEGIN_STRING
            | tags::BODY_LENGTH
            | tags::CHECK_SUM
            | tags::MSG_SEQ_NUM
            | tags::MSG_TYPE
            | tags::POSS_DUP_FLAG
            | tags::SENDER_COMP_ID
            | tags::SENDING_TIME
            | tags::TARGET_COMP_ID
            | tags::ORIG_SENDING_TIME
            | tags::LAST_MSG_SEQ_NUM_PROCESSED
    )
}

#[cfg(test)]
#[path = "body_tests.rs"]
mod tests;
