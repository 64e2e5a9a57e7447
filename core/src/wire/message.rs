//! A message, borrowed.

use super::field::Fields;
use super::frame::{Frame, Garbled, frame};
use super::group::Groups;
use super::header::{Header, Span};
use crate::seq::SeqNum;
use crate::tags::Tag;

/// A well-formed message: its bytes, and where its header fields stand. The body is unread until someone reads it.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Message<'a> {
    bytes: &'a [u8],
    header: Header,
}

impl<'a> Message<'a> {
    /// Reads `bytes`, which must be exactly one message, CheckSum included.
    ///
    /// # Errors
    /// [`Garbled`] when it is not one.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, Garbled> {
        match frame(bytes, usize::MAX) {
            Frame::Message { message, taken } if taken == bytes.len() => Ok(message),
            Frame::Message { .. } => Err(Garbled::Trailing),
            Frame::Garbled { why, .. } => Err(why),
            Frame::Incomplete | Frame::TooLong { .. } => Err(Garbled::Truncated),
        }
    }

    /// A message whose header was read before. `bytes` must be those that `header` was read from.
    #[must_use]
    pub fn with_header(bytes: &'a [u8], header: Header) -> Self {
        Self { bytes, header }
    }

    /// The whole message, from `8=` through the last SOH.
    #[must_use]
    pub fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// Where the header fields stand.
    #[must_use]
    pub fn header(&self) -> &Header {
        &self.header
    }

    fn at(&self, span: Span) -> Option<&'a [u8]> {
        let start = span.start as usize;
        span.is_present().then(|| self.bytes.get(start..start + span.len as usize)).flatten()
    }

    /// BeginString(8)
    #[must_use]
    pub fn begin_string(&self) -> &'a [u8] {
        self.at(self.header.begin_string).unwrap_or_default()
    }

    /// MsgType(35)
    #[must_use]
    pub fn msg_type(&self) -> &'a [u8] {
        self.at(self.header.msg_type).unwrap_or_default()
    }

    /// SenderCompID(49); empty when it is there without a value.
    #[must_use]
    pub fn sender_comp_id(&self) -> Option<&'a [u8]> {
        self.at(self.header.sender_comp_id)
    }

    /// TargetCompID(56)
    #[must_use]
    pub fn target_comp_id(&self) -> Option<&'a [u8]> {
        self.at(self.header.target_comp_id)
    }

    /// MsgSeqNum(34), when it is a number of 1 or more. [`Self::msg_seq_num`] gives what was written.
    #[must_use]
    pub fn seq(&self) -> Option<SeqNum> {
        self.header.seq
    }

    /// MsgSeqNum(34) as written.
    #[must_use]
    pub fn msg_seq_num(&self) -> Option<&'a [u8]> {
        self.at(self.header.msg_seq_num)
    }

    /// SendingTime(52) as written; [`super::parse_timestamp`] reads it.
    #[must_use]
    pub fn sending_time(&self) -> Option<&'a [u8]> {
        self.at(self.header.sending_time)
    }

    /// OrigSendingTime(122) as written.
    #[must_use]
    pub fn orig_sending_time(&self) -> Option<&'a [u8]> {
        self.at(self.header.orig_sending_time)
    }

    /// PossDupFlag(43) is Y.
    #[must_use]
    pub fn poss_dup(&self) -> bool {
        self.header.poss_dup
    }

    /// PossResend(97) is Y.
    #[must_use]
    pub fn poss_resend(&self) -> bool {
        self.header.poss_resend
    }

    /// Every field, from BeginString(8) through CheckSum(10).
    #[must_use]
    pub fn fields(&self) -> Fields<'a> {
        Fields::new(self.bytes)
    }

    /// The header fields after MsgType(35), up to the first field that is no header field.
    #[must_use]
    pub fn header_fields(&self) -> Fields<'a> {
        Fields::new(self.slice(self.header.after_msg_type, self.header.body))
    }

    /// The fields after the header, up to CheckSum(10), which is left out. A signature (93, 89) is included.
    #[must_use]
    pub fn body(&self) -> Fields<'a> {
        Fields::new(self.slice(self.header.body, self.header.trailer))
    }

    /// The value of the first field with this tag in the header.
    #[must_use]
    pub fn header_field(&self, tag: Tag) -> Option<&'a [u8]> {
        self.header_fields().get(tag)
    }

    /// The value of the first field with this tag after the header.
    #[must_use]
    pub fn get(&self, tag: Tag) -> Option<&'a [u8]> {
        self.body().get(tag)
    }

    /// The entries of the repeating group that the field `count_tag` announces in the body. `members` names every
    /// tag that can stand in an entry, nested groups included; the first field after `count_tag` is the delimiter
    /// that begins each entry. Empty when `count_tag` is not there.
    ///
    /// ```
    /// # use sansfix::wire::{Encoder, Message};
    /// let mut buffer = Vec::new();
    /// let mut order = Encoder::begin(&mut buffer, b"FIX.4.4", b"D");
    /// order.prebuilt(b"453=2\x01448=BROKER\x01452=1\x01448=DESK\x01452=24\x0155=IBM\x01");
    /// order.finish();
    /// let message = Message::parse(&buffer).unwrap();
    /// let parties = message.group(453, &[448, 447, 452]);
    /// let ids: Vec<_> = parties.filter_map(|party| party.get(448)).collect();
    /// assert_eq!(ids, [&b"BROKER"[..], b"DESK"]);
    /// ```
    #[must_use]
    pub fn group<'m>(&self, count_tag: Tag, members: &'m [Tag]) -> Groups<'m>
    where
        'a: 'm,
    {
        Groups::find(self.body(), count_tag, members)
    }

    fn slice(&self, from: u32, to: u32) -> &'a [u8] {
        self.bytes.get(from as usize..to as usize).unwrap_or_default()
    }
}
