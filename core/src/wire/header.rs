//! The standard header, read once.

use crate::seq::SeqNum;

/// A place in a message. Absent when `start` is 0 (no value stands at the very start of a message).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct Span {
    /// The first byte.
    pub start: u32,
    /// How many bytes.
    pub len: u32,
}

impl Span {
    /// Whether the field is there.
    #[must_use]
    pub const fn is_present(self) -> bool {
        self.start != 0
    }
}

/// Where the session's header fields stand in a message.
///
/// Read up to the first field that is no header field; when one of 34, 49, 52 and 56 was not met until then, those
/// are looked for in the rest of the message too (a sender that mixes sections is to be rejected by name, not
/// taken for one that sends no number).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct Header {
    pub(crate) begin_string: Span,
    pub(crate) msg_type: Span,
    pub(crate) sender_comp_id: Span,
    pub(crate) target_comp_id: Span,
    pub(crate) msg_seq_num: Span,
    pub(crate) sending_time: Span,
    pub(crate) orig_sending_time: Span,
    /// The number in 34, when it is one.
    pub(crate) seq: Option<SeqNum>,
    /// 43=Y
    pub(crate) poss_dup: bool,
    /// 97=Y
    pub(crate) poss_resend: bool,
    /// Offset of the first field after MsgType(35).
    pub(crate) after_msg_type: u32,
    /// Offset of the first field that is no header field.
    pub(crate) body: u32,
    /// Offset of `10=`.
    pub(crate) trailer: u32,
}
