//! The standard header, read once.

use super::field::{Fields, Place};
use super::number::parse_seq_num;
use super::scan::soh_from;
use crate::seq::SeqNum;
use crate::tags::{self, Tag};

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

    /// The place from `start` up to `end`; both fit, since no message is longer than `u32` counts.
    #[inline(always)]
    pub(super) const fn between(start: usize, end: usize) -> Self {
        Self { start: start as u32, len: (end - start) as u32 }
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

impl Header {
    /// Reads the header of `message`, whose body length was found to be right: MsgType(35) stands at `msg_type`, and
    /// `10=` at `trailer`.
    #[inline]
    pub(super) fn read(message: &[u8], begin_string: Span, msg_type: usize, trailer: usize) -> Self {
        let fields = message.get(..trailer).unwrap_or(message);
        let value = msg_type + b"35=".len();
        let end = soh_from(fields, value);
        let mut header = Self {
            begin_string,
            msg_type: Span::between(value, end),
            after_msg_type: (end + 1) as u32,
            trailer: trailer as u32,
            ..Self::default()
        };
        let mut rest = Fields::starting_at(fields, end + 1);
        let mut flags = FlagsSeen::default();
        loop {
            let at = rest.offset();
            match rest.step() {
                Some(place) if header.note(fields, place, &mut flags) => {}
                _ => {
                    header.body = at as u32;
                    break;
                }
            }
        }
        if !header.is_addressed() {
            header.look_in_body(fields);
        }
        header
    }

    /// Notes a header field; false when it is none.
    #[inline(always)]
    fn note(&mut self, fields: &[u8], place: Place, flags: &mut FlagsSeen) -> bool {
        let span = Span::between(place.start, place.end);
        let is_yes = || fields.get(place.start..place.end) == Some(b"Y");
        match place.tag {
            tags::SENDER_COMP_ID => set(&mut self.sender_comp_id, span),
            tags::TARGET_COMP_ID => set(&mut self.target_comp_id, span),
            tags::MSG_SEQ_NUM => self.note_seq(fields, span),
            tags::SENDING_TIME => set(&mut self.sending_time, span),
            tags::ORIG_SENDING_TIME => set(&mut self.orig_sending_time, span),
            tags::POSS_DUP_FLAG => {
                self.poss_dup |= !flags.poss_dup && is_yes();
                flags.poss_dup = true;
            }
            tags::POSS_RESEND => {
                self.poss_resend |= !flags.poss_resend && is_yes();
                flags.poss_resend = true;
            }
            other => return tags::is_header(other),
        }
        true
    }

    #[inline(always)]
    fn note_seq(&mut self, fields: &[u8], span: Span) {
        if !self.msg_seq_num.is_present() {
            self.msg_seq_num = span;
            let start = span.start as usize;
            self.seq = fields.get(start..start + span.len as usize).and_then(parse_seq_num);
        }
    }

    /// Whether the fields are there without which a message cannot be told to belong to a session.
    fn is_addressed(&self) -> bool {
        self.msg_seq_num.is_present()
            && self.sender_comp_id.is_present()
            && self.target_comp_id.is_present()
            && self.sending_time.is_present()
    }

    #[cold]
    fn look_in_body(&mut self, fields: &[u8]) {
        const LOOKED_FOR: [Tag; 4] =
            [tags::MSG_SEQ_NUM, tags::SENDER_COMP_ID, tags::SENDING_TIME, tags::TARGET_COMP_ID];
        let mut rest = Fields::starting_at(fields, self.body as usize);
        while let Some(place) = rest.step() {
            if LOOKED_FOR.contains(&place.tag) {
                self.note(fields, place, &mut FlagsSeen::default());
            }
        }
    }
}

/// Which flags were met: the first of each counts.
#[derive(Default)]
struct FlagsSeen {
    poss_dup: bool,
    poss_resend: bool,
}

#[inline(always)]
fn set(span: &mut Span, found: Span) {
    if !span.is_present() {
        *span = found;
    }
}

#[cfg(test)]
#[path = "header_tests.rs"]
mod tests;
